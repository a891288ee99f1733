"""Owns how maps come to one size: reduced or enlarged, and stacked, where some are missing a plain value."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .rasterise import Array
from .textures import bumps_to_bytes

GREY, MATT = 0.5, 0.6  # of an object without any material


def stacked(colour: Array | None, rough: Array | None, metal: Array | None) -> Array:
    """(S, S, 5) of maps that may be missing or differ in size; S is the largest side."""
    return layered((colour, GREY, 3), (rough, MATT, 1), (metal, 0.0, 1))


def layered(*maps: tuple[Array | None, float, int]) -> Array:
    """(S, S, C) of maps (H, W, .) that may be missing, each with its plain value and its channels; S is the largest side."""
    size = max([max(values.shape[:2]) for values, _, _ in maps if values is not None], default=4)
    parts = []
    for values, default, channels in maps:
        plain = np.full((size, size, channels), default, np.float32)
        parts.append(plain if values is None else resized(values, size))
    return np.concatenate(parts, axis=2)


def resized(values: Array, size: int) -> Array:
    """(H, W, C) -> (size, size, C); untouched when it has that size."""
    if values.shape[:2] == (size, size):
        return values
    planes = [Image.fromarray(np.ascontiguousarray(values[..., k], np.float32)) for k in range(values.shape[2])]
    return np.stack([np.asarray(p.resize((size, size), Image.Resampling.BICUBIC)) for p in planes], -1).clip(0, 1)


def resized_normals(normal_map: Array, size: int) -> Array:
    """(H, W, 3) uint8 -> (size, size, 3), its normals of length 1 again; untouched when it has that size."""
    if normal_map.shape[:2] == (size, size):
        return normal_map
    normals = (resized(normal_map.astype(np.float32) / 255, size) * 255 - 128) / 127
    return bumps_to_bytes(normals)
