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
    geometry,
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
    """A packed image behind a group, a reroute and a colour separation arrives texel for texel, its colours linear where they
    are numbers; a missing one is noted."""
    obj = grid()
    image = bpy.data.images.new("Paint", 8, 8)
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 4)).astype(np.float32) / 255
    pixels[..., 3] = 1
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
    light = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    assert np.abs(rough[..., 0] - light[..., 1]).max() < 0.6 / 255
    app.until(lambda: app.now.watches[job].imported)
    assert "Image Texture node without image is missing" in notes(app, job)


def test_a_lost_image_file_is_noted_and_a_plain_value_stands_for_it(app, tmp_path):
    """A texture whose file was deleted stops nothing: the job is queued, the result lands, and a note names the image."""
    obj = grid()
    image = bpy.data.images.new("Gone", 8, 8)
    image.filepath_raw, image.file_format = str(tmp_path / "gone.png"), "PNG"
    image.save()
    image.source = "FILE"
    (tmp_path / "gone.png").unlink()
    image.reload()
    material = bpy.data.materials.new("Painted")
    material.use_nodes = True
    tree = material.node_tree
    texture, shader = tree.nodes.new("ShaderNodeTexImage"), tree.nodes["Principled BSDF"]
    texture.image = image
    tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    obj.data.materials.append(material)
    select(obj)
    (job,) = press(app)
    app.until(lambda: app.now.watches[job].imported)
    assert "Gone" in notes(app, job) and "is missing" in notes(app, job)


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
    assert [layer.name for layer in obj.data.uv_layers if layer.active_render] == ["Propsmith"]


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
    bpy.context.view_layer.update()
    assert "scaled to zero" in why(bpy.context)
    obj.scale.z, obj.parent = 1, bpy.data.objects.new("Flat", None)
    bpy.context.scene.collection.objects.link(obj.parent)
    bpy.context.view_layer.update()
    assert not why(bpy.context)
    obj.parent.scale.x = 0
    bpy.context.view_layer.update()
    assert "scaled to zero" in why(bpy.context), "by its parent"
    bpy.ops.object.select_all(action="DESELECT")
    assert why(bpy.context) == "Select a mesh object first"
    assert app.snapshot.why_not(None, "texture") == "Select a mesh object"


def test_several_materials_become_tiles_and_one_new_material(app):
    """Two materials go along as tiles, each used one once; the result's one material lies on a new UV map, in one slot."""
    obj = grid()
    for name, colour in (("Red", (1, 0, 0, 1)), ("Unused", (1, 1, 1, 1)), ("Blue", (0, 0, 1, 1))):
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
        shader.inputs["Base Color"].default_value = colour
        obj.data.materials.append(material)
    obj.data.polygons.foreach_set("material_index", np.arange(16, dtype=np.int32) // 8 * 2)
    select(obj)
    (job,) = press(app)
    arrays = snapshot_of(app, job)
    assert arrays["tiles"] == 2 and np.array_equal(arrays["material"], arrays["polygons"] // 8)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("base_color.png")))
    pixels = np.array(image.pixels).reshape(image.size[1], image.size[0], -1)
    side = image.size[1]
    assert image.size[0] == 2 * side and pixels[0, 0, :3].tolist() == [1, 0, 0]
    assert pixels[0, side, :3].tolist() == [0, 0, 1]
    app.returning.land(app.now, written_result(app, job, uvs=arrays["layout"]))
    assert [m.name for m in obj.data.materials] == ["Sheet"] and {p.material_index for p in obj.data.polygons} == {0}
    assert [layer.name for layer in obj.data.uv_layers if layer.active_render] == ["Propsmith"]
    bpy.ops.propsmith.version_show(place=0)
    assert [slot.material.name for slot in obj.material_slots] == ["Red", "Unused", "Blue"]
    assert obj.data.polygons[15].material_index == 2


def test_the_normal_maps_of_several_materials_are_left_out_and_noted(app):
    """They belong to UVs that the one new texture does not have: no map goes along, and the job's notes say it."""
    obj = grid()
    image = bpy.data.images.new("Bumps", 8, 8)
    for name in ("Plain", "Bumpy"):
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        obj.data.materials.append(material)
    tree = material.node_tree
    texture, bumps = tree.nodes.new("ShaderNodeTexImage"), tree.nodes.new("ShaderNodeNormalMap")
    texture.image = image
    tree.links.new(texture.outputs["Color"], bumps.inputs["Color"])
    tree.links.new(bumps.outputs["Normal"], tree.nodes["Principled BSDF"].inputs["Normal"])
    obj.data.polygons.foreach_set("material_index", np.arange(16, dtype=np.int32) // 8)
    select(obj)
    (job,) = press(app)
    assert not Path(app.now.watches[job].request.mesh).with_name("normal.png").exists()
    assert "The normal map belongs to the old UVs and was left out." in notes(app, job)


def test_of_several_uv_maps_the_rendering_one_is_used(app):
    """The map that renders goes along, or the one that the base colour's UV Map node names; both stay on the object."""
    obj = grid()
    second = obj.data.uv_layers.new(name="Second")
    second.uv.foreach_set("vector", 0.5 * values(obj.data.uv_layers[0].uv, "vector", 2))
    second.active_render = True
    select(obj)
    (job,) = press(app)
    assert snapshot_of(app, job)["uvs"].max() == pytest.approx(0.5)
    app.until(lambda: app.now.watches[job].imported)
    assert [layer.name for layer in obj.data.uv_layers] == ["UVMap", "Second"]
    assert obj.data.uv_layers["Second"].active_render


def test_loose_vertices_that_are_no_numbers_stop_nothing(app):
    """A result lands on an object with a loose vertex that is no number; beside one that was edited, it comes without it."""
    obj = grid()
    obj.data.vertices.add(1)
    obj.data.vertices[-1].co = (float("nan"), 0, 0)
    whole = geometry(obj.data)
    select(obj)
    (job,) = press(app)
    app.returning.land(app.now, written_result(app, job))
    assert obj.propsmith_versions.items and geometry(obj.data) == whole
    (job,) = press(app)
    obj.data.vertices[0].co.z += 1
    app.returning.land(app.now, written_result(app, job))
    assert np.isfinite(beside(app, job).location).all() and len(beside(app, job).data.vertices) == 25


def test_a_layout_that_cuts_polygons_lands_beside(app):
    """New UVs that tear a quad along its diagonal cannot be written to it: the result stands beside and says so."""
    obj = grid()
    obj.data.uv_layers.remove(obj.data.uv_layers[0])
    select(obj)
    (job,) = press(app)
    torn = snapshot_of(app, job)["layout"].copy()
    torn[0] = 1 - torn[0]
    app.returning.land(app.now, written_result(app, job, uvs=torn))
    assert "cuts through polygons" in app.shown.jobs[job].notes and not obj.propsmith_versions.items


@pytest.mark.parametrize(
    ("what", "sentence"),
    [("nan", "are not numbers"), ("flat", "zero area"), ("empty", "has no faces"), ("huge", "the limit is 4")],
)
def test_what_cannot_be_refined_is_refused_with_a_sentence(app, monkeypatch, what, sentence):
    """NaN vertices, no area, no faces, too many faces: no job, no files left behind, and a sentence that says why."""
    obj = grid()
    if what == "nan":
        obj.data.vertices[3].co.x = float("nan")
    elif what == "flat":
        obj.data.vertices.foreach_set("co", np.zeros(len(obj.data.vertices) * 3, np.float32))
    elif what == "empty":
        obj.data.clear_geometry()
    else:
        monkeypatch.setattr(app.snapshot, "MOST_FACES", 4)
    bpy.context.scene.propsmith_refine.prompt = "moss"
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.propsmith.refine()
    assert not app.now.watches
    assert not (app.store_folder / "objects").exists() or not list((app.store_folder / "objects").iterdir())


def test_linked_from_another_file_is_refused(app, tmp_path):
    """An object linked from a library cannot take a new version; the reason names the command that helps."""
    grid("Linked")
    bpy.data.libraries.write(str(tmp_path / "lib.blend"), {bpy.data.objects["Linked"]})
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "lib.blend"), link=True) as (_, wanted):
        wanted.objects = ["Linked"]
    obj = bpy.data.objects["Linked"]
    bpy.context.scene.collection.objects.link(obj)
    select(obj)
    bpy.context.scene.propsmith_refine.prompt = "moss"
    assert "Make Local" in app.snapshot.why_not(obj, "texture") and not bpy.ops.propsmith.refine.poll()
