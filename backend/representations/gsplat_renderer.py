"""gsplat's CUDA kernels behind the same call as our torch renderer; chosen only where CUDA and gsplat are."""

from __future__ import annotations

import importlib.util
import math

import torch
from torch import Tensor

from ..cameras import HALF_FRAME, Cameras, opencv_from_world
from .gaussians import Renderer
from .splat import Splats, splat


def has_kernels() -> bool:
    """Whether gsplat is installed with its kernels built: asking never compiles them on the artist's machine."""
    if not torch.cuda.is_available() or importlib.util.find_spec("gsplat") is None:
        return False
    return importlib.util.find_spec("gsplat.csrc") is not None


def best_renderer() -> Renderer:
    """gsplat where its kernels are, else our torch renderer."""
    return splat_with_gsplat if has_kernels() else splat


def intrinsics(cameras: Cameras, size_px: int) -> Tensor:
    """(V, 3, 3) of gsplat: pixels, x right, y down. Orthographic frames reach HALF_FRAME from their centre."""
    half = math.tan(math.radians(cameras.fov_deg) / 2) if cameras.fov_deg else HALF_FRAME
    focal, centre = size_px / 2 / half, size_px / 2
    one = torch.tensor([[focal, 0.0, centre], [0.0, focal, centre], [0.0, 0.0, 1.0]])
    return one.expand(len(cameras), 3, 3)


def splat_with_gsplat(
    means: Tensor, covariance: Tensor, opacity: Tensor, features: Tensor, cameras: Cameras, size_px: int
) -> tuple[Tensor, Tensor, list[Splats]]:
    """`splat.splat` by gsplat 1.5's `rasterization`. Equality within rounding is a test that needs a GPU."""
    from gsplat import rasterization  # noqa: PLC0415  (CUDA machines only; importing it elsewhere can fail)

    views = opencv_from_world(cameras).to(means)
    image, alpha, meta = rasterization(
        means, None, None, opacity, features, views, intrinsics(cameras, size_px).to(means), size_px, size_px,
        near_plane=0.01 if cameras.fov_deg else -1e10, packed=False, covars=covariance,
        camera_model="pinhole" if cameras.fov_deg else "ortho",
    )  # fmt: skip
    means_px, radii = meta["means2d"], meta["radii"]
    seen = [
        Splats(means_px[v], meta["conics"][v], meta["depths"][v], radii[v].amax(-1).float(), batch=(means_px, v))
        for v in range(len(cameras))
    ]
    return image.permute(0, 3, 1, 2), alpha.permute(0, 3, 1, 2), seen
