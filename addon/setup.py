"""Set Up inside Blender: begins the installer's actions, shows their progress, and says whether the worker can run."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import bpy

from ..backend import store as stores
from ..backend.errors import problem
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
    """Start preflight, create, verify or remove in a child process. Raises setup-running, worker-start, OSError."""
    chosen = preferences.get()
    python = bpy.path.abspath(chosen.python) if chosen.python else ""
    launch(action, environment.Plan(preferences.environment_folder(), python, store=str(preferences.store_folder())))


def launch(action: str, plan: environment.Plan) -> None:
    """Start the installer and follow it. Raises setup-running where one lives, worker-start, OSError."""
    session = current()
    if session.setup is not None or follow(session):
        raise problem("setup-running")
    session.setup = environment.begin(action, plan, [sys.executable, *bpy.app.python_args])
    show_again(session)


def follow(session: Session) -> bool:
    """Follow the installer that another Blender, or this one before it was closed, began. False when none lives."""
    session.setup = environment.living_or_none()
    show_again(session)
    return session.setup is not None


def show_again(session: Session) -> None:
    """Show the installer at work, if there is one, as its log tells it from the beginning; a store on the move is closed."""
    from . import pump

    if session.setup is None:
        return
    shown = mirror.rows()
    shown.setup_rows, shown.setup_fraction, shown.setup_text = "", 0.0, "Starting"
    session.setup_offset, shown.setup_running = 0, True
    if session.setup.action == "move":
        session.store, session.moving = None, True
        show_readiness()
    pump.start()


def begin_move(folder: Path) -> None:
    """Start to take the environment, jobs and props into `folder`. Raises setup-running, worker-start, OSError.

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


def take_moved(places: list[list[str]]) -> None:
    """Everything stands in its new place: look there from now on. Harmless when it is heard of again."""
    chosen = preferences.get()
    for old, new in places:
        if Path(old) == preferences.environment_folder():
            python = Path(bpy.path.abspath(chosen.python))
            if chosen.python and python.is_relative_to(old):
                chosen.python = str(Path(new) / python.relative_to(old))
            chosen.environment = new
        elif Path(old) == preferences.store_folder():
            chosen.store = new
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
    if session.setup is not None and session.setup.runs():
        _kill_family(session.setup.pid)
    shown = mirror.rows()
    reason = "Stopped; everything is where it was" if session.moving else "Stopped; Set Up goes on where it was"
    shown.setup_running, shown.setup_text = False, reason
    let_go(session)


def let_go(session: Session) -> None:
    """The installer has ended, or is about to: it is followed no more, and the store is ours again, moved or not."""
    from . import pump

    session.setup = None
    with suppress(OSError):
        environment.process_path().unlink()  # what takes a moment to die is no hindrance to the next
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
    """Read the installer's news; True while it runs. Called by the timer; looks for a living one before a store is opened."""
    if session.setup is None and session.store is None:
        follow(session)
    if session.setup is None:
        return False
    running = session.setup.runs()  # asked first: what was written before it ended is then read below
    lines, session.setup_offset = environment.news(session.setup_offset)
    for line in lines:
        take(line)
    if not running or any(line["kind"] == "end" for line in lines):
        shown = mirror.rows()
        if shown.setup_running:
            shown.setup_running, shown.setup_text = False, "Set Up stopped unexpectedly; see setup.log"
        let_go(session)
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
