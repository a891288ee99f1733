"""What flies or sails: airplanes, helicopters, saucers, balloons, sailing boats."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .vehicles import BODY, GLASS, hull


def airplane(b: Builder) -> None:
    body = b.slot("fuselage", BODY, word=b.pick("fuselage", "body"), main=True)
    wings = b.slot("wings", (*BODY, "fabric"), like="fuselage" if b.chance(0.4) else "")
    glass = b.slot("cockpit", GLASS, word=b.pick("cockpit", "canopy"))
    metal = b.slot("propeller", (*METALS, "wooden"))
    fat = 1.4 if b.style == "cartoon" else 1.0
    l, r, span = b.uniform(1.5, 1.8), b.uniform(0.17, 0.22) * fat, b.uniform(1.5, 1.9)
    jet = b.chance(0.4)
    z = 0.5
    b.rod((0, -l * 0.38, z), (0, l * 0.5, z + 0.06), r, body, end_radius=r * 0.35)
    b.ellipsoid((r * 0.75, l * 0.15, r * 0.8), glass, (0, -l * 0.16, z + r * 0.75))
    chord = b.uniform(0.3, 0.4)
    if jet:
        b.call("jet")
        b.box((span * 0.5, chord, 0.075), wings, (span * 0.26, 0.02, z - 0.04), rot=(0, 0, 24), mirror="x", round=0.03)
        b.cylinder(0.11 * fat, 0.36, metal, (span * 0.26, -0.06, z - 0.17), rot=(90, 0, 0), mirror="x")
        b.cone(r, 0.02, 0.3, body, (0, -l * 0.38 - 0.12, z), rot=(90, 0, 0))
    else:
        b.box((span, chord, 0.08), wings, (0, -l * 0.12, z - 0.05), round=0.03)
        if b.chance(0.45):
            b.call("biplane")
            b.box((span * 0.95, chord * 0.9, 0.07), wings, (0, -l * 0.14, z + 0.45), round=0.03)
            b.box((0.045, 0.05, 0.5), metal, (span * 0.34, -l * 0.13, z + 0.2), mirror="x")
            b.box((0.045, 0.05, 0.3), metal, (r * 0.7, -l * 0.13, z + 0.32), mirror="x")
        b.sphere(r * 0.5, metal, (0, -l * 0.38 - r * 0.85, z))
        b.group(Frame((0, -l * 0.38 - r * 0.95, z), (90, b.uniform(0, 90), 0)))
        b.box((0.36, 0.09, 0.05), metal, (0.18, 0, 0), polar=b.pick(2, 3, 4))
        b.group()
    b.box((span * 0.36, 0.22, 0.06), wings, (0, l * 0.46, z + 0.08), round=0.02)
    b.box((0.07, 0.26, 0.36), wings, (0, l * 0.46, z + 0.24), round=0.03, rot=(-14, 0, 0))
    if b.chance(0.7):
        wheel = b.slot("wheels", ("rubber",))
        b.cylinder(0.12, 0.08, wheel, (0.24, -l * 0.2, 0.1), rot=(0, 90, 0), mirror="x")
        b.rod((0.05, -l * 0.2, z - 0.1), (0.24, -l * 0.2, 0.1), 0.034, metal, mirror="x")


def helicopter(b: Builder) -> None:
    body = b.slot("body", BODY, main=True)
    glass = b.slot("window", GLASS, word=b.pick("window", "cockpit", "windscreen"))
    metal = b.slot("rotor", METALS, word=b.pick("rotor", "blades"))
    skid = b.slot("skids", METALS, word=b.pick("skids", "landing skids"))
    fat = 1.2 if b.style == "cartoon" else 1.0
    r, z = b.uniform(0.34, 0.4) * fat, 0.65
    b.ellipsoid((r, r * 1.35, r), body, (0, 0, z))
    b.ellipsoid((r * 0.88, r * 0.8, r * 0.8), glass, (0, -r * 0.68, z + r * 0.12))
    tail = b.uniform(1.0, 1.25)
    b.rod((0, r * 0.8, z + 0.08), (0, tail, z + 0.18), r * 0.36, body, end_radius=0.07)
    b.box((0.07, 0.2, 0.4), body, (0, tail, z + 0.32), rot=(-15, 0, 0), round=0.03)
    b.group(Frame((0.08, tail + 0.04, z + 0.28), (0, 90, b.uniform(0, 10))))
    b.box((0.24, 0.07, 0.05), metal, (0.12, 0, 0), polar=b.pick(2, 4))
    n = b.pick(2, 3, 4)
    b.say(f"with {('two', 'three', 'four')[n - 2]} rotor blades")
    b.group(Frame((0, 0, z + r + 0.14), (0, 0, b.uniform(0, 90))))
    b.box((1.0, 0.13, 0.055), metal, (0.5, 0, 0), polar=n, round=0.02)
    b.cylinder(0.1, 0.12, metal)
    b.group()
    b.cylinder(0.06, 0.3, metal, (0, 0, z + r + 0.02))
    b.rod((r * 0.85, -r * 1.3, 0.05), (r * 0.85, r * 1.2, 0.05), 0.042, skid, mirror="x")
    b.rod((r * 0.4, r * 0.5, z - r * 0.7), (r * 0.85, r * 0.5, 0.05), 0.038, skid, mirror="xy")


def ufo(b: Builder) -> None:
    body = b.slot(
        "saucer",
        ("metal", "steel", "silver", "painted metal", "plastic"),
        word=b.pick("saucer", "hull"),
        main=True,
    )
    dome = b.slot("dome", ("glass", "glass", "glowing", "crystal"))
    lights = b.slot("lights", ("glowing",))
    r, h = 1.0, b.uniform(0.22, 0.32)
    b.ellipsoid((r, r, h), body, (0, 0, 0.6))
    b.torus(r * 0.97, 0.05, body, (0, 0, 0.6))
    d = b.uniform(0.38, 0.48)
    b.ellipsoid((d, d, d * b.uniform(0.8, 1.1)), dome, (0, 0, 0.6 + h * 0.8))
    b.torus(d * 1.02, 0.05, body, (0, 0, 0.6 + h * 0.9))
    n = b.count(6, 10)
    b.sphere(0.085, lights, (r * 0.78, 0, 0.6 + h * 0.62), polar=n)
    b.cylinder(0.4, 0.14, lights if b.chance(0.5) else body, (0, 0, 0.6 - h))
    if b.chance(0.4):
        b.say("with landing legs")
        b.rod((0.5, 0, 0.6 - h * 0.6), (0.72, 0, 0.05), 0.05, body, polar=3)
        b.sphere(0.09, body, (0.72, 0, 0.05), polar=3)
    elif b.chance(0.5):
        tip = b.slot("antenna tip", ("glowing", "plastic"))
        b.say("with an antenna")
        b.cylinder(0.034, 0.4, body, (0, 0, 0.7 + h + d * 0.85))
        b.sphere(0.08, tip, (0, 0, 0.9 + h + d * 0.85))


def balloon(b: Builder) -> None:
    bag = b.slot("envelope", ("fabric", "fabric", "fabric", "plastic"), word=b.pick("envelope", "balloon"), main=True)
    basket = b.slot("basket", ("wicker", "wicker", "wooden"))
    ropes = b.slot("ropes", ("fabric", "leather", "straw"))
    r, z = 0.72, 1.45
    b.sphere(r, bag, (0, 0, z))
    b.cone(0.2, r * 0.93, 0.62, bag, (0, 0, z - r * 0.36 - 0.31))
    if b.chance(0.6):
        stripes = b.slot("panels", ("fabric",), word=b.pick("panels", "stripes"))
        b.say("with panels")
        b.ellipsoid((r * 0.93, 0.13, r * 1.015), stripes, (r * 0.1, 0, z), polar=b.count(4, 6))
    else:
        band = b.slot("band", ("fabric",))
        b.cylinder(r * 1.012, 0.2, band, (0, 0, z))
    s = b.uniform(0.3, 0.36)
    low = z - r - 0.75
    b.rod((s * 0.44, s * 0.44, low + 0.2), (0.13, 0.13, z - r - 0.1), 0.032, ropes, mirror="xy")
    b.group()
    if b.chance(0.5):
        b.box((s, s, 0.28), basket, (0, 0, low + 0.1), round=0.03)
        b.box((s * 0.74, s * 0.74, 0.28), basket, (0, 0, low + 0.18), op=2)
    else:
        b.cone(s * 0.48, s * 0.58, 0.28, basket, (0, 0, low + 0.1))
        b.cylinder(s * 0.44, 0.28, basket, (0, 0, low + 0.18), op=2)


def sailboat(b: Builder) -> None:
    body = b.slot("hull", (*WOODS, "plank", "painted wood", "plastic", "painted metal"), main=True)
    sail = b.slot("sails", ("fabric", "fabric", "paper"), word=b.pick("sails", "sail"))
    mast = b.slot("mast", WOODS)
    w, l, h = b.uniform(0.55, 0.7), b.uniform(1.4, 1.7), b.uniform(0.34, 0.44)
    hull(b, body, w, l, h, 0.08)
    b.box((w * 0.8, l * 0.55, 0.08), mast, (0, 0.02, h * 0.72))
    tall = b.uniform(1.4, 1.8)
    b.cylinder(0.045, tall, mast, (0, 0, h * 0.6 + tall / 2))
    top = h * 0.6 + tall
    b.group(Frame((0, 0, 0), (0, 0, b.uniform(-30, 10))))
    if b.chance(0.4):
        b.say("with a square sail")
        b.box((w * 1.5, 0.06, tall * 0.55), sail, (0, -0.09, top - tall * 0.36), round=0.03)
        b.cylinder(0.04, w * 1.6, mast, (0, -0.05, top - tall * 0.08), rot=(0, 90, 0))
    else:
        n = b.count(1, 2)
        b.say(f"with {('one sail', 'two sails')[n - 1]}")
        b.group(Frame((0, 0, h + 0.2), (0, 0, b.uniform(50, 80))))
        b.prism((1.5, 0.06, tall - 0.45), sail, (0.0, 0, 0), clip=("x", 0, 2))
        b.cylinder(0.04, 0.78, mast, (0.38, 0, -0.02), rot=(0, 90, 0))
        if n == 2:
            b.prism((1.1, 0.06, tall * 0.62), sail, (-0.04, 0, 0.02), clip=("x", -2, -0.02))
    b.group()
    if b.chance(0.6):
        flag = b.slot("flag", ("fabric",))
        b.say("with a flag")
        b.box((0.24, 0.055, 0.14), flag, (0.13, 0, top))


AIRCRAFT: dict[str, Kind] = {
    "airplane": Kind(airplane,
        ("plane", "aeroplane", "biplane", "jet plane", "propeller plane", "toy plane", "aircraft",
         "passenger plane", "propeller aircraft", "jumbo jet", "fighter plane", "passenger jet",
         "single engine plane", "warplane", "fighter jet", "cessna"),
        ("airliner", "monoplane"), True),
    "helicopter": Kind(helicopter,
        ("chopper", "toy helicopter", "rescue helicopter", "copter", "rotorcraft", "helo", "military helicopter",
         "heli copter", "police helicopter", "whirlybird", "passenger helicopter", "attack helicopter",
         "medical helicopter", "army helicopter", "air ambulance", "gyrocopter"),
        ("heli",), True),
    "ufo": Kind(ufo,
        ("flying saucer", "alien spaceship", "alien ship", "space saucer", "alien spacecraft", "alien saucer",
         "flying disc", "spacecraft saucer", "martian ship", "extraterrestrial ship",
         "unidentified flying object", "flying disk", "alien vessel", "alien ufo", "martian spaceship",
         "roswell saucer"),
        ("alien craft", "u.f.o.")),
    "hot air balloon": Kind(balloon,
        ("hot-air balloon", "air balloon", "balloon with basket", "passenger balloon", "balloon ride",
         "montgolfier", "montgolfiere", "airballoon", "balloon and basket", "aerostat", "hot air baloon",
         "flying balloon", "sky balloon", "gas balloon", "balloon aircraft", "airship balloon"),
        ("montgolfier balloon",)),
    "sailboat": Kind(sailboat,
        ("sailing boat", "sail boat", "yacht", "sailing ship", "toy sailboat", "pirate ship", "sailing yacht",
         "schooner", "sail ship", "catamaran", "galleon", "viking ship", "sailing dinghy", "ship",
         "sailing vessel", "racing yacht"),
        ("sloop", "catboat"), True),
}  # fmt: skip
