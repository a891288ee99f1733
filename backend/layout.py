"""Puts several props together: stacks, piles and rows of them, one on, in or around another, the others beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .bodies import (
    Body,
    Placed,
    beside,
    box,
    centre,
    extent,
    foot,
    head_down,
    is_tall,
    lain,
    moved,
    stood,
    to_stand,
    triangles,
    turned,
)
from .language.member import Member
from .language.sizes import times_usual
from .language.standing import LID, LYING, MANY, MOST, POURED, TIP_UP
from .rasterise import Array
from .surroundings import GAP, GROUND, TOP, Instead, over, over_the_rim, surrounded
from .terrain import Heights, Rest, best, rest, rests, spread

FEW = 4  # of many that only lie on something
CELLS = (40, 240)  # across the smallest thing at least, across the widest one at most
TIGHT = 0.02  # between neighbours that are piled, of their mean width
SINK = 0.004  # of its height: so deep a thing sinks into what it stands on
SWOLLEN = 2.0  # what a vessel is full of is made no larger
SMALLER = 0.35  # a thing too wide for a hollow is made no smaller
PLUNGED = 0.35  # how deep tall things stick in what has no hollow
THROUGH = 0.85  # of the height of what they stick in, at most
WIDER = 2.0  # than its base at most: what carries more is made as wide as what it carries
BUNCH = 5  # so many tall things in a vessel are a bunch
LEVEL = 0.05  # of the height: what differs by less is one level
# Of its height, from a hollow's rim or from the top of what is none: there a thing lies on its like.
FULL = (0.0, 0.25)
CLOSEST = 0.4  # of their width: no nearer to each other do tall things stand in a vessel
TURNED_DEG = 20.0


def usual_scale(member: Member, vertices: Array, usual_m: float) -> float:
    """Metres a unit of a member's vertices, so that it is as large as its kind usually is and its words say."""
    return float(usual_m * times_usual(member.phrase) / max(float(np.ptp(vertices, axis=0).max()), 1e-9))


def filling(one: Body, kind: str, hollow: float) -> float:
    """How many times as large many of a kind are made, so that they fill a hollow of so many square metres."""
    many, least = (FEW, 1 / SWOLLEN) if kind in POURED else (MOST, 1.0)
    return float(np.clip((hollow / (many * float(extent(one)[:2].max()) ** 2)) ** 0.5, least, SWOLLEN))


def copies(members: Sequence[Member]) -> list[int]:
    """How many of each member there will be at most: where several stand on something, each brings what stands on it."""

    def brought(i: int) -> int:
        member = members[i]
        if member.to < 0:
            return 1
        return (member.count or MOST if member.heap == "group" else 1) * brought(member.to)

    return [(m.count or MOST) * (brought(m.to) if m.to >= 0 else 1) for m in members]


def arrange(
    members: Sequence[Member], shapes: Sequence[tuple[Array, Array]], seed: int, instead: Instead | None = None
) -> Body:
    """Every prop where it stands, z = 0 the ground.

    shapes: of every member vertices (N, 3) m, front -Y, and faces (F, 3). The same seed gives the same.
    instead: is told of each member that did not come where it should where it is now: on the GROUND, or on TOP.
    """
    ones = [stood(i, *shape) for i, shape in enumerate(shapes)]
    for i, member in enumerate(members):
        if member.relation == LID:
            ones[member.to] += moved((Placed(i, *shapes[i]),), to_stand(shapes[member.to][0]))
    ones = _carrying(members, ones)
    wide = [float(extent(one)[:2].max()) for one in ones]
    cell = max(min(wide) / CELLS[0], max(wide) / CELLS[1])
    work = _Work(members, ones, cell, np.random.default_rng([seed, 22]), {} if instead is None else instead)
    return beside([work.build(i) for i, member in enumerate(members) if member.to < 0], GAP)


def _carrying(members: Sequence[Member], ones: Sequence[Body]) -> list[Body]:
    """The members as they are put together: those that stand on nothing lie, and what carries wider ones is as wide."""
    found = list(ones)
    for i, member in enumerate(members):
        if member.relation == "on" and member.to >= 0:
            found[i] = lain(found[i]) if member.kind in LYING else found[i]
            own, base = (float(extent(found[k])[:2].max()) for k in (i, member.to))
            found[member.to] = turned(found[member.to], 0.0, own / base if own > WIDER * base else 1.0)
    return found


@dataclass
class _Work:
    """The members, one of each, and how they are put together. cell: side of the plan's cells, m."""

    members: Sequence[Member]
    ones: Sequence[Body]
    cell: float
    rng: np.random.Generator
    instead: Instead

    def build(self, i: int, *, alone: bool = False) -> Body:
        """A member, all of it or `alone` one of it, with what stands on, in and around it."""
        member, one = self.members[i], self.ones[i]
        ways = {"stack": self._stacked, "pile": self._piled, "row": self._in_a_row}
        count = 1 if alone else min(max(member.count, 1), MOST)
        base = ways.get(member.heap, self._grouped)(one, count) if count > 1 else one
        lids = tuple(p for p in base if self.members[p.member].relation == LID)
        vessel = tuple(p for p in base if self.members[p.member].relation != LID)
        others = Body()
        around: dict[str, list[Body]] = {}
        for j, guest in enumerate(self.members):
            if guest.to == i and guest.relation in ("on", "in"):
                others += self._guests(j, vessel, others + lids)
            elif guest.to == i and guest.relation != LID:
                around.setdefault(guest.relation, []).extend(self._each(j))
        above = around.pop("over", [])
        found = base + others + surrounded(base, around, self.cell, self.instead)
        return found + over(beside(above, GAP), base + others, self.cell) if above else found

    def _each(self, j: int) -> list[Body]:
        """A member that stands around another one: each of several by itself, or their heap."""
        guest = self.members[j]
        if guest.heap != "group":
            return [self.build(j)]
        each = [self.build(j, alone=True) for _ in range(min(guest.count or FEW, MOST))]
        tip_down = guest.relation == "against" and guest.kind in TIP_UP
        return [head_down(one) for one in each] if tip_down else each

    def _heights(self, body: Body) -> Heights:
        return Heights.of(triangles(body), self.cell)

    def _any_turn(self, one: Body, most_deg: float) -> Body:
        return turned(one, float(self.rng.uniform(-most_deg, most_deg)))

    # --- several alike
    def _grouped(self, one: Body, count: int) -> Body:
        return beside([self._any_turn(one, TURNED_DEG) for _ in range(count)], GAP)

    def _in_a_row(self, one: Body, count: int) -> Body:
        step = (1 + GAP) * extent(one)[0]
        return sum((moved(one, np.array([n * step, 0.0, 0.0])) for n in range(count)), ())

    def _stacked(self, one: Body, count: int) -> Body:
        """Each on the one below, turned a little and, every second one, half around, to show another side."""
        one = body = lain(one)
        for n in range(1, count):
            more = turned(one, 180.0 * (n % 2) + float(self.rng.uniform(-12, 12)))
            ground, thing = self._heights(body), self._heights(more)
            body += self._let_down(more, rest(ground, thing, thing.origin[::-1] - ground.origin[::-1]))
        return body

    def _piled(self, one: Body, count: int) -> Body:
        ones = [self._any_turn(lain(one), 180.0) for _ in range(count)]
        below = (count + 1) // 2 + count // 6
        body = beside(ones[:below], TIGHT)
        for more in ones[below:]:
            body += self._on(more, body)
        return body

    # --- guests
    def _guests(self, j: int, base: Body, others: Body) -> Body:
        """A member on or in what stands there already, as many as are said or there is room for."""
        guest, found = self.members[j], Body()
        hollow = float(self._heights(base).hollow().sum()) * self.cell**2 if guest.relation == "in" else 0.0
        heaped = guest.heap != "group" or guest.count == 1
        fills = guest.count == MANY and hollow and not is_tall(self.ones[j])
        swollen = filling(self.ones[j], guest.kind, hollow) if fills else 1.0
        count = 1 if heaped else guest.count or (MOST if hollow else FEW)
        for n in range(count):
            one = turned(self.build(j, alone=not heaped), 0.0, swollen)
            one = one if heaped else self._any_turn(one, 180.0 if count > 3 else TURNED_DEG)
            put = self._in if guest.relation == "in" else self._on
            more = put(one, base, others + found)
            if guest.count == MANY and n and self._is_full(more, base, found, hollow):
                break
            found += more
        return found

    def _is_full(self, more: Body, base: Body, before: Body, hollow: float) -> bool:
        """Whether the last of many lies on its like, or tall ones are a bunch or fill the hollow of so many square metres."""
        top, tall = float(box(base)[1][2]), float(extent(more)[2])
        one = self.ones[more[0].member]
        if is_tall(one) and hollow:
            return len(before) >= max(BUNCH, hollow / float(extent(one)[:2].max()) ** 2)
        return bool(box(more)[0][2] > top + FULL[hollow == 0] * min(tall, top))

    def _on(self, one: Body, base: Body, others: Body = ()) -> Body:
        """Where most of its sole touches, on a broad level low down, near the middle."""
        ground, thing = self._heights(base + others), self._heights(one)
        levels, taken = ground.top[ground.solid], self._heights(others) if others else None

        def on_another(cell: Array) -> bool:
            at = cell - np.array(thing.bottom.shape) // 2 + ground.origin[::-1]
            return taken is not None and rest(taken, thing, at - taken.origin[::-1]) is not None

        def worth(cell: Array, spot: Rest) -> float:
            low = float(spot.shift[2]) / max(ground.height, 1e-9)
            broad = float((np.abs(levels - spot.shift[2]) < LEVEL * ground.height).mean())  # rather a seat than an edge
            return (
                spot.touching
                + spot.above
                + 3.0 * broad
                - 1.5 * low
                - 0.3 * ground.aside(cell)
                - 0.1 * ground.behind(cell)
                - on_another(cell)
            )

        return self._let_down(one, best(rests(ground, thing, spread(ground.solid)), worth))

    def _in(self, one: Body, base: Body, others: Body) -> Body:
        """As deep as it goes into the hollow, made smaller if need be; stuck into what has none, or laid on it."""
        empty = self._heights(base)
        hollow = empty.hollow()
        if not hollow.any():
            if is_tall(one):
                return self._stuck(one, base, others)
            self.instead[one[0].member] = TOP
            return self._on(one, base, others)
        deep = ndimage.distance_transform_edt(np.pad(hollow, 1))[1:-1, 1:-1]
        one = turned(one, 0.0, float(np.clip(1.9 * self.cell * deep.max() / foot(one), SMALLER, 1.0)))
        cells = spread(deep >= min(0.45 * foot(one) / self.cell, float(deep.max())))
        if is_tall(one):
            found, wide = self._upright(one, base, others, cells, float(deep.max())), float(deep.max()) * self.cell
            alike = [other for other in others if is_tall(self.ones[other.member])]
            if not alike or not _is_close(found, alike):
                return found
            return over_the_rim(found, base, wide, len(alike))
        member, ground, thing = self.members[one[0].member], self._heights(base + others), self._heights(one)
        heaped = member.count == MANY and member.kind in POURED  # side by side, else the middle first
        cells = cells + (empty.origin - ground.origin)[::-1]

        def worth(cell: Array, spot: Rest) -> float:
            return -float(spot.shift[2]) / max(ground.height, 1e-9) + (0.1 if heaped else -0.1) * ground.aside(cell)

        return self._let_down(one, best(rests(ground, thing, cells), worth))

    def _stuck(self, one: Body, base: Body, others: Body) -> Body:
        """Upright into its top."""
        if self.members[one[0].member].kind in TIP_UP:
            one = head_down(one)
        solid = self._heights(base).solid
        inner = ndimage.distance_transform_edt(np.pad(solid, 1))[1:-1, 1:-1]
        found = self._upright(one, base, others, spread(inner >= 0.4 * inner.max()), float(inner.max()))
        deep = min(PLUNGED * extent(one)[2], THROUGH * max(float(box(found)[0][2]), 0.0))
        return moved(found, np.array([0.0, 0.0, -deep]))

    def _upright(self, one: Body, base: Body, others: Body, cells: Array, wide: float) -> Body:
        """On one of the cells, apart from the others, whose stems may cross its own. wide: cells from the middle to the rim."""
        ground, thing = self._heights(base), self._heights(one)
        taken = [centre((other,)) for other in others]

        def worth(cell: Array, spot: Rest) -> float:
            far = [float(np.linalg.norm(spot.shift[:2] - at)) / (wide * self.cell) for at in taken]
            return sum(-4 * max(1.0 - f, 0.0) for f in far) - ground.aside(cell)

        return self._let_down(one, best(rests(ground, thing, cells), worth))

    def _let_down(self, one: Body, spot: Rest | None) -> Body:
        """The body where it rests, sunk a little; where it finds no place, on the ground."""
        if spot is None:
            self.instead[one[0].member] = GROUND
        shift = np.zeros(3) if spot is None else spot.shift
        return moved(one, shift - np.array([0.0, 0.0, SINK * extent(one)[2]]))


def _is_close(one: Body, others: Iterable[Placed]) -> bool:
    """Whether a tall thing stands too near to one of the others."""
    nearest = min(float(np.linalg.norm(centre(one) - centre((other,)))) for other in others)
    return nearest < max(CLOSEST * float(extent(one)[:2].max()), foot(one))
