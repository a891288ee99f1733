"""A view that shows far less than two others agree on is not believed; views of one solid all are."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from backend.believed import believed
from backend.fuse import fuse
from backend.priors import ALPHA, Maps
from backend.settings import Shape

from .exact_views import box, views

TOP = 4


def without(maps: Maps, view: int, rows: int) -> Maps:
    """The maps, of one view only its `rows` middle ones."""
    changed, half = maps.maps.clone(), maps.maps.shape[-2] // 2
    alpha = changed[view, ALPHA].clone()
    changed[view, ALPHA] = 0.0
    changed[view, ALPHA, half - rows // 2 : half + rows // 2] = alpha[:, half - rows // 2 : half + rows // 2]
    return replace(maps, maps=changed)


@pytest.fixture(scope="module")
def exact() -> Maps:
    return views(box((0.8, 1.0, 1.2)))


def test_exact_views_are_believed(exact: Maps) -> None:
    """Views of one solid stay as they are, the very same."""
    assert believed(exact) is exact


def test_a_view_that_two_others_contradict_is_left_out(exact: Maps) -> None:
    """Both sides agree how deep the box is; the view from above that shows a line is dropped, one that lacks a little is not."""
    torn = without(exact, TOP, 6)
    kept = believed(torn)
    assert len(kept.cameras) == 5 and torch.equal(kept.maps, torn.maps[[0, 1, 2, 3, 5]])
    assert torch.equal(kept.cameras.world_from_camera, exact.cameras.world_from_camera[[0, 1, 2, 3, 5]])
    slightly = without(exact, TOP, 30)
    assert believed(slightly) is slightly
    nothing = without(exact, TOP, 0)
    assert believed(nothing) is nothing


def test_the_solid_keeps_what_the_others_show(exact: Maps) -> None:
    """Fused with such a view the box is as deep as without it."""
    whole, torn = (fuse(maps, Shape(grid=48)).values < 0 for maps in (exact, without(exact, TOP, 6)))
    assert torn.sum() > 0.9 * whole.sum()
