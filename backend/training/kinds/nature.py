"""Plants, stones and what grows or lies outdoors."""

from __future__ import annotations

import math

from ..programs import Builder, Frame
from .kind import Kind

TRUNKS = ("bark", "bark", "wooden", "dark wood")
LEAVES = (*("foliage",) * 7, "plastic")


def tree(b: Builder) -> None:
    crown = b.slot("leaves", LEAVES, word=b.pick("leaves", "foliage", "crown"), main=True)
    trunk = b.slot("trunk", TRUNKS)
    fat = 1.5 if b.style == "cartoon" else 1.0
    tall, r = b.uniform(0.6, 1.1), b.uniform(0.09, 0.15) * fat
    b.cone(r * 1.25, r * 0.8, tall, trunk, (0, 0, tall / 2))
    if b.chance(0.5):
        b.rod((r * 0.6, 0, r), (r * 2.4, 0, 0.03), r * 0.6, trunk, end_radius=r * 0.3, polar=b.count(3, 5))
    size, form = b.uniform(0.45, 0.6) * (1.1 if fat > 1 else 1), b.pick("round", "clumps", "clumps", "oval", "layers")
    b.group()
    if form == "round":
        b.call("round")
        b.sphere(size * 1.2, crown, (0, 0, tall + size * 0.8))
    elif form == "oval":
        b.call("tall")
        b.ellipsoid((size * 0.9, size * 0.9, size * 1.5), crown, (0, 0, tall + size * 1.15))
    elif form == "layers":
        for i in range(3):
            b.ellipsoid(
                (size * (1.4 - 0.35 * i), size * (1.4 - 0.35 * i), size * 0.5),
                crown,
                (0, 0, tall + size * (0.2 + 0.62 * i)),
            )
    else:
        b.sphere(size, crown, (0, 0, tall + size * 0.9))
        n, turn = b.count(4, 6), b.uniform(0, 6.28)
        for i in range(n):
            a, s = turn + 6.283 * i / n, size * b.uniform(0.55, 0.8)
            at = (math.cos(a) * size * 0.75, math.sin(a) * size * 0.75, tall + size * b.uniform(0.35, 1.2))
            b.sphere(s, crown, at, op=1, blend=0.08)
    if b.chance(0.25):
        fruit = b.slot("fruit", ("food", "plastic"), word=b.pick("apples", "fruit", "blossoms"))
        b.group()
        for z, reach in ((0.45, 1.1), (0.9, 1.17)):
            b.sphere(size * 0.14, fruit, (size * reach, 0, tall + size * z), polar=b.count(4, 6))


def pine(b: Builder) -> None:
    crown = b.slot("needles", ("foliage",) * 4 + ("snow", "plastic"), word=b.pick("needles", "branches"), main=True)
    trunk = b.slot("trunk", TRUNKS)
    n, r = b.count(2, 5), b.uniform(0.45, 0.65)
    tall, z = b.uniform(0.45, 0.7), b.uniform(0.2, 0.4)
    b.cylinder(b.uniform(0.1, 0.14), z + 0.3, trunk, (0, 0, (z + 0.3) / 2))
    for i in range(n):
        share = 1 - 0.62 * i / max(n - 1, 1)
        if b.style == "low-poly":
            b.cone(r * share, 0.02, tall, crown, (0, 0, z + tall / 2), clip=None)
        else:
            b.cone(r * share, r * share * 0.12 if i < n - 1 else 0.01, tall, crown, (0, 0, z + tall / 2), round=0.02)
        z += tall * b.uniform(0.5, 0.62)
    top = z + tall * 0.42
    if b.chance(0.3):
        star = b.slot("star", ("gold", "glowing"))
        b.say("with a star on top")
        b.polygon(5, 0.16, 0.09, star, (0, 0, top), inner=0.075, rot=(90, -90, 0))
    if b.chance(0.2):
        snow = b.slot("snow", ("snow",))
        b.say("with snow on top")
        b.cone(r * 0.24, 0.01, tall * 0.5, snow, (0, 0, top - tall * 0.18))


def mushroom(b: Builder) -> None:
    cap = b.slot("cap", ("food", "food", "plastic", "leather", "glowing", "ceramic"), main=True)
    stem = b.slot("stem", ("food", "plaster", "wooden"), word=b.pick("stem", "stalk"))
    tall, r = b.uniform(0.5, 1.0), b.uniform(0.13, 0.24)
    wide, dome = b.uniform(0.5, 0.75), b.uniform(0.3, 0.6)
    b.cone(r * b.uniform(1.0, 1.4), r * 0.85, tall, stem, (0, 0, tall / 2), round=0.05)
    if b.chance(0.4):
        b.torus(r, 0.05, stem, (0, 0, tall * 0.7))
    b.group()
    if b.style == "low-poly":
        b.cone(wide, wide * 0.35, dome, cap, (0, 0, tall + dome / 2 - 0.05))
    else:
        b.ellipsoid((wide, wide, dome), cap, (0, 0, tall - 0.05))
        b.box((3, 3, 1), cap, (0, 0, tall - 0.6), op=2)
    b.group()
    gills = b.slot("underside", ("food", "plaster"), word="underside")
    b.cylinder(wide * 0.85, 0.08, gills, (0, 0, tall - 0.1))
    if b.chance(0.65) and b.style != "low-poly":
        dots = b.slot("spots", ("food", "plastic", "glowing"), word=b.pick("spots", "dots"))
        b.say("with spots")
        n = b.count(4, 6)
        for lift, size, m in ((0.35, 0.11, n), (0.72, 0.085, 3)):
            reach = math.sqrt(1 - lift * lift) * wide * 0.98
            at = (reach, 0, tall - 0.05 + dome * lift * 0.98)
            b.ellipsoid((size, size, 0.04), dots, at, rot=(0, 70 - 60 * lift, 0), polar=m)
        b.ellipsoid((0.12, 0.12, 0.04), dots, (0, 0, tall - 0.05 + dome))


def cactus(b: Builder) -> None:
    body = b.slot(
        "body", ("foliage", "foliage", "plastic", "food"), colour=b.pick("green", "dark green", "any"), main=True
    )
    tall, r = b.uniform(1.0, 1.5), b.uniform(0.17, 0.25)
    base = 0.0
    if b.chance(0.45):
        pot = b.slot("pot", ("clay", "ceramic", "plastic", "stone"))
        b.say("in a pot")
        b.cone(r * 1.2, r * 1.7, 0.4, pot, (0, 0, 0.2))
        b.cylinder(r * 1.85, 0.12, pot, (0, 0, 0.4))
        base = 0.4
    if base and b.chance(0.35):
        b.call("round")
        ball = r * 1.9
        b.ellipsoid((ball, ball, ball * 1.1), body, (0, 0, base + ball * 0.95))
        b.box((ball * 0.9, 0.05, ball * 1.6), body, (ball * 0.58, 0, base + ball * 0.95), polar=9, round=0.02)
        crest = base + ball * 2.05
    else:
        b.capsule(r, tall - r, body, (0, 0, base + (tall - r) / 2))
        n = b.count(1, 3)
        b.say(f"with {('one arm', 'two arms', 'three arms')[n - 1]}")
        for i in range(n):
            side, z = (1, -1, 1)[i], base + tall * b.uniform(0.3, 0.5) if i < 2 else base + tall * 0.7
            reach, up, thick = side * r * b.uniform(2.0, 2.5), b.uniform(0.25, 0.45), r * 0.62
            b.rod((0, 0, z), (reach, 0, z), thick, body)
            b.rod((reach, 0, z), (reach, 0, z + up), thick, body)
        crest = base + tall - r * 0.1
    if b.chance(0.5):
        flower = b.slot("flower", ("fabric", "plastic", "food"), colour=b.pick("pink", "red", "yellow", "magenta"))
        b.say("with a flower")
        b.ellipsoid((0.14, 0.06, 0.05), flower, (0.1, 0, crest + 0.06), rot=(0, -30, 0), polar=5)


def rock(b: Builder) -> None:
    body = b.slot(
        "body", (*("stone",) * 5, "marble", "concrete", "crystal", "snow"), word=b.pick("stone", "surface"), main=True
    )
    w, d, h = b.uniform(0.8, 1.3), b.uniform(0.7, 1.1), b.uniform(0.5, 1.0)
    if b.chance(0.35) and b.style != "low-poly":
        b.call("smooth")
        b.ellipsoid((w * 0.6, d * 0.6, h * 0.6), body, (0, 0, h * 0.4))
        for _ in range(b.count(1, 3)):
            at = (b.uniform(-0.3, 0.3) * w, b.uniform(-0.3, 0.3) * d, h * b.uniform(0.25, 0.7))
            b.ellipsoid((w * b.uniform(0.3, 0.45), d * 0.4, h * b.uniform(0.3, 0.45)), body, at, op=1, blend=0.2)
        b.box((4, 4, 1), body, (0, 0, -0.47), op=2)
    else:
        b.call("jagged")
        b.box((w, d, h), body, (0, 0, h / 2), round=0.03)
        for _ in range(b.count(3, 5)):
            turn = (b.uniform(-45, 45), b.uniform(-45, 45), b.uniform(0, 90))
            at = (b.uniform(-0.1, 0.1), b.uniform(-0.1, 0.1), h * 0.42)
            b.box(
                (w * b.uniform(0.9, 1.15), d * b.uniform(0.95, 1.25), h * b.uniform(1.0, 1.25)),
                body,
                at,
                rot=turn,
                op=3,
                round=0.02,
            )
        b.box((4, 4, 1), body, (0, 0, -0.47), op=2)
    if b.chance(0.3):
        moss = b.slot("moss", ("foliage",))
        b.say("with moss")
        b.group()
        b.ellipsoid((w * 0.36, d * 0.36, h * 0.22), moss, (b.uniform(-0.08, 0.08), 0, h * 0.82))


def pot(b: Builder, slot: str, soil: str, radius: float, height: float) -> None:
    """A plant pot on the ground, filled with soil up to its rim."""
    form = b.pick("tapered", "round", "square")
    if form == "square":
        b.box((radius * 1.8, radius * 1.8, height), slot, (0, 0, height / 2), round=0.03)
        b.box((radius * 1.6, radius * 1.6, 0.06), soil, (0, 0, height))
    elif form == "round":
        b.ellipsoid(
            (radius * 1.15, radius * 1.15, height * 0.6),
            slot,
            (0, 0, height * 0.5),
            clip=("z", -height * 0.48, height * 0.45),
        )
        b.cylinder(radius * 0.85, 0.12, slot, (0, 0, height * 0.97))
        b.cylinder(radius * 0.72, 0.1, soil, (0, 0, height))
    else:
        b.cone(radius * 0.68, radius, height, slot, (0, 0, height / 2))
        b.cylinder(radius * 1.12, height * 0.24, slot, (0, 0, height * 0.9))
        b.cylinder(radius * 0.92, 0.08, soil, (0, 0, height))


def potted_plant(b: Builder) -> None:
    leaf = b.slot("leaves", ("foliage", "foliage", "foliage", "plastic"), word=b.pick("leaves", "foliage"), main=True)
    vessel = b.slot(
        "pot",
        ("clay", "clay", "ceramic", "plastic", "stone", "wicker", "painted metal", "brass"),
        word=b.pick("pot", "planter"),
    )
    soil = b.slot("soil", ("chocolate",), colour="brown")
    r, h = b.uniform(0.28, 0.4), b.uniform(0.35, 0.6)
    pot(b, vessel, soil, r, h)
    form = b.pick("broad", "blades", "bush", "stalk")
    if form == "broad":
        for lean, size, n in ((55, 0.5, b.count(4, 6)), (22, 0.6, 3)):
            b.group(Frame((0, 0, h - 0.05), (0, 0, b.uniform(0, 60))))
            at = (size * math.sin(math.radians(lean)) * 0.9, 0, size * math.cos(math.radians(lean)) * 0.9 + 0.05)
            b.ellipsoid((0.04, 0.17, size), leaf, at, rot=(0, lean, 0), polar=n)
    elif form == "blades":
        b.call("spiky")
        for lean, size, n in ((38, 0.85, b.count(5, 7)), (15, 1.0, b.count(3, 4))):
            a = math.radians(lean)
            b.rod(
                (0.06, 0, h),
                (0.06 + size * math.sin(a), 0, h + size * math.cos(a)),
                0.065,
                leaf,
                end_radius=0.02,
                polar=n,
            )
    elif form == "bush":
        b.call("bushy")
        s = b.uniform(0.4, 0.5)
        b.sphere(s, leaf, (0, 0, h + s * 0.75))
        b.sphere(s * 0.55, leaf, (s * 0.75, 0, h + s * 0.6), polar=b.count(4, 5))
        b.sphere(s * 0.5, leaf, (s * 0.4, 0, h + s * 1.35), polar=3)
    else:
        stem = b.slot("stem", ("bark", "foliage", "wooden"))
        up = b.uniform(0.5, 0.8)
        b.cylinder(0.05, up + 0.1, stem, (0, 0, h + up / 2))
        for z, n, size in ((0.35, 3, 0.24), (0.7, 3, 0.26), (1.0, 4, 0.26)):
            b.group(Frame((0, 0, h + up * z), (0, 0, 60 * z)))
            b.ellipsoid((size, 0.15, 0.045), leaf, (size, 0, 0.06), rot=(0, -30, 0), polar=n)


NATURE: dict[str, Kind] = {
    "tree": Kind(tree,
        ("oak tree", "leafy tree", "deciduous tree", "apple tree", "maple tree", "shade tree",
         "broad leaved tree", "fruit tree", "elm tree", "beech tree", "park tree", "forest tree", "maple",
         "birch tree", "beech", "willow tree"),
        ("broadleaf tree", "elm")),
    "pine tree": Kind(pine,
        ("fir tree", "christmas tree", "conifer", "spruce", "evergreen", "fir", "spruce tree", "spruce fir",
         "conifer tree", "coniferous tree", "douglas fir", "forest pine", "snowy pine", "cedar tree",
         "norway spruce", "scots pine"),
        ("xmas tree", "evergreen tree")),
    "mushroom": Kind(mushroom,
        ("toadstool", "fungus", "giant mushroom", "amanita", "forest mushroom", "magic mushroom",
         "wild mushroom", "button mushroom", "porcini", "poisonous mushroom", "fly amanita", "fairy mushroom",
         "champignon", "edible mushroom", "puffball", "forest fungus"),
        ("fly agaric", "shroom")),
    "cactus": Kind(cactus,
        ("saguaro", "desert cactus", "cactus plant", "succulent", "prickly cactus", "saguaro cactus",
         "barrel cactus", "desert plant", "prickly pear", "spiny plant", "mexican cactus", "desert succulent",
         "western cactus", "potted cactus", "desert saguaro", "cactus tree"),
        ("cacti plant",)),
    "rock": Kind(rock,
        ("stone", "boulder", "big rock", "large stone", "pebble", "craggy rock", "field stone", "river stone",
         "mossy rock", "ore rock", "mossy stone", "cliff rock", "mountain rock"),
        ("crag",)),
    "potted plant": Kind(potted_plant,
        ("house plant", "houseplant", "plant in a pot", "plant pot", "indoor plant", "pot plant", "plant",
         "fern in a pot", "office plant", "plant in pot", "flower pot", "flowerpot", "pot with plant",
         "potted flower", "room plant", "pot of flowers"),
        ("ficus", "potted fern")),
}  # fmt: skip
