"""Birds, fish, turtles and snails, facing the front (-Y)."""

from __future__ import annotations

from ..programs import Builder, Frame
from .kind import Kind
from .shapes import eyes

FEATHERS = ("fur", "fur", "fabric", "plastic", "wooden", "ceramic")
SKIN = ("leather", "plastic", "rubber", "ceramic", "glass", "gold")


def bird(b: Builder) -> None:
    body = b.slot("feathers", FEATHERS, main=True)
    beak = b.slot("beak", ("plastic", "ceramic"), colour=b.pick("orange", "yellow", "any"))
    belly = b.slot("belly", FEATHERS, word=b.pick("belly", "breast"))
    dark = b.slot("eyes", ("plastic",), colour="black")
    r, z = b.uniform(0.24, 0.3), 0.66
    fat = b.uniform(0.3, 0.4)
    b.ellipsoid((fat, 0.5, fat * 0.95), body, (0, 0.05, z - 0.12), rot=(-22, 0, 0))
    b.ellipsoid((fat * 0.72, 0.25, fat * 0.75), belly, (0, -0.22, z - 0.16), rot=(-22, 0, 0))
    b.sphere(r, body, (0, -0.3, z + 0.3))
    b.cone(0.09, 0.01, b.uniform(0.2, 0.32), beak, (0, -0.3 - r - 0.07, z + 0.28), rot=(90, 0, 0))
    eyes(b, 0.052, (r * 0.5, -0.3 - r * 0.78, z + 0.38), dark)
    if b.chance(0.3):
        b.say("with spread wings")
        b.ellipsoid((0.42, 0.24, 0.055), body, (fat + 0.3, 0.02, z + 0.1), rot=(0, -25, -12), mirror="x")
    else:
        b.ellipsoid((0.075, 0.38, 0.2), body, (fat * 0.97, 0.12, z - 0.08), rot=(-22, 0, 0), mirror="x")
    b.box((0.2, 0.42, 0.07), body, (0, 0.6, z - 0.3), rot=(-28, 0, 0), round=0.03)
    b.rod((0.12, 0.02, z - 0.35), (0.12, -0.02, 0.06), 0.036, beak, mirror="x")
    b.ellipsoid((0.085, 0.14, 0.045), beak, (0.12, -0.07, 0.04), mirror="x")
    if b.chance(0.3):
        b.say("with a crest")
        b.cone(0.08, 0.01, 0.28, body, (0, -0.22, z + 0.3 + r), rot=(-25, 0, 0))


def owl(b: Builder) -> None:
    body = b.slot("feathers", FEATHERS, main=True)
    belly = b.slot("belly", FEATHERS, word=b.pick("belly", "chest"))
    white = b.slot("eyes", ("plastic", "glass", "glowing"), colour=b.pick("yellow", "white", "orange"))
    dark = b.slot("pupils", ("plastic",), colour="black")
    beak = b.slot("beak", ("plastic", "ceramic"), colour=b.pick("orange", "yellow", "black"))
    w, tall = b.uniform(0.4, 0.48), b.uniform(0.55, 0.68)
    head = b.uniform(0.36, 0.42)
    z = tall * 1.7
    b.ellipsoid((w, w * 0.85, tall), body, (0, 0, tall * 0.95))
    b.ellipsoid((w * 0.7, 0.2, tall * 0.62), belly, (0, -w * 0.7, tall * 0.8))
    b.ellipsoid((head, head * 0.85, head * 0.85), body, (0, -0.02, z))
    b.cylinder(head * 0.42, 0.1, white, (head * 0.42, -head * 0.78, z + 0.04), rot=(90, 0, 8), mirror="x")
    b.cylinder(head * 0.2, 0.15, dark, (head * 0.42, -head * 0.78, z + 0.04), rot=(90, 0, 8), mirror="x")
    b.cone(0.075, 0.01, 0.18, beak, (0, -head * 0.95, z - 0.1), rot=(125, 0, 0))
    b.cone(0.12, 0.01, 0.26, body, (head * 0.62, -0.05, z + head * 0.85), rot=(0, 18, 0), mirror="x")
    b.ellipsoid((0.1, 0.26, tall * 0.7), body, (w * 0.95, 0.03, tall * 0.95), rot=(0, 6, 0), mirror="x")
    b.ellipsoid((0.12, 0.16, 0.075), beak, (0.17, -w * 0.7, 0.07), mirror="x")
    if b.chance(0.35):
        perch = b.slot("branch", ("bark", "wooden"), word=b.pick("branch", "perch"))
        b.say("on a branch")
        b.cylinder(0.1, 1.3, perch, (0, -0.12, -0.04), rot=(0, 90, 0))


def penguin(b: Builder) -> None:
    coat = b.slot(
        "back", FEATHERS, colour=b.pick("black", "navy", "grey", "any"), word=b.pick("back", "feathers"), main=True
    )
    belly = b.slot("belly", FEATHERS, colour=b.pick("white", "white", "cream"))
    beak = b.slot("beak and feet", ("plastic", "rubber", "ceramic"), colour=b.pick("orange", "yellow"))
    dark = b.slot("eyes", ("plastic",), colour=b.pick("black", "white"))
    w, tall, r = b.uniform(0.36, 0.44), b.uniform(0.56, 0.66), b.uniform(0.28, 0.33)
    z = tall * 1.75
    b.ellipsoid((w, w * 0.9, tall), coat, (0, 0, tall))
    b.ellipsoid((w * 0.78, 0.24, tall * 0.82), belly, (0, -w * 0.68, tall * 0.92))
    b.sphere(r, coat, (0, 0, z))
    b.ellipsoid((r * 0.62, r * 0.4, r * 0.55), belly, (0, -r * 0.66, z - r * 0.1))
    b.cone(0.085, 0.012, 0.24, beak, (0, -r - 0.08, z - 0.02), rot=(90, 0, 0))
    eyes(b, 0.05, (r * 0.4, -r * 0.88, z + r * 0.28), dark, 0.9)
    b.ellipsoid((0.07, 0.16, tall * 0.6), coat, (w * 1.05, 0, tall * 1.0), rot=(0, b.uniform(-30, -8), 0), mirror="x")
    b.ellipsoid((0.16, 0.24, 0.07), beak, (0.2, -w * 0.6, 0.05), mirror="x")
    extra = b.pick("", "scarf", "hat")
    if extra == "scarf":
        b.say("with a scarf")
        b.torus(r * 0.9, 0.09, b.slot("scarf", ("fabric",)), (0, 0, z - r * 0.75))
    elif extra == "hat":
        hat = b.slot("hat", ("fabric",))
        b.say("with a woolly hat")
        b.ellipsoid((r * 1.05, r * 1.05, r), hat, (0, 0, z + 0.05), clip=("z", r * 0.3, r))
        b.sphere(0.1, hat, (0, 0, z + r * 1.15))


def fish(b: Builder) -> None:
    body = b.slot("scales", SKIN, word=b.pick("scales", "body"), main=True)
    fins = b.slot("fins", SKIN)
    dark = b.slot("eyes", ("plastic", "glass"), colour=b.pick("black", "white"))
    long, tall, wide = b.uniform(0.6, 0.8), b.uniform(0.3, 0.5), b.uniform(0.18, 0.26)
    z = 0.6
    b.ellipsoid((long, wide, tall), body, (0, 0, z))
    b.group(Frame((long * 0.82, 0, z)))
    b.prism((tall * 1.5, 0.09, 0.5), fins, (0.42, 0, 0), rot=(0, -90, 0))
    b.cylinder(0.26, 1, fins, (0.6, 0, 0), rot=(90, 0, 0), op=2)
    b.group()
    b.ellipsoid((long * 0.42, 0.05, tall * 0.5), fins, (0.05, 0, z + tall * 0.85), rot=(0, 12, 0))
    b.ellipsoid((long * 0.22, 0.05, tall * 0.35), fins, (0.12, 0, z - tall * 0.85), rot=(0, -20, 0))
    b.ellipsoid((0.2, 0.055, 0.12), fins, (0.02, wide * 1.0, z - tall * 0.2), rot=(0, 25, 20), mirror="y")
    b.ellipsoid((0.08, 0.055, 0.08), dark, (-long * 0.58, wide * 0.72, z + tall * 0.22), mirror="y")
    if b.chance(0.4):
        stripes = b.slot("stripes", SKIN)
        b.say("with stripes")
        b.ellipsoid((0.085, wide * 1.03, tall * 1.02), stripes, (-0.1, 0, z))
        b.ellipsoid((0.07, wide * 0.94, tall * 0.92), stripes, (long * 0.36, 0, z))
    b.torus(0.06, 0.036, fins, (-long * 0.98, 0, z - 0.02), rot=(0, 90, 0))


def turtle(b: Builder) -> None:
    shell = b.slot("shell", ("stone", "leather", "plastic", "ceramic", "wooden", "foliage", "gold"), main=True)
    skin = b.slot("skin", ("leather", "plastic", "rubber"), colour=b.pick("any", "green", "lime", "olive"))
    plate = b.slot("plates", ("leather", "plastic", "stone"), word=b.pick("plates", "rim"))
    dark = b.slot("eyes", ("plastic",), colour="black")
    w, l, h = b.uniform(0.5, 0.6), b.uniform(0.6, 0.7), b.uniform(0.4, 0.55)
    z = 0.24
    b.group()
    b.ellipsoid((w, l, h), shell, (0, 0, z))
    b.box((4, 4, 1), shell, (0, 0, z - 0.53), op=2)
    b.group()
    b.ellipsoid((w * 1.1, l * 1.08, 0.1), plate, (0, 0, z))
    if b.chance(0.7):
        b.say("with plates on its shell")
        b.polygon(6, 0.22, 0.1, plate, (0, 0, z + h - 0.02))
        b.polygon(6, 0.18, 0.09, plate, (w * 0.68, 0, z + h * 0.72), rot=(0, 45, 0), polar=6)
    b.rod((0, -l * 0.8, z), (0, -l - 0.22, z + 0.2), 0.12, skin)
    r = b.uniform(0.19, 0.23)
    b.sphere(r, skin, (0, -l - 0.26, z + 0.26))
    eyes(b, 0.045, (r * 0.5, -l - 0.26 - r * 0.75, z + 0.36), dark)
    b.rod((w * 0.75, l * 0.62, z - 0.04), (w * 1.05, l * 0.8, 0.1), 0.13, skin, mirror="xy")
    b.cone(0.08, 0.01, 0.24, skin, (0, l + 0.16, z - 0.03), rot=(-100, 0, 0))


def snail(b: Builder) -> None:
    shell = b.slot("shell", ("ceramic", "stone", "wooden", "plastic", "gold", "glass"), main=True)
    body = b.slot("body", ("leather", "rubber", "plastic", "food"), word=b.pick("body", "skin"))
    swirl = b.slot("swirl", ("ceramic", "plastic", "stone"), word=b.pick("swirl", "spiral"))
    dark = b.slot("eyes", ("plastic",), colour="black")
    r, w = b.uniform(0.4, 0.5), b.uniform(0.2, 0.26)
    turn = Frame((0, 0, 0), (0, 0, b.pick(90, 60, -60)))  # half seen from its side, where the shell shows
    b.group(turn)
    b.rod((0, 0.75, 0.08), (0, -0.55, 0.14), 0.09, body, end_radius=0.16)
    b.rod((0, -0.55, 0.14), (0, -0.75, 0.5), 0.16, body, end_radius=0.15, op=1, blend=0.1)
    b.group(turn)
    b.rod((0.08, -0.76, 0.5), (0.16, -0.86, 0.86), 0.042, body, mirror="x")
    b.sphere(0.075, dark, (0.16, -0.86, 0.88), mirror="x")
    z = 0.2 + r
    b.ellipsoid((w, r, r), shell, (0, 0.15, z))
    b.torus(r * 0.62, 0.08, swirl, (w * 0.62, 0.15, z), rot=(0, 90, 0), mirror="x")
    b.torus(r * 0.28, 0.065, swirl, (w * 0.92, 0.17, z), rot=(0, 90, 0), mirror="x")


CREATURES: dict[str, Kind] = {
    "bird": Kind(bird,
        ("sparrow", "songbird", "toy bird", "robin", "parrot", "crow", "little bird", "blackbird", "bluebird",
         "pigeon", "dove", "raven", "wren", "budgie", "seagull", "wild bird"),
        ("finch", "canary")),
    "owl": Kind(owl,
        ("barn owl", "night owl", "horned owl", "owl statue", "toy owl", "screech owl", "wise owl", "eagle owl",
         "hoot owl", "owl figurine", "forest owl", "hedwig", "baby owl", "wise old owl"),
        ("owlet",)),
    "penguin": Kind(penguin,
        ("emperor penguin", "toy penguin", "baby penguin", "arctic penguin", "antarctic penguin",
         "penguin chick", "rockhopper penguin", "gentoo penguin", "penguin figurine", "penguin toy",
         "tux penguin", "antarctic bird", "adelie penguin", "pingu", "emperor penguin chick", "flightless bird"),
        ("king penguin",)),
    "fish": Kind(fish,
        ("goldfish", "tropical fish", "clownfish", "toy fish", "trout", "salmon", "aquarium fish", "bass fish",
         "angelfish", "herring", "mackerel", "cod", "fresh fish", "sardine", "pike fish", "pet fish"),
        ("carp", "koi")),
    "turtle": Kind(turtle,
        ("tortoise", "sea turtle", "toy turtle", "pet turtle", "box turtle", "pond turtle", "turtle figurine",
         "land turtle", "snapping turtle", "galapagos tortoise", "land tortoise", "baby turtle",
         "desert tortoise", "ninja turtle", "loggerhead", "leatherback turtle"),
        ("terrapin",)),
    "snail": Kind(snail,
        ("garden snail", "land snail", "sea snail", "snail shell", "pond snail", "snail with shell",
         "roman snail", "slimy snail", "forest snail", "slug with a shell", "mollusc", "mollusk", "gastropod",
         "turbo snail"),
        ("escargot",)),
}  # fmt: skip
