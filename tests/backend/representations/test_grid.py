"""The signed-distance grid against an exact ball, and its gradients by fitting."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.cameras import rig
from backend.fuse import SignedDistance
from backend.priors import ALPHA, DEPTH, NORMAL
from backend.priors.analytic import exact_maps
from backend.representations.grid import DistanceGrid, look_up


def ball(radius: float, size: int = 48) -> SignedDistance:
    centre = (2 * np.arange(size) + 1) / size - 1
    x, y, z = np.meshgrid(centre, centre, centre, indexing="ij")
    return SignedDistance(np.clip(np.sqrt(x * x + y * y + z * z) - radius, -0.15, 0.15).astype(np.float32))


def test_look_up_of_a_linear_field() -> None:
    """Trilinear look-up gives a linear function back, each axis in its own place."""
    centre = (2 * torch.arange(16) + 1) / 16 - 1
    x, y, z = torch.meshgrid(centre, centre, centre, indexing="ij")
    points = 1.6 * torch.rand(50, 3, generator=torch.Generator().manual_seed(0)) - 0.8
    found = look_up((x + 2 * y - 3 * z)[None], points)[:, 0]
    torch.testing.assert_close(found, points @ torch.tensor([1.0, 2.0, -3.0]), atol=1e-5, rtol=0)


def test_views_of_a_ball_are_exact() -> None:
    """Alpha, depth and normals of all six views agree with the exact ball's."""
    grid = DistanceGrid.start(ball(0.96), torch.tensor([0.8, 0.1, 0.1]))
    frames = grid.render(rig(), 24)
    exact = exact_maps("ball", "red", "plastic", rig(), 24)
    agree = (frames.alpha == exact[:, ALPHA]).float().mean()
    inside = (frames.alpha * exact[:, ALPHA])[:, 0] > 0
    facing = inside & ((exact[:, NORMAL] * rig().axes[:, 2, :, None, None]).sum(1) > 0.3)
    assert agree > 0.98
    assert (frames.depth - exact[:, DEPTH])[:, 0][facing].abs().max() < 0.02
    cosine = (frames.normal * exact[:, NORMAL]).sum(1)[facing]
    assert cosine.min() > 0.97
    torch.testing.assert_close(frames.features[:, 0][inside], torch.full((int(inside.sum()),), 0.8))


def test_depth_pulls_the_surface() -> None:
    """Fitting only the depth of a larger ball grows the grid's surface towards it."""
    grid = DistanceGrid.start(ball(0.6), torch.tensor([0.5]))
    wanted = DistanceGrid.start(ball(0.66), torch.tensor([0.5])).render(rig(), 32)
    optimiser = torch.optim.Adam(grid.parameters())
    errors = []
    for _ in range(25):
        frames = grid.render(rig(), 32)
        both = frames.alpha * wanted.alpha
        loss = ((frames.depth - wanted.depth) * both).square().sum() / both.sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        errors.append(loss.item())
    assert errors[-1] < 0.25 * errors[0], errors
    assert float(np.linalg.norm(grid.to_mesh().vertices, axis=1).mean()) > 0.62


def test_mesh_of_a_ball() -> None:
    """The grid's mesh has the ball's radius."""
    mesh = DistanceGrid.start(ball(0.7), torch.tensor([0.5])).to_mesh()
    assert np.linalg.norm(mesh.vertices, axis=1).mean() == pytest.approx(0.7, abs=0.01)
