"""Computers, phones and what they are played with."""

from __future__ import annotations

import math

from ..programs import Builder, Frame
from .electronics import SHELL
from .joinery import FACING, UPRIGHT, column, stout
from .kind import Kind

GLASS = ("glass", "glass", "glowing", "plastic")
DARK = ("black", "grey", "navy", "any")


def keys(
    b: Builder,
    w: float,
    d: float,
    slot: str,
    at: tuple[float, float, float],
    rot: tuple[float, float, float] = (0, 0, 0),
) -> None:
    """A field of square keys of this width and depth; one row in a group of its own."""
    nx, ny = 7, 3
    b.group(Frame(at, rot))
    size = (w / nx * 0.72, d / ny * 0.72, 0.06)
    b.box(size, slot, repeat=(nx, ny, 1), spacing=(w / nx, d / ny, 0), round=0.01)
    b.group()


def computer_monitor(b: Builder) -> None:
    body = b.slot("body", SHELL, main=True)
    screen = b.slot("screen", GLASS, word="screen", colour=b.pick(*DARK, "blue", "cyan"))
    if b.chance(0.5):
        b.call("flat")
        w, h, front = b.uniform(1.1, 1.35), b.uniform(0.68, 0.8), -0.06
        z = h / 2 + 0.36
        b.box((w, 0.11, h), body, (0, 0, z), round=0.03)
        b.box((w - 0.12, 0.1, h - 0.12), screen, (0, -0.025, z))
        b.box((0.15, 0.1, 0.5), body, (0, 0.08, 0.28))
        column(b, b.uniform(0.25, 0.32), 0.07, body, (0, 0.05, 0.035), round=0.02)
    else:
        b.call("old")
        w, h, d, front = b.uniform(0.9, 1.0), b.uniform(0.78, 0.88), 0.8, -0.4
        z = h / 2 + 0.18
        b.box((w, 0.3, h), body, (0, -d * 0.3, z), round=0.05)
        b.box((w * 0.76, d, h * 0.76), body, (0, 0.08, z), round=0.1)
        b.box((w * 0.78, 0.1, h * 0.7), screen, (0, -d * 0.3 - 0.12, z + 0.03), round=0.04)
        b.cylinder(0.2, 0.2, body, (0, 0, 0.12))
        b.cylinder(0.32, 0.07, body, (0, 0, 0.035), round=0.02)
    if b.chance(0.5):
        board = b.slot("keyboard", SHELL, word="keyboard", like="body")
        caps = b.slot("keys", ("plastic",), word="keys")
        b.say("with a keyboard")
        b.box((1.0, 0.36, 0.09), board, (0, -0.55, 0.045), round=0.02)
        b.box((0.5, 0.5, 0.05), board, (0, -0.3, 0.025))
        keys(b, 0.9, 0.3, caps, (0, -0.55, 0.1))
    if b.chance(0.4):
        light = b.slot("light", ("glowing",), word="power light", colour=b.pick("green", "red", "cyan"))
        b.sphere(0.045, light, (w * 0.4, front, z - h / 2 + 0.05))


def laptop(b: Builder) -> None:
    body = b.slot("body", ("metal", "plastic", "steel", "painted metal", "plastic"), main=True)
    screen = b.slot("screen", GLASS, word="screen", colour=b.pick(*DARK, "light blue", "cyan"))
    caps = b.slot("keys", ("plastic",), word="keys", colour=b.pick("black", "white", "any"))
    w, d, t = b.uniform(1.15, 1.35), b.uniform(0.78, 0.9), 0.075 * stout(b) ** 0.5
    tilt = b.uniform(5, 25)
    b.box((w, d, t), body, (0, 0, t / 2), round=0.025)
    b.box((w * 0.3, d * 0.24, 0.03), screen, (0, -d * 0.32, t))
    lid = Frame((0, d / 2 - 0.03, t), (-tilt, 0, 0))
    b.group(lid)
    b.box((w, t, d), body, (0, 0, d / 2 - 0.02), round=0.025)
    b.box((w - 0.12, t, d - 0.14), screen, (0, -0.022, d / 2))
    if b.chance(0.4):
        mark = b.slot("logo", ("glowing", "metal", "plastic"), word="logo")
        b.say("with a logo on the lid")
        b.cylinder(0.11, t, mark, (0, 0.025, d / 2), rot=FACING)
    if b.chance(0.4):
        window = b.slot("window", ("glowing", "paper"), word="window on the screen")
        b.say("with an open window on the screen")
        b.box((w * 0.45, t, d * 0.4), window, (-w * 0.1, -0.04, d * 0.52))
    keys(b, w * 0.86, d * 0.42, caps, (0, d * 0.08, t))


def phone(b: Builder) -> None:
    body = b.slot("body", SHELL, main=True)
    w, h, t = b.uniform(0.6, 0.72), b.uniform(1.15, 1.35), 0.12 * stout(b)
    screen = b.slot("screen", GLASS, word="screen", colour=b.pick(*DARK, "light blue"))
    turn = (0.0, 0.0, b.uniform(-30, 30))
    b.group(Frame((0, 0, h / 2), turn))
    b.box((w, t, h), body, round=0.05)
    if b.chance(0.6):
        b.call("modern")
        b.box((w - 0.08, t, h - 0.14), screen, (0, -0.02, 0), round=0.02)
        lens = b.slot("lenses", ("glass", "metal"), word="camera lenses")
        b.cylinder(0.075, t + 0.07, lens, (-w * 0.26, 0.05, h * 0.38), rot=FACING)
        b.cylinder(0.075, t + 0.07, lens, (-w * 0.26, 0.05, h * 0.24), rot=FACING)
        icons = b.slot("icons", ("glowing", "plastic"), word="icons")
        n = b.count(3, 4)
        b.say("with icons on the screen")
        b.group(Frame((0, 0, h / 2), turn))
        b.box((0.1, 0.05, 0.1), icons, (0, -t / 2 - 0.01, 0), repeat=(3, 1, n), spacing=(w * 0.27, 0, 0.2), round=0.02)
        return
    b.call("old mobile")
    caps = b.slot("buttons", ("plastic", "rubber", "metal"), word="buttons")
    b.box((w * 0.8, t, h * 0.3), screen, (0, -0.025, h * 0.24), round=0.02)
    b.say("with a keypad and an antenna")
    b.cylinder(0.06, 0.36, body, (w * 0.33, 0.0, h / 2 + 0.1), round=0.03)
    b.box((0.3, t + 0.05, 0.08), caps, (0, 0, h * 0.02), round=0.02)
    b.group(Frame((0, 0, h / 2 - h * 0.24), turn))
    b.box((0.13, t + 0.05, 0.1), caps, repeat=(3, 1, 3), spacing=(w * 0.27, 0, 0.15), round=0.02)


def telephone(b: Builder) -> None:
    body = b.slot("body", ("plastic", "plastic", "painted metal", "wooden"), main=True)
    handset = b.slot("handset", ("plastic", "brass", "wooden"), like="body" if b.chance(0.6) else "", word="handset")
    dial = b.slot("dial", ("metal", "gold", "plastic", "paper"), word="dial")
    w = b.uniform(0.85, 1.0)
    b.group()
    b.prism((0.75, w, 0.95), body, rot=(0, 0, 90), clip=("z", 0.0, 0.5))
    b.box((w + 0.08, 0.83, 0.1), body, (0, 0, 0.05), round=0.03)
    b.group(Frame((0, -0.27, 0.25), (52, 0, 0)))
    b.cylinder(0.25, 0.14, dial, round=0.02)
    holes = b.slot("holes", ("plastic", "paper"), colour=b.pick("black", "white", "any"), word="number holes")
    b.cylinder(0.042, 0.17, holes, (0.17, 0, 0), polar=9)
    b.cylinder(0.085, 0.17, holes)
    b.say("with a rotary dial")
    b.group()
    b.box((0.1, 0.3, 0.14), body, (w * 0.28, 0, 0.54), mirror="x")
    b.arc(0.9, 0.075 * stout(b), 32, handset, (0, 0, -0.2), rot=UPRIGHT)
    b.cylinder(0.16, 0.18, handset, (0.49, 0, 0.52), rot=(0, 20, 0), mirror="x", round=0.04)


def game_controller(b: Builder) -> None:
    body = b.slot("body", ("plastic", "plastic", "rubber"), main=True)
    caps = b.slot("buttons", ("plastic", "glowing"), word="buttons")
    sticks = b.slot("sticks", ("rubber", "plastic"), colour=b.pick("black", "grey", "any"), word="sticks")
    w, t = b.uniform(0.62, 0.72), 0.26
    b.group(Frame((0, 0, 0.5), (b.uniform(50, 75), 0, 0)))
    frame = b.frame
    b.box((2 * w - 0.2, 0.56, t), body, (0, 0.08, 0), round=0.12)
    b.cylinder(0.33, t, body, (w * 0.72, 0.06, 0), mirror="x", round=0.1, op=1, blend=0.05)
    b.rod((w * 0.78, 0.05, -0.01), (w * 0.98, -0.48, -0.05), 0.17, body, end_radius=0.12, mirror="x", op=1, blend=0.06)
    b.group(Frame(frame.at, frame.rot))
    b.cylinder(0.1, 0.14, sticks, (w * 0.34, -0.12, t / 2), mirror="x")
    b.cylinder(0.125, 0.06, sticks, (w * 0.34, -0.12, t / 2 + 0.08), mirror="x", round=0.025)
    b.box((0.34, 0.11, 0.08), sticks, (-w * 0.72, 0.12, t / 2 + 0.01), round=0.02)
    b.box((0.11, 0.34, 0.08), sticks, (-w * 0.72, 0.12, t / 2 + 0.01), round=0.02)
    b.box((0.09, 0.06, 0.05), sticks, (0.1, 0.14, t / 2), mirror="x", round=0.02)
    b.box((0.34, 0.14, 0.13), sticks, (w * 0.7, 0.36, 0.02), mirror="x", round=0.04)
    b.group()
    turned = math.radians(frame.rot[0])
    at = (
        w * 0.72,
        0.12 * math.cos(turned) - (t / 2) * math.sin(turned),
        0.5 + 0.12 * math.sin(turned) + t / 2 * math.cos(turned),
    )
    b.group(Frame(at, frame.rot))
    b.cylinder(0.062, 0.1, caps, (0.13, 0, 0), polar=4, round=0.02)
    b.say("with two sticks and four buttons")


COMPUTERS: dict[str, Kind] = {
    "computer monitor": Kind(computer_monitor,
        ("monitor", "computer screen", "pc monitor", "computer", "desktop computer", "lcd screen",
         "display screen", "crt monitor", "flat screen", "desktop monitor", "display monitor", "flat panel",
         "vdu", "computer display", "pc screen", "gaming monitor"),
        ("crt display",)),
    "laptop": Kind(laptop,
        ("notebook computer", "laptop computer", "open laptop", "portable computer", "macbook", "notebook pc",
         "chromebook", "gaming laptop", "ultrabook", "lap top", "laptop pc", "office laptop", "folding computer",
         "clamshell computer"),
        ("netbook",), True),
    "phone": Kind(phone,
        ("smartphone", "mobile phone", "cell phone", "cellphone", "mobile", "smart phone", "iphone",
         "android phone", "touchscreen phone", "handphone", "pocket phone", "mobile telephone", "cellular phone",
         "touch phone", "blackberry"),
        ("handset phone",), True),
    "telephone": Kind(telephone,
        ("rotary phone", "old telephone", "rotary telephone", "landline phone", "desk phone", "wired phone",
         "vintage telephone", "dial telephone", "retro phone", "corded phone", "desk telephone",
         "landline telephone", "old fashioned phone", "house phone", "office telephone"),
        ("dial phone",)),
    "game controller": Kind(game_controller,
        ("gamepad", "controller", "game pad", "console controller", "video game controller", "joystick",
         "gaming controller", "playstation controller", "xbox controller", "videogame controller",
         "wireless controller", "gaming pad", "nintendo controller", "gaming gamepad", "control pad"),
        ("joypad",)),
}  # fmt: skip
