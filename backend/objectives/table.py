"""The table of objectives: each is a weighted sum of noise predictions, times w(t), plus an optional spring.

    g = w(t) (sum_k (c_k + W guidance_k) eps_k + noise * e) + keep * spring(t) (z - z_source)

Symbols: alpha, sigma are the levels of the noise schedule at t, e is the noise that was added to z, guidance the scale
of classifier-free guidance in the ordinary convention null + guidance (text - null). threestudio's plain branches
compute text + guidance (text - null) instead, which is our guidance + 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..priors import Schedule
from .schedules import Times

Weight = Callable[[Schedule, Tensor], Tensor]  # (schedule, t (B,)) -> (B,)


@dataclass(frozen=True)
class Term:
    """One noise prediction with the coefficient c + W * guidance."""

    prompt: str  # text, null, negative, source, good or bad: a key of the guide's conditions
    c: float = 0.0
    W: float = 0.0
    at: str = "now"  # now: t; earlier: the noisier t + d, met first in sampling; before: s < t of an inversion
    image: str = "current"  # current: the rendered z; source: what z was at the start
    net: str = "prior"  # prior, or adapter: the low-rank copy that follows the renderings
    below: float = 2.0  # the term counts only for t < below
    above: float = 0.0  # ... and t >= above


@dataclass(frozen=True)
class Objective:
    """A row. `guidance` is its own default scale; `times` its own timestep schedule over the progress of a run."""

    terms: tuple[Term, ...]
    weight: Weight
    guidance: float
    times: Times
    noise: float = 0.0  # coefficient of the noise e itself
    spring: Weight | None = None  # psi(t), multiplied by the user's "keep original"
    shift: float = 0.0  # eta of ASD: d = u eta (t - t_min), u ~ U[0, 1]; infinite: d = u (t_last - t)
    rescale: float = 0.0  # phi of MVDream's std rescale in x0
    view_negative: float = 1.0  # factor on Perp-Neg's weights
    stride: float = 0.0  # of the DDIM inversion's last step, in t; 0: no inversion
    final: Objective | None = None  # replaces the row from `final_from` of the progress on
    final_from: float = 1.0

    def at_progress(self, progress: float) -> Objective:
        """The row that holds at this fraction of the run."""
        return self.final if self.final is not None and progress >= self.final_from else self

    def prompts(self) -> set[str]:
        """The conditions that the row asks for, at any time of the run."""
        later = self.final.prompts() if self.final else set()
        return {term.prompt for term in self.terms} | later

    def needs(self, what: str) -> bool:
        """Whether any term asks for the "adapter" or the "source"."""
        later = self.final.needs(what) if self.final else False
        return later or any(what in (term.net, term.image) for term in self.terms)


def one(schedule: Schedule, t: Tensor) -> Tensor:
    return torch.ones_like(t)


def sigma_squared(schedule: Schedule, t: Tensor) -> Tensor:
    return schedule.alpha_sigma(t)[1] ** 2


def sigma_over_alpha(schedule: Schedule, t: Tensor) -> Tensor:
    alpha, sigma = schedule.alpha_sigma(t)
    return sigma / alpha


def ism_weight(schedule: Schedule, t: Tensor) -> Tensor:
    """LucidDreamer's 0.1 sigma / alpha (guidance/sd_utils.py, lambda_guidance 0.1)."""
    return 0.1 * sigma_over_alpha(schedule, t)


def _pds_levels(schedule: Schedule, t: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(abar_t, abar at t - 2/1000, one-step beta, standard deviation), as PDS's code mixes them; float64."""
    t = t.double().clamp(min=0.004)

    def abar(at: Tensor) -> Tensor:
        return schedule.alpha_sigma(at)[0].double() ** 2

    step = 1 / max(len(schedule.alphas_cumprod) - 1, 999)
    now, previous = abar(t), abar(t - 2 * step)
    beta = 1 - now / abar(t - step)
    return now, previous, beta, ((1 - previous) / (1 - now) * beta).sqrt()


def pds_chi(schedule: Schedule, t: Tensor) -> Tensor:
    """Weight of (eps_target - eps_source) in PDS (Koo et al. 2024) as its code computes it, both noises shared."""
    now, previous, beta, deviation = _pds_levels(schedule, t)
    return (previous.sqrt() * beta / ((1 - now).sqrt() * now.sqrt()) / deviation).to(t.dtype)


def pds_psi(schedule: Schedule, t: Tensor) -> Tensor:
    """Weight of (z - z_source) in PDS. Zero if beta were that of the stride 2; the published code uses stride 1."""
    now, previous, beta, deviation = _pds_levels(schedule, t)
    kept = previous.sqrt() * beta / (1 - now) + (1 - beta).sqrt() * (1 - previous) / (1 - now) * now.sqrt()
    return ((previous.sqrt() - kept) / deviation).to(t.dtype)


TEXT_GUIDED = (Term("text", W=1), Term("null", c=1, W=-1))  # null + guidance (text - null)

SDS = Objective(  # DreamFusion, Poole et al. 2022, eq. 3; guidance 100 as published
    terms=TEXT_GUIDED, noise=-1, weight=sigma_squared, guidance=100, times=Times(low=(0.02, 0.02), high=(0.98, 0.98))
)
OBJECTIVES: dict[str, Objective] = {
    "sds": SDS,
    "csd": Objective(  # Yu et al. 2023: the classifier's score alone
        terms=(Term("text", c=1), Term("null", c=-1)), weight=sigma_squared, guidance=1, times=SDS.times
    ),
    "nfsd": Objective(  # Katzir et al. 2023: dD = eps_null below t = 0.2, eps_null - eps_negative above
        terms=(Term("text", W=1), Term("null", c=1, W=-1), Term("negative", c=-1, above=0.2)),
        weight=sigma_squared, guidance=7.5, times=SDS.times,
    ),
    "vsd": Objective(  # ProlificDreamer, Wang et al. 2023, eq. 9; t_max falls to 0.5 after a fifth of the run
        terms=(*TEXT_GUIDED, Term("text", c=-1, net="adapter")),
        weight=sigma_squared, guidance=7.5, times=Times(low=(0.02, 0.02), high=(0.98, 0.5), drop_at=0.2),
    ),
    "asd": Objective(  # ScaleDreamer, Ma et al. 2024, eq. 4: the same noise, at t and at the noisier t + d
        terms=(*TEXT_GUIDED, Term("text", c=-1, at="earlier")),
        weight=sigma_squared, guidance=7.5, shift=0.1, view_negative=0.5,
        times=Times(low=(0.5, 0.02), high=(0.98, 0.5)),
    ),
    "ism": Objective(  # LucidDreamer, Liang et al. 2023, eq. 17: x_s and x_t by DDIM inversion under the null prompt
        terms=(*TEXT_GUIDED, Term("null", c=-1, at="before")),
        weight=ism_weight, guidance=7.5, stride=0.05, times=Times(low=(0.02, 0.02), high=(0.98, 0.5), drop_at=0.3),
    ),
    "dds": Objective(  # Hertz et al. 2023, eq. 3: the same t and noise for target and source
        terms=(*TEXT_GUIDED, Term("source", W=-1, image="source"), Term("null", c=-1, W=1, image="source")),
        weight=one, guidance=7.5, spring=pds_psi, times=Times(low=(0.05, 0.05), high=(0.95, 0.95)),
    ),
    "pds": Objective(  # Koo et al. 2024, eq. 11, with shared noises: DDS weighted by chi, and the spring psi
        terms=(*TEXT_GUIDED, Term("source", W=-1, image="source"), Term("null", c=-1, W=1, image="source")),
        weight=pds_chi, guidance=100, spring=pds_psi, times=SDS.times,
    ),
    "sds-bridge": replace(  # McAllister et al. 2024: SDS, then in the last fifth from described bad to described good
        SDS,
        times=Times(low=(0.02, 0.02), high=(0.98, 0.5), drop_at=0.2),
        final=Objective(
            terms=(Term("good", W=1), Term("bad", W=-1)), weight=one, guidance=100,
            times=Times(low=(0.02, 0.02), high=(0.5, 0.5)),
        ),
        final_from=0.8,
    ),
    "mv-x0": Objective(  # MVDream, Shi et al. 2023, eq. 4: the x0 form of SDS, hence w = sigma / alpha
        terms=TEXT_GUIDED, noise=-1, weight=sigma_over_alpha, guidance=50, rescale=0.5,
        times=Times(low=(0.98, 0.02), high=(0.98, 0.5), until=0.8),
    ),
}  # fmt: skip

# Rows as short runs take them. ASD's pull vanishes at z = x0_text + (guidance - 1) / (1 - r) (x0_text - x0_null), r the ratio
# of alpha / sigma at the two times: the published small shift (r near 1) multiplies the guidance many times and saturates.
# A shift over all of the noise (r near a half on average) doubles it, so 3 ends where the sampler's 4 to 5 does
# (docs/distillation.md). Below t = .5 the present picture is believed, and words change little.
SHORT_RUN: dict[str, Objective] = {
    "asd": replace(OBJECTIVES["asd"], shift=math.inf, guidance=3, times=Times(low=(0.5, 0.5), high=(0.95, 0.95))),
}
SHORT = 500  # steps; up to so many, times also follow progress instead of being drawn: draws would waste most


def row_for(name: str, steps: int, t_max: float) -> Objective:
    """The row as a run of so many steps takes it, its times kept below t_max."""
    row = SHORT_RUN.get(name, OBJECTIVES[name]) if steps <= SHORT else OBJECTIVES[name]
    return limited(row, t_max)


def limited(row: Objective, t_max: float) -> Objective:
    """The row with its times kept below t_max: less noise, smaller changes."""
    low, high = ((min(a, t_max), min(b, t_max)) for a, b in (row.times.low, row.times.high))
    final = limited(row.final, t_max) if row.final else None
    return replace(row, times=replace(row.times, low=low, high=high), final=final)
