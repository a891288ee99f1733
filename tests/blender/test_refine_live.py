"""While a refinement runs: the panel, the live mesh, what can be told to the job, other files, retries, removal."""

from __future__ import annotations

import math
import time
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from tests.blender.refine_scene import beside, geometry, grid, press, refined, select, snapshot_of, until_landed
from tests.blender.test_panels import drawn, names


def running(app, monkeypatch) -> tuple[bpy.types.Object, str]:
    """A refinement of a sheet that takes a while, already begun."""
    app.fake(monkeypatch, "slow", 4.0)
    obj = grid()
    (job,) = press(app)
    app.until(lambda: app.state(job) == "running")
    return obj, job


def test_the_panel_turns_to_the_selected_object(app, monkeypatch):
    """Title, settings and button follow the selection; a running job shows its bar and buttons; versions their strip."""
    panel = bpy.types.PROPSMITH_PT_refine
    assert not panel.poll(bpy.context)
    obj, job = running(app, monkeypatch)
    assert panel.poll(bpy.context)
    seen = drawn("PROPSMITH_PT_refine")
    stand_in = type("Panel", (), {"layout": type("L", (), {"label": lambda self, text: titles.append(text)})()})()
    titles: list[str] = []
    panel.draw_header(stand_in, bpy.context)
    assert titles == ["Refine: Sheet"]
    assert {"prompt", "mode", "strength", "keep_original"} <= set(names(seen, "prop"))
    assert "keep_silhouette" not in names(seen, "prop") and names(seen, "progress")
    assert {"propsmith.refine", "propsmith.refine_stop", "propsmith.cancel_job"} <= set(names(seen, "operator"))
    bpy.context.scene.propsmith_refine.mode = "shape"
    app.requests.cancel(app.now, job)
    app.until(lambda: app.state(job) == "cancelled")
    app.versions.add(obj, obj.data.copy(), "texture", "moss")
    seen = drawn("PROPSMITH_PT_refine")
    assert "keep_silhouette" in names(seen, "prop") and not names(seen, "progress")
    assert names(seen, "operator").count("propsmith.version_show") == 2


def test_drawing_with_500_jobs_takes_under_a_millisecond(app):
    """The panel's own work does not grow with the list of jobs."""
    grid()
    for number in range(500):
        landing = app.session.Landing("Scene", (0.0, 0.0, 0.0), frozenset(), "Other")
        app.now.landings[f"20260101-000000-000000-{number:08x}"] = landing
    drawn("PROPSMITH_PT_refine")
    times = []
    for _ in range(20):
        began = time.perf_counter()
        bpy.types.PROPSMITH_PT_refine.poll(bpy.context)
        app.refining.job_of(app.now, "Sheet")
        times.append(time.perf_counter() - began)
    assert min(times) < 1e-3


def test_what_is_told_reaches_control_json(app, monkeypatch):
    """Stop Here and Apply write control.json as the loop reads it, each keeping what the other said."""
    _, job = running(app, monkeypatch)
    settings = bpy.context.scene.propsmith_refine
    settings.prompt, settings.strength = "gold", 0.3
    assert bpy.ops.propsmith.refine_steer(job=job) == {"FINISHED"}
    assert bpy.ops.propsmith.refine_stop(job=job) == {"FINISHED"}
    told = app.store.read_control(app.now.store, job)
    assert (told.prompt, told.strength, told.stop_now) == ("gold", 0.3, True)
    assert not bpy.ops.propsmith.refine_favour_view.poll()


@pytest.mark.parametrize("azimuth", [0.0, 90.0, 215.0])
def test_the_favoured_side_is_the_one_the_view_shows(app, azimuth):
    """A view from an azimuth of the worker's cameras gives that azimuth, also around an object that is turned."""
    a = math.radians(azimuth)
    back, right = np.array([math.sin(a), -math.cos(a), 0]), np.array([math.cos(a), math.sin(a), 0])
    world = Matrix.Identity(4)
    for row in range(3):
        world[row][0], world[row][1], world[row][2] = right[row], (0, 0, 1)[row], back[row]
    assert app.refining.azimuth_deg(world.inverted(), None) == pytest.approx(azimuth, abs=1e-3)
    turned = grid()
    turned.rotation_euler.z = math.radians(30)
    bpy.context.view_layer.update()
    assert app.refining.azimuth_deg(world.inverted(), turned) == pytest.approx((azimuth - 30) % 360, abs=1e-3)


def test_the_live_mesh_follows_and_vanishes(app, monkeypatch):
    """A light mesh of the job is shown over the object in its own space, follows, is not rendered, and goes at the end."""
    obj, job = running(app, monkeypatch)
    obj.scale = (2, 1, 1)
    bpy.context.view_layer.update()
    arrays, taken = snapshot_of(app, job), app.snapshot.read(app.now.watches[job].request.mesh)
    units = (arrays["vertices"] - taken.centre) * taken.unit
    assert np.linalg.norm(units, axis=1).max() == pytest.approx(0.96, abs=1e-5)
    path = app.now.store.jobs / job / "refine.npz"
    app.end_worker()
    for shift in (0.0, 0.1):
        np.savez(path, vertices=units.astype(np.float32) + shift, faces=arrays["faces"])
        app.store.append_event(app.now.store, job, app.protocol.Preview("refine.png", "refine.npz"))
        began = time.perf_counter()
        app.pump.read_news(app.now, math.inf)
        assert time.perf_counter() - began < 0.1
        shown = app.live.find_or_none(job)
        points = np.array([v.co for v in shown.data.vertices])
        own = np.array([v.co for v in obj.data.vertices])
        assert np.allclose(points, own + shift / taken.unit, atol=1e-5)
        assert shown.matrix_world == obj.matrix_world and shown.hide_render and shown.hide_select
    app.store.append_event(app.now.store, job, app.protocol.failed(app.errors.problem("cancelled")))
    app.pump.read_news(app.now, math.inf)
    assert app.live.find_or_none(job) is None and not [m for m in bpy.data.meshes if m.name.startswith("Refining")]


def test_a_scene_copied_meanwhile_keeps_nothing_of_what_is_shown(app, monkeypatch):
    """Scene > New > Full Copy copies what shows a refinement at work too; all of it goes when the job ends."""
    _, job = running(app, monkeypatch)
    arrays = snapshot_of(app, job)
    app.end_worker()
    np.savez(app.now.store.jobs / job / "refine.npz", vertices=arrays["vertices"], faces=arrays["faces"])
    app.store.append_event(app.now.store, job, app.protocol.Preview("refine.png", "refine.npz"))
    app.pump.read_news(app.now, math.inf)
    bpy.ops.scene.new(type="FULL_COPY")
    assert sum(o.get(app.live.MARK) == job for o in bpy.data.objects) == 2
    app.store.append_event(app.now.store, job, app.protocol.failed(app.errors.problem("cancelled")))
    app.pump.read_news(app.now, math.inf)
    assert not [o for o in bpy.data.objects if o.get(app.live.MARK)]


def test_the_same_file_opened_again_still_gets_its_result(app, monkeypatch, tmp_path):
    """After File > Open of the same file the result lands on its object; in another file it waits as recovered."""
    obj = grid()
    select(obj)
    app.fake(monkeypatch, "ok", 2.0)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    (job,) = press(app)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    until_landed(app, job)
    obj = bpy.data.objects["Sheet"]
    assert len(obj.propsmith_versions.items) == 2 and not beside(app, job)
    select(obj)
    (other,) = press(app)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.until(lambda: app.state(other) == "done")
    app.pump.tick()
    assert not app.now.watches[other].imported and other not in app.now.landings


def test_another_files_object_of_the_same_name_is_left_alone(app, monkeypatch):
    """After File > Open a running refinement shows nothing on the other file's object of that name, nor in its panel."""
    _, job = running(app, monkeypatch)
    app.end_worker()
    assert app.refining.job_of(app.now, "Sheet") == job
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    select(grid())
    arrays = snapshot_of(app, job)
    np.savez(app.now.store.jobs / job / "refine.npz", vertices=arrays["vertices"], faces=arrays["faces"])
    app.store.append_event(app.now.store, job, app.protocol.Preview("refine.png", "refine.npz"))
    app.pump.read_news(app.now, math.inf)
    assert app.now.watches[job].status.preview_mesh == "refine.npz" and app.now.watches[job].active
    assert app.live.find_or_none(job) is None and len(bpy.data.objects) == 1 and "Props" not in bpy.data.collections
    assert app.refining.job_of(app.now, "Sheet") == "" and not names(drawn("PROPSMITH_PT_refine"), "progress")


def test_versions_survive_saving(app, tmp_path):
    """A saved file holds all versions with their meshes, materials and provenance."""
    obj = grid()
    before = geometry(obj.data)
    refined(app, obj, prompt="gold")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    obj = bpy.data.objects["Sheet"]
    assert obj.propsmith.prompt == "gold" and obj.data.materials[0].name == "Sheet"
    bpy.context.view_layer.objects.active = obj
    bpy.ops.propsmith.version_show(place=0)
    assert geometry(obj.data) == before and not obj.data.materials


def test_retry_and_add_go_to_the_object_and_removal_cleans_up(app):
    """Retry lands as the next version, Add too; the snapshot goes with the last job that was made from it."""
    obj = grid()
    job = refined(app, obj)
    folder = Path(app.now.watches[job].request.mesh).parent
    before = set(app.now.watches)
    bpy.ops.propsmith.retry_job(job=job)
    (again,) = set(app.now.watches) - before
    until_landed(app, again)
    bpy.ops.propsmith.add_to_scene(job=job)
    assert [v.name for v in obj.propsmith_versions.items] == ["v1", "v2", "v3", "v4"] and not app.ghosts()
    app.requests.remove(app.now, job)
    assert folder.is_dir()
    app.requests.remove(app.now, again)
    assert not folder.exists()
