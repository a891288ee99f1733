"""Where a step of distillation looks from, and how large: both grow with progress where the prior allows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

import torch

from .cameras import Cameras
from .objectives import Guide
from .priors import Prior, SeesViewsAlone

GROWS_FROM_PX, BANK = 128, 8  # pictures from this size grow; turns of the rig that free cameras choose from


@runtime_checkable
class Aims(Protocol):
    """A prior that can look from other cameras than its own rig (the `mv-unet` family)."""

    cameras: Cameras

    def aimed(self, cameras: Cameras) -> Prior: ...


def render_px(prior: Prior, progress: float, lower: bool = False) -> int:
    """The side of the renders: big pictures grow from a quarter to their full size, small ones are whole from the start.

    lower: the tier after memory ran out, in which big pictures end at half of their size.
    """
    if prior.size_px < GROWS_FROM_PX:
        return prior.size_px
    part = 4 if progress < 1 / 3 else 2 if progress < 2 / 3 else 1
    return max(32, prior.size_px // max(part, 2 if lower else 1))


def aimed(prior: Prior, progress: float, generator: torch.Generator) -> Prior:
    """A prior that takes cameras as an input, turned by a random step of a bank that widens with progress.

    A bank, not any angle: look-ups of a camera are cached, and there are BANK times V of them to keep. Priors that were
    taught one rig are returned as they are.
    """
    if not isinstance(prior, Aims):
        return prior
    reach = 1 + int(progress * (BANK - 1) + 0.5)
    k = int(torch.randint(reach, (1,), generator=generator))
    turn = torch.eye(4)
    angle = torch.tensor(2 * torch.pi / len(prior.cameras) * k / BANK)
    turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1] = angle.cos(), -angle.sin(), angle.sin(), angle.cos()
    return prior.aimed(replace(prior.cameras, world_from_camera=turn @ prior.cameras.world_from_camera))


def facing(guide: Guide) -> Guide:
    """The guide with Perp-Neg's view negatives for where its prior looks from; as it is for one that sees all views at once."""
    if not isinstance(guide.prior, SeesViewsAlone) or not (found := guide.prior.view_negatives(guide.conds["text"])):
        return guide
    names = [f"aside {k}" for k in range(len(found))]
    conds, weights = zip(*found, strict=True)
    perp = tuple(zip(names, weights, strict=True))
    return replace(guide, conds=guide.conds | dict(zip(names, conds, strict=True)), perp=perp)
