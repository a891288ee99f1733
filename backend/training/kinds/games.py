"""More toys and games: balls, chess men, blocks, tops, drums, balloons, instruments."""

from __future__ import annotations

from ..paints import HARD, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import eyes

CHESS = (*WOODS, "marble", "stone", "plastic", "ceramic", "gold", "silver", "glass")


def ball(b: Builder) -> None:
    body = b.slot(
        "ball",
        ("plastic", "rubber", "leather", "fabric", "plastic"),
        word=b.pick("surface", "leather", "panels"),
        main=True,
    )
    marks = b.slot("marks", ("plastic", "leather", "rubber"), word="patches")
    form = b.pick("plain", "soccer", "stripes", "basket")
    b.sphere(1.0, body)
    if form == "soccer":
        b.say("with patches")
        b.polygon(5, 0.36, 0.1, marks, (0, 0, 0.955), mirror="z", round=0.02)
        b.polygon(5, 0.36, 0.1, marks, (0.86, 0, 0.43), rot=(0, 63.5, 0), polar=5, round=0.02)
        b.group(Frame(rot=(0, 0, 36)))
        b.polygon(5, 0.36, 0.1, marks, (0.86, 0, -0.43), rot=(0, 116.5, 0), polar=5, round=0.02)
    elif form == "basket":
        b.say("with seams")
        for turn in ((0, 0, 0), (90, 0, 0), (0, 90, 0)):
            b.torus(0.99, 0.035, marks, rot=turn)
    elif form == "stripes":
        b.call("beach")
        b.ellipsoid((0.51, 0.26, 0.98), marks, (0.5, 0, 0), polar=b.count(3, 5))
        b.cylinder(0.2, 0.06, marks, (0, 0, 0.98), mirror="z")
    else:
        b.cylinder(1.008, 0.24, marks)


def chess_base(b: Builder, slot: str, foot: str, r: float) -> float:
    """The turned foot all chess men share; returns the height of its upper side."""
    b.cylinder(r, 0.14, foot, (0, 0, 0.07), round=0.04)
    b.cone(r * 0.9, r * 0.62, 0.14, slot, (0, 0, 0.2))
    b.torus(r * 0.62, 0.05, foot, (0, 0, 0.28))
    return 0.28


def chess_slots(b: Builder) -> tuple[str, str]:
    """The body and the felt or ring of a chess man."""
    body = b.slot("body", CHESS, colour=b.pick("any", "black", "white"), main=True)
    return body, b.slot("base", (*CHESS, "fabric"), like="body" if b.chance(0.6) else "")


def pawn(b: Builder) -> None:
    body, foot = chess_slots(b)
    r, tall = b.uniform(0.36, 0.44), b.uniform(0.5, 0.7)
    z = chess_base(b, body, foot, r)
    b.cone(r * 0.56, r * 0.3, tall, body, (0, 0, z + tall / 2))
    b.cylinder(r * 0.6, 0.08, foot, (0, 0, z + tall), round=0.03)
    b.sphere(r * b.uniform(0.56, 0.68), body, (0, 0, z + tall + r * 0.5))


def rook(b: Builder) -> None:
    body, foot = chess_slots(b)
    r, tall, n = b.uniform(0.38, 0.46), b.uniform(0.55, 0.75), b.pick(4, 6, 6)
    z = chess_base(b, body, foot, r)
    b.cone(r * 0.66, r * 0.52, tall, body, (0, 0, z + tall / 2))
    b.cylinder(r * 0.8, 0.1, foot, (0, 0, z + tall), round=0.03)
    b.group()
    b.cylinder(r * 0.78, 0.32, body, (0, 0, z + tall + 0.18))
    b.cylinder(r * 0.5, 0.4, body, (0, 0, z + tall + 0.34), op=2)
    b.box((r, r * 0.26, 0.3), body, (r * 0.7, 0, z + tall + 0.36), polar=n, op=2)


def king(b: Builder) -> None:
    body, foot = chess_slots(b)
    cross = b.slot("cross", (*CHESS, "gold"), like="body" if b.chance(0.5) else "")
    r, tall = b.uniform(0.36, 0.42), b.uniform(0.8, 1.0)
    z = chess_base(b, body, foot, r)
    b.cone(r * 0.6, r * 0.36, tall, body, (0, 0, z + tall / 2))
    b.cylinder(r * 0.7, 0.09, foot, (0, 0, z + tall), round=0.03)
    b.cone(r * 0.36, r * 0.66, 0.32, body, (0, 0, z + tall + 0.2))
    top = z + tall + 0.36
    if b.chance(0.7):
        b.ellipsoid((r * 0.64, r * 0.64, 0.14), body, (0, 0, top))
    b.box((0.1, 0.1, 0.44), cross, (0, 0, top + 0.19), round=0.02)
    b.box((0.28, 0.1, 0.1), cross, (0, 0, top + 0.26), round=0.02)


def teddy(b: Builder) -> None:
    fur = b.slot("fur", ("fur", "fur", "fabric"), main=True)
    pale = b.slot("muzzle", ("fur", "fabric"), word=b.pick("muzzle", "snout", "belly"))
    dark = b.slot("eyes and nose", ("plastic",), colour="black")
    r, head = b.uniform(0.36, 0.42), b.uniform(0.32, 0.38)
    z = r * 1.9 + head * 0.5
    b.ellipsoid((r, r * 0.85, r * 1.1), fur, (0, 0, r))
    b.ellipsoid((r * 0.66, 0.2, r * 0.72), pale, (0, -r * 0.72, r))
    b.sphere(head, fur, (0, -0.04, z))
    b.ellipsoid((head * 0.36, head * 0.24, head * 0.36), fur, (head * 0.78, 0, z + head * 0.75), mirror="x")
    b.ellipsoid((head * 0.22, 0.08, head * 0.22), pale, (head * 0.78, -head * 0.2, z + head * 0.75), mirror="x")
    b.ellipsoid((head * 0.46, head * 0.4, head * 0.36), pale, (0, -head * 0.9, z - head * 0.2))
    b.ellipsoid((0.075, 0.06, 0.055), dark, (0, -head * 1.3, z - head * 0.06))
    eyes(b, 0.052, (head * 0.36, -head * 0.93, z + head * 0.22), dark)
    b.rod((r * 0.75, -0.05, r * 1.5), (r * 1.25, -r * 0.5, r * 0.8), 0.135, fur, mirror="x")
    b.rod((r * 0.55, -r * 0.3, 0.16), (r * 0.85, -r * 1.35, 0.16), 0.165, fur, mirror="x")
    b.cylinder(0.1, 0.06, pale, (r * 0.9, -r * 1.35 - 0.16, 0.16), rot=(90, 0, 0), mirror="x")
    if b.chance(0.5):
        bow = b.slot("bow tie", ("fabric",), word=b.pick("bow tie", "bow", "ribbon"))
        b.say("with a bow tie")
        b.cone(0.1, 0.02, 0.18, bow, (0.1, -r * 0.9, r * 1.85), rot=(0, -90, 0), mirror="x")
        b.sphere(0.05, bow, (0, -r * 0.92, r * 1.85))


def toy_block(b: Builder) -> None:
    body = b.slot("body", ("painted wood", "wooden", "plastic", "pine"), main=True)
    mark = b.slot("letter", ("painted wood", "plastic"), word=b.pick("letter", "symbol"))
    edge = b.slot("frame", ("painted wood", "plastic", "wooden"), word=b.pick("frame", "edges"))
    b.box((0.94,) * 3, body, round=0.02)
    t = b.uniform(0.1, 0.15)
    for part, fold in (((1.0, t, t), "yz"), ((t, 1.0, t), "xz"), ((t, t, 1.0), "xy")):
        at = tuple(0.0 if s == 1.0 else 0.5 - t / 2 for s in part)
        b.box(part, edge, (at[0], at[1], at[2]), mirror=fold, round=0.03)
    form = b.pick("letter", "star", "circle")
    for turn in (0, 90, 180, 270):
        b.group(Frame(rot=(90, 0, turn)))
        if form == "star":
            b.polygon(5, 0.32, 0.08, mark, (0, 0, 0.47), inner=0.14, rot=(0, 0, 90))
        elif form == "circle":
            b.cylinder(0.26, 0.08, mark, (0, 0, 0.47))
        else:
            b.box((0.42, 0.12, 0.08), mark, (0, 0.0, 0.47))
            b.rod((0.2, -0.26, 0.47), (0.03, 0.28, 0.47), 0.055, mark, mirror="x")
    b.say({"letter": "with letters", "star": "with stars", "circle": "with dots"}[form])
    b.group()
    b.cylinder(0.24, 1.0, mark)


def spinning_top(b: Builder) -> None:
    body = b.slot("body", (*HARD, "wooden", "metal"), main=True)
    band = b.slot("band", (*HARD, "gold"), word=b.pick("band", "stripe"))
    stem = b.slot("handle", ("wooden", "metal", "plastic", "gold"), word=b.pick("handle", "stem"))
    r, low, high = b.uniform(0.55, 0.7), b.uniform(0.45, 0.6), b.uniform(0.15, 0.35)
    b.group(Frame((0, 0, 0), (0, b.pick(0.0, 0.0, 12.0), 0)))
    b.cone(0.06, r, low, body, (0, 0, 0.1 + low / 2))
    b.cylinder(r, 0.14, band, (0, 0, 0.1 + low + 0.05), round=0.03)
    b.cone(r * 0.97, 0.15, high, body, (0, 0, 0.2 + low + high / 2))
    b.cone(0.02, 0.075, 0.16, stem, (0, 0, 0.08))
    b.cylinder(0.06, 0.4, stem, (0, 0, 0.2 + low + high + 0.15))
    b.sphere(0.11, stem, (0, 0, 0.2 + low + high + 0.36))
    if b.chance(0.5):
        b.say("with two bands")
        b.cone(r * 0.5, r * 0.64, low * 0.16, band, (0, 0, 0.1 + low * 0.55))


def rocking_horse(b: Builder) -> None:
    body = b.slot("horse", ("wooden", "painted wood", "oak", "plastic", "fur"), word=b.pick("body", "horse"), main=True)
    rocker = b.slot("rockers", WOODS, word=b.pick("rockers", "runners"))
    mane = b.slot("mane", ("fur", "fabric", "painted wood"), word=b.pick("mane", "mane and tail"))
    saddle = b.slot("saddle", ("leather", "fabric", "painted wood"))
    b.group(Frame((0, 0, 0), (0, 0, b.pick(90, 60, -90))))  # seen from its side
    turn = b.frame.rot
    for side in (-0.24, 0.24):
        b.group(Frame((0, 0, 1.55), turn))
        b.arc(1.48, 0.06, 40, rocker, (side, 0, 0), rot=(0, 90, 0))
    b.group(Frame((0, 0, 0), turn))
    b.box((0.5, 0.12, 0.06), rocker, (0, 0.5, 0.18), mirror="y")
    b.ellipsoid((0.22, 0.5, 0.24), body, (0, 0.02, 0.82))
    b.rod((0.12, 0.28, 0.75), (0.24, 0.46, 0.18), 0.075, body, mirror="xy")
    b.rod((0, -0.36, 0.9), (0, -0.56, 1.34), 0.15, body, end_radius=0.12)
    b.rod((0, -0.56, 1.36), (0, -0.84, 1.2), 0.12, body, end_radius=0.085)
    b.cone(0.05, 0.015, 0.14, body, (0.06, -0.52, 1.5), mirror="x")
    b.rod((0, -0.28, 1.02), (0, -0.47, 1.46), 0.09, mane)
    b.rod((0, 0.48, 0.92), (0, 0.68, 0.55), 0.085, mane, end_radius=0.04)
    b.ellipsoid((0.24, 0.24, 0.14), saddle, (0, 0.04, 0.98))
    eyes(b, 0.045, (0.11, -0.66, 1.36), mane, 1.0)
    b.cylinder(0.04, 0.5, rocker, (0, -0.5, 1.2), rot=(0, 90, 0))


def drum(b: Builder) -> None:
    shell = b.slot("shell", (*HARD, "wooden", "metal"), word=b.pick("shell", "body"), main=True)
    skin = b.slot(
        "skin", ("leather", "paper", "fabric"), word=b.pick("skin", "drumhead"), colour=b.pick("cream", "white", "any")
    )
    rim = b.slot("rims", ("gold", "metal", "brass", "wooden"), word=b.pick("rims", "hoops"))
    r, h, n = b.uniform(0.5, 0.6), b.uniform(0.5, 0.9), b.count(6, 8)
    if b.chance(0.25):
        b.call("bongo")
        b.cone(r * 0.6, r, h, shell, (0, 0, h / 2))
    else:
        b.cylinder(r, h, shell, (0, 0, h / 2))
        b.cylinder(r * 1.06, 0.11, rim, (0, 0, 0.06))
        b.rod((r * 1.0, -0.1, 0.1), (r * 1.0, 0.1, h - 0.1), 0.03, rim, polar=n)
    b.cylinder(r * 1.06, 0.11, rim, (0, 0, h - 0.06))
    b.cylinder(r * 0.97, 0.06, skin, (0, 0, h))
    if b.chance(0.5):
        stick = b.slot("drumsticks", WOODS)
        b.say("with drumsticks")
        b.rod((-0.4, -0.25, h + 0.07), (0.34, 0.1, h + 0.08), 0.04, stick)
        b.rod((0.4, -0.25, h + 0.12), (-0.3, 0.15, h + 0.12), 0.04, stick)


def bowling_pin(b: Builder) -> None:
    body = b.slot(
        "body", ("plastic", "painted wood", "ceramic", "wooden"), colour=b.pick("white", "white", "any"), main=True
    )
    band = b.slot(
        "stripes", ("plastic", "painted wood"), colour=b.pick("red", "red", "any"), word=b.pick("stripes", "bands")
    )
    r, n = b.uniform(0.25, 0.3), b.count(1, 2)
    b.lathe([(r * 0.62, 0), (r, 0.36), (r, 0.5), (r * 0.42, 0.98), (r * 0.4, 1.06)], body)
    b.ellipsoid((r * 0.56, r * 0.56, 0.24), body, (0, 0, 1.2))
    b.say(f"with {('one stripe', 'two stripes')[n - 1]}")
    b.cylinder(r * 0.49, 0.075, band, (0, 0, 1.0))
    if n == 2:
        b.cone(r * 0.66, r * 0.58, 0.075, band, (0, 0, 0.85))


def party_balloon(b: Builder) -> None:
    bag = b.slot(
        "balloon",
        ("rubber", "plastic", "plastic", "fabric", "silver"),
        colour="any",
        word=b.pick("balloon", "skin"),
        main=True,
    )
    string = b.slot("string", ("fabric", "leather"))
    n = b.pick(1, 1, 3)
    r = b.uniform(0.4, 0.5)
    if n == 3:
        b.say("in a bunch of three")
        other = b.slot("second balloon", ("rubber", "plastic"), word="other balloons")
    z = 1.5
    for i in range(n):
        x, up = ((0.0, 0.3), (0.46, 0.0), (-0.46, -0.05))[i] if n == 3 else (0.0, 0.0)
        slot = bag if i == 0 else other
        b.ellipsoid((r, r, r * 1.2), slot, (x, 0, z + up))
        b.cone(0.09, 0.02, 0.12, slot, (x, 0, z + up - r * 1.2 - 0.04))
        b.rod((x, 0, z + up - r * 1.2), (0, 0, 0.3), 0.032, string)
    b.rod((0, 0, 0.3), (0, 0, 0.05), 0.032, string)
    weight = b.slot("weight", ("metal", "plastic", "stone"))
    b.box((0.2, 0.2, 0.16), weight, (0, 0, 0.06), round=0.03)


GAMES: dict[str, Kind] = {
    "ball": Kind(ball,
        ("soccer ball", "football", "beach ball", "basketball", "rubber ball", "toy ball", "bouncy ball",
         "tennis ball", "playground ball", "football ball", "inflatable ball", "exercise ball", "sports ball",
         "play ball", "soccer", "beachball"),
        ("kickball", "volleyball")),
    "chess pawn": Kind(pawn,
        ("pawn", "chess piece", "pawn piece", "chessman", "chess pawn piece", "pawn chess piece", "chess man",
         "chess figure", "board game pawn", "chess playing piece", "pawn figure", "game piece", "chess soldier",
         "chess token"),
        ("game pawn",)),
    "chess rook": Kind(rook,
        ("rook", "chess tower", "rook piece", "chess castle", "rook chess piece", "chess castle piece",
         "chess rook piece", "tower chess piece", "castle piece", "chess tower piece", "rook figure"),
        ("castle chess piece",)),
    "chess king": Kind(king,
        ("king chess piece", "king piece", "chess king piece", "black king", "king chess", "king figure",
         "chess piece king", "king of chess", "king chessman", "chess monarch", "chess king figure"),
        ("white king",)),
    "teddy bear": Kind(teddy,
        ("teddy", "stuffed bear", "plush bear", "toy bear", "bear", "cuddly bear", "plush toy",
         "stuffed toy bear", "stuffed animal", "plushie", "stuffed toy", "bear toy", "cuddly toy", "soft toy",
         "soft toy bear", "stuffed teddy"),
        ("stuffed animal bear", "plushie bear")),
    "toy block": Kind(toy_block,
        ("alphabet block", "letter block", "building block", "wooden block", "baby block", "abc block",
         "toy building block", "alphabet cube", "children's block", "learning block", "toy cube", "play block",
         "child's block", "letter cube", "toy brick", "lego brick"),
        ("nursery block",)),
    "spinning top": Kind(spinning_top,
        ("toy top", "whirligig top", "wooden top", "humming top", "top toy", "toy spinner", "dreidel",
         "spin top", "spinning toy", "children's top", "spinner toy", "twirling top", "inception top",
         "beyblade", "humming toy", "tin top"),
        ("whipping top", "peg top")),
    "rocking horse": Kind(rocking_horse,
        ("toy horse", "wooden rocking horse", "hobby horse", "horse rocker", "horse on rockers",
         "toy rocking horse", "nursery horse", "child's rocking horse", "children's rocking horse",
         "kids rocking horse", "toy pony", "wooden horse", "horse toy", "wood horse", "play horse"),
        ("rocking pony",), True),
    "drum": Kind(drum,
        ("toy drum", "snare drum", "bongo drum", "marching drum", "hand drum", "bass drum", "kettle drum",
         "conga", "conga drum", "tribal drum", "djembe", "timpani", "tambour", "african drum", "kettledrum",
         "percussion drum"),
        ("tom-tom", "war drum")),
    "bowling pin": Kind(bowling_pin,
        ("skittle", "ten pin", "tenpin", "bowling skittle", "ninepin", "pin for bowling", "alley pin",
         "bowling alley pin", "tenpin bowling pin", "ten pin bowling pin", "skittle pin", "candlepin"),
        ("duckpin",)),
    "balloon": Kind(party_balloon,
        ("party balloon", "birthday balloon", "helium balloon", "toy balloon", "bunch of balloons",
         "air filled balloon", "floating balloon", "celebration balloon", "carnival balloon",
         "balloon on a string", "helium filled balloon", "circus balloon", "gas filled toy balloon",
         "shiny balloon", "kids balloon", "fairground balloon"),
        ("balloons",), True),
}  # fmt: skip
