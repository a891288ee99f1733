"""Teaching the sketch: what a picture tells of all views, in coarse cells."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from backend.cameras import rig
from backend.language.brief import Brief, Item, Vocabulary
from backend.priors.sketch import Sketch, SketchSize
from backend.training import command, sketch
from backend.training.captions import vocabulary
from backend.training.command import SIZES
from backend.training.dataset import draw_kind, write_shard
from backend.training.render import buffers, finish
from backend.training.sketch import (
    PICTURES,
    TEST,
    Lessons,
    errors,
    in_mirror,
    lessons,
    means_by_word,
    mirrored_rig,
    seen,
    teach,
    teach_sketch,
)  # fmt: skip
from backend.training.trainer import SKETCH_FILE

SIZE = SketchSize(size_px=32, cells=8, trunk=(16, 24, 32, 48), dense=128, towards=64)


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


def test_the_mirrored_rig_sees_the_mirror_image() -> None:
    """In the mirror, what the mirrored cameras see of a prop is, flipped, what the rig's own partners see, normals turned with
    it; the picture and the direction to its camera are flipped too."""
    program = finish(draw_kind("mug", np.random.default_rng(4)).made.program)
    axes = rig().axes.numpy()
    own, other = (buffers(program, np.ascontiguousarray(a, np.float32), 16) for a in (axes, mirrored_rig()))
    shown = np.zeros((len(axes), 13, 16, 16), np.float32)
    shown[:, 3], shown[:, 4:7] = other[0] >= 0, np.moveaxis(other[1], -1, 1)
    towards = np.array([0.6, -0.8, 0.0], np.float32)
    picture, maps, turned = in_mirror(np.arange(4 * 16 * 16, dtype=np.float32).reshape(4, 16, 16), shown, towards)
    for view, partner in enumerate((0, 3, 2, 1, 4)):  # the sixth has none
        solid = own[0][partner][:, ::-1] >= 0
        assert np.array_equal(maps[view, 3] > 0.5, solid)
        expected = np.moveaxis(own[1][partner][:, ::-1], -1, 0) * np.array([-1, 1, 1])[:, None, None]
        assert np.abs((maps[view, 4:7] - expected)[:, solid]).max() < 1e-3
    assert picture[0, 0, 0] == 15 and np.allclose(turned, [-0.6, -0.8, 0.0])


def test_a_sketch_tells_from_where_the_picture_was_taken(given: Lessons) -> None:
    """Taught on few pictures it knows the directions to their cameras better than the directions' own mean does."""
    torch.manual_seed(0)
    network = Sketch(SIZE)
    list(teach(network, given, passes=60, batch=16))
    pictures, _, word, towards = given.some(torch.nonzero(~given.test)[:, 0])
    with torch.no_grad():
        missed = (network.viewpoint(pictures, word) - towards).pow(2).sum(1).mean()
    assert float(missed) < 0.5 * float((towards - towards.mean(0)).pow(2).sum(1).mean())
    assert torch.allclose(towards.norm(dim=1), torch.ones(len(towards)), atol=1e-5)


def test_going_on_needs_a_sketch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked to go on with the sketch of a run that has none, the command says so in a sentence and fails."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    asked = ["--run", str(tmp_path), "--data", str(tmp_path), "--size", "tiny", "--sketch-again"]
    assert command.main(parser.parse_args(asked)) == 2
    assert "no sketch to go on with" in capsys.readouterr().err


def test_a_sketch_learns_to_look(given: Lessons) -> None:
    """Taught on few shapes it beats every kind's mean on their own pictures, and shown another shape's picture it does not."""
    torch.manual_seed(0)
    network = Sketch(SIZE)
    list(teach(network, given, passes=60, batch=16))
    pictures, views, word, _ = given.some(torch.nonzero(~given.test)[:, 0])
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
