"""The text of Copy Report: versions, the request, the error and the end of the worker's log, without personal paths."""

from __future__ import annotations

import dataclasses
import json
import platform
from pathlib import Path

import bpy

from . import landing, preferences, worker
from .session import Session


def report(session: Session, job: str) -> str:
    """What a developer needs to understand a job, as plain text."""
    watch = session.watches.get(job)
    lines = [
        f"Propsmith {landing.version()}, Blender {bpy.app.version_string}, {platform.platform()}",
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
