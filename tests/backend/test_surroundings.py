"""Props stand around another one as they are said to: at its sides, under it, leaning against it, hung on it."""

from __future__ import annotations

import numpy as np
import pytest

from backend.assembly import joined
from backend.bodies import Body, box, stood
from backend.surroundings import GROUND, LEAN_DEG, over, surrounded

from .test_layout import Shape, cuboid

CELL = 0.01


def table(wide: float, deep: float, tall: float) -> Shape:
    """A board on four legs."""
    shapes = [(cuboid(wide, deep, 0.05), (0.0, 0.0, tall - 0.05))]
    for x in (-1, 1):
        for y in (-1, 1):
            shapes.append((cuboid(0.05, 0.05, tall), (x * (wide / 2 - 0.025), y * (deep / 2 - 0.025), 0.0)))
    starts = np.cumsum([0, *(len(v) for (v, _), _ in shapes)])
    return np.concatenate([v + np.array(at) for (v, _), at in shapes]), np.concatenate(
        [f + start for ((_, f), _), start in zip(shapes, starts, strict=False)]
    )


def around(body: Body, how: str, *ones: Body, instead: dict[int, str] | None = None) -> list[Body]:
    """What stands so around a body, each by itself."""
    return [(placed,) for placed in surrounded(body, {how: ones}, CELL, {} if instead is None else instead)]


@pytest.mark.parametrize(
    ("side", "axis", "sign"), [("before", 1, -1), ("behind", 1, 1), ("left", 0, -1), ("right", 0, 1)]
)
def test_sides_are_those_seen_from_the_front(side: str, axis: int, sign: int) -> None:
    """On the ground, wholly on that side and near, in line with the middle; two of them next to each other."""
    house, dog = stood(0, *cuboid(2.0, 1.5, 2.0)), stood(1, *cuboid(0.3, 0.5, 0.4))
    (one,) = around(house, side, dog)
    (low, high), (near, far) = box(house), box(one)
    gap = near[axis] - high[axis] if sign > 0 else low[axis] - far[axis]
    assert 0 < gap < 0.3 and near[2] == 0 and (near + far)[1 - axis] / 2 == pytest.approx(0.0)
    a, b = (box(found) for found in around(house, side, dog, dog))
    assert ((a[1] <= b[0]) | (b[1] <= a[0]))[:2].any()


def test_two_flank_it() -> None:
    """One on the left and one on the right."""
    bed, stand = stood(0, *cuboid(1.6, 2.0, 0.5)), stood(1, *cuboid(0.4, 0.4, 0.5))
    left, right = (box(one) for one in around(bed, "flanking", stand, stand))
    assert left[1][0] < -0.8 and right[0][0] > 0.8


def test_a_thing_goes_under_a_table_but_not_through_it() -> None:
    """What fits stands below the board between the legs; what is a little too high is made smaller; a tower stands beside."""
    body = stood(0, *table(1.2, 0.8, 0.7))
    for tall, expected in ((0.5, 0.5), (0.8, 0.56), (3.0, 3.0)):
        instead: dict[int, str] = {}
        (one,) = around(body, "under", stood(1, *cuboid(0.3, 0.3, tall)), instead=instead)
        low, high = box(one)
        assert high[2] == pytest.approx(expected, abs=0.02) and low[2] == pytest.approx(0.0)
        inside = bool((np.abs(low + high)[:2] / 2 < 0.1).all())
        assert inside == (tall < 1) == (instead != {1: GROUND}), tall
        if not inside:
            assert high[1] < -0.4  # before it


def test_two_things_under_a_table_do_not_meet() -> None:
    """The second has a place of its own."""
    body, crate = stood(0, *table(1.2, 0.8, 0.7)), stood(1, *cuboid(0.3, 0.3, 0.4))
    a, b = (box(one) for one in around(body, "under", crate, crate))
    assert ((a[1] <= b[0] + CELL) | (b[1] <= a[0] + CELL))[:2].any()


def test_a_pole_leans_against_a_wall_and_a_barrel() -> None:
    """Its foot is on the ground away from the wall, its head touches it; against what is not broad it leans from the left."""
    pole = stood(1, *cuboid(0.04, 0.04, 1.0))
    for shape, axis in ((cuboid(2.0, 0.2, 2.0), 1), (cuboid(0.6, 0.6, 0.9), 0)):
        body = stood(0, *shape)
        (one,) = around(body, "against", pole)
        low, (near, far) = box(body)[0], box(one)
        assert near[2] == pytest.approx(0.0, abs=0.01)
        foot = one[0].vertices[one[0].vertices[:, 2] < 0.2].max(0)[axis]
        assert foot < low[axis] - 0.5 * np.sin(np.radians(LEAN_DEG)), "the foot stands off"
        reach = far[axis] - low[axis]
        assert -0.03 < reach < (0.03 if axis == 1 else 0.06), "it touches and goes no deeper than its own thickness"


def test_two_lean_side_by_side_and_one_hangs_upright() -> None:
    """Neighbours keep apart; what hangs touches the wall, clear of the ground, and is no wider than seven tenths of it."""
    wall, shield = stood(0, *cuboid(2.0, 0.2, 2.0)), stood(1, *cuboid(0.6, 0.1, 0.6))
    a, b = (box(one) for one in around(wall, "against", shield, shield))
    assert a[1][0] <= b[0][0]
    for wide, expected in ((0.6, 0.6), (4.0, 1.4)):
        (one,) = around(wall, "hung", stood(1, *cuboid(wide, 0.1, 0.3)))
        low, high = box(one)
        assert high[1] == pytest.approx(-0.1, abs=0.005) and low[2] > 0.9
        assert (high - low)[0] == pytest.approx(expected, abs=0.01)


def test_what_is_over_a_thing_stands_over_it_or_floats() -> None:
    """A table stands over a stool below it; a lamp floats above the middle, a picture above the back edge."""
    stool, sofa = stood(0, *cuboid(0.3, 0.3, 0.4)), stood(0, *cuboid(1.8, 0.9, 0.8))
    low, high = box(over(stood(1, *table(1.2, 0.8, 0.7)), stool, CELL))
    assert low[2] == pytest.approx(0.0) and high[2] == pytest.approx(0.7) and np.abs(low + high)[:2].max() < 0.3
    low, high = box(over(stood(1, *cuboid(0.4, 0.4, 0.4)), sofa, CELL))
    assert low[2] == pytest.approx(0.8 + 0.5 * 0.6) and np.abs(low + high)[:2].max() == pytest.approx(0.0, abs=1e-6)
    low, high = box(over(stood(1, *cuboid(0.6, 0.05, 0.4)), sofa, CELL))
    assert low[2] > 0.8 and high[1] == pytest.approx(0.45)


def test_a_thing_hangs_from_what_overhangs() -> None:
    """Two bells hang from the middle of a gate's beam, apart and clear of the ground; from a wall one hangs on its front."""
    beam, post = cuboid(2.0, 0.3, 0.2), cuboid(0.2, 0.3, 1.8)
    gate = stood(0, *joined([(beam[0] + [0, 0, 1.8], beam[1]), *((post[0] + [x, 0, 0], post[1]) for x in (-0.9, 0.9))]))
    bell = stood(1, *cuboid(0.2, 0.2, 0.3))
    a, b = (box(one) for one in around(gate, "hanging", bell, bell))
    for low, high in (a, b):
        assert high[2] == pytest.approx(1.8, abs=0.01) and np.abs(low + high)[0] / 2 < 0.4
    assert ((a[1] <= b[0] + CELL) | (b[1] <= a[0] + CELL))[:2].any()
    (one,) = around(stood(0, *cuboid(2.0, 0.2, 2.0)), "hanging", bell)
    low, high = box(one)
    assert high[1] == pytest.approx(-0.1, abs=0.01) and low[2] > 0.5
