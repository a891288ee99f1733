"""The Ray executor: one actor on the cluster runs the pipeline and is asked for its events one by one.

Pulling, rather than a streaming generator, works through Ray Client (`ray://`) too, and each question carries the
artist's `control.json` along. No shared disk is needed: input files travel with the request, previews and results with
the events. Ray schedules and places the actor; a GPU is asked for when the cluster has one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from .errors import problem
from .protocol import Done, Event, Failed, Heartbeat, Request, event_from_line
from .remote import Resident, pack, write_files

try:
    import ray
except ModuleNotFoundError as missing:
    raise problem("package-missing", name="ray (the extra 'cluster')") from missing

ROOT = Path(__file__).resolve().parent.parent
LEFT_AT_HOME = [".git", ".venv*", ".*_cache", "out", "dist", "data", "tests", "docs", "wheels", "__pycache__"]
PULL_S = 1.0  # between events of a long stage a heartbeat is yielded this often, so that a cancel is noticed


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
            yield from _wait(actor.start.remote(*pack(request)))
            while True:
                line, files = yield from _wait(actor.next_event.remote(_control_or_none(folder)))
                if line is None:
                    break
                write_files(folder, files)
                event = event_from_line(line).event
                ended = isinstance(event, Done | Failed)
                yield event
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


def _wait(reply: Any) -> Generator[Event, None, Any]:
    """Heartbeats until the answer is there, then the answer. What was raised on the cluster is raised here."""
    while not ray.wait([reply], timeout=PULL_S)[0]:
        yield Heartbeat()
    try:
        return ray.get(reply)
    except ray.exceptions.RayTaskError as error:
        raise (error.cause or error) from error
    except ray.exceptions.RayActorError as error:
        raise problem("worker-died") from error


def _control_or_none(folder: Path) -> str | None:
    try:
        return (folder / "control.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
