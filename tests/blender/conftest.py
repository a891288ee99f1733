"""Runs the tests against the installed zip under its true import path, inside the bpy module, with the fake worker."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "bl_ext.user_default.propsmith"
HOME = Path(tempfile.mkdtemp(prefix="propsmith tests é "))  # blanks and accents on purpose
WORKER_PYTHON = Path(os.environ.get("PROPSMITH_WORKER_PYTHON", ROOT / ".venv/bin/python"))

# Before the first `import bpy`: neither the user's Blender nor the user's data is touched.
os.environ["BLENDER_USER_RESOURCES"] = str(HOME / "blender")
os.environ["XDG_DATA_HOME"] = str(HOME / "data")
os.environ["HOME"] = str(HOME)

import bpy  # noqa: E402, I001  (first: it makes addon_utils importable)
import addon_utils  # noqa: E402


def built_zip() -> Path:
    """The zip under test: PROPSMITH_ZIP, or one built now from this checkout."""
    if "PROPSMITH_ZIP" in os.environ:
        return Path(os.environ["PROPSMITH_ZIP"])
    command = [sys.executable, str(ROOT / "tools/build_zip.py"), str(HOME / "dist")]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1])


def fake_command(script: str, speed: float, idle: float = 20.0):
    """A replacement of `worker.worker_command` that starts the fake worker from the checkout (the zip has none)."""

    def command(python, store, device="auto"):
        code = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from backend.fake_worker import main; main(sys.argv[1:])"
        )
        options = ["--store", str(store.folder), "--script", script, "--speed", str(speed), "--idle", str(idle)]
        return [str(python), "-s", "-B", "-u", "-c", code, *options]

    return command


class App:
    """The installed extension as a test drives it: its modules by name, and the timer pumped by hand."""

    def __init__(self, store: Path) -> None:
        self.store_folder = store

    def __getattr__(self, name: str):
        family = "backend" if name in ("protocol", "errors", "store") else "addon"
        return importlib.import_module(f"{PACKAGE}.{family}.{name}")

    @property
    def settings_module(self):
        return importlib.import_module(f"{PACKAGE}.backend.settings")

    @property
    def shown(self):
        return bpy.context.window_manager.propsmith

    @property
    def settings(self):
        return bpy.context.scene.propsmith

    @property
    def now(self):
        return self.session.current()

    def generate(self, prompt: str = "a wooden barrel", **settings) -> str:
        """Press Generate; the job's id."""
        self.settings.prompt = prompt
        for name, value in settings.items():
            setattr(self.settings, name, value)
        before = set(self.now.watches)
        assert bpy.ops.propsmith.generate() == {"FINISHED"}
        (job,) = set(self.now.watches) - before
        return job

    def until(self, ready, timeout: float = 90.0) -> None:
        """Tick as Blender's timer would until `ready()`; fails with what the panel says."""
        end = time.monotonic() + timeout
        while not ready():
            self.pump.tick()
            rows = [(r.title, r.state, r.text, r.code) for r in self.shown.jobs]
            assert time.monotonic() < end, (rows, self.shown.error_code, self.shown.error_sentence)
            time.sleep(0.02)

    def state(self, job: str) -> str:
        row = self.shown.jobs.get(job)
        return row.state if row else ""

    def props(self) -> list[bpy.types.Object]:
        return [o for o in bpy.data.objects if o.propsmith.job]

    def ghosts(self) -> list[bpy.types.Object]:
        return [o for o in bpy.data.objects if "propsmith_job" in o]

    def fake(self, monkeypatch, script: str = "ok", speed: float = 20.0) -> None:
        monkeypatch.setattr(self.worker, "worker_command", fake_command(script, speed))

    def end_worker(self) -> None:
        status = self.store.worker_status(self.store.Store(self.store_folder))
        self.worker.kill_worker(status, self.now.process)


@pytest.fixture(scope="session", autouse=True)
def installed():
    """The zip, installed and enabled once."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=str(built_zip()), repo="user_default", enable_on_install=True, overwrite=True
    )
    assert addon_utils.check(PACKAGE)[1], "the installed zip did not enable (traceback above)"
    yield
    addon_utils.disable(PACKAGE, default_set=True)


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A fresh empty scene and a store of its own, the fast fake worker behind it."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if not addon_utils.check(PACKAGE)[1]:
        addon_utils.enable(PACKAGE, default_set=True)
    app = App(tmp_path / "store")
    app.session.forget()
    app.fake(monkeypatch)
    chosen = app.preferences.get()
    chosen.store, chosen.python = str(app.store_folder), str(WORKER_PYTHON)
    chosen.device, chosen.preset, chosen.pack_images = "auto", "standard", True
    app.pump.tick()
    assert app.shown.ready, app.shown.ready_text
    bpy.ops.ed.undo_push(message="Start of the test")
    yield app
    app.end_worker()
    app.pump.stop()


_ended: list[int] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    _ended.append(int(exitstatus))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Leave by os._exit: bpy 4.2 crashes and 4.5 hangs at the interpreter's end when anything is still registered."""
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
    if _ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_ended[0])


@pytest.fixture
def no_fill(app):
    """No fill and no list of places is left over from another test."""
    filling = importlib.import_module(f"{PACKAGE}.addon.filling")
    filling.forget()
    yield
    filling.forget()


GATED = """
import json, runpy, sys, time
from pathlib import Path
sys.argv = sys.argv[1:]
plan = json.loads(Path(sys.argv[2]).read_text("utf-8"))
with open(plan["log"], "a", encoding="utf-8") as log:
    log.write('{"kind": "progress", "fraction": 0.25, "text": "Half way"}\\n{"kind": "row", "mark": "ok", "text": "A row"}\\n')
while not Path(sys.argv[2]).with_name("gate").exists() and Path(sys.argv[2]).exists():  # nor after the test is gone
    time.sleep(0.02)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def gate(app, monkeypatch):
    """The installer tells a row and a fraction, then does nothing until this file is there."""
    start, file = app.environment.popen_detached, app.environment.log_path().with_name("gate")

    def gated(command, *given, **options):
        return start([command[0], "-c", GATED, *command[-3:]], *given, **options)

    file.unlink(missing_ok=True)
    monkeypatch.setattr(app.environment, "popen_detached", gated)
    yield file
    if app.now.setup is not None:
        app.setup.cancel()
