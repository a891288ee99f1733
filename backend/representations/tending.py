"""Density control of Gaussians inside a loop: where they grow, when they are dropped, reset, or moved onto the living."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .density import DEAD, FAR, WIDEST, Growth, densify, keep_pull, prune, relocate, reset_opacity, stir
from .gaussians import Gaussians

GROW_UNTIL = 0.6  # of the run: later ones would not have the time to settle (3DGS: half; DreamGaussian: all)
TOP, MOST = 0.1, 20_000  # share of the Gaussians that grow at a time, those that pull most; greatest number
RESET_EVERY = 200  # steps between two opacity resets while it grows
STIR = 1.0  # standard deviations that a nearly transparent Gaussian is moved by (MCMC), falling with progress


@dataclass
class Tending:
    """Watches the pull on every Gaussian, and acts between steps. The pull of an objective has no scale of its own, so those
    that pull most grow, not those above a threshold of somebody else's loss."""

    growth: Growth
    most: int = MOST

    @staticmethod
    def start(g: Gaussians) -> Tending:
        return Tending(Growth.start(len(g), g.means.device))

    def watch(self, g: Gaussians) -> None:
        """Before the backward pass."""
        keep_pull(g)

    def after_step(self, g: Gaussians, size_px: int, progress: float, generator: torch.Generator) -> None:
        """After the optimiser's step: remember the pull, stir what is nearly transparent."""
        self.growth.add(g, size_px)
        stir(g, STIR * (1 - progress), generator)

    def tend(
        self, g: Gaussians, optimiser: torch.optim.Optimizer, step: int, progress: float, generator: torch.Generator
    ) -> None:
        """While it grows: densify, then prune floaters, fogs and the dead, and from time to time bring all opacities down, so
        that only what the objective wants grows back. Later the number stays, and these are moved onto the living.
        """
        strays(g)
        if progress < GROW_UNTIL:
            count = min(int(TOP * len(g)), self.most - len(g))
            if count > 0:
                mean = self.growth.pull / self.growth.times.clamp(min=1)
                densify(g, self.growth, optimiser, float(mean.topk(count + 1).values[-1]), generator=generator)
            prune(g, optimiser)
            if step % RESET_EVERY == 0:
                reset_opacity(g, optimiser)
        else:
            relocate(g, optimiser, generator)
        self.growth = Growth.start(len(g), g.means.device)


@torch.no_grad()
def strays(g: Gaussians) -> None:
    """Floaters and fogs die: what left the unit ball's neighbourhood, and what is wider than a prop can be."""
    stray = (g.means.norm(dim=1) > FAR) | (g.log_scales.exp().amax(dim=1) > WIDEST)
    g.logits[stray] = torch.logit(torch.tensor(DEAD / 2)).to(g.logits)
