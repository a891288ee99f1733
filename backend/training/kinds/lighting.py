"""Lighting: lamps, lanterns, candles and torches."""

from __future__ import annotations

from ..paints import METALS
from ..programs import Builder
from .joinery import UPRIGHT, column, knob, stout
from .kind import Kind

SHADES = ("fabric", "fabric", "paper", "glowing", "painted metal", "glass")


def flame(b: Builder, radius: float, z: float, x: float = 0.0, **more) -> None:
    """A tongue of fire whose foot is at height z."""
    fire = b.slot("flame", ("glowing",), colour=b.pick("orange", "yellow", "any"), word="flame")
    b.sphere(radius, fire, (x, 0, z + radius * 0.8), **more)
    b.rod((x, 0, z + radius * 0.9), (x, 0, z + radius * 2.8), radius * 0.85, fire, end_radius=radius * 0.15, **more)


def lampshade(b: Builder, bottom: float, top: float, tall: float, slot: str, z: float) -> None:
    """A shade open below, closed above, whose lower rim is at height z."""
    b.group()
    b.cone(bottom, top, tall, slot, (0, 0, z + tall / 2))
    b.cone(bottom - 0.05, top - 0.05, tall, slot, (0, 0, z + tall / 2 - 0.07), op=2)
    b.group()


def table_lamp(b: Builder) -> None:
    shade = b.slot("shade", SHADES, main=True, word="shade")
    base = b.slot("base", (*METALS, "ceramic", "wooden", "marble"), word="base")
    r, h = b.uniform(0.34, 0.46), b.uniform(0.6, 0.8)
    top, tall = r * b.uniform(0.45, 0.95), b.uniform(0.36, 0.5)
    column(b, b.uniform(0.2, 0.27), 0.08 * stout(b), base, (0, 0, 0.04), round=0.025)
    body = b.pick("stem", "ball", "gourd")
    b.cylinder(0.045 * stout(b), h + tall - 0.1, base, (0, 0, (h + tall) / 2))
    if body == "ball":
        b.sphere(b.uniform(0.18, 0.24), base, (0, 0, 0.27))
    elif body == "gourd":
        b.ellipsoid((0.2, 0.2, 0.18), base, (0, 0, 0.22))
        b.ellipsoid((0.13, 0.13, 0.14), base, (0, 0, 0.42))
    elif b.style == "ornate":
        b.ellipsoid((0.1, 0.1, 0.07), base, (0, 0, h * 0.5))
    lampshade(b, r, top, tall, shade, h - 0.05)
    if b.chance(0.4):
        b.slot("trim", ("gold", "fabric", "brass"))
        b.cylinder(r + 0.01, 0.05, "trim", (0, 0, h - 0.02))
        b.say("with a trimmed shade")
    knob(b, 0.05, base, (0, 0, h + tall - 0.02))


def lantern(b: Builder) -> None:
    frame = b.slot("frame", ("iron", "brass", "copper", "painted metal", "wooden", "rusty", "gold"), main=True)
    light = b.slot("light", ("glowing", "glowing", "glass"), word="light")
    r, h, t = b.uniform(0.3, 0.4), b.uniform(0.5, 0.75), 0.055 * stout(b)
    sides = b.pick(4, 4, 6, 0)
    base, post, roof = b.uniform(1.1, 1.3), sides or 4, b.uniform(0.2, 0.34)
    turn = 45.0 if sides == 4 else 0.0
    if sides:
        for z, tall in ((0.06, 0.12), (h + 0.14, 0.08)):
            b.polygon(sides, r * base, tall, frame, (0, 0, z), rot=(0, 0, turn), round=0.015)
        b.polygon(sides, r * 0.82, h, light, (0, 0, h / 2 + 0.1), rot=(0, 0, turn))
        b.call("square" if sides == 4 else "hexagonal")
    else:
        b.call("round")
        b.cylinder(r * base, 0.12, frame, (0, 0, 0.06), round=0.02)
        b.cylinder(r * base, 0.08, frame, (0, 0, h + 0.14), round=0.02)
        b.ellipsoid((r * 0.95, r * 0.95, h * 0.52), light, (0, 0, h / 2 + 0.1))
    if sides == 4:
        s = r * 0.72
        b.box((t, t, h + 0.1), frame, (s, s, h / 2 + 0.1), mirror="xy")
    else:
        b.cylinder(t * 0.55, h + 0.1, frame, (r * 0.98, 0, h / 2 + 0.1), polar=post)
    top = h + 0.16
    if sides == 4:
        b.cone(r * 0.95, r * 0.3, roof, frame, (0, 0, top + roof / 2))
    else:
        b.cone(r * 1.1, r * 0.25, roof, frame, (0, 0, top + roof / 2))
    b.arc(0.17, 0.035 * stout(b), 150, frame, (0, 0, top + roof + 0.12), rot=UPRIGHT)


def candle(b: Builder) -> None:
    wax = b.slot("wax", ("plastic", "ceramic"), main=True, colour=b.pick("cream", "white", "red", "any"), word="wax")
    r, h = b.uniform(0.14, 0.24), b.uniform(0.55, 1.0)
    holder = b.pick("none", "dish", "stick")
    z = 0.0
    if holder != "none":
        stand = b.slot("holder", ("brass", "gold", "iron", "silver", "wooden", "copper"), word="holder")
        z = 0.08
        b.say("with a holder")
        if holder == "dish":
            b.cone(r * 1.5, r * 2.1, 0.12, stand, (0, 0, 0.06), round=0.03)
            b.arc(0.12, 0.035 * stout(b), 140, stand, (r * 2.0 + 0.06, 0, 0.1), rot=(90, 0, 0))
        else:
            z = b.uniform(0.35, 0.55)
            b.lathe(
                [(r * 1.7, 0.0), (r * 1.5, 0.06), (0.07, 0.14), (0.07, z - 0.1), (r * 1.35, z), (r * 1.35, z + 0.05)],
                stand,
            )
            b.sphere(0.11, stand, (0, 0, z * 0.55))
    column(b, r, h, wax, (0, 0, z + h / 2), round=0.03)
    if b.chance(0.6):
        b.say("with dripping wax")
        b.capsule(0.05, h * 0.3, wax, (r, 0, z + h * 0.75), polar=3)
        b.capsule(0.04, h * 0.15, wax, (r * 0.5, -r * 0.87, z + h * 0.86), mirror="x")
    wick = b.slot("wick", ("fabric",), colour="black")
    b.cylinder(0.03, 0.12, wick, (0, 0, z + h + 0.03))
    if b.chance(0.8):
        b.call("lit")
        flame(b, 0.085 * stout(b), z + h + 0.05)


LIGHTING: dict[str, Kind] = {
    "table lamp": Kind(table_lamp,
        ("lamp", "desk lamp", "bedside lamp", "reading lamp", "nightstand lamp", "shaded lamp", "desktop lamp",
         "study lamp", "lampshade lamp", "living room lamp", "bedroom lamp", "lamp with shade", "night lamp",
         "bed lamp", "office lamp", "work lamp"),
        ("boudoir lamp",)),
    "lantern": Kind(lantern,
        ("oil lantern", "hand lantern", "camping lantern", "old lantern", "storm lantern", "paper lantern",
         "kerosene lamp", "kerosene lantern", "oil lamp", "hurricane lantern", "candle lantern",
         "railroad lantern", "miner's lantern", "japanese lantern", "paraffin lamp", "gas lantern"),
        ("hurricane lamp",), True),
    "candle": Kind(candle,
        ("candlestick", "wax candle", "lit candle", "pillar candle", "candle holder", "burning candle",
         "wax taper", "church candle", "taper candle", "scented candle", "melted candle", "candle with flame",
         "dinner candle", "altar candle", "ritual candle", "tallow candle"),
        ("taper",)),
}  # fmt: skip
