"""Previews of a training run: fixed captions and seeds, their six views and the props fused from them, on one sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ..bake import bake
from ..detail.synthesise import synthesise
from ..errors import PropsmithError
from ..fuse import fuse
from ..language.brief import Brief, Item, Vocabulary
from ..mesh import extract
from ..picture import GROUND, shaded
from ..priors import Maps, Schedule
from ..priors.multiview import MultiViewPrior
from ..priors.mv_transformer import MultiViewTransformer
from ..regularise import regularise
from ..sampler import Plan, sample
from ..settings import PRESETS
from ..thumbnail import render_thumbnail
from ..unwrap import unwrap

CAPTIONS = (
    Brief((Item("treasure chest", ("wooden",)), Item("band", ("iron",)))),
    Brief((Item("mug", ("red",)),)),
    Brief((Item("chair", ("wooden",)),)),
    Brief((Item("house", ("stone",)), Item("roof", ("red",)))),
    Brief(
        (
            Item(
                "sword",
            ),
        )
    ),
    Brief((Item("mushroom", ("blue",)),)),
    Brief((Item("car", ("green",)),)),
    Brief(
        (
            Item(
                "table lamp",
            ),
        )
    ),
)
SEED = 7
CELL_PX = 128


def draw_preview(path: Path, network: MultiViewTransformer, words: Vocabulary, shift: float) -> None:
    """Write a PNG with a row for every caption: six shaded views, then the finished prop (blank where there is no solid)."""
    kinds = tuple(brief.kind for brief in CAPTIONS)
    prior = MultiViewPrior("preview", network, Schedule(shift=shift), words, None, kinds)
    quality = PRESETS["draft"]
    plan = Plan(quality.views.steps, quality.views.guidance, quality.views.solver)
    cond, null = prior.condition_on(list(CAPTIONS)), prior.condition_on([Brief()] * len(CAPTIONS))
    steps = list(sample(prior, cond, null, plan, torch.Generator().manual_seed(SEED)))
    maps = prior.decode(steps[-1].x0).float().cpu()
    rows = [np.concatenate(cells_of(Maps(one, prior.cameras)), axis=1) for one in maps]
    Image.fromarray(np.concatenate(rows, axis=0)).save(path)


def cells_of(maps: Maps) -> list[NDArray[np.uint8]]:
    """The shaded views and the finished prop, (CELL_PX, CELL_PX, 3) each."""
    views = [Image.fromarray((view * 255).round().astype(np.uint8)) for view in shaded(maps.maps)]
    return [
        *(np.asarray(view.resize((CELL_PX, CELL_PX), Image.Resampling.NEAREST)) for view in views),
        prop_of(maps),
    ]


def prop_of(maps: Maps) -> NDArray[np.uint8]:
    """The finished draft of these views, rendered; grey where they do not hold a solid."""
    quality = PRESETS["draft"]
    try:
        shape = extract(regularise(fuse(maps, quality.shape), quality.shape), quality.finish.faces)
    except PropsmithError:
        return np.full((CELL_PX, CELL_PX, 3), round(255 * GROUND), np.uint8)
    uvs = unwrap(shape.vertices, shape.faces)
    surface = bake(shape.vertices, shape.faces, uvs, maps, 512)
    textures = synthesise(surface, shape.vertices, shape.faces, uvs, SEED, quality.finish.detail)
    picture = Image.fromarray(render_thumbnail(shape.vertices, shape.faces, uvs, textures, CELL_PX))
    paper = Image.new("RGBA", picture.size, (round(255 * GROUND),) * 3 + (255,))
    return np.asarray(Image.alpha_composite(paper, picture).convert("RGB"))
