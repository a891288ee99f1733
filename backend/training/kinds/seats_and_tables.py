"""More furniture: thrones, desks, round tables, racks, ladders and cradles."""

from __future__ import annotations

from ..paints import METALS, SOFT, WOODS
from ..programs import Builder
from .furniture import settee
from .joinery import NUMBER, array, column, knob, soft, stout
from .kind import Kind


def armchair(b: Builder) -> None:
    settee(b, b.uniform(0.85, 1.0), 1)


def throne(b: Builder) -> None:
    frame = b.slot("frame", ("gold", "stone", "dark wood", "marble", "wooden", "iron", "silver", "gold"), main=True)
    cushion = b.slot(
        "cushion", ("fabric", "leather", "fur"), word="cushion", colour=b.pick("red", "purple", "any", "any")
    )
    w, d, z, t = b.uniform(0.75, 0.9), b.uniform(0.7, 0.8), b.uniform(0.4, 0.5), 0.13 * stout(b) ** 0.5
    back = b.uniform(1.4, 1.7)
    b.box((w + 0.2, d + 0.2, 0.1), frame, (0, 0, 0.05), round=0.02)
    b.box((w, d, z), frame, (0, 0, z / 2), round=0.02)
    b.box((w - 0.22, d - 0.1, 0.14), cushion, (0, -0.04, z + 0.05), round=0.05)
    b.box((w, 0.16, back), frame, (0, d / 2 - 0.06, back / 2), round=0.03)
    b.box((w * 0.62, 0.1, (back - z) * 0.62), cushion, (0, d / 2 - 0.15, z + (back - z) * 0.42), round=0.04)
    b.box((t, d, 0.11), frame, (w / 2 - 0.03, 0, z + 0.3), mirror="x", round=0.03)
    b.box((t, t, 0.35), frame, (w / 2 - 0.03, -d / 2 + 0.07, z + 0.14), mirror="x", round=0.02)
    top = b.pick("pointed", "posts", "round")
    if top == "pointed":
        b.prism((w, 0.16, 0.35), frame, (0, d / 2 - 0.06, back - 0.01))
    elif top == "round":
        b.ellipsoid((w / 2, 0.6, 0.32), frame, (0, d / 2 - 0.06, back - 0.05), clip=("y", -0.08, 0.08))
    b.box((t, 0.18, back + 0.1), frame, (w / 2, d / 2 - 0.06, back / 2 + 0.05), mirror="x", round=0.02)
    knob(b, 0.11, frame, (w / 2, d / 2 - 0.06, back + 0.15), mirror="x")
    if b.chance(0.6):
        gems = b.slot("gems", ("crystal", "glass", "gold"), word="gems")
        b.say("with gems")
        b.sphere(0.07, gems, (w / 2 - 0.03, -d / 2, z + 0.3), mirror="x")
        b.sphere(0.1, gems, (0, d / 2 - 0.14, back - 0.08))


def round_table(b: Builder) -> None:
    top = b.slot("top", (*WOODS, "plank", "marble", "glass", "metal"), main=True, word="top")
    frame = b.slot("base", (*WOODS, "metal", "iron"), word="base")
    r, h, t = b.uniform(0.55, 0.72), b.uniform(0.6, 0.8), 0.09 * stout(b)
    column(b, r, 0.09 * stout(b), top, (0, 0, h), round=0.025)
    if b.chance(0.3):
        cloth = b.slot("tablecloth", ("fabric",), word="tablecloth")
        b.say("with a tablecloth")
        b.cone(r * 1.06, r + 0.02, 0.2, cloth, (0, 0, h - 0.02))
        b.cylinder(r + 0.02, 0.06, cloth, (0, 0, h + 0.05 * stout(b)), round=0.02)
    if b.chance(0.6):
        n = b.count(3, 4)
        b.say("with a central leg")
        b.cone(t, t * 0.75, h, frame, (0, 0, h / 2 + 0.04))
        if b.style == "ornate" or b.chance(0.5):
            b.sphere(t * 1.5, frame, (0, 0, h * 0.4))
        if b.chance(0.5):
            column(b, r * 0.55, 0.08, frame, (0, 0, 0.04), round=0.02)
        else:
            b.rod((r * 0.62, 0, t * 0.5), (0, 0, h * 0.28), t * 0.5, frame, end_radius=t * 0.7, polar=n)
    else:
        n = b.count(3, 4)
        b.say(f"with {NUMBER[n]} legs")
        b.rod((r * 0.8, 0, t * 0.45), (r * 0.65, 0, h), t * 0.45, frame, end_radius=t * 0.6, polar=n)


def desk(b: Builder) -> None:
    top = b.slot("top", (*WOODS, "plank", "metal", "glass"), main=True, word="top")
    case = b.slot("drawers", (*WOODS, "painted wood", "metal", "plastic"), word="drawers")
    knobs = b.slot("knobs", ("brass", "gold", "iron", "silver", "wooden"), word="knobs")
    w, d, h, t = b.uniform(1.35, 1.65), b.uniform(0.62, 0.78), b.uniform(0.68, 0.78), 0.09 * stout(b)
    b.box((w, d, 0.09), top, (0, 0, h), round=soft(b, 0.09))
    n, deep = b.count(2, 3), h - 0.1
    case_w = w * 0.3
    x = w / 2 - case_w / 2 - 0.04
    both = b.chance(0.45)
    b.say(f"with {NUMBER[n]} drawers" + (" on each side" if both else ""))
    sides = (x, -x) if both else (b.pick(x, -x),)
    for at in sides:
        b.box((case_w, d - 0.08, h), case, (at, 0, h / 2), round=0.01)
        array(
            b,
            (case_w - 0.06, 0.07, deep / n - 0.05),
            top,
            (at, -d / 2 + 0.03, h / 2 - 0.01),
            n,
            "z",
            deep / n,
            round=0.015,
        )
        array(b, (0.12, 0.09, 0.055), knobs, (at, -d / 2 - 0.02, h / 2 - 0.01), n, "z", deep / n)
    if not both:
        far = -sides[0] / abs(sides[0]) * (w / 2 - t)
        b.box((t, t, h), case, (far, d / 2 - t, h / 2), mirror="y")
    b.box((w - 0.2, 0.06, h * 0.5), case, (0, d / 2 - 0.08, h * 0.72))
    if b.chance(0.3):
        b.say("with a shelf on top")
        b.box((w, 0.24, 0.06), top, (0, d / 2 - 0.12, h + 0.36))
        b.box((0.06, 0.24, 0.38), top, (w / 2 - 0.03, d / 2 - 0.12, h + 0.19), mirror="x")


def office_chair(b: Builder) -> None:
    seat = b.slot("seat", (*SOFT, "plastic"), main=True)
    base = b.slot("base", ("plastic", "metal", "steel"), word="base")
    w, z, t = b.uniform(0.55, 0.66), b.uniform(0.5, 0.6), 0.05 * stout(b)
    b.box((w, w, 0.15), seat, (0, 0, z), round=0.07)
    b.box((w * 0.9, 0.13, 0.65), seat, (0, w / 2, z + 0.5), rot=(-8, 0, 0), round=0.06)
    b.box((0.13, 0.07, 0.45), base, (0, w / 2 + 0.04, z + 0.16), rot=(-8, 0, 0))
    b.cylinder(t, z, base, (0, 0, z / 2 + 0.03))
    b.rod((0.42, 0, 0.1), (0, 0, 0.18), t * 0.7, base, end_radius=t, polar=5)
    b.sphere(0.075, base, (0.42, 0, 0.07), polar=5)
    if b.chance(0.6):
        b.say("with armrests")
        b.box((0.09, w * 0.75, 0.07), base, (w / 2 + 0.02, 0, z + 0.28), mirror="x", round=0.03)
        b.box((0.06, 0.08, 0.32), base, (w / 2 + 0.01, 0, z + 0.12), mirror="x")
        b.box((w, 0.09, 0.06), base, (0, 0, z - 0.06))


def rocking_chair(b: Builder) -> None:
    frame = b.slot("frame", (*WOODS, "painted wood"), main=True)
    seat = b.slot("seat", ("fabric", "wicker", "leather", "wooden"), word="seat")
    w, z, t = b.uniform(0.6, 0.7), 0.48, 0.07 * stout(b)
    back = z + b.uniform(0.65, 0.8)
    x = w / 2 - t / 2
    b.arc(1.0, t * 0.55, 30, frame, (x, 0.05, 1.05), rot=(0, 90, 0), mirror="x")
    b.box((w, 0.58, 0.1), seat, (0, 0, z), round=0.03)
    b.beam((x, -0.24, 0.08), (x, -0.24, z + 0.26), t, t, frame, mirror="x")
    b.beam((x, 0.26, 0.08), (x, 0.4, back), t, t, frame, mirror="x")
    b.box((t * 1.1, 0.7, 0.06), frame, (x, 0.02, z + 0.28), mirror="x", round=0.025)
    b.box((w, t * 0.9, 0.13), frame, (0, 0.39, back - 0.06), rot=(-8, 0, 0), round=0.03)
    n = b.count(3, 5)
    b.say(f"with {NUMBER[n]} back slats")
    rise = back - z
    array(b, (0.06, 0.05, rise), frame, (0, 0.325, z + rise / 2 - 0.04), n, "x", (w - 0.15) / n, rot=(-9, 0, 0))


def coat_rack(b: Builder) -> None:
    body = b.slot("stand", (*WOODS, *METALS), main=True, word="stand")
    t, h = 0.065 * stout(b), 1.7
    n = b.count(3, 4)
    b.cylinder(t, h, body, (0, 0, h / 2 + 0.08))
    b.rod((0.38, 0, t * 0.8), (0, 0, 0.3), t * 0.8, body, polar=n)
    knob(b, t * 1.6, body, (0, 0, h + 0.12))
    hooks = b.count(3, 5)
    b.say(f"with {NUMBER[hooks]} hooks")
    b.rod((0.0, 0, h - 0.2), (0.28, 0, h - 0.02), t * 0.65, body, polar=hooks)
    knob(b, t, body, (0.29, 0, h), polar=hooks)
    if b.chance(0.4):
        hat = b.slot("hat", ("fabric", "leather", "straw"), word="hat")
        b.say("with a hat on it")
        b.cylinder(0.26, 0.05, hat, (0, 0, h + 0.12), round=0.02)
        b.cone(0.17, 0.14, 0.22, hat, (0, 0, h + 0.24), round=0.05)
    if b.chance(0.3):
        coat = b.slot("coat", ("fabric", "leather"), word="coat")
        b.say("with a coat hanging from it")
        b.cone(0.24, 0.1, 0.8, coat, (0.22, 0, h - 0.45), round=0.05)


def ladder(b: Builder) -> None:
    rails = b.slot("rails", (*WOODS, "metal", "steel", "painted metal"), main=True, word="rails")
    rungs = b.slot("rungs", (*WOODS, "metal", "steel"), like="rails" if b.chance(0.5) else "", word="rungs")
    w, h, t, n = b.uniform(0.42, 0.55), 1.7, 0.075 * stout(b), b.count(5, 7)
    b.say(f"with {NUMBER[n]} rungs")
    gap = h / (n + 0.4)
    if b.chance(0.45):
        b.call("folding")
        low, top = w / 2 + 0.1, w / 2 - 0.02
        b.beam((low, 0.45, 0), (top, 0.03, h), t, t, rails, mirror="xy")
        array(b, (w + 0.06, t, t * 0.8), rungs, (0, -0.24, h / 2), n, "z", gap, rot=(-14, 0, 0))
        b.box((w + 0.1, 0.26, 0.08), rungs, (0, 0, h), round=0.02)
    else:
        b.box((t, t, h), rails, (w / 2, 0, h / 2), mirror="x", round=soft(b, t))
        array(b, (w, t * 0.8, t * 0.8), rungs, (0, 0, h / 2), n, "z", gap, round=t * 0.35)


def cradle(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "wicker", "painted wood"), main=True)
    blanket = b.slot("blanket", ("fabric", "fabric", "fur"), word="blanket")
    pillow = b.slot("pillow", ("fabric",), colour=b.pick("white", "cream", "any"), word="pillow")
    w, d, z, h = b.uniform(0.55, 0.65), b.uniform(0.95, 1.1), 0.22, 0.38
    b.box((w, d, h), body, (0, 0, z + h / 2), round=0.03)
    b.box((w - 0.12, d - 0.12, h), body, (0, 0, z + h / 2 + 0.12), op=2)
    b.group()
    b.box((w - 0.06, d * 0.62, 0.16), blanket, (0, -d * 0.15, z + h * 0.75), round=0.06)
    b.box((w - 0.16, 0.24, 0.13), pillow, (0, d * 0.3, z + h * 0.75), round=0.05)
    b.ellipsoid((w / 2, 0.6, 0.3), body, (0, d / 2, z + h - 0.02), clip=("y", -0.05, 0.05))
    b.ellipsoid((w / 2, 0.6, 0.14), body, (0, -d / 2, z + h - 0.02), clip=("y", -0.05, 0.05))
    b.arc(0.62, 0.055 * stout(b), 42, body, (0, d * 0.36, 0.68), rot=(90, 90, 0), mirror="y")
    b.box((0.08, 0.08, 0.24), body, (w * 0.32, d * 0.36, 0.17), mirror="xy")
    if b.chance(0.4):
        b.say("with a hood")
        b.group()
        b.ellipsoid((w / 2 + 0.02, d * 0.3, 0.42), body, (0, d / 2 - 0.05, z + h - 0.05), clip=("y", -d, 0.05))
        b.ellipsoid((w / 2 - 0.05, d * 0.3 + 0.02, 0.35), body, (0, d / 2 - 0.12, z + h - 0.05), op=2)
        b.box((w * 2, d * 2, 0.6), body, (0, d / 2, z + h - 0.38), op=2)


MORE_FURNITURE: dict[str, Kind] = {
    "armchair": Kind(armchair,
        ("easy chair", "lounge chair", "wing chair", "club chair", "upholstered chair", "recliner",
         "reading chair", "cozy chair", "fireside chair", "padded chair", "lazy boy", "stuffed chair",
         "comfy chair", "comfortable chair", "overstuffed chair", "living room chair"),
        ("fauteuil",)),
    "throne": Kind(throne,
        ("king's throne", "royal throne", "golden throne", "royal seat", "royal chair", "emperor's throne",
         "seat of the king", "queen's throne", "dark throne", "evil throne", "ceremonial chair",
         "coronation chair", "imperial throne", "high seat"),
        ("seat of power",)),
    "round table": Kind(round_table,
        ("pedestal table", "cafe table", "bistro table", "circular table", "pub table", "bar table",
         "pedestal dining table", "circle table", "round dining table", "poker table", "tea table",
         "garden table", "round coffee table", "bar height table", "one legged table", "round wooden table"),
        ("side table",), True),
    "desk": Kind(desk,
        ("writing desk", "office desk", "school desk", "work desk", "computer desk", "study desk",
         "writing table", "office table", "teacher's desk", "student desk", "study table", "schoolroom desk",
         "executive desk", "secretary desk", "home office desk", "reception desk"),
        ("escritoire", "secretaire")),
    "office chair": Kind(office_chair,
        ("swivel chair", "computer chair", "task chair", "gaming chair", "rolling chair", "wheeled chair",
         "wheely chair", "ergonomic chair", "revolving chair", "desk swivel chair", "executive chair",
         "computer seat", "work chair", "boss chair", "chair on wheels", "rotating chair"),
        ("wheelie chair",), True),
    "rocking chair": Kind(rocking_chair,
        ("rocker", "porch rocker", "wooden rocking chair", "granny chair", "nursery chair", "grandma's chair",
         "rocking seat", "glider chair", "rocking armchair", "rockingchair", "chair with rockers",
         "country rocker"),
        ("porch chair",), True),
    "coat rack": Kind(coat_rack,
        ("coat stand", "hat stand", "clothes stand", "hall tree", "hat rack", "coat tree", "clothes rack",
         "coat hanger stand", "garment rack", "coatrack", "hatstand", "clothes tree", "hallway stand",
         "jacket stand", "clothing rack", "coat hook stand"),
        ("hallstand",), True),
    "ladder": Kind(ladder,
        ("step ladder", "stepladder", "wooden ladder", "folding ladder", "rung ladder", "loft ladder",
         "extension ladder", "rope ladder", "painter's ladder", "house ladder", "library ladder",
         "a frame ladder", "fire ladder", "climbing ladder", "orchard ladder"),
        ("steps",), True),
    "cradle": Kind(cradle,
        ("crib", "baby bed", "baby cradle", "bassinet", "rocking cradle", "cot", "infant bed", "baby crib",
         "newborn bed", "baby cot", "rocking crib", "nursery bed", "moses basket", "doll cradle",
         "swinging cradle"),
        ("moses bed",)),
}  # fmt: skip
