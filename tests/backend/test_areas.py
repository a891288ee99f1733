"""Painted areas on flat sides: frayed rectangles and discs become whole, other areas and oblique views stay."""

from __future__ import annotations

import numpy as np
import pytest

from backend.areas import form_or_none, straightened
from backend.priors import ALPHA, Maps
from tests.backend.exact_views import box, views

SIZE = 64
FRONT, OBLIQUE = 0, 5
Y, X = np.indices((SIZE, SIZE))
RECTANGLE = (np.abs(Y - 37) <= 9) & (np.abs(X - 31) <= 6)
DISC = (Y - 37) ** 2 + (X - 31) ** 2 <= 81


@pytest.fixture(scope="module")
def maps() -> Maps:
    return views(box((0.8, 0.8, 0.8)))


def frayed(area: np.ndarray, seed: int = 0) -> np.ndarray:
    """The area with a third of the pixels along its edge changed."""
    rng = np.random.default_rng(seed)
    inner = area & np.roll(area, 1, 0) & np.roll(area, -1, 0) & np.roll(area, 1, 1) & np.roll(area, -1, 1)
    return np.where(area & ~inner, rng.random(area.shape) > 0.33, area)


def painted(maps: Maps, view: int, *areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Memberships of 1 + len(areas) entries, the first everywhere but in one view's areas; and what is opaque."""
    opaque = maps.maps[:, ALPHA][:, 0].numpy() > 0.5
    label = np.zeros(opaque.shape, int)
    for entry, area in enumerate(areas, 1):
        label[view][area] = entry
    return np.eye(1 + len(areas), dtype=np.float32)[label], opaque


@pytest.mark.parametrize("form", [RECTANGLE, DISC])
def test_frayed_forms_become_whole(maps: Maps, form: np.ndarray) -> None:
    """A third of the edge's pixels were lost: every row and column is one run again, and the other views stay as they were."""
    soft, opaque = painted(maps, FRONT, frayed(form))
    made = straightened(soft, maps, opaque)
    found = made[FRONT].argmax(-1) == 1
    assert (found & form).sum() > 0.9 * (found | form).sum() and np.array_equal(made[1:], soft[1:])
    runs = lambda area: max(int((np.diff(area.astype(int), axis=axis) == 1).sum(axis).max()) for axis in (0, 1))
    assert runs(found) == 1 < runs(frayed(form))


def test_a_straight_edge_is_straight(maps: Maps) -> None:
    """Every row of a straightened rectangle ends in the same column."""
    soft, opaque = painted(maps, FRONT, frayed(RECTANGLE))
    found = straightened(soft, maps, opaque)[FRONT].argmax(-1) == 1
    rows = np.flatnonzero(found.any(1))
    assert len({(int(row.argmax()), int(row[::-1].argmax())) for row in found[rows]}) == 1


def test_other_areas_stay(maps: Maps) -> None:
    """An L, a speck, and the same rectangle in the view that looks at a corner."""
    corner = RECTANGLE & ((Y > 39) | (X < 28))
    for view, area in ((FRONT, corner), (FRONT, (Y == 37) & (np.abs(X - 31) < 3)), (OBLIQUE, frayed(RECTANGLE))):
        soft, opaque = painted(maps, view, area)
        assert np.array_equal(straightened(soft, maps, opaque), soft)


def test_a_pane_stays_in_its_frame(maps: Maps) -> None:
    """A window's glass is an area of its own: straightening the frame does not paint it over."""
    glass = (np.abs(Y - 37) <= 5) & (np.abs(X - 31) <= 3)
    soft, opaque = painted(maps, FRONT, frayed(RECTANGLE) | glass, glass)
    found = straightened(soft, maps, opaque)[FRONT].argmax(-1)
    assert (found[glass] == 2).all() and (found[RECTANGLE & ~glass] == 1).mean() > 0.9


def test_what_bulges_has_no_flat_sides(maps: Maps) -> None:
    """On a round thing an outline in one view is no rectangle on the surface: nothing is straightened there."""
    soft, opaque = painted(maps, FRONT, frayed(RECTANGLE))
    round_ = Maps(maps.maps.clone(), maps.cameras)
    round_.maps[FRONT, 4:7] = round_.maps[FRONT, 4:7].roll(1, 0)
    assert np.array_equal(straightened(soft, round_, opaque), soft)


def test_forms_are_told_apart() -> None:
    """A rectangle is none of the ellipses, a disc is; a cross is neither."""
    assert np.array_equal(form_or_none(RECTANGLE), RECTANGLE)
    disc = form_or_none(DISC)
    assert disc is not None and (disc != DISC).sum() < 0.05 * DISC.sum()
    cross = ((np.abs(Y - 37) < 2) & (np.abs(X - 31) < 12)) | ((np.abs(X - 31) < 2) & (np.abs(Y - 37) < 12))
    assert form_or_none(cross) is None
