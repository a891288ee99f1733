"""Fruit and vegetables, and an egg."""

from __future__ import annotations

import math

from ..programs import Builder, Frame
from .joinery import FACING, stout
from .kind import Kind

GREENS = ("green", "dark green", "lime")


def stalk(b: Builder, z: float, radius: float, length: float) -> None:
    """A woody stem from height z, leaning a little."""
    stem = b.slot("stem", ("bark", "foliage"), word="stem", colour=b.pick("brown", "green", "dark green"))
    b.rod((0, 0, z), (b.uniform(-0.1, 0.1), 0, z + length), radius * 0.85, stem, end_radius=radius)


def pear(b: Builder) -> None:
    skin = b.slot("skin", ("food",), main=True, colour=b.pick("lime", "yellow", "green", "olive", "any"), word="skin")
    r, h, tip = b.uniform(0.42, 0.47), b.uniform(0.98, 1.15), b.uniform(0.16, 0.2)
    b.sphere(r, skin, (0, 0, r * 0.96), clip=("z", -r * 0.94, r))
    b.sphere(tip, skin, (b.uniform(-0.05, 0.05), 0, h), op=1, blend=0.2)
    b.cone(r * 0.8, tip * 0.95, h - r, skin, (0, 0, (h + r) / 2), op=1, blend=0.2, round=0.05)
    b.group()
    stalk(b, h + tip - 0.06, 0.045 * stout(b), 0.22)
    if b.chance(0.6):
        leaf = b.slot("leaf", ("foliage",), word="leaf", colour=b.pick(*GREENS))
        b.say("with a leaf")
        b.ellipsoid((0.2, 0.1, 0.04), leaf, (0.17, 0, h + tip + 0.1), rot=(0, -20, 0))


def banana(b: Builder) -> None:
    peel = b.slot("peel", ("food",), main=True, colour=b.pick("yellow", "yellow", "yellow", "lime", "any"), word="peel")
    tips = b.slot("tips", ("bark", "food"), word="tips", colour=b.pick("brown", "black", "green"))
    n = b.pick(1, 1, 2, 3)
    b.call({1: "single", 2: "double", 3: "bunched"}[n])
    r, half, t = b.uniform(0.52, 0.62), b.uniform(48, 60), b.uniform(0.13, 0.16) * stout(b) ** 0.5
    for i in range(n):
        lean = (i - (n - 1) / 2) * 30
        b.group(Frame((0, 0, r), (90 + lean, 90, b.uniform(-8, 8))))
        b.arc(r, t, half * 0.7, peel)
        for side in (1, -1):
            angle = math.radians(half)
            start = (r * math.cos(angle * 0.72), side * r * math.sin(angle * 0.72), 0.0)
            end = (r * 0.97 * math.cos(angle * 1.15), side * r * 0.97 * math.sin(angle * 1.15), 0.0)
            b.rod(start, end, t, peel, end_radius=t * 0.4)
            b.sphere(t * 0.47, tips, end)
    if n > 1:
        angle = math.radians(half * 1.15)
        b.group()
        b.sphere(t * 0.85, tips, (r * 0.97 * math.sin(angle), 0, r - r * 0.97 * math.cos(angle)))


def carrot(b: Builder) -> None:
    root = b.slot(
        "root", ("food",), main=True, colour=b.pick("orange", "orange", "orange", "yellow", "purple"), word="root"
    )
    leaves = b.slot("leaves", ("foliage",), word="leaves", colour=b.pick(*GREENS))
    r, h = b.uniform(0.2, 0.27), b.uniform(0.85, 1.1)
    if b.chance(0.5):
        b.call("lying")
        b.group(Frame((0, 0, r), (0, b.uniform(70, 84), b.uniform(-35, 10))))
    b.capsule(0.05, h, root, top=r)
    for z in (-0.12, 0.12, 0.32):
        b.torus(0.05 + (r - 0.05) * (z / h + 0.5), 0.025, root, (0, 0, z * h), op=1, blend=0.02)
    n = b.count(4, 6)
    top = h / 2 + r * 0.85
    b.rod(
        (0.03, 0, top - 0.05),
        (b.uniform(0.1, 0.22), 0, top + b.uniform(0.34, 0.48)),
        0.04,
        leaves,
        end_radius=0.085,
        polar=n,
    )
    b.rod((0, 0, top - 0.05), (0, 0, top + 0.48), 0.045, leaves, end_radius=0.085)


def pumpkin(b: Builder) -> None:
    skin = b.slot(
        "skin", ("food",), main=True, colour=b.pick("orange", "orange", "orange", "white", "any"), word="skin"
    )
    n, squash = b.pick(8, 10), b.uniform(0.36, 0.46)
    h = 2 * squash
    b.ellipsoid((0.3, 0.215 if n == 8 else 0.19, squash), skin, (0.3, 0, squash), polar=n)
    b.ellipsoid((0.42, 0.42, squash * 0.88), skin, (0, 0, squash), op=1, blend=0.03)
    if b.chance(0.45):
        b.call("carved")
        b.say("with a carved face")
        dark = b.slot("face", ("glowing", "food"), word="face", colour=b.pick("yellow", "orange", "black"))
        b.prism((0.22, 1.0, 0.2), dark, (0.2, -0.75, squash * 1.12), mirror="x", op=2)
        b.prism((0.12, 1.0, 0.1), dark, (0, -0.75, squash * 0.95), op=2)
        b.box((0.56, 0.9, 0.11), dark, (0, -0.75, squash * 0.68), op=2)
    b.group()
    stalk(b, h - 0.1, 0.075 * stout(b), 0.24)
    if b.chance(0.4):
        leaf = b.slot("leaf", ("foliage",), word="leaf", colour=b.pick(*GREENS))
        b.say("with a leaf")
        b.ellipsoid((0.22, 0.16, 0.045), leaf, (0.2, -0.05, h + 0.01), rot=(0, 8, 0))


def watermelon(b: Builder) -> None:
    rind = b.slot("rind", ("food",), main=True, colour=b.pick("green", "dark green", "lime"), word="rind")
    if b.chance(0.35):
        bands = b.slot("stripes", ("food",), colour=b.pick("dark green", "lime", "mint"), word="stripes")
        b.call("whole")
        long = b.uniform(0.55, 0.72)
        b.group(Frame((0, 0, 0.5), (0, 90, b.uniform(-30, 30))))
        b.ellipsoid((0.5, 0.5, long), rind)
        b.group(b.frame)
        b.box((0.6, 0.13, 2 * long), bands, (0.3, 0, 0), polar=b.pick(6, 7, 8))
        b.ellipsoid((0.512, 0.512, long + 0.012), bands, op=3)
        return
    flesh = b.slot("flesh", ("food",), colour=b.pick("red", "red", "pink", "yellow"), word="flesh")
    pith = b.slot("pith", ("food",), colour=b.pick("white", "mint", "cream"), word="pith")
    seeds = b.slot("seeds", ("food",), colour="black", word="seeds")
    r, t = 0.7, b.uniform(0.26, 0.5)
    b.call("sliced")
    b.say("with seeds")
    for radius, wide, slot in ((r, t, rind), (r * 0.93, t + 0.012, pith), (r * 0.86, t + 0.024, flesh)):
        b.group(Frame((0, 0, r), (0, 0, 0)))
        b.cylinder(radius, wide, slot, rot=FACING, round=0.0)
        b.box((2, 2, 2), slot, (0, 0, 1.0 if slot != flesh else 1.006), op=2)
    b.group(Frame((0, 0, r), (90, -90, 0)))
    y = t / 2 + 0.012
    n = b.count(2, 3)
    for ring, angles in ((0.66, (0.0, 30.0, 58.0)), (0.36, (16.0, 50.0)))[:n]:
        for angle in angles:
            a = math.radians(angle)
            at = (-r * ring * math.cos(a), r * ring * math.sin(a), y)
            b.ellipsoid((0.06, 0.036, 0.025), seeds, at, rot=(0, 0, -angle), mirror="yz" if angle else "z")


def egg(b: Builder) -> None:
    shell = b.slot("shell", ("ceramic", "ceramic", "food", "gold", "stone", "crystal"), main=True, word="shell")
    r, h = 0.42, b.uniform(0.58, 0.72)
    z = 0.4
    b.ellipsoid((r, r, h), shell, (0, 0, z), clip=("z", 0.0, h))
    b.ellipsoid((r, r, 0.4), shell, (0, 0, z), clip=("z", -h, 0.01))
    deco = b.pick("none", "cup", "spots", "bands", "nest")
    if deco == "cup":
        cup = b.slot("cup", ("ceramic", "silver", "wooden", "gold"), word="egg cup")
        b.say("in an egg cup")
        b.cone(0.16, 0.4, 0.34, cup, (0, 0, 0.1))
        b.cylinder(0.1, 0.2, cup, (0, 0, -0.12))
        b.cone(0.32, 0.14, 0.1, cup, (0, 0, -0.24))
    elif deco == "spots":
        spots = b.slot("spots", ("ceramic", "gold", "glowing"), word="spots")
        b.call("spotted")
        b.sphere(0.12, spots, (r - 0.085, 0, z), polar=6)
        b.group(Frame((0, 0, 0), (0, 0, 30)))
        b.sphere(0.11, spots, (r * 0.78 - 0.06, 0, z + h * 0.58), polar=5)
        b.sphere(0.1, spots, (r * 0.72 - 0.04, 0, z - 0.26), polar=5)
    elif deco == "bands":
        bands = b.slot("bands", ("gold", "ceramic", "silver"), word="bands")
        b.call("decorated")
        b.say("with two bands")
        b.torus(r - 0.03, 0.055, bands, (0, 0, z))
        b.torus(r * 0.8 - 0.03, 0.05, bands, (0, 0, z + h * 0.58))
    elif deco == "nest":
        nest = b.slot("nest", ("straw", "wicker", "bark"), word="nest")
        b.say("in a nest")
        b.torus(0.5, 0.13, nest, (0, 0, 0.08))
        b.torus(0.56, 0.1, nest, (0, 0, 0.2))
        b.cylinder(0.5, 0.1, nest, (0, 0, 0.02))


PRODUCE: dict[str, Kind] = {
    "pear": Kind(pear,
        ("green pear", "ripe pear", "fresh pear", "juicy pear", "yellow pear", "pear fruit", "sweet pear",
         "autumn pear", "orchard pear", "williams pear", "bartlett pear"),
        ("conference pear",)),
    "banana": Kind(banana,
        ("bananas", "bunch of bananas", "ripe banana", "banana bunch", "yellow banana", "banana fruit",
         "peeled banana", "cluster of bananas", "fresh banana", "bananas bunch", "hand of bananas",
         "tropical banana"),
        ("plantain",)),
    "carrot": Kind(carrot,
        ("fresh carrot", "orange carrot", "carrot root", "garden carrot", "carrot with leaves", "root carrot",
         "raw carrot", "bunny food", "baby carrot", "orange root vegetable", "snowman's nose", "root vegetable",
         "vegetable carrot"),
        ("parsnip",)),
    "pumpkin": Kind(pumpkin,
        ("jack-o'-lantern", "halloween pumpkin", "jack o lantern", "carved pumpkin", "gourd", "jackolantern",
         "carving pumpkin", "autumn pumpkin", "spooky pumpkin", "harvest pumpkin", "winter squash",
         "scary pumpkin", "fall pumpkin", "pumpkin head"),
        ("squash",)),
    "watermelon": Kind(watermelon,
        ("watermelon slice", "melon", "slice of watermelon", "water melon", "melon slice", "watermelon piece",
         "honeydew", "cantaloupe", "honeydew melon", "melon piece", "cut watermelon", "summer melon",
         "watermelon wedge", "honey melon"),
        ("melon wedge",)),
    "egg": Kind(egg,
        ("easter egg", "dragon egg", "boiled egg", "chicken egg", "decorated egg", "bird egg", "ostrich egg",
         "dinosaur egg", "hard boiled egg", "robin's egg", "duck egg", "faberge egg", "monster egg"),
        ("hen's egg",)),
}  # fmt: skip
