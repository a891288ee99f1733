"""Electronics: screens, speakers, cameras and their kin."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder
from .joinery import FACING, array, soft, stout
from .kind import Kind

SHELL = ("plastic", "plastic", "painted metal", "metal")


def television(b: Builder) -> None:
    retro = b.style in ("rustic", "cartoon", "ornate") or b.chance(0.5)
    body = b.slot("body", (*WOODS, *SHELL) if retro else SHELL, main=True)
    screen = b.slot(
        "screen", ("glass", "glass", "glowing", "plastic"), word="screen", colour=b.pick("black", "grey", "any")
    )
    if not retro:
        b.call("flat-screen")
        w, h, t = b.uniform(1.4, 1.6), b.uniform(0.8, 0.95), 0.1 * stout(b)
        b.box((w, t, h), body, (0, 0, h / 2 + 0.2), round=0.03)
        b.box((w - 0.12, t, h - 0.12), screen, (0, -0.02, h / 2 + 0.2))
        stand = b.slot("stand", ("metal", "plastic", "steel"))
        b.box((0.2, 0.08, 0.4), stand, (0, 0.04, 0.2))
        b.box((w * b.uniform(0.35, 0.6), 0.36, 0.07), stand, (0, 0, 0.035), round=0.02)
        return
    b.call("retro")
    w, h, d, z = b.uniform(1.1, 1.35), b.uniform(0.8, 0.95), b.uniform(0.6, 0.8), 0.14
    b.box((w, d, h), body, (0, 0, z + h / 2), round=max(soft(b, 0.3), 0.03))
    b.box((w * 0.68, d, h * 0.78), body, (0, d * 0.14, z + h / 2 - 0.02), round=0.1)
    x = -w * 0.12
    trim = b.slot("knobs", ("metal", "gold", "silver", "plastic"), word="knobs")
    b.box((w * 0.7, 0.1, h * 0.82), trim, (x, -d / 2, z + h / 2), round=0.05)
    b.ellipsoid((w * 0.31, 0.12, h * 0.35), screen, (x, -d / 2 - 0.03, z + h / 2))
    b.box((w * 0.6, 0.16, h * 0.7), screen, (x, -d / 2, z + h / 2), round=0.07)
    n = b.count(2, 3)
    b.cylinder(0.085, 0.14, trim, (w * 0.36, -d / 2 - 0.03, z + h * 0.75), rot=FACING)
    array(b, (0.15, 0.1, 0.05), trim, (w * 0.36, -d / 2, z + h * 0.35), n, "z", 0.1)
    legs = b.slot("legs", (*WOODS, "metal"))
    b.rod((w * 0.33, d * 0.28, z + 0.05), (w * 0.38, d * 0.33, 0.04), 0.06, legs, mirror="xy")
    if b.chance(0.65):
        b.say("with an antenna")
        b.rod((0.03, 0, z + h), (0.36, 0, z + h + 0.42), 0.032, trim, mirror="x")
        b.sphere(0.1, trim, (0, 0, z + h))


ELECTRONICS: dict[str, Kind] = {
    "television": Kind(television,
        ("tv", "tv set", "telly", "retro tv", "old television", "flat screen tv", "television set",
         "television screen", "flatscreen", "television receiver", "plasma tv", "crt television", "crt tv",
         "vintage tv", "vintage television", "lcd tv"),
        ("boob tube",), True),
}  # fmt: skip
