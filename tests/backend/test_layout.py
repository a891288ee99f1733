"""Props are put together so that they touch and do not run into each other, wherever they are said to stand."""

from __future__ import annotations

import numpy as np
import pytest

from backend.bodies import Body, beside, box, extent, lain, stood
from backend.language.member import Member
from backend.language.standing import LID, MANY, MOST
from backend.layout import BUNCH, arrange, copies, usual_scale
from backend.rasterise import Array
from backend.terrain import Heights

RIM = 48
Shape = tuple[Array, Array]


def cuboid(wide: float, deep: float, tall: float) -> Shape:
    """Vertices and faces of a box on the ground."""
    v = np.array([(x, y, z) for z in (0, tall) for y in (-deep / 2, deep / 2) for x in (-wide / 2, wide / 2)])
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    return v, np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])


def cup(radius: float, tall: float, wall: float, notch: float = 0.0) -> Shape:
    """An open vessel; notch: so much lower is its rim over a twelfth of the way around."""
    angle = np.linspace(0, 2 * np.pi, RIM, endpoint=False)
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rim = np.where(np.arange(RIM) < RIM // 12, tall - notch, tall)
    rings = [(radius, 0 * rim), (radius, rim), (radius - wall, rim), (radius - wall, 0 * rim + wall)]
    v = [np.c_[around * r, z] for r, z in rings] + [np.array([[0, 0, wall], [0, 0, 0]])]
    f = [
        t
        for i in range(RIM)
        for k in range(3)
        for a, b, c, d in [(k * RIM + i, k * RIM + (i + 1) % RIM, (k + 1) * RIM + (i + 1) % RIM, (k + 1) * RIM + i)]
        for t in ((a, b, c), (a, c, d))
    ]
    f += [(3 * RIM + i, 3 * RIM + (i + 1) % RIM, 4 * RIM) for i in range(RIM)]
    f += [((i + 1) % RIM, i, 4 * RIM + 1) for i in range(RIM)]
    return np.concatenate(v), np.array(f)


def boxes(body: Body, member: int) -> list[tuple[Array, Array]]:
    return [box((placed,)) for placed in body if placed.member == member]


def apart(a: tuple[Array, Array], b: tuple[Array, Array], slack: float = 0.0) -> bool:
    """Whether two boxes share no more than `slack` along some axis."""
    return bool(((a[1] - b[0] <= slack) | (b[1] - a[0] <= slack)).any())


def one(name: str, **more: object) -> Member:
    return Member(f"a {name}", name, **more)  # type: ignore[arg-type]


def test_a_thing_lies_on_what_carries_it() -> None:
    """A small box comes to rest in the middle of a larger one's top, sunk by next to nothing."""
    body = arrange([one("box", relation="on", to=1), one("table")], [cuboid(0.2, 0.2, 0.1), cuboid(1, 0.6, 0.7)], 0)
    ((low, high),) = boxes(body, 0)
    assert low[2] == pytest.approx(0.7, abs=0.003)
    assert (low + high)[:2] / 2 == pytest.approx(np.mean(boxes(body, 1)[0], axis=0)[:2], abs=0.05)


def test_several_things_on_one_do_not_meet() -> None:
    """Three boxes share a table's top, all of them on it and beside each other."""
    members = [one("table"), one("box", count=3, relation="on", to=0)]
    body = arrange(members, [cuboid(1, 0.6, 0.7), cuboid(0.15, 0.15, 0.1)], 1)
    found = boxes(body, 1)
    assert len(found) == 3 and all(low[2] == pytest.approx(0.7, abs=0.01) for low, _ in found)
    assert all(apart(a, b, 0.02) for i, a in enumerate(found) for b in found[:i])


def test_nothing_is_put_on_its_neighbour() -> None:
    """A mug stands beside the thin laptop that has the middle of a desk, not on it; where there is no room it does."""
    members = [one("desk"), one("laptop", relation="on", to=0), one("mug", relation="on", to=0)]
    for deep, expected in ((0.6, 0.7), (0.24, 0.72)):
        desk, laptop, mug = cuboid(deep, deep, 0.7), cuboid(0.24, 0.24, 0.02), cuboid(0.08, 0.08, 0.1)
        body = arrange(members, [desk, laptop, mug], 0)
        assert boxes(body, 2)[0][0][2] == pytest.approx(expected, abs=0.005)


def test_a_stack_goes_up_straight() -> None:
    """Each crate stands on the one below."""
    body = arrange([one("crate", count=4, heap="stack")], [cuboid(0.6, 0.6, 0.5)], 2)
    lows = [low[2] for low, _ in boxes(body, 0)]
    assert lows == pytest.approx([0.0, 0.5, 1.0, 1.5], abs=0.02)


def test_wheels_are_stacked_lying() -> None:
    """What is flat against its height lies down in a stack, and stands beside others."""
    wheel = cuboid(0.6, 0.15, 0.6)
    stack = arrange([one("wheel", count=3, heap="stack")], [wheel], 0)
    assert box(stack)[1][2] == pytest.approx(0.45, abs=0.02)
    assert box(arrange([one("wheel", count=3)], [wheel], 0))[1][2] == pytest.approx(0.6, abs=0.01)
    assert extent(lain(stood(0, *cuboid(0.2, 0.5, 0.6)))) == pytest.approx([0.6, 0.5, 0.2])


def test_a_pile_is_wider_below() -> None:
    """Of six things more lie on the ground than on others, and none in another."""
    body = arrange([one("box", count=6, heap="pile")], [cuboid(0.3, 0.3, 0.2)], 3)
    found = boxes(body, 0)
    below = [low[2] < 0.05 for low, _ in found]
    assert len(found) == 6 and sum(below) == 4
    assert all(low[2] == pytest.approx(0.2, abs=0.02) for (low, _), down in zip(found, below, strict=True) if not down)


def test_a_row_and_a_group_keep_apart() -> None:
    """Neighbours leave a gap; a row runs along x."""
    for heap in ("row", "group"):
        found = boxes(arrange([one("box", count=5, heap=heap)], [cuboid(0.3, 0.2, 0.4)], 4), 0)
        assert all(apart(a, b) for i, a in enumerate(found) for b in found[:i])
        if heap == "row":
            assert np.ptp([low[1] for low, _ in found]) == 0.0


def test_props_beside_each_other_are_never_in_each_other() -> None:
    """Bodies of many sizes find free places near the first."""
    sizes = [(0.4, 0.4), (0.1, 0.1), (1.0, 0.3), (0.2, 0.5), (0.15, 0.15)]
    body = beside([stood(i, *cuboid(w, d, 0.3)) for i, (w, d) in enumerate(sizes)], 0.1)
    found = [boxes(body, i)[0] for i in range(len(sizes))]
    assert all(apart(a, b) for i, a in enumerate(found) for b in found[:i])
    assert extent(body)[:2].max() < 2.0


@pytest.mark.parametrize("notch", [0.0, 0.025])
def test_things_lie_in_a_hollow(notch: float) -> None:
    """As many as there is room for lie in a cup, none below its floor or through its wall, also where its rim has a notch."""
    members = [one("bowl"), one("apple", count=MANY, relation="in", to=0)]
    body = arrange(members, [cup(0.15, 0.14, 0.01, notch), cuboid(0.07, 0.07, 0.07)], 0)
    (low, high), found = boxes(body, 0)[0], boxes(body, 1)
    assert 3 <= len(found) <= MOST
    middle = (low + high)[:2] / 2
    for a, b in found:
        assert a[2] > 0.009
        assert a[2] > 0.1 or np.linalg.norm((a + b)[:2] / 2 - middle) < 0.15 - 0.01 - 0.03


def test_what_is_too_wide_is_made_smaller() -> None:
    """A ball wider than the bowl shrinks to its width; what fits keeps its size."""
    for wide, expected in ((0.5, 0.26), (0.1, 0.1)):
        members = [one("bowl"), one("ball", relation="in", to=0)]
        body = arrange(members, [cup(0.15, 0.14, 0.01), cuboid(wide, wide, wide)], 0)
        low, high = boxes(body, 1)[0]
        assert (high - low).max() == pytest.approx(expected, rel=0.12)


def test_a_sword_sticks_in_a_stone() -> None:
    """Head first, a third of it within, not out below; a flower sticks in with its foot."""
    for kind, first in (("sword", True), ("flower", False)):
        blade = cuboid(0.1, 0.03, 0.9)
        blade[0][:4, 0] *= 2  # the lower end is the wider one
        body = arrange([one(kind, relation="in", to=1), one("rock")], [blade, cuboid(0.5, 0.5, 0.5)], 0)
        placed = next(p for p in body if p.member == 0)
        low, high = box((placed,))
        assert low[2] == pytest.approx(0.5 - 0.35 * 0.9, abs=0.02) and high[2] < 1.2
        upper = np.ptp(placed.vertices[placed.vertices[:, 2] > 0.5][:, 0])
        assert (upper > 0.15) == first


def test_chairs_face_the_table() -> None:
    """Four chairs stand at four sides; the back of each, at its +Y, points away from the middle."""
    vertices, faces = cuboid(0.4, 0.4, 0.9)
    vertices[:, 1] += 0.1 * (vertices[:, 1] > 0)  # lengthened at the back
    body = arrange(
        [one("table"), one("chair", count=4, relation="around", to=0)], [cuboid(1, 0.8, 0.7), (vertices, faces)], 0
    )
    middle = np.mean(boxes(body, 0)[0], axis=0)[:2]
    for placed in (p for p in body if p.member == 1):
        back = placed.vertices[vertices[:, 1] > 0.2].mean(0)[:2] - placed.vertices[vertices[:, 1] < 0].mean(0)[:2]
        out = np.mean(box((placed,)), axis=0)[:2] - middle
        assert back @ out > 0.9 * np.linalg.norm(back) * np.linalg.norm(out)
    assert all(apart(a, boxes(body, 0)[0]) for a in boxes(body, 1))


def test_all_around_share_its_sides() -> None:
    """A sofa and two armchairs around a table meet neither it nor each other, and a cushion comes along on the sofa."""
    members = [
        one("table"),
        one("sofa", relation="around", to=0),
        one("armchair", count=2, relation="around", to=0),
        one("pillow", relation="on", to=1),
    ]
    shapes = [cuboid(1, 0.8, 0.7), cuboid(1.8, 0.8, 0.4), cuboid(0.8, 0.8, 0.4), cuboid(0.4, 0.3, 0.1)]
    body = arrange(members, shapes, 0)
    found = [each for i in range(3) for each in boxes(body, i)]
    assert all(apart(a, b) for i, a in enumerate(found) for b in found[:i])
    assert boxes(body, 3)[0][0][2] == pytest.approx(0.4, abs=0.01)


def test_each_of_several_brings_its_own() -> None:
    """Two bowls on a table have apples each."""
    members = [one("table"), one("bowl", count=2, relation="on", to=0), one("apple", relation="in", to=1)]
    body = arrange(members, [cuboid(1, 0.8, 0.7), cup(0.15, 0.14, 0.01), cuboid(0.07, 0.07, 0.07)], 0)
    assert len(boxes(body, 1)) == len(boxes(body, 2)) == 2
    assert copies(members) == [1, 2, 2]


def test_what_cannot_stand_lies() -> None:
    """A sword lies on a table, and a bottle as thin stands on it."""
    for kind, tall in (("sword", 0.03), ("bottle", 0.9)):
        body = arrange([one(kind, relation="on", to=1), one("table")], [cuboid(0.2, 0.03, 0.9), cuboid(1, 1, 0.7)], 0)
        assert extent(tuple(p for p in body if p.member == 0))[2] == pytest.approx(tall, abs=0.005)


def test_things_stand_on_the_broadest_level() -> None:
    """On a shelf with a ledge near the ground, wide enough for it, a clock stands on top; on a chair on the seat."""
    for wide, other, expected in ((1.2, cuboid(1.2, 0.15, 0.05), 1.2), (0.45, cuboid(0.45, 0.1, 1.6), 1.2)):
        shelf, more = cuboid(wide, 0.4, 1.2), other[0] + [0, 0.25, 0]
        shape = np.concatenate([shelf[0], more]), np.concatenate([shelf[1], other[1] + 8])
        body = arrange([one("clock", relation="on", to=1), one("shelf")], [cuboid(0.2, 0.1, 0.25), shape], 0)
        assert boxes(body, 0)[0][0][2] == pytest.approx(expected, abs=0.01)


def test_what_carries_much_wider_things_is_as_wide() -> None:
    """The rock under a lighthouse is as wide as it; the plate under a cake, hardly less wide, stays as it is."""
    for wide, expected in ((3.0, 3.0), (0.6, 0.5)):
        body = arrange(
            [one("lighthouse", relation="on", to=1), one("rock")], [cuboid(wide, wide, 9), cuboid(0.5, 0.4, 0.3)], 0
        )
        assert extent(tuple(p for p in body if p.member == 1))[0] == pytest.approx(expected)


def test_tall_things_lean_in_a_narrow_vessel() -> None:
    """Many in a mug are a bunch, all to other sides, none through its wall or out below."""
    stem = cuboid(0.025, 0.025, 0.3)
    body = arrange([one("mug"), one("pencil", count=MANY, relation="in", to=0)], [cup(0.03, 0.1, 0.003), stem], 0)
    (low, high), middle = boxes(body, 0)[0], np.mean(boxes(body, 0)[0], axis=0)[:2]
    stems = [p.vertices for p in body if p.member == 1]
    tops = np.array([v[v[:, 2] > v[:, 2].mean()].mean(0)[:2] for v in stems])
    assert len(stems) == BUNCH
    assert min(np.linalg.norm(a - b) for i, a in enumerate(tops) for b in tops[:i]) > 0.02
    for v in stems:
        within = v[v[:, 2] < high[2]]
        assert np.linalg.norm(within[:, :2] - middle, axis=1).max() < 0.03 + 0.02 and v[:, 2].min() > low[2] - 0.01


def test_nothing_hides_behind_what_is_taller() -> None:
    """A shelf's lower neighbour, deeper than it, stands at its side, and a third thing that is low in front of both or aside."""
    shelf, desk, lamp = cuboid(1, 0.4, 1.8), cuboid(1.3, 0.6, 0.75), cuboid(0.3, 0.3, 0.45)
    found = [boxes(beside([stood(i, *s) for i, s in enumerate((shelf, desk, lamp))], 0.12), i)[0] for i in range(3)]
    assert found[1][0][0] > found[0][1][0]
    assert found[2][0][1] < found[0][1][1]


def test_the_same_seed_gives_the_same() -> None:
    """Layouts repeat by the seed, and others differ."""
    make = lambda seed: arrange([one("box", count=5, heap="pile")], [cuboid(0.3, 0.2, 0.2)], seed)
    first, again, other = (np.concatenate([p.vertices for p in make(seed)]) for seed in (5, 5, 6))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_sizes_follow_kind_and_words() -> None:
    """A unit is scaled to the kind's usual size, and more or less where the words say so."""
    vertices = cuboid(1.0, 0.5, 2.0)[0]
    assert usual_scale(one("crate"), vertices, 0.6) == pytest.approx(0.3)
    assert usual_scale(Member("a tiny crate", "crate"), vertices, 0.6) == pytest.approx(0.12)


def test_heights_are_those_of_the_solid() -> None:
    """Top and bottom of a box over its plan; no hollow in it, one in a cup, none in a cup that is shut."""
    v, f = cuboid(0.5, 0.3, 0.2)
    seen = Heights.of((v + [0, 0, 0.1])[f], 0.01)
    assert seen.solid.sum() * 1e-4 == pytest.approx(0.15, rel=0.05)
    assert np.allclose(seen.top[seen.solid], 0.3) and np.allclose(seen.bottom[seen.solid], 0.1)
    assert not seen.hollow().any()
    v, f = cup(0.2, 0.2, 0.01)
    assert Heights.of(v[f], 0.01).hollow().sum() * 1e-4 == pytest.approx(np.pi * 0.18**2, rel=0.15)


def test_guests_stand_beside_each_other_not_on_each_other() -> None:
    """A mug stands on the desk, not on the laptop that lies in its middle."""
    members = [one("desk"), one("laptop", relation="on", to=0), one("mug", relation="on", to=0)]
    body = arrange(members, [cuboid(1.2, 0.6, 0.7), cuboid(0.4, 0.3, 0.02), cuboid(0.1, 0.1, 0.1)], 0)
    (low, _), laptop = boxes(body, 2)[0], boxes(body, 1)[0]
    assert low[2] == pytest.approx(0.7, abs=0.005) and apart(boxes(body, 2)[0], laptop, 0.01)


def test_many_small_things_fill_a_vessel() -> None:
    """Marbles in a wide bowl are made up to twice as large, so that they fill it; one alone keeps its size."""
    bowl, marble = cup(0.3, 0.2, 0.02), cuboid(0.05, 0.05, 0.05)
    for count, side in ((MANY, 0.1), (1, 0.05)):
        body = arrange([one("bowl"), one("marble", count=count, relation="in", to=0)], [bowl, marble], 0)
        sides = {round(float(np.ptp(placed.vertices[:, 2])), 3) for placed in body if placed.member == 1}
        assert sides == {side}


def test_a_lid_goes_with_what_it_belongs_to() -> None:
    """It keeps its place to its body, wherever that is moved; what lies in the body does not lie on the lid."""
    lid = (cuboid(0.4, 0.02, 0.3)[0] + [0.0, 0.2, 0.3], cuboid(1, 1, 1)[1])
    members = [one("table"), one("chest", relation="on", to=0), one("coin", relation="in", to=1)]
    members.append(one("lid", relation=LID, to=1))
    body = arrange(members, [cuboid(2, 2, 0.7), cup(0.2, 0.3, 0.02), cuboid(0.05, 0.05, 0.02), lid], 0)
    ((low, high),), ((near, far),), ((coin, _),) = (boxes(body, k) for k in (1, 3, 2))
    assert near - (low + high) / 2 == pytest.approx([-0.2, 0.19, 0.15], abs=0.01)
    assert far[2] == pytest.approx(high[2] + 0.3, abs=0.01) and low[2] < coin[2] < high[2]
