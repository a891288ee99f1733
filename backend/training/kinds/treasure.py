"""Treasure: coins, gems, rings, keys and trophies."""

from __future__ import annotations

import math

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .joinery import FACING, NUMBER, column, ear, knob, stout
from .kind import Kind

PRECIOUS = ("gold", "gold", "silver", "brass", "copper")


def ring(b: Builder) -> None:
    band = b.slot("band", (*PRECIOUS, "iron", "wooden"), main=True, word="band")
    r, t = 0.5, b.uniform(0.075, 0.11) * stout(b)
    b.torus(r, t, band, (0, 0, r + t), rot=FACING)
    b.cylinder(r + t * 0.6, t * 2.6, band, (0, 0, r + t), rot=FACING, op=1, blend=0.02)
    b.cylinder(r - t * 0.4, 1.0, band, (0, 0, r + t), rot=FACING, op=2)
    b.group()
    if b.chance(0.8):
        stone = b.slot("stone", ("crystal", "crystal", "glass"), word="stone")
        b.say("with a stone")
        z, size = 2 * r + 2 * t, b.uniform(0.2, 0.3)
        cut = b.pick("round", "square", "pointed")
        b.cone(0.1, size * 0.9, 0.14, band, (0, 0, z + 0.02))
        if cut == "round":
            b.ellipsoid((size, size, size * 0.75), stone, (0, 0, z + 0.14))
        elif cut == "square":
            b.box((size * 1.7, size * 1.7, size * 1.1), stone, (0, 0, z + 0.18), round=0.05)
        else:
            b.cone(size, size * 0.55, size * 0.5, stone, (0, 0, z + 0.2))
            b.cone(0.08, size, size * 0.6, stone, (0, 0, z + 0.05))
        b.rod((size * 0.85, 0, z), (size * 0.9, 0, z + 0.22), 0.04, band, polar=4)
        if b.chance(0.3):
            small = b.slot("small stones", ("crystal",), word="small stones")
            b.sphere(0.1, small, (r * 0.62, 0, r + t + r * 0.93), mirror="x")
    else:
        b.call("plain")
        mark = b.slot("engraving", ("glowing", "gold", "silver"), word="runes")
        b.say("with glowing runes")
        b.group(Frame((0, 0, r + t), (90, 0, 0)))
        b.box((0.04, 0.1, 0.09), mark, (r + t, 0, 0), polar=b.count(8, 12))


def coin_pile(b: Builder) -> None:
    coins = b.slot("coins", ("gold", "gold", "gold", "silver", "copper", "brass"), main=True, word="coins")
    b.ellipsoid((0.72, 0.68, b.uniform(0.3, 0.42)), coins, clip=("z", 0.0, 1.0))
    r, t = b.uniform(0.13, 0.17), 0.05 * stout(b)
    for ring_r, z, n, lean in ((0.66, 0.06, 9, 25), (0.5, 0.2, 7, 32), (0.28, 0.32, 5, 22)):
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(0, 60))))
        b.cylinder(r, t, coins, (ring_r, 0, z), rot=(b.uniform(-25, 25), lean, 0), polar=n, round=0.012)
        b.cylinder(
            r,
            t,
            coins,
            (ring_r * 0.86, 0.12, z + 0.07),
            rot=(20, lean * b.uniform(0.3, 1.4), 0),
            polar=n - 2,
            round=0.012,
        )
    b.group()
    b.cylinder(r, t, coins, (0.02, -0.03, 0.43), rot=(15, 8, 0), round=0.012)
    for _ in range(b.count(1, 3)):
        n = b.count(3, 6)
        b.group(Frame((0.75 * b.pick(-1, 1) * b.uniform(0.6, 1), -0.45 - 0.2 * b.uniform(0, 1), t * n * 0.52)))
        b.cylinder(r, t * 0.96, coins, repeat=(1, 1, n), spacing=(0, 0, t * 1.04), round=0.014)
        b.box((r * 2, r * 1.5, t), coins, (0, r * 1.2, -t * (n - 1) * 0.52), round=0.02)
    if b.chance(0.4):
        gems = b.slot("gems", ("crystal",), word="gems")
        b.say("with gems")
        b.group()
        b.ellipsoid((0.13, 0.11, 0.12), gems, (0.36, -0.25, 0.3))
        b.ellipsoid((0.11, 0.1, 0.1), gems, (-0.3, -0.42, 0.24))


def gem(b: Builder) -> None:
    stone = b.slot("stone", ("crystal", "crystal", "glass", "ice"), main=True, word="stone")
    cut = b.pick("diamond-cut", "octahedral", "emerald-cut", "hexagonal")
    b.call(cut)
    if cut == "octahedral":
        w, h = b.uniform(0.9, 1.1), b.uniform(0.6, 0.85)
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(20, 60))))
        b.prism((w, 4.0, h), stone, mirror="z")
        b.prism((w, 4.0, h), stone, rot=(0, 0, 90), mirror="z", op=3)
    elif cut == "diamond-cut":
        r, low, high = 0.6, b.uniform(0.65, 0.8), b.uniform(0.22, 0.3)
        turn = b.uniform(0, 40)
        b.group(
            Frame((0, 0, 0), (0, 0, turn))
        )  # four roofs make a pyramid of eight faces, hung upside down, and a flat top
        for i in range(4):
            b.prism((2 * r, 4.0, low), stone, rot=(180, 0, 45.0 * i), op=3 if i else 0)
        b.group(Frame((0, 0, 0), (0, 0, turn)))
        for i in range(4):
            b.prism((2 * r, 4.0, r), stone, rot=(0, 0, 45.0 * i), op=3 if i else 0)
        b.box((4.0, 4.0, 2.0), stone, (0, 0, high + 1.0), op=2)
    elif cut == "emerald-cut":
        w, h = b.uniform(0.8, 0.95), b.uniform(1.05, 1.25)
        corner = (w + h) * b.uniform(0.58, 0.62)
        b.group(Frame((0, 0, 0), (75, 0, b.uniform(-35, 35))))
        b.prism((w, 4.0, 0.55), stone, clip=("z", -1.0, 0.24), mirror="z")
        b.prism((h, 4.0, 0.75), stone, rot=(0, 0, 90), mirror="z", op=3)
        b.box((corner, corner, 2.0), stone, rot=(0, 0, 45), op=3)
    else:
        r, h, tip = b.uniform(0.3, 0.4), b.uniform(0.7, 1.0), 0.35
        b.polygon(6, r, h, stone, round=0.0)
        b.cone(r * 0.88, 0.04, tip, stone, (0, 0, h / 2 + tip / 2 - 0.01), mirror="z")
    if b.chance(0.3):
        base = b.slot("mount", (*PRECIOUS, "stone"), word="mount")
        b.say("on a mount")
        low = {"octahedral": 0.7, "diamond-cut": 0.62, "emerald-cut": 0.55, "hexagonal": 0.75}[cut]
        b.group()
        b.cone(0.45, 0.2, 0.4, base, (0, 0, -low))
        b.cylinder(0.45, 0.08, base, (0, 0, -low - 0.22), round=0.02)


def key(b: Builder) -> None:
    metal = b.slot("body", ("gold", "brass", "iron", "silver", "rusty", "copper", "steel"), main=True)
    t, length = 0.075 * stout(b), b.uniform(0.95, 1.2)
    bow = b.pick("round", "clover", "diamond")
    b.group(Frame((0, 0, 0.55), (0, 0, b.uniform(-25, 25))))
    z = length / 2
    if bow == "round":
        b.torus(0.25, t * 0.95, metal, (0, 0, z + 0.22), rot=FACING)
    elif bow == "clover":
        b.call("clover-headed")
        b.torus(0.13, t * 0.8, metal, (0.17, 0, z + 0.12), rot=FACING, mirror="x")
        b.torus(0.13, t * 0.8, metal, (0, 0, z + 0.36), rot=FACING)
    else:
        b.call("diamond-headed")
        b.beam((0, 0, z - 0.02), (0.27, 0, z + 0.25), t * 1.4, t * 1.4, metal, mirror="x")
        b.beam((0, 0, z + 0.52), (0.27, 0, z + 0.25), t * 1.4, t * 1.4, metal, mirror="x")
    b.cylinder(t, length, metal)
    b.cylinder(t * 1.5, 0.09, metal, (0, 0, z - 0.06), round=0.02)
    n = b.count(2, 3)
    b.say(f"with {NUMBER[n]} teeth")
    for i in range(n):
        b.box((b.uniform(0.2, 0.32), t * 1.3, 0.1), metal, (0.12, 0, -z + 0.06 + 0.16 * i))
    if b.chance(0.4):
        stone = b.slot("gem", ("crystal", "glass"), word="gem")
        b.say("with a gem in its head")
        b.sphere(0.16, stone, (0, 0, z + 0.22))
    elif b.chance(0.3):
        cord = b.slot("ribbon", ("fabric", "leather"), word="ribbon")
        b.say("with a ribbon")
        b.torus(0.17, 0.045, cord, (0, 0.04, z + 0.62), rot=(90, 25, 0))


def trophy(b: Builder) -> None:
    cup = b.slot("cup", (*PRECIOUS, "gold", "metal"), main=True, word="cup")
    base = b.slot("base", (*WOODS, "marble", "stone", "plastic"), word="base")
    r, h = b.uniform(0.34, 0.42), b.uniform(0.5, 0.62)
    column(b, 0.34, 0.24, base, (0, 0, 0.12), round=0.02) if b.chance(0.4) else b.box(
        (0.6, 0.6, 0.24), base, (0, 0, 0.12), round=0.02
    )
    if b.chance(0.6):
        plaque = b.slot("plaque", ("gold", "silver", "brass"), word="plaque")
        b.say("with a plaque")
        b.box((0.32, 0.12, 0.12), plaque, (0, -0.27, 0.13))
    b.cone(0.2, 0.06, 0.14, cup, (0, 0, 0.3))
    b.cylinder(0.06 * stout(b), 0.3, cup, (0, 0, 0.45))
    knob(b, 0.11, cup, (0, 0, 0.47))
    z = 0.58
    b.group()
    b.ellipsoid((r, r, h * 0.7), cup, (0, 0, z + h * 0.7), clip=("z", -1.0, 0.02))
    b.cone(r, r * 1.12, h * 0.35, cup, (0, 0, z + h * 0.86))
    b.cone(r * 0.8, r * 1.06, h * 0.5, cup, (0, 0, z + h * 0.85), op=2)
    b.group()
    b.torus(r * 1.1, 0.035, cup, (0, 0, z + h * 1.03))
    ear(b, r * 0.95, z + h * 0.62, h * 0.33, cup, thick=0.045 * stout(b), mirror="x")
    sign = b.pick("star", "none", "star")
    if sign == "star":
        star = b.slot("star", ("gold", "silver", "crystal", "painted metal"), word="star")
        b.say("with a star on it")
        b.polygon(5, 0.17, 0.16, star, (0, -r * 0.98, z + h * 0.72), inner=0.08, rot=(90, -90, 0))


def coin(b: Builder) -> None:
    metal = b.slot("body", (*PRECIOUS, "steel"), main=True)
    sign = b.slot("emblem", (*METALS, "gold"), like="body" if b.chance(0.6) else "", word="emblem")
    r, t, n = 0.6, b.uniform(0.13, 0.18) * stout(b), b.pick(4, 5, 6)
    b.group(Frame((0, 0, 0.6), (90, 0, b.uniform(-30, 30))))
    column(b, r, t, metal, round=0.03)
    b.torus(r - 0.06, t * 0.4, metal, (0, 0, t / 2 - 0.01), mirror="z")
    b.polygon(n, r * 0.55, t + 0.09, sign, inner=r * 0.26, rot=(0, 0, -90))
    b.say(f"with a {NUMBER[n]}-pointed star")


def gold_bar(b: Builder) -> None:
    metal = b.slot("body", ("gold", "gold", "silver", "copper", "iron", "steel"), main=True)
    n = b.count(1, 3)
    w, d, h, slope = b.uniform(0.9, 1.05), 0.44, b.uniform(0.26, 0.32), b.uniform(0.6, 0.9)
    turn = b.uniform(40, 70) if n == 1 else b.uniform(65, 90)
    b.call({1: "single", 2: "paired", 3: "stacked"}[n])
    away = (math.sin(math.radians(turn)) * d / 2, -math.cos(math.radians(turn)) * d / 2)
    places = [(0.0, 0.0, 0.0)] if n == 1 else [(away[0], away[1], 0.0), (-away[0], -away[1], 0.0), (0.0, 0.0, h)][:n]
    for at in places:
        b.group(Frame(at, (0, 0, turn)))
        b.prism((w, 4.0, slope * 2), metal, clip=("z", 0.0, h))
        b.prism((d, 4.0, slope), metal, rot=(0, 0, 90), op=3)
    mark = b.slot("stamp", ("brass", "iron", "gold", "silver"), word="stamp")
    b.say("with a stamp")
    b.group(Frame(places[-1], (0, 0, turn)))
    b.box((w * 0.4, 0.1, 0.06), mark, (0, 0, h - 0.005))


TREASURE: dict[str, Kind] = {
    "ring": Kind(ring,
        ("gold ring", "magic ring", "engagement ring", "wedding ring", "diamond ring", "finger ring",
         "jewel ring", "the one ring", "promise ring", "wizard ring", "power ring", "ring with a gem",
         "gem ring", "enchanted ring", "jeweled ring", "class ring"),
        ("signet",), True),
    "coin pile": Kind(coin_pile,
        ("pile of coins", "gold coins", "pile of gold", "treasure pile", "coins", "heap of coins",
         "heap of gold", "mound of coins", "coin stack", "stack of coins", "mound of gold", "gold hoard",
         "treasure heap", "treasure hoard", "gold pieces", "dragon hoard"),
        ("hoard",)),
    "gem": Kind(gem,
        ("gemstone", "jewel", "diamond", "ruby", "emerald", "sapphire", "cut gem", "rupee", "precious gem",
         "shiny gem", "magic gem", "cut diamond", "opal", "garnet", "zircon", "precious jewel"),
        ("precious stone", "topaz")),
    "key": Kind(key,
        ("skeleton key", "old key", "door key", "golden key", "antique key", "dungeon key", "house key",
         "chest key", "boss key", "castle key", "gate key", "room key", "master key", "ancient key", "jail key",
         "padlock key"),
        ("latchkey",), True),
    "trophy": Kind(trophy,
        ("trophy cup", "winner's cup", "award", "golden trophy", "prize cup", "championship cup",
         "sports trophy", "silver cup", "football trophy", "first prize", "prize trophy", "sports cup",
         "winner's trophy", "award cup", "victory cup", "tournament cup"),
        ("loving cup",)),
    "coin": Kind(coin,
        ("gold coin", "silver coin", "doubloon", "game coin", "lucky coin", "token", "penny", "medallion",
         "shilling", "ancient coin", "dollar coin", "roman coin", "euro coin", "pirate coin", "guinea", "dime"),
        ("ducat",)),
    "gold bar": Kind(gold_bar,
        ("ingot", "gold ingot", "bullion", "metal bar", "iron ingot", "stack of gold bars", "gold brick",
         "silver bar", "bars of gold", "stack of ingots", "gold nugget", "brick of gold"),
        ("bullion bar",)),
}  # fmt: skip
