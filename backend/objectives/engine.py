"""The one engine of score distillation: turns a row of the table into a gradient, all its evaluations in one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from ..device import carried
from ..errors import problem
from ..priors import Cond, Prediction, Prior, SharesGuidance
from ..sampler import steered
from . import schedules
from .perpneg import perpendicular
from .table import OBJECTIVES, Objective, Term

NOW = ("now", "current", "prior")  # of a term
INVERSION_STEPS, INVERSION_STRIDE = 5, 0.2  # LucidDreamer: at most 5 steps of 200 thousandths


Steer = Callable[[Tensor, float], Tensor]


class Predicts(Protocol):
    """All that the engine asks of an adapter."""

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction: ...


@dataclass(frozen=True)
class Guide:
    """All that stays the same from step to step.

    conds: the conditions of B evaluations by name (text, null, negative, source, good, bad). source: z at the start,
    (B, V, c, h, w), for DDS, PDS and the spring. adapter: VSD's low-rank prior. guidance: None for the row's own.
    perp: Perp-Neg's view negatives as (name of a condition, weights (B,) or (B, V)) pairs.
    """

    prior: Prior
    conds: dict[str, Cond]
    source: Tensor | None = None
    adapter: Predicts | None = None
    guidance: float | None = None
    keep_original: float = 1.0
    perp: tuple[tuple[str, Tensor], ...] = field(default=())
    steer: Steer | None = None  # what else the guided x0 must obey: the sampler's own hook (x0, t) -> x0'
    one_by_one: bool = False  # the lower tier when memory is short: one evaluation at a time


@dataclass(frozen=True)
class Draw:
    """The random numbers of one step: t and the noisier t (B,), one per group of V views, noise shaped like z.

    Times stay where they were drawn, which is the host: they decide what is evaluated, and nobody waits for the device to say.
    """

    t: Tensor
    earlier: Tensor
    noise: Tensor
    progress: float = 0.0

    def on(self, device: torch.device) -> Draw:
        """The same with its times on that device too."""
        return replace(self, t=carried(self.t, device), earlier=carried(self.earlier, device))


def draw(row: Objective, z: Tensor, progress: float, generator: torch.Generator, schedule: str = "uniform") -> Draw:
    """A step's draw on the generator's device, its noise carried to z's: the same seed gives the same run on any device."""
    device = generator.device
    u = torch.rand(2, z.shape[0], generator=generator, device=device)
    noise = carried(torch.randn(z.shape, generator=generator, device=device), z.device)
    times = row.at_progress(progress).times
    t = schedules.SCHEDULES[schedule](times, progress, u[0])
    return Draw(t, schedules.earlier(times, progress, t, row.shift, u[1]), noise, progress)


def check_served(name: str, guide: Guide) -> None:
    """Raise objective-unsupported when the prior cannot serve this row: it would be zero, or lacks what it needs."""
    row = OBJECTIVES[name]
    why = ""
    if missing := row.prompts() - set(guide.conds):
        why = f"it needs the prompts {', '.join(sorted(missing))}"
    elif row.needs("adapter") and guide.adapter is None:
        why = "it needs a trainable copy of the prior"
    elif row.needs("source") and guide.source is None:
        why = "it needs an original to start from"
    elif "bad" in row.prompts() and _equal(guide.conds["good"], guide.conds["bad"]):
        why = "the prior knows none of the words that describe bad pictures"
    if why:
        needy = {k for k, r in OBJECTIVES.items() if r.needs("adapter") or r.needs("source") or "bad" in r.prompts()}
        choices = ", ".join(k for k in OBJECTIVES if k not in needy)
        raise problem("objective-unsupported", objective=name, why=why, choices=choices)


def _equal(a: Cond, b: Cond) -> bool:
    return all(torch.equal(a.fields[k], b.fields[k]) for k in a.fields)


def _wide(level: Tensor, like: Tensor) -> Tensor:
    """(B,) -> (B, 1, ..., 1), in float32."""
    return level.float().reshape(-1, *[1] * (like.dim() - 1))


def noised(prior: Prior, z: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    """alpha(t) z + sigma(t) noise. z, noise (B, ...), t (B,)."""
    alpha, sigma = prior.schedule.alpha_sigma(t)
    return torch.addcmul(_wide(alpha, z) * z, _wide(sigma, z), noise)


@torch.no_grad()
def gradient(row: Objective, guide: Guide, z: Tensor, draw: Draw) -> Tensor:
    """The objective's gradient in z, shaped like z (B, V, c, h, w), float32: what to pass to `z.backward`.

    One `predict` call serves all terms of the prior, one more those of the adapter; an inversion (ISM) runs its steps
    first, as each needs the last. Differences of predictions are taken in float32.
    """
    row, z = row.at_progress(draw.progress), z.detach().float()
    scale = _scale(row, guide, z.device)
    now = draw.on(z.device)
    points, known = _inversion(row, guide, z, draw) if row.stride else (_points(row, guide, z, now), {})
    terms = [term for term in row.terms if not _silent(term, draw.t)]
    predicted = _evaluate(guide, terms, points, known)
    total = row.noise * draw.noise.float() if row.noise else torch.zeros_like(z)
    for term in terms:
        inside = ((now.t < term.below) & (now.t >= term.above)).float()
        total = torch.addcmul(total, (term.c + term.W * scale) * _wide(inside, z), predicted[term])
    total = total + _view_negatives(row, guide, points, predicted, scale)
    if guide.steer is not None:
        total = total + _steered(guide, points, predicted, scale, float(draw.t[0]))
    weighted = _wide(carried(row.weight(guide.prior.schedule, draw.t), z.device), z) * total
    if row.rescale:
        weighted = _rescaled(row, guide, z, now, weighted, predicted)
    if row.spring is not None and guide.source is not None and guide.keep_original > 0:
        pull = guide.keep_original * row.spring(guide.prior.schedule, draw.t)
        weighted = weighted + _wide(carried(pull, z.device), z) * (z - guide.source.float())
    return torch.nan_to_num(weighted)


def _scale(row: Objective, guide: Guide, device: torch.device) -> float | Tensor:
    """The guidance: a number, or (c, 1, 1) where the prior's channels take it in different measure."""
    scale = row.guidance if guide.guidance is None else guide.guidance
    if not isinstance(guide.prior, SharesGuidance):
        return scale
    return 1 + (scale - 1) * carried(guide.prior.guidance_share, device).float()


def _silent(term: Term, t: Tensor) -> bool:
    """Whether the bounds leave the term out for the whole batch; only bounded terms cost a look at t."""
    bounded = term.below <= 1 or term.above > 0
    return bounded and not bool(((t < term.below) & (t >= term.above)).any())


Points = dict[tuple[str, str], tuple[Tensor, Tensor]]  # (image, at) -> (x_t, t)
Known = dict[tuple[str, str, str], Tensor]  # (image, at, prompt) -> eps already computed on the way


def _points(row: Objective, guide: Guide, z: Tensor, draw: Draw) -> Points:
    """Every noised image that the terms of a row without inversion look at; the times of the draw lie with z."""
    images = {"current": z} | ({"source": guide.source.float()} if guide.source is not None else {})
    times = {"now": draw.t, "earlier": draw.earlier}
    wanted = {(term.image, term.at) for term in row.terms}
    return {(i, at): (noised(guide.prior, images[i], times[at], draw.noise), times[at]) for i, at in wanted}


def _inversion(row: Objective, guide: Guide, z: Tensor, draw: Draw) -> tuple[Points, Known]:
    """x_s and x_t by deterministic DDIM inversion under the null prompt: (B,) times, the last step of size `stride`."""
    before = (draw.t - row.stride).clamp(min=0.0)
    start = (before - INVERSION_STEPS * INVERSION_STRIDE).clamp(min=0.0)
    steps = max(1, min(INVERSION_STEPS, int(torch.ceil((before - start).max() / INVERSION_STRIDE))))
    grid = [torch.minimum(start + k * INVERSION_STRIDE, before) for k in range(steps)] + [before, draw.t]
    grid = [carried(t, z.device) for t in grid]
    x, known = noised(guide.prior, z, grid[0], draw.noise), {}
    for k in range(steps + 1):
        answer = ask(guide.prior, x, grid[k], guide.conds["null"])
        if k == steps:
            points = {("current", "before"): (x, grid[k])}
            known = {("current", "before", "null"): answer.eps.float()}
        alpha, sigma = guide.prior.schedule.alpha_sigma(grid[k + 1])
        x = _wide(alpha, z) * answer.x0.float() + _wide(sigma, z) * answer.eps.float()
    return points | {("current", "now"): (x, grid[-1])}, known


def ask(network: Predicts, x: Tensor, t: Tensor, cond: Cond) -> Prediction:
    """The network's answer in float32 on x's device, computed where the condition lies: surfaces stay on the CPU."""
    place = cond.device or x.device
    answer = network.predict(x.to(place), t.to(place), cond)
    return Prediction(answer.eps.float().to(x.device), answer.x0.float().to(x.device))


def _evaluate(guide: Guide, terms: list[Term], points: Points, known: Known) -> dict[Term, Tensor]:
    """eps of every term, float32; equal evaluations are made once, all of one network in one call."""
    answers: dict[tuple[str, str, str, str], Tensor] = {(*key, "prior"): eps for key, eps in known.items()}
    for net, network in (("prior", guide.prior), ("adapter", guide.adapter)):
        keys = [(term.image, term.at, term.prompt, net) for term in terms if term.net == net]
        if net == "prior":
            keys += [("current", "now", name, net) for name, _ in guide.perp]
        keys = [key for key in dict.fromkeys(keys) if key not in answers]
        if not keys:
            continue
        if network is None:
            raise problem("objective-unsupported", objective="vsd", why="there is no adapter", choices="asd, csd, sds")
        for batch in [[key] for key in keys] if guide.one_by_one else [keys]:
            x = torch.cat([points[key[:2]][0] for key in batch])
            t = torch.cat([points[key[:2]][1] for key in batch])
            eps = ask(network, x, t, Cond.stack([guide.conds[key[2]] for key in batch])).eps
            answers |= dict(zip(batch, eps.chunk(len(batch)), strict=True))
    return {term: answers[term.image, term.at, term.prompt, term.net] for term in terms} | {
        Term(name): answers["current", "now", name, "prior"] for name, _ in guide.perp
    }


def _view_negatives(
    row: Objective, guide: Guide, points: Points, predicted: dict[Term, Tensor], scale: float | Tensor
) -> Tensor | float:
    """Perp-Neg's part of the guided prediction: guidance * sum_i w_i perp(eps_i - null, text - null)."""
    if not guide.perp:
        return 0.0
    by_prompt = {term.prompt: eps for term, eps in predicted.items() if (term.at, term.image, term.net) == NOW}
    if not {"text", "null"} <= set(by_prompt):  # the last fifth of SDS-Bridge
        return 0.0
    positive = by_prompt["text"] - by_prompt["null"]
    total: Tensor | float = 0.0
    for name, weights in guide.perp:
        aside = perpendicular(predicted[Term(name)] - by_prompt["null"], positive)
        weights = carried(weights, aside.device)
        total = (
            total
            + row.view_negative * scale * weights.reshape(*weights.shape, *[1] * (aside.dim() - weights.dim())) * aside
        )
    return total


def _steered(
    guide: Guide, points: Points, predicted: dict[Term, Tensor], scale: float | Tensor, first_t: float
) -> Tensor | float:
    """What the hook does to the guided x0, as noise: posterior guidance, alpha / sigma (x0 - steer(x0)), in any row."""
    by_prompt = {term.prompt: eps for term, eps in predicted.items() if (term.at, term.image, term.net) == NOW}
    if guide.steer is None or not {"text", "null"} <= set(by_prompt):
        return 0.0
    z_t, t = points["current", "now"]
    alpha, sigma = (_wide(level, z_t) for level in guide.prior.schedule.alpha_sigma(t))
    share = torch.as_tensor(scale).to(z_t)
    guided = torch.lerp(by_prompt["null"], by_prompt["text"], share)
    x0 = torch.addcmul(z_t / alpha, -sigma / alpha, guided)
    return alpha / sigma * (x0 - steered(guide.steer, x0, first_t))


def _rescaled(
    row: Objective, guide: Guide, z: Tensor, draw: Draw, plain: Tensor, predicted: dict[Term, Tensor]
) -> Tensor:
    """MVDream's std rescale: z0 <- phi f z0 + (1 - phi) z0, f = std(x0 of the text alone) / std(z0), one f per group.

    `plain` is z - z0 of the guided prediction; the answer is z - rescaled z0.
    """
    alpha, sigma = (_wide(level, z) for level in guide.prior.schedule.alpha_sigma(draw.t))
    text = next(eps for term, eps in predicted.items() if term.prompt == "text")
    alone = z + sigma / alpha * (draw.noise - text)
    z0 = z - plain
    factor = alone.flatten(1).std(dim=1) / z0.flatten(1).std(dim=1)
    return z - (row.rescale * _wide(factor, z) + 1 - row.rescale) * z0
