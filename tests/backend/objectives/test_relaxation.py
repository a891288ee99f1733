"""Relaxation against least squares; distances against the closed form; a hook's pull in every row."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from backend.objectives import OBJECTIVES, gradient
from backend.objectives.relaxation import FARTHEST, Relaxation, as_distance, cover_of
from backend.objectives.schedules import Times
from backend.objectives.table import SHORT, SHORT_RUN, row_for

from .test_table import STABLE_DIFFUSION, World, cfg, guide


def test_relaxation_reaches_least_squares() -> None:
    """On z = J p + c with J >= 0 it converges to numpy's least squares; what no row sees never moves."""
    generator = torch.Generator().manual_seed(0)
    look_up = torch.rand(30, 8, generator=generator, dtype=torch.float64) ** 4
    look_up[:, 7] = 0
    wanted, still = torch.rand(30, generator=generator, dtype=torch.float64), torch.rand(30, dtype=torch.float64)
    p = torch.zeros(8, dtype=torch.float64, requires_grad=True)
    cover = cover_of(lambda: look_up @ p + still, p)
    torch.testing.assert_close(cover, look_up.T @ look_up.sum(1))
    optimiser = Relaxation([{"params": [p], "lr": 1.0, "cover": cover, "name": "p"}])
    for _ in range(4000):
        z = look_up @ p + still
        optimiser.zero_grad()
        z.backward((z - wanted).detach())
        optimiser.step()
    best = torch.linalg.lstsq(look_up[:, :7], wanted - still).solution
    torch.testing.assert_close(p[:7].detach(), best, atol=1e-6, rtol=1e-4)
    assert float(p[7].detach()) == 0


@pytest.mark.parametrize("t", [0.1, 0.6, 0.9])
def test_the_distance_of_sds_is_that_to_the_guided_x0(t: float) -> None:
    """SDS and MVDream's form, as distances, are z - x0 of the guided prediction exactly, without the noise, at any t."""
    w = World(t)
    a, s = w.level(t)
    x0 = (a * w.z + s * w.e - s * cfg(w)) / a
    for name in ("sds", "mv-x0"):
        row = replace(OBJECTIVES[name], rescale=0.0)
        found = as_distance(row, STABLE_DIFFUSION, w.draw.t, gradient(row, guide(w.model, 1), w.z, w.draw))
        expected = (w.z - x0).float().clamp(-FARTHEST, FARTHEST)
        torch.testing.assert_close(found, expected, atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("name", sorted(set(OBJECTIVES) - {"vsd", "mv-x0"}))
def test_a_hook_pulls_where_it_points(name: str) -> None:
    """A hook that adds d to the guided x0 changes every row's gradient by -w alpha / sigma d; one that adds nothing, by 0."""
    w = World(0.6)
    a, s = w.level(0.6)
    d = torch.randn(w.z.shape)
    row, wish = OBJECTIVES[name], guide(w.model, 1, source=w.z_source)
    plain = gradient(row, wish, w.z, w.draw)
    still = gradient(row, replace(wish, steer=lambda x0, t: x0), w.z, w.draw)
    pulled = gradient(row, replace(wish, steer=lambda x0, t: x0 + d), w.z, w.draw)
    torch.testing.assert_close(still, plain)
    weight = float(row.weight(STABLE_DIFFUSION, w.draw.t))
    torch.testing.assert_close(pulled - plain, -weight * a / s * d, atol=1e-3, rtol=1e-3)


def test_short_runs_shift_over_all_of_the_noise() -> None:
    """ASD is the published row in long runs and the measured one in short ones; strength caps both; others are one row."""
    assert row_for("asd", SHORT + 1, 1.0).shift == OBJECTIVES["asd"].shift == 0.1
    short = row_for("asd", SHORT, 0.7)
    assert short.shift == float("inf") and short.times == Times((0.5, 0.5), (0.7, 0.7))
    assert set(SHORT_RUN) == {"asd"} and row_for("sds", 10, 1.0) == OBJECTIVES["sds"]
