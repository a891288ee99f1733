"""Teaches the network that settles the views' paint: `python -m backend.training.repaint --data DIR --run DIR --minutes 60`.

It learns the true paint of its lessons (`view_lessons`) after their geometry was settled by what ships. The lessons of the
sweep's run serve; a run that was left goes on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..cameras import rig
from ..priors import ALPHA
from ..priors.loader import folder_of, load_prior
from ..priors.multiview import REPAINT, MultiViewPrior
from ..priors.repaint import PAINT, Repaint, mixed, shown, surfaces_of
from .dataset import Shapes
from .publish import publish_settling
from .pupil import Pace, Pupil, asked, teach
from .view_lessons import Lesson, read_lessons, write_lessons, write_settled

STATE = "repaint.pt"  # of a run
BASE = slice(0, 3)  # of the paint: the base colour


@dataclass(frozen=True)
class Recipe(Pace):
    """colour, shine, material: weights of base colour, of roughness and metallic, of the material code, a channel; loss: of all.
    The rest as of `Pace`."""

    rate: float = 3e-3
    widths: tuple[int, ...] = (24, 40, 56, 72)
    colour: float = 1.5
    shine: float = 0.5
    material: float = 1.0
    loss: float = 10.0

    @property
    def weights(self) -> Tensor:
        """(C, 1, 1) of the channels, their mean 1."""
        each = torch.tensor([self.colour] * 3 + [self.shine] * 2 + [self.material] * 3)
        return (each / each.mean())[:, None, None]


@dataclass(frozen=True)
class Paint:
    """The subject: base colour, roughness, metallic and material code."""

    recipe: Recipe

    def read(
        self, network: Repaint, lessons: Sequence[Lesson], maps: list[Tensor], kinds: Tensor, reading: int
    ) -> tuple[Tensor, list[Tensor]]:
        """The loss of one reading over lessons whose views have come so far, and what it makes of these."""
        cameras = rig()
        told = [shown(surfaces_of(one, cameras), cameras, one[:, PAINT]) for one in maps]
        with torch.autocast("cpu", torch.bfloat16):
            answers = network(torch.cat(told), kinds, reading).float().chunk(len(lessons))
        loss, maps = torch.zeros(()), [one.clone() for one in maps]
        for one, seen, answer, lesson in zip(maps, told, answers, lessons, strict=True):
            paint = mixed(seen, answer)
            gap, both = self.gap(paint, lesson)
            loss = loss + self.recipe.loss * (gap * self.recipe.weights * both).mean(1).sum() / both.sum().clamp(min=1)
            one[:, PAINT] = paint.detach()
        return loss, maps

    @staticmethod
    def gap(paint: Tensor, lesson: Lesson) -> tuple[Tensor, Tensor]:
        """(V, C, S, S) how far paint is off, and (V, 1, S, S) where both the lesson's views are solid."""
        true = lesson.true.float()
        both = ((lesson.sampled[:, ALPHA] > 0.5) & (true[:, ALPHA] > 0.5)).float()
        return (paint - true[:, PAINT]).abs(), both

    def errors(self, network: Repaint | None, lesson: Lesson) -> list[float]:
        """Of all channels as weighted in the loss, of base colour, and of base colour squared."""
        maps = lesson.sampled.float()
        if network is not None:
            maps = network.settled(maps, rig(), lesson.kind)
        gap, both = self.gap(maps[:, PAINT], lesson)
        parts = gap * self.recipe.weights, gap[:, BASE], gap[:, BASE].square()
        return [float((part * both).mean(1).sum() / both.sum().clamp(min=1)) for part in parts]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes")
    parser.add_argument("--run", type=Path, default=Path("data/sweep"), help="lessons, state and errors")
    parser.add_argument("--lessons", type=int, default=2000)
    parser.add_argument(
        "--minutes", type=float, default=60.0, help="of teaching in all; a run that has had less goes on"
    )
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--compute", default="one core, no GPU")
    args = parser.parse_args()
    prior, recipe = load_prior(args.prior, torch.device("cpu")), Recipe()
    assert isinstance(prior, MultiViewPrior), "lessons are drawn in the embedded prior's language"
    args.run.mkdir(parents=True, exist_ok=True)
    write_lessons(prior, Shapes(args.data, prior.kinds).shapes, args.run, args.lessons, recipe.seed)
    write_settled(prior, args.run)
    subject, pupil = Paint(recipe), Pupil.of(Repaint, prior.kinds, recipe)
    lessons = read_lessons(args.run, settled=True)
    rows = [*teach(pupil, subject, lessons, args.run / STATE, recipe, args.minutes)]
    bar = rows[0][2:] if prior.repaint is None else asked(subject, prior.repaint, lessons[1])
    if rows[-1][2] >= bar[0]:
        print("not published: it leaves paint no nearer to the truth than what ships")
        return 1
    told = {"recipe": asdict(recipe), "compute": args.compute, "settled": rows[0][2:], "held_out": rows[-1][2:]}
    print(json.dumps(publish_settling(pupil.average, REPAINT, folder_of(args.prior), told), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
