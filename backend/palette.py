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

from .materials import decode_materials
from .priors import ALBEDO, ALPHA, MATERIAL, METALLIC, ROUGHNESS, Maps
from .rasterise import Array

MOST_ENTRIES = 14
RADIUS = 0.14  # of an entry, in the features' space below: about what a 64-px sample of one colour scatters
FEATURE_WEIGHT = np.array([1.0, 1.0, 1.0, 0.12, 0.12, 0.12, 0.2, 0.3], dtype=np.float32)
# sRGB, material code (steps of 1), roughness, metallic: a step of one material weighs as much as 12 % of one colour
# channel


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
    image = maps.maps.detach().float().cpu().numpy().transpose(0, 2, 3, 1)  # (V, S, S, 13)
    alpha = np.clip(image[..., ALPHA][..., 0], 0.0, 1.0)
    features = np.concatenate([image[..., s] for s in (ALBEDO, MATERIAL, ROUGHNESS, METALLIC)], axis=-1)
    features = np.nan_to_num(np.clip(features, -1.0, 1.0)) * FEATURE_WEIGHT
    inner = ndimage.minimum_filter(alpha, size=(1, 3, 3))
    trusted = np.where(alpha > 0.5, 0.03 + inner**2, 0.0).astype(np.float32)
    centres, share = _modes(features[alpha > 0.5], trusted[alpha > 0.5])
    squared = ((features[..., None, :] - centres) ** 2).sum(-1)  # (V, S, S, K)
    closeness = np.exp(-(squared - squared.min(-1, keepdims=True)) / (2 * (0.35 * RADIUS) ** 2))
    soft = (closeness / closeness.sum(-1, keepdims=True)).astype(np.float32)
    weight = trusted * _calm(squared.argmin(-1), alpha > 0.5)
    soft = _blur(soft, weight)
    values = centres / FEATURE_WEIGHT
    palette = Palette(
        values[:, :3], decode_materials(torch.from_numpy(values[:, 3:6])).numpy(), values[:, 6], values[:, 7], share
    )
    seen = features[..., [0, 1, 2, 6, 7]] / FEATURE_WEIGHT[[0, 1, 2, 6, 7]]
    residual = _blur((seen - soft @ palette.values).astype(np.float32), weight)
    return Painted(palette, soft, residual, weight)


def _modes(points: Array, weights: Array) -> tuple[Array, Array]:
    """Entries as (K, 8) features and their shares (K,): the densest cells first, then three weighted means.

    points: (P, 8); weights: (P,). Deterministic. A prop that is nowhere opaque gets one grey entry.
    """
    if len(points) == 0:
        return np.full((1, 8), 0.5, dtype=np.float32) * FEATURE_WEIGHT, np.ones(1, dtype=np.float32)
    cells, cell = np.unique(np.round(points / (0.5 * RADIUS)).astype(np.int64), axis=0, return_inverse=True)
    mass = np.bincount(cell.reshape(-1), weights=weights, minlength=len(cells))
    total, centres = mass.sum(), cells * (0.5 * RADIUS)
    left = mass.copy()
    chosen: list[Array] = []
    while len(chosen) < MOST_ENTRIES and left.max() > 0.004 * total:
        centre = centres[int(np.argmax(left))]
        chosen.append(centre)
        left[((centres - centre) ** 2).sum(1) < RADIUS**2] = 0.0
    if not chosen:
        chosen.append(centres[int(np.argmax(mass))])
    entries = np.array(chosen)
    for _ in range(3):
        nearest = ((points[:, None] - entries) ** 2).sum(-1).argmin(1)
        sums = np.bincount(nearest, weights=weights, minlength=len(entries))
        means = [np.bincount(nearest, weights=weights * points[:, c], minlength=len(entries)) for c in range(8)]
        entries = np.where(sums[:, None] > 0, np.stack(means, 1) / np.maximum(sums, 1e-9)[:, None], entries)
    return entries.astype(np.float32), (sums / max(sums.sum(), 1e-9)).astype(np.float32)


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


def _blur(values: Array, weight: Array, sigma_px: float = 0.6) -> Array:
    """Weighted Gaussian blur within each view, which never mixes in what lies outside the prop."""
    spread = (0, sigma_px, sigma_px)
    total = ndimage.gaussian_filter(weight, spread, truncate=2.5)
    scale = 1.0 / np.maximum(total, 1e-6)
    mixed = ndimage.gaussian_filter(values * weight[..., None], (*spread, 0), truncate=2.5) * scale[..., None]
    return np.where((total > 1e-6)[..., None], mixed, values).astype(np.float32)
