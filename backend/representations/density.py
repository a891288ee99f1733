"""Density control: split, clone, prune, reset (Kerbl et al. 2023), relocation (Kheradmand et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import torch
from torch import Tensor

from .gaussians import Gaussians
from .splat import rotations

DEAD = 0.005  # opacity below which a Gaussian counts as dead
FAR, WIDEST = 1.5, 0.5  # prior units: props lie in the unit ball; wider than a half is a fog
MOST = 51  # copies that relocation's formula is evaluated for


@dataclass
class Growth:
    """How strongly each Gaussian has pulled on its place in the images since the last densification. All (N,)."""

    pull: Tensor
    times: Tensor

    @staticmethod
    def start(count: int, device: torch.device | str = "cpu") -> Growth:
        return Growth(torch.zeros(count, device=device), torch.zeros(count, device=device))

    def add(self, g: Gaussians, size_px: int) -> None:
        """After backward: add ||d loss / d mean_px|| in units of half the frame, for what each view saw.

        Needs the renders' mean_px to have kept their gradients (`keep_pull` before backward).
        """
        for splats in g.seen:
            if (pull := splats.pull()) is not None:
                seen = splats.radius_px > 0
                self.pull += pull.norm(dim=1) * size_px / 2 * seen
                self.times += seen


def keep_pull(g: Gaussians) -> None:
    """Ask autograd to keep the gradients of the projected means of the last render."""
    for splats in g.seen:
        splats.keep_pull()


def reindex(g: Gaussians, index: Tensor, fresh: Tensor, optimiser: torch.optim.Optimizer | None) -> None:
    """Keep the Gaussians `index` (M,), in this order; where `fresh` (M,) the optimiser's memory starts at zero."""
    for name, old in g.tensors().items():
        new = old.detach()[index].clone().requires_grad_(old.requires_grad)
        setattr(g, name, new)
        for group in optimiser.param_groups if optimiser else []:
            if group["params"][0] is old:
                group["params"] = [new]
                state = optimiser.state.pop(old, {})  # type: ignore[union-attr]
                optimiser.state[new] = {k: _kept(v, old, index, fresh) for k, v in state.items()}  # type: ignore[union-attr]


def _kept(value: object, parameter: Tensor, index: Tensor, fresh: Tensor) -> object:
    if not isinstance(value, Tensor) or value.shape != parameter.shape:
        return value
    kept = value[index].clone()
    kept[fresh] = 0
    return kept


@torch.no_grad()
def densify(
    g: Gaussians,
    growth: Growth,
    optimiser: torch.optim.Optimizer | None,
    threshold: float = 2e-4,
    wide: float = 0.02,
    generator: torch.Generator | None = None,
) -> None:
    """Where the mean pull exceeds `threshold`: clone what is narrower than `wide`, split the wider in two.

    A split draws its halves from the Gaussian itself and makes them 1.6 times narrower, as the paper does.
    """
    strong = growth.pull / growth.times.clamp(min=1) > threshold
    broad = g.log_scales.exp().amax(dim=1) > wide
    clone, split = (strong & ~broad).nonzero()[:, 0], (strong & broad).nonzero()[:, 0]
    keep = (~(strong & broad)).nonzero()[:, 0]
    index = torch.cat([keep, clone, split, split])
    fresh = torch.arange(len(index), device=index.device) >= len(keep)
    reindex(g, index, fresh, optimiser)
    halves = slice(len(keep) + len(clone), None)
    noise = torch.randn(g.means[halves].shape, generator=generator).to(g.means)
    shift = noise * g.log_scales[halves].exp()
    g.means[halves] += torch.einsum("nij,nj->ni", rotations(g.quats[halves]), shift)
    g.log_scales[halves] -= torch.log(torch.tensor(1.6))


@torch.no_grad()
def prune(g: Gaussians, optimiser: torch.optim.Optimizer | None, widest: float = WIDEST) -> int:
    """Drop the dead, the far too wide, and what left the unit ball's neighbourhood; how many went."""
    stay = (g.opacity > DEAD) & (g.log_scales.exp().amax(dim=1) < widest) & (g.means.norm(dim=1) < FAR)
    index = stay.nonzero()[:, 0]
    gone = len(g) - len(index)
    if gone and len(index):
        reindex(g, index, torch.zeros(len(index), dtype=torch.bool, device=index.device), optimiser)
    return gone


@torch.no_grad()
def reset_opacity(g: Gaussians, optimiser: torch.optim.Optimizer | None, value: float = 0.01) -> None:
    """Bring every opacity down to at most `value`, so that only what the objective wants grows back."""
    g.logits.clamp_(max=float(torch.logit(torch.tensor(value))))
    for group in optimiser.param_groups if optimiser else []:
        if group["params"][0] is g.logits:
            optimiser.state.pop(g.logits, None)  # type: ignore[union-attr]


def relocated(opacity: Tensor, copies: Tensor) -> tuple[Tensor, Tensor]:
    """(opacity of each copy, factor of its scale) so that `copies` (N,) Gaussians in one place look like the one.

    1 - (1 - o')^n = o, and the integral along a ray through the centre is kept (Kheradmand et al. 2024, eq. 9).
    """
    each = 1 - (1 - opacity) ** (1 / copies)
    total = torch.zeros_like(each, dtype=torch.float64)
    most = int(copies.max()) if len(copies) else 0
    for i in range(1, most + 1):
        inner = sum(comb(i - 1, k) * (-1) ** k / (k + 1) ** 0.5 * each.double() ** (k + 1) for k in range(i))
        total = total + torch.where(copies >= i, inner, torch.zeros_like(total))
    return each, (opacity.double() / total.clamp(min=1e-12)).to(opacity.dtype)


@torch.no_grad()
def relocate(g: Gaussians, optimiser: torch.optim.Optimizer | None, generator: torch.Generator) -> int:
    """Move the dead onto the living, drawn by opacity, without changing what is seen; how many moved."""
    dead = (g.opacity <= DEAD).nonzero()[:, 0]
    alive = (g.opacity > DEAD).nonzero()[:, 0]
    if not len(dead) or not len(alive):
        return 0
    target = alive[torch.multinomial(g.opacity[alive].cpu(), len(dead), True, generator=generator).to(alive.device)]
    copies = torch.bincount(target, minlength=len(g)).clamp(max=MOST - 1)[target] + 1
    found = relocated(g.opacity[target].clamp(max=1 - 1e-6).cpu(), copies.cpu())  # in float64, which not all cards know
    opacity, factor = (part.to(g.means.device) for part in found)
    index = torch.arange(len(g), device=target.device)
    index[dead] = target
    fresh = torch.zeros(len(g), dtype=torch.bool, device=target.device)
    fresh[dead] = fresh[target] = True
    reindex(g, index, fresh, optimiser)
    for here in (target, dead):
        g.logits[here] = torch.logit(opacity.clamp(DEAD, 1 - 1e-6))
    scales = g.log_scales[target] + factor.log()[:, None]
    g.log_scales[target], g.log_scales[dead] = scales, scales
    return len(dead)


def resize(g: Gaussians, optimiser: torch.optim.Optimizer | None, count: int) -> None:
    """Make room for a snapshot of `count` Gaussians; what they are and what the optimiser remembers is yet to be filled in."""
    index = torch.arange(count, device=g.means.device) % len(g)
    reindex(g, index, torch.ones(count, dtype=torch.bool, device=index.device), optimiser)


@torch.no_grad()
def stir(g: Gaussians, rate: float, generator: torch.Generator) -> None:
    """Langevin noise on the means in each Gaussian's own shape, only for the nearly transparent (MCMC, eq. 8)."""
    noise = torch.randn(g.means.shape, generator=generator).to(g.means) * g.log_scales.exp()
    gate = torch.sigmoid(-100 * (g.opacity - DEAD))[:, None]
    g.means += rate * gate * torch.einsum("nij,nj->ni", rotations(g.quats), noise)
