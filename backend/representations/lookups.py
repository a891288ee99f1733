"""The look-up as one sparse matrix: rendering a texture is a product, its gradient the transposed product.

Averaging the texture down to its mip levels is linear as well, so it is part of the matrix: a texel of a coarse level is the
mean of those of the finest that it stands for.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import torch
from scipy import sparse
from torch import Tensor

from .sight import Sight, pyramid


@dataclass(frozen=True)
class Lookups:
    """Pixels of V views as weighted sums of texels, samples of a pixel already averaged.

    forward: (V S S, T T) CSR and backward: its transpose.
    """

    forward: Tensor
    backward: Tensor
    views: int
    size_px: int
    texture_px: int

    def __call__(self, texture: Tensor) -> Tensor:
        """(C, T, T) -> (V, C, S, S), differentiable; zero where nothing was hit."""
        assert texture.shape[-1] == self.texture_px, texture.shape
        pixels = _Product.apply(self.forward, self.backward, texture.flatten(1))
        return pixels.reshape(len(texture), self.views, self.size_px, self.size_px).transpose(0, 1)


class _Product(torch.autograd.Function):
    """(C, N) -> x A' (C, M) with the gradient y A; both matrices are kept, so that neither is transposed in the loop."""

    @staticmethod
    def forward(ctx: Any, forward: Tensor, backward: Tensor, x: Tensor) -> Tensor:
        ctx.backward_matrix = backward
        return (forward @ x.T.contiguous()).T

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None, Tensor]:
        return None, None, (ctx.backward_matrix @ gradients[0].T.contiguous()).T


def lookups(sight: Sight, texture_px: int) -> Lookups:
    """The matrix of `sight.average(sight.sample(pyramid(texture)))` for a texture of this size."""
    sizes = [level.shape[-1] for level in pyramid(torch.empty(1, texture_px, texture_px))]
    k, views, side = sight.supersample, sight.face.shape[0], sight.alpha.shape[-1]
    hit = sight.hit
    counts = torch.nn.functional.avg_pool2d(hit[:, None].float(), k)[:, 0] * k * k
    row = torch.arange(views * side * side).reshape(views, side, side)
    row = row.repeat_interleave(k, 1).repeat_interleave(k, 2)[hit]
    share = 1 / counts.repeat_interleave(k, 1).repeat_interleave(k, 2)[hit]
    uv, footprint = sight.uv[hit], sight.footprint[hit]
    level = torch.log2((footprint * texture_px).clamp(min=1)).clamp(max=len(sizes) - 1)
    total = sparse.csr_matrix((views * side * side, texture_px**2), dtype="float32")
    for n, size in enumerate(sizes):
        weight = (1 - (level - n).abs()).clamp(min=0)
        used = weight > 0
        x = (uv[used, 0] * size - 0.5).clamp(0, size - 1)  # border: as grid_sample pads
        y = ((1 - uv[used, 1]) * size - 0.5).clamp(0, size - 1)
        left, top = x.floor().clamp(max=size - 2).long(), y.floor().clamp(max=size - 2).long()
        fx, fy = x - left, y - top
        rows, columns, values = [], [], []
        for dy, wy in ((0, 1 - fy), (1, fy)):
            for dx, wx in ((0, 1 - fx), (1, fx)):
                rows.append(row[used])
                columns.append((top + dy) * size + left + dx)
                values.append(wy * wx * weight[used] * share[used])
        place = (torch.cat(rows).numpy(), torch.cat(columns).numpy())
        of_level = sparse.csr_matrix((torch.cat(values).numpy(), place), (total.shape[0], size * size))
        total = total + of_level @ means(size, texture_px)
    return Lookups(as_tensor(total), as_tensor(total.T.tocsr()), views, side, texture_px)


def means(size: int, texture_px: int) -> sparse.csr_matrix:
    """(size², texture_px²) the matrix that averages a texture to a smaller one; size divides texture_px."""
    along = texture_px // size
    fine = torch.arange(texture_px) // along
    coarse = (fine[:, None] * size + fine).flatten().numpy()
    column = torch.arange(texture_px**2).numpy()
    share = torch.full((texture_px**2,), 1 / along**2).numpy()
    return sparse.csr_matrix((share, (coarse, column)), (size * size, texture_px**2))


def as_tensor(matrix: sparse.csr_matrix) -> Tensor:
    """The matrix as a CSR tensor of float32."""
    rows, columns = (torch.from_numpy(part).long() for part in (matrix.indptr, matrix.indices))
    with warnings.catch_warnings():  # torch calls its CSR tensors beta; the product is all that is used
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support")
        warnings.filterwarnings("ignore", message="Sparse invariant checks")
        return torch.sparse_csr_tensor(rows, columns, torch.from_numpy(matrix.data).float(), matrix.shape)
