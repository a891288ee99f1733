"""Owns relief: heights along the surface become a tangent-space normal map."""

from __future__ import annotations

import numpy as np

from ..rasterise import Array, Texels
from ..shading import corner_normals, corner_tangents

STEEPEST = 1.2  # slope at which relief is held: about 50 degrees


def normals_from_heights(texels: Texels, height: Array, vertices: Array, faces: Array, uvs: Array) -> Array:
    """(T, 3) unit tangent-space normals of a surface displaced by height (T,), in prior units, along its normal.

    The surface gradient of h is h_u R1 + h_v R2 with R1, R2 the reciprocal vectors of dP/du, dP/dv in the face's plane
    (Mikkelsen 2010); in the tangent basis (T, B, N) the bent normal is (-grad.T, -grad.B, 1). Heights are differenced
    in the texture; the gutter's texels carry the heights of the surface extended, so that charts have no rim.
    """
    corners = np.asarray(vertices, dtype=np.float32)[faces]
    basis = _height_to_slope(corners, uvs, corner_normals(vertices, faces))
    size = texels.size_px
    image = texels.image(height.astype(np.float32)).reshape(-1)
    row, column = texels.row.astype(np.int64), texels.column.astype(np.int64)
    left, right = np.maximum(column - 1, 0), np.minimum(column + 1, size - 1)
    above, below = np.maximum(row - 1, 0), np.minimum(row + 1, size - 1)
    by_u = (image[row * size + right] - image[row * size + left]) * (size / np.maximum(right - left, 1))
    by_v = (image[above * size + column] - image[below * size + column]) * (size / np.maximum(below - above, 1))
    matrix = basis[texels.face]
    slope_t = matrix[:, 0] * by_u + matrix[:, 1] * by_v
    slope_b = matrix[:, 2] * by_u + matrix[:, 3] * by_v
    steep = np.sqrt(slope_t**2 + slope_b**2)
    held = np.tanh(steep / STEEPEST) * STEEPEST / np.maximum(steep, 1e-9)
    bent = np.stack([-slope_t * held, -slope_b * held, np.ones_like(steep)], axis=1)
    return (bent / np.linalg.norm(bent, axis=1, keepdims=True)).astype(np.float32)


def _height_to_slope(corners: Array, uvs: Array, normals: Array) -> Array:
    """(F, 4) the matrix [[R1.T, R2.T], [R1.B, R2.B]] of each face, with its mean tangent and bitangent."""
    tangents, sign = corner_tangents(corners, uvs, normals)
    tangent, normal = tangents.mean(1), normals.mean(1)
    bitangent = np.cross(normal, tangent) * sign[:, None]
    edges = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], axis=1).astype(np.float64)
    uv = np.stack([uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]], axis=1).astype(np.float64)
    gram = edges @ edges.transpose(0, 2, 1)
    flat = np.abs(np.linalg.det(gram)) < 1e-20
    gram[flat] = np.eye(2)
    dual = np.linalg.inv(gram) @ edges  # rows: reciprocal vectors of the two edges
    reciprocal = uv.transpose(0, 2, 1) @ dual  # a height grows by uv . (h_u, h_v) along each edge
    frame = np.stack([tangent, bitangent], axis=1)
    matrix = frame @ reciprocal.transpose(0, 2, 1)
    matrix[flat] = 0.0
    return matrix.reshape(-1, 4).astype(np.float32)
