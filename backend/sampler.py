"""One sampling loop on (eps, x0): DDIM and DPM-Solver++(2M), with guidance, a start strength and a hook on every x0.

Plain sampling, SDEdit from an existing object (`start`, `strength`), synchronised texturing and known-view clamping
(`hook`) are this same loop. Nothing here knows how a prior was trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .device import carried, one_thread
from .priors import Cond, Prediction, Prior, SharesGuidance

Hook = Callable[[Tensor, float], Tensor]  # (x0 (B, V, c, h, w) on the host, t) -> x0'
RESCALE = 0.7  # share of guided x0 rescaled to the unguided deviation (Lin et al. 2024, section 3.4)


def steered(hook: Hook, x0: Tensor, t: float) -> Tensor:
    """What a hook makes of an estimate. Hooks work on the host: their many small steps would wait for a card at each."""
    return carried(hook(x0.cpu(), t), x0.device)


def composed(hooks: Sequence[Hook]) -> Hook | None:
    """One hook that applies several in order, or None for none."""
    if not hooks:
        return None

    def steer(x0: Tensor, t: float) -> Tensor:
        with one_thread():
            for hook in hooks:
                x0 = hook(x0, t)
        return x0

    return steer


@dataclass(frozen=True)
class Step:
    """The state after one evaluation: `x0` is the present estimate, `index` of `steps`."""

    x0: Tensor
    index: int
    steps: int


@dataclass(frozen=True)
class Plan:
    """How to sample: number of evaluations, guidance, solver ("ddim" | "dpm++"), and where to start."""

    steps: int
    guidance: float = 1.0
    solver: str = "ddim"
    strength: float = 1.0  # 1: from pure noise; less: from `start` noised to t = strength (SDEdit; Meng et al. 2022)


def times(plan: Plan) -> Tensor:
    """(steps + 1,) decreasing from min(strength, .999) to 0, evenly spaced."""
    return torch.linspace(min(plan.strength, 0.999), 0.0, plan.steps + 1)


def guided(prior: Prior, z: Tensor, t: Tensor, cond: Cond, null: Cond | None, guidance: float) -> Prediction:
    """Classifier-free guidance in one batch: null + g (cond - null) on x0, deviation rescaled; eps follows from x0."""
    if null is None or guidance == 1.0:
        return prior.predict(z, t, cond)
    both = prior.predict(torch.cat([z, z]), torch.cat([t, t]), Cond.stack([cond, null]))
    wanted, unwanted = both.x0.chunk(2)
    share = prior.guidance_share.to(z) if isinstance(prior, SharesGuidance) else 1.0
    x0 = unwanted + (1 + (guidance - 1) * share) * (wanted - unwanted)
    over = tuple(range(1, x0.dim()))
    matched = x0 * wanted.std(over, keepdim=True) / x0.std(over, keepdim=True).clamp(min=1e-6)
    x0 = RESCALE * matched + (1 - RESCALE) * x0
    alpha, sigma = (v.view(-1, *[1] * (z.dim() - 1)) for v in prior.schedule.alpha_sigma(t))
    return Prediction((z - alpha * x0) / sigma, x0)


def sample(
    prior: Prior,
    cond: Cond,
    null: Cond | None,
    plan: Plan,
    generator: torch.Generator,
    start: Tensor | None = None,
    hook: Hook | None = None,
) -> Iterator[Step]:
    """Yield the x0 estimate after every evaluation; the last is the sample, (B, V, c, h, w) for a condition of B.

    generator: a CPU generator, so that a seed means the same on every device. start: what strength < 1 begins from.
    """
    told = next(iter(cond.fields.values()))
    noise = torch.randn((len(told), *prior.latent_shape), generator=generator).to(told.device)
    device = told.device
    along = times(plan)
    alpha, sigma = prior.schedule.alpha_sigma(along.to(device))
    z = noise if start is None else alpha[0] * start.to(device) + sigma[0] * noise
    before: Tensor | None = None
    for i in range(plan.steps):
        t = along[i].to(device).expand(len(told))
        prediction = guided(prior, z, t, cond, null, plan.guidance)
        x0 = prediction.x0 if hook is None else steered(hook, prediction.x0, float(along[i]))
        eps = prediction.eps if hook is None else (z - alpha[i] * x0) / sigma[i]
        if i + 1 == plan.steps:
            yield Step(x0, i + 1, plan.steps)
            return
        z = (
            _dpm_step(z, x0, before, (alpha, sigma), i)
            if plan.solver == "dpm++"
            else alpha[i + 1] * x0 + sigma[i + 1] * eps
        )
        before = x0
        yield Step(x0, i + 1, plan.steps)


def _dpm_step(z: Tensor, x0: Tensor, before: Tensor | None, levels: tuple[Tensor, Tensor], i: int) -> Tensor:
    """DPM-Solver++(2M), data prediction (Lu et al. 2022, algorithm 2); first order when there is no earlier x0."""
    alpha, sigma = levels
    half_log_snr = torch.log(alpha) - torch.log(sigma)
    h = half_log_snr[i + 1] - half_log_snr[i]
    estimate = x0
    if before is not None:
        ratio = (half_log_snr[i] - half_log_snr[i - 1]) / h
        estimate = x0 + (x0 - before) / (2 * ratio)
    return sigma[i + 1] / sigma[i] * z - alpha[i + 1] * torch.expm1(-h) * estimate
