"""Relaxation: every parameter of a linear picture goes a share of the way to where the pixels that see it want it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..priors import Schedule
from .table import Objective

RELAX = 0.5  # share of the way in a first step; it falls with the progress, so that the draws average out
FARTHEST = 1.0  # in z: an objective without a fixed point (CSD) would ask for any distance
LEAST_COVER = 1e-6


class Relaxation(torch.optim.Optimizer):
    """p <- p - lr g / cover for pictures z = J p with J >= 0, where cover = J' J 1 (SIRT; Gilbert 1972).

    With g = J'(z - z*) and lr <= 1 it converges to the p whose picture is nearest to z*. Adam without momentum moves every
    texel by the same step however small its gradient is, so that noise moves what is right already. Each group has one
    parameter, "lr", and "cover", shaped like the parameter; where it is 0 nothing moves.
    """

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        super().__init__(groups, {"lr": RELAX})
        for group in self.param_groups:
            cover = group.pop("cover")
            group["share"] = torch.where(cover > LEAST_COVER, 1 / cover.clamp(min=LEAST_COVER), 0.0)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            (parameter,) = group["params"]
            if parameter.grad is not None:
                parameter.addcmul_(parameter.grad, group["share"], value=-group["lr"])


def as_distance(row: Objective, schedule: Schedule, t: Tensor, gradient: Tensor) -> Tensor:
    """The row's gradient (B, V, c, h, w) as a distance in z, z - z*: with w (eps_a - eps_b) = w alpha / sigma (x0_b - x0_a).

    t: (B,). Values beyond FARTHEST are cut.
    """
    alpha, sigma = schedule.alpha_sigma(t)
    scale = sigma / (alpha * row.weight(schedule, t)).clamp(min=1e-9)
    return (gradient * scale.reshape(-1, *[1] * (gradient.dim() - 1))).clamp(-FARTHEST, FARTHEST)


def cover_of(picture: Callable[[], Tensor], parameter: Tensor) -> Tensor:
    """J' J 1 of the linear picture z = J p + c, shaped like p: how much all pixels together see of each number of it."""
    kept = parameter.detach().clone()
    with torch.no_grad():
        parameter.zero_()
        still = picture()
        parameter.fill_(1.0)
    z = picture()
    (cover,) = torch.autograd.grad(z, parameter, (z - still).detach())
    with torch.no_grad():
        parameter.copy_(kept)
    return cover
