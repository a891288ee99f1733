"""Baggage: sacks, cases, packs and boxes that are carried."""

from __future__ import annotations

from ..paints import SOFT
from ..programs import Builder
from .joinery import FACING, UPRIGHT, soft, stout
from .kind import Kind

CLOTH = ("fabric", "fabric", "leather")
BUCKLES = ("brass", "gold", "silver", "iron", "metal")


def sack(b: Builder) -> None:
    body = b.slot("body", CLOTH, main=True)
    tie = b.slot("rope", ("leather", "fabric", "straw", "gold"), word=b.pick("rope", "tie", "string"))
    r, h = b.uniform(0.42, 0.52), b.uniform(0.8, 1.0)
    b.ellipsoid((r, r * 0.9, h * 0.5), body, (0, 0, h * 0.44), clip=("z", -h * 0.43, h))
    b.cone(r * 0.85, r * 0.92, h * 0.35, body, (0, 0, h * 0.2), op=1, blend=0.15, round=0.1)
    b.cone(r * 0.55, 0.13, h * 0.32, body, (0, 0, h * 0.95), op=1, blend=0.12)
    b.group()
    b.torus(0.13, 0.055 * stout(b), tie, (0, 0, h * 1.08))
    b.cone(0.12, b.uniform(0.2, 0.28), 0.2, body, (0, 0, h * 1.08 + 0.11))
    if b.chance(0.45):
        patch = b.slot("patch", ("fabric", "leather"))
        b.say("with a patch")
        b.group()
        b.ellipsoid((r + 0.03, r * 0.9 + 0.05, h * 0.56), patch, (0, 0, h * 0.44))
        b.box((0.32, 1.0, 0.3), patch, (b.uniform(-0.1, 0.1), -0.5, h * 0.5), op=3)
    elif b.chance(0.5):
        mark = b.slot("mark", ("gold", "paper", "fabric"), word="coin mark")
        b.group()
        b.ellipsoid((r + 0.03, r * 0.9 + 0.05, h * 0.56), mark, (0, 0, h * 0.44))
        b.cylinder(0.18, 1.0, mark, (0, -0.5, h * 0.47), rot=FACING, op=3)
        b.say("with a round mark")


def suitcase(b: Builder) -> None:
    body = b.slot("body", ("leather", "leather", "fabric", "plastic", "metal", "painted wood"), main=True)
    trim = b.slot("trim", ("leather", "leather", "metal", "brass", "plastic"), word=b.pick("trim", "corners"))
    metal = b.slot("latches", BUCKLES, word="latches")
    w, d, h = b.uniform(1.1, 1.35), b.uniform(0.34, 0.46), b.uniform(0.75, 0.9)
    b.box((w, d, h), body, (0, 0, h / 2 + 0.03), round=0.07)
    b.box((w + 0.02, 0.05, h + 0.02), trim, (0, 0, h / 2 + 0.03), round=0.02)
    if b.chance(0.55):
        b.say("with two straps")
        b.box((0.12, d + 0.04, h + 0.04), trim, (w * 0.3, 0, h / 2 + 0.03), mirror="x", round=0.02)
        b.box((0.15, 0.06, 0.14), metal, (w * 0.3, -d / 2 - 0.02, h * 0.72), mirror="x")
    else:
        b.say("with reinforced corners")
        b.box((0.2, d + 0.04, 0.2), trim, (w / 2 - 0.08, 0, 0.12), mirror="x", round=0.05)
        b.box((0.2, d + 0.04, 0.2), trim, (w / 2 - 0.08, 0, h - 0.06), mirror="x", round=0.05)
        b.box((0.12, 0.1, 0.12), metal, (w * 0.28, -d * 0.1, h + 0.03), mirror="x")
    b.arc(0.17, 0.045 * stout(b), 92, trim, (0, 0, h), rot=UPRIGHT)


def backpack(b: Builder) -> None:
    body = b.slot("body", CLOTH, main=True)
    flap = b.slot("flap", CLOTH, like="body" if b.chance(0.35) else "")
    straps = b.slot("straps", SOFT, word="straps")
    buckle = b.slot("buckles", BUCKLES, word="buckles")
    w, d, h = b.uniform(0.75, 0.9), b.uniform(0.4, 0.5), b.uniform(0.9, 1.1)
    b.box((w, d, h), body, (0, 0, h / 2), round=0.15)
    b.box((w * 1.02, d * 1.1, h * 0.38), flap, (0, -0.02, h * 0.84), round=0.13)
    b.box((w * 0.72, 0.24, h * 0.38), flap, (0, -d / 2 - 0.04, h * 0.27), round=0.09)
    b.box((0.08, 0.05, h * 0.42), straps, (w * 0.22, -d / 2 - 0.05, h * 0.66), mirror="x", round=0.015)
    b.box((0.13, 0.07, 0.11), buckle, (w * 0.22, -d / 2 - 0.06, h * 0.56), mirror="x", round=0.02)
    b.ellipsoid((0.07, 0.2, h * 0.36), straps, (w * 0.28, d / 2 + 0.02, h * 0.5), mirror="x")
    b.arc(0.12, 0.04 * stout(b), 92, straps, (0, d * 0.15, h), rot=UPRIGHT)
    if b.chance(0.6):
        b.say("with side pockets")
        b.box((0.2, d * 0.7, h * 0.36), body, (w / 2 + 0.03, 0, h * 0.25), mirror="x", round=0.08)
    if b.chance(0.45):
        roll = b.slot("bedroll", ("fabric", "fur", "leather"), word="bedroll")
        b.say("with a bedroll on top")
        b.cylinder(0.16, w * 1.15, roll, (0, 0, h * 1.03 + 0.13), rot=(0, 90, 0), round=0.05)
        b.cylinder(0.175, 0.07, straps, (w * 0.3, 0, h * 1.03 + 0.13), rot=(0, 90, 0), mirror="x")


def cardboard_box(b: Builder) -> None:
    body = b.slot("body", ("cardboard", "cardboard", "cardboard", "paper"), main=True)
    w, d, h = b.uniform(0.95, 1.25), b.uniform(0.8, 1.05), b.uniform(0.6, 0.95)
    b.box((w, d, h), body, (0, 0, h / 2))
    if b.chance(0.5):
        b.call("open")
        b.say("with open flaps")
        b.box((w - 0.1, d - 0.1, h), body, (0, 0, h / 2 + 0.06), op=2)
        b.group()
        lean = b.uniform(0.1, 0.3)
        b.beam((w / 2 - 0.02, 0, h - 0.02), (w / 2 + d * 0.36, 0, h + lean * 0.4), 0.05, d - 0.02, body, mirror="x")
        b.box((w - 0.02, 0.05, d * 0.38), body, (0, d / 2 + d * 0.12, h + 0.1), rot=(-50, 0, 0), mirror="y")
    else:
        b.call("closed")
        tape = b.slot("tape", ("plastic", "paper"), colour=b.pick("tan", "brown", "any"))
        b.say("with tape across the top")
        b.box((0.17, d + 0.03, 0.2), tape, (0, 0, h - 0.085))
    if b.chance(0.5):
        label = b.slot("label", ("paper",), word="label", colour=b.pick("white", "any"))
        b.say("with a label")
        b.box((w * 0.34, 0.05, h * 0.3), label, (w * 0.22, -d / 2, h * 0.38))


def canteen(b: Builder) -> None:
    body = b.slot("body", ("metal", "leather", "fabric", "painted metal", "plastic"), main=True)
    cap = b.slot("cap", ("metal", "brass", "plastic", "pine", "steel"))
    strap = b.slot("strap", ("leather", "fabric"), word="strap")
    r, d = b.uniform(0.44, 0.52), b.uniform(0.3, 0.4)
    b.ellipsoid((r, d / 2, r), body, (0, 0, r * 0.97))
    b.cylinder(r * 0.92, d * 0.62, body, (0, 0, r * 0.97), rot=FACING, round=0.07)
    b.cylinder(0.12, 0.22, body, (0, 0, 2 * r))
    b.cylinder(0.15 * stout(b) ** 0.5, 0.15, cap, (0, 0, 2 * r + 0.15), round=0.03)
    b.torus(r * 0.97, 0.055 * stout(b), strap, (0, 0, r * 0.97), rot=FACING)
    b.arc(0.34, 0.04 * stout(b), 100, strap, (0, 0.03, 2 * r + 0.02), rot=UPRIGHT)
    if b.chance(0.5):
        sign = b.slot("emblem", ("gold", "silver", "fabric", "paper"), word="emblem")
        b.say("with an emblem")
        b.polygon(5, 0.2, 0.12, sign, (0, -d / 2 + 0.02, r), inner=0.1, rot=(90, -90, 0))


def gift(b: Builder) -> None:
    body = b.slot("paper", ("paper", "paper", "plastic", "fabric"), main=True, word="wrapping")
    ribbon = b.slot("ribbon", ("fabric", "gold", "silver"), word="ribbon")
    w, d, h = b.uniform(0.8, 1.1), b.uniform(0.8, 1.0), b.uniform(0.6, 0.9)
    b.box((w, d, h), body, (0, 0, h / 2), round=soft(b, 0.2))
    if b.chance(0.5):
        b.say("with a lid")
        b.box((w + 0.08, d + 0.08, 0.2), body, (0, 0, h - 0.08), round=0.02)
    b.box((0.17, d + 0.11, h + 0.05), ribbon, (0, 0, h / 2), round=0.015)
    b.box((w + 0.11, 0.17, h + 0.05), ribbon, (0, 0, h / 2), round=0.015)
    b.torus(0.13, 0.055 * stout(b), ribbon, (0.17, 0, h + 0.11), rot=(90, -25, 0), mirror="x")
    b.sphere(0.1, ribbon, (0, 0, h + 0.06))
    b.say("with a bow")


BAGGAGE: dict[str, Kind] = {
    "sack": Kind(sack,
        ("bag", "burlap sack", "money bag", "flour sack", "grain sack", "coin bag", "grain bag", "gunny sack",
         "jute bag", "potato sack", "sandbag", "rice bag", "swag bag", "coin purse", "pouch", "coin pouch"),
        ("gunny", "loot bag")),
    "suitcase": Kind(suitcase,
        ("travel case", "luggage", "briefcase", "valise", "travel bag", "leather case", "attache case",
         "carry-on", "luggage case", "baggage", "holiday suitcase", "hand luggage", "vintage suitcase",
         "trolley case", "rolling suitcase", "hard shell suitcase"),
        ("portmanteau",)),
    "backpack": Kind(backpack,
        ("rucksack", "school bag", "knapsack", "adventurer's pack", "hiking pack", "satchel", "back pack",
         "schoolbag", "bookbag", "book bag", "travel backpack", "hiker's backpack", "traveller's pack",
         "camping backpack", "daypack", "camping pack"),
        ("haversack",)),
    "cardboard box": Kind(cardboard_box,
        ("carton", "parcel", "moving box", "shipping box", "package", "paper box", "mailing box", "amazon box",
         "postal package", "shipping carton", "corrugated box", "delivery package", "storage carton",
         "mail package", "postal parcel"),
        ("delivery box", "packet")),
    "canteen": Kind(canteen,
        ("water canteen", "hip flask", "water flask", "army canteen", "camping flask", "soldier's canteen",
         "pocket flask", "drinking flask", "hiker's flask", "water skin", "thermos", "army flask",
         "desert canteen", "whisky flask", "thermos flask", "survival canteen"),
        ("waterskin",)),
    "gift box": Kind(gift,
        ("present", "gift", "christmas present", "wrapped gift", "birthday present", "wrapped box",
         "present box", "gift package", "holiday gift", "surprise box", "xmas present", "ribboned box",
         "gift parcel", "birthday gift", "box with a bow", "valentine gift"),
        ("giftbox",)),
}  # fmt: skip
