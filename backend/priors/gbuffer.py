"""G-buffers as a diffusion model sees them: every channel in [-1, 1], multiplied by alpha, the background exactly zero."""

from __future__ import annotations

import torch
from torch import Tensor

from . import ALBEDO, ALPHA, DEPTH, MATERIAL, METALLIC, NORMAL, ROUGHNESS

SOLID = 0.15  # alpha under which colours are not divided out: they would be noise


def encode(maps: Tensor) -> Tensor:
    """(..., 13, H, W) in the units of `Maps` -> the same shape, centred and premultiplied. Alpha is -1 or 1."""
    sizes = [part.stop - part.start for part in (ALBEDO, ALPHA, NORMAL, DEPTH, ROUGHNESS, METALLIC, MATERIAL)]
    albedo, a, normal, depth, roughness, metallic, material = maps.split(sizes, dim=-3)
    parts = [(2 * albedo - 1) * a, 2 * a - 1, normal * a, depth * a]
    parts += [(2 * roughness - 1) * a, (2 * metallic - 1) * a, material * a]
    return torch.cat(parts, dim=-3)


def decode(z: Tensor) -> Tensor:
    """The inverse of `encode` on exact data; on generated data alpha is divided out and ranges are enforced."""
    a = ((z[..., ALPHA, :, :] + 1) / 2).clamp(0, 1)
    solid = z / a.clamp(min=SOLID)
    normal = solid[..., NORMAL, :, :]
    length = (normal * normal).sum(-3, keepdim=True).sqrt()  # `norm` takes eighty times as long along this axis
    parts = [
        ((solid[..., ALBEDO, :, :] + 1) / 2).clamp(0, 1),
        a,
        normal / length.clamp(min=1e-4),
        solid[..., DEPTH, :, :].clamp(-1, 1),
        ((solid[..., ROUGHNESS, :, :] + 1) / 2).clamp(0, 1),
        ((solid[..., METALLIC, :, :] + 1) / 2).clamp(0, 1),
        solid[..., MATERIAL, :, :].clamp(-1, 1),
    ]
    return torch.cat(parts, dim=-3)
