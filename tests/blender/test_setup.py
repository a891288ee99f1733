"""Set Up inside Blender: preflight, the self-test of an existing environment, refusal without network."""

from __future__ import annotations

import sys
from dataclasses import replace

import bpy
import pytest


def marks(app) -> list[str]:
    return [line.split("|")[0] for line in app.shown.setup_rows.splitlines()]


def finished(app) -> bool:
    return not app.shown.setup_running


def test_preflight_names_python_gpu_disk_and_download(app):
    """Check This Computer reports Python, GPU, disk, download size and folder, without touching the folder."""
    bpy.ops.propsmith.preflight()
    assert app.shown.setup_running
    app.until(lambda: finished(app))
    text = app.shown.setup_rows
    assert all(word in text for word in ("Python 3.", "GPU", "GB needed", "Download", "Folder"))
    assert not app.preferences.environment_folder().exists()


def test_without_a_python_the_panel_asks_for_set_up(app):
    """With no worker's Python the panel shows the set-up card and Generate says why it is disabled."""
    app.preferences.get().python = ""
    assert not app.shown.ready and "Set Up" in app.shown.ready_text
    app.settings.prompt = "a vase"
    with pytest.raises(RuntimeError, match="environment"):
        bpy.ops.propsmith.generate()


def test_set_up_is_refused_without_online_access(app):
    """With Blender's online access off, Set Up is disabled and says which switch to turn."""
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="Online access is off"):
        bpy.ops.propsmith.create_environment()


def test_self_test_names_what_is_missing(app):
    """Testing a Python that lacks the worker's packages ends in a sentence that names them, with bad rows."""
    app.preferences.get().python = sys.executable  # bpy's own environment: numpy, but no torch
    bpy.ops.propsmith.verify_environment()
    app.until(lambda: finished(app), 240)
    assert "torch" in app.shown.setup_text and "bad" in marks(app)


def test_a_folder_that_set_up_did_not_make_is_never_removed(app, tmp_path):
    """Remove Environment leaves a folder without our marker alone and says so."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.txt").write_text("precious")
    app.preferences.get().environment = str(tmp_path / "photos")
    bpy.ops.propsmith.remove_environment()
    app.until(lambda: finished(app))
    assert "left alone" in app.shown.setup_text and (tmp_path / "photos" / "a.txt").exists()
    app.preferences.get().environment = ""


def test_a_set_up_that_is_stopped_says_that_it_can_go_on(app):
    """Stop Set Up ends the child and leaves the panel usable."""
    bpy.ops.propsmith.preflight()
    bpy.ops.propsmith.cancel_setup()
    assert not app.shown.setup_running and "goes on" in app.shown.setup_text and app.now.setup is None


def test_report_holds_versions_error_and_no_home_path(app, monkeypatch):
    """Copy Report has Blender's version, the error code and the log, and not the user's home folder."""
    from pathlib import Path

    app.fake(monkeypatch, "fail")
    job = app.generate()
    app.until(lambda: app.state(job) == "failed")
    text = app.reports.report(app.now, job)
    assert bpy.app.version_string in text and "[shape-empty]" in text and "Log:" in text
    assert str(Path.home()) not in text


def test_set_up_shows_the_preflight_before_anything_is_downloaded(app, monkeypatch):
    """Pressing Set Up for the first time only looks at the computer; with the findings shown it begins."""
    begun = []
    monkeypatch.setattr(app.setup, "begin", begun.append)
    bpy.context.preferences.system.use_online_access = True
    bpy.ops.propsmith.create_environment()
    app.shown.setup_rows = "ok|Python 3.12"
    bpy.ops.propsmith.create_environment()
    bpy.context.preferences.system.use_online_access = False
    assert begun == ["preflight", "create"]


def test_an_installer_at_work_is_still_shown_after_another_file_is_opened(app, gate):
    """Its progress, its rows and Stop are there again; Test and Move Data stay dead, and no second installer begins."""
    bpy.ops.propsmith.preflight()
    app.until(lambda: app.shown.setup_fraction == 0.25)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert app.shown.setup_running
    app.until(lambda: app.shown.setup_fraction == 0.25)
    assert app.shown.setup_rows == "ok|A row\n" and app.shown.setup_text == "Half way"
    assert not bpy.ops.propsmith.verify_environment.poll() and not bpy.ops.propsmith.move_data.poll()
    with pytest.raises(app.errors.PropsmithError, match="at work already"):
        app.setup.begin("verify")
    gate.touch()
    app.until(lambda: finished(app))
    assert "Folder" in app.shown.setup_rows and app.shown.setup_fraction == 1.0


def test_an_installer_of_another_blender_is_followed_instead_of_a_second_one(app, gate):
    """Set Up while another Blender's is at work is refused with a sentence, and shows that one; Stop ends it."""
    app.until(lambda: app.now.store is not None)
    theirs = app.environment.begin("preflight", app.environment.Plan(app.store_folder), [sys.executable])
    assert app.environment.living_or_none() == replace(theirs, process=None)
    with pytest.raises(RuntimeError, match="at work already"):
        bpy.ops.propsmith.preflight()
    app.until(lambda: app.shown.setup_fraction == 0.25)
    assert app.shown.setup_running and app.now.setup.pid == theirs.pid
    bpy.ops.propsmith.cancel_setup()
    assert theirs.process.wait(10) != 0 and not app.shown.setup_running
    app.pump.tick()
    assert app.now.setup is None and app.environment.living_or_none() is None
