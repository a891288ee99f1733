"""Owns the parts of a prop and the directions in them: where wood's grain and a brush's strokes run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

from ..rasterise import Array
from ..shading import face_normals
from ..unwrap import adjacency, adjacent_faces, connected

_D = 0.70710678
DIRECTIONS = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [_D, _D, 0], [_D, -_D, 0], [_D, 0, _D], [_D, 0, -_D], [0, _D, _D], [0, _D, -_D]],
    dtype=np.float32,
)
DIAGONAL_BIAS = 0.35  # in log length: a diagonal must be 1.4 times as long as an axis to be believed
BACKWARD_BIAS = 0.5  # in log length, against grain that runs straight out of the surface
TIE_BREAK = np.array([0.12, 0.06, 0.0], dtype=np.float32)  # in log length: boards of a cube run one way, not in patches
SMOOTHING_ROUNDS = 25
SMALLEST_PART = 0.003  # of the surface


@dataclass(frozen=True)
class Parts:
    """P parts. face_part: (F,) the part of each face.

    frame: (P, 3, 3) rows along (the grain), across (the wider), through; centre: (P, 3); half: (P, 3) half extents in
    that frame; round: (P,) bool, whether the cross-section is round.
    """

    face_part: Array
    frame: Array
    centre: Array
    half: Array
    round: Array


def find_parts(vertices: Array, faces: Array, face_entry: Array) -> Parts:
    """Cut the mesh where the surface (palette entry of each face, (F,)) or the longest chord's direction changes."""
    corners = np.asarray(vertices, dtype=np.float32)[faces]
    normals, areas = face_normals(corners)
    pairs = adjacent_faces(faces)
    direction = _grain(corners, normals, areas, pairs, face_entry)
    part = connected(face_entry * len(DIRECTIONS) + direction, pairs, len(faces))
    part, direction = _without_crumbs(part, direction, face_entry, areas, pairs)
    part, direction = _joined_flats(part, direction, face_entry, (normals, areas), pairs)
    count = int(part.max()) + 1
    first = np.zeros(count, dtype=np.int64)
    first[part[::-1]] = np.arange(len(part))[::-1]
    centroid = corners.mean(1)
    frames = [_frame(DIRECTIONS[direction[first[p]]], centroid, normals, areas, part == p) for p in range(count)]
    frame, centre, half, rounds = (np.stack([f[k] for f in frames]) for k in range(4))
    return Parts(part, frame.astype(np.float32), centre.astype(np.float32), half.astype(np.float32), rounds)


def chords(corners: Array, normals: Array) -> Array:
    """(F, D) how far the solid reaches from under each face, both ways along each of DIRECTIONS."""
    scene = rtcore_scene.EmbreeScene()
    TriangleMesh(scene, np.ascontiguousarray(corners, dtype=np.float32))
    skin = (corners.mean(1) - 0.004 * normals).astype(np.float32)
    thickness = np.asarray(scene.run(skin, np.ascontiguousarray(-normals, dtype=np.float32), query="DISTANCE"))
    depth = np.clip(
        0.35 * np.where(thickness < 10, thickness, 0.0), 0.008, 0.12
    )  # under a bulge chords would be cut short
    start = (corners.mean(1) - depth[:, None] * normals).astype(np.float32)
    total = np.zeros((len(corners), len(DIRECTIONS)), dtype=np.float32)
    for index, direction in enumerate(DIRECTIONS):
        for sign in (1.0, -1.0):
            rays = np.ascontiguousarray(np.broadcast_to((sign * direction).astype(np.float32), start.shape))
            reach = np.asarray(scene.run(start, rays, query="DISTANCE"))
            total[:, index] += np.where(reach < 10.0, reach, 0.0)
    return total


def _grain(corners: Array, normals: Array, areas: Array, pairs: Array, entry: Array) -> Array:
    """(F,) index of the direction in which each face's piece of the solid is longest, smoothed over equal surfaces."""
    score = np.log(chords(corners, normals) + 0.02)
    score[:, 3:] -= DIAGONAL_BIAS
    score[:, :3] += TIE_BREAK
    score -= BACKWARD_BIAS * np.abs(normals @ DIRECTIONS.T) ** 4
    near = pairs[entry[pairs[:, 0]] == entry[pairs[:, 1]]]
    links = adjacency(near, len(areas))
    votes = score * areas[:, None]
    mass = areas.copy()
    for _ in range(SMOOTHING_ROUNDS):
        votes = 0.5 * votes + 0.5 * (links @ votes) / 3
        mass = 0.5 * mass + 0.5 * (links @ mass) / 3
    return np.argmax(votes / np.maximum(mass, 1e-12)[:, None], axis=1)


def _without_crumbs(part: Array, direction: Array, entry: Array, areas: Array, pairs: Array) -> tuple[Array, Array]:
    """Join parts too small to have a grain of their own to the largest neighbour of the same surface."""
    direction = direction.copy()
    for _ in range(3):
        size = np.bincount(part, weights=areas)
        both = np.concatenate([pairs, pairs[:, ::-1]])
        both = both[(part[both[:, 0]] != part[both[:, 1]]) & (entry[both[:, 0]] == entry[both[:, 1]])]
        small = size[part[both[:, 0]]] < SMALLEST_PART * areas.sum()
        both = both[small & (size[part[both[:, 1]]] > size[part[both[:, 0]]])]
        if len(both) == 0:
            break
        order = np.argsort(size[part[both[:, 1]]], kind="stable")  # the last write wins: the largest neighbour
        heir = np.full(len(size), -1, dtype=np.int64)
        heir[part[both[order, 0]]] = direction[both[order, 1]]
        moved = heir[part] >= 0
        direction[moved] = heir[part][moved]
        part = connected(entry * len(DIRECTIONS) + direction, pairs, len(part))
    return part, direction


def _joined_flats(
    part: Array, direction: Array, entry: Array, shape: tuple[Array, Array], pairs: Array
) -> tuple[Array, Array]:
    """Join flat parts that continue each other in one plane (the segments of a disc) to the largest of them.

    shape: normals (F, 3), areas (F,). A leg flush with a table's edge faces four ways, so it is not flat and stays a part.
    """
    normals, areas = shape
    direction = direction.copy()
    for _ in range(4):
        size = np.bincount(part, weights=areas)
        mean = np.stack([np.bincount(part, weights=areas * normals[:, k]) for k in range(3)], axis=1)
        flat = np.linalg.norm(mean, axis=1) > 0.93 * size
        both = np.concatenate([pairs, pairs[:, ::-1]])
        small, large = part[both[:, 0]], part[both[:, 1]]
        level = np.einsum("ek,ek->e", normals[both[:, 0]], normals[both[:, 1]]) > 0.97
        joins = (small != large) & (entry[both[:, 0]] == entry[both[:, 1]]) & level & flat[small]
        both = both[joins & (size[large] > size[small])]
        if len(both) == 0:
            break
        order = np.argsort(size[part[both[:, 1]]], kind="stable")
        heir = np.full(len(size), -1, dtype=np.int64)
        heir[part[both[order, 0]]] = direction[both[order, 1]]
        direction = np.where(heir[part] >= 0, heir[part], direction)
        part = connected(entry * len(DIRECTIONS) + direction, pairs, len(part))
    return part, direction


def _frame(chord: Array, centroid: Array, normals: Array, areas: Array, own: Array) -> tuple[Array, Array, Array, bool]:
    """(frame, centre, half extents, round) of one part; own: (F,) bool."""
    points, normal, weight = centroid[own], normals[own], areas[own] + 1e-12
    centre = (points * weight[:, None]).sum(0) / weight.sum()
    spread = ((points - centre) * weight[:, None]).T @ (points - centre) / weight.sum()
    values, vectors = np.linalg.eigh(spread)
    along = chord
    longest = vectors[:, 2] * np.sign(vectors[:, 2] @ chord + 1e-9)
    if values[2] > 4 * values[1] and longest @ chord > 0.85:
        along = longest  # a clearly long part: its own axis, not the nearest of nine directions
    side: Array = normal - (normal @ along)[:, None] * along
    length = np.linalg.norm(side, axis=1)
    facing = length > 0.5
    across = _main_side(side[facing] / length[facing, None], weight[facing], along)
    frame = np.stack([along, across, np.cross(along, across)])
    local = (points - centre) @ frame.T
    low, high = local.min(0), local.max(0)
    half = (high - low) / 2
    if half[2] > half[1]:
        frame, half = frame[[0, 2, 1]] * np.array([[1], [1], [-1]]), half[[0, 2, 1]]
        low, high = (frame @ (points - centre).T).min(1), (frame @ (points - centre).T).max(1)
    is_round = _is_round(side[facing] / length[facing, None], weight[facing], frame, half)
    return frame, centre + ((low + high) / 2) @ frame, half, is_round


def _main_side(sides: Array, weight: Array, along: Array) -> Array:
    """The direction perpendicular to `along` that most of the surface faces, four-fold symmetric as boxes are."""
    base = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [0.0, 1.0, 0.0])
    base = base / np.linalg.norm(base)
    other = np.cross(along, base)
    angle = np.arctan2(sides @ other, sides @ base)
    mean = (weight * np.exp(4j * angle)).sum()
    if abs(mean) < 0.1 * weight.sum():
        return base
    turn = np.angle(mean) / 4
    return np.cos(turn) * base + np.sin(turn) * other


def _is_round(sides: Array, weight: Array, frame: Array, half: Array) -> bool:
    """Whether the sides face all ways alike and the cross-section is about as wide as deep."""
    if len(sides) < 12 or half[2] < 0.6 * half[1]:
        return False
    angle = np.arctan2(sides @ frame[2], sides @ frame[1])
    share = np.bincount(((angle + np.pi) / (2 * np.pi) * 16).astype(int) % 16, weights=weight, minlength=16)
    return bool((share > 0.02 * share.sum()).sum() >= 12)
