"""Undo, other files, several scenes and windows, save-as, while jobs run."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys

import bpy
import pytest

from .refine_scene import grid, press


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


def test_an_undo_leaves_the_ghost_while_its_prop_is_made(app, monkeypatch):
    """Ctrl+Z of what came after Generate takes no ghost away, nor does a redo bring a second; a deleted one stays deleted."""
    app.fake(monkeypatch, "ok", 1.0)
    grid()
    bpy.ops.ed.undo_push(message="Add Grid")
    job = app.generate("a vase", size_m=2.0)
    bpy.ops.transform.translate(value=(1, 0, 0))
    bpy.ops.ed.undo_push(message="Move")
    bpy.ops.ed.undo()
    (ghost,) = app.ghosts()
    assert ghost["propsmith_job"] == job and tuple(ghost.location) == (0, 0, 1)
    bpy.ops.ed.redo()
    assert len(app.ghosts()) == 1
    bpy.data.objects.remove(app.ghosts()[0])
    bpy.ops.ed.undo()
    assert not app.ghosts()


def test_an_undo_brings_no_ghost_of_a_cancelled_job_back(app, monkeypatch):
    """Cancelled, a job has no ghost any more, whatever Ctrl+Z restores, and the file it is saved in has none."""
    app.fake(monkeypatch, "ok", 1.0)
    job = app.generate("a vase")
    bpy.ops.ed.undo_push(message="With the ghost")
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="Add Cube")
    bpy.ops.propsmith.cancel_job(job=job)
    app.until(lambda: app.state(job) == "cancelled")
    bpy.ops.ed.undo()
    assert not app.ghosts() and "Cube" not in bpy.data.objects
    bpy.ops.ed.redo()
    assert not app.ghosts()


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


def owned_by(app, pid: int) -> None:
    """As if all jobs had been asked for by the Blender of this process."""
    for owner in app.store.open_store(app.store_folder).jobs.glob("*/owner.json"):
        owner.write_text(json.dumps({"owner": f"{socket.gethostname()}:{pid}:beef"}), "utf-8")


def crash(app, path: str) -> None:
    """As if this Blender had died and the next one recovers its autosave: the owner of all jobs is a process that ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    owned_by(app, ended.pid)
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)  # what an autosave writes
    app.session.forget()
    app.shown.jobs.clear()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.pump.tick()
    bpy.ops.wm.recover_auto_save(filepath=path)


def test_a_recovered_autosave_gets_the_prop_it_waited_for(app, monkeypatch, tmp_path):
    """After a crash in mid-job the recovered file keeps its props, and the job lands where its ghost stands."""
    app.generate()
    app.until(lambda: app.props())
    app.fake(monkeypatch, "ok", 2.0)
    app.end_worker()
    bpy.context.scene.cursor.location = (1, 2, 3)
    job = app.generate("a lamp")
    app.until(lambda: app.state(job) == "running")
    crash(app, str(tmp_path / "autosave.blend"))
    assert len(app.props()) == 1 and len(app.ghosts()) == 1
    app.until(lambda: len(app.props()) == 2)
    (lamp,) = [o for o in app.props() if o.propsmith.job == job]
    assert tuple(lamp.location) == pytest.approx((1, 2, 3)) and not app.ghosts() and not app.shown.recovered


def test_a_recovered_autosave_gets_its_refinement(app, monkeypatch, tmp_path):
    """After a crash the refinement of an object of the recovered file becomes its next version."""
    app.fake(monkeypatch, "ok", 4.0)
    obj = grid("Mine")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    (job,) = press(app)
    app.until(lambda: app.state(job) == "running")
    crash(app, str(tmp_path / "scene_1234_autosave.blend"))
    obj = bpy.data.objects["Mine"]
    app.until(lambda: len(obj.propsmith_versions.items) == 2)
    assert obj.propsmith.job == job


def test_a_ghost_of_a_blender_that_still_runs_is_not_taken_over(app, monkeypatch, tmp_path):
    """The same file opened by a second Blender: the job stays the first one's, no prop lands here, its ghost goes."""
    app.fake(monkeypatch, "ok", 4.0)
    job = app.generate("a lamp")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    owned_by(app, os.getppid())
    app.session.forget()
    app.shown.jobs.clear()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    app.until(lambda: app.state(job) == "done")
    assert not app.props() and not app.ghosts() and app.shown.recovered


def test_textures_kept_beside_the_file_follow_save_as(app, tmp_path):
    """With textures not packed, Save As into another folder points at them from there; packed then, the old folder may go."""
    app.preferences.get().pack_images = False
    places = [tmp_path / "one" / "scene.blend", tmp_path / "two é" / "deeper" / "scene.blend"]
    for place in places:
        place.parent.mkdir(parents=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(places[0]))
    app.generate()
    app.until(lambda: app.props())
    assert all(image.filepath.startswith("//props") for image in pictures())
    bpy.ops.wm.save_as_mainfile(filepath=str(places[1]))
    bpy.ops.wm.open_mainfile(filepath=str(places[1]))
    assert all(image.filepath.startswith("//../../one") and image.size[0] for image in pictures())
    bpy.ops.file.pack_all()
    bpy.ops.wm.save_mainfile()
    shutil.rmtree(places[0].parent)
    bpy.ops.wm.open_mainfile(filepath=str(places[1]))
    assert len(pictures()) == 5 and all(image.size[0] for image in pictures())


def pictures() -> list[bpy.types.Image]:
    """The maps of the file's one prop."""
    (obj,) = [o for o in bpy.data.objects if o.propsmith.job]
    return [n.image for n in obj.data.materials[0].node_tree.nodes if n.type == "TEX_IMAGE"]
