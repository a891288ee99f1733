"""What came out closed is opened: hollow from above, watertight, its lid thrown back behind it."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from backend.fuse import SignedDistance
from backend.mesh import extract
from backend.opened import Opened, opened_or_none, seen_from_above
from backend.rasterise import Array

SIZE = 64


def grid() -> tuple[Array, Array, Array]:
    at = (2 * np.arange(SIZE) + 1) / SIZE - 1
    x, y, z = np.meshgrid(at, at, at, indexing="ij")
    return x, y, z


def cuboid(wide: float, deep: float, low: float, high: float) -> Array:
    """Signed distances to a box of half sides `wide` and `deep` from the level `low` to `high`, exact inside."""
    x, y, z = grid()
    return np.maximum(np.maximum(np.abs(x) - wide, np.abs(y) - deep), np.maximum(low - z, z - high))


def drum() -> SignedDistance:
    """A cylinder with a knob on top."""
    x, y, z = grid()
    body = np.maximum(np.hypot(x, y) - 0.5, np.abs(z) - 0.6)
    knob = np.maximum(np.hypot(x, y) - 0.12, np.maximum(0.55 - z, z - 0.75))
    return SignedDistance(np.minimum(body, knob).astype(np.float32))


def chest() -> SignedDistance:
    """A box under half a cylinder."""
    x, y, z = grid()
    lid = np.maximum(np.maximum(np.hypot(y, z) - 0.4, np.abs(x) - 0.6), -z)
    return SignedDistance(np.minimum(cuboid(0.6, 0.4, -0.5, 0.0), lid).astype(np.float32))


def opened(solid: SignedDistance, hinged: bool) -> Opened:
    found = opened_or_none(solid, hinged=hinged)
    assert found is not None
    return found


def test_a_drum_is_hollow_from_above() -> None:
    """The knob is gone, a wall and a floor stay, and the hollow is as deep as asked, but never through the floor."""
    whole = opened(drum(), hinged=False)
    assert whole.rim == pytest.approx(0.6, abs=0.05)
    for depth, floor in ((0.3, whole.rim - 0.3), (9.0, whole.bottom + 0.12 * (whole.top - whole.bottom))):
        body = whole.body(depth)
        seen = seen_from_above(body)
        hollow = seen.hollow()
        assert hollow.sum() * body.voxel**2 == pytest.approx(whole.area, rel=0.15)
        assert np.median(seen.top[hollow]) + whole.bottom == pytest.approx(floor, abs=2 * body.voxel)
        mesh = extract(body, 3000)
        solid = trimesh.Trimesh(mesh.vertices, mesh.faces)
        assert solid.is_watertight and solid.bounds[1][2] == pytest.approx(whole.rim, abs=0.05)
        assert whole.wall == pytest.approx(2.5 * body.voxel)  # of a plan one unit wide: no less


def test_a_chest_opens_at_its_lid() -> None:
    """The lid begins where the box ends; it is a shell that fits on the body, and lies behind and above when thrown back."""
    whole = opened(chest(), hinged=True)
    assert whole.rim == pytest.approx(0.17, abs=0.05)  # where the arch has narrowed to nine tenths
    assert whole.back == pytest.approx(0.36, abs=0.05)
    lid, body = extract(whole.lid(), 2000), extract(whole.body(9.0), 2000)
    for mesh in (lid, body):
        assert trimesh.Trimesh(mesh.vertices, mesh.faces).is_watertight
    assert lid.vertices[:, 2].min() == pytest.approx(whole.rim, abs=0.05)
    assert body.vertices[:, 2].max() == pytest.approx(whole.rim, abs=0.05)
    full = trimesh.convex.convex_hull(lid.vertices).volume
    assert trimesh.Trimesh(lid.vertices, lid.faces).volume < 0.75 * full
    thrown = whole.thrown_back(lid.vertices)
    assert thrown[:, 1].max() > whole.back + 0.1 and thrown[:, 2].max() > whole.rim + 0.5
    assert thrown[:, 2].min() > whole.rim - 0.1
    sides = [np.linalg.norm(np.diff(v[lid.faces[:, [0, 1, 2, 0]]], axis=1), axis=2) for v in (lid.vertices, thrown)]
    assert sides[0] == pytest.approx(sides[1], abs=1e-5)  # moved as one
    front = thrown[np.argmin(lid.vertices[:, 1])]
    assert front[2] > whole.rim + 0.5  # the front edge is up


def test_a_neck_stays_where_it_shall() -> None:
    """A ball with a neck is opened at the end of its neck, else at its shoulder."""
    x, y, z = grid()
    ball = np.hypot(np.hypot(x, y), z + 0.2) - 0.5
    neck = np.maximum(np.hypot(x, y) - 0.3, np.maximum(-z, z - 0.6))
    sack = SignedDistance(np.minimum(ball, neck).astype(np.float32))
    for necked, rim in ((True, 0.6), (False, 0.15)):
        whole = opened_or_none(sack, necked=necked)
        assert whole is not None and whole.rim == pytest.approx(rim, abs=0.07)
        mesh = extract(whole.body(9.0), 3000)
        assert trimesh.Trimesh(mesh.vertices, mesh.faces).is_watertight


def test_what_is_open_or_empty_stays() -> None:
    """A cup is open already; nothing can be made of nothing, or of what is thinner than its walls."""
    cup = np.maximum(cuboid(0.5, 0.5, -0.5, 0.5), -cuboid(0.4, 0.4, -0.3, 0.9)).astype(np.float32)
    assert opened_or_none(SignedDistance(cup), hinged=False) is None
    assert opened_or_none(SignedDistance(np.ones((8, 8, 8), np.float32)), hinged=True) is None
    assert opened_or_none(SignedDistance(cuboid(0.5, 0.02, -0.5, 0.5).astype(np.float32)), hinged=False) is None


def test_levels_are_the_centres_of_voxels() -> None:
    """The heights of a grid of four voxels."""
    assert SignedDistance(np.zeros((4, 4, 4), np.float32)).centres == pytest.approx([-0.75, -0.25, 0.25, 0.75])


def test_the_inside_is_what_lay_deeper_than_the_skin() -> None:
    """The floor and the walls of the hollow are inside, the outside and the rim's outer edge are not."""
    whole = opened(drum(), hinged=False)
    points = np.array(
        [[0.0, 0.0, -0.3], [0.46 - whole.wall, 0.0, 0.2], [0.5, 0.0, 0.2], [0.0, 0.0, -0.6], [0.0, -0.49, 0.6]]
    )
    assert whole.is_inner(points).tolist() == [True, True, False, False, False]
    clipped = SignedDistance(np.maximum(drum().values, -0.05))  # as fused grids are
    assert opened(clipped, hinged=False).is_inner(points).tolist() == [True, True, False, False, False]
    chord = 0.5 * np.cos(np.pi / 8)  # where the side of a drum of eight faces lies deepest
    assert not whole.is_inner(np.array([[chord, 0.0, 0.0]])).any()
