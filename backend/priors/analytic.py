"""Exact G-buffers of balls and boxes, and the prior made of them: drives the whole pipeline with no network at all."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..cameras import HALF_FRAME, Cameras, pixel_grid, rig
from ..materials import CODES, INDEX, SURFACES
from . import GBUFFER, Schedule, gbuffer
from .gaussian import Gaussian, GaussianPrior

COLOURS = {
    "red": (0.8, 0.1, 0.1), "green": (0.1, 0.7, 0.2), "blue": (0.1, 0.2, 0.8), "yellow": (0.9, 0.8, 0.1),
    "white": (0.9, 0.9, 0.9), "brown": (0.45, 0.3, 0.15),
}  # fmt: skip
RADIUS = 0.96  # of the ball, as large as the props that the embedded prior was taught
HALF_BOX = (0.72, 0.48, 0.42)
STD, NULL_STD = 0.05, 0.6  # of a named prop's Gaussian, and of the null prompt's


def ball_hit(origin: Tensor, direction: Tensor, radius: float = RADIUS) -> tuple[Tensor, Tensor]:
    """Distance along unit rays (..., 3) to a ball about the origin (inf: a miss), and the unit normals there."""
    half = (origin * direction).sum(-1)
    root = half**2 - (origin**2).sum(-1) + radius**2
    distance = torch.where(root > 0, -half - root.clamp(min=0).sqrt(), torch.inf)
    point = origin + torch.where(distance.isinf(), torch.zeros_like(distance), distance)[..., None] * direction
    return distance, point / radius


def box_hit(origin: Tensor, direction: Tensor, half: tuple[float, float, float] = HALF_BOX) -> tuple[Tensor, Tensor]:
    """The same for an axis-aligned box (Kay & Kajiya 1986: the slabs method)."""
    sides = torch.tensor(half)
    safe = torch.where(direction.abs() < 1e-9, torch.full_like(direction, 1e-9), direction)
    first, second = (-sides - origin) / safe, (sides - origin) / safe
    enter, leave = torch.minimum(first, second), torch.maximum(first, second)
    near, axis = enter.max(-1)
    hit = near < leave.min(-1).values
    normal = torch.zeros_like(direction).scatter(-1, axis[..., None], 1.0) * -direction.sign()
    return torch.where(hit, near, torch.inf), normal


Hit = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
SHAPES: dict[str, Hit] = {"ball": ball_hit, "box": box_hit}


def exact_maps(shape: str, colour: str, surface: str, cameras: Cameras, size_px: int) -> Tensor:
    """(V, 13, S, S) GBUFFER maps of one analytic prop under orthographic cameras, point-sampled at pixel centres."""
    assert cameras.fov_deg == 0.0, "orthographic only"
    x, y = pixel_grid(size_px)
    right, up, back = (cameras.axes[:, k, None, None, :] for k in range(3))
    origin = HALF_FRAME * (x[..., None] * right + y[..., None] * up) + 2 * back
    distance, normal = SHAPES[shape](origin, (-back).expand_as(origin))
    solid = (~distance.isinf())[:, None].float()
    row = SURFACES[INDEX[surface]]
    flat = torch.tensor([*COLOURS[colour], 0, 0, 0, 0, 0, row.roughness, row.metallic, *CODES[INDEX[surface]]])
    maps = flat.reshape(1, 13, 1, 1).repeat(len(cameras), 1, size_px, size_px)
    maps[:, 3:4] = 1.0
    maps[:, 4:7] = normal.permute(0, 3, 1, 2)
    maps[:, 7] = torch.where(distance.isinf(), torch.zeros_like(distance), 2 - distance)
    maps = maps * solid
    assert maps.shape[1] == len(GBUFFER)
    return maps


def analytic_prior(size_px: int = 32, shift: float = 1.0) -> GaussianPrior:
    """Knows "a <colour> ball" and "a <colour> box" for every colour; any other prompt is the null prompt: all at once."""
    cameras, known = rig(), {}
    for shape, surface in (("ball", "plastic"), ("box", "wood")):
        for colour in COLOURS:
            z = gbuffer.encode(exact_maps(shape, colour, surface, cameras, size_px))
            known[f"a {colour} {shape}"] = Gaussian(z, STD)
    mean = torch.stack([g.mean for g in known.values()]).mean(0)
    return GaussianPrior({"": Gaussian(mean, NULL_STD)} | known, GBUFFER, cameras, Schedule(shift=shift), "analytic")
