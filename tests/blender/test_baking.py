"""Computed textures go along with a refinement as pictures, wherever their shader stands."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from .refine_scene import press, snapshot_of


@pytest.mark.parametrize("uvs", [True, False])
def test_computed_textures_are_baked(app, uvs):
    """A gradient computed from the position goes along as a picture, over the object's UVs or over a new layout."""
    bpy.ops.mesh.primitive_cube_add(size=2.0)
    obj = bpy.context.object
    if not uvs:
        obj.data.uv_layers.remove(obj.data.uv_layers[0])
    material = bpy.data.materials.new("Computed")
    material.use_nodes = True
    tree = material.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    place, scale = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeVectorMath")
    scale.operation, scale.inputs[1].default_value = "MULTIPLY_ADD", (0, 0, 0.25)
    scale.inputs[2].default_value = (0, 0, 0.5)
    tree.links.new(place.outputs["Object"], scale.inputs[0])
    tree.links.new(scale.outputs[0], shader.inputs["Base Color"])  # blue = z / 4 + 0.5
    obj.data.materials.append(material)
    scenes, meshes = len(bpy.data.scenes), len(bpy.data.meshes)
    (job,) = press(app)
    arrays = snapshot_of(app, job)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("base_color.png")))
    pixels = np.array(image.pixels).reshape(*image.size, -1)
    assert tuple(image.size) == (512, 512)
    for face, corners in zip(arrays["faces"], arrays["uvs"], strict=True):
        height = arrays["vertices"][face].mean(0)[2]
        u, v = corners.mean(0)
        linear = pixels[int(v * 512), int(u * 512), 2]
        srgb = 1.055 * (height / 4 + 0.5) ** (1 / 2.4) - 0.055
        assert linear == pytest.approx(srgb, abs=0.01) and pixels[int(v * 512), int(u * 512), 0] < 0.01
    assert (len(bpy.data.scenes), len(bpy.data.meshes)) == (scenes, meshes)
    assert not [i for i in bpy.data.images if i.name.startswith("Propsmith bake")]
    app.until(lambda: app.now.watches[job].imported)
    assert "Computed" not in app.shown.jobs[job].notes
    assert [layer.name for layer in obj.data.uv_layers] == (["UVMap"] if uvs else ["Propsmith"])


def test_a_shader_inside_groups_is_baked(app):
    """A checker that feeds a shader two groups deep, mixed with another shader there, goes along as a picture; the groups are
    left as they were."""
    bpy.ops.mesh.primitive_plane_add(size=2.0)
    obj = bpy.context.object
    inner, outer = (bpy.data.node_groups.new(name, "ShaderNodeTree") for name in ("inner", "outer"))
    for group in (inner, outer):
        group.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    shader, mix = inner.nodes.new("ShaderNodeBsdfPrincipled"), inner.nodes.new("ShaderNodeMixShader")
    place, step = inner.nodes.new("ShaderNodeTexCoord"), inner.nodes.new("ShaderNodeMath")
    separate, end = inner.nodes.new("ShaderNodeSeparateXYZ"), inner.nodes.new("NodeGroupOutput")
    step.operation, step.inputs[1].default_value = "GREATER_THAN", 0.5
    inner.links.new(place.outputs["UV"], separate.inputs[0])
    inner.links.new(separate.outputs["X"], step.inputs[0])
    inner.links.new(step.outputs[0], shader.inputs["Base Color"])  # black on the left, white on the right
    inner.links.new(shader.outputs[0], mix.inputs[1])
    inner.links.new(mix.outputs[0], end.inputs[0])
    holder, end = outer.nodes.new("ShaderNodeGroup"), outer.nodes.new("NodeGroupOutput")
    holder.node_tree = inner
    outer.links.new(holder.outputs[0], end.inputs[0])
    material = bpy.data.materials.new("Grouped")
    material.use_nodes = True
    tree = material.node_tree
    top = tree.nodes.new("ShaderNodeGroup")
    top.node_tree = outer
    tree.links.new(top.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    obj.data.materials.append(material)
    groups, nodes = len(bpy.data.node_groups), [len(group.nodes) for group in (inner, outer)]
    (job,) = press(app)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("base_color.png")))
    pixels = np.array(image.pixels).reshape(*image.size, -1)[..., 0]
    assert image.size[0] == 512 and pixels[:, 20:240].max() < 0.01 and pixels[:, 270:490].min() > 0.99
    assert len(bpy.data.node_groups) == groups and [len(group.nodes) for group in (inner, outer)] == nodes
    assert not app.shown.jobs[job].notes.count("left out")
