"""Owns the map of edges: in which order the surface of a prop would wear, which the artist's Wear slider reads."""

from __future__ import annotations

import numpy as np

from ..rasterise import Array, rasterise
from ..textures import to_bytes
from .edges import edge_fields
from .noise import Noise

SIZE_PX = 512  # fine enough for scuffs; the colours keep their own size
RADIUS = 0.96  # of the sphere around the mesh in prior units, as in backend/incoming.py
GROUND, EDGE, CREASE, SCUFF = 0.06, 0.78, 0.35, 0.16  # what a flat spot, an outer edge, a crease and noise count
WAVELENGTH = 0.11  # prior units: of the scuffs that break the edges up
SEED = 11


def wear_order(vertices: Array, faces: Array, uvs: Array, size_px: int = SIZE_PX) -> Array:
    """(S, S) uint8, row 0 at the top: 255 wears first (sharp outer edges), 0 never (creases).

    vertices: (N, 3) float, any unit; faces: (F, 3) int; uvs: (F, 3, 2). Scuffs follow the object, not its UVs, so that
    they run on across seams. Reproducible: the same mesh gives the same map.
    """
    texels = rasterise(uvs, size_px)
    if not len(texels.row):
        return np.zeros((size_px, size_px), np.uint8)
    used = vertices[np.unique(faces)].astype(np.float64)
    centre = (used.min(0) + used.max(0)) / 2
    radius = float(np.linalg.norm(used - centre, axis=1).max()) or 1.0
    placed = ((vertices - centre) * (RADIUS / radius)).astype(np.float32)
    position = np.clip(texels.spread(placed[faces]), -1.0, 1.0)
    convex, concave = edge_fields(placed, faces, position)
    scuffs = Noise.of(SEED, 1.0 / size_px).fractal(position, WAVELENGTH, octaves=4, gain=0.7)
    order = GROUND + EDGE * convex - CREASE * concave + SCUFF * scuffs * (0.25 + convex)
    return texels.image(to_bytes(order))
