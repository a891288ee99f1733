"""Rings: where a kind is always round about its upright axis, what lies on one circle about it is painted alike.

All pixels of all views that show one radius at one height are estimates of one paint, so their mean errs less than any of
them (the surface-wise averaging of SyncTweedies, Kim et al. 2024, with the circles in the surface's place). A single view
of a barrel's hoops is blots; all views together know at which heights they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .cameras import Cameras, points_from_depth
from .priors import ALBEDO, ALPHA, DEPTH, MATERIAL, METALLIC, NORMAL, ROUGHNESS, Prior
from .sampler import Hook

PAINT = [k for channels in (ALBEDO, ROUGHNESS, METALLIC, MATERIAL) for k in range(channels.start, channels.stop)]
CELL = 1 / 24  # prior units, 1.3 pixels: side of a cell of radius and height
REACH = 2.0  # prior units: farther from the axis and from the middle than any prop
ASIDE = (0.35, 0.7)  # sideways part of the normal from which a pixel begins to be no part of a ring, and is none
LYING = 0.75  # upward part of the normal from which a surface lies: a rim's top is not painted as its side
LEAST = 0.5  # pixels' worth of a ring that weighs as much as a pixel's own paint


@dataclass(frozen=True)
class Rings:
    """The P solid pixels of V views on their rings. view, row, column: (P,). cells, shares: (4, P), the cells of (normal,
    radius, height) around each pixel and its part in them; weight, belongs: (P,) how surely it tells of its ring, and how
    far it takes the ring's paint."""

    view: Tensor
    row: Tensor
    column: Tensor
    cells: Tensor
    shares: Tensor
    weight: Tensor
    belongs: Tensor

    @classmethod
    def of(cls, maps: Tensor, cameras: Cameras) -> Rings:
        """The rings of orthographic G-buffers (V, 13, S, S), by their outlines, depths and normals."""
        view, row, column = torch.nonzero(maps[:, ALPHA][:, 0] > 0.5).unbind(1)
        points = points_from_depth(cameras, maps[:, DEPTH][:, 0])[view, row, column]
        normal = functional.normalize(maps[view, NORMAL, row, column], dim=1)
        radius = points[:, :2].norm(dim=1)
        across = (normal[:, 1] * points[:, 0] - normal[:, 0] * points[:, 1]).abs() / radius.clamp(min=1e-6)
        belongs = ((ASIDE[1] - across) / (ASIDE[1] - ASIDE[0])).clamp(0, 1)
        belongs = torch.where(radius < 2 * CELL, 1.0, belongs)  # next to the axis no direction is sideways
        facing = (normal * cameras.axes[view, 2]).sum(1).clamp(min=0)
        side = 1 + (normal[:, 2] > LYING).long() - (normal[:, 2] < -LYING).long()
        count = round(REACH / CELL) + 2
        place = torch.stack([radius, points[:, 2] + REACH / 2]).div(CELL).clamp(0, count - 2)
        low = place.floor()
        part = place - low
        cells, shares = [], []
        for out in (0, 1):
            for up in (0, 1):
                cells.append((side * count + low[0].long() + out) * count + low[1].long() + up)
                shares.append((part[0] if out else 1 - part[0]) * (part[1] if up else 1 - part[1]))
        return cls(view, row, column, torch.stack(cells), torch.stack(shares), belongs * facing**2, belongs)

    def even(self, maps: Tensor) -> Tensor:
        """G-buffers (V, 13, S, S) whose paint is that of its ring, as far as a pixel belongs to one."""
        if not len(self.view):
            return maps
        painted = maps.clone()
        new = maps[self.view, :, self.row, self.column]
        new[:, PAINT] = self._shared(new[:, PAINT])
        painted[self.view, :, self.row, self.column] = new
        return painted

    def even_share(self, where: Tensor) -> Tensor:
        """(V, S, S) how far each pixel belongs to a part -> the same of its ring, as far as a pixel belongs to one."""
        if not len(self.view):
            return where
        even = where.clone()
        even[self.view, self.row, self.column] = self._shared(where[self.view, self.row, self.column][:, None])[:, 0]
        return even

    def _shared(self, own: Tensor) -> Tensor:
        """What the pixels tell (P, c) -> the means of their rings."""
        told = torch.cat([own, torch.ones_like(own[:, :1])], 1) * self.weight[:, None]
        total = told.new_zeros(int(self.cells.max()) + 1, told.shape[1])
        for cells, shares in zip(self.cells, self.shares, strict=True):
            total.index_add_(0, cells, told * shares[:, None])
        ring = (total[self.cells] * self.shares[..., None]).sum(0)
        known = ring[:, -1:]
        trust = self.belongs[:, None] * known / (known + LEAST)
        return torch.lerp(own, ring[:, :-1] / known.clamp(min=1e-6), trust)


def ringed(prior: Prior, is_round: Sequence[bool]) -> Hook | None:
    """The sampler's hook for a batch: the paint of every x0 estimate that is told to be round becomes that of its rings.

    None where none is. The prior's cameras are orthographic and its views G-buffers.
    """
    if not any(is_round):
        return None

    def even(x0: Tensor, t: float) -> Tensor:
        cameras = Cameras(prior.cameras.world_from_camera.to(x0.device))
        maps = prior.decode(x0)
        painted = torch.stack(
            [Rings.of(one, cameras).even(one) if told else one for one, told in zip(maps, is_round, strict=True)]
        )
        return x0 + (prior.encode(painted) - prior.encode(maps)).to(x0.dtype)

    return even
