"""The analytic priors' denoisers against Monte-Carlo and against each other."""

from __future__ import annotations

import pytest
import torch

from backend.priors import Prior, Schedule
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gaussian import denoise as denoise_gaussian
from backend.priors.mixture import Mixture, MixturePrior, denoise


def test_gaussian_is_the_conditional_mean() -> None:
    """E[x0 | z_t] is the regression of x0 on z_t: its slope and offset match 400,000 draws."""
    torch.manual_seed(0)
    mean, std, alpha, sigma = 0.7, 0.5, 0.8, 0.6
    x0 = mean + std * torch.randn(400_000)
    z = alpha * x0 + sigma * torch.randn_like(x0)
    slope = ((z - z.mean()) * (x0 - x0.mean())).mean() / z.var()
    one = torch.ones(())
    at = [float(denoise_gaussian(one * v, one * mean, one * std**2, one * alpha, one * sigma).x0) for v in (0.0, 1.0)]
    assert at[1] - at[0] == pytest.approx(float(slope), abs=0.005)
    assert at[0] == pytest.approx(float(x0.mean() - slope * z.mean()), abs=0.005)


def test_mixture_is_minus_sigma_times_the_score() -> None:
    """eps equals -sigma d/dz log p_t(z) of the noised mixture, by autograd of its density."""
    torch.manual_seed(1)
    mixture = Mixture(
        torch.randn(4, 1, 2, 1, 1), torch.tensor([0.2, 0.5, 0.9, 0.3]), torch.tensor([0.1, 0.2, 0.3, 0.4])
    )
    z = torch.randn(6, 1, 2, 1, 1, dtype=torch.float64, requires_grad=True)
    alpha, sigma = torch.full((6,), 0.7, dtype=torch.float64), torch.full((6,), 0.51**0.5, dtype=torch.float64)
    density: torch.Tensor = torch.zeros(6, dtype=torch.float64)
    for m, s, w in zip(mixture.means.double(), mixture.std.double(), mixture.weight.double(), strict=True):
        variance = 0.49 * s**2 + 0.51
        square = ((z - 0.7 * m) ** 2).flatten(1).sum(1)
        density = density + w * torch.exp(-0.5 * square / variance) / (2 * torch.pi * variance)
    (score,) = torch.autograd.grad(density.log().sum(), z)
    answer = denoise(z.detach(), mixture, alpha, sigma)
    torch.testing.assert_close(answer.eps, -(0.51**0.5) * score, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(0.7 * answer.x0 + 0.51**0.5 * answer.eps, z.detach())


def test_a_mixture_of_one_is_the_gaussian() -> None:
    """With one component both priors give the same prediction, and z_t = alpha x0 + sigma eps holds."""
    torch.manual_seed(2)
    mean, z, t = torch.randn(2, 3, 4, 4), torch.randn(5, 2, 3, 4, 4), torch.rand(5) * 0.9 + 0.05
    a: Prior = GaussianPrior({"": Gaussian(mean, 0.4)}, schedule=Schedule(shift=2.0))
    b: Prior = MixturePrior({"": Mixture(mean[None], torch.tensor([0.4]), torch.ones(1))}, schedule=a.schedule)
    one, other = a.predict(z, t, a.condition([""] * 5)), b.predict(z, t, b.condition([""] * 5))
    torch.testing.assert_close(one.eps, other.eps, atol=1e-4, rtol=1e-4)
    alpha, sigma = (level.reshape(-1, 1, 1, 1, 1) for level in a.schedule.alpha_sigma(t))
    torch.testing.assert_close(alpha * one.x0 + sigma * one.eps, z, atol=1e-5, rtol=1e-5)
