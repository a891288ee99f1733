"""Alignment: known offsets come back; views without common surface stay put."""

from __future__ import annotations

import torch

from backend.align import align
from backend.cameras import rig
from backend.priors import ALPHA, DEPTH, Maps
from backend.sheets import observe

from .exact_views import box, cylinder, union, views


def test_offsets_are_found():
    """Biases of up to 4 % of the frame come back with the opposite sign, up to the common shift that moves the whole."""
    maps = views(union(box((0.9, 0.6, 0.5), (0.05, 0, -0.3)), cylinder(0.25, 0.7, (-0.1, 0.1, 0.3))))
    bias = torch.tensor([0.04, -0.02, 0.0, 0.08, -0.04, 0.02])
    shifted = maps.maps.clone()
    shifted[:, DEPTH] += bias[:, None, None, None]
    left = align(observe(Maps(shifted, maps.cameras)), maps.cameras)[0] - align(observe(maps), maps.cameras)[0] + bias
    back = rig().axes[:, 2]
    common = torch.linalg.lstsq(back, left[:, None]).solution
    assert (left - (back @ common)[:, 0]).abs().max() < 0.01


def test_exact_views_stay():
    """Exact views are moved by less than a quarter of a pixel."""
    maps = views(union(box((0.9, 0.6, 0.5), (0.05, 0, -0.3)), cylinder(0.25, 0.7, (-0.1, 0.1, 0.3))))
    assert align(observe(maps), maps.cameras)[0].abs().max() < 0.25 * 2 / 64


def test_empty_views_stay():
    """Views that show nothing get the offset zero."""
    maps = views(box((0.5, 0.5, 0.5)))
    empty = maps.maps.clone()
    empty[:, ALPHA] = 0
    assert (align(observe(Maps(empty, maps.cameras)), maps.cameras)[0] == 0).all()
