"""Wagons and mine carts: what is drawn or pushed, always towards the front (-Y)."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder
from .kind import Kind


def wagon(b: Builder) -> None:
    bed = b.slot("bed", ("plank", "wooden", "oak", "painted wood"), word=b.pick("bed", "body"), main=True)
    cover = b.slot("cover", ("fabric", "fabric", "leather"), word=b.pick("cover", "canvas", "canopy"))
    wheels = b.slot("wheels", (*WOODS, "iron"))
    w, l, r = b.uniform(0.7, 0.85), b.uniform(1.3, 1.7), b.uniform(0.3, 0.38)
    z, h, arch = r * 1.15, 0.3, b.uniform(0.5, 0.7)
    b.say("with a canvas cover")
    b.box((w, l, h), bed, (0, 0, z + h / 2))
    b.group()
    b.ellipsoid((w * 0.54, 40.0, arch), cover, (0, 0, z + h), clip=("y", -l * 0.46, l * 0.46))
    b.ellipsoid((w * 0.45, 40.0, arch - 0.08), cover, (0, 0, z + h), op=2)
    b.box((4, 4, 2), cover, (0, 0, z + h - 1.02), op=2)
    b.group()
    b.box((w * 0.9, 0.2, 0.1), bed, (0, -l * 0.42, z + h + 0.05))
    y, x = l * 0.33, w / 2 + 0.1
    b.group()
    b.cylinder(r, 0.1, wheels, (x, y, r), rot=(0, 90, 0), mirror="xy")
    b.cylinder(r * 0.74, 0.4, wheels, (x, y, r), rot=(0, 90, 0), mirror="xy", op=2)
    b.group()
    b.cylinder(0.09, 0.22, wheels, (x - 0.02, y, r), rot=(0, 90, 0), mirror="xy")
    for turn in (0, 60, 120):
        b.box((0.07, 0.08, 2 * r - 0.06), wheels, (x, y, r), rot=(turn, 0, 0), mirror="xy")
    b.box((w + 0.2, 0.1, 0.1), bed, (0, y, r), mirror="y")
    b.box((0.12, 0.12, 0.2), bed, (w * 0.3, y, (z + r) / 2), mirror="xy")
    b.rod((0, -l * 0.4, r), (0, -l * 0.95, r - 0.05), 0.05, bed)


def minecart(b: Builder) -> None:
    body = b.slot("body", ("iron", "metal", "rusty", "steel", "plank", "wooden"), word=b.pick("body", "tub"), main=True)
    trim = b.slot("bands", METALS, word=b.pick("bands", "rim"))
    wheels = b.slot("wheels", ("iron", "steel", "rusty"))
    w, l, h, r = b.uniform(0.7, 0.85), b.uniform(0.95, 1.25), b.uniform(0.45, 0.6), 0.19
    z = r + 0.12
    b.box((w * 0.9, l * 0.9, 0.14), trim, (0, 0, z))
    b.group()
    b.box((w, l, h), body, (0, 0, z + h / 2 + 0.04))
    b.box((w - 0.16, l - 0.16, h), body, (0, 0, z + h / 2 + 0.14), op=2)
    b.group()
    b.box((w + 0.08, 0.09, 0.09), trim, (0, l / 2, z + h), mirror="y")
    b.box((0.09, l + 0.08, 0.09), trim, (w / 2, 0, z + h), mirror="x")
    b.box((0.09, 0.09, h), trim, (w / 2, l / 2, z + h / 2), mirror="xy")
    b.cylinder(r, 0.1, wheels, (w / 2 - 0.02, l * 0.3, r), rot=(0, 90, 0), mirror="xy")
    b.cylinder(r * 0.5, 0.18, trim, (w / 2 - 0.02, l * 0.3, r), rot=(0, 90, 0), mirror="xy")
    what = b.pick("", "gold", "coal", "gems")
    if what:
        mats = {"gold": ("gold",), "coal": ("stone",), "gems": ("crystal", "glowing")}[what]
        load = b.slot(what, mats, colour="black" if what == "coal" else "any")
        b.say(f"full of {what}")
        b.ellipsoid((w * 0.42, l * 0.42, h * 0.4), load, (0, 0, z + h * 0.9))
        s = w * 0.17
        b.box((s * 1.4, s * 1.3, s), load, (w * 0.17, l * 0.15, z + h * 1.18), rot=(20, 30, 15), mirror="y", round=0.04)
        b.box((s * 1.4, s * 1.3, s), load, (-w * 0.18, 0, z + h * 1.2), rot=(-20, 20, 40), round=0.04)
    if b.chance(0.4):
        rail = b.slot("rails", ("iron", "steel", "rusty"))
        tie = b.slot("sleepers", ("wooden", "dark wood", "plank"), word=b.pick("sleepers", "ties"))
        b.say("on rails")
        b.box((0.08, l * 1.5, 0.1), rail, (w / 2 - 0.02, 0, -0.04), mirror="x")
        b.box((w * 1.4, 0.14, 0.1), tie, (0, 0, -0.12), repeat=(1, 4, 1), spacing=(0, l * 0.4, 0))


CARTS: dict[str, Kind] = {
    "wagon": Kind(wagon,
        ("covered wagon", "western wagon", "wild west wagon", "caravan wagon", "carriage", "prairie wagon",
         "horse wagon", "pioneer wagon", "horse drawn wagon", "farm wagon", "gypsy wagon",
         "horse drawn carriage", "stagecoach", "merchant wagon", "supply wagon", "chuckwagon"),
        ("conestoga wagon",), True),
    "minecart": Kind(minecart,
        ("mine cart", "mining cart", "ore cart", "rail cart", "coal cart", "mine wagon", "coal wagon",
         "miner's cart", "ore wagon", "mine car", "tub cart", "railway mine cart", "mining wagon",
         "underground cart", "mining car", "ore car"),
        ("mine trolley",)),
}  # fmt: skip
