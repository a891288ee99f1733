"""The look-up as one sparse matrix: rendering a texture is a product, its gradient the transposed product."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .sight import Sight, pyramid


@dataclass(frozen=True)
class Lookups:
    """Pixels of V views as weighted sums of texels of all mip levels, samples of a pixel already averaged.

    forward: (V S S, M) CSR and backward: its transpose, M = the texels of all levels together.
    """

    forward: Tensor
    backward: Tensor
    views: int
    size_px: int
    texture_px: int

    def __call__(self, texture: Tensor) -> Tensor:
        """(C, T, T) -> (V, C, S, S), differentiable; zero where nothing was hit."""
        assert texture.shape[-1] == self.texture_px, texture.shape
        stacked = torch.cat([level.flatten(1) for level in pyramid(texture)], dim=1)
        pixels = _Product.apply(self.forward, self.backward, stacked.T.contiguous())
        return pixels.T.reshape(len(texture), self.views, self.size_px, self.size_px).transpose(0, 1)


class _Product(torch.autograd.Function):
    """A x with the gradient A' y; both matrices are kept, so that neither is transposed in the loop."""

    @staticmethod
    def forward(ctx: Any, forward: Tensor, backward: Tensor, x: Tensor) -> Tensor:
        ctx.backward_matrix = backward
        return forward @ x

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None, Tensor]:
        return None, None, ctx.backward_matrix @ gradients[0].contiguous()


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
    rows, columns, values, start = [], [], [], 0
    for n, size in enumerate(sizes):
        weight = (1 - (level - n).abs()).clamp(min=0)
        used = weight > 0
        x = (uv[used, 0] * size - 0.5).clamp(0, size - 1)  # border: as grid_sample pads
        y = ((1 - uv[used, 1]) * size - 0.5).clamp(0, size - 1)
        left, top = x.floor().clamp(max=size - 2).long(), y.floor().clamp(max=size - 2).long()
        fx, fy = x - left, y - top
        for dy, wy in ((0, 1 - fy), (1, fy)):
            for dx, wx in ((0, 1 - fx), (1, fx)):
                rows.append(row[used])
                columns.append(start + (top + dy) * size + left + dx)
                values.append(wy * wx * weight[used] * share[used])
        start += size * size
    shape = (views * side * side, start)
    place = torch.stack([torch.cat(rows), torch.cat(columns)])
    matrix = torch.sparse_coo_tensor(place, torch.cat(values), shape, check_invariants=False).coalesce()
    with warnings.catch_warnings():  # torch calls its CSR tensors beta; the product is all that is used
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support")
        warnings.filterwarnings("ignore", message="Sparse invariant checks")
        transposed = matrix.t().coalesce().to_sparse_csr()
        return Lookups(matrix.to_sparse_csr(), transposed, views, side, texture_px)
