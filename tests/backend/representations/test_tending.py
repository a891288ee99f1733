"""Density control as the loop asks for it: it grows first, prunes and resets meanwhile, and moves the dead afterwards."""

from __future__ import annotations

import torch

from backend.cameras import rig
from backend.representations import density
from backend.representations.gaussians import Gaussians, in_ball
from backend.representations.tending import RESET_EVERY, TOP, Tending


def stepped(count: int = 50) -> tuple[Gaussians, torch.optim.Optimizer, Tending]:
    """Gaussians whose optimiser has taken a step while the pull on each was watched; three of them are lost."""
    g = in_ball(count, 3, torch.Generator().manual_seed(0))
    optimiser, tending = torch.optim.Adam(g.parameters()), Tending.start(g)
    frames = g.render(rig(((0.0, 0.0),)), 16)
    tending.watch(g)
    (frames.features**2).sum().backward()
    optimiser.step()
    with torch.no_grad():
        g.logits[0], g.log_scales[1], g.means[2] = -9.0, 1.0, 2.0
    return g, optimiser, tending


def test_it_grows_and_prunes_first() -> None:
    """Early in the run a tenth grows, those that pull most, and floaters, fogs and the dead are gone."""
    g, optimiser, tending = stepped()
    tending.after_step(g, 16, 1.0, torch.Generator().manual_seed(0))
    tending.growth.pull[:3] = 0
    strongest = g.means.detach()[tending.growth.pull.argmax()].clone()
    tending.tend(g, optimiser, 25, 0.1, torch.Generator().manual_seed(1))
    assert len(g) == 50 + int(TOP * 50) - 3 and len(tending.growth.pull) == len(g)
    assert (g.opacity > density.DEAD).all() and (g.means.norm(dim=1) < density.FAR).all()
    near = (g.means - strongest).norm(dim=1) < 0.3
    assert int(near.sum()) >= 2


def test_it_never_outgrows_its_limit() -> None:
    """At the limit nothing grows, and the lost are still pruned."""
    g, optimiser, tending = stepped()
    tending.most = 50
    tending.tend(g, optimiser, 25, 0.1, torch.Generator().manual_seed(1))
    assert len(g) == 47


def test_opacities_are_reset_while_it_grows() -> None:
    """At a multiple of the reset's interval no opacity is left above a hundredth, unless the growing is over."""
    for progress, reset in ((0.4, True), (0.9, False)):
        g, optimiser, tending = stepped()
        tending.tend(g, optimiser, RESET_EVERY, progress, torch.Generator().manual_seed(1))
        assert (float(g.opacity.detach().max()) < 0.011) == reset


def test_the_lost_are_moved_when_it_has_grown() -> None:
    """Late in the run the number stays: the lost lie among the living, start afresh there, and the others keep their memory."""
    g, optimiser, tending = stepped()
    memory = optimiser.state[g.means]["exp_avg"].clone()
    tending.tend(g, optimiser, 25, 0.9, torch.Generator().manual_seed(1))
    assert len(g) == 50 and (g.opacity > density.DEAD).all() and (g.log_scales.exp() < density.WIDEST).all()
    assert (g.means.norm(dim=1) < density.FAR).all()
    kept = optimiser.state[g.means]["exp_avg"][3:]
    same = (kept == memory[3:]).all(1)
    assert int(same.sum()) >= 44 and bool((kept[~same] == 0).all())


def test_only_the_nearly_transparent_are_stirred() -> None:
    """After a step the dead Gaussian has moved about its own width, and one of a tenth's opacity less than a thousandth of it."""
    g, _, tending = stepped()
    before = g.means.detach().clone()
    tending.after_step(g, 16, 0.0, torch.Generator().manual_seed(0))
    moved = (g.means.detach() - before).norm(dim=1) / g.log_scales.detach().exp().amax(dim=1)
    assert moved[0] > 0.2 and moved[3:].max() < 1e-3
