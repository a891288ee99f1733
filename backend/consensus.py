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
MENDED = (0, 2)  # the sweeps before which contradicted pixels look for another place
LATE = 0.26  # of the noise level t: one evaluation of a draft, four of the standard preset
POINTS = 300  # a view, for the offsets of whole views
# Other places of a contradicted pixel, prior units and shares of one view's word; measured (docs/fusion.md).
FARTHEST, STEP = 0.4, 0.04  # how far along its ray, and how finely
BORNE_OUT = 0.03  # a plane so far off bears a place out by exp(-1/2)
SEEN_THROUGH = 0.04  # a view whose surface lies so far behind a place begins to contradict it, twice as far it does
AGAINST, EMPTY = 0.7, 0.3  # what a view that sees through a place says against it, and one that sees nothing there
DOUBTED = 0.35  # contradiction from which on a pixel looks for another place
GAIN, FAR = 0.3, 1.0  # how much better the other place must be, and what it costs a prior unit


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

    @property
    def solid(self) -> Tensor:
        """(V, S, S) bool."""
        return (self.table[..., 2] > 0).view_as(self.sheets.alpha)


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
    for k, (width, around) in enumerate(SWEEPS):
        if k in MENDED:
            depth = mended(seen, depth, cameras)
        pairs = _against(seen, depth, cameras)
        noise = min(noise, _noise(pairs))
        depth = depth + _shift(pairs, seen, max(width * noise, LEAST), around)
    return depth


def mended(seen: Seen, depth: Tensor, cameras: Cameras) -> Tensor:
    """(V, S, S) depths whose contradicted pixels lie where the other views bear them out.

    A pixel is contradicted by a view that sees through its point: farther back, or nothing at all, all around. No mean of
    planes mends that: it is the depth of another surface. So it tries places along its ray, as in a plane sweep (Collins
    1996), each judged by all views, and takes the best if that is much better. Exact views contradict no pixel.
    """
    points = points_from_depth(cameras, depth)[seen.view, seen.row, seen.column]
    nearest = functional.max_pool2d(torch.where(seen.solid, depth, -9.0)[:, None], 3, 1, 1)[:, 0]
    everyone = torch.arange(len(points))
    _, against = _judged(seen, depth, nearest, points[:, None], everyone)
    doubted = torch.nonzero(against[:, 0] > DOUBTED)[:, 0]
    if len(doubted) == 0:
        return depth
    count = round(FARTHEST / STEP)
    moves = STEP * torch.arange(-count, count + 1)
    places = points[doubted, None] + moves[:, None] * seen.sheets.axes[seen.view[doubted], 2][:, None]
    told, against = _judged(seen, depth, nearest, places, doubted)
    worth = told - against - FAR * moves.abs()
    top, best = worth.max(1)
    moved = torch.where(top > worth[:, count] + GAIN, moves[best], 0.0)
    out = depth.clone()
    out[seen.view[doubted], seen.row[doubted], seen.column[doubted]] += moved
    return out


def _judged(seen: Seen, depth: Tensor, nearest: Tensor, places: Tensor, whose: Tensor) -> tuple[Tensor, Tensor]:
    """(K, H) what the other views say for H places of each of K pixels, and what they say against them.

    nearest (V, S, S) the depth nearest to the camera within a pixel, -9 where there is none; places (K, H, 3) world;
    whose (K,) the pixels' numbers.
    """
    told, against = torch.zeros(places.shape[:2]), torch.zeros(places.shape[:2])
    for u in range(len(depth)):
        index, ahead, read = read_view(seen, depth[u], u, places)
        normal = read[..., 3:]
        cosine = (normal @ seen.sheets.axes[u, 2]).clamp(min=0)
        alike = (normal * seen.normals[whose, None]).sum(-1).clamp(min=0)
        behind = places @ seen.sheets.axes[u, 2] - nearest[u].reshape(-1)[index]
        through = AGAINST * ((behind - SEEN_THROUGH) / SEEN_THROUGH).clamp(0, 1)
        other = (seen.view[whose] != u)[:, None]
        told += other * read[..., 2] * cosine * alike * torch.exp(-0.5 * (cosine * ahead / BORNE_OUT) ** 2)
        against += other * torch.where(behind > 4, EMPTY, through)
    return told, against


def read_view(seen: Seen, depth: Tensor, u: int, points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What view u shows at points (..., 3): pixel number, how far its plane lies before them, row of the table.

    depth (S, S) of view u.
    """
    size = depth.shape[-1]
    frame = points @ seen.sheets.axes[u].T
    column = ((frame[..., 0] + 1) * (0.5 * size)).long().clamp_(0, size - 1)
    row = ((1 - frame[..., 1]) * (0.5 * size)).long().clamp_(0, size - 1)
    index = row * size + column
    read = seen.table[u][index]
    aside_x, aside_y = frame[..., 0] - ((2 * column + 1) / size - 1), frame[..., 1] - (1 - (2 * row + 1) / size)
    surface = depth.reshape(-1)[index] + read[..., 0] * aside_x + read[..., 1] * aside_y
    return index, surface - frame[..., 2], read


def _against(seen: Seen, depth: Tensor, cameras: Cameras) -> tuple[Tensor, Tensor, Tensor]:
    """Of every view u and point: distance (V, P) of u's plane, the cosine of its normal to the ray, and a weight."""
    points = points_from_depth(cameras, depth)[seen.view, seen.row, seen.column]
    backs = seen.sheets.axes[seen.view, 2]
    told = []
    for u in range(len(depth)):
        _, ahead, read = read_view(seen, depth[u], u, points)
        normal = read[:, 3:]
        cosine, along = normal @ seen.sheets.axes[u, 2], (normal * backs).sum(1)
        alike = (((normal * seen.normals).sum(1) - ALIKE) / (1 - ALIKE)).clamp(min=0)
        weight = cosine**2 * alike * (read[:, 2] * (along > FACING) * (cosine > FACING) * (seen.view != u))
        told.append((cosine * ahead, along.clamp(min=FACING), weight))
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
