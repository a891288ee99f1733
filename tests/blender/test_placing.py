"""Over which UVs the worker gets an object's pictures: each where its material shows it, whatever map and tiling it asks for."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import module, pixels_of
from tests.blender.refine_scene import grid, notes, press, snapshot_of, values

LEFT, RIGHT = (255, 0, 0), (0, 0, 255)  # of the picture: red and blue


def dressed(obj: bpy.types.Object, name: str = "Painted") -> tuple[bpy.types.NodeTree, bpy.types.Node]:
    """A new material of the object: its tree and shader."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    obj.data.materials.append(material)
    return material.node_tree, material.node_tree.nodes["Principled BSDF"]


def picture(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket | None, uv_map: str = "") -> bpy.types.Node:
    """An Image Texture node, left half red and right half blue, over a UV map."""
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image, node.interpolation = bpy.data.images.new("halves", 8, 8), "Closest"
    texels = np.ones((8, 8, 4), np.float32)
    texels[:, :4, :3], texels[:, 4:, :3] = np.float32(LEFT) / 255, np.float32(RIGHT) / 255
    node.image.pixels.foreach_set(texels.ravel())
    node.image.pack()
    if uv_map:
        uvs = tree.nodes.new("ShaderNodeUVMap")
        uvs.uv_map = uv_map
        tree.links.new(uvs.outputs[0], node.inputs["Vector"])
    if socket is not None:
        tree.links.new(node.outputs["Color"], socket)
    return node


def uv_map(obj: bpy.types.Object, change, name: str = "") -> np.ndarray:
    """Write `change` of the object's first UVs (L, 2) to them, or to a new map of this name."""
    first = obj.data.uv_layers[0]
    made = change(values(first.uv, "vector", 2).reshape(-1, 2)).astype(np.float32)
    layer = obj.data.uv_layers.new(name=name, do_init=False) if name else first
    layer.uv.foreach_set("vector", made.ravel())
    return made


def polygon_uvs(obj: bpy.types.Object, uvs: np.ndarray) -> np.ndarray:
    """(P, 2) the UVs (L, 2) at the middle of each of a grid's quads."""
    return uvs.reshape(len(obj.data.polygons), 4, 2).mean(1)


def given(app, job: str, stem: str) -> np.ndarray:
    """(P, 3) uint8 what the worker gets at the middle of each polygon, its UVs within the square."""
    arrays = snapshot_of(app, job)
    pixels = pixels_of(bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name(f"{stem}.png"))))
    middle = np.zeros((arrays["polygons"].max() + 1, 2))
    np.add.at(middle, arrays["polygons"], arrays["uvs"].mean(1) / 2)  # of two triangles
    column, row = (middle * (1, -1) + (0, 1)).T * pixels.shape[0]
    return pixels[row.astype(int), column.astype(int)]


def halves(u: np.ndarray) -> np.ndarray:
    return np.where((u < 0.5)[:, None], LEFT, RIGHT)


def test_a_picture_over_another_uv_map_is_baked_to_the_colours_map(app):
    """Roughness over a second map goes along over that of the colours; in Edit Mode, which cannot bake, a note says not."""
    obj = grid()
    turned = uv_map(obj, lambda uvs: 1 - uvs[:, ::-1], "Second")
    tree, shader = dressed(obj)
    picture(tree, shader.inputs["Base Color"])
    picture(tree, shader.inputs["Roughness"], "Second")
    own = polygon_uvs(obj, values(obj.data.uv_layers[0].uv, "vector", 2).reshape(-1, 2))
    (job,) = press(app)
    assert (given(app, job, "base_color") == halves(own[:, 0])).all() and not notes(app, job).count("left out")
    wanted = np.where(polygon_uvs(obj, turned)[:, 0] < 0.5, 0.2126, 0.0722) * 255
    assert np.abs(given(app, job, "roughness")[:, 0] - wanted).max() < 2
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    (job,) = press(app)
    assert "'Painted': the placing of 'halves.001' by UV Map was left out." in notes(app, job)


def test_each_material_has_its_own_uv_map(app):
    """Of two materials over two UV maps each face goes along with the UVs that its own one reads."""
    obj = grid()
    second = uv_map(obj, lambda uvs: 1 - uvs[:, ::-1], "Second")
    first = values(obj.data.uv_layers[0].uv, "vector", 2).reshape(-1, 2)
    for name, asked in (("One", ""), ("Two", "Second")):
        tree, shader = dressed(obj, name)
        picture(tree, shader.inputs["Base Color"], asked)
    obj.data.polygons.foreach_set("material_index", np.arange(16, dtype=np.int32) % 2)
    (job,) = press(app)
    arrays = snapshot_of(app, job)
    one = arrays["material"] == 0
    assert 0 < one.sum() < 32 and np.array_equal(arrays["uvs"][one], first[arrays["corners"]][one])
    assert np.array_equal(arrays["uvs"][~one], second[arrays["corners"]][~one])


def test_a_normal_map_over_another_uv_map_is_left_out_and_noted(app):
    """It cannot be baked to the map of the colours."""
    obj = grid()
    uv_map(obj, lambda uvs: uvs / 2, "Second")
    tree, shader = dressed(obj)
    picture(tree, shader.inputs["Base Color"])
    bumps = tree.nodes.new("ShaderNodeNormalMap")
    picture(tree, bumps.inputs["Color"], "Second")
    tree.links.new(bumps.outputs["Normal"], shader.inputs["Normal"])
    (job,) = press(app)
    assert not Path(app.now.watches[job].request.mesh).with_name("normal.png").exists()
    assert module("placing").RELIEF_LOST in notes(app, job)


@pytest.mark.parametrize(
    ("extension", "wrap"), [("REPEAT", "repeat"), ("EXTEND", "clamp"), ("MIRROR", "mirror"), ("CLIP", "")]
)
def test_how_a_picture_goes_on_beyond_the_square(app, extension, wrap):
    """The worker is told how; what ends at the square's border, to black, is baked over a new layout."""
    obj = grid()
    wide = polygon_uvs(obj, uv_map(obj, lambda uvs: 2 * uvs - 0.5))
    tree, shader = dressed(obj)
    picture(tree, shader.inputs["Base Color"]).extension = extension
    (job,) = press(app)
    if wrap:
        assert snapshot_of(app, job)["wraps"].tolist() == [[wrap, wrap]]
    else:
        inside = ((wide > 0) & (wide < 1)).all(1)
        assert (given(app, job, "base_color") == halves(wide[:, 0]) * inside[:, None]).all() and 0 < inside.sum() < 16


def test_moved_pictures_of_tiling_uvs_are_baked_with_all_others(app):
    """A Mapping node over UVs that leave the square: all pictures come over a new layout, but the relief, and a note says so."""
    obj = grid()
    wide = polygon_uvs(obj, uv_map(obj, lambda uvs: 2 * uvs - 0.5))
    tree, shader = dressed(obj)
    place, moved = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeMapping")
    moved.inputs["Location"].default_value = (0.5, 0, 0)
    tree.links.new(place.outputs["UV"], moved.inputs["Vector"])
    tree.links.new(moved.outputs[0], picture(tree, shader.inputs["Base Color"]).inputs["Vector"])
    picture(tree, shader.inputs["Roughness"])
    bumps = tree.nodes.new("ShaderNodeNormalMap")
    picture(tree, bumps.inputs["Color"])
    tree.links.new(bumps.outputs["Normal"], shader.inputs["Normal"])
    (job,) = press(app)
    assert (given(app, job, "base_color") == halves((wide[:, 0] + 0.5) % 1)).all()
    rough = np.where(wide[:, 0] % 1 < 0.5, 0.2126, 0.0722) * 255
    assert np.abs(given(app, job, "roughness")[:, 0] - rough).max() < 2
    assert not Path(app.now.watches[job].request.mesh).with_name("normal.png").exists()
    assert module("placing").RELIEF_LOST in notes(app, job)


def test_computed_colours_of_collapsed_uvs_do_not_come_black(app):
    """Where no face has a place in the UVs a computed texture is baked over a new layout."""
    obj = grid()
    uv_map(obj, lambda uvs: 0 * uvs + 0.5)
    tree, shader = dressed(obj)
    position = tree.nodes.new("ShaderNodeTexCoord")
    tree.links.new(position.outputs["Generated"], shader.inputs["Base Color"])
    (job,) = press(app)
    along = np.array([polygon.center.x / 2 + 0.5 for polygon in obj.data.polygons])
    wanted = module("surfaces").srgb(along) * 255
    assert np.abs(given(app, job, "base_color")[:, 0] - wanted).max() < 3
