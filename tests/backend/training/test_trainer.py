"""The trainer, rehearsed at a tiny size: it learns, resumes exactly, cools down, and what it publishes loads."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from backend.language.brief import Brief, Item
from backend.priors import loader
from backend.priors.multiview import LEXICON, MODEL
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.priors.sketch import Sketch
from backend.training import command, preview, trainer
from backend.training.batches import Batches, feed
from backend.training.checkpoint import load_ema, load_state
from backend.training.dataset import Shapes, paint_sample, write_shard
from backend.training.extend import begin_from, name_as_nearest, nearest_kinds
from backend.training.kinds import KINDS
from backend.training.preview import CAPTIONS, CELL_PX
from backend.training.publish import Earlier, card, errors_of, weights_of
from backend.training.trainer import Pace, Recipe, train

TINY = Architecture(size_px=16, fine=2, merge=2, fine_width=32, width=64, depth=2, heads=2, fine_blocks=1)
RECIPE = Recipe(batch=8, rate=3e-3, warmup=5)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one shard of 12 objects at 16 px."""
    folder = tmp_path_factory.mktemp("shapes")
    write_shard(folder / "shard-0.npz", ["crate", "barrel", "mug"] * 4, 3, 16)
    return folder


@pytest.fixture(autouse=True)
def few_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "HELD_OUT", 3)


@pytest.fixture(autouse=True)
def no_previews(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets of fused props, seconds each, are drawn by the one test that looks at them."""
    if request.function is not test_a_run_leaves_previews:
        monkeypatch.setattr(trainer, "draw_preview", lambda *_: None)


def curves(run: Path) -> list[dict[str, float]]:
    with (run / "curves.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def test_shapes_are_stored_as_they_were_rendered(data: Path) -> None:
    """A shard read back repaints to a valid G-buffer: binary alpha, unit normals, depth inside the frame."""
    shapes = Shapes(data)
    assert len(shapes) == 12 and shapes.shapes[0].kind == "crate"
    sample = paint_sample(shapes.shapes[0], np.random.default_rng(0))
    alpha = sample.maps[:, 3]
    assert set(np.unique(alpha)) == {0.0, 1.0} and 0.1 < alpha.mean() < 0.8
    lengths = np.linalg.norm(sample.maps[:, 4:7], axis=1)[alpha > 0]
    assert lengths == pytest.approx(1.0, abs=0.02)
    assert np.abs(sample.maps[:, 7]).max() <= 1.0
    assert sample.brief.kind == "crate"


def test_the_same_shape_takes_many_paints(data: Path) -> None:
    """Two paintings share geometry bit for bit and differ in colour."""
    shape = Shapes(data).shapes[1]
    a, b = (paint_sample(shape, np.random.default_rng(seed)).maps for seed in (1, 2))
    assert np.array_equal(a[:, 3:8], b[:, 3:8]) and not np.allclose(a[:, :3], b[:, :3])


def test_training_learns_and_resumes_exactly(data: Path, tmp_path: Path) -> None:
    """The held-out error falls; training in two sittings from a checkpoint ends where its counters say, bit for bit."""
    torch.set_num_threads(1)
    for samples in (8, 1200):
        list(train(tmp_path / "whole", data, TINY, RECIPE, samples, CPU))
    first, last = curves(tmp_path / "whole")
    assert last["mse_t0.3"] < 0.5 * first["mse_t0.3"] and last["mse_t0.9"] < 0.8 * first["mse_t0.9"]
    for name in ("a", "b"):
        list(train(tmp_path / name, data, TINY, RECIPE, 80, CPU))
        list(train(tmp_path / name, data, TINY, RECIPE, 160, CPU))
    a, b = load_ema(tmp_path / "a"), load_ema(tmp_path / "b")
    assert all(torch.equal(a[k], b[k]) for k in a)
    assert curves(tmp_path / "a")[-1]["samples"] == 160


def test_a_network_that_gained_parts_goes_on(data: Path, tmp_path: Path) -> None:
    """A run from before pooled conditioning, overlapping patches and the sketch goes on in a network that has them, and
    predicts the same until it has learned."""
    larger = replace(TINY, pooled=True, overlap=True, sketch=True)
    save_file(Sketch(larger.sketch_size).state_dict(), tmp_path / trainer.SKETCH_FILE)
    list(train(tmp_path, data, TINY, RECIPE, 80, CPU))
    old, new = (trainer.begin(architecture, RECIPE) for architecture in (TINY, larger))
    for state in (old, new):
        load_state(tmp_path, state)
    maps, references, *_ = next(feed(Batches(Shapes(data), trainer.vocabulary_of(tmp_path), 2, 0), 0))
    asked = (maps, torch.tensor([0.3, 0.9]), torch.ones(2, 8, 7, dtype=torch.long))
    cameras = trainer.rig().world_from_camera.expand(2, -1, -1, -1)
    for reference in (None, references):
        assert torch.equal(old.net(*asked, cameras, reference), new.net(*asked, cameras, reference))
    list(train(tmp_path, data, larger, RECIPE, 160, CPU))
    learned = load_ema(tmp_path)
    assert all(torch.equal(learned[f"sketch.{k}"], v) for k, v in load_file(tmp_path / trainer.SKETCH_FILE).items())
    assert all(
        learned[f"{name}.weight"].abs().max() > 0 for name in ("subject", "embed_around", "out_around", "sketched")
    )


def test_references_are_framed_as_in_use(data: Path) -> None:
    """The longer side of every reference takes 80 % of the frame, centred, as `frame_object` frames a user's picture."""
    for seed, shape in enumerate(Shapes(data).shapes):
        solid = paint_sample(shape, np.random.default_rng(seed)).reference[3] > 0.5
        rows, columns = np.nonzero(solid.any(1))[0], np.nonzero(solid.any(0))[0]
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        assert abs(longer - 0.8 * 16) <= 1.5
        assert abs(rows.min() + rows.max() - 15) <= 2 and abs(columns.min() + columns.max() - 15) <= 2


def test_cooling_down_ends_at_rate_zero(data: Path, tmp_path: Path) -> None:
    """A cool-down takes its number of samples, then stops; the rate at its end is zero."""
    list(train(tmp_path, data, TINY, RECIPE, 80, CPU))
    list(train(tmp_path, data, TINY, replace(RECIPE, cooldown=80), 0, CPU))
    counters = json.loads((tmp_path / "checkpoint" / "counters.json").read_text())
    assert counters["samples"] == 160 and counters["cooled"] == 80
    state = trainer.begin(TINY, RECIPE)
    state.cooled = 80
    assert trainer.rate_at(state, replace(RECIPE, cooldown=80)) == 0.0


def test_what_is_published_loads(data: Path, tmp_path: Path) -> None:
    """The published weights rebuild the network of the card, and the card tells kinds, licence and curves."""
    list(train(tmp_path, data, TINY, RECIPE, 16, CPU))
    told = card(tmp_path, ["crate"], {"crate", "red"}, "test")
    network = MultiViewTransformer(Architecture(**told["architecture"]))
    network.load_state_dict(load_ema(tmp_path))
    assert (
        told["format"] == loader.FORMAT
        and told["licence"]
        and "barrel" in told["untaught"]
        and "red" not in told["untaught"]
    )
    assert told["training"]["samples"] == 16 and MODEL.endswith(".safetensors")


def test_what_ships_may_be_a_mean_with_an_earlier_run(data: Path, tmp_path: Path) -> None:
    """Half of each where both have a parameter, the whole where the earlier run had none; the sketch is the run's own. The
    errors of weights are those that their run reports."""
    larger = replace(TINY, sketch=True)
    sketch = Sketch(larger.sketch_size).state_dict()
    (tmp_path / "new").mkdir()
    save_file(sketch, tmp_path / "new" / trainer.SKETCH_FILE)
    list(train(tmp_path / "old", data, TINY, RECIPE, 40, CPU))
    list(train(tmp_path / "new", data, larger, RECIPE, 80, CPU))
    old, new = load_ema(tmp_path / "old"), load_ema(tmp_path / "new")
    mean = weights_of(tmp_path / "new", Earlier(tmp_path / "old", 0.5))
    assert torch.allclose(mean["merge.weight"], (old["merge.weight"] + new["merge.weight"]) / 2, atol=1e-7)
    assert torch.equal(mean["sketched.weight"], new["sketched.weight"])
    assert all(torch.equal(mean[f"sketch.{name}"], tensor) for name, tensor in sketch.items())
    told = card(tmp_path / "new", ["crate"], set(), "test")
    reported = curves(tmp_path / "new")[-1]
    for name, error in errors_of(new, told, Shapes(data)).items():
        assert error == pytest.approx(reported[name], abs=2e-5)


def test_training_begins_from_what_was_published(data: Path, tmp_path: Path) -> None:
    """A new run takes a prior's weights, sketch, words and counts, and warms up anew; a run that exists stays as it is."""
    larger = replace(TINY, sketch=True)
    (tmp_path / "run").mkdir()
    save_file(Sketch(larger.sketch_size).state_dict(), tmp_path / "run" / trainer.SKETCH_FILE)
    list(train(tmp_path / "run", data, larger, RECIPE, 80, CPU))
    prior, new = tmp_path / "prior", tmp_path / "new"
    prior.mkdir()
    save_file(weights_of(tmp_path / "run", None), prior / MODEL)
    (prior / "prior.json").write_text(json.dumps(card(tmp_path / "run", sorted(KINDS), set(), "test")))
    shutil.copy(loader.EMBEDDED / LEXICON, prior)
    begin_from(prior, new)
    assert all(torch.equal(tensor, load_ema(tmp_path / "run")[name]) for name, tensor in load_ema(new).items())
    assert (new / "vocabulary.json").read_text() == (tmp_path / "run" / "vocabulary.json").read_text()
    state = trainer.begin(larger, RECIPE)
    load_state(new, state)
    assert (state.step, state.warm_from, state.samples) == (10, 10, 80)
    assert trainer.rate_at(state, RECIPE) == RECIPE.rate / RECIPE.warmup
    list(train(new, data, larger, RECIPE, 96, CPU))
    assert [row["samples"] for row in curves(new)] == [96]
    begin_from(prior, new)
    assert json.loads((new / "checkpoint" / "counters.json").read_text())["samples"] == 96


def test_new_kinds_begin_at_the_nearest_that_were_taught() -> None:
    """A prior that was never taught cars takes them for another of its kinds; the words of network and sketch move there."""
    told = loader.read_card(loader.EMBEDDED)
    told = told | {"kinds": [kind for kind in told["kinds"] if kind != "car"], "untaught": [*told["untaught"], "car"]}
    near = nearest_kinds(loader.EMBEDDED, told)
    assert near["car"] in told["kinds"] and not set(near) & set(told["kinds"])
    network, words = MultiViewTransformer(replace(TINY, sketch=True)), trainer.Vocabulary(("truck", "car"))
    for table in (network.words, network.sketch.word):
        torch.nn.init.normal_(table.weight)
    name_as_nearest(network, words, {"car": "truck"})
    for table in (network.words, network.sketch.word):
        assert torch.cosine_similarity(table.weight[2], table.weight[1], dim=0) > 0.5


def test_kinds_that_a_prior_did_not_know_come_oftener(data: Path, tmp_path: Path) -> None:
    """They come as much oftener as the recipe says, in a run that began from a prior; in any other all come evenly."""
    assert trainer.known_kinds(tmp_path) is None
    (tmp_path / trainer.KNOWN_FILE).write_text(json.dumps(["barrel", "crate"]))
    assert trainer.known_kinds(tmp_path) == {"barrel", "crate"}
    words = trainer.Vocabulary(("barrel", "crate", "mug"))
    batch = next(feed(Batches(Shapes(data), words, 200, 0, {"mug": 8.0}), 0))
    counts = torch.bincount(batch.briefs[:, 0, 0], minlength=4)
    assert counts[3] > 130 and counts[1:3].min() > 5


def test_kinds_can_be_left_out(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `fresh` 0 a run is taught what the prior that it began from knew, and no more."""
    (tmp_path / trainer.KNOWN_FILE).write_text(json.dumps(["barrel"]))
    taught = list[set[str]]()

    def noted(shapes: Shapes, *args: object) -> Batches:
        taught.append({shape.kind for shape in shapes.shapes})
        return Batches(shapes, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(trainer, "Batches", noted)
    monkeypatch.setattr(trainer, "HELD_OUT", 1)
    list(train(tmp_path, data, TINY, replace(RECIPE, fresh=0.0), 16, CPU))
    assert taught == [{"barrel"}]


def test_a_run_from_nothing_has_no_fresh_kinds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked to draw new kinds oftener in a run that knows of none, the command says so in a sentence and fails."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.main(parser.parse_args(["--run", str(tmp_path), "--data", str(tmp_path), "--fresh", "3"])) == 2
    assert "all kinds are new" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="torch compiles for the CPU with g++")
def test_a_compiled_step_learns_the_same(data: Path, tmp_path: Path) -> None:
    """Compiled, a run's losses, held-out errors and weights are the plain run's but for roundings, pictures included."""
    for name, compiled in (("plain", False), ("compiled", True)):
        list(train(tmp_path / name, data, TINY, replace(RECIPE, with_reference=0.5), 64, CPU, compiled=compiled))
    plain, compiled_ = (curves(tmp_path / name)[-1] for name in ("plain", "compiled"))
    assert plain["loss"] > 0.1
    assert compiled_["loss"] == pytest.approx(plain["loss"], rel=2e-3)
    assert compiled_["mse_t0.5"] == pytest.approx(plain["mse_t0.5"], rel=2e-3)


def test_batches_are_painted_and_told(data: Path) -> None:
    """A batch holds maps, references and briefs of the right shapes, and its kinds come evenly."""
    shapes, words = Shapes(data), trainer.Vocabulary(("barrel", "crate", "mug"))
    maps, references, briefs, cameras = next(feed(Batches(shapes, words, 24, 0), 0))
    assert torch.equal(cameras, trainer.rig().world_from_camera.expand(24, -1, -1, -1))
    assert maps.shape == (24, 6, 13, 16, 16) and references.shape == (24, 4, 16, 16)
    counts = torch.bincount(briefs[:, 0, 0], minlength=4)
    assert counts[0] == 0 and counts[1:].min() >= 3
    assert words.encode([Brief((Item("mug"),))])[0, 0, 0] == 3


def test_a_run_leaves_previews(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run ends with a sheet of its fixed captions (two of them here), even of a network that has learned nothing yet."""
    monkeypatch.setattr(preview, "CAPTIONS", CAPTIONS[:2])
    list(train(tmp_path, data, TINY, RECIPE, 16, CPU, Pace(checkpoint_s=0.0, previews=1)))
    sheets = sorted(tmp_path.glob("preview-*.png"))
    assert [path.stem for path in sheets] == ["preview-16", "preview-8"]
    with Image.open(sheets[0]) as picture:
        assert picture.size == (7 * CELL_PX, 2 * CELL_PX)
