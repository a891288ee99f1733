"""Meshing: closed, welded, outward, within the budget, and honest about what it dropped."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import trimesh

from backend.errors import PropsmithError
from backend.evaluation.geometry import cell_centres, soundness
from backend.fuse import SignedDistance, fuse
from backend.mesh import (
    bodies,
    extract,
    is_watertight,
    marching_cubes,
    split_pinches,
    taubin,
    unfold,
    weld,
    without_slivers,
)
from backend.priors import ALPHA, Maps
from backend.settings import Shape

from .exact_views import ball, box, cut, cylinder, union, views


def grid_of(solid, size=64):
    return SignedDistance(solid(cell_centres(size)).reshape((size,) * 3).astype(np.float32))


@pytest.mark.parametrize("budget", [100, 500, 2000, 8000])
def test_budget_is_an_upper_limit(budget):
    """The mesh has at most the faces asked for, at least 70 % of them where there were enough, and says how many."""
    mesh = extract(grid_of(union(cylinder(0.3, 1.2), box((0.9, 0.2, 0.3)))), budget)
    assert len(mesh.faces) <= budget
    assert len(mesh.faces) >= 0.7 * min(budget, mesh.figures["full_faces"])
    assert mesh.figures["faces"] == len(mesh.faces)


@pytest.mark.parametrize("budget", [300, 3000])
def test_mesh_is_sound(budget):
    """A hollow cup meshes watertight, outward, without slivers or repeated vertices, as trimesh judges it too."""
    mesh = extract(grid_of(cut(cylinder(0.5, 1.0), cylinder(0.38, 1.0, (0, 0, 0.15)))), budget)
    found = soundness(mesh)
    assert (found.parts, found.watertight, found.outward, found.slivers) == (1, True, True, 0)
    judge = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert judge.is_watertight and judge.is_winding_consistent and judge.volume > 0
    assert len(np.unique(mesh.vertices, axis=0)) == len(mesh.vertices)


def test_volume_is_the_closed_form():
    """The mesh of a ball's exact distances encloses the ball's volume within 1.5 % after smoothing and simplification."""
    mesh = extract(grid_of(ball(0.6)), 4000)
    volume = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).volume
    assert abs(volume / (4 / 3 * math.pi * 0.6**3) - 1) < 0.015


def test_surface_at_the_border_is_closed():
    """A solid that reaches the grid's border still gives a watertight mesh."""
    assert is_watertight(extract(grid_of(box((2.2, 0.5, 0.5))), 2000).faces)


def test_specks_go_and_parts_stay():
    """A speck is dropped and reported; a second body of 2 % of the volume is kept; an enclosed bubble is filled."""
    solid = union(
        cut(box((1.0, 1.0, 0.8)), ball(0.2)), box((0.25, 0.25, 0.25), (0.8, 0, 0)), box((0.07,) * 3, (0, 0, 0.8))
    )
    mesh = extract(grid_of(solid), 8000)
    assert mesh.figures["parts"] == 2
    assert mesh.figures["dropped_parts"] == 2
    assert abs(mesh.figures["volume"] / (0.8 + 0.25**3) - 1) < 0.05


def test_empty_views_raise():
    """Views that show nothing end in the error "shape-empty", not in an empty mesh."""
    maps = views(ball(0.5), 32)
    empty = maps.maps.clone()
    empty[:, ALPHA] = 0
    with pytest.raises(PropsmithError) as error:
        extract(fuse(Maps(empty, maps.cameras), Shape(grid=32)), 1000)
    assert error.value.code == "shape-empty"


def test_a_speck_alone_raises():
    """A body of a few voxels is no shape."""
    with pytest.raises(PropsmithError) as error:
        extract(grid_of(ball(0.04)), 1000)
    assert error.value.code == "shape-empty"


def test_same_grid_same_mesh():
    """Meshing is bit for bit deterministic."""
    one, two = (extract(grid_of(cylinder(0.4, 1.0)), 1000) for _ in range(2))
    assert one.vertices.tobytes() == two.vertices.tobytes() and one.faces.tobytes() == two.faces.tobytes()


def test_taubin_smooths_without_shrinking():
    """Taubin's filter halves the roughness of a noisy ball and changes its volume by less than 1 %."""
    mesh = marching_cubes(grid_of(ball(0.6)))
    torch.manual_seed(0)
    noisy = mesh.vertices + 0.004 * torch.randn(mesh.vertices.shape).numpy()
    smooth = taubin(noisy, mesh.faces)
    rough = lambda v: np.linalg.norm(v, axis=1).std()
    volume = lambda v: trimesh.Trimesh(v, mesh.faces, process=False).volume
    assert rough(smooth) < 0.6 * rough(noisy)
    assert abs(volume(smooth) / volume(noisy) - 1) < 0.01


def test_pinches_are_parted():
    """Two boxes that share an edge, and two that share a corner, become closed bodies of their own, and stay so welded."""
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
    hull = trimesh.Trimesh(corners, process=False).convex_hull
    for shift in ((1, 1, 0), (1, 1, 1)):
        both = np.concatenate([hull.vertices, hull.vertices + shift]).astype(np.float32)
        vertices, faces = weld(both, np.concatenate([hull.faces, hull.faces + len(hull.vertices)]).astype(np.int32))
        assert len(vertices) < 16
        parted = weld(*split_pinches(vertices, faces))
        assert len(parted[0]) == 16 and is_watertight(parted[1])
        assert len(np.unique(bodies(*parted))) == 2


def test_folds_are_removed():
    """Two faces back to back on the same corners go, all others stay."""
    faces = np.array([[0, 1, 2], [0, 2, 1], [1, 2, 3]], np.int32)
    assert unfold(faces).tolist() == [[1, 2, 3]]


def test_weld_merges_and_drops():
    """Equal vertices become one, collapsed triangles and unused vertices go."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [5, 5, 5]], np.float32)
    faces = np.array([[0, 1, 2], [3, 1, 2], [0, 3, 1]], np.int32)
    vertices, faces = weld(vertices, faces)
    assert len(vertices) == 3 and len(faces) == 2


def test_slivers_go_and_parts_stay():
    """A flat closed shell beside a body goes, a part of a hundredth of it stays, and the body keeps every face."""
    body = marching_cubes(grid_of(union(box((0.8, 0.8, 0.8), (-0.3, 0, 0)), box((0.2, 0.2, 0.2), (0.6, 0, 0)))))
    shell = np.array([[0.9, 0, 0], [0.9, 0.1, 0], [0.9, 0, 0.1], [0.9001, 0.03, 0.03]], np.float32)
    sides = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], np.int32)
    count = len(body.vertices)
    vertices, faces = without_slivers(
        np.concatenate([body.vertices, shell]), np.concatenate([body.faces, sides + count])
    )
    assert len(np.unique(bodies(vertices, faces))) == 2
    assert np.array_equal(vertices, body.vertices) and np.array_equal(faces, body.faces)
