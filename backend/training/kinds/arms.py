"""Hafted arms and bows: spears, maces, staffs, bows and arrows, standing upright."""

from __future__ import annotations

import math

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import disc
from .weapons import BLADES, FITTINGS, GRIPS, HAFTS

GLOW = ("crystal", "glowing", "crystal", "glass")


def shaft(b: Builder, slot: str, length: float, radius: float) -> None:
    """A long shaft from the ground, wrapped in the middle in some."""
    b.rod((0, 0, radius), (0, 0, length), radius, slot)
    if b.chance(0.35):
        b.say("with a wrapped shaft")
        b.cylinder(radius * 1.3, length * 0.2, b.slot("wrapping", GRIPS), (0, 0, length * b.uniform(0.4, 0.55)))


def spear(b: Builder) -> None:
    head = b.slot("tip", (*BLADES, "stone"), word=b.pick("tip", "head", "point"), main=True)
    pole = b.slot("shaft", (*HAFTS, "bark"), word=b.pick("shaft", "pole"))
    fat = 1.5 if b.style == "cartoon" else 1.0
    length, r, tip = b.uniform(1.3, 1.7), 0.066 * fat, b.uniform(0.35, 0.5)
    shaft(b, pole, length, r)
    form = b.pick("leaf", "diamond", "cone", "barbed")
    wide = b.uniform(0.12, 0.18) * fat
    if form == "leaf":
        b.ellipsoid((wide, 0.06 * fat, tip * 0.62), head, (0, 0, length + tip * 0.3))
    elif form == "cone":
        b.cone(0.12 * fat, 0.01, tip * 1.2, head, (0, 0, length + tip * 0.5))
    else:
        b.prism((2 * wide, 0.1 * fat, tip), head, (0, 0, length))
        if form == "diamond":
            b.prism((2 * wide, 0.1 * fat, tip * 0.4), head, (0, 0, length + 0.005), rot=(0, 180, 0))
        else:
            b.rod((wide * 0.8, 0, length + 0.03), (wide * 1.3, 0, length - 0.14), 0.045 * fat, head, mirror="x")
    b.cylinder(r * 1.4, 0.16, head, (0, 0, length - 0.02))
    if b.chance(0.35):
        tassel = b.slot("tassel", ("fabric", "fur"))
        b.say("with a tassel")
        b.cone(0.13, r * 1.3, 0.22, tassel, (0, 0, length - 0.2))


def trident(b: Builder) -> None:
    head = b.slot("prongs", (*BLADES, "gold"), word=b.pick("prongs", "head"), main=True)
    pole = b.slot("shaft", HAFTS, word=b.pick("shaft", "pole"))
    fat = 1.4 if b.style == "cartoon" else 1.0
    length, r, wide, tip = b.uniform(1.1, 1.4), 0.066 * fat, b.uniform(0.24, 0.34), b.uniform(0.4, 0.55)
    shaft(b, pole, length, r)
    b.cylinder(r * 1.6, 0.14, head, (0, 0, length))
    b.rod((0, 0, length), (0, 0, length + tip), r * 0.9, head)
    if b.chance(0.5):
        b.arc(wide, r * 0.9, 90, head, (0, 0, length + wide * 0.95), rot=(90, 90, 0))
        b.rod((wide, 0, length + wide * 0.9), (wide, 0, length + tip * 0.85), r * 0.9, head, mirror="x")
    else:
        b.box((2 * wide, 0.11 * fat, 0.1 * fat), head, (0, 0, length + 0.08))
        b.rod((wide, 0, length + 0.08), (wide, 0, length + tip * 0.85), r * 0.9, head, mirror="x")
    b.cone(r * 2.0, 0.005, 0.2, head, (0, 0, length + tip + 0.06))
    b.cone(r * 2.0, 0.005, 0.2, head, (wide, 0, length + tip * 0.85 + 0.06), mirror="x")


def mace(b: Builder) -> None:
    head = b.slot("head", BLADES, main=True)
    pole = b.slot("handle", HAFTS, word=b.pick("handle", "shaft"))
    fat = 1.35 if b.style == "cartoon" else 1.0
    length, r, size = b.uniform(0.95, 1.25), 0.06 * fat, b.uniform(0.2, 0.27) * fat
    shaft(b, pole, length, r)
    b.sphere(r * 1.6, head, (0, 0, r))
    z, form = length + size * 0.7, b.pick("spiked", "spiked", "flanged")
    if form == "spiked":
        b.call("spiked")
        b.sphere(size, head, (0, 0, z))
        n = b.count(6, 8)
        b.cone(size * 0.28, 0.005, size * 0.75, head, (size * 1.2, 0, z), rot=(0, 90, 0), polar=n)
        b.cone(size * 0.28, 0.005, size * 0.75, head, (size * 0.82, 0, z + size * 0.82), rot=(0, 45, 0), polar=n // 2)
        b.cone(size * 0.28, 0.005, size * 0.75, head, (size * 0.82, 0, z - size * 0.82), rot=(0, 135, 0), polar=n // 2)
        b.cone(size * 0.28, 0.005, size * 0.75, head, (0, 0, z + size * 1.2))
    else:
        b.call("flanged")
        b.cylinder(size * 0.5, size * 2, head, (0, 0, z))
        b.ellipsoid((size * 0.7, 0.05 * fat, size), head, (size * 0.55, 0, z), polar=b.count(5, 7))
        b.cone(size * 0.45, 0.01, size * 0.7, head, (0, 0, z + size * 1.25))


def war_hammer(b: Builder) -> None:
    head = b.slot("head", (*BLADES, "stone"), main=True)
    pole = b.slot("handle", HAFTS, word=b.pick("handle", "shaft"))
    fat = 1.3 if b.style == "cartoon" else 1.0
    length, r, size = b.uniform(1.3, 1.7), 0.065 * fat, b.uniform(0.32, 0.44) * fat
    shaft(b, pole, length, r)
    b.cylinder(r * 1.6, 0.1, head, (0, 0, 0.05))
    z, form = length - size * 0.3, b.pick("block", "block", "spike")
    if form == "block":
        b.box((size * 2.1, size, size * 1.05), head, (0, 0, z), round=0.04)
        b.box((0.1, size * 1.15, size * 1.2), head, (size * 0.8, 0, z), round=0.02, mirror="x")
        if b.chance(0.5):
            rune = b.slot("runes", ("glowing", "gold", "crystal"))
            b.say("with a rune")
            disc(b, size * 0.3, size * 1.12, rune, (0, 0, z))
    else:
        b.say("with a spike")
        b.box((size, size * 0.75, size * 0.75), head, (size * 0.35, 0, z), round=0.03)
        b.cone(size * 0.36, 0.01, size * 1.2, head, (-size * 0.6, 0, z), rot=(0, -90, 0))
        b.cone(r * 1.4, 0.01, size * 0.8, head, (0, 0, length + size * 0.3))


def staff(b: Builder) -> None:
    gem = b.slot("orb", GLOW, word=b.pick("orb", "crystal", "gem"), main=True)
    pole = b.slot("shaft", (*HAFTS, "bark", "bark", "gold"), word=b.pick("shaft", "staff"))
    claw = b.slot("setting", FITTINGS, like="shaft" if b.chance(0.5) else "")
    fat = 1.4 if b.style == "cartoon" else 1.0
    length, r, size = b.uniform(1.3, 1.7), 0.068 * fat, b.uniform(0.18, 0.25) * fat
    if b.style == "rustic" or b.chance(0.35):
        b.call("gnarled")
        w = b.uniform(0.05, 0.1)
        b.sweep(
            [(0, 0, 0.05), (w, 0, length * 0.35), (-w * 0.6, 0, length * 0.7), (0, 0, length)],
            r * 0.8,
            pole,
            end_radius=r * 1.1,
        )
    else:
        shaft(b, pole, length, r)
        b.sphere(r * 1.5, claw, (0, 0, r))
    z, form = length + size * 1.0, b.pick("claw", "cup", "crescent", "hook")
    if form == "claw":
        b.rod((0.05, 0, length - 0.05), (size * 1.12, 0, z - size * 0.1), r * 0.7, claw, polar=4)
        b.rod(
            (size * 1.12, 0, z - size * 0.1),
            (size * 0.75, 0, z + size * 0.85),
            r * 0.65,
            claw,
            end_radius=0.025,
            polar=4,
        )
    elif form == "cup":
        b.cone(r, size * 0.9, 0.2, claw, (0, 0, z - size * 0.9))
    elif form == "crescent":
        b.say("with a crescent")
        b.arc(size * 1.55, r * 0.8, 130, claw, (0, 0, z + size * 0.5), rot=(90, 90, 0))
    else:
        b.cylinder(r * 1.5, 0.1, claw, (0, 0, length))
        b.arc(size * 1.5, r, 100, pole, (0, 0, z + size * 0.45), rot=(90, 100, 0))
    if b.chance(0.5):
        b.sphere(size, gem, (0, 0, z))
    else:
        b.cone(0.01, size * 0.75, size, gem, (0, 0, z - size * 0.45))
        b.cone(size * 0.75, 0.01, size * 1.3, gem, (0, 0, z + size * 0.6))


def bow(b: Builder) -> None:
    wood = b.slot("limbs", (*WOODS, "metal", "gold", "bark"), word=b.pick("limbs", "body"), main=True)
    string = b.slot("string", ("fabric", "leather", "glowing"))
    grip = b.slot("grip", GRIPS)
    r, half, t = 1.0, b.uniform(50, 72), b.uniform(0.055, 0.08)
    chord, top = r * math.cos(math.radians(half)), r * math.sin(math.radians(half))
    b.group(Frame((0, 0, top + 0.1)))
    b.arc(r, t, half, wood, (-chord, 0, 0), rot=(90, 0, 0))
    b.cylinder(t * 1.35, 0.32, grip, (r - chord, 0, 0))
    b.cylinder(0.034, 2 * top, string, (0, 0, 0))
    if b.chance(0.55):
        b.call("recurve")
        b.rod((0, 0, top), (0.16, 0, top + 0.16), t * 0.95, wood, end_radius=0.035, mirror="z")
    else:
        b.sphere(t * 1.25, wood, (0, 0, top), mirror="z")
    if b.chance(0.3):
        arrow_slot = b.slot("arrow", (*WOODS, "metal"))
        b.say("with an arrow")
        b.cylinder(0.032, r * 1.15, arrow_slot, ((r - chord) * 0.5 + 0.1, -0.02, 0), rot=(0, 90, 0))
        b.cone(0.08, 0.005, 0.18, arrow_slot, ((r - chord) * 0.5 + 0.1 + r * 0.62, -0.02, 0), rot=(0, 90, 0))


def crossbow(b: Builder) -> None:
    stock = b.slot("stock", (*WOODS, "plastic", "metal"), main=True)
    limbs = b.slot("bow", (*WOODS, "steel", "iron", "metal"), word=b.pick("bow", "limbs"))
    string = b.slot("string", ("fabric", "leather"))
    metal = b.slot("fittings", METALS, word="fittings")
    length, wide, t = b.uniform(1.3, 1.6), b.uniform(0.5, 0.68), b.uniform(0.055, 0.075)
    b.box((0.17, 0.16, length * 0.65), stock, (0, 0, length * 0.68), round=0.03)
    b.box((0.2, 0.24, length * 0.38), stock, (0, 0.05, length * 0.19), round=0.05)
    z = length * 0.93
    b.rod((0, 0, z), (wide * 0.6, 0, z - 0.06), t, limbs, mirror="x")
    b.rod((wide * 0.6, 0, z - 0.06), (wide, 0, z - 0.26), t, limbs, end_radius=0.035, mirror="x")
    drawn = b.chance(0.5)
    b.rod((wide, 0, z - 0.26), (0, -0.08, z - (0.55 if drawn else 0.28)), 0.026, string, mirror="x")
    b.box((0.22, 0.2, 0.12), metal, (0, 0, z))
    b.rod((0, 0.09, length * 0.42), (0, 0.22, length * 0.34), 0.035, metal)
    if b.chance(0.5):
        b.say("with a stirrup")
        b.torus(0.1, 0.035, metal, (0, 0, length + 0.07), rot=(90, 0, 0))
    if drawn:
        bolt = b.slot("bolt", (*WOODS, "steel"))
        b.say("with a loaded bolt")
        b.cylinder(0.035, 0.62, bolt, (0, -0.1, z - 0.24))
        b.cone(0.07, 0.005, 0.16, bolt, (0, -0.1, z + 0.12))


def arrow(b: Builder) -> None:
    head = b.slot("arrowhead", (*BLADES, "stone"), main=True)
    pole = b.slot("shaft", (*WOODS, "metal"))
    feathers = b.slot("feathers", ("fabric", "paper", "plastic"), word=b.pick("feathers", "fletching"))
    length, wide, fat = b.uniform(1.0, 1.4), b.uniform(0.12, 0.17), 1.4 if b.style == "cartoon" else 1.0
    b.cylinder(0.038 * fat, length, pole, (0, 0, length / 2))
    b.prism((2 * wide * fat, 0.08 * fat, wide * 2.2), head, (0, 0, length - 0.02))
    if b.chance(0.4):
        b.rod((wide * 0.7, 0, length), (wide * 1.1 * fat, 0, length - 0.12), 0.03 * fat, head, mirror="x")
    n = b.pick(3, 4, 4)
    b.box((wide * fat, 0.05 * fat, 0.32), feathers, (wide * fat * 0.55, 0, 0.2), polar=n)
    b.beam((0, 0, 0.3), (wide * fat * 0.8, 0, 0.1), 0.1, 0.05 * fat, feathers, polar=n)
    b.sphere(0.05 * fat, pole, (0, 0, 0.02))


ARMS: dict[str, Kind] = {
    "spear": Kind(spear,
        ("lance", "pike", "javelin", "hunting spear", "tribal spear", "guard's spear", "polearm", "battle spear",
         "bamboo spear", "war spear", "boar spear", "greek spear", "assegai", "warrior's spear",
         "jousting lance", "caveman spear"),
        ("throwing spear", "halberd spear"), True),
    "trident": Kind(trident,
        ("three-pronged spear", "poseidon's trident", "sea trident", "fish spear", "neptune's trident",
         "trident weapon", "sea god's spear", "triton's spear", "gladiator trident", "aquaman's trident",
         "three pronged fork", "devil's trident", "three pointed spear", "triple spear", "ocean trident",
         "king triton's trident"),
        ("leister", "aquatic trident"), True),
    "mace": Kind(mace,
        ("spiked mace", "morning star", "flanged mace", "spiked club", "war mace", "morningstar", "war club",
         "battle mace", "cleric's mace", "mace weapon", "metal club", "ball mace", "spiky club", "studded mace",
         "head basher", "spike ball club"),
        ("holy water sprinkler", "knight's mace"), True),
    "war hammer": Kind(war_hammer,
        ("warhammer", "battle hammer", "maul", "thor's hammer", "great hammer", "two-handed hammer", "mjolnir",
         "giant hammer", "paladin hammer", "war maul", "dwarf hammer", "warrior's hammer", "medieval hammer",
         "combat hammer", "lucerne hammer", "two hand hammer"),
        ("battle maul", "dwarven hammer")),
    "staff": Kind(staff,
        ("wizard staff", "magic staff", "wizard's staff", "mage staff", "sceptre", "scepter", "crystal staff",
         "walking staff", "quarterstaff", "gandalf staff", "shepherd's staff", "bishop's staff", "crosier",
         "necromancer staff", "wizard's rod", "bo staff"),
        ("sorcerer's staff", "druid staff"), True),
    "bow": Kind(bow,
        ("longbow", "recurve bow", "hunting bow", "archer's bow", "wooden bow", "elven bow", "compound bow",
         "composite bow", "english longbow", "ranger's bow", "bow weapon", "elf bow", "battle bow", "flatbow",
         "hunter's bow", "robin hood's bow"),
        ("archery bow", "shortbow"), True),
    "crossbow": Kind(crossbow,
        ("hunting crossbow", "arbalest", "cross bow", "medieval crossbow", "repeating crossbow",
         "heavy crossbow", "hand crossbow", "light crossbow", "war crossbow", "mechanical bow",
         "sniper crossbow", "crossbow weapon", "vampire hunter's crossbow"),
        ("arbalist", "bolt thrower"), True),
    "arrow": Kind(arrow,
        ("archer's arrow", "feathered arrow", "bow arrow", "wooden arrow", "hunting arrow",
         "bow and arrow shaft", "cupid's arrow", "elven arrow", "archery arrow", "feather arrow",
         "arrow projectile", "war arrow", "robin hood arrow", "crossbow bolt"),
        ("fletched arrow",), True),
}  # fmt: skip
