"""What happens to jobs: cancel, failure, retry, other files, other Blenders, dead workers."""

from __future__ import annotations

import os
import socket
import time

import bpy
import pytest


def test_cancel_ends_a_running_job(app, monkeypatch):
    """Cancel stops a running job long before its end and removes its ghost; the row offers a retry."""
    app.fake(monkeypatch, "slow", 1.0)
    job = app.generate()
    app.until(lambda: app.shown.jobs[job].state == "running")
    start = time.monotonic()
    bpy.ops.propsmith.cancel_job(job=job)
    assert app.shown.jobs[job].text == "Cancelling"
    app.until(lambda: app.state(job) == "cancelled")
    assert time.monotonic() - start < 20.0 and not app.ghosts() and not app.props()
    assert app.shown.jobs[job].code == "cancelled" and "Retry" in app.shown.jobs[job].remedy


def test_a_waiting_job_is_cancelled_without_touching_the_running_one(app, monkeypatch):
    """Cancelling a queued job ends it at once and removes its ghost, while the job before it arrives."""
    app.fake(monkeypatch, "ok", 2.0)
    first, second = app.generate("a chair"), app.generate("a table")
    bpy.ops.propsmith.cancel_job(job=second)
    app.until(lambda: app.state(second) == "cancelled")
    assert [g["propsmith_job"] for g in app.ghosts()] == [first]
    app.until(lambda: app.props())
    assert [o.propsmith.job for o in app.props()] == [first]


def test_cancel_of_a_hung_worker_restarts_it(app, monkeypatch):
    """A stage that ignores the cancel flag is ended with its process, and the next job is served."""
    app.fake(monkeypatch, "hang")
    job = app.generate()
    app.until(lambda: app.shown.jobs[job].fraction > 0.4)
    bpy.ops.propsmith.cancel_job(job=job)
    app.until(lambda: app.state(job) == "cancelled")


def test_failure_shows_code_sentence_and_remedy(app, monkeypatch):
    """A failed job's row holds the error's code, one sentence and the remedy; Retry queues the same request again."""
    app.fake(monkeypatch, "fail")
    job = app.generate("a cloud", seed=5, random_seed=False)
    app.until(lambda: app.state(job) == "failed")
    row = app.shown.jobs[job]
    assert row.code == "shape-empty" and row.sentence and "another seed" in row.remedy
    assert not app.ghosts() and not app.props()
    app.end_worker()
    app.fake(monkeypatch)
    bpy.ops.propsmith.retry_job(job=job)
    app.until(lambda: app.props())
    assert app.props()[0].propsmith.seed == 5 and len(app.shown.jobs) == 2


def test_killed_worker_loses_no_job(app, monkeypatch):
    """kill -9 of the worker in the middle of a job: it is started again and the prop arrives."""
    app.fake(monkeypatch, "slow", 4.0)
    job = app.generate()
    app.until(lambda: app.shown.jobs[job].fraction > 0.1)
    app.end_worker()
    app.fake(monkeypatch)
    app.until(lambda: app.props())
    assert any(n.code == "requeued" for n in app.now.watches[job].status.notes)


def test_worker_that_always_dies_ends_in_a_failed_job(app, monkeypatch):
    """A worker that crashes on a job twice fails that job with worker-died instead of trying for ever."""
    app.fake(monkeypatch, "crash")
    job = app.generate()
    app.until(lambda: app.state(job) == "failed", 120)
    assert app.shown.jobs[job].code == "worker-died"


def test_worker_that_cannot_start_says_why(app, monkeypatch):
    """A Python without our packages gives worker-start with the reason and the button that mends it; the job waits."""
    command = ["-c", "import sys; sys.exit('No module named torch')"]
    monkeypatch.setattr(app.worker, "worker_command", lambda python, store, device: [str(python), *command])
    job = app.generate()
    app.until(lambda: app.shown.error_code)
    assert app.shown.error_code == "worker-start" and "torch" in app.shown.error_sentence
    assert app.shown.error_fix == "propsmith.verify_environment" and app.state(job) == "queued"
    app.fake(monkeypatch)
    bpy.ops.propsmith.restart_worker()
    app.until(lambda: app.props())
    assert not app.shown.error_code


def test_file_open_in_mid_job_keeps_the_list_and_lands_nothing_elsewhere(app, monkeypatch, tmp_path):
    """After File > Open the list is whole; the result waits as 'Ready' instead of landing in a stranger's file."""
    app.fake(monkeypatch, "ok", 4.0)
    job = app.generate("a green bottle")
    app.until(lambda: app.shown.jobs[job].state == "running")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert [r.name for r in app.shown.jobs] == [job] and app.shown.ready
    app.until(lambda: app.state(job) == "done")
    for _ in range(5):
        app.pump.tick()
    assert not app.props() and app.shown.jobs[job].text == "Ready"
    bpy.ops.propsmith.add_to_scene(job=job)
    assert [o.name for o in app.props()] == ["Green bottle"]


def test_reopening_the_file_with_the_ghost_lets_the_prop_land(app, monkeypatch, tmp_path):
    """When the file that holds the ghost is opened again in mid-job, the prop lands there by itself."""
    app.fake(monkeypatch, "slow", 4.0)
    app.generate()
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert len(app.ghosts()) == 1
    app.until(lambda: app.props())
    assert not app.ghosts()


def test_ghosts_of_past_sessions_are_removed_on_load(app, tmp_path):
    """A saved ghost whose job is unknown to this Blender disappears when its file is opened."""
    ghost = bpy.data.objects.new("Making old", None)
    ghost["propsmith_job"] = "20200101-000000-000000-00000000"
    bpy.context.scene.collection.objects.link(ghost)
    path = str(tmp_path / "old.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert not app.ghosts()


def test_two_blenders_share_a_store(app):
    """A second Blender sees the job in its list, but only the one that asked imports it; Add to Scene works in both."""
    app.now.owner = f"{socket.gethostname()}:{os.getppid()}:beef"  # one that still runs, and not this process
    job = app.generate()
    mine = app.now
    other = app.session.Session("another-host:1:beef")
    app.session._current[:] = [other]
    app.until(lambda: app.state(job) == "done")
    for _ in range(5):
        app.pump.tick()
    assert not app.props() and app.shown.jobs[job].recovered and not app.shown.jobs[job].mine
    app.session._current[:] = [mine]
    app.until(lambda: app.props())
    assert len(app.props()) == 1


def test_next_start_lists_finished_props_as_recovered(app):
    """A job that finished while no Blender was there is listed as recovered, not imported, until Add to Scene."""
    job = app.generate()
    app.until(lambda: app.state(job) == "done" and app.props())
    folder = app.store.open_store(app.store_folder).jobs / job
    (folder / "imported").unlink()
    app.session.forget()
    app.shown.jobs.clear()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.until(lambda: app.state(job) == "done")
    assert app.shown.jobs[job].recovered and app.shown.recovered == 1 and not app.props()
    bpy.ops.propsmith.add_to_scene(job=job)
    assert len(app.props()) == 1 and app.shown.recovered == 0 and (folder / "imported").exists()


def test_import_waits_for_object_mode(app):
    """A prop that is finished while the artist is in Edit Mode lands when Object Mode is back, selection kept."""
    mesh = bpy.data.meshes.new("mine")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    mine = bpy.data.objects.new("mine", mesh)
    bpy.context.scene.collection.objects.link(mine)
    bpy.context.view_layer.objects.active = mine
    job = app.generate()
    bpy.ops.object.mode_set(mode="EDIT")
    app.until(lambda: app.state(job) == "done")
    for _ in range(3):
        assert app.pump.tick() is not None, "the timer must stay awake"
    assert not app.props()
    bpy.ops.object.mode_set(mode="OBJECT")
    app.until(lambda: app.props())


def test_damaged_result_is_an_error_row_and_leaves_nothing_behind(app, monkeypatch):
    """A mesh.npz that is cut short becomes mesh-unreadable in the row; no object, mesh or ghost remains."""
    app.fake(monkeypatch, "ok", 4.0)
    job = app.generate()
    folder = app.store.open_store(app.store_folder).jobs / job
    app.until((folder / "result" / "thumbnail.png").exists)
    (folder / "result" / "mesh.npz").write_bytes(b"PK\x03\x04 cut short")
    app.until(lambda: app.shown.jobs[job].code)
    assert app.shown.jobs[job].code == "mesh-unreadable" and app.shown.jobs[job].remedy
    assert not app.props() and not bpy.data.meshes and not app.ghosts()


def test_corrupt_and_foreign_job_folders_are_listed_with_their_error(app):
    """Folders that are no jobs, or of a later version, are rows with code and remedy, and the others still work."""
    store = app.store.open_store(app.store_folder)
    (store.jobs / "20200101-000000-000000-00000000").mkdir()
    (store.jobs / "holiday pictures").mkdir()
    late = store.jobs / "20300101-000000-000000-00000000"
    late.mkdir()
    (late / "job.json").write_text('{"format": 99, "kind": "generate"}')
    bpy.ops.propsmith.refresh_jobs()
    app.generate()
    app.until(lambda: app.props() and len(app.shown.jobs) == 4)
    codes = {r.name: r.code for r in app.shown.jobs}
    assert codes["20200101-000000-000000-00000000"] == "job-corrupt" == codes["holiday pictures"]
    assert codes[late.name] == "job-version"


def test_timer_sleeps_when_nothing_is_to_do(app):
    """Once the last prop has landed the timer ends by itself, and the next job wakes it."""
    app.generate()
    app.until(lambda: app.props())
    app.until(lambda: app.pump.tick() is None, 5)
    app.pump.stop()
    app.generate()
    assert bpy.app.timers.is_registered(app.pump.tick)


def test_removed_job_is_gone_and_its_props_stay(app):
    """Remove deletes the job's folder and row; the prop in the scene keeps its packed textures."""
    job = app.generate()
    app.until(lambda: app.props())
    bpy.ops.propsmith.remove_job(job=job)
    assert not app.shown.jobs and not (app.store_folder / "jobs" / job).exists()
    (obj,) = app.props()
    assert obj.data.materials[0].node_tree.nodes["Base Color"].image.packed_file


@pytest.mark.parametrize("prompt", ["  ", "x" * 1001])
def test_generate_is_disabled_with_a_reason(app, prompt):
    """With no prompt, or one that is too long, the button is disabled and its poll message says why."""
    app.settings.prompt, app.settings.image = prompt, ""
    with pytest.raises(RuntimeError, match="prompt"):
        bpy.ops.propsmith.generate()


@pytest.mark.parametrize("prompt", ["brûlée 🍮 pot", "כד חרס", "a 'quoted' \\ back/slash"])
def test_unusual_prompts_make_props(app, prompt):
    """Accents, emoji, right-to-left text and slashes travel through job, names and provenance unharmed."""
    app.generate(prompt)
    app.until(lambda: app.props())
    assert app.props()[0].propsmith.prompt == prompt


def test_missing_image_is_refused_at_once(app):
    """An image path that leads nowhere is refused by the button with image-missing; no job is queued."""
    app.settings.prompt, app.settings.image = "", "/nowhere/picture.png"
    with pytest.raises(RuntimeError, match="image-missing"):
        bpy.ops.propsmith.generate()
    assert not app.shown.jobs


def test_read_only_store_is_named_in_the_panel(app, tmp_path):
    """A store path that is a file gives store-foreign with its remedy in the panel, and Generate reports it."""
    (tmp_path / "file").write_text("x")
    app.preferences.get().store = str(tmp_path / "file")
    app.pump.tick()
    assert app.shown.error_code == "store-foreign" and app.shown.error_remedy
    app.settings.prompt = "a vase"
    with pytest.raises(RuntimeError, match="store-foreign"):
        bpy.ops.propsmith.generate()


def test_silent_worker_is_named_and_forgiven_when_it_speaks_again(app, monkeypatch):
    """A worker whose heartbeat stops becomes worker-silent with a Restart button; when it beats again the error goes."""
    import os

    app.fake(monkeypatch, "slow", 1.0)
    job = app.generate()
    app.until(lambda: app.shown.jobs[job].fraction > 0.05)
    card = app.store_folder / "worker.json"
    monkeypatch.setattr(app.watchdog, "SILENT_S", -1.0)  # every heartbeat is now too old
    app.until(lambda: app.shown.error_code == "worker-silent")
    assert app.shown.error_fix == "propsmith.restart_worker"
    monkeypatch.setattr(app.watchdog, "SILENT_S", 30.0)
    os.utime(card)
    app.until(lambda: not app.shown.error_code)
