"""Figures: snowmen, ghosts, gnomes, scarecrows and statues."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder
from .kind import Kind
from .shapes import eyes


def snowman(b: Builder) -> None:
    body = b.slot(
        "body", ("snow", "snow", "snow", "snow", "plaster", "plastic"), colour=b.pick("any", "white"), main=True
    )
    nose = b.slot("nose", ("food", "plastic"), colour="orange", word=b.pick("nose", "carrot nose"))
    coal = b.slot("buttons", ("stone", "plastic"), colour="black", word=b.pick("buttons", "coal buttons"))
    arms = b.slot("arms", ("bark", *WOODS), word=b.pick("arms", "stick arms"))
    three = b.chance(0.65)
    r0 = b.uniform(0.46, 0.55)
    r1, r2 = (r0 * b.uniform(0.7, 0.8), r0 * b.uniform(0.5, 0.6)) if three else (0.0, r0 * b.uniform(0.66, 0.75))
    b.ellipsoid((r0, r0, r0 * 0.95), body, (0, 0, r0 * 0.85))
    b.box((3, 3, 1), body, (0, 0, -0.49), op=2)
    z = r0 * 1.6
    chest, wide = (z + r1 * 0.6, r1) if three else (r0, r0)
    if three:
        b.sphere(r1, body, (0, 0, chest))
        z = chest + r1 * 0.8
    b.say("with three snowballs" if three else "with two snowballs")
    head = z + r2 * 0.65
    b.sphere(r2, body, (0, 0, head))
    b.cone(0.075, 0.012, 0.32, nose, (0, -r2 - 0.12, head), rot=(90, 0, 0))
    eyes(b, 0.055, (r2 * 0.36, -r2 * 0.88, head + r2 * 0.3), coal)
    b.sphere(0.055, coal, (0, -wide * 0.97, chest + 0.02), repeat=(1, 1, 2), spacing=(0, 0, wide * 0.5))
    lift = b.uniform(0.05, 0.35)
    b.rod((wide * 0.85, 0, chest + 0.05), (wide + 0.45, -0.05, chest + lift), 0.045, arms, mirror="x")
    b.rod((wide + 0.3, -0.03, chest + lift * 0.7), (wide + 0.36, 0, chest + lift + 0.16), 0.035, arms, mirror="x")
    if b.chance(0.65):
        hat = b.slot("hat", ("fabric", "plastic", "metal"), colour=b.pick("black", "any"))
        form = b.pick("top hat", "top hat", "bucket", "cap")
        b.say(f"with a {form}")
        if form == "top hat":
            b.cylinder(r2 * 1.05, 0.06, hat, (0, 0, head + r2 * 0.8))
            b.cylinder(r2 * 0.68, r2, hat, (0, 0, head + r2 * 1.25))
        elif form == "bucket":
            b.cone(r2 * 0.85, r2 * 0.6, r2 * 0.9, hat, (0, 0, head + r2 * 1.1))
        else:
            b.ellipsoid((r2 * 1.04, r2 * 1.04, r2), hat, (0, 0, head + 0.04), clip=("z", r2 * 0.3, r2))
            b.sphere(r2 * 0.3, hat, (0, 0, head + r2 * 1.1))
    if b.chance(0.5):
        scarf = b.slot("scarf", ("fabric",))
        b.say("with a scarf")
        b.torus(r2 * 0.82, 0.075, scarf, (0, 0, z + 0.01))
        b.box((0.14, 0.08, 0.32), scarf, (r2 * 0.45, -r2 * 0.85, z - 0.16), rot=(12, 0, 0))


def ghost(b: Builder) -> None:
    sheet = b.slot(
        "sheet",
        ("fabric", "snow", "glowing", "plastic"),
        colour=b.pick("white", "white", "any"),
        word=b.pick("sheet", "body"),
        main=True,
    )
    dark = b.slot("eyes", ("plastic", "glowing"), colour=b.pick("black", "red", "black"))
    r, tall, n = b.uniform(0.4, 0.48), b.uniform(0.6, 0.85), b.count(6, 8)
    b.cone(r * b.uniform(1.05, 1.3), r, tall, sheet, (0, 0, 0.2 + tall / 2))
    b.sphere(r, sheet, (0, 0, 0.2 + tall))
    b.cone(0.06, r * 0.42, 0.26, sheet, (r * 0.8, 0, 0.13), polar=n)
    eyes(b, b.uniform(0.085, 0.11), (r * 0.36, -r * 0.9, 0.26 + tall), dark)
    if b.chance(0.6):
        b.ellipsoid((0.085, 0.08, 0.13), dark, (0, -r * 1.0, tall - 0.02))
    if b.chance(0.6):
        lift = b.uniform(-0.1, 0.25)
        b.rod((r * 0.8, 0, tall), (r * 1.5, -0.18, tall + lift), 0.15, sheet, end_radius=0.09, mirror="x")
    if b.chance(0.3):
        hat = b.slot("hat", ("fabric", "gold"))
        b.say("with a hat")
        b.cone(r * 0.95, 0.02, 0.55, hat, (0, 0, tall + r + 0.35))
        b.cylinder(r * 1.05, 0.06, hat, (0, 0, tall + r + 0.1))


def gnome(b: Builder) -> None:
    coat = b.slot(
        "coat", ("fabric", "ceramic", "painted wood", "plastic", "stone"), word=b.pick("coat", "clothes"), main=True
    )
    hat = b.slot("hat", ("fabric", "ceramic", "plastic"), colour=b.pick("red", "any"))
    skin = b.slot("face", ("ceramic", "plaster", "clay", "plastic"), colour=b.pick("tan", "pink", "cream"))
    beard = b.slot("beard", ("fur", "snow", "ceramic"), colour=b.pick("white", "grey", "brown"))
    shoe = b.slot("boots", ("leather", "plastic"))
    r, tall = b.uniform(0.3, 0.36), b.uniform(0.6, 0.75)
    b.cone(r * 1.1, r * 0.7, tall, coat, (0, 0, 0.1 + tall / 2))
    z = tall + 0.28
    b.sphere(r * 0.78, skin, (0, 0, z))
    b.cone(r * 0.86, 0.02, b.uniform(0.7, 0.95), hat, (0, 0, z + 0.12 + 0.4))
    b.torus(r * 0.8, 0.06, hat, (0, 0, z + 0.12))
    b.cone(0.06, r * 0.72, 0.55, beard, (0, -r * 0.5, z - 0.34), rot=(-8, 0, 0))
    b.sphere(0.095, skin, (0, -r * 0.85, z - 0.02))
    eyes(b, 0.045, (r * 0.3, -r * 0.72, z + 0.06), shoe)
    b.rod((r * 0.75, 0, tall * 0.9), (r * 1.15, -0.18, tall * 0.5), 0.12, coat, mirror="x")
    b.sphere(0.1, skin, (r * 1.18, -0.22, tall * 0.45), mirror="x")
    b.ellipsoid((0.16, 0.26, 0.12), shoe, (0.17, -0.14, 0.1), mirror="x")
    b.cylinder(r * 1.0, 0.1, shoe, (0, 0, tall * 0.42))
    if b.chance(0.35):
        tool = b.slot("shovel", ("wooden", "iron"))
        b.say("with a shovel")
        b.cylinder(0.045, 0.95, tool, (r * 1.2, -0.28, 0.55))
        b.box((0.22, 0.07, 0.26), tool, (r * 1.2, -0.28, 0.13), round=0.03)


def scarecrow(b: Builder) -> None:
    shirt = b.slot("shirt", ("fabric",), main=True)
    straw = b.slot("straw", ("straw",))
    pole = b.slot("pole", WOODS, word=b.pick("pole", "stick"))
    head = b.slot("head", ("fabric", "straw", "food"), colour=b.pick("tan", "orange", "any"))
    hat = b.slot("hat", ("straw", "fabric", "leather"))
    dark = b.slot("eyes", ("plastic",), colour="black", word="face")
    h, w = b.uniform(0.7, 0.9), b.uniform(0.24, 0.3)
    span = b.uniform(0.68, 0.82)
    b.cylinder(0.06, h + 1.0, pole, (0, 0, (h + 1.0) / 2))
    b.rod((span + 0.12, 0, h + 0.6), (0, 0, h + 0.6), 0.05, pole, mirror="x")
    b.box((2 * w, 0.26, 0.72), shirt, (0, 0, h + 0.32), round=0.1)
    b.rod((w * 0.7, 0, h + 0.58), (span, 0, h + 0.58), 0.11, shirt, mirror="x")
    b.cone(0.16, 0.05, 0.22, straw, (span + 0.08, 0, h + 0.58), rot=(0, -90, 0), mirror="x")
    b.cone(0.12, w, 0.2, straw, (0, 0, h - 0.1))
    z = h + 1.0
    b.sphere(0.24, head, (0, 0, z - 0.04))
    eyes(b, 0.05, (0.09, -0.21, z), dark)
    b.box((0.2, 0.06, 0.05), dark, (0, -0.23, z - 0.12))
    b.cylinder(0.4, 0.055, hat, (0, 0, z + 0.12))
    b.cone(0.22, b.pick(0.03, 0.17), 0.32, hat, (0, 0, z + 0.28))
    if b.chance(0.45):
        legs = b.slot("trousers", ("fabric",))
        b.say("with trousers")
        b.rod((0.12, 0, h), (0.2, 0, 0.3), 0.115, legs, mirror="x")


def bust(b: Builder) -> None:
    stone = b.slot(
        "bust",
        ("marble", "marble", "stone", "plaster", "clay", "gold", "iron", "copper"),
        word=b.pick("figure", "head"),
        main=True,
    )
    base = b.slot("pedestal", ("marble", "stone", "wooden", "concrete"), word=b.pick("pedestal", "base"))
    r, plinth = b.uniform(0.26, 0.31), b.uniform(0.2, 0.5)
    b.box((0.62, 0.5, 0.1), base, (0, 0, 0.05))
    if b.chance(0.5):
        b.cylinder(0.2, plinth, base, (0, 0, 0.1 + plinth / 2))
    else:
        b.box((0.44, 0.38, plinth), base, (0, 0, 0.1 + plinth / 2))
    z = 0.1 + plinth
    b.group()
    b.ellipsoid((0.58, 0.32, 0.4), stone, (0, 0.04, z + 0.24))
    b.box((3, 3, 0.6), stone, (0, 0, z - 0.33), op=2)
    b.rod((0, 0, z + 0.4), (0, -0.02, z + 0.75), 0.15, stone, op=1, blend=0.12)
    b.group()
    hz = z + 0.95
    b.ellipsoid((r * 0.85, r, r * 1.15), stone, (0, -0.03, hz))
    b.cone(0.045, 0.075, 0.17, stone, (0, -r * 1.02, hz - 0.02), rot=(-12, 0, 0))
    b.box((r * 1.05, 0.1, 0.06), stone, (0, -r * 0.93, hz + 0.1), round=0.03)
    b.box((0.17, 0.08, 0.045), stone, (0, -r * 0.92, hz - r * 0.62), round=0.02)
    b.ellipsoid((0.05, 0.07, 0.09), stone, (r * 0.85, 0, hz), mirror="x")
    form = b.pick("curls", "wreath", "beard", "bald")
    if form in ("curls", "beard"):
        b.ellipsoid((r * 0.98, r * 0.95, r * 0.9), stone, (0, 0.07, hz + r * 0.45))
    if form == "beard":
        b.say("with a beard")
        b.ellipsoid((r * 0.6, r * 0.4, r * 0.65), stone, (0, -r * 0.72, hz - r * 1.0))
    elif form == "wreath":
        wreath = b.slot("wreath", ("gold", "brass", "foliage", "marble"))
        b.say("with a laurel wreath")
        b.torus(r * 0.93, 0.065, wreath, (0, -0.02, hz + r * 0.5), rot=(-12, 0, 0))


FIGURES: dict[str, Kind] = {
    "snowman": Kind(snowman,
        ("snow man", "frosty", "snow figure", "winter snowman", "christmas snowman", "snow person", "snowmen",
         "man made of snow", "snow sculpture", "carrot nosed snowman", "snowlady", "snow guy",
         "cheerful snowman", "snowman with a hat", "abominable snowman", "olaf"),
        ("snowperson", "frosty the snowman")),
    "ghost": Kind(ghost,
        ("spook", "halloween ghost", "spirit", "friendly ghost", "phantom", "spectre", "sheet ghost", "specter",
         "poltergeist", "haunting ghost", "haunted spirit", "halloween spirit", "casper", "spooky ghost",
         "floating ghost", "pac man ghost"),
        ("apparition", "wraith")),
    "gnome": Kind(gnome,
        ("garden gnome", "dwarf", "lawn gnome", "leprechaun", "dwarf figure", "gnome statue", "elf",
         "gnome figurine", "lawn dwarf", "gnome figure", "yard gnome", "forest gnome", "gnome with a red hat",
         "lawn ornament", "dwarf statue", "garden ornament"),
        ("garden dwarf",)),
    "scarecrow": Kind(scarecrow,
        ("straw man", "field scarecrow", "straw scarecrow", "farm scarecrow", "straw doll", "field straw man",
         "halloween scarecrow", "spooky scarecrow", "hay man", "farmer's scarecrow", "cornfield scarecrow",
         "straw dummy", "crop guardian", "bird scarer", "straw figure", "stuffed straw man"),
        ("crow scarer",), True),
    "statue bust": Kind(bust,
        ("bust", "marble bust", "stone bust", "head statue", "roman bust", "statue", "sculpture", "roman head",
         "greek bust", "sculpted head", "museum bust", "stone head", "classical bust", "bust of caesar",
         "beethoven bust", "sculpted bust"),
        ("head sculpture", "portrait bust")),
}  # fmt: skip
