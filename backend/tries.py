"""Owns what several tries of one picture come to: the mean of their shapes.

A try is one draw of all that a picture may show, and the mean of draws lies nearer to any of them than another draw does: half
of a draw's squared error is its own. The mean's outlines and depths are surer, not more detailed; materials are not blended.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .cameras import Cameras
from .portrait import Pose, Viewpoint, cloud_of, find_pose, framed_picture, most_alike
from .priors import ALPHA, MATERIAL, ROUGHNESS, Maps
from .priors.gbuffer import decode, encode

MATTER = slice(ROUGHNESS.start, MATERIAL.stop)  # roughness, metallic, material
SOLID = 0.5  # alpha


def settled(
    tries: Tensor, cameras: Cameras, image: Tensor, prompts: Sequence[str], viewpoints: Sequence[Viewpoint] | None
) -> tuple[int, Tensor, Pose]:
    """Which of B tries (B, V, 13, S, S) of as many prompts looks most like the picture (4, H, W); the mean (V, 13, S, S) of those
    that were told the same; and from where that looks most like the picture. viewpoints: as of `most_alike`."""
    best, _ = most_alike(tries, cameras, image, viewpoints)
    alike = [i for i, told in enumerate(prompts) if told == prompts[best]]
    mean = mean_of(tries[alike], alike.index(best))
    view = viewpoints[best] if viewpoints else None
    return best, mean, find_pose(cloud_of(Maps(mean, cameras)), framed_picture(image), view)


def mean_of(tries: Tensor, best: int) -> Tensor:
    """The G-buffers (V, 13, S, S) between B tries (B, V, 13, S, S): their mean alpha, and the mean normals, depths and base
    colours of those that are solid. Roughness, metallic and material are those of the best try where it is solid, and else of the
    solid try that is nearest to the mean: half-way between two materials lies a third, and those of many tries mottle."""
    if len(tries) == 1:
        return tries[0]
    mean = decode(encode(tries).mean(0))
    gap = ((tries - mean)[:, :, MATTER] ** 2).sum(2)  # (B, V, S, S)
    gap[best] = 0.0
    gap[tries[:, :, ALPHA][:, :, 0] <= SOLID] = torch.inf
    mean[:, MATTER] = torch.take_along_dim(tries[:, :, MATTER], gap.argmin(0)[None, :, None], dim=0)[0]
    return mean
