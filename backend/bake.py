"""Owns the bake: what six small views say about a surface, gathered at every texel of its texture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage, sparse
from scipy.spatial import cKDTree

from .cameras import HALF_FRAME
from .palette import Painted, Palette, paint
from .priors import ALBEDO, ALPHA, DEPTH, NORMAL, Maps
from .rasterise import Array, Texels, rasterise
from .shading import corner_normals, face_normals
from .shadow import ShadowMap

COSINE_POWER = 6  # best of the fusion study: a view looks best at what faces it
FILL_SAMPLES = 8_000
CHUNK = 400_000  # texels at a time: a map of 4096 px must fit into memory
HIDING_PX = 192  # side of the depth map in which a view's hidden texels are found
UNSEEN = 1e-4  # a summed weight below it counts as unseen
Inner = Callable[[Array], Array]  # points (n, 3) in prior units -> (n,) bool


@dataclass(frozen=True)
class Bake:
    """The surface at T texels (`texels` says where they lie). All arrays float32 unless noted.

    position (T, 3) prior units; normal (T, 3) unit shading normal; colour (T, 3) sRGB [0, 1]; roughness, metallic (T,)
    [0, 1]; entry (T,) int64 the palette entry with the most votes; edge (T,) in [0, 1], 1 inside an entry's area, 0 on
    its contour; confidence (T,) in [0, 1], 0 where no view saw the texel and its neighbours' values were taken.
    """

    texels: Texels
    palette: Palette
    position: Array
    normal: Array
    colour: Array
    roughness: Array
    metallic: Array
    entry: Array
    edge: Array
    confidence: Array

    @property
    def material(self) -> Array:
        """(T,) int64 indices into materials.SURFACES."""
        return self.palette.material[self.entry]


def bake(
    vertices: Array, faces: Array, uvs: Array, maps: Maps, size_px: int = 1024, inner: Inner | None = None
) -> Bake:
    """Bake G-buffer views onto a mesh.

    vertices: (N, 3) float in prior units; faces: (F, 3) int; uvs: (F, 3, 2). maps: V orthographic G-buffer views. inner: tells
    what was cut into the solid since it was seen; there it looks as most of the surface does.
    """
    texels = rasterise(uvs, size_px)
    corners = np.asarray(vertices, dtype=np.float32)[faces]
    position = texels.spread(corners)
    normal = texels.spread(corner_normals(vertices, faces))
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    maps = even_gains(maps, position, normal)
    painted = paint(maps)
    votes, residual, weight = gather(painted, maps, position, normal, corners)
    votes, residual = _fill(votes, residual, weight, position, normal)
    if inner is not None:
        votes, residual = _lined(votes, residual, weight, inner(position))
    magnification = _texels_per_pixel(uvs, corners, size_px, maps)
    sharp, edge = sharpen(votes, magnification)
    values = sharp @ painted.palette.values.astype(np.float32) + residual
    return Bake(
        texels=texels,
        palette=painted.palette,
        position=position,
        normal=normal,
        colour=np.clip(values[:, :3], 0.0, 1.0),
        roughness=np.clip(values[:, 3], 0.03, 1.0),
        metallic=np.clip(values[:, 4], 0.0, 1.0),
        entry=sharp.argmax(1),
        edge=edge,
        confidence=(weight / (weight + 0.05)).astype(np.float32),
    )


def look_up(
    maps: Maps, view: int, position: Array, normal: Array, pixel_weight: Array
) -> tuple[Array, sparse.csr_matrix]:
    """Which texels a view shows, and the bilinear weights with which its pixels speak for them.

    Returns (n,) indices of the texels that face the view, and an (n, S * S) matrix whose rows sum to the texel's
    weight: bilinear x cos^6 x agreement of the normals x pixel_weight, 0 where the pixel's depth says the texel is
    hidden.
    """
    size = maps.maps.shape[-1]
    right, up, back = maps.cameras.axes[view].double().numpy().astype(np.float32)
    cosine = normal @ back
    facing = np.nonzero(cosine > 0.05)[0]
    point, cosine = position[facing], cosine[facing]
    column = (point @ right / HALF_FRAME + 1) * (size / 2) - 0.5
    row = (1 - point @ up / HALF_FRAME) * (size / 2) - 0.5
    buffer = maps.maps[view].detach().float().cpu().numpy()
    depth = buffer[DEPTH][0].reshape(-1)
    seen_normal = buffer[NORMAL].reshape(3, -1).T
    seen_normal = np.ascontiguousarray(
        seen_normal / np.maximum(np.linalg.norm(seen_normal, axis=1, keepdims=True), 1e-6)
    )
    trust = pixel_weight.reshape(-1) * (buffer[ALPHA][0].reshape(-1) > 0.5)
    height = point @ back
    tolerance = (3 * 2 * HALF_FRAME / size) / np.maximum(cosine, 0.25)
    scale = cosine**COSINE_POWER
    left, top = np.floor(column).astype(np.int32), np.floor(row).astype(np.int32)
    across, down = column - left, row - top
    indices = np.empty((len(facing), 4), dtype=np.int32)
    weights = np.empty((len(facing), 4), dtype=np.float32)
    turned = normal[facing]
    for tap, (dy, dx) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        i, j = np.clip(top + dy, 0, size - 1), np.clip(left + dx, 0, size - 1)
        pixel = i * size + j
        share = (down if dy else 1 - down) * (across if dx else 1 - across) * trust[pixel]
        agree = np.maximum(np.einsum("tk,tk->t", seen_normal[pixel], turned), 0.0)
        visible = np.abs(depth[pixel] - height) < tolerance
        indices[:, tap] = pixel
        weights[:, tap] = share * scale * agree**2 * visible
    pointers = np.arange(0, 4 * len(facing) + 1, 4, dtype=np.int32)
    return facing, sparse.csr_matrix((weights.ravel(), indices.ravel(), pointers), shape=(len(facing), size * size))


def gather(painted: Painted, maps: Maps, position: Array, normal: Array, corners: Array) -> tuple[Array, Array, Array]:
    """Votes (T, K) for the palette's entries (summing to 1), residual (T, 5) and summed weight (T,) from all views.

    corners: (F, 3, 3) of the mesh, which decides what a view can see. The residual is kept as far as views agree on it.
    """
    entries = len(painted.palette)
    total = np.zeros((len(position), entries + 6), dtype=np.float32)
    powers = np.zeros((len(position), 4), dtype=np.float32)
    size = maps.maps.shape[-1]
    for view in range(len(maps.cameras)):
        table = np.concatenate([painted.membership[view], painted.residual[view], np.ones((size, size, 1))], axis=-1)
        table = table.reshape(size * size, -1).astype(np.float32)
        hiding = ShadowMap.of(corners, maps.cameras.axes[view].numpy(), HIDING_PX)
        for begin in range(0, len(position), CHUNK):
            part = slice(begin, begin + CHUNK)
            facing, matrix = look_up(maps, view, position[part], normal[part], painted.weight[view])
            facing += begin
            seen = (matrix @ table) * hiding.reached(position[facing], 0.02)[:, None]
            total[facing] += seen
            parts = (seen[:, entries : entries + 3], seen[:, entries + 3 : -1])
            squares = np.stack([(one**2).sum(1) for one in parts], axis=1)
            powers[facing, :2] += squares
            powers[facing, 2:] += squares / np.maximum(seen[:, -1:], 1e-9)
    weight = total[:, -1]
    kept = _agreement(total, powers, entries)
    total[:, :-1] /= np.maximum(weight, 1e-9)[:, None]
    residual = total[:, entries:-1] * kept[total[:, :entries].argmax(1)]
    return total[:, :entries], residual, weight


def _agreement(total: Array, powers: Array, entries: int) -> Array:
    """(K, 5) the share of each entry's residual that different views of the same texel have in common.

    The gain of a Wiener filter: with w_v the weight and r_v the residual of view v, sum over pairs of views of
    w_a w_b r_a . r_b against w_a w_b (|r_a|^2 + |r_b|^2) / 2. Noise differs from view to view, a gradient does not.
    total: (T, K + 6) weighted sums; powers: (T, 4) sums of |w r|^2 and of |w r|^2 / w, for colour and for the other two.
    """
    entry, weight = total[:, :entries].argmax(1), total[:, -1]
    gains = []
    for group, part in enumerate((slice(entries, entries + 3), slice(entries + 3, -1))):
        common = (total[:, part] ** 2).sum(1) - powers[:, group]
        all_pairs = weight * powers[:, 2 + group] - powers[:, group]
        shared = np.bincount(entry, weights=common, minlength=entries)
        whole = np.bincount(entry, weights=all_pairs, minlength=entries)
        gains.append(np.clip(shared / np.maximum(whole, 1e-12), 0.0, 1.0))
    return np.stack([gains[0]] * 3 + [gains[1]] * 2, axis=1).astype(np.float32)


def even_gains(maps: Maps, position: Array, normal: Array, samples: int = 6000) -> Maps:
    """Scale each view's colours by a gain per channel so that overlapping views agree (ridge least squares of logs)."""
    chosen = np.linspace(0, len(position) - 1, min(samples, len(position))).astype(np.int64)
    count = len(maps.cameras)
    colours = np.zeros((count, len(chosen), 3))
    weights = np.zeros((count, len(chosen)))
    albedos = maps.maps[:, ALBEDO].detach().float().cpu().numpy()
    window = (1, 1, 3, 3)
    uneven = (ndimage.maximum_filter(albedos, window) - ndimage.minimum_filter(albedos, window)).max(1)
    inner = ndimage.minimum_filter(maps.maps[:, ALPHA].detach().float().cpu().numpy()[:, 0], (1, 3, 3)) > 0.5
    calm = inner * np.exp(-((uneven / 0.15) ** 2))  # where colours meet, two views see two surfaces, not two exposures
    for view in range(count):
        facing, matrix = look_up(maps, view, position[chosen], normal[chosen], calm[view])
        albedo = albedos[view].reshape(3, -1).T.clip(0, 1)
        weights[view, facing] = np.asarray(matrix.sum(1)).ravel()
        colours[view, facing] = matrix @ albedo
    logs = np.log(colours / np.maximum(weights, 1e-9)[..., None] + 0.02)
    gains = np.zeros((count, 3))
    for channel in range(3):
        system, target = np.eye(count) * 0.01 * max(weights.sum(), 1e-9), np.zeros(count)
        for a in range(count):
            for b in range(a):
                step = logs[b, :, channel] - logs[a, :, channel]
                both = np.sqrt(weights[a] * weights[b]) * (np.abs(step) < 0.25)  # more is a different surface
                system[a, a] += both.sum()
                system[b, b] += both.sum()
                system[a, b] -= both.sum()
                system[b, a] -= both.sum()
                target[a] += (both * step).sum()
                target[b] -= (both * step).sum()
        gains[:, channel] = np.clip(np.linalg.solve(system + 1e-12 * np.eye(count), target), -0.2, 0.2)
    scaled = maps.maps.clone()
    scaled[:, ALBEDO] *= scaled.new_tensor(np.exp(gains - gains.mean(0)))[:, :, None, None]
    return replace(maps, maps=scaled)


def _fill(votes: Array, residual: Array, weight: Array, position: Array, normal: Array) -> tuple[Array, Array]:
    """Give texels that no view saw what the nearest seen texels (in position and normal) say."""
    seen = np.nonzero(weight > UNSEEN)[0]
    blind = np.nonzero(weight <= UNSEEN)[0]
    if len(seen) == 0 or len(blind) == 0:
        if len(seen) == 0:
            votes = votes + np.float32(1.0 / votes.shape[1])
        return votes, residual
    seen = seen[:: max(1, len(seen) // FILL_SAMPLES)]
    tree = cKDTree(np.concatenate([position[seen], 0.15 * normal[seen]], axis=1))
    distance, index = tree.query(np.concatenate([position[blind], 0.15 * normal[blind]], axis=1), k=min(4, len(seen)))
    distance, index = distance.reshape(len(blind), -1), index.reshape(len(blind), -1)
    share = 1.0 / (distance + 0.01) ** 2
    share = (share / share.sum(1, keepdims=True)).astype(np.float32)
    votes, residual = votes.copy(), residual.copy()
    votes[blind] = np.einsum("tk,tkc->tc", share, votes[seen[index]])
    residual[blind] = np.einsum("tk,tkc->tc", share, residual[seen[index]])
    return votes, residual


def _lined(votes: Array, residual: Array, weight: Array, inner: Array) -> tuple[Array, Array]:
    """Give texels of the inside the entry that most of what was seen outside has, and nothing else."""
    main = int((votes * (weight * ~inner)[:, None]).sum(0).argmax())
    lining = np.eye(votes.shape[1], dtype=votes.dtype)[main]
    return np.where(inner[:, None], lining, votes), np.where(inner[:, None], 0, residual)


def _texels_per_pixel(uvs: Array, corners: Array, size_px: int, maps: Maps) -> float:
    """How many texels the side of one view pixel covers on a surface that faces the view."""
    edge_a, edge_b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    uv_area = 0.5 * np.abs(edge_a[:, 0] * edge_b[:, 1] - edge_a[:, 1] * edge_b[:, 0]).sum()
    texel = np.sqrt(face_normals(corners)[1].sum() / max(uv_area * size_px**2, 1e-9))
    return float((2 * HALF_FRAME / maps.maps.shape[-1]) / max(texel, 1e-9))


def sharpen(votes: Array, texels_per_pixel: float) -> tuple[Array, Array]:
    """Raise votes to a power that makes the step between two entries about two texels wide. (T, K) -> (T, K), (T,)."""
    power = float(np.clip(1.2 * texels_per_pixel, 2.0, 16.0))
    raised = (votes / np.maximum(votes.max(1, keepdims=True), 1e-9)) ** power
    sharp = raised / np.maximum(raised.sum(1, keepdims=True), 1e-9)
    if votes.shape[1] == 1:
        return sharp, np.ones(len(votes), dtype=np.float32)
    top = np.partition(votes, -2, axis=1)[:, -2:]
    return sharp.astype(np.float32), np.clip(top[:, 1] - top[:, 0], 0.0, 1.0).astype(np.float32)
