"""Owns the palette: the few surfaces (colour, material, roughness, metallic) a prop's views are painted with.

A view of 64 px on a texture of 1024 px is magnified 8 to 16 times. Magnified colours blur; magnified *memberships* do
not: each pixel says how much it belongs to each entry of the palette, these fields are interpolated over the surface,
and the entry with the most votes wins along a smooth contour, as glyphs are drawn from signed distances (Green 2007).
What the palette does not explain, a smooth residual, is added back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage
from scipy.sparse import csgraph

from .materials import SURFACES, decode_materials
from .patches import settled
from .priors import ALBEDO, ALPHA, MATERIAL, METALLIC, NORMAL, ROUGHNESS, Maps
from .rasterise import Array
from .smoothing import TEXTURED, without_grain, without_noise

MOST_ENTRIES = 14
SMALLEST_SHARE = 0.001  # of the even area: a mug's thin handle has hardly an even pixel
RADIUS = 0.14  # of an entry, in the features' space below: about what a 64-px sample of one colour scatters
CODE_WEIGHT = 0.12  # a step of one in the material code counts as 12 % of one colour channel
ORM_WEIGHT = np.array([0.2, 0.3], dtype=np.float32)  # roughness, metallic
ALIKE, SMALL_ALIKE = 0.16, 0.24  # colour distances within which doubtful classes are one; of small entries
SMALL_SHARE = 0.04
LEAST_DOUBT = 0.02  # mean distance of a code's channels from the lattice of classes: exact views have none

LIGHT_WEIGHT = 0.33  # brightness of a textured surface: 30 % less of it is 0.12


@dataclass(frozen=True)
class Palette:
    """K entries: colour (K, 3) sRGB; material (K,) int64 of SURFACES; roughness, metallic and share (K,) in [0, 1]."""

    colour: Array
    material: Array
    roughness: Array
    metallic: Array
    share: Array

    def __len__(self) -> int:
        return len(self.colour)

    @property
    def values(self) -> Array:
        """(K, 5) colour, roughness, metallic."""
        return np.concatenate([self.colour, self.roughness[:, None], self.metallic[:, None]], axis=1)


@dataclass(frozen=True)
class Painted:
    """The views in terms of their palette; V views of S x S pixels.

    membership: (V, S, S, K), sums to 1. residual: (V, S, S, 5) what the palette's colour, roughness and metallic leave
    unexplained. weight: (V, S, S) in [0, 1], how far a pixel is to be trusted: 0 outside the prop, low at its
    silhouette and where colours meet.
    """

    palette: Palette
    membership: Array
    residual: Array
    weight: Array


def paint(maps: Maps) -> Painted:
    """Find the palette of the views, and write them in its terms. `maps` must be G-buffers (13 channels)."""
    image = np.nan_to_num(maps.maps.detach().float().cpu().numpy()).transpose(0, 2, 3, 1)  # (V, S, S, 13)
    alpha = np.clip(image[..., ALPHA][..., 0], 0.0, 1.0)
    opaque = alpha > 0.5
    values = np.concatenate([np.clip(image[..., s], 0, 1) for s in (ALBEDO, ROUGHNESS, METALLIC)], axis=-1)
    code = np.clip(image[..., MATERIAL], -1, 1)
    unsure = float(np.abs(code - np.round(code))[opaque].mean()) > LEAST_DOUBT if opaque.any() else False
    values, code = without_noise(values, code, image[..., NORMAL], opaque)
    material = decode_materials(torch.from_numpy(np.ascontiguousarray(code)), maps.surfaces).numpy()
    values = without_grain(values, image[..., NORMAL], np.where(opaque, material, -1))
    features = _features(values, code, TEXTURED[material])
    inner = ndimage.minimum_filter(alpha, size=(1, 3, 3))
    trusted = np.where(opaque, 0.03 + inner**2, 0.0).astype(np.float32)
    even = trusted * _evenness(features, opaque)
    centres = _without_fringes(_modes(features[opaque], even[opaque]), features, opaque)
    centres = _without_gradients(centres, features, opaque)
    squared = ((features[..., None, :] - centres) ** 2).sum(-1)  # (V, S, S, K)
    nearest = squared.argmin(-1)
    inside = nearest[opaque], values[opaque], code[opaque], even[opaque]
    palette = _palette(*inside, len(centres), maps.surfaces)
    palette = agreed_classes(palette, maps.named) if unsure else palette
    closeness = np.exp(-(squared - squared.min(-1, keepdims=True)) / (2 * (0.35 * RADIUS) ** 2))
    soft = (closeness / closeness.sum(-1, keepdims=True)).astype(np.float32)
    if unsure:
        soft, nearest = _without_islands(soft, settled(squared, maps, opaque, trusted), opaque)
    weight = trusted * _calm(nearest, opaque)
    soft = _blur(soft, weight, 0.6)
    residual = _blur((values - soft @ palette.values).astype(np.float32), weight, 0.6)
    return Painted(palette, soft, residual, weight)


def _without_islands(soft: Array, field: Array, opaque: Array) -> tuple[Array, Array]:
    """Memberships (V, S, S, K) and labels (V, S, S) with those pixels moved that their surroundings outvote; field: (P, K)."""
    label, winner = soft.argmax(-1), field.argmax(1)
    moved = np.zeros_like(opaque)
    moved[opaque] = winner != label[opaque]
    soft, label = soft.copy(), label.copy()
    soft[moved], label[opaque] = field[moved[opaque]], winner
    return soft, label


def _features(values: Array, code: Array, textured: Array) -> Array:
    """(..., 9) the space in which surfaces are told apart.

    Boards of one wood may differ by a third in brightness, so for textured surfaces brightness counts by its logarithm.
    """
    colour = values[..., :3]
    grey = np.where(textured[..., None], colour.mean(-1, keepdims=True), 0.0)
    light = np.where(textured[..., None], LIGHT_WEIGHT * np.log(grey + 0.03), 0.0)
    return np.concatenate([colour - grey, light, code * CODE_WEIGHT, values[..., 3:] * ORM_WEIGHT], axis=-1)


def _palette(
    label: Array, values: Array, code: Array, weight: Array, count: int, among: tuple[int, ...] = ()
) -> Palette:
    """The weighted mean surface of each of `count` labels. label: (P,), values: (P, 5), code: (P, 3), weight: (P,).

    among: the surfaces that the prop can be made of, as in `Maps`.
    """
    sums = np.bincount(label, weights=weight, minlength=count)
    scale = 1.0 / np.maximum(sums, 1e-9)
    both = np.concatenate([values, code], axis=1)
    means = np.stack([np.bincount(label, weights=weight * both[:, c], minlength=count) * scale for c in range(8)], 1)
    if len(label) == 0:
        means[:, :5] = (0.5, 0.5, 0.5, 0.6, 0.0)  # nothing to see: a grey, rough dielectric
    material = decode_materials(torch.from_numpy(means[:, 5:]), among).numpy()
    share = sums / max(sums.sum(), 1e-9)
    return Palette(means[:, :3], material, means[:, 3], _settled(means[:, 4], material), share)


def _settled(metallic: Array, material: Array) -> Array:
    """Metallic values moved to the class's own where they are within reach: what is half a metal looks like neither."""
    own = np.array([surface.metallic for surface in SURFACES])[material]
    return np.where(np.abs(metallic - own) < 0.4, own, metallic)


def agreed_classes(palette: Palette, named: tuple[int, ...] = ()) -> Palette:
    """Entries of nearly one colour take one class, with its roughness and metallic: that of the most surface. Colours stay.
    Of the classes that the prompt names none is voted away by another: iron bands have nearly the colour of dark wood.

    A prior is less sure of what a thing is made of than of its colour, so its classes wander over a part: a blue barrel
    turns bark, painted wood and metal in patches. Groups gather around the largest entries, largest first.
    """
    distance = np.linalg.norm(palette.colour[:, None] - palette.colour[None], axis=-1)
    told = np.isin(palette.material, named)
    distance[told[:, None] & told & (palette.material[:, None] != palette.material)] = np.inf
    reach = np.where(palette.share < SMALL_SHARE, SMALL_ALIKE, ALIKE)
    group = np.full(len(palette), -1)
    for entry in np.argsort(-palette.share, kind="stable"):
        leaders = np.unique(group[group >= 0])
        near = leaders[distance[entry, leaders] < reach[entry]]
        group[entry] = near[np.argmin(distance[entry, near])] if len(near) else entry
    speaker = np.arange(len(palette))
    for leader in np.unique(group):
        own = np.nonzero(group == leader)[0]
        mass = np.bincount(palette.material[own], weights=palette.share[own])
        chosen = own[palette.material[own] == mass.argmax()]
        speaker[own] = chosen[np.argmax(palette.share[chosen])]
    material, moved = palette.material[speaker], palette.material[speaker] != palette.material
    roughness = np.where(moved, palette.roughness[speaker], palette.roughness)
    metallic = np.where(moved, palette.metallic[speaker], palette.metallic)
    return Palette(palette.colour, material, roughness, metallic, palette.share)


def _modes(points: Array, weights: Array) -> Array:
    """(K, 9) entries in the space of features: the densest cells first, then three weighted means. Deterministic.

    points: (P, 9); weights: (P,).
    """
    if len(points) == 0:
        return np.zeros((1, 9), dtype=np.float32)
    cells, cell = np.unique(np.round(points / (0.5 * RADIUS)).astype(np.int64), axis=0, return_inverse=True)
    mass = np.bincount(cell.reshape(-1), weights=weights, minlength=len(cells))
    total, centres = mass.sum(), cells * (0.5 * RADIUS)
    left = mass.copy()
    chosen: list[Array] = []
    while len(chosen) < MOST_ENTRIES and (not chosen or left.max() > SMALLEST_SHARE * total):
        centre = centres[int(np.argmax(left))]
        chosen.append(centre)
        left[((centres - centre) ** 2).sum(1) < RADIUS**2] = 0.0
    entries = np.array(chosen)
    for _ in range(3):
        nearest = ((points[:, None] - entries) ** 2).sum(-1).argmin(1)
        sums = np.bincount(nearest, weights=weights, minlength=len(entries))
        means = [np.bincount(nearest, weights=weights * points[:, c], minlength=len(entries)) for c in range(9)]
        entries = np.where(sums[:, None] > 0, np.stack(means, 1) / np.maximum(sums, 1e-9)[:, None], entries)
    return _merged(entries, sums).astype(np.float32)


def _merged(entries: Array, sums: Array) -> Array:
    """Entries that ended closer than 0.7 radii become one, at their weighted mean, heaviest first."""
    kept: list[tuple[Array, float]] = []
    for index in np.argsort(-sums, kind="stable"):
        entry, mass = entries[index], float(sums[index])
        near = [k for k, (other, _) in enumerate(kept) if ((other - entry) ** 2).sum() < (0.7 * RADIUS) ** 2]
        if near:
            other, heavier = kept[near[0]]
            kept[near[0]] = ((other * heavier + entry * mass) / max(heavier + mass, 1e-9), heavier + mass)
        else:
            kept.append((entry, mass))
    return np.stack([entry for entry, _ in kept])


def _evenness(features: Array, opaque: Array) -> Array:
    """(V, S, S) from 0.04 to 1: how little the opaque 3 x 3 pixels differ; blends at edges must not found an entry."""
    size = (1, 3, 3, 1)
    high = ndimage.maximum_filter(np.where(opaque[..., None], features, -9.0), size)
    low = ndimage.minimum_filter(np.where(opaque[..., None], features, 9.0), size)
    spread = np.where(opaque, (high - low).max(-1), 0.0)
    return 0.04 + 0.96 * np.exp(-((spread / 0.16) ** 2))


def _without_fringes(centres: Array, features: Array, opaque: Array) -> Array:
    """Drop entries that live on borders only and lie between two others: blends, which a colour or a code may mimic."""
    nearest = ((features[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
    calm = _calm(nearest, opaque) > 0.8
    count = np.bincount(nearest[opaque], minlength=len(centres))
    inner = np.bincount(nearest[opaque & calm], minlength=len(centres)) / np.maximum(count, 1)
    kept = [k for k in range(len(centres)) if inner[k] >= 0.2]
    for k in range(len(centres)):
        if inner[k] < 0.2 and not _is_between(centres[k], centres[kept]):
            kept.append(k)
    return centres[sorted(kept)]


def _without_gradients(centres: Array, features: Array, opaque: Array) -> Array:
    """Join entries whose common border is no edge: two pixels across it differ by less than 0.6 of what the entries do."""
    label = ((features[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
    count = len(centres)
    steps, pairs = np.zeros(count * count), np.zeros(count * count)
    for axis in (1, 2):
        near, far = [slice(None)] * 3, [slice(None)] * 3
        near[axis], far[axis] = slice(None, -2), slice(2, None)
        a, b = label[tuple(near)], label[tuple(far)]
        crossing = opaque[tuple(near)] & opaque[tuple(far)] & (a != b)
        a, b = a[crossing], b[crossing]
        towards = centres[b] - centres[a]
        change = (features[tuple(far)] - features[tuple(near)])[crossing]  # its part along the way: noise averages out
        step = (change * towards).sum(1) / np.maximum(np.linalg.norm(towards, axis=1), 1e-9)
        for first, second in ((a, b), (b, a)):
            pairs += np.bincount(first * count + second, minlength=count * count)
            steps += np.bincount(first * count + second, weights=step, minlength=count * count)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)
    mean_step = (steps / np.maximum(pairs, 1)).reshape(count, count)
    gradual = (pairs.reshape(count, count) >= 8) & (mean_step < 0.6 * apart) & (apart < 2.2 * RADIUS)
    light = centres[
        :, 3
    ]  # not 0 for textured surfaces: these were averaged, so light and dark meet in a gradient anyway
    gradual &= np.abs(light[:, None] - light[None]) < 0.08
    group = csgraph.connected_components(gradual, directed=False)[1]
    size = np.bincount(label[opaque], minlength=count).astype(float) + 1e-9
    mass = np.bincount(group, weights=size)
    means = [np.bincount(group, weights=size * centres[:, c]) / mass for c in range(centres.shape[1])]
    return np.stack(means, axis=1).astype(np.float32)


def _is_between(point: Array, others: Array) -> bool:
    """Whether a point lies within half a radius of the segment between two of the others, off its ends."""
    for a in range(len(others)):
        for b in range(a):
            along = others[b] - others[a]
            t = float((point - others[a]) @ along / max(float(along @ along), 1e-12))
            if 0.1 < t < 0.9 and np.linalg.norm(point - others[a] - t * along) < 0.6 * RADIUS:
                return True
    return False


def _calm(label: Array, opaque: Array) -> Array:
    """(V, S, S) from 0.1 to 1: how uniformly the 3 x 3 pixels around each are painted; blends of colours are not."""
    same = np.zeros(label.shape, dtype=np.float32)
    count = np.zeros(label.shape, dtype=np.float32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            shifted = np.roll(opaque, (dy, dx), (1, 2))
            count += shifted
            same += shifted & (np.roll(label, (dy, dx), (1, 2)) == label)
    return 0.1 + 0.9 * (same / np.maximum(count, 1.0)) ** 2


def _blur(values: Array, weight: Array, sigma_px: float) -> Array:
    """Weighted Gaussian blur within each view, which never mixes in what lies outside the prop."""
    spread = (0, sigma_px, sigma_px)
    total = ndimage.gaussian_filter(weight, spread, truncate=2.5)
    scale = 1.0 / np.maximum(total, 1e-6)
    mixed = ndimage.gaussian_filter(values * weight[..., None], (*spread, 0), truncate=2.5) * scale[..., None]
    return np.where((total > 1e-6)[..., None], mixed, values).astype(np.float32)
