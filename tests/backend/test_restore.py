"""Restoration of noisy views, and thin parts from outlines, against solids known in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from backend.evaluation.noise import LEVELS, perturb
from backend.fuse import fuse
from backend.priors import DEPTH, Maps
from backend.regularise import regularise
from backend.restore import LEAST_NOISE, calm_outline, normal_noise, restore
from backend.settings import Shape
from backend.sheets import Sheets, observe

from .exact_views import box, cylinder, union, views


def plane(noise_rad: float, wave: float = 0.0) -> Sheets:
    """One view of a tilted plane with patchwise noise on normals and depths."""
    random = np.random.default_rng(3)
    patches = lambda sigma: np.kron(random.normal(0, sigma, (16, 16)), np.ones((4, 4)))
    x = torch.arange(64) / 32 - 1
    depth = 0.3 * x.expand(64, 64) + torch.from_numpy(patches(wave)).float()
    slant = np.stack([patches(noise_rad) - 0.3, patches(noise_rad), np.ones((64, 64))])
    normal = torch.from_numpy(slant / np.linalg.norm(slant, axis=0)).float()[None]
    return Sheets(torch.ones(1, 64, 64), depth[None], normal, torch.ones(1, 64, 64), torch.eye(3)[None])


def test_exact_views_are_left_alone():
    """Views of a ground-true solid hold no noise, and `restore` gives the same object back."""
    sheets = plane(0.0)
    assert normal_noise(sheets) < LEAST_NOISE and restore(sheets) is sheets


def test_noise_is_measured():
    """Patchwise noise of 7 degrees an axis is found within a fifth."""
    assert abs(np.degrees(normal_noise(plane(np.radians(7)))) - 7) < 1.4


def test_a_noisy_plane_returns_to_the_plane():
    """Patchwise noise on a plane's normals and depths is at least halved."""
    noisy = plane(np.radians(7), wave=0.02)
    calm = restore(noisy)
    flat = torch.nn.functional.normalize(torch.tensor([-0.3, 0.0, 1.0]), dim=0)[None, :, None, None]
    inner = (..., slice(8, -8), slice(8, -8))
    assert (calm.normal - flat)[inner].norm(dim=1).mean() < 0.5 * (noisy.normal - flat)[inner].norm(dim=1).mean()
    exact = 0.3 * (torch.arange(64) / 32 - 1)
    assert (calm.depth - exact)[inner].abs().mean() < 0.5 * (noisy.depth - exact)[inner].abs().mean()


def test_edges_between_surfaces_stay():
    """Two noisy half planes at 90 degrees keep their normals right up to the edge: none is turned by 20 degrees."""
    noisy = plane(np.radians(5))
    side = torch.nn.functional.normalize(noisy.normal + torch.tensor([2.4, 0.0, 0.0])[None, :, None, None], dim=1)
    right = torch.arange(64)[None, None, None] >= 32
    normal = torch.where(right, side, noisy.normal)
    depth = torch.where(right[0], -2.0 * (noisy.depth - noisy.depth[..., 32:33]), noisy.depth)
    calm = restore(Sheets(noisy.alpha, depth, normal, noisy.confidence, noisy.axes))
    assert ((calm.normal * normal).sum(1)[0, 8:-8, 26:38] > np.cos(np.radians(20))).float().mean() > 0.98


def test_outlines_lose_their_fray_but_no_thin_line():
    """Single pixels on an edge and single notches go; a line one pixel wide and a bar of two stay."""
    alpha = torch.zeros(1, 64, 64)
    alpha[0, 20:40, 20:40] = 1
    alpha[0, 19, 25] = 1
    alpha[0, 39, 30] = 0
    alpha[0, 5:60, 50] = 1
    alpha[0, 55:57, 5:40] = 1
    calm = calm_outline(alpha)[0] > 0.5
    assert not calm[19, 25] and calm[39, 30]
    assert calm[7:58, 50].all() and calm[55:57, 7:38].all()


def test_feet_stay_whole():
    """A foot two pixels wide and three high under an edge keeps every pixel: so wheels show (a blur of 0.9 px left four)."""
    alpha = torch.zeros(1, 64, 64)
    alpha[0, 20:40, 20:40] = 1
    alpha[0, 40:43, 24:26] = 1
    assert (calm_outline(alpha)[0, 40:43, 24:26] > 0.5).all()


def test_a_thin_rod_survives_views_that_disagree():
    """A rod 1.5 pixels thick between two blocks is whole in every height though each view's depths are wrong by up to a
    pixel and a half and its outlines fray."""
    thick = 1.5 * 2 / 64
    solid = union(cylinder(thick / 2, 1.2), box((0.5, 0.5, 0.15), (0, 0, -0.6)), box((0.3, 0.3, 0.15), (0, 0, 0.6)))
    noisy = perturb(views(solid), LEVELS["P"], 5)
    shift = torch.tensor([0.04, -0.04, 0.04, -0.04, 0.0, 0.0])
    maps = noisy.maps.clone()
    maps[:, DEPTH] += shift[:, None, None, None] * (torch.arange(64)[None, None, :, None] % 16 < 8)
    shape = Shape(grid=96)
    sdf = regularise(fuse(Maps(maps, noisy.cameras), shape), shape)
    inside = (sdf.values[36:60, 36:60] < 0).any((0, 1))
    assert inside[20:76].all()


def test_observe_restores():
    """`observe` hands on restored views: a noisy box's normals lie nearer to the axes than the raw ones."""
    noisy = perturb(views(box((1.0, 1.0, 1.0))), LEVELS["P"], 1)
    sheets = observe(noisy)
    world = torch.einsum("vkc,vkhw->vchw", sheets.axes, sheets.normal)
    solid = sheets.alpha > 0.6
    raw = torch.nn.functional.normalize(noisy.maps[:, 4:7], dim=1)
    off = lambda n: (1 - n.abs().amax(1))[solid].mean()
    assert off(world) < 0.6 * off(raw)


def test_settled_depths_keep_their_relief():
    """A band a pixel proud and five wide, on a plane with noisy normals: most of it stays where depths were settled between the
    views, and a third more of it than where they were not."""
    noisy = plane(np.radians(7))
    depth = noisy.depth.clone()
    depth[:, :, 29:34] += noisy.pixel
    proud = [
        (out.depth[0, 8:56, 30:33].mean() - noisy.depth[0, 8:56, 30:33].mean()) / noisy.pixel
        for out in (restore(replace(noisy, depth=depth), settled) for settled in (True, False))
    ]
    assert proud[0] > 0.5 and proud[0] > 4 / 3 * proud[1]
