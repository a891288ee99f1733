"""The teaching of the networks that settle sampled views, their geometry and their paint, rehearsed at a tiny size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.language.brief import Vocabulary
from backend.priors import Schedule
from backend.priors.multiview import REPAINT, SWEEP, MultiViewPrior, settling
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.priors.repaint import PAINT, Repaint
from backend.priors.sweep import Sweep
from backend.priors.views_unet import UNetSize
from backend.training import repaint, sweep, view_lessons
from backend.training.dataset import Shapes, write_shard
from backend.training.publish import publish_settling
from backend.training.pupil import Pupil, asked, teach
from backend.training.view_lessons import Lesson, read_lessons, write_lessons, write_settled

from ..exact_views import box, views

TINY = Architecture(
    size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=1, heads=2, fine_blocks=1, vocabulary=16
)
GEOMETRY = sweep.Recipe(widths=(8, 16), rate=5e-3)
PAINTED = repaint.Recipe(widths=(8, 16), rate=5e-3)
KINDS = ("crate", "mug")


def lessons(count: int) -> list[Lesson]:
    """Boxes whose views lie at wrong depths, each view of each as a whole."""
    rng, found = np.random.default_rng(0), []
    for _ in range(count):
        true = views(box(tuple(rng.uniform(0.5, 1.0, 3)))).maps
        sampled = true.clone()
        sampled[:, 7] += torch.from_numpy(rng.uniform(-0.12, 0.12, 6).astype(np.float32))[:, None, None]
        found.append(Lesson(sampled, true, "crate"))
    return found


def speckled(count: int) -> list[Lesson]:
    """Boxes of one colour, a fifth of whose pixels are of another."""
    rng, found = np.random.default_rng(0), []
    for _ in range(count):
        true = views(box(tuple(rng.uniform(0.5, 1.0, 3)))).maps
        true[:, PAINT] = torch.from_numpy(rng.uniform(0, 1, (8, 1, 1)).astype(np.float32))
        sampled = true.clone()
        spots = torch.from_numpy(rng.uniform(size=(6, 1, *true.shape[2:])) < 0.2)
        other = torch.from_numpy(rng.uniform(0, 1, (6, 8, *true.shape[2:])).astype(np.float32))
        sampled[:, PAINT] = torch.where(spots, other, sampled[:, PAINT])
        found.append(Lesson(sampled, true, "crate"))
    return found


def test_it_learns_to_bring_depths_together() -> None:
    """After seventy steps depths of boxes that taught nothing are nearer to the truth by a third."""
    taught, held = lessons(12), lessons(14)[12:]
    subject, pupil = sweep.Geometry(GEOMETRY), Pupil.of(Sweep, KINDS, GEOMETRY)
    for step in range(70):
        pupil.learn(subject, [taught[step % 12]], [step % 4 == 0], GEOMETRY.rate, GEOMETRY)
    before, after = asked(subject, None, held), asked(subject, pupil.network.eval(), held)
    assert after[0] < before[0] * 2 / 3


def test_it_learns_to_paint_over_speckles() -> None:
    """After sixty steps the paint of boxes that taught nothing is off by two thirds of what it was, squared by an eighth."""
    taught, held = speckled(6), speckled(8)[6:]
    subject, pupil = repaint.Paint(PAINTED), Pupil.of(Repaint, KINDS, PAINTED)
    for step in range(60):
        pupil.learn(subject, [taught[step % 6]], [step % 4 == 0], PAINTED.rate, PAINTED)
    before, after = asked(subject, None, held), asked(subject, pupil.network.eval(), held)
    assert after[0] < before[0] * 2 / 3 and after[2] < before[2] / 8


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with lessons of a tiny prior that knows nothing."""
    folder = tmp_path_factory.mktemp("sweep")
    write_shard(folder / "shard-0.npz", ["crate", "mug"] * 3, 3, 16)
    torch.manual_seed(0)
    prior = MultiViewPrior("tiny", MultiViewTransformer(TINY), Schedule(shift=2.0), Vocabulary(KINDS), None, KINDS)
    prior.sweep = Sweep(UNetSize(KINDS, widths=(8, 16)))
    torch.nn.init.normal_(prior.sweep.answer.weight, std=0.02)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view_lessons, "HELD_OUT", 3)  # of six shapes two
        write_lessons(prior, Shapes(folder).shapes, folder, 12, seed=0)
    write_settled(prior, folder)
    return folder


def test_lessons_hold_what_was_sampled_and_what_is_true(run: Path) -> None:
    """They are stored and read back, some kept to ask about; the truth is the shape's own, the sample is not."""
    teaching, held = read_lessons(run)
    assert len(teaching) + len(held) == 12 and held and teaching
    for lesson in teaching:
        assert lesson.kind in KINDS and lesson.true.shape == lesson.sampled.shape == (6, 13, 16, 16)
        assert set(np.unique(lesson.true[:, 3].numpy())) <= {0.0, 1.0}
        assert (lesson.sampled - lesson.true).abs().mean() > 0.01


def test_lessons_of_paint_have_settled_geometry(run: Path) -> None:
    """The same lessons in the same order, of which the sweep has moved the depths but not the paint of solid pixels."""
    for raw, settled in zip(*(read_lessons(run, settled=which)[0] for which in (False, True)), strict=True):
        assert torch.equal(raw.true, settled.true) and raw.kind == settled.kind
        solid = (raw.sampled[:, 3] > 0.5).expand(8, -1, -1, -1).transpose(0, 1)
        assert torch.equal(raw.sampled[:, PAINT][solid], settled.sampled[:, PAINT][solid])
        assert not torch.equal(raw.sampled[:, 7], settled.sampled[:, 7])


@pytest.mark.parametrize("kinds", [KINDS, ("anvil", *KINDS)])
@pytest.mark.parametrize("paint", [False, True])
def test_a_run_goes_on_and_ships(run: Path, tmp_path: Path, kinds: tuple[str, ...], paint: bool) -> None:
    """A second sitting begins with the steps and seconds of the first; what is published loads with its kinds, answers alike."""
    make, name, recipe = (Repaint, REPAINT, PAINTED) if paint else (Sweep, SWEEP, GEOMETRY)
    subject = repaint.Paint(PAINTED) if paint else sweep.Geometry(GEOMETRY)
    lessons, state = read_lessons(run, settled=paint), tmp_path / "state.pt"
    first = [*teach(Pupil.of(make, KINDS, recipe), subject, lessons, state, recipe, 0.02)]
    pupil = Pupil.of(make, KINDS, replace(recipe, seed=1))
    second = [*teach(pupil, subject, lessons, state, recipe, 0.04)]
    assert second[-1][0] > first[-1][0] > 0 and second[-1][1] >= first[-1][1]
    assert len((tmp_path / "state.csv").read_text().splitlines()) == len(first) + len(second)
    (tmp_path / "prior.json").write_text(json.dumps({"kinds": kinds, "sha256": {}}))
    publish_settling(pupil.average, name, tmp_path, {"compute": "a test"})
    told = json.loads((tmp_path / "prior.json").read_text())
    assert name in told["sha256"]
    loaded = settling(make, name, tmp_path, told)
    assert loaded is not None and loaded.number("mug") == 1
    ours = asked(subject, pupil.average.eval(), lessons[1])
    assert np.allclose(asked(subject, loaded, lessons[1]), ours, rtol=0.05)
