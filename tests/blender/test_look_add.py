"""Add Sliders keeps the look of materials of another hand: it acts on the shader that shows and takes over plain relief only."""

from __future__ import annotations

import bpy
import pytest

from tests.blender.look_scene import module


@pytest.fixture
def mat(app) -> bpy.types.Material:
    """A plane's material of Blender's own making."""
    bpy.ops.mesh.primitive_plane_add()
    made = bpy.data.materials.new("Mine")
    if not made.node_tree:
        made.use_nodes = True
    bpy.context.object.data.materials.append(made)
    return made


def shader_of(mat: bpy.types.Material) -> bpy.types.Node:
    return next(n for n in mat.node_tree.nodes if n.type == "BSDF_PRINCIPLED")


def relief(mat: bpy.types.Material) -> bpy.types.Node:
    """A Normal Map node with a picture, right before the shader."""
    tree = mat.node_tree
    picture, bumps = tree.nodes.new("ShaderNodeTexImage"), tree.nodes.new("ShaderNodeNormalMap")
    picture.image = bpy.data.images.new("relief", 8, 8)
    tree.links.new(picture.outputs[0], bumps.inputs["Color"])
    tree.links.new(bumps.outputs[0], shader_of(mat).inputs["Normal"])
    return bumps


def in_object_space(mat, bumps):
    bumps.space = "OBJECT"


def on_another_uv_map(mat, bumps):
    bumps.uv_map = "Second"


def with_two_users(mat, bumps):
    mat.node_tree.links.new(bumps.outputs[0], shader_of(mat).inputs["Coat Normal"])


def of_linked_strength(mat, bumps):
    mat.node_tree.links.new(mat.node_tree.nodes.new("ShaderNodeValue").outputs[0], bumps.inputs["Strength"])


def beyond_the_slider(mat, bumps):
    bumps.inputs["Strength"].default_value = 6.0


@pytest.mark.parametrize(
    "change", [in_object_space, on_another_uv_map, with_two_users, of_linked_strength, beyond_the_slider]
)
def test_relief_that_the_sliders_cannot_keep_is_left_alone(mat, change):
    """A Normal Map node that says more than the group's own stays, with all that it feeds; the rest gets its sliders."""
    bumps, shader = relief(mat), shader_of(mat)
    change(mat, bumps)
    before = [(link.to_socket.name, link.from_node) for link in bumps.outputs[0].links]
    assert bpy.ops.propsmith.look_add() == {"FINISHED"}
    assert [(link.to_socket.name, link.from_node) for link in bumps.outputs[0].links] == before
    node = module("look").node_or_none(mat)
    assert shader.inputs["Base Color"].links[0].from_node == node and not node.inputs["Normal"].is_linked


def test_sliders_act_on_the_shader_that_shows(mat):
    """Of two Principled BSDF the one behind the output gets them, also mixed after a transparent one; one that only lies
    about gets none."""
    tree, spare = mat.node_tree, shader_of(mat)
    shown, mixed, clear = (
        tree.nodes.new(f"ShaderNode{kind}") for kind in ("BsdfPrincipled", "MixShader", "BsdfTransparent")
    )
    surface = tree.get_output_node("ALL").inputs["Surface"]
    tree.links.remove(surface.links[0])
    assert not bpy.ops.propsmith.look_add.poll()
    tree.links.new(clear.outputs[0], mixed.inputs[1])
    tree.links.new(shown.outputs[0], mixed.inputs[2])
    tree.links.new(mixed.outputs[0], surface)
    assert bpy.ops.propsmith.look_add() == {"FINISHED"}
    assert shown.inputs["Base Color"].is_linked and not spare.inputs["Base Color"].is_linked
