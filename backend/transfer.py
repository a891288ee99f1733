"""Owns how the maps of one UV layout are looked up through another: what several or tiling textures become when relaid."""

from __future__ import annotations

import numpy as np

from .foreign import Raw
from .gltf_looks import srgb, wrapped
from .rasterise import Array, Texels, rasterise, uv_areas
from .resizing import resized

EDGE = 1e-4  # UV units: less than half a texel of 4096 px


def transfer(raw: Raw, uvs: Array, size_px: int) -> Array:
    """(S, S, 5) the materials of the old layout looked up through the new one (F, 3, 2); gaps hold their nearest texel.

    Maps that are finer than the new texels are averaged first; the corners' own colours tint the base colour, which comes
    first: raw.colours (F, 3, K) multiply the first K channels.
    """
    texels = rasterise(uvs, size_px)
    weights = np.clip(texels.barycentric, 0, 1)
    weights /= weights.sum(1, keepdims=True)
    old = np.zeros_like(uvs) if raw.uvs is None else np.nan_to_num(raw.uvs)
    place = _places(texels, weights, old.astype(np.float64))
    finer = np.sqrt(uv_areas(old) / np.maximum(uv_areas(uvs), 1e-30)) / size_px  # of maps of one texel
    values = np.empty((len(texels.face), raw.pixels[0].shape[2]), np.float32)
    for index, pixels in enumerate(raw.pixels):
        own = raw.material[texels.face] == index
        halvings = np.round(np.log2(np.clip(finer[texels.face] * len(pixels), 1, len(pixels)))).astype(int)
        for times in np.unique(halvings[own]):
            mine, size = own & (halvings == times), max(1, len(pixels) >> times)
            reduced = resized(pixels, size)
            u, v = wrapped(place[mine], raw.wraps[index] if raw.wraps else ("repeat", "repeat")).T
            row = np.clip(((1 - v) * size).astype(np.int64), 0, size - 1)
            values[mine] = reduced[row, np.clip((u * size).astype(np.int64), 0, size - 1)]
    if raw.colours is not None:
        tint = np.einsum("tk,tkc->tc", weights, raw.colours[texels.face])
        values[:, : tint.shape[1]] *= srgb(tint) if tint.shape[1] == 3 else tint  # alone it is an alpha, no light
    return texels.image(values)


def _places(texels: Texels, weights: Array, old: Array) -> Array:
    """(T, 2) where texels lie in the old layout (F, 3, 2), gutters on their face's border: weights (T, 3).

    That border may be the unit square's own: just inside the face, or what repeats beyond it would be taken.
    """
    place = np.einsum("tk,tkc->tc", weights, old[texels.face])
    low, high = old.min(1), old.max(1)
    inset = np.minimum(EDGE, (high - low) / 4)
    return np.asarray(np.clip(place, (low + inset)[texels.face], (high - inset)[texels.face]))
