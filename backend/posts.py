"""Owns the regulariser of thin straight parts: legs, posts, rungs and handles get a straight axis and an even section."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .fuse import SignedDistance
from .islands import Islands, Labels, chains_of, trend
from .sides import LEAST_NOISE, PIXEL

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

TOLERANCE = 1.2 * PIXEL  # between a slice's outline and the section: what stands out farther is meant
STRAIGHT_SHARE = 0.7  # of the slices that must lie so near
LEAST_LENGTH = 5 * PIXEL
SLENDER = (
    1.5  # times as long as wide; what is left of it where it ends in something wider, or in a tip, as long as wide
)
STEEPEST = 0.7  # of the axis to the slices' normal
UPRIGHT = 1.0 * PIXEL  # a part that leans by less over its length does not lean
EVEN = 0.12  # of its width: a part that tapers by less over its length does not taper
NARROWEST, FLARE = (
    0.35,
    0.2,
)  # the thin end of a taper over its thick one, and how much wider it may become over its length
MIRRORED = 0.2  # of the section's area: one that differs by less from its mirror image is symmetric
NEAR = 0.7 * PIXEL  # from where its outline is so near the section a part is rewritten: its tip, its flare are left
SHAPED = 1.25 * PIXEL  # by which a third of the part may be wider or narrower than the whole: more is its form
SWOLLEN = 1.5 * PIXEL  # by which it may be wider both ways where it is rewritten: lumps of noise stand out on one side
BOWED = 0.75 * PIXEL  # by which its middle third may lie beside its ends: more is the bow of a handle
BASE, FOOT = (
    0.09,
    2.0 * PIXEL,
)  # height over the lowest slice where feet end, and the length of a foot that may be splayed
ALONE = 0.6  # of all that stands on the ground: such a part is no leg, and its end may be a pommel
BLEND = 1.5 * PIXEL  # of length over which a part becomes what it joins
TIP = 2.0 * PIXEL  # of a loose end that is left as it is: it is round, or pointed
GAP = 6 * PIXEL  # to what lies beyond a loose end, which then is reached ...
MET = 0.7  # ... where so much of the section is solid, more than of a tip (islands.AREA_RATIO) ...
OVERLAP = 1.5 * PIXEL  # ... and entered
MARGIN = 2.5 * PIXEL  # around the section, within which the grid is rewritten
ORNAMENT = (2.2 * PIXEL) ** 3  # volume standing out of the section from which on it is meant
SAME_VOLUME = 0.35  # by which the median section may miss a part's volume before it is given the area of most slices


@dataclass(frozen=True)
class Axis:
    """A straight line along the last axis of a grid, voxels: at slice z it passes place + slope z, (2,) each, and the part
    is taper[0] + taper[1] z times as wide as its section."""

    place: Array
    slope: Array
    taper: tuple[float, float]

    def at(self, z: NDArray[np.int64]) -> Array:
        """(K, 2) where it passes the slices z (K,)."""
        return np.asarray(self.place + np.multiply.outer(z, self.slope), np.float32)

    def width(self, z: NDArray[np.int64]) -> Array:
        """(K,) the width at the slices z (K,) over that of the section."""
        return np.asarray((self.taper[0] + self.taper[1] * z).clip(0.1), np.float32)


@dataclass(frozen=True)
class Post:
    """A straight part. chain: its slices that are to be rewritten; ends: the outermost slices of the part; stands: on the
    ground. section (2 W + 1, 2 W + 1): signed distances about the axis, clipped, prior units; outside: of the same shape, to
    its outline, voxels."""

    chain: Islands
    ends: tuple[int, int]
    axis: Axis
    section: Array
    outside: Array
    stands: bool


def straighten(sdf: SignedDistance) -> SignedDistance:
    """Thin parts that nearly are straight and even become so, upright ones first; the figure "posts" counts them.

    A part is a chain of small islands in the grid's slices. Its axis is a robust line through their middles, its section
    the median of the distances around it, and it may taper. What stands out of it by more than noise stays, and where it
    meets something else nothing is taken away. Exact views are left alone.
    """
    count, values = 0, sdf.values
    if sdf.figures.get("doubt_px", 0.0) >= LEAST_NOISE:
        for along in (2, 1, 0):
            turned = np.ascontiguousarray(np.moveaxis(values, along, 2))
            made, found = straightened(turned, sdf.voxel, along == 2)
            if found:
                values, count = np.ascontiguousarray(np.moveaxis(made, 2, along)), count + found
    return replace(sdf, values=values, figures=sdf.figures | {"posts": float(count)})


def straightened(values: Array, voxel: float, upright: bool) -> tuple[Array, int]:
    """(n, n, n) with the thin parts along the last axis straight, and how many those are. upright: parts may have feet."""
    inside = values < 0
    label, left = chains_of(inside, PIXEL / voxel)
    base = int(inside.any((0, 1)).argmax()) + round(BASE / voxel) if upright else -1
    made, count = values.copy(), 0
    while left:
        chain = left.pop(0)
        post = fitted(chain, values, label, base, voxel)
        if post is not None and rewrite(made, label, post, voxel):
            count += 1
        else:
            left = chain.pieces() + left
    return made, count


def axis_of(chain: Islands, voxel: float) -> Axis | None:
    """The line along which the islands lie, or None where it is steep or a bow, or they are too wide for their length."""
    z, length = chain.height, float(np.ptp(chain.height) + 1)
    if length < max(LEAST_LENGTH / voxel, SLENDER * float(np.median(chain.extent.max(1)))):
        return None
    lines = np.array([trend(z, chain.middle[:, k]) for k in range(2)], np.float32)
    place, slope = lines[:, 0], lines[:, 1]
    if np.hypot(*slope) > STEEPEST:
        return None
    off = chain.middle - place - np.multiply.outer(z, slope)
    below, amid, above = (np.median(third, axis=0) for third in np.array_split(off, 3))
    if np.hypot(*(amid - (below + above) / 2)) > BOWED / voxel:
        return None
    level = np.abs(slope) * length < UPRIGHT / voxel
    place, slope = np.where(level, np.median(chain.middle, axis=0), place), np.where(level, 0, slope)
    width = np.sqrt(chain.area)
    start, growth = trend(z, width)
    middle = float(np.median(width))
    taper = (start / middle, growth / middle) if abs(growth) * length > EVEN * middle else (1.0, 0.0)
    narrow, wide = sorted(taper[0] + taper[1] * end for end in (z[0], z[-1]))
    return Axis(place, slope, taper) if narrow > NARROWEST * wide and abs(growth) < FLARE else None


def fitted(chain: Islands, values: Array, label: Labels, base: int, voxel: float) -> Post | None:
    """The straight part that a chain of islands nearly is, or None. base: the highest slice in which feet end."""
    axis = axis_of(chain, voxel)
    if axis is None:
        return None
    half = int(np.ceil(0.5 * chain.extent.max() + MARGIN / voxel)) + 1
    field, own = patches(axis, half, values, label, chain)
    good = np.ones(len(chain), bool)
    for _ in range(2):  # the second time without the slices that are far off
        section = mirrored(np.median(np.where(own | (field >= 0), field, values.max())[good], axis=0))
        if not (section < 0).any():
            return None
        outside = to_outline(section)
        off = outline_gap(outside, own) * axis.width(chain.height)
        good = off <= TOLERANCE / voxel
        if good.mean() < STRAIGHT_SHARE:
            return None
    near = np.flatnonzero(ndimage.binary_opening(off <= NEAR / voxel, np.ones(round(PIXEL / voxel) + 1)))
    if not len(near):
        return None
    ends = (int(chain.height[0]), int(chain.height[-1]))
    alone = chain.area[0] > ALONE * (values[:, :, ends[0]] < 0).sum()
    stands = bool(ends[0] <= base and near[0] <= FOOT / voxel and not alone)
    chain = chain.at(np.arange(0 if stands else near[0], near[-1] + 1))
    return (
        Post(without_swellings(chain, axis, voxel), ends, axis, section, outside, stands)
        if is_even(chain, axis, voxel)
        else None
    )


def is_even(chain: Islands, axis: Axis, voxel: float) -> bool:
    """Whether a part is as long as wide at least, and as wide in each third of its length: a ball and a bottle are not."""
    extent = chain.extent / axis.width(chain.height)[:, None]
    wide = np.median(extent, axis=0)
    if np.ptp(chain.height) + 1 < max(LEAST_LENGTH / voxel, float(wide.max())):
        return False
    return all(np.abs(np.median(third, axis=0) - wide).max() <= SHAPED / voxel for third in np.array_split(extent, 3))


def without_swellings(chain: Islands, axis: Axis, voxel: float) -> Islands:
    """The slices of a part but for those, and their neighbours, that are wider both ways: a spear's head, a knob on a leg."""
    extent = chain.extent / axis.width(chain.height)[:, None]
    swollen = (extent - np.median(extent, axis=0)).min(1) > SWOLLEN / voxel
    return chain.at(np.flatnonzero(~ndimage.binary_dilation(swollen, iterations=round(BLEND / voxel))))


def patches(axis: Axis, half: int, values: Array, label: Labels, chain: Islands) -> tuple[Array, Mask]:
    """(K, 2 half + 1, 2 half + 1) the distances around the axis over the width of each slice, and what is the island's there."""
    z, middle, width = chain.height, axis.at(chain.height), axis.width(chain.height)
    along = middle[:, :, None] + width[:, None, None] * np.arange(-half, half + 1, dtype=np.float32)  # (K, 2, B)
    x, y, level = np.broadcast_arrays(along[:, 0, :, None], along[:, 1, None, :], z[:, None, None])
    field = ndimage.map_coordinates(values, (x, y, level), order=1, mode="nearest") / width[:, None, None]
    near = tuple(np.rint(part).astype(int).clip(0, len(values) - 1) for part in (x, y))
    return field, label[(*near, level)] == chain.number[:, None, None]


def mirrored(section: Array) -> Array:
    """The section, averaged with its mirror image each way in which it nearly is symmetric."""
    for axis in range(2):
        flipped = np.flip(section, axis)
        if ((section < 0) ^ (flipped < 0)).sum() < MIRRORED * (section < 0).sum():
            section = 0.5 * (section + flipped)
    return section.astype(np.float32)


def to_outline(section: Array) -> Array:
    """Signed distances to the section's outline in voxels, not clipped."""
    inside, edt = section < 0, ndimage.distance_transform_edt
    return np.asarray(np.where(inside, 0.5 - edt(inside), edt(~inside) - 0.5), np.float32)


def outline_gap(outside: Array, own: Mask) -> Array:
    """(K,) how far each slice's outline lies from the section's, voxels: all but a twentieth of its cells, either way.

    Of a blade no cell lies deep inside, so what a slice lacks of the section counts by its area as well.
    """
    inside = outside < 0
    rank = max(int(inside.sum()) // 20, 1)
    beyond, within = np.where(own, outside, 0.0), np.where(own, 0.0, -outside)
    off = [np.sort(part.reshape(len(own), -1), axis=1)[:, -rank - 1] for part in (beyond, within)]
    lacking = (inside & ~own).mean((1, 2)) / inside.mean() * 0.5 * np.ptp(np.argwhere(inside), axis=0).max()
    return np.asarray(np.maximum.reduce([*off, lacking]), np.float32)


def rewrite(made: Array, label: Labels, post: Post, voxel: float) -> bool:
    """Write the straight part into the grid (n, n, n), in place; False, and nothing, where its volume would change too much."""
    low, high = reach(made, post, -1, voxel), reach(made, post, 1, voxel)
    z = np.arange(low, high + 1)
    middle, width = post.axis.at(z), post.axis.width(z)[:, None, None]
    half = len(post.section) // 2
    spread = np.arange(2 * int(np.ceil(half * width.max())) + 1) - int(np.ceil(half * width.max()))
    cells = np.rint(middle).astype(int)[:, :, None] + spread  # (Z, 2, B)
    off = (cells - middle[:, :, None]) / width + half
    u, v = np.broadcast_arrays(off[:, 0, :, None], off[:, 1, None, :])
    even, outside = (
        width * ndimage.map_coordinates(part, (u, v), order=1, mode="nearest") for part in (post.section, post.outside)
    )
    x, y, level = np.broadcast_arrays(cells[:, 0, :, None], cells[:, 1, None, :], z[:, None, None])
    there = (outside < MARGIN / voxel) & (np.minimum(x, y) >= 0) & (np.maximum(x, y) < len(made))
    place = (x.clip(0, len(made) - 1), y.clip(0, len(made) - 1), level)
    island = np.zeros(len(made), np.int32)
    island[post.chain.height] = post.chain.number
    old, own = made[place], (label[place] == island[level]) & (island[level] > 0)
    share, grows = (part[:, None, None] for part in shares(post, z, voxel))
    even = even + fatness(even, old, (outside <= TOLERANCE / voxel) & (share > 0), voxel)
    if (even >= 0).all():
        return False
    new = np.where(others((old < 0) & ~own, own & (outside > TOLERANCE / voxel), voxel), np.minimum(old, even), even)
    new = share * new + (1 - share) * np.where(grows, np.minimum(old, even), old)
    made[tuple(part[there] for part in place)] = new[there].clip(old.min(), old.max())
    return True


def fatness(even: Array, old: Array, counted: Mask, voxel: float) -> float:
    """What to add to the distances `even` (Z, B, B) to enclose the area that `old` does in the cells counted, in most slices;
    infinite if that is much.

    Medians and interpolation wear a section down, by a tenth of its area where it is four pixels wide.
    """
    slices = counted.any((1, 2))
    area = [((0.5 - part / voxel).clip(0, 1) * counted).sum((1, 2))[slices] for part in (even, old)]
    border = ((np.abs(even) < 0.5 * voxel) & counted).sum((1, 2))[slices].clip(1)
    change = area[0] - area[1]
    if not len(change) or abs(change.sum()) > SAME_VOLUME * area[1].sum():
        return np.inf
    return float(np.median(change / border)) * voxel


def shares(post: Post, z: NDArray[np.int64], voxel: float) -> tuple[Array, Mask]:
    """(Z,) how far the part replaces what is at the slices z, and (Z,) where the rest is what is there and the part, not what is
    there alone: in what it meets or crosses, and at the ends that go on. A foot is replaced to its end, a tip is left."""
    first, last = post.chain.height[0], post.chain.height[-1]
    tips = (0.0 if z[0] < first else TIP / voxel), (0.0 if z[-1] > last else TIP / voxel)
    from_low, from_high = z - first - tips[0], last - z - tips[1]
    within = np.isin(z, post.chain.height)
    share = ((from_high if post.stands else np.minimum(from_low, from_high)) + 1) / (BLEND / voxel + 1) * within
    grows = ~within | np.where(z - first < last - z, tips[0] == 0, tips[1] == 0)
    return share.clip(0, 1).astype(np.float32), grows


def others(foreign: Mask, out: Mask, voxel: float) -> Mask:
    """(Z, B, B) around what is no part of it, and around what stands out of it and is no small lump: nothing is taken there."""
    lump, count = ndimage.label(out)
    meant = np.bincount(lump.ravel(), minlength=count + 1) * voxel**3 >= ORNAMENT
    meant[0] = False
    kept: Mask = ndimage.binary_dilation(foreign | meant[lump], np.ones((3, 3, 3)))
    return kept


def reach(values: Array, post: Post, way: int, voxel: float) -> int:
    """The slice up to which a part goes on at its lower (-1) or upper end: a little into what it meets, if it meets anything."""
    end, stop = (post.chain.height[0], post.ends[0]) if way < 0 else (post.chain.height[-1], post.ends[1])
    if abs(stop - end) * voxel > 2 * GAP:
        return int(end)
    z = stop + way * np.arange(1, round(GAP / voxel) + 1)
    z = z[(z >= 0) & (z < values.shape[2])]
    cells = np.argwhere(post.section < 0) - len(post.section) // 2
    at = np.rint(post.axis.at(z)[:, None] + post.axis.width(z)[:, None, None] * cells).astype(int)  # (Z, cells, 2)
    x, y = np.moveaxis(at.clip(0, len(values) - 1), 2, 0)
    met = np.flatnonzero((values[x, y, z[:, None]] < 0).mean(1) > MET)
    return int(np.clip(z[met[0]] + way * round(OVERLAP / voxel), 0, values.shape[2] - 1)) if len(met) else int(end)
