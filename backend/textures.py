"""Owns the 8-bit maps of a finished prop, as they are written to files and shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rasterise import Array


@dataclass(frozen=True)
class Textures:
    """The maps of a prop, S x S, 8 bit, row 0 at the top (V = 1).

    base_colour (S, S, 3) sRGB; normal (S, S, 3) tangent space, OpenGL (+Y up, 128 = 0); roughness, metallic (S, S)
    linear. Of objects that came with them: alpha, occlusion (S, S) linear, emission (S, S, 3) sRGB; None where
    they say nothing.
    """

    base_colour: Array
    normal: Array
    roughness: Array
    metallic: Array
    alpha: Array | None = None
    emission: Array | None = None
    occlusion: Array | None = None

    def __post_init__(self) -> None:
        size = self.base_colour.shape[0]
        assert self.base_colour.shape == self.normal.shape == (size, size, 3), self.base_colour.shape
        assert self.roughness.shape == self.metallic.shape == (size, size), self.roughness.shape
        assert all(m is None or m.shape == (size, size) for m in (self.alpha, self.occlusion))
        assert self.emission is None or self.emission.shape == (size, size, 3), self.emission.shape
        maps = (self.base_colour, self.normal, self.roughness, self.metallic, self.alpha, self.emission, self.occlusion)
        assert all(m is None or m.dtype == np.uint8 for m in maps)


def to_bytes(values: Array) -> Array:
    """[0, 1] -> uint8."""
    return np.round(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)


def normal_to_bytes(normals: Array) -> Array:
    """Unit tangent-space normals in [-1, 1] -> uint8 with 0 at exactly 128, so that a flat map is (128, 128, 255)."""
    return np.clip(np.round(normals * 127) + 128, 0, 255).astype(np.uint8)


def bumps_to_bytes(normals: Array) -> Array:
    """Tangent-space normals (..., 3) of any length -> uint8 as `normal_to_bytes` has them."""
    return normal_to_bytes(normals / np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-6))
