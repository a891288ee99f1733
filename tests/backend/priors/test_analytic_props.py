"""The analytic props' G-buffers: geometry matches the closed form in every view, so no axis is flipped."""

from __future__ import annotations

import pytest
import torch

from backend.cameras import points_from_depth, rig
from backend.priors import ALBEDO, ALPHA, DEPTH, NORMAL
from backend.priors.analytic import HALF_BOX, RADIUS, analytic_prior, exact_maps


def test_ball_points_lie_on_the_ball() -> None:
    """Depth and normal of every view put every pixel on the sphere, facing outwards."""
    maps = exact_maps("ball", "red", "plastic", rig(), 24)
    solid = maps[:, ALPHA][:, 0] > 0
    points = points_from_depth(rig(), maps[:, DEPTH][:, 0])[solid]
    torch.testing.assert_close(points.norm(dim=1), torch.full((len(points),), RADIUS), atol=1e-5, rtol=0)
    torch.testing.assert_close(maps[:, NORMAL].permute(0, 2, 3, 1)[solid], points / RADIUS, atol=1e-5, rtol=0)
    area = solid.float().mean(dim=(1, 2)) * 4
    assert area.tolist() == pytest.approx([torch.pi * RADIUS**2] * 6, rel=0.03)


def test_box_points_lie_on_its_sides() -> None:
    """Every pixel of a box lies on the side that its normal names, and the front view sees its width and height."""
    maps = exact_maps("box", "blue", "wood", rig(((0.0, 0.0), (90.0, 0.0), (40.0, 35.0))), 64)
    solid = maps[:, ALPHA][:, 0] > 0
    points = points_from_depth(rig(((0.0, 0.0), (90.0, 0.0), (40.0, 35.0))), maps[:, DEPTH][:, 0])[solid]
    normal = maps[:, NORMAL].permute(0, 2, 3, 1)[solid]
    on_side = (points * normal).sum(1)
    expected = (normal.abs() * torch.tensor(HALF_BOX)).sum(1)
    torch.testing.assert_close(on_side, expected, atol=1e-5, rtol=0)
    assert solid[0].float().mean().item() * 4 == pytest.approx(4 * HALF_BOX[0] * HALF_BOX[2], rel=0.1)
    assert solid[1].float().mean().item() * 4 == pytest.approx(4 * HALF_BOX[1] * HALF_BOX[2], rel=0.1)


def test_prior_knows_its_props() -> None:
    """Denoising pure noise under a named prompt gives that prop's own maps; decode inverts encode on them."""
    prior = analytic_prior(16)
    assert prior.latent_shape == (6, 13, 16, 16)
    cond = prior.condition(["a blue box"])
    z = torch.randn(1, *prior.latent_shape, generator=torch.Generator().manual_seed(0))
    decoded = prior.decode(prior.predict(z, torch.tensor([0.999]), cond).x0)[0]
    exact = exact_maps("box", "blue", "wood", prior.cameras, 16)
    solid = (exact[:, ALPHA] > 0).expand(-1, 3, -1, -1)
    torch.testing.assert_close(decoded[:, ALBEDO][solid], exact[:, ALBEDO][solid], atol=0.01, rtol=0)
    torch.testing.assert_close(decoded[:, ALPHA], exact[:, ALPHA], atol=0.01, rtol=0)
