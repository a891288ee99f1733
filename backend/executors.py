"""Where a job runs: here, or on a Ray cluster. Every executor turns a request into the same events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .errors import PropsmithError, problem
from .protocol import Event, Note, Request
from .second_try import run_or_reduced

if TYPE_CHECKING:
    from .pipeline import Models


NEEDED_GB = 1.8  # of memory for a prop, its models loaded: the largest measured at all presets (docs/benchmarks.md), and some air


class Executor(Protocol):
    """Runs one job at a time. Closing the iterator stops the job."""

    device: str  # what the worker's card says it computes on; "" until that is known

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        """Drive one request to its end, previews and result going into `folder`. Foreign exceptions may escape."""
        ...

    def forget(self) -> None:
        """Drop the loaded models (memory ran out); the next job loads them again."""
        ...


class Local:
    """Runs the pipeline in this process and keeps its models loaded from job to job. `device` as in `choose_device`."""

    def __init__(self, device: str = "auto") -> None:
        self.device, self._wanted = "", device
        self._models: Models | None = None

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        from . import pipeline  # noqa: PLC0415 -- torch takes seconds to import; the worker reports in before that
        from .device import choose_device, free_memory_gb, idle_card, release_memory, set_threads  # noqa: PLC0415

        def work(asked: Request) -> Iterator[Event]:
            if self._models is None:
                set_threads()
                self._models = pipeline.Models(choose_device(self._wanted))
                self.device = str(self._models.device)
            return pipeline.run(asked, folder, self._models)

        if self._models is None and 0 < (free := free_memory_gb()) < NEEDED_GB:
            told = f"Only {free:.1f} GB of memory are free, and a prop takes up to {NEEDED_GB} GB"
            yield Note("memory-low", f"{told}: close other programs if it is slow.")
        if self._models is None and self._wanted == "auto" and idle_card():
            yield Note("card-unused", "There is a graphics card that this torch cannot compute on: the processor does.")
        try:
            yield from run_or_reduced(work, request, release_memory)
            return
        except (RuntimeError, PropsmithError) as error:
            if not self._leaves_card(error):
                raise
            told = str(error).partition("\n")[0][:120]
        yield Note("card-failed", f"The graphics card failed ({told}): made on the processor, as all that follows.")
        self._wanted, self._models = "cpu", None
        release_memory()
        yield from run_or_reduced(work, request, release_memory)

    def _leaves_card(self, error: Exception) -> bool:
        """Whether a job that failed is made again on the processor: nobody chose the card, and what failed may be its own."""
        on_card = self._models is not None and self._models.device.type != "cpu"
        theirs = not isinstance(error, PropsmithError) or error.code == "out-of-memory"
        return on_card and theirs and self._wanted == "auto"

    def forget(self) -> None:
        self._models = None


def make_executor(where: str, device: str = "auto") -> Executor:
    """The executor of that name: "local", or a Ray address ("ray://host:10001", or "ray" for the running cluster).

    Raises package-missing when Ray is wanted and not installed, setting-choice for other names.
    """
    if where == "local":
        return Local(device)
    if where == "ray" or where.startswith("ray://"):
        from .cluster import RayCluster  # noqa: PLC0415 -- Ray is an extra; the import tells whether it is there

        return RayCluster("auto" if where == "ray" else where, device)
    raise problem("setting-choice", name="executor", value=where, choices="local, ray, ray://host:port")
