"""Plants outdoors: palms, bushes, flowers, grass, bamboo."""

from __future__ import annotations

import math

from ..programs import Builder, Frame
from .kind import Kind
from .nature import LEAVES, TRUNKS


def palm(b: Builder) -> None:
    leaf = b.slot("leaves", LEAVES, word=b.pick("leaves", "fronds"), main=True)
    trunk = b.slot("trunk", ("bark", "bark", "wooden", "straw"))
    fat = 1.4 if b.style == "cartoon" else 1.0
    tall, bend, r = b.uniform(1.2, 1.7), b.uniform(0.1, 0.4), b.uniform(0.09, 0.12) * fat
    b.sweep([(0, 0, 0), (bend * 0.3, 0, tall * 0.5), (bend, 0, tall)], r * 1.2, trunk, end_radius=r * 0.75)
    if b.chance(0.5):
        b.torus(r * 0.95, r * 0.28, trunk, (bend * 0.17, 0, tall * 0.28), repeat=(1, 1, 3), spacing=(0, 0, tall * 0.16))
    n, size = b.count(5, 8), b.uniform(0.5, 0.65)
    b.group(Frame((bend, 0, tall), (0, 0, b.uniform(0, 60))))
    b.ellipsoid((size * 0.6, 0.17 * fat, 0.05), leaf, (size * 0.52, 0, 0.08), rot=(0, -12, 0), polar=n)
    b.ellipsoid((size * 0.5, 0.14 * fat, 0.05), leaf, (size * 1.2, 0, -0.03), rot=(0, 38, 0), polar=n)
    b.group(Frame((bend, 0, tall), (0, 0, 20)))
    b.ellipsoid((size * 0.5, 0.13 * fat, 0.05), leaf, (size * 0.36, 0, 0.24), rot=(0, -38, 0), polar=b.count(3, 4))
    b.sphere(r * 1.3, leaf)
    if b.chance(0.5):
        nuts = b.slot("coconuts", ("wooden", "fur", "dark wood"))
        b.say("with coconuts")
        b.sphere(0.12 * fat, nuts, (0.13, 0, -0.1), polar=3)


def bush(b: Builder) -> None:
    leaf = b.slot("leaves", LEAVES, word=b.pick("leaves", "foliage"), main=True)
    form = b.pick("clumps", "clumps", "ball", "box")
    r = b.uniform(0.42, 0.52)
    if form == "ball":
        b.call("round")
        b.ellipsoid((r * 1.2, r * 1.2, r * b.uniform(0.9, 1.15)), leaf, (0, 0, r))
        b.cylinder(0.14, 0.24, b.slot("stem", TRUNKS), (0, 0, 0.06))
    elif form == "box":
        b.call("trimmed square")
        b.box((b.uniform(0.9, 1.5), 0.75, b.uniform(0.7, 0.95)), leaf, (0, 0, 0.4), round=0.1)
        b.box((0.9, 0.6, 0.12), b.slot("soil", ("chocolate", "stone")), (0, 0, 0.02))
    else:
        b.sphere(r, leaf, (0, 0, r * 0.85))
        turn, n = b.uniform(0, 6.28), b.count(4, 6)
        for i in range(n):
            a, s = turn + 6.283 * i / n, r * b.uniform(0.55, 0.8)
            b.sphere(
                s, leaf, (math.cos(a) * r * 0.95, math.sin(a) * r * 0.95, s * b.uniform(0.75, 1.0)), op=1, blend=0.06
            )
        b.box((5, 5, 1), leaf, (0, 0, -0.5), op=2)
    if b.chance(0.45):
        what = b.pick("berries", "flowers")
        fruit = b.slot(what, ("food", "plastic") if what == "berries" else ("fabric", "paper"))
        b.say(f"with {what}")
        b.group()
        b.sphere(0.085, fruit, (r * 1.1, 0, r * 1.0), polar=b.count(5, 7))
        b.group(Frame((0, 0, 0), (0, 0, 35)))
        b.sphere(0.085, fruit, (r * 0.75, 0, r * 1.55), polar=b.count(3, 5))


def flower(b: Builder) -> None:
    petals = b.slot("petals", ("fabric", "paper", "plastic", "food"), main=True)
    middle = b.slot(
        "centre",
        ("fabric", "food", "plastic"),
        word=b.pick("centre", "middle"),
        colour=b.pick("yellow", "any", "brown"),
    )
    stem = b.slot("stem", ("foliage", "foliage", "plastic"))
    tall, n, r = b.uniform(0.9, 1.3), b.count(5, 9), b.uniform(0.26, 0.38)
    b.rod((0, 0, 0), (0, 0, tall), 0.055, stem, end_radius=0.045)
    n_leaf = b.count(1, 2)
    b.ellipsoid((0.26, 0.1, 0.045), stem, (0.24, 0, tall * 0.32), rot=(0, -35, 0), mirror="x" if n_leaf == 2 else "")
    form = b.pick("daisy", "daisy", "tulip")
    if form == "tulip":
        b.call("tulip-shaped")
        b.ellipsoid((r * 0.75, r * 0.75, r), petals, (0, 0, tall + r * 0.5), clip=("z", -r, r * 0.5))
        b.ellipsoid((r * 0.34, r * 0.12, r * 0.7), petals, (r * 0.55, 0, tall + r * 0.8), polar=b.count(4, 5))
        b.sphere(r * 0.3, middle, (0, 0, tall + r))
        return
    b.group(Frame((0, -0.02, tall), (b.uniform(35, 70), 0, b.uniform(0, 20))))
    size = min(0.9, 3.6 / n)
    b.ellipsoid((r * 0.7, r * size * 0.55, 0.055), petals, (r * 0.95, 0, 0.05), rot=(0, -10, 0), polar=n)
    b.ellipsoid((r * 0.5, r * 0.5, 0.12), middle, (0, 0, 0.06))


def grass(b: Builder) -> None:
    blade = b.slot(
        "blades", ("foliage", "foliage", "foliage", "straw", "plastic"), word=b.pick("blades", "grass"), main=True
    )
    fat = 1.4 if b.style in ("cartoon", "low-poly") else 1.0
    for lean, tall, n, reach in (
        (32, b.uniform(0.6, 0.8), b.count(6, 8), 0.2),
        (14, b.uniform(0.85, 1.1), b.count(4, 5), 0.1),
    ):
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(0, 90))))
        a = math.radians(lean)
        tip = (reach + math.sin(a) * tall, 0, math.cos(a) * tall)
        b.rod((reach, 0, 0.0), tip, 0.062 * fat, blade, end_radius=0.02, polar=n)
    b.group()
    b.rod((0, 0, 0), (0.03, 0, b.uniform(0.9, 1.15)), 0.06 * fat, blade, end_radius=0.02)
    b.ellipsoid((0.34, 0.34, 0.1), blade, (0, 0, 0.0), clip=("z", 0, 1))
    if b.chance(0.25):
        buds = b.slot("flowers", ("fabric", "paper"))
        b.say("with flowers")
        b.sphere(0.085, buds, (0.36, 0, 0.72), polar=3)
        b.rod((0.15, 0, 0), (0.36, 0, 0.72), 0.034, blade, polar=3)


def bamboo(b: Builder) -> None:
    cane = b.slot(
        "canes",
        ("foliage", "wooden", "food", "plastic"),
        colour=b.pick("any", "green", "lime", "olive"),
        word=b.pick("canes", "stalks"),
        main=True,
    )
    leaf = b.slot("leaves", ("foliage", "foliage", "plastic"))
    n = b.count(3, 5)
    r = b.uniform(0.065, 0.09)
    b.say(f"of {('three', 'four', 'five')[n - 3]} canes")
    for i in range(n):
        a = 6.283 * i / n + b.uniform(-0.3, 0.3)
        reach, tall = 0.24, b.uniform(1.2, 1.8)
        b.group(Frame((math.cos(a) * reach, math.sin(a) * reach, 0), (b.uniform(-4, 4), b.uniform(-4, 4), 0)))
        b.cylinder(r, tall, cane, (0, 0, tall / 2))
        b.torus(r, 0.028, cane, (0, 0, tall / 2), repeat=(1, 1, 4), spacing=(0, 0, tall * 0.22))
        if i < 4:
            b.group(Frame(b.frame.at, (0, 0, 360 * i / n)))
            b.ellipsoid(
                (0.22, 0.085, 0.035),
                leaf,
                (0.2, 0, tall * b.uniform(0.75, 0.98)),
                rot=(0, b.uniform(-30, 25), 0),
                polar=b.count(2, 3),
            )
    b.group()
    b.ellipsoid((0.5, 0.5, 0.14), b.slot("ground", ("chocolate", "stone", "foliage")), (0, 0, 0), clip=("z", 0, 1))


PLANTS: dict[str, Kind] = {
    "palm tree": Kind(palm,
        ("palm", "coconut tree", "coconut palm", "tropical tree", "beach palm", "island palm", "coco palm",
         "tropical palm", "palm plant", "cocopalm", "desert island palm", "date tree", "hawaiian palm",
         "oasis palm", "fan palm", "jungle palm"),
        ("date palm",)),
    "bush": Kind(bush,
        ("shrub", "hedge", "green bush", "berry bush", "garden bush", "box hedge", "shrubbery", "hedgerow",
         "privet", "hedge bush", "rosebush", "thicket", "bramble", "landscaping shrub", "blackberry bush",
         "hedge plant"),
        ("boxwood", "topiary")),
    "flower": Kind(flower,
        ("daisy", "tulip", "sunflower", "blossom", "garden flower", "rose", "poppy", "lily", "wildflower",
         "tulip flower", "daffodil", "bloom", "daisy flower", "lotus flower", "carnation", "flower plant"),
        ("marigold", "gerbera"), True),
    "grass tuft": Kind(grass,
        ("tuft of grass", "grass clump", "clump of grass", "tall grass", "grass", "patch of grass",
         "grass patch", "clump of reeds", "lawn patch", "grass blades", "blades of grass", "reeds", "wild grass",
         "meadow grass", "grass bunch", "sedge"),
        ("weeds", "tussock"), True),
    "bamboo": Kind(bamboo,
        ("bamboo plant", "bamboo stalks", "bamboo grove", "bamboo shoots", "bamboo canes", "bamboo tree",
         "bamboo stems", "bamboo cane", "bamboo poles", "lucky bamboo", "bamboo shoot", "panda food",
         "bamboo stalk", "bamboo forest", "asian bamboo"),
        ("bamboo thicket",), True),
}  # fmt: skip
