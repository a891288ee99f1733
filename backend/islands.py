"""Owns the finding of thin parts in a grid: small islands of its slices, chained from slice to slice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]
Numbers = NDArray[np.int64]

WIDEST_PX = 10.0  # of an island, either way
AREA_RATIO = 1.6  # of neighbouring islands of a chain
LEAST_PX = 2.5  # of a chain's length
LEAP_PX = 9.0  # of length where a part runs through something else: a rung, a seat
BREAK_PX = 4.0  # of length where it is broken
LIKE_RATIO, LIKE_PX = (
    1.35,
    2.0,
)  # of the areas, and between the widths, of two chains that are one part: a blade is no grip
IN_LINE_PX = 1.2  # between the middles of two chains and the line through both


@dataclass(frozen=True)
class Islands:
    """K islands of a grid's slices along its last axis: number (K,) in the labelled grid, height (K,) of their slices,
    middle (K, 2), area (K,) and extent (K, 2) in voxels. A chain is such islands upwards, at most one a slice."""

    number: Labels
    height: Numbers
    middle: Array
    area: Array
    extent: Array

    def __len__(self) -> int:
        return len(self.number)

    def at(self, index: Numbers) -> Islands:
        """Those of the given places."""
        return Islands(self.number[index], self.height[index], self.middle[index], self.area[index], self.extent[index])

    def and_then(self, other: Islands) -> Islands:
        """These, and the others after them."""
        return Islands(
            np.concatenate([self.number, other.number]),
            np.concatenate([self.height, other.height]),
            np.concatenate([self.middle, other.middle]),
            np.concatenate([self.area, other.area]),
            np.concatenate([self.extent, other.extent]),
        )

    def pieces(self) -> list[Islands]:
        """The chains between the gaps of a chain, or nothing where it has none."""
        ends = [0, *(np.flatnonzero(np.diff(self.height) > 1) + 1), len(self)]
        return [self.at(np.arange(a, b)) for a, b in pairwise(ends)] if len(ends) > 2 else []


def chains_of(inside: Mask, pixel: float) -> tuple[Labels, list[Islands]]:
    """(n, n, n) the solid's islands in every slice along the last axis, numbered from 1; and the chains of small ones, those in
    one line joined. inside (n, n, n), in memory as it is indexed; pixel: its size in voxels.
    """
    plane = np.zeros((3, 3, 3), bool)
    plane[:, :, 1] = True
    label, count = ndimage.label(inside, plane)
    solid = np.flatnonzero(inside)
    area = np.bincount(label.ravel()[solid], minlength=count + 1)
    small = area <= (WIDEST_PX * pixel) ** 2
    solid = solid[small[label.ravel()[solid]]]
    islands = measured(label, solid, area)
    narrow = np.flatnonzero((islands.extent <= WIDEST_PX * pixel).all(1) & small & (islands.extent > 0).all(1))
    islands = islands.at(narrow)
    follows = successors(label, solid, islands, count)
    found = []
    for start in np.setdiff1d(np.arange(len(islands)), follows):
        run = [int(start)]
        while follows[run[-1]] >= 0:
            run.append(int(follows[run[-1]]))
        if len(run) >= LEAST_PX * pixel:
            found.append(islands.at(np.array(run)))
    return label, joined(found, inside, pixel)


def measured(label: Labels, solid: Numbers, area: Numbers) -> Islands:
    """All islands, the background as the first; those to which none of the cells `solid` (flat indices) belongs extend over 0."""
    number, places = label.ravel()[solid], np.stack(np.unravel_index(solid, label.shape), 1)
    count = len(area)
    middle = np.stack([np.bincount(number, places[:, k], count) / area.clip(1) for k in range(2)], 1).astype(np.float32)
    height = np.zeros(count, np.int64)
    height[number] = places[:, 2]
    low, high = np.full((count, 2), label.shape[0]), np.full((count, 2), -1)
    for k in range(2):
        np.minimum.at(low[:, k], number, places[:, k])
        np.maximum.at(high[:, k], number, places[:, k])
    extent = (high - low + 1).clip(0).astype(np.float32)
    return Islands(np.arange(count, dtype=np.int32), height, middle, area.astype(np.float32), extent)


def successors(label: Labels, solid: Numbers, islands: Islands, count: int) -> Numbers:
    """(K,) the island above that each overlaps most, if it is of like area and overlaps none below it more; else -1."""
    index = np.full(count + 1, -1)
    index[islands.number] = np.arange(len(islands))
    flat = label.ravel()
    solid = solid[solid % label.shape[2] < label.shape[2] - 1]
    below, above = index[flat[solid]], index[flat[solid + 1]]
    both = (below >= 0) & (above >= 0)
    pair, shared = np.unique(below[both] * max(len(islands), 1) + above[both], return_counts=True)
    low, high = np.divmod(pair, max(len(islands), 1))
    ratio = islands.area[low] / islands.area[high]
    like = (ratio < AREA_RATIO) & (ratio > 1 / AREA_RATIO)
    most = np.argsort(shared, kind="stable")  # of several, the last to be written is the one that overlaps most
    up, down = np.full(len(islands), -1), np.full(len(islands), -1)
    up[low[most]], down[high[most]] = high[most], low[most]
    mutual = like & (up[low] == high) & (down[high] == low)
    follows = np.full(len(islands), -1)
    follows[low[mutual]] = high[mutual]
    return follows


def joined(chains: list[Islands], inside: Mask, pixel: float) -> list[Islands]:
    """The chains; those that lie in one line and go on behind what crosses them, or behind a break, made one."""
    left = sorted(chains, key=lambda chain: int(chain.height[0]))
    done: list[Islands] = []
    while left:
        chain, *left = left
        for other in left:
            if in_line(chain, other, inside, pixel):
                left = [one for one in left if one is not other]
                chain = chain.and_then(other)
        done.append(chain)
    return done


def in_line(chain: Islands, other: Islands, inside: Mask, pixel: float) -> bool:
    """Whether `other`, which begins above the end of `chain`, goes on along its axis and is as wide."""
    gap = int(other.height[0] - chain.height[-1]) - 1
    ratio = float(np.median(chain.area) / np.median(other.area))
    wider = float(np.abs(np.median(chain.extent, axis=0) - np.median(other.extent, axis=0)).max())
    if not (0 <= gap <= LEAP_PX * pixel and 1 / LIKE_RATIO < ratio < LIKE_RATIO and wider < LIKE_PX * pixel):
        return False
    both = chain.and_then(other)
    lines = [trend(both.height, both.middle[:, k]) for k in range(2)]
    off = np.abs(both.middle - np.stack([start + slope * both.height for start, slope in lines], 1)).max(1)
    if max(np.median(off[: len(chain)]), np.median(off[len(chain) :])) > IN_LINE_PX * pixel:
        return False
    between = np.arange(chain.height[-1] + 1, other.height[0])
    x, y = (np.rint(start + slope * between).astype(int).clip(0, len(inside) - 1) for start, slope in lines)
    return bool(gap <= BREAK_PX * pixel or inside[x, y, between].all())


def trend(z: Numbers, y: Array) -> tuple[float, float]:
    """Offset and slope of the line y = offset + slope z through points (K,) by the medians of Theil (1950) and Sen (1968)."""
    run = z[None, :] - z[:, None]
    steep = (y[None, :] - y[:, None])[run > 0] / run[run > 0]
    slope = float(np.median(steep)) if len(steep) else 0.0
    return float(np.median(y - slope * z)), slope
