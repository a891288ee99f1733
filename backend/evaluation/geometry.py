"""Geometry metrics: how far a fused grid and its mesh are from an exact solid, and whether the mesh is sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from ..fuse import SignedDistance
from ..mesh import Mesh, bodies, edges, is_watertight, marching_cubes, signed_volumes

Distance = Callable[[np.ndarray], np.ndarray]  # (N, 3) points in prior units -> (N,) signed distances, negative inside
SAMPLES = 20_000
VOLUME_SAMPLES = 400_000  # random points, not cells: walls that lie along the grid would alias
F_RADIUS = 0.02  # prior units: 1 % of the frame


@dataclass(frozen=True)
class Truth:
    """An exact solid: its distance function, points (N, 3) and outward normals (N, 3) of its surface, and its volume."""

    distance: Distance
    points: np.ndarray
    normals: np.ndarray


@dataclass(frozen=True)
class Scores:
    """chamfer: mean two-sided surface distance in percent of the half-frame. f_score: at F_RADIUS. iou: of the
    insides. normal_deg: mean angle at the true surface's points. volume: ratio to the truth."""

    iou: float
    chamfer: float
    f_score: float
    normal_deg: float
    volume: float


@dataclass(frozen=True)
class Soundness:
    """parts: connected bodies. main_share: the largest one's share of the volume. slivers: faces of no area."""

    parts: int
    main_share: float
    watertight: bool
    outward: bool
    slivers: int
    faces: int
    boundary_edges: int


def sample_surface(mesh: Mesh, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (count, 3) uniform by area, and the normals (count, 3) of their faces."""
    corner, across = face_frames(mesh)
    area = np.linalg.norm(across, axis=1)
    random = np.random.default_rng(seed)
    face = np.searchsorted(np.cumsum(area), random.random(count) * area.sum()).clip(0, len(area) - 1)
    u, v = random.random((2, count, 1))
    flip = u + v > 1
    u, v = np.where(flip, 1 - u, u), np.where(flip, 1 - v, v)
    a, b, c = corner[face, 0], corner[face, 1], corner[face, 2]
    return a + u * (b - a) + v * (c - a), across[face] / np.maximum(area[face], 1e-20)[:, None]


def face_frames(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Corners (F, 3, 3) and area vectors times two (F, 3)."""
    corner = mesh.vertices[mesh.faces].astype(np.float64)
    return corner, np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])


def cell_centres(size: int) -> np.ndarray:
    """(size^3, 3) centres of the cells of [-1, 1]^3, x outermost."""
    along = (2 * np.arange(size) + 1) / size - 1
    return np.stack(np.meshgrid(along, along, along, indexing="ij"), -1).reshape(-1, 3)


def truth_of(distance: Distance, size: int = 144) -> Truth:
    """Surface points of an exact solid: sampled on marching cubes, then drawn onto the surface along its gradient."""
    grid = distance(cell_centres(size)).reshape((size,) * 3).astype(np.float32)
    points, _ = sample_surface(marching_cubes(SignedDistance(grid)), SAMPLES, seed=0)
    for _ in range(3):
        normals = gradient(distance, points)
        points = points - distance(points)[:, None] * normals
    return Truth(distance, points, gradient(distance, points))


def gradient(distance: Distance, points: np.ndarray, step: float = 2e-3) -> np.ndarray:
    """(N, 3) unit gradients by central differences."""
    parts = [distance(points + step * axis) - distance(points - step * axis) for axis in np.eye(3)]
    slope = np.stack(parts, -1)
    return slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)


def score(truth: Truth, sdf: SignedDistance, mesh: Mesh) -> Scores:
    """All metrics of a fused grid and its mesh against an exact solid."""
    points, normals = sample_surface(mesh, SAMPLES, seed=1)
    to_mesh, nearest = cKDTree(points).query(truth.points)
    to_truth = np.abs(truth.distance(points))
    precision, recall = float((to_truth < F_RADIUS).mean()), float((to_mesh < F_RADIUS).mean())
    cosine = np.einsum("ij,ij->i", normals[nearest], truth.normals).clip(-1, 1)
    anywhere = np.random.default_rng(2).uniform(-1, 1, (VOLUME_SAMPLES, 3))
    inside = map_coordinates(sdf.values, ((anywhere + 1) * sdf.size / 2 - 0.5).T, order=1, mode="nearest") < 0
    exact = truth.distance(anywhere) < 0
    return Scores(
        chamfer=50 * float(to_truth.mean() + to_mesh.mean()),
        f_score=2 * precision * recall / max(precision + recall, 1e-9),
        iou=float((inside & exact).sum() / max((inside | exact).sum(), 1)),
        normal_deg=float(np.degrees(np.arccos(cosine)).mean()),
        volume=float(inside.sum() / max(exact.sum(), 1)),
    )


def soundness(mesh: Mesh) -> Soundness:
    """What a mesh must be to be delivered: one main body, closed, outward, without slivers."""
    volumes = np.bincount(bodies(mesh.vertices, mesh.faces), weights=signed_volumes(mesh.vertices, mesh.faces))
    _, across = face_frames(mesh)
    undirected = np.sort(edges(mesh.faces), axis=1)
    _, uses = np.unique(undirected, axis=0, return_counts=True)
    return Soundness(
        parts=len(volumes),
        main_share=float(volumes.max() / max(volumes.sum(), 1e-12)),
        watertight=is_watertight(mesh.faces),
        outward=bool(volumes.sum() > 0),
        slivers=int((np.linalg.norm(across, axis=1) < 1e-12).sum()),
        faces=len(mesh.faces),
        boundary_edges=int((uses == 1).sum()),
    )
