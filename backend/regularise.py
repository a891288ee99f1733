"""Regularisers of the grid: what nearly is mirror-symmetric becomes so, what nearly stands level does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from .bridges import join_parts
from .fuse import SignedDistance
from .posts import straighten
from .revolution import turn
from .settings import Shape
from .sides import square_up

MIRROR_GAP = 0.9  # of the greatest distance the grid holds (0.9 px at 64 px): solid mirrored farther out is unmatched
UNMATCHED_SHARE = 0.05  # of the solid; nearly symmetric props stay below, see docs/fusion.md
UNMATCHED_BLOB = (
    1.5e-3  # prior units cubed, a cube of 3.7 pixels: one larger unmatched piece is a part (a handle), not noise
)
BASE_DEPTH = 0.09  # prior units above the lowest point within which feet may end
BASE_SPREAD = 0.6  # of the footprint's width and depth that the feet must span: a ball or a blade's tip does not
LEG_SHARE = 0.04  # of the footprint's area: smaller cross-sections near the base are legs and may be lengthened


def regularise(sdf: SignedDistance, settings: Shape, symmetric: str = "") -> SignedDistance:
    """The regularisers that the settings allow and the shape nearly obeys; the figures say which were applied.

    symmetric: axes ("x", "y", "xy") about which the prop is known to be symmetric, however far the views are from it.
    """
    if not (sdf.values < 0).any():
        return sdf
    if settings.symmetry:
        sdf = straighten(square_up(turn(symmetrise(sdf, symmetric))))
    if settings.level_base:
        sdf = level_base(sdf)
    return join_parts(sdf)


def unmatched(values: np.ndarray, voxel: float) -> tuple[float, float]:
    """How much of a solid has no mirror image about x = 0: its share, and the volume of the largest connected piece.

    values (n, n, n), signed distances clipped at the truncation.
    """
    inside = values < 0
    alone = inside & (values[::-1] > MIRROR_GAP * values.max())
    share = float(alone.sum() / max(inside.sum(), 1))
    label, count = ndimage.label(alone)
    largest = int(np.bincount(label.ravel())[1:].max()) if count else 0
    return share, largest * voxel**3


def symmetrise(sdf: SignedDistance, known: str = "") -> SignedDistance:
    """The mean of the grid and its mirror images about the known planes, and about x = 0 if both nearly agree.

    Averaging distances halves the variance of independent errors of the two sides. A one-sided part (a mug's handle) is
    one unmatched piece and fails the test, so it is never thinned or doubled. Front and back are never guessed to be
    alike: a face or a knob is as small as noise.
    """
    for axis, name in enumerate("xy"):
        if name in known:
            values = np.ascontiguousarray(0.5 * (sdf.values + np.flip(sdf.values, axis)))
            sdf = replace(sdf, values=values, figures=sdf.figures | {"symmetrised": 1.0})
    if "x" in known:
        return sdf
    share, largest = unmatched(sdf.values, sdf.voxel)
    figures = sdf.figures | {"unmatched_share": share, "unmatched_piece": largest, "symmetrised": float(bool(known))}
    if share > UNMATCHED_SHARE or largest > UNMATCHED_BLOB:
        return replace(sdf, figures=figures)
    values = 0.5 * (sdf.values + sdf.values[::-1])
    return replace(sdf, values=np.ascontiguousarray(values), figures=figures | {"symmetrised": 1.0})


def level_base(sdf: SignedDistance) -> SignedDistance:
    """Cut a nearly flat base by a plane and lengthen legs that end a little above it.

    The plane lies at the median height of the columns that end within BASE_DEPTH of the lowest point, if these span
    BASE_SPREAD of the footprint both ways; else the shape ends in a curve or a tip and is left as it is.
    """
    inside = sdf.values < 0
    column: np.ndarray = np.asarray(inside.any(2))
    if not column.any():
        return sdf  # nothing solid: the extraction says so
    bottom = np.where(column, inside.argmax(2), sdf.size)
    depth = max(2, round(BASE_DEPTH / sdf.voxel))
    ends: np.ndarray = column & (bottom <= bottom.min() + depth)
    spread = min(_extent(ends, axis) / _extent(column, axis) for axis in (0, 1))
    figures = sdf.figures | {"base_spread": spread, "levelled": 0.0}
    if spread < BASE_SPREAD:
        return replace(sdf, figures=figures)
    level = int(np.median(bottom[ends]))
    values = _lengthen_legs(sdf.values, column, level, depth)
    below = (level - 0.5 - np.arange(sdf.size, dtype=np.float32)) * np.float32(sdf.voxel)  # distance under the plane
    values = np.maximum(values, np.minimum(below, sdf.values.max())[None, None])
    return replace(sdf, values=values, figures=figures | {"levelled": 1.0, "base_height": 2 * level / sdf.size - 1})


def _extent(mask: np.ndarray, axis: int) -> int:
    """Number of cells between the first and last True along an axis of a 2D mask."""
    places = np.flatnonzero(mask.any(1 - axis))
    return int(places[-1] - places[0] + 1) if len(places) else 1


def _lengthen_legs(values: np.ndarray, column: np.ndarray, level: int, depth: int) -> np.ndarray:
    """Continue downwards the cross-sections that legs have `depth` voxels above the level; (n, n, n) -> (n, n, n)."""
    height = min(level + depth, values.shape[2] - 1)
    section = values[:, :, height]
    label, count = ndimage.label(section < 0)
    area = np.bincount(label.ravel(), minlength=count + 1)
    legs = np.isin(label, [k for k in range(1, count + 1) if area[k] < LEG_SHARE * column.sum()])
    if not legs.any():
        return values
    around = ndimage.binary_dilation(legs, iterations=2)
    out = values.copy()
    start = max(0, level - 3)
    block = out[:, :, start:height]
    block[around] = np.minimum(block[around], section[around][:, None])
    return out
