"""Keepsakes and instruments: mirrors, pictures, scrolls, globes, hourglasses, telescopes."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .joinery import FACING, array, column, knob, soft, stout
from .kind import Kind

FRAMES = (*WOODS, "gold", "gold", "silver", "brass", "iron", "painted wood")


def mirror(b: Builder) -> None:
    frame = b.slot("frame", FRAMES, main=True, word="frame")
    glass = b.slot("glass", ("glass", "silver", "silver"), word="glass", colour=b.pick("light blue", "white", "grey"))
    shape = b.pick("oval", "rectangular", "hand-held")
    w, h, t = b.uniform(0.42, 0.5), b.uniform(0.58, 0.72), 0.1 * stout(b)
    b.call(shape)
    if shape == "rectangular":
        b.box((2 * w, 0.12, 2 * h), frame, (0, 0, h), round=soft(b, 0.1))
        b.box((2 * w - 2 * t, 0.12, 2 * h - 2 * t), glass, (0, -0.02, h))
    else:
        h = w if shape == "hand-held" else h
        b.ellipsoid((w, 0.8, h), frame, (0, 0, h), clip=("y", -0.06, 0.06))
        b.ellipsoid((w - t, 0.8, h - t), glass, (0, 0, h), clip=("y", -0.085, 0.0))
    if b.style == "ornate" or b.chance(0.3):
        gems = b.slot("ornaments", ("gold", "crystal", "silver"), word="ornaments")
        b.say("with ornaments on the frame")
        b.sphere(0.12, gems, (0, 0, 2 * h + 0.02))
        b.sphere(0.08, gems, (w * 0.75, 0, h + h * 0.75), mirror="x")
    if shape == "hand-held":
        handle = b.uniform(0.5, 0.65)
        b.cone(0.09, 0.075, handle, frame, (0, 0, -handle / 2 + 0.04))
        knob(b, 0.105, frame, (0, 0, -handle + 0.04))
    elif b.chance(0.6):
        b.say("on a stand")
        b.box((0.1, 0.1, 2 * h + 0.12), frame, (w + 0.09, 0, h - 0.1), mirror="x", round=0.02)
        b.box((0.1, 0.5, 0.08), frame, (w + 0.09, 0, -0.14), mirror="x", round=0.02)
        b.box((2 * w + 0.22, 0.07, 0.08), frame, (0, 0, -0.06))
        b.sphere(0.075, frame, (w + 0.04, 0, h), mirror="x")


def picture_frame(b: Builder) -> None:
    frame = b.slot("frame", FRAMES, main=True, word="frame")
    sky = b.slot("picture", ("paper", "fabric"), colour=b.pick("light blue", "cream", "any", "any"), word="picture")
    w, h, t = b.uniform(0.9, 1.3), b.uniform(0.85, 1.15), 0.12 * stout(b)
    d, z = 0.12, h / 2
    b.box((w, d, t), frame, (0, 0, h / 2 - t / 2), mirror="z", round=soft(b, 0.1))
    b.box((t, d, h), frame, (w / 2 - t / 2, 0, 0), mirror="x", round=soft(b, 0.1))
    inner_w, inner_h = w - 2 * t, h - 2 * t
    b.box((w - t, d * 0.5, h - t), sky, (0, 0.01, 0))
    front = -d * 0.3
    motif = b.pick("landscape", "portrait", "landscape", "flower")
    if motif == "landscape":
        land = b.slot("hills", ("foliage", "paper"), colour=b.pick("green", "dark green", "any"), word="hills")
        sun = b.slot("sun", ("paper",), colour=b.pick("yellow", "orange", "red"), word="sun")
        b.say("with a landscape painting")
        b.group()
        b.ellipsoid(
            (inner_w * 0.45, 0.5, inner_h * 0.35), land, (-inner_w * 0.2, 0, -inner_h / 2), clip=("y", -0.055, 0.0)
        )
        b.ellipsoid(
            (inner_w * 0.4, 0.5, inner_h * 0.25), land, (inner_w * 0.25, 0, -inner_h / 2), clip=("y", -0.05, 0.0)
        )
        b.box((inner_w, d, inner_h), land, op=3)
        b.group()
        b.cylinder(inner_h * 0.13, 0.06, sun, (inner_w * 0.2, front, inner_h * 0.22), rot=FACING)
    elif motif == "portrait":
        skin = b.slot("face", ("paper",), colour=b.pick("tan", "pink", "brown"), word="face")
        robe = b.slot("robe", ("paper", "fabric"), word="robe")
        b.say("with a portrait")
        b.ellipsoid((inner_w * 0.16, 0.4, inner_h * 0.2), skin, (0, 0, inner_h * 0.08), clip=("y", -0.06, 0.0))
        b.group()
        b.ellipsoid((inner_w * 0.34, 0.5, inner_h * 0.4), robe, (0, 0, -inner_h / 2), clip=("y", -0.055, 0.0))
        b.box((inner_w, d, inner_h), robe, op=3)
    else:
        petals = b.slot("flower", ("paper", "fabric"), word="flower")
        b.say("with a painted flower")
        b.polygon(b.count(5, 7), min(inner_w, inner_h) * 0.38, 0.07, petals, (0, front, 0), inner=0.12, rot=FACING)
    b.group()
    if b.chance(0.5):
        b.say("with a stand behind it")
        b.beam((0, 0.02, z * 0.4), (0, 0.36, -z), 0.1, 0.07, frame)
    if b.style == "ornate":
        knob(b, t * 0.7, frame, (w / 2 - t / 2, 0, h / 2 - t / 2), mirror="xz")


def stack_of_books(b: Builder) -> None:
    n, z = b.count(3, 5), 0.0
    colours = [
        b.slot(f"book {i + 1}", ("leather", "fabric", "paper"), main=i == 0, word="books") for i in range(min(n, 3))
    ]
    pages = b.slot("pages", ("paper",), colour=b.pick("cream", "white"), word="pages")
    b.call(b.pick("neat", "messy"))
    spread = 8.0 if b.adjectives[-1] == "neat" else 28.0
    for i in range(n):
        w, d, t, skin = b.uniform(0.75, 0.95), b.uniform(0.95, 1.15), b.uniform(0.14, 0.28), 0.045 * stout(b) ** 0.5
        cover = colours[i % len(colours)]
        b.group(
            Frame(
                (b.uniform(-0.04, 0.04), b.uniform(-0.04, 0.04), z + t / 2 + skin / 2),
                (0, 0, b.uniform(-spread, spread) - 90),
            )
        )
        b.box((w, d, skin), cover, (0, 0, t / 2), mirror="z", round=0.015)
        b.box((skin * 1.3, d, t + skin), cover, (w / 2 if b.chance(0.7) else -w / 2, 0, 0), round=0.03)
        b.box((w * 0.94, d * 0.93, t), pages)
        z += t + skin


def scroll(b: Builder) -> None:
    paper = b.slot(
        "paper", ("paper", "paper", "leather"), main=True, word="paper", colour=b.pick("cream", "tan", "any")
    )
    r = 0.11 * stout(b) ** 0.5
    if b.chance(0.5):
        b.call("rolled-up")
        w = b.uniform(1.2, 1.4)
        ribbon = b.slot("ribbon", ("fabric", "gold", "leather"), word="ribbon", colour=b.pick("red", "blue", "any"))
        seal = b.slot("seal", ("plastic", "gold"), word="seal", colour=b.pick("red", "dark red", "any"))
        b.group(Frame((0, 0, r * 1.6), (0, 90, b.uniform(-25, 25))))
        b.cylinder(r * 1.7, w, paper)
        b.cylinder(r * 1.1, w + 0.1, paper)
        b.cylinder(r * 1.85, 0.17, ribbon, round=0.02)
        b.cylinder(0.15, 0.14, seal, (0, -r * 1.75, 0), rot=FACING, round=0.03)
        if b.chance(0.4):
            rods = b.slot("rod", (*WOODS, "gold"), word="rod")
            b.say("with a rod through it")
            b.cylinder(r * 0.55, w + 0.36, rods)
            b.sphere(r * 0.85, rods, (0, 0, w / 2 + 0.18), mirror="z")
        return
    b.call("open")
    ink = b.slot("writing", ("paper",), colour=b.pick("black", "brown", "dark red"), word="writing")
    rods = b.slot("rods", (*WOODS, "gold", "brass"), word="rods")
    w, h = b.uniform(0.85, 1.0), b.uniform(1.0, 1.2)
    b.box((w, 0.06, h), paper, (0, 0, 0))
    b.cylinder(r, w + 0.04, paper, (0, 0, h / 2), rot=(0, 90, 0), mirror="z")
    b.cylinder(r * 0.55, w + 0.3, rods, (0, 0, h / 2), rot=(0, 90, 0), mirror="z")
    b.sphere(r * 0.95, rods, (w / 2 + 0.16, 0, h / 2), mirror="xz")
    n = b.count(4, 6)
    b.say("with lines of writing")
    array(b, (w * 0.7, 0.05, 0.055), ink, (0, -0.025, 0.04), n, "z", (h - 0.3) / n)


def globe(b: Builder) -> None:
    sea = b.slot(
        "sea",
        ("plastic", "paper", "ceramic", "water"),
        main=True,
        word="sea",
        colour=b.pick("blue", "light blue", "cream", "any"),
    )
    land = b.slot("land", ("paper", "foliage", "plastic"), word="land", colour=b.pick("green", "tan", "brown", "any"))
    stand = b.slot("stand", (*WOODS, "brass", "gold", "iron"), word="stand")
    r, t = 0.5, 0.042 * stout(b)
    z = b.uniform(0.8, 0.95)
    tilt = Frame((0, 0, z), (0, 20, 0))
    b.group(tilt)
    b.sphere(r, sea)
    for _ in range(b.count(5, 6)):
        longitude, latitude = b.uniform(0, 360), b.uniform(-50, 55)
        size = (0.08, b.uniform(0.12, 0.24), b.uniform(0.14, 0.28))
        b.group(Frame((0, 0, z), (0, latitude, longitude)))
        b.ellipsoid(size, land, (r - 0.05, 0, 0), rot=(b.uniform(-40, 40), 0, 0))
    b.group(tilt)
    b.arc(r + 0.1, t, 95, stand, rot=(90, 180, 0))
    b.cylinder(t * 0.9, 2 * r + 0.28, stand)
    b.group()
    b.cone(0.1, t * 1.3, z - r, stand, (-0.05, 0, (z - r) / 2))
    column(b, b.uniform(0.27, 0.36), 0.09, stand, (0, 0, 0.045), round=0.03)


def hourglass(b: Builder) -> None:
    frame = b.slot("frame", (*WOODS, "gold", "brass", "iron", "silver"), main=True, word="frame")
    glass = b.slot("glass", ("glass",), word="glass", colour=b.pick("white", "light blue", "any"))
    sand = b.slot("sand", ("stone", "food", "snow", "glowing"), word="sand", colour=b.pick("tan", "yellow", "any"))
    r, h, n = b.uniform(0.3, 0.36), b.uniform(0.42, 0.52), b.count(3, 4)
    column(b, r + 0.16, 0.12, frame, (0, 0, h + 0.05), mirror="z", round=0.03)
    b.rod((r + 0.06, 0, -h), (r + 0.06, 0, h), 0.045 * stout(b), frame, polar=n)
    if b.style == "ornate":
        b.sphere(0.075, frame, (r + 0.06, 0, 0), polar=n)
    b.group()
    b.cone(0.06, r * 0.95, h * 0.6, glass, (0, 0, h * 0.33), mirror="z", round=0.03)
    b.cylinder(r * 0.95, h * 0.4, glass, (0, 0, h * 0.8), mirror="z", round=0.03)
    b.cylinder(r * 0.95 + 0.012, h * 0.33, sand, (0, 0, -h * 0.82))
    b.cone(r * 0.95, 0.1, h * 0.2, sand, (0, 0, -h * 0.56))
    if b.chance(0.6):
        b.cone(r * 0.6, r * 0.78, h * 0.14, sand, (0, 0, h * 0.49))


def telescope(b: Builder) -> None:
    tube = b.slot("tube", ("brass", "gold", "copper", "painted metal", "plastic", "wooden"), main=True, word="tube")
    rings = b.slot("rings", METALS, word="rings")
    lens = b.slot("lens", ("glass", "crystal"), word="lens")
    r = 0.14 * stout(b) ** 0.5
    standing = b.chance(0.6)
    z = 1.0 if standing else r * 1.2
    tilt = b.uniform(-65, -50) if standing else -90.0
    b.group(Frame((0, 0, z), (0, tilt, b.uniform(15, 40))))
    b.cylinder(r, 0.55, tube, (0, 0, 0.38))
    b.cylinder(r * 0.8, 0.5, tube, (0, 0, -0.08))
    b.cylinder(r * 0.6, 0.4, tube, (0, 0, -0.45))
    for at, wide in ((0.63, 1.2), (0.12, 1.13), (-0.3, 0.94), (-0.64, 0.8)):
        b.cylinder(r * wide, 0.09, rings, (0, 0, at), round=0.02)
    b.cylinder(r * 0.95, 0.1, lens, (0, 0, 0.64))
    if standing:
        legs = b.slot("tripod", (*WOODS, "metal", "iron"), word="tripod")
        b.say("on a tripod")
        b.group()
        b.rod((0.42, 0, 0.04), (0.03, 0, z - 0.12), 0.045 * stout(b), legs, polar=3)
        b.cylinder(0.1, 0.2, legs, (0, 0, z - 0.12))


KEEPSAKES: dict[str, Kind] = {
    "mirror": Kind(mirror,
        ("looking glass", "hand mirror", "standing mirror", "vanity mirror", "magic mirror", "wall mirror",
         "dressing mirror", "bathroom mirror", "full length mirror", "makeup mirror", "shaving mirror",
         "cheval mirror", "framed mirror", "bedroom mirror", "long mirror", "enchanted mirror"),
        ("cheval glass",)),
    "picture frame": Kind(picture_frame,
        ("painting", "framed picture", "photo frame", "framed painting", "portrait", "artwork", "oil painting",
         "wall art", "art frame", "hanging picture", "framed portrait", "framed photo", "wall painting",
         "framed photograph", "photograph frame", "museum painting"),
        ("canvas painting",)),
    "stack of books": Kind(stack_of_books,
        ("pile of books", "books", "book stack", "book pile", "stacked books", "book tower", "piled books",
         "tower of books", "stack of old books", "books stacked", "book heap", "stack of novels",
         "library books", "pile of old books", "stack of tomes", "pile of novels"),
        ("heap of books",)),
    "scroll": Kind(scroll,
        ("parchment", "paper scroll", "ancient scroll", "magic scroll", "rolled map", "map scroll",
         "spell scroll", "treasure map", "papyrus scroll", "rolled paper", "paper roll", "parchment roll",
         "old map", "royal decree", "proclamation", "sealed scroll"),
        ("papyrus",), True),
    "globe": Kind(globe,
        ("world globe", "desk globe", "earth globe", "terrestrial globe", "school globe", "terrestrial sphere",
         "geography globe", "geographical globe", "planet globe", "library globe", "spinning globe",
         "world map globe", "map globe", "celestial globe", "classroom globe"),
        ("orb of the world",)),
    "hourglass": Kind(hourglass,
        ("sand timer", "sandglass", "sand clock", "egg timer", "sand hourglass", "sand glass", "time glass",
         "hour glass", "sand watch", "ancient hourglass", "sand clock timer", "timer with sand", "glass timer"),
        ("minute glass",), True),
    "telescope": Kind(telescope,
        ("spyglass", "brass telescope", "pirate spyglass", "star telescope", "field scope",
         "astronomical telescope", "observatory telescope", "stargazing telescope", "handheld telescope",
         "refractor telescope", "monocular", "sailor's telescope", "astronomy telescope", "pirate telescope",
         "captain's spyglass", "looking scope"),
        ("refractor",), True),
}  # fmt: skip
