"""Thin parts: bent and lumpy legs, posts and rungs become straight and even; tips, balls, bulges and exact shapes stay."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from backend.evaluation.geometry import cell_centres
from backend.fuse import SignedDistance
from backend.posts import straighten

from .exact_views import ball, box, cylinder, union

SIZE = 96
PIXEL = 1 / 32
SEAT = box((1.2, 0.9, 0.16), (0.0, 0.0, 0.4))
FEET = [(x, y) for x in (-0.45, 0.45) for y in (-0.3, 0.3)]
LEGS = [box((0.14, 0.14, 1.0), (x, y, -0.15)) for x, y in FEET]


def grid_of(solid, doubt_px=0.4):
    """The grid of a solid, clipped as fused grids are."""
    values = solid(cell_centres(SIZE)).reshape((SIZE,) * 3).clip(-2 * PIXEL, PIXEL)
    return SignedDistance(values.astype(np.float32), {"doubt_px": doubt_px})


def moved(solid, at):
    return lambda p: solid(p - np.array(at))


def worn(solid, bend=0.6, lumps=0.5):
    """A solid whose surface waves across z by so many pixels, sideways and outwards."""

    def distance(p):
        off = bend * PIXEL * np.sin(19 * p[:, 2] + 5 * p[:, 0])
        lump = lumps * PIXEL * np.sin(31 * p[:, 2] + 4 * p[:, 1])
        return solid(p - np.stack([off, off, 0 * off], 1)) - lump

    return distance


def wrong(values, solid):
    """Number of cells that are solid and should not be, or the other way round."""
    return int(((values < 0) ^ (solid(cell_centres(SIZE)) < 0).reshape((SIZE,) * 3)).sum())


def unchanged(made, sdf):
    """Whether no surface has moved by more than half a pixel."""
    far = np.abs(sdf.values) > 0.5 * PIXEL
    return bool(((made.values < 0) == (sdf.values < 0))[far].all())


def pieces(values):
    return ndimage.label(values < 0)[1]


def test_bent_and_lumpy_legs_become_straight_and_even():
    """Of a table's wrong cells, all in its waving legs, less than half remain, and its square legs stay square."""
    solid = union(SEAT, *LEGS)
    sdf = grid_of(union(SEAT, *(worn(leg) for leg in LEGS)))
    made = straighten(sdf)
    assert made.figures["posts"] == 4
    assert wrong(made.values, solid) < 0.5 * wrong(sdf.values, solid)
    height = slice(SIZE // 4, SIZE // 2)
    area = (made.values[: SIZE // 2, : SIZE // 2, height] < 0).sum((0, 1))
    assert np.ptp(area) <= 0.1 * area.mean()


def test_rungs_and_rails_along_both_horizontal_axes_become_straight():
    """A lumpy rod along x, and one along y, end with less than half of their wrong cells."""
    for turn in ((2, 1, 0), (0, 2, 1)):
        lying = lambda solid, turn=turn: lambda p: solid(p[:, turn])
        ends = [box((0.5, 0.5, 0.2), (0.0, 0.0, z)) for z in (-0.5, 0.5)]
        rod = cylinder(0.08, 1.0)
        sdf = grid_of(lying(union(*ends, worn(rod))))
        made = straighten(sdf)
        assert made.figures["posts"] == 1
        assert wrong(made.values, lying(union(*ends, rod))) < 0.5 * wrong(sdf.values, lying(union(*ends, rod)))


def test_a_tapering_and_leaning_leg_stays_so():
    """A leg that is half as thick at its foot and leans loses its lumps, not its form."""

    def leg(p):
        at = np.stack([p[:, 0] - 0.2 * p[:, 2], p[:, 1]], 1)
        return np.maximum(np.linalg.norm(at, axis=1) - 0.11 - 0.08 * p[:, 2], np.abs(p[:, 2]) - 0.5)

    head = box((1.0, 1.0, 0.2), (0.0, 0.0, 0.5))
    sdf = grid_of(union(head, worn(leg)))
    made = straighten(sdf)
    assert made.figures["posts"] == 1
    assert wrong(made.values, union(head, leg)) < 0.5 * wrong(sdf.values, union(head, leg))


def test_a_leg_is_one_part_on_both_sides_of_a_rung():
    """Two lumpy posts with a rung between them: both become straight along their whole length, the rung stays whole."""
    posts = [cylinder(0.08, 1.4, (x, 0.0, 0.0)) for x in (-0.35, 0.35)]
    rung = box((0.7, 0.1, 0.12))
    sdf = grid_of(union(rung, *(worn(post) for post in posts)))
    made = straighten(sdf)
    assert made.figures["posts"] >= 2
    assert wrong(made.values, union(rung, *posts)) < 0.6 * wrong(sdf.values, union(rung, *posts))
    assert (made.values[rung(cell_centres(SIZE)).reshape((SIZE,) * 3) < -PIXEL] < 0).all()


def test_a_broken_leg_is_whole_again():
    """A post that is missing over three pixels is mended; a gap twice as wide as any noise is left."""
    for gap, count in ((3, 1), (14, 2)):
        halves = [cylinder(0.1, 0.6, (0.0, 0.0, s * (0.3 + gap / 2 * PIXEL))) for s in (-1, 1)]
        assert pieces(straighten(grid_of(union(*halves))).values) == count


def test_a_leg_that_ends_short_of_its_seat_reaches_it():
    """Legs that end four pixels under the seat are one piece with it, at their own places; free tops stay where they are."""
    short = [box((0.14, 0.14, 0.84), (x, y, -0.23)) for x, y in FEET]
    made = straighten(grid_of(union(SEAT, *short)))
    assert pieces(grid_of(union(SEAT, *short)).values) == 5
    assert pieces(made.values) == 1
    free = grid_of(union(box((1.2, 0.9, 0.16), (0.0, 0.0, -0.6)), box((0.14, 0.14, 0.8), (0.0, 0.0, -0.2))))
    assert (
        np.flatnonzero((straighten(free).values < 0).any((0, 1))).max()
        == np.flatnonzero((free.values < 0).any((0, 1))).max()
    )


def test_tips_balls_and_bulges_are_kept():
    """A stake keeps its point, a ball on or under a post its roundness, a turned leg the ring and the swelling around it."""

    def stake(p):
        return np.maximum(
            np.linalg.norm(p[:, :2], axis=1) - (0.25 * (0.8 - p[:, 2])).clip(-1, 0.1), np.abs(p[:, 2]) - 0.8
        )

    def spear(p):
        swelling = (0.06 * (1 - np.abs(p[:, 2] - 0.3) / 0.15)).clip(0)
        return np.maximum(np.linalg.norm(p[:, :2], axis=1) - 0.1 - swelling, np.abs(p[:, 2]) - 0.6)

    post = cylinder(0.08, 1.2)
    solids = (
        stake,
        union(post, moved(ball(0.2), (0.0, 0.0, 0.7)), box((0.6, 0.6, 0.1), (0, 0, -0.6))),
        union(post, moved(ball(0.12), (0.0, 0.0, -0.65)), box((0.6, 0.6, 0.1), (0, 0, 0.6))),
        union(post, cylinder(0.17, 0.12, (0.0, 0.0, 0.1)), box((0.6, 0.6, 0.1), (0, 0, -0.6))),
        union(spear, box((0.6, 0.6, 0.1), (0, 0, -0.6))),
    )
    for solid in solids:
        sdf = grid_of(solid)
        made = straighten(sdf)
        assert made.figures["posts"] == 1
        assert unchanged(made, sdf)


def test_a_blade_and_its_grip_are_two_parts():
    """A grip as wide as a third of its blade, in one line with it, keeps its width, and the blade its own."""
    solid = union(
        box((0.3, 0.07, 0.9), (0.0, 0.0, 0.4)),
        box((0.5, 0.12, 0.08), (0, 0, -0.08)),
        box((0.1, 0.1, 0.5), (0, 0, -0.35)),
    )
    sdf = grid_of(solid)
    made = straighten(sdf)
    assert made.figures["posts"] >= 1
    assert unchanged(made, sdf)


def test_thick_bodies_plates_bows_and_bellies_are_not_parts():
    """A box, a ball, a slab, the bow of a handle and a thin bottle have no thin even part: their cells stay."""

    def bottle(p):
        belly = 0.04 * np.cos(p[:, 2] * np.pi / 0.9)
        return np.maximum(np.linalg.norm(p[:, :2], axis=1) - 0.08 - belly, np.abs(p[:, 2]) - 0.45)

    places = [(0.55 * np.cos(t), 0.0, 0.55 * np.sin(t) - 0.2) for t in np.linspace(0, 3, 60)]
    bow = union(*(moved(ball(0.09), at) for at in places))
    for solid in (box((0.8, 0.8, 0.8)), ball(0.5), box((1.2, 0.08, 0.6)), bow, bottle):
        sdf = grid_of(solid)
        made = straighten(sdf)
        assert made.figures["posts"] == 0 and (made.values == sdf.values).all()


def test_exact_views_are_left_alone():
    """Where views agree the grid comes back untouched."""
    sdf = grid_of(union(SEAT, *LEGS), doubt_px=0.1)
    assert straighten(sdf).values is sdf.values
