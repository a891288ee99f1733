"""Refine in Blender: from the selected object to a new version of it, and everything that can happen in between."""

from __future__ import annotations

import importlib
from pathlib import Path

import bmesh
import bpy
import numpy as np
import pytest


def grid(name: str = "Sheet", side: int = 4) -> bpy.types.Object:
    """A bent sheet of quads with UVs, selected and active, in the scene."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=side, y_subdivisions=side, size=2.0)
    obj = bpy.context.object
    obj.name = obj.data.name = name
    for vertex in obj.data.vertices:
        vertex.co.z = 0.3 * vertex.co.x**2
    return obj


def values(items, name: str, width: int, kind=np.float32) -> np.ndarray:
    found = np.empty(len(items) * width, kind)
    items.foreach_get(name, found)
    return found


def geometry(mesh: bpy.types.Mesh) -> tuple[bytes, ...]:
    """Vertices, corners, polygons and all UV maps, bit for bit."""
    return (
        values(mesh.vertices, "co", 3).tobytes(),
        values(mesh.loops, "vertex_index", 1, np.int32).tobytes(),
        values(mesh.polygons, "loop_start", 1, np.int32).tobytes(),
        *(values(layer.uv, "vector", 2).tobytes() for layer in mesh.uv_layers),
    )


def select(*objects: bpy.types.Object) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    for obj in objects:
        obj.select_set(True)
    bpy.context.view_layer.objects.active = objects[0]


def press(app, **settings) -> list[str]:
    """Press Refine; the new jobs in the order of their queueing."""
    chosen = bpy.context.scene.propsmith_refine
    for name, value in ({"prompt": "mossy stone"} | settings).items():
        setattr(chosen, name, value)
    before = set(app.now.watches)
    assert bpy.ops.propsmith.refine() == {"FINISHED"}
    return sorted(set(app.now.watches) - before)


def until_landed(app, *jobs: str) -> None:
    app.until(lambda: all(app.now.watches[j].imported for j in jobs))
    assert not [app.shown.jobs[j].sentence for j in jobs if app.shown.jobs[j].code]


def refined(app, obj, **settings) -> str:
    select(obj)
    (job,) = press(app, **settings)
    until_landed(app, job)
    return job


def snapshot_of(app, job: str) -> dict[str, np.ndarray]:
    with np.load(app.now.watches[job].request.mesh) as arrays:
        return {name: arrays[name] for name in arrays.files}


def beside(app, job: str) -> bpy.types.Object | None:
    """The object that a result became when it was not allowed onto its own."""
    return next((o for o in bpy.data.objects if o.propsmith.job == job and o.name.endswith("refined")), None)


def notes(app, job: str) -> str:
    return app.shown.jobs[job].notes


def test_texture_mode_keeps_everything_but_the_material(app):
    """The same object gets a new mesh datablock and material; geometry, UVs, shape keys, weights, modifiers, transform stay."""
    obj = grid()
    obj.shape_key_add(name="Basis")
    obj.shape_key_add(name="Bulge").data[0].co.z = 2.0
    group = obj.vertex_groups.new(name="Edge")
    group.add([0, 1, 2], 0.25, "REPLACE")
    obj.modifiers.new("Thick", "SOLIDIFY")
    obj.data.materials.append(bpy.data.materials.new("Old"))
    obj.location, obj.rotation_euler, obj.scale = (1, 2, 3), (0.1, 0.2, 0.3), (1, 2, 0.5)
    parent = bpy.data.objects.new("Root", None)
    bpy.context.scene.collection.objects.link(parent)
    obj.parent = parent
    bpy.context.view_layer.update()
    old, before, place = obj.data, geometry(obj.data), obj.matrix_world.copy()
    collections = set(obj.users_collection)
    job = refined(app, obj, prompt="mossy stone")
    assert obj.data is not old and geometry(obj.data) == before == geometry(old)
    assert [m.name for m in old.materials] == ["Old"] and [m.name for m in obj.data.materials] == ["Sheet"]
    assert obj.data.shape_keys.key_blocks["Bulge"].data[0].co.z == 2.0
    assert obj.vertex_groups["Edge"].weight(1) == 0.25 and [m.type for m in obj.modifiers] == ["SOLIDIFY"]
    assert obj.parent == parent and set(obj.users_collection) == collections
    assert np.allclose(obj.matrix_world, place) and tuple(obj.scale) == (1, 2, 0.5)
    assert obj.propsmith.job == job and obj.propsmith.prompt == "mossy stone" and obj.propsmith.kind == "refine"
    assert [(v.name, v.how) for v in obj.propsmith_versions.items] == [("v1", "original"), ("v2", "texture")]
    node = obj.data.materials[0].node_tree.nodes["Base Color"]
    assert node.image.packed_file and node.image.pixels[0] == pytest.approx(200 / 255, abs=0.01)
    assert not app.ghosts() and len(bpy.data.objects) == 2


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


def written_result(app, job: str, **changes):
    """The finished watch of a job whose result is written by hand: the snapshot's arrays, changed, and plain maps."""
    app.end_worker()
    watch = app.now.watches[job]
    arrays = {name: array for name, array in snapshot_of(app, job).items() if name in ("vertices", "faces", "uvs")}
    folder = app.now.store.jobs / job / "result"
    folder.mkdir(exist_ok=True)
    np.savez(folder / "mesh.npz", **(arrays | changes))
    maps = Path(watch.request.mesh).parent
    for name in ("base_color.png", "roughness.png", "metallic.png"):
        (folder / name).write_bytes((maps / name).read_bytes())
    (folder / "normal.png").write_bytes((maps / "base_color.png").read_bytes())
    done = app.protocol.Done("result", {}, {"faces": float(len((arrays | changes)["faces"]))})
    app.store.append_event(app.now.store, job, done)
    watch.status = app.store.job_status(app.now.store, job)
    assert watch.status.state == "done"
    return watch


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("edited", "was edited meanwhile"),
        ("renamed", "was renamed or deleted"),
        ("deleted", "was renamed or deleted"),
        ("linked", "was given to other objects"),
    ],
)
def test_what_changed_meanwhile_is_left_alone(app, what, reason):
    """When the object was edited, renamed, deleted or shared meanwhile, the result lands beside it and says why."""
    obj = grid()
    obj.location = (0, 5, 0)
    bpy.context.view_layer.update()
    select(obj)
    (job,) = press(app)
    before = geometry(obj.data)
    if what == "edited":
        obj.data.vertices[0].co.z += 1e-4
        before = geometry(obj.data)
    elif what == "renamed":
        obj.name = "Mine"
    elif what == "deleted":
        bpy.data.objects.remove(obj)
    else:
        bpy.context.scene.collection.objects.link(obj.copy())
    until_landed(app, job)
    other = beside(app, job)
    assert other is not None and reason in notes(app, job)
    assert other.location.x > 2.0 and other.location.y == pytest.approx(5.0)
    assert not other.select_get() and other.data.materials
    if what != "deleted":
        assert geometry(obj.data) == before and not obj.propsmith_versions.items and not obj.data.materials


def test_a_changed_topology_never_lands_on_the_object(app):
    """Texture only is verified on return: a result whose vertices moved by one bit stands beside, not on the object."""
    obj = grid()
    select(obj)
    (job,) = press(app)
    moved = snapshot_of(app, job)["vertices"].copy()
    moved[3, 0] = np.nextafter(moved[3, 0], np.float32(9))
    app.returning.land(app.now, written_result(app, job, vertices=moved))
    assert beside(app, job) and "its vertices came back changed" in notes(app, job)
    assert not obj.propsmith_versions.items


def test_shape_mode_swaps_the_mesh_in_place(app):
    """A new shape arrives in the object's own space, its scale divided out again; transform and modifiers stay."""
    obj = grid()
    obj.modifiers.new("Thick", "SOLIDIFY")
    obj.scale = (2, 1, 1)
    bpy.context.view_layer.update()
    select(obj)
    (job,) = press(app, mode="shape", keep_silhouette=0.4)
    assert app.now.watches[job].request.keep_silhouette == 0.4
    arrays = snapshot_of(app, job)
    vertices = arrays["vertices"] + np.float32((0, 0, 0.5))
    app.returning.land(app.now, written_result(app, job, vertices=vertices))
    got = values(obj.data.vertices, "co", 3).reshape(-1, 3)
    assert np.allclose(got, vertices / (2, 1, 1), atol=1e-6) and len(obj.data.polygons) == 32
    assert tuple(obj.scale) == (2, 1, 1) and len(obj.modifiers) == 1
    assert obj.propsmith_versions.items[1].how == "shape"


def test_versions_compare_revert_keep_remove(app):
    """v1, v2, v3 can be shown, reverted, removed and kept; each brings its mesh, material and provenance back."""
    obj = grid()
    original = obj.data
    refined(app, obj, prompt="mossy stone")
    refined(app, obj, prompt="polished brass")
    names = [v.name for v in obj.propsmith_versions.items]
    assert names == ["v1", "v2", "v3"] and app.versions.shown(obj) == 2 and obj.propsmith.prompt == "polished brass"
    assert bpy.ops.propsmith.version_revert() == {"FINISHED"}
    assert app.versions.shown(obj) == 1 and obj.propsmith.prompt == "mossy stone"
    bpy.ops.propsmith.version_show(place=0)
    assert obj.data == original and obj.propsmith.prompt == "" and obj.propsmith.job == ""
    assert not bpy.ops.propsmith.version_revert.poll()
    bpy.ops.propsmith.version_compare()
    assert app.versions.shown(obj) == 1
    bpy.ops.propsmith.version_remove(place=1)
    assert app.versions.shown(obj) == 0 and [v.name for v in obj.propsmith_versions.items] == ["v1", "v3"]
    bpy.ops.propsmith.version_show(place=1)
    assert obj.propsmith.prompt == "polished brass"
    bpy.ops.propsmith.version_keep()
    assert [v.name for v in obj.propsmith_versions.items] == ["v3"] and not bpy.ops.propsmith.version_keep.poll()
    refined(app, obj)
    assert [v.name for v in obj.propsmith_versions.items] == ["v3", "v4"]


def test_one_undo_step_each(app):
    """Ctrl+Z takes back one landing: mesh, material and list of versions; redo brings them again."""
    obj = grid()
    bpy.ops.ed.undo_push(message="grid")
    refined(app, obj)
    bpy.ops.ed.undo()
    obj = bpy.data.objects["Sheet"]
    assert not obj.propsmith_versions.items and not obj.data.materials and obj.propsmith.job == ""
    bpy.ops.ed.redo()
    obj = bpy.data.objects["Sheet"]
    assert len(obj.propsmith_versions.items) == 2 and obj.data.materials and obj.propsmith.job


def test_materials_of_the_object_itself_come_back(app):
    """A slot linked to the object, not the mesh, gives way to the refined material and is restored with v1."""
    obj = grid()
    obj.data.materials.append(None)
    slot = obj.material_slots[0]
    slot.link, slot.material = "OBJECT", bpy.data.materials.new("Mine")
    refined(app, obj)
    assert obj.material_slots[0].link == "DATA" and obj.active_material.name == "Sheet"
    bpy.ops.propsmith.version_show(place=0)
    assert (obj.material_slots[0].link, obj.active_material.name) == ("OBJECT", "Mine")


def test_several_objects_make_several_jobs_and_one_bad_row_stops_none(app):
    """Three selected meshes, one without area: two jobs, each landing on its own object, and the third is named."""
    first, second, flat = grid("First"), grid("Second"), grid("Flat")
    flat.data.vertices.foreach_set("co", np.zeros(len(flat.data.vertices) * 3, np.float32))
    select(first, second, flat)
    jobs = press(app)
    assert len(jobs) == 2
    until_landed(app, *jobs)
    assert [len(o.propsmith_versions.items) for o in (first, second, flat)] == [2, 2, 0]
    assert {first.propsmith.job, second.propsmith.job} == set(jobs)


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
