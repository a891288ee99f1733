"""Where scattered props stand: Poisson-disk points on a surface, kept apart by their own radii. No bpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TRIES = 20  # darts thrown for each place asked for; more fill the gaps a little better
MOST = 1000


@dataclass(frozen=True)
class Spread:
    """How to scatter. Sizes in metres; `density` is props a square metre; `jitter` 0.2 makes sizes 0.8 to 1.2 times;
    each is turned about Z by at most `turn_deg` to either side."""

    size_m: float = 0.3
    jitter: float = 0.2
    density: float = 1.0
    slope_deg: float = 35.0
    seed: int = 0
    turn_deg: float = 180.0


@dataclass(frozen=True)
class Spot:
    """A place: a point (3,), the side of the prop's box, its turn about Z."""

    point: Array
    size_m: float
    yaw_deg: float


def flat_enough(triangles: Array, slope_deg: float) -> Array:
    """Those of the triangles (F, 3, 3) that face up within `slope_deg` of level and have an area."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    lengths = np.linalg.norm(normals, axis=1)
    limit = np.cos(np.radians(slope_deg)) - 1e-9
    return triangles[(lengths > 0) & (normals[:, 2] >= limit * lengths)]


def reach(size_m: float) -> float:
    """Half the diagonal of a box's base: how far it can reach from its point, however it is turned."""
    return size_m / 2**0.5


def scatter(
    triangles: Array, spread: Spread, taken: Sequence[Spot] = (), blocked: Callable[[Spot], bool] = lambda spot: False
) -> list[Spot]:
    """Spots on a surface (F, 3, 3), the same for the same seed: dart throwing (Cook 1986), uniform by area.

    No two lie nearer than the half diagonals of their boxes' bases together, so that boxes never meet, however turned;
    nor nearer to those `taken` before; nor where `blocked` says that something stands. At most density times area of
    them, fewer where they no longer fit, and at most `MOST`.
    """
    usable, rng = flat_enough(triangles, spread.slope_deg), np.random.default_rng(spread.seed)
    if not len(usable):
        return []
    edges = usable[:, 1:] - usable[:, :1]
    areas = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) / 2
    wanted = min(MOST, round(spread.density * float(areas.sum())))
    chosen = rng.choice(len(usable), wanted * TRIES, p=areas / areas.sum())
    u, v = rng.random((2, len(chosen), 1))
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    points = usable[chosen, 0] + u * edges[chosen, 0] + v * edges[chosen, 1]
    sizes = spread.size_m * (1 + spread.jitter * rng.uniform(-1, 1, len(chosen)))
    yaws = spread.turn_deg * rng.uniform(-1, 1, len(chosen))
    widest = max([spread.size_m * (1 + spread.jitter), *(spot.size_m for spot in taken)])
    cell = 2 * reach(widest)  # the widest that two spots can reach
    grid: dict[tuple[int, ...], list[Spot]] = defaultdict(list)
    for spot in taken:
        grid[cell_of(spot.point, cell)].append(spot)
    kept: list[Spot] = []
    for i, point in enumerate(points):
        if len(kept) >= wanted:
            break
        spot, home = Spot(point, float(sizes[i]), float(yaws[i])), cell_of(point, cell)
        near = [
            other
            for step in product((-1, 0, 1), repeat=3)
            for other in grid.get(tuple(map(sum, zip(home, step, strict=True))), ())
        ]
        free = all(np.linalg.norm(o.point - point) >= reach(o.size_m) + reach(spot.size_m) for o in near)
        if free and not blocked(spot):
            grid[home].append(spot)
            kept.append(spot)
    return kept


def cell_of(point: Array, cell: float) -> tuple[int, ...]:
    return tuple(int(c) for c in np.floor(point / cell))
