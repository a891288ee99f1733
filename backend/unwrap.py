"""Owns the UV layout: cuts a mesh into few charts by the direction its surface faces, and lets xatlas pack them.

xatlas's own charting takes .55 s for 8,000 faces and .3 s for 4,000 (2 EPYC cores), nearly all of it growing charts.
Here the charts are the connected areas that face the same way, flattened by projection (a tenth of the time), which
suits textures made in object space: every chart has nearly the same texel density, and none is warped.
"""

from __future__ import annotations

import numpy as np
import xatlas
from scipy import sparse
from scipy.sparse import csgraph

from .errors import problem
from .rasterise import Array, spans, uv_areas
from .shading import face_normals

DIRECTIONS = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=np.float32)
PREFERENCE = np.array([0.97, 0.97, 1.0, 1.0, 1.05, 1.05], dtype=np.float32)  # a plane at 45 degrees must not flicker
LEAST_COSINE = 0.25  # a face steeper than this to its chart's plane would lose three quarters of its texels
SMALL_CHART = 0.004  # of the whole area: below it a chart is offered to its neighbours
OVERLAP_LIMIT = 0.002  # of the covered texels
SLIVER = 0.004  # height over length below which a triangle has no direction of its own, halved
CHECK_PX = 512  # side of the texture in which overlaps are looked for


def unwrap(vertices: Array, faces: Array, padding: float = 4 / 512) -> Array:
    """Per-corner UVs (F, 3, 2) float32 in [0, 1], V up; charts do not overlap and keep `padding` (of the side) apart.

    vertices: (N, 3) float. faces: (F, 3) int, welded and counter-clockwise from outside. Deterministic.
    Raises "mesh-invalid" when there is no face.
    """
    if len(faces) == 0:
        raise problem("mesh-invalid", why="it has no faces", remedy="Choose another mesh.")
    corners = np.ascontiguousarray(vertices, dtype=np.float32)[faces]
    normals, areas = face_normals(corners)
    pairs = adjacent_faces(faces)
    normals = _without_slivers(corners, normals, areas, pairs)
    label = _smooth_labels(normals, areas, pairs)
    chart = connected(label, pairs, len(faces))
    chart = connected(_absorb_small(label, chart, normals, areas, pairs), pairs, len(faces))
    for _ in range(4):
        uvs = _pack(_flatten(corners, normals, areas, chart), faces, chart, padding)
        buried, share = _overlapped(uvs, corners, normals)
        if share <= OVERLAP_LIMIT:
            break
        chart = connected(chart * 2 + buried, pairs, len(faces))  # lift the lower sheet of a fold into its own chart
    return uvs


def adjacent_faces(faces: Array) -> Array:
    """(E, 2) pairs of faces that share an edge; at an edge of more than two faces, neighbours in face order."""
    edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).astype(np.int64), axis=1)
    key = edges[:, 0] * (faces.max() + 1) + edges[:, 1]
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    return np.stack([order[:-1][same], order[1:][same]], axis=1) // 3


def adjacency(pairs: Array, count: int) -> sparse.csr_matrix:
    """(F, F) symmetric 0/1 matrix of face neighbours."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    return sparse.csr_matrix((np.ones(len(both), np.float32), (both[:, 0], both[:, 1])), shape=(count, count))


def connected(label: Array, pairs: Array, count: int) -> Array:
    """(F,) the number of the connected area of equal label that each face lies in."""
    kept = pairs[label[pairs[:, 0]] == label[pairs[:, 1]]]
    return csgraph.connected_components(adjacency(kept, count), directed=False)[1].astype(np.int64)


def _smooth_labels(normals: Array, areas: Array, pairs: Array) -> Array:
    """(F,) which of DIRECTIONS each face mostly faces, smoothed over its neighbours unless that would fold it over."""
    neighbours = adjacency(pairs, len(normals))
    smooth = normals * areas[:, None]
    for _ in range(3):
        smooth = smooth + neighbours @ smooth
    label = np.argmax((smooth @ DIRECTIONS.T) * PREFERENCE, axis=1)
    folded = np.einsum("fk,fk->f", normals, DIRECTIONS[label]) < LEAST_COSINE
    label[folded] = np.argmax((normals[folded] @ DIRECTIONS.T) * PREFERENCE, axis=1)
    return label


def _absorb_small(label: Array, chart: Array, normals: Array, areas: Array, pairs: Array) -> Array:
    """Give the faces of small charts to a larger neighbour, where they lean far enough towards its direction."""
    label = label.copy()
    for _ in range(4):
        chart_area = np.bincount(chart, weights=areas)
        small = chart_area[chart] < SMALL_CHART * areas.sum()
        both = np.concatenate([pairs, pairs[:, ::-1]])
        rim = both[small[both[:, 0]] & (chart_area[chart[both[:, 1]]] > chart_area[chart[both[:, 0]]])]
        cosine = np.einsum("ek,ek->e", normals[rim[:, 0]], DIRECTIONS[label[rim[:, 1]]])
        rim, cosine = rim[cosine > LEAST_COSINE], cosine[cosine > LEAST_COSINE]
        if len(rim) == 0:
            break
        order = np.argsort(cosine, kind="stable")  # the last write wins: the best direction
        label[rim[order, 0]] = label[rim[order, 1]]
        chart = connected(label, pairs, len(label))
    return label


def _flatten(corners: Array, normals: Array, areas: Array, chart: Array) -> Array:
    """(F, 3, 2) each chart projected along its mean normal, in the mesh's units, wound counter-clockwise."""
    count = int(chart.max()) + 1
    mean = np.stack([np.bincount(chart, weights=normals[:, k] * areas, minlength=count) for k in range(3)], axis=1)
    mean = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-20)
    nearest = DIRECTIONS[np.argmax(mean @ DIRECTIONS.T, axis=1)]
    folds = np.einsum("fk,fk->f", normals, mean[chart]) < 0.1
    bad = np.unique(chart[folds])
    mean[bad] = nearest[bad]
    up = np.where(np.abs(mean[:, 2:]) > 0.8, np.array([[0.0, 1.0, 0.0]]), np.array([[0.0, 0.0, 1.0]]))
    right = np.cross(up, mean)
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-20)
    frame = np.stack([right, np.cross(mean, right)], axis=1).astype(np.float32)  # (K, 2, 3)
    return np.einsum("fck,fjk->fcj", corners, frame[chart], optimize=False)


def _pack(flat: Array, faces: Array, chart: Array, padding: float) -> Array:
    """Lay the charts side by side in the unit square. (F, 3, 2) in mesh units -> (F, 3, 2) in [0, 1]."""
    width = 1.5 * float(np.ptp(flat.reshape(-1, 2), axis=0).max())
    flat = flat.copy()
    flat[..., 0] += (chart * width)[:, None]  # apart: xatlas takes charts that share a coordinate for one chart
    key = np.repeat(chart, 3) * (faces.max() + 1) + faces.reshape(-1)
    _, first, index = np.unique(key, return_index=True, return_inverse=True)
    atlas = xatlas.Atlas()
    atlas.add_uv_mesh(np.ascontiguousarray(flat.reshape(-1, 2)[first]), index.reshape(-1, 3).astype(np.uint32))
    options = xatlas.PackOptions()
    options.resolution, options.padding = CHECK_PX, max(1, round(padding * CHECK_PX))
    options.bilinear, options.rotate_charts, options.rotate_charts_to_axis = (
        True,
        False,
        True,
    )  # rotating by 90 degrees mirrors
    atlas.generate(xatlas.ChartOptions(), options)
    _, indices, uvs = atlas[0]
    if not min(atlas.width, atlas.height):  # thinner than a texel of its length: nothing that a packing could keep
        return _in_rows(flat, chart)
    uvs = uvs * np.array([atlas.width, atlas.height]) / max(atlas.width, atlas.height)  # xatlas stretches to a square
    placed = _placed_alike(flat, uvs[indices], chart)
    return np.ascontiguousarray(np.clip(placed, 0.0, 1.0), dtype=np.float32)


def _in_rows(flat: Array, chart: Array) -> Array:
    """(F, 3, 2) each chart stretched to its own cell of a square board: for surfaces too thin to keep their proportions."""
    side = int(np.ceil(np.sqrt(int(chart.max()) + 1)))
    low = np.full((int(chart.max()) + 1, 2), np.inf)
    high = -low
    for k in range(3):
        np.minimum.at(low, chart, flat[:, k])
        np.maximum.at(high, chart, flat[:, k])
    inside = (flat - low[chart][:, None]) / np.maximum(high - low, 1e-20)[chart][:, None]
    cell = np.stack([chart % side, chart // side], axis=1)[:, None]
    return np.ascontiguousarray((cell + 0.05 + 0.9 * inside) / side, dtype=np.float32)


def _placed_alike(flat: Array, uvs: Array, chart: Array) -> Array:
    """(F, 3, 2) every corner where its chart's similarity transform puts it: xatlas leaves faces without area behind.

    flat, uvs: (F, 3, 2) before and after packing. The transform z -> a z + b (complex) is fitted to faces with area.
    """
    before, after = flat[..., 0] + 1j * flat[..., 1], uvs[..., 0] + 1j * uvs[..., 1]
    weight = np.abs(np.imag(np.conj(before[:, 1] - before[:, 0]) * (before[:, 2] - before[:, 0])))
    longest = np.abs(before - np.roll(before, 1, axis=1)).max(1)
    weight = np.where(weight > 2 * SLIVER * longest**2, weight, 0.0)
    each = lambda values: np.bincount(chart, weights=values * weight)
    mean = lambda z: (each(z.real.mean(1)) + 1j * each(z.imag.mean(1))) / np.maximum(each(np.ones(len(chart))), 1e-30)
    first, second = before - mean(before)[chart][:, None], after - mean(after)[chart][:, None]
    product = (np.conj(first) * second).mean(1)
    scale = (each(product.real) + 1j * each(product.imag)) / np.maximum(each((np.abs(first) ** 2).mean(1)), 1e-30)
    result = scale[chart][:, None] * first + mean(after)[chart][:, None]
    return np.stack([result.real, result.imag], axis=-1)


def _overlapped(uvs: Array, corners: Array, normals: Array) -> tuple[Array, float]:
    """(F,) whether another face lies over texels of this one, further out along the normals; the share of such texels."""
    row, column, face = spans(uvs, CHECK_PX)
    texel = row * CHECK_PX + column
    height = np.einsum("fk,fk->f", corners.mean(1), normals)[face]
    order = np.lexsort((height, texel))
    below = np.nonzero(texel[order][1:] == texel[order][:-1])[0]
    hits = np.bincount(face[order][below], minlength=len(uvs))
    return hits >= 2, len(below) / max(len(texel), 1)


def _without_slivers(corners: Array, normals: Array, areas: Array, pairs: Array) -> Array:
    """Give faces without width the normal of their neighbours: their own is noise, and xatlas drops charts without area."""
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(1)
    sliver = areas < SLIVER * longest**2
    links = adjacency(pairs, len(areas))
    normals = normals.copy()
    for _ in range(2):
        around = links @ (normals * np.where(sliver, 1e-9, areas)[:, None])
        length = np.linalg.norm(around, axis=1, keepdims=True)
        replaced = sliver[:, None] & (length > 1e-15)
        normals = np.where(replaced, around / np.maximum(length, 1e-15), normals)
    return normals


def texel_density(vertices: Array, faces: Array, uvs: Array, texture_px: int, longest: float) -> float:
    """Texels along one unit of the surface, over all of it, of a square texture on a mesh whose longest side is `longest`."""
    corners = np.asarray(vertices, np.float64)[faces] * (longest / max(float(np.ptp(vertices, axis=0).max()), 1e-9))
    surface = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum()
    return float(texture_px * np.sqrt(uv_areas(uvs).sum() / max(surface, 1e-12)))
