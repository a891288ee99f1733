"""Teaches the network that settles the views' geometry: `python -m backend.training.sweep --data DIR --run DIR --minutes 30`.

It learns the true outlines, normals and depths of its lessons (`view_lessons`). Lessons are stored in the run's folder, and a
run that was left goes on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ..cameras import rig
from ..plane_sweep import evidence
from ..priors.loader import folder_of, load_prior
from ..priors.multiview import SWEEP, MultiViewPrior
from ..priors.sweep import GEOMETRY, SPACINGS, Sweep, answered, seen_of, widened
from .dataset import Shapes
from .publish import publish_settling
from .pupil import Pace, Pupil, asked, teach
from .view_lessons import Lesson, read_lessons, write_lessons

DEEPEST = 6.0  # pixels of error from which on a depth hardly counts for more: it is another surface's
STATE = "sweep.pt"  # of a run


@dataclass(frozen=True)
class Recipe(Pace):
    """depth, normal, outline: weights of the losses; the rest as of `Pace`."""

    depth: float = 1.0
    normal: float = 12.0
    outline: float = 4.0
    readings: int = len(SPACINGS)


def errors(geometry: Tensor, lesson: Lesson, beside: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Of geometry (V, 5, S, S): the mean error of depths in pixels, those of other surfaces hardly counted, of normals (1 -
    cosine), both where the lesson's two geometries are solid, and of outlines (cross entropy). beside: so many pixels beside the
    sampled outline count as solid there."""
    sampled, true = lesson.sampled[:, GEOMETRY].float(), lesson.true[:, GEOMETRY].float()
    near = functional.max_pool2d((sampled[:, :1] > 0.5).float(), 2 * beside + 1, 1, beside)[:, 0]
    both = near * (true[:, 0] > 0.5)
    solid = both.sum().clamp(min=1)
    gap = (geometry[:, 4] - true[:, 4]).abs() * true.shape[-1] / 2
    depth = ((gap.clamp(max=DEEPEST) + 0.02 * gap) * both).sum() / solid
    cosine = (geometry[:, 1:4] * functional.normalize(true[:, 1:4], dim=1, eps=1e-6)).sum(1)
    normal = ((1 - cosine) * both).sum() / solid
    outline = functional.binary_cross_entropy(geometry[:, 0].clamp(1e-4, 1 - 1e-4), (true[:, 0] > 0.5).float())
    return depth, normal, outline


@dataclass(frozen=True)
class Geometry:
    """The subject: depths, normals and outlines."""

    recipe: Recipe

    def read(
        self, network: Sweep, lessons: Sequence[Lesson], maps: list[Tensor], kinds: Tensor, reading: int
    ) -> tuple[Tensor, list[Tensor]]:
        """The loss of one reading over lessons whose views have come so far, and what it makes of these."""
        cameras, recipe = rig(), self.recipe
        geometry = [widened(one[:, GEOMETRY]) for one in maps]
        seen = [seen_of(one, cameras) for one in geometry]
        shown = torch.cat([evidence(one, cameras, SPACINGS[reading]) for one in seen])
        with torch.autocast("cpu", torch.bfloat16):
            answers = network(shown, kinds, reading).float().chunk(len(lessons))
        made = [answered(*given) for given in zip(geometry, seen, answers, strict=True)]
        loss, maps = torch.zeros(()), [one.clone() for one in maps]
        for one, settled, lesson in zip(maps, made, lessons, strict=True):
            depth, normal, outline = errors(settled, lesson, beside=1)
            loss = loss + recipe.depth * depth + recipe.normal * normal + recipe.outline * outline
            one[:, GEOMETRY] = settled.detach()
        return loss, maps

    def errors(self, network: Sweep | None, lesson: Lesson) -> list[float]:
        """Of depths, normals and outlines."""
        geometry = lesson.sampled[:, GEOMETRY].float()
        if network is not None:
            geometry = network.geometry(geometry, rig(), lesson.kind)
        return [float(error) for error in errors(geometry, lesson)]


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
    subject, pupil, lessons = Geometry(recipe), Pupil.of(Sweep, prior.kinds, recipe), read_lessons(args.run)
    rows = [*teach(pupil, subject, lessons, args.run / STATE, recipe, args.minutes)]
    bar = rows[0][2:] if prior.sweep is None else asked(subject, prior.sweep, lessons[1])
    if rows[-1][2] >= bar[0]:
        print("not published: it leaves depths no nearer to the truth than what ships")
        return 1
    told = {"recipe": asdict(recipe), "compute": args.compute, "as_sampled": rows[0][2:], "held_out": rows[-1][2:]}
    print(json.dumps(publish_settling(pupil.average, SWEEP, folder_of(args.prior), told), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
