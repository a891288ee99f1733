"""Pots: cauldrons, jugs, goblets and other vessels of the kitchen, the tavern and the alchemist."""

from __future__ import annotations

from ..paints import METALS
from ..programs import Builder
from .joinery import UPRIGHT, column, ear, hollow, knob, stout
from .kind import Kind
from .vessels import POTTERY

LIQUIDS = ("water", "glowing", "food", "chocolate")


def cauldron(b: Builder) -> None:
    body = b.slot("body", ("iron", "iron", "metal", "copper", "rusty", "brass"), main=True)
    r, squash, cut = b.uniform(0.5, 0.58), b.uniform(0.8, 0.95), b.uniform(0.45, 0.6)
    lift = b.uniform(0.1, 0.2)
    tall = r * squash
    z = tall + lift
    rim = r * (1 - cut * cut) ** 0.5
    b.ellipsoid((r, r, tall), body, (0, 0, z), clip=("z", -1.0, cut * tall))
    b.torus(rim, 0.065 * stout(b), body, (0, 0, z + cut * tall))
    b.ellipsoid((r - 0.07, r - 0.07, tall - 0.07), body, (0, 0, z + 0.03), op=2)
    b.cylinder(rim - 0.06, 0.3, body, (0, 0, z + cut * tall), op=2)
    if b.chance(0.6):
        brew = b.slot("brew", LIQUIDS, word=b.pick("brew", "soup", "potion"))
        b.say("with a bubbling brew")
        b.ellipsoid((r - 0.05, r - 0.05, tall - 0.05), brew, (0, 0, z), clip=("z", -1.0, cut * tall * 0.75))
        b.sphere(0.09, brew, (rim * 0.45, 0, z + cut * tall * 0.75), polar=b.count(2, 3))
    b.cone(0.06, 0.085, lift + 0.25, body, (r * 0.55, 0, (lift + 0.25) / 2), polar=b.pick(3, 4))
    handle = b.slot("handles", ("iron", "metal", "brass"), like="body" if b.chance(0.6) else "")
    if b.chance(0.5):
        b.say("with a hanging handle")
        b.arc(rim + 0.03, 0.035 * stout(b), 90, handle, (0, 0, z + cut * tall), rot=UPRIGHT)
    else:
        b.torus(0.14, 0.038 * stout(b), handle, (r * 0.98 + 0.08, 0, z + tall * 0.18), rot=(90, 0, 0), mirror="x")


def cooking_pot(b: Builder) -> None:
    body = b.slot("body", ("steel", "metal", "copper", "iron", "painted metal", "painted metal", "clay"), main=True)
    lid = b.slot("lid", ("steel", "glass", "painted metal", "copper"), like="body" if b.chance(0.6) else "")
    grips = b.slot("handles", ("plastic", "wooden", "brass", "iron", "steel"))
    r, h = b.uniform(0.42, 0.52), b.uniform(0.4, 0.7)
    column(b, r, h, body, (0, 0, h / 2), round=0.07)
    b.cylinder(r + 0.035, 0.07, body, (0, 0, h - 0.02), round=0.03)
    b.ellipsoid((r, r, b.uniform(0.12, 0.22)), lid, (0, 0, h), clip=("z", -0.03, 1.0))
    knob(b, 0.075 * stout(b), grips, (0, 0, h + 0.2))
    b.arc(0.13, 0.04 * stout(b), 100, grips, (r + 0.02, 0, h * 0.72), mirror="x")


def jug(b: Builder) -> None:
    body = b.slot("body", (*POTTERY, "plank", "plastic"), main=True)
    handle = b.slot("handle", POTTERY, like="body" if b.chance(0.6) else "")
    belly, neck, h = b.uniform(0.38, 0.46), b.uniform(0.22, 0.3), b.uniform(1.0, 1.25)
    low = h * b.uniform(0.32, 0.42)
    b.ellipsoid((belly, belly, low), body, (0, 0, low), clip=("z", -low * 0.92, low))
    b.cone(belly * 0.9, neck, h - low, body, (0, 0, (h + low) / 2), op=1, blend=0.12)
    b.cone(neck * 0.9, neck * 1.25, h * 0.2, body, (0, 0, h * 0.92), op=1, blend=0.08)
    b.rod((-neck * 0.6, 0, h * 0.86), (-neck * 1.45, 0, h + 0.02), 0.12, body, end_radius=0.09, op=1, blend=0.06)
    b.cone(neck * 0.75, neck * 1.12, h * 0.3, body, (0, 0, h * 0.92), op=2)
    b.rod((-neck * 0.5, 0, h * 0.98), (-neck * 1.5, 0, h + 0.1), 0.07, body, op=2)
    b.group()
    ear(b, belly * 0.82, h * 0.58, h * 0.24, handle, thick=0.055 * stout(b))
    if b.chance(0.4):
        band = b.slot("band", ("gold", "ceramic", "copper"))
        b.say("with a painted band")
        b.cylinder(belly + 0.02, 0.12, band, (0, 0, low))


def bowl(b: Builder) -> None:
    body = b.slot("body", ("ceramic", "ceramic", "wooden", "clay", "glass", "metal", "copper", "plastic"), main=True)
    r, h = b.uniform(0.52, 0.62), b.uniform(0.34, 0.46)
    b.ellipsoid((r, r, h), body, (0, 0, h + 0.05), clip=("z", -h, 0.0))
    b.cylinder(r * 0.45, 0.14, body, (0, 0, 0.07), round=0.02)
    b.torus(r - 0.03, 0.045 * stout(b), body, (0, 0, h + 0.05))
    b.ellipsoid((r - 0.07, r - 0.07, h - 0.07), body, (0, 0, h + 0.06), op=2)
    fill = b.pick("nothing", "soup", "fruit", "nothing")
    if fill == "soup":
        soup = b.slot("soup", ("food", "chocolate", "water"), word="soup")
        b.say("with soup inside")
        b.cylinder(r * 0.86, 0.06, soup, (0, 0, h * 0.82))
    elif fill == "fruit":
        fruit = b.slot("fruit", ("food",), word="fruit")
        more = b.slot("more fruit", ("food",), word="fruit")
        b.say("with fruit inside")
        b.sphere(r * 0.33, fruit, (r * 0.42, 0, h * 0.95), polar=3)
        b.sphere(r * 0.3, more, (r * 0.36, 0, h * 0.98), rot=(0, 0, 0), polar=2)
        b.sphere(r * 0.3, more, (0, 0, h * 1.25))
    elif b.chance(0.5):
        band = b.slot("band", ("gold", "ceramic", "silver"), word="rim")
        b.say("with a trimmed rim")
        b.torus(r - 0.02, 0.05, band, (0, 0, h + 0.06))


def goblet(b: Builder) -> None:
    body = b.slot("body", ("gold", "silver", "brass", "copper", "glass", "wooden", "metal"), main=True)
    r, cup, h = b.uniform(0.32, 0.42), b.uniform(0.5, 0.65), b.uniform(0.35, 0.5)
    top, waist = h + cup, b.uniform(0.06, 0.085) * stout(b)
    profile = [(r * 0.55, h), (r, h + cup * 0.45), (r * b.uniform(0.92, 1.12), top)]
    b.ellipsoid((r, r, cup * 0.45), body, (0, 0, h + cup * 0.42), clip=("z", -1.0, 0.06))
    b.cone(r, profile[2][0], cup * 0.56, body, (0, 0, h + cup * 0.7))
    b.cone(r * 0.8, profile[2][0] - 0.055, cup * 0.9, body, (0, 0, h + cup * 0.62), op=2)
    b.group()
    b.cone(r * 0.95, waist, 0.14, body, (0, 0, 0.09))
    b.cylinder(r * 0.95, 0.06, body, (0, 0, 0.03), round=0.02)
    b.cylinder(waist, h, body, (0, 0, h / 2 + 0.04))
    if b.chance(0.7):
        knob(b, waist * 1.9, body, (0, 0, h * 0.6))
    if b.style == "ornate" or b.chance(0.4):
        gems = b.slot("gems", ("crystal", "glass"), word="gems")
        b.say("with gems")
        b.sphere(0.075, gems, (r, 0, h + cup * 0.5), polar=b.pick(6, 8))
    if b.chance(0.4):
        wine = b.slot("wine", ("water", "food"), colour=b.pick("dark red", "purple", "any"), word="wine")
        b.say("with wine inside")
        b.cylinder(r * 0.92, 0.06, wine, (0, 0, top - 0.12))


def potion(b: Builder) -> None:
    liquid = b.slot("liquid", ("glowing", "crystal", "water", "glass"), main=True, word="liquid")
    glass = b.slot("glass", ("glass",), word="glass", colour=b.pick("white", "light blue", "any"))
    cork = b.slot("cork", ("pine", "wooden", "gold", "crystal"), word=b.pick("cork", "stopper"))
    r, shape = b.uniform(0.42, 0.5), b.pick("round", "conical", "square")
    b.call(shape)
    if shape == "round":
        body = 2 * r * 0.96
        b.sphere(r, glass, (0, 0, r * 0.96), clip=("z", -r * 0.93, r))
        b.sphere(r + 0.012, liquid, (0, 0, r * 0.96), clip=("z", -r * 0.93, r * b.uniform(0.1, 0.45)))
    elif shape == "conical":
        body = b.uniform(0.8, 0.95)
        level = b.uniform(0.5, 0.7)
        b.cone(r, 0.12, body, glass, (0, 0, body / 2), round=0.04)
        b.cone(r + 0.012, r + 0.012 - (r - 0.12) * level, body * level, liquid, (0, 0, body * level / 2), round=0.04)
    else:
        body = r * b.uniform(1.5, 2.0)
        b.box((r * 1.7, r * 1.7, body), glass, (0, 0, body / 2), round=0.08)
        b.box((r * 1.74, r * 1.74, body * 0.68), liquid, (0, 0, body * 0.34), round=0.08)
    tall = b.uniform(0.2, 0.36)
    b.cylinder(0.13, tall + 0.14, glass, (0, 0, body + tall / 2 - 0.05))
    b.torus(0.135, 0.055, glass, (0, 0, body + tall))
    b.cone(0.1, 0.125, 0.2, cork, (0, 0, body + tall + 0.1), round=0.02)
    if b.chance(0.4):
        tie = b.slot("ribbon", ("fabric", "leather", "gold"), word="ribbon")
        b.say("with a ribbon around its neck")
        b.torus(0.14, 0.055, tie, (0, 0, body + tall * 0.35))


def watering_can(b: Builder) -> None:
    body = b.slot("body", ("painted metal", "metal", "plastic", "copper", "steel", "rusty"), main=True)
    fittings = b.slot(
        "fittings",
        ("brass", "painted metal", "plastic", "copper", "metal"),
        like="body" if b.chance(0.4) else "",
        word="spout",
    )
    r, h, t = b.uniform(0.42, 0.5), b.uniform(0.65, 0.8), 0.055 * stout(b)
    profile = [(r, 0.0), (r * b.uniform(0.85, 1.0), h)]
    b.lathe(profile, body)
    hollow(b, profile, body, 0.06, 0.06)
    b.cylinder(r + 0.02, 0.07, body, (0, 0, 0.05), round=0.02)
    b.rod((r * 0.8, 0, h * 0.25), (r + 0.38, 0, h * 1.03), 0.1, fittings, end_radius=0.055)
    b.cone(0.06, 0.15, 0.16, fittings, (r + 0.42, 0, h * 1.08), rot=(0, 42, 0))
    b.arc(h * 0.42, t, 112, body, (-r * 0.98, 0, h * 0.58), rot=(90, 180, 0))
    if b.chance(0.6):
        b.say("with a handle over the top")
        b.arc(r * 0.9, t, 88, body, (0, 0, h - 0.06), rot=UPRIGHT)


def drop_lid(b: Builder, r: float, z: float, slot: str) -> None:
    """A shallow domed lid with a grip, sitting on a round can of radius r at height z."""
    b.cylinder(r + 0.04, 0.1, slot, (0, 0, z), round=0.03)
    b.ellipsoid((r, r, 0.16), slot, (0, 0, z + 0.03), clip=("z", 0.0, 1.0))
    b.arc(0.11, 0.04 * stout(b), 95, slot, (0, 0, z + 0.17), rot=UPRIGHT)


def trash_can(b: Builder) -> None:
    body = b.slot("body", ("metal", "steel", "plastic", "painted metal", "rusty"), main=True)
    lid = b.slot("lid", ("metal", "plastic", "painted metal", "steel"), like="body" if b.chance(0.5) else "")
    top, h = b.uniform(0.38, 0.46), b.uniform(0.85, 1.1)
    low = top * b.uniform(0.8, 0.95)
    b.cone(low, top, h, body, (0, 0, h / 2))
    if b.chance(0.6):
        b.say("with a ribbed body")
        b.rod((low, 0, 0.1), (top, 0, h - 0.1), 0.04, body, polar=b.pick(10, 12))
    else:
        rings = b.slot("bands", METALS, word="bands", like="body" if b.chance(0.5) else "")
        b.say("with two bands")
        b.cylinder(low + (top - low) * 0.3 + 0.03, 0.07, rings, (0, 0, h * 0.3), round=0.02)
        b.cylinder(low + (top - low) * 0.7 + 0.03, 0.07, rings, (0, 0, h * 0.7), round=0.02)
    drop_lid(b, top, h, lid)
    if b.chance(0.6):
        b.say("with side handles")
        b.arc(0.12, 0.038, 100, body, (top - 0.02, 0, h * 0.72), mirror="x")


POTS: dict[str, Kind] = {
    "cauldron": Kind(cauldron,
        ("witch's cauldron", "witch cauldron", "iron cauldron", "magic cauldron", "potion cauldron",
         "witches cauldron", "cooking cauldron", "caldron", "stew cauldron", "brewing cauldron",
         "alchemist cauldron", "hanging pot", "iron kettle pot", "brew pot"),
        ("crock",)),
    "cooking pot": Kind(cooking_pot,
        ("stock pot", "saucepan", "stew pot", "casserole", "soup pot", "pot", "stockpot", "cookpot", "sauce pan",
         "soup kettle", "crockpot", "crock pot", "kitchen pot", "pasta pot", "lidded pot", "cooking vessel"),
        ("dutch oven",)),
    "jug": Kind(jug,
        ("pitcher", "water jug", "milk jug", "ewer", "clay jug", "carafe", "beer jug", "wine jug",
         "wine pitcher", "juice jug", "pouring jug", "lemonade pitcher", "milk pitcher", "gravy boat"),
        ("creamer",)),
    "bowl": Kind(bowl,
        ("soup bowl", "fruit bowl", "salad bowl", "mixing bowl", "cereal bowl", "rice bowl", "porridge bowl",
         "breakfast bowl", "dessert bowl", "pet bowl", "dog bowl", "noodle bowl", "serving bowl", "kitchen bowl",
         "punch bowl", "basin bowl"),
        ("porringer",)),
    "goblet": Kind(goblet,
        ("chalice", "wine goblet", "grail", "holy grail", "wine cup", "golden goblet", "drinking goblet",
         "wine glass", "wineglass", "king's goblet", "footed cup", "stemmed cup", "champagne glass",
         "ceremonial cup"),
        ("communion cup",)),
    "potion bottle": Kind(potion,
        ("potion", "magic potion", "health potion", "mana potion", "elixir", "alchemy flask", "potion vial",
         "potion flask", "magic bottle", "magic elixir", "poison bottle", "healing potion", "love potion",
         "poison", "stamina potion", "witch's potion"),
        ("phial", "philtre")),
    "watering can": Kind(watering_can,
        ("garden watering can", "plant waterer", "watering pot", "sprinkling can", "garden can",
         "plant watering can", "flower watering can", "plant sprinkler", "gardener's can", "gardening can",
         "sprinkler can", "galvanized watering can"),
        ("water sprinkler can",)),
    "trash can": Kind(trash_can,
        ("garbage can", "dustbin", "rubbish bin", "waste bin", "trash bin", "bin", "garbage bin", "trashcan",
         "rubbish can", "wastebasket", "waste basket", "litter bin", "recycling bin", "wheelie bin",
         "wastepaper basket", "dumpster"),
        ("refuse bin", "ash can")),
}  # fmt: skip
