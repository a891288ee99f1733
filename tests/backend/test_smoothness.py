"""The terms of a moving shape: zero where normals fit the depth and nothing ripples, and their closed forms elsewhere."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras import Cameras, points_from_depth, rig
from backend.representations import Frames
from backend.smoothness import consistency, penalty_or_none, points_of, smoothness

SIZE = 24
FRONT = rig(((20.0, 10.0),))


def slope(cameras: Cameras, steep: float, turned_deg: float = 0.0) -> Frames:
    """A plane that comes nearer to the right by `steep`, its normals turned about the vertical by some degrees."""
    right, up, back = cameras.axes[0]
    x = (2 * torch.arange(SIZE) + 1) / SIZE - 1
    depth = (steep * x).expand(1, 1, SIZE, SIZE).clone()
    angle = math.atan(steep) - math.radians(turned_deg)
    normal = math.cos(angle) * back - math.sin(angle) * right
    assert abs(float(normal @ up)) < 1e-6
    ones = torch.ones(1, 1, SIZE, SIZE)
    return Frames(ones, ones, depth, normal.reshape(1, 3, 1, 1).expand(1, 3, SIZE, SIZE))


@pytest.mark.parametrize("steep", [0.0, 0.5, -2.0])
@pytest.mark.parametrize("turned_deg", [0.0, 30.0])
def test_consistency_is_one_minus_the_cosine(steep: float, turned_deg: float) -> None:
    """On a tilted plane the mean term is 1 - cos of the angle by which its normals are wrong, whatever the tilt."""
    mean = float(consistency(FRONT, slope(FRONT, steep, turned_deg))) / (SIZE - 2) ** 2
    assert mean == pytest.approx(1 - math.cos(math.radians(turned_deg)), abs=2e-5)


def test_points_of_both_kinds_of_cameras() -> None:
    """Orthographic points are those of `points_from_depth`; perspective ones project back onto their pixels, at their depth."""
    depth = torch.linspace(-0.5, 0.5, SIZE * SIZE).reshape(1, 1, SIZE, SIZE)
    there = points_of(FRONT, depth)
    assert torch.allclose(there, points_from_depth(FRONT, depth[:, 0]).permute(0, 3, 1, 2), atol=1e-6)
    wide = rig(((20.0, 10.0),), distance=3.0, fov_deg=40.0)
    right, up, back = wide.axes[0]
    point = points_of(wide, depth)[0].flatten(1).T
    assert torch.allclose(point @ back, depth.flatten(), atol=1e-5)
    away = point - wide.world_from_camera[0, :3, 3]
    column = (away @ right) / -(away @ back) / math.tan(math.radians(20.0))
    x = (2 * torch.arange(SIZE) + 1) / SIZE - 1
    assert torch.allclose(column.reshape(SIZE, SIZE), x.expand(SIZE, SIZE), atol=1e-5)


def test_edges_of_other_things_do_not_count() -> None:
    """A step in depth, and what lies beyond the silhouette, add nothing."""
    frames = slope(FRONT, 0.0)
    frames.depth[..., SIZE // 2 :] -= 1.2
    assert float(consistency(FRONT, frames)) < 1e-4
    half = frames.alpha.clone()
    half[..., : SIZE // 3] = 0
    wrong = frames.normal.clone()
    wrong[..., : SIZE // 3] = torch.randn(3, SIZE, SIZE // 3, generator=torch.Generator().manual_seed(0))
    assert float(consistency(FRONT, Frames(half, half, frames.depth, wrong))) < 1e-4


def test_smoothness_is_of_ripples_not_of_creases() -> None:
    """Columns that alternate by 10 degrees cost 1 - cos 10 degrees each; a right angle costs nothing."""
    flat, turned, square = (slope(FRONT, 0.0, degrees).normal for degrees in (0.0, 10.0, 90.0))
    odd = (torch.arange(SIZE) % 2).bool()
    frames = slope(FRONT, 0.0)
    assert float(smoothness(frames)) == pytest.approx(0.0, abs=1e-3)
    ripples = Frames(frames.features, frames.alpha, frames.depth, torch.where(odd, turned, flat))
    each = float(smoothness(ripples)) / (SIZE * (SIZE - 1))
    assert each == pytest.approx(1 - math.cos(math.radians(10)), rel=1e-3)
    corner = Frames(frames.features, frames.alpha, frames.depth, torch.where(torch.arange(SIZE) < 9, flat, square))
    assert float(smoothness(corner)) == pytest.approx(0.0, abs=1e-3)


def test_a_frozen_shape_is_asked_nothing() -> None:
    """Where neither depth nor normal can be moved there is no term; where the depth can, it gets a gradient."""
    frames = slope(FRONT, 0.3, 20.0)
    assert penalty_or_none(FRONT, frames) is None
    moving = Frames(frames.features, frames.alpha, frames.depth.clone().requires_grad_(True), frames.normal)
    penalty = penalty_or_none(FRONT, moving)
    assert penalty is not None
    penalty.backward()
    assert moving.depth.grad is not None and moving.depth.grad.abs().max() > 0
