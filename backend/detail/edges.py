"""Owns where a prop is exposed and where it is sheltered: soft fields around its convex and concave edges."""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage

from ..rasterise import Array
from ..shading import face_normals
from ..unwrap import adjacent_faces

GRID = 72  # cells along the side of the unit cube [-1, 1]^3: 0.028 each
LEAST_ANGLE_DEG = 24.0  # flatter edges belong to round surfaces


def edge_fields(vertices: Array, faces: Array, points: Array) -> tuple[Array, Array]:
    """(convex, concave) in [0, 1] at points (n, 3): 1 on a sharp outer edge or in a sharp crease, 0 some 0.06 away."""
    corners = np.asarray(vertices, dtype=np.float32)[faces]
    normals, _ = face_normals(corners)
    pairs = adjacent_faces(faces)
    cosine = np.einsum("ek,ek->e", normals[pairs[:, 0]], normals[pairs[:, 1]])
    sharp = cosine < np.cos(np.radians(LEAST_ANGLE_DEG))
    pairs, angle = pairs[sharp], np.arccos(np.clip(cosine[sharp], -1, 1))
    ends = _shared_edges(faces, pairs)
    start, stop = vertices[ends[:, 0]], vertices[ends[:, 1]]
    bulge = np.einsum("ek,ek->e", corners[pairs[:, 1]].mean(1) - corners[pairs[:, 0]].mean(1), normals[pairs[:, 0]])
    fields = [_field(start[side], stop[side], angle[side]) for side in (bulge < 0, bulge >= 0)]
    volume = torch.from_numpy(np.stack(fields).transpose(0, 3, 2, 1).copy())[None]
    grid = torch.from_numpy(np.ascontiguousarray(points, dtype=np.float32))[None, None, None]
    convex, concave = torch.nn.functional.grid_sample(volume, grid, align_corners=False)[0, :, 0, 0].numpy()
    return np.clip(convex, 0, 1), np.clip(concave, 0, 1)


def _shared_edges(faces: Array, pairs: Array) -> Array:
    """(E, 2) the vertices that two neighbouring faces share."""
    first, second = faces[pairs[:, 0]], faces[pairs[:, 1]]
    shared = (first[:, :, None] == second[:, None, :]).any(2)
    order = np.argsort(~shared, axis=1, kind="stable")[:, :2]
    return np.take_along_axis(first, order, axis=1)


def _field(start: Array, stop: Array, angle: Array) -> Array:
    """(G, G, G) float32 blurred density of edges, weighted by their angle, 1 along a long edge of 90 degrees."""
    cell = 2.0 / GRID
    steps = np.maximum(1, np.ceil(np.linalg.norm(stop - start, axis=1) / (0.5 * cell))).astype(np.int64)
    edge = np.repeat(np.arange(len(start)), steps)
    offset = np.arange(len(edge)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = ((offset + 0.5) / steps[edge])[:, None]
    points = start[edge] * (1 - share) + stop[edge] * share
    length = (np.linalg.norm(stop - start, axis=1) / steps)[edge]
    index = np.clip(np.floor((points + 1) / cell).astype(np.int64), 0, GRID - 1)
    flat = (index[:, 0] * GRID + index[:, 1]) * GRID + index[:, 2]
    mass = np.bincount(flat, weights=length * np.minimum(angle[edge] / (np.pi / 2), 1.0), minlength=GRID**3)
    sigma = 0.8
    blurred = ndimage.gaussian_filter(mass.reshape((GRID,) * 3).astype(np.float32), sigma)
    return np.minimum(blurred / cell * (2 * np.pi * sigma**2), 1.0)  # a line's blurred peak is 1 / (2 pi sigma^2)
