"""What each camera sees of a fixed mesh: rays are cast once, and rendering becomes looking values up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import trimesh
from torch import Tensor

from ..cameras import HALF_FRAME, Cameras, pixel_grid
from ..rasterise import Array
from ..shading import corner_normals, face_normals

SUPERSAMPLE = 3  # samples along a pixel's side for what lies in textures; odd, so that the centre is one of them


@dataclass(frozen=True)
class Sight:
    """V views of S pixels, each of k x k samples. Sample tensors are (V, kS, kS, ...), pixel tensors (V, ., S, S).

    face: int64, -1 for a miss. barycentric: (..., 3). uv: (..., 2), V up. cosine: of the angle between the face and
    the direction to the camera, [0, 1]. footprint: texture lengths (0..1) that one sample covers. Pixel tensors are
    point samples at pixel centres, as the prior was taught: alpha 0 or 1, unit world normal, depth in prior units.
    """

    face: Tensor
    barycentric: Tensor
    uv: Tensor
    cosine: Tensor
    footprint: Tensor
    alpha: Tensor
    normal: Tensor
    depth: Tensor

    @property
    def hit(self) -> Tensor:
        return self.face >= 0

    @property
    def supersample(self) -> int:
        return int(self.face.shape[-1] // self.alpha.shape[-1])

    def centres(self) -> tuple[slice, slice, slice]:
        """Index of the samples at pixel centres in a sample tensor."""
        k = self.supersample
        return slice(None), slice(k // 2, None, k), slice(k // 2, None, k)


def rays(cameras: Cameras, size_px: int) -> tuple[Tensor, Tensor]:
    """Origins and unit directions of every pixel's ray, (V, S, S, 3) each; origins lie on the camera's plane."""
    x, y = pixel_grid(size_px)
    right, up, back = (cameras.axes[:, k, None, None, :] for k in range(3))
    eye = cameras.world_from_camera[:, None, None, :3, 3]
    if cameras.fov_deg == 0:
        origin = eye + HALF_FRAME * (x[..., None] * right + y[..., None] * up)
        return origin, (-back).expand_as(origin)
    half = float(np.tan(np.radians(cameras.fov_deg) / 2))
    direction = half * (x[..., None] * right + y[..., None] * up) - back
    return eye.expand_as(direction), torch.nn.functional.normalize(direction, dim=-1)


def look(
    vertices: Array, faces: Array, uvs: Array, cameras: Cameras, size_px: int, supersample: int = SUPERSAMPLE
) -> Sight:
    """Cast the rays. vertices (N, 3) in prior units, faces (F, 3), uvs (F, 3, 2) V up."""
    assert supersample % 2 == 1, supersample
    size = size_px * supersample
    origin, direction = rays(cameras, size)
    mesh = trimesh.Trimesh(vertices, faces, process=False, validate=False)
    first = mesh.ray.intersects_first(origin.reshape(-1, 3).numpy(), direction.reshape(-1, 3).numpy())
    corners = torch.from_numpy(np.asarray(vertices, np.float32)[faces])
    normals, areas = face_normals(corners.numpy())
    face = torch.from_numpy(np.asarray(first, np.int64)).reshape(origin.shape[:3])
    index = face.clamp(min=0)
    bary = _barycentric(corners[index], origin, direction)
    miss = face < 0
    bary[miss] = 0.0
    uv = (bary[..., None] * torch.from_numpy(np.asarray(uvs, np.float32))[index]).sum(-2)
    point = (bary[..., None] * corners[index]).sum(-2)
    flat = torch.from_numpy(normals.astype(np.float32))[index]
    cosine = (flat * -direction).sum(-1).abs().masked_fill(miss, 0.0)
    footprint = _footprint(uvs, areas)[index] * (2 * HALF_FRAME / size) / cosine.clamp(min=0.05).sqrt()
    smooth = (bary[..., None] * torch.from_numpy(corner_normals(vertices, faces))[index]).sum(-2)
    smooth = torch.where((smooth * direction).sum(-1, keepdim=True) > 0, -smooth, smooth)  # seen from inside: turned
    sight = Sight(face, bary, uv, cosine, footprint, *[torch.zeros(len(cameras), 1, size_px, size_px)] * 3)
    at = sight.centres()
    solid = (~miss)[at][:, None].float()
    back = cameras.axes[:, 2, None, None, :]
    depth = (point * back).sum(-1)[at][:, None] * solid
    normal = torch.nn.functional.normalize(smooth[at], dim=-1).permute(0, 3, 1, 2) * solid
    return Sight(face, bary, uv, cosine, footprint.masked_fill(miss, 0.0), solid, normal, depth)


def _barycentric(corners: Tensor, origin: Tensor, direction: Tensor) -> Tensor:
    """(..., 3) barycentrics of the points where lines meet their triangles' planes (Moeller & Trumbore 1997)."""
    a, ab, ac = corners[..., 0, :], corners[..., 1, :] - corners[..., 0, :], corners[..., 2, :] - corners[..., 0, :]
    p = torch.linalg.cross(direction, ac)
    determinant = (ab * p).sum(-1)
    inverse = torch.where(determinant.abs() > 1e-12, 1 / determinant, torch.zeros_like(determinant))
    s = origin - a
    u = (s * p).sum(-1) * inverse
    v = (direction * torch.linalg.cross(s, ab)).sum(-1) * inverse
    bary = torch.stack([1 - u - v, u, v], dim=-1).clamp(0, 1)  # rounding can leave the triangle by a hair
    return bary / bary.sum(-1, keepdim=True)


def _footprint(uvs: Array, areas: Array) -> Tensor:
    """(F,) texture length per unit of world length on each face."""
    a, b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    flat = 0.5 * np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    return torch.from_numpy(np.sqrt(flat / np.maximum(areas, 1e-12)).astype(np.float32))


def pyramid(texture: Tensor) -> list[Tensor]:
    """Mip levels of a texture (C, T, T): each half the last by 2 x 2 means, down to 4 texels."""
    levels = [texture]
    while levels[-1].shape[-1] % 2 == 0 and levels[-1].shape[-1] > 4:
        levels.append(torch.nn.functional.avg_pool2d(levels[-1][None], 2)[0])
    return levels


def sample(levels: list[Tensor], uv: Tensor, footprint: Tensor) -> Tensor:
    """Trilinear look-up. uv (V, H, W, 2) V up, footprint (V, H, W) in texture lengths -> (V, C, H, W)."""
    grid = torch.stack([2 * uv[..., 0] - 1, 1 - 2 * uv[..., 1]], dim=-1)
    texels = (footprint * levels[0].shape[-1]).clamp(min=1.0)
    level = torch.log2(texels).clamp(max=len(levels) - 1)[:, None]
    total: Tensor | float = 0.0
    for k, texture in enumerate(levels):
        weight = (1 - (level - k).abs()).clamp(min=0)
        if not bool(weight.any()):
            continue
        image = torch.nn.functional.grid_sample(
            texture.expand(len(uv), *texture.shape), grid, mode="bilinear", padding_mode="border", align_corners=False
        )
        total = total + weight * image
    assert isinstance(total, Tensor)
    return total


def average(sight: Sight, samples: Tensor) -> Tensor:
    """Pixels from samples, misses left out. (V, C, kS, kS) -> (V, C, S, S); zero where nothing was hit."""
    k, hit = sight.supersample, sight.hit[:, None].float()
    pool = torch.nn.functional.avg_pool2d
    return pool(samples * hit, k) / pool(hit, k).clamp(min=1 / (k * k))


def bake(sight: Sight, pixels: Tensor, weight: Tensor, size_px: int) -> tuple[Tensor, Tensor]:
    """The adjoint of sampling at full resolution: weighted sums of what pixels say about each texel.

    pixels (V, C, S, S), weight (V, 1, S, S) -> (C, T, T) weighted values and (1, T, T) weights; divide for means.
    Each texel gathers its four bilinear shares exactly as `sample` would read it, so <A x, y> = <x, A' y>.
    """
    k = sight.supersample
    texture = torch.zeros(pixels.shape[1] + 1, size_px, size_px, requires_grad=True)
    spread = torch.cat([pixels * weight, weight], dim=1).repeat_interleave(k, 2).repeat_interleave(k, 3)
    spread = spread * sight.hit[:, None]
    with torch.enable_grad():
        seen = sample([texture], sight.uv, torch.zeros_like(sight.footprint))
        (gathered,) = torch.autograd.grad(seen, texture, spread)
    return gathered[:-1], gathered[-1:]
