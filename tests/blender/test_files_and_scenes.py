"""Undo, other files, several scenes and windows, save-as, while jobs run."""

from __future__ import annotations

import bpy
import pytest


def test_undo_in_mid_job_loses_neither_job_nor_row(app, monkeypatch):
    """Ctrl+Z while a job runs takes back the artist's own step only; the row stays, and the prop lands as one step."""
    app.fake(monkeypatch, "ok", 4.0)
    cube = bpy.data.objects.new("Mine", None)
    bpy.context.scene.collection.objects.link(cube)
    bpy.ops.ed.undo_push(message="Add Mine")
    job = app.generate()
    app.until(lambda: app.state(job) == "running")
    bpy.ops.ed.undo()
    assert "Mine" not in bpy.data.objects and [row.name for row in app.shown.jobs] == [job]
    app.until(lambda: app.props())
    bpy.ops.ed.undo()
    assert not app.props() and not app.ghosts() and app.state(job) == "done"
    bpy.ops.propsmith.add_to_scene(job=job)
    assert len(app.props()) == 1


def test_a_prop_lands_in_the_scene_it_was_asked_from(app, monkeypatch):
    """With two scenes the prop goes to the one that was active at the press, at that scene's cursor; the other stays empty."""
    app.fake(monkeypatch, "ok", 4.0)
    first, second = bpy.context.scene, bpy.data.scenes.new("Second")
    first.cursor.location, second.cursor.location = (1, 2, 3), (9, 9, 9)
    app.generate()
    bpy.context.window.scene = second
    app.until(lambda: app.props())
    (obj,) = app.props()
    assert obj.name in first.objects and not second.objects and tuple(obj.location) == pytest.approx((1, 2, 3))
    bpy.ops.ed.undo()
    assert not app.props()


def test_each_scene_keeps_its_own_settings(app):
    """Prompt, preset and size belong to the scene: another scene has its own, and the panel follows."""
    app.settings.prompt, app.settings.preset = "a barrel", "high"
    bpy.context.window.scene = bpy.data.scenes.new("Second")
    assert app.settings.prompt == "" and app.settings.preset == "standard"


def test_a_deleted_scene_costs_no_prop(app, monkeypatch):
    """When the scene that asked is gone, the prop lands in the present one."""
    app.fake(monkeypatch, "ok", 4.0)
    first, second = bpy.context.scene, bpy.data.scenes.new("Second")
    bpy.context.window.scene = second
    app.generate()
    bpy.context.window.scene = first
    bpy.data.scenes.remove(second)
    app.until(lambda: app.props())
    assert app.props()[0].name in first.objects


def test_save_as_in_mid_job_changes_nothing(app, monkeypatch, tmp_path):
    """Saving under another name while a job runs: the prop lands in the file at hand, textures packed, and saves with it."""
    app.fake(monkeypatch, "ok", 4.0)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "one.blend"))
    app.generate()
    app.until(lambda: app.shown.running)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "zwei é.blend"))
    assert len(app.ghosts()) == 1
    app.until(lambda: app.props())
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "zwei é.blend"))
    (obj,) = app.props()
    assert obj.data.materials[0].node_tree and not app.ghosts() and obj.propsmith.prompt == "a wooden barrel"
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "one.blend"))
    assert not app.props() and not app.ghosts()


def test_drafts_live_through_another_file(app, monkeypatch):
    """File > Open in the middle of four drafts: they are finished, stay in the gallery, and the chosen one can be made there."""
    app.fake(monkeypatch, "ok", 10.0)
    app.settings.prompt = "a chair"
    bpy.ops.propsmith.four_drafts()
    jobs = list(app.gallery.shown_or_none(app.now).jobs)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.until(lambda: all(app.state(job) == "done" for job in jobs))
    assert not app.props() and not app.shown.recovered
    bpy.ops.propsmith.choose_draft(place=1)
    bpy.ops.propsmith.make_draft()
    app.until(lambda: app.props())
    assert app.props()[0].propsmith.prompt == "a chair"


def test_a_crash_recovery_file_keeps_props_and_drops_ghosts(app, monkeypatch, tmp_path):
    """A file saved in mid-job as Blender's autosave does, opened by the next Blender: props stay, dead ghosts go."""
    app.generate()
    app.until(lambda: app.props())
    app.end_worker()
    app.fake(monkeypatch, "slow", 1.0)
    app.generate("a lamp")
    path = str(tmp_path / "autosave.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
    app.session.forget()
    app.shown.jobs.clear()
    bpy.ops.wm.open_mainfile(filepath=path)
    assert len(app.props()) == 1 and not app.ghosts()
