"""Teaching the sketch: what a picture tells of all views, in coarse cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from backend.language.brief import Brief, Item, Vocabulary
from backend.priors.sketch import Sketch, SketchSize
from backend.training import sketch
from backend.training.captions import vocabulary
from backend.training.command import SIZES
from backend.training.dataset import draw_kind, write_shard
from backend.training.render import buffers, finish
from backend.training.sketch import PICTURES, TEST, Lessons, errors, lessons, means_by_word, seen, teach, teach_sketch
from backend.training.trainer import SKETCH_FILE

SIZE = SketchSize(size_px=32, cells=8, trunk=(16, 24, 32, 48), dense=128)


WORDS = Vocabulary(vocabulary().words)
KINDS = ("crate", "mug", "sword")


@pytest.fixture(scope="module")
def given() -> Lessons:
    return lessons(KINDS, WORDS, SIZE, 36)


def test_lessons_are_what_the_views_average_to(given: Lessons) -> None:
    """Every cell is the mean of its pixels of the encoded maps, whatever the picture's side; a second picture of a shape
    shows other paint from elsewhere, and its solid views are the same."""
    prop = draw_kind("mug", np.random.default_rng(4))
    first, second = seen(prop, WORDS, SIZE, np.random.default_rng(5))
    assert first[0].shape == (4, 32, 32) and not torch.equal(first[0], second[0])
    assert torch.equal(first[1][:, 3], second[1][:, 3]) and not torch.equal(first[1][:, :3], second[1][:, :3])
    solid = buffers(finish(prop.made.program), prop.axes[:6], 16)[0] >= 0
    slow = [[solid[:, 2 * r : 2 * r + 2, 2 * c : 2 * c + 2].mean((1, 2)) for c in range(8)] for r in range(8)]
    assert np.allclose((first[1][:, 3].numpy() / 127 + 1) / 2, np.moveaxis(slow, 2, 0), atol=0.005)
    assert int(first[2]) == int(second[2]) == WORDS.encode([Brief((Item("mug"),))])[0, 0, 0]
    assert len(given.word) == 36 * PICTURES and int(given.test.sum()) == 36 // TEST * PICTURES


def test_a_sketch_learns_to_look(given: Lessons) -> None:
    """Taught on few shapes it beats every kind's mean on their own pictures, and shown another shape's picture it does not."""
    torch.manual_seed(0)
    network = Sketch(SIZE)
    list(teach(network, given, passes=60, batch=16))
    pictures, views, word = given.some(torch.nonzero(~given.test)[:, 0])
    apart = (means_by_word(given)[word] - views).pow(2).mean()
    with torch.no_grad():
        right = (network(pictures, word) - views).pow(2).mean()
        other = (network(pictures.roll(6, 0), word) - views).pow(2).mean()
    assert float(right) < 0.7 * float(apart) < float(other)
    assert not any(p.requires_grad for p in network.parameters())


def test_errors_are_those_of_lessons_kept_back(given: Lessons) -> None:
    """A sketch of nothing but zeros errs by the mean square of the views kept back; the mean of kinds is measured beside."""
    network = Sketch(SIZE)
    torch.nn.init.zeros_(network.cells.weight)
    torch.nn.init.zeros_(network.cells.bias)
    found = errors(network, given, means_by_word(given))
    kept = given.views[given.test].float() / 127
    assert found["all"] == pytest.approx(float(kept.pow(2).mean()), rel=1e-4)
    means = means_by_word(given)[given.word[given.test]]
    assert found["geometry_by_kind"] == pytest.approx(float((means - kept)[:, :, [3, 7]].pow(2).mean()), rel=1e-4)


def test_a_run_keeps_its_sketch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taught for a run is written beside its checkpoints, fits the network of its size, and goes on with the stored
    shapes that the trainer does not keep out."""
    lines = list(teach_sketch(tmp_path / "run", KINDS, SIZES["tiny"], shapes=12, passes=1))
    assert "24 pictures" in lines[0] and "geometry" in lines[-1]
    first = load_file(tmp_path / "run" / SKETCH_FILE)
    Sketch(SIZES["tiny"].sketch_size).load_state_dict(first)
    folder = tmp_path / "shapes"
    folder.mkdir()
    write_shard(folder / "shard-0.npz", ["crate", "mug"] * 4, 3, 16)
    monkeypatch.setattr(sketch, "HELD_OUT", 3)
    lines = list(teach_sketch(tmp_path / "run", KINDS, SIZES["tiny"], shapes=12, passes=1, stored=folder))
    assert f"{(12 + 8 - 3) * PICTURES} pictures, {PICTURES} kept back" in lines[0]
    second = load_file(tmp_path / "run" / SKETCH_FILE)
    moved = max(float((second[name] - first[name]).abs().max()) for name in first)
    assert 0 < moved < 0.1  # it went on from where it was
