"""Owns the shading frames of a mesh: its normals with creases, and the tangents its UVs give."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from .rasterise import Array
from .settings import CREASE_DEG


def face_normals(corners: Array) -> tuple[Array, Array]:
    """Unit normals (F, 3) and areas (F,) of triangles (F, 3, 3); a flat triangle's normal is zero."""
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(cross, axis=1)
    return cross / np.maximum(length, 1e-20)[:, None], 0.5 * length


def corner_normals(vertices: Array, faces: Array, crease_deg: float = CREASE_DEG) -> Array:
    """Shading normals (F, 3, 3) float32: a corner averages the faces of its fan, weighted by their angle there.

    A fan is what lies around a vertex between two creases: edges with other than two faces, or whose faces turn by
    more than `crease_deg`. These are Blender's own normals when the same edges are marked sharp.
    """
    corners = np.asarray(vertices, dtype=np.float32)[faces]
    normals, areas = face_normals(corners)
    fan = _fans(faces, normals, crease_deg)
    weighted = (normals[:, None] * _corner_angles(corners)[..., None]).reshape(-1, 3)
    total = np.stack([np.bincount(fan, weights=weighted[:, k]) for k in range(3)], 1)[fan]
    length = np.linalg.norm(total, axis=1, keepdims=True)
    fallback = np.repeat(np.where(areas[:, None] > 0, normals, np.array([0.0, 0.0, 1.0])), 3, axis=0)
    total = np.where(length > 1e-20, total / np.maximum(length, 1e-20), fallback)
    return total.reshape(-1, 3, 3).astype(np.float32)


def shading_normals(vertices: Array, faces: Array, own: Array | None) -> Array:
    """(F, 3, 3) float32: a file's own normals of the corners, `corner_normals` where it has none, or none of length 1."""
    made = corner_normals(vertices, faces)
    if own is None:
        return made
    known = np.abs(np.linalg.norm(own, axis=2, keepdims=True) - 1) < 0.01
    return np.where(known, own, made).astype(np.float32)


def _fans(faces: Array, normals: Array, crease_deg: float) -> Array:
    """(3 F,) which fan each corner belongs to. faces: (F, 3), wound alike; normals: (F, 3) unit."""
    start, end = faces.reshape(-1).astype(np.int64), np.roll(faces, -1, axis=1).reshape(-1).astype(np.int64)
    edge = np.minimum(start, end) * (faces.max() + 1) + np.maximum(start, end)
    order = np.argsort(edge, kind="stable")
    bounds = np.flatnonzero(np.diff(edge[order], prepend=-1, append=-1))
    pair = bounds[:-1][np.diff(bounds) == 2]  # where the two sides of an edge stand in `order`
    one, other = order[pair], order[pair + 1]
    turn = np.einsum("ek,ek->e", normals[one // 3], normals[other // 3])
    smooth = (start[one] == end[other]) & (turn >= np.cos(np.radians(crease_deg)))
    one, other = one[smooth], other[smooth]
    following = lambda corner: corner // 3 * 3 + (corner + 1) % 3
    joins = (np.concatenate([one, following(one)]), np.concatenate([following(other), other]))
    graph = sparse.coo_matrix((np.ones(len(joins[0]), np.int8), joins), shape=(faces.size, faces.size))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1])


def corner_tangents(corners: Array, uvs: Array, normals: Array) -> tuple[Array, Array]:
    """Unit tangents (F, 3, 3) and bitangent signs (F,): bitangent = sign * cross(normal, tangent).

    corners: (F, 3, 3); uvs: (F, 3, 2), V up; normals: (F, 3, 3) shading normals. As in MikkTSpace (Mikkelsen 2008): a
    face's direction of growing U, made perpendicular to the corner's normal, averaged by corner angle over the corners
    that share position, normal, UV and handedness.
    """
    ab, ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    uab, uac = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    area = uab[:, 0] * uac[:, 1] - uab[:, 1] * uac[:, 0]
    sign = np.where(area < 0, -1.0, 1.0).astype(np.float32)
    along_u = (ab * uac[:, 1:] - ac * uab[:, 1:]) * sign[:, None]
    tangent = _unit(along_u[:, None] - normals * np.einsum("fk,fck->fc", along_u, normals)[..., None])
    flat = corners.reshape(-1, 3)
    place = (corners - flat.min(0)) / max(float(np.ptp(flat, axis=0).max()), 1e-30)  # whatever the unit and the origin
    keys = [place, uvs, normals, np.broadcast_to(sign[:, None, None], (len(sign), 3, 1))]
    key = np.concatenate([np.round(k * 32768).astype(np.int32).reshape(len(sign) * 3, -1) for k in keys], axis=1)
    _, group = np.unique(
        np.ascontiguousarray(key).view([("", np.int32)] * key.shape[1]).reshape(-1), return_inverse=True
    )
    weighted = (tangent * _corner_angles(corners)[..., None]).reshape(-1, 3)
    group = group.reshape(-1)
    total = np.stack([np.bincount(group, weights=weighted[:, k]) for k in range(3)], axis=1)[group].reshape(-1, 3, 3)
    spare = np.cross(normals, np.where(np.abs(normals[..., 2:]) < 0.9, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]))
    known = np.linalg.norm(total, axis=2, keepdims=True) > 1e-12
    return np.where(known, _unit(total), _unit(spare)).astype(np.float32), sign


def _unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-20)


def _corner_angles(corners: Array) -> Array:
    """(F, 3) the inner angles of triangles, in radians."""
    before, after = np.roll(corners, 1, axis=1) - corners, np.roll(corners, -1, axis=1) - corners
    return np.arccos(np.clip(np.einsum("fck,fck->fc", _unit(before), _unit(after)), -1.0, 1.0))
