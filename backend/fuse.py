"""Fusion: the views' height fields and silhouettes become one signed-distance grid, fine only near the surface."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from .align import align
from .believed import believed
from .device import one_thread
from .hull import thin_parts
from .priors import Maps
from .settings import Shape
from .sheets import Lookup, Sheets, observe, supersample

CELL = 4  # voxels along a side of the coarse cells that are kept or skipped whole
SMOOTHING = 0.8  # voxels; measured: normals 2-5 degrees better under noise, F-score unchanged (docs/fusion.md)
BEHIND, BEHIND_NOISE = 0.5, 1.0  # pixels, and times the views' disagreement
EXACT = 0.2  # pixels of disagreement below which depths are exact and place thin parts better than outlines do
SETTLED_DOUBT = 0.4  # pixels by which settled views count as disagreeing: that a network made them agree proves nothing
KNOWN = 0.02  # weight of all views from which on a voxel counts as fully known
FREE_SHARE = 0.5  # free space counts at most this share of the truncation, or one view's error empties thin parts
CHUNK = 1 << 16  # voxels a step: the temporaries stay in the cache


@dataclass(frozen=True)
class SignedDistance:
    """A grid over the cube [-1, 1]^3 in prior units, negative inside, clipped at the truncation.

    values: (n, n, n) float32, indexed x, y, z, sampled at the cells' centres (2 i + 1) / n - 1. figures: measured on
    the way.
    """

    values: np.ndarray
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return int(self.values.shape[0])

    @property
    def voxel(self) -> float:
        """Side of a voxel in prior units."""
        return 2 / self.size

    @property
    def centres(self) -> np.ndarray:
        """(n,), the coordinates of the cells' centres along an axis."""
        return (2 * np.arange(self.size) + 1) / self.size - 1


@dataclass(frozen=True)
class Weighing:
    """How one voxel's observations are weighed. Lengths in prior units."""

    truncation: float
    behind: float  # a view that sees the surface `behind` in front of a voxel says e times less about it
    margin: float  # how far outside a silhouette a voxel must lie for a whole vote that it is empty
    votes: float = 3.0  # votes that empty a voxel whatever the depths say


def weighing(size: int, pixel: float, noise: float) -> Weighing:
    """Truncation max(3 voxels, 2 px) as measured best; `behind` follows how much the views disagree (`align`).

    Exact views disagree by under 0.15 px, views like generated ones by 0.4 to 0.9 px (docs/fusion.md).
    """
    return Weighing(
        truncation=max(3 * 2 / size, 2 * pixel),
        behind=BEHIND * pixel + BEHIND_NOISE * min(noise, pixel),
        margin=1.5 * pixel,
    )


def fuse(maps: Maps, settings: Shape) -> SignedDistance:
    """The solid that the six views describe. Never raises on empty views: the grid is then positive everywhere."""
    with one_thread():
        return _fuse(maps, settings.grid)


def _fuse(maps: Maps, size: int) -> SignedDistance:
    maps = believed(maps)
    sheets = observe(maps)
    offset, noise = align(sheets, maps.cameras)
    sheets = sheets.moved(offset)
    lookup = supersample(sheets)
    rule = weighing(size, sheets.pixel, noise)
    seen = float((sheets.alpha > 0.5).float().mean())
    if seen == 0:
        return SignedDistance(np.full((size,) * 3, FREE_SHARE * rule.truncation, np.float32), {"seen": 0.0})
    values, evaluated = _grid(sheets, lookup, size, rule)
    if noise > EXACT * sheets.pixel:
        values = np.minimum(values, thin_parts(lookup, sheets.size_px, size, FREE_SHARE * rule.truncation).numpy())
    values = ndimage.gaussian_filter(values, SMOOTHING, truncate=3.0)
    figures = {f"offset_{v}": float(b) for v, b in enumerate(offset)} | {"disagreement_px": noise / sheets.pixel}
    figures["doubt_px"] = max(figures["disagreement_px"], SETTLED_DOUBT if maps.settled else 0.0)
    return SignedDistance(values, figures | {"seen": seen, "evaluated": evaluated})


def _grid(sheets: Sheets, lookup: Lookup, size: int, rule: Weighing) -> tuple[np.ndarray, float]:
    """The grid's values and the share of voxels that were evaluated one by one."""
    near, coarse = classify(sheets, lookup, size, rule)
    index = torch.nonzero(near)  # (K, 3)
    inner = torch.stack(torch.meshgrid(*[torch.arange(CELL)] * 3, indexing="ij"), -1).reshape(-1, 3)
    voxels = (index[:, None] * CELL + inner[None]).reshape(-1, 3)
    points = (2 * voxels + 1).float() / size - 1
    pairs = [evaluate(lookup, part, rule) for part in points.split(CHUNK)]
    value, known = _blown_up(coarse), _blown_up((coarse > 0).float())
    for whole, parts in ((value, [v for v, _ in pairs]), (known, [(w / KNOWN).clamp(max=1) for _, w in pairs])):
        if parts:
            whole[near] = torch.cat(parts).reshape(-1, CELL, CELL, CELL)
    value, known = (part.permute(0, 3, 1, 4, 2, 5).reshape((len(near) * CELL,) * 3) for part in (value, known))
    return fill_unknown(value, known)[:size, :size, :size].contiguous().numpy(), len(points) / size**3


def _blown_up(cells: Tensor) -> Tensor:
    """(k, k, k) -> (k, k, k, CELL, CELL, CELL) copies."""
    return cells[..., None, None, None].repeat(1, 1, 1, CELL, CELL, CELL)


def fill_unknown(value: Tensor, known: Tensor) -> Tensor:
    """What no view tells, taken from around: pull-push interpolation (Gortler et al. 1996, "The Lumigraph", 3.3.1).

    value (n, n, n), known (n, n, n) in [0, 1]. A body's inside lies behind known inside, so it becomes solid; the shadow
    of a bucket's handle lies between known free space, so it does not become a fin.
    """
    pyramid = [(value[None, None], known[None, None])]
    while pyramid[-1][0].shape[-1] > 4:
        v, w = pyramid[-1]
        odd = v.shape[-1] % 2
        v, w = (functional.pad(part, (0, odd) * 3) for part in (v, w))
        weight = functional.avg_pool3d(w, 2)
        mean = functional.avg_pool3d(v * w, 2) / weight.clamp(min=1e-9)
        pyramid.append((mean, (4 * weight).clamp(max=1)))
    filled = pyramid.pop()[0]
    for v, w in reversed(pyramid):
        wide = functional.interpolate(filled, scale_factor=2, mode="trilinear", align_corners=False)
        size = v.shape[-1]
        filled = torch.lerp(wide[..., :size, :size, :size], v, w)
    return filled[0, 0]


def classify(sheets: Sheets, lookup: Lookup, size: int, rule: Weighing) -> tuple[Tensor, Tensor]:
    """Which cells of CELL^3 voxels may hold surface (k, k, k) bool, and the value of the others: +- truncation.

    Conservative: a cell is skipped when every voxel of it is certainly free in as many views as empty it, or free in
    one and hidden in or free in all others, or hidden in all.
    """
    count = -(-size // CELL)
    side = 2 * CELL / size
    along = (torch.arange(count) + 0.5) * side - 1
    centres = torch.stack(torch.meshgrid(along, along, along, indexing="ij"), -1).reshape(-1, 3)
    radius = 0.5 * side * 3**0.5 + rule.truncation
    free, hidden = torch.zeros(len(centres)), torch.zeros(len(centres))
    bins = min(sheets.size_px, lookup.size_px)
    highest, lowest = _extremes(lookup, bins, radius)
    for v in range(len(lookup.planes)):
        frame = centres @ lookup.axes[v].T
        column = ((frame[:, 0] + 1) * 0.5 * bins).long().clamp(0, bins - 1)
        row = ((1 - frame[:, 1]) * 0.5 * bins).long().clamp(0, bins - 1)
        free += frame[:, 2] - radius > highest[v, row, column]
        hidden += frame[:, 2] + radius < lowest[v, row, column]
    empty = (free >= rule.votes) | ((free >= 1) & (free + hidden == len(lookup.planes)))
    solid = hidden == len(lookup.planes)
    value = torch.where(empty, FREE_SHARE * rule.truncation, -rule.truncation)
    return ~(empty | solid).reshape((count,) * 3), value.reshape((count,) * 3).float()


def _extremes(lookup: Lookup, bins: int, radius: float) -> tuple[Tensor, Tensor]:
    """(V, bins, bins) highest and lowest depth within `radius` of each bin; background is -9, which is never hidden."""
    views, fine = lookup.planes.shape[0], lookup.size_px
    rows = lookup.planes.reshape(views, 1, fine, fine, 8)
    known = (rows[..., 6] < 0.5 * lookup.pixel) & (rows[..., 7] > 0)
    depth = torch.where(known, rows[..., 5], torch.full_like(rows[..., 5], -9.0))
    factor = fine // bins
    high = functional.max_pool2d(depth, factor)
    low = -functional.max_pool2d(-depth, factor)
    reach = int(np.ceil(radius * bins / 2)) + 1
    for kernel in ((2 * reach + 1, 1), (1, 2 * reach + 1)):
        padding = (kernel[0] // 2, kernel[1] // 2)
        high = functional.max_pool2d(high, kernel, 1, padding)
        low = -functional.max_pool2d(-low, kernel, 1, padding)
    return high[:, 0], low[:, 0]


def evaluate(lookup: Lookup, points: Tensor, rule: Weighing) -> tuple[Tensor, Tensor]:
    """Signed distances (N,) at points (N, 3): the views' weighted mean, then the silhouettes' votes. And the weight (N,).

    A view says n . (p - q) of the oriented point (q, n) on p's ray, with weight cos^2 * confidence; behind the surface
    the weight falls off exponentially, so that the far side of a thin part is left to the views that see it. Outside
    the silhouette it says the distance to the contour, with a weight and a vote that grow with it.
    """
    tau = rule.truncation
    total, weighted = torch.full((len(points),), 1e-6), torch.full((len(points),), -1e-6 * tau)
    votes, farthest = torch.zeros(len(points)), torch.zeros(len(points))
    fine = lookup.size_px
    for v in range(len(lookup.planes)):
        frame = points @ lookup.axes[v, :2].T
        column = ((frame[:, 0] + 1) * (0.5 * fine)).long().clamp_(0, fine - 1)
        row = ((1 - frame[:, 1]) * (0.5 * fine)).long().clamp_(0, fine - 1)
        read = lookup.planes[v].index_select(0, row * fine + column)
        distance = (points * read[:, :3]).sum(1) - read[:, 3]
        cosine, outside, confidence = read[:, 4], read[:, 6], read[:, 7]
        seen = (confidence > 0) & (outside < 0.25 * lookup.pixel)
        weight = (cosine * cosine + 0.01) * confidence * torch.exp(distance.clamp(max=0) / rule.behind)
        sure = (outside / rule.margin).clamp(0, 1)
        value = torch.where(seen, distance, outside).clamp(-tau, FREE_SHARE * tau)
        weight = torch.where(seen, weight, 0.3 * sure + 0.02)
        free = torch.where(seen, ((distance - 0.5 * tau) / (0.5 * tau)).clamp(0, 1), sure)
        total += weight
        weighted += weight * value
        votes += free
        farthest = torch.maximum(farthest, torch.where(free > 0, value, 0.0))
    mean = weighted / total
    return torch.where((votes >= rule.votes) & (mean < farthest), farthest, mean), total
