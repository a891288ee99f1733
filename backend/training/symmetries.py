"""Which kinds are always mirror-symmetric: measured on their rendered shapes, and told to the sampler by prior.json."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch

from ..cameras import rig
from ..mirrors import AXES, Mirror
from .dataset import VIEWS, Shape
from .programs import SLOT

ALIKE = 0.95  # share of pixels whose slot and depth are those of the mirror image, for a symmetric shape
DEPTH_GAP = 0.02  # prior units: 1 % of the frame
ALWAYS = 0.95  # share of a kind's shapes that must be symmetric
ENOUGH = 20  # shapes, at least, to know a kind by


def alike(shape: Shape, mirror: Mirror) -> float:
    """Share of the pixels of shape and mirror image together that show the same slot at the same depth."""
    slot = np.where(shape.part >= 0, shape.program[np.maximum(shape.part, 0).astype(int), SLOT], -1)[:VIEWS]
    maps = torch.zeros(VIEWS, 13, *slot.shape[1:])
    maps[:, 0], maps[:, 1] = torch.from_numpy(slot.astype(np.float32)), torch.from_numpy(shape.depths[:VIEWS])
    image = mirror.image(maps)[mirror.has]
    maps = maps[mirror.has]
    either = (maps[:, 0] >= 0) | (image[:, 0] >= 0)
    same = (maps[:, 0] == image[:, 0]) & ((maps[:, 1] - image[:, 1]).abs() < DEPTH_GAP)
    return float((same & either).sum() / either.sum().clamp(min=1))


def symmetries(shapes: Sequence[Shape]) -> dict[str, str]:
    """Kind -> the axes ("x", "y", "xy") about which its shapes are always symmetric; kinds without one are left out."""
    planes = [Mirror.of(rig(), axis) for axis in range(len(AXES))]
    scores: dict[str, list[list[float]]] = defaultdict(list)
    for shape in shapes:
        if not shape.company:
            scores[shape.kind].append([alike(shape, plane) for plane in planes])
    found = {}
    for kind, rows in sorted(scores.items()):
        shares = (np.array(rows) > ALIKE).mean(0)
        axes = "".join(axis for axis, share in zip(AXES, shares, strict=True) if share >= ALWAYS)
        if axes and len(rows) >= ENOUGH:
            found[kind] = axes
    return found
