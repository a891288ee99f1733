"""Regularisers: they act on what is nearly symmetric or level, and leave the rest alone."""

from __future__ import annotations

import numpy as np

from backend.evaluation.geometry import cell_centres
from backend.evaluation.noise import LEVELS, perturb
from backend.fuse import SignedDistance, fuse
from backend.regularise import level_base, regularise, symmetrise
from backend.settings import Shape

from .exact_views import ball, box, cylinder, union, views

LEGS = [cylinder(0.06, 0.8, (x, y, -0.4)) for x in (-0.4, 0.4) for y in (-0.4, 0.4)]
STOOL = union(box((1.0, 1.0, 0.15)), *LEGS)


def grid_of(solid, size=64):
    values = solid(cell_centres(size)).reshape((size,) * 3).clip(-0.07, 0.07)
    return SignedDistance(values.astype(np.float32))


def inside(solid, size):
    return (solid(cell_centres(size)) < 0).reshape((size,) * 3)


def overlap(values, truth):
    return ((values < 0) & truth).sum() / ((values < 0) | truth).sum()


def test_near_symmetry_becomes_exact():
    """A stool from noisy views becomes its own mirror image, and no worse against the truth."""
    sdf = fuse(perturb(views(STOOL), LEVELS["L1"], 2), Shape(grid=64))
    made = symmetrise(sdf)
    assert made.figures["symmetrised"] == 1
    assert (made.values == made.values[::-1]).all()
    truth = inside(STOOL, 64)
    assert overlap(made.values, truth) > overlap(sdf.values, truth) - 0.01


def test_one_sided_part_is_kept():
    """A handle on one side keeps the grid as it is, bit for bit."""
    sdf = grid_of(union(cylinder(0.4, 0.9), box((0.3, 0.1, 0.5), (0.55, 0, 0))))
    made = symmetrise(sdf)
    assert made.figures["symmetrised"] == 0
    assert made.values is sdf.values


def test_one_sided_part_of_views_is_kept():
    """The same from fused noisy views: the handle is neither thinned nor doubled."""
    solid = union(cylinder(0.4, 0.9), box((0.3, 0.1, 0.5), (0.55, 0, 0)))
    made = symmetrise(fuse(perturb(views(solid), LEVELS["L1"], 1), Shape(grid=64)))
    assert made.figures["symmetrised"] == 0
    assert made.figures["unmatched_piece"] > 0.3 * 0.3 * 0.1 * 0.5


def test_known_symmetry_holds_however_far_the_views_are_from_it():
    """A body leaning to the front becomes alike in front and at the back where its kind is known to be, and only there."""
    sdf = grid_of(union(box((0.8, 0.8, 0.8)), box((0.4, 0.4, 0.4), (0.0, -0.5, 0.0))))
    made = symmetrise(sdf, "y")
    assert (made.values == made.values[:, ::-1]).all() and not (sdf.values == sdf.values[:, ::-1]).all()
    assert (symmetrise(sdf).values == sdf.values).all()


def test_bumpy_base_becomes_flat():
    """A box whose underside is bumpy by two voxels ends in one plane at its median height."""
    sdf = grid_of(box((1.0, 0.8, 0.9)))
    bumps = 0.03 * np.sin(np.arange(64))[:, None, None] * np.cos(np.arange(64))[None, :, None]
    made = level_base(SignedDistance((sdf.values + bumps).astype(np.float32).clip(-0.07, 0.07)))
    column = (made.values < 0).any(2)
    bottom = (made.values < 0).argmax(2)[column]
    assert made.figures["levelled"] == 1
    assert abs(made.figures["base_height"] + 0.45) < 0.05
    assert (bottom <= np.median(bottom)).mean() > (sdf.values < 0).any(2).sum() * 0.4 / len(bottom)
    assert bottom.min() == int(np.median(bottom))


def test_short_leg_is_lengthened():
    """A stool with one leg shorter by two voxels stands on four legs of equal length afterwards."""
    short = [cylinder(0.06, 0.74, (0.4, 0.4, -0.37)), *LEGS[:3]]
    made = level_base(grid_of(union(box((1.0, 1.0, 0.15)), *short)))
    solid = made.values < 0
    ends = [int(solid[x, y].argmax()) for x in (19, 44) for y in (19, 44)]
    assert made.figures["levelled"] == 1
    assert max(ends) - min(ends) == 0


def test_curved_bottom_is_kept():
    """A ball and an upright blade are left as they are."""
    for solid in (ball(0.6), box((0.3, 0.06, 1.4))):
        sdf = grid_of(union(solid, box((0.5, 0.2, 0.1), (0, 0, 0.2))))
        assert level_base(sdf).values is sdf.values


def test_settings_switch_them_off():
    """With both settings off the grid comes back untouched."""
    sdf = grid_of(STOOL)
    assert regularise(sdf, Shape(symmetry=False, level_base=False)).values is sdf.values
