"""Flat sides: worn boxes get planes and sharp edges back; knobs, holes, round shapes and exact shapes are left alone."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from backend.evaluation.geometry import cell_centres
from backend.fuse import SignedDistance
from backend.sides import square_up

from .exact_views import ball, box, cylinder, union

SIZE = 64
VOXEL = 2 / SIZE


def grid_of(solid, rounding=0.0, disagreement=0.4):
    """A grid of a solid, its edges rounded by a blur of `rounding` voxels."""
    values = solid(cell_centres(SIZE)).reshape((SIZE,) * 3)
    values = ndimage.gaussian_filter(values, rounding) if rounding else values
    return SignedDistance(values.clip(-0.1, 0.1).astype(np.float32), {"doubt_px": disagreement})


def wrong(values, solid):
    """Number of cells that are solid and should not be, or the other way round."""
    truth = (solid(cell_centres(SIZE)) < 0).reshape((SIZE,) * 3)
    return int(((values < 0) ^ truth).sum())


def test_a_worn_box_gets_its_edges_back():
    """A box with waving sides and rounded edges has six planes again; of its wrong cells less than a third remain."""
    solid = box((1.2, 0.9, 0.8))
    sdf = grid_of(solid, rounding=1.5)
    points = cell_centres(SIZE).reshape(SIZE, SIZE, SIZE, 3)
    wave = 0.3 * VOXEL * np.sin(11 * points[..., 0]) * np.sin(9 * points[..., 1] + 7 * points[..., 2])
    sdf = SignedDistance((sdf.values + wave).astype(np.float32), sdf.figures)
    made = square_up(sdf)
    assert made.figures["flat_sides"] == 6
    assert wrong(made.values, solid) < wrong(sdf.values, solid) / 3


def test_a_knob_and_a_hole_are_kept():
    """What stands out of a side by three pixels and what is sunk into it as deep is neither cut nor filled."""
    knob, hole = box((0.15, 0.15, 0.15), (0.3, -0.5, 0.0)), box((0.3, 0.3, 0.3), (-0.3, -0.5, 0.0))
    sdf = grid_of(lambda p: np.maximum(union(box((1.2, 1.0, 1.0)), knob)(p), -hole(p)))
    made = square_up(sdf)
    places = cell_centres(SIZE)
    assert (made.values[(knob(places) < -VOXEL / 2).reshape((SIZE,) * 3)] < 0).all()
    assert (made.values[(hole(places) < -2.5 * VOXEL).reshape((SIZE,) * 3)] > 0).all()


def test_legs_stay():
    """A table's top becomes flat; its legs, seen from below, are the same cells as before."""
    legs = [box((0.12, 0.12, 0.8), (x, y, -0.35)) for x in (-0.4, 0.4) for y in (-0.3, 0.3)]
    sdf = grid_of(union(box((1.2, 1.0, 0.2), (0.0, 0.0, 0.1)), *legs))
    made = square_up(sdf)
    low = slice(0, SIZE // 2 - 6)
    assert ((made.values < 0) == (sdf.values < 0))[:, :, low].all()


def test_round_shapes_are_left_alone():
    """A ball and a lying cylinder have no flat sides but the cylinder's two ends."""
    assert square_up(grid_of(ball(0.6))).figures["flat_sides"] == 0
    assert square_up(grid_of(cylinder(0.6, 1.0))).figures["flat_sides"] == 2


def test_exact_shapes_and_empty_grids_are_left_alone():
    """Views that agree know better; of nothing nothing is made."""
    exact = grid_of(box((1.0, 1.0, 1.0)), rounding=3.0, disagreement=0.1)
    assert square_up(exact).values is exact.values
    empty = SignedDistance(np.full((SIZE,) * 3, 0.1, np.float32), {"doubt_px": 0.5})
    assert square_up(empty).values is empty.values


def test_narrow_pits_are_filled():
    """A pit four pixels wide is filled up to the plane however deep it is; no cell of the box is wrong but at its edges."""
    solid, pit = box((1.2, 1.0, 1.0)), box((0.12, 0.4, 0.12), (0.2, -0.5, 0.1))
    sdf = grid_of(lambda p: np.maximum(solid(p), -pit(p)))
    opened = (pit(cell_centres(SIZE)) < 0).reshape((SIZE,) * 3) & ((solid(cell_centres(SIZE)) < 0).reshape((SIZE,) * 3))
    made = square_up(sdf)
    front = opened & (cell_centres(SIZE)[:, 1] < -0.5 + 2 * VOXEL).reshape((SIZE,) * 3)
    assert front.any()
    assert (sdf.values[front] > 0).all()
    assert (made.values[front] < 0).all()
