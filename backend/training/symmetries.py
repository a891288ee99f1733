"""Which kinds are always mirror-symmetric, or round: measured on their rendered shapes, and told to the sampler by prior.json."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from scipy import ndimage

from ..cameras import points_from_depth, rig
from ..mirrors import AXES, Mirror
from .dataset import VIEWS, Shape
from .programs import main_slot

ALIKE = 0.95  # share of pixels whose slot and depth are those of the mirror image, for a symmetric shape
DEPTH_GAP = 0.02  # prior units: 1 % of the frame
ALWAYS = 0.95  # share of a kind's shapes that must be symmetric
ENOUGH = 20  # shapes, at least, to know a kind by
ASIDE = 0.25  # sideways part of a normal from which the surface is no part of a ring
CELL = 0.05  # prior units: side of a cell of radius and height
ROUND = 0.8  # share of the pixels that lie on rings, for a round shape ...
ON_RINGS = 0.985  # ... and of those whose slot is that of most of their ring: eyes, doors and noses are not
MAIN_ON_RINGS = (
    0.9  # share of the main part's pixels that lie on rings, as its kind has it: an hourglass's posts do not
)


def alike(shape: Shape, mirror: Mirror) -> float:
    """Share of the pixels of shape and mirror image together that show the same slot at the same depth."""
    slot = shape.slot[:VIEWS]
    maps = torch.zeros(VIEWS, 13, *slot.shape[1:])
    maps[:, 0], maps[:, 1] = torch.from_numpy(slot.astype(np.float32)), torch.from_numpy(shape.depths[:VIEWS])
    image = mirror.image(maps)[mirror.has]
    maps = maps[mirror.has]
    either = (maps[:, 0] >= 0) | (image[:, 0] >= 0)
    same = (maps[:, 0] == image[:, 0]) & ((maps[:, 1] - image[:, 1]).abs() < DEPTH_GAP)
    return float((same & either).sum() / either.sum().clamp(min=1))


def roundness(shape: Shape) -> tuple[float, float, float]:
    """Shares of a shape's pixels in the rig's views: on rings about the upright axis, in the slot of most of their ring, and
    of those of its main part on rings.

    A ring is a cell of radius and height; where two slots meet, either of the neighbouring cells' will do.
    """
    there = shape.slot[:VIEWS] >= 0
    points = points_from_depth(rig(), torch.from_numpy(shape.depths[:VIEWS])).numpy()[there]
    normal = shape.normals[:VIEWS][there]
    slot = shape.slot[:VIEWS][there]
    radius = np.hypot(points[:, 0], points[:, 1])
    across = np.abs(normal[:, 1] * points[:, 0] - normal[:, 0] * points[:, 1]) / np.maximum(radius, 1e-6)
    on_ring = (across < ASIDE) | (radius < CELL)
    place = (radius / CELL).astype(int), ((points[:, 2] + 1.5) / CELL).astype(int), slot
    count = np.zeros([int(axis.max()) + 1 for axis in place])
    np.add.at(count, place, 1)
    most = ndimage.maximum_filter(count > 0.5 * count.sum(-1, keepdims=True), size=(3, 3, 1))[place]
    main = slot == list(shape.slots).index(main_slot(shape.slots))
    return float((on_ring & most).mean()), float(most.mean()), float(on_ring[main].mean()) if main.any() else 1.0


def round_kinds(shapes: Sequence[Shape]) -> list[str]:
    """The kinds whose shapes are always round about their upright axis, but for what stands out of the rings (a handle).

    Where the main part itself stands out, colours taken from the rings land on it: posts of glass, scoops in one another's.
    """
    found: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for shape in shapes:
        if not shape.company:
            share, most, main = roundness(shape)
            found[shape.kind].append((share > ROUND and most > ON_RINGS, main))
    rows = {kind: np.mean(told, 0) for kind, told in found.items() if len(told) >= ENOUGH}
    return sorted(kind for kind, (often, main) in rows.items() if often >= ALWAYS and main >= MAIN_ON_RINGS)


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
