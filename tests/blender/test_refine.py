"""Refine in Blender: from the selected object to a new version of it, and everything that can happen in between."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender.refine_scene import (
    beside,
    geometry,
    grid,
    notes,
    press,
    refined,
    select,
    snapshot_of,
    until_landed,
    values,
    written_result,
)


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


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("edited", "was edited meanwhile"),
        ("renamed", "was renamed or deleted"),
        ("deleted", "was renamed or deleted"),
        ("replaced", "was renamed or deleted"),
        ("linked", "was given to other objects"),
    ],
)
def test_what_changed_meanwhile_is_left_alone(app, what, reason):
    """When the object was edited, renamed, deleted or shared meanwhile, the result lands beside it and says why; so it does
    where another one, of the very same faces, has its name by then."""
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
    elif what == "replaced":
        twin = bpy.data.objects.new("Twin", obj.data.copy())
        bpy.context.scene.collection.objects.link(twin)
        bpy.data.objects.remove(obj)
        obj, twin.name = twin, "Sheet"
    else:
        bpy.context.scene.collection.objects.link(obj.copy())
    until_landed(app, job)
    other = beside(app, job)
    assert other is not None and reason in notes(app, job)
    assert other.location.x > 2.0 and other.location.y == pytest.approx(5.0)
    assert not other.select_get() and other.data.materials
    if what != "deleted":
        assert geometry(obj.data) == before and not obj.propsmith_versions.items and not obj.data.materials


def several_materials(obj: bpy.types.Object) -> None:
    """Two materials, which a refinement brings into one."""
    for name in ("Wood", "Iron"):
        obj.data.materials.append(bpy.data.materials.new(name))
    for polygon in obj.data.polygons:
        polygon.material_index = polygon.index % 2


@pytest.mark.parametrize("mode", ["shape", "texture"])
def test_two_refinements_of_one_version_are_two_versions(app, mode):
    """Refine pressed twice: the second result, and later a Retry of the first, become versions too, made of the first mesh."""
    obj = grid()
    several_materials(obj)
    first, original = obj.data, geometry(obj.data)
    select(obj)
    jobs = [*press(app, mode=mode), *press(app, mode=mode)]
    until_landed(app, *jobs)
    before = set(app.now.watches)
    bpy.ops.propsmith.retry_job(job=jobs[0])
    jobs += set(app.now.watches) - before
    until_landed(app, *jobs)
    items = obj.propsmith_versions.items
    assert [version.name for version in items] == ["v1", "v2", "v3", "v4"] and obj.data == items[3].mesh
    assert not any(beside(app, job) for job in jobs) and len({version.mesh for version in items}) == 4
    assert items[0].mesh == first and geometry(first) == original
    if mode == "texture":
        assert all(geometry(version.mesh) == original for version in items[1:])


@pytest.mark.parametrize("asked_of", ["the original", "a version whose twin nobody edits"])
def test_an_edited_version_is_not_replaced_by_what_was_asked_of_another(app, asked_of):
    """While a refinement runs the shown version is edited: the result stands beside, although its base or a twin is whole."""
    obj = grid()
    if asked_of == "the original":
        several_materials(obj)
        select(obj)
        (first,), (job,) = press(app), press(app)
        until_landed(app, first)
    else:
        refined(app, obj)  # vertices, faces and UVs of v2 are those of v1
        bpy.ops.propsmith.version_show(place=0)
        (job,) = press(app)
    del app.now.landings[job]
    obj.data.vertices[0].co.z += 0.1
    edited = obj.data
    app.until(lambda: app.state(job) == "done")
    assert bpy.ops.propsmith.add_to_scene(job=job) == {"FINISHED"}
    assert beside(app, job) and "was edited meanwhile" in notes(app, job)
    assert obj.data == edited and len(obj.propsmith_versions.items) == 2


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


def test_reuse_fills_the_refine_panel(app):
    """Reuse Settings on a refine job restores all its sliders, mode and prompt, the seed locked."""
    wanted = {"strength": 0.7, "keep_original": 0.2, "keep_silhouette": 0.4, "mode": "shape", "steps": 7, "seed": 42}
    obj = grid()
    select(obj)
    (job,) = press(app, prompt="gold", random_seed=False, **wanted)
    chosen = bpy.context.scene.propsmith_refine
    for name, value in {"strength": 0.1, "keep_original": 0.9, "mode": "texture", "steps": 0, "seed": 1}.items():
        setattr(chosen, name, value)
    chosen.prompt, chosen.random_seed = "else", True
    assert bpy.ops.propsmith.reuse_settings(job=job) == {"FINISHED"}
    assert chosen.mode == wanted.pop("mode") and chosen.prompt == "gold"
    assert {name: getattr(chosen, name) for name in wanted} == pytest.approx(wanted)
    assert not chosen.random_seed and bpy.context.scene.propsmith.prompt == ""
