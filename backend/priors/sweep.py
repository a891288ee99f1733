"""Owns the network that settles what six sampled views disagree on: their outlines, normals and above all depths.

The sampler's views attend to each other in tokens of 16 pixels: outlines come out much truer than depths. What the other
views say of each pixel (`plane_sweep`) is read by a small U-Net, which learns from views that were noised and sampled back
what of it is to be believed.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ..cameras import Cameras
from ..consensus import Seen, observe
from ..plane_sweep import CHANNELS, evidence
from . import ALPHA, DEPTH
from .views_unet import UNetSize, ViewsUNet

GEOMETRY = slice(ALPHA.start, DEPTH.stop)  # of a G-buffer: alpha, normal, depth
ANSWERS = 5  # changes of alpha's logit, of the normal in the camera's frame, of the depth
SPACINGS = (1.0, 0.5)  # pixels between the places that each reading looks at: the second knows better where to look
FARTHEST = 4.0  # pixels of depth that an answer of 1 means
STEEP = 4.0  # of alpha's logit, likewise


class Sweep(ViewsUNet):
    """Reads what the views' plane sweep shows (B * V, CHANNELS, S, S) and answers (B * V, ANSWERS, S, S)."""

    def __init__(self, size: UNetSize) -> None:
        super().__init__(size, CHANNELS, ANSWERS)

    def settled(self, maps: Tensor, cameras: Cameras, kind: str) -> Tensor:
        """G-buffers (V, 13, S, S) of orthographic views with their geometry settled. kind: the prop's, or ""."""
        settled = spread(maps, self.size.readings)
        settled[:, GEOMETRY] = self.geometry(maps[:, GEOMETRY], cameras, kind)
        return settled

    @torch.no_grad()
    def geometry(self, sampled: Tensor, cameras: Cameras, kind: str) -> Tensor:
        """The same of the geometry (V, 5, S, S) alone."""
        number = torch.tensor([self.number(kind)])
        for reading in range(self.size.readings):
            sampled = widened(sampled)
            seen = seen_of(sampled, cameras)
            sampled = answered(sampled, seen, self(evidence(seen, cameras, SPACINGS[reading]), number, reading))
        return sampled


def widened(geometry: Tensor) -> Tensor:
    """Geometry (V, 5, S, S) in which the pixels beside an outline, on which it may come to lie, have their solid neighbours' mean
    normal and depth."""
    solid = (geometry[:, :1] > 0.5).float()
    share = functional.avg_pool2d(solid, 3, 1, 1)
    mean = functional.avg_pool2d(geometry[:, 1:] * solid, 3, 1, 1) / share.clamp(min=1e-6)
    return torch.cat([geometry[:, :1], torch.where((solid == 0) & (share > 0), mean, geometry[:, 1:])], 1)


def spread(maps: Tensor, pixels: int) -> Tensor:
    """G-buffers (V, 13, S, S) that show, so many pixels beside their outlines, the mean of the solid pixels next to them."""
    solid = (maps[:, ALPHA] > 0.5).float()
    for _ in range(pixels):
        share = functional.avg_pool2d(solid, 3, 1, 1)
        mean = functional.avg_pool2d(maps * solid, 3, 1, 1) / share.clamp(min=1e-6)
        maps = torch.where((solid == 0) & (share > 0), mean, maps)
        solid = (share > 0).float()
    return maps


def seen_of(geometry: Tensor, cameras: Cameras) -> Seen:
    """The views of geometry (V, 5, S, S): alpha, world normal, depth."""
    return observe(geometry[:, 0], geometry[:, 4], geometry[:, 1:4], cameras.axes)


def answered(geometry: Tensor, seen: Seen, answer: Tensor) -> Tensor:
    """Geometry (V, 5, S, S) changed by a network's answer (V, ANSWERS, S, S); differentiable in the answer."""
    alpha = torch.sigmoid(torch.logit(geometry[:, :1].clamp(0.01, 0.99)) + STEEP * answer[:, :1])
    own = torch.einsum("vkc,vchw->vkhw", seen.sheets.axes, functional.normalize(geometry[:, 1:4], dim=1, eps=1e-6))
    turned = functional.normalize(own + answer[:, 1:4], dim=1, eps=1e-6)
    normal = torch.einsum("vkc,vkhw->vchw", seen.sheets.axes, turned)
    depth = geometry[:, 4:] + answer[:, 4:] * FARTHEST * seen.sheets.pixel
    return torch.cat([alpha, normal, depth], 1)
