"""Fusion: exact views give exact solids; thin and hollow shapes survive the noise of generated views."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.evaluation.geometry import cell_centres, score, truth_of
from backend.evaluation.noise import LEVELS, perturb
from backend.fuse import CELL, classify, evaluate, fuse, weighing
from backend.mesh import evenness, extract
from backend.priors import ALPHA, DEPTH, Maps
from backend.settings import Shape
from backend.sheets import observe, supersample
from backend.sides import LEAST_NOISE, square_up

from .exact_views import ball, box, cut, cylinder, union, views

SETTINGS = Shape(grid=96)


def test_ball_has_its_volume_and_surface():
    """A ball from exact views has the closed form's volume within 2 % and its surface within half a voxel on average."""
    radius = 0.7
    sdf = fuse(views(ball(radius)), SETTINGS)
    volume = (sdf.values < 0).sum() * sdf.voxel**3
    assert abs(volume / (4 / 3 * math.pi * radius**3) - 1) < 0.02
    mesh = extract(sdf, 8000)
    error = np.abs(np.linalg.norm(mesh.vertices, axis=1) - radius)
    assert error.mean() < 0.5 * sdf.voxel
    assert error.max() < 2 * sdf.voxel


def test_box_has_its_volume_and_faces():
    """A box from exact views has its volume within 4 % and its vertices within a voxel of its faces."""
    solid = box((1.1, 0.8, 0.9))
    sdf = fuse(views(solid), SETTINGS)
    volume = (sdf.values < 0).sum() * sdf.voxel**3
    assert abs(volume / (1.1 * 0.8 * 0.9) - 1) < 0.04
    assert np.abs(solid(extract(sdf, 8000).vertices.astype(np.float64))).mean() < 0.5 * sdf.voxel


@pytest.mark.parametrize("seed", range(3))
def test_thin_rod_survives_noise(seed):
    """A rod three pixels thick under a plate stays whole and in one piece at noise level L1."""
    solid = union(cylinder(0.05, 1.3), box((0.7, 0.7, 0.12), (0, 0, 0.65)))
    mesh = extract(fuse(perturb(views(solid), LEVELS["L1"], seed), SETTINGS), 8000)
    low = mesh.vertices[mesh.vertices[:, 2] < 0.5]
    assert low[:, 2].min() < -0.55
    gaps = np.diff(np.sort(low[:, 2]))
    assert gaps.max() < 0.12
    assert mesh.figures["parts"] == 1


@pytest.mark.parametrize("seed", range(3))
def test_thin_plate_survives_noise(seed):
    """An upright plate two pixels thick keeps at least 80 % of its face at noise level L1."""
    sdf = fuse(perturb(views(box((1.2, 0.0625, 0.9))), LEVELS["L1"], seed), SETTINGS)
    covered = (sdf.values < 0).any(1).sum() * sdf.voxel**2
    assert covered > 0.8 * 1.2 * 0.9


def test_mug_stays_hollow():
    """A cup from noisy views keeps its cavity open from above and its floor closed."""
    solid = cut(cylinder(0.5, 1.1), cylinder(0.4, 1.1, (0, 0, 0.12)))
    sdf = fuse(perturb(views(solid), LEVELS["L1"], 0), SETTINGS)
    axis = sdf.values[47:49, 47:49].mean((0, 1))
    height = (2 * np.arange(96) + 1) / 96 - 1
    assert (axis[height > -0.3] > 0).all()
    assert (axis[(height > -0.53) & (height < -0.46)] < 0).all()


def test_shadow_is_not_solid():
    """The column of air below a bail over a cup, which no view sees, stays air; the inside of a thick block is solid."""
    cup = cut(cylinder(0.5, 0.9, (0, 0, -0.2)), cylinder(0.42, 0.9, (0, 0, -0.1)))
    values = fuse(views(union(cup, box((1.0, 0.08, 0.08), (0, 0, 0.6)))), SETTINGS).values
    height = (2 * np.arange(96) + 1) / 96 - 1
    below = values[:, 47:49][:, :, (height > -0.35) & (height < 0.5)].mean((1, 2))
    assert (below[32:64] > 0).all()
    assert (fuse(views(box((1.0, 0.9, 0.9))), SETTINGS).values[28:68, 32:64, 32:64] < 0).all()


def test_depth_bias_is_removed():
    """A depth bias of 2 % of the frame in three views costs less than 0.02 of the F-score once aligned."""
    solid = union(box((0.9, 0.7, 0.5), (0, 0, -0.3)), cylinder(0.25, 0.8, (0.1, 0, 0.3)))
    truth, exact = truth_of(solid, 96), views(solid)
    biased = exact.maps.clone()
    biased[:, DEPTH] += 0.04 * torch.tensor([1.0, 0, -1, 0, 0, 1])[:, None, None, None]
    scores = []
    for maps in (exact, Maps(biased, exact.cameras)):
        sdf = fuse(maps, SETTINGS)
        scores.append(score(truth, sdf, extract(sdf, 8000)).f_score)
    assert scores[1] > scores[0] - 0.02


def test_skipped_cells_have_the_right_sign():
    """Wherever the coarse pass skips a cell, evaluating its voxels one by one gives the same sign."""
    maps = perturb(views(union(cylinder(0.3, 1.2), box((0.9, 0.1, 0.3)))), LEVELS["L1"], 1)
    sheets = observe(maps)
    lookup = supersample(sheets)
    rule = weighing(64, sheets.pixel, 0.5 * sheets.pixel)
    near, value = classify(sheets, lookup, 64, rule)
    slow = evaluate(lookup, torch.from_numpy(cell_centres(64)).float(), rule)[0].reshape(64, 64, 64)
    skipped = (~near).repeat_interleave(CELL, 0).repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)
    coarse = value.repeat_interleave(CELL, 0).repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)
    assert skipped.float().mean() > 0.3
    assert ((slow < 0) == (coarse < 0))[skipped].all()


def test_same_views_same_grid():
    """Fusion is bit for bit deterministic."""
    maps = perturb(views(ball(0.5)), LEVELS["L1"], 3)
    assert fuse(maps, SETTINGS).values.tobytes() == fuse(maps, SETTINGS).values.tobytes()


@pytest.mark.parametrize("size_px", [32, 96, 128])
def test_other_view_sizes(size_px):
    """Views of 32 to 128 px fuse with the same code to the right volume within 6 %."""
    sdf = fuse(views(ball(0.6), size_px), Shape(grid=64))
    assert abs((sdf.values < 0).sum() * sdf.voxel**3 / (4 / 3 * math.pi * 0.6**3) - 1) < 0.06


def test_grid_sizes_that_no_cell_divides():
    """A grid whose side is not a multiple of the cell has that side and a closed ball inside."""
    sdf = fuse(views(ball(0.6)), Shape(grid=50))
    assert sdf.values.shape == (50, 50, 50)
    assert sdf.values[25, 25, 25] < 0 < sdf.values[0, 0, 0]


def test_nan_and_stray_values_do_no_harm():
    """NaN outside the silhouette, and normals that face away, leave the ball whole."""
    maps = views(ball(0.6))
    dirty = maps.maps.clone()
    outside = dirty[:, ALPHA] < 0.5
    dirty[:, DEPTH][outside] = float("nan")
    dirty[:, 4:7, 30, 30] *= -1
    sdf = fuse(replace(maps, maps=dirty), Shape(grid=64))
    assert np.isfinite(sdf.values).all()
    assert abs((sdf.values < 0).sum() * sdf.voxel**3 / (4 / 3 * math.pi * 0.6**3) - 1) < 0.05


def test_what_was_settled_is_doubted() -> None:
    """Views that a network made agree are no exact ones: what evens turned things, flat sides and faces works on them in full."""
    exact = views(box((0.8, 0.6, 0.7)))
    agreed = fuse(replace(exact, settled=True), Shape(grid=48))
    assert agreed.figures["disagreement_px"] == fuse(exact, Shape(grid=48)).figures["disagreement_px"] < LEAST_NOISE
    assert evenness(agreed) == 1.0 and square_up(agreed).figures["flat_sides"] == 6
    assert evenness(fuse(exact, Shape(grid=48))) == 0.0
