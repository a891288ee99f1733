"""Household things: crockery, books, clocks and treasure."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .joinery import FACING, NUMBER, column, ear, hollow, soft, stout
from .kind import Kind


def mug(b: Builder) -> None:
    body = b.slot("body", ("ceramic", "ceramic", "metal", "wooden", "plank", "glass", "painted metal"), main=True)
    handle = b.slot("handle", ("ceramic", "metal", "wooden", "iron"), like="body" if b.chance(0.55) else "")
    r, h, taper = b.uniform(0.36, 0.46), b.uniform(0.75, 1.0), b.uniform(0.85, 1.12)
    profile = [(r * taper, 0.0), (r, h)]
    b.lathe(profile, body)
    if b.chance(0.45):
        n = b.count(1, 2)
        bands = b.slot("bands", METALS)
        b.say(f"with {['a band', 'two bands'][n - 1]}")
        for z in (0.8, 0.2)[:n]:
            b.cylinder(r * (taper + (1 - taper) * z) + 0.03, 0.1, bands, (0, 0, h * z), round=0.02)
    hollow(b, profile, body, 0.06, 0.08)
    if b.chance(0.5):
        drink = b.slot("drink", ("chocolate", "water", "food"), word="drink")
        b.say("with a drink inside")
        b.cylinder(min(r, r * taper) - 0.03, 0.1, drink, (0, 0, h * 0.8))
    size, thick = h * b.uniform(0.26, 0.34), 0.06 * stout(b)
    if b.style in ("futuristic", "low-poly", "rustic"):
        b.box((size, thick * 1.9, thick * 1.7), handle, (r + size * 0.45, 0, h * 0.5 + size * 0.8))
        b.box((size, thick * 1.9, thick * 1.7), handle, (r + size * 0.45, 0, h * 0.5 - size * 0.8))
        b.box((thick * 1.7, thick * 1.9, size * 1.6 + thick * 1.7), handle, (r + size * 0.95, 0, h * 0.5))
    else:
        ear(b, r, h * 0.5, size, handle, thick=thick)


def book(b: Builder) -> None:
    cover = b.slot("cover", ("leather", "leather", "fabric", "paper"), main=True, word="cover")
    pages = b.slot("pages", ("paper",), colour=b.pick("cream", "white"), word="pages")
    w, h, t, skin = b.uniform(0.75, 0.95), b.uniform(1.0, 1.25), b.uniform(0.22, 0.4), 0.05 * stout(b)
    standing = b.chance(0.4)
    if standing:
        b.call("standing")
        b.group(Frame((0, 0, 0), (90, 0, b.uniform(15, 45))))
    else:
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(-20, 20))))
    b.box((w, h, skin), cover, (0, 0, t / 2), mirror="z", round=0.02)
    b.box((skin * 1.4, h, t + skin), cover, (-w / 2, 0, 0), round=0.035)
    b.box((w * 0.95, h * 0.93, t), pages, (-w * 0.015, 0, 0))
    if b.style == "ornate" or b.chance(0.4):
        trim = b.slot("corners", ("gold", "brass", "silver", "iron"), word="corners")
        b.say("with metal corners")
        b.box((0.17, 0.17, skin * 1.4), trim, (w / 2 - 0.07, h / 2 - 0.07, t / 2 + 0.005), mirror="yz")
    if standing or b.chance(0.55):
        sign = b.slot("emblem", ("gold", "silver", "brass", "paper"), word="emblem")
        b.say("with an emblem")
        n = b.pick(4, 5, 6, 30)
        b.polygon(
            n, 0.22, skin * 1.3, sign, (0, 0, t / 2 + 0.015), inner=0.12 if n < 30 else -1.0, rot=(0, 0, 90), mirror="z"
        )
    if b.chance(0.35):
        b.slot("bookmark", ("fabric",), colour=b.pick("red", "blue", "any"))
        b.say("with a bookmark")
        b.box((0.1, 0.3, 0.035), "bookmark", (w * 0.15, -h / 2 - 0.06, 0.02))


def clock(b: Builder) -> None:
    case = b.slot("case", (*WOODS, "metal", "gold", "brass", "plastic", "painted metal"), main=True)
    face = b.slot("face", ("paper", "ceramic", "painted metal"), colour=b.pick("white", "cream", "any"), word="face")
    hands = b.slot("hands", ("metal", "gold", "iron"), colour=b.pick("black", "any"), word="hands")
    r, d = b.uniform(0.42, 0.52), b.uniform(0.22, 0.34)
    shape = b.pick("round", "square", "alarm")
    y = -d / 2
    if shape == "square":
        b.call("square")
        b.box((2.25 * r, d, 2.25 * r), case, round=soft(b, 0.3))
        b.box((2.6 * r, d + 0.1, 0.12), case, (0, 0, -1.1 * r), round=0.02)
    else:
        b.call(shape)
        column(b, r * 1.1, d, case, rot=FACING, round=0.05)
        b.rod((r * 0.5, 0, -r * 0.8), (r * 0.8, 0, -r * 1.3), 0.065, case, mirror="x")
    if shape == "alarm":
        b.say("with two bells")
        b.ellipsoid((0.24, 0.2, 0.17), case, (r * 0.62, 0, r * 1.06), rot=(0, 32, 0), mirror="x")
        b.arc(0.2, 0.04, 90, case, (0, 0, r * 1.3), rot=(90, -90, 0))
    b.cylinder(r * 0.94, 0.05, face, (0, y - 0.01, 0), rot=FACING)
    b.group(Frame((0, y - 0.045, 0), (90, 0, 0)))
    n = b.pick(4, 12)
    b.box((0.1 if n == 4 else 0.075, 0.05, 0.03), hands, (r * 0.78, 0, 0.0), polar=n)
    for length, wide in ((0.48, 0.075), (0.7, 0.055)):
        turn = b.uniform(0, 360)
        b.group(Frame((0, y - 0.055, 0), (90, turn, 0)))
        b.box((r * length, wide * stout(b), 0.04), hands, (r * length / 2, 0, 0))
    b.cylinder(0.06, 0.07, hands, (0, 0, 0))


def crown(b: Builder) -> None:
    metal = b.slot("band", ("gold", "gold", "gold", "silver", "brass", "copper", "iron"), main=True, word="band")
    gems = b.slot("gems", ("crystal", "glass"), word="gems")
    r, h, n, t = b.uniform(0.5, 0.58), b.uniform(0.24, 0.34), b.count(5, 8), 0.075 * stout(b)
    flare = b.uniform(1.0, 1.12)
    b.cone(r, r * flare, h, metal, (0, 0, h / 2))
    b.cone(r - t, r * flare - t, h + 0.02, metal, (0, 0, h / 2), op=2)
    b.group()
    b.torus(r, t * 0.75, metal, (0, 0, 0.06))
    tall, wide = b.uniform(0.28, 0.45), 2 * r * flare * 3.1416 / n
    b.prism((wide * 0.92, t, tall), metal, (r * flare - t / 2, 0, h - 0.03), rot=(0, 0, 90), polar=n)
    b.say(f"with {NUMBER[n]} points")
    b.sphere(0.06 * stout(b), metal if b.chance(0.5) else gems, (r * flare - t / 2, 0, h + tall), polar=n)
    b.sphere(0.07 * stout(b), gems, (r * (1 + flare) / 2, 0, h * 0.55), polar=n)
    if b.chance(0.35):
        cap = b.slot("lining", ("fabric",), word="lining", colour=b.pick("red", "purple", "any"))
        b.say("with a velvet lining")
        b.ellipsoid((r - t * 0.5, r - t * 0.5, tall * 0.9), cap, (0, 0, h), clip=("z", -h * 0.5, 1.0))


HOUSEHOLD: dict[str, Kind] = {
    "mug": Kind(mug,
        ("coffee mug", "cup", "tankard", "beer mug", "coffee cup", "stein", "tea mug", "teacup", "drinking mug",
         "hot chocolate mug", "ale mug", "tea cup", "camping mug", "office mug", "espresso cup",
         "cappuccino cup"),
        ("flagon", "drinking cup")),
    "book": Kind(book,
        ("tome", "spellbook", "old book", "grimoire", "diary", "novel", "leather book", "magic book", "bible",
         "ancient book", "ancient tome", "hardcover book", "textbook", "book of spells", "spell book",
         "storybook"),
        ("hardback", "codex")),
    "clock": Kind(clock,
        ("alarm clock", "wall clock", "mantel clock", "table clock", "timepiece", "round clock",
         "mechanical clock", "kitchen clock", "ticking clock", "bedside clock", "bell alarm clock", "stopwatch",
         "bracket clock", "clock face", "station clock", "pocket watch"),
        ("desk clock",), True),
    "crown": Kind(crown,
        ("king's crown", "royal crown", "queen's crown", "golden crown", "coronet", "jewelled crown",
         "prince's crown", "princess crown", "imperial crown", "regal crown", "royal tiara", "royal diadem",
         "kings crown", "monarch's crown", "jeweled crown", "circlet"),
        ("diadem",), True),
}  # fmt: skip
