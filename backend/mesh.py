"""Meshing: the signed-distance grid becomes one closed, welded, outward triangle mesh within the face budget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import fast_simplification
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from .errors import problem
from .fuse import SignedDistance
from .isosurface import isosurface
from .planarity import flatten

try:
    import mcubes
except ImportError:  # it has no wheels for Python 3.13 and later, and an artist's machine compiles nothing
    mcubes = None

KEPT_SHARE = 0.003  # of the volume makes a loose part stay: a broken-off rung holds it, a speck of noise does not
SMALLEST = 30.0  # voxels: a body below this volume is noise even when it is all there is
TRIES = ((1.0, 7), (1.0, 5), (1.0, 3), (0.97, 7))  # share of the budget and greed, until the mesh is watertight
UNEVEN = (
    0.18,
    0.33,
)  # pixels of disagreement (`align`): exact views stay under 0.15, generated ones that were drawn together lie at 0.3 to 0.55
TAUBIN = (0.5, -0.53, 4)  # lambda, mu, rounds: takes the voxel staircase away without shrinking (Taubin 1995)


@dataclass(frozen=True)
class Mesh:
    """A triangle mesh in prior units, front towards -Y, Z up.

    vertices: (N, 3) float32, welded. faces: (F, 3) int32, counter-clockwise from outside. figures: measured on the way.
    """

    vertices: np.ndarray
    faces: np.ndarray
    figures: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.vertices.ndim == 2 and self.vertices.shape[1] == 3, self.vertices.shape
        assert self.faces.ndim == 2 and self.faces.shape[1] == 3, self.faces.shape


def extract(sdf: SignedDistance, faces: int) -> Mesh:
    """The surface of the grid with at most `faces` triangles; raises "shape-empty" when nothing solid remains.

    figures: parts (kept), dropped_parts, dropped_share (of the volume), full_faces (before simplification), faces,
    watertight.
    """
    mesh = marching_cubes(sdf)
    mesh = keep_bodies(mesh, SMALLEST * sdf.voxel**3)
    mesh = replace(mesh, vertices=taubin(mesh.vertices, mesh.faces))
    mesh = simplify(mesh, faces)
    return replace(mesh, vertices=flatten(mesh.vertices, mesh.faces, evenness(sdf)))


def evenness(sdf: SignedDistance) -> float:
    """How far the planarity regulariser may go: 0 for views that agree, 1 from UNEVEN pixels of disagreement on."""
    low, high = UNEVEN
    return min(max((sdf.figures.get("doubt_px", 0.0) - low) / (high - low), 0.0), 1.0)


def marching_cubes(sdf: SignedDistance) -> Mesh:
    """The zero level of the grid, closed at the grid's border, outward; raises "shape-empty" when there is none."""
    padded = np.pad(-sdf.values.astype(np.float64), 1, constant_values=-0.5 * sdf.voxel)
    vertices, faces = isosurface(padded) if mcubes is None else mcubes.marching_cubes(padded, 0.0)
    if len(faces) == 0:
        raise problem("shape-empty")
    vertices = (2 * (vertices - 1) + 1) / sdf.size - 1
    vertices, faces = weld(vertices.astype(np.float32), faces.astype(np.int32))
    if signed_volumes(vertices, faces).sum() < 0:
        faces = faces[:, ::-1].copy()
    return Mesh(vertices, faces)


def weld(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Merge equal vertices, drop triangles that have collapsed and vertices that no triangle uses."""
    unique, index = np.unique(vertices.view([("", vertices.dtype)] * 3).ravel(), return_inverse=True)
    vertices, faces = unique.view(vertices.dtype).reshape(-1, 3), index.ravel()[faces]
    whole = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    used, faces = np.unique(faces[whole], return_inverse=True)
    return vertices[used], faces.reshape(-1, 3).astype(np.int32)


def signed_volumes(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) volumes of the tetrahedra from the origin to each face; the sum is the volume, positive if outward."""
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    return np.einsum("ij,ij->i", a, np.cross(b, c)) / 6


def edges(faces: np.ndarray) -> np.ndarray:
    """(3F, 2) directed edges."""
    return np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])


def bodies(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) index of the connected body of each face."""
    pairs = edges(faces)
    graph = sparse.coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(vertices),) * 2)
    return connected_components(graph, directed=False)[1][faces[:, 0]]


def is_watertight(faces: np.ndarray) -> bool:
    """Whether every edge is used once in each direction: closed, consistently wound, two-manifold along its edges."""
    pairs = edges(faces).astype(np.int64)
    stride = int(faces.max()) + 1 if len(faces) else 1
    forward, backward = pairs[:, 0] * stride + pairs[:, 1], pairs[:, 1] * stride + pairs[:, 0]
    forward.sort()
    backward.sort()
    return len(faces) > 0 and bool((np.diff(forward) > 0).all()) and bool((forward == backward).all())


def keep_bodies(mesh: Mesh, smallest: float) -> Mesh:
    """The main body and every other of at least KEPT_SHARE of the volume; closed hollows (negative volume) are filled.

    smallest: the least volume of any body, prior units cubed. Raises "shape-empty" when no body reaches it.
    """
    body = bodies(mesh.vertices, mesh.faces)
    volume = np.bincount(body, weights=signed_volumes(mesh.vertices, mesh.faces))
    solid = np.maximum(volume, 0.0)
    keep = (solid >= KEPT_SHARE * solid.sum()) & (solid >= smallest)
    if not keep.any():
        raise problem("shape-empty")
    used, faces = np.unique(mesh.faces[keep[body]], return_inverse=True)
    figures = {
        "parts": float(keep.sum()),
        "dropped_parts": float((~keep).sum()),
        "dropped_share": float(np.abs(volume[~keep]).sum() / solid.sum()),
        "volume": float(volume[keep].sum()),
    }
    return Mesh(mesh.vertices[used], faces.reshape(-1, 3).astype(np.int32), mesh.figures | figures)


def taubin(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Vertices smoothed by Taubin's two-step filter with uniform weights. (N, 3) -> (N, 3) float32."""
    pairs = edges(faces)
    count = len(vertices)
    ones = np.ones(len(pairs), np.float32)
    neighbours = sparse.csr_matrix(
        (ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count)
    )  # closed: both directions occur
    share = 1 / np.maximum(np.diff(neighbours.indptr), 1).astype(np.float32)[:, None]
    shrink, grow, rounds = TAUBIN
    moved = vertices.astype(np.float32)
    for _ in range(rounds):
        for step in (shrink, grow):
            moved = moved + np.float32(step) * (share * (neighbours @ moved) - moved)
    return moved


def unfold(faces: np.ndarray) -> np.ndarray:
    """Faces without the pairs that lie back to back on the same three vertices: collapses leave such folds behind."""
    _, group, count = np.unique(np.sort(faces, axis=1), axis=0, return_inverse=True, return_counts=True)
    return faces[count[group.ravel()] == 1]


def split_pinches(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Part surfaces that touch along an edge or in a point, so that every edge has two faces again.

    Corners of faces are one vertex only if a chain of faces joined by two-face edges connects them (the fans of Gueziec
    et al. 2001, "Cutting and stitching"). Parted copies move a fiftieth towards their own side, or a weld would undo it.
    """
    count = len(faces)
    pairs = edges(faces)
    key = pairs.min(1).astype(np.int64) * len(vertices) + pairs.max(1)
    order = np.argsort(key, kind="stable")
    _, start, uses = np.unique(key[order], return_index=True, return_counts=True)
    one, two = order[start[uses == 2]], order[start[uses == 2] + 1]
    first = np.arange(3 * count)  # corner k of face f is number k * count + f, as `edges` lists them
    second = np.roll(first, -count)
    linked = np.concatenate([first[one], second[one]]), np.concatenate([second[two], first[two]])
    graph = sparse.coo_matrix((np.ones(len(linked[0]), np.int8), linked), shape=(3 * count,) * 2)
    total, corner = connected_components(graph, directed=False)
    origin = np.empty(total, np.int64)
    origin[corner] = faces.T.ravel()
    moved, parted = vertices[origin], np.flatnonzero(np.bincount(origin)[origin] > 1)
    made = corner.reshape(3, count).T.astype(np.int32)
    for k in parted:
        near = np.unique(made[(made == k).any(1)])
        moved[k] += 0.02 * (moved[near].mean(0) - moved[k])
    return moved, made


def without_slivers(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mesh without the bodies of under KEPT_SHARE of its volume: collapses pinch such flat shells off thin necks."""
    if len(faces) == 0:
        return vertices, faces
    body = bodies(vertices, faces)
    volume = np.bincount(body, weights=signed_volumes(vertices, faces))
    keep = volume >= KEPT_SHARE * volume.clip(min=0).sum()
    used, kept = np.unique(faces[keep[body]], return_inverse=True)
    return vertices[used], kept.reshape(-1, 3).astype(np.int32)


def simplify(mesh: Mesh, budget: int) -> Mesh:
    """Quadric edge collapse to at most `budget` triangles (Garland & Heckbert 1997); the figures hold the count."""
    vertices, faces = mesh.vertices, mesh.faces
    for share, greed in TRIES if len(faces) > budget else ():
        points, triangles = fast_simplification.simplify(
            mesh.vertices, mesh.faces, target_count=int(share * budget), agg=greed
        )
        vertices, faces = weld(np.ascontiguousarray(points, np.float32), unfold(triangles.astype(np.int32)))
        if not is_watertight(faces):
            vertices, faces = split_pinches(vertices, faces)
        vertices, faces = without_slivers(vertices, faces)
        if len(faces) <= budget and is_watertight(faces):
            break
    if len(faces) == 0:
        raise problem("shape-empty")
    figures = {
        "full_faces": float(len(mesh.faces)),
        "faces": float(len(faces)),
        "watertight": float(is_watertight(faces)),
    }
    return Mesh(vertices, faces, mesh.figures | figures)
