"""Turned shapes: what is nearly round becomes round, handles and hollows stay, prisms and exact shapes are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from backend.evaluation.geometry import cell_centres
from backend.fuse import SignedDistance
from backend.revolution import axis_of, turn, unrolled

from .exact_views import box, cylinder, union

SIZE = 64
VOXEL = 2 / SIZE


def prism(corners, radius=0.5, height=1.0):
    """An upright prism with so many sides."""
    angle = 2 * np.pi * np.arange(corners) / corners
    normals = np.stack([np.cos(angle), np.sin(angle)], 1)
    flat = radius * np.cos(np.pi / corners)

    def solid(points):
        side = (points[:, :2] @ normals.T).max(1) - flat
        return np.maximum(side, np.abs(points[:, 2]) - height / 2)

    return solid


def grid_of(solid, noise=0.0, disagreement=0.4):
    """A grid of a solid whose surface waves by `noise` prior units, differently at every place."""
    points = cell_centres(SIZE)
    wave = noise * np.sin(
        9 * points[:, 2] + 5 * np.arctan2(points[:, 1], points[:, 0]) * np.sign(np.sin(23 * points[:, 2]))
    )
    values = (solid(points) + wave).reshape((SIZE,) * 3).clip(-0.1, 0.1)
    return SignedDistance(values.astype(np.float32), {"doubt_px": disagreement})


def overlap(values, solid):
    truth = (solid(cell_centres(SIZE)) < 0).reshape((SIZE,) * 3)
    return ((values < 0) & truth).sum() / ((values < 0) | truth).sum()


def test_a_waving_cylinder_becomes_round_and_nearer_to_the_truth():
    """Rays of one slice end within a tenth of a voxel of each other, and more of the solid is right than before."""
    solid = cylinder(0.5, 1.2)
    sdf = grid_of(solid, noise=0.03)
    made = turn(sdf)
    assert made.figures["turned"] > 0.9
    radius = unrolled(made, axis_of(made)).radius[SIZE // 3 : 2 * SIZE // 3]
    assert radius.std(1).max() < 0.1 * VOXEL < unrolled(sdf, (0.0, 0.0)).radius.std(1).max()
    assert overlap(made.values, solid) > overlap(sdf.values, solid)


def test_a_handle_is_kept_and_does_not_move_the_axis():
    """With a handle on one side the axis stays in the middle of the body and the handle is as solid as before."""
    handle = box((0.3, 0.12, 0.5), (0.6, 0.0, 0.0))
    sdf = grid_of(union(cylinder(0.5, 1.2), handle), noise=0.02)
    made = turn(sdf)
    assert made.figures["turned"] > 0.9
    assert np.abs(axis_of(sdf)).max() < 0.5 * VOXEL
    beyond = cell_centres(SIZE).reshape(SIZE, SIZE, SIZE, 3)[..., 0] > 0.56
    assert ((made.values < 0) & beyond).sum() >= 0.97 * ((sdf.values < 0) & beyond).sum() > 0


def test_a_torn_rim_is_mended():
    """A cup whose rim has lost a third of its rays is whole again."""
    cup = lambda p: np.maximum(cylinder(0.5, 1.2)(p), -cylinder(0.42, 1.2, (0.0, 0.0, 0.2))(p))
    gap = box((0.5, 0.7, 0.12), (0.5, 0.0, 0.56))
    torn = grid_of(lambda p: np.maximum(cup(p), -gap(p)))
    assert overlap(torn.values, cup) < 0.985 < overlap(turn(torn).values, cup)


def test_a_doorway_is_kept():
    """A large hollow in the side of a tower stays as deep as it was."""
    door = box((0.4, 0.3, 0.5), (0.0, -0.5, -0.2))
    sdf = grid_of(lambda p: np.maximum(cylinder(0.5, 1.4)(p), -door(p)), noise=0.01)
    made = turn(sdf)
    assert made.figures["turned"] > 0.5
    hollow = (door(cell_centres(SIZE)) < -VOXEL).reshape((SIZE,) * 3)
    assert (made.values[hollow] > 0).all()


@pytest.mark.parametrize("corners", [3, 4, 5, 6])
def test_prisms_keep_their_corners(corners):
    """A prism of three to six sides is not turned."""
    sdf = grid_of(prism(corners))
    assert turn(sdf).figures["turned"] == 0
    assert turn(sdf).values is sdf.values


@pytest.mark.parametrize("along", [0, 1])
def test_a_wheel_is_turned_about_its_lying_axis(along):
    """A waving disc that stands on its edge becomes round about its own axis; the same disc with a square rim does not."""
    solid = cylinder(0.7, 0.4)
    sdf = grid_of(solid, noise=0.02)
    standing = SignedDistance(np.moveaxis(sdf.values, 2, along).copy(), sdf.figures)
    made = turn(standing)
    assert made.figures["turned"] > 0.6
    assert overlap(np.moveaxis(made.values, along, 2), solid) > overlap(sdf.values, solid)
    square = grid_of(box((1.2, 1.2, 0.4)))
    assert turn(SignedDistance(np.moveaxis(square.values, 2, along).copy(), sdf.figures)).figures["turned"] == 0


def test_exact_shapes_and_empty_grids_are_left_alone():
    """Views that agree know better; of nothing nothing is made."""
    exact = grid_of(cylinder(0.5, 1.2), noise=0.02, disagreement=0.1)
    assert turn(exact).values is exact.values
    empty = SignedDistance(np.full((SIZE,) * 3, 0.1, np.float32), {"doubt_px": 0.5})
    assert turn(empty).figures["turned"] == 0
