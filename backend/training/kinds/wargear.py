"""Gear of war: cannons, bombs, blasters and helmets."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import spoked_wheel
from .weapons import FITTINGS, GRIPS


def cannon(b: Builder) -> None:
    barrel = b.slot("barrel", ("iron", "iron", "brass", "gold", "metal", "painted metal", "copper"), main=True)
    carriage = b.slot("carriage", (*WOODS, "plank", "iron"))
    wheels = b.slot("wheels", (*WOODS, "iron"), like="carriage" if b.chance(0.5) else "")
    fat = 1.25 if b.style == "cartoon" else 1.0
    length, r, pitch = b.uniform(1.3, 1.7), b.uniform(0.17, 0.24) * fat, b.uniform(5, 22)
    wheel, z = b.uniform(0.36, 0.48), 0.56
    muzzle = Frame((0, 0, z), (90 - pitch, 0, 0))
    b.group(muzzle)
    b.cone(r * 1.2, r * 0.85, length, barrel, (0, 0, length * 0.16))
    b.cylinder(r * 0.58, length, barrel, (0, 0, length * 0.9), op=2)
    b.group(muzzle)
    b.torus(r * 0.82, r * 0.24, barrel, (0, 0, length * 0.65))
    b.torus(r * 1.0, r * 0.2, barrel, (0, 0, length * 0.12), repeat=(1, 1, 2), spacing=(0, 0, length * 0.45))
    b.sphere(r * 1.15, barrel, (0, 0, -length * 0.34))
    b.sphere(r * 0.42, barrel, (0, 0, -length * 0.34 - r * 1.35))
    b.group()
    b.beam((r * 1.25, -0.25, z - 0.08), (r * 1.25, length * 0.55, 0.14), 0.12, 0.3, carriage, mirror="x")
    b.box((r * 2.6, 0.14, 0.14), carriage, (0, length * 0.4, 0.22))
    b.box((r * 2.6 + 0.3, 0.14, 0.14), carriage, (0, -0.1, wheel))
    x = r * 1.25 + 0.2
    if b.chance(0.6):
        for side in (1, -1):
            spoked_wheel(
                b, wheel, Frame((side * x, -0.1, wheel), (0, 90, 0)), wheels, wheels, spokes=b.pick(6, 8), thick=0.1
            )
    else:
        b.cylinder(wheel * 0.85, 0.14, wheels, (x, -0.1, wheel * 0.85), rot=(0, 90, 0), mirror="x")
        b.cylinder(0.09, 0.22, barrel, (x, -0.1, wheel * 0.85), rot=(0, 90, 0), mirror="x")


def bomb(b: Builder) -> None:
    body = b.slot(
        "body",
        ("iron", "iron", "painted metal", "metal", "plastic"),
        colour=b.pick("any", "black", "black"),
        word=b.pick("body", "shell"),
        main=True,
    )
    fuse = b.slot("fuse", ("fabric", "leather", "straw"))
    cap = b.slot("cap", METALS)
    spark = b.slot("spark", ("glowing",), colour=b.pick("orange", "yellow", "red"))
    form = b.pick("round", "round", "round", "dynamite")
    if form == "round":
        b.call("round")
        r = b.uniform(0.5, 0.6)
        b.sphere(r, body, (0, 0, r))
        b.cylinder(r * 0.34, 0.24, cap, (0, 0, 2 * r + 0.02))
        top = 2 * r + 0.1
        b.sweep([(0, 0, top), (0.03, 0, top + 0.16), (0.16, 0, top + 0.28), (0.3, 0, top + 0.3)], 0.045, fuse)
        b.sphere(0.1, spark, (0.32, 0, top + 0.3))
        b.cone(0.04, 0.005, 0.2, spark, (0.32, 0, top + 0.42))
        if b.chance(0.3):
            face = b.slot("skull", ("plastic", "painted metal"), colour="white", word="skull")
            b.say("with a skull")
            b.ellipsoid((r * 0.36, 0.1, r * 0.32), face, (0, -r * 0.93, r * 1.15))
            b.box((r * 0.36, 0.12, r * 0.3), face, (0, -r * 0.95, r * 0.82))
        elif b.chance(0.4):
            b.torus(r * 1.0, 0.05, cap, (0, 0, r))
    else:
        b.say("made of three sticks")
        r, h = 0.2, b.uniform(0.9, 1.15)
        b.cylinder(r, h, body, (r * 1.12, 0, h / 2), polar=3)
        b.cylinder(r * 0.8, h * 0.9, body, (0, 0, h / 2))
        b.cylinder(r * 2.2, 0.14, cap, (0, 0, h * 0.3), repeat=(1, 1, 1))
        b.cylinder(r * 2.2, 0.14, cap, (0, 0, h * 0.72))
        b.sweep([(0, 0, h * 0.9), (0.05, 0, h + 0.16), (0.2, 0, h + 0.3)], 0.045, fuse)
        b.sphere(0.09, spark, (0.22, 0, h + 0.32))


def blaster(b: Builder) -> None:
    body = b.slot("body", ("painted metal", "metal", "steel", "plastic", "iron"), main=True)
    grip = b.slot("grip", (*GRIPS, "plastic", "rubber"))
    glow = b.slot("energy cell", ("glowing",), word=b.pick("energy cell", "lights"))
    trim = b.slot("barrel", METALS)
    length, tall = b.uniform(0.8, 1.1), b.uniform(0.24, 0.32)
    fat = 1.3 if b.style == "cartoon" else 1.0
    z = 0.62
    b.box((length * 0.8, 0.22 * fat, tall), body, (0.05, 0, z), round=0.05 if b.style != "low-poly" else 0.01)
    b.beam((length * 0.26, 0, z), (length * 0.42, 0, 0.1), 0.22 * fat, 0.19 * fat, grip, round=0.05)
    b.torus(0.13, 0.034, trim, (length * 0.06, 0, z - tall * 0.6), rot=(90, 0, 0))
    long = b.uniform(0.3, 0.6)
    b.cylinder(0.085 * fat, long, trim, (-length * 0.35 - long / 2, 0, z + 0.03), rot=(0, 90, 0))
    b.cylinder(0.12 * fat, 0.12, trim, (-length * 0.35 - long, 0, z + 0.03), rot=(0, 90, 0))
    if b.chance(0.6):
        b.torus(
            0.1 * fat,
            0.04,
            glow,
            (-length * 0.35 - long * 0.45, 0, z + 0.03),
            rot=(0, 90, 0),
            repeat=(b.count(1, 3), 1, 1),
            spacing=(0.14, 0, 0),
        )
    b.box((length * 0.4, 0.27 * fat, tall * 0.35), glow, (0, 0, z + 0.02), round=0.03)
    if b.chance(0.55):
        b.say("with a scope")
        b.cylinder(0.08, length * 0.45, trim, (0.05, 0, z + tall * 0.5 + 0.12), rot=(0, 90, 0))
        b.box((0.1, 0.07, 0.16), body, (0.05, 0, z + tall * 0.5 + 0.04))
    else:
        b.prism((0.3, 0.1, 0.14), body, (length * 0.26, 0, z + tall * 0.48))


def great_helm(b: Builder, shell: str, trim: str, dark: str, r: float) -> None:
    """The cylinder, the slits and the cross of a knight's closed helmet of radius r."""
    b.call("knight's")
    b.group()
    b.cylinder(r * 1.02, 0.6, shell, (0, 0, 0.32))
    b.cylinder(r * 0.9, 0.5, shell, (0, 0, 0.2), op=2)
    b.group()
    b.box((r * 1.1, 0.2, 0.085), dark, (0, -r * 0.98, 0.6))
    b.box((0.1, 0.12, 0.75), trim, (0, -r * 1.03, 0.5))
    b.box((0.06, 0.2, 0.16), dark, (0.16, -r * 0.92, 0.3), mirror="x")


def helmet(b: Builder) -> None:
    shell = b.slot(
        "shell",
        ("steel", "iron", "metal", "gold", "brass", "painted metal", "silver", "leather", "plastic"),
        word=b.pick("shell", "dome"),
        main=True,
    )
    trim = b.slot("trim", FITTINGS, word=b.pick("trim", "rim"))
    r = 0.5
    form = b.pick("knight", "viking", "space", "open", "roman")
    dark = (
        b.slot("visor", ("glass", "plastic"), colour="black", word=b.pick("visor", "slit"))
        if form in ("knight", "space")
        else ""
    )
    b.group()
    b.ellipsoid((r, r * 1.08, r), shell, (0, 0, 0.6))
    b.box((2, 2, 1), shell, (0, 0, -0.3 if form == "space" else 0.1), op=2)
    if form == "space":
        b.call("space")
        b.ellipsoid((r * 0.8, r * 0.5, r * 0.5), dark, (0, -r * 0.72, 0.66))
        b.group()
        b.torus(r * 0.78, 0.09, trim, (0, 0, 0.2))
        b.cylinder(0.14, 0.16, trim, (r, 0, 0.6), rot=(0, 90, 0), mirror="x")
        return
    b.group()
    if form == "knight":
        great_helm(b, shell, trim, dark, r)
    else:
        b.torus(r * 0.98, 0.07, trim, (0, 0, 0.6))
        if form == "viking":
            horn = b.slot("horns", ("plaster", "ceramic", "gold", "wooden"))
            b.say("with horns")
            b.sweep(
                [(r * 0.85, 0, 0.72), (r * 1.4, 0, 0.82), (r * 1.65, 0, 1.25)], 0.14, horn, end_radius=0.03, mirror="x"
            )
            b.box((0.12, 0.1, 0.36), trim, (0, -r * 1.02, 0.46))
        elif form == "roman":
            crest = b.slot("crest", ("fabric", "fur"), word=b.pick("crest", "plume"))
            b.say("with a crest")
            b.cylinder(r * 1.35, 0.14, crest, (0, 0.06, 0.62), rot=(0, 90, 0), clip=("x", -r * 1.4, -0.3))
            b.box((0.1, 0.36, 0.5), shell, (r * 0.82, -r * 0.4, 0.38), mirror="x", round=0.04)
    if form == "open":
        b.box((0.09, 2 * r * 1.1, 0.09), trim, (0, 0, 0.62))
        b.torus(r * 1.02, 0.055, trim, (0, 0, 0.62), rot=(0, 90, 0))
        b.box((0.1, 0.36, 0.4), shell, (r * 0.86, -0.02, 0.42), mirror="x", round=0.04)


WARGEAR: dict[str, Kind] = {
    "cannon": Kind(cannon,
        ("pirate cannon", "field gun", "ship's cannon", "medieval cannon", "artillery cannon", "old cannon",
         "siege cannon", "civil war cannon", "artillery piece", "naval cannon", "mortar", "napoleonic cannon",
         "fortress cannon", "field cannon", "cannon on wheels", "wheeled cannon"),
        ("howitzer", "culverin")),
    "bomb": Kind(bomb,
        ("cartoon bomb", "dynamite", "round bomb", "explosive", "black bomb", "tnt", "bomb with a fuse",
         "time bomb", "pirate bomb", "mario bomb", "fuse bomb", "explosive device", "cannon ball bomb",
         "explosive ball", "anarchist bomb"),
        ("bombshell", "powder bomb")),
    "blaster pistol": Kind(blaster,
        ("blaster", "ray gun", "laser pistol", "laser gun", "sci-fi pistol", "space gun", "raygun", "sci fi gun",
         "laser blaster", "plasma gun", "futuristic gun", "star wars blaster", "space pistol", "energy pistol",
         "alien gun", "ray pistol"),
        ("plasma pistol", "phaser")),
    "helmet": Kind(helmet,
        ("knight helmet", "viking helmet", "knight's helmet", "space helmet", "roman helmet", "helm",
         "armor helmet", "spartan helmet", "astronaut helmet", "soldier helmet", "gladiator helmet",
         "war helmet", "battle helmet", "hard hat", "crusader helmet", "motorcycle helmet"),
        ("war helm", "bascinet")),
}  # fmt: skip
