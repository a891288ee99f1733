"""Owns the regulariser of boxes: a side of the solid that is nearly flat becomes a plane, up to sharp edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .fuse import SignedDistance

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

PIXEL = 1 / 32  # prior units, of a 64-px view
UNEVEN = 0.9 * PIXEL  # of a flat side's heights around their plane
FLAT_SHARE = 0.8  # of the side's cells that lie so near the plane
WHOLE_SHARE = 0.75  # of the shadow that the side covers: a barrel's front covers half of its own
DEPTH = 2.5 * PIXEL  # behind the plane, where edges that were rounded off are whole: their section is drawn out to it
PIT = 2.5 * PIXEL  # half the width of a pit that is taken for noise
LEAST_NOISE = 0.18  # pixels of disagreement (`align`): exact views stay under it and are left alone


def square_up(sdf: SignedDistance) -> SignedDistance:
    """Of the six outermost sides those that are nearly flat become planes; the figure "flat_sides" counts them.

    A little behind the plane the solid is cut through, and the section is drawn out to the plane: so edges become sharp.
    What stands out of the plane by more than noise (a knob, a band) or is sunk deep into it is left as it is.
    """
    values, count = sdf.values, 0
    if sdf.figures.get("doubt_px", 0.0) >= LEAST_NOISE:
        for axis in range(3):
            for outwards in (1, -1):
                turned = np.moveaxis(values, axis, 2)[:, :, ::outwards]
                made = flat_top(turned, sdf.voxel)
                if made is not None:
                    values, count = np.moveaxis(made[:, :, ::outwards], 2, axis), count + 1
    values = np.ascontiguousarray(values) if count else sdf.values
    return replace(sdf, values=values, figures=sdf.figures | {"flat_sides": float(count)})


def flat_top(values: Array, voxel: float) -> Array | None:
    """(n, n, n) with the outermost side along +z made flat, or None where it is not nearly so."""
    inside = values < 0
    shadow = inside.any(2)
    if not shadow.any():
        return None
    size, height = values.shape[2], outermost(values)
    uneven, depth = UNEVEN / voxel, round(DEPTH / voxel)
    level = plane_of(height[shadow], uneven)
    low = int(level) - depth
    if low < 0:
        return None
    section: Mask = inside[:, :, low]
    near: Mask = np.abs(height - level) <= uneven
    if section.sum() < WHOLE_SHARE * shadow.sum() or near[section].mean() < FLAT_SHARE:
        return None
    # edges have been worn down and noise stands up a little; knobs and holes are neither
    edge = section & (height < level) & ~ndimage.binary_erosion(section, iterations=depth)
    pits = narrow_pits(section & near, shadow & (height < level - uneven), depth, round(PIT / voxel))
    drawn = ndimage.binary_dilation((section & near) | edge | pits, iterations=2) & ~(height > level + uneven)
    top = min(int(level + uneven) + 2, size)
    above = (np.arange(low, top, dtype=np.float32) - level) * np.float32(voxel)
    filled = np.minimum(
        values[:, :, low:top], values[:, :, low, None]
    )  # what is there below the plane stays: a leg's foot
    block = np.where(pits[:, :, None], above, np.maximum(above, filled)).clip(values.min(), values.max())
    made = values.copy()
    made[:, :, low:top] = np.where(drawn[:, :, None], block, values[:, :, low:top])
    return made


def narrow_pits(flat: Mask, below: Mask, margin: int, half_width: int) -> Mask:
    """(n, n) the pieces of `below` that the flat ground closes over from all sides; a wider opening stays, with its corners."""
    closed = ndimage.binary_closing(np.pad(flat, margin), iterations=half_width)[margin:-margin, margin:-margin]
    piece, count = ndimage.label(below)
    inside = ndimage.minimum(closed, piece, np.arange(count + 1)) > 0
    inside[0] = False
    pits: Mask = inside[piece]
    return pits


def outermost(values: Array) -> Array:
    """(...) where the last crossing from solid to free lies along the last axis (..., n), in steps; negative where none is."""
    inside, end = values < 0, values.shape[-1] - 1
    last = end - inside[..., ::-1].argmax(-1)
    here, beyond = (np.take_along_axis(values, np.minimum(i, end)[..., None], -1)[..., 0] for i in (last, last + 1))
    part = np.clip(here / np.minimum(here - beyond, -1e-9), 0, 1)
    return np.where(inside.any(-1), last + part, -float(end + 1)).astype(np.float32)


def plane_of(height: Array, uneven: float) -> float:
    """The mean height of the densest layer that is twice `uneven` thick."""
    height = np.sort(height)
    end = np.searchsorted(height, height + 2 * uneven, "right")
    start = int((end - np.arange(len(height))).argmax())
    return float(height[start : end[start]].mean())
