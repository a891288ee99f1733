"""Move Data: environment, jobs and props in another folder, everything found again there, nothing lost on the way."""

from __future__ import annotations

import json
import os
from pathlib import Path

import bpy
import pytest

from .conftest import WORKER_PYTHON
from .refine_scene import grid, refined


@pytest.fixture
def placed(app, tmp_path):
    """An environment that Set Up made, its Python in use, beside the store; a finished prop and a finished refinement."""
    folder = tmp_path / "home é" / "environment"
    (folder / "bin").mkdir(parents=True)
    (folder / "propsmith-environment.json").write_text("{}")
    (folder / "weights.bin").write_bytes(os.urandom(300_000))
    (folder / "bin/python").symlink_to(WORKER_PYTHON)
    (folder / "lib64").symlink_to("bin")
    chosen = app.preferences.get()
    chosen.environment, chosen.python = str(folder), str(folder / "bin/python")
    app.until(lambda: app.now.store is not None)
    yield app, folder
    chosen.environment = ""


def worked(app) -> tuple[str, str]:
    job = app.generate()
    app.until(lambda: app.props())
    again = refined(app, grid())
    return job, again


def test_everything_is_found_in_the_new_place(placed, tmp_path):
    """After the move the preferences name the new folders, the old ones are gone, jobs are listed, retried and refined."""
    app, folder = placed
    job, again = worked(app)
    old_store = app.store_folder
    assert str(old_store) in app.now.watches[again].request.mesh
    assert bpy.ops.propsmith.move_data(directory=str(tmp_path / "big disk")) == {"FINISHED"}
    assert not app.shown.ready and app.shown.ready_text == "Your data is being moved"
    assert not bpy.ops.propsmith.move_data.poll() and not bpy.ops.propsmith.generate.poll()
    app.until(lambda: not app.now.moving)
    assert "Moved 0.0 GB to" in app.shown.setup_text, app.shown.setup_text
    new, chosen = tmp_path / "big disk", app.preferences.get()
    assert Path(chosen.store) == new / "store" and Path(chosen.environment) == new / "environment"
    assert Path(chosen.python) == new / "environment/bin/python" and app.shown.ready
    assert not old_store.exists() and not folder.exists()
    assert (new / "environment/lib64").is_symlink() and (new / "environment/weights.bin").stat().st_size == 300_000
    app.until(lambda: job in app.now.watches and again in app.now.watches and not app.now.unread)
    assert app.now.store.folder == new / "store" and app.state(job) == "done"
    before = len(app.props())
    assert bpy.ops.propsmith.add_to_scene(job=job) == {"FINISHED"} and len(app.props()) == before + 1
    assert Path(app.now.watches[again].request.mesh).is_file()
    chosen.store = str(old_store)  # a folder chosen by hand later is taken as it is, gone or not
    app.until(lambda: app.now.store is not None)
    assert app.now.store.folder == old_store and chosen.store == str(old_store) and not app.shown.jobs
    chosen.store = str(new / "store")
    app.until(lambda: again in app.now.watches and not app.now.unread)
    assert bpy.ops.propsmith.retry_job(job=again) == {"FINISHED"}
    app.until(lambda: len(bpy.data.objects["Sheet"].propsmith_versions.items) == 3)


def test_refused_and_stopped_moves_leave_everything_as_it_was(placed, tmp_path, monkeypatch):
    """A folder that holds other things, one inside the old one, and Stop in the middle: the old places stay in use."""
    app, folder = placed
    job, _ = worked(app)
    (tmp_path / "full/store").mkdir(parents=True)
    (tmp_path / "full/store/mine.txt").write_text("precious")
    for target, said in ((tmp_path / "full", "holds other things"), (app.store_folder / "in", "lies inside")):
        bpy.ops.propsmith.move_data(directory=str(target))
        app.until(lambda: not app.now.moving)
        assert said in app.shown.setup_text, app.shown.setup_text
        assert app.shown.ready and app.preferences.store_folder() == app.store_folder
    assert (tmp_path / "full/store/mine.txt").read_text() == "precious" and not (app.store_folder / "in").exists()
    bpy.ops.propsmith.move_data(directory=str(tmp_path / "elsewhere"))
    bpy.ops.propsmith.cancel_setup()
    assert "where it was" in app.shown.setup_text and not app.now.moving
    app.until(lambda: job in app.now.watches)
    assert app.state(job) == "done" and (folder / "weights.bin").is_file()
    bpy.ops.propsmith.move_data(directory=str(tmp_path / "elsewhere"))  # what the stopped one left is no hindrance
    app.until(lambda: not app.now.moving)
    assert app.preferences.store_folder() == tmp_path / "elsewhere/store"


def test_running_jobs_are_not_moved(placed, monkeypatch, tmp_path):
    """While a job runs or waits the button is dead and says why."""
    app, _ = placed
    app.fake(monkeypatch, "slow", 1.0)
    app.generate()
    app.until(lambda: app.shown.running)
    with pytest.raises(RuntimeError, match="Jobs are running"):
        bpy.ops.propsmith.move_data(directory=str(tmp_path / "x"))


def test_a_move_that_ended_without_blender_is_heard_of(placed, tmp_path):
    """Blender quits while its data is moved: the next one reads where things went."""
    app, folder = placed
    job, _ = worked(app)
    bpy.ops.propsmith.move_data(directory=str(tmp_path / "later"))
    app.now.setup.process.wait(60)
    app.session.forget()  # this Blender has not listened; the next one begins
    app.shown.setup_running = False
    app.pump.reopen()
    app.until(lambda: job in app.now.watches)
    assert app.preferences.store_folder() == tmp_path / "later/store" and app.state(job) == "done"
    assert Path(app.preferences.get().python).is_relative_to(tmp_path / "later")
    assert json.loads((tmp_path / "later/store/store.json").read_text()) == {"format": 1}


def test_a_move_at_work_is_followed_by_the_next_blender(placed, gate, tmp_path):
    """Blender is started again while its data is moved: nothing may be queued in the old place, and the new one is found."""
    app, folder = placed
    job, _ = worked(app)
    bpy.ops.propsmith.move_data(directory=str(tmp_path / "later"))
    mover = app.now.setup.process
    app.session.forget()  # this Blender has not listened; the next one begins
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.until(lambda: app.shown.setup_fraction == 0.25)
    assert app.now.moving and app.now.store is None and app.shown.setup_running
    assert not app.shown.ready and app.shown.ready_text == "Your data is being moved"
    app.settings.prompt = "a vase"
    assert not bpy.ops.propsmith.generate.poll() and not bpy.ops.propsmith.move_data.poll()
    gate.touch()
    app.until(lambda: job in app.now.watches)
    assert mover.wait(10) == 0 and not app.now.moving and app.state(job) == "done" and app.shown.ready
    chosen = app.preferences.get()
    assert (chosen.store, chosen.environment) == (str(tmp_path / "later/store"), str(tmp_path / "later/environment"))
    assert not app.store_folder.exists() and not folder.exists()


def test_a_file_opened_after_a_move_was_heard_of_leads_nowhere_else(placed, tmp_path):
    """The log of a move that is read again from its beginning changes nothing more."""
    app, _ = placed
    chosen = app.preferences.get()
    places = [[chosen.environment, str(tmp_path / "a")], [str(app.store_folder), str(tmp_path / "b")]]
    for _ in range(2):
        app.setup.take_moved(places)
        assert (chosen.environment, chosen.store) == (str(tmp_path / "a"), str(tmp_path / "b"))
    app.setup.take_moved(places[:1])
    assert (chosen.environment, chosen.store) == (str(tmp_path / "a"), str(tmp_path / "b"))


def test_a_folder_beside_a_file_that_was_never_saved_is_refused(placed, tmp_path, monkeypatch):
    """Move Data to "//" in an unsaved file is refused with the remedy; nothing is moved to where Blender was started."""
    app, folder = placed
    (tmp_path / "started in").mkdir()
    monkeypatch.chdir(tmp_path / "started in")
    with pytest.raises(RuntimeError, match="'//data' is meant.*Save the file first.*file-unsaved"):
        bpy.ops.propsmith.move_data(directory="//data")
    assert not app.now.moving and folder.is_dir() and not list((tmp_path / "started in").iterdir())
