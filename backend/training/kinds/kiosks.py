"""Machines and booths of the street: phone booths, vending machines, pumps."""

from __future__ import annotations

from ..paints import METALS, STONES, WOODS
from ..programs import Builder
from .kind import Kind
from .roadside import CASE
from .shapes import disc


def phone_booth(b: Builder) -> None:
    body = b.slot(
        "frame",
        ("painted metal", "painted metal", "painted wood", "metal"),
        colour=b.pick("red", "red", "any"),
        main=True,
    )
    glass = b.slot("windows", ("glass", "glass", "glowing"), word=b.pick("windows", "glass"))
    w, h = b.uniform(0.75, 0.9), b.uniform(1.7, 2.0)
    sign = b.slot("sign", ("plastic", "glowing"), colour="white")
    b.box((w + 0.1, w + 0.1, 0.14), body, (0, 0, 0.07))
    b.box((w - 0.1, w - 0.1, h), glass, (0, 0, h / 2))
    b.box((0.14, 0.14, h), body, (w / 2 - 0.07, w / 2 - 0.07, h / 2), mirror="xy")
    n = b.count(3, 5)
    b.box((w - 0.03, w - 0.03, 0.055), body, (0, 0, h * 0.46), repeat=(1, 1, n), spacing=(0, 0, h * 0.75 / n))
    b.box((0.055, w - 0.03, h), body, (0, 0, h / 2))
    b.box((w - 0.03, 0.055, h), body, (0, 0, h / 2))
    b.box((w + 0.06, w + 0.06, 0.26), body, (0, 0, h))
    b.box((w * 0.8, w + 0.1, 0.13), sign, (0, 0, h))
    b.box((w * 0.8, w * 0.8, 0.12), body, (0, 0, h + 0.16), round=0.05)
    if b.chance(0.6):
        b.call("domed")
        b.ellipsoid((w * 0.48, w * 0.48, 0.2), body, (0, 0, h + 0.16))
    b.box((w * 0.9, w + 0.02, 0.3), body, (0, 0, 0.25))


def vending(b: Builder) -> None:
    body = b.slot("body", CASE, word=b.pick("body", "case"), main=True)
    glass = b.slot("window", ("glass", "glowing", "glass"))
    goods = b.slot("snacks", ("plastic", "food", "paper"), word=b.pick("snacks", "cans", "drinks"))
    panel = b.slot("panel", ("plastic", "metal", "glowing"), word=b.pick("panel", "keypad"))
    w, d, h = b.uniform(0.95, 1.15), b.uniform(0.7, 0.85), b.uniform(1.6, 1.85)
    b.box((w, d, h), body, (0, 0, h / 2 + 0.06), round=0.05)
    b.box((w * 0.9, d * 0.9, 0.1), panel, (0, 0, 0.05))
    b.box((w * 0.64, 0.08, h * 0.64), glass, (-w * 0.12, -d / 2, h * 0.6))
    rows = b.count(3, 4)
    b.box(
        (w * 0.13, 0.14, h * 0.09),
        goods,
        (-w * 0.12, -d / 2, h * 0.6),
        repeat=(3, 1, rows),
        spacing=(w * 0.2, 0, h * 0.58 / rows),
    )
    b.box((w * 0.15, 0.08, h * 0.26), panel, (w * 0.36, -d / 2, h * 0.62))
    b.box((w * 0.1, 0.11, 0.07), glass, (w * 0.36, -d / 2, h * 0.7))
    b.box((w * 0.6, 0.1, h * 0.12), panel, (-w * 0.12, -d / 2, h * 0.16))
    if b.chance(0.4):
        sign = b.slot("sign", ("glowing", "plastic"))
        b.say("with a sign on top")
        b.box((w * 0.9, d * 0.4, 0.2), sign, (0, -d * 0.2, h + 0.12), round=0.03)


def gas_pump(b: Builder) -> None:
    body = b.slot("body", CASE, word=b.pick("body", "case"), main=True)
    screen = b.slot("display", ("glass", "glowing", "plastic"), word=b.pick("display", "dial"))
    hose = b.slot("hose", ("rubber",))
    nozzle = b.slot("nozzle", METALS)
    w, d, h = b.uniform(0.6, 0.75), b.uniform(0.42, 0.55), b.uniform(1.2, 1.45)
    b.box((w * 1.25, d * 1.3, 0.12), b.slot("base", (*STONES, "metal", *WOODS)), (0, 0, 0.06))
    b.box((w, d, h), body, (0, 0, h / 2 + 0.06), round=0.06)
    if b.chance(0.5):
        b.call("retro")
        disc(b, w * 0.3, d + 0.06, screen, (0, 0, h * 0.72))
        globe = b.slot("globe", ("glowing", "glass"))
        b.say("with a globe on top")
        disc(b, 0.24, 0.2, globe, (0, 0, h + 0.3))
        b.cylinder(0.1, 0.14, body, (0, 0, h + 0.09))
    else:
        b.box((w * 0.7, d + 0.06, h * 0.24), screen, (0, 0, h * 0.75))
        b.box((w * 1.05, d * 1.05, 0.14), body, (0, 0, h + 0.06))
    b.box((w * 0.7, d + 0.06, h * 0.3), screen if b.chance(0.3) else nozzle, (0, 0, h * 0.36))
    x = w / 2 + 0.05
    b.rod((x, 0, h * 0.85), (x + 0.16, 0, h * 0.5), 0.045, hose)
    b.rod((x + 0.16, 0, h * 0.5), (x + 0.06, 0, h * 0.2), 0.045, hose)
    b.rod((x + 0.06, 0, h * 0.2), (x + 0.02, -0.06, h * 0.6), 0.045, hose)
    b.rod((x + 0.02, -0.06, h * 0.58), (x + 0.06, -0.1, h * 0.72), 0.06, nozzle)
    b.box((0.1, 0.14, 0.14), nozzle, (x - 0.03, 0, h * 0.85))


KIOSKS: dict[str, Kind] = {
    "phone booth": Kind(phone_booth,
        ("telephone box", "telephone booth", "phone box", "red telephone box", "call box", "phone kiosk",
         "public phone box", "london phone box", "british phone booth", "public telephone", "payphone",
         "pay phone", "pay phone booth", "public phone", "superman's phone booth", "tardis"),
        ("telephone kiosk",)),
    "vending machine": Kind(vending,
        ("snack machine", "soda machine", "drinks machine", "vendor machine", "candy machine", "drink machine",
         "beverage machine", "soda vending machine", "coke machine", "drinks dispenser", "soda dispenser",
         "soft drink machine", "food vending machine", "automat", "beverage vending machine",
         "chocolate machine"),
        ("snack dispenser", "cola machine")),
    "gas pump": Kind(gas_pump,
        ("petrol pump", "fuel pump", "gasoline pump", "gas station pump", "fuel dispenser",
         "petrol station pump", "gas dispenser", "fuel station pump", "gasoline dispenser", "fuel bowser",
         "vintage gas pump", "service station pump", "petrol dispenser", "bowser", "route 66 gas pump"),
        ("diesel pump", "filling station pump")),
}  # fmt: skip
