"""How well raw views obey the prompt's colour and material, over guidance and over the strength of posterior guidance.

`python -m backend.evaluation.obedience`: 24 colours, and every material a kind may have, asked of five kinds.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..device import choose_device, set_threads
from ..lab import lab_of
from ..language.brief import Brief, Item
from ..materials import INDEX, MADE_OF, decode_materials
from ..obedience import STRENGTH, obedience
from ..picture import shaded
from ..pipeline import Models
from ..priors import ALBEDO, ALPHA, MATERIAL
from ..priors.multiview import MultiViewPrior
from ..sampler import Plan, sample

KINDS = ("mug", "armchair", "car", "backpack", "vase")
BATCH = 24
SHOWN = (0, 5)  # views on the contact sheet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    parser.add_argument("--guidance", nargs="+", type=float, default=[4.0])
    parser.add_argument("--strength", nargs="+", type=float, default=[0.0, STRENGTH])
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--pictures", type=Path, default=None, help="a folder for contact sheets")
    parser.add_argument("--device", default="auto")


def views_of(prior: MultiViewPrior, briefs: Sequence[Brief], plan: Plan, strength: float, seed: int) -> Tensor:
    """(B, V, 13, S, S) raw views of the briefs, all from one seed."""
    found, generator = [], torch.Generator().manual_seed(seed)
    for start in range(0, len(briefs), BATCH):
        asked = list(briefs[start : start + BATCH])
        cond, null = prior.condition_on(asked), prior.condition_on([Brief()] * len(asked))
        hook = obedience(prior, asked, prior.named_colours, strength)
        found.append(prior.decode(list(sample(prior, cond, null, plan, generator, hook=hook))[-1].x0).cpu())
    return torch.cat(found)


def nearest_colour(maps: Tensor, palette: Tensor) -> int:
    """The named colour nearest in L*a*b* to the mean base colour of a prop's views (V, 13, S, S)."""
    solid = maps[:, ALPHA][:, 0] > 0.5
    mean = maps[:, ALBEDO].movedim(1, -1)[solid].mean(0)
    return int((palette - lab_of(mean)).norm(dim=-1).argmin())


def commonest_surface(maps: Tensor) -> int:
    """The surface class that most pixels of a prop's views (V, 13, S, S) show."""
    codes = maps[:, MATERIAL].movedim(1, -1)[maps[:, ALPHA][:, 0] > 0.5]
    return int(torch.bincount(decode_materials(codes)).argmax())


def main(args: argparse.Namespace) -> int:
    set_threads()
    prior = Models(choose_device(args.device)).prior(args.prior)
    assert isinstance(prior, MultiViewPrior) and prior.reader is not None, "asked in the embedded prior's language"
    names = list(prior.named_colours)
    palette = lab_of(torch.tensor([prior.named_colours[name] for name in names]))
    made = {kind: prior.reader.grammar.kinds[kind].materials for kind in args.kinds}
    print("guidance  strength  colour  material")
    for guidance in args.guidance:
        for strength in args.strength:
            plan, colours, materials = Plan(args.steps, guidance), [], []
            for seed, kind in enumerate(args.kinds):
                maps = views_of(prior, [Brief((Item(kind, (name,)),)) for name in names], plan, strength, seed)
                colours += [nearest_colour(one, palette) == i for i, one in enumerate(maps)]
                if args.pictures:
                    draw(maps, args.pictures / f"{kind}-{guidance:g}-{strength:g}.png")
                maps = views_of(prior, [Brief((Item(kind, (word,)),)) for word in made[kind]], plan, strength, seed)
                materials += [commonest_surface(m) == INDEX[MADE_OF[w]] for m, w in zip(maps, made[kind], strict=True)]
            told = f"{np.mean(colours):6.2f} ({len(colours)})  {np.mean(materials):6.2f} ({len(materials)})"
            print(f"{guidance:8g}  {strength:8g}  {told}", flush=True)
    return 0


def draw(maps: Tensor, path: Path) -> None:
    """A contact sheet of many props (B, V, 13, S, S): two views of each, twelve props a row."""
    cells = [np.concatenate([shaded(one)[view] for view in SHOWN], 0) for one in maps]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % 12)
    rows = [np.concatenate(cells[i : i + 12], 1) for i in range(0, len(cells), 12)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((np.concatenate(rows) * 255).round().astype(np.uint8)).save(path)


if __name__ == "__main__":
    command = argparse.ArgumentParser(description=__doc__)
    add_arguments(command)
    raise SystemExit(main(command.parse_args()))
