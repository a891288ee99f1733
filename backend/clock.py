"""The clock of a job: seconds per stage, the fraction done and an estimate of what is left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .protocol import STAGES, Progress
from .settings import Quality

# Expected seconds on two CPU cores, measured (docs/benchmarks.md); only their ratios matter once a job runs.
PER_EVALUATION, PER_TEXEL, PER_FACE = 0.04, 1.6e-6, 1.2e-4
LOADING, SHAPE, FILES = 1.5, 0.5, 0.6


@dataclass
class Clock:
    """`expected` maps the stages of this job to seconds; reality rescales what is left."""

    expected: dict[str, float]
    begun: float = field(default_factory=time.monotonic)
    entered: dict[str, float] = field(default_factory=dict)
    stage: str = "queued"

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
            "files": FILES,
        }
        if quality.distillation.steps:
            expected["refine"] = 3 * PER_EVALUATION * quality.distillation.steps
        return Clock({stage: expected[stage] for stage in STAGES if stage in expected})

    def enter(self, stage: str, message: str = "") -> Progress:
        """Begin a stage."""
        self.stage = stage
        self.entered[stage] = time.monotonic()
        return self.at(0.0, message)

    def at(self, within: float, message: str = "") -> Progress:
        """The job's progress at a fraction of the present stage."""
        names, total = list(self.expected), sum(self.expected.values())
        before = sum(self.expected[n] for n in names[: names.index(self.stage)])
        done = before + within * self.expected[self.stage]
        elapsed = time.monotonic() - self.begun
        pace = elapsed / done if done > 0.15 * total else 1.0  # the estimate until there is something to go by
        return Progress(self.stage, done / total, max(total - done, 0.0) * pace, message)

    def finish(self) -> Progress:
        self.entered["done"] = time.monotonic()
        return Progress("done", 1.0, 0.0)

    def seconds(self) -> dict[str, float]:
        """Seconds of every stage entered, in order."""
        marks = list(self.entered.items())
        return {name: round(later - start, 3) for (name, start), (_, later) in zip(marks, marks[1:], strict=False)}
