"""Tests of the rendered shapes on disk: compositions are drawn, stored and always named."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.language.brief import ITEMS
from backend.training import dataset

KINDS = ["crate", "cat", "rubber duck", "mug", "apple", "barrel", "basket"]


def test_every_caption_of_a_composition_names_its_company() -> None:
    """A shard keeps compositions, and each of their captions names the other kind, or says that the kind is stacked."""
    rng = np.random.default_rng(0)
    drawn = [dataset.draw_composition(KINDS, rng) for _ in range(4)]
    made = dataset.render_all(drawn, 16)
    assert {shape.kind for shape in made} <= set(KINDS)
    for shape in made:
        assert shape.company
        for _ in range(20):
            brief = dataset.paint_sample(shape, rng).brief
            said = {item.noun for item in brief.items[1:]} | set(brief.items[0].modifiers)
            assert shape.company in said
            assert len(brief.items) <= ITEMS


def test_compositions_survive_a_shard(tmp_path: Path) -> None:
    """What a shard stores of a composition is read back: its company and its buffers."""
    dataset.write_shard(tmp_path / "shard-0.npz", KINDS, 5, 16, compositions=3)
    shapes = dataset.Shapes(tmp_path).shapes
    assert [bool(shape.company) for shape in shapes] == [False] * len(KINDS) + [True] * 3
    assert all((shape.part[:, 4:12, 4:12] >= 0).any() for shape in shapes)
