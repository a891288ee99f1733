"""The agreement of the paint over the surface: weak islands go, what is certain stays, exact views are not touched."""

from __future__ import annotations

import numpy as np
import pytest

from backend import palette
from backend.cameras import points_from_depth
from backend.patches import settled
from backend.priors import ALPHA, DEPTH, Maps
from tests.backend.analytic_props import TABLE, Part, views_of

WEAK, CERTAIN = 0.1, 0.4  # distances of two entries in the palette's features


@pytest.fixture(scope="module")
def ball() -> tuple[Maps, np.ndarray]:
    maps = views_of([Part("ball", (0, 0, 0), (0.8,), (0.5, 0.5, 0.5), "plastic")])
    return maps, (maps.maps[:, ALPHA][:, 0] > 0.5).numpy()


def points_of(maps: Maps) -> np.ndarray:
    """(V, S, S, 3) the surface points that the pixels show."""
    return points_from_depth(maps.cameras, maps.maps[:, DEPTH][:, 0]).numpy()


def labels(second: np.ndarray, distance: float, ball: tuple[Maps, np.ndarray]) -> np.ndarray:
    """(V, S, S) bool: which pixels show the second of two entries once settled; `second`: which did, each of them surely."""
    maps, opaque = ball
    squared = distance**2 * np.stack([second, ~second], axis=-1).astype(np.float32)
    out = np.zeros(opaque.shape, bool)
    out[opaque] = settled(squared, maps, opaque, opaque.astype(np.float32)).argmax(1) == 1
    return out


def test_an_island_of_nearly_the_same_paint_goes_and_a_button_stays(ball):
    """Five pixels across in one view: weak evidence becomes its surroundings, certain evidence stays, nine tenths of it."""
    island = np.zeros(ball[1].shape, bool)
    island[0, 30:35, 30:35] = True
    assert not labels(island, WEAK, ball).any()
    assert labels(island, CERTAIN, ball)[island].mean() > 0.9


def test_stripes_and_their_borders_stay(ball):
    """Stripes of three pixels, alike in all views, keep .95 of their pixels; so do two halves, weakly told apart."""
    maps, opaque = ball
    columns = np.broadcast_to(np.arange(opaque.shape[2]) // 3 % 2 == 1, opaque.shape)
    assert (labels(columns, CERTAIN, ball) == columns)[opaque].mean() > 0.95
    height = points_of(maps)[..., 2]
    assert (labels(height > 0, WEAK, ball) == (height > 0))[opaque].mean() > 0.95


def test_views_speak_for_each_other(ball):
    """A patch that one view paints otherwise goes where the others see the same place; one that all of them paint stays."""
    maps, opaque = ball
    points = points_of(maps)
    centre = np.array([-0.5, -0.5, 0.1]) / np.linalg.norm([-0.5, -0.5, 0.1]) * 0.8  # seen by the front and the left
    patch = (np.linalg.norm(points - centre, axis=-1) < 0.16) & opaque
    alone = patch & (np.arange(len(maps.cameras)) == 0)[:, None, None]
    assert labels(patch, 0.15, ball)[patch].mean() > 0.6
    assert labels(alone, 0.15, ball)[alone].mean() < 0.3


def test_exact_views_are_left_alone(monkeypatch):
    """Views whose codes lie on the classes' lattice are painted without any settling."""
    monkeypatch.setattr(palette, "settled", lambda *_: pytest.fail("exact views were settled"))
    assert len(palette.paint(views_of(TABLE)).palette) >= 1
