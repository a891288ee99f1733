"""The maths of placeholders: oriented boxes, and how a prop is turned, scaled and stood in one. No bpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FLAT = 1e-6  # of the longest side: a side shorter than this says nothing about the size wanted
CLOSE_FILL, CLEARLY_NEARER = 0.95, 0.9  # yaws that fill nearly as well are told apart by shape; ties keep the front
QUARTERS = (0, 90, 180, 270)
SAMPLES = 200  # points of each shape that are compared


@dataclass(frozen=True)
class Box:
    """An oriented box in the world: `foot` (3,) is the middle of its bottom, `axes` (3, 3) has its unit axes as columns
    (right-handed, the third points up), `size` (3,) its sides."""

    foot: Array
    axes: Array
    size: Array

    @property
    def longest(self) -> float:
        return float(self.size.max())


@dataclass(frozen=True)
class Placement:
    """world = location + axes @ (scale * prop): where a prop that stands on its own origin goes. `yaw_deg` is in axes."""

    location: Array
    axes: Array
    scale: Array
    yaw_deg: int


def nearest_rotation(matrix: Array) -> Array:
    """The rotation nearest to a (3, 3) matrix that may scale, shear and mirror; the polar factor of its SVD.

    A mirrored matrix has no rotation of its own: of its four mirror images the one that stays most upright is taken.
    """
    candidates = [matrix]
    if np.linalg.det(matrix) < 0:
        candidates = [matrix * np.array(signs) for signs in ((-1, 1, 1), (1, -1, 1), (1, 1, -1), (-1, -1, -1))]
    rotations = []
    for candidate in candidates:
        u, _, vt = np.linalg.svd(candidate)
        if np.linalg.det(u @ vt) < 0:  # only where a scale is zero: that axis may point either way
            u[:, -1] = -u[:, -1]
        rotations.append(u @ vt)
    return max(rotations, key=lambda r: (round(float(r[2, 2]), 6), round(float(np.trace(r)), 6)))


def oriented_box(points: Array, world_from_local: Array) -> Box:
    """The box around local points (N, 3) under a (4, 4) matrix, along the object's own axes, sheared or not."""
    assert points.ndim == 2 and points.shape[1] == 3 and len(points), points.shape
    linear = world_from_local[:3, :3].astype(float)
    axes = nearest_rotation(linear)
    inside = (points @ linear.T + world_from_local[:3, 3]) @ axes  # world points in the box's own frame
    low, high = inside.min(axis=0), inside.max(axis=0)
    foot = axes @ np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return Box(foot, axes, high - low)


def turn(yaw_deg: float) -> Array:
    """The (3, 3) rotation about Z."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]).round(15)


def scales(prop: Array, box: Array, stretch: bool) -> Array:
    """Scale of each side (3,) that brings a prop's sides into a box's: one for all, or each its own.

    Sides that are flat on either part do not count: a plane asks for a footprint, an upright card for a height.
    """
    told = (box > FLAT * box.max()) & (prop > FLAT * prop.max())
    if not told.any():
        return np.full(3, float(box.max() / prop.max()))
    ratios = box[told] / prop[told]
    each = np.full(3, float(ratios.min()))
    if stretch:
        each[told] = ratios
    return each


def bounds(points: Array) -> tuple[Array, Array]:
    """The lowest and the highest corner, (3,) each, of points (N, 3): column by column, which NumPy does far quicker."""
    columns = np.ascontiguousarray(points.T)
    return columns.min(axis=1), columns.max(axis=1)


def fill_ratio(prop: Array, box: Array) -> float:
    """How much of the box's volume a uniformly scaled prop's own box takes, 0 to 1; flat sides do not count."""
    told = box > FLAT * box.max()
    return float(np.prod(np.minimum(prop * scales(prop, box, False) / np.where(told, box, 1.0), 1.0)[told]))


def apart(a: Array, b: Array) -> float:
    """How far two point sets (N, 3), (M, 3) lie apart: both mean nearest distances, each scaled to the unit box."""
    a, b = unit(a), unit(b)
    squared = np.maximum((a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T, 0.0)
    return float(np.sqrt(squared.min(axis=1)).mean() + np.sqrt(squared.min(axis=0)).mean())


def unit(points: Array) -> Array:
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    return (points - low) / np.where(size > 0, size, 1.0) - 0.5


def best_yaw(prop: Array, box: Box, wanted: Array | None = None) -> int:
    """Which of four yaws lets a prop's points (N, 3) fit a box best: 0, 90, 180 or 270 degrees.

    Sides decide between two of them; between those that fill alike, nearness to the placeholder's own points
    `wanted` (M, 3), in the box's frame; without a clear winner the prop's front stays the placeholder's.
    """
    low, high = bounds(prop)
    sizes = {yaw: np.abs(turn(yaw)) @ (high - low) for yaw in QUARTERS}  # a quarter turn swaps two sides
    fills = {yaw: fill_ratio(size, box.size) for yaw, size in sizes.items()}
    close = [yaw for yaw in QUARTERS if fills[yaw] >= CLOSE_FILL * max(fills.values())]
    best = close[0]
    if wanted is None or len(close) == 1:
        return best
    a, b = thinned(prop), thinned(wanted)
    distances = {yaw: apart(a @ turn(yaw).T, b) for yaw in close}
    for yaw in close[1:]:
        if distances[yaw] < CLEARLY_NEARER * distances[best] and distances[best] > 0.05:
            best = yaw
    return best


def thinned(points: Array) -> Array:
    """At most `SAMPLES` of the points, evenly taken."""
    return points[np.linspace(0, len(points) - 1, min(len(points), SAMPLES)).astype(int)].astype(float)


def fit(prop: Array, box: Box, stretch: bool = False, wanted: Array | None = None) -> Placement:
    """Stand a prop, points (N, 3) on their own origin, on the bottom of a box: turned, scaled, bottoms aligned."""
    yaw = best_yaw(prop, box, wanted)
    turned = turn(yaw)
    low, high = bounds(prop)
    along_box = scales(np.abs(turned) @ (high - low), box.size, stretch)
    scale = np.abs(turned.T) @ along_box  # the box's X is the prop's Y after a quarter turn
    axes = box.axes @ turned
    low, high = low * scale, high * scale
    middle = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return Placement(box.foot - axes @ middle, axes, scale, yaw)
