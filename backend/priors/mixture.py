"""The analytic mixture prior: prompts are mixtures of Gaussians with an exact denoiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..cameras import Cameras, rig
from . import Cond, Prediction, Schedule


@dataclass(frozen=True)
class Mixture:
    """sum_k weight_k N(means_k, std_k^2 I). means: (K, V, c, h, w), std and weight: (K,)."""

    means: Tensor
    std: Tensor
    weight: Tensor


def denoise(z_t: Tensor, mixture: Mixture, alpha: Tensor, sigma: Tensor) -> Prediction:
    """The exact E[eps | z_t] and E[x0 | z_t] of a mixture. z_t (B, ...); alpha, sigma (B,).

    Each component answers as a Gaussian would; the answers are averaged by the components' posterior probabilities.
    """
    flat, means = z_t.flatten(1), mixture.means.flatten(1).to(z_t)
    alpha, sigma = alpha[:, None].to(z_t), sigma[:, None].to(z_t)
    variance = mixture.std.to(z_t) ** 2
    spread = alpha**2 * variance + sigma**2  # (B, K)
    square = (flat**2).sum(1, keepdim=True) - 2 * alpha * flat @ means.T + alpha**2 * (means**2).sum(1)
    size = flat.shape[1]
    logits = mixture.weight.to(z_t).log() - 0.5 * square / spread - 0.5 * size * spread.log()
    posterior = torch.softmax(logits, dim=1)
    # eps = sigma sum_k p_k (z_t - alpha m_k) / spread_k
    eps = sigma * ((posterior / spread).sum(1, keepdim=True) * flat - alpha * (posterior / spread) @ means)
    x0 = (flat - sigma * eps) / alpha
    return Prediction(eps=eps.reshape(z_t.shape), x0=x0.reshape(z_t.shape))


@dataclass
class MixturePrior:
    """A `Prior` made of mixtures by prompt; an unlisted prompt, and the null prompt, is the one listed under ""."""

    mixtures: Mapping[str, Mixture]
    channels: tuple[str, ...] = ("x", "y")
    cameras: Cameras = field(default_factory=lambda: rig(((0.0, 0.0),)))
    schedule: Schedule = Schedule()
    name: str = "mixture"

    size_px: int = field(init=False)
    latent_shape: tuple[int, int, int, int] = field(init=False)

    def __post_init__(self) -> None:
        v, c, h, w = self.mixtures[""].means.shape[1:]
        self.latent_shape, self.size_px = (v, c, h, w), h

    def condition(self, prompts: list[str], image: Tensor | None = None) -> Cond:
        names = list(self.mixtures)
        return Cond({"index": torch.tensor([names.index(p if p in self.mixtures else "") for p in prompts])})

    def encode(self, maps: Tensor) -> Tensor:
        return maps

    def decode(self, z: Tensor) -> Tensor:
        return z

    @torch.no_grad()
    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        alpha, sigma = self.schedule.alpha_sigma(t)
        eps, x0 = torch.empty_like(z_t), torch.empty_like(z_t)
        for k, mixture in enumerate(self.mixtures.values()):
            mine = cond.fields["index"] == k
            if mine.any():
                part = denoise(z_t[mine], mixture, alpha[mine], sigma[mine])
                eps[mine], x0[mine] = part.eps, part.x0
        return Prediction(eps, x0)
