"""Timestep schedules against their published values."""

from __future__ import annotations

import math

import pytest
import torch

from backend.objectives import OBJECTIVES
from backend.objectives.schedules import SCHEDULES, Times, dreamtime, earlier, noise_time
from backend.priors import Schedule

from .test_table import STABLE_DIFFUSION, prior

U = torch.linspace(0, 1, 11)


def test_bounds_of_asd() -> None:
    """ASD's bounds go from [.5, .98] to [.02, .5] linearly; MVDream's from a point at .98, over four fifths."""
    asd, mv = OBJECTIVES["asd"].times, OBJECTIVES["mv-x0"].times
    assert asd.bounds(0) == pytest.approx((0.5, 0.98)) and asd.bounds(1) == pytest.approx((0.02, 0.5))
    assert asd.bounds(0.5) == pytest.approx((0.26, 0.74))
    assert mv.bounds(0) == pytest.approx((0.98, 0.98)) and mv.bounds(0.8) == pytest.approx((0.02, 0.5))
    assert OBJECTIVES["vsd"].times.bounds(0.19)[1] == 0.98 and OBJECTIVES["vsd"].times.bounds(0.2)[1] == 0.5


@pytest.mark.parametrize("name", SCHEDULES)
def test_stay_inside_and_fall(name: str) -> None:
    """Every schedule stays within the row's bounds, and the annealed ones never rise."""
    times = Times((0.02, 0.02), (0.98, 0.98))
    rows = torch.stack([SCHEDULES[name](times, p, U) for p in torch.linspace(0, 1, 21).tolist()])
    assert rows.min() >= 0.02 - 1e-6 and rows.max() <= 0.98 + 1e-6
    if name != "uniform":
        assert (rows.diff(dim=0) <= 1e-6).all()


def test_dreamtime_values() -> None:
    """DreamTime's t(i) at N = 500 matches the values of two independent implementations."""
    times = Times((0.0, 0.0), (1.0, 1.0))
    for i, t in {1: 998, 50: 929, 125: 834, 250: 681, 375: 528, 450: 431}.items():
        assert float(dreamtime(times, i / 500, U[:1])) * 1000 == pytest.approx(t, abs=2)


@pytest.mark.parametrize("schedule", [Schedule(), Schedule(shift=2.0), STABLE_DIFFUSION])
def test_strength_is_the_share_that_gives_way(schedule: Schedule) -> None:
    """At noise_time(s) the Wiener filter has lost s of what it loses at the schedule's end; 0 is 0, and more is later."""

    def lost(t: float) -> float:
        alpha, sigma = schedule.alpha_sigma(torch.tensor(t, dtype=torch.float64))
        return 0.045**2 / (0.045**2 + float(alpha / sigma) ** 2)

    forgetful = prior(schedule)
    assert noise_time(forgetful, 0.3) == 0.3  # nothing was measured
    forgetful.look_half_gone = 0.045  # type: ignore[attr-defined]
    strengths = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]
    times = [noise_time(forgetful, s) for s in strengths]
    assert times[0] == 0.0 and times == sorted(times) and len(set(times)) == len(times) and times[-1] <= 0.999
    for strength, t in zip(strengths[1:-1], times[1:-1], strict=True):
        assert lost(t) / lost(1.0) == pytest.approx(strength, abs=0.03)  # t comes in thousandths


def test_an_unbounded_shift_draws_from_all_that_is_left() -> None:
    """With eta infinite t + d is uniform between t and the last step, at any t, the lower bound included."""
    times, t = Times((0.5, 0.5), (0.95, 0.95)), torch.tensor([0.5, 0.7, 0.95])
    for u in (0.0, 0.25, 1.0):
        shifted = earlier(times, 0.0, t, math.inf, torch.full((3,), u))
        torch.testing.assert_close(shifted, t + u * (0.999 - t))


def test_shift_of_asd() -> None:
    """d = u clamp(.1 (t - t_min), 0, .999 - t): zero at the annealed bound, never past the last step."""
    times = OBJECTIVES["asd"].times
    t = torch.tensor([0.5, 0.7, 0.98, 0.998])
    most = earlier(times, 0.0, t, 0.1, torch.ones(4)) - t
    torch.testing.assert_close(most, torch.tensor([0.0, 0.02, 0.019, 0.001]), atol=1e-5, rtol=0)
    assert (earlier(times, 0.0, t, 0.1, torch.zeros(4)) == t).all()
