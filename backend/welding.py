"""Owns which vertices are one: files split them where normals or UVs change, layouts and shading go by the surface."""

from __future__ import annotations

import numpy as np

from .rasterise import Array

WELD = 1e-5  # of the longest side: vertices nearer to each other are one


def places(vertices: Array, faces: Array) -> Array:
    """(N,) the number of each vertex's place: vertices at one place, as UV seams make them, share it."""
    used = vertices[np.unique(faces)]
    step = WELD * max(float(np.ptp(used, axis=0).max()), 1e-30)
    at = np.clip(np.nan_to_num(vertices), used.min(0), used.max(0)) - used.min(0)
    return np.unique(keys(np.round(at / step).astype(np.int64)), return_inverse=True)[1].reshape(-1)


def keys(rows: Array) -> Array:
    """(R,) int64, the same for the same rows (R, K) of whole numbers from 0 on: ten times as fast as numpy's unique rows."""
    key = rows[:, 0].astype(np.int64)
    for column in rows.T[1:]:
        key = np.unique(key, return_inverse=True)[1].reshape(-1) * (int(column.max()) + 1) + column
    return key


def over_places(vertices: Array, faces: Array) -> Array:
    """The faces (F, 3) over one vertex of each place, so that faces which meet share their edge."""
    corners = faces.reshape(-1)
    _, first, index = np.unique(places(vertices, faces)[corners], return_index=True, return_inverse=True)
    return corners[first][index].reshape(faces.shape)


def welded(vertices: Array, normals: Array) -> tuple[Array, Array]:
    """Which vertices stay (M,), and which of these each of the N became: exactly equal ones, of equal normals, are one.

    vertices (N, 3); normals (N, 3) unit or zero: vertices that differ in them were split for a hard edge, and stay apart.
    """
    columns = np.concatenate([vertices, np.round(normals * 1000)], axis=1).T
    rows = np.stack([np.unique(column, return_inverse=True)[1].reshape(-1) for column in columns], axis=1)
    _, first, index = np.unique(keys(rows), return_index=True, return_inverse=True)
    return first, index.reshape(-1)
