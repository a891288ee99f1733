"""Containers: crates, barrels, chests and their kin."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind


def crate(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "plank", "metal", "plastic"), main=True)
    frame = b.slot("frame", (*WOODS, "metal", "iron", "plastic"))
    w, d, h, t = b.uniform(0.9, 1.3), b.uniform(0.9, 1.3), b.uniform(0.8, 1.25), b.uniform(0.1, 0.18)
    b.box((w, d, h), body)
    b.box((t, t, h + t), frame, (w / 2, d / 2, 0), mirror="xy")
    b.box((w, t, t), frame, (0, d / 2, h / 2), mirror="yz")
    b.box((t, d, t), frame, (w / 2, 0, h / 2), mirror="xz")
    if b.chance(0.4):
        b.say("with braces")
        b.beam((-w / 2, d / 2 + t * 0.1, -h / 2), (w / 2, d / 2 + t * 0.1, h / 2), t * 0.5, t * 0.8, frame, mirror="y")
        b.beam((w / 2 + t * 0.1, -d / 2, -h / 2), (w / 2 + t * 0.1, d / 2, h / 2), t * 0.8, t * 0.5, frame, mirror="x")


def barrel(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "plank", "metal", "plastic", "rusty"), main=True)
    bands = b.slot("bands", METALS, word="bands")
    r, bulge, h = b.uniform(0.34, 0.45), b.uniform(0.03, 0.12), b.uniform(1.0, 1.4)
    b.cone(r, r + bulge, h / 2, body, (0, 0, -h / 4))
    b.cone(r + bulge, r, h / 2, body, (0, 0, h / 4))
    b.cylinder(r - 0.05, 0.1, body, (0, 0, h / 2), op=2)
    n = b.count(2, 4)
    b.say(f"with {['two', 'three', 'four'][n - 2]} bands")
    for i in range(n):
        z = (-0.8 + 1.6 * i / (n - 1)) * h / 2
        at = r + bulge * (1 - abs(2 * z / h))
        b.cylinder(at + 0.025, 0.09, bands, (0, 0, z))


def chest(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "plank", "dark wood", "metal"), main=True)
    bands = b.slot("bands", METALS)
    lock = b.slot("lock", ("gold", "brass", "iron", "steel"))
    w, d, h = b.uniform(1.2, 1.5), b.uniform(0.7, 0.95), b.uniform(0.5, 0.7)
    b.box((w, d, h), body, (0, 0, h / 2))
    lid = Frame((0, 0, h + 0.02))
    flat = b.chance(0.25)
    squash = b.uniform(0.6, 1.0)
    if flat:
        b.call("flat-lidded")
        b.box((w, d, 0.16), body, (0, 0, h + 0.1))
    else:
        b.group(lid)
        b.ellipsoid((w * 40, d / 2, d / 2 * squash), body, clip=("x", -w / 2, w / 2))
        b.box((w * 1.1, d * 1.1, 1.0), body, (0, 0, -0.5), op=2)
    n = b.count(2, 3)
    b.say(f"with {['two', 'three'][n - 2]} bands")
    for i in range(n):
        x = (-0.42 + 0.84 * i / (n - 1)) * w
        b.group()
        b.box((0.1, d + 0.05, h + 0.01), bands, (x, 0, h / 2))
        if flat:
            b.box((0.1, d + 0.05, 0.2), bands, (x, 0, h + 0.1))
        else:
            b.group(lid)
            b.ellipsoid((4.0, d / 2 + 0.025, d / 2 * squash + 0.025), bands, clip=("x", x - 0.05, x + 0.05))
            b.box((w * 1.1, d * 1.2, 1.0), bands, (0, 0, -0.5), op=2)
    b.group()
    b.box((0.16, 0.08, 0.2), lock, (0, -d / 2 - 0.02, h))


CONTAINERS: dict[str, Kind] = {
    "crate": Kind(crate,
        ("box", "wooden box", "packing case", "shipping crate", "storage box", "cargo box", "supply crate",
         "ammo crate", "ammo box", "loot crate", "loot box", "fruit crate", "packing crate", "wooden case",
         "storage crate", "supply box"),
        ("packing box",)),
    "barrel": Kind(barrel,
        ("cask", "keg", "wine barrel", "rum barrel", "oil drum", "beer barrel", "whiskey barrel", "ale barrel",
         "rain barrel", "storage barrel", "pickle barrel", "gunpowder barrel", "powder keg", "explosive barrel",
         "drum barrel", "vat"),
        ("hogshead", "tun")),
    "treasure chest": Kind(chest,
        ("chest", "pirate chest", "treasure box", "strongbox", "loot chest", "trunk", "coffer", "loot box chest",
         "jewel chest", "booty chest", "locked chest", "reward chest", "dower chest", "storage chest",
         "sea chest", "treasure trunk"),
        ("war chest", "footlocker")),
}  # fmt: skip
