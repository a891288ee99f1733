"""Snapshots of objects: what the worker is given, what is refused, and why."""

from __future__ import annotations

import importlib
from pathlib import Path

import bmesh
import bpy
import numpy as np
import pytest

from tests.blender.refine_scene import (
    beside,
    grid,
    notes,
    press,
    select,
    snapshot_of,
    until_landed,
    values,
    written_result,
)


def test_the_snapshot_is_what_the_worker_reads(app):
    """Triangles, UVs and scaled vertices stand in mesh.npz, with a map back to the corners; flat colours come as sRGB."""
    obj = grid()
    material = bpy.data.materials.new("Red")
    material.use_nodes = True
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value, shader.inputs["Roughness"].default_value = (1, 0.2140411, 0, 1), 0.25
    obj.data.materials.append(material)
    obj.scale = (1, 2, -3)
    bpy.context.view_layer.update()
    select(obj)
    (job,) = press(app)
    arrays = snapshot_of(app, job)
    own = values(obj.data.vertices, "co", 3).reshape(-1, 3)
    assert np.allclose(arrays["vertices"], own * (1, 2, 3)) and len(arrays["faces"]) == 2 * len(obj.data.polygons)
    loops = values(obj.data.loops, "vertex_index", 1, np.int32)
    uvs = values(obj.data.uv_layers[0].uv, "vector", 2).reshape(-1, 2)
    assert np.array_equal(loops[arrays["corners"]], arrays["faces"])
    assert np.array_equal(uvs[arrays["corners"]], arrays["uvs"]) and "selected" not in arrays
    folder = Path(app.now.watches[job].request.mesh).parent
    colour = bpy.data.images.load(str(folder / "base_color.png"))
    rough = bpy.data.images.load(str(folder / "roughness.png"))
    assert list(colour.pixels[:3]) == pytest.approx([1.0, 0.5, 0.0], abs=0.003)
    assert rough.pixels[0] == pytest.approx(0.25, abs=0.003)


def test_image_textures_are_followed_through_the_nodes(app):
    """A packed image behind a group, a reroute and a colour separation arrives texel for texel; a missing one is noted."""
    obj = grid()
    image = bpy.data.images.new("Paint", 8, 8)
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 4)).astype(np.float32) / 255
    image.pixels.foreach_set(pixels.ravel())
    image.pack()
    inner = bpy.data.node_groups.new("Inner", "ShaderNodeTree")
    inner.interface.new_socket("Out", in_out="OUTPUT", socket_type="NodeSocketColor")
    texture, end = inner.nodes.new("ShaderNodeTexImage"), inner.nodes.new("NodeGroupOutput")
    texture.image = image
    inner.links.new(texture.outputs["Color"], end.inputs[0])
    material = bpy.data.materials.new("Painted")
    material.use_nodes = True
    tree = material.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    group, bend = tree.nodes.new("ShaderNodeGroup"), tree.nodes.new("NodeReroute")
    parts, lost = tree.nodes.new("ShaderNodeSeparateColor"), tree.nodes.new("ShaderNodeTexImage")
    group.node_tree = inner
    tree.links.new(group.outputs[0], bend.inputs[0])
    tree.links.new(bend.outputs[0], shader.inputs["Base Color"])
    tree.links.new(group.outputs[0], parts.inputs[0])
    tree.links.new(parts.outputs[1], shader.inputs["Roughness"])
    tree.links.new(lost.outputs["Color"], shader.inputs["Metallic"])
    obj.data.materials.append(material)
    select(obj)
    (job,) = press(app)
    folder = Path(app.now.watches[job].request.mesh).parent
    colour = np.array(bpy.data.images.load(str(folder / "base_color.png")).pixels).reshape(8, 8, -1)
    rough = np.array(bpy.data.images.load(str(folder / "roughness.png")).pixels).reshape(8, 8, -1)
    assert np.abs(colour[..., :3] - pixels[..., :3]).max() < 0.5 / 255
    assert np.abs(rough[..., 0] - pixels[..., 1]).max() < 0.5 / 255
    app.until(lambda: app.now.watches[job].imported)
    assert "Image Texture node without image is missing" in notes(app, job)


def test_a_region_is_the_selected_faces(app):
    """In Edit Mode the selected faces go along as the region; the result waits for Object Mode, then lands on the object."""
    obj = grid()
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_mode(type="FACE")
    edited = bmesh.from_edit_mesh(obj.data)
    for face in edited.faces:
        face.select_set(face.index < 3)
    (job,) = press(app)
    arrays = snapshot_of(app, job)
    assert len(obj.data.polygons) == 16 and set(arrays["polygons"][arrays["selected"]]) == {0, 1, 2}
    app.until(lambda: app.state(job) == "done")
    app.pump.tick()
    assert not app.now.watches[job].imported
    bpy.ops.object.mode_set(mode="OBJECT")
    until_landed(app, job)
    assert len(obj.propsmith_versions.items) == 2 and not beside(app, job)


def test_a_mesh_without_uvs_gets_a_uv_map_and_keeps_its_quads(app):
    """Without UVs the snapshot brings a layout that cuts no polygon, which the worker uses and the new version carries."""
    obj = grid()
    obj.data.uv_layers.remove(obj.data.uv_layers[0])
    select(obj)
    (job,) = press(app)
    arrays = snapshot_of(app, job)
    assert "uvs" not in arrays and arrays["layout"].shape == (32, 3, 2)
    result = written_result(app, job, uvs=arrays["layout"])
    app.returning.land(app.now, result)
    assert len(obj.data.polygons) == 16 and [layer.name for layer in obj.data.uv_layers] == ["Propsmith"]
    uvs = values(obj.data.uv_layers[0].uv, "vector", 2).reshape(-1, 2)
    assert np.array_equal(uvs[arrays["corners"]], arrays["layout"])
    assert not obj.propsmith_versions.items[0].mesh.uv_layers
    assert obj.data.materials[0].node_tree.nodes["Normal Map"].uv_map == "Propsmith"


def test_disabled_with_a_reason(app):
    """No prompt, no mesh, shape keys in shape mode, too many faces: the button is off and its reason is a sentence."""
    settings = bpy.context.scene.propsmith_refine
    why = importlib.import_module("bl_ext.user_default.propsmith.operators.refine").why_not
    obj = grid()
    assert why(bpy.context) == "Type what the object shall become first" and not bpy.ops.propsmith.refine.poll()
    settings.prompt = "x"
    assert why(bpy.context) == "" and bpy.ops.propsmith.refine.poll()
    obj.shape_key_add(name="Basis")
    settings.mode = "shape"
    assert "has shape keys" in why(bpy.context)
    settings.mode = "texture"
    obj.scale.z = 0
    assert "scaled to zero" in why(bpy.context)
    bpy.ops.object.select_all(action="DESELECT")
    assert why(bpy.context) == "Select a mesh object first"
    assert app.snapshot.why_not(None, "texture") == "Select a mesh object"
