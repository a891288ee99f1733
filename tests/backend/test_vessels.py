"""Things that are said to be in a vessel lie in it, and where that cannot be it is told."""

from __future__ import annotations

import pytest

from backend.language.standing import MANY
from backend.layout import arrange
from backend.surroundings import TOP

from .test_layout import boxes, cuboid, cup, one


def test_what_cannot_lie_in_is_told() -> None:
    """An apple in a closed box is told to lie on top; in a bowl, and a sword stuck in a rock, are where they should be."""
    apple, blade = cuboid(0.08, 0.08, 0.08), cuboid(0.08, 0.02, 1.0)
    for kind, shape, base, expected in (
        ("apple", apple, cuboid(0.5, 0.5, 0.5), {0: TOP}),
        ("apple", apple, cup(0.15, 0.14, 0.01), {}),
        ("apple", apple, cup(0.3, 0.2, 0.01), {}),  # whose rim is a fifteenth of the plan
        ("sword", blade, cuboid(0.5, 0.5, 0.5), {}),
    ):
        instead: dict[int, str] = {}
        body = arrange([one(kind, relation="in", to=1), one("thing")], [shape, base], 0, instead)
        assert instead == expected, kind
        assert not expected or boxes(body, 0)[0][0][2] == pytest.approx(0.5, abs=0.01)


def test_each_of_two_vessels_is_filled() -> None:
    """Apples for two barrels lie in both of them."""
    members = [one("barrel", count=2), one("apple", count=4, relation="in", to=0)]
    body = arrange(members, [cup(0.15, 0.14, 0.01), cuboid(0.14, 0.14, 0.08)], 0)
    vessels, apples = boxes(body, 0), boxes(body, 1)
    within = [
        sum(bool((a[0][:2] > v[0][:2] - 0.01).all() and (a[1][:2] < v[1][:2] + 0.01).all()) for a in apples)
        for v in vessels
    ]
    assert within == [2, 2]


def test_heaps_of_coins_lie_side_by_side() -> None:
    """As many as there is room for: heaps in a wide bowl start at its sides, none floats on the first in the middle."""
    heap = cuboid(0.1, 0.1, 0.05)
    body = arrange([one("bowl"), one("coin pile", count=MANY, relation="in", to=0)], [cup(0.3, 0.1, 0.02), heap], 0)
    heaps = boxes(body, 1)
    on_the_floor = [low for low, _ in heaps if low[2] < 0.03]
    assert len(on_the_floor) >= 3
