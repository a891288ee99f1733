"""Guidance by channel: a prior may say that some channels take less of it."""

from __future__ import annotations

from dataclasses import replace

import torch

from backend.objectives import OBJECTIVES, gradient

from .test_table import W, World, guide


def test_channels_take_guidance_in_their_own_measure() -> None:
    """With a prior that shares guidance by channel, each channel's gradient is the one at its own scale."""
    world = World()
    wish = guide(world.model, 1)
    world.model.guidance_share = torch.tensor([1.0, 0.5, 0.0]).reshape(-1, 1, 1)  # type: ignore[attr-defined]
    shared = gradient(OBJECTIVES["asd"], wish, world.z, world.draw)
    del world.model.guidance_share  # type: ignore[attr-defined]
    for channel, share in enumerate((1.0, 0.5, 0.0)):
        alone = gradient(OBJECTIVES["asd"], replace(wish, guidance=1 + (W - 1) * share), world.z, world.draw)
        torch.testing.assert_close(shared[:, :, channel], alone[:, :, channel])
