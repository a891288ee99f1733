"""Set Up inside Blender: begins the installer's actions, shows their progress, and says whether the worker can run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import bpy

from ..backend import store as stores
from . import environment, mirror, preferences, worker
from .session import Session, current


def show_readiness() -> None:
    """Look once whether the worker has a Python, for the panels to read."""
    shown, chosen = mirror.rows(), preferences.get().python
    moving = current().moving
    shown.ready = bool(chosen) and os.path.isfile(bpy.path.abspath(chosen)) and not moving
    reason = "Your data is being moved" if moving else "Propsmith needs an environment of its own: press Set Up"
    shown.ready_text = "" if shown.ready else reason


def begin(action: str) -> None:
    """Start preflight, create, verify or remove in a child process. Raises worker-start, OSError."""
    chosen = preferences.get()
    python = bpy.path.abspath(chosen.python) if chosen.python else ""
    launch(action, environment.Plan(preferences.environment_folder(), python, store=str(preferences.store_folder())))


def launch(action: str, plan: environment.Plan) -> None:
    """Start the installer and follow it. Raises worker-start, OSError."""
    from . import pump

    session, shown = current(), mirror.rows()
    shown.setup_rows, shown.setup_fraction, shown.setup_text = "", 0.0, "Starting"
    session.setup = environment.begin(action, plan, [sys.executable, *bpy.app.python_args])
    session.setup_offset, shown.setup_running = 0, True
    pump.start()


def begin_move(folder: Path) -> None:
    """Start to take the environment, jobs and props into `folder`. Raises worker-start, OSError.

    The worker leaves, and nothing is queued until the end: the store is nobody's while its files are copied.
    """
    session, chosen = current(), preferences.get()
    moves = tuple(
        (str(old), str(folder / name), marker)
        for name, old, marker in (
            ("environment", preferences.environment_folder(), "propsmith-environment.json"),
            ("store", preferences.store_folder(), "store.json"),
        )
    )
    if session.store is not None:
        worker.kill_worker(stores.worker_status(session.store), session.process)
    launch("move", environment.Plan(preferences.environment_folder(), chosen.python, moves))
    session.store, session.moving = None, True
    show_readiness()


def take_moved(places: list[list[str]]) -> None:
    """Everything stands in its new place: look there from now on."""
    chosen = preferences.get()
    for old, new in places:
        name = "environment" if Path(old) == preferences.environment_folder() else "store"
        if name == "environment" and chosen.python and Path(bpy.path.abspath(chosen.python)).is_relative_to(old):
            chosen.python = str(Path(new) / Path(bpy.path.abspath(chosen.python)).relative_to(old))
        setattr(chosen, name, new)
    bpy.context.preferences.is_dirty = True  # so that Blender saves it like a change by hand


def take_move_left_behind() -> None:
    """A move that was whole when no Blender was there to hear of it: its log still says where things are."""
    gone = [Path(p) for p in (preferences.environment_folder(), preferences.store_folder()) if not Path(p).exists()]
    if not gone or current().moving:
        return
    lines, _ = environment.news(0)
    for line in lines:
        if line["kind"] == "moved":
            take_moved([[old, new] for old, new in line["places"] if Path(old) in gone and Path(new).is_dir()])
            environment.log_path().unlink(missing_ok=True)


def cancel() -> None:
    """Stop the installer; what it has done so far is kept for next time."""
    session = current()
    if session.setup is not None and session.setup.poll() is None:
        _kill_family(session.setup.pid)
    shown = mirror.rows()
    reason = "Stopped; everything is where it was" if session.moving else "Stopped; Set Up goes on where it was"
    shown.setup_running, shown.setup_text = False, reason
    session.setup = None
    end_move(session)


def end_move(session: Session) -> None:
    """The store is ours again, moved or not."""
    from . import pump

    if session.moving:
        session.moving = False
        environment.log_path().unlink(missing_ok=True)  # told once: a folder chosen later must not be led elsewhere
        pump.reopen()


def _kill_family(pid: int) -> None:
    """End the installer and the pip it runs: they share a session of their own."""
    import signal
    import subprocess

    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True)
    else:
        os.killpg(pid, signal.SIGTERM)


def step(session: Session) -> bool:
    """Read the installer's news; True while it runs. Called by the timer."""
    if session.setup is None:
        return False
    running = session.setup.poll() is None  # asked first: what was written before it ended is then read below
    lines, session.setup_offset = environment.news(session.setup_offset)
    for line in lines:
        take(line)
    if not running:
        session.setup = None
        shown = mirror.rows()
        if shown.setup_running:
            shown.setup_running, shown.setup_text = False, "Set Up stopped unexpectedly; see setup.log"
        end_move(session)
    return True


def take(line: dict) -> None:
    """One line of the installer's log into the mirror."""
    shown = mirror.rows()
    if line["kind"] == "progress":
        shown.setup_fraction, shown.setup_text = line["fraction"], line["text"]
    elif line["kind"] == "row":
        shown.setup_rows += f"{line['mark']}|{line['text']}\n"
    elif line["kind"] == "moved":
        take_moved(line["places"])
    elif line["kind"] == "end":
        shown.setup_running, shown.setup_text = False, line["text"]
        shown.setup_fraction = 1.0 if line["ok"] else shown.setup_fraction
        if line["ok"] and line["python"]:
            preferences.get().python = line["python"]
            bpy.context.preferences.is_dirty = True  # so that Blender saves it like a change by hand
        show_readiness()
