"""`python -m backend evaluate`: what a prior's props are worth, on held-out captions, names and objects, as one JSON report.

Every key holds value, n, ceiling (what true renders or exact views score under the same measure, or null), low and high
(95 % interval). Keys whose measurement a suite leaves out are null; nothing is estimated.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from ..device import choose_device, set_threads
from ..pipeline import Models
from ..priors import Maps
from ..priors.multiview import MultiViewPrior
from ..sampler import Plan
from ..sampler import sample as sample_prior
from ..settings import PRESETS
from ..training.dataset import make_shape, paint_sample
from ..training.kinds import KINDS
from .agreement import agreement
from .asked import Asked, Task, each, make
from .classifier import KEPT, Judge, judge_of
from .objects import HELD_OUT_SEED, Likeness, Shown, diversity, likeness, likeness_of_exact_views

KEYS = ("kind_r1", "colour_right", "material_right", "synonym_right", "image_fscore", "image_psnr", "view_agreement", "sound",
        "thin_whole", "diversity", "seconds_sample", "seconds_student")  # fmt: skip

Made = TypeVar("Made")
CEILING_EVERY = 4  # of the objects shown, every fourth's exact views are made into a prop as well


@dataclass(frozen=True)
class Suite:
    """How much is asked: captions a kind, held-out objects shown, captions asked 16 times, exact props for ceilings."""

    each: int
    objects: int
    alike: int
    exact: int


SUITES = {"quick": Suite(1, 32, 3, 40), "full": Suite(4, 160, 12, 160), "smoke": Suite(1, 2, 1, 3)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", choices=tuple(SUITES), default="quick")
    parser.add_argument("--out", type=Path, default=Path("report.json"))
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes: what the judge learns from")
    parser.add_argument(
        "--judge", type=Path, default=KEPT, help="the kept judge; trained and written where it does not fit"
    )
    parser.add_argument("--preset", default="draft", choices=tuple(PRESETS))
    parser.add_argument("--student", action="store_true", help="measure the prior's student as well, under `student`")
    parser.add_argument("--every", type=int, default=1, help="only every n-th kind: a rougher answer sooner")
    parser.add_argument("--jobs", type=int, default=1, help="processes that make props, of one thread each")
    parser.add_argument("--device", default="auto")


def main(args: argparse.Namespace) -> int:
    set_threads()
    models = Models(choose_device(args.device))
    prior, suite = models.prior(args.prior), SUITES[args.suite]
    assert isinstance(prior, MultiViewPrior), "the suite asks in the embedded prior's language"
    judge, ceilings = judge_of(args.data, prior.kinds, args.judge)
    print(f"the judge on true renders: kind {ceilings[0]}, colour {ceilings[1]}, surface {ceilings[2]}", flush=True)
    exact = true_agreement(prior, suite.exact)
    report: dict[str, Any] = dict.fromkeys(KEYS)
    report["synonym_right"] = synonyms(prior)
    report["seconds_sample"] = seconds(prior, replace(plan_of(prior), steps=PRESETS["standard"].views.steps))
    if prior.student is not None:
        student = prior.student.prior
        assert isinstance(student, MultiViewPrior)
        report["seconds_student"] = seconds(student, Plan(prior.student.steps))
    kinds = prior.kinds[:: args.every]
    report |= of_network(
        Task("", 0, args.prior, args.preset), kinds, suite, (models, judge, args.jobs), (ceilings, exact)
    )
    report |= {"suite": args.suite, "preset": args.preset, "kinds_asked": len(kinds), "judge": ceilings}
    args.out.write_text(json.dumps(report, indent=1) + "\n")
    if args.student and prior.student is not None:
        task = Task("", 0, args.prior, args.preset, student=True)
        report["student"] = of_network(task, kinds, suite, (models, judge, args.jobs), (ceilings, exact))
        args.out.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report), flush=True)
    return 0


def of_network(asking: Task, kinds: Sequence[str], suite: Suite, means: tuple[Models, Judge, int],
               ceilings: tuple[tuple[float, float, float], float]) -> dict[str, Any]:  # fmt: skip
    """All figures that need props made, of the prior's own network or of its student."""
    models, judge, jobs = means
    prior = models.prior(asking.prior)
    assert isinstance(prior, MultiViewPrior)
    tasks = [replace(asking, kind=kind, seed=seed) for kind in kinds for seed in range(suite.each)]
    asked = list(with_progress(each(make, tasks, models, jobs), len(tasks)))
    found = judged(judge, asked, ceilings[0]) | wholeness(asked, ceilings[1])
    chosen = objects_of(prior.kinds, suite.objects)
    shown = [Shown(kind, seed, asking) for seed, kind in enumerate(chosen)]
    alike = list(with_progress(each(likeness, shown, models, jobs), len(shown)))
    found |= likenesses(alike, list(each(likeness_of_exact_views, shown[::CEILING_EVERY], models, jobs)))
    several = prior.kinds[len(prior.kinds) // (2 * suite.alike) :: max(len(prior.kinds) // suite.alike, 1)][
        : suite.alike
    ]
    ratios = list(each(diversity, [replace(asking, kind=kind) for kind in several], models, jobs))
    found["diversity"] = mean_of(ratios, 1.0) | {"kinds": dict(zip(several, np.round(ratios, 3).tolist(), strict=True))}
    return found


def objects_of(kinds: Sequence[str], count: int) -> list[str]:
    """The kinds whose objects are shown: `count` of them evenly, all of them again where that is more than there are."""
    spread = list(kinds[:: max(len(kinds) // count, 1)])
    return (spread * -(-count // len(spread)))[:count]


def with_progress(props: Iterable[Made], total: int) -> Iterator[Made]:
    """The props as they come, with a line of report for every tenth part of them."""
    began = time.monotonic()
    for count, prop in enumerate(props, 1):
        if count % max(total // 10, 1) == 0:
            print(f"{count} of {total} props, {time.monotonic() - began:.0f} s", flush=True)
        yield prop


def share(hits: Sequence[bool], ceiling: float | None = None) -> dict[str, Any]:
    """A share with its Wilson 95 % interval."""
    n, p, z = len(hits), float(np.mean(hits)) if hits else 0.0, 1.96
    if not n:
        return {"value": None, "n": 0, "ceiling": ceiling, "low": None, "high": None}
    middle, half = (p + z * z / (2 * n)), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return {"value": round(p, 4), "n": n, "ceiling": ceiling, "low": round(low, 4), "high": round(high, 4)}


def mean_of(values: Sequence[float], ceiling: float | None = None) -> dict[str, Any]:
    """A mean with its normal 95 % interval (null where one value gives none)."""
    n = len(values)
    if not n:
        return {"value": None, "n": 0, "ceiling": ceiling, "low": None, "high": None}
    mean = float(np.mean(values))
    half = 1.96 * float(np.std(values, ddof=1)) / n**0.5 if n > 1 else None
    low, high = (round(mean - half, 4), round(mean + half, 4)) if half is not None else (None, None)
    return {"value": round(mean, 4), "n": n, "ceiling": ceiling, "low": low, "high": high}


def judged(judge: Judge, asked: Sequence[Asked], ceilings: tuple[float, float, float]) -> dict[str, Any]:
    """What the judge says of the finished props; a prop that could not be made counts as wrong."""
    verdicts = [judge.judge(a.maps[None])[0] if a.maps is not None else None for a in asked]
    pairs = list(zip(asked, verdicts, strict=True))
    return {
        "kind_r1": share([v is not None and v.kind == a.kind for a, v in pairs], ceilings[0]),
        "colour_right": share([v is not None and v.colour == a.colour for a, v in pairs if a.colour], ceilings[1]),
        "material_right": share([v is not None and v.surface == a.surface for a, v in pairs], ceilings[2]),
        "mistaken": {a.prompt: v.kind if v else "failed" for a, v in pairs if v is None or v.kind != a.kind},
        "mistaken_surface": {a.prompt: v.surface for a, v in pairs if v is not None and v.surface != a.surface},
        "mistaken_colour": {a.prompt: v.colour for a, v in pairs if v and a.colour and v.colour != a.colour},
    }


def true_agreement(prior: MultiViewPrior, count: int) -> float:
    """What `agreement` gives for exact views of objects never rendered before: the measure's own ceiling."""
    shares = []
    for i in range(count):
        rng = np.random.default_rng([HELD_OUT_SEED, 5, i])
        maps = paint_sample(make_shape(prior.kinds[i * 7 % len(prior.kinds)], rng, prior.size_px), rng).maps
        shares.append(agreement(Maps(torch.from_numpy(maps), prior.cameras)))
    return round(float(np.mean(shares)), 4)


def wholeness(asked: Sequence[Asked], ceiling: float) -> dict[str, Any]:
    """One body and watertight; the same over thin kinds; and how well the views agree that the props were made from."""
    return {
        "sound": share([a.bodies == 1 and a.watertight for a in asked]),
        "thin_whole": share([a.bodies == 1 for a in asked if KINDS[a.kind].thin]),
        "view_agreement": mean_of([a.agreement for a in asked if a.maps is not None], ceiling),
    }


def likenesses(found: Sequence[Likeness], exact: Sequence[Likeness]) -> dict[str, Any]:
    """Image to prop, as means over the held-out objects that were shown; the ceiling is what exact views come to."""

    def mean(name: str) -> dict[str, Any]:
        return mean_of([getattr(o, name) for o in found], round(float(np.mean([getattr(o, name) for o in exact])), 4))

    return {
        "image_fscore": mean("f_score") | {"at_4": mean("f_score_wide")},
        "image_psnr": mean("psnr") | {"masked": mean("masked")},
    }


def synonyms(prior: MultiViewPrior) -> dict[str, Any]:
    """Share of the held-out names of the taught kinds that the reader takes for the right kind."""
    return share([prior.read(f"a {name}").brief.kind == kind for kind in prior.kinds for name in KINDS[kind].held_out])


def plan_of(prior: MultiViewPrior) -> Plan:
    """The standard preset's plan."""
    views = PRESETS["standard"].views
    return Plan(views.steps, views.guidance, views.solver)


def seconds(prior: MultiViewPrior, plan: Plan, repeats: int = 5) -> dict[str, Any]:
    """Median seconds of one sample under a plan, guidance included; low and high are the fastest and slowest."""
    cond, null, times = prior.condition(["a wooden crate"]), prior.condition([""]), []
    for seed in range(repeats):
        begun = time.monotonic()
        list(sample_prior(prior, cond, null, plan, torch.Generator().manual_seed(seed)))
        times.append(time.monotonic() - begun)
    return {"value": round(float(np.median(times)), 3), "n": repeats, "ceiling": None,
            "low": round(min(times), 3), "high": round(max(times), 3)}  # fmt: skip


def table(report: dict[str, Any]) -> str:
    """The report's keys for people: value, interval and ceiling, the student's beside the teacher's."""
    lines, student = [], report.get("student") or {}
    for key in KEYS:
        row, other = report[key], student.get(key)
        told = "{value} ({low} to {high}, n {n}, ceiling {ceiling})".format(**row) if row else "not measured"
        lines.append(f"{key:<16} {told}" + ("; student {value} ({low} to {high})".format(**other) if other else ""))
    return "\n".join(lines)
