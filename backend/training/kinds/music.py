"""Musical instruments: guitars and trumpets."""

from __future__ import annotations

from ..paints import HARD, WOODS
from ..programs import Builder
from .kind import Kind
from .shapes import disc


def guitar(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "painted wood", "plastic", "painted metal"), main=True)
    neck = b.slot("neck", WOODS)
    trim = b.slot("pegs", ("metal", "gold", "brass", "plastic"), word=b.pick("pegs", "tuners"))
    strings = b.slot("strings", ("steel", "gold", "silver"))
    r, t, long = b.uniform(0.36, 0.44), b.uniform(0.16, 0.22), b.uniform(0.75, 0.95)
    electric = b.chance(0.35)
    top = r * 2.15
    b.group()
    if electric:
        b.call("electric")
        t *= 0.7
        disc(b, r, t, body, (0, 0, r))
        b.ellipsoid((r * 0.85, t * 0.5, r * 0.8), body, (0, 0, r * 1.6))
        b.rod((r * 0.5, 0, r * 1.5), (r * 0.8, 0, r * 2.4), t * 0.5, body, end_radius=t * 0.4, mirror="x")
        b.box((r * 0.9, t + 0.06, 0.12), trim, (0, 0, r * 1.5), repeat=(1, 1, 2), spacing=(0, 0, r * 0.45))
    else:
        b.call("acoustic")
        disc(b, r, t, body, (0, 0, r), round=0.03)
        disc(b, r * 0.78, t, body, (0, 0, r * 2.05), round=0.03, op=1, blend=0.08)
        hole = b.slot("sound hole", ("plastic",), colour="black")
        disc(b, r * 0.33, t + 0.04, hole, (0, 0, r * 1.62))
        b.box((r * 0.8, t + 0.1, 0.08), neck, (0, 0, r * 0.72))
        top = r * 2.7
    b.group()
    y = -t / 2
    b.box((0.14, 0.1, long + r), neck, (0, y, top + (long - r) / 2))
    head = top + long
    b.box((0.22, 0.1, 0.34), neck, (0, y, head + 0.14), round=0.03)
    b.sphere(0.055, trim, (0.14, y, head + 0.14), mirror="x", repeat=(1, 1, 3), spacing=(0, 0, 0.11))
    b.box((0.09, 0.06, head - r * 0.7), strings, (0, y - 0.04, (head + r * 0.7) / 2))
    if b.chance(0.25):
        strap = b.slot("pick guard", HARD)
        b.say("with a pick guard")
        b.ellipsoid((r * 0.3, 0.05, r * 0.4), strap, (r * 0.45, -t / 2 - 0.01, r * 1.1))


def trumpet(b: Builder) -> None:
    brass = b.slot(
        "tubing",
        ("brass", "gold", "gold", "silver", "copper", "painted metal"),
        word=b.pick("tubing", "body", "brass"),
        main=True,
    )
    keys = b.slot("valves", ("brass", "silver", "steel", "plastic"), word=b.pick("valves", "keys"))
    t = b.uniform(0.055, 0.07)
    z = 0.55
    b.rod((-1.0, 0, z), (0.45, 0, z), t, brass)
    b.cone(t * 1.1, 0.36, 0.42, brass, (0.62, 0, z), rot=(0, 90, 0))
    b.cylinder(0.37, 0.05, brass, (0.84, 0, z), rot=(0, 90, 0))
    b.cone(0.12, t * 0.9, 0.2, brass, (-1.0, 0, z), rot=(0, 90, 0))
    low = z - b.uniform(0.3, 0.38)
    b.rod((-0.55, 0, low), (0.3, 0, low), t, brass)
    mid, r = (z + low) / 2, (z - low) / 2
    b.arc(r, t, 90, brass, (0.3, 0, mid), rot=(90, 0, 0))
    b.arc(r, t, 90, brass, (-0.55, 0, mid), rot=(90, 180, 0))
    b.cylinder(0.095, 0.62, keys, (-0.1, 0, mid + 0.08), repeat=(3, 1, 1), spacing=(0.22, 0, 0))
    b.cylinder(0.1, 0.06, brass, (-0.1, 0, mid + 0.46), repeat=(3, 1, 1), spacing=(0.22, 0, 0))
    b.cylinder(0.04, 0.12, keys, (-0.1, 0, mid + 0.4), repeat=(3, 1, 1), spacing=(0.22, 0, 0))


MUSIC: dict[str, Kind] = {
    "guitar": Kind(guitar,
        ("acoustic guitar", "electric guitar", "ukulele", "bass guitar", "toy guitar", "classical guitar",
         "spanish guitar", "banjo", "six string", "mandolin", "six string guitar", "flamenco guitar",
         "string instrument", "country guitar", "stratocaster", "fender guitar"),
        ("lute", "folk guitar")),
    "trumpet": Kind(trumpet,
        ("brass trumpet", "horn", "bugle", "jazz trumpet", "cornet trumpet", "fanfare trumpet",
         "brass instrument", "army bugle", "military bugle", "herald's trumpet", "hunting horn", "musical horn",
         "valve trumpet", "post horn", "orchestra trumpet"),
        ("flugelhorn",), True),
}  # fmt: skip
