"""gsplat's kernels against our torch renderer, on a GPU; and that nothing is chosen or compiled without one."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from backend.cameras import Cameras, opencv_from_world, rig
from backend.representations import density, gsplat_renderer
from backend.representations.gaussians import in_ball
from backend.representations.splat import blend, covariances, project, splat

SIZE_PX = 16


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


def rasterization(
    means: Tensor, quats: None, scales: None, opacities: Tensor, colors: Tensor, viewmats: Tensor, *_: object, covars: Tensor,
    **__: object,
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:  # fmt: skip
    """gsplat's, as far as autograd can tell: all views are projected at once, and rasterised from that one tensor."""
    each = [project(means, covars, opacities, view, 0.0, SIZE_PX) for view in viewmats]
    means2d = torch.stack([splats.mean_px for splats in each])
    pictures = [
        blend(replace(splats, mean_px=means2d[v]), opacities, colors[v], SIZE_PX) for v, splats in enumerate(each)
    ]
    meta = {"means2d": means2d, "conics": torch.stack([s.conic for s in each])}
    meta |= {"depths": torch.stack([s.depth for s in each])}
    meta |= {"radii": torch.stack([s.radius_px.ceil().int()[:, None].expand(-1, 2) for s in each])}
    return torch.stack([p[0] for p in pictures]), torch.stack([p[1][..., None] for p in pictures]), meta


def test_gaussians_grow_by_gsplats_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pull on each Gaussian is read where gsplat's gradients arrive, and is the torch renderer's."""
    monkeypatch.setitem(sys.modules, "gsplat", SimpleNamespace(rasterization=rasterization))
    cameras, pulls = rig(((0.0, 0.0), (90.0, 20.0))), []
    for renderer in (splat, gsplat_renderer.splat_with_gsplat):
        g = in_ball(40, 3, torch.Generator().manual_seed(0))
        g.renderer = renderer
        g.parameters()
        frames = g.render(cameras, SIZE_PX)
        density.keep_pull(g)
        (frames.alpha * torch.linspace(0, 1, SIZE_PX)).sum().backward()
        growth = density.Growth.start(40)
        growth.add(g, SIZE_PX)
        pulls.append(growth.pull)
    assert pulls[1].any()
    torch.testing.assert_close(pulls[1], pulls[0])


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
