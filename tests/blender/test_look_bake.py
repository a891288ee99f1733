"""Bake in materials of another hand: what else a picture feeds stays, and no picture is lost."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import pixels_of


def pictured(name: str = "leaf") -> tuple[bpy.types.Material, bpy.types.Node, bpy.types.Node]:
    """A plane's material, its Principled BSDF and an Image Texture node, its lower half clear, that feeds Base Color."""
    bpy.ops.mesh.primitive_plane_add()
    mat = bpy.data.materials.new(name)
    if not mat.node_tree:
        mat.use_nodes = True
    bpy.context.object.data.materials.append(mat)
    shader = next(n for n in mat.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    picture = mat.node_tree.nodes.new("ShaderNodeTexImage")
    picture.image = bpy.data.images.new(name, 8, 8, alpha=True)
    picture.image.pixels[:] = [0.2, 0.6, 0.1, 0.0] * 32 + [0.2, 0.6, 0.1, 1.0] * 32
    picture.image.pack()
    mat.node_tree.links.new(picture.outputs["Color"], shader.inputs["Base Color"])
    return mat, shader, picture


def bake(mat: bpy.types.Material, **values) -> None:
    assert bpy.ops.propsmith.look_add() == {"FINISHED"}
    for name, value in values.items():
        setattr(mat.propsmith_look, name, value)
    assert bpy.ops.propsmith.look_bake() == {"FINISHED"}


def feeding(socket: bpy.types.NodeSocket) -> bpy.types.Node:
    return socket.links[0].from_node


def test_a_leaf_stays_clear_where_it_was(app):
    """A picture that also feeds Alpha goes on feeding it, unchanged; the tinted one comes beside it, read alike."""
    mat, shader, picture = pictured()
    mat.node_tree.links.new(picture.outputs["Alpha"], shader.inputs["Alpha"])
    picture.interpolation, picture.extension = "Closest", "EXTEND"
    bake(mat, tint=(1.0, 0.0, 0.0), tint_amount=0.5)
    leaf = feeding(shader.inputs["Alpha"]).image
    alpha = np.array(leaf.pixels[:]).reshape(-1, 4)[:, 3]
    assert leaf.name == "leaf" and (alpha.min(), alpha.max()) == (0.0, 1.0)
    tinted = feeding(feeding(shader.inputs["Base Color"]).inputs["Base Color"])
    assert tinted.image != leaf and (tinted.interpolation, tinted.extension) == ("Closest", "EXTEND")
    assert (pixels_of(tinted.image)[..., 0] > pixels_of(leaf)[..., 0]).all()


def test_no_picture_of_the_artist_is_removed(app):
    """A picture that only this material used stays in the file after Bake."""
    mat, _, picture = pictured("painted")
    bake(mat, tint_amount=0.5)
    assert "painted" in bpy.data.images and picture.image.name != "painted"


def test_one_picture_for_two_maps_becomes_two(app):
    """Base Color and Roughness fed by one picture: each gets its own, the colour one is no grey."""
    mat, shader, picture = pictured()
    mat.node_tree.links.new(picture.outputs["Alpha"], shader.inputs["Roughness"])
    bake(mat, roughness=0.25)
    node = feeding(shader.inputs["Base Color"])
    colour, rough = (feeding(node.inputs[name]) for name in ("Base Color", "Roughness"))
    assert colour != rough and node.inputs["Roughness"].links[0].from_socket.name == "Color"
    assert pixels_of(colour.image)[0, 0] == pytest.approx((51, 153, 26), abs=1)
    assert set(np.unique(pixels_of(rough.image))) == {64, 255}


def test_a_new_picture_reads_the_uv_map_of_the_old_one(app):
    """A channel of a packed picture on a second UV map: its own picture reads that map too."""
    mat, shader, picture = pictured()
    tree = mat.node_tree
    layout, parts = tree.nodes.new("ShaderNodeUVMap"), tree.nodes.new("ShaderNodeSeparateColor")
    layout.uv_map = "Second"
    tree.links.new(layout.outputs["UV"], picture.inputs["Vector"])
    tree.links.new(picture.outputs["Color"], parts.inputs[0])
    tree.links.new(parts.outputs[1], shader.inputs["Roughness"])
    bake(mat, roughness=0.25)
    rough = feeding(feeding(shader.inputs["Roughness"]).inputs["Roughness"])
    assert rough.type == "TEX_IMAGE" and feeding(rough.inputs["Vector"]).uv_map == "Second"
