"""More lighting: floor lamps, candelabra, torches, chandeliers and flashlights."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .joinery import NUMBER, UPRIGHT, column, knob, stout
from .kind import Kind
from .lighting import SHADES, lampshade

WAX = ("cream", "white", "red", "any")


def floor_lamp(b: Builder) -> None:
    shade = b.slot("shade", SHADES, main=True, word="shade")
    base = b.slot("base", (*METALS, *WOODS, "marble"), word=b.pick("base", "stand"))
    r, h, tall, t = b.uniform(0.32, 0.42), b.uniform(1.3, 1.5), b.uniform(0.36, 0.48), 0.05 * stout(b)
    if b.chance(0.3):
        b.say("with three legs")
        b.rod((0.42, 0, t * 0.6), (0.03, 0, h * 0.98), t * 0.75, base, polar=3)
        b.cylinder(0.1, 0.09, base, (0, 0, h * 0.95), round=0.02)
        b.cylinder(t * 0.8, tall, base, (0, 0, h + tall * 0.4))
    elif b.chance(0.25):
        b.call("arched")
        column(b, 0.27, 0.09, base, (0.38, 0, 0.045), round=0.03)
        b.cylinder(t, h * 0.85, base, (0.38, 0, h * 0.43))
        b.arc(0.38, t, 90, base, (0, 0, h * 0.85), rot=UPRIGHT)
        b.cylinder(t, 0.12, base, (-0.38, 0, h * 0.8))
        b.cone(r * 0.85, 0.12, tall * 0.75, shade, (-0.38, 0, h * 0.62))
        return
    else:
        column(b, b.uniform(0.24, 0.32), 0.09 * stout(b), base, (0, 0, 0.045), round=0.03)
        b.cylinder(t, h + tall - 0.1, base, (0, 0, (h + tall) / 2))
        if b.style == "ornate" or b.chance(0.3):
            b.sphere(t * 2.0, base, (0, 0, h * 0.45))
            b.cone(0.15, t, 0.16, base, (0, 0, 0.15))
    lampshade(b, r, r * b.uniform(0.5, 0.95), tall, shade, h - 0.05)
    knob(b, 0.05, base, (0, 0, h + tall - 0.03))


def candelabra(b: Builder) -> None:
    body = b.slot("stand", ("gold", "brass", "silver", "iron", "copper"), main=True, word="stand")
    wax = b.slot("candles", ("plastic", "ceramic"), colour=b.pick(*WAX), word="candles")
    t, h, pairs = 0.045 * stout(b), b.uniform(0.75, 0.95), b.count(1, 2)
    b.say(f"with {NUMBER[2 * pairs + 1]} candles")
    b.cone(0.32, 0.1, 0.1, body, (0, 0, 0.09))
    b.cylinder(0.32, 0.06, body, (0, 0, 0.03), round=0.02)
    b.cylinder(t, h + 0.1, body, (0, 0, h / 2 + 0.08))
    b.sphere(t * 2.1, body, (0, 0, h * 0.45))
    tall, wax_r = b.uniform(0.26, 0.36), 0.055 * stout(b) ** 0.5
    spots = [(0.0, h + 0.14)] + [(0.34 * (i + 1), h - 0.06 * i) for i in range(pairs)]
    for x, z in spots:
        fold = "x" if x else ""
        if x:
            b.group()
            b.arc(x / 2, t, 90, body, (x / 2, 0, z - 0.06), rot=(90, 90, 0), mirror="x")
        b.cone(0.06, 0.115, 0.08, body, (x, 0, z), mirror=fold)
        b.cylinder(wax_r, tall, wax, (x, 0, z + tall / 2), mirror=fold)
    fire = b.slot("flames", ("glowing",), colour=b.pick("orange", "yellow", "any"), word="flames")
    for x, z in spots:
        b.capsule(0.055, 0.1, fire, (x, 0, z + tall + 0.06), top=0.015, mirror="x" if x else "")


def torch(b: Builder) -> None:
    handle = b.slot("handle", (*WOODS, "bark", "iron", "leather"), main=True, word="handle")
    head = b.slot("head", ("fabric", "iron", "leather", "brass", "straw"), word="head")
    fire = b.slot("flame", ("glowing",), colour=b.pick("orange", "yellow", "any", "orange"), word="flame")
    t, h = 0.085 * stout(b), b.uniform(0.85, 1.1)
    b.cone(t * 0.75, t * 1.15, h, handle, (0, 0, h / 2), round=0.02)
    if b.chance(0.5):
        b.say("with a metal basket")
        b.cone(t * 1.1, t * 2.2, 0.3, head, (0, 0, h + 0.08))
        b.torus(t * 2.15, 0.04, head, (0, 0, h + 0.22))
        b.torus(t * 1.3, 0.04, head, (0, 0, h - 0.06))
        z, wide = h + 0.18, t * 1.9
    else:
        b.say("with a wrapped head")
        b.capsule(t * 1.5, 0.16, head, (0, 0, h + 0.05))
        b.torus(t * 1.45, 0.04, head, (0, 0, h + 0.05))
        z, wide = h + 0.1, t * 1.9
    b.ellipsoid((wide, wide, wide * 1.15), fire, (0, 0, z + wide * 0.8))
    b.rod((0, 0, z + wide), (wide * 0.15, 0, z + wide * 3.2), wide * 0.75, fire, end_radius=0.02, op=1, blend=0.08)
    b.rod((wide * 0.4, 0, z + wide), (wide * 0.75, 0, z + wide * 2.3), wide * 0.5, fire, end_radius=0.02, polar=3, op=1)
    if b.chance(0.35):
        wrap = b.slot("grip", ("leather", "fabric"), word="grip")
        b.say("with a wrapped grip")
        b.cone(t * 0.95, t * 1.05, 0.28, wrap, (0, 0, h * 0.3), round=0.03)


def chandelier(b: Builder) -> None:
    body = b.slot("frame", ("gold", "brass", "iron", "silver", "wooden", "copper"), main=True, word="frame")
    wax = b.slot("candles", ("plastic", "ceramic", "glass"), colour=b.pick(*WAX), word="candles")
    r, n, t = b.uniform(0.55, 0.7), b.count(5, 8), 0.045 * stout(b)
    b.say(f"with {NUMBER[n]} candles")
    top = b.uniform(0.7, 0.9)
    if b.chance(0.5):
        b.torus(r, t * 1.3, body, (0, 0, 0.2))
        b.rod((r, 0, 0.2), (0.03, 0, top), t * 0.8, body, polar=b.pick(3, 4))
        b.rod((r, 0, 0.2), (0, 0, 0.2), t * 0.8, body, polar=4)
    else:
        b.arc(r / 2, t, 90, body, (r / 2, 0, 0.2), rot=(90, 90, 0), polar=n)
        b.ellipsoid((0.12, 0.12, 0.22), body, (0, 0, 0.15))
        b.cylinder(t * 1.2, top, body, (0, 0, top / 2 + 0.1))
    b.cone(0.055, 0.11, 0.08, body, (r, 0, 0.25), polar=n)
    b.cylinder(0.055, 0.24, wax, (r, 0, 0.38), polar=n)
    fire = b.slot("flames", ("glowing",), colour=b.pick("orange", "yellow", "any"), word="flames")
    b.capsule(0.055, 0.1, fire, (r, 0, 0.55), top=0.015, polar=n)
    b.torus(0.085, 0.035, body, (0, 0, top + 0.1), rot=(90, 0, 0))
    b.torus(0.085, 0.035, body, (0, 0, top + 0.23), rot=(90, 0, 90))
    if b.style == "ornate" or b.chance(0.3):
        gems = b.slot("crystals", ("crystal", "glass"), word="crystals")
        b.say("with hanging crystals")
        b.rod((r, 0, 0.16), (r, 0, 0.04), 0.03, gems, end_radius=0.055, polar=n)


def flashlight(b: Builder) -> None:
    body = b.slot("body", ("plastic", "metal", "rubber", "painted metal", "steel"), main=True)
    head = b.slot("head", ("plastic", "metal", "steel", "rubber"), like="body" if b.chance(0.4) else "", word="head")
    lens = b.slot("lens", ("glowing", "glowing", "glass"), word="lens")
    r, h = b.uniform(0.14, 0.18) * stout(b) ** 0.5, b.uniform(0.8, 1.05)
    wide = r * b.uniform(1.5, 1.9)
    b.group(Frame((0, 0, wide), (90, 0, b.uniform(35, 65))))
    column(b, r, h, body, (0, 0, -h * 0.1), round=0.03)
    b.cone(r, wide, 0.22, head, (0, 0, h * 0.4 + 0.1))
    b.cylinder(wide, 0.2, head, (0, 0, h * 0.4 + 0.29), round=0.03)
    b.cylinder(wide - 0.05, 0.08, lens, (0, 0, h * 0.4 + 0.37), round=0.02)
    b.cylinder(r * 1.08, 0.1, head, (0, 0, -h * 0.58), round=0.03)
    switch = b.slot("switch", ("plastic", "rubber"), colour=b.pick("red", "yellow", "any"), word="switch")
    b.box((0.1, 0.1, 0.2), switch, (0, r, h * 0.12), round=0.03)
    if b.chance(0.5):
        n = b.count(3, 4)
        b.say("with grip rings")
        b.cylinder(r * 1.1, 0.055, head, (0, 0, 0), repeat=(1, 1, n), spacing=(0, 0, 0.12), round=0.015)


LAMPS: dict[str, Kind] = {
    "floor lamp": Kind(floor_lamp,
        ("standing lamp", "standard lamp", "tall lamp", "tripod lamp", "arc lamp", "standing light",
         "living room floor lamp", "upright lamp", "floor light", "reading floor lamp", "lamp stand",
         "standing reading lamp", "pole lamp"),
        ("torchiere",), True),
    "candelabra": Kind(candelabra,
        ("candelabrum", "branched candlestick", "menorah", "three-armed candlestick", "candle stand",
         "multi candle holder", "three candle holder", "candle tree", "branching candlestick",
         "five branched candelabra", "gothic candelabra", "branched candle holder", "table candelabra",
         "five armed candlestick", "castle candelabra"),
        ("girandole",), True),
    "torch": Kind(torch,
        ("burning torch", "flaming torch", "dungeon torch", "fire torch", "wooden torch", "flaming brand",
         "olympic torch", "stick torch", "wall torch", "cave torch", "pitch torch", "castle torch",
         "handheld torch", "tiki torch", "burning stick", "explorer's torch"),
        ("firebrand",), True),
    "chandelier": Kind(chandelier,
        ("hanging chandelier", "candle chandelier", "ceiling chandelier", "crystal chandelier",
         "ceiling candelabra", "ballroom chandelier", "castle chandelier", "wagon wheel chandelier",
         "gothic chandelier", "ceiling lamp", "hanging candelabra", "pendant chandelier",
         "hanging ceiling light"),
        ("candle wheel",), True),
    "flashlight": Kind(flashlight,
        ("electric torch", "pocket torch", "torchlight", "pocket lamp", "hand torch", "electric lamp",
         "camping flashlight", "pocket flashlight", "police flashlight", "hand lamp", "handheld flashlight",
         "battery torch", "handheld light", "emergency torch", "maglite", "led torch"),
        ("penlight",)),
}  # fmt: skip
