"""gsplat's kernels against our torch renderer, on a GPU; and that nothing is chosen or compiled without one."""

from __future__ import annotations

import pytest
import torch

from backend.cameras import Cameras, opencv_from_world, rig
from backend.representations import gsplat_renderer
from backend.representations.gaussians import in_ball
from backend.representations.splat import covariances, project, splat


def test_torch_is_the_renderer_without_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CUDA, or without built kernels, our own renderer is chosen and gsplat is not even imported."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gsplat_renderer.best_renderer() is splat


@pytest.mark.parametrize("fov_deg", [0.0, 35.0])
def test_intrinsics_agree_with_our_projection(fov_deg: float) -> None:
    """The matrices handed to gsplat put points where our projection puts them."""
    cameras: Cameras = rig(distance=3.0, fov_deg=fov_deg)
    points = 0.5 * torch.randn(20, 3, generator=torch.Generator().manual_seed(0))
    matrices = gsplat_renderer.intrinsics(cameras, 64)
    for view, k in zip(opencv_from_world(cameras), matrices, strict=True):
        seen = points @ view[:3, :3].T + view[:3, 3]
        flat = seen / seen[:, 2:] if fov_deg else torch.cat([seen[:, :2], torch.ones(20, 1)], dim=1)
        ours = project(points, torch.eye(3).expand(20, 3, 3) * 1e-4, torch.ones(20), view, fov_deg, 64)
        torch.testing.assert_close((flat @ k.T)[:, :2], ours.mean_px, atol=1e-3, rtol=1e-4)


@pytest.mark.gpu
@pytest.mark.parametrize("fov_deg", [0.0, 40.0])
def test_kernels_equal_the_twin(fov_deg: float) -> None:
    """On a GPU, gsplat's picture and gradients equal the torch renderer's within rounding."""
    cameras = rig(distance=3.0, fov_deg=fov_deg)
    results = []
    for renderer in (splat, gsplat_renderer.splat_with_gsplat):
        g = in_ball(2000, 8, torch.Generator().manual_seed(0))
        means = g.means.cuda().requires_grad_(True)
        covariance = covariances(g.quats.cuda(), g.log_scales.exp().cuda())
        features = torch.rand(2000, 8, generator=torch.Generator().manual_seed(1)).cuda().expand(6, -1, -1)
        image, alpha, _ = renderer(means, covariance, g.opacity.cuda(), features, cameras, 96)
        (image.square().sum() + alpha.sum()).backward()
        results.append((image, alpha, means.grad))
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-4, rtol=2e-3)
