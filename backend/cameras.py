"""Cameras: the one place where Blender's convention is turned into any other.

World: right-handed, Z up, an object's front looks down -Y. A camera is Blender's `matrix_world` (world_from_camera, 4x4):
columns right, up, back, position; it looks down its own -Z. Azimuth 0 looks at the front (camera at -Y), 90 stands at +X.
The canonical views are orthographic: pixel (row i, column j) of an S-pixel view sees the ray through
right * x + up * y with x = (2j + 1)/S - 1, y = 1 - (2i + 1)/S, both times `HALF_FRAME`; depth is measured from the plane
through the world's origin along `back`, positive towards the camera.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

HALF_FRAME = 1.0  # half the side of an orthographic frame; the prior's props lie inside the unit ball
CUBE_SCALE = (
    0.5  # prior units -> the modelling cube [-0.5, 0.5]: both fusions and meshes are in prior units until files
)
CANONICAL = ((0.0, 20.0), (90.0, -20.0), (180.0, 20.0), (270.0, -20.0), (0.0, 90.0), (45.0, -55.0))
# (azimuth, elevation) in degrees; measured best of 13 rigs in the fusion study (docs/embedded-prior.md)


@dataclass(frozen=True)
class Cameras:
    """V orthographic or perspective cameras.

    world_from_camera: (V, 4, 4) float32. fov_deg: 0 for orthographic, else the full vertical field of view.
    """

    world_from_camera: Tensor
    fov_deg: float = 0.0

    def __len__(self) -> int:
        return int(self.world_from_camera.shape[0])

    @property
    def axes(self) -> Tensor:
        """(V, 3, 3): rows right, up, back in world coordinates."""
        return self.world_from_camera[:, :3, :3].transpose(1, 2)


def look_at_origin(azimuth_deg: float, elevation_deg: float, distance: float = 2.0) -> Tensor:
    """(4, 4) world_from_camera of a camera on a sphere, looking at the origin; at the poles `up` follows the azimuth."""
    a, e = math.radians(azimuth_deg), math.radians(elevation_deg)
    back = torch.tensor([math.cos(e) * math.sin(a), -math.cos(e) * math.cos(a), math.sin(e)])
    right = torch.tensor([math.cos(a), math.sin(a), 0.0])
    up = torch.linalg.cross(back, right)
    return camera_of(torch.stack([right, up, back]), distance)


def camera_of(axes: Tensor, distance: float = 2.0) -> Tensor:
    """(4, 4) world_from_camera of a camera that looks at the origin; its right, up and back are the rows of axes (3, 3)."""
    matrix = torch.eye(4)
    matrix[:3, :3], matrix[:3, 3] = axes.T, axes[2] * distance
    return matrix


def rig(views: tuple[tuple[float, float], ...] = CANONICAL, distance: float = 2.0, fov_deg: float = 0.0) -> Cameras:
    """The cameras of a list of (azimuth, elevation) pairs in degrees."""
    return Cameras(torch.stack([look_at_origin(a, e, distance) for a, e in views]), fov_deg)


def opencv_from_world(cameras: Cameras) -> Tensor:
    """(V, 4, 4) view matrices in OpenCV's convention (+z forward, y down), as gsplat wants them."""
    flipped = cameras.world_from_camera.clone()
    flipped[:, :, 1:3] *= -1
    return torch.linalg.inv(flipped)


def mvdream_vector(cameras: Cameras) -> Tensor:
    """(V, 16) MVDream's camera: matrix_world with its translation scaled to length 1, flattened row-major.

    MVDream's objects face +X where ours face -Y, so the world is turned by +90 degrees about Z first.
    """
    turn = torch.eye(4)
    turn[:2, :2] = torch.tensor([[0.0, -1.0], [1.0, 0.0]])
    matrix = turn @ cameras.world_from_camera.clone()
    matrix[:, :3, 3] /= matrix[:, :3, 3].norm(dim=1, keepdim=True)
    return matrix.flatten(1)


def pixel_grid(size_px: int) -> tuple[Tensor, Tensor]:
    """(S, S) frame coordinates x (right) and y (up) in [-1, 1] of every pixel centre."""
    along = (2 * torch.arange(size_px) + 1) / size_px - 1
    y, x = torch.meshgrid(-along, along, indexing="ij")
    return x, y


def points_from_depth(cameras: Cameras, depth: Tensor) -> Tensor:
    """World points of orthographic depth maps. depth (V, S, S) in prior units -> (V, S, S, 3)."""
    assert cameras.fov_deg == 0.0, "orthographic only"
    x, y = pixel_grid(depth.shape[-1])
    frame = torch.stack([x.expand_as(depth) * HALF_FRAME, y.expand_as(depth) * HALF_FRAME, depth], dim=-1)
    return torch.einsum("vijk,vkc->vijc", frame, cameras.axes)
