"""Flat things get one outline from both sides while they are sampled; thick ones and the last evaluation are left alone."""

from __future__ import annotations

import torch
from torch import Tensor

from backend.cameras import Cameras, rig
from backend.flat import even_outlines
from backend.priors import ALPHA
from backend.priors.gbuffer import encode

from .exact_views import box, cut, views

FRONT, BACK = 0, 2


def plate(depth: float, holes: bool) -> Tensor:
    """(1, V, 13, S, S) encoded views of a plate, its hole off the middle, and from behind another hole where `holes` says so."""
    hole = box((0.3, 2.0, 0.2), (0.2, 0.0, 0.3))
    x0 = encode(views(cut(box((1.0, depth, 1.2)), hole)).maps)[None].clone()
    if holes:
        other = encode(views(cut(box((1.0, depth, 1.2)), box((0.3, 2.0, 0.2), (0.2, 0.0, -0.3)))).maps)
        x0[0, BACK] = other[BACK]
    return x0


def test_both_sides_of_what_is_flat_become_alike() -> None:
    """Front and back with holes at different heights come to the same outline, mirrored; nothing but outlines changes."""
    even, x0 = even_outlines(rig()), plate(0.08, holes=True)
    assert even is not None
    found = even(x0, 0.5)
    front, back = found[0, FRONT, ALPHA][0], found[0, BACK, ALPHA][0].flip(-1)
    assert float((front - back).abs().max()) < 1e-6
    assert float((x0[0, FRONT, ALPHA][0] - x0[0, BACK, ALPHA][0].flip(-1)).abs().max()) > 1
    others = [c for c in range(13) if c != ALPHA.start]
    assert torch.equal(found[:, :, others], x0[:, :, others]) and torch.equal(found[0, 5], x0[0, 5])


def test_agreeing_sides_stay() -> None:
    """True views of a flat thing hardly change: half a pixel along an outline at most."""
    even, x0 = even_outlines(rig()), plate(0.08, holes=False)
    assert even is not None
    assert float(((even(x0, 0.5) > 0) != (x0 > 0))[:, :, ALPHA].float().mean()) < 0.01


def test_thick_things_and_the_end_are_left_alone() -> None:
    """A box a fifth of the frame deep keeps its two sides, and so does a plate at the last evaluation."""
    even = even_outlines(rig())
    assert even is not None
    thick, thin = plate(0.4, holes=True), plate(0.08, holes=True)
    assert torch.equal(even(thick, 0.5), thick) and torch.equal(even(thin, 0.0), thin)
    both = even(torch.cat([thick, thin]), 0.5)
    assert torch.equal(both[:1], thick) and not torch.equal(both[1:], thin)


def test_a_rig_without_opposite_views_has_no_such_hook() -> None:
    """Two views at right angles have no other side."""
    assert even_outlines(Cameras(rig().world_from_camera[[0, 4]])) is None
