"""Oriented boxes and fitting against closed forms and tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

CUBE = np.array(list(itertools.product((-0.5, 0.5), repeat=3)))
L_SHAPE = np.array([(x, y, z) for x in np.linspace(0, 1, 6) for y in np.linspace(0, 1, 6) for z in (0, 0.5, 1)
                    if x < 0.3 or y < 0.3])  # fmt: skip


def rotation(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0 else -q


def matrix(linear, location=(0, 0, 0)) -> np.ndarray:
    made = np.eye(4)
    made[:3, :3], made[:3, 3] = linear, location
    return made


def corners(box) -> np.ndarray:
    local = (CUBE + [0, 0, 0.5]) * box.size
    return box.foot + local @ box.axes.T


@pytest.mark.parametrize("seed", range(5))
def test_a_turned_scaled_cube_gives_back_its_sides_and_axes(load, seed):
    """For world = R diag(s) x + t the box has sides s, axes R and its foot at t - R (0, 0, s_z / 2)."""
    boxes, r, s = load("addon.boxes"), rotation(seed), np.array([0.3, 2.0, 1.1])
    box = boxes.oriented_box(CUBE, matrix(r * s, (5, -1, 2)))
    assert box.axes == pytest.approx(r, abs=1e-9) and box.size == pytest.approx(s)
    assert box.foot == pytest.approx(np.array([5, -1, 2]) - r @ [0, 0, 0.55])


@pytest.mark.parametrize(
    "linear",
    [np.diag([-1.0, 2, 3]), np.diag([1.0, 2, -3]), np.diag([-1.0, -2, -3]), [[1, 0.8, 0], [0, 1, 0], [0, 0, 1]],
     np.diag([1.0, 1, 0]), np.diag([0.0, 0, 2]), np.zeros((3, 3))],
)  # fmt: skip
def test_mirrored_sheared_and_flat_matrices_give_an_upright_box_that_holds_every_corner(load, linear):
    """Whatever the scale's sign, shear or zero, the axes are a rotation, up stays up, the box holds the object."""
    boxes, world = load("addon.boxes"), matrix(np.array(linear, float), (1, 2, 3))
    box = boxes.oriented_box(CUBE, world)
    assert np.linalg.det(box.axes) == pytest.approx(1) and box.axes @ box.axes.T == pytest.approx(np.eye(3))
    assert box.axes[2, 2] == pytest.approx(1)
    points = (CUBE @ world[:3, :3].T + world[:3, 3] - box.foot) @ box.axes
    assert (np.abs(points[:, :2]) <= box.size[:2] / 2 + 1e-9).all()
    assert points[:, 2].min() == pytest.approx(0) and points[:, 2].max() == pytest.approx(box.size[2])


@pytest.mark.parametrize(
    ("prop", "box", "stretch", "scale", "yaw"),
    [((1, 1, 1), (2, 3, 4), False, (2, 2, 2), 0),
     ((1, 1, 1), (2, 3, 4), True, (2, 3, 4), 0),
     ((2, 1, 1), (1, 2, 1), False, (1, 1, 1), 90),
     ((2, 1, 1), (3, 8, 5), True, (4, 3, 5), 90),
     ((1, 1, 2), (3, 3, 0), False, (3, 3, 3), 0),  # a plane on the floor asks for a footprint
     ((1, 1, 2), (0, 0, 4), True, (2, 2, 2), 0),
     ((1, 1, 0), (2, 2, 7), True, (2, 2, 2), 0)],
)  # fmt: skip
def test_scale_and_yaw_by_sides(load, prop, box, stretch, scale, yaw):
    """The table of sides: uniform takes the tightest side, stretched takes each; a quarter turn where it fills more."""
    boxes = load("addon.boxes")
    placement = boxes.fit(CUBE * prop, boxes.Box(np.zeros(3), np.eye(3), np.array(box, float)), stretch)
    assert placement.scale == pytest.approx(np.array(scale, float)) and placement.yaw_deg == yaw


@pytest.mark.parametrize("stretch", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_fitted_prop_stands_in_the_middle_of_the_bottom_and_never_sticks_out(load, stretch, seed):
    """For random props in random boxes: inside the box, bottoms aligned, one side touching; stretched, all sides do."""
    boxes, rng = load("addon.boxes"), np.random.default_rng(seed)
    box = boxes.Box(rng.normal(size=3), rotation(seed), rng.uniform(0.2, 3, 3))
    prop = rng.normal(size=(60, 3)) * rng.uniform(0.2, 2, 3)
    placed = boxes.fit(prop, box, stretch)
    local = ((prop * placed.scale) @ placed.axes.T + placed.location - box.foot) @ box.axes
    sides = np.ptp(local, axis=0)
    assert local[:, 2].min() == pytest.approx(0) and (local.min(0) + local.max(0))[:2] == pytest.approx([0, 0])
    assert (sides <= box.size * (1 + 1e-9)).all()
    assert (sides / box.size).max() == pytest.approx(1)
    if stretch:
        assert sides == pytest.approx(box.size)


@pytest.mark.parametrize("yaw", [0, 90, 180, 270])
def test_among_yaws_that_fill_alike_the_placeholders_shape_decides(load, yaw):
    """An L-shaped prop is turned the way its L-shaped placeholder stands; a plain box leaves its front alone."""
    boxes = load("addon.boxes")
    box = boxes.Box(np.zeros(3), np.eye(3), np.ones(3))
    assert boxes.best_yaw(L_SHAPE, box, L_SHAPE @ boxes.turn(yaw).T) == yaw
    assert boxes.best_yaw(L_SHAPE, box, CUBE) == 0 and boxes.best_yaw(L_SHAPE, box) == 0
