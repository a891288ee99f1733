"""Owns what a pattern is told (the site: where texels lie in their part) and what it answers (a layer)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..rasterise import Array
from .noise import Noise

PLANK = 0.17  # width of a plank in prior units: 9 to 12 across a prop's longest side
_RANDOM = np.random.default_rng(7).uniform(0, 1, (4096, 6)).astype(np.float32)


@dataclass(frozen=True)
class Site:
    """n texels of one surface class. Lengths in prior units; all arrays float32 unless noted.

    local: (n, 3) coordinates along, across and through the texel's part, from the part's centre; facing: (n, 3) the
    normal in the same frame; half: (n, 3) the part's half extents; round: (n,) bool, round cross-section; part: (n,)
    int64. point, normal: (n, 3) in object space; convex, concave: (n,) in [0, 1], near an outer edge, in a crease.
    colour: (n, 3) baked sRGB; texel: the side of a texel.
    """

    local: Array
    facing: Array
    half: Array
    round: Array
    part: Array
    point: Array
    normal: Array
    convex: Array
    concave: Array
    colour: Array
    noise: Noise
    texel: float
    seed: int

    def random(self, *keys: Array) -> Array:
        """(n, 6) uniform numbers that belong to the texel's part, the seed and further integer keys."""
        mixed = self.part * 7919 + self.seed * 104729
        for index, key in enumerate(keys):
            mixed = mixed + key.astype(np.int64) * (131 + 6151 * index)
        return _RANDOM[(mixed ^ (mixed >> 9)) & 4095]

    def sheet(self) -> Array:
        """(n, 2) coordinates on the surface: along and across it, unrolled where the part is round, boxed elsewhere."""
        along, across, through = self.local.T
        facing = np.abs(self.facing)
        second = np.where(facing[:, 1] > facing[:, 2], through, across)
        radius = np.maximum(self.half[:, 1:].mean(1), 1e-3)
        second = np.where(self.round, np.arctan2(through, across) * radius, second)
        end = facing[:, 0] > 0.75
        return np.stack([np.where(end, through, along), np.where(end, across, second)], axis=1)


@dataclass(frozen=True)
class Layer:
    """What a pattern adds to n texels at full strength.

    tint: (n,) or (n, 3) factor on the sRGB colour, of any mean (it is made 1); height: (n,) prior units, outwards;
    roughness, metallic: (n,) addends. cover: (n,) in [0, 1], where `coat` (n, 3), coat_roughness and coat_metallic
    replace the surface (rust, chips, mortar); None: nowhere.
    """

    tint: Array
    height: Array
    roughness: Array
    metallic: Array | None = None
    cover: Array | None = None
    coat: Array | None = None
    coat_roughness: float = 0.6
    coat_metallic: float = 0.0


def scaled(site: Site, scale: float) -> Site:
    """The site with its lengths multiplied: patterns are then as much finer on the prop. Exactly the same site for 1."""
    if scale == 1.0:
        return site
    factor = np.float32(scale)
    return replace(site, local=site.local * factor, half=site.half * factor, point=site.point * factor,
                   texel=site.texel * scale)  # fmt: skip


def joined(layers: list[Layer]) -> Layer:
    """The layers of consecutive texels of one class as one."""
    if len(layers) == 1:
        return layers[0]
    whole: dict[str, Any] = {
        field.name: np.concatenate([getattr(layer, field.name) for layer in layers])
        for field in fields(Layer)
        if isinstance(getattr(layers[0], field.name), np.ndarray)
    }
    return replace(layers[0], **whole)


def step(values: Array, low: float, high: float) -> Array:
    """Hermite step from 0 at `low` to 1 at `high`."""
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def line(distance: Array, width: float, texel: float) -> Array:
    """1 within `width` of a line, falling to 0 over about a texel, fainter where the texture cannot hold its width."""
    soft = max(texel, 0.3 * width)
    return step(-distance, -(width + soft), -width) * np.float32(min(1.0, 2 * width / texel))
