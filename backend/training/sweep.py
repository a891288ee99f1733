"""Teaches the network that settles the views' geometry: `python -m backend.training.sweep --data DIR --run DIR --minutes 30`.

A lesson is a stored shape whose views were noised and sampled back: as the product samples, with its hooks, but from so little
noise that the shape is still the stored one's. The network learns the true outlines, normals and depths. Lessons are stored in
the run's folder, and a run that was left goes on.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..cameras import Cameras, rig
from ..known import form_of
from ..language.brief import Brief
from ..plane_sweep import evidence
from ..priors import Cond
from ..priors.loader import folder_of, load_prior
from ..priors.multiview import MultiViewPrior
from ..priors.sweep import GEOMETRY, SPACINGS, Sweep, SweepSize, answered, seen_of, widened
from ..sampler import Hook, Plan, composed, sample, times
from ..settings import Views
from ..sketched import sketched
from ..steering import in_order
from ..tries import mean_of
from .dataset import Sample, Shape, Shapes, paint_sample
from .publish import publish_sweep

SHARD = 100  # lessons
HELD_OUT = 25  # one shape in so many teaches nothing and is asked about
ASKED = 100  # lessons of such shapes that a report asks about
BY_STUDENT, BY_PICTURE = 0.6, 0.22  # shares of the lessons; the rest are the prior's own guided steps
DEEPEST = 6.0  # pixels of error from which on a depth hardly counts for more: it is another surface's


@dataclass(frozen=True)
class Recipe:
    """rate: of AdamW, warms up over 100 steps and falls to zero over the last `cooldown` of the time. batch: lessons a step.
    nameless: share of lessons that are not told their kind. depth, normal, outline: weights of the losses; earlier: of a reading
    that is not the last. widths, readings: as of `SweepSize`."""

    rate: float = 2e-3
    cooldown: float = 0.45
    batch: int = 2
    nameless: float = 0.15
    depth: float = 1.0
    normal: float = 12.0
    outline: float = 4.0
    earlier: float = 0.5
    ema: float = 0.998
    seed: int = 0
    widths: tuple[int, ...] = SweepSize.widths
    readings: int = len(SPACINGS)


@dataclass(frozen=True)
class Lesson:
    """sampled, true: (V, 5, S, S) geometry as `priors.sweep` has it. kind: the prop's."""

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
            made["sampled"].append(sampled_back(prior, told, rng)[:, GEOMETRY].numpy().astype(np.float16))
            made["true"].append(told.maps[:, GEOMETRY].astype(np.float16))
            made["kind"].append(told.kind)
            made["held"].append(index % HELD_OUT == 0)
        arrays: dict[str, Any] = {name: np.array(values) for name, values in made.items()}
        np.savez(path.with_suffix(".tmp.npz"), **arrays)
        os.replace(path.with_suffix(".tmp.npz"), path)


def read_lessons(run: Path) -> tuple[list[Lesson], list[Lesson]]:
    """The run's lessons: those that teach, and those that are asked about."""
    found: tuple[list[Lesson], list[Lesson]] = [], []
    for path in sorted(run.glob("lessons-????.npz")):
        with np.load(path) as data:
            for sampled, true, kind, held in zip(*(data[n] for n in ("sampled", "true", "kind", "held")), strict=True):
                found[int(held)].append(Lesson(torch.from_numpy(sampled), torch.from_numpy(true), str(kind)))
    return found


def errors(geometry: Tensor, lesson: Lesson, pixel: float, beside: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Of geometry (V, 5, S, S): the mean error of depths in pixels, those of other surfaces hardly counted, of normals (1 -
    cosine), both where the lesson's two geometries are solid, and of outlines (cross entropy). beside: so many pixels beside the
    sampled outline count as solid there."""
    sampled, true = lesson.sampled.float(), lesson.true.float()
    near = functional.max_pool2d((sampled[:, :1] > 0.5).float(), 2 * beside + 1, 1, beside)[:, 0]
    both = near * (true[:, 0] > 0.5)
    solid = both.sum().clamp(min=1)
    gap = (geometry[:, 4] - true[:, 4]).abs() / pixel
    depth = ((gap.clamp(max=DEEPEST) + 0.02 * gap) * both).sum() / solid
    cosine = (geometry[:, 1:4] * functional.normalize(true[:, 1:4], dim=1, eps=1e-6)).sum(1)
    normal = ((1 - cosine) * both).sum() / solid
    outline = functional.binary_cross_entropy(geometry[:, 0].clamp(1e-4, 1 - 1e-4), (true[:, 0] > 0.5).float())
    return depth, normal, outline


@dataclass
class Pupil:
    """The network, its moving average, its optimiser, and how far it has come."""

    network: Sweep
    average: Sweep
    optimiser: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, kinds: tuple[str, ...], recipe: Recipe) -> Pupil:
        torch.manual_seed(recipe.seed)
        network = Sweep(SweepSize(kinds, widths=recipe.widths, readings=recipe.readings))
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.AdamW(network.parameters(), recipe.rate, (0.9, 0.98), weight_decay=0.01)
        return cls(network, deepcopy(network), optimiser)

    def learn(self, lessons: list[Lesson], nameless: list[bool], rate: float, recipe: Recipe) -> None:
        """One step of the optimiser, in bfloat16 where the processor has it."""
        kinds = torch.tensor(
            [self.network.number("" if un else one.kind) for one, un in zip(lessons, nameless, strict=True)]
        )
        geometry = [lesson.sampled.float() for lesson in lessons]
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        for reading in range(self.network.size.readings):
            loss, geometry = self.read(lessons, geometry, kinds, reading, recipe)
            last = reading + 1 == self.network.size.readings
            ((1.0 if last else recipe.earlier) * loss / len(lessons)).backward()
            geometry = [one.detach() for one in geometry]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        share = min(recipe.ema, self.step / (self.step + 20))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - share)

    def read(
        self, lessons: list[Lesson], geometry: list[Tensor], kinds: Tensor, reading: int, recipe: Recipe
    ) -> tuple[Tensor, list[Tensor]]:
        """The loss of one reading over lessons whose geometry has come so far, and what it makes of that."""
        cameras, pixel = rig(), 2 / lessons[0].true.shape[-1]
        geometry = [widened(one) for one in geometry]
        seen = [seen_of(one, cameras) for one in geometry]
        shown = torch.cat([evidence(one, cameras, SPACINGS[reading]) for one in seen])
        with torch.autocast("cpu", torch.bfloat16):
            answers = self.network(shown, kinds, reading).float().chunk(len(lessons))
        made = [answered(*given) for given in zip(geometry, seen, answers, strict=True)]
        loss = torch.zeros(())
        for one, lesson in zip(made, lessons, strict=True):
            depth, normal, outline = errors(one, lesson, pixel, beside=1)
            loss = loss + recipe.depth * depth + recipe.normal * normal + recipe.outline * outline
        return loss, made

    def save(self, run: Path) -> None:
        """Write run/sweep.pt whole."""
        told = {"network": self.network.state_dict(), "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(), "step": self.step, "seconds": self.seconds}  # fmt: skip
        torch.save(told, run / "sweep.pt.tmp")
        os.replace(run / "sweep.pt.tmp", run / "sweep.pt")

    def load(self, run: Path) -> None:
        """Go on from run/sweep.pt, if there is one."""
        if (run / "sweep.pt").exists():
            told = torch.load(run / "sweep.pt", map_location="cpu", weights_only=True)
            self.network.load_state_dict(told["network"])
            self.average.load_state_dict(told["average"])
            self.optimiser.load_state_dict(told["optimiser"])
            self.step, self.seconds = told["step"], told["seconds"]


def asked(network: Sweep | None, lessons: list[Lesson], cameras: Cameras) -> list[float]:
    """Mean errors of depths, normals and outlines over lessons: of what a network makes of them, or of the views as sampled."""
    found = []
    for lesson in lessons:
        geometry = lesson.sampled.float()
        if network is not None:
            geometry = network.geometry(geometry, cameras, lesson.kind)
        found.append([float(error) for error in errors(geometry, lesson, 2 / geometry.shape[-1])])
    return [round(float(v), 4) for v in np.mean(found, 0)]


def teach(pupil: Pupil, run: Path, recipe: Recipe, minutes: float, report_s: float = 120.0) -> Iterator[list[float]]:
    """Teach by the run's lessons for `minutes` in all, earlier sittings included. Yields, first of the views as sampled and then
    of the network now and again, what errors.csv gets: step, seconds, errors of depths, normals, outlines."""
    (lessons, held), total = read_lessons(run), minutes * 60
    pupil.load(run)
    rng = np.random.default_rng([recipe.seed, pupil.step])
    yield [0, 0.0, *asked(None, held[:ASKED], rig())]
    before, began, told = pupil.seconds, time.monotonic(), time.monotonic()
    while pupil.seconds < total:
        left = (total - pupil.seconds) / (recipe.cooldown * total)
        rate = recipe.rate * min(1.0, (pupil.step + 1) / 100, max(left, 0.02))
        chosen = [lessons[int(rng.integers(len(lessons)))] for _ in range(recipe.batch)]
        pupil.learn(chosen, [bool(rng.random() < recipe.nameless) for _ in chosen], rate, recipe)
        pupil.seconds = before + time.monotonic() - began
        if time.monotonic() - told > report_s or pupil.seconds >= total:
            told = time.monotonic()
            pupil.save(run)
            yield [pupil.step, round(pupil.seconds), *asked(pupil.average.eval(), held[:ASKED], rig())]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes")
    parser.add_argument("--run", type=Path, default=Path("data/sweep"), help="lessons, state and errors")
    parser.add_argument("--lessons", type=int, default=4000)
    parser.add_argument(
        "--minutes", type=float, default=45.0, help="of teaching in all; a run that has had less goes on"
    )
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--compute", default="one core, no GPU")
    args = parser.parse_args()
    prior, recipe = load_prior(args.prior, torch.device("cpu")), Recipe()
    assert isinstance(prior, MultiViewPrior), "lessons are drawn in the embedded prior's language"
    args.run.mkdir(parents=True, exist_ok=True)
    write_lessons(prior, Shapes(args.data, prior.kinds).shapes, args.run, args.lessons, recipe.seed)
    rows = []
    pupil = Pupil.of(prior.kinds, recipe)
    for row in teach(pupil, args.run, recipe, args.minutes):
        rows.append(row)
        print(*row, flush=True)
        with (args.run / "errors.csv").open("a", newline="") as file:
            csv.writer(file).writerow(row)
    bar = rows[0][2:] if prior.sweep is None else asked(prior.sweep, read_lessons(args.run)[1][:ASKED], rig())
    if rows[-1][2] >= bar[0]:
        print("not published: it leaves depths no nearer to the truth than what ships")
        return 1
    told = {"recipe": asdict(recipe), "compute": args.compute, "as_sampled": rows[0][2:], "held_out": rows[-1][2:]}
    print(json.dumps(publish_sweep(pupil.average, folder_of(args.prior), told), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
