"""Owns the small U-Net that reads six views of a prop, each told which view it is and of what kind the prop is.

What it answers are changes of what it was shown: it begins as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

GROUPS = 8


@dataclass(frozen=True)
class UNetSize:
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


class ViewsUNet(nn.Module):
    """What views show (B * V, shown, S, S) and the numbers of the props' kinds (B,) -> (B * V, answers, S, S)."""

    def __init__(self, size: UNetSize, shown: int, answers: int) -> None:
        super().__init__()
        self.size = size
        widths, last = size.widths, len(size.widths) - 1
        self.kind = nn.Embedding(len(size.kinds) + 1, size.told)
        self.view = nn.Embedding(size.views, size.told)
        self.reading = nn.Embedding(size.readings, size.told)
        begin_as_nothing(self.reading)
        self.seen = nn.ModuleList(nn.Conv2d(shown, widths[0], 3, padding=1) for _ in range(size.readings))
        counts = [1] * last + [2]
        self.down = nn.ModuleList(
            nn.ModuleList(Residual(w, size.told) for _ in range(n)) for w, n in zip(widths, counts, strict=True)
        )
        pairs = list(zip(widths, widths[1:], strict=False))
        self.halved = nn.ModuleList(nn.Conv2d(fine, coarse, 2, stride=2) for fine, coarse in pairs)
        self.widened = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for fine, coarse in pairs)
        self.up = nn.ModuleList(Residual(w, size.told) for w in widths[:-1])
        self.norm, self.answer = nn.GroupNorm(GROUPS, widths[0]), nn.Conv2d(widths[0], answers, 3, padding=1)
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
