"""Joining of stranded parts on grids of boxes."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from backend.bridges import join_parts
from backend.fuse import SignedDistance


def boxes(*spans: tuple[tuple[float, float], ...], size: int = 64) -> SignedDistance:
    """The union of axis-aligned boxes, each three (low, high) pairs in prior units."""
    along = (2 * np.arange(size) + 1) / size - 1
    point = np.stack(np.meshgrid(along, along, along, indexing="ij"), -1)
    distance = np.full(point.shape[:3], 0.06)
    for span in spans:
        low, high = np.array(span).T
        distance = np.minimum(distance, np.maximum(low - point, point - high).max(-1))
    return SignedDistance(distance.clip(-0.1, 0.06).astype(np.float32))


BODY = ((-0.5, 0.5), (-0.5, 0.5), (0.0, 0.5))


def pieces(sdf: SignedDistance) -> int:
    return int(ndimage.label(sdf.values < 0)[1])


def test_a_leg_that_ends_below_its_seat_is_tied_to_it() -> None:
    """A leg 0.12 under the body becomes one piece with it, and the bar lies between them only."""
    broken = boxes(BODY, ((0.3, 0.42), (0.3, 0.42), (-0.7, -0.12)))
    joined = join_parts(broken)
    assert (pieces(broken), pieces(joined), joined.figures["bridges"]) == (2, 1, 1.0)
    changed = np.argwhere(joined.values != broken.values)
    height = (2 * changed[:, 2] + 1) / 64 - 1
    assert height.min() > -0.3 and height.max() < 0.2


def test_a_crumb_is_removed() -> None:
    """A speck of one 500th of the solid goes; nothing else changes."""
    joined = join_parts(boxes(BODY, ((0.7, 0.76), (0.7, 0.76), (0.7, 0.76))))
    assert pieces(joined) == 1 and joined.figures == {"bridges": 0.0, "crumbs": 1.0}


def test_a_large_piece_far_off_stays_as_it_is() -> None:
    """Two halves 0.4 apart are two things: neither tied nor removed."""
    apart = boxes(((-0.9, -0.2), (-0.3, 0.3), (-0.3, 0.3)), ((0.2, 0.9), (-0.3, 0.3), (-0.3, 0.3)))
    assert np.array_equal(join_parts(apart).values, apart.values)


def test_a_small_part_is_tied_from_farther_off_than_a_half() -> None:
    """A part of a tenth of the solid, 0.4 away, is one piece with it afterwards."""
    broken = boxes(((-0.9, -0.1), (-0.4, 0.4), (-0.4, 0.4)), ((0.3, 0.7), (-0.2, 0.2), (-0.2, 0.2)))
    assert (pieces(broken), pieces(join_parts(broken))) == (2, 1)
