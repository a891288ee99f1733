"""Linked libraries: props, their collection and their materials linked from another file stay that file's own."""

from __future__ import annotations

import bpy
import pytest


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
