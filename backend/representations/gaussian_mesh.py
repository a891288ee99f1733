"""Gaussians to a solid: their summed density on a grid, then the shared marching cubes and clean-up."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..fuse import SignedDistance
from ..mesh import Mesh
from ..mesh import extract as extract_mesh

GRID, LEVEL, REACH = 96, 0.5, 3.0  # cells a side; density of the surface; standard deviations that count
CELLS_AT_ONCE = 1 << 22


def density(means: Tensor, covariance: Tensor, opacity: Tensor, size: int = GRID) -> Tensor:
    """sum_n o_n exp(-d^T C_n^-1 d / 2) at the cells' centres of [-1, 1]^3. -> (size, size, size), indexed x, y, z.

    Each Gaussian touches only the cells within three of its standard deviations: Gaussians of like reach go together.
    """
    cell = 2 / size
    covariance = covariance + torch.eye(3).to(covariance) * (cell / 2) ** 2  # thinner than a cell would be missed
    inverse = torch.linalg.inv(covariance)
    widest = covariance.diagonal(dim1=1, dim2=2).amax(dim=1).sqrt()
    reach = (REACH * widest / cell).ceil().clamp(max=size).long()
    grid = torch.zeros(size**3, dtype=means.dtype, device=means.device)
    for cells in torch.unique(reach).tolist():
        along = torch.arange(-cells, cells + 1, device=means.device)
        offset = torch.stack(torch.meshgrid(along, along, along, indexing="ij"), dim=-1).reshape(-1, 3)
        for index in (reach == cells).nonzero()[:, 0].split(max(1, CELLS_AT_ONCE // len(offset))):
            nearest = ((means[index] + 1) / cell - 0.5).round().long()
            where = nearest[:, None] + offset  # (n, K, 3)
            d = (where + 0.5) * cell - 1 - means[index, None]
            power = torch.einsum("nki,nij,nkj->nk", d, inverse[index], d)
            value = opacity[index, None] * torch.exp(-0.5 * power)
            inside = ((where >= 0) & (where < size)).all(-1) & (power < REACH**2)
            flat = (where[..., 0] * size + where[..., 1]) * size + where[..., 2]
            grid.index_add_(0, flat[inside], value[inside])
    return grid.reshape(size, size, size)


def extract(means: Tensor, covariance: Tensor, opacity: Tensor, faces: int = 20_000) -> Mesh:
    """The mesh of the level set density = 1/2, cleaned and within `faces`; raises "shape-empty" when there is none."""
    values = density(means, covariance, opacity).cpu().numpy()
    # a monotone map of the density with its zero at the level and the scale of a distance near it
    distance = (np.log(LEVEL) - np.log(np.maximum(values, 1e-6))) * (2 / GRID)
    return extract_mesh(SignedDistance(np.clip(distance, -6 / GRID, 6 / GRID).astype(np.float32)), faces)
