"""Linked libraries: props, their collection and their materials linked from another file stay that file's own."""

from __future__ import annotations

import bpy
import pytest

from .test_fill import box, rows, select, shown


@pytest.fixture
def linked(app, tmp_path):
    """A file into which the Props collection of another one, saved while a second job ran, is linked."""
    app.generate("a barrel")
    app.until(lambda: app.props())
    path, empty = str(tmp_path / "props é.blend"), bpy.data.objects.new("Ghost", None)
    empty["propsmith_job"] = "20260101-000000-000000-0000abcd"  # as a file has it that was saved while a job ran
    bpy.context.scene.collection.children["Props"].objects.link(empty)
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(path, link=True) as (_, here):
        here.collections = ["Props"]
    bpy.context.scene.collection.children.link(bpy.data.collections["Props"])
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    app.until(lambda: app.pump.tick() is None)
    return bpy.data.collections["Props"]


def test_a_prop_lands_beside_a_linked_collection_of_props(app, linked):
    """With another file's Props collection linked into the scene, a prop lands in a collection of this file's own."""
    app.generate("a lamp")
    app.until(lambda: any(not o.library for o in app.props()))
    (prop,) = [o for o in app.props() if not o.library]
    assert all(not c.library for c in prop.users_collection) and len(linked.objects) == 2 and not app.ghosts()[1:]


def test_what_belongs_to_the_other_file_is_left_alone(app, linked, tmp_path):
    """Opening, undo and the panels touch no linked object, not even a ghost; its buttons say why they are off."""
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    there = bpy.data.collections["Props"]
    app.pump.tick()
    app.pump.after_undo()
    assert {o.name for o in there.objects} == {"Barrel", "Ghost"}
    prop = bpy.data.objects["Barrel"]
    prop.select_set(True)
    bpy.context.view_layer.objects.active = prop
    assert not bpy.ops.propsmith.look_reset.poll() and not bpy.ops.propsmith.look_bake.poll()
    assert not bpy.ops.propsmith.refine.poll()


def test_a_linked_prop_can_be_lit_exported_and_given_levels(app, linked, tmp_path):
    """Preview light, LODs and export work on a prop of another file and leave it as it was."""
    prop = bpy.data.objects["Barrel"]
    prop.select_set(True)
    bpy.context.view_layer.objects.active = prop
    assert bpy.ops.propsmith.preview_light() == {"FINISHED"}
    assert bpy.ops.propsmith.preview_light() == {"FINISHED"}
    assert bpy.ops.propsmith.make_lods() == {"FINISHED"}
    assert bpy.ops.propsmith.export(filepath=str(tmp_path / "out.glb"), kind="GLB") == {"FINISHED"}
    assert (tmp_path / "out.glb").stat().st_size > 1000 and prop.library


@pytest.fixture
def overridden(app, tmp_path):
    """A box and a sun of another file's collection, as library overrides."""
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    override(linked_from_another_file(tmp_path / "blockout.blend", box("barrel"), sun))
    return {obj.name: obj for obj in bpy.context.scene.objects}


def linked_from_another_file(file, *objects: bpy.types.Object) -> bpy.types.Collection:
    """A collection of these objects, written into a file and linked from it into the scene of a new one."""
    collection = bpy.data.collections.new("Theirs")
    for obj in objects:
        collection.objects.link(obj)
    bpy.data.libraries.write(str(file), {collection})
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(file), link=True) as (_, here):
        here.collections = ["Theirs"]
    bpy.context.scene.collection.children.link(here.collections[0])
    return here.collections[0]


def override(collection: bpy.types.Collection) -> None:
    """Overrides of all that is in a linked collection, in its place."""
    scene = bpy.context.scene
    collection.override_hierarchy_create(scene, bpy.context.view_layer)
    scene.collection.children.unlink(collection)
    bpy.context.view_layer.update()


@pytest.mark.usefixtures("no_fill")
def test_an_overridden_placeholder_is_refused(app, overridden):
    """It cannot be taken out of its collection, and forgets its row with the file: it is refused, with what to do about it."""
    select(overridden["barrel"])
    bpy.ops.propsmith.fill_add_selected()
    (row,) = rows()
    assert row.state == "bad" and "make it local" in row.reason


def test_an_overridden_light_is_on_again_after_the_preview(overridden, tmp_path):
    """It is off while the preview light is on, also after the file was opened again, and on when that has gone."""
    bpy.context.view_layer.objects.active = overridden["barrel"]
    bpy.ops.propsmith.preview_light()
    assert overridden["Sun"].hide_render and overridden["Sun"].hide_viewport
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    sun = bpy.context.scene.objects["Sun"]
    assert sun.hide_render and sun.override_library
    bpy.ops.propsmith.preview_light()
    assert not sun.hide_render and not sun.hide_viewport


@pytest.mark.usefixtures("no_fill")
@pytest.mark.parametrize("how", ["linked", "overridden"])
def test_props_are_scattered_over_another_files_surface(app, tmp_path, how):
    """A ground and a pillar of another file, linked or overridden: props stand on the one and clear of the other."""
    bpy.ops.mesh.primitive_plane_add(size=4, location=(1, 1, 0.5))
    ground = bpy.context.object
    theirs = linked_from_another_file(tmp_path / "set.blend", ground, box("pillar", (1, 1, 1), (1, 1, 1)))
    if how == "overridden":
        override(theirs)
    bpy.context.view_layer.update()
    surface = bpy.context.scene.objects["Plane"]
    assert bool(surface.library) == (how == "linked")
    bpy.context.view_layer.objects.active = surface
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.4, density=1.0) == {"FINISHED"}
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    places = [obj.location for obj in app.props()]
    assert len(places) > 8 and all(abs(place.z - 0.5) < 1e-4 for place in places)
    assert min(max(abs(place.x - 1), abs(place.y - 1)) for place in places) > 0.5
    assert all(not obj.users_collection[0].library for obj in app.props())


def test_a_scene_of_another_file_is_refused_before_a_job_begins(app, tmp_path):
    """Generate is off in a linked scene; asked for otherwise, added, or listed for a fill, a prop is refused by a sentence, and
    no job is left that could land nowhere."""
    job = app.generate("a lamp")
    app.until(app.props)
    bpy.context.scene.name = "Set"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "set.blend"), copy=True)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.until(lambda: app.pump.tick() is None)
    with bpy.data.libraries.load(str(tmp_path / "set.blend"), link=True) as (_, here):
        here.scenes = ["Set"]
    bpy.context.window.scene = next(scene for scene in bpy.data.scenes if scene.library)
    bpy.data.texts.new("props").from_string("barrel")
    assert not bpy.ops.propsmith.generate.poll()
    for call in (
        lambda: bpy.ops.propsmith.generate_prompt(prompt="a cup"),
        lambda: bpy.ops.propsmith.retry_job(job=job),
        lambda: bpy.ops.propsmith.add_to_scene(job=job),
        lambda: bpy.ops.propsmith.fill_add_text(text="props"),
    ):
        with pytest.raises(RuntimeError, match="scene 'Set' is linked from another file.*scene-linked"):
            call()
    assert list(app.now.watches) == [job] and not shown().total
