"""A sampled view that shows far less than others agree on is left out: a step-ladder from above, drawn as a single line."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from .cameras import Cameras
from .priors import ALPHA, Maps

SHARED = 0.999  # cosine from which an axis of one image is an axis of another
AGREED = 3 / 64  # of the frame: how far two views' extents may differ that agree
LACKS = 8 / 64  # of the frame: what a view must lack besides being under LESS of what is agreed on
LESS = 0.6


def believed(maps: Maps) -> Maps:
    """The views that no two others contradict; all of them where that would leave fewer than four.

    Along an axis of the world that several images have as their own, a solid has one extent, whoever looks. A view is left out
    where two others agree on one of which it shows less than LESS. Exact views never are: extents of one solid are alike.
    """
    solid = maps.maps[:, ALPHA][:, 0] > 0.5
    left = [v for v in range(len(maps.cameras)) if not _contradicted(v, solid, maps.cameras)]
    if len(left) == len(maps.cameras) or len(left) < 4:
        return maps
    cameras = Cameras(maps.cameras.world_from_camera[left], maps.cameras.fov_deg)
    return replace(maps, maps=maps.maps[left], cameras=cameras)


def _contradicted(view: int, solid: Tensor, cameras: Cameras) -> bool:
    """Whether two others agree on an extent, along one of the view's axes, of which it shows far less."""
    if not solid[view].any():
        return False  # it shows nothing at all: no outline that could be wrong
    axes = cameras.axes
    for own in (0, 1):
        others = [
            _extent(solid[v], axis)
            for v in range(len(cameras))
            for axis in (0, 1)
            if v != view and abs(float(axes[view, own] @ axes[v, axis])) > SHARED
        ]
        if len(others) < 2 or max(others) - min(others) > AGREED:
            continue
        least, shown = min(others), _extent(solid[view], own)
        if shown < LESS * least and least - shown > LACKS:
            return True
    return False


def _extent(solid: Tensor, axis: int) -> float:
    """The share of the frame that an outline (H, W) spans along its image's right (0) or up (1)."""
    found = torch.nonzero(solid.any(axis)).flatten()
    return float(found[-1] - found[0] + 1) / solid.shape[1 - axis] if len(found) else 0.0
