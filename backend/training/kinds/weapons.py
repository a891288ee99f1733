"""Weapons held in the hand: blades, axes, hafted weapons and shields, standing upright with their face to the front."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import disc

BLADES = ("steel", "iron", "silver", "gold", "metal", "rusty", "copper", "crystal", "painted metal", "steel")
FUTURE = ("glowing", "crystal", "steel", "painted metal")
GRIPS = ("leather", "leather", "wooden", "dark wood", "fabric", "rubber")
FITTINGS = ("gold", "brass", "steel", "iron", "silver", "painted metal", "copper")
HAFTS = (*WOODS, "metal", "bark", "iron")


def hilt(b: Builder, grip: str, fitting: str, length: float, radius: float, guard: float) -> None:
    """A grip from z = 0 to `length` with a pommel below and a guard of full width `guard` above."""
    b.capsule(radius, length, grip, (0, 0, length / 2))
    form = b.pick("ball", "disc", "gem")
    if form == "ball":
        b.sphere(radius * 1.6, fitting)
    elif form == "disc":
        disc(b, radius * 1.8, radius * 2.2, fitting, (0, 0, -radius * 0.6))
    else:
        b.box((radius * 2.6,) * 3, fitting, rot=(0, 45, 0))
    thick = radius * b.uniform(1.6, 2.2)
    shape = b.pick("straight", "drooping", "curved")
    if shape == "straight" or b.style == "low-poly":
        b.box((guard, thick * 1.2, thick), fitting, (0, 0, length), round=0.02)
    elif shape == "drooping":
        b.rod((0, 0, length), (guard / 2, 0, length - guard * 0.18), thick * 0.6, fitting, mirror="x")
    else:
        b.rod((0, 0, length), (guard / 2, 0, length + guard * 0.2), thick * 0.6, fitting, mirror="x")
        b.sphere(thick * 0.75, fitting, (guard / 2, 0, length + guard * 0.2), mirror="x")


def straight_blade(b: Builder, blade: str, length: float, width: float, z: float) -> None:
    """A flat double-edged blade standing on `z`, with a pointed tip and sometimes a ridge along its middle."""
    thick, tip = max(0.07, width * 0.32), b.uniform(0.8, 1.8) * width
    b.box((width, thick, length - tip), blade, (0, 0, z + (length - tip) / 2), round=0.005)
    b.prism((width, thick, tip), blade, (0, 0, z + length - tip - 0.01))
    if b.chance(0.5):
        b.box((width * 0.3, thick * 1.6, length - tip), blade, (0, 0, z + (length - tip) / 2), round=0.02)


def sword(b: Builder) -> None:
    blade = b.slot("blade", FUTURE if b.style == "futuristic" else BLADES, main=True)
    fitting = b.slot("guard", FITTINGS)
    grip = b.slot("grip", GRIPS, word=b.pick("grip", "handle", "hilt"))
    fat = 1.5 if b.style == "cartoon" else 1.0
    length, width = b.uniform(1.25, 1.8), b.uniform(0.15, 0.3) * fat
    handle = b.uniform(0.3, 0.5)
    hilt(b, grip, fitting, handle, 0.055 * fat, b.uniform(0.45, 0.75) * (0.8 + 0.2 * fat))
    form = b.pick("straight", "straight", "leaf", "curved")
    if form == "leaf":
        b.call("leaf-bladed")
        b.ellipsoid((width * 0.62, 0.05 * fat, length * 0.62), blade, (0, 0, handle + length * 0.42))
    elif form == "curved":
        b.call("curved")
        curved_blade(b, blade, length, width, handle)
    else:
        straight_blade(b, blade, length, width, handle)
    if b.chance(0.25):
        gem = b.slot("gem", ("crystal", "glowing"))
        b.say("with a gem")
        b.ellipsoid((0.09, 0.12, 0.09), gem, (0, 0, handle))


def curved_blade(b: Builder, blade: str, length: float, width: float, z: float) -> None:
    """A single-edged blade bent to -x, standing on `z`: a slice of a wide ring."""
    radius = length * b.uniform(1.2, 1.7)
    b.group()
    b.cylinder(radius, 1.0, blade, (-radius, 0, z), rot=(90, 0, 0), shell=width, round=0)
    b.box((length, 0.08, length), blade, (-length * 0.25, 0, z + length / 2 - 0.01), op=3, round=0)
    b.box((length, 0.3, length), blade, (-length * 0.78, 0, z + length * 1.27), op=2, rot=(0, -20, 0))
    b.group()


def fan_blade(b: Builder, blade: str, reach: float, height: float, z: float, both: bool = False) -> None:
    """An axe blade from x = 0 to `reach` (to both sides if wanted), its edge `height` long, centred at height z."""
    thick, waist = 0.1, height * 0.22
    b.group()
    disc(b, reach, thick, blade, (0, 0, z), round=0.01)
    b.box((reach * (4 if both else 2), 1, height), blade, (0 if both else reach, 0, z), op=3, round=0)
    hollow = height * b.uniform(0.55, 0.8)
    for side in (1, -1):
        at = (reach * (0.3 if both else 0.25), 0, z + side * (waist + hollow))
        disc(b, hollow, 1, blade, at, op=2, mirror="x" if both else "")
    b.group()


def axe(b: Builder) -> None:
    blade = b.slot("head", BLADES, word=b.pick("head", "blade"), main=True)
    haft = b.slot("handle", HAFTS, word=b.pick("handle", "shaft"))
    length, fat = b.uniform(1.2, 1.7), 1.5 if b.style == "cartoon" else b.uniform(0.9, 1.2)
    reach, height = b.uniform(0.42, 0.58) * fat, b.uniform(0.45, 0.65) * fat
    z = length - height * 0.45
    bend = b.uniform(0, 0.1)
    b.rod((bend, 0, 0.05), (0, 0, length * 0.5), 0.06 * fat, haft, end_radius=0.05 * fat)
    b.rod((0, 0, length * 0.5), (0, 0, length), 0.05 * fat, haft)
    fan_blade(b, blade, reach, height, z)
    b.box((0.2 * fat, 0.17 * fat, height * 0.42), blade, (-0.02, 0, z), round=0.03)
    if b.chance(0.4):
        wrap = b.slot("wrapping", GRIPS)
        b.say("with a wrapped handle")
        b.rod((bend * 0.9, 0, 0.12), (bend * 0.4, 0, length * 0.33), 0.072 * fat, wrap)


def dagger(b: Builder) -> None:
    blade = b.slot("blade", FUTURE if b.style == "futuristic" else BLADES, main=True)
    fitting = b.slot("guard", FITTINGS)
    grip = b.slot("grip", GRIPS, word=b.pick("grip", "handle", "hilt"))
    width, handle = b.uniform(0.14, 0.22), b.uniform(0.32, 0.42)
    length = b.uniform(0.5, 0.75)
    hilt(b, grip, fitting, handle, 0.065, b.uniform(0.3, 0.45))
    if b.chance(0.35):
        b.call("leaf-bladed")
        b.ellipsoid((width * 0.7, 0.045, length * 0.6), blade, (0, 0, handle + length * 0.4))
    elif b.chance(0.25):
        b.call("curved")
        curved_blade(b, blade, length, width, handle)
    else:
        straight_blade(b, blade, length, width, handle)


def katana(b: Builder) -> None:
    blade = b.slot("blade", (*BLADES, "steel", "steel"), main=True)
    guard = b.slot("guard", FITTINGS)
    grip = b.slot("grip", ("fabric", "leather", "fabric", "wooden"), word=b.pick("grip", "handle", "hilt"))
    wrap = b.slot("wrapping", ("fabric", "leather", "gold"))
    length, width, handle = b.uniform(1.4, 1.7), b.uniform(0.11, 0.15), b.uniform(0.42, 0.55)
    fat = 1.4 if b.style == "cartoon" else 1.0
    b.box((0.1 * fat, 0.09 * fat, handle), grip, (0, 0, handle / 2), round=0.03)
    b.box(
        (0.115 * fat, 0.105 * fat, 0.04), wrap, (0, 0, handle * 0.48), repeat=(1, 1, 4), spacing=(0, 0, handle * 0.22)
    )
    b.box((0.12 * fat, 0.11 * fat, 0.07), guard, (0, 0, 0))
    if b.chance(0.7):
        b.cylinder(0.16 * fat, 0.06, guard, (0, 0, handle))
    else:
        b.box((0.28 * fat, 0.24 * fat, 0.06), guard, (0, 0, handle), round=0.02)
    b.cylinder(0.07 * fat, 0.1, guard, (0, 0, handle + 0.06))
    radius = length * b.uniform(2.6, 4.2)
    b.group()
    b.cylinder(radius, 1.0, blade, (-radius, 0, handle), rot=(90, 0, 0), shell=width * fat, round=0)
    b.box((length, 0.07 * fat, length), blade, (-0.2 * length, 0, handle + length / 2), op=3, round=0)
    b.box(
        (width * 4, 0.3, width * 2),
        blade,
        (-(length**2) / (2 * radius) - width, 0, handle + length + width * 0.35),
        op=2,
        rot=(0, -38, 0),
    )
    b.group()


def battle_axe(b: Builder) -> None:
    blade = b.slot("blades", BLADES, word=b.pick("blades", "head"), main=True)
    haft = b.slot("shaft", HAFTS, word=b.pick("shaft", "handle"))
    fat = 1.35 if b.style == "cartoon" else b.uniform(0.95, 1.15)
    length, reach, height = b.uniform(1.5, 1.9), b.uniform(0.42, 0.55) * fat, b.uniform(0.65, 0.9) * fat
    z = length - height * 0.42
    b.rod((0, 0, 0.05), (0, 0, length), 0.06 * fat, haft)
    fan_blade(b, blade, reach, height, z, both=b.chance(0.8))
    b.cylinder(0.11 * fat, height * 0.5, blade, (0, 0, z), round=0.02)
    if b.chance(0.55):
        b.say("with a spike on top")
        b.cone(0.085 * fat, 0.005, 0.35, blade, (0, 0, length + 0.12))
    cap = b.slot("pommel", FITTINGS)
    b.sphere(0.1 * fat, cap, (0, 0, 0.05))
    if b.chance(0.4):
        b.say("with a wrapped shaft")
        b.cylinder(0.08 * fat, length * 0.3, b.slot("wrapping", GRIPS), (0, 0, length * 0.28))


def shield(b: Builder) -> None:
    face = b.slot("face", (*WOODS, "metal", "steel", "painted wood", "painted metal", "iron", "leather"), main=True)
    rim = b.slot("rim", METALS)
    boss = b.slot("boss", METALS, word=b.pick("boss", "emblem"))
    form = b.pick("round", "heater", "tower")
    thick = 0.12
    if form == "round":
        b.call("round")
        frame = Frame((0, 0, 0.9), (90, 0, 0))
        b.group(frame)
        b.ellipsoid((0.88, 0.88, 0.3), face, (0, 0, -0.06))
        b.box((3, 3, 1), face, (0, 0, -0.5), op=2)
        b.group(frame)
        b.torus(0.84, 0.08, rim)
        top = 0.22
    else:
        w, h = (b.uniform(0.62, 0.75), b.uniform(1.6, 1.9)) if form == "heater" else (b.uniform(0.5, 0.62), 1.9)
        for slot, grow, y in ((rim, 0.08, 0.03), (face, 0.0, -0.02)):
            b.group()
            b.box((2 * (w + grow), thick, h + 2 * grow), slot, (0, y, h / 2))
            if form == "heater":
                disc(b, 2 * w + grow, 1, slot, (-w, 0, h * 0.62 + 0.02), op=3, round=0)
                disc(b, 2 * w + grow, 1, slot, (w, 0, h * 0.62 + 0.02), op=3, round=0)
                b.group()
                b.box((2 * (w + grow), thick, h * 0.38 + grow), slot, (0, y, h * 0.81 + grow / 2))
        if form == "tower":
            b.call("tall rectangular")
        top = 0.06
    z = 0.9 if form == "round" else 1.1
    b.group(Frame((0, -top, z)))
    mark = b.pick("boss", "boss", "cross", "stripe")
    if mark == "boss":
        b.ellipsoid((0.2, 0.16, 0.2), boss)
    elif mark == "cross":
        b.say("with a cross")
        b.box((0.16, 0.14, 1.0), boss)
        b.box((0.85, 0.14, 0.16), boss)
    else:
        b.box((0.18, 0.14, 1.1), boss)
        b.ellipsoid((0.18, 0.14, 0.18), boss)


WEAPONS: dict[str, Kind] = {
    "sword": Kind(sword,
        ("longsword", "broadsword", "greatsword", "knight's sword", "blade", "short sword", "claymore",
         "long sword", "bastard sword", "viking sword", "straight sword", "scimitar", "sabre", "saber",
         "excalibur", "cutlass"),
        ("arming sword", "hero's sword", "gladius"), thin=True),
    "dagger": Kind(dagger,
        ("dirk", "stiletto", "throwing knife", "combat knife", "short blade", "assassin's dagger",
         "hunting knife", "knife", "small blade", "rondel", "ceremonial dagger", "sacrificial knife",
         "short knife", "parrying dagger", "fighting knife", "rogue's dagger"),
        ("poniard", "assassin dagger"), True),
    "katana": Kind(katana,
        ("samurai sword", "japanese sword", "ninja sword", "samurai blade", "curved samurai sword",
         "japanese katana", "ninja blade", "tachi", "japanese blade", "ronin sword", "ninja katana", "odachi",
         "ninjato", "samurai weapon", "kill bill sword"),
        ("wakizashi", "samurai's katana"), True),
    "axe": Kind(axe,
        ("hatchet", "wood axe", "woodcutter's axe", "felling axe", "hand axe", "lumberjack axe",
         "woodcutting axe", "fire axe", "wood cutter's axe", "fireman's axe", "firefighter axe", "ax",
         "splitting axe", "camp axe", "one handed axe", "forester's axe"),
        ("tomahawk", "chopping axe"), True),
    "battle axe": Kind(battle_axe,
        ("battleaxe", "war axe", "double axe", "viking axe", "double-bladed axe", "greataxe", "great axe",
         "battle ax", "war ax", "orc axe", "berserker axe", "executioner's axe", "barbarian axe", "dwarven axe",
         "double headed axe", "dwarf axe"),
        ("two-handed axe", "labrys"), True),
    "shield": Kind(shield,
        ("buckler", "knight's shield", "heater shield", "viking shield", "tower shield", "round shield",
         "spartan shield", "kite shield", "crusader shield", "roman shield", "battle shield", "hero's shield",
         "warrior's shield", "pavise", "war shield", "greek shield"),
        ("targe", "heraldic shield"), True),
}  # fmt: skip
