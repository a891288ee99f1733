"""What the tests of looking and shipping share: a dressed prop without a worker, what Cycles sees, what a file holds."""

from __future__ import annotations

import importlib
import json
import struct

import bpy
import numpy as np

ADDON = "bl_ext.user_default.propsmith.addon"
SIDE = 32


def module(name: str):
    return importlib.import_module(f"{ADDON}.{name}")


def maps(seed: int = 0) -> dict[str, np.ndarray]:
    """Random maps, each texel of its own, normals within 45 degrees."""
    chance = np.random.default_rng(seed)
    made = {"base_color": chance.integers(0, 256, (SIDE, SIDE, 3))}
    for stem in ("roughness", "metallic", "edges"):
        made[stem] = chance.integers(0, 256, (SIDE, SIDE, 1))
    normals = chance.normal(size=(SIDE, SIDE, 3)) * (0.3, 0.3, 0) + (0, 0, 1)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    made["normal"] = np.round(normals * 127 + 128).clip(0, 255)
    return {stem: pixels.astype(np.uint8) for stem, pixels in made.items()}


def material(folder, name: str = "Blue crate", without: tuple[str, ...] = ()) -> bpy.types.Material:
    """A prop's material over these maps, built as for a result folder."""
    folder.mkdir(exist_ok=True, parents=True)
    for stem, pixels in maps().items():
        if stem not in without:
            module("png").write_png(folder / f"{stem}.png", pixels)
    return module("materials").build_material(name, module("materials").load_images(name, folder))


def plane(folder, name: str = "Blue crate") -> bpy.types.Object:
    """A plane of 2 m whose texture space is the plane, with such a material, active and selected."""
    bpy.ops.mesh.primitive_plane_add(size=2.0)
    bpy.context.object.name = name
    bpy.context.object.data.materials.append(material(folder, name))
    return bpy.context.object


def ball(folder, name: str = "Blue ball") -> bpy.types.Object:
    """A lumpy ball of 2,280 triangles with UVs and such a material."""
    bpy.ops.mesh.primitive_uv_sphere_add(segments=40, ring_count=30, radius=0.5, calc_uvs=True)
    obj = bpy.context.object
    obj.name = name
    for vertex in obj.data.vertices:
        vertex.co *= 1 + 0.1 * np.sin(7 * vertex.co.x) * np.cos(9 * vertex.co.z)
    obj.data.materials.append(material(folder, name))
    bpy.ops.object.transform_apply()
    return obj


def seen(obj: bpy.types.Object, output: str) -> np.ndarray:
    """(S, S, 3) what Cycles finds at an output of the material's group, texel by texel; top row first."""
    mat = obj.active_material
    tree, node = mat.node_tree, module("look").node_or_none(mat)
    for other in tree.nodes:
        if other.type == "TEX_IMAGE":
            other.interpolation = "Closest"
    end = tree.get_output_node("ALL")
    before = end.inputs["Surface"].links[0].from_socket
    light = tree.nodes.new("ShaderNodeEmission")
    tree.links.new(node.outputs[output], light.inputs["Color"])
    tree.links.new(light.outputs[0], end.inputs["Surface"])
    image = bpy.data.images.new("seen", SIDE, SIDE, float_buffer=True, is_data=True)
    target = tree.nodes.new("ShaderNodeTexImage")
    target.image = image
    tree.nodes.active = target
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples, scene.cycles.device = "CYCLES", 1, "CPU"
    bpy.ops.object.bake(type="EMIT", margin=0)
    found = np.array(image.pixels[:], np.float32).reshape(SIDE, SIDE, 4)[::-1, :, :3]
    tree.links.new(before, end.inputs["Surface"])
    for extra in (light, target):
        tree.nodes.remove(extra)
    bpy.data.images.remove(image)
    return found


def slid(node: bpy.types.Node) -> dict[str, np.ndarray]:
    """The maps as the sliders of a group's node make them."""
    return module("look_maps").maps_of(node, module("look_maps").sources_of(node))


def read_glb(path) -> tuple[dict, list[bytes]]:
    """(the JSON of a GLB, its images' files)."""
    data = path.read_bytes()
    size = struct.unpack("<I", data[12:16])[0]
    tree, body = json.loads(data[20 : 20 + size]), data[20 + size + 8 :]
    views = [tree["bufferViews"][image["bufferView"]] for image in tree.get("images", ())]
    return tree, [body[v.get("byteOffset", 0) :][: v["byteLength"]] for v in views]


def pixels_of(image: bpy.types.Image) -> np.ndarray:
    """(H, W, 3) uint8, top row first."""
    found = np.array(image.pixels[:], np.float32).reshape(image.size[1], image.size[0], -1)[::-1, :, :3]
    return np.round(found * 255).astype(np.uint8)


def decoded(data: bytes, folder) -> np.ndarray:
    """A PNG's pixels, as stored."""
    path = folder / "decoded.png"
    path.write_bytes(data)
    image = bpy.data.images.load(str(path), check_existing=False)
    image.colorspace_settings.name = "Non-Color"
    found = pixels_of(image)
    bpy.data.images.remove(image)
    return found
