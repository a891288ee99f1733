"""What the worker gets of a material's pictures and values is what Cycles shades with, however they are read and wired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import module, pixels_of
from tests.blender.refine_scene import notes, press, snapshot_of

SIDE = 32
Wire = Callable[[bpy.types.NodeTree, bpy.types.Node], None]


def picture(tree: bpy.types.NodeTree, space: str, seed: int = 0) -> bpy.types.Node:
    """An Image Texture node of random colours, each texel of its own."""
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image, node.interpolation = bpy.data.images.new("random", SIDE, SIDE, alpha=True), "Closest"
    values = np.ones((SIDE, SIDE, 4), np.float32)
    values[..., :3] = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3)) / np.float32(255)
    node.image.colorspace_settings.name = space
    node.image.pixels.foreach_set(values.ravel())
    node.image.pack()
    return node


def separated(tree: bpy.types.NodeTree, space: str, mode: str = "RGB") -> bpy.types.NodeSocket:
    """The last output of a Separate Color node behind such a picture: blue, or the value."""
    parts = tree.nodes.new("ShaderNodeSeparateColor")
    parts.mode = mode
    tree.links.new(picture(tree, space).outputs["Color"], parts.inputs[0])
    return parts.outputs[2]


def separated_value(tree: bpy.types.NodeTree) -> bpy.types.NodeSocket:
    value, parts = tree.nodes.new("ShaderNodeRGB"), tree.nodes.new("ShaderNodeSeparateColor")
    value.outputs[0].default_value = (0.9, 0.1, 0.4, 1)
    tree.links.new(value.outputs[0], parts.inputs[0])
    return parts.outputs[1]


def half_clear(tree: bpy.types.NodeTree, space: str, alpha_mode: str = "STRAIGHT") -> bpy.types.NodeSocket:
    """A picture of half alpha, which feeds nothing."""
    read = picture(tree, space)
    values = np.array(read.image.pixels[:], np.float32).reshape(-1, 4)
    values[:, 3] = 128 / 255
    read.image.pixels.foreach_set(values.ravel())
    read.image.pack()
    read.image.alpha_mode = alpha_mode
    return read.outputs["Color"]


def muted(tree: bpy.types.NodeTree, kind: str) -> bpy.types.NodeSocket:
    """A picture behind a node that is switched off, which leads it through; or a picture that is switched off itself."""
    read = picture(tree, "sRGB")
    if kind == "ShaderNodeTexImage":
        read.mute = True
        return read.outputs["Color"]
    node = tree.nodes.new(kind)
    node.mute = True
    tree.links.new(read.outputs["Color"], node.inputs["Color"])
    return node.outputs["Color"]


def plane(name: str = "Plain") -> tuple[bpy.types.Object, bpy.types.NodeTree, bpy.types.Node]:
    """A selected plane over the whole UV square, its material's tree and shader."""
    bpy.ops.mesh.primitive_plane_add(size=2.0)
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    bpy.context.object.data.materials.append(material)
    return bpy.context.object, material.node_tree, material.node_tree.nodes["Principled BSDF"]


def shown(obj: bpy.types.Object, socket: bpy.types.NodeSocket) -> np.ndarray:
    """(S, S, 3) linear: what Cycles finds at a shader's linked socket, texel by texel, top row first."""
    tree, scene = socket.id_data, bpy.context.scene
    end, light = tree.get_output_node("ALL"), tree.nodes.new("ShaderNodeEmission")
    before, target = end.inputs["Surface"].links[0].from_socket, tree.nodes.new("ShaderNodeTexImage")
    mine = light.inputs["Strength" if socket.type == "VALUE" else "Color"]
    mine.default_value = socket.default_value
    tree.links.new(socket.links[0].from_socket, mine)
    tree.links.new(light.outputs[0], end.inputs["Surface"])
    target.image = bpy.data.images.new("shown", SIDE, SIDE, float_buffer=True, is_data=True)
    tree.nodes.active = target
    scene.render.engine, scene.cycles.samples, scene.cycles.device = "CYCLES", 1, "CPU"
    bpy.ops.object.bake(type="EMIT", margin=0)
    found = np.array(target.image.pixels[:], np.float32).reshape(SIDE, SIDE, 4)[::-1, :, :3]
    tree.links.new(before, end.inputs["Surface"])
    tree.nodes.remove(light)
    tree.nodes.remove(target)
    return found


@pytest.mark.parametrize(
    ("wanted", "feed"),
    [
        ("Base Color", lambda tree: picture(tree, "Non-Color").outputs["Color"]),
        ("Base Color", lambda tree: separated(tree, "sRGB")),
        ("Roughness", lambda tree: picture(tree, "sRGB").outputs["Color"]),
        ("Roughness", lambda tree: picture(tree, "Non-Color").outputs["Color"]),
        ("Roughness", lambda tree: separated(tree, "sRGB")),
        ("Roughness", lambda tree: separated(tree, "sRGB", "HSV")),
        ("Metallic", lambda tree: separated(tree, "Non-Color")),
        ("Metallic", separated_value),
        ("Base Color", lambda tree: muted(tree, "ShaderNodeTexImage")),
        ("Roughness", lambda tree: muted(tree, "ShaderNodeTexImage")),
        ("Base Color", lambda tree: muted(tree, "ShaderNodeGamma")),
        ("Base Color", lambda tree: half_clear(tree, "sRGB")),
        ("Roughness", lambda tree: half_clear(tree, "Non-Color")),
        ("Base Color", lambda tree: half_clear(tree, "sRGB", "CHANNEL_PACKED")),
    ],
)
def test_the_worker_gets_what_cycles_shades_with(app, wanted, feed):
    """Colours as numbers, numbers as colours, one channel or a value of either: as Blender converts them on the way."""
    obj, tree, shader = plane()
    tree.links.new(feed(tree), shader.inputs[wanted])
    expected = shown(obj, shader.inputs[wanted])
    expected = module("surfaces").srgb(expected) if wanted == "Base Color" else expected[..., :1]
    (job,) = press(app)
    stem = module("look_maps").STEMS[wanted]
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name(f"{stem}.png")))
    found = pixels_of(image)[:: max(1, image.size[0] // SIDE), :: max(1, image.size[1] // SIDE)].astype(float) / 255
    rows = np.arange(SIDE) * len(found) // SIDE
    assert np.abs(found[rows][:, rows] - expected).max() < 2 / 255


def test_one_channel_as_colour_beside_a_coloured_material(app):
    """A base colour that is one channel of a picture goes along grey, as a tile beside that of another material."""
    obj, tree, shader = plane()
    tree.links.new(separated(tree, "sRGB"), shader.inputs["Base Color"])
    obj.data.materials.append(bpy.data.materials.new("Other"))
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.subdivide()
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.data.polygons[0].material_index = 1
    (job,) = press(app)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("base_color.png")))
    assert snapshot_of(app, job)["tiles"] == 2 and tuple(image.size) == (2 * SIDE, SIDE)
    assert np.ptp(pixels_of(image)[:, :SIDE].astype(int), axis=2).max() == 0


def test_what_the_new_material_will_lack_is_said(app):
    """Transparency and emission, which no map holds, are named in the job's notes; a plain material has no such note."""
    obj, _, shader = plane("Lamp")
    (job,) = press(app)
    assert "Lamp" not in notes(app, job)
    shader.inputs["Alpha"].default_value, shader.inputs["Emission Strength"].default_value = 0.5, 2.0
    (job,) = press(app)
    for lost in ("transparency", "emission"):
        assert f"'Lamp': its {lost} was left out of the new material." in notes(app, job)
