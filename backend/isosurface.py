"""Marching cubes: the level set of a grid as a closed triangle mesh, its table of 256 cases made by rule when it is imported.

Lorensen and Cline 1987; the rule decides each face of a cell by that face's four corners alone, so that neighbours always
agree and the surface has no cracks (Nielson and Hamann 1991 name the problem of the ambiguous faces).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

Array = np.ndarray
CORNERS = [
    (i & 1, i >> 1 & 1, i >> 2 & 1) for i in range(8)
]  # of a cell; corner i has bit a set where it is high on axis a
EDGES = [(axis, i) for axis in range(3) for i in range(8) if not i >> axis & 1]  # (axis, lower corner), 12 of them
EDGE_OF = {frozenset((i, i | 1 << axis)): e for e, (axis, i) in enumerate(EDGES)}


def faces_of_cell() -> Iterator[list[int]]:
    """The four corners of each of the six faces, counter-clockwise seen from outside the cell."""
    for axis in range(3):
        u, v = 1 << (axis + 1) % 3, 1 << (axis + 2) % 3
        ring = [0, u, u | v, v]  # counter-clockwise about +axis
        yield [i | 1 << axis for i in ring]
        yield ring[::-1]


FACES = list(faces_of_cell())
SIDES = [{f for f, ring in enumerate(FACES) if {i, i | 1 << axis} <= set(ring)} for axis, i in EDGES]  # of an edge


def loops_of(case: int) -> Iterator[list[int]]:
    """The closed rings of edges in which the surface cuts a cell whose inside corners are the bits of `case`.

    Every run of inside corners around a face is cut off by one segment, from where the face's border leaves the run to where
    it entered it; each cut edge begins one segment and ends another.
    """
    follows: dict[int, int] = {}
    for ring in FACES:
        inside = [bool(case >> i & 1) for i in ring]
        cuts = [EDGE_OF[frozenset((ring[k], ring[k - 3]))] for k in range(4)]  # between corner k and the next
        for k in range(4):
            if inside[k] and not inside[k - 3]:  # the border leaves a run here
                entered = next(m for m in range(k - 1, k - 5, -1) if not inside[m % 4])
                follows[cuts[k]] = cuts[entered % 4]
    while follows:
        loop = [next(iter(follows))]
        while (after := follows.pop(loop[-1])) != loop[0]:
            loop.append(after)
        yield loop[::-1]  # outward


def triangles_of(loop: list[int]) -> list[tuple[int, int, int]] | None:
    """Triangles of a ring of edges, none of whose new sides lies in a face of the cell, where a neighbour has one too."""
    if len(loop) == 3:
        return [(loop[0], loop[1], loop[2])]
    first, last = loop[0], loop[-1]
    for k in range(1, len(loop) - 1):
        sides = [(first, loop[k])] * (k > 1) + [(loop[k], last)] * (k < len(loop) - 2)
        if any(SIDES[a] & SIDES[b] for a, b in sides):
            continue
        low = triangles_of(loop[: k + 1]) if k > 1 else []
        high = triangles_of(loop[k:]) if k < len(loop) - 2 else []
        if low is not None and high is not None:
            return [(first, loop[k], last), *low, *high]
    return None


def table() -> tuple[Array, Array]:
    """(256,) how many triangles a case has, and (256, most, 3) their edges."""
    cases = [[t for loop in loops_of(case) for t in triangles_of(loop) or []] for case in range(256)]
    counts = np.array([len(case) for case in cases])
    padded = np.zeros((256, counts.max(), 3), np.int64)
    for case, triangles in enumerate(cases):
        padded[case, : len(triangles)] = np.array(triangles).reshape(-1, 3)
    return counts, padded


COUNTS, TRIANGLES = table()


def isosurface(values: Array, level: float = 0.0) -> tuple[Array, Array]:
    """The surface between values above `level`, which are inside, and the others: outward, closed but at the grid's border.

    values: (X, Y, Z) float. Returns vertices (N, 3) float64 in cells from the first corner, one for each cut edge of the
    grid, and faces (F, 3) int64; both empty where nothing is cut.
    """
    inside = values > level
    shape = tuple(n - 1 for n in values.shape)
    case = np.zeros(shape, np.uint8)
    for i, (x, y, z) in enumerate(CORNERS):
        case |= inside[x : x + shape[0], y : y + shape[1], z : z + shape[2]].astype(np.uint8) << np.uint8(i)
    cells = np.flatnonzero((case != 0) & (case != 255))
    kinds = case.ravel()[cells]
    counts = COUNTS[kinds]
    owner = np.repeat(np.arange(len(cells)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    local = TRIANGLES[kinds[owner], number]  # (F, 3) edges of the cell
    axis, corner = np.array(EDGES).T
    place = np.stack(np.unravel_index(cells, shape), -1)[owner][:, None] + np.array(CORNERS)[corner[local]]
    start = np.ravel_multi_index(tuple(np.moveaxis(place, -1, 0)), values.shape)
    edges, faces = np.unique(axis[local] * values.size + start, return_inverse=True)
    return cut(values, edges, level), faces.reshape(-1, 3)


def cut(values: Array, edges: Array, level: float) -> Array:
    """(N, 3) where the level cuts each edge of the grid, named by axis * size + its lower corner; linear between its ends."""
    axis, start = np.divmod(edges, values.size)
    points = np.stack(np.unravel_index(start, values.shape), -1)
    step = np.array([int(np.prod(values.shape[a + 1 :])) for a in range(3)])[axis]
    flat = np.asarray(values, np.float64).ravel()
    near, far = flat[start], flat[start + step]
    vertices = points.astype(np.float64)
    vertices[np.arange(len(edges)), axis] += (level - near) / (far - near)
    return vertices
