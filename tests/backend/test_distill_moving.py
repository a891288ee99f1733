"""The loop on what moves: Gaussians are tended and continued, shapes are kept smooth, still pictures end it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend import viewpoints
from backend.cameras import rig
from backend.distill import Run, distill
from backend.priors.analytic import analytic_prior
from backend.priors.gaussian import GaussianPrior
from backend.protocol import Note, Progress
from backend.representations.gaussians import Gaussians, in_ball
from backend.smoothness import consistency
from backend.viewpoints import render_px

from .test_distill import BLUE, SETTINGS, red_ball

SIZE_PX = 16
FEW = replace(SETTINGS, objective="sds", guidance=7.5)


def cloud() -> Gaussians:
    return in_ball(120, 8, torch.Generator().manual_seed(0), radius=0.8)


def test_gaussians_grow_in_the_loop(prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a run of 20 steps Gaussians grow while there is time, floaters are pruned, and the number stays afterwards."""
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 4)
    g = cloud()
    with torch.no_grad():
        g.means[0] = 2.0
    counts = []
    for event in distill(g, prior, BLUE, Run(replace(FEW, steps=20))):
        if isinstance(event, Progress):
            counts.append(len(g))
    assert counts[2] == 120 and counts[4] > 125 and counts[10] > counts[4]
    assert len(set(counts[12:])) == 1 and not (g.means.norm(dim=1) > 1.5).any()


def test_a_killed_run_of_growing_gaussians_goes_on(
    prior: GaussianPrior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed after they grew, a run resumes with as many Gaussians and ends with the bits of an undisturbed one."""
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 4)
    monkeypatch.setattr("backend.checkpoint.EVERY_S", 0.0)
    settings = replace(FEW, steps=14)
    whole, again = cloud(), cloud()
    list(distill(whole, prior, BLUE, Run(settings)))
    events = distill(cloud(), prior, BLUE, Run(settings, folder=tmp_path))
    for event in events:
        if isinstance(event, Progress) and event.fraction > 0.7:
            break
    events.close()  # type: ignore[attr-defined]
    said = list(distill(again, prior, BLUE, Run(settings, folder=tmp_path)))
    assert any(isinstance(e, Note) and e.code == "resumed" for e in said)
    assert len(again) == len(whole) > 120
    for name, tensor in again.tensors().items():
        assert torch.equal(tensor, whole.tensors()[name]), name


def test_a_nan_after_growth_is_caught(prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that leave after the Gaussians grew: the loop goes back to the last good state, whatever its number was."""
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 4)
    g, said = cloud(), []
    for event in distill(g, prior, BLUE, Run(replace(FEW, steps=16))):
        if isinstance(event, Progress) and event.fraction == 6 / 16 and not said:
            with torch.no_grad():
                g.means[3] = torch.nan
        said += [event.code] if isinstance(event, Note) else []
    assert said == ["not-finite"] and torch.isfinite(g.means).all()


def test_terms_keep_a_shape_smooth(prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ball with a rough skin ends smoother, and it and a cloud with normals nearer to their depth, than without the terms."""

    def ends(terms: bool) -> tuple[float, float, float]:
        rough, g = red_ball(shape=True), cloud()
        assert rough.displacement is not None
        noise = torch.randn(rough.displacement.shape, generator=torch.Generator().manual_seed(0))
        rough.displacement.copy_(0.02 * noise)
        with monkeypatch.context() as patch:
            if not terms:
                patch.setattr("backend.distill.penalty_or_none", lambda cameras, frames: None)
            for moved in (rough, g):
                list(distill(moved, prior, BLUE, Run(replace(SETTINGS, steps=40))))  # type: ignore[arg-type]
        with torch.no_grad():
            skin, cloudy = rough.render(rig(), SIZE_PX), g.render(rig(), SIZE_PX)
            mean = float(consistency(rig(), cloudy) / cloudy.alpha.sum())
            return float(rough.displacement.std()), float(consistency(rig(), skin)), mean

    with_terms, without = ends(True), ends(False)
    assert with_terms[0] < 0.95 * without[0]
    assert with_terms[1] < 0.85 * without[1]
    assert with_terms[2] < 0.95 * without[2]


def test_a_moving_shape_is_looked_at_anew(prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rays are cast again where the vertices have moved to, so that its silhouette follows; and its end is what is seen."""
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 5)
    ball = red_ball(shape=True)
    assert ball.displacement is not None
    ball.displacement.fill_(0.15)
    before = float(ball.render(rig(), 32).alpha.sum())
    list(distill(ball, prior, BLUE, Run(replace(SETTINGS, steps=5))))
    assert ball.looked is not None and torch.equal(ball.looked, ball.displacement)
    assert float(ball.render(rig(), 32).alpha.sum()) > 1.2 * before


def test_still_pictures_end_the_loop(prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ball whose pictures stand still is left after the second look, and that is said; one that moves is not."""
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 3)
    still = list(distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, steps=30, keep_original=0.99, strength=0.001))))
    assert [e.message for e in still if isinstance(e, Note)] == ["The pictures stand still after 6 steps."]
    moving = list(distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, steps=9))))
    assert not any(isinstance(e, Note) for e in moving)


def test_the_lower_tier_renders_at_half_size() -> None:
    """After memory ran out, pictures of 256 pixels end at 128, and small ones stay whole."""

    class Big:
        size_px = 256

    class Small:
        size_px = 64

    assert [render_px(Big(), p, lower=True) for p in (0.0, 0.5, 1.0)] == [64, 128, 128]  # type: ignore[arg-type]
    assert render_px(Small(), 1.0, lower=True) == 64  # type: ignore[arg-type]


def test_memory_that_the_processor_lacks_is_known(prior: GaussianPrior) -> None:
    """The words in which torch's own allocator says that memory ran out take the lower tier too."""

    class Full:
        failed = False

        def __getattr__(self, name: str) -> object:
            return getattr(prior, name)

        def predict(self, *args: object) -> object:
            if not self.failed:
                self.failed = True
                raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory")
            return prior.predict(*args)  # type: ignore[arg-type]

    said = list(distill(red_ball(), Full(), BLUE, Run(replace(SETTINGS, steps=2))))  # type: ignore[arg-type]
    assert [e.code for e in said if isinstance(e, Note)] == ["memory-tier"]


def test_pictures_that_grow_meanwhile_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the pictures stand still is asked of two of one size: a prior of big ones renders small ones first."""
    monkeypatch.setattr(viewpoints, "GROWS_FROM_PX", 64)
    events = list(distill(red_ball(), analytic_prior(64), BLUE, Run(replace(SETTINGS, steps=50))))
    assert [e.fraction for e in events if isinstance(e, Progress)][-1] == 1.0
