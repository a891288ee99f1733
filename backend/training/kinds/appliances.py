"""Kitchen and bathroom fixtures: refrigerators, stoves, washing machines, tubs and sinks."""

from __future__ import annotations

from ..paints import METALS, STONES
from ..programs import Builder, Frame
from .joinery import FACING, column, soft, stout
from .kind import Kind

ENAMEL = ("painted metal", "painted metal", "metal", "steel", "plastic")
TAPS = ("silver", "steel", "brass", "gold", "copper")
BATH = ("ceramic", "ceramic", "ceramic", "marble", "painted metal", "copper")


def refrigerator(b: Builder) -> None:
    body = b.slot("body", ENAMEL, main=True)
    grips = b.slot("handles", ("silver", "steel", "plastic", "brass"), word="handles")
    w, d, h = b.uniform(0.75, 0.95), b.uniform(0.65, 0.78), b.uniform(1.45, 1.7)
    edge = 0.12 if b.style == "cartoon" or b.chance(0.4) else 0.03
    b.box((w, d, h), body, (0, 0, h / 2), round=edge)
    b.box((w * 0.9, d * 0.8, 0.08), grips, (0, 0, 0.0))
    t = 0.055 * stout(b)
    if b.chance(0.65):
        split, upper = h * b.uniform(0.62, 0.72), 0.0
        upper = h - split
        b.say("with two doors")
        b.box((w - 0.02, 0.12, split - 0.12), body, (0, -d / 2 - 0.02, split / 2 + 0.05), round=min(edge, 0.055))
        b.box(
            (w - 0.02, 0.12, upper - 0.08), body, (0, -d / 2 - 0.02, split + upper / 2 - 0.01), round=min(edge, 0.055)
        )
        b.box((t, 0.1, split * 0.4), grips, (-w * 0.38, -d / 2 - 0.11, split * 0.7), round=0.02)
        b.box((t, 0.1, upper * 0.5), grips, (-w * 0.38, -d / 2 - 0.11, split + upper * 0.42), round=0.02)
    else:
        b.say("with double doors")
        b.box(
            (w / 2 - 0.03, 0.12, h - 0.16),
            body,
            (w / 4, -d / 2 - 0.02, h / 2 + 0.02),
            mirror="x",
            round=min(edge, 0.055),
        )
        b.box((t, 0.1, h * 0.4), grips, (0.08, -d / 2 - 0.1, h * 0.55), mirror="x", round=0.02)
    if b.chance(0.35):
        notes = b.slot("notes", ("paper",), word="notes", colour=b.pick("yellow", "pink", "white", "any"))
        b.say("with notes on the door")
        b.box((0.16, 0.05, 0.16), notes, (w * 0.2, -d / 2 - 0.075, h * 0.5), rot=(0, 8, 0))
        b.box((0.14, 0.05, 0.18), notes, (w * 0.05 + 0.05, -d / 2 - 0.075, h * 0.35), rot=(0, -6, 0))


def stove(b: Builder) -> None:
    body = b.slot("body", (*ENAMEL, "iron"), main=True)
    door = b.slot(
        "oven window", ("glass", "glass", "glowing"), word="oven window", colour=b.pick("black", "grey", "orange")
    )
    metal = b.slot("knobs", ("silver", "plastic", "brass", "iron"), word="knobs")
    rings = b.slot("burners", ("iron", "rubber", "glowing"), word="burners", colour=b.pick("black", "red", "grey"))
    w, d, h = b.uniform(0.9, 1.1), b.uniform(0.75, 0.85), b.uniform(0.9, 1.05)
    b.box((w, d, h), body, (0, 0, h / 2), round=soft(b, 0.15))
    b.box((w * 0.84, 0.08, h * 0.56), body, (0, -d / 2, h * 0.36), round=0.02)
    b.box((w * 0.6, 0.08, h * 0.32), door, (0, -d / 2 - 0.03, h * 0.36), round=0.03)
    b.box((w * 0.7, 0.11, 0.065), metal, (0, -d / 2 - 0.06, h * 0.61), round=0.02)
    b.cylinder(
        0.055,
        0.12,
        metal,
        (0, -d / 2 - 0.02, h * 0.83),
        rot=FACING,
        repeat=(4, 1, 1),
        spacing=(w * 0.2, 0, 0),
        round=0.015,
    )
    b.cylinder(0.15, 0.06, rings, (w * 0.23, d * 0.22, h + 0.01), mirror="xy", round=0.015)
    b.torus(0.15, 0.035, metal, (w * 0.23, d * 0.22, h + 0.03), mirror="xy")
    if b.chance(0.6):
        b.say("with a back panel")
        b.box((w, 0.09, 0.24), body, (0, d / 2 - 0.045, h + 0.1), round=0.02)
    if b.chance(0.35):
        pot = b.slot("pot", ("copper", "steel", "painted metal"), word="pot")
        b.say("with a pot on top")
        b.cylinder(0.17, 0.24, pot, (-w * 0.23, -d * 0.22, h + 0.17), round=0.03)
        b.cylinder(0.18, 0.05, pot, (-w * 0.23, -d * 0.22, h + 0.29), round=0.02)
        b.sphere(0.04, metal, (-w * 0.23, -d * 0.22, h + 0.34))


def washing_machine(b: Builder) -> None:
    body = b.slot("body", ENAMEL, main=True)
    rim = b.slot("door", ("plastic", "silver", "steel", "plastic"), word="door ring")
    glass = b.slot(
        "window", ("glass", "glass", "water"), word="window", colour=b.pick("blue", "grey", "light blue", "black")
    )
    panel = b.slot("panel", ("plastic", "metal"), word="control panel")
    w, d, h = b.uniform(0.9, 1.0), b.uniform(0.8, 0.92), b.uniform(1.0, 1.2)
    b.box((w, d, h), body, (0, 0, h / 2), round=max(soft(b, 0.15), 0.02))
    z, r = h * 0.42, w * b.uniform(0.3, 0.36)
    b.cylinder(r, 0.12, rim, (0, -d / 2, z), rot=FACING, round=0.03)
    b.torus(r, 0.05, rim, (0, -d / 2 - 0.04, z), rot=FACING)
    b.ellipsoid((r * 0.8, 0.12, r * 0.8), glass, (0, -d / 2 - 0.03, z))
    b.box((w * 0.94, 0.08, h * 0.15), panel, (0, -d / 2, h * 0.88), round=0.02)
    b.cylinder(0.075, 0.12, rim, (w * 0.3, -d / 2 - 0.04, h * 0.88), rot=FACING, round=0.02)
    light = b.slot("display", ("glowing", "glass"), word="display", colour=b.pick("green", "cyan", "red"))
    b.box((0.2, 0.08, 0.08), light, (0, -d / 2 - 0.025, h * 0.88))
    b.box((w * 0.3, 0.07, h * 0.09), body, (-w * 0.29, -d / 2 - 0.03, h * 0.88), round=0.01)


def microwave(b: Builder) -> None:
    body = b.slot("body", ENAMEL, main=True)
    glass = b.slot("window", ("glass", "glass", "glowing"), word="window", colour=b.pick("black", "grey", "yellow"))
    panel = b.slot("panel", ("plastic", "metal"), word="control panel", colour=b.pick("black", "grey", "any"))
    keys = b.slot("buttons", ("plastic", "metal", "glowing"), word="buttons")
    w, d, h = b.uniform(1.2, 1.4), b.uniform(0.65, 0.8), b.uniform(0.68, 0.8)
    b.box((w, d, h), body, (0, 0, h / 2 + 0.06), round=max(soft(b, 0.15), 0.02))
    z = h / 2 + 0.06
    b.box((w * 0.62, 0.07, h * 0.72), glass, (-w * 0.14, -d / 2, z), round=0.03)
    b.box((w * 0.22, 0.07, h * 0.86), panel, (w * 0.36, -d / 2, z), round=0.02)
    b.box((0.055, 0.11, h * 0.7), body, (w * 0.215, -d / 2 - 0.05, z), round=0.025)
    b.box((w * 0.17, 0.08, h * 0.14), b.slot("display", ("glowing",), word="display", colour=b.pick("green", "cyan", "red")),
          (w * 0.36, -d / 2 - 0.02, z + h * 0.3))  # fmt: skip
    b.group(Frame((w * 0.36, -d / 2 - 0.02, z - h * 0.1)))
    b.box((0.07, 0.08, 0.07), keys, repeat=(2, 1, 3), spacing=(0.12, 0, 0.13), round=0.015)
    b.group()
    b.cylinder(0.055, 0.1, panel, (w * 0.4, d * 0.36, 0.05), mirror="xy")


def toaster(b: Builder) -> None:
    body = b.slot("body", ("steel", "silver", "painted metal", "plastic", "metal", "copper"), main=True)
    trim = b.slot("trim", ("plastic", "rubber", "brass"), colour=b.pick("black", "any"), word="base")
    w, d, h = b.uniform(0.95, 1.15), b.uniform(0.55, 0.66), b.uniform(0.65, 0.78)
    b.box((w, d, h), body, (0, 0, h / 2 + 0.06), round=d * b.uniform(0.12, 0.4))
    b.box((w * 0.7, 0.11, 0.4), trim, (0, d * 0.18, h + 0.05), mirror="y", op=2)
    b.group()
    b.box((w * 0.94, d * 0.94, 0.14), trim, (0, 0, 0.07), round=0.03)
    b.box((0.12, 0.17, 0.09), trim, (w / 2 + 0.04, 0, h * 0.7), round=0.03)
    b.cylinder(0.07, 0.1, trim, (w / 2, 0, h * 0.32), rot=(0, 90, 0), round=0.02)
    if b.chance(0.75):
        toast = b.slot("toast", ("bread",), word="toast")
        b.say("with two slices of toast")
        b.box((w * 0.55, 0.1, 0.5), toast, (0, d * 0.18, h + 0.06), mirror="y", round=0.045)
        b.cylinder(w * 0.15, 0.1, toast, (w * 0.13, d * 0.18, h + 0.28), rot=FACING, mirror="xy", round=0.03)


def bathtub(b: Builder) -> None:
    body = b.slot("body", BATH, main=True)
    feet = b.slot("feet", ("gold", "brass", "silver", "iron"), word="feet")
    tap = b.slot("taps", TAPS, word="taps")
    w, d, h = b.uniform(0.75, 0.9), b.uniform(0.42, 0.48), b.uniform(0.42, 0.5)
    z = h + 0.14
    b.group()
    b.ellipsoid((w, d, h), body, (0, 0, z), clip=("z", -h, 0.0))
    b.box((w * 1.1, d * 1.5, h * 0.8), body, (0, 0, z - h * 0.42), round=0.12, op=1, blend=0.08)
    b.ellipsoid((w + 0.035, d + 0.035, 0.06), body, (0, 0, z))
    b.ellipsoid((w - 0.07, d - 0.07, h - 0.07), body, (0, 0, z + 0.03), op=2)
    b.group()
    b.rod((w * 0.5, d * 0.5, 0.05), (w * 0.45, d * 0.42, 0.3), 0.07, feet, end_radius=0.1, mirror="xy")
    b.cylinder(0.045, 0.3, tap, (w * 0.93, 0, z + 0.12))
    b.rod((w * 0.93, 0, z + 0.26), (w * 0.7, 0, z + 0.24), 0.045, tap)
    b.rod((w * 0.93, -0.14, z + 0.14), (w * 0.93, 0.14, z + 0.14), 0.042, tap)
    fill = b.pick("water", "bubbles", "none")
    if fill != "none":
        water = b.slot("water", ("water",), word="water")
        b.say("full of water" if fill == "water" else "with a bubble bath")
        b.ellipsoid((w - 0.05, d - 0.05, h - 0.05), water, (0, 0, z), clip=("z", -h, -0.05))
    if fill == "bubbles":
        foam = b.slot("foam", ("snow",), word="foam")
        b.ellipsoid((0.2, 0.17, 0.15), foam, (-w * 0.45, 0, z))
        b.ellipsoid((0.22, 0.18, 0.14), foam, (-0.08, -0.1, z - 0.01))
        b.ellipsoid((0.18, 0.16, 0.13), foam, (w * 0.22, 0.08, z - 0.02))


def toilet(b: Builder) -> None:
    body = b.slot("body", BATH, main=True)
    seat = b.slot("seat", ("plastic", "wooden", "plastic", "painted wood"), word="seat")
    metal = b.slot("flush handle", TAPS, word="flush handle")
    w = b.uniform(0.3, 0.35)
    b.ellipsoid((w, 0.4, 0.42), body, (0, -0.15, 0.5), clip=("z", -0.42, 0.0))
    b.cone(0.24, 0.17, 0.4, body, (0, -0.02, 0.2), round=0.03, op=1, blend=0.06)
    b.box((0.36, 0.4, 0.44), body, (0, 0.18, 0.26), round=0.06)
    b.ellipsoid((w - 0.05, 0.33, 0.3), body, (0, -0.16, 0.54), op=2)
    b.group()
    b.ellipsoid((w + 0.02, 0.42, 0.5), seat, (0, -0.15, 0.52), clip=("z", -0.04, 0.04))
    b.ellipsoid((w - 0.09, 0.3, 0.5), seat, (0, -0.16, 0.52), op=2)
    b.group()
    b.box((2 * w + 0.1, 0.26, 0.5), body, (0, 0.38, 0.72), round=0.05)
    b.box((2 * w + 0.15, 0.31, 0.08), body, (0, 0.38, 0.98), round=0.03)
    b.box((0.15, 0.08, 0.055), metal, (-w * 0.62, 0.24, 0.88), round=0.02)
    if b.chance(0.6):
        b.say("with the lid up")
        b.group(Frame((0, 0.2, 0.55), (82, 0, 0)))
        b.ellipsoid((w, 0.36, 0.5), seat, (0, 0.33, 0), clip=("z", -0.03, 0.03))


def sink(b: Builder) -> None:
    basin = b.slot("basin", BATH, main=True, word="basin")
    stand = b.slot(
        "stand", ("ceramic", "wooden", *STONES[:2], "painted wood"), word="stand", like="basin" if b.chance(0.4) else ""
    )
    tap = b.slot("tap", TAPS, word="tap")
    w, d, z = b.uniform(0.42, 0.52), b.uniform(0.34, 0.4), 0.8
    if b.chance(0.5):
        b.call("pedestal")
        b.cone(0.2, 0.13, z, stand, (0, 0.05, z / 2 - 0.04))
        column(b, 0.24, 0.08, stand, (0, 0.05, 0.04), round=0.03)
    else:
        knobs = b.slot("knobs", METALS, word="knobs")
        b.say("with a cabinet below")
        b.box((2 * w, 2 * d - 0.04, z - 0.1), stand, (0, 0.02, (z - 0.1) / 2), round=0.02)
        b.box((w - 0.06, 0.06, z - 0.28), stand, (w / 2, -d + 0.02, z / 2 - 0.06), mirror="x", round=0.015)
        b.sphere(0.045, knobs, (0.09, -d - 0.03, z * 0.52), mirror="x")
    b.group()
    b.box((2 * w + 0.08, 2 * d + 0.06, 0.22), basin, (0, 0, z), round=0.07)
    b.ellipsoid((w - 0.06, d - 0.1, 0.2), basin, (0, -0.05, z + 0.12), op=2)
    b.group()
    b.cylinder(0.045, 0.24, tap, (0, d - 0.05, z + 0.2))
    b.arc(0.11, 0.045, 90, tap, (0, d - 0.16, z + 0.32), rot=(90, -90, 90))
    b.sphere(0.065, tap, (0.17, d - 0.06, z + 0.13), mirror="x")
    if b.chance(0.3):
        glass = b.slot("mirror", ("glass", "silver"), word="mirror")
        b.say("with a mirror above")
        b.box((1.5 * w, 0.08, 0.75), basin, (0, d, z + 0.68), round=0.02)
        b.box((1.5 * w - 0.12, 0.08, 0.63), glass, (0, d - 0.02, z + 0.68))
        b.box((w * 0.8, 0.07, 0.4), basin, (0, d, z + 0.2))


APPLIANCES: dict[str, Kind] = {
    "refrigerator": Kind(refrigerator,
        ("fridge", "freezer", "retro fridge", "kitchen fridge", "ice box", "icebox", "refrigerated cabinet",
         "cooler cabinet", "minifridge", "larder fridge", "cold box", "food cooler", "vintage fridge"),
        ("fridge freezer",)),
    "stove": Kind(stove,
        ("oven", "cooker", "kitchen stove", "gas stove", "range cooker", "kitchen range", "cooking stove",
         "cookstove", "hob", "gas cooker", "wood burning stove", "baking oven", "cooktop"),
        ("kitchen oven",)),
    "washing machine": Kind(washing_machine,
        ("washer", "laundry machine", "clothes washer", "dryer", "tumble dryer", "front loader", "washer dryer",
         "laundry washer", "automatic washer", "clothes dryer", "laundry dryer", "spin dryer"),
        ("laundromat machine",)),
    "microwave": Kind(microwave,
        ("microwave oven", "kitchen microwave", "micro wave", "countertop microwave", "food warmer",
         "reheating oven", "microwave cooker", "tabletop microwave", "small electric oven", "office microwave"),
        ("nuker",)),
    "toaster": Kind(toaster,
        ("bread toaster", "kitchen toaster", "pop-up toaster", "two-slice toaster", "retro toaster",
         "sandwich toaster", "bread grill", "bread warmer", "four slice toaster", "breakfast toaster",
         "slot toaster"),
        ("toast maker",)),
    "bathtub": Kind(bathtub,
        ("bath", "bath tub", "clawfoot tub", "tub", "claw-foot bathtub", "bathroom tub", "freestanding tub",
         "washing tub", "roll top bath", "jacuzzi", "hot tub", "bathing tub", "bathroom bath", "foot bath tub"),
        ("soaking tub",)),
    "toilet": Kind(toilet,
        ("lavatory", "toilet bowl", "bathroom toilet", "loo", "water closet", "commode toilet", "latrine", "wc",
         "flush toilet", "restroom toilet"),
        ("privy",)),
    "sink": Kind(sink,
        ("washbasin", "bathroom sink", "wash basin", "kitchen sink", "hand basin", "vanity sink", "handbasin",
         "washstand", "pedestal basin", "farmhouse sink", "bathroom basin"),
        ("lavabo",)),
}  # fmt: skip
