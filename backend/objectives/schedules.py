"""Timesteps as functions of progress: where in the noise a step of distillation looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from ..priors import Forgets, Prior

STEPS = 1000  # the published ranges are given in thousandths; our t is that over 1000


@dataclass(frozen=True)
class Times:
    """Bounds of t that move linearly with progress, from the first to the second of each pair, until `until`.

    With `drop_at` the upper bound is a step function instead: the first value before it, the second from then on.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    until: float = 1.0
    drop_at: float = -1.0

    def bounds(self, progress: float) -> tuple[float, float]:
        """(t_min, t_max) at this fraction of the run."""
        s = min(max(progress / self.until, 0.0), 1.0)
        low = self.low[0] + s * (self.low[1] - self.low[0])
        high = self.high[0] + s * (self.high[1] - self.high[0])
        if self.drop_at >= 0:
            high = self.high[1] if progress >= self.drop_at else self.high[0]
        return low, max(low, high)


def noise_time(prior: Prior, strength: float) -> float:
    """The t from which denoising lets a share `strength` of a picture's look give way: 0 for 0, nearly 1 for 1.

    A colour spread over thousands of pixels is still plain to see where each pixel is nearly all noise, so t itself is a poor
    control: nothing happens below .8, all of it above .95. The best estimate of a mean under noise forgets it by
    1 / (1 + (alpha / sigma)^2 / const) (Wiener); this is its inverse, as a share of what the schedule's last step forgets.
    A prior that does not say where a look is half gone is walked by t itself.
    """
    if strength <= 0 or not isinstance(prior, Forgets):
        return max(strength, 0.0)
    t = torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)
    alpha, sigma = prior.schedule.alpha_sigma(t)
    forgotten = 1 / (1 + (alpha / sigma.clamp(min=1e-9) / prior.look_half_gone) ** 2)
    reached = forgotten >= strength * forgotten[-1]
    return min(float(t[int(reached.int().argmax())]), (STEPS - 1) / STEPS)


def uniform(times: Times, progress: float, u: Tensor) -> Tensor:
    """t ~ U[t_min, t_max]. u (B,) uniform in [0, 1] -> t (B,)."""
    low, high = times.bounds(progress)
    return low + u * (high - low)


def linear(times: Times, progress: float, u: Tensor, jitter: float = 0.1) -> Tensor:
    """t falls from the first t_max to the last t_min in step with progress, with a small jitter of the whole range.

    DreamGaussian's choice; the best for short runs, where uniform draws waste most steps at the wrong scale.
    """
    low, high = times.bounds(1.0)[0], times.bounds(0.0)[1]
    centre = high - progress * (high - low)
    return (centre + (u - 0.5) * jitter * (high - low)).clamp(low, high)


def square_root(times: Times, progress: float, u: Tensor) -> Tensor:
    """HiFA (Zhu et al. 2023): t = t_max - (t_max - t_min) sqrt(progress). `u` is not used: it is deterministic."""
    low, high = times.bounds(1.0)[0], times.bounds(0.0)[1]
    return torch.full_like(u, high - (high - low) * progress**0.5)


@cache
def _dreamtime_tail() -> Tensor:
    """(1000,) mass of p(t') over t' >= t, p the normalised weight of DreamTime with m = 800, 500 and s = 300, 100."""
    t = torch.arange(STEPS, dtype=torch.float64)
    weight = torch.ones(STEPS, dtype=torch.float64)
    weight = torch.where(t > 800, torch.exp(-((t - 800) ** 2) / (2 * 300**2)), weight)
    weight = torch.where(t < 500, torch.exp(-((t - 500) ** 2) / (2 * 100**2)), weight)
    return (weight / weight.sum()).flip(0).cumsum(0).flip(0)


def dreamtime(times: Times, progress: float, u: Tensor) -> Tensor:
    """DreamTime (Huang et al. 2023): t where the mass of p above t equals progress. `u` is not used."""
    t = int((_dreamtime_tail() - progress).abs().argmin()) / STEPS
    low, high = times.bounds(1.0)[0], times.bounds(0.0)[1]
    return torch.full_like(u, min(max(t, low), high))


SCHEDULES = {"uniform": uniform, "linear": linear, "square-root": square_root, "dreamtime": dreamtime}


def earlier(times: Times, progress: float, t: Tensor, eta: float, u: Tensor) -> Tensor:
    """ASD's noisier time t + d, d = u clamp(eta (t - t_min), 0, t_last - t), u ~ U[0, 1]; t_min is annealed.

    eta may be infinite: d is then drawn from all that is left of the noise.
    """
    low, last = times.bounds(progress)[0], (STEPS - 1) / STEPS
    wide = eta * (t - low).clamp(min=0) if math.isfinite(eta) else torch.full_like(t, last)
    room = torch.minimum(wide, (last - t).clamp(min=0))
    return t + u * room
