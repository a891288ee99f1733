"""The teaching of the network that settles the views' geometry, rehearsed at a tiny size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.language.brief import Vocabulary
from backend.priors import Schedule
from backend.priors.multiview import SWEEP, MultiViewPrior, sweep_of
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.priors.sweep import GEOMETRY
from backend.training import sweep
from backend.training.dataset import Shapes, write_shard
from backend.training.publish import publish_sweep
from backend.training.sweep import Lesson, Pupil, Recipe, asked, read_lessons, rig, teach, write_lessons

from ..exact_views import box, views

TINY = Architecture(
    size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=1, heads=2, fine_blocks=1, vocabulary=16
)
RECIPE = Recipe(widths=(8, 16), rate=5e-3)
KINDS = ("crate", "mug")


def lessons(count: int) -> list[Lesson]:
    """Boxes whose views lie at wrong depths, each view of each as a whole."""
    rng, found = np.random.default_rng(0), []
    for _ in range(count):
        true = views(box(tuple(rng.uniform(0.5, 1.0, 3)))).maps[:, GEOMETRY]
        sampled = true.clone()
        sampled[:, 4] += torch.from_numpy(rng.uniform(-0.12, 0.12, 6).astype(np.float32))[:, None, None]
        found.append(Lesson(sampled, true, "crate"))
    return found


def test_it_learns_to_bring_depths_together() -> None:
    """After seventy steps depths of boxes that taught nothing are nearer to the truth by a third."""
    taught, held = lessons(12), lessons(14)[12:]
    pupil = Pupil.of(KINDS, RECIPE)
    for step in range(70):
        pupil.learn([taught[step % 12]], [step % 4 == 0], RECIPE.rate, RECIPE)
    before, after = asked(None, held, rig()), asked(pupil.network.eval(), held, rig())
    assert after[0] < before[0] * 2 / 3


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with lessons of a tiny prior that knows nothing."""
    folder = tmp_path_factory.mktemp("sweep")
    write_shard(folder / "shard-0.npz", ["crate", "mug"] * 3, 3, 16)
    torch.manual_seed(0)
    prior = MultiViewPrior("tiny", MultiViewTransformer(TINY), Schedule(shift=2.0), Vocabulary(KINDS), None, KINDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "HELD_OUT", 3)  # of six shapes two
        write_lessons(prior, Shapes(folder).shapes, folder, 12, seed=0)
    return folder


def test_lessons_hold_what_was_sampled_and_what_is_true(run: Path) -> None:
    """They are stored and read back, some kept to ask about; the truth is the shape's own, the sample is not."""
    teaching, held = read_lessons(run)
    assert len(teaching) + len(held) == 12 and held and teaching
    for lesson in teaching:
        assert lesson.kind in KINDS and lesson.true.shape == lesson.sampled.shape == (6, 5, 16, 16)
        assert set(np.unique(lesson.true[:, 0].numpy())) <= {0.0, 1.0}
        assert (lesson.sampled - lesson.true).abs().mean() > 0.01


@pytest.mark.parametrize("kinds", [KINDS, ("anvil", *KINDS)])
def test_a_run_goes_on_and_ships(run: Path, tmp_path: Path, kinds: tuple[str, ...]) -> None:
    """A second sitting begins with the steps and seconds of the first; what is published loads with its kinds, answers alike."""
    (run / "sweep.pt").unlink(missing_ok=True)
    first = [row for row in teach(Pupil.of(KINDS, RECIPE), run, RECIPE, 0.02)]
    pupil = Pupil.of(KINDS, replace(RECIPE, seed=1))
    second = [row for row in teach(pupil, run, RECIPE, 0.04)]
    assert second[-1][0] > first[-1][0] > 0 and second[-1][1] >= first[-1][1]
    (tmp_path / "prior.json").write_text(json.dumps({"kinds": kinds, "sha256": {}}))
    publish_sweep(pupil.average, tmp_path, {"compute": "a test"})
    told = json.loads((tmp_path / "prior.json").read_text())
    assert SWEEP in told["sha256"]
    loaded = sweep_of(tmp_path, told)
    assert loaded is not None and loaded.number("mug") == 1
    _, held = read_lessons(run)
    assert np.allclose(asked(loaded, held, rig()), asked(pupil.average.eval(), held, rig()), rtol=0.05)
