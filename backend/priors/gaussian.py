"""The analytic prior: every prompt is a Gaussian whose best denoiser is known exactly. Proves signs, drives tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..cameras import Cameras, rig
from . import GBUFFER, Cond, Prediction, Schedule, gbuffer


@dataclass(frozen=True)
class Gaussian:
    """N(mean, std^2 I) over V views. mean: (V, c, h, w)."""

    mean: Tensor
    std: float


def denoise(z_t: Tensor, mean: Tensor, variance: Tensor, alpha: Tensor, sigma: Tensor) -> Prediction:
    """E[eps | z_t] and E[x0 | z_t] for data N(mean, variance I); every argument broadcasts to z_t.

    E[x0 | z_t] = mean + alpha S (z_t - alpha mean) / (alpha^2 S + sigma^2), S the variance (Karras et al. 2024, toy).
    """
    innovation = (z_t - alpha * mean) / (alpha**2 * variance + sigma**2)
    return Prediction(eps=sigma * innovation, x0=mean + alpha * variance * innovation)


@dataclass
class GaussianPrior:
    """A `Prior` made of Gaussians by prompt; an unlisted prompt, and the null prompt, is the one listed under "".

    With G-buffer channels its latents are encoded as the embedded prior's are, else they are the maps themselves.
    """

    gaussians: Mapping[str, Gaussian]
    channels: tuple[str, ...] = ("r", "g", "b")
    cameras: Cameras = field(default_factory=rig)
    schedule: Schedule = Schedule()
    name: str = "gaussian"

    size_px: int = field(init=False)
    latent_shape: tuple[int, int, int, int] = field(init=False)

    def __post_init__(self) -> None:
        v, c, h, w = self.gaussians[""].mean.shape
        self.latent_shape, self.size_px = (v, c, h, w), h

    def condition(self, prompts: list[str], image: Tensor | None = None) -> Cond:
        chosen = [self.gaussians.get(p, self.gaussians[""]) for p in prompts]
        variance = torch.tensor([g.std**2 for g in chosen]).reshape(-1, 1, 1, 1, 1)
        return Cond({"mean": torch.stack([g.mean for g in chosen]), "variance": variance})

    def encode(self, maps: Tensor) -> Tensor:
        return gbuffer.encode(maps) if self.channels == GBUFFER else maps

    def decode(self, z: Tensor) -> Tensor:
        return gbuffer.decode(z) if self.channels == GBUFFER else z

    @torch.no_grad()
    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        assert z_t.shape[1:] == self.latent_shape, z_t.shape
        alpha, sigma = (level.reshape(-1, 1, 1, 1, 1) for level in self.schedule.alpha_sigma(t))
        return denoise(z_t, cond.fields["mean"].to(z_t), cond.fields["variance"].to(z_t), alpha, sigma)
