"""Vehicles on wheels, on water and in the air; all drive towards the front (-Y)."""

from __future__ import annotations

from ..paints import HARD, METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import road_wheels, spoked_wheel

BODY = ("painted metal", "painted metal", "painted metal", "metal", "plastic", "rusty")
GLASS = ("glass", "glass", "glass", "glowing")


def car(b: Builder) -> None:
    body = b.slot("body", BODY, main=True)
    glass = b.slot("windows", GLASS)
    tyre = b.slot("wheels", ("rubber", "rubber", "rubber", "plastic"), word=b.pick("wheels", "tyres"))
    hub = b.slot("hubcaps", METALS)
    lights = b.slot("headlights", ("glowing", "glass"))
    short = 0.75 if b.style == "cartoon" else 1.0
    w, l, h = b.uniform(0.8, 0.95), b.uniform(1.7, 2.1) * short, b.uniform(0.3, 0.42)
    r = b.uniform(0.2, 0.26) * (1.2 if short < 1 else 1.0)
    base = r * 0.8
    b.box((w, l, h), body, (0, 0, base + h / 2), round=0.02 if b.style == "low-poly" else 0.1)
    cabin, z = b.uniform(0.3, 0.42), base + h
    form = b.pick("saloon", "hatchback", "beetle", "pickup")
    if form == "beetle":
        b.call("rounded")
        b.ellipsoid((w * 0.46, l * 0.33, cabin * 1.2), glass, (0, 0.05 * l, z))
        b.group()
        b.ellipsoid((w * 0.46, l * 0.34, cabin * 1.25), body, (0, 0.05 * l, z))
        b.box((w, l, cabin * 0.8), body, (0, 0, z + cabin * 0.25), op=2)
        b.group()
    else:
        long, y = {"saloon": (0.5, 0.05), "hatchback": (0.6, 0.18), "pickup": (0.34, -0.08)}[form]
        b.box((w * 0.86, l * long, cabin), glass, (0, l * y, z + cabin / 2 - 0.02), round=0.05)
        b.box((w * 0.88, l * long * 0.86, cabin * 0.3), body, (0, l * y, z + cabin * 0.9), round=0.05)
        b.box((w * 0.89, 0.08, cabin), body, (0, l * (y + long * 0.12), z + cabin / 2))
        if form == "pickup":
            b.call("pickup")
            b.box((0.09, l * 0.36, 0.16), body, (w / 2 - 0.045, l * 0.31, z + 0.06), mirror="x")
            b.box((w, 0.09, 0.16), body, (0, l / 2 - 0.045, z + 0.06))
    road_wheels(b, r, 0.2, (w / 2 - 0.04, l * 0.31, r), tyre, hub)
    b.ellipsoid((0.1, 0.06, 0.09), lights, (w * 0.32, -l / 2, base + h * 0.6), mirror="x")
    b.box((w * 1.02, 0.1, 0.1), hub, (0, -l / 2, base + 0.08))
    if b.chance(0.25):
        b.say("with a roof rack")
        b.box((w * 0.6, l * 0.3, 0.06), hub, (0, l * 0.06, z + cabin * 1.05 + 0.04))
    if b.chance(0.2):
        b.say("with a spoiler")
        b.box((w, 0.16, 0.06), body, (0, l * 0.47, z + 0.22))
        b.box((0.06, 0.1, 0.26), body, (w * 0.35, l * 0.46, z + 0.1), mirror="x")


def hull(b: Builder, slot: str, w: float, l: float, h: float, thick: float = 0.1) -> None:
    """An open boat hull with its bow to the front and its gunwale at height h; a group of its own."""
    b.group()
    b.ellipsoid((w / 2, l / 2, h), slot, (0, 0, h))
    b.box((2 * w, 2 * l, 2 * h), slot, (0, 0, 2 * h), op=2)
    b.box((2 * w, l, 4 * h), slot, (0, l * 0.86, h), op=2)
    b.ellipsoid((w / 2 - thick, l / 2 - thick, h - thick), slot, (0, 0, h + 0.01), op=2)
    b.group()
    b.group()
    b.ellipsoid((w / 2, l / 2, h), slot, (0, 0, h), clip=("y", l * 0.28, l * 0.36))
    b.box((2 * w, 2 * l, 2 * h), slot, (0, 0, 2 * h), op=2)
    b.group()


def boat(b: Builder) -> None:
    body = b.slot("hull", (*WOODS, "plank", "painted metal", "plastic"), main=True)
    seats = b.slot("seats", WOODS, word=b.pick("seats", "benches"))
    w, l, h = b.uniform(0.75, 0.95), b.uniform(1.8, 2.3), b.uniform(0.4, 0.55)
    hull(b, body, w, l, h)
    form = b.pick("oars", "oars", "motor", "cabin")
    if form != "cabin":
        b.box((w * 0.86, 0.2, 0.08), seats, (0, 0, h * 0.75), repeat=(1, 2, 1), spacing=(0, l * 0.3, 0))
    if form == "oars":
        oars = b.slot("oars", WOODS)
        b.say("with oars")
        b.rod((w * 0.25, -0.05, h + 0.12), (w * 0.98, 0.15, h * 0.35), 0.04, oars, mirror="x")
        b.ellipsoid((0.16, 0.06, 0.1), oars, (w * 1.05, 0.17, h * 0.25), rot=(0, 30, 0), mirror="x")
    elif form == "motor":
        motor = b.slot("motor", BODY)
        b.say("with an outboard motor")
        b.box((0.24, 0.26, 0.3), motor, (0, l * 0.41, h + 0.14), round=0.05)
        b.cylinder(0.06, h, motor, (0, l * 0.43, h * 0.5))
    else:
        glass = b.slot("windows", GLASS)
        cabin = b.slot("cabin", (*HARD, *WOODS))
        b.say("with a cabin")
        b.cylinder(w * 0.4, 0.08, seats, (0, 0, h * 0.8))
        b.box((w * 0.6, l * 0.34, 0.62), cabin, (0, 0.06 * l, h + 0.1), round=0.03)
        b.box((w * 0.62, l * 0.24, 0.2), glass, (0, 0.06 * l, h + 0.22))
        b.box((w * 0.5, l * 0.36, 0.2), glass, (0, 0.06 * l, h + 0.22))
        b.box((w * 0.7, l * 0.4, 0.07), body, (0, 0.06 * l, h + 0.43))
    if b.chance(0.6):
        rim = b.slot("rim", (*WOODS, "rubber", "metal"))
        b.group()
        b.ellipsoid((w / 2 + 0.03, l / 2 + 0.03, h * 3), rim, (0, 0, h), clip=("z", -0.06, 0.04))
        b.ellipsoid((w / 2 - 0.07, l / 2 - 0.07, h * 3), rim, (0, 0, h), op=2)
        b.box((2 * w, l, 4 * h), rim, (0, l * 0.86, h), op=2)
        b.group()


def rocket(b: Builder) -> None:
    body = b.slot("body", ("painted metal", "metal", "painted metal", "plastic", "steel"), main=True)
    nose = b.slot("nose", ("painted metal", "metal", "plastic", "gold"), word=b.pick("nose", "nose cone", "tip"))
    fins = b.slot("fins", ("painted metal", "metal", "plastic"), like="nose" if b.chance(0.5) else "")
    glass = b.slot("window", ("glass", "glowing"))
    fat = b.uniform(0.22, 0.32) * (1.35 if b.style == "cartoon" else 1.0)
    h, z, n = b.uniform(1.0, 1.5), b.uniform(0.3, 0.42), b.pick(3, 4, 4)
    if b.chance(0.5):
        b.call("rounded")
        b.ellipsoid((fat * 1.2, fat * 1.2, h * 0.72), body, (0, 0, z + h * 0.55), clip=("z", -h * 0.55, h * 0.4))
        b.group()
        b.ellipsoid((fat * 1.21, fat * 1.21, h * 0.725), nose, (0, 0, z + h * 0.55), clip=("z", h * 0.36, h))
        b.group()
    else:
        b.cylinder(fat, h, body, (0, 0, z + h / 2))
        b.cone(fat * 1.02, 0.02, fat * b.uniform(1.8, 2.6), nose, (0, 0, z + h + fat * 0.95))
        b.cylinder(fat * 1.06, 0.09, nose, (0, 0, z + h * 0.12))
    b.say(f"with {'three' if n == 3 else 'four'} fins")
    reach = b.uniform(0.3, 0.42)
    b.group(Frame((0, 0, 0), (0, 0, 45 if n == 4 else 30)))
    b.beam((fat * 0.6, 0, z + h * 0.26), (fat + reach, 0, 0.12), 0.2, 0.09, fins, polar=n)
    b.box((0.12, 0.09, 0.36), fins, (fat + reach, 0, 0.18), polar=n)
    b.group()
    b.cone(fat * 0.85, fat * 0.55, 0.22, nose, (0, 0, z - 0.06))
    b.cylinder(fat * 0.48, 0.5, glass, (0, -fat + 0.2, z + h * 0.62), rot=(90, 0, 0))
    b.torus(fat * 0.48, 0.045, nose, (0, -fat - 0.05, z + h * 0.62), rot=(90, 0, 0))
    if b.chance(0.4):
        flame = b.slot("flame", ("glowing",), colour=b.pick("orange", "yellow", "cyan"))
        b.say("with a flame")
        b.cone(0.02, fat * 0.6, 0.34, flame, (0, 0, z - 0.26))


def wheel(b: Builder) -> None:
    form = b.pick("wagon", "wagon", "tyre", "ship")
    r, t = 0.9, b.uniform(0.12, 0.2)
    upright = Frame((0, 0, r), (90, 0, 0))
    if form == "tyre":
        b.call("rubber")
        rim = b.slot("tyre", ("rubber",), main=True)
        hub = b.slot("rim", METALS, word=b.pick("rim", "hub"))
        b.group(upright)
        b.torus(r * 0.72, r * 0.28, rim)
        b.box((0.12, 0.14, t * 3), rim, (r * 0.96, 0, 0), polar=16)
        b.cylinder(r * 0.5, t, hub)
        b.cylinder(r * 0.3, t * 2.4, hub)
        b.cylinder(0.06, t * 2.8, hub, (r * 0.18, 0, 0), polar=5)
        return
    rim = b.slot("rim", (*WOODS, "iron", "metal", "plank"), main=True)
    spokes = b.slot("spokes", (*WOODS, "iron", "metal"), like="rim" if b.chance(0.5) else "")
    hub = b.slot("hub", METALS)
    n = b.count(6, 10) if form == "wagon" else b.pick(6, 8)
    spoked_wheel(b, r, upright, rim, spokes, spokes=n, thick=t)
    b.cylinder(t, t * 2.4, hub, round=0.03)
    if form == "ship":
        b.call("ship's")
        b.rod((r, 0, 0), (r * 1.28, 0, 0), 0.06, spokes, end_radius=0.075, polar=n)
    elif b.chance(0.5):
        b.say("with an iron band")
        band = b.slot("band", ("iron", "rusty", "steel"))
        b.group(upright)
        b.cylinder(r + 0.05, t * 0.7, band)
        b.cylinder(r - 0.02, t * 3, band, op=2)


def cart(b: Builder) -> None:
    bed = b.slot("bed", (*WOODS, "plank", "plank"), word=b.pick("bed", "body"), main=True)
    wheels = b.slot("wheels", (*WOODS, "iron", "painted wood"))
    shafts = b.slot("shafts", WOODS, word=b.pick("shafts", "handles"), like="bed" if b.chance(0.5) else "")
    w, l, h, r = b.uniform(0.7, 0.9), b.uniform(1.1, 1.4), b.uniform(0.28, 0.45), b.uniform(0.34, 0.45)
    z, t = r * 1.05, 0.09
    b.box((w, l, h), bed, (0, 0, z + h / 2))
    b.box((w - 2 * t, l - 2 * t, h), bed, (0, 0, z + h / 2 + t), op=2)
    b.group()
    b.rod((w * 0.36, -l * 0.4, z), (w * 0.36, -l * 1.05, z + 0.08), 0.05, shafts, mirror="x")
    if b.chance(0.5):
        b.cylinder(0.045, w * 0.72, shafts, (0, -l * 1.04, z + 0.08), rot=(0, 90, 0))
    four = b.chance(0.3)
    y = l * 0.34 if four else 0.12
    n = b.count(6, 8)
    if four:
        b.say("with four wheels")
        r *= 0.8
    side = "xy" if four else "x"
    for yy in (y,):
        b.group()
        b.cylinder(r, 0.1, wheels, (w / 2 + 0.09, yy, r), rot=(0, 90, 0), mirror=side)
        b.cylinder(r * 0.74, 0.4, wheels, (w / 2 + 0.09, yy, r), rot=(0, 90, 0), mirror=side, op=2)
        b.group()
        b.cylinder(0.09, 0.2, wheels, (w / 2 + 0.08, yy, r), rot=(0, 90, 0), mirror=side)
        for turn in (0, 60, 120) if n < 8 else (0, 45, 90, 135):
            b.box((0.07, 0.08, 2 * r - 0.06), wheels, (w / 2 + 0.09, yy, r), rot=(turn, 0, 0), mirror=side)
    b.box((w + 0.1, 0.08, 0.08), shafts, (0, y, r), mirror="y" if four else "")
    b.box((0.1, 0.1, z - r + 0.1), shafts, (w * 0.35, y, (z + r) / 2), mirror="xy" if four else "x")
    if b.chance(0.4):
        load = b.slot("load", ("straw", "stone", "food", "foliage"), word=b.pick("load", "cargo"))
        b.say("with a load")
        b.ellipsoid((w * 0.45, l * 0.45, h * 0.7), load, (0, 0, z + h * 0.6))


VEHICLES: dict[str, Kind] = {
    "car": Kind(car,
        ("automobile", "sedan", "hatchback", "motor car", "toy car", "passenger car", "sports car", "saloon car",
         "taxi", "motorcar", "vintage car", "family car", "racing car", "race car", "convertible", "vehicle"),
        ("auto", "coupe")),
    "boat": Kind(boat,
        ("small boat", "fishing boat", "motorboat", "wooden boat", "dinghy", "skiff", "row boat", "rowboat",
         "rowing boat", "speedboat", "tugboat", "fisherman's boat", "canoe", "toy boat", "life boat", "tug boat"),
        ("motor boat", "lifeboat"), True),
    "rocket": Kind(rocket,
        ("rocket ship", "spaceship", "toy rocket", "space rocket", "moon rocket", "rocketship", "space ship",
         "space shuttle", "tintin rocket", "v2 rocket", "launch rocket", "missile", "starship", "space vessel",
         "fins rocket", "interplanetary rocket"),
        ("spacecraft", "missile rocket")),
    "wheel": Kind(wheel,
        ("wagon wheel", "cart wheel", "wooden wheel", "spoked wheel", "tyre", "tire", "car tyre", "truck tire",
         "truck wheel", "car wheel", "bicycle wheel", "spoke wheel", "chariot wheel", "bike wheel",
         "wheel with spokes", "coach wheel"),
        ("cartwheel", "carriage wheel"), True),
    "cart": Kind(cart,
        ("hand cart", "wooden cart", "farm cart", "pushcart", "handcart", "market cart", "ox cart",
         "donkey cart", "vendor cart", "two wheeled cart", "horse cart", "fruit cart", "peasant cart",
         "merchant cart", "oxcart", "dog cart"),
        ("hay cart", "barrow cart"), True),
}  # fmt: skip
