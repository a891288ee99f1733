"""The clock of a job: seconds per stage, the fraction done and an estimate of what is left."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import TypeVar

from .protocol import STAGES, Progress
from .settings import Quality

T = TypeVar("T")
REPORT_S = 0.5  # how often a long computation reports

# Expected seconds on two CPU cores, fitted to the table of presets in docs/benchmarks.md; only their ratios matter once a
# job runs. SHAPE is of a grid of 128, FILES of the smallest maps.
PER_EVALUATION, PER_TEXEL, PER_FACE = 0.03, 1.05e-6, 1.4e-4
LOADING, SHAPE, FILES, PER_WRITTEN_TEXEL = 1.5, 1.05, 0.55, 2.9e-7
LEARNT = 0.15  # of the work after loading: from here on the job's own pace counts


@dataclass
class Clock:
    """`expected` maps the stages of this job to seconds; reality rescales what is left.

    turn: which of how many alike parts of the present stage runs, where a job makes several props; reached: the greatest
    fraction told, under which none is told when more turns out to be expected.
    """

    expected: dict[str, float]
    begun: float = field(default_factory=time.monotonic)
    entered: dict[str, float] = field(default_factory=dict)
    stage: str = "queued"
    turn: tuple[int, int] = (0, 1)
    reached: float = 0.0

    @staticmethod
    def for_generate(quality: Quality) -> Clock:
        """The clock of a new prop at these settings."""
        evaluations = quality.views.steps * (1 if quality.views.guidance == 1.0 else 2)
        finish = PER_TEXEL * quality.finish.texture_px**2 + PER_FACE * quality.finish.faces
        expected = {
            "loading": LOADING,
            "text": 0.05,
            "views": PER_EVALUATION * evaluations,
            "shape": SHAPE * (quality.shape.grid / 128) ** 2,
            "finish": finish,
            "files": FILES + PER_WRITTEN_TEXEL * quality.finish.texture_px**2,
        }
        if quality.distillation.steps:
            expected["refine"] = 3 * PER_EVALUATION * quality.distillation.steps
        return Clock({stage: expected[stage] for stage in STAGES if stage in expected})

    def expect(self, props: int) -> None:
        """So many props are to be made: their views and shapes take as much longer."""
        self.expected |= {name: props * self.expected[name] for name in ("views", "shape") if name in self.expected}

    def of_several(self, turn: int, turns: int) -> Clock:
        """This clock, from now on in the given one of so many alike parts of each stage."""
        self.turn = turn, turns
        return self

    def enter(self, stage: str, message: str = "") -> Progress:
        """Begin a stage, or its next part."""
        if stage != self.stage:
            self.entered[stage] = time.monotonic()
        self.stage = stage
        return self.at(0.0, message)

    def at(self, within: float, message: str = "") -> Progress:
        """The job's progress at a fraction of the present stage."""
        names, total = list(self.expected), sum(self.expected.values())
        before = sum(self.expected[n] for n in names[: names.index(self.stage)])
        done = before + (self.turn[0] + within) / self.turn[1] * self.expected[self.stage]
        self.reached = max(self.reached, done / total)
        return Progress(self.stage, self.reached, max(total - done, 0.0) * self._pace(done, total), message)

    def _pace(self, done: float, total: float) -> float:
        """Real seconds per expected second so far; 1 until there is something to go by.

        Loading tells nothing: a model that is in memory already takes no time at all, a cold disk any.
        """
        loading = self.expected.get("loading", 0.0)
        if done - loading <= LEARNT * (total - loading):
            return 1.0
        begun = min((at for stage, at in self.entered.items() if stage != "loading"), default=self.begun)
        return (time.monotonic() - (begun if loading else self.begun)) / (done - loading)

    def during(
        self, work: Callable[[], T], start: float, end: float, *, to_its_end: bool = False
    ) -> Generator[Progress, None, T]:
        """Compute `work()`, which takes from `start` to `end` of the present stage; reports meanwhile, returns its value.

        It runs in a thread, so that a slow machine's long computation is neither silent nor deaf to a cancel: closing
        this generator leaves the thread to finish alone and its value to nobody, or with `to_its_end` waits for it, as
        work that writes files needs. Raises what `work` raises.
        """
        future: Future[T] = Future()
        threading.Thread(target=_settle, args=(future, work), name=f"{self.stage} stage", daemon=True).start()
        now = self.at(start)
        pace = now.eta_s / max(sum(self.expected.values()) * (1 - now.fraction), 1e-9)
        expected = (end - start) * self.expected[self.stage] / self.turn[1] * pace
        began = time.monotonic()
        try:
            while not _is_done(future):
                spent = (time.monotonic() - began) / max(expected, 1e-3)
                yield self.at(start + (end - start) * _share(spent))
        finally:
            if to_its_end:
                wait([future])
        return future.result()

    def finish(self) -> Progress:
        self.entered["done"] = time.monotonic()
        return Progress("done", 1.0, 0.0)

    def seconds(self) -> dict[str, float]:
        """Seconds of every stage entered, in order."""
        marks = list(self.entered.items())
        return {name: round(later - start, 3) for (name, start), (_, later) in zip(marks, marks[1:], strict=False)}


def _settle(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except Exception as error:  # it is raised again where the value is waited for
        future.set_exception(error)


def _is_done(future: Future[T]) -> bool:
    """Whether the value is there; waits for it up to REPORT_S."""
    try:
        future.exception(timeout=REPORT_S)
    except TimeoutError:
        return future.done()
    return True


def _share(spent: float) -> float:
    """How much of a computation is done after `spent` of its expected time: linear to 0.8, then ever slower towards 1."""
    return spent if spent < 0.8 else 1.0 - 0.2 * math.exp(-(spent - 0.8) / 0.2)
