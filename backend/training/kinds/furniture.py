"""Furniture: seats, tables and beds."""

from __future__ import annotations

from ..paints import SOFT, WOODS
from ..programs import Builder
from .joinery import NUMBER, array, column, knob, legs, soft, stout
from .kind import Kind

SEATS = (*WOODS, "plank", "plastic", "painted metal", "metal")


def chair(b: Builder) -> None:
    frame = b.slot("frame", SEATS, main=True)
    seat = b.slot("seat", (*SOFT, "wicker", "wooden", "plastic"))
    w, d, z, t = b.uniform(0.48, 0.6), b.uniform(0.46, 0.56), b.uniform(0.44, 0.52), 0.07 * stout(b)
    back = z + b.uniform(0.45, 0.75)
    x, y = w / 2 - t / 2, d / 2 - t / 2
    legs(b, (x, y), z, frame, t)
    b.box((w, d, 0.07 * stout(b)), frame, (0, 0, z), round=0.02)
    b.box((w * 0.94, d * 0.94, 0.07 * stout(b)), seat, (0, -0.01, z + 0.055 * stout(b)), round=0.03)
    b.box((t, t, back - z + 0.02), frame, (x, y, (back + z) / 2), mirror="x", round=soft(b, t))
    if b.style == "ornate":
        knob(b, t * 0.65, frame, (x, y, back + t * 0.4), mirror="x")
    kind = b.pick("slats", "ladder", "panel", "cushion")
    if kind == "slats":
        n = b.count(2, 4)
        b.say("with a slatted back")
        b.box((w, t * 0.9, 0.12), frame, (0, y, back - 0.06), round=soft(b, t))
        b.box(
            (0.055, 0.05, back - z),
            frame,
            (0, y, (back + z) / 2 - 0.03),
            repeat=(n, 1, 1),
            spacing=(w * 0.75 / n, 0, 0),
        )
    elif kind == "ladder":
        n = b.count(2, 3)
        b.say(f"with {NUMBER[n]} crossbars in the back")
        gap = (back - z - 0.12) / n
        array(b, (w - t, t * 0.7, 0.09), frame, (0, y, back - 0.06 - gap * (n - 1) / 2), n, "z", gap)
    else:
        fill = frame if kind == "panel" else seat
        b.say("with a solid back" if kind == "panel" else "with a padded back")
        b.box((w - t, 0.06 * stout(b), (back - z) * 0.68), fill, (0, y, back - (back - z) * 0.36), round=0.025)


def stool(b: Builder) -> None:
    seat = b.slot("seat", (*WOODS, *SOFT, "plastic", "painted metal"), main=True)
    frame = b.slot("legs", (*WOODS, "metal", "iron", "steel"))
    h, r, t = b.uniform(0.6, 1.1), b.uniform(0.26, 0.36), 0.075 * stout(b)
    n = b.pick(3, 4, 4)
    if b.chance(0.75):
        b.call("round")
        column(b, r, 0.12 * stout(b), seat, (0, 0, h), round=0.035)
    else:
        b.call("square")
        b.box((r * 1.9, r * 1.9, 0.12), seat, (0, 0, h), round=soft(b, 0.12))
    b.say(f"with {NUMBER[n]} legs")
    foot = r * b.uniform(0.95, 1.15)
    b.rod((foot, 0, t * 0.5), (r * 0.68, 0, h), t * 0.5, frame, polar=n)
    if b.chance(0.6):
        low = 0.32
        b.torus(foot + (r * 0.68 - foot) * low, t * 0.38, frame, (0, 0, h * low))


def sofa(b: Builder) -> None:
    n = b.count(2, 3)
    b.say(f"with {NUMBER[n]} cushions")
    settee(b, b.uniform(1.5, 1.9), n)


def settee(b: Builder, w: float, n: int) -> None:
    """An upholstered seat of width w for n people."""
    body = b.slot("body", (*SOFT, "fabric"), main=True)
    cushions = b.slot("cushions", SOFT, like="body" if b.chance(0.4) else "")
    foot = b.slot("legs", (*WOODS, "metal", "gold"))
    d, z = b.uniform(0.68, 0.85), b.uniform(0.1, 0.18)
    arm, back, puff = b.uniform(0.16, 0.26), b.uniform(0.72, 0.9), 0.06 * stout(b)
    b.box((w, d, 0.3), body, (0, 0, z + 0.15), round=0.04)
    b.box((w, 0.26, back - z), body, (0, d / 2 - 0.13, (back + z) / 2), round=0.05 * stout(b))
    if b.style == "ornate" or b.chance(0.3):
        b.say("with rolled arms")
        b.box((arm * 0.8, d, 0.5), body, (w / 2 - arm * 0.4, 0, z + 0.25), mirror="x", round=0.03)
        b.cylinder(arm * 0.62, d + 0.02, body, (w / 2 - arm * 0.4, 0, z + 0.48), rot=(90, 0, 0), mirror="x", round=0.03)
    else:
        b.box((arm, d, 0.5), body, (w / 2 - arm / 2, 0, z + 0.25), mirror="x", round=puff)
    each = (w - 2 * arm) / n
    many = {"repeat": (n, 1, 1), "spacing": (each, 0, 0), "round": puff}
    b.box((each - 0.02, d - 0.24, 0.18), cushions, (0, -0.13, z + 0.36), **many)
    b.box(
        (each - 0.03, 0.18, back - z - 0.32), cushions, (0, d / 2 - 0.31, (back + z) / 2 + 0.17), rot=(-8, 0, 0), **many
    )
    b.cone(0.04, 0.065, z + 0.04, foot, (w / 2 - 0.1, d / 2 - 0.1, z / 2), mirror="xy")


def table(b: Builder) -> None:
    top = b.slot("top", (*WOODS, "plank", "marble", "glass", "metal"), main=True, word="top")
    frame = b.slot("legs", (*WOODS, "metal", "iron", "steel"))
    w, d, h, t = b.uniform(1.2, 1.7), b.uniform(0.7, 0.95), b.uniform(0.6, 0.8), 0.09 * stout(b)
    b.box((w, d, 0.09 * stout(b)), top, (0, 0, h), round=soft(b, 0.09))
    x, y = w / 2 - t, d / 2 - t
    if b.style == "rustic" and b.chance(0.5):
        b.say("with trestle legs")
        b.beam((x - 0.1, y, 0), (x - 0.1, -y, h), t, t, frame, mirror="x")
        b.beam((x - 0.1, -y, 0), (x - 0.1, y, h), t, t, frame, mirror="x")
        b.box((2 * x - 0.2, t, t), frame, (0, 0, h / 2))
        return
    legs(b, (x, y), h, frame, t)
    if b.chance(0.6):
        b.box((2 * x, 0.05, 0.13), frame, (0, y, h - 0.1), mirror="y")
        b.box((0.05, 2 * y, 0.13), frame, (x, 0, h - 0.1), mirror="x")
    if b.chance(0.25):
        knobs = b.slot("knob", ("brass", "gold", "iron", "wooden"))
        b.say("with a drawer")
        b.box((w * 0.4, 0.08, 0.15), top, (0, -y, h - 0.11))
        b.sphere(0.04, knobs, (0, -y - 0.06, h - 0.11))


def bed(b: Builder) -> None:
    frame = b.slot("frame", (*WOODS, "metal", "iron", "fabric"), main=True)
    blanket = b.slot("blanket", ("fabric", "fabric", "fur"), word="blanket")
    mattress = b.slot("mattress", ("fabric",), colour=b.pick("white", "cream", "any"))
    pillows = b.slot("pillows", ("fabric",), word="pillows")
    double = b.chance(0.5)
    w, d, z, t = (b.uniform(1.1, 1.3) if double else b.uniform(0.72, 0.85)), 1.6, b.uniform(0.22, 0.34), 0.09 * stout(b)
    b.call("double" if double else "single")
    b.box((w, d, 0.16), frame, (0, 0, z), round=soft(b, 0.12))
    b.box((t, t, z + 0.1), frame, (w / 2 - t / 2, d / 2 - t / 2, z / 2), mirror="xy", round=soft(b, t))
    b.box((w - 0.06, d - 0.08, 0.22), mattress, (0, 0, z + 0.17), round=0.06)
    b.box((w - 0.02, d * 0.62, 0.22), blanket, (0, -d * 0.17, z + 0.2), round=0.06)
    n = 2 if double else 1
    each = (w - 0.16) / n
    b.box(
        (each - 0.05, 0.34, 0.15),
        pillows,
        (0, d / 2 - 0.28, z + 0.32),
        repeat=(n, 1, 1),
        spacing=(each, 0, 0),
        round=0.07,
    )
    head = z + b.uniform(0.4, 0.65)
    if b.chance(0.4):
        b.call("curved-headboard")
        b.ellipsoid((w / 2, 0.6, head - z), frame, (0, d / 2, z), clip=("y", -t * 0.6, t * 0.6))
        b.box((w, t * 1.2, z), frame, (0, d / 2, z / 2 + 0.05), round=0.02)
    else:
        b.box((w, t, head), frame, (0, d / 2, head / 2), round=soft(b, t))
    if b.chance(0.5):
        b.say("with a footboard")
        b.box((w, t, z + 0.32), frame, (0, -d / 2, z / 2 + 0.16), round=soft(b, t))
    if b.style == "ornate" or b.chance(0.2):
        b.say("with bedposts")
        b.cylinder(t * 0.5, head + 0.15, frame, (w / 2, d / 2, head / 2 + 0.075), mirror="xy")
        knob(b, t * 0.8, frame, (w / 2, d / 2, head + 0.18), mirror="xy")


def bench(b: Builder) -> None:
    seat = b.slot("seat", (*WOODS, "plank", "stone", "painted wood"), main=True)
    frame = b.slot("legs", (*WOODS, "iron", "metal", "stone", "concrete"))
    w, d, z, t = b.uniform(1.3, 1.8), b.uniform(0.42, 0.55), b.uniform(0.4, 0.48), 0.1 * stout(b)
    x = w / 2 - b.uniform(0.12, 0.25)
    n = b.count(3, 4)
    if b.chance(0.5):
        b.say(f"with {NUMBER[n]} seat boards")
        b.box(
            (w, d / n - 0.02, 0.08 * stout(b)),
            seat,
            (0, 0, z),
            repeat=(1, n, 1),
            spacing=(0, d / n, 0),
            round=soft(b, 0.07),
        )
        b.box((t, d, t), frame, (x, 0, z - 0.06), mirror="x")
    else:
        b.box((w, d, 0.1 * stout(b)), seat, (0, 0, z), round=soft(b, 0.1))
    if b.chance(0.5):
        b.box((t, d * 0.85, z), frame, (x, 0, z / 2), mirror="x", round=soft(b, t))
    else:
        legs(b, (x, d / 2 - t / 2), z, frame, t)
    if b.chance(0.6):
        b.say("with a backrest")
        top = z + b.uniform(0.4, 0.5)
        b.beam((x, d / 2 - t / 2, z - 0.1), (x, d / 2 + 0.08, top), t * 0.8, t * 0.8, frame, mirror="x")
        m = b.count(2, 3)
        gap = 0.36 / m
        array(b, (w, 0.07, gap * 0.72), seat, (0, d / 2, top - 0.18), m, "z", gap, rot=(-12, 0, 0))
        if b.chance(0.6):
            b.say("with armrests")
            b.box((t * 0.8, d, 0.07), frame, (x, 0, z + 0.24), mirror="x", round=0.02)
            b.box((t * 0.7, t * 0.7, 0.26), frame, (x, -d / 2 + t, z + 0.12), mirror="x")


FURNITURE: dict[str, Kind] = {
    "chair": Kind(chair,
        ("dining chair", "kitchen chair", "wooden chair", "side chair", "desk chair", "seat", "classroom chair",
         "cafe chair", "straight chair", "school chair", "high back chair", "ladderback chair", "windsor chair",
         "spindle chair", "bistro chair", "farmhouse chair"),
        ("ladderback",), True),
    "stool": Kind(stool,
        ("bar stool", "barstool", "milking stool", "tavern stool", "footstool", "counter stool",
         "three legged stool", "kitchen stool", "pub stool", "piano stool", "tabouret", "step stool",
         "saloon stool", "work stool", "high stool", "foot stool"),
        ("taboret",), True),
    "sofa": Kind(sofa,
        ("couch", "settee", "loveseat", "divan", "chesterfield", "lounge", "love seat", "futon", "two seater",
         "three seater sofa", "living room couch", "sofa bed", "lounge sofa", "sectional", "sectional sofa",
         "living room sofa"),
        ("davenport",)),
    "table": Kind(table,
        ("dining table", "kitchen table", "wooden table", "coffee table", "tavern table", "trestle table",
         "farmhouse table", "work table", "occasional table", "picnic table", "workbench table", "long table",
         "banquet table", "feast table"),
        ("refectory table",), True),
    "bed": Kind(bed,
        ("double bed", "single bed", "bedstead", "queen bed", "king bed", "bunk", "twin bed", "hospital bed",
         "four poster bed", "canopy bed", "king size bed", "guest bed", "inn bed", "princess bed",
         "queen size bed", "sleeping bed"),
        ("divan bed", "cot bed")),
    "bench": Kind(bench,
        ("park bench", "garden bench", "wooden bench", "pew", "street bench", "settle", "church pew",
         "outdoor bench", "station bench", "bus bench", "long bench", "porch bench", "church bench",
         "picnic bench", "pub bench", "town bench"),
        ("banquette",), True),
}  # fmt: skip
