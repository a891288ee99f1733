"""Tests of compositions: the joined program is the union of its parts, holds together, and says what it is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from backend.training.compositions import (
    CONTENT,
    HOLLOW,
    MOST_ROWS,
    RELATIONS,
    STACKED,
    SUPPORTS,
    compose,
    draw_prop,
    join,
    moved,
)
from backend.training.kinds import KINDS
from backend.training.programs import NEW, SLOT, rotation
from backend.training.render import distance, distance_grid, finish

POINTS = np.random.default_rng(5).uniform(-1.2, 1.2, (200, 3))


def distances(program, points) -> np.ndarray:
    return np.array([distance(program, *point)[0] for point in points.astype(np.float32)])


def test_moving_a_prop_moves_its_distance_field() -> None:
    """The moved program's distance at R (s x) + t is s times the first one's at x."""
    prop = draw_prop("chair", np.random.default_rng(1), "plain")
    turn, shift = rotation((0, 0, 40)), np.array([0.3, -0.2, 0.5])
    placed = moved(prop.program, 0.6, 40.0, shift)
    there = (turn @ (0.6 * POINTS.T)).T + shift
    assert np.abs(distances(placed, there) - 0.6 * distances(prop.program, POINTS)).max() < 2e-4


def test_joining_is_the_union_and_keeps_both_paints_apart() -> None:
    """The joined distance is the smaller of the two, and every row keeps its own slot under the merged numbering."""
    rng = np.random.default_rng(2)
    a, b = draw_prop("cat", rng, "plain"), draw_prop("crate", rng, "plain")
    far = moved(b.program, 0.7, 15.0, np.array([0.4, 0.1, -0.5]))
    program, slots = join(a, b, [a.program, far])
    both = np.minimum(distances(a.program, POINTS), distances(far, POINTS))
    assert np.abs(distances(program, POINTS) - both).max() < 1e-5
    names = list(slots)
    first = [names[int(row[SLOT])] for row in program[: len(a.program)]]
    second = [names[int(row[SLOT])] for row in program[len(a.program) :]]
    assert first == [list(a.builder.slots)[int(row[SLOT])] for row in a.program]
    assert second == ["crate " + list(b.builder.slots)[int(row[SLOT])] for row in b.program]
    assert [slot.word for name, slot in slots.items() if name == "crate body"] == ["crate"]


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_composition_is_one_small_body(relation: str, seed: int) -> None:
    """At most 40 rows, valid slots with one leading, and 99 % of the solid cells in one connected body."""
    made = compose(np.random.default_rng(seed), "plain", relation)
    assert 2 <= len(made.program) <= MOST_ROWS and made.program[0, NEW] == 1
    assert made.program[:, SLOT].max() < len(made.slots)
    assert [slot.main for slot in made.slots.values()].count(True) == 1
    assert all(slot.like in made.slots for slot in made.slots.values() if slot.like)
    cells = distance_grid(finish(made.program), 72, 1.0) < 0.5 / 72
    sizes = np.bincount(ndimage.label(cells, np.ones((3, 3, 3)))[0].reshape(-1))[1:]
    assert sizes.max() >= 0.99 * sizes.sum(), (made.description, sizes[:5])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_stands_on_something_is_above_it(seed: int) -> None:
    """The rows of the leading kind lie above those of the other: their solid's mean height is greater."""
    made = compose(np.random.default_rng(seed), "plain", "on")
    cut = next(i for i, row in enumerate(made.program) if list(made.slots)[int(row[SLOT])].startswith(made.other + " "))
    heights = []
    for part in (made.program[:cut], made.program[cut:]):
        inside = np.argwhere(distance_grid(np.ascontiguousarray(part), 56, 2.0) < 0.02)
        heights.append(inside[:, 2].mean())
    assert heights[0] > heights[1] + 3, (made.description, heights)
    assert made.description == f"{made.description.split()[0]} {made.kind} {made.phrases[-1]}"


def test_every_name_in_the_lists_is_a_kind() -> None:
    """Supports, stacks, containers and contents all name kinds of the grammar."""
    assert [name for name in (*SUPPORTS, *STACKED, *HOLLOW, *CONTENT) if name not in KINDS] == []


def test_stacks_count_what_they_say() -> None:
    """ "a stack of three crates" holds three copies of the same rows, each at its own height."""
    for seed in range(4):
        made = compose(np.random.default_rng(seed), "plain", "stack")
        count = ("one", "two", "three", "four").index(made.description.split()[3]) + 1
        rows = len(made.program) // count
        copies = made.program.reshape(count, rows, -1)
        assert (copies[:, :, SLOT] == copies[0, :, SLOT]).all() and (copies[:, :, 0] == copies[0, :, 0]).all()
        heights = copies[:, 0, 32] + 0.0
        assert (np.diff(heights) > 0.02).all(), (made.description, heights)
