"""Control of the gradient's size: clipping by a running median, normalising. Nothing here waits for the device."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

WINDOW, FACTOR = 64, 3.0  # steps remembered; a step may be this many times the median norm


@dataclass
class NormHistory:
    """The norms of the last steps, kept on the device."""

    norms: list[Tensor] = field(default_factory=list)

    def median(self) -> Tensor | None:
        return torch.stack(self.norms).median() if self.norms else None

    def push(self, norm: Tensor) -> None:
        self.norms = [*self.norms[-WINDOW + 1 :], norm.detach()]


def clip(gradient: Tensor, history: NormHistory, factor: float = FACTOR) -> Tensor:
    """The gradient, shortened to `factor` times the running median of ||g||; the first step passes untouched.

    The history remembers the clipped norm, so that one wild step cannot raise the bar for the next.
    """
    norm = gradient.norm()
    median = history.median()
    if median is not None:
        bound = factor * median
        scale = torch.where(norm > bound, bound / norm.clamp(min=1e-12), torch.ones_like(norm))
        gradient, norm = gradient * scale, norm * scale
    history.push(norm)
    return gradient


def normalise(gradient: Tensor) -> Tensor:
    """g / std(g) over each group of views (B, ...): with it a row's own scale w(t) no longer matters."""
    deviation = gradient.flatten(1).std(dim=1).clamp(min=1e-12)
    return gradient / deviation.reshape(-1, *[1] * (gradient.dim() - 1))
