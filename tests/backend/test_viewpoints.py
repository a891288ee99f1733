"""Growing renders and free cameras: only where the prior can use them, always the same number of views."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from backend.cameras import Cameras, rig
from backend.priors.analytic import analytic_prior
from backend.priors.view_words import azimuth_elevation_deg
from backend.viewpoints import BANK, aimed, render_px


@dataclass(frozen=True)
class Aimable:
    cameras: Cameras
    size_px: int = 256

    def aimed(self, cameras: Cameras) -> Aimable:
        return replace(self, cameras=cameras)


def azimuths(progress: float) -> set[int]:
    """Every azimuth of the first camera that 200 draws give, in quarter degrees."""
    start = Aimable(rig(((0.0, 15.0), (90.0, 15.0), (180.0, 15.0), (270.0, 15.0))))
    generator = torch.Generator().manual_seed(0)
    found = [aimed(start, progress, generator) for _ in range(200)]  # type: ignore[arg-type]
    pairs = [azimuth_elevation_deg(p.cameras.world_from_camera) for p in found]
    assert all(abs(e - 15) < 1e-3 for views in pairs for _, e in views)
    return {round(views[0][0] * 4) % 1440 for views in pairs}


def test_the_range_of_views_widens() -> None:
    """At the start the rig stands; at the end it takes every turn of the bank between one camera and the next."""
    assert azimuths(0.0) == {0}
    assert azimuths(1.0) == {round(90 * k / BANK * 4) for k in range(BANK)}
    assert len(azimuths(0.5)) < BANK


def test_a_fixed_rig_stays() -> None:
    """A prior that was taught one rig is returned untouched, and its small pictures are whole from the start."""
    prior = analytic_prior(16)
    assert aimed(prior, 1.0, torch.Generator()) is prior and render_px(prior, 0.0) == 16


def test_renders_grow() -> None:
    """256-pixel pictures are rendered at 64, then 128, then 256."""
    prior = Aimable(rig())
    assert [render_px(prior, p) for p in (0.0, 0.5, 0.9)] == [64, 128, 256]  # type: ignore[arg-type]
