"""Chains of islands: slices of thin parts are linked upwards, through what crosses them, and lines through them are robust."""

from __future__ import annotations

import numpy as np

from backend.islands import chains_of, trend


def solid_of(*boxes):
    """(48, 48, 48) True in the boxes ((x0, x1), (y0, y1), (z0, z1))."""
    inside = np.zeros((48, 48, 48), bool)
    for box in boxes:
        inside[tuple(slice(*side) for side in box)] = True
    return inside


def spans(*boxes):
    """(first, last, islands) of each chain of the boxes, whose pixels are voxels."""
    chains = chains_of(solid_of(*boxes), 1.0)[1]
    return sorted((int(chain.height[0]), int(chain.height[-1]), len(chain)) for chain in chains)


POST = ((20, 24), (20, 24), (5, 40))


def test_a_post_is_one_chain():
    """Its islands are as many as its slices, each in the middle of the post and as wide."""
    (chain,) = chains_of(solid_of(POST), 1.0)[1]
    assert (chain.height == np.arange(5, 40)).all()
    assert (chain.middle == 21.5).all() and (chain.area == 16).all() and (chain.extent == 4).all()


def test_a_chain_goes_on_behind_what_crosses_it():
    """A board of four slices across the post leaves one chain with a gap; its pieces are the two ends."""
    board = ((2, 46), (2, 46), (18, 22))
    assert spans(POST, board) == [(5, 39, 31)]
    (chain,) = chains_of(solid_of(POST, board), 1.0)[1]
    assert [(int(p.height[0]), int(p.height[-1])) for p in chain.pieces()] == [(5, 17), (22, 39)]


def test_chains_beside_each_other_or_of_unlike_width_are_not_joined():
    """A post that goes on seven voxels to the side, or twice as wide, above the board is another part."""
    board, low = ((2, 46), (2, 46), (18, 22)), ((20, 24), (20, 24), (5, 18))
    for above in (((27, 31), (20, 24), (22, 40)), ((18, 26), (20, 24), (22, 40))):
        assert spans(low, board, above) == [(5, 17, 13), (22, 39, 18)]


def test_two_posts_in_every_slice_are_two_chains():
    """What stands side by side is told apart; a body wider than ten pixels is no island."""
    body = ((30, 46), (30, 46), (0, 48))
    assert spans(POST, ((10, 14), (20, 24), (8, 30)), body) == [(5, 39, 35), (8, 29, 22)]


def test_a_fork_goes_on_in_one_prong():
    """Where one island lies under two, no island has two that follow it."""
    prongs = [((x, x + 4), (20, 24), (20, 40)) for x in (18, 24)]
    chains = chains_of(solid_of(((18, 28), (20, 24), (5, 20)), *prongs), 1.0)[1]
    numbers = np.concatenate([chain.number for chain in chains])
    assert len(numbers) == len(np.unique(numbers)) == 15 + 2 * 20


def test_a_trend_does_not_see_outliers():
    """A fifth of the points far off does not move the line."""
    z = np.arange(40)
    y = (3 + 0.25 * z).astype(np.float32)
    y[::5] += 9
    start, slope = trend(z, y)
    assert abs(start - 3) < 0.05 and abs(slope - 0.25) < 0.01
