"""Owns what surfaces without an inside become where a new shape is wanted: sheets get walls, flat objects a thickness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .incoming import Incoming
from .protocol import Note
from .rasterise import Array
from .welding import keys, places

# Prior units: boxes seen exactly became solids from .054 on and none below .028, where no pixel falls on their side;
# the sampled views are rougher. Half as much again: 2.6 pixels of 64.
VIEWED = 0.08
FLATTEST = 0.02  # of the longest side: no new shape is thinner
OPEN = 0.5  # of a piece's longest side: outlines longer than that make it a sheet, shorter ones are holes


@dataclass(frozen=True)
class Thick:
    """An object as thick as the views need it, and how the shape made of it is thinned again: along `axis` (3,), a unit
    vector, about `middle` (3,), by `share`. notes: what the artist should know."""

    found: Incoming
    axis: Array
    middle: Array
    share: float = 1.0
    notes: tuple[Note, ...] = ()

    def thinned(self, points: Array) -> Array:
        """(N, 3) points in metres, in the object's own thickness."""
        along = (points - self.middle) @ self.axis
        return np.asarray(points - (1 - self.share) * along[:, None] * self.axis)


def thickened(found: Incoming) -> Thick:
    """The object with its sheets made walls, and widened where it is thinner than what the views can show."""
    used = found.vertices[np.unique(found.faces)].astype(np.float64)
    axis, thickness = thin_axis(used)
    needed = VIEWED / found.to_prior[1]
    along = used @ axis
    middle = axis * (along.min() + along.max()) / 2
    walled = walls(found, needed, flat=thickness < needed)
    notes = tuple(_notes(walled is not None, thickness, needed, found.size_m))
    if thickness >= needed:
        return Thick(walled or found, axis, middle, 1.0, notes)
    left, deep = max(thickness, FLATTEST * found.size_m), needed + thickness
    if walled is None:
        rise = ((found.vertices - middle) @ axis)[:, None] * axis
        walled, deep = (
            replace(found, vertices=(found.vertices + (needed / thickness - 1) * rise).astype(np.float32)),
            needed,
        )
    return Thick(walled, axis, middle, left / deep, notes)


def _notes(sheets: bool, thickness: float, needed: float, size_m: float) -> Iterator[Note]:
    left = FLATTEST * size_m
    if thickness < left:
        yield Note("shape-thickened", f"A flat object has no inside: its new shape is made about {left:.2g} m thick.")
    elif sheets and thickness >= needed:
        yield Note("shape-thickened", f"The mesh is open: it is taken to have walls of about {needed:.2g} m.")


def thin_axis(points: Array) -> tuple[Array, float]:
    """The unit vector along which points (N, 3) reach least far, of the world's and their own principal axes; how far."""
    spread = points - points.mean(0)
    axes = np.concatenate([np.eye(3), np.linalg.eigh(spread.T @ spread)[1].T])
    reach = np.ptp(points @ axes.T, axis=0)
    return axes[reach.argmin()], float(reach.min())


def walls(found: Incoming, deep_m: float, flat: bool) -> Incoming | None:
    """The object with walls of `deep_m` in place of its sheets, inwards, or of a flat one to both sides; None: no sheets.

    Of faces on the same three places, as a double-sided plane has them, one is taken.
    """
    place = places(found.vertices, found.faces)
    once = np.sort(np.unique(keys(np.sort(place[found.faces], axis=1)), return_index=True)[1])
    faces, uvs = found.faces[once], found.uvs[once]
    sheet = sheets(found.vertices, place[faces], faces)
    if not sheet.any():
        return None
    solid, solid_uvs, faces, uvs = faces[~sheet], uvs[~sheet], faces[sheet], uvs[sheet]
    out, count = normals(found.vertices, faces, place), len(found.vertices)
    used = np.unique(faces)
    from_middle = found.vertices[used] - found.vertices[used].mean(0)
    inwards = -deep_m if np.einsum("nk,nk->", out[used], from_middle) >= 0 else deep_m  # also of a mesh inside out
    above, below = (deep_m / 2, -deep_m / 2) if flat else (0.0, inwards)
    face, corner = outline(place[faces])
    after = (corner + 1) % 3
    a, b, u, v = faces[face, corner], faces[face, after], uvs[face, corner], uvs[face, after]
    front, back = faces + count, faces[:, ::-1] + 2 * count
    rim = [np.stack([b, a, a + count], 1) + count, np.stack([b, a + count, b + count], 1) + count]
    every = np.concatenate([solid, front, back, *rim]).astype(np.int32)
    laid = [solid_uvs, uvs, uvs[:, ::-1], np.stack([v, u, u], 1), np.stack([v, u, v], 1)]
    return replace(
        found,
        vertices=np.concatenate([found.vertices + by * out for by in (0.0, above, below)]).astype(np.float32),
        faces=every,
        uvs=np.concatenate(laid).astype(np.float32),
        selected=np.ones(len(every), bool),
        normals=None,
    )


def outline(place: Array) -> tuple[Array, Array]:
    """Face and first corner (E,) each of the edges that belong to one face alone. place: (F, 3) numbers of places."""
    ends = np.sort(np.stack([place, np.roll(place, -1, axis=1)], axis=-1), axis=-1).reshape(-1, 2)
    _, which, count = np.unique(keys(ends), return_inverse=True, return_counts=True)
    alone = np.flatnonzero((count[which.reshape(-1)] == 1) & (ends[:, 0] != ends[:, 1]))
    return alone // 3, alone % 3


def sheets(vertices: Array, place: Array, faces: Array) -> Array:
    """(F,) bool, the faces of those connected pieces whose outlines are longer than OPEN of their longest side."""
    size = int(place.max()) + 1
    link = coo_array((np.ones(2 * len(place)), (place[:, :2].T.ravel(), place[:, 1:].T.ravel())), shape=(size, size))
    piece = connected_components(link, directed=False)[1][place[:, 0]]
    face, corner = outline(place)
    ends = vertices[faces[face, corner]] - vertices[faces[face, (corner + 1) % 3]]
    length = np.bincount(piece[face], np.linalg.norm(ends, axis=1), piece.max() + 1)
    low, high = np.full((len(length), 3), np.inf), np.full((len(length), 3), -np.inf)
    for k in range(3):
        np.minimum.at(low, piece, vertices[faces[:, k]])
        np.maximum.at(high, piece, vertices[faces[:, k]])
    return np.asarray((length > OPEN * (high - low).max(1))[piece])


def normals(vertices: Array, faces: Array, place: Array) -> Array:
    """(N, 3) unit normals of the vertices, faces weighed by their area; zero where no face is."""
    corners = vertices[faces].astype(np.float64)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros((int(place.max()) + 1, 3))
    for k in range(3):
        np.add.at(total, place[faces[:, k]], across)
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30))[place]
