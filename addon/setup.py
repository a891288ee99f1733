"""Set Up inside Blender: begins the installer's actions, shows their progress, and says whether the worker can run."""

from __future__ import annotations

import os
import sys

import bpy

from . import environment, mirror, preferences
from .session import Session, current


def show_readiness() -> None:
    """Look once whether the worker has a Python, for the panels to read."""
    shown, chosen = mirror.rows(), preferences.get().python
    shown.ready = bool(chosen) and os.path.isfile(bpy.path.abspath(chosen))
    shown.ready_text = "" if shown.ready else "Propsmith needs an environment of its own: press Set Up"


def begin(action: str) -> None:
    """Start preflight, create, verify or remove in a child process. Raises worker-start, OSError."""
    from . import pump

    session, chosen = current(), preferences.get()
    plan = environment.Plan(preferences.environment_folder(), bpy.path.abspath(chosen.python) if chosen.python else "")
    shown = mirror.rows()
    shown.setup_rows, shown.setup_fraction, shown.setup_text = "", 0.0, "Starting"
    session.setup = environment.begin(action, plan, [sys.executable, *bpy.app.python_args])
    session.setup_offset, shown.setup_running = 0, True
    pump.start()


def cancel() -> None:
    """Stop the installer; what it has done so far is kept for next time."""
    session = current()
    if session.setup is not None and session.setup.poll() is None:
        _kill_family(session.setup.pid)
    session.setup = None
    shown = mirror.rows()
    shown.setup_running, shown.setup_text = False, "Stopped; Set Up goes on where it was"


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
    return True


def take(line: dict) -> None:
    """One line of the installer's log into the mirror."""
    shown = mirror.rows()
    if line["kind"] == "progress":
        shown.setup_fraction, shown.setup_text = line["fraction"], line["text"]
    elif line["kind"] == "row":
        shown.setup_rows += f"{line['mark']}|{line['text']}\n"
    elif line["kind"] == "end":
        shown.setup_running, shown.setup_text = False, line["text"]
        shown.setup_fraction = 1.0 if line["ok"] else shown.setup_fraction
        if line["ok"] and line["python"]:
            preferences.get().python = line["python"]
            bpy.context.preferences.is_dirty = True  # so that Blender saves it like a change by hand
        show_readiness()
