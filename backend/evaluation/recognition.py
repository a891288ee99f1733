"""`python -m backend.evaluation.recognition`: which pictures are said to show a kind, and how often that is the right one.

Pictures of taught kinds, of kinds that were not taught, and of no whole object, saved as JPEG and PNG in turn, go the way of a
user's: isolated, read, four drafts compared with them. Those whose chance is too low already are not sampled.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..clock import Clock
from ..errors import PropsmithError
from ..from_picture import Asked, asked_of, kinds_seen
from ..images import isolate_object, load_picture
from ..pipeline import sample_views
from ..portrait import Pose
from ..priors import Prior
from ..priors.loader import load_prior
from ..protocol import Generate
from ..recognition import LEAST_CHANCE, chance_of, recognised
from ..settings import PRESETS
from ..training.kinds import KINDS
from ..whole_object import confidence
from .asked import result_of
from .pictures import OTHERS, SIZE, Rng, prop

Make = Callable[[Rng, list[str]], Image.Image]


@dataclass(frozen=True)
class Told:
    """One picture: refused before it was read; its chance; the likeness of the best try (-1: not sampled); whether a kind
    was named, and whether that was the rendered one."""

    refused: bool = False
    chance: float = 0.0
    likeness: float = -1.0
    named: bool = False
    right: bool = False


def noise(rng: Rng, kinds: list[str]) -> Image.Image:
    """Every pixel by itself."""
    return Image.fromarray(rng.integers(0, 256, (SIZE, SIZE, 3)).astype(np.uint8))


def views_pose(path: Path, seed: int, prior: Prior, folder: Path) -> Pose:
    """The pose of the most alike of the drafts made after a picture."""
    request = Generate(prompt="", image=str(path), seed=seed, quality=PRESETS["draft"])
    views = result_of(sample_views(request, prior, folder, Clock({"text": 1.0, "views": 1.0})))
    assert views.portrayed is not None
    return views.portrayed.pose


def look(path: Path, kind: str, prior: Prior, seed: int) -> Told:
    """What a user would be told of the picture in `path`, which shows `kind` ("" for no object)."""
    try:
        picture = load_picture(path).rgba
        isolated = isolate_object(picture)
    except PropsmithError:
        return Told(refused=True)
    asked: Asked = asked_of("", kinds_seen(prior, "", None, as_tensor(isolated)))
    whole = confidence(picture, isolated)
    chance = chance_of(asked, whole)
    if chance < LEAST_CHANCE:
        return Told(chance=chance)
    pose = views_pose(path, seed, prior, path.parent)
    named = recognised(asked, whole, pose)
    return Told(False, chance, pose.likeness, named, named and asked.kind == kind)


def as_tensor(isolated: np.ndarray) -> Tensor:
    """(4, H, W) of an isolated picture (H, W, 4)."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(isolated, -1, 0)))


def sort_told(name: str, make: Make, kinds: list[str], count: int, seed: int, prior: Prior) -> list[Told]:
    """`count` pictures of one sort, looked at; those of kinds take one kind each, by chance."""
    told = []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            rng = np.random.default_rng([seed, i, zlib.crc32(name.encode())])
            mine = [kinds[int(rng.integers(len(kinds)))]] if make is prop else kinds
            path = Path(folder) / ("picture.jpg", "picture.png")[i % 2]
            make(rng, mine).save(path, quality=90)
            told.append(look(path, mine[0] if make is prop else "", prior, i))
    return told


def main() -> None:
    """Print a line for each sort of picture."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--each", type=int, default=24, help="pictures of every sort of non-object; props twice as many"
    )
    parser.add_argument("--seed", type=int, default=2)
    arguments = parser.parse_args()
    prior = load_prior("embedded", torch.device("cpu"))
    taught = sorted(set(prior.kinds) & set(KINDS))  # type: ignore[attr-defined]
    sorts: dict[str, tuple[Make, list[str], int]] = {
        "taught": (prop, taught, 2), "not taught": (prop, sorted(set(KINDS) - set(taught)), 2),
        **{name: (make, taught, 1) for name, make in OTHERS.items()}, "noise": (noise, taught, 1),
    }  # fmt: skip
    print(f"{'picture of':<12}{'made':>6}{'refused':>9}{'named':>7}{'rightly':>9}")
    for name, (make, kinds, share) in sorts.items():
        told = sort_told(name, make, kinds, share * arguments.each, arguments.seed, prior)
        counts = (sum(getattr(one, what) for one in told) for what in ("refused", "named", "right"))
        print("{:<12}{:>6}{:>9}{:>7}{:>9}".format(name, len(told), *counts), flush=True)


if __name__ == "__main__":
    main()
