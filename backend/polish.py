"""The refine stage of a new prop: score distillation on what the views gave, and the views that the result shows."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from .bake import Bake, bake
from .clock import Clock
from .distill import Run, distill
from .materials import CODES
from .mesh import Mesh
from .priors import GBUFFER, Maps, Prior
from .protocol import Event, Progress
from .rasterise import Array
from .representations.channels import maps_for
from .representations.surface import WORK_PX, TexturedSurface
from .words import Words


def surface_of_views(shape: Mesh, uvs: Array, views: Maps) -> TexturedSurface:
    """The mesh with a working texture of what the views say, their materials included. uvs: (F, 3, 2)."""
    baked = bake(shape.vertices, shape.faces, uvs, views, WORK_PX)
    base = features_of_bake(baked)
    free = torch.ones(base.shape[1:], dtype=torch.bool)
    return TexturedSurface.start(shape.vertices, shape.faces, uvs, base, free)


def features_of_bake(baked: Bake) -> Tensor:
    """(8, T, T) FEATURES of a bake: colour, roughness, metallic, and the code of the material that it found."""
    code = CODES.numpy()[baked.material]
    values = np.concatenate([baked.colour, baked.roughness[:, None], baked.metallic[:, None], code], axis=1)
    return torch.from_numpy(baked.texels.image(values.astype(np.float32))).permute(2, 0, 1).contiguous()


@torch.no_grad()
def views_of(surface: TexturedSurface, prior: Prior, known: Maps | None = None) -> Maps:
    """What the prior's cameras see of the surface, as G-buffers. known: views whose knowledge of materials holds for these."""
    seen = Maps(maps_for(GBUFFER, surface.render(prior.cameras, prior.size_px)).detach(), prior.cameras)
    return seen if known is None else replace(seen, surfaces=known.surfaces, named=known.named)


def polish(
    surface: TexturedSurface, prior: Prior, words: Words, run: Run, clock: Clock
) -> Generator[Event, None, None]:
    """Distil in place for run.settings.steps steps, with progress inside the job's own; the caller has entered the stage.

    Base colour alone moves: guidance that mends colours drives roughness and metallic past any class (docs/distillation.md).
    """
    surface.hold_material()
    for event in distill(surface, prior, words, run):
        yield clock.at(event.fraction) if isinstance(event, Progress) else event
