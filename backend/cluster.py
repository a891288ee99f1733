"""The Ray executor: one actor on the cluster runs the pipeline and is asked for its events one by one.

Pulling, rather than a streaming generator, works through Ray Client (`ray://`) too, and each question carries the
artist's `control.json` along. No shared disk is needed: input files travel with the request, previews and results with
the events. Ray schedules and places the actor; a GPU is asked for when the cluster has one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from .errors import problem
from .executors import Local
from .protocol import (
    Done,
    Event,
    Heartbeat,
    Preview,
    Refine,
    Request,
    event_from_line,
    event_to_line,
    request_from_json,
    request_to_json,
)

try:
    import ray
except ModuleNotFoundError as missing:
    raise problem("package-missing", name="ray (the extra 'cluster')") from missing

ROOT = Path(__file__).resolve().parent.parent
LEFT_AT_HOME = [".git", ".venv*", "out", "dist", "data", "tests", "docs", "wheels", "__pycache__"]
PULL_S = 1.0  # between events of a long stage a heartbeat is yielded this often, so that a cancel is noticed
MAPS = ("base_color.png", "normal.png", "roughness.png", "metallic.png")

Files = dict[str, bytes]  # relative name -> content


class RayCluster:
    """Runs jobs on a Ray cluster: `address` is "ray://host:port" or "auto". Raises worker-start when none answers."""

    def __init__(self, address: str, device: str = "auto") -> None:
        environment = {"working_dir": str(ROOT), "excludes": LEFT_AT_HOME}
        try:
            ray.init(address=address, runtime_env=environment, log_to_driver=False, ignore_reinit_error=True)
        except (ConnectionError, OSError, RuntimeError) as error:
            raise problem("worker-start", why=f"the Ray cluster {address} does not answer ({error})"[:200]) from error
        self.device, self._wanted, self._actor = address, device, None

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        actor = self._actor = self._actor or self._place()
        ended = False
        try:
            self._ask(actor.start.remote(*pack(request)))
            while True:
                reply = actor.next_event.remote(_control_or_none(folder))
                while not ray.wait([reply], timeout=PULL_S)[0]:
                    yield Heartbeat()
                line, files = self._ask(reply)
                if line is None:
                    break
                write_files(folder, files)
                yield event_from_line(line).event
            ended = True
        finally:
            if not ended:
                self.forget()

    def forget(self) -> None:
        """End the actor, and with it what it was doing and its loaded models."""
        if self._actor is not None:
            ray.kill(self._actor)
            self._actor = None

    def _place(self) -> Any:
        gpus = 1 if ray.cluster_resources().get("GPU", 0) else 0
        return ray.remote(num_cpus=1, num_gpus=gpus)(Resident).remote(self._wanted)

    @staticmethod
    def _ask(reply: Any) -> Any:
        """The answer. An exception raised on the cluster is raised here as what it was there."""
        try:
            return ray.get(reply)
        except ray.exceptions.RayTaskError as error:
            raise (error.cause or error) from error
        except ray.exceptions.RayActorError as error:
            raise problem("worker-died") from error


class Resident:
    """The cluster's side: keeps the models, and one job's generator at a time, in a folder of its own."""

    def __init__(self, device: str) -> None:
        self._executor = Local(device)
        self._events: Iterator[Event] = iter(())
        self._folder = Path(tempfile.mkdtemp(prefix="propsmith-"))
        self._sent: dict[str, tuple[int, int]] = {}

    def start(self, request: dict[str, Any], inputs: Files) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "inputs").mkdir(parents=True)
        write_files(self._folder, inputs)
        self._sent = {}
        self._changed_files()
        self._events = self._executor.run(unpack(request, self._folder), self._folder)

    def next_event(self, control: str | None) -> tuple[str | None, Files]:
        """The next event as a line, with the files it speaks of; None at the end."""
        if control is not None:
            (self._folder / "control.json").write_text(control, encoding="utf-8")
            self._sent["control.json"] = self._stamp(self._folder / "control.json")
        event = next(self._events, None)
        if event is None:
            return None, {}
        files = self._changed_files() if isinstance(event, Preview | Done) else {}
        return event_to_line(event, 0, 0.0), files

    def _changed_files(self) -> Files:
        """The files written since the last call."""
        changed = {}
        for path in sorted(p for p in self._folder.rglob("*") if p.is_file()):
            name, stamp = path.relative_to(self._folder).as_posix(), self._stamp(path)
            if self._sent.get(name) != stamp:
                self._sent[name] = stamp
                changed[name] = path.read_bytes()
        return changed

    @staticmethod
    def _stamp(path: Path) -> tuple[int, int]:
        facts = path.stat()
        return facts.st_mtime_ns, facts.st_size


def pack(request: Request) -> tuple[dict[str, Any], Files]:
    """The request as JSON, its input's path made relative, and the input files. Raises image-missing, mesh-missing."""
    named = input_of(request)
    if not named:
        return request_to_json(request), {}
    path = Path(named)
    beside = [path.parent / name for name in MAPS] if isinstance(request, Refine) else []
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


def _control_or_none(folder: Path) -> str | None:
    try:
        return (folder / "control.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
