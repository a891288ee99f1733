"""Opens what came out closed: a barrel is hollowed from above for what lies in it, a chest besides has its lid thrown back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from .fuse import SignedDistance
from .rasterise import Array
from .terrain import Heights

WALL = 0.07  # of the plan's narrower side
THINNEST = 2.5  # voxels
SKIN, CLIPPED = 0.8, 0.9  # what lay deeper than so much of the wall is inside, or of what distances are clipped at
FLOOR = 0.12  # of the height, at least so thick
BROAD = 0.9  # of its broadest level: where what has a hinge narrows to less, its lid begins
LID_HEIGHTS = (0.15, 0.45)  # of the height: a lid is no lower and no higher
MOUTH = 0.65  # of its usual level: what is narrower on top, a knob or a neck, comes off
NECK = 0.2  # of the same, where a neck stays
THROWN_DEG = 105.0


@dataclass(frozen=True)
class Opened:
    """What can be opened. Lengths in prior units.

    solid: as it came out; corners: of its box, (2, 3); rim: the highest level of its body; area: of its mouth; wall: how thick it
    will be; back: where its lid turns (y).
    """

    solid: SignedDistance
    corners: Array
    rim: float
    area: float
    wall: float
    back: float

    @property
    def bottom(self) -> float:
        return float(self.corners[0, 2])

    @property
    def top(self) -> float:
        return float(self.corners[1, 2])

    def body(self, depth: float) -> SignedDistance:
        """Its body, hollow down to `depth` below the rim or to its floor."""
        floor = max(self.rim - depth, self.bottom + FLOOR * (self.top - self.bottom))
        inside, z = within(self.solid.values < 0) * self.solid.voxel, self.solid.centres
        hollow = np.minimum(inside - self.wall, z - floor)
        values = np.maximum(self.solid.values, np.maximum(z - self.rim, ndimage.gaussian_filter(hollow, 1.0)))
        return replace(self.solid, values=values.astype(np.float32))

    def lid(self) -> SignedDistance:
        """What lies above the rim, hollow from below."""
        inside = ndimage.distance_transform_edt(self.solid.values < 0) * self.solid.voxel
        shell = ndimage.gaussian_filter(inside - self.wall, 1.0)
        values = np.maximum(self.solid.values, np.maximum(self.rim - self.solid.centres, shell))
        return replace(self.solid, values=values.astype(np.float32))

    @property
    def hinge(self) -> Array:
        """(3,), the middle of the edge about which its lid turns."""
        return np.array([float(self.corners[:, 0].mean()), self.back, self.rim])

    def is_inner(self, points: Array) -> Array:
        """(n,) bool, whether points (n, 3) lay within the solid before it was opened, deeper than its skin."""
        cells = ((np.asarray(points) + 1) * self.solid.size - 1) / 2
        distance = ndimage.map_coordinates(self.solid.values, cells.T, order=1, mode="nearest")
        return np.asarray(distance < -min(SKIN * self.wall, -CLIPPED * float(self.solid.values.min())))

    def thrown_back(self, vertices: Array) -> Array:
        """Points (N, 3) of the lid as they lie when it is open, turned about the back of the rim."""
        c, s = np.cos(np.radians(THROWN_DEG)), np.sin(np.radians(THROWN_DEG))
        turn = np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])
        return np.asarray((vertices - self.hinge) @ turn.T + self.hinge)


def opened_or_none(solid: SignedDistance, *, hinged: bool = False, necked: bool = False) -> Opened | None:
    """What can be opened of a solid; None of one that is open, empty or too narrow. hinged: it has a lid, which stays; necked: it
    has a neck, which stays."""
    inside = solid.values < 0
    area = inside.sum((0, 1)) * solid.voxel**2  # of every level
    if not inside.any() or seen_from_above(solid).hollow().any():
        return None
    at, z = np.argwhere(inside), solid.centres
    corners = z[np.array([at.min(0), at.max(0)])]
    rim = float(z[np.flatnonzero(area >= (NECK if necked else MOUTH) * np.median(area[area > 0]))[-1]])
    if hinged:
        low, high = (rim - share * (rim - corners[0, 2]) for share in LID_HEIGHTS[::-1])
        rim = float(np.clip(z[np.flatnonzero(area >= BROAD * area.max())[-1]], low, high))
    mouth = inside[:, :, int(np.argmin(np.abs(z - rim)))]
    x, y = (np.flatnonzero(mouth.any(axis)) for axis in (1, 0))
    if not len(x):
        return None
    wall = max(WALL * (1 + float(min(np.ptp(x), np.ptp(y)))), THINNEST) * solid.voxel
    free = float((ndimage.distance_transform_edt(mouth) * solid.voxel > wall).sum()) * solid.voxel**2
    return Opened(solid, corners, rim, free, wall, float(z[y[-1]])) if free else None


def seen_from_above(solid: SignedDistance) -> Heights:
    """Its heights over the plan, in prior units from its bottom on."""
    inside, z = solid.values < 0, solid.centres
    base = float(z[np.flatnonzero(inside.any((0, 1)))[0]])
    some, high, low = inside.any(2), z[solid.size - 1 - inside[:, :, ::-1].argmax(2)] - base, z[inside.argmax(2)] - base
    top, bottom = np.where(some, high, -np.inf), np.where(some, low, np.inf)
    return Heights(np.zeros(2, np.int64), top.T, bottom.T, solid.voxel)


def within(inside: Array) -> Array:
    """Voxels from each to the border of its own level (X, Y, Z); 0 outside and in all but a level's largest piece."""
    found = np.zeros(inside.shape)
    for k in np.flatnonzero(inside.any((0, 1))):
        labels, count = ndimage.label(inside[:, :, k])
        largest = labels == 1 + int(np.argmax(np.bincount(labels.ravel(), minlength=count + 1)[1:]))
        found[:, :, k] = ndimage.distance_transform_edt(largest)
    return found
