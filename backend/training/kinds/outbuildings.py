"""More buildings: windmills, lighthouses, igloos, sheds, kennels, cottages, bridges, fountains."""

from __future__ import annotations

from ..paints import STONES, WOODS
from ..programs import Builder, Frame
from .buildings import DOORS, PANES, entrance
from .kind import Kind
from .shapes import disc


def pitched_roof(b: Builder, roof: str, walls: str, size: tuple[float, float, float], z: float) -> None:
    """A gable over walls of width, depth and gable height `size`, its ridge along y, slabs with eaves on top."""
    w, d, tall = size
    eave = 0.14
    b.prism((w, d, tall), walls, (0, 0, z))
    low = (w / 2 + eave, 0.0, z - eave * tall * 2 / w + 0.04)
    b.beam((0, 0, z + tall + 0.04), low, 0.1, d + 2 * eave, roof, mirror="x")


def cottage(b: Builder) -> None:
    walls = b.slot("walls", ("plaster", "stone", "cobblestone", "brick", "plank", "wooden"), main=True)
    roof = b.slot("roof", ("straw", "straw", "roof tile", "wooden", "foliage"))
    door = b.slot("door", DOORS)
    panes = b.slot("windows", PANES)
    w, d, h = b.uniform(1.1, 1.3), b.uniform(0.9, 1.1), b.uniform(0.45, 0.6)
    b.box((w, d, h), walls, (0, 0, h / 2))
    b.group()
    b.ellipsoid((w * 0.68, d * 0.76, b.uniform(0.6, 0.8)), roof, (0, 0, h - 0.02))
    b.box((4, 4, 2), roof, (0, 0, h - 1.05), op=2)
    b.group()
    x = b.pick(-0.24, 0.0, 0.24) * w
    b.box((0.27, 0.08, 0.42), door, (x, -d / 2, 0.2))
    disc(b, 0.135, 0.08, door, (x, -d / 2, 0.41))
    b.box((0.2, d + 0.07, 0.2), panes, (w * 0.36 if x <= 0 else -w * 0.36, 0, h * 0.55))
    b.box((w + 0.07, 0.2, 0.2), panes, (0, 0, h * 0.55))
    if b.chance(0.65):
        chimney = b.slot("chimney", ("stone", "brick", "cobblestone"))
        b.say("with a chimney")
        b.box((0.18, 0.18, 0.8), chimney, (w * 0.28, 0.1, h + 0.45))
    if b.chance(0.5):
        beams = b.slot("beams", ("dark wood", "wooden", "oak"))
        b.say("with timber beams")
        b.box((0.09, 0.09, h), beams, (w / 2, d / 2, h / 2), mirror="xy")
        b.box((w + 0.06, d + 0.06, 0.07), beams, (0, 0, h * 0.92))


def windmill(b: Builder) -> None:
    walls = b.slot("tower", ("plaster", "stone", "brick", "plank", "cobblestone", "wooden"), main=True)
    cap = b.slot("roof", ("roof tile", "wooden", "straw", "copper"), word=b.pick("roof", "cap"))
    sails = b.slot("sails", ("fabric", "plank", "wooden", "paper"), word=b.pick("sails", "blades"))
    spars = b.slot("spars", WOODS, like="sails" if b.chance(0.4) else "")
    door = b.slot("door", DOORS)
    r, h = b.uniform(0.42, 0.52), b.uniform(1.1, 1.4)
    b.cone(r, r * 0.66, h, walls, (0, 0, h / 2))
    if b.chance(0.5):
        b.cone(r * 0.8, 0.02, 0.5, cap, (0, 0, h + 0.22))
    else:
        b.ellipsoid((r * 0.78, r * 0.78, 0.4), cap, (0, 0, h))
    entrance(b, door, 0.24, 0.36, -r * 0.95)
    b.box((0.18, r * 1.85, 0.18), b.slot("window", PANES), (0, 0, h * 0.5))
    y, long = -r * 0.95, b.uniform(0.75, 0.9)
    b.group(Frame((0, 0, h), (90, 0, 0)))
    b.cylinder(0.07, 0.6, spars, (0, 0, -y - 0.18))
    b.sphere(0.1, spars, (0, 0, -y + 0.1))
    b.group(Frame((0, y - 0.06, h), (90, 0, 0)))
    b.box((long, 0.055, 0.06), spars, (long / 2, 0, 0), polar=4)
    b.box((long * 0.72, 0.22, 0.05), sails, (long * 0.62, 0.11, 0), polar=4)


def lighthouse(b: Builder) -> None:
    walls = b.slot("tower", ("plaster", "plaster", "stone", "brick", "painted metal"), main=True)
    bands = b.slot(
        "stripes", ("plaster", "painted metal"), word=b.pick("stripes", "bands"), colour=b.pick("red", "any", "any")
    )
    lamp = b.slot("lantern", ("glowing", "glowing", "glass"), word=b.pick("lantern", "light"))
    roof = b.slot("roof", ("painted metal", "copper", "roof tile"), like="stripes" if b.chance(0.5) else "")
    r, h, top = b.uniform(0.34, 0.42), b.uniform(1.4, 1.8), 0.62
    b.cone(r, r * top, h, walls, (0, 0, h / 2))
    n = b.count(1, 3)
    b.say(f"with {('one stripe', 'two stripes', 'three stripes')[n - 1]}")
    for i in range(n):
        low, high = (i + 0.45) / n, (i + 0.9) / n
        b.cone(
            r * (1 - (1 - top) * low) + 0.012,
            r * (1 - (1 - top) * high) + 0.012,
            h * (high - low),
            bands,
            (0, 0, h * (low + high) / 2),
        )
    b.cylinder(r * 0.95, 0.09, roof, (0, 0, h))
    b.cylinder(r * 0.46, 0.34, lamp, (0, 0, h + 0.2))
    b.cylinder(0.034, 0.36, roof, (r * 0.5, 0, h + 0.2), polar=6)
    b.cone(r * 0.72, 0.03, 0.3, roof, (0, 0, h + 0.5))
    b.sphere(0.06, roof, (0, 0, h + 0.66))
    b.torus(r * 0.9, 0.04, roof, (0, 0, h + 0.065))
    entrance(b, b.slot("door", DOORS), 0.2, 0.3, -r * 0.95)
    if b.chance(0.5):
        b.say("on a rock")
        rock = b.slot("rock", ("stone",))
        b.ellipsoid((r * 1.9, r * 1.7, 0.22), rock, (0, 0, 0))


def igloo(b: Builder) -> None:
    ice = b.slot("blocks", ("snow", "snow", "ice", "plaster"), word=b.pick("blocks", "dome", "walls"), main=True)
    dark = b.slot("entrance", ("fabric",), colour=b.pick("black", "navy"))
    r, h = b.uniform(0.75, 0.9), b.uniform(0.6, 0.8)
    b.group()
    b.ellipsoid((r, r, h), ice)
    b.box((4, 4, 2), ice, (0, 0, -1), op=2)
    b.group()
    b.cylinder(r * 0.42, 0.5, ice, (0, -r * 0.95, 0.02), rot=(90, 0, 0))
    b.box((4, 4, 2), ice, (0, 0, -1), op=2)
    b.cylinder(r * 0.3, 0.2, ice, (0, -r * 0.95 - 0.25, 0.02), rot=(90, 0, 0), op=2)
    b.group()
    b.cylinder(r * 0.3, 0.1, dark, (0, -r * 0.95 - 0.16, 0.02), rot=(90, 0, 0), clip=("y", 0, 1))
    seams = b.slot("joints", ("snow", "ice"), colour=b.pick("light blue", "grey"), word=b.pick("joints", "seams"))
    for z in (0.3, 0.62):
        b.torus(r * (1 - z * z) ** 0.5, 0.03, seams, (0, 0, h * z))
    b.rod((r * 0.93, 0, h * 0.34), (r * 0.79, 0, h * 0.58), 0.027, seams, polar=8)


def shed(b: Builder) -> None:
    walls = b.slot("walls", ("plank", "plank", "wooden", "painted wood", "metal", "rusty", "dark wood"), main=True)
    roof = b.slot("roof", ("plank", "roof tile", "metal", "rusty", "straw", "painted metal"))
    doors = b.slot("door", ("plank", "wooden", "painted wood", "iron"))
    w, d, h = b.uniform(1.0, 1.3), b.uniform(0.8, 1.1), b.uniform(0.75, 0.95)
    b.box((w, d, h), walls, (0, 0, h / 2))
    if b.chance(0.5):
        pitched_roof(b, roof, walls, (w, d, b.uniform(0.35, 0.5)), h)
    else:
        b.say("with a slanted roof")
        b.box((w + 0.2, d + 0.24, 0.1), roof, (0, 0, h + 0.04), rot=(-12, 0, 0))
        b.box((w * 0.98, d * 0.35, 0.24), walls, (0, d * 0.3, h - 0.08))
        b.box((w * 0.98, d * 0.35, 0.24), walls, (0, -d * 0.3, h - 0.1))
    two = b.chance(0.4)
    wide = 0.56 if two else 0.36
    b.say("with double doors" if two else "with a single door")
    b.box((wide, 0.1, 0.62), doors, (0, -d / 2, 0.33))
    b.box((0.035, 0.14, 0.6), roof, (0 if two else wide / 2, -d / 2, 0.33))
    b.box((wide * 0.9, 0.13, 0.06), roof, (0, -d / 2, 0.33), repeat=(1, 1, 2), spacing=(0, 0, 0.36))
    b.sphere(0.045, b.slot("knob", ("iron", "brass")), (0.08 if two else 0.1, -d / 2 - 0.07, 0.36))
    if b.chance(0.5):
        b.box((w + 0.06, 0.26, 0.24), b.slot("window", PANES), (0, 0, h * 0.62))


def dog_house(b: Builder) -> None:
    walls = b.slot("walls", ("plank", "wooden", "painted wood", "plastic", "pine"), main=True)
    roof = b.slot("roof", ("roof tile", "painted wood", "plank", "plastic", "straw"))
    dark = b.slot("entrance", ("fabric",), colour="black", word=b.pick("entrance", "opening"))
    w, d, h = b.uniform(0.8, 0.95), b.uniform(0.9, 1.2), b.uniform(0.5, 0.65)
    b.box((w, d, h), walls, (0, 0, h / 2))
    pitched_roof(b, roof, walls, (w, d, b.uniform(0.4, 0.55)), h)
    hole = w * 0.24
    b.box((2 * hole, 0.08, h * 0.6), dark, (0, -d / 2, h * 0.3))
    disc(b, hole, 0.08, dark, (0, -d / 2, h * 0.6))
    if b.chance(0.5):
        sign = b.slot("sign", ("painted wood", "metal", "wooden"))
        b.say("with a name sign")
        b.box((w * 0.5, 0.1, 0.14), sign, (0, -d / 2 - 0.02, h + 0.1))
    if b.chance(0.5):
        bowl = b.slot("bowl", ("ceramic", "plastic", "metal"))
        b.say("with a bowl")
        b.cone(0.2, 0.15, 0.13, bowl, (w * 0.32, -d / 2 - 0.26, 0.06))
        b.box((w, 0.6, 0.06), walls, (0, -d / 2 - 0.2, 0.0))


def bridge(b: Builder) -> None:
    deck = b.slot("deck", ("plank", "wooden", "stone", "cobblestone", "brick", "plank"), main=True)
    rails = b.slot("railings", (*WOODS, "stone", "iron", "painted metal"), word=b.pick("railings", "rails"))
    length, w = b.uniform(1.7, 2.2), b.uniform(0.55, 0.75)
    arched = b.chance(0.65)
    if arched:
        b.call("arched")
        rise, t = b.uniform(0.3, 0.45), 0.14
        radius = (length * length / 4 + rise * rise) / (2 * rise)
        z = rise - radius
        for slot, rr, wide, at, fold, thick in (
            (deck, radius, w, 0.0, "", t),
            (rails, radius + 0.3, 0.08, w / 2 - 0.04, "y", 0.08),
        ):
            b.group(Frame((0, 0, z), (0, 0, 0)))
            b.cylinder(rr, 4.0, slot, (0, 0, 0), rot=(90, 0, 0), shell=thick, round=0)
            b.box((length, wide, 2 * radius), slot, (0, at, radius), op=3, mirror=fold, round=0)
        for turn in (-2, -1, 0, 1, 2):  # posts, radial
            b.group(Frame((0, 0, z), (0, turn * 22 * length / radius * 0.5, 0)))
            b.box((0.09, 0.09, 0.4), rails, (0, w / 2 - 0.04, radius + 0.15), mirror="y")
    else:
        b.say("with flat planks")
        z = 0.5
        b.box((length, w, 0.12), deck, (0, 0, z))
        n = b.count(2, 3)
        b.box(
            (0.12, 0.12, z + 0.45),
            rails,
            (0, w / 2, (z + 0.45) / 2),
            repeat=(n, 1, 1),
            spacing=(length * 0.9 / (n - 1), 0, 0),
            mirror="y",
        )
        b.box((length, 0.08, 0.09), rails, (0, w / 2, z + 0.42), mirror="y")
        b.box((0.06, w * 0.99, 0.16), rails, (0, 0, z), repeat=(7, 1, 1), spacing=(length / 7.5, 0, 0))


def fountain(b: Builder) -> None:
    stone = b.slot("basin", ("stone", "marble", "marble", "concrete", "cobblestone"), main=True)
    water = b.slot("water", ("water",))
    post = b.slot("column", STONES, like="basin" if b.chance(0.6) else "")
    r, h = b.uniform(0.75, 0.9), b.uniform(0.26, 0.34)
    sides = b.pick(0, 0, 8, 6)
    b.group()
    if sides:
        b.call("octagonal" if sides == 8 else "hexagonal")
        b.polygon(sides, r, h, stone, (0, 0, h / 2))
        b.polygon(sides, r - 0.13, h, stone, (0, 0, h * 0.8), op=2)
    else:
        b.cylinder(r, h, stone, (0, 0, h / 2))
        b.cylinder(r - 0.13, h, stone, (0, 0, h * 0.8), op=2)
    b.group()
    b.cylinder(r * 0.82, 0.08, water, (0, 0, h * 0.7))
    tiers, z = b.count(1, 2), h * 0.5
    b.say(f"with {('one bowl', 'two bowls')[tiers - 1]}")
    for i in range(tiers):
        bowl, up = r * (0.55, 0.33)[i], (0.5, 0.4)[i]
        b.cone(0.14 - 0.03 * i, 0.1 - 0.02 * i, up, post, (0, 0, z + up / 2))
        b.cone(0.1, bowl, 0.18, stone, (0, 0, z + up + 0.05))
        b.cylinder(bowl * 0.88, 0.05, water, (0, 0, z + up + 0.13))
        z += up + 0.1
    b.cone(0.1, 0.05, 0.3, post, (0, 0, z + 0.12))
    b.sphere(0.1, post, (0, 0, z + 0.3))
    if b.chance(0.5):
        b.say("with water jets")
        b.arc(0.2, 0.03, 80, water, (0.22, 0, z + 0.05), rot=(0, -90, 90), polar=4)


OUTBUILDINGS: dict[str, Kind] = {
    "cottage": Kind(cottage,
        ("thatched cottage", "hut", "cabin", "fairy tale cottage", "straw hut", "country cottage",
         "thatched house", "log cabin", "witch's hut", "forest cabin", "village hut", "shepherd's hut",
         "hobbit house", "bungalow cottage", "peasant hut", "woodland cottage"),
        ("hovel", "thatched hut")),
    "windmill": Kind(windmill,
        ("wind mill", "dutch windmill", "old windmill", "grain mill", "flour mill", "mill", "post mill",
         "holland windmill", "farm windmill", "tower mill", "flour windmill", "wind powered mill", "smock mill",
         "dutch mill"),
        ("corn mill",)),
    "lighthouse": Kind(lighthouse,
        ("light house", "striped lighthouse", "harbor lighthouse", "coastal lighthouse", "sea lighthouse",
         "light tower", "red and white lighthouse", "coast lighthouse", "ocean lighthouse", "seaside lighthouse",
         "pharos", "nautical lighthouse", "signal tower", "beacon", "shore lighthouse", "harbour lighthouse"),
        ("beacon tower",)),
    "igloo": Kind(igloo,
        ("ice house", "snow house", "eskimo house", "snow hut", "ice hut", "eskimo hut", "snow dome",
         "inuit hut", "arctic house", "arctic shelter", "snow brick house", "dome of snow", "arctic igloo",
         "ice dome", "snow cave house"),
        ("inuit house",)),
    "shed": Kind(shed,
        ("garden shed", "tool shed", "wooden shed", "storage shed", "shack", "backyard shed", "barn", "woodshed",
         "outhouse", "toolshed", "storage hut", "farm shed", "bike shed", "gardening shed", "utility shed",
         "potting shed"),
        ("lean-to", "garden hut")),
    "dog house": Kind(dog_house,
        ("doghouse", "kennel", "dog kennel", "dog hut", "pet house", "doggy house", "dog home", "snoopy house",
         "puppy kennel", "house for a dog", "dog shelter", "hound kennel", "dog cabin"),
        ("puppy house",)),
    "bridge": Kind(bridge,
        ("footbridge", "wooden bridge", "stone bridge", "garden bridge", "arch bridge", "foot bridge",
         "rope bridge", "log bridge", "japanese bridge", "river bridge", "creek bridge", "bridge over a stream",
         "troll bridge", "country bridge"),
        ("pedestrian bridge",), True),
    "fountain": Kind(fountain,
        ("water fountain", "garden fountain", "stone fountain", "plaza fountain", "town fountain",
         "courtyard fountain", "tiered fountain", "village fountain", "roman fountain", "city fountain",
         "wishing fountain pool", "spouting fountain"),
        ("park fountain",)),
}  # fmt: skip
