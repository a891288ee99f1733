"""Owns the agreement of the views in 3-D: every depth is drawn towards what the other views say of the same surface.

Used on the x0 estimates of the last evaluations of a sampling (after the 3D feedback of Chen et al. 2024, "3D-Adapter", but
without a body in between: a coarse one would lose the thin parts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .align import align
from .cameras import Cameras, points_from_depth
from .priors import ALPHA, DEPTH, NORMAL, Prior
from .sampler import Hook
from .sheets import Sheets

FACING = 0.25  # least cosine between a surface and both cameras: under it a shift along the ray means nothing
ALIKE = 0.5  # least cosine between two normals of one surface
NOISE_REACH = 0.1  # planes up to here apart may be one surface, noise between them; farther ones are other surfaces
LEAST = 0.01  # prior units, a third of a pixel: the least reach of a sweep
# Of each sweep: a pixel listens to planes within so many times the noise, and its shift is joined with those of so many
# pixels around. Jointly first, or thin parts fall apart; then each on its own.
SWEEPS = ((2.5, 1), (2.5, 1), (2.5, 0), (1.5, 0), (1.5, 0), (1.5, 0))
LATE = 0.26  # of the noise level t: one evaluation of a draft, four of the standard preset
POINTS = 300  # a view, for the offsets of whole views


@dataclass(frozen=True)
class Seen:
    """V orthographic views as height fields, and their P solid pixels as oriented points.

    view, row, column (P,); normals (P, 3) world; own (P,) squared cosine to the own camera. table (V, S * S, 6): slope x
    and y, solid, world normal of every pixel.
    """

    sheets: Sheets
    view: Tensor
    row: Tensor
    column: Tensor
    normals: Tensor
    own: Tensor
    table: Tensor


def observe(alpha: Tensor, depth: Tensor, normal: Tensor, axes: Tensor) -> Seen:
    """alpha, depth (V, S, S), world normals (V, 3, S, S) of any length, axes (V, 3, 3)."""
    unit = functional.normalize(normal, dim=1)
    local = torch.einsum("vkc,vchw->vkhw", axes, unit)
    solid = (alpha > 0.5) & (local[:, 2] > 0)
    front = functional.normalize(torch.cat([local[:, :2], local[:, 2:].clamp(min=0.05)], 1), dim=1)
    sheets = Sheets(alpha, depth, front, torch.ones_like(depth), axes)
    view, row, column = torch.nonzero(solid).unbind(1)
    table = torch.cat([sheets.slope, solid[:, None].to(depth.dtype), unit], 1).flatten(2).transpose(1, 2).contiguous()
    return Seen(sheets, view, row, column, unit[view, :, row, column], local[view, 2, row, column] ** 2, table)


def agreed_depth(seen: Seen, cameras: Cameras) -> Tensor:
    """(V, S, S) depths that agree: first whole views are shifted (`align`), then every solid pixel on its own.

    In each sweep a pixel's point p, on the ray along the axis b towards its camera, is asked of every other view: where
    the view shows a surface with the normal n and the plane distance s there, p would lie on it after a shift of
    s / (n . b). The pixel takes the mean of these shifts and its own 0; planes farther off than the sweep's reach, turned
    away, or nearly along the ray say little. All pixels at once (Jacobi).
    """
    offset, noise = align(seen.sheets, cameras, POINTS)
    depth = seen.sheets.moved(offset).depth
    for width, around in SWEEPS:
        pairs = _against(seen, depth, cameras)
        noise = min(noise, _noise(pairs))
        depth = depth + _shift(pairs, seen, max(width * noise, LEAST), around)
    return depth


def _against(seen: Seen, depth: Tensor, cameras: Cameras) -> tuple[Tensor, Tensor, Tensor]:
    """Of every view u and point: distance (V, P) of u's plane, the cosine of its normal to the ray, and a weight."""
    size = depth.shape[-1]
    points = points_from_depth(cameras, depth)[seen.view, seen.row, seen.column]
    backs = seen.sheets.axes[seen.view, 2]
    told = []
    for u in range(len(depth)):
        frame = points @ seen.sheets.axes[u].T
        column = ((frame[:, 0] + 1) * (0.5 * size)).long().clamp_(0, size - 1)
        row = ((1 - frame[:, 1]) * (0.5 * size)).long().clamp_(0, size - 1)
        read = seen.table[u][row * size + column]
        aside_x, aside_y = frame[:, 0] - ((2 * column + 1) / size - 1), frame[:, 1] - (1 - (2 * row + 1) / size)
        surface = depth[u].reshape(-1)[row * size + column] + read[:, 0] * aside_x + read[:, 1] * aside_y
        normal = read[:, 3:]
        cosine, along = normal @ seen.sheets.axes[u, 2], (normal * backs).sum(1)
        alike = (((normal * seen.normals).sum(1) - ALIKE) / (1 - ALIKE)).clamp(min=0)
        weight = cosine**2 * alike * (read[:, 2] * (along > FACING) * (cosine > FACING) * (seen.view != u))
        told.append((cosine * (surface - frame[:, 2]), along.clamp(min=FACING), weight))
    distance, along, weight = (torch.stack(parts) for parts in zip(*told, strict=True))
    return distance, along, weight


def _shift(pairs: tuple[Tensor, Tensor, Tensor], seen: Seen, reach: float, around: int) -> Tensor:
    """(V, S, S) the mean shift along its ray that each pixel is asked for, its own 0 and its neighbours' included."""
    distance, along, weight = pairs
    weight = weight * torch.exp(-0.5 * (distance / reach) ** 2)
    asked, total = (weight * distance / along).sum(0), seen.own + weight.sum(0)
    field = torch.zeros(2, *seen.sheets.alpha.shape)
    field[:, seen.view, seen.row, seen.column] = torch.stack([asked, total])
    asked, total = functional.avg_pool2d(field, 2 * around + 1, 1, around)
    return torch.where(field[1] > 0, asked / total.clamp(min=1e-6), 0.0)


def _noise(pairs: tuple[Tensor, Tensor, Tensor]) -> float:
    """Mean distance between planes that may be one surface, prior units."""
    distance, _, weight = pairs
    weight = weight * (distance.abs() < NOISE_REACH)
    return float((weight * distance.abs()).sum() / weight.sum().clamp(min=1e-6))


def late(t: float) -> float:
    """The weight that measured best: whole on the last evaluations, none before (docs/fusion.md)."""
    return float(t < LATE)


def consensus(prior: Prior, weight: Callable[[float], float] = late) -> Hook:
    """A hook that draws the depths of x0 towards agreement by weight(t) in [0, 1]. The prior's cameras are orthographic."""

    def steer(x0: Tensor, t: float) -> Tensor:
        share = weight(t)
        if share == 0:
            return x0
        cameras = Cameras(prior.cameras.world_from_camera.to(x0.device))
        maps = prior.decode(x0)
        agreed = maps.clone()
        for b, one in enumerate(maps):
            seen = observe(one[:, ALPHA][:, 0], one[:, DEPTH][:, 0], one[:, NORMAL], cameras.axes)
            agreed[b, :, DEPTH] = agreed_depth(seen, cameras)[:, None]
        return x0 + share * (prior.encode(agreed) - prior.encode(maps))

    return steer
