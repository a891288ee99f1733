"""Telling a single-view model in words from where it looks: view-dependent prompts, and what each side must not show.

A model that sees every picture by itself puts a face on all sides (the Janus problem). DreamFusion adds ", front view" and
the like; Perp-Neg (Armandpour et al. 2023) mixes two named views and pushes away from the wrong ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..cameras import Cameras

OVERHEAD_DEG = 60.0
VIEWS = ("front", "side", "back", "overhead")
NEGATIVES = 2  # of every view; overhead they weigh nothing


def view_prompt(prompt: str, view: str) -> str:
    """The prompt as it is said of a named view; the null prompt is said of none."""
    return f"{prompt}, {view} view" if prompt else ""


@dataclass(frozen=True)
class ViewMix:
    """A view between two named ones: the text embedding is r * first + (1 - r) * second; negatives carry weights."""

    first: str
    second: str
    r: float
    negatives: tuple[tuple[str, float], ...]


def _fade(r: float, scale: float, rate: float, offset: float) -> float:
    return scale * math.exp(-rate * r) + offset


def view_mix(azimuth_deg: float, elevation_deg: float) -> ViewMix:
    """The interpolated positive and the weighted negatives of one camera (threestudio's constants). Azimuth 0: the front."""
    if elevation_deg > OVERHEAD_DEG:
        return ViewMix("overhead", "overhead", 1.0, (("front", 0.0), ("side", 0.0)))
    turned = abs((azimuth_deg + 180) % 360 - 180)
    if turned < 90:
        r = 1 - turned / 90
        weights = (("front", -_fade(r, 4, 0.5, -2.426)), ("side", -_fade(1 - r, 4, 0.5, -2.426)))
        return ViewMix("front", "side", r, weights)
    r = 2 - turned / 90
    return ViewMix("side", "back", r, (("side", -_fade(r, 1, 0.5, -0.606)), ("front", -_fade(r, 1, 0.5, 0.967))))


def azimuth_elevation_deg(world_from_camera: Tensor) -> list[tuple[float, float]]:
    """(azimuth, elevation) in degrees of cameras that look at the origin. (V, 4, 4) -> V pairs."""
    back = world_from_camera[:, :3, 2]
    azimuth = torch.rad2deg(torch.atan2(back[:, 0], -back[:, 1])) % 360
    elevation = torch.rad2deg(torch.asin(back[:, 2].clamp(-1, 1)))
    return [(float(a), float(e)) for a, e in zip(azimuth, elevation, strict=True)]


def mixes_of(cameras: Cameras) -> list[ViewMix]:
    return [view_mix(*angles) for angles in azimuth_elevation_deg(cameras.world_from_camera)]


def shares(cameras: Cameras) -> Tensor:
    """(1 + NEGATIVES, V, len(VIEWS)): how much of each named view's embedding a camera is told, as itself (role 0) and as what
    it is not (the other roles)."""
    table = torch.zeros(1 + NEGATIVES, len(cameras), len(VIEWS))
    for camera, mix in enumerate(mixes_of(cameras)):
        table[0, camera, VIEWS.index(mix.first)] += mix.r
        table[0, camera, VIEWS.index(mix.second)] += 1 - mix.r
        for role, (view, _) in enumerate(mix.negatives, start=1):
            table[role, camera, VIEWS.index(view)] = 1.0
    return table


def negative_weights(cameras: Cameras) -> Tensor:
    """(NEGATIVES, V) weights of Perp-Neg's negatives, at most 0."""
    return torch.tensor([[weight for _, weight in mix.negatives] for mix in mixes_of(cameras)]).T


def of_every_view(encode_text: Callable[[list[str]], Tensor], prompts: list[str]) -> Tensor:
    """(B, len(VIEWS), L, D) embeddings of B prompts as said of each named view."""
    said = [view_prompt(prompt, view) for prompt in prompts for view in VIEWS]
    return encode_text(said).unflatten(0, (len(prompts), len(VIEWS)))
