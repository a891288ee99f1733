"""Scattering against brute force: distances, density, slope, repeatability."""

from __future__ import annotations

import numpy as np
import pytest

FLOOR = np.array([[(0, 0, 0), (8, 0, 0), (8, 5, 0)], [(0, 0, 0), (8, 5, 0), (0, 5, 0)]], float)


@pytest.mark.parametrize("seed", range(3))
def test_no_two_spots_collide_and_the_density_is_met(load, seed):
    """On 40 square metres at 1.5 a square metre: 60 spots on the surface, all pairs as far apart as their boxes reach."""
    scatter = load("addon.scatter")
    spots = scatter.scatter(FLOOR, scatter.Spread(0.3, 0.3, 1.5, 35, seed))
    assert len(spots) == 60
    points, sizes = np.array([s.point for s in spots]), np.array([s.size_m for s in spots])
    apart = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(60) * 9
    assert (apart >= (sizes[:, None] + sizes[None]) / 2**0.5).all()
    assert (points >= 0).all() and (points <= [8, 5, 0]).all() and sizes.min() >= 0.21 and sizes.max() <= 0.39
    assert np.ptp([s.yaw_deg for s in spots]) > 270 and np.histogram(points[:, 0], 4, (0, 8))[0].min() >= 6


@pytest.mark.parametrize("turn", [0, 20, 180])
def test_no_spot_is_turned_further_than_asked(load, turn):
    """Turns lie within the limit on either side and reach most of it; places and sizes are the same whatever it is."""
    scatter = load("addon.scatter")
    spots, free = (scatter.scatter(FLOOR, scatter.Spread(seed=4, turn_deg=limit)) for limit in (turn, 180))
    yaws = [s.yaw_deg for s in spots]
    assert len(spots) > 30 and -turn <= min(yaws) <= -0.8 * turn and 0.8 * turn <= max(yaws) <= turn
    assert [(*s.point, s.size_m) for s in spots] == [(*s.point, s.size_m) for s in free]


def test_a_crowded_surface_takes_what_fits(load):
    """Asked for more than fits, it stops: never over the packing bound, never under half of what a square grid takes."""
    scatter = load("addon.scatter")
    spots = scatter.scatter(FLOOR, scatter.Spread(0.5, 0.0, 100.0, 35, 1))
    diameter = 0.5 * 2**0.5
    assert 0.5 * 40 / diameter**2 < len(spots) < 0.9069 * (8 + diameter) * (5 + diameter) / (np.pi * diameter**2 / 4)


def test_steep_and_downward_faces_are_left_out_and_the_seed_repeats(load):
    """A 45 degree ramp is used with a limit of 46 and not of 44; undersides never; same seed, same spots."""
    scatter = load("addon.scatter")
    ramp = FLOOR.copy()
    ramp[..., 2] = ramp[..., 0]
    assert scatter.scatter(ramp, scatter.Spread(slope_deg=46)) and not scatter.scatter(
        ramp, scatter.Spread(slope_deg=44)
    )
    assert not scatter.scatter(FLOOR[:, ::-1], scatter.Spread())
    first, second = (scatter.scatter(FLOOR, scatter.Spread(seed=5)) for _ in range(2))
    assert [tuple(s.point) for s in first] == [tuple(s.point) for s in second]
    assert not scatter.scatter(np.zeros((0, 3, 3)), scatter.Spread())


def test_places_taken_and_blocked_stay_free(load):
    """New spots keep clear of large and small ones taken before, whatever their sizes, and never stand where it is blocked."""
    scatter = load("addon.scatter")
    spread = scatter.Spread(0.3, 0.2, 20.0, 35, 2)
    big = scatter.Spot(np.array([0.5, 0.5, 0.0]), 1.5, 0.0)
    small = [scatter.Spot(np.array([x, 2.5, 0.0]), 0.1, 0.0) for x in (0.5, 1.0, 1.5)]
    free = scatter.scatter(FLOOR, spread)
    found = scatter.scatter(FLOOR, spread, [big, *small], lambda spot: bool(spot.point[0] > 3))
    assert found and max(spot.point[0] for spot in free) > 3 >= max(spot.point[0] for spot in found)
    for spot in found:
        for other in [big, *small]:
            apart = np.linalg.norm(spot.point - other.point)
            assert apart >= scatter.reach(spot.size_m) + scatter.reach(other.size_m) - 1e-9
    assert any(np.linalg.norm(spot.point - big.point) < scatter.reach(1.5) for spot in free), "else it proves nothing"
