"""Tests of every kind of prop in the grammar: size of the program, one connected body, words that are not ambiguous."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from numba import njit, prange
from numpy.typing import NDArray
from scipy import ndimage

from backend.training.kinds import FAMILIES, KINDS, further_names
from backend.training.programs import SLOT, STYLES, Builder
from backend.training.render import distance, distance_grid, finish

MOST_ROWS = 24
GRID = 64  # cells along each side of [-1, 1]^3
BLOCK = 4  # cells along a side of the blocks that are skipped when the surface is far away
TOUCH = 0.5 / GRID  # a quarter of a cell, so that parts which touch are one body
VARIANTS = [(seed, style) for seed in (1, 2) for style in ("plain", "ornate")]


def written(name: str, seed: int, style: str) -> Builder:
    b = Builder(np.random.default_rng(seed), style)
    KINDS[name].write(b)
    return b


@njit(parallel=True)
def solid_cells(program, touch):
    """(GRID, GRID, GRID) bool: distance < touch at the cell centres; whole blocks at once where the surface is far."""
    out = np.zeros((GRID, GRID, GRID), np.bool_)
    step = 2.0 / GRID
    reach = 1.5 * BLOCK * step * 0.5 * math.sqrt(3.0)
    for a in prange(GRID // BLOCK):
        for b in range(GRID // BLOCK):
            for c in range(GRID // BLOCK):
                i, j, k = a * BLOCK, b * BLOCK, c * BLOCK
                half = BLOCK * step / 2 - 1.0
                d, _ = distance(program, i * step + half, j * step + half, k * step + half)
                if d > reach + touch:
                    continue
                for x in range(i, i + BLOCK):
                    for y in range(j, j + BLOCK):
                        for z in range(k, k + BLOCK):
                            inside = d < -reach
                            if not inside:
                                at = (x + 0.5) * step - 1.0, (y + 0.5) * step - 1.0, (z + 0.5) * step - 1.0
                                inside = distance(program, at[0], at[1], at[2])[0] < touch
                            out[x, y, z] = inside
    return out


def solid(name: str, seed: int, style: str) -> NDArray[np.bool_]:
    return solid_cells(finish(written(name, seed, style).program(), cells=20), TOUCH)


@pytest.mark.parametrize("name", ["crate", "chair", "crown", "pumpkin"])
def test_skipping_blocks_changes_nothing(name: str) -> None:
    """The blockwise grid equals the full one, cell by cell."""
    program = finish(written(name, 3, "plain").program(), cells=20)
    assert np.array_equal(solid_cells(program, TOUCH), distance_grid(program, GRID, 1.0) < TOUCH)


@pytest.mark.parametrize("name", KINDS)
def test_program_is_small_and_paints_every_slot(name: str) -> None:
    """Every variant in every style has at most 24 rows, uses every slot it declares, and leads with one main slot."""
    for seed in range(3):
        for style in STYLES:
            b = written(name, seed, style)
            assert 2 <= len(b.rows) <= MOST_ROWS, (name, seed, style, len(b.rows))
            used = {int(row[SLOT]) for row in b.rows} | {
                list(b.slots).index(s.like) for s in b.slots.values() if s.like
            }
            unused = [slot for i, slot in enumerate(b.slots) if i not in used]
            assert not unused, (name, seed, style, unused)
            assert [slot.main for slot in b.slots.values()].count(True) == 1, (name, seed, style)


@pytest.mark.parametrize("name", KINDS)
def test_prop_is_one_body_of_sane_proportions(name: str) -> None:
    """The largest connected body holds at least 99 % of the solid cells, and no side of the prop is a mere sliver."""
    for seed, style in VARIANTS:
        cells = solid(name, seed, style)
        labels, _ = ndimage.label(cells, structure=np.ones((3, 3, 3)))
        sizes = np.bincount(labels.reshape(-1))[1:]
        assert sizes.max() >= 0.99 * sizes.sum(), (name, seed, style, sizes[:6])
        filled = np.argwhere(cells)
        width, depth, height = (filled.max(0) - filled.min(0) + 1) * 2 / GRID
        assert max(width, height) > 0.6, (name, seed, style, width, depth, height)
        assert min(width, height) > 0.08, (name, seed, style, width, depth, height)
        assert depth > 0.05, (name, seed, style, depth)


def test_no_name_belongs_to_two_kinds() -> None:
    """A name, taught or held out, names one kind only, is lower case, and is listed once."""
    words = Counter(word for name, kind in KINDS.items() for word in (name, *kind.synonyms, *kind.held_out))
    assert [word for word, n in words.items() if n > 1] == []
    assert [word for word in words if word != word.lower() or word != word.strip()] == []
    assert set(further_names()) <= set(KINDS)  # a misspelt kind's names would be lost unseen


def test_every_kind_has_words_for_training_and_for_testing() -> None:
    """Each kind has at least 3 taught synonyms and one name kept for the evaluation, and sits in one family."""
    poor = [name for name, kind in KINDS.items() if len(kind.synonyms) < 3 or not kind.held_out]
    assert poor == []
    assert sum(len(family) for family in FAMILIES.values()) == len(KINDS)
