"""The maths of landing against closed forms."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize("size_m", [0.001, 0.4, 1.0, 250.0])
def test_longest_side_has_the_size_and_the_origin_is_bottom_centre(load, size_m):
    """For random points, anywhere and of any scale, the fit gives the asked longest side and a bottom-centre origin."""
    fitting = load("addon.fitting")
    points = np.random.default_rng(1).normal(size=(200, 3)) * [3, 1, 7] + [100, -5, 12]
    fit = fitting.stand_on_origin(points, size_m)
    placed = fitting.apply_fit(fit, points)
    assert placed.dtype == np.float32
    assert np.ptp(placed, axis=0).max() == pytest.approx(size_m, rel=1e-5)
    assert placed[:, 2].min() == pytest.approx(0.0, abs=1e-6 * size_m)
    assert (placed.min(0) + placed.max(0))[:2] == pytest.approx([0, 0], abs=2e-6 * size_m)
    assert np.ptp(placed, axis=0) == pytest.approx(fit.size, rel=1e-4)


def test_a_model_already_in_place_is_left_alone(load):
    """A model that has its size and stands on its origin comes through unchanged."""
    fitting = load("addon.fitting")
    points = np.array([[-0.5, -0.25, 0], [0.5, 0.25, 0], [0, 0, 0.8]], np.float32)
    assert fitting.apply_fit(fitting.stand_on_origin(points, 1.0), points) == pytest.approx(points, abs=1e-7)


@pytest.mark.parametrize("points", [np.zeros((0, 3)), np.ones((4, 3)), np.full((4, 3), np.nan)])
def test_models_without_extent_are_refused(load, points):
    """An empty, pointlike or non-finite model raises mesh-invalid with a remedy."""
    fitting, errors = load("addon.fitting"), load("backend.errors")
    with pytest.raises(errors.PropsmithError) as caught:
        fitting.stand_on_origin(points, 1.0)
    assert caught.value.code == "mesh-invalid" and caught.value.remedy
