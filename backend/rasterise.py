"""Owns the rasteriser of UV space: which face covers which texel, and what the face's corners carry there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[Any]


@dataclass(frozen=True)
class Texels:
    """The covered texels of a square texture, then its gutter, in one list of T texels.

    row, column: (T,) int32, row 0 is the top of the image (V = 1). face: (T,) int32. barycentric: (T, 3) float32; in
    the gutter they lie outside [0, 1], so that what is a function of position runs on smoothly across a chart's border.
    inside: how many of the T texels (the first ones) have their centre inside a face. size_px: the side of the texture.
    nearest: (S, S) for every texel of the texture the index in the list of the nearest covered one.
    """

    row: Array
    column: Array
    face: Array
    barycentric: Array
    inside: int
    size_px: int
    nearest: Array

    def image(self, values: Array) -> Array:
        """The texture of texel values, each empty texel a copy of the nearest one. (T, ...) -> (S, S, ...)."""
        return values[self.nearest]

    def spread(self, corners: Array) -> Array:
        """Interpolate what each face corner carries. (F, 3, C) -> (T, C) float32."""
        return np.einsum("tk,tkc->tc", self.barycentric, corners[self.face], dtype=np.float32, optimize=False)


def spans(uvs: Array, size_px: int) -> tuple[Array, Array, Array]:
    """(row, column, face) of every texel centre strictly inside a face, exactly, by rows of each triangle.

    uvs: (F, 3, 2) with V up. A texel under two faces is listed twice. Each triangle is cut by the texel rows' centre
    lines; the cut is an interval of columns, so no texel outside a triangle is ever visited.
    """
    x = uvs[..., 0].astype(np.float64) * size_px - 0.5  # texel centres at whole numbers
    y = (1.0 - uvs[..., 1].astype(np.float64)) * size_px - 0.5
    first = np.clip(np.ceil(y.min(1)), 0, size_px).astype(np.int64)
    last = np.clip(np.floor(y.max(1)), -1, size_px - 1).astype(np.int64)
    face, row = _ranges(first, last)
    xs, ys = x[face], y[face]
    low, high = np.full(len(face), np.inf), np.full(len(face), -np.inf)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        ya, yb = ys[:, a], ys[:, b]
        crosses = (np.minimum(ya, yb) <= row) & (np.maximum(ya, yb) >= row) & (ya != yb)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = xs[:, a] + (row - ya) * (xs[:, b] - xs[:, a]) / (yb - ya)
        low = np.where(crosses, np.minimum(low, at), low)
        high = np.where(crosses, np.maximum(high, at), high)
    empty = ~np.isfinite(low)
    low[empty], high[empty] = 0.0, -1.0
    begin = np.clip(np.ceil(low), 0, size_px).astype(np.int64)
    end = np.clip(np.ceil(high) - 1, -1, size_px - 1).astype(np.int64)  # half-open: a shared edge has one owner
    span, column = _ranges(begin, end)
    return row[span], column, face[span]


def _ranges(first: Array, last: Array) -> tuple[Array, Array]:
    """Every whole number of the closed intervals [first, last], and the index of its interval."""
    count = np.maximum(last - first + 1, 0)
    index = np.repeat(np.arange(len(first)), count)
    offset = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    return index, first[index] + offset


def uv_areas(uvs: Array) -> Array:
    """(F,) the shares of the unit square, or of the picture, that triangles (F, 3, 2) take."""
    (a, b), (c, d) = (uvs[:, 1] - uvs[:, 0]).T, (uvs[:, 2] - uvs[:, 0]).T
    return np.asarray(0.5 * np.abs(a * d - b * c))


def barycentric(uvs: Array, face: Array, row: Array, column: Array, size_px: int) -> Array:
    """(T, 3) float32 barycentrics of texel centres in their faces; flat faces get their centroid."""
    corners = uvs.astype(np.float64)
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    flat = np.abs(area) < 1e-14
    inverse = np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, area))
    u = (column + 0.5) / size_px - a[face, 0]
    v = 1.0 - (row + 0.5) / size_px - a[face, 1]
    scale = inverse[face]
    second = (u * ac[face, 1] - v * ac[face, 0]) * scale
    third = (v * ab[face, 0] - u * ab[face, 1]) * scale
    result = np.stack([1.0 - second - third, second, third], axis=1).astype(np.float32)
    result[flat[face]] = 1.0 / 3.0
    return result


def rasterise(uvs: Array, size_px: int, gutter_px: float = 2.5) -> Texels:
    """The texels of a texture that faces cover, and those within `gutter_px` of one, which belong to the nearest face.

    uvs: (F, 3, 2) float, V up, without overlaps (of two faces over one texel the later wins).
    """
    assert uvs.ndim == 3 and uvs.shape[1:] == (3, 2), uvs.shape
    row, column, face = spans(uvs, size_px)
    owner = np.full((size_px, size_px), -1, dtype=np.int32)
    owner[row, column] = face
    covered = owner >= 0
    rows, columns = np.nonzero(covered)
    inside = len(rows)
    faces = owner[rows, columns]
    order = np.zeros((size_px, size_px), dtype=np.int32)
    if inside:
        order[rows, columns] = np.arange(inside, dtype=np.int32)
        distance, index = ndimage.distance_transform_edt(~covered, return_indices=True)
        order = order[index[0], index[1]]
        gutter_row, gutter_column = np.nonzero((distance <= gutter_px) & ~covered)
        faces = np.concatenate([faces, faces[order[gutter_row, gutter_column]]])
        order[gutter_row, gutter_column] = inside + np.arange(len(gutter_row), dtype=np.int32)
        rows, columns = np.concatenate([rows, gutter_row]), np.concatenate([columns, gutter_column])
    weights = np.clip(barycentric(uvs, faces, rows, columns, size_px), -4.0, 5.0)  # slivers must not throw texels far
    return Texels(rows.astype(np.int32), columns.astype(np.int32), faces, weights, inside, size_px, order)
