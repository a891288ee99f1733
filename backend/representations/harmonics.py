"""Real spherical harmonics up to degree 3: colour that depends on the direction it is seen from."""

from __future__ import annotations

import math

import torch
from torch import Tensor

DEGREES = (1, 4, 9, 16)  # how many coefficients degree 0, 1, 2 and 3 have


def basis(direction: Tensor, degree: int) -> Tensor:
    """The orthonormal real basis in the order and with the signs of 3D Gaussian splatting (Kerbl et al. 2023).

    direction: (..., 3) unit -> (..., K), K = (degree + 1)^2.
    """
    x, y, z = direction.unbind(-1)
    terms = [torch.full_like(x, 0.5 / math.sqrt(math.pi))]
    if degree >= 1:
        a = math.sqrt(3 / (4 * math.pi))
        terms += [-a * y, a * z, -a * x]
    if degree >= 2:
        b = math.sqrt(15 / (4 * math.pi))
        terms += [b * x * y, -b * y * z, math.sqrt(5 / (16 * math.pi)) * (3 * z * z - 1), -b * x * z]
        terms += [b / 2 * (x * x - y * y)]
    if degree >= 3:
        c, d = math.sqrt(35 / (32 * math.pi)), math.sqrt(21 / (32 * math.pi))
        e, f = math.sqrt(105 / (4 * math.pi)), math.sqrt(7 / (16 * math.pi))
        terms += [-c * y * (3 * x * x - y * y), e * x * y * z, -d * y * (5 * z * z - 1), f * z * (5 * z * z - 3)]
        terms += [-d * x * (5 * z * z - 1), e / 2 * z * (x * x - y * y), -c * x * (x * x - 3 * y * y)]
    return torch.stack(terms, dim=-1)


def colour(coefficients: Tensor, direction: Tensor) -> Tensor:
    """max(0, 1/2 + sum_k c_k Y_k(direction)). coefficients (N, K, 3), direction (N, 3) unit -> (N, 3)."""
    degree = DEGREES.index(coefficients.shape[1])
    return (0.5 + (basis(direction, degree)[..., None] * coefficients).sum(-2)).clamp(min=0)
