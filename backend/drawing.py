"""Owns how faces are drawn beside their maps: opaque, cut out or see-through, from one side or both, and how bright."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .rasterise import Array

STRENGTH = "KHR_materials_emissive_strength"  # glTF's extension for emission brighter than 1


@dataclass(frozen=True)
class Drawing:
    """mode: glTF's alphaMode, OPAQUE, MASK or BLEND. cutoff: the alpha from which MASK shows a texel."""

    mode: str = "OPAQUE"
    cutoff: float = 0.5
    double_sided: bool = False


@dataclass(frozen=True)
class Drawn:
    """The drawings of an object, no two alike, and which of them each face has: (F,) int, or None, all the first.

    glow: what its map of emission is multiplied by, linear.
    """

    drawings: tuple[Drawing, ...] = (Drawing(),)
    which: Array | None = None
    glow: float = 1.0


def drawing_of(material: dict[str, Any]) -> Drawing:
    """Of a glTF material. Raises ValueError or TypeError for a cutoff that is no number."""
    mode = material.get("alphaMode", "OPAQUE")
    if mode not in ("MASK", "BLEND"):
        mode = "OPAQUE"
    cutoff = max(float(material.get("alphaCutoff", 0.5)), 0.0) if mode == "MASK" else 0.5
    if not math.isfinite(cutoff):
        raise ValueError("its alphaCutoff is no number")
    return Drawing(mode, cutoff, bool(material.get("doubleSided")))
