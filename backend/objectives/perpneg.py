"""Single-view priors and the view problem: view-dependent prompts, and Perp-Neg (Armandpour et al. 2023)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

OVERHEAD_DEG = 60.0
HALF_WIDTHS_DEG = 30.0  # of the front and the back, as ProlificDreamer, MVDream and ASD set them
VIEWS = ("front", "side", "back", "overhead")


def view_of(azimuth_deg: float, elevation_deg: float) -> str:
    """front, side, back or overhead. Azimuth 0 looks at the front."""
    if elevation_deg > OVERHEAD_DEG:
        return "overhead"
    turned = abs((azimuth_deg + 180) % 360 - 180)
    if turned < HALF_WIDTHS_DEG:
        return "front"
    return "back" if turned > 180 - HALF_WIDTHS_DEG else "side"


def view_prompt(prompt: str, view: str) -> str:
    return f"{prompt}, {view} view"


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
    """The interpolated positive and the weighted negatives of one camera (threestudio's constants)."""
    if elevation_deg > OVERHEAD_DEG:
        return ViewMix("overhead", "overhead", 1.0, (("front", 0.0), ("side", 0.0)))
    turned = abs((azimuth_deg + 180) % 360 - 180)
    if turned < 90:
        r = 1 - turned / 90
        weights = (("front", -_fade(r, 4, 0.5, -2.426)), ("side", -_fade(1 - r, 4, 0.5, -2.426)))
        return ViewMix("front", "side", r, weights)
    r = 2 - turned / 90
    return ViewMix("side", "back", r, (("side", -_fade(r, 1, 0.5, -0.606)), ("front", -_fade(r, 1, 0.5, 0.967))))


def perpendicular(x: Tensor, y: Tensor) -> Tensor:
    """The part of x at right angles to y, image by image: both (..., c, h, w)."""
    dims = (-3, -2, -1)
    along = (x * y).sum(dims, keepdim=True) / (y * y).sum(dims, keepdim=True).clamp(min=1e-6)
    return x - along * y


def guided(null: Tensor, text: Tensor, negatives: list[tuple[Tensor, Tensor]], guidance: float) -> Tensor:
    """null + guidance (p + sum_i w_i perp(n_i, p)), p = text - null, n_i = eps_i - null: Perp-Neg's prediction.

    negatives: (eps_i (B, c, h, w), w_i (B,)) pairs. The engine adds the same terms to any row; this is the plain form.
    """
    positive = text - null
    total = positive
    for eps, weight in negatives:
        total = total + weight.reshape(-1, *[1] * (null.dim() - 1)) * perpendicular(eps - null, positive)
    return null + guidance * total


def azimuth_elevation_deg(world_from_camera: Tensor) -> list[tuple[float, float]]:
    """(azimuth, elevation) in degrees of cameras that look at the origin. (V, 4, 4) -> V pairs."""
    back = world_from_camera[:, :3, 2]
    azimuth = torch.rad2deg(torch.atan2(back[:, 0], -back[:, 1])) % 360
    elevation = torch.rad2deg(torch.asin(back[:, 2].clamp(-1, 1)))
    return [(float(a), float(e)) for a, e in zip(azimuth, elevation, strict=True)]
