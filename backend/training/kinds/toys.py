"""Toys and games: dice, ducks, blocks, balls, chess men and what lies in a nursery."""

from __future__ import annotations

from ..paints import HARD
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import eyes


def dice(b: Builder) -> None:
    body = b.slot(
        "body", (*HARD, "wooden", "glass", "crystal", "marble", "gold"), word=b.pick("body", "cube"), main=True
    )
    pips = b.slot("pips", ("plastic", "painted metal", "gold", "glowing"), word=b.pick("pips", "dots", "spots"))
    size, r, d = 1.0, b.uniform(0.085, 0.12), b.uniform(0.22, 0.28)
    b.box((size,) * 3, body, round=0.02 if b.style == "low-poly" else b.uniform(0.06, 0.2))

    def pip(x: float, y: float, **more) -> None:
        b.cylinder(r, 0.06, pips, (x, y, 0.48), round=0.01, **more)

    up, front, right = Frame(), Frame(rot=(90, 0, 0)), Frame(rot=(90, 0, 90))
    back, left, down = Frame(rot=(-90, 0, 0)), Frame(rot=(90, 0, -90)), Frame(rot=(180, 0, 0))
    b.group(up)
    pip(d, d, mirror="xy")
    pip(0, 0)
    b.group(front)
    pip(0, 0)
    b.group(right)
    pip(0, 0, repeat=(1, 1, 1))
    b.group(Frame(rot=(90, 45, 90)))
    pip(1.41 * d, 0, mirror="x")
    b.group(left)
    pip(d, d, mirror="xy")
    b.group(Frame(rot=(down.rot[0], 0, 45)))
    pip(1.41 * d, 0, mirror="x")
    b.group(back)
    pip(d, 0, mirror="x", repeat=(1, 3, 1), spacing=(0, d, 0))


def rubber_duck(b: Builder) -> None:
    body = b.slot(
        "body", ("rubber", "plastic", "plastic", "ceramic"), colour=b.pick("yellow", "yellow", "any"), main=True
    )
    beak = b.slot("beak", ("plastic", "rubber"), colour=b.pick("orange", "red", "any"))
    dark = b.slot("eyes", ("plastic",), colour="black")
    w, l, h = b.uniform(0.38, 0.46), b.uniform(0.55, 0.65), b.uniform(0.34, 0.4)
    head, z, y = b.uniform(0.27, 0.34), 0.78, -0.28
    b.ellipsoid((w, l, h), body, (0, 0.05, h * 0.85))
    b.box((3, 3, 1), body, (0, 0, -0.5), op=2)
    b.sphere(head, body, (0, y, z), op=1, blend=0.12)
    b.rod((0, l * 0.75, h * 1.1), (0, l * 1.12, h * 1.9), 0.14, body, end_radius=0.04, op=1, blend=0.15)
    b.group()
    b.ellipsoid((0.09, 0.3, 0.2), body, (w * 0.93, 0.12, h * 0.95), mirror="x", rot=(-15, 0, 0))
    b.ellipsoid((0.15, 0.17, 0.055), beak, (0, y - head * 0.95, z - 0.02), rot=(-8, 0, 0))
    b.ellipsoid((0.12, 0.13, 0.05), beak, (0, y - head * 0.88, z - 0.09))
    eyes(b, 0.065, (head * 0.48, y - head * 0.78, z + head * 0.36), dark)
    extra = b.pick("", "", "hat", "scarf", "glasses")
    if extra == "hat":
        hat = b.slot("hat", ("fabric", "plastic", "gold"))
        b.say("with a hat")
        b.cylinder(head * 0.85, 0.07, hat, (0, y, z + head * 0.75))
        b.cylinder(head * 0.55, 0.3, hat, (0, y, z + head * 0.75 + 0.15))
    elif extra == "scarf":
        scarf = b.slot("scarf", ("fabric",))
        b.say("with a scarf")
        b.torus(head * 0.75, 0.08, scarf, (0, y, z - head * 0.72))
    elif extra == "glasses":
        shades = b.slot("sunglasses", ("plastic",), colour="black")
        b.say("with sunglasses")
        b.ellipsoid((0.13, 0.06, 0.1), shades, (head * 0.45, y - head * 0.85, z + head * 0.36), mirror="x")
        b.box((head, 0.06, 0.05), shades, (0, y - head * 0.88, z + head * 0.42))


def robot_eyes(b: Builder, light: str, head: float, y: float, z: float) -> None:
    """A visor, one eye or two on the front of a head of this width, at depth y and height z."""
    if b.chance(0.25):
        b.say("with a visor")
        b.box((head, 0.12, head * 0.25), light, (0, y + 0.02, z), round=0.04)
    elif b.chance(0.15):
        b.call("one-eyed")
        b.cylinder(head * 0.28, 0.16, light, (0, y, z), rot=(90, 0, 0))
    else:
        b.cylinder(head * 0.17, 0.16, light, (head * 0.28, y + 0.02, z), rot=(90, 0, 0), mirror="x")


def robot(b: Builder) -> None:
    body = b.slot("body", ("metal", "painted metal", "painted metal", "plastic", "steel", "copper", "rusty"), main=True)
    joints = b.slot(
        "limbs", ("metal", "iron", "plastic", "painted metal", "rubber"), word=b.pick("arms and legs", "limbs")
    )
    light = b.slot("eyes", ("glowing", "glowing", "glass"))
    w, d, h = b.uniform(0.6, 0.85), b.uniform(0.4, 0.55), b.uniform(0.6, 0.8)
    head, leg = b.uniform(0.36, 0.5) * (1.3 if b.style == "cartoon" else 1), b.uniform(0.3, 0.45)
    soft = b.pick(0.02, 0.06, 0.14)
    z = leg + h
    b.box((w, d, h), body, (0, 0, leg + h / 2), round=soft)
    rounded = b.chance(0.3)
    if rounded:
        b.say("with a round head")
        b.ellipsoid((head * 0.62, head * 0.55, head * 0.55), body, (0, 0, z + 0.08 + head * 0.45))
    else:
        b.box((head * 1.25, head, head * 0.9), body, (0, 0, z + 0.08 + head * 0.45), round=soft)
    b.cylinder(head * 0.3, 0.2, joints, (0, 0, z + 0.03))
    top, front = z + 0.08 + head * 0.9, -head * (0.52 if rounded else 0.5)
    ez = z + 0.08 + head * 0.55
    robot_eyes(b, light, head, front, ez)
    if b.chance(0.7):
        b.say("with an antenna")
        b.cylinder(0.035, 0.24, joints, (0, 0, top + 0.08))
        b.sphere(0.075, light, (0, 0, top + 0.22))
    else:
        b.cylinder(head * 0.2, head * 1.6, joints, (0, 0, ez), rot=(0, 90, 0))
    a = w / 2 + 0.1
    b.sphere(0.13, joints, (w / 2, 0, z - 0.14), mirror="x")
    forward = b.pick(0.0, -0.2)
    b.rod((a, 0, z - 0.14), (a + 0.08, forward, leg + 0.12), b.uniform(0.065, 0.1), joints, mirror="x")
    b.sphere(0.13, body, (a + 0.08, forward, leg + 0.08), mirror="x")
    if b.chance(0.2):
        tracks = b.slot("tracks", ("rubber", "iron"))
        b.say("on tracks")
        b.box((w * 0.34, d * 1.6, leg), tracks, (w * 0.38, 0, leg / 2 + 0.02), round=leg * 0.42, mirror="x")
        b.box((w * 0.8, d * 0.6, leg * 0.6), joints, (0, 0, leg * 0.7))
    else:
        b.cylinder(0.1, leg, joints, (w * 0.26, 0, leg / 2 + 0.04), mirror="x")
        b.box((w * 0.36, d * 0.85, 0.16), body, (w * 0.27, -0.06, 0.08), round=0.04, mirror="x")
    if b.chance(0.7):
        panel = b.slot("chest panel", ("glowing", "plastic", "painted metal", "glass"))
        b.say("with a chest panel")
        b.box((w * 0.5, 0.08, h * 0.36), panel, (0, -d / 2, leg + h * 0.58))


TOYS: dict[str, Kind] = {
    "dice": Kind(dice,
        ("die", "game die", "six-sided die", "gaming dice", "d6", "playing dice", "casino dice", "lucky dice",
         "game cube", "pair of dice", "number cube", "monopoly dice", "craps dice", "yahtzee dice", "d6 die"),
        ("board game die", "gambling die")),
    "rubber duck": Kind(rubber_duck,
        ("rubber ducky", "bath duck", "toy duck", "duck", "rubber duckie", "bath toy", "bath ducky", "duckling",
         "toy ducky", "duckie", "squeaky duck", "bathroom duck", "bath time duck", "baby duck"),
        ("ducky", "bathtub duck")),
    "robot": Kind(robot,
        ("toy robot", "android", "droid", "tin robot", "retro robot", "mech", "robot toy", "humanoid robot",
         "mecha", "cyborg", "vintage robot", "wind up robot", "mechanical man", "friendly robot", "robotic toy",
         "steam robot"),
        ("automaton", "bot")),
}  # fmt: skip
