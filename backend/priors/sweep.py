"""Owns the network that settles what six sampled views disagree on: their outlines, normals and above all depths.

The sampler's views attend to each other in tokens of 16 pixels: outlines come out much truer than depths. What the other
views say of each pixel (`plane_sweep`) is read by a small U-Net, which learns from views that were noised and sampled back
what of it is to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..cameras import Cameras
from ..consensus import Seen, observe
from ..plane_sweep import CHANNELS, evidence
from . import ALPHA, DEPTH

GEOMETRY = slice(ALPHA.start, DEPTH.stop)  # of a G-buffer: alpha, normal, depth
ANSWERS = 5  # changes of alpha's logit, of the normal in the camera's frame, of the depth
SPACINGS = (1.0, 0.5)  # pixels between the places that each reading looks at: the second knows better where to look
FARTHEST = 4.0  # pixels of depth that an answer of 1 means
STEEP = 4.0  # of alpha's logit, likewise
GROUPS = 8


@dataclass(frozen=True)
class SweepSize:
    """kinds: whose props it was taught. widths: of the U-Net's levels; told: width of what it is told of view, kind and reading;
    readings: how often it reads what it has settled so far."""

    kinds: tuple[str, ...]
    views: int = 6
    widths: tuple[int, ...] = (32, 56, 80, 96)
    told: int = 32
    readings: int = 1


def begin_as_nothing(*layers: nn.Module) -> None:
    """Set all weights of layers to zero."""
    for parameter in (p for layer in layers for p in layer.parameters()):
        nn.init.zeros_(parameter)


class Residual(nn.Module):
    """Two convolutions whose answer is added; view and kind scale and shift what they see. Begins as nothing."""

    def __init__(self, width: int, told: int) -> None:
        super().__init__()
        self.norm, self.known = nn.GroupNorm(GROUPS, width), nn.Linear(told, 2 * width)
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        begin_as_nothing(self.known, self.second)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        gain, bias = self.known(told)[..., None, None].chunk(2, dim=1)
        seen = self.norm(x) * (1 + gain) + bias
        return x + self.second(functional.silu(self.first(seen)))


class Sweep(nn.Module):
    """A U-Net: what the views' plane sweep shows (B * V, CHANNELS, S, S) and the numbers of the props' kinds (B,) ->
    (B * V, ANSWERS, S, S)."""

    def __init__(self, size: SweepSize) -> None:
        super().__init__()
        self.size = size
        widths, last = size.widths, len(size.widths) - 1
        self.kind = nn.Embedding(len(size.kinds) + 1, size.told)
        self.view = nn.Embedding(size.views, size.told)
        self.reading = nn.Embedding(size.readings, size.told)
        begin_as_nothing(self.reading)
        self.seen = nn.ModuleList(nn.Conv2d(CHANNELS, widths[0], 3, padding=1) for _ in range(size.readings))
        counts = [1] * last + [2]
        self.down = nn.ModuleList(
            nn.ModuleList(Residual(w, size.told) for _ in range(n)) for w, n in zip(widths, counts, strict=True)
        )
        pairs = list(zip(widths, widths[1:], strict=False))
        self.halved = nn.ModuleList(nn.Conv2d(fine, coarse, 2, stride=2) for fine, coarse in pairs)
        self.widened = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for fine, coarse in pairs)
        self.up = nn.ModuleList(Residual(w, size.told) for w in widths[:-1])
        self.norm, self.answer = nn.GroupNorm(GROUPS, widths[0]), nn.Conv2d(widths[0], ANSWERS, 3, padding=1)
        begin_as_nothing(self.answer)

    def number(self, kind: str) -> int:
        """The number of a kind; of all that it was not taught, one more than the last."""
        kinds = self.size.kinds
        return kinds.index(kind) if kind in kinds else len(kinds)

    def forward(self, seen: Tensor, kind: Tensor, reading: int = 0) -> Tensor:
        told = (self.kind(kind)[:, None] + self.view.weight + self.reading.weight[reading]).flatten(0, 1)
        x, kept = self.seen[reading](seen), list[Tensor]()
        for level, blocks in enumerate(self.down):
            for block in blocks:  # type: ignore[attr-defined]
                x = block(x, told)
            if level < len(self.halved):
                kept.append(x)
                x = self.halved[level](x)
        for level in reversed(range(len(kept))):
            wide = functional.interpolate(self.widened[level](x), scale_factor=2, mode="bilinear")
            x = self.up[level](kept[level] + wide, told)
        answer: Tensor = self.answer(functional.silu(self.norm(x)))
        return answer

    def settled(self, maps: Tensor, cameras: Cameras, kind: str) -> Tensor:
        """G-buffers (V, 13, S, S) of orthographic views with their geometry settled. kind: the prop's, or ""."""
        settled = maps.clone()
        settled[:, GEOMETRY] = self.geometry(maps[:, GEOMETRY], cameras, kind)
        return settled

    @torch.no_grad()
    def geometry(self, sampled: Tensor, cameras: Cameras, kind: str) -> Tensor:
        """The same of the geometry (V, 5, S, S) alone."""
        number = torch.tensor([self.number(kind)])
        for reading in range(self.size.readings):
            sampled = widened(sampled)
            seen = seen_of(sampled, cameras)
            sampled = answered(sampled, seen, self(evidence(seen, cameras, SPACINGS[reading]), number, reading))
        return sampled


def widened(geometry: Tensor) -> Tensor:
    """Geometry (V, 5, S, S) in which the pixels beside an outline, on which it may come to lie, have their solid neighbours' mean
    normal and depth."""
    solid = (geometry[:, :1] > 0.5).float()
    share = functional.avg_pool2d(solid, 3, 1, 1)
    mean = functional.avg_pool2d(geometry[:, 1:] * solid, 3, 1, 1) / share.clamp(min=1e-6)
    return torch.cat([geometry[:, :1], torch.where((solid == 0) & (share > 0), mean, geometry[:, 1:])], 1)


def seen_of(geometry: Tensor, cameras: Cameras) -> Seen:
    """The views of geometry (V, 5, S, S): alpha, world normal, depth."""
    return observe(geometry[:, 0], geometry[:, 4], geometry[:, 1:4], cameras.axes)


def answered(geometry: Tensor, seen: Seen, answer: Tensor) -> Tensor:
    """Geometry (V, 5, S, S) changed by a network's answer (V, ANSWERS, S, S); differentiable in the answer."""
    alpha = torch.sigmoid(torch.logit(geometry[:, :1].clamp(0.01, 0.99)) + STEEP * answer[:, :1])
    own = torch.einsum("vkc,vchw->vkhw", seen.sheets.axes, functional.normalize(geometry[:, 1:4], dim=1, eps=1e-6))
    turned = functional.normalize(own + answer[:, 1:4], dim=1, eps=1e-6)
    normal = torch.einsum("vkc,vkhw->vchw", seen.sheets.axes, turned)
    depth = geometry[:, 4:] + answer[:, 4:] * FARTHEST * seen.sheets.pixel
    return torch.cat([alpha, normal, depth], 1)
