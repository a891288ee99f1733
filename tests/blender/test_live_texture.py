"""The texture of a running refinement on its object: laid over it, renewed, and gone without trace."""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.refine_scene import geometry, snapshot_of
from tests.blender.test_refine_live import running

COUNTED = ("objects", "meshes", "materials", "images", "collections", "shape_keys")


def counts() -> dict[str, int]:
    return {name: len(getattr(bpy.data, name)) for name in COUNTED}


def preview(app, job: str, uvs: np.ndarray, colour: float, time_ns: int) -> None:
    """What the worker writes: a picture of one grey, and the UVs it lies on."""
    import os

    folder = app.now.store.jobs / job
    if not (folder / "live.npz").exists():
        np.savez(folder / "live.npz", faces=np.zeros((len(uvs), 3), np.int32), uvs=uvs)
    app.png.write_png(folder / "live.png", np.full((16, 16, 3), round(255 * colour), np.uint8))
    os.utime(folder / "live.png", ns=(time_ns, time_ns))
    app.store.append_event(app.now.store, job, app.protocol.Preview("views-000.png", "live.npz"))
    app.pump.read_news(app.now, math.inf)


@pytest.fixture
def live(app, monkeypatch):
    """A running refinement of a sheet whose worker is gone: the test writes its previews. (app, object, job, uvs)"""
    obj, job = running(app, monkeypatch)
    app.end_worker()
    return app, obj, job, snapshot_of(app, job)["uvs"]


def ended(app, job: str) -> None:
    app.store.append_event(app.now.store, job, app.protocol.failed(app.errors.problem("cancelled")))
    app.pump.read_news(app.now, math.inf)


def test_the_texture_shows_on_the_object_and_follows(live):
    """A copy a hair larger wears the newest picture on the right UVs; it cannot be selected or rendered."""
    app, obj, job, uvs = live
    before = geometry(obj.data), list(obj.data.materials), counts()
    preview(app, job, uvs, 0.2, 10**18)
    shown = app.live.find_or_none(job)
    assert shown is not None and shown.hide_render and shown.hide_select and shown.matrix_world == obj.matrix_world
    (material,) = shown.data.materials
    (image,) = app.live_texture.pictures_of(material)
    assert image.pixels[0] == pytest.approx(0.2, abs=3e-3) and not image.is_dirty
    corners = app.snapshot.arrays_of(obj.data, None, np.ones(3))["corners"]
    layer = next(layer for layer in shown.data.uv_layers if layer.active_render)
    flat = np.array([d.vector for d in layer.uv])
    assert np.allclose(flat[corners], uvs, atol=1e-6)
    assert shown.modifiers[-1].type == "DISPLACE" and 0 < shown.modifiers[-1].strength < 0.02
    assert not shown.propsmith.job and not shown.propsmith_versions.items and "propsmith_row" not in shown
    preview(app, job, uvs, 0.8, 10**18 + 10**9)
    assert app.live.find_or_none(job) == shown and image.pixels[0] == pytest.approx(0.8, abs=3e-3)
    assert (geometry(obj.data), list(obj.data.materials)) == before[:2], "the object itself is never touched"
    ended(app, job)
    assert counts() == before[2] | {"collections": counts()["collections"]}, "gone without trace"


def test_modifiers_pose_and_marks_are_handled(live):
    """The copy keeps modifiers and shape keys, so that it looks like the object, and drops the marks of fills."""
    app, obj, job, uvs = live
    obj.modifiers.new("Array", "ARRAY")
    obj.shape_key_add(name="Basis")
    obj["propsmith_row"] = "some/row/prop"
    before = counts()
    preview(app, job, uvs, 0.5, 10**18)
    shown = app.live.find_or_none(job)
    assert [m.type for m in shown.modifiers] == ["ARRAY", "DISPLACE"] and shown.data.shape_keys
    assert "propsmith_row" not in shown and obj["propsmith_row"]
    ended(app, job)
    assert counts() == before | {"collections": counts()["collections"]}


def test_another_mesh_meanwhile_shows_nothing(live):
    """When the object has other faces than the picture's UVs, nothing is shown and nothing is left behind."""
    app, obj, job, uvs = live
    before = counts()
    preview(app, job, uvs[:-1], 0.5, 10**18)
    assert app.live.find_or_none(job) is None and counts() == before


def test_a_half_written_picture_is_passed_over(live):
    """Without the picture, or with a broken file of UVs, nothing is shown; the next preview comes through."""
    app, obj, job, uvs = live
    folder, before = app.now.store.jobs / job, counts()
    (folder / "live.npz").write_bytes(b"PK cut short")
    preview(app, job, uvs, 0.5, 10**18)
    assert app.live.find_or_none(job) is None and counts() == before
    (folder / "live.npz").unlink()
    preview(app, job, uvs, 0.5, 10**18 + 10**9)
    assert app.live.find_or_none(job) is not None


def test_undo_and_saving_in_mid_job_leave_nothing(live, tmp_path):
    """What an undo step or a saved file brings back of a job that has ended is removed with its material and picture."""
    app, obj, job, uvs = live
    preview(app, job, uvs, 0.5, 10**18)
    bpy.ops.ed.undo_push(message="mid-job")
    path = str(tmp_path / "mid.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
    ended(app, job)
    app.now.landings.pop(job, None)
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    assert not [o for o in bpy.data.objects if o.get(app.live.MARK)]
    bpy.ops.wm.open_mainfile(filepath=path)
    left = [
        i.name for ids in (bpy.data.objects, bpy.data.materials, bpy.data.images) for i in ids if "Refining" in i.name
    ]
    assert not left and "Sheet" in bpy.data.objects


def test_a_true_worker_shows_and_obeys(app, monkeypatch):
    """The true refinement under the analytic prior: the texture shows while it runs, another prompt takes over, Stop keeps it."""
    from tests.blender.refine_scene import press
    from tests.blender.test_refine_whole_path import refine_truly

    refine_truly(app, monkeypatch)
    bpy.ops.mesh.primitive_cube_add(size=1.2)
    obj = bpy.context.object
    (job,) = press(app, prompt="a red box", strength=0.95, preset="high")
    app.until(lambda: app.live.find_or_none(job) or app.shown.jobs[job].state == "done", 200)
    assert app.live.find_or_none(job) is not None, "the texture shows before the end"
    bpy.context.scene.propsmith_refine.prompt = "a blue box"
    bpy.ops.propsmith.refine_steer(job=job)
    app.until(lambda: "a blue box" in app.shown.jobs[job].notes or app.shown.jobs[job].state == "done", 200)
    bpy.ops.propsmith.refine_stop(job=job)
    app.until(lambda: app.now.watches[job].imported or app.shown.jobs[job].code, 200)
    assert app.now.watches[job].imported and app.live.find_or_none(job) is None
    notes = app.shown.jobs[job].notes
    assert "From here on: a blue box" in notes, notes
    assert obj.propsmith.job == job and Path(app.now.watches[job].request.mesh).is_file()
