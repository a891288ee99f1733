"""Small belongings: hats, boots, pencils, magnifying glasses, bells, scissors."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder, Frame
from .joinery import FACING, knob, stout
from .kind import Kind


def top_hat(b: Builder) -> None:
    felt = b.slot(
        "hat", ("fabric", "fabric", "leather", "fur"), main=True, colour=b.pick("black", "any", "any"), word="hat"
    )
    band = b.slot("band", ("fabric", "leather", "gold"), word="band")
    r, h = b.uniform(0.38, 0.45), b.uniform(0.5, 0.8)
    b.ellipsoid((r * 1.75, r * 1.6, 0.5), felt, (0, 0, 0.05), clip=("z", -0.05, 0.05 * stout(b) ** 0.5))
    b.torus(r * 1.68, 0.045 * stout(b), felt, (0, 0, 0.05))
    b.cone(r, r * b.uniform(0.95, 1.15), h, felt, (0, 0, 0.05 + h / 2), round=0.03)
    b.cylinder(r * 1.05, 0.16, band, (0, 0, 0.15), round=0.02)
    if b.chance(0.4):
        extra = b.slot("feather", ("fur", "fabric"), word="feather")
        b.say("with a feather")
        b.ellipsoid((0.08, 0.05, 0.36), extra, (r * 1.1, 0, 0.42), rot=(0, 22, 0))
    elif b.chance(0.3):
        buckle = b.slot("buckle", ("gold", "silver", "brass"), word="buckle")
        b.say("with a buckle")
        b.box((0.2, 0.08, 0.2), buckle, (0, -r * 1.05, 0.15))


def wizard_hat(b: Builder) -> None:
    felt = b.slot("hat", ("fabric", "fabric", "leather"), main=True, word="hat")
    band = b.slot("band", ("fabric", "leather", "gold"), word="band")
    r, h = b.uniform(0.36, 0.42), b.uniform(0.9, 1.1)
    bend = b.uniform(-0.3, 0.3)
    b.ellipsoid((r * 1.8, r * 1.7, 0.5), felt, (0, 0, 0.05), clip=("z", -0.05, 0.05))
    b.torus(r * 1.72, 0.045 * stout(b), felt, (0, 0, 0.05))
    b.cone(r, r * 0.5, h * 0.55, felt, (0, 0, 0.05 + h * 0.275))
    b.rod((0, 0, h * 0.55), (bend, 0, h * 1.05), r * 0.5, felt, end_radius=0.06, op=1, blend=0.08)
    b.cylinder(r * 0.98, 0.15, band, (0, 0, 0.16), round=0.02)
    if b.chance(0.6):
        stars = b.slot("stars", ("gold", "silver", "glowing"), word="stars", colour=b.pick("yellow", "white", "any"))
        b.say("with stars")
        b.polygon(5, 0.12, 0.12, stars, (r * 0.74, 0, h * 0.36), inner=0.055, rot=(0, 75, 0), polar=5)
        b.group(Frame((0, 0, 0), (0, 0, 30)))
        b.polygon(5, 0.1, 0.12, stars, (r * 1.4, 0, 0.09), inner=0.045, polar=6)
    if b.chance(0.35):
        buckle = b.slot("buckle", ("gold", "silver", "brass"), word="buckle")
        b.say("with a buckle")
        b.group()
        b.box((0.2, 0.08, 0.2), buckle, (0, -r * 0.98, 0.16))


def boot(b: Builder) -> None:
    body = b.slot("boot", ("leather", "leather", "rubber", "fabric", "fur"), main=True, word="boot")
    sole = b.slot("sole", ("rubber", "leather", "wooden"), colour=b.pick("black", "brown", "any"), word="sole")
    h, r, long = b.uniform(0.75, 1.1), b.uniform(0.24, 0.29), b.uniform(0.5, 0.62)
    b.group(Frame((0, 0, 0), (0, 0, b.uniform(35, 80))))
    b.cone(r * 0.92, r * b.uniform(1.0, 1.2), h, body, (0, 0.12, 0.25 + h / 2))
    b.rod((0, 0.1, 0.27), (0, -long, 0.22), r * 0.95, body, end_radius=r * 0.82, op=1, blend=0.1)
    b.box((2.5 * r, 2.2, 0.4), body, (0, 0, -0.12), op=2)
    b.cylinder(r * 0.9, 0.5, body, (0, 0.12, 0.3 + h), op=2)
    frame = b.frame
    b.group(Frame(frame.at, frame.rot))
    b.box((r * 1.75, long + 2 * r, 0.09), sole, (0, -long / 2 + 0.05, 0.09), round=0.04)
    b.box((r * 1.75, 0.36, 0.2), sole, (0, 0.13, 0.02), round=0.03)
    if b.chance(0.6):
        cuff = b.slot("cuff", ("fur", "leather", "fabric", "gold"), word="cuff")
        b.say("with a cuff")
        b.torus(r * 1.05, 0.075 * stout(b), cuff, (0, 0.12, 0.24 + h))
    if b.chance(0.5):
        buckle = b.slot("strap", ("leather", "gold", "fabric"), word="strap")
        b.say("with a strap")
        b.torus(r * 0.98, 0.05, buckle, (0, 0.12, 0.48))


def pencil(b: Builder) -> None:
    body = b.slot("body", ("painted wood", "wooden", "plastic"), main=True)
    tip = b.slot("tip", ("pine",), word="sharpened tip")
    lead = b.slot("lead", ("plastic",), colour=b.pick("black", "grey", "any"), word="lead")
    r, h = b.uniform(0.1, 0.13) * stout(b), b.uniform(1.2, 1.5)
    b.group(Frame((0, 0, 0.5), (0, b.uniform(20, 55) if b.chance(0.6) else 0.0, b.uniform(-20, 20))))
    b.polygon(6, r, h, body, round=0.01)
    b.cone(0.05, r * 0.92, 0.28, tip, (0, 0, -h / 2 - 0.13))
    b.cone(0.02, 0.055, 0.12, lead, (0, 0, -h / 2 - 0.26))
    if b.chance(0.7):
        ring = b.slot("ferrule", ("gold", "silver", "brass", "copper"), word="ferrule")
        rubber = b.slot("eraser", ("rubber", "plastic"), colour=b.pick("pink", "white", "any"), word="eraser")
        b.say("with an eraser")
        b.cylinder(r, 0.16, ring, (0, 0, h / 2 + 0.05))
        b.cylinder(r * 0.92, 0.2, rubber, (0, 0, h / 2 + 0.18), round=0.05)


def magnifying_glass(b: Builder) -> None:
    rim = b.slot("rim", ("brass", "gold", "silver", "steel", "plastic", "wooden"), main=True, word="rim")
    glass = b.slot("lens", ("glass",), word="lens", colour=b.pick("light blue", "white", "any"))
    handle = b.slot("handle", (*WOODS, "plastic", "leather", "brass"), word="handle")
    r, t, long = b.uniform(0.42, 0.5), 0.07 * stout(b), b.uniform(0.6, 0.8)
    b.group(Frame((0, 0, 0.6), (90, b.uniform(-50, 50), b.uniform(-20, 20))))
    b.torus(r, t, rim)
    b.ellipsoid((r, r, 0.09), glass)
    b.cylinder(t * 0.8, 0.2, rim, (0, -r - 0.12, 0), rot=(90, 0, 0))
    b.rod((0, -r - 0.2, 0), (0, -r - 0.2 - long, 0), 0.08 * stout(b), handle, end_radius=0.11 * stout(b))
    if b.style == "ornate" or b.chance(0.4):
        b.say("with a ringed handle")
        b.torus(0.1 * stout(b), 0.04, rim, (0, -r - 0.24, 0), rot=(90, 0, 0))


def bell(b: Builder) -> None:
    body = b.slot("bell", ("gold", "brass", "copper", "silver", "iron", "gold"), main=True, word="bell")
    handle = b.slot("handle", (*WOODS, "leather", "gold", "iron"), word="handle")
    r, h = b.uniform(0.44, 0.52), b.uniform(0.6, 0.75)
    b.ellipsoid((r * 0.66, r * 0.66, 0.36), body, (0, 0, h * 0.7), clip=("z", 0.0, 1.0))
    b.cone(r * 0.82, r * 0.66, h * 0.56, body, (0, 0, h * 0.43))
    b.cone(r, r * 0.8, h * 0.2, body, (0, 0, h * 0.1))
    b.cone(r * 0.86, r * 0.5, h * 0.8, body, (0, 0, h * 0.34), op=2)
    b.group()
    b.torus(r * 0.97, 0.05 * stout(b), body, (0, 0, 0.04))
    b.torus(r * 0.78, 0.04, body, (0, 0, h * 0.42))
    b.sphere(0.13, body, (0, 0, 0.02))
    b.cylinder(0.045, h, body, (0, 0, h * 0.55))
    top = h * 0.7 + 0.34
    if b.chance(0.5):
        b.say("with a handle")
        b.cone(0.075, 0.11, 0.5, handle, (0, 0, top + 0.2), round=0.03)
        knob(b, 0.13, handle, (0, 0, top + 0.48))
    else:
        b.say("with a hanging ring")
        b.torus(0.15, 0.055 * stout(b), handle, (0, 0, top + 0.12), rot=FACING)
    if b.chance(0.4):
        bow = b.slot("ribbon", ("fabric",), colour=b.pick("red", "green", "any"), word="ribbon")
        b.say("with a ribbon")
        b.ellipsoid((0.2, 0.08, 0.13), bow, (0.18, -r * 0.4, top - 0.02), rot=(0, -20, 0), mirror="x")
        b.sphere(0.1, bow, (0, -r * 0.4, top - 0.03))


def scissors(b: Builder) -> None:
    blades = b.slot("blades", ("steel", "silver", "metal", "iron", "rusty"), main=True, word="blades")
    grips = b.slot("handles", ("plastic", "plastic", "rubber", "iron", "gold"), word="handles")
    screw = b.slot("screw", ("brass", "gold", "steel"), word="screw")
    spread, t = b.uniform(8, 22), 0.09 * stout(b) ** 0.5
    for side in (1, -1):
        b.group(Frame((0, 0.03 * side, 0.6), (0, side * spread, 0)))
        b.beam((-0.04 * side, 0, -0.1), (0.0, 0, 0.62), 0.15, t, blades)
        b.prism((0.15, t, 0.25), blades, (0.0, 0, 0.6))
        b.rod((-0.02 * side, 0, -0.05), (-0.06 * side, 0, -0.36), 0.07, grips)
        b.torus(0.17, 0.06 * stout(b) ** 0.5, grips, (-0.1 * side, 0, -0.5), rot=FACING)
    b.group()
    b.cylinder(0.075, 0.22, screw, (0, 0, 0.6), rot=FACING, round=0.02)


def campfire(b: Builder) -> None:
    logs = b.slot("logs", ("bark", "bark", "wooden", "dark wood"), main=True, word="logs")
    stones = b.slot("stones", ("stone", "stone", "cobblestone"), word="stones")
    fire = b.slot("fire", ("glowing",), colour=b.pick("orange", "yellow", "orange", "any"), word="fire")
    ember = b.slot("core", ("glowing",), colour=b.pick("yellow", "red", "any"), word="flame core")
    n, t = b.count(5, 7), 0.085 * stout(b)
    b.say("with a ring of stones")
    b.ellipsoid((0.16, 0.19, 0.14), stones, (0.66, 0, 0.09), polar=b.pick(9, 10, 11))
    b.cylinder(0.62, 0.07, stones, (0, 0, 0.03))
    b.rod((0.46, 0, 0.08), (0.06, 0, 0.5), t, logs, polar=n)
    tall = b.uniform(0.55, 0.85)
    b.ellipsoid((0.26, 0.26, 0.28), fire, (0, 0, 0.36))
    b.rod((0, 0, 0.4), (0.05, 0, 0.4 + tall), 0.22, fire, end_radius=0.03, op=1, blend=0.1)
    b.rod((0.15, 0, 0.35), (0.27, 0, 0.3 + tall * 0.65), 0.13, fire, end_radius=0.03, polar=5, op=1, blend=0.05)
    b.group(Frame((0, 0, 0), (0, 0, 36)))
    b.rod((0.25, 0, 0.25), (0.3, 0, 0.28 + tall * 0.35), 0.09, ember, end_radius=0.025, polar=5)
    if b.chance(0.25):
        pot = b.slot("pot", ("iron", "copper"), word="pot")
        b.say("with a pot hanging over it")
        b.group()
        b.rod((0.75, 0, 0), (0.0, 0, 1.55), 0.045, logs, polar=3)
        b.cylinder(0.04, 0.45, pot, (0, 0, 1.35))
        b.ellipsoid((0.26, 0.26, 0.22), pot, (0, 0, 1.08), clip=("z", -1, 0.1))


BELONGINGS: dict[str, Kind] = {
    "top hat": Kind(top_hat,
        ("hat", "magician's hat", "gentleman's hat", "stovepipe hat", "cylinder hat", "ringmaster's hat",
         "tophat", "bowler hat", "high hat", "lincoln hat", "steampunk hat", "derby hat", "fedora"),
        ("opera hat",)),
    "wizard hat": Kind(wizard_hat,
        ("witch hat", "witch's hat", "wizard's hat", "pointed hat", "magic hat", "mage hat", "pointy hat",
         "warlock hat", "conical hat", "merlin hat", "halloween hat", "gandalf hat", "witches hat",
         "sorting hat", "wizards hat", "magician's pointed hat"),
        ("sorcerer's hat",)),
    "boot": Kind(boot,
        ("leather boot", "shoe", "rain boot", "boots", "wellington boot", "cowboy boot", "army boot",
         "combat boot", "hiking boot", "work boot", "gumboot", "ankle boot", "winter boot", "walking boot",
         "riding boot", "military boot"),
        ("wellie", "galosh")),
    "pencil": Kind(pencil,
        ("crayon", "lead pencil", "colored pencil", "coloured pencil", "wooden pencil", "hb pencil",
         "artist's pencil", "school pencil", "sketching pencil", "writing pencil", "wax crayon", "pencil crayon",
         "eyebrow pencil"),
        ("drawing pencil",), True),
    "magnifying glass": Kind(magnifying_glass,
        ("magnifier", "hand lens", "detective's glass", "loupe", "reading glass", "magnifying lens",
         "sherlock's glass", "looking lens", "enlarging glass", "handheld magnifier", "detective's magnifier",
         "detective magnifying glass", "hand glass", "inspection glass", "magnify glass", "sherlock magnifier"),
        ("burning glass",), True),
    "bell": Kind(bell,
        ("hand bell", "church bell", "brass bell", "school bell", "golden bell", "jingle bell", "ship's bell",
         "cow bell", "cowbell", "desk bell", "dinner bell", "liberty bell", "temple bell", "christmas bell",
         "tower bell", "ringing bell"),
        ("handbell",)),
    "scissors": Kind(scissors,
        ("pair of scissors", "shears", "paper scissors", "sewing scissors", "fabric scissors",
         "tailor's scissors", "hair scissors", "kitchen scissors", "craft scissors", "hairdressing scissors",
         "office scissors", "cutting shears", "barber scissors", "safety scissors", "garden scissors", "scissor"),
        ("snips",), True),
    "campfire": Kind(campfire,
        ("camp fire", "bonfire", "fire pit", "firepit", "log fire", "fire ring", "fire place outdoor",
         "camping fire", "camp fire pit", "wood fire", "fire circle", "cooking fire", "outdoor fire",
         "beach fire", "fire with logs", "burning logs"),
        ("open fire",)),
}  # fmt: skip
