"""Owns the lessons of the networks that settle sampled views: stored shapes whose views were noised and sampled back.

As the product samples, with its hooks, but from so little noise that the shape is still the stored one's; or after its picture.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..known import form_of
from ..language.brief import Brief
from ..priors import Cond
from ..priors.multiview import MultiViewPrior
from ..sampler import Hook, Plan, composed, sample, times
from ..settings import Views
from ..sketched import sketched
from ..steering import in_order
from ..tries import mean_of
from .dataset import Sample, Shape, paint_sample

SHARD = 100  # lessons
HELD_OUT = 25  # one shape in so many teaches nothing and is asked about
BY_STUDENT, BY_PICTURE = 0.6, 0.22  # shares of the lessons; the rest are the prior's own guided steps
NAMES = "lessons-????.npz"


@dataclass(frozen=True)
class Lesson:
    """sampled, true: (V, 13, S, S) G-buffers. kind: the prop's."""

    sampled: Tensor
    true: Tensor
    kind: str


def sampled_back(prior: MultiViewPrior, told: Sample, rng: np.random.Generator) -> Tensor:
    """(V, 13, S, S) what the prior makes of a painted shape's own views after noise: by the student from one of its middle
    times, by guided steps, or after the shape's picture alone, the mean of one to six tries."""
    prior, brief = prior.suited([told.brief]), told.brief
    generator = torch.Generator().manual_seed(int(rng.integers(1 << 31)))
    start, way, student = prior.encode(torch.from_numpy(told.maps)[None]), rng.random(), prior.student
    sampler, steps = (student.prior, student.steps) if student is not None else (prior, 6)
    along = times(Plan(steps)).tolist()
    if way < BY_STUDENT and steps > 1:
        skipped = 1 if rng.random() < 0.8 else min(2, steps - 1)
        plan, cond = Plan(steps - skipped, strength=along[skipped]), prior.condition_on([brief])
        *_, last = sample(sampler, cond, None, plan, generator, start, steered(prior, [brief]))
        return prior.decode(last.x0)[0]
    if way > 1 - BY_PICTURE:
        tries = [brief] * int(rng.choice([1, 3, 6]))
        shown = torch.from_numpy(told.reference)[None].expand(len(tries), -1, -1, -1)
        cond = Cond({**prior.condition_on(tries).fields, "reference": shown})
        hook = steered(prior, tries, sketched(prior, cond, paint=True))
        *_, last = sample(sampler, cond, None, Plan(steps), generator, hook=hook)
        return mean_of(prior.decode(last.x0), 0)
    plan = Plan(int(rng.integers(3, 6)), Views().guidance, strength=float(rng.uniform(0.55, 0.9)))
    cond, null = prior.condition_on([brief]), prior.condition([""])
    *_, last = sample(prior, cond, null, plan, generator, start, steered(prior, [brief]))
    return prior.decode(last.x0)[0]


def steered(prior: MultiViewPrior, briefs: list[Brief], pulled: Hook | None = None) -> Hook | None:
    """What the product steers the geometry of such views by."""
    return composed(in_order(prior, [form_of(prior, brief) for brief in briefs], pulled))


def write_lessons(prior: MultiViewPrior, shapes: list[Shape], run: Path, count: int, seed: int) -> None:
    """Store `count` lessons of shapes whose kinds the prior knows, those of earlier sittings included."""
    for shard in range(-(-count // SHARD)):
        path = run / f"lessons-{shard:04d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([seed, shard])
        made: dict[str, list] = {"sampled": [], "true": [], "kind": [], "held": []}
        for _ in range(min(SHARD, count - shard * SHARD)):
            index = int(rng.integers(len(shapes)))
            told = paint_sample(shapes[index], rng)
            made["sampled"].append(sampled_back(prior, told, rng).numpy().astype(np.float16))
            made["true"].append(told.maps.astype(np.float16))
            made["kind"].append(told.kind)
            made["held"].append(index % HELD_OUT == 0)
        _store(path, {name: np.array(values) for name, values in made.items()})


def write_settled(prior: MultiViewPrior, run: Path) -> None:
    """Beside every shard of lessons, one with their geometry as the prior settles it, if there is none yet."""
    assert prior.sweep is not None, "paint is settled after geometry"
    for path in sorted(run.glob(NAMES)):
        if not (run / _settled(path.name)).exists():
            with np.load(path) as data:
                maps = [
                    prior.sweep.settled(torch.from_numpy(one).float(), prior.cameras, str(kind)).numpy()
                    for one, kind in zip(data["sampled"], data["kind"], strict=True)
                ]
            _store(run / _settled(path.name), {"sampled": np.array(maps).astype(np.float16)})


def read_lessons(run: Path, settled: bool = False) -> tuple[list[Lesson], list[Lesson]]:
    """The run's lessons: those that teach, and those that are asked about. settled: with their geometry settled."""
    found: tuple[list[Lesson], list[Lesson]] = [], []
    for path in sorted(run.glob(NAMES)):
        with np.load(path) as data, np.load(run / _settled(path.name) if settled else path) as views:
            for sampled, true, kind, held in zip(
                views["sampled"], *(data[n] for n in ("true", "kind", "held")), strict=True
            ):
                found[int(held)].append(Lesson(torch.from_numpy(sampled), torch.from_numpy(true), str(kind)))
    return found


def _settled(name: str) -> str:
    return name.replace("lessons", "settled")


def _store(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path.with_suffix(".tmp.npz"), **arrays)
    os.replace(path.with_suffix(".tmp.npz"), path)
