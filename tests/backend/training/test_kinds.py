"""Tests of every kind of prop in the grammar: size of the program, one connected body, words that are not ambiguous."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import ndimage

from backend.training.kinds import FAMILIES, KINDS
from backend.training.programs import SLOT, STYLES, Builder
from backend.training.render import distance_grid, finish

MOST_ROWS = 24
GRID = 64
VARIANTS = [(seed, style) for seed in (1, 2) for style in ("plain", "ornate")]


def written(name: str, seed: int, style: str) -> Builder:
    b = Builder(np.random.default_rng(seed), style)
    KINDS[name].write(b)
    return b


@pytest.mark.parametrize("name", KINDS)
def test_program_is_small_and_paints_every_slot(name: str) -> None:
    """Every variant in every style has at most 24 rows, uses every slot it declares, and leads with one main slot."""
    for seed in range(6):
        for style in STYLES:
            b = written(name, seed, style)
            assert 2 <= len(b.rows) <= MOST_ROWS, (name, seed, style, len(b.rows))
            used = {int(row[SLOT]) for row in b.rows} | {list(b.slots).index(s.like) for s in b.slots.values() if s.like}
            unused = [slot for i, slot in enumerate(b.slots) if i not in used]
            assert not unused, (name, seed, style, unused)
            assert [slot.main for slot in b.slots.values()].count(True) == 1, (name, seed, style)


@pytest.mark.parametrize("name", KINDS)
def test_prop_is_one_body_of_sane_proportions(name: str) -> None:
    """The largest connected body holds at least 99 % of the solid cells, and no side of the prop is a mere sliver."""
    for seed, style in VARIANTS:
        program = finish(written(name, seed, style).program())
        solid = distance_grid(program, GRID, 1.0) < 0.5 / GRID  # a quarter of a cell, so that touching parts touch
        labels, _ = ndimage.label(solid, structure=np.ones((3, 3, 3)))
        sizes = np.bincount(labels.reshape(-1))[1:]
        assert sizes.max() >= 0.99 * sizes.sum(), (name, seed, style, sizes[:6])
        filled = np.argwhere(solid)
        width, depth, height = (filled.max(0) - filled.min(0) + 1) * 2 / GRID
        assert max(width, height) > 0.6, (name, seed, style, width, depth, height)
        assert min(width, height) > 0.08, (name, seed, style, width, depth, height)
        assert depth > 0.05, (name, seed, style, depth)


def test_no_name_belongs_to_two_kinds() -> None:
    """A name, taught or held out, names one kind only, is lower case, and is listed once."""
    words = Counter(word for name, kind in KINDS.items() for word in (name, *kind.synonyms, *kind.held_out))
    assert [word for word, n in words.items() if n > 1] == []
    assert [word for word in words if word != word.lower() or word != word.strip()] == []


def test_every_kind_has_words_for_training_and_for_testing() -> None:
    """Each kind has at least 3 taught synonyms and one name kept for the evaluation, and sits in one family."""
    poor = [name for name, kind in KINDS.items() if len(kind.synonyms) < 3 or not kind.held_out]
    assert poor == []
    assert sum(len(family) for family in FAMILIES.values()) == len(KINDS)
