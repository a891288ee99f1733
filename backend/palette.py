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

from .areas import straightened
from .entries import RADIUS, calm, evenness, modes, without_blends, without_fringes, without_gradients
from .materials import SURFACES, decode_materials
from .patches import settled
from .priors import ALBEDO, ALPHA, MATERIAL, METALLIC, NORMAL, ROUGHNESS, Maps
from .rasterise import Array
from .smoothing import TEXTURED, without_grain, without_noise

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
    even = trusted * evenness(features, opaque)
    centres = without_fringes(modes(features[opaque], even[opaque]), features, opaque)
    centres = without_gradients(centres, features, opaque)
    centres = without_blends(centres, features, opaque) if unsure else centres
    squared = ((features[..., None, :] - centres) ** 2).sum(-1)  # (V, S, S, K)
    nearest = squared.argmin(-1)
    inside = nearest[opaque], values[opaque], code[opaque], even[opaque]
    palette = _palette(*inside, len(centres), maps.surfaces)
    palette = agreed_classes(palette, maps.named) if unsure else palette
    closeness = np.exp(-(squared - squared.min(-1, keepdims=True)) / (2 * (0.35 * RADIUS) ** 2))
    soft = (closeness / closeness.sum(-1, keepdims=True)).astype(np.float32)
    if unsure:
        soft = _without_islands(soft, settled(squared, maps, opaque, trusted), opaque)
        soft = straightened(soft, maps, opaque)
        nearest = soft.argmax(-1)
    weight = trusted * calm(nearest, opaque)
    soft = _blur(soft, weight, 0.6)
    residual = _blur((values - soft @ palette.values).astype(np.float32), weight, 0.6)
    return Painted(palette, soft, residual, weight)


def _without_islands(soft: Array, field: Array, opaque: Array) -> Array:
    """Memberships (V, S, S, K) with those pixels moved that their surroundings outvote; field: (P, K)."""
    moved = np.zeros_like(opaque)
    moved[opaque] = field.argmax(1) != soft.argmax(-1)[opaque]
    soft = soft.copy()
    soft[moved] = field[moved[opaque]]
    return soft


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


def _blur(values: Array, weight: Array, sigma_px: float) -> Array:
    """Weighted Gaussian blur within each view, which never mixes in what lies outside the prop."""
    spread = (0, sigma_px, sigma_px)
    total = ndimage.gaussian_filter(weight, spread, truncate=2.5)
    scale = 1.0 / np.maximum(total, 1e-6)
    mixed = ndimage.gaussian_filter(values * weight[..., None], (*spread, 0), truncate=2.5) * scale[..., None]
    return np.where((total > 1e-6)[..., None], mixed, values).astype(np.float32)
