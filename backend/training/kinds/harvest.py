"""More fruit and vegetables: oranges, berries, tomatoes, pineapples, corn."""

from __future__ import annotations

from ..programs import Builder, Frame
from .joinery import stout
from .kind import Kind
from .produce import GREENS, stalk


def orange(b: Builder) -> None:
    peel = b.slot(
        "peel", ("food",), main=True, colour=b.pick("orange", "orange", "orange", "yellow", "lime"), word="peel"
    )
    r = 0.5
    if b.chance(0.45):
        b.call("halved")
        flesh = b.slot("flesh", ("food",), colour=b.pick("orange", "yellow", "red"), word="flesh")
        pith = b.slot("pith", ("food",), colour=b.pick("cream", "white"), word="pith")
        b.group(Frame((0, 0, 0.42), (b.uniform(40, 85), 0, b.uniform(-25, 25))))
        b.sphere(r, peel, clip=("z", -r, 0.0))
        b.cylinder(r * 0.95, 0.06, pith, (0, 0, 0.0))
        b.ellipsoid((r * 0.4, r * 0.28, 0.06), flesh, (r * 0.48, 0, 0.02), polar=8)
        b.cylinder(0.06, 0.08, pith, (0, 0, 0.01))
        return
    b.call("whole")
    b.ellipsoid((r, r, r * b.uniform(0.92, 1.05)), peel, (0, 0, r * 0.95))
    stalk(b, 2 * r - 0.12, 0.055, 0.1)
    if b.chance(0.7):
        leaf = b.slot("leaf", ("foliage",), word="leaf", colour=b.pick(*GREENS))
        b.say("with a leaf")
        b.ellipsoid((0.22, 0.11, 0.045), leaf, (0.18, 0, 2 * r + 0.0), rot=(0, -15, 0))


def strawberry(b: Builder) -> None:
    flesh = b.slot(
        "berry", ("food",), main=True, colour=b.pick("red", "red", "dark red", "pink", "white"), word="berry"
    )
    seeds = b.slot("seeds", ("food",), colour=b.pick("yellow", "cream"), word="seeds")
    leaves = b.slot("leaves", ("foliage",), colour=b.pick(*GREENS), word="leaves")
    r, h = b.uniform(0.4, 0.46), b.uniform(0.6, 0.75)
    b.capsule(0.13, h, flesh, (0, 0, 0.13 + h / 2), top=r)
    top = 0.13 + h
    for z, n, turn in ((0.85, 8, 0.0), (0.55, 7, 25.0), (0.25, 5, 8.0)):
        radius = 0.13 + (r - 0.13) * z
        b.group(Frame((0, 0, 0), (0, 0, turn)))
        b.ellipsoid((0.04, 0.04, 0.06), seeds, (radius + 0.012, 0, 0.13 + h * z - 0.06), polar=n)
    b.group()
    b.ellipsoid((0.22, 0.11, 0.05), leaves, (0.24, 0, top + r * 0.78), rot=(0, 25, 0), polar=b.pick(5, 6))
    b.rod((0, 0, top + r * 0.75), (0.06, 0, top + r + 0.2), 0.045 * stout(b), leaves)


def tomato(b: Builder) -> None:
    skin = b.slot("skin", ("food",), main=True, colour=b.pick("red", "red", "orange", "yellow", "green"), word="skin")
    leaves = b.slot("leaves", ("foliage",), colour=b.pick(*GREENS), word="leaves")
    n, squash = b.pick(4, 5, 6), b.uniform(0.38, 0.44)
    b.ellipsoid((0.5, 0.5, squash), skin, (0, 0, squash))
    b.ellipsoid((0.33, 0.26, squash * 0.95), skin, (0.22, 0, squash * 1.02), polar=n, op=1, blend=0.1)
    b.group()
    b.ellipsoid((0.19, 0.075, 0.045), leaves, (0.17, 0, 2 * squash + 0.0), rot=(0, 8, 0), polar=5)
    b.rod((0, 0, 2 * squash - 0.05), (b.uniform(-0.08, 0.08), 0, 2 * squash + 0.18), 0.045 * stout(b), leaves)


def pineapple(b: Builder) -> None:
    skin = b.slot("skin", ("food",), main=True, colour=b.pick("yellow", "orange", "tan", "yellow"), word="skin")
    eyes = b.slot("eyes", ("food", "bark"), colour=b.pick("brown", "orange", "olive"), word="scales")
    leaves = b.slot("leaves", ("foliage",), colour=b.pick(*GREENS), word="leaves")
    r, h = b.uniform(0.34, 0.4), b.uniform(0.46, 0.54)
    b.ellipsoid((r, r, h), skin, (0, 0, h * 0.94), clip=("z", -h * 0.92, h))
    for i, z in enumerate((-0.6, -0.3, 0.0, 0.3, 0.6)):
        radius = r * (1 - z * z) ** 0.5
        b.group(Frame((0, 0, 0), (0, 0, 22.5 * (i % 2))))
        b.sphere(0.065, eyes, (radius - 0.015, 0, h * (0.94 + z)), polar=8)
    top = h * 1.9
    b.group()
    b.rod((0.05, 0, top - 0.08), (0.32, 0, top + 0.22), 0.075, leaves, end_radius=0.03, polar=7)
    b.group(Frame((0, 0, 0), (0, 0, 25)))
    b.rod((0.04, 0, top - 0.05), (0.19, 0, top + 0.42), 0.08, leaves, end_radius=0.03, polar=5)
    b.rod((0, 0, top - 0.05), (0, 0, top + 0.55), 0.08, leaves, end_radius=0.03)


def cherries(b: Builder) -> None:
    skin = b.slot(
        "cherries", ("food",), main=True, colour=b.pick("red", "dark red", "red", "yellow", "any"), word="cherries"
    )
    stem = b.slot("stems", ("bark", "foliage"), colour=b.pick("green", "dark green", "brown"), word="stems")
    r, h, x = b.uniform(0.3, 0.36), b.uniform(0.95, 1.15), 0.4
    b.ellipsoid((r, r, r * 0.94), skin, (x, 0, r), mirror="x")
    b.rod((x, 0, 1.85 * r), (x * 0.55, 0, h * 0.75), 0.042 * stout(b), stem, mirror="x")
    b.rod((x * 0.55, 0, h * 0.75), (0, 0, h), 0.042 * stout(b), stem, mirror="x")
    b.sphere(0.08, stem, (0, 0, h))
    if b.chance(0.75):
        leaf = b.slot("leaf", ("foliage",), colour=b.pick(*GREENS), word="leaf")
        b.say("with a leaf")
        b.ellipsoid((0.3, 0.14, 0.05), leaf, (0.27, 0, h + 0.07), rot=(0, -12, 0))


def grapes(b: Builder) -> None:
    skin = b.slot(
        "grapes",
        ("food", "food", "glass"),
        main=True,
        colour=b.pick("purple", "lime", "dark red", "navy"),
        word="grapes",
    )
    stem = b.slot("stem", ("bark",), word="stem")
    r = b.uniform(0.145, 0.165)
    z = 0.1
    b.sphere(r, skin, (0, 0, z))
    for n, ring in ((3, 0.16), (5, 0.26), (7, 0.36), (6, 0.31)):
        z += r * 1.35
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(0, 90))))
        b.sphere(r, skin, (ring, 0, z), polar=n)
        b.ellipsoid((ring, ring, r), skin, (0, 0, z))
    b.group()
    b.rod((0, 0, z), (0.05, 0, z + 0.42), 0.045 * stout(b), stem)
    b.rod((-0.12, 0, z + 0.38), (0.2, 0, z + 0.46), 0.045 * stout(b), stem)
    if b.chance(0.7):
        leaf = b.slot("leaf", ("foliage",), colour=b.pick(*GREENS), word="leaf")
        b.say("with a leaf")
        b.polygon(5, 0.27, 0.07, leaf, (0.2, -0.04, z + 0.28), inner=0.16, rot=(60, 0, 0), round=0.02)


def corn(b: Builder) -> None:
    kernels = b.slot(
        "kernels", ("food",), main=True, colour=b.pick("yellow", "yellow", "cream", "orange"), word="kernels"
    )
    husk = b.slot("husk", ("foliage",), colour=b.pick(*GREENS), word="husk")
    r, h = b.uniform(0.2, 0.24), b.uniform(0.95, 1.15)
    lean = b.uniform(10, 60)
    frame = Frame((0, 0, 0.4), (0, lean, b.uniform(-20, 20)))
    b.group(frame)
    b.capsule(r * 0.92, h * 0.5, kernels, (0, 0, 0.05), top=r * 0.92)
    b.capsule(r * 0.9, h * 0.3, kernels, (0, 0, h * 0.4), top=r * 0.45)
    b.sphere(0.065, kernels, (r * 0.9, 0, 0.16), polar=9, repeat=(1, 1, 7), spacing=(0, 0, 0.115))
    b.group(frame)
    b.ellipsoid((0.09, 0.2, h * 0.42), husk, (r * 0.95, 0, -h * 0.2), rot=(0, 12, 0), polar=b.pick(3, 4, 5))
    b.cone(0.06, r, 0.3, husk, (0, 0, -h * 0.42))
    b.cylinder(0.06, 0.2, husk, (0, 0, -h * 0.55))


HARVEST: dict[str, Kind] = {
    "orange": Kind(orange,
        ("orange fruit", "citrus fruit", "mandarin", "tangerine", "lemon", "lime fruit", "grapefruit",
         "blood orange", "navel orange", "juicy orange", "ripe orange", "fresh orange", "sweet orange",
         "mandarin orange", "citrus", "kumquat"),
        ("clementine", "satsuma")),
    "strawberry": Kind(strawberry,
        ("berry", "ripe strawberry", "fresh strawberry", "garden strawberry", "red berry", "sweet strawberry",
         "summer berry", "juicy strawberry", "strawberry fruit", "forest berry", "dessert berry"),
        ("wild strawberry",)),
    "tomato": Kind(tomato,
        ("ripe tomato", "red tomato", "garden tomato", "fresh tomato", "beef tomato", "salad tomato",
         "tomato fruit", "vine tomato", "beefsteak tomato", "juicy tomato", "red vegetable"),
        ("love apple",)),
    "pineapple": Kind(pineapple,
        ("pine apple", "ripe pineapple", "tropical fruit", "fresh pineapple", "hawaiian pineapple",
         "fresh pine apple", "exotic fruit", "sweet pineapple", "spiky fruit", "jungle fruit",
         "tropical pineapple", "bromeliad fruit"),
        ("ananas",)),
    "cherries": Kind(cherries,
        ("cherry", "pair of cherries", "red cherries", "two cherries", "cherry pair", "cherry fruit",
         "ripe cherries", "sour cherries", "twin cherries", "sweet cherries", "sweet cherry", "bing cherries",
         "cherries on a stem", "fresh cherries"),
        ("morello cherries",)),
    "grapes": Kind(grapes,
        ("bunch of grapes", "grape", "wine grapes", "grape bunch", "cluster of grapes", "vine grapes",
         "grapes on the vine", "grapevine fruit", "ripe grapes", "table grapes", "grape cluster",
         "sultana grapes"),
        ("muscat grapes",)),
    "corn": Kind(corn,
        ("corn cob", "corn on the cob", "maize", "ear of corn", "sweetcorn", "sweet corn", "cob of corn",
         "indian corn", "roasted corn", "popcorn cob", "maize cob", "buttered corn", "ear of maize",
         "grilled corn"),
        ("corncob",)),
}  # fmt: skip
