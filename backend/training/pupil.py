"""Owns the teaching of the small networks that settle sampled views (`sweep`, `repaint`): steps, averages, sittings.

Each reads what it settled itself once more. Gradients stay within a reading.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor

from ..priors.views_unet import UNetSize, ViewsUNet
from .view_lessons import Lesson

ASKED = 100  # lessons kept back that a report asks about
Network = TypeVar("Network", bound=ViewsUNet)
Taught = TypeVar("Taught", bound=ViewsUNet, contravariant=True)


@dataclass(frozen=True)
class Pace:
    """rate: of AdamW, warms up over 100 steps and falls to zero over the last `cooldown` of the time. batch: lessons a step.
    nameless: share of lessons that are not told their kind. earlier: weight of a reading that is not the last. ema: of the
    averaged weights, which ship. widths, readings: as of `UNetSize`."""

    rate: float = 2e-3
    cooldown: float = 0.45
    batch: int = 2
    nameless: float = 0.15
    earlier: float = 0.5
    ema: float = 0.998
    seed: int = 0
    widths: tuple[int, ...] = UNetSize.widths
    readings: int = 2


class Subject(Protocol[Taught]):
    """What is taught. read: the loss of one reading of lessons whose views (V, 13, S, S) have come so far, and what it makes of
    these, without gradients. errors: of a network's answer to one lesson, or of its views as sampled."""

    def read(
        self, network: Taught, lessons: Sequence[Lesson], maps: list[Tensor], kinds: Tensor, reading: int
    ) -> tuple[Tensor, list[Tensor]]: ...

    def errors(self, network: Taught | None, lesson: Lesson) -> list[float]: ...


@dataclass
class Pupil(Generic[Network]):
    """The network, its moving average, its optimiser, and how far it has come."""

    network: Network
    average: Network
    optimiser: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, make: Callable[[UNetSize], Network], kinds: tuple[str, ...], pace: Pace) -> Pupil[Network]:
        """One that has learnt nothing."""
        torch.manual_seed(pace.seed)
        network = make(UNetSize(kinds, widths=pace.widths, readings=pace.readings))
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.AdamW(network.parameters(), pace.rate, (0.9, 0.98), weight_decay=0.01)
        return cls(network, deepcopy(network), optimiser)

    def learn(
        self, subject: Subject[Network], lessons: Sequence[Lesson], nameless: list[bool], rate: float, pace: Pace
    ) -> None:
        """One step of the optimiser, in bfloat16 where the processor has it."""
        kinds = torch.tensor(
            [self.network.number("" if un else one.kind) for one, un in zip(lessons, nameless, strict=True)]
        )
        maps = [lesson.sampled.float() for lesson in lessons]
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        for reading in range(self.network.size.readings):
            loss, maps = subject.read(self.network, lessons, maps, kinds, reading)
            last = reading + 1 == self.network.size.readings
            ((1.0 if last else pace.earlier) * loss / len(lessons)).backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        share = min(pace.ema, self.step / (self.step + 20))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - share)

    def save(self, path: Path) -> None:
        """Write a file whole."""
        told = {"network": self.network.state_dict(), "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(), "step": self.step, "seconds": self.seconds}  # fmt: skip
        torch.save(told, path.with_suffix(".tmp"))
        os.replace(path.with_suffix(".tmp"), path)

    def load(self, path: Path) -> None:
        """Go on from a file, if there is one."""
        if path.exists():
            told = torch.load(path, map_location="cpu", weights_only=True)
            self.network.load_state_dict(told["network"])
            self.average.load_state_dict(told["average"])
            self.optimiser.load_state_dict(told["optimiser"])
            self.step, self.seconds = told["step"], told["seconds"]


def asked(subject: Subject[Network], network: Network | None, lessons: Sequence[Lesson]) -> list[float]:
    """Mean errors over lessons: of what a network makes of them, or of the views as sampled."""
    found = [subject.errors(network, lesson) for lesson in lessons[:ASKED]]
    return [round(float(value), 4) for value in np.mean(found, 0)]


def teach(
    pupil: Pupil[Network],
    subject: Subject[Network],
    lessons: tuple[list[Lesson], list[Lesson]],
    path: Path,
    pace: Pace,
    minutes: float,
    report_s: float = 120.0,
) -> Iterator[list[float]]:
    """Teach by lessons (and ask about those kept back) for `minutes` in all, earlier sittings included; the state lies in `path`,
    the errors beside it as .csv. Yields, first of the views as sampled and then of the network now and again: step, seconds,
    errors."""
    (teaching, held), total = lessons, minutes * 60
    pupil.load(path)
    rng = np.random.default_rng([pace.seed, pupil.step])
    yield _noted(path, [0, 0.0, *asked(subject, None, held)])
    before, began, told = pupil.seconds, time.monotonic(), time.monotonic()
    while pupil.seconds < total:
        left = (total - pupil.seconds) / (pace.cooldown * total)
        rate = pace.rate * min(1.0, (pupil.step + 1) / 100, max(left, 0.02))
        chosen = [teaching[int(rng.integers(len(teaching)))] for _ in range(pace.batch)]
        pupil.learn(subject, chosen, [bool(rng.random() < pace.nameless) for _ in chosen], rate, pace)
        pupil.seconds = before + time.monotonic() - began
        if time.monotonic() - told > report_s or pupil.seconds >= total:
            told = time.monotonic()
            pupil.save(path)
            errors = asked(subject, pupil.average.eval(), held)
            yield _noted(path, [pupil.step, round(pupil.seconds), *errors])


def _noted(path: Path, row: list[float]) -> list[float]:
    with path.with_suffix(".csv").open("a", newline="") as file:
        csv.writer(file).writerow(row)
    print(*row, flush=True)
    return row
