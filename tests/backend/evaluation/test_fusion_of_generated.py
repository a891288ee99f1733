"""Faithfulness of a fused prop to its views: right for exact views, worse for views that contradict it."""

from __future__ import annotations

from backend.evaluation.fusion_of_generated import against_views, measure
from backend.fuse import fuse
from backend.mesh import extract
from backend.pipeline import Views
from backend.priors import DEPTH, Maps
from backend.settings import Shape

from ..exact_views import ball, box, union, views

SOLID = union(box((0.9, 0.6, 0.5), (0, 0, -0.2)), ball(0.4))


def test_a_prop_of_exact_views_is_faithful_to_them() -> None:
    """Silhouettes overlap by nine tenths and more, depths differ by less than half a pixel, the prop is one closed body."""
    found = measure(Views(views(SOLID), None), "draft")
    assert found.silhouette_iou > 0.9 and found.depth_px < 0.5
    assert (found.parts, found.watertight) == (1.0, 1.0)


def test_a_view_that_lies_two_pixels_off_is_told() -> None:
    """Views moved back by two pixels differ from the mesh of the unmoved ones by two pixels of depth more or less."""
    maps = views(SOLID)
    mesh = extract(fuse(maps, Shape(grid=64)), 4000)
    moved = maps.maps.clone()
    moved[:, DEPTH] -= 2 * 2 / 64
    assert abs(against_views(mesh, Maps(moved, maps.cameras))[1] - 2) < 0.5
