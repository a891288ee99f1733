"""What the loop asks of a moving shape beside the prior: normals that agree with the depth, and surfaces without ripples."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .cameras import HALF_FRAME, Cameras, pixel_grid
from .representations import Frames

# Pull of a pixel that is all wrong, in those of the objective's mean pixel. Measured on a ball with a rough skin under the
# analytic prior, 60 steps: 0.1 hardly acts, 1 takes a quarter of the inconsistency, the colour reached is the same.
CONSISTENCY, SMOOTHNESS = 1.0, 1.0
SOLID = 0.5  # alpha from which depth and normal mean something
STEEPEST = 6.0  # depth per pixel, in pixels: a larger step is the edge of something in front
CREASE = math.cos(math.radians(40))  # neighbours that turn by more are an edge that is meant


def points_of(cameras: Cameras, depth: Tensor) -> Tensor:
    """World points of depths from the plane through the origin, (V, 1, S, S) -> (V, 3, S, S); both kinds of cameras."""
    x, y = pixel_grid(depth.shape[-1])
    right, up, back = (cameras.axes[:, k, :, None, None].to(depth) for k in range(3))
    across = x.to(depth) * right + y.to(depth) * up
    if cameras.fov_deg == 0:
        return HALF_FRAME * across + depth * back
    eye = cameras.world_from_camera[:, :3, 3, None, None].to(depth)
    far = (eye * back).sum(1, keepdim=True) - depth
    return eye + far * (math.tan(math.radians(cameras.fov_deg) / 2) * across - back)


def consistency(cameras: Cameras, frames: Frames) -> Tensor:
    """Sum over pixels of 1 - cos between the normal and that of the depth (2DGS; Huang et al. 2024, eq. 14)."""
    point, solid = points_of(cameras, frames.depth), frames.alpha[:, 0] > SOLID
    along = point[..., 1:-1, 2:] - point[..., 1:-1, :-2]
    upward = point[..., :-2, 1:-1] - point[..., 2:, 1:-1]
    normal = torch.nn.functional.normalize(torch.linalg.cross(along, upward, dim=1), dim=1, eps=1e-9)
    sides = (solid[..., 1:-1, 2:], solid[..., 1:-1, :-2], solid[..., :-2, 1:-1], solid[..., 2:, 1:-1])
    pixel = 2 * HALF_FRAME / solid.shape[-1]
    flat = (along.norm(dim=1) < 2 * pixel * STEEPEST) & (upward.norm(dim=1) < 2 * pixel * STEEPEST)
    counts = torch.stack([solid[..., 1:-1, 1:-1], *sides, flat]).all(0)
    return ((1 - (normal * _unit(frames.normal)[..., 1:-1, 1:-1]).sum(1)) * counts).sum()


def smoothness(frames: Frames) -> Tensor:
    """Sum over neighbouring pixels of 1 - cos between their normals; pairs across a crease or a silhouette are left out."""
    normal, solid = _unit(frames.normal), frames.alpha[:, 0] > SOLID
    total: Tensor | float = 0.0
    for step in (2, 3):
        size = normal.shape[step]
        a, b = normal.narrow(step, 1, size - 1), normal.narrow(step, 0, size - 1)
        both = solid.narrow(step - 1, 1, size - 1) & solid.narrow(step - 1, 0, size - 1)
        cosine = (a * b).sum(1)
        total = total + ((1 - cosine) * (both & (cosine > CREASE))).sum()
    assert isinstance(total, Tensor)
    return total


def _unit(normal: Tensor) -> Tensor:
    return torch.nn.functional.normalize(normal, dim=1, eps=1e-6)


def penalty_or_none(cameras: Cameras, frames: Frames) -> Tensor | None:
    """Both terms, weighted; None where neither depth nor normal follows from what is being moved."""
    if not (frames.depth.requires_grad or frames.normal.requires_grad):
        return None
    return CONSISTENCY * consistency(cameras, frames) + SMOOTHNESS * smoothness(frames)
