"""Scenes that are renamed or deleted while a prop for them is made, its ghost with them or before."""

from __future__ import annotations

import bpy
import pytest

from .refine_scene import grid, notes, press, until_landed
from .test_several_scenes import scenes, show  # noqa: F401

pytestmark = pytest.mark.usefixtures("no_fill")


def test_a_renamed_scene_gets_its_prop_without_a_ghost_too(app, monkeypatch, scenes):  # noqa: F811
    """The ghost was deleted, the scene renamed, and another took its name: the prop lands in the scene it was asked for in."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 6.0)
    second.cursor.location = (3, 2, 1)
    show(second)
    app.generate("a lamp")
    show(first)
    bpy.data.objects.remove(app.ghosts()[0])
    second.name, first.name = "Elsewhere", "Second"
    app.until(app.props)
    assert app.props()[0].name in second.objects and tuple(app.props()[0].location) == (3, 2, 1)


@pytest.mark.parametrize("ghost", ["there", "deleted"])
def test_the_prop_of_a_deleted_scene_waits_in_its_row(app, monkeypatch, scenes, ghost):  # noqa: F811
    """It lands in no other scene; its row says so, and Add puts it into the one shown."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 6.0)
    show(second)
    job = app.generate("a lamp")
    show(first)
    if ghost == "deleted":
        bpy.data.objects.remove(app.ghosts()[0])
    bpy.data.scenes.remove(second)
    app.until(lambda: app.state(job) == "done" and job not in app.now.landings)
    row = app.shown.jobs[job]
    assert not app.props() and not app.ghosts() and (row.text, row.imported) == ("Ready", False)
    why = row.notes.splitlines()[-1]
    assert "is gone" in why and "gibt es nicht mehr" in app.translations.translated(why, "de")
    assert bpy.ops.propsmith.add_to_scene(job=job) == {"FINISHED"}
    assert app.props()[0].name in first.objects and app.shown.jobs[job].imported


def test_a_scene_of_a_file_opened_again_is_known_without_its_ghost(app, monkeypatch, scenes, tmp_path):  # noqa: F811
    """Saved in mid-job and opened again, the scene renamed and the ghost deleted after that: the prop lands in it."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 2.0)
    show(second)
    job = app.generate("a lamp")
    show(first)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "two.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "two.blend"))
    bpy.data.objects.remove(app.ghosts()[0])
    bpy.data.scenes["Second"].name = "Elsewhere"
    until_landed(app, job)
    assert app.props()[0].name in bpy.data.scenes["Elsewhere"].objects


def test_what_stands_beside_its_object_stands_in_its_renamed_scene(app, monkeypatch, scenes):  # noqa: F811
    """Edited meanwhile in a scene that got another name and is not shown: the result stands beside the object, in its scene."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 6.0)
    show(second)
    obj = grid("Far")
    (job,) = press(app)
    obj.data.vertices[0].co.z += 0.1
    show(first)
    second.name = "Elsewhere"
    until_landed(app, job)
    assert not first.objects and len(second.objects) == 2 and "beside" in notes(app, job)
