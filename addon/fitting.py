"""The maths of landing: which scale and shift bring a model to its size, standing on its origin. No bpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..backend.errors import problem


@dataclass(frozen=True)
class Fit:
    """scene = (model - anchor) * scale. `size` is the scene's bounding box, (3,)."""

    scale: float
    anchor: NDArray[np.float64]
    size: NDArray[np.float64]


def stand_on_origin(vertices: NDArray[np.floating], size: float) -> Fit:
    """The fit that makes the longest side `size` and puts the origin at the bottom's centre. vertices: (N, 3).

    Raises mesh-invalid for an empty, non-finite or pointlike model.
    """
    assert vertices.ndim == 2 and vertices.shape[1] == 3, vertices.shape
    if not len(vertices) or not np.isfinite(vertices).all():
        raise problem("mesh-invalid", why="it is empty or not finite", remedy="Retry with another seed.")
    low, high = vertices.min(axis=0).astype(float), vertices.max(axis=0).astype(float)
    longest = float((high - low).max())
    if longest <= 0.0:
        raise problem("mesh-invalid", why="all its points coincide", remedy="Retry with another seed.")
    scale = size / longest
    anchor = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return Fit(scale, anchor, (high - low) * scale)


def apply_fit(fit: Fit, vertices: NDArray[np.floating]) -> NDArray[np.float32]:
    """(N, 3) model coordinates -> (N, 3) scene coordinates."""
    return ((vertices - fit.anchor) * fit.scale).astype(np.float32)
