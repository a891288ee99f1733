"""Where a thing comes to rest on what is there already: both as heights of their lower and upper sides over a plan of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import ndimage

from .rasterise import Array, barycentric, spans

SOLE = 0.04  # of a thing's height: what lies so near to its lowest point is what it stands on
NEAR = 1.5  # cells: what comes so near touches
RIM_SHARES = (0.9, 0.98)  # of the plan is lower than a rim: a broad one, a narrow one
RIMS = (0.12, 0.2, 0.3, 0.4)  # of the height: a hollow is deeper, and its rim nowhere lower; even ones first
NOTCH = 0.04  # of the plan: gaps in a rim that are no wider, twice, do not open it
SPOTS = 15  # places tried along each side
OPEN = 0.06  # of the plan: a hollow that counts is wider


@dataclass(frozen=True)
class Heights:
    """A solid over a plan of square cells of `cell` m.

    origin: the cell, (2,) int of x and y, of the arrays' first one; top, bottom: (rows along y, columns along x) m, -inf and inf
    where the solid is not.
    """

    origin: Array
    top: Array
    bottom: Array
    cell: float

    @classmethod
    def of(cls, triangles: Array, cell: float) -> Heights:
        """Of the corners (F, 3, 3) m of a closed surface."""
        plan = triangles[..., :2].reshape(-1, 2) / cell
        origin = np.floor(plan.min(0)).astype(np.int64)
        wide, deep = (int(n) for n in np.ceil(plan.max(0)).astype(np.int64) - origin + 1)
        side = max(wide, deep)
        uvs = (triangles[..., :2] / cell - origin) / side
        row, column, face = spans(uvs, side)
        z = (barycentric(uvs, face, row, column, side) * triangles[face, :, 2]).sum(1)
        top, bottom = np.full((side, side), -np.inf), np.full((side, side), np.inf)
        np.maximum.at(top, (side - 1 - row, column), z)
        np.minimum.at(bottom, (side - 1 - row, column), z)
        return cls(origin, top[:deep, :wide], bottom[:deep, :wide], cell)

    @property
    def solid(self) -> Array:
        return np.isfinite(self.top)

    @property
    def height(self) -> float:
        return float(self.top.max()) if self.solid.any() else 0.0

    @property
    def sole(self) -> Array:
        """(rows, columns) bool: the cells that it stands on."""
        low = self.bottom.min()
        return np.asarray(self.bottom <= low + max(SOLE * (self.height - low), 1e-6))

    def aside(self, cell: Array) -> float:
        """How far from the plan's middle a cell, row and column, lies: 1 at its border."""
        middle = np.array(self.top.shape) / 2
        return float(np.abs((cell - middle) / middle).max())

    def behind(self, cell: Array) -> float:
        """How far behind the plan's middle a cell, row and column, lies: 1 at its border, -1 in front."""
        return float(2 * cell[0] / len(self.top) - 1)

    def hollow(self) -> Array:
        """(rows, columns) bool: the inside of an open vessel, seen from above; nowhere of what is closed."""
        top = self.top[self.solid] if self.solid.any() else np.zeros(1)
        for share, depth in product(RIM_SHARES, RIMS):
            wall = self.top >= np.quantile(top, share) - depth * self.height
            notch = max(round(NOTCH * max(wall.shape)), 1)
            whole = ndimage.binary_closing(np.pad(wall, notch), iterations=notch)[notch:-notch, notch:-notch]
            inside = ndimage.binary_fill_holes(whole) & ~wall & self.solid
            if inside.sum() >= OPEN * max(self.solid.sum(), 1):
                return np.asarray(inside)
        return np.zeros_like(self.solid)


@dataclass(frozen=True)
class Rest:
    """A place where a thing comes to rest: its shift (3,) m, the shares of its sole that touch, and that lie above anything."""

    shift: Array
    touching: float
    above: float


Worth = Callable[[Array, Rest], float]


def window(heights: Array, shape: tuple[int, ...], at: Array, outside: float) -> Array | None:
    """The part of some heights that lies over (rows, columns) cells from `at` (row, column) on, `outside` where they end; None
    where that is all."""
    (rows, columns), r, c = shape, int(at[0]), int(at[1])
    r0, c0, r1, c1 = max(r, 0), max(c, 0), min(r + rows, heights.shape[0]), min(c + columns, heights.shape[1])
    if r0 >= r1 or c0 >= c1:
        return None
    found = np.full((rows, columns), outside)
    found[r0 - r : r1 - r, c0 - c : c1 - c] = heights[r0:r1, c0:c1]
    return found


def rest(ground: Heights, thing: Heights, at: Array) -> Rest | None:
    """Where a thing rests whose plan's first cell lies over the ground's cell `at` (row, column); None where nothing is below."""
    under = window(ground.top, thing.bottom.shape, at, -np.inf)
    if under is None:
        return None
    gap = np.where(thing.solid, under - thing.bottom, -np.inf)
    lift = gap.max()
    if not np.isfinite(lift):
        return None
    sole = thing.sole
    xy = (ground.origin + np.asarray(at)[::-1] - thing.origin) * ground.cell
    touching = gap[sole] >= lift - NEAR * ground.cell
    return Rest(np.array([*xy, lift]), float(touching.mean()), float(np.isfinite(under[sole]).mean()))


def rests(ground: Heights, thing: Heights, cells: Array) -> Iterable[tuple[Array, Rest]]:
    """For each ground cell (n, 2), row and column, where the thing rests with its plan's middle over it."""
    half = np.array(thing.bottom.shape) // 2
    for cell in cells:
        found = rest(ground, thing, cell - half)
        if found is not None:
            yield cell, found


def spread(where: Array) -> Array:
    """(n, 2) row and column of the cells that are so, evenly over each of their pieces, its middle among them."""
    labels, count = ndimage.label(where)
    pieces = [np.argwhere(labels == n) for n in range(1, count + 1)]
    widest = max(float(np.ptp(cells, axis=0).max()) for cells in pieces)
    step = max(int(np.ceil(max(widest, float(where.sum()) ** 0.5 * (count > 1)) / SPOTS)), 1)
    return np.concatenate([_thinned(cells, step) for cells in pieces])


def _thinned(cells: Array, step: int) -> Array:
    """Every `step`-th of cells (n, 2) along both sides, from the middle on; one at least."""
    kept = ((cells - (cells.min(0) + cells.max(0)) // 2) % step == 0).all(1)
    return cells[kept] if kept.any() else cells[:1]


def best(found: Iterable[tuple[Array, Rest]], worth: Worth) -> Rest | None:
    """The place that is worth most, or None of none."""
    rated = [(worth(cell, spot), spot) for cell, spot in found]
    return max(rated, key=lambda pair: pair[0])[1] if rated else None
