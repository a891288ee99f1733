"""A UV layout for a mesh that has no usable one: whole polygons projected along six axes, their islands packed. No bpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
# (u, v) of each direction as (axis, sign) pairs, so that every island is seen from outside and not mirrored
PROJECTIONS = (
    ((1, 1), (2, 1)), ((1, -1), (2, 1)),  # +X, -X
    ((0, -1), (2, 1)), ((0, 1), (2, 1)),  # +Y, -Y
    ((0, 1), (1, 1)), ((0, 1), (1, -1)),  # +Z, -Z
)  # fmt: skip
MARGIN = 1 / 128  # of the square's side, between islands: four texels of a 512 px map
WIDTHS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5)  # of the shelf, tried in turn, in units of the square root of the area


def lay_out(vertices: Array, loops: Array, starts: Array) -> Array:
    """(L, 2) float32 UVs in [0, 1], one per polygon corner; a polygon is never cut.

    vertices (N, 3); loops (L,) the vertex of each corner; starts (P,) where each polygon's corners begin, ascending.
    """
    sizes = np.diff(np.append(starts, len(loops)))
    owner = np.repeat(np.arange(len(starts)), sizes)
    following = np.arange(len(loops)) + 1
    following[starts + sizes - 1] = starts
    corners = vertices[loops].astype(np.float64)
    normals = np.add.reduceat(np.cross(corners, corners[following]), starts)  # Newell's, twice the area long
    axis = np.abs(normals).argmax(1)
    direction = 2 * axis + (normals[np.arange(len(starts)), axis] < 0)
    island = islands(loops, loops[following], owner, direction)
    flat = np.empty((len(loops), 2))
    for index, ((a, sign_a), (b, sign_b)) in enumerate(PROJECTIONS):
        mine = direction[owner] == index
        flat[mine] = np.stack([corners[mine, a] * sign_a, corners[mine, b] * sign_b], 1)
    count = int(island.max()) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, island[owner], flat)
    np.maximum.at(high, island[owner], flat)
    corner, side = pack(high - low)
    return ((flat - low[island[owner]] + corner[island[owner]]) / side).astype(np.float32).clip(0, 1)


def islands(first: Array, second: Array, owner: Array, direction: Array) -> Array:
    """(P,) island of each polygon: those that share an edge and look in the same direction belong together.

    first, second (L,): the two vertices of each corner's edge; owner (L,): its polygon; direction (P,).
    """
    key = np.minimum(first, second).astype(np.int64) << 32 | np.maximum(first, second).astype(np.int64)
    order = np.argsort(key, kind="stable")
    a, b = owner[order[:-1]], owner[order[1:]]
    joined = (key[order[:-1]] == key[order[1:]]) & (direction[a] == direction[b])
    a, b = a[joined], b[joined]
    label = np.arange(len(direction))
    while True:
        least = np.minimum(label[a], label[b])
        lower = label.copy()
        np.minimum.at(lower, label[a], least)  # whole trees are hung below the lesser root
        np.minimum.at(lower, label[b], least)
        lower = lower[lower]
        if np.array_equal(lower, label) and np.array_equal(label[a], label[b]):
            return np.unique(label, return_inverse=True)[1].reshape(-1)
        label = lower


def pack(sizes: Array) -> tuple[Array, float]:
    """Boxes (K, 2) on shelves in a square: their lower corners (K, 2) and the square's side, margins included."""
    total = float(np.sqrt(np.maximum(sizes, sizes.max() * 1e-3).prod(1).sum()))
    order = np.argsort(-sizes[:, 1], kind="stable")
    best: tuple[Array, float] | None = None
    for width in WIDTHS:
        limit = max(width * total, float(sizes[:, 0].max()))
        placed, side = shelves(sizes, order, limit, MARGIN * total)
        if best is None or side < best[1]:
            best = placed, side
    assert best is not None
    return best


def shelves(sizes: Array, order: Array, limit: float, margin: float) -> tuple[Array, float]:
    """Place the boxes in this order from left to right, a new shelf when `limit` is passed."""
    placed = np.empty(sizes.shape)
    x, y, shelf, widest = margin, margin, 0.0, 0.0
    for index in order:
        wide, high = sizes[index]
        if x > margin and x + wide > limit + margin:
            x, y, shelf = margin, y + shelf + margin, 0.0
        placed[index] = x, y
        x, shelf = x + wide + margin, max(shelf, high)
        widest = max(widest, x)
    return placed, max(widest, y + shelf + margin)
