"""Owns how a prop made after a picture is laid on the object in it: moved and scaled as a whole, never turned or stretched.

A picture tells neither an object's size nor where its origin lies. Framing both by their farthest points instead was
measured to hide all else: exact views of 32 held-out objects scored .51 at 2 % of the half-frame, framed like this .91.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ..mesh import Mesh
from .geometry import sample_surface

ROUNDS = 15
ASKED = 3000  # points of either side
ROBUST = 0.02  # prior units: pairs farther apart count linearly


def placed(mesh: Mesh, points: np.ndarray) -> Mesh:
    """The mesh, moved and uniformly scaled onto the points (N, 3) of a true surface.

    Iterated closest points (Besl and McKay 1992) with scale, pairs taken from both sides, least sum of distances by
    re-weighting; begun where the bounding boxes share centre and diagonal.
    """
    own, true = sample_surface(mesh, ASKED, seed=5)[0], points[:ASKED]
    tree = cKDTree(points)
    scale = float(np.linalg.norm(np.ptp(points, axis=0)) / np.linalg.norm(np.ptp(own, axis=0)))
    shift = (points.max(0) + points.min(0)) / 2 - scale * (own.max(0) + own.min(0)) / 2
    for _ in range(ROUNDS):
        moved = own * scale + shift
        source = np.concatenate([own, own[cKDTree(moved).query(true)[1]]])
        target = np.concatenate([points[tree.query(moved)[1]], true])
        gap = np.linalg.norm(source * scale + shift - target, axis=1)
        scale, shift = similarity(source, target, 1 / np.maximum(gap, ROBUST))
    return Mesh((mesh.vertices * scale + shift).astype(np.float32), mesh.faces, mesh.figures)


def similarity(source: np.ndarray, target: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray]:
    """The scale and shift of least weighted squares that bring points (N, 3) onto others; weight (N,)."""
    share = weight / weight.sum()
    from_middle, to_middle = share @ source, share @ target
    scale = float(share @ ((source - from_middle) * (target - to_middle)).sum(1))
    scale /= float(share @ ((source - from_middle) ** 2).sum(1))
    return scale, to_middle - scale * from_middle
