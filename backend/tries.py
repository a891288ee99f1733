"""Owns what several tries of one picture come to: the mean of their shapes.

A try is one draw of all that a picture may show, and the mean of draws lies nearer to any of them than another draw does: of a
square error half is the draw's own. Its outlines and depths are the more sure ones, not the more detailed; paint is not blended.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .cameras import Cameras
from .portrait import Pose, Viewpoint, cloud_of, find_pose, framed_picture, most_alike
from .priors import ALBEDO, MATERIAL, METALLIC, ROUGHNESS, Maps
from .priors.gbuffer import decode, encode

PAINT = [*range(13)[ALBEDO], *range(13)[ROUGHNESS], *range(13)[METALLIC], *range(13)[MATERIAL]]


def settled(
    tries: Tensor, cameras: Cameras, image: Tensor, prompts: Sequence[str], viewpoints: Sequence[Viewpoint] | None
) -> tuple[int, Tensor, Pose]:
    """Which of B tries (B, V, 13, S, S) of as many prompts looks most like the picture (4, H, W); the mean (V, 13, S, S) of those
    that were told the same; and from where that looks most like the picture. viewpoints: as of `most_alike`."""
    best, _ = most_alike(tries, cameras, image, viewpoints)
    mean = mean_of(tries[[told == prompts[best] for told in prompts]])
    view = viewpoints[best] if viewpoints else None
    return best, mean, find_pose(cloud_of(Maps(mean, cameras)), framed_picture(image), view)


def mean_of(tries: Tensor) -> Tensor:
    """The G-buffers (V, 13, S, S) between B tries (B, V, 13, S, S): their mean alpha, and mean normals and depths where they are
    solid. Base colour, roughness, metallic and material of each pixel are those of the one try whose paint is nearest to the mean
    there: half-way between two materials lies a third."""
    if len(tries) == 1:
        return tries[0]
    encoded = encode(tries)
    middle = encoded.mean(0)
    nearest = (
        ((encoded - middle)[:, :, PAINT] ** 2).sum(2).argmin(0)
    )  # (V, S, S); what is empty in a try is far from paint
    mean = decode(middle)
    mean[:, PAINT] = torch.take_along_dim(tries[:, :, PAINT], nearest[None, :, None], dim=0)[0]
    return mean
