"""Owns the smoothing of views before their palette is found: a prior's noise goes, edges stay; painted grain is averaged."""

from __future__ import annotations

import numpy as np

from .materials import SURFACES
from .rasterise import Array

TEXTURED = np.isin(
    [surface.name for surface in SURFACES],
    ["wood", "bark", "wicker", "leather", "fur", "foliage", "brick", "plaster", "stone", "crumb", "snow"]
    + ["cast_metal", "rusty_metal"],
)  # classes whose views carry a pattern coarser than a pixel allows; `detail` draws it anew at the texture's resolution
GRAIN_SIGMA_PX = 2.5  # in a 64-px view: half the wavelength of the grain that the grammar paints
NOISE_LAG_PX = 4  # in a 64-px view: noise of a patch-based prior is alike within a patch
LEAST_NOISE = 0.008  # of a colour channel: exact views have none and are left alone
CODE_RANGE = 0.5  # of the material code, whose classes lie 1 apart and wood and metal 2
WIDEST_RANGE = 0.25  # colour distance that is never averaged over


def without_noise(values: Array, code: Array, normal: Array, opaque: Array) -> tuple[Array, Array]:
    """Bilateral filter (Tomasi and Manduchi 1998) in two strides, its range set by the noise found in the views.

    values: (V, S, S, 5) colour, roughness, metallic; code: (V, S, S, 3) material codes; normal: (V, S, S, 3); opaque:
    (V, S, S).
    """
    noise = noise_level(values[..., :3], opaque)
    if noise < LEAST_NOISE:
        return values, code
    width = min(2.2 * np.sqrt(3) * noise, WIDEST_RANGE)
    ranges = np.array([width] * 3 + [0.5, 0.3] + [CODE_RANGE] * 3, dtype=np.float32)
    both = np.concatenate([values, code], axis=-1)
    scale = values.shape[1] / 64
    for stride in (max(1, round(scale)), max(2, round(3 * scale))):
        total = np.zeros(opaque.shape, dtype=np.float32)
        mixed = np.zeros_like(both)
        for dy in range(-2, 3):
            for dx in range(-2, 3):
                move = (dy * stride, dx * stride)
                other = np.roll(both, move, (1, 2))
                turn = np.einsum("vijk,vijk->vij", np.roll(normal, move, (1, 2)), normal)
                apart = (((other - both) / ranges) ** 2).sum(-1) / 2
                weight = np.exp(-apart - (dy * dy + dx * dx) / 4.5) * (turn > 0.6) * np.roll(opaque, move, (1, 2))
                total += weight
                mixed += weight[..., None] * other
        known = opaque & (total > 1e-6)
        both = np.where(known[..., None], mixed / np.maximum(total, 1e-6)[..., None], both).astype(np.float32)
    return both[..., :5], both[..., 5:]


def noise_level(colour: Array, opaque: Array) -> float:
    """The standard deviation of a colour channel's noise, from differences between pixels a patch apart.

    A low quantile, so that edges do not count; the calmer of rows and columns, so that stripes do not.
    colour: (V, S, S, 3).
    """
    lag = max(1, round(NOISE_LAG_PX * colour.shape[1] / 64))
    levels = []
    for axis in (1, 2):
        both = opaque & np.roll(opaque, lag, axis)
        if both.sum() < 50:
            return 0.0
        apart = np.linalg.norm(colour - np.roll(colour, lag, axis), axis=-1)[both]
        levels.append(float(np.quantile(apart, 0.3)) / 1.69)  # the 0.3 quantile of |N(0, 2 I_3)| is 1.69
    return min(levels)


def without_grain(values: Array, normal: Array, material: Array) -> Array:
    """Average textured pixels over their neighbours of the same surface class and facing: `detail` draws their grain
    anew.

    values: (V, S, S, 5); normal: (V, S, S, 3); material: (V, S, S) class index, -1 outside the prop.
    """
    scale = material.shape[1] / 64
    reach, sigma = round(3 * scale), GRAIN_SIGMA_PX * scale
    total = np.zeros(material.shape, dtype=np.float32)
    mixed = np.zeros_like(values)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            same = np.roll(material, (dy, dx), (1, 2)) == material
            turn = np.einsum("vijk,vijk->vij", np.roll(normal, (dy, dx), (1, 2)), normal)
            weight = same * (turn > 0.8) * np.float32(np.exp(-(dx * dx + dy * dy) / (2 * sigma**2)))
            total += weight
            mixed += weight[..., None] * np.roll(values, (dy, dx), (1, 2))
    textured = (material >= 0) & TEXTURED[material] & (total > 0)
    return np.where(textured[..., None], mixed / np.maximum(total, 1e-6)[..., None], values).astype(np.float32)
