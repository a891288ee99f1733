"""Owns the planarity regulariser: a mesh's normals are smoothed within its faces but not across its edges, then obeyed.

Guided normal filtering (Zhang et al. 2015, "Guided Mesh Normal Filtering"; vertices after Sun et al. 2007, "Fast and
Effective Feature-Preserving Mesh Denoising"): boxes become boxes, cylinders even, and what is smooth stays so.
"""

from __future__ import annotations

import numpy as np

from .rasterise import Array
from .shading import face_normals
from .unwrap import adjacent_faces

PATCH_RINGS = 3  # faces around a face that make its patch
OUTER, INNER = 4, 5  # guidance is found anew OUTER times, normals averaged INNER times under each
RANGE = 0.35  # of guidance normals: two sides of an edge of 45 degrees (0.77 apart) hardly mix
MOVES = 20
MOST_MOVED = 0.05  # prior units, 1.6 pixels of a 64-px view: the regulariser may not tell a story of its own


def flatten(vertices: Array, faces: Array, strength: float) -> Array:
    """(N, 3) vertices of the same mesh with even faces and straight edges.

    vertices (N, 3) prior units; faces (F, 3) of a closed two-manifold. strength: 0 leaves the mesh as it is, 1 moves it all
    the way; no vertex moves farther than MOST_MOVED.
    """
    if strength <= 0:
        return vertices
    around = face_neighbours(faces)
    corners = vertices.astype(np.float32)[faces]
    normals, areas = face_normals(corners)
    for _ in range(OUTER):
        guide = guidance(normals, areas, around)
        share = areas[around] * np.exp(-((guide[around] - guide[:, None]) ** 2).sum(-1) / (2 * RANGE**2))
        whole = (areas + share.sum(1))[:, None]
        for _ in range(INNER):
            normals = (areas[:, None] * normals + np.einsum("fk,fkc->fc", share, normals[around])) / whole
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return obey(vertices, faces, normals, strength)


def face_neighbours(faces: Array) -> Array:
    """(F, 3) the faces across each face's edges; its own number where an edge has no or several other faces."""
    pairs = adjacent_faces(faces)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    rank = np.arange(len(both)) - np.searchsorted(both[:, 0], both[:, 0])
    around = np.repeat(np.arange(len(faces))[:, None], 3, axis=1)
    kept = rank < 3
    around[both[kept, 0], rank[kept]] = both[kept, 1]
    return around


def guidance(normals: Array, areas: Array, around: Array) -> Array:
    """(F, 3) the mean normal of the most even patch that holds each face: near an edge that patch lies on one side."""
    total, mass = normals * areas[:, None], areas.copy()
    for _ in range(PATCH_RINGS):
        total, mass = total + total[around].sum(1), mass + mass[around].sum(1)
    length = np.linalg.norm(total, axis=1)
    evenness, mean = length / np.maximum(mass, 1e-20), total / np.maximum(length, 1e-20)[:, None]
    rows = np.arange(len(normals))
    for _ in range(PATCH_RINGS):
        own = np.einsum("fkc,fc->fk", mean[around], normals) > 0.5  # a patch on the other side is nobody's guide
        best = np.where(own, evenness[around], 0.0).argmax(1)
        other = around[rows, best]
        better = own[rows, best] & (evenness[other] > evenness)
        evenness = np.where(better, evenness[other], evenness)
        mean = np.where(better[:, None], mean[other], mean)
    return mean


def obey(vertices: Array, faces: Array, normals: Array, strength: float) -> Array:
    """(N, 3) vertices moved until their faces have the normals wanted, as nearly as they can all at once."""
    count = len(vertices)
    flat = faces.ravel()
    valence = np.maximum(np.bincount(flat, minlength=count), 1).astype(np.float32)
    start = vertices.astype(np.float32)
    moved = start
    for _ in range(MOVES):
        corners = moved[faces]
        gap = np.einsum("fkc,fc->fk", corners.mean(1)[:, None] - corners, normals)  # (F, 3) to the plane of each face
        step = (gap[..., None] * normals[:, None]).reshape(-1, 3)
        pull = np.stack([np.bincount(flat, weights=step[:, c], minlength=count) for c in range(3)], 1)
        moved = moved + (pull / valence[:, None]).astype(np.float32)
    change = moved - start
    length = np.linalg.norm(change, axis=1, keepdims=True)
    return start + strength * change * np.minimum(1.0, MOST_MOVED / np.maximum(length, 1e-9))
