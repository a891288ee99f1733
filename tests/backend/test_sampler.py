"""The sampling loop, against the exact solution that a Gaussian prior's probability-flow has."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from backend.priors import Cond, Prediction
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.sampler import Plan, composed, guided, sample, times

SHAPE = (2, 3, 4, 4)
STD = 0.4


def prior_of(std: float = STD) -> GaussianPrior:
    mean = torch.linspace(-0.8, 0.8, 96).reshape(SHAPE)
    return GaussianPrior({"": Gaussian(torch.zeros(SHAPE), 1.0), "thing": Gaussian(mean, std)})


def last(prior: GaussianPrior, plan: Plan, seed: int = 0, start: Tensor | None = None) -> Tensor:
    steps = list(sample(prior, prior.condition(["thing"]), None, plan, torch.Generator().manual_seed(seed), start))
    return steps[-1].x0


def exact(prior: GaussianPrior, seed: int = 0) -> Tensor:
    """x0 on the flow line of the seed's noise: a Gaussian's flow keeps (z - alpha m) / sqrt(alpha^2 s^2 + sigma^2)."""
    noise = torch.randn((1, *SHAPE), generator=torch.Generator().manual_seed(seed))
    mean = prior.gaussians["thing"].mean
    ends = times(Plan(1))
    alpha, sigma = prior.schedule.alpha_sigma(ends)
    spread = (alpha**2 * STD**2 + sigma**2).sqrt()
    return alpha[1] * mean + spread[1] * (noise - alpha[0] * mean) / spread[0]


def test_both_solvers_converge_to_the_exact_flow_and_the_second_order_one_faster() -> None:
    """DDIM's distance to the exact flow halves with twice the steps; DPM-Solver++(2M) is at least thrice as near."""
    prior = prior_of()

    def errors(solver: str) -> list[float]:
        runs = [last(prior, Plan(n, solver=solver)) for n in (16, 32, 64, 128)]
        return [float((run - exact(prior)).abs().mean()) for run in runs]

    first, second = errors("ddim"), errors("dpm++")
    assert all(a / b > 1.7 for a, b in zip(first, first[1:], strict=False)), first
    assert all(b < a / 3 for a, b in zip(first, second, strict=True)), (first, second)
    assert second[-1] < 1e-3


def test_a_seed_is_a_sample() -> None:
    """The same seed gives the same bits; another seed another sample."""
    prior = prior_of()
    assert torch.equal(last(prior, Plan(6)), last(prior, Plan(6)))
    assert not torch.equal(last(prior, Plan(6)), last(prior, Plan(6), seed=1))


def test_samples_have_the_mean_and_spread_of_the_prior() -> None:
    """Over many seeds, mean and standard deviation are those of the Gaussian."""
    prior = prior_of()
    drawn = torch.stack([last(prior, Plan(24, solver="dpm++"), seed) for seed in range(200)])
    assert (drawn.mean(0) - prior.gaussians["thing"].mean).abs().max() < 4 * STD / 200**0.5
    assert drawn.std(0).mean() == pytest.approx(STD, rel=0.06)


def test_strength_keeps_what_it_starts_from() -> None:
    """The weaker the start's noise, the nearer the sample stays to the start (SDEdit)."""
    prior, start = prior_of(), torch.full((1, *SHAPE), 0.9)
    moved = [float((last(prior, Plan(12, strength=s), start=start) - start).norm()) for s in (0.2, 0.5, 0.9)]
    assert moved[0] < moved[1] < moved[2]


def test_the_hook_decides() -> None:
    """An x0 that the hook clamps comes out clamped, exactly."""
    prior = prior_of()
    known = torch.full((1, *SHAPE), 0.25)
    steps = sample(
        prior,
        prior.condition(["thing"]),
        None,
        Plan(8),
        torch.Generator(),
        hook=lambda x0, t: torch.where(known > 0, known, x0),
    )
    assert torch.equal(list(steps)[-1].x0, known)


def test_guidance_interpolates_and_keeps_eps_and_x0_consistent() -> None:
    """Guidance 1 is the conditional prediction, 0 the null one; z = alpha x0 + sigma eps holds for any."""
    prior = prior_of()
    z, t = torch.randn(1, *SHAPE, generator=torch.Generator().manual_seed(3)), torch.tensor([0.6])
    cond, null = prior.condition(["thing"]), prior.condition([""])
    alone: Prediction = prior.predict(z, t, cond)
    assert torch.equal(guided(prior, z, t, cond, null, 1.0).x0, alone.x0)
    mixed = guided(prior, z, t, cond, null, 3.0)
    alpha, sigma = prior.schedule.alpha_sigma(t)
    assert torch.allclose(alpha * mixed.x0 + sigma * mixed.eps, z, atol=1e-5)
    towards = mixed.x0 - prior.predict(z, t, null).x0
    assert (
        torch.nn.functional.cosine_similarity(towards.flatten(), (alone.x0 - prior.predict(z, t, null).x0).flatten(), 0)
        > 0.9
    )


def test_a_condition_of_two_samples_two() -> None:
    """Stacked conditions sample side by side, each from its own noise."""
    prior = prior_of()
    both = Cond.stack([prior.condition(["thing"]), prior.condition([""])])
    x0 = list(sample(prior, both, None, Plan(16), torch.Generator().manual_seed(0)))[-1].x0
    assert x0.shape == (2, *SHAPE) and x0[1].std() > 1.5 * (x0[0] - prior.gaussians["thing"].mean).std()


def test_hooks_compose_in_order() -> None:
    """Several hooks act one after the other on the same x0; none is no hook at all."""
    both = composed([lambda x0, t: x0 + t, lambda x0, t: 2 * x0])
    assert both is not None
    assert torch.equal(both(torch.ones(2), 0.5), torch.full((2,), 3.0))
    assert composed([]) is None
