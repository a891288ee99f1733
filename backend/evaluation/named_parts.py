"""How often a colour or material named for one part is there: `python -m backend.evaluation.named_parts --data DIR`.

Captions of shapes kept out of training whose brief names the look of a part that covers 4 to 50 % of the true views. It
counts as there when it covers at least THERE of its true share, and as spilt when it covers more than SPILT times that.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..device import choose_device, set_threads
from ..lab import lab_of
from ..language.brief import Brief
from ..materials import decode_materials
from ..named_parts import named_parts
from ..obedience import STRENGTH, Wish, named_palette, obedience, said_of
from ..pipeline import Models
from ..priors import ALBEDO, ALPHA, MATERIAL
from ..priors.multiview import MultiViewPrior
from ..rings import ringed
from ..sampler import Plan, composed, sample
from ..training.dataset import Shape, paint_sample, shapes_of
from ..training.trainer import HELD_OUT

NEAR = 25.0  # L*a*b*: a pixel of a named colour
APART = 45.0  # L*a*b* between the colours of part and prop, or shade decides
THERE, SPILT = 0.35, 2.0  # of the true share
SHARES = (0.04, 0.5)  # of the true views that the part covers
BATCH, PAINTS = 8, 3


@dataclass(frozen=True)
class Case:
    """A brief, what it wishes of one part, and the share of the true prop's pixels that shows it."""

    brief: Brief
    wish: Wish
    share: float


def share_of(maps: Tensor, wish: Wish, palette: Tensor) -> float:
    """The share of a prop's pixels (V, 13, S, S) that shows the wished colour, or else the wished material."""
    pixels = maps.movedim(1, -1)[maps[:, ALPHA][:, 0] > 0.5]
    if not len(pixels):
        return 0.0
    if wish.colour is not None:
        shows = (lab_of(pixels[:, ALBEDO].clamp(0, 1)) - palette[wish.colour]).norm(dim=-1) < NEAR
    else:
        shows = decode_materials(pixels[:, MATERIAL]) == wish.material
    return float(shows.float().mean())


def cases_of(shapes: Sequence[Shape], palette: Tensor, names: Sequence[str], by_colour: bool, most: int) -> list[Case]:
    """Up to `most` cases whose first telling part has a colour (else: a material and no colour) unlike the prop's own."""
    rng, cases = np.random.default_rng(5), list[Case]()
    for shape in [shape for _ in range(PAINTS) for shape in shapes]:
        painted = paint_sample(shape, rng)
        items = painted.brief.items
        own = (said_of(items[0], names) if items else None) or Wish(None, None)
        for item in items[1:]:
            wish = said_of(item, names)
            if wish is None or (wish.colour is not None) != by_colour:
                continue
            alike = own.material == wish.material if wish.colour is None else own.colour is not None and bool(
                (palette[own.colour] - palette[wish.colour]).norm() < APART
            )  # fmt: skip
            share = 0.0 if alike else share_of(torch.from_numpy(painted.maps).float(), wish, palette)
            if SHARES[0] < share < SHARES[1]:
                cases.append(Case(painted.brief, wish, share))
                break
    return cases[:most]


def shares_shown(prior: MultiViewPrior, sampled: MultiViewPrior, cases: Sequence[Case], plan: Plan, strength: float,
                 palette: Tensor) -> list[float]:  # fmt: skip
    """Of every case the share that the sampled views show, in units of the true share."""
    found = list[float]()
    for start in range(0, len(cases), BATCH):
        some = cases[start : start + BATCH]
        briefs = [case.brief for case in some]
        cond, null = prior.condition_on(briefs), prior.condition_on([Brief()] * len(briefs))
        is_round = [prior.is_round(brief) for brief in briefs]
        steers = (
            ringed(prior, is_round),
            obedience(prior, briefs, prior.named_colours),
            named_parts(prior, briefs, prior.named_colours, strength, is_round=is_round),
        )
        hook = composed([steer for steer in steers if steer is not None])
        steps = sample(sampled, cond, null, plan, torch.Generator().manual_seed(start), hook=hook)
        views = prior.decode(list(steps)[-1].x0).cpu()
        found += [share_of(maps, case.wish, palette) / case.share for maps, case in zip(views, some, strict=True)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes; the first of them taught nothing")
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--guidance", nargs="+", type=float, default=[2.5])
    parser.add_argument("--strength", nargs="+", type=float, default=[0.0, STRENGTH])
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--most", type=int, default=64, help="captions of either sort")
    parser.add_argument("--student", action="store_true", help="sample with the prior's student, in its own steps")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    set_threads()
    prior = Models(choose_device(args.device)).prior(args.prior)
    assert isinstance(prior, MultiViewPrior), "asked in the embedded prior's language"
    names, palette = named_palette(prior.named_colours)
    sampled, plans = prior, [Plan(args.steps, guidance) for guidance in args.guidance]
    if args.student:
        assert prior.student is not None and isinstance(prior.student.prior, MultiViewPrior), (
            "this prior has no student"
        )
        sampled, plans = prior.student.prior, [Plan(prior.student.steps)]
    held = list(islice(shapes_of(args.data), HELD_OUT))
    for sort, by_colour in (("colour", True), ("material", False)):
        cases = cases_of(held, palette, names, by_colour, args.most)
        for plan in plans:
            for strength in args.strength:
                shown = np.array(shares_shown(prior, sampled, cases, plan, strength, palette))
                told = f"there {np.mean(shown >= THERE):.2f}, spilt {np.mean(shown > SPILT):.2f}"
                print(f"{sort}, {plan.steps} steps, guidance {plan.guidance:g}, strength {strength:g}: "
                      f"{told}, median share {np.median(shown):.2f} ({len(cases)})", flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
