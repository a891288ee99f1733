"""A job on a machine without the store's disk: inputs travel there with the request, results back with the events."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from .errors import PropsmithError, problem
from .executors import Executor, Local
from .protocol import Done, Event, Preview, Refine, Request, event_to_line, failed, request_from_json, request_to_json

# what is read beside a mesh: its maps, a mask made by hand, and what the object was made from
BESIDE = ("base_color.png", "normal.png", "roughness.png", "metallic.png", "mask.png", "prop.json")

Files = dict[str, bytes]  # relative name -> content


class Resident:
    """The far side: keeps the models, and one job's generator at a time, in a folder of its own.

    `executor` defaults to the pipeline on `device`; tests give another.
    """

    def __init__(self, device: str, executor: Executor | None = None) -> None:
        self._executor = executor or Local(device)
        self._events: Iterator[Event] = iter(())
        self._folder = Path(tempfile.mkdtemp(prefix="propsmith-"))
        self._sent: dict[str, tuple[int, int]] = {}

    def start(self, request: dict[str, Any], inputs: Files) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "inputs").mkdir(parents=True)
        write_files(self._folder, inputs)
        self._sent = {}
        self._events = self._executor.run(unpack(request, self._folder), self._folder)

    def next_event(self, control: str | None) -> tuple[str | None, Files]:
        """The next event as a line, with the files it speaks of; None at the end. Our own errors become a Failed."""
        if control is not None:
            (self._folder / "control.json").write_text(control, encoding="utf-8")
        try:
            event = next(self._events, None)
        except PropsmithError as error:
            event = failed(error)
        if event is None:
            return None, {}
        return event_to_line(event, 0, 0.0), self._changed_files(event)

    def _changed_files(self, event: Event) -> Files:
        """Of the files that an event names, those written since they were last sent."""
        changed = {}
        for path in sorted(p for name in named_by(event) for p in self._folder.glob(name) if p.is_file()):
            name, stamp = path.relative_to(self._folder).as_posix(), self._stamp(path)
            if self._sent.get(name) != stamp:
                self._sent[name] = stamp
                changed[name] = path.read_bytes()
        return changed

    @staticmethod
    def _stamp(path: Path) -> tuple[int, int]:
        facts = path.stat()
        return facts.st_mtime_ns, facts.st_size


def named_by(event: Event) -> set[str]:
    """Patterns of the files below the job's folder that an event speaks of."""
    if isinstance(event, Done):
        return {f"{event.result}/**/*"}
    if not isinstance(event, Preview):
        return set()
    light = {event.mesh, str(Path(event.mesh).with_suffix(".png"))} if event.mesh else set()  # a texture beside its UVs
    return {event.image, *light}


def pack(request: Request) -> tuple[dict[str, Any], Files]:
    """The request as JSON, its input's path made relative, and the input files. Raises image-missing, mesh-missing."""
    named = input_of(request)
    if not named:
        return request_to_json(request), {}
    path = Path(named)
    beside = [path.parent / name for name in BESIDE] if isinstance(request, Refine) else []
    try:
        files = {f"inputs/{p.name}": p.read_bytes() for p in [path, *beside] if p == path or p.exists()}
    except FileNotFoundError as error:
        raise problem("mesh-missing" if isinstance(request, Refine) else "image-missing", path=named) from error
    return request_to_json(with_input(request, f"inputs/{path.name}")), files


def unpack(values: dict[str, Any], folder: Path) -> Request:
    """The request of `pack` with its input's path below `folder`."""
    request = request_from_json("remote", values)
    return with_input(request, str(folder / input_of(request))) if input_of(request) else request


def input_of(request: Request) -> str:
    return request.mesh if isinstance(request, Refine) else request.image


def with_input(request: Request, path: str) -> Request:
    return replace(request, mesh=path) if isinstance(request, Refine) else replace(request, image=path)


def write_files(folder: Path, files: Files) -> None:
    """Write files below `folder`, each whole by a rename."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".tmp")
        temporary.write_bytes(content)
        os.replace(temporary, path)
