"""Owns the network that settles the paint of sampled views.

Every pixel's is a weighted mean of the paints around it and of what the other views show there, with weights that a small U-Net
predicts (kernel prediction: Bako et al. 2017).
So no colour comes up that is not there: what the network decides is which of its neighbours a pixel belongs to.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ..cameras import Cameras, points_from_depth
from ..consensus import Seen, observe, read_view
from . import ALPHA, DEPTH, GBUFFER, NORMAL
from .views_unet import UNetSize, ViewsUNet

PAINT = [
    i for i in range(len(GBUFFER)) if i not in range(ALPHA.start, DEPTH.stop)
]  # of a G-buffer: all that is no geometry
RINGS = (1, 2, 4, 8)  # pixels to the eight neighbours that a pixel may take its paint from ...
OTHERS = (1,)  # ... and around the point where other views are asked
OWN = 3.0  # of its own paint's logit more than of the others: a network begins near nothing
LEAST = 0.1  # weight of the other views' word under which it counts less and less
SHOWN = (
    5 + 2 * len(PAINT) + 1
)  # alpha, normal in the camera's frame, depth; own paint; the other views' paint and its weight


def around(rings: tuple[int, ...]) -> list[tuple[int, int]]:
    """(down, right) of the pixel itself and of eight on each ring."""
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    return [(0, 0), *((ring * i, ring * j) for ring in rings for i, j in steps)]


CHOICES = len(around(RINGS)) + len(around(OTHERS))


class Repaint(ViewsUNet):
    """Reads what G-buffers show (B * V, SHOWN, S, S) and answers (B * V, CHOICES, S, S), logits of the weights."""

    def __init__(self, size: UNetSize) -> None:
        super().__init__(size, SHOWN, CHOICES)

    @torch.no_grad()
    def settled(self, maps: Tensor, cameras: Cameras, kind: str) -> Tensor:
        """G-buffers (V, 13, S, S) of orthographic views, whose geometry agrees, with settled paint. kind: the prop's, or ""."""
        number, maps = torch.tensor([self.number(kind)]), maps.clone()
        seen = surfaces_of(maps, cameras)
        for reading in range(self.size.readings):
            told = shown(seen, cameras, maps[:, PAINT])
            maps[:, PAINT] = mixed(told, self(told, number, reading))
        return maps


def surfaces_of(maps: Tensor, cameras: Cameras) -> Seen:
    """The geometry of G-buffers (V, 13, S, S)."""
    return observe(maps[:, ALPHA][:, 0], maps[:, DEPTH][:, 0], maps[:, NORMAL], cameras.axes)


def shown(seen: Seen, cameras: Cameras, paint: Tensor) -> Tensor:
    """(V, SHOWN, S, S) what the network reads of views and their paint (V, C, S, S)."""
    solid, size = seen.solid[:, None], paint.shape[-1]
    normal = seen.table[..., 3:].transpose(1, 2).unflatten(2, (size, size))
    local = torch.einsum("vkc,vchw->vkhw", seen.sheets.axes, normal)
    own = torch.cat([seen.sheets.alpha[:, None], local * solid, seen.sheets.depth[:, None] * solid], 1)
    return torch.cat([own, paint * solid, paint_of_others(seen, cameras, paint)], 1)


def paint_of_others(seen: Seen, cameras: Cameras, paint: Tensor) -> Tensor:
    """(V, C + 1, S, S): the mean of what the other views show where their surfaces pass near a pixel's own and face alike, and
    how much speaks for it in all. paint: (V, C, S, S)."""
    depth, pixel = seen.sheets.depth, seen.sheets.pixel
    points = points_from_depth(cameras, depth)[seen.view, seen.row, seen.column]
    rows = paint.flatten(2).transpose(1, 2)
    told = torch.zeros(len(points), paint.shape[1] + 1)
    for u in range(len(depth)):
        index, ahead, row = read_view(seen, depth[u], u, points)
        cosine = (row[:, 3:] @ seen.sheets.axes[u, 2]).clamp(min=0)
        alike = (row[:, 3:] * seen.normals).sum(1).clamp(min=0)
        weight = (seen.view != u) * row[:, 2] * cosine * alike * torch.exp(-0.5 * (ahead * cosine / pixel) ** 2)
        told[:, :-1] += weight[:, None] * rows[u][index]
        told[:, -1] += weight
    told[:, :-1] /= told[:, -1:].clamp(min=LEAST / 2)
    whole = depth.new_zeros(*depth.shape, told.shape[1])
    whole[seen.view, seen.row, seen.column] = told
    return whole.permute(0, 3, 1, 2)


def shifted(field: Tensor, rings: tuple[int, ...]) -> Tensor:
    """(V, K, C, S, S): a field (V, C, S, S) read at `around(rings)`; zero beyond its edges."""
    reach, size = max(rings), field.shape[-1]
    wide = functional.pad(field, (reach,) * 4)
    parts = [wide[..., reach + i : reach + i + size, reach + j : reach + j + size] for i, j in around(rings)]
    return torch.stack(parts, 1)


def mixed(told: Tensor, logits: Tensor) -> Tensor:
    """(V, C, S, S) the paint of what a network was `shown`, mixed by its answer; differentiable in it."""
    solid, _, paint, others, weight = told.split([1, 4, len(PAINT), len(PAINT), 1], 1)
    solid, trust = (solid > 0.5).float(), (weight / LEAST).clamp(max=1)
    fields = torch.cat([shifted(paint * solid, RINGS), shifted(others * trust, OTHERS)], 1)
    valid = torch.cat([shifted(solid, RINGS), shifted(trust, OTHERS)], 1)
    own = torch.zeros(CHOICES)
    own[0] = OWN
    share = (logits + own[:, None, None]).softmax(1)[:, :, None]
    total = (share * valid).sum(1)
    return torch.where(total > 1e-4, (share * fields).sum(1) / total.clamp(min=1e-4), paint)
