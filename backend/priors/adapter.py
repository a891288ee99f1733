"""The low-rank adapter of VSD: a copy of the prior that learns, step by step, what the renderings look like."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ..device import carried
from . import Cond, Prediction, Prior

ATTENTION = ("qkv", "out", "to_q", "to_k", "to_v", "to_out.0")  # the attention projections of both families
SNR_CAP = 5.0  # min-SNR weighting (Hang et al. 2023): without it, an x0-predictor would learn the low noise alone


class LowRank(nn.Module):
    """x -> scale * B A x beside a linear layer; B starts at zero, so that the adapter starts as the prior itself."""

    def __init__(self, inside: int, outside: int, rank: int, generator: torch.Generator) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, inside, generator=generator) / inside**0.5)
        self.up = nn.Parameter(torch.zeros(outside, rank))

    def forward(self, x: Tensor) -> Tensor:
        return (x.float() @ self.down.T @ self.up.T).to(x.dtype)


class Adapter:
    """A `Prior` that shares the frozen prior's network and adds low-rank changes to its attention layers.

    It sees the cameras that the prior sees, through the prior's own camera embedding. Only one thread may use it.
    The network, which outlives it, is changed only while it is asked or trained. `generator` draws its start, on the host.
    """

    def __init__(self, prior: Prior, generator: torch.Generator, rank: int = 4, rate: float = 1e-4) -> None:
        network = getattr(prior, "network", None)
        assert isinstance(network, nn.Module), "this prior has no network to adapt"
        self.prior = prior
        self.layers = nn.ModuleList()
        self._adapted: list[nn.Linear] = []
        for name, layer in network.named_modules():
            if isinstance(layer, nn.Linear) and name.endswith(ATTENTION):
                own = LowRank(layer.in_features, layer.out_features, rank, generator)
                self.layers.append(own.to(layer.weight.device))
                self._adapted.append(layer)
        self.optimiser = torch.optim.AdamW(self.layers.parameters(), lr=rate, betas=(0.9, 0.99), eps=1e-15)

    @contextmanager
    def _on(self) -> Iterator[None]:
        added = [
            layer.register_forward_hook(lambda _, inputs, output, own=own: output + own(inputs[0]))
            for layer, own in zip(self._adapted, self.layers, strict=True)
        ]
        try:
            yield
        finally:
            for handle in added:
                handle.remove()

    @torch.no_grad()
    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        """The adapted network's answer, guidance 1."""
        with self._on():
            return self.prior.predict(z_t, t, cond)

    def train(self, z: Tensor, cond: Cond, generator: torch.Generator) -> Tensor:
        """One step of denoising the renderings z (B, V, c, h, w) at its own t ~ U[.02, .98]; returns the loss."""
        z = z.to(cond.device or z.device)  # surfaces stay on the host
        t = carried(0.02 + 0.96 * torch.rand(len(z), generator=generator), z.device)
        noise = carried(torch.randn(z.shape, generator=generator), z.device)
        alpha, sigma = (level.reshape(-1, 1, 1, 1, 1) for level in self.prior.schedule.alpha_sigma(t))
        differentiable = inspect.unwrap(type(self.prior).predict)  # the prior's own predict, its no_grad taken off
        with self._on(), torch.enable_grad():
            found = differentiable(self.prior, alpha * z + sigma * noise, t, cond)
            weight = ((alpha / sigma) ** 2).clamp(max=SNR_CAP)
            loss = (weight * (found.x0 - z) ** 2).mean()
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
        self.optimiser.step()
        return loss.detach()

    def state(self) -> dict[str, Any]:
        """A copy of all that training changes, for `restore`."""
        return copy.deepcopy({"layers": self.layers.state_dict(), "optimiser": self.optimiser.state_dict()})

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what `state` gave; the copy stays as it is."""
        self.layers.load_state_dict(state["layers"])
        self.optimiser.load_state_dict(copy.deepcopy(state["optimiser"]))


def adapter_or_none(prior: Prior, generator: torch.Generator) -> Adapter | None:
    """The adapter of a prior that has a network; None for one that has none (the analytic priors)."""
    return Adapter(prior, generator) if isinstance(getattr(prior, "network", None), nn.Module) else None
