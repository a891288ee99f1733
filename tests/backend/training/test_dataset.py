"""Tests of the rendered shapes on disk: compositions are drawn, stored and always named."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.language.brief import ITEMS, Vocabulary
from backend.training import dataset
from backend.training.batches import batch_of

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


def test_a_view_is_exchanged_for_one_from_any_side(tmp_path: Path) -> None:
    """Where it is asked for, one view of an object is what the shape's last camera sees, and the cameras say so."""
    dataset.write_shard(tmp_path / "shard-0.npz", KINDS, 5, 16)
    shapes, rng = dataset.Shapes(tmp_path).shapes, np.random.default_rng(0)
    samples = [dataset.paint_sample(shape, rng) for shape in shapes]
    exchanged = np.arange(len(shapes)) % 2 == 0
    words = Vocabulary(tuple(KINDS))
    batch = batch_of(samples, [shape.axes[-1] for shape in shapes], words, exchanged, rng)
    for i, (shape, sample) in enumerate(zip(shapes, samples, strict=True)):
        moved = (batch.cameras[i] != dataset.rig().world_from_camera).flatten(1).any(1)
        assert int(moved.sum()) == int(exchanged[i])
        assert np.array_equal(batch.maps[i, ~moved], sample.maps[~moved.numpy()])
        if exchanged[i]:
            assert np.array_equal(batch.maps[i, moved][0], sample.elsewhere)
            assert np.allclose(batch.cameras[i, moved][0, :3, :3].T, shape.axes[-1])
            assert np.allclose(batch.cameras[i, moved][0, :3, 3], 2 * shape.axes[-1][2])


def test_a_camera_from_any_side_changes_no_shape(tmp_path: Path) -> None:
    """Shards of a seed hold the shapes that they held before they had such a camera, which stands anywhere but far below."""
    dataset.write_shard(tmp_path / "shard-0.npz", ["mug", "crate"], 5, 16)
    rng = np.random.default_rng(5)
    drawn = [dataset.draw_kind(kind, rng) for kind in ("mug", "crate")]
    for shape, one in zip(dataset.Shapes(tmp_path).shapes, drawn, strict=True):
        assert np.array_equal(shape.axes[:-1], one.axes) and len(shape.axes) == dataset.VIEWS + 2
    backs = np.stack([dataset.any_view(rng)[2] for _ in range(200)])
    assert (
        backs[:, 2].min() > -0.65 and backs[:, 2].max() > 0.9 and backs[:, 1].max() > 0.5 and backs[:, 1].min() < -0.5
    )
