"""Rendered buffers against the closed form of a ball."""

from __future__ import annotations

import numpy as np

from backend.cameras import rig
from backend.training import render

from .test_render import one


def test_a_rendered_sphere_is_a_disc_of_the_right_depth_and_normals() -> None:
    """A centred ball of radius 0.7: depth sqrt(r^2 - s^2) and normals s / r at every covered pixel, in every view."""
    program = one("sphere", 0.7)
    axes = rig().axes.numpy()
    part, normal, depth = render.buffers(program, axes, 48)
    along = (2 * np.arange(48) + 1) / 48 - 1
    y, x = np.meshgrid(-along, along, indexing="ij")
    inside = x * x + y * y < 0.69**2
    assert (part[:, inside] == 0).all() and (part[:, x * x + y * y > 0.71**2] == -1).all()
    true = np.sqrt(0.49 - x * x - y * y, where=inside, out=np.zeros_like(x))
    assert np.abs(depth - true)[:, inside].max() < 0.02 and np.abs(depth - true)[:, inside].mean() < 0.003
    for view in range(len(axes)):
        world = np.stack([x, y, true], -1) @ axes[view] / 0.7
        assert ((world * normal[view]).sum(-1)[inside] > 0.995).all()
