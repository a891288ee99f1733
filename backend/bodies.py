"""Props that are put together: where each stands, moved as one, and side by side on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .rasterise import Array

LIES = 0.45  # what is so flat against its height can lie: wheels, swords
TALL = 1.6  # times as high as wide: what sticks, leans and stands in vessels upright
DEEPER = 1.6  # how much farther off a place in front counts than one aside
HIDDEN = 1.5  # and one behind what is taller, or in front of what is lower


@dataclass(frozen=True)
class Placed:
    """One prop where it stands. member: the number of what it is one of; vertices (N, 3) m; faces (F, 3), of the member's own."""

    member: int
    vertices: Array
    faces: Array

    @property
    def triangles(self) -> Array:
        """(F, 3, 3) m, the corners of its faces."""
        return np.asarray(self.vertices[self.faces])


Body = tuple[Placed, ...]  # what moves as one


def stood(member: int, vertices: Array, faces: Array) -> Body:
    """A prop with the middle of its box over the origin and its bottom on the ground."""
    return moved((Placed(member, np.asarray(vertices, np.float64), faces),), to_stand(vertices))


def to_stand(vertices: Array) -> Array:
    """(3,) m, what takes the middle of the box of these vertices (N, 3) over the origin and its bottom to the ground."""
    low, high = vertices.min(0), vertices.max(0)
    return -np.array([*((low + high) / 2)[:2], low[2]])


def triangles(body: Body) -> Array:
    """(F, 3, 3) m, the corners of all its faces."""
    return np.concatenate([p.triangles for p in body])


def moved(body: Body, shift: Array) -> Body:
    return tuple(replace(p, vertices=p.vertices + shift) for p in body)


def turned(body: Body, yaw_deg: float, scale: float = 1.0) -> Body:
    """The body scaled and turned about the upright axis through the origin."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]) * scale
    return tuple(replace(p, vertices=p.vertices @ turn.T) for p in body)


def leant(body: Body, tilt_deg: float, yaw_deg: float) -> Body:
    """The body tilted about the origin, its upper end towards +X turned by `yaw_deg`."""
    c, s = np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))
    tilt = np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    tilted = tuple(replace(p, vertices=p.vertices @ tilt.T) for p in turned(body, -yaw_deg))
    return turned(tilted, yaw_deg)


def upside_down(body: Body) -> Body:
    return tuple(replace(p, vertices=p.vertices * [1.0, -1.0, -1.0]) for p in body)


def is_tall(one: Body) -> bool:
    wide, deep, tall = extent(one)
    return bool(tall > TALL * max(wide, deep))


def head_down(one: Body) -> Body:
    one = upside_down(one)
    return moved(one, np.array([0.0, 0.0, -box(one)[0][2]]))


def centre(body: Body) -> Array:
    """(2,) m, the middle of its box on the plan."""
    return np.asarray(np.mean(box(body), axis=0)[:2])


def foot(one: Body) -> float:
    """How wide (m) what goes into a hollow is: all of it, or the lower half of tall things."""
    if not is_tall(one):
        return float(extent(one)[:2].max())
    at = np.concatenate([p.vertices for p in one])
    low, high = box(one)
    return float(np.ptp(at[at[:, 2] <= (low[2] + high[2]) / 2][:, :2], axis=0).max())


def lain(one: Body) -> Body:
    """A prop on its flattest side where it is flat, its front or its right side up; else as it stands."""
    wide, deep, tall = extent(one)
    if min(wide, deep) > LIES * tall:
        return one
    order, sign = ((0, 2, 1), (1.0, 1.0, -1.0)) if deep <= wide else ((2, 1, 0), (-1.0, 1.0, 1.0))
    return stood(one[0].member, one[0].vertices[:, order] * sign, one[0].faces)


def box(body: Body) -> tuple[Array, Array]:
    """The lowest and the highest corner, (3,) m each."""
    corners = [p.vertices[np.unique(p.faces)] for p in body]
    return np.min([c.min(0) for c in corners], axis=0), np.max([c.max(0) for c in corners], axis=0)


def extent(body: Body) -> Array:
    """(3,) m, the sides of its box."""
    low, high = box(body)
    return np.asarray(high - low)


def beside(bodies: Sequence[Body], gap: float) -> Body:
    """All on the ground, each as near to the middle of those before it as there is room, rather aside than in front, and
    rather in front than behind where it is lower.

    gap: between neighbours, of their mean width.
    """
    placed: list[tuple[Array, Array]] = []
    found: list[Placed] = []
    for body in bodies:
        low, high = (corner[:2] for corner in box(body))
        taller = bool(found) and extent(body)[2] > 0.95 * extent(tuple(found))[2]
        spot = _free(placed, high - low, gap, HIDDEN if taller else 1 / HIDDEN)
        placed.append((spot - (high - low) / 2, spot + (high - low) / 2))
        found += moved(body, np.array([*(spot - (low + high) / 2), 0.0]))
    return tuple(found)


def _free(placed: Sequence[tuple[Array, Array]], size: Array, gap: float, front: float) -> Array:
    """The middle (2,) of a box of this size beside those placed. front: how much farther off a place in front counts than one
    behind."""
    if not placed:
        return np.zeros(2)
    room = [
        (low - size / 2 - gap * (size + high - low) / 2, high + size / 2 + gap * (size + high - low) / 2)
        for low, high in placed
    ]
    middle = np.mean([(low + high) / 2 for low, high in placed], axis=0)
    across, along = (
        sorted({float(at) for low, high in room for at in (low[k], high[k], middle[k], (low[k] + high[k]) / 2)})
        for k in (0, 1)
    )
    spots = np.array([(x, y) for x in across for y in along])
    free = np.all([((spots <= low + 1e-9) | (spots >= high - 1e-9)).any(1) for low, high in room], axis=0)
    usual = (size + np.mean([high - low for low, high in placed], axis=0)) / 2  # flat things do not hide each other
    far = (((spots - middle) / np.maximum(usual, 1e-9)) ** 2 * [1.0, DEEPER]).sum(1)
    far = far * np.where(spots[:, 1] < middle[1] - 1e-9, max(front, 1.0), 1.0)
    far = far * np.where(spots[:, 1] > middle[1] + 1e-9, max(1 / front, 1.0), 1.0)
    far = far + 1e-6 * (spots[:, 0] < middle[0])  # of two alike the one to the right
    return np.asarray(spots[np.argmin(np.where(free, far, np.inf))])
