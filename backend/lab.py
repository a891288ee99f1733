"""CIE L*a*b* of sRGB colours and back, on tensors: the space in which distances between colours are as people see them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# Linear sRGB -> XYZ, each row divided by the D65 white (IEC 61966-2-1, CIE 15).
XYZ_FROM_LINEAR = torch.tensor(
    [
        [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
        [0.2126, 0.7152, 0.0722],
        [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
    ]
)
CORNER = 6 / 29  # below its cube, lightness is linear in light


def lab_of(rgb: Tensor) -> Tensor:
    """(..., 3) sRGB in [0, 1] -> (..., 3) L* in [0, 100], a*, b*; differentiable."""
    rgb = rgb.clamp(0, 1)
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb.clamp(min=0.04) + 0.055) / 1.055) ** 2.4)
    xyz = linear @ XYZ_FROM_LINEAR.T.to(rgb)
    f = torch.where(xyz > CORNER**3, xyz.clamp(min=1e-4) ** (1 / 3), xyz / (3 * CORNER**2) + 4 / 29)
    x, y, z = f.unbind(-1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def lab_of_array(rgb: NDArray[np.floating]) -> NDArray[np.floating]:
    """`lab_of` for arrays (..., 3), in their own precision."""
    return lab_of(torch.from_numpy(np.ascontiguousarray(rgb))).numpy()


def rgb_of(lab: Tensor) -> Tensor:
    """The inverse of `lab_of`; colours that sRGB cannot show are clipped to it."""
    y = (lab[..., 0] + 16) / 116
    f = torch.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], -1)
    xyz = torch.where(f > CORNER, f**3, 3 * CORNER**2 * (f - 4 / 29))
    linear = (xyz @ torch.linalg.inv(XYZ_FROM_LINEAR).T.to(lab)).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clamp(min=1e-6) ** (1 / 2.4) - 0.055)
