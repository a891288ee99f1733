"""Parts of buildings and grounds: fences, doors, columns, gates and walls."""

from __future__ import annotations

from ..paints import METALS, STONES, WOODS
from ..programs import Builder
from .kind import Kind
from .shapes import disc, pillar


def fence(b: Builder) -> None:
    pickets = b.slot(
        "pickets",
        (*WOODS, "plank", "iron", "painted metal", "bark"),
        word=b.pick("pickets", "slats", "boards"),
        main=True,
    )
    rails = b.slot("rails", WOODS, like="" if b.chance(0.5) else "pickets")
    n, h, gap = b.count(4, 7), b.uniform(0.8, 1.2), b.uniform(0.24, 0.34)
    wide = gap * b.uniform(0.45, 0.7)
    span = n * gap
    form = b.pick("picket", "picket", "rail", "iron")
    b.beam((-span / 2, 0, h * 0.3), (span / 2, 0, h * 0.3), 0.12, 0.09, rails)
    b.beam((-span / 2, 0, h * 0.72), (span / 2, 0, h * 0.72), 0.12, 0.09, rails)
    if form == "picket":
        b.box((wide, 0.1, h), pickets, (0, -0.07, h / 2), repeat=(n, 1, 1), spacing=(gap, 0, 0))
        b.prism(
            (wide, 0.1, wide * b.uniform(0.6, 1.0)),
            pickets,
            (0, -0.07, h - 0.005),
            repeat=(n, 1, 1),
            spacing=(gap, 0, 0),
        )
    elif form == "rail":
        b.call("post-and-rail")
        pillar(b, 0.09, h, pickets, (0, 0, h / 2), repeat=(3, 1, 1), spacing=(span * 0.45, 0, 0))
        b.beam((-span / 2, 0, h * 0.5), (span / 2, 0, h * 0.5), 0.1, 0.08, rails)
    else:
        b.call("spiked")
        b.cylinder(0.045, h, pickets, (0, 0, h / 2), repeat=(n, 1, 1), spacing=(gap, 0, 0))
        b.cone(0.085, 0.005, 0.2, pickets, (0, 0, h + 0.08), repeat=(n, 1, 1), spacing=(gap, 0, 0))
    if b.chance(0.5) and form != "rail":
        b.say("with end posts")
        b.box((0.16, 0.16, h * 1.12), rails, (span / 2, 0, h * 0.56), mirror="x")
        b.sphere(0.11, rails, (span / 2, 0, h * 1.15), mirror="x")


def door(b: Builder) -> None:
    leaf = b.slot(
        "door", (*WOODS, "plank", "iron", "painted wood", "painted metal"), word=b.pick("panel", "leaf"), main=True
    )
    frame = b.slot("frame", (*WOODS, "stone", "brick", "painted wood"))
    knob = b.slot("knob", METALS, word=b.pick("knob", "handle"))
    w, h, t = b.uniform(0.75, 1.0), b.uniform(1.5, 1.9), b.uniform(0.12, 0.2)
    arched = b.chance(0.35)
    b.box((w, 0.12, h), leaf, (0, 0, h / 2))
    b.box((t, 0.26, h), frame, (w / 2 + t / 2, 0, h / 2), mirror="x")
    if arched:
        b.call("arched")
        disc(b, w / 2, 0.12, leaf, (0, 0, h))
        b.group()
        disc(b, w / 2 + t, 0.26, frame, (0, 0, h))
        disc(b, w / 2, 1, frame, (0, 0, h), op=2)
        b.box((3, 3, 2), frame, (0, 0, h - 1), op=2)
        b.group()
    else:
        b.box((w + 2 * t, 0.26, t), frame, (0, 0, h + t / 2))
    form = b.pick("panels", "planks", "window", "bands")
    if form == "panels":
        n = b.count(2, 3)
        b.say("with panels")
        b.box(
            (w * 0.34, 0.2, h / n * 0.7),
            leaf,
            (w * 0.23, 0, h / 2),
            repeat=(1, 1, n),
            spacing=(0, 0, h / n * 0.95),
            mirror="x",
            round=0.03,
        )
    elif form == "planks":
        b.box((w * 0.02, 0.2, h * 0.98), knob, (w * 0.17, 0, h / 2), mirror="x")
        b.box((w * 0.9, 0.2, 0.12), leaf, (0, 0, h * 0.5), repeat=(1, 1, 2), spacing=(0, 0, h * 0.6))
    elif form == "window":
        glass = b.slot("window", ("glass", "glowing"))
        b.say("with a window")
        b.box((w * 0.6, 0.2, h * 0.34), frame, (0, 0, h * 0.7))
        b.box((w * 0.46, 0.26, h * 0.26), glass, (0, 0, h * 0.7))
    else:
        bands = b.slot("hinges", ("iron", "rusty", "brass"), word=b.pick("hinges", "bands"))
        b.say("with iron bands")
        b.box((w * 0.85, 0.18, 0.1), bands, (-w * 0.06, 0, h / 2), repeat=(1, 1, 2), spacing=(0, 0, h * 0.62))
    if b.chance(0.3):
        b.box((w + 2.6 * t, 0.5, 0.1), b.slot("doorstep", STONES), (0, -0.08, -0.04))
    b.sphere(0.075, knob, (w * 0.38, -0.12, h * 0.46))


def column(b: Builder) -> None:
    shaft = b.slot("shaft", ("marble", "marble", "stone", "stone", "concrete", "plaster", "brick", "gold"), main=True)
    base = b.slot("base", STONES, word=b.pick("base", "plinth"), like="shaft" if b.chance(0.5) else "")
    top = b.slot("capital", (*STONES, "gold"), like="base" if b.chance(0.7) else "")
    r, h, taper = b.uniform(0.18, 0.3), b.uniform(1.4, 1.9), b.uniform(0.78, 1.0)
    b.box((r * 3, r * 3, 0.16), base, (0, 0, 0.08))
    b.torus(r * 1.08, 0.08, base, (0, 0, 0.22))
    square = b.chance(0.2)
    if square:
        b.call("square")
        b.box((r * 1.9, r * 1.9, h), shaft, (0, 0, 0.2 + h / 2), round=0.02)
    elif b.style == "low-poly":
        pillar(b, r, h, shaft, (0, 0, 0.2 + h / 2))
    else:
        b.cone(r, r * taper, h, shaft, (0, 0, 0.2 + h / 2))
        if b.chance(0.55):
            b.call("fluted")
            n = b.count(8, 12)
            b.group()
            b.cone(r * 1.06, r * taper * 1.06, h * 0.92, shaft, (0, 0, 0.2 + h / 2))
            b.rod((r * 1.1, 0, 0.2), (r * 1.1 * taper, 0, 0.2 + h), r * 0.2, shaft, op=2, polar=n)
            b.group()
    z, form = 0.2 + h, b.pick("plain", "scrolls", "flared")
    b.torus(r * taper * 1.05, 0.06, top, (0, 0, z - 0.04))
    if form == "flared":
        b.cone(r * taper, r * 1.5, 0.26, top, (0, 0, z + 0.1))
    elif form == "scrolls":
        b.say("with scrolls")
        b.cylinder(r * 0.55, r * 2.3, top, (r * 1.15, 0, z + 0.05), rot=(90, 0, 0), mirror="x")
        b.box((r * 2.4, r * 2.2, 0.18), top, (0, 0, z + 0.12))
    else:
        b.cone(r * taper, r * 1.25, 0.26, top, (0, 0, z + 0.09))
    b.box((r * 3, r * 3, 0.14), top, (0, 0, z + 0.26))


FITTINGS: dict[str, Kind] = {
    "fence": Kind(fence,
        ("picket fence", "wooden fence", "garden fence", "railing", "fence panel", "fencing", "fence section",
         "ranch fence", "split rail fence", "farm fence", "wire fence", "paddock fence", "yard fence",
         "boundary fence", "balustrade", "stockade"),
        ("palisade", "paling"), True),
    "door": Kind(door,
        ("front door", "doorway", "wooden door", "entrance door", "dungeon door", "house door", "panelled door",
         "room door", "bedroom door", "prison door", "cottage door", "interior door", "barn door", "panel door",
         "magic door"),
        ("entry door", "castle door")),
    "column": Kind(column,
        ("pillar", "greek column", "marble column", "stone pillar", "roman column", "temple column",
         "doric column", "corinthian column", "classical column", "support column", "ancient column",
         "ancient pillar", "greek pillar", "architectural column", "temple pillar", "roman pillar"),
        ("ionic column", "pilaster")),
}  # fmt: skip
