"""Puts props around another one: at its sides, about it, under and over it, leaning against it or over its rim, or hung on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .bodies import Body, beside, box, centre, extent, leant, moved, triangles, turned
from .rasterise import Array
from .terrain import Heights, Rest, best, rest, rests, spread, window

GAP = 0.12  # between neighbours, of their mean width
QUARTERS = {1: (1,), 2: (1, 3), 3: (1, 3, 2), 4: (0, 1, 2, 3)}  # of a turn: front, right, back, left
SIDES = {"before": (0.0, -1.0), "behind": (0.0, 1.0), "left": (-1.0, 0.0), "right": (1.0, 0.0)}  # on the plan
LEAN_DEG = 14.0
RIM_DEG, LOOSE = 25.0, 0.8  # so far they lean at most, to so much of its width
GOLDEN_DEG, WAYS = 137.5, 6  # from one's way to the next one's; so many ways are tried
HUNG = 0.6  # of the height of what it hangs on is its middle
WIDEST = 0.7  # of that one's width at most
SPOTS = 21  # places tried under a thing along each side
SMALLER = (1.0, 0.85, 0.7, 0.55)  # a thing too high to go under another one is made so much smaller
COVERED = 0.3  # of a thing lies under another one at the least
CLEAR = 0.1  # of its height at least is free below what hangs
FLOATS = 0.5  # of both their heights' mean is between a thing and what floats over it
FLAT = 0.35  # of its lesser side: what is no deeper hangs on the wall behind
BROAD = 1.3  # what is so much wider than deep is leant against from the front, else from its left

Instead = dict[int, str]  # the number of a member that did not come where it should -> where it is: GROUND or TOP
GROUND, TOP = "ground", "top"


def surrounded(body: Body, guests: Mapping[str, Sequence[Body]], cell: float, instead: Instead) -> Body:
    """What is around a body; guests: how they stand -> each by itself, on the ground and turned to the front.

    instead: as `layout.arrange` has it.
    """
    found = body + _seated(guests.get("around", ()), body)
    for one in guests.get("under", ()):
        below = under(one, body, found, cell)
        if below is None:
            instead[one[0].member] = GROUND
        found += below or _aside(one, found, np.array(SIDES["before"]))
    hung = Body()
    for one in guests.get("hanging", ()):
        hung += dangling(one, body, hung, cell) or _in_slots([one], body, cell, leaning=False)
    found += hung
    found += _in_slots(guests.get("hung", ()), body, cell, leaning=False)
    found += _in_slots(guests.get("against", ()), body, cell, leaning=True)
    flanks = list(guests.get("flanking", ()))
    apart = {"left": [*guests.get("left", ()), *flanks[::2]], "right": [*guests.get("right", ()), *flanks[1::2]]}
    for side, way in SIDES.items():
        group = apart.get(side, guests.get(side, ()))
        found += _aside(beside(list(group), GAP), found, np.array(way)) if group else ()
    return found[len(body) :]


def _aside(one: Body, body: Body, way: Array) -> Body:
    """A body moved on the ground next to another one, on the side `way` (2,) of it."""
    (low, high), (near, far) = box(body), box(one)
    reach = np.abs(way) @ ((high - low)[:2] + (far - near)[:2] * (1 + GAP)) / 2
    return moved(one, np.array([*((low + high - near - far)[:2] / 2 + way * reach), 0.0]))


def _seated(ones: Sequence[Body], body: Body) -> Body:
    """At its sides, evenly, the fronts towards it."""
    found = Body()
    for n, one in enumerate(ones):
        quarter = QUARTERS[len(ones)][n] if len(ones) in QUARTERS else 4 * n / len(ones)
        way = np.array([np.sin(np.pi / 2 * quarter), -np.cos(np.pi / 2 * quarter)])
        found += _aside(turned(one, 180.0 + 90.0 * quarter), body, way)  # what stands in front, at -Y, looks to +Y
    return found


def over(one: Body, body: Body, cell: float) -> Body:
    """Standing over a body that has room below it; else floating above it, what is flat above its back."""
    below = under(body, one, one, cell, SMALLER[:1])
    if below is not None:
        return moved(one, np.array([*(box(body)[0] - box(below)[0])[:2], 0.0]))
    (low, high), (near, far), (wide, deep, tall) = box(body), box(one), extent(one)
    aside = (low + high - near - far)[:2] / 2
    if deep < FLAT * min(wide, tall):
        aside[1] = high[1] - far[1]
    gap = FLOATS * (tall + extent(body)[2]) / 2
    return moved(one, np.array([*aside, high[2] + gap - near[2]]))


def dangling(one: Body, body: Body, others: Body, cell: float) -> Body | None:
    """Below what overhangs the ground so far that the thing hangs clear of it, apart from the others there, near the middle of
    the front; None where nothing does."""
    ceiling, thing = _seen_from_below(body, cell), _seen_from_below(one, cell)
    clear = ceiling.solid & (-ceiling.top > (1 + CLEAR) * extent(one)[2])
    if not clear.any():
        return None

    wide = (1 + GAP) * float(extent(one)[:2].max())

    def worth(at: Array, spot: Rest) -> float:
        middle = centre(one) + spot.shift[:2]
        near = sum(max(1.0 - float(np.linalg.norm(middle - centre((other,)))) / wide, 0.0) for other in others)
        aside = abs(2 * float(at[1]) / ceiling.top.shape[1] - 1)
        return 2.0 * spot.above - 8.0 * near - ceiling.behind(at) - aside

    low = box(one)[0][2]
    spot = best([(at, spot) for at, spot in rests(ceiling, thing, spread(clear)) if spot.shift[2] < low], worth)
    return None if spot is None else moved(one, spot.shift * [1.0, 1.0, -1.0])


def _seen_from_below(body: Body, cell: float) -> Heights:
    return Heights.of(triangles(body) * [1.0, 1.0, -1.0], cell)


def under(one: Body, body: Body, others: Body, cell: float, scales: Sequence[float] = SMALLER) -> Body | None:
    """On the ground below a body where there is room, at the first of the scales; None where there is none."""
    low, high = box(body)
    clear = Heights.of(triangles(others), cell)
    for scale in scales:
        less = turned(one, 0.0, scale)
        thing = Heights.of(triangles(less), cell)
        most, at = 0.0, None
        for spot in _spots(low[:2], high[:2]):
            cells = np.round(spot / cell).astype(np.int64) + thing.origin - clear.origin
            covered = _covered(clear, thing, cells[::-1])
            far = float(np.abs((spot - (low + high)[:2] / 2) / (high - low)[:2]).max())
            if covered >= COVERED and covered - far > most:
                most, at = covered - far, (cells + clear.origin - thing.origin) * cell
        if at is not None:
            return moved(less, np.array([*at, 0.0]))
    return None


def _spots(low: Array, high: Array) -> Array:
    """(n, 2) m, evenly over a box and a half of it beyond."""
    reach = [np.linspace(1.25 * a - 0.25 * b, 1.25 * b - 0.25 * a, SPOTS) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*reach), -1).reshape(-1, 2)


def _covered(clear: Heights, thing: Heights, at: Array) -> float:
    """How much of a thing lies below the solid when its first cell lies at the solid's cell `at`; 0 where it does not go in."""
    above = window(clear.bottom, thing.top.shape, at, np.inf)
    if above is None or (thing.top > above).any():
        return 0.0
    return float(np.isfinite(above[thing.solid]).mean())


def _in_slots(ones: Sequence[Body], body: Body, cell: float, *, leaning: bool) -> Body:
    """Against the front of a body, or its left side where it is not broad, side by side; upright halfway up, or leaning."""
    if not ones:
        return ()
    wide, deep, tall = extent(body)
    turn = 90.0 if leaning and wide < BROAD * deep else 0.0  # its left side to the front
    ground = turned(body, turn)
    low, high = box(ground)
    upright = [
        one if leaning else turned(one, 0.0, min(1.0, WIDEST * (high - low)[0] / extent(one)[0])) for one in ones
    ]
    step = (1 + GAP) * max(float(extent(one)[0]) for one in upright)
    first = float((low + high)[0] - step * (len(ones) - 1)) / 2
    found = Body()
    for n, one in enumerate(upright):
        if leaning:
            one = leant(one, LEAN_DEG, 90.0)
        near, far = box(one)
        level = -near[2] if leaning else low[2] + HUNG * tall - (near + far)[2] / 2
        one = moved(one, np.array([first + n * step - (near + far)[0] / 2, 0.0, level]))
        found += _slid(one, ground, cell)
    return turned(found, -turn)


def _slid(one: Body, ground: Body, cell: float) -> Body:
    """A body moved along Y until it touches the front of another one; before it where it would pass."""
    solid, thing = _seen_from_front(ground, cell), _seen_from_front(one, cell)
    spot = rest(solid, thing, thing.origin[::-1] - solid.origin[::-1])
    if spot is None:
        return moved(one, np.array([0.0, box(ground)[0][1] - box(one)[1][1], 0.0]))
    return moved(one, np.array([0.0, -float(spot.shift[2]), 0.0]))


def _seen_from_front(body: Body, cell: float) -> Heights:
    """How far a body reaches to the front and to the back, over X and Z."""
    return Heights.of(triangles(body)[..., [0, 2, 1]] * [1.0, 1.0, -1.0], cell)


def over_the_rim(one: Body, base: Body, wide: float, number: int) -> Body:
    """A tall thing leaning over the rim of what it is in, `wide` m from the middle, each of some to another side; its lower end
    stays within."""
    rim = float(box(base)[1][2])
    middle, aside = np.array([*centre(one), rim]), centre(one) - centre(base)
    deep = max(rim - float(box(one)[0][2]), 1e-6)
    tilt_deg = min(RIM_DEG, float(np.degrees(np.arctan(LOOSE * wide / deep))))
    ways = np.radians(GOLDEN_DEG * (number + np.arange(WAYS)))
    lower = aside - deep * np.tan(np.radians(tilt_deg)) * np.stack([np.cos(ways), np.sin(ways)], axis=1)
    inside = np.linalg.norm(lower, axis=1) < LOOSE * wide
    way_deg = (
        float(np.degrees(ways[np.argmax(inside)])) if inside.any() else float(np.degrees(np.arctan2(*aside[::-1])))
    )
    return moved(leant(moved(one, -middle), tilt_deg, way_deg), middle)
