"""The worker's command line, its environment, its log: without Blender."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def test_command_ignores_the_environments_python_and_names_the_store(load, tmp_path):
    """The command isolates the worker from PYTHON* variables, writes no byte code, and passes store and device."""
    worker, stores = load("addon.worker"), load("backend.store")
    store = stores.Store(tmp_path / "my store")
    command = worker.worker_command(Path("/opt/python"), store, "cuda")
    assert command[0] == str(Path("/opt/python")) and {"-E", "-s", "-B", "-u"} <= set(command)
    assert command[command.index("-m") + 1 :] == ["backend", "worker", "--store", str(store.folder), "--device", "cuda"]
    assert "--device" not in worker.worker_command(Path("/opt/python"), store)


def test_child_environment_drops_what_would_break_the_worker(load, monkeypatch):
    """Blender's PYTHONHOME and PYTHONPATH and unknown variables do not reach the child; PATH and CUDA_* do."""
    worker = load("addon.worker")
    for name in ("PYTHONHOME", "PYTHONPATH", "SOME_SECRET", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.setenv(name, "x")
    kept = worker.child_environment()
    assert "PYTHONHOME" not in kept and "PYTHONPATH" not in kept and "SOME_SECRET" not in kept
    assert kept["PATH"] == os.environ["PATH"] and kept["CUDA_VISIBLE_DEVICES"] == "x"


def test_child_runs_in_its_folder_and_its_output_is_in_the_log(load, tmp_path):
    """A started child writes into the log, has no input, and lives in a session of its own."""
    worker, log = load("addon.worker"), tmp_path / "logs" / "a.log"
    code = "import os, sys; print(os.getcwd(), os.getsid(0) == os.getpid(), sys.stdin.read() == '')"
    child = worker.popen_detached([sys.executable, "-c", code], log, tmp_path)
    assert child.wait(60) == 0
    assert worker.log_tail(log)[-1].endswith("True True")


def test_missing_python_and_missing_program_are_errors_with_a_button(load, tmp_path):
    """No Python gives python-missing; a program that cannot be started gives worker-start or a failing child."""
    worker, stores, errors = load("addon.worker"), load("backend.store"), load("backend.errors")
    with pytest.raises(errors.PropsmithError) as caught:
        worker.start_worker(tmp_path / "none", stores.Store(tmp_path))
    assert caught.value.code == "python-missing" and caught.value.fix == "propsmith.create_environment"


def test_log_tail_hides_the_home_folder(load, tmp_path):
    """The home folder's path is shortened to ~ in what a report quotes."""
    (tmp_path / "w.log").write_text(f"a\nerror in {Path.home()}/x\n", "utf-8")
    assert load("addon.worker").log_tail(tmp_path / "w.log") == ["a", f"error in ~{os.sep}x"]


def test_a_live_worker_is_ended_and_a_dead_one_is_not(load, tmp_path):
    """kill_worker ends our own child that never showed a card, and reports False when there is nothing to end."""
    worker, stores = load("addon.worker"), load("backend.store")
    child = worker.popen_detached([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log", tmp_path)
    status = stores.worker_status(stores.open_store(tmp_path / "store"))
    assert worker.kill_worker(status, child) and child.wait(10) != 0
    assert not worker.kill_worker(status, child)
