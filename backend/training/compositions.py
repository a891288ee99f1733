"""Props made of two kinds: one standing on another, stacks, containers with something in them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..language.english import COUNTS, article, plural
from .kinds import FAMILIES, KINDS
from .programs import CONE, G_R, G_T, NEW, SLOT, Array, Builder, Slot, normalise, rotation
from .render import distance, distance_grid, finish

MOST_ROWS = 40
CELLS = 40  # of the grid that measures a finished prop
SINK = 0.012  # in prior units: how deep a prop sinks into what it stands on, so that both are one body
TRIES = 60
SUPPORTS = ("table", "crate", "stool", "bench", "tree stump", "column", "nightstand", "cabinet", "dresser", "toy block",
            "drum", "suitcase", "book", "anvil", "barrel", "round table", "desk", "cardboard box", "plate")  # fmt: skip
STACKED = ("crate", "barrel", "drum", "toy block", "suitcase", "plate", "cardboard box", "coin")
HOLLOW = ("bucket", "basket", "bowl", "wheelbarrow", "cooking pot", "mug", "trash can")
CONTENT = ("apple", "pear", "egg", "mushroom", "ball", "crystal cluster", "rock", "flower", "book", "rubber duck", "cat",
           "teddy bear", "rabbit", "fish", "cactus", "bottle", "gem", "cupcake")  # fmt: skip
CARRIED = ("figures", "toys", "household", "food", "lighting", "electronics", "containers")


@dataclass(frozen=True)
class Composition:
    """Two kinds joined. `kind` leads the caption; the other one is named in `phrases` and by its main slot's word."""

    kind: str
    other: str  # the second kind; the same as `kind` in a stack
    description: str
    program: Array  # (K, ROW) in prior units, not yet centred: pass it to `finish`
    slots: dict[str, Slot]
    phrases: list[str]
    adjectives: list[str]


@dataclass(frozen=True)
class Prop:
    """One kind, written and brought into the unit ball."""

    kind: str
    builder: Builder
    program: Array
    low: NDArray[np.float64]  # (3,) bounding box
    high: NDArray[np.float64]


def draw_prop(kind: str, rng: np.random.Generator, style: str) -> Prop:
    """Write a kind at random and measure it."""
    builder = Builder(rng, style)
    KINDS[kind].write(builder)
    program = finish(builder.program())
    inside = np.argwhere(distance_grid(program, CELLS, 1.0) < 0.5 / CELLS)
    step = 2.0 / CELLS
    return Prop(kind, builder, program, inside.min(0) * step - 1.0, (inside.max(0) + 1) * step - 1.0)


@njit
def drop(program, x, y, sign=-1.0):
    """Height where a vertical ray at (x, y), falling (sign -1) or rising (+1), meets the prop; 2 * sign if it meets none."""
    z = -1.2 * sign
    while z * sign < 1.2:
        d, _ = distance(program, x, y, z)
        if d < 0.003:
            return z
        z += sign * max(d * 0.9, 0.002)
    return 2.0 * sign


def moved(program: Array, scale: float, yaw_deg: float, offset: NDArray[np.float64]) -> Array:
    """The program of a prop scaled about the origin, turned about z, then shifted: x' = R (scale x) + offset."""
    out = normalise(program, np.zeros(3), scale)
    turn = rotation((0.0, 0.0, yaw_deg))
    for row in out:  # q = G_R (x - G_T), so G_R' = G_R R^T and G_T' = R G_T + offset
        row[G_R : G_R + 9] = (row[G_R : G_R + 9].reshape(3, 3) @ turn.T).reshape(-1)
        row[G_T : G_T + 3] = turn @ row[G_T : G_T + 3] + offset
    return out


def join(first: Prop, second: Prop, rows: list[Array]) -> tuple[Array, dict[str, Slot]]:
    """Concatenate placed programs (the first prop's, then any number of the second's) and merge their slots.

    The second prop's main slot is named after its kind and leads no more.
    """
    slots = dict(first.builder.slots)
    shift = len(slots)
    for name, slot in second.builder.slots.items():
        like = f"{second.kind} {slot.like}" if slot.like else ""
        word = second.kind if slot.main else slot.word
        slots[f"{second.kind} {name}"] = replace(slot, word=word, main=False, like=like)
    placed = [rows[0]]
    for program in rows[1:]:
        remapped = program.copy()
        remapped[:, SLOT] += shift
        placed.append(remapped)
    whole = np.concatenate(placed)
    assert all(program[0, NEW] > 0.5 for program in placed), "a program opens its own group"
    return whole, slots


def named(prop: Prop) -> str:
    """ "round table": the kind with its adjectives."""
    return " ".join([*prop.builder.adjectives, prop.kind])


def one_of(names: Iterable[str], kinds: Collection[str], rng: np.random.Generator) -> str:
    """One of `names` that is among `kinds`, or "" when none is."""
    wanted = [name for name in names if name in kinds]
    return wanted[int(rng.integers(len(wanted)))] if wanted else ""


def standing_on(rng: np.random.Generator, style: str, kinds: Collection[str]) -> Composition | None:
    """ "a cat on a crate": None when the draw does not fit."""
    family = CARRIED[int(rng.integers(len(CARRIED)))]
    carried = one_of((kind for kind in FAMILIES[family] if kind not in SUPPORTS), kinds, rng)
    support = one_of(SUPPORTS, kinds, rng)
    if not carried or not support:
        return None
    top, base = draw_prop(carried, rng, style), draw_prop(support, rng, style)
    if len(top.program) + len(base.program) > MOST_ROWS:
        return None
    room = float((base.high - base.low)[:2].min()) * rng.uniform(0.6, 0.9)
    wide = top.high - top.low
    scale = min(room / float(wide[:2].max()), 1.1 / float(wide[2]), 0.9)
    half = scale * wide[:2] / 2
    centre = (top.low + top.high) / 2
    across = np.linspace(-0.8, 0.8, 7)
    spots = [(sx * half[0], sy * half[1]) for sx in across for sy in across]
    heights = np.array([drop(base.program, x, y) for x, y in spots])
    feet = np.array([drop(top.program, centre[0] + x / scale, centre[1] + y / scale, 1.0) for x, y in spots])
    lift = float((heights - scale * feet).max())  # where it comes to rest: the first spot that touches
    rests = float(heights[np.argmax(heights - scale * feet)])
    if scale < 0.25 or rests < base.high[2] - 0.2 or np.ptp(heights) > 0.3:
        return None  # nothing flat to stand on: a handle, a pit, or an edge too near
    offset = np.array([-scale * centre[0], -scale * centre[1], lift - SINK])
    upper = moved(top.program, scale, 0.0, offset)
    program, slots = join(top, base, [upper, base.program])
    phrase = f"on {article(named(base))} {named(base)}"
    said = f"{article(top.kind)} {top.kind} {phrase}"
    return Composition(
        top.kind, base.kind, said, program, slots, [*top.builder.phrases, phrase], top.builder.adjectives
    )


def stack(rng: np.random.Generator, style: str, kinds: Collection[str]) -> Composition | None:
    """ "a stack of three crates", each turned a little: None when the draw does not fit."""
    kind = one_of(STACKED, kinds, rng)
    if not kind:
        return None
    prop = draw_prop(kind, rng, style)
    size = prop.high - prop.low
    count = min(int(rng.integers(2, 5)), max(2, int(3.2 * size[:2].max() / size[2])))  # taller stacks turn into poles
    middle = (prop.low + prop.high) / 2
    top = max(drop(prop.program, middle[0] + x, middle[1] + y) for x in (-0.12, 0.12) for y in (-0.12, 0.12))
    if count * len(prop.program) > MOST_ROWS or top < prop.high[2] - 0.2:
        return None
    step = top - float(prop.low[2]) - SINK
    shares = [moved(prop.program, 1.0, 0.0, -np.array([middle[0], middle[1], 0.0]))]
    for i in range(1, count):
        jitter = rng.uniform(-0.05, 0.05, 2)
        shares.append(moved(shares[0], 1.0, rng.uniform(-25, 25), np.array([jitter[0], jitter[1], i * step])))
    said = f"a stack of {COUNTS[count - 1]} {plural(prop.kind)}"
    b = prop.builder
    return Composition(prop.kind, prop.kind, said, np.concatenate(shares), dict(b.slots),
                       [*b.phrases, "in a stack"], [*b.adjectives, "stacked"])  # fmt: skip


def hollow_of(prop: Prop) -> tuple[NDArray[np.float64], float, float] | None:
    """The cavity of an open container: its axis' (x, y), inner radius and the heights' (floor, rim), or None."""
    middle = (prop.low + prop.high) / 2
    floor = float(
        np.median([drop(prop.program, middle[0] + x, middle[1] + y) for x in (-0.1, 0.1) for y in (-0.1, 0.1)])
    )
    if floor < -1.0:
        return None
    rim, radius = floor, 0.0
    for z in np.arange(floor + 0.04, prop.high[2], 0.03):
        reach = [_wall(prop.program, middle, z, math.radians(a)) for a in range(15, 360, 45)]
        hits = [r for r in reach if r < 1.0]
        if len(hits) < 7:
            break
        rim, radius = float(z), float(min(hits))
    return (np.array([middle[0], middle[1], floor]), radius, rim) if rim > floor + 0.1 and radius > 0.14 else None


def _wall(program: Array, middle: NDArray[np.float64], z: float, angle: float) -> float:
    """Distance from the axis to the first wall at height z in a direction; 1 when there is none."""
    for r in np.arange(0.05, 1.0, 0.02):
        if distance(program, middle[0] + r * math.cos(angle), middle[1] + r * math.sin(angle), z)[0] < 0.005:
            return float(r)
    return 1.0


def filled(rng: np.random.Generator, style: str, kinds: Collection[str]) -> Composition | None:
    """ "a basket full of apples", "a mug with a fish in it": None when the draw does not fit."""
    holder, content = one_of(HOLLOW, kinds, rng), one_of(CONTENT, kinds, rng)
    if not holder or not content:
        return None
    vessel, item = draw_prop(holder, rng, style), draw_prop(content, rng, style)
    cavity = hollow_of(vessel)
    if cavity is None:
        return None
    (x, y, floor), radius, rim = cavity
    many = rng.random() < 0.5 and len(vessel.program) + 3 * len(item.program) < MOST_ROWS
    count = min(int(rng.integers(3, 5)), (MOST_ROWS - 1 - len(vessel.program)) // len(item.program)) if many else 1
    if count < 1:
        return None
    size = item.high - item.low
    scale = float((1.0 if many else 1.5) * radius / max(size[:2].max(), 0.5 * size[2]))
    level = max(floor, rim - 0.35 * scale * float(size[2]))
    placed = [vessel.program]
    if level > floor + 0.02:  # a bed below what shows above the rim, painted like the content
        placed.append(_bed(item, np.array([x, y, (floor + level) / 2]), radius + 0.02, level - floor + 2 * SINK))
    centre = (item.low + item.high) / 2 * scale
    for dx, dy in _places(count, radius * 0.5):
        offset = np.array([x + dx - centre[0], y + dy - centre[1], level - SINK - scale * item.low[2]])
        placed.append(moved(item.program, scale, 0.0, offset))
    program, slots = join(vessel, item, placed)
    phrase = f"full of {plural(item.kind)}" if count > 1 else f"with {article(item.kind)} {item.kind} in it"
    said = f"{article(vessel.kind)} {vessel.kind} {phrase}"
    b = vessel.builder
    return Composition(vessel.kind, item.kind, said, program, slots, [*b.phrases, phrase], b.adjectives)


def _bed(item: Prop, at: NDArray[np.float64], radius: float, height: float) -> Array:
    """One upright cylinder in the content's main slot."""
    main = next(name for name, slot in item.builder.slots.items() if slot.main)
    b = Builder(item.builder.rng, slots=dict(item.builder.slots))
    b.part(CONE, [radius, radius, height / 2], main, (float(at[0]), float(at[1]), float(at[2])), round=0.0)
    return b.program()


def _places(count: int, radius: float) -> Iterator[tuple[float, float]]:
    """Positions on a circle; one alone stands in its middle."""
    for i in range(count):
        a = 2 * math.pi * i / count
        yield (0.0, 0.0) if count == 1 else (radius * math.cos(a), radius * math.sin(a))


RELATIONS = {"on": standing_on, "stack": stack, "in": filled}


def compose(
    rng: np.random.Generator, style: str = "plain", relation: str = "", kinds: Collection[str] = KINDS
) -> Composition:
    """A random composition of two of `kinds` (at most MOST_ROWS rows); `relation` is a key of RELATIONS, or "" for any.

    Raises RuntimeError when no draw of TRIES fits, which the tests show not to happen with all kinds.
    """
    for _ in range(TRIES):
        name = relation or list(RELATIONS)[int(rng.choice(3, p=(0.55, 0.2, 0.25)))]
        made = RELATIONS[name](rng, style, kinds)
        if made is not None:
            return made
    raise RuntimeError(f"no composition of {len(kinds)} kinds fits in {TRIES} tries")
