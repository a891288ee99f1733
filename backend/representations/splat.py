"""The torch renderer of 3D Gaussians: projection, depth sort, front-to-back blending; gsplat's slow twin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..cameras import HALF_FRAME, Cameras, opencv_from_world

# All four as in gsplat: low-pass filter in square pixels, least and greatest alpha, transmittance where a ray ends.
BLUR_PX2, ALPHA_MIN, ALPHA_MAX, ENDED = 0.3, 1 / 255, 0.999, 1e-4
NEAR = 0.01
TILE_PX = 16


@dataclass(frozen=True)
class Splats:
    """Gaussians as one camera sees them. All (N, ...), in the order of the input; depth grows away from the camera.

    mean_px: (N, 2) x right, y down; conic: (N, 3) a, b, c of the inverse covariance; radius_px: (N,), 0 for unseen.
    batch: the means of all views (V, N, 2) and this view's number, where the picture was made from these: gradients reach
    them then, and not mean_px, a slice taken afterwards.
    """

    mean_px: Tensor
    conic: Tensor
    depth: Tensor
    radius_px: Tensor
    batch: tuple[Tensor, int] | None = None

    def keep_pull(self) -> None:
        """Before backward: have the gradient of the means kept."""
        (self.batch[0] if self.batch else self.mean_px).retain_grad()

    def pull(self) -> Tensor | None:
        """After backward: d loss / d mean_px (N, 2); None where it was not kept."""
        if self.batch is None:
            return self.mean_px.grad
        means, view = self.batch
        return None if means.grad is None else means.grad[view]


def rotations(quats: Tensor) -> Tensor:
    """(N, 4) quaternions w x y z, of any length -> (N, 3, 3)."""
    w, x, y, z = torch.nn.functional.normalize(quats, dim=-1).unbind(-1)
    rows = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
            2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
            2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]  # fmt: skip
    return torch.stack(rows, dim=-1).reshape(*quats.shape[:-1], 3, 3)


def covariances(quats: Tensor, scales: Tensor) -> Tensor:
    """R diag(s^2) R^T. quats (N, 4), scales (N, 3) standard deviations -> (N, 3, 3)."""
    half = rotations(quats) * scales[:, None, :]
    return half @ half.transpose(1, 2)


def project(means: Tensor, covariance: Tensor, opacity: Tensor, view: Tensor, fov_deg: float, size_px: int) -> Splats:
    """One camera's splats. view: (4, 4) OpenCV camera_from_world. fov_deg 0 is orthographic, HALF_FRAME to the edge.

    The perspective Jacobian is taken at a point clamped to 1.3 times the frame, as gsplat does (15 % on each side).
    """
    rotation, centre = view[:3, :3], size_px / 2
    x, y, z = (means @ rotation.T + view[:3, 3]).unbind(-1)
    if fov_deg == 0:
        focal = size_px / (2 * HALF_FRAME)
        mean_px = torch.stack([focal * x + centre, focal * y + centre], dim=-1)
        jacobian = means.new_tensor([[focal, 0, 0], [0, focal, 0]]).expand(len(means), 2, 3)
        front = torch.ones_like(z, dtype=torch.bool)
    else:
        half = math.tan(math.radians(fov_deg) / 2)
        focal, front = centre / half, z > NEAR
        depth = torch.where(front, z, torch.ones_like(z))
        mean_px = torch.stack([focal * x / depth + centre, focal * y / depth + centre], dim=-1)
        limit = 1.3 * half
        tx, ty = depth * (x / depth).clamp(-limit, limit), depth * (y / depth).clamp(-limit, limit)
        nil = torch.zeros_like(z)
        across = torch.stack([focal / depth, nil, -focal * tx / depth**2], dim=-1)
        down = torch.stack([nil, focal / depth, -focal * ty / depth**2], dim=-1)
        jacobian = torch.stack([across, down], dim=-2)
    turned = jacobian @ rotation
    flat = turned @ covariance @ turned.transpose(1, 2)
    a, b, c = flat[:, 0, 0] + BLUR_PX2, flat[:, 0, 1], flat[:, 1, 1] + BLUR_PX2
    determinant = (a * c - b * b).clamp(min=1e-12)
    conic = torch.stack([c, -b, a], dim=-1) / determinant[:, None]
    with torch.no_grad():  # beyond this radius alpha is below ALPHA_MIN, so that culling changes nothing
        widest = ((a + c) / 2 + ((a - c) ** 2 / 4 + b * b).sqrt()).sqrt()
        extent = (2 * (opacity.clamp(min=ALPHA_MIN) / ALPHA_MIN).log()).sqrt()
        radius = widest * extent + 1e-3
        framed = ((mean_px + radius[:, None] > 0) & (mean_px - radius[:, None] < size_px)).all(dim=1)
        radius = torch.where(front & framed & (opacity > ALPHA_MIN), radius, torch.zeros_like(radius))
    return Splats(mean_px, conic, z, radius)


def blend(splats: Splats, opacity: Tensor, features: Tensor, size_px: int) -> tuple[Tensor, Tensor]:
    """Front-to-back blending. opacity (N,), features (N, C) -> (size, size, C) on black, (size, size) alpha."""
    order = torch.argsort(splats.depth)
    order = order[splats.radius_px[order] > 0]
    mean, radius = splats.mean_px[order], splats.radius_px[order, None]
    low, high = mean.detach() - radius, mean.detach() + radius
    image = features.new_zeros(size_px, size_px, features.shape[1])
    alpha = features.new_zeros(size_px, size_px)
    tiles = []
    for top in range(0, size_px, TILE_PX):
        band = (high[:, 1] > top) & (low[:, 1] < top + TILE_PX)
        for left in range(0, size_px, TILE_PX):
            inside = band & (high[:, 0] > left) & (low[:, 0] < left + TILE_PX)
            index = order[inside]
            bottom, right = min(top + TILE_PX, size_px), min(left + TILE_PX, size_px)
            if len(index):
                tiles.append((top, bottom, left, right, index))
    for top, bottom, left, right, index in tiles:
        weights = _weights(splats, opacity, index, (top, bottom, left, right))
        image[top:bottom, left:right] = (weights.T @ features[index]).reshape(bottom - top, right - left, -1)
        alpha[top:bottom, left:right] = weights.sum(0).reshape(bottom - top, right - left)
    return image, alpha


def _weights(splats: Splats, opacity: Tensor, index: Tensor, box: tuple[int, int, int, int]) -> Tensor:
    """(n, P) blending weights of n splats, nearest first, at the P pixels of a box (top, bottom, left, right)."""
    top, bottom, left, right = box
    rows = torch.arange(top, bottom, device=opacity.device, dtype=opacity.dtype) + 0.5
    columns = torch.arange(left, right, device=opacity.device, dtype=opacity.dtype) + 0.5
    mean, conic = splats.mean_px[index], splats.conic[index]
    dx = (columns - mean[:, 0:1])[:, None, :]  # (n, 1, w)
    dy = (rows - mean[:, 1:2])[:, :, None]  # (n, h, 1)
    a, b, c = (conic[:, k, None, None] for k in range(3))
    power = 0.5 * (a * dx * dx + c * dy * dy) + b * dx * dy
    alpha = (opacity[index, None, None] * torch.exp(-power)).clamp(max=ALPHA_MAX).flatten(1)
    alpha = torch.where(alpha >= ALPHA_MIN, alpha, torch.zeros_like(alpha))
    passed = torch.log1p(-alpha).cumsum(0)  # log of the transmittance behind each splat
    behind = passed.exp()
    before = torch.cat([torch.ones_like(behind[:1]), behind[:-1]])
    return torch.where(behind > ENDED, alpha * before, torch.zeros_like(alpha))


def splat(
    means: Tensor, covariance: Tensor, opacity: Tensor, features: Tensor, cameras: Cameras, size_px: int
) -> tuple[Tensor, Tensor, list[Splats]]:
    """Render V views. features: (V, N, C) -> (V, C, H, W) on black, (V, 1, H, W) alpha, the splats."""
    views = opencv_from_world(cameras).to(means)
    images, alphas, seen = [], [], []
    for view, own in zip(views, features, strict=True):
        splats = project(means, covariance, opacity, view, cameras.fov_deg, size_px)
        image, alpha = blend(splats, opacity, own, size_px)
        images.append(image.permute(2, 0, 1))
        alphas.append(alpha[None])
        seen.append(splats)
    return torch.stack(images), torch.stack(alphas), seen
