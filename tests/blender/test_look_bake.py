"""Bake in materials of another hand: what else a picture feeds stays, and no picture is lost."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import module, pixels_of, plane


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


def keyed_at_the_node(mat, node):
    node.inputs["Wear"].keyframe_insert("default_value", frame=1)


def keyed_in_the_panel(mat, node):
    mat.propsmith_look.keyframe_insert("tint_amount", frame=1)


def keyed_in_a_strip(mat, node):
    keyed_at_the_node(mat, node)
    moving = mat.node_tree.animation_data
    action, moving.action = moving.action, None
    moving.nla_tracks.new().strips.new("wear", 1, action)


def driven(mat, node):
    node.inputs["Wear"].driver_add("default_value").driver.expression = "frame / 10"


def fed(mat, node):
    value = mat.node_tree.nodes.new("ShaderNodeValue")
    value.outputs[0].default_value = 0.5
    mat.node_tree.links.new(value.outputs[0], node.inputs["Wear"])


@pytest.mark.parametrize(
    "hold, said",
    [
        (keyed_at_the_node, "The slider Wear is keyed"),
        (keyed_in_the_panel, "The slider Tint Amount is keyed"),
        (keyed_in_a_strip, "The slider Wear is keyed"),
        (driven, "The slider Wear is driven"),
        (fed, "The slider Wear is fed by a node"),
    ],
)
def test_a_slider_that_would_move_again_is_not_baked(app, tmp_path, hold, said):
    """Bake is off, names the slider, and leaves pictures and sliders alone; another material's keys are no obstacle."""
    other, mat = plane(tmp_path / "other", "Other").active_material, plane(tmp_path / "maps").active_material
    for each in (other, mat):
        each.propsmith_look.tint_amount, each.propsmith_look.wear = 0.5, 0.5
    node = module("look").node_or_none(mat)
    hold(mat, node)
    images = set(bpy.data.images.keys())
    with pytest.raises(RuntimeError, match=said):
        bpy.ops.propsmith.look_bake()
    assert set(bpy.data.images.keys()) == images and mat.propsmith_look.tint_amount == 0.5
    bpy.context.object.active_material = other
    assert bpy.ops.propsmith.look_bake() == {"FINISHED"}


def test_after_its_keyframes_are_cleared_a_slider_is_baked_as_it_stands(app, tmp_path):
    """The remedy that Bake names works: cleared at a frame, the look of that frame is baked."""
    mat = plane(tmp_path / "maps").active_material
    node = module("look").node_or_none(mat)
    for frame, value in ((1, 0.0), (11, 1.0)):
        mat.propsmith_look.tint_amount = value
        mat.propsmith_look.keyframe_insert("tint_amount", frame=frame)
    bpy.context.scene.frame_set(6)
    assert not bpy.ops.propsmith.look_bake.poll()
    mat.animation_data_clear()
    assert module("look_maps").values_of(node).tint_amount == pytest.approx(0.5)
    assert bpy.ops.propsmith.look_bake() == {"FINISHED"} and mat.propsmith_look.tint_amount == 0.0
