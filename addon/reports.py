"""The texts of Copy Report, without personal paths: of a job, of Set Up; versions, what was found, the end of the log."""

from __future__ import annotations

import dataclasses
import json
import platform
from pathlib import Path

import bpy

from . import environment, landing, mirror, preferences, worker
from .session import Session


def heading() -> str:
    parts = (f"Propsmith {landing.version()}", f"Blender {bpy.app.version_string}", platform.platform())
    return ", ".join(parts)


def setup_report() -> str:
    """What a developer needs to understand why Set Up, or its self-test, failed."""
    shown = mirror.rows()
    rows = [line.replace("|", ": ", 1) for line in shown.setup_rows.splitlines()]
    log = worker.log_tail(environment.log_path().with_name("setup.log"))
    lines = [heading(), f"Set Up: {shown.setup_text}", *rows, "Log:", *log]
    return "\n".join(lines).replace(str(Path.home()), "~")


def report(session: Session, job: str) -> str:
    """What a developer needs to understand a job, as plain text."""
    watch = session.watches.get(job)
    lines = [
        heading(),
        f"Device: {preferences.get().device}. Job: {job}",
    ]
    if watch is not None:
        error = watch.error or watch.status.error
        lines.append(f"State: {watch.status.state}, stage: {watch.status.stage}")
        lines.append(f"Error: [{error.code}] {error.sentence} {error.remedy}" if error else "Error: none")
        if watch.request is not None:
            lines.append("Request: " + json.dumps(dataclasses.asdict(watch.request)))
        lines += [f"Note: {note.message}" for note in watch.status.notes]
    if session.store is not None:
        lines += ["Log:", *worker.log_tail(worker.log_path(session.store))]
    return "\n".join(lines).replace(str(Path.home()), "~")
