"""The planarity regulariser against planes and edges known in closed form."""

from __future__ import annotations

import numpy as np
import trimesh

from backend.planarity import MOST_MOVED, face_neighbours, flatten


def noisy_box(sigma: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices of a fine cube of half side 0.5 with noise, its faces, and the exact vertices."""
    mesh = trimesh.creation.box((1, 1, 1))
    for _ in range(4):
        mesh = mesh.subdivide()
    exact = np.asarray(mesh.vertices, np.float32)
    noise = np.random.default_rng(1).normal(0, sigma, exact.shape).astype(np.float32)
    return exact + noise, np.asarray(mesh.faces, np.int32), exact


def test_a_noisy_box_returns_to_its_planes() -> None:
    """The vertices inside a noisy cube's faces come to lie within a third of the noise of the plane."""
    noisy, faces, exact = noisy_box(0.012)
    inner = (np.abs(exact) > 0.499).sum(1) == 1
    off = lambda v: np.abs(np.abs(v).max(1) - 0.5)[inner].mean()
    assert off(flatten(noisy, faces, 1.0)) < off(noisy) / 3


def test_edges_stay_sharp() -> None:
    """After flattening the dihedral angle along the cube's edges is 90 degrees within 10, on nine tenths of them."""
    noisy, faces, exact = noisy_box(0.008)
    mesh = trimesh.Trimesh(flatten(noisy, faces, 1.0), faces, process=False)
    ends = np.abs(exact[mesh.face_adjacency_edges]) > 0.499
    edge = (ends.sum(2) >= 2).all(1) & ((ends[:, 0] & ends[:, 1]).sum(1) >= 2)
    assert np.mean(np.abs(np.degrees(mesh.face_adjacency_angles[edge]) - 90) < 10) > 0.9


def test_a_ball_stays_a_ball() -> None:
    """What is smooth is not cut into facets: radii of a ball change by less than 1 percent."""
    ball = trimesh.creation.icosphere(4, 0.5)
    moved = flatten(np.asarray(ball.vertices, np.float32), np.asarray(ball.faces), 1.0)
    assert np.abs(np.linalg.norm(moved, axis=1) / 0.5 - 1).max() < 0.01


def test_strength_zero_changes_nothing_and_moves_are_bounded() -> None:
    """Strength 0 gives the same array; at 1 no vertex moves farther than MOST_MOVED."""
    noisy, faces, _ = noisy_box(0.03)
    assert flatten(noisy, faces, 0.0) is noisy
    assert np.linalg.norm(flatten(noisy, faces, 1.0) - noisy, axis=1).max() <= MOST_MOVED + 1e-6


def test_neighbours_are_those_across_the_edges() -> None:
    """Every face of a tetrahedron neighbours the three others."""
    faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]])
    assert [set(row) for row in face_neighbours(faces)] == [{0, 1, 2, 3} - {k} for k in range(4)]
