"""Owns the joining of stranded parts: a piece that floats a few pixels off its prop is tied to it, a crumb is dropped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from .fuse import SignedDistance
from .rasterise import Array

LEAST_SHARE = 0.003  # of the solid: a smaller piece is noise (as in mesh.keep_bodies) and is not tied to anything
LOST_SHARE = 0.02  # of the solid: a piece farther off than FARTHEST and smaller than this is noise too
FARTHEST = 0.2  # prior units, 6 pixels of a 64-px view: a gap where outlines disagreed, not a distance between things
MINOR_SHARE, MINOR_FARTHEST = (
    0.25,
    0.5,
)  # a piece under this share of the solid is a part that lost its hold, and is tied from
# farther off: the sides of a ladder, the hand of a clock
THINNEST, THICKEST = 0.03, 0.06  # radius of a bridge, prior units: one and two pixels
MOST_PIECES = 16


def join_parts(sdf: SignedDistance) -> SignedDistance:
    """The grid with every large enough piece near the main body tied to it by the shortest bar, the others removed.

    figures: bridges (made) and crumbs (removed). A piece of MINOR_SHARE or more that lies farther off stays as it is.
    """
    label, count = ndimage.label(sdf.values < 0)  # pieces that touch at an edge only are parted by marching cubes too
    if count < 2:
        return replace(sdf, figures=sdf.figures | {"bridges": 0.0, "crumbs": 0.0})
    volume = np.bincount(label.ravel(), minlength=count + 1)
    volume[0] = 0
    order = np.argsort(-volume, kind="stable")[:count]
    pieces = [int(k) for k in order if volume[k] >= LEAST_SHARE * volume.sum()][:MOST_PIECES]
    crumbs = [int(k) for k in order if int(k) not in pieces]
    values = sdf.values.copy()
    minor = {k for k in pieces if LOST_SHARE <= volume[k] / volume.sum() < MINOR_SHARE}
    bars, far = _bars(label, pieces, minor, sdf.voxel)
    crumbs += [k for k in far if volume[k] < LOST_SHARE * volume.sum()]
    values[np.isin(label, crumbs)] = 0.5 * sdf.voxel
    for start, stop, radius in bars:
        _draw(values, start, stop, radius, sdf.voxel)
    return replace(
        sdf, values=values, figures=sdf.figures | {"bridges": float(len(bars)), "crumbs": float(len(crumbs))}
    )


Bar = tuple[Array, Array, float]  # start (3,), stop (3,), radius, prior units


def _bars(label: Array, pieces: list[int], minor: set[int], voxel: float) -> tuple[list[Bar], list[int]]:
    """The shortest bars that tie the pieces to the first, nearest first, and the pieces that lie too far off.

    minor: those that may be tied from MINOR_FARTHEST instead of FARTHEST.
    """
    bars: list[Bar] = []
    spots = {k: (2 * np.argwhere(label == k) + 1) * (voxel / 2) - 1 for k in pieces}
    tied, left = spots[pieces[0]], list(pieces[1:])
    while left:
        tree = cKDTree(tied)
        nearest = {k: tree.query(spots[k][:: max(1, len(spots[k]) // 4000)]) for k in left}
        near_enough = {k: gap.min() <= (MINOR_FARTHEST if k in minor else FARTHEST) for k, (gap, _) in nearest.items()}
        if not any(near_enough.values()):
            return bars, left
        k = min((k for k in left if near_enough[k]), key=lambda k: float(nearest[k][0].min()))
        gap, index = nearest[k]
        near = spots[k][:: max(1, len(spots[k]) // 4000)]
        best = int(gap.argmin())
        start, stop = near[best], tied[index[best]]
        radius = float(np.clip(0.5 * len(spots[k]) ** (1 / 3) * voxel, THINNEST, THICKEST))
        along = (stop - start) / max(float(gap[best]), 1e-9)
        bars.append((start - radius * along, stop + radius * along, radius))  # a radius deep into either side
        tied = np.concatenate([tied, spots[k]])
        left.remove(k)
    return bars, []


def _draw(values: Array, start: Array, stop: Array, radius: float, voxel: float) -> None:
    """Unite the grid with a capsule, in place."""
    size = len(values)
    low = np.floor((np.minimum(start, stop) - 2 * radius + 1) / voxel).astype(int).clip(0, size)
    high = np.ceil((np.maximum(start, stop) + 2 * radius + 1) / voxel).astype(int).clip(0, size)
    axes = [(2 * np.arange(a, b) + 1) * (voxel / 2) - 1 for a, b in zip(low, high, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    along = stop - start
    share = ((points - start) @ along / max(float(along @ along), 1e-12)).clip(0, 1)
    distance = np.linalg.norm(points - start - share[..., None] * along, axis=-1) - radius
    block = values[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    np.minimum(block, distance.astype(values.dtype), out=block)
