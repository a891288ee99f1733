"""More vehicles: trucks, buses, tractors, trains, tanks, scooters, always driving towards the front (-Y)."""

from __future__ import annotations

from ..paints import METALS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import road_wheels
from .vehicles import BODY, GLASS

TYRES = ("rubber", "rubber", "rubber", "plastic")


def truck(b: Builder) -> None:
    cab = b.slot("cab", BODY, main=True)
    load = b.slot("cargo box", (*BODY, "plank", "fabric"), word=b.pick("cargo box", "trailer", "bed"))
    glass = b.slot("windows", GLASS)
    tyre = b.slot("wheels", TYRES, word=b.pick("wheels", "tyres"))
    hub = b.slot("hubcaps", METALS)
    w, l, r = b.uniform(0.8, 0.95), b.uniform(2.0, 2.5), b.uniform(0.2, 0.25)
    z, tall, long = r * 1.1, b.uniform(0.75, 0.95), b.uniform(0.5, 0.65)
    front = -l / 2
    b.box((w, l, 0.14), hub, (0, 0, z + 0.05))
    b.box((w, long, tall), cab, (0, front + long / 2, z + tall / 2), round=0.06)
    b.box((w * 0.86, 0.1, tall * 0.32), glass, (0, front, z + tall * 0.7))
    b.box((w + 0.03, long * 0.55, tall * 0.3), glass, (0, front + long * 0.45, z + tall * 0.7))
    rest = l - long - 0.08
    y = front + long + 0.08 + rest / 2
    form = b.pick("box", "box", "flatbed", "tanker", "dump")
    if form == "box":
        b.say("with a cargo box")
        b.box((w * 1.05, rest, tall * 1.15), load, (0, y, z + 0.1 + tall * 0.57))
    elif form == "flatbed":
        b.say("with an open bed")
        b.box((w * 1.02, rest, tall * 0.36), load, (0, y, z + 0.1 + tall * 0.18))
        b.box((w * 0.9, rest - 0.12, tall * 0.36), load, (0, y, z + 0.2 + tall * 0.18), op=2)
    elif form == "tanker":
        b.call("tanker")
        b.cylinder(w * 0.48, rest, load, (0, y, z + 0.1 + w * 0.45), rot=(90, 0, 0), round=0.1)
    else:
        b.call("dump")
        b.box((w * 1.05, rest, tall * 0.7), load, (0, y, z + 0.16 + tall * 0.35))
        b.box((w * 0.85, rest - 0.2, tall * 0.7), load, (0, y, z + 0.3 + tall * 0.35), op=2)
        b.box((w * 2, 0.5, tall * 2), load, (0, l / 2 + 0.12, z + tall), op=2, rot=(35, 0, 0))
    b.group()
    road_wheels(b, r, 0.18, (w / 2 - 0.05, l * 0.34, r), tyre, hub)
    b.cylinder(r, 0.18, tyre, (w / 2 - 0.05, l * 0.34 - 2.2 * r, r), rot=(0, 90, 0), mirror="x", round=0.04)
    b.ellipsoid((0.09, 0.06, 0.08), b.slot("headlights", ("glowing", "glass")), (w * 0.34, front, z + 0.16), mirror="x")
    b.box((w * 1.04, 0.1, 0.11), hub, (0, front, z + 0.02))


def bus(b: Builder) -> None:
    body = b.slot("body", BODY, main=True)
    glass = b.slot("windows", GLASS)
    tyre = b.slot("wheels", TYRES, word=b.pick("wheels", "tyres"))
    hub = b.slot("hubcaps", METALS)
    w, l, r = b.uniform(0.75, 0.9), b.uniform(2.0, 2.5), 0.22
    double = b.chance(0.35)
    tall = b.uniform(1.3, 1.5) if double else b.uniform(0.8, 0.95)
    b.box((w, l, tall), body, (0, 0, r * 0.9 + tall / 2), round=0.09)
    n = b.count(5, 7)
    lines = (0.34, 0.76) if double else (0.64,)
    if double:
        b.call("double-decker")
    for share in lines:
        z = r * 0.9 + tall * share
        pane = 0.3
        b.box((w + 0.04, l * 0.84 / n * 0.8, pane), glass, (0, 0.05, z), repeat=(1, n, 1), spacing=(0, l * 0.86 / n, 0))
        b.box((w * 0.82, 0.08, pane), glass, (0, -l / 2, z))
    stripe = b.slot("stripe", ("painted metal", "plastic"))
    b.box((w + 0.03, l * 0.97, 0.08), stripe, (0, 0, r * 0.9 + tall * (0.52 if double else 0.36)))
    b.box((w * 0.7, 0.1, 0.12), stripe, (0, -l / 2, r * 0.9 + tall * 0.93))
    road_wheels(b, r, 0.16, (w / 2 - 0.06, l * 0.3, r), tyre, hub)
    b.ellipsoid(
        (0.085, 0.06, 0.085), b.slot("headlights", ("glowing", "glass")), (w * 0.33, -l / 2, r * 0.9 + 0.2), mirror="x"
    )
    b.box((w * 1.02, 0.1, 0.09), hub, (0, -l / 2, r * 0.9 + 0.05))


def tractor(b: Builder) -> None:
    body = b.slot("body", BODY, word=b.pick("body", "bonnet"), main=True)
    tyre = b.slot("wheels", TYRES, word=b.pick("wheels", "tyres"))
    hub = b.slot("hubs", ("painted metal", "metal", "plastic", "iron"), word="hubs")
    pipe = b.slot("exhaust", ("iron", "rusty", "metal"), word=b.pick("exhaust", "chimney"))
    big, small, w = b.uniform(0.5, 0.6), b.uniform(0.26, 0.32), b.uniform(0.4, 0.5)
    l = b.uniform(1.4, 1.7)
    b.box((w, l * 0.62, 0.4), body, (0, -l * 0.2, 0.62), round=0.07)
    b.box((w * 0.8, 0.08, 0.3), pipe, (0, -l * 0.51, 0.62))
    b.box((w * 0.7, l, 0.2), pipe, (0, 0, 0.42))
    b.box((w * 0.9, 0.4, 0.5), body, (0, l * 0.28, 0.6), round=0.05)
    x = w / 2 + 0.16
    b.cylinder(big, 0.24, tyre, (x, l * 0.32, big), rot=(0, 90, 0), mirror="x", round=0.05)
    b.cylinder(big * 0.5, 0.3, hub, (x, l * 0.32, big), rot=(0, 90, 0), mirror="x")
    b.cylinder(small, 0.17, tyre, (x - 0.04, -l * 0.38, small), rot=(0, 90, 0), mirror="x", round=0.04)
    b.cylinder(small * 0.5, 0.22, hub, (x - 0.04, -l * 0.38, small), rot=(0, 90, 0), mirror="x")
    b.cylinder(0.08, 2 * x, pipe, (0, -l * 0.38, small), rot=(0, 90, 0))
    b.cylinder(0.1, 2 * x, pipe, (0, l * 0.32, big), rot=(0, 90, 0))
    b.cylinder(0.055, 0.5, pipe, (w * 0.22, -l * 0.24, 1.0))
    if b.chance(0.55):
        glass = b.slot("windows", GLASS)
        b.say("with a cab")
        b.box((w * 1.15, 0.56, 0.55), glass, (0, l * 0.24, 1.08))
        b.box((0.08, 0.08, 0.6), body, (w * 0.56, 0.26, 1.06), mirror="x")
        b.box((w * 1.35, 0.75, 0.1), body, (0, l * 0.24, 1.38), round=0.03)
    else:
        seat = b.slot("seat", ("leather", "plastic", "metal"))
        b.box((w * 0.8, 0.3, 0.09), seat, (0, l * 0.3, 0.88))
        b.box((w * 0.8, 0.09, 0.3), seat, (0, l * 0.42, 1.0))
        b.torus(0.15, 0.034, seat, (0, l * 0.06, 1.03), rot=(35, 0, 0))
        b.rod((0, -l * 0.02, 0.8), (0, l * 0.06, 1.02), 0.035, pipe)
        b.torus(big * 1.04, 0.06, body, (x, l * 0.32, big), rot=(0, 90, 0), clip=("x", -9, -0.1), mirror="x")


def locomotive(b: Builder) -> None:
    boiler = b.slot("boiler", BODY, word=b.pick("boiler", "body"), main=True)
    cab = b.slot("cab", BODY, word="cab")
    dark = b.slot("chimney", ("iron", "iron", "painted metal", "brass"), word=b.pick("chimney", "funnel"))
    wheels = b.slot("wheels", ("iron", "painted metal", "steel", "brass"))
    glass = b.slot("windows", ("glass", "glowing"))
    fat = 1.15 if b.style == "cartoon" else 1.0
    l, r = b.uniform(1.3, 1.6), b.uniform(0.28, 0.35) * fat
    z = 0.42 + r
    b.box((r * 2.1, l * 1.25, 0.16), dark, (0, l * 0.08, 0.38))
    b.cylinder(r, l * 0.85, boiler, (0, -l * 0.1, z), rot=(90, 0, 0))
    b.cylinder(r * 1.05, 0.08, dark, (0, -l * 0.5, z), rot=(90, 0, 0))
    b.cylinder(r * 1.04, 0.06, dark, (0, -l * 0.1, z), rot=(90, 0, 0))
    b.cylinder(0.1, 0.12, b.slot("headlight", ("glowing",)), (0, -l * 0.55, z + r * 0.35), rot=(90, 0, 0))
    b.box((r * 2.2, l * 0.36, r * 2 + 0.35), cab, (0, l * 0.48, 0.4 + r + 0.18))
    b.box((r * 2.25, l * 0.2, 0.24), glass, (0, l * 0.48, z + 0.24))
    b.box((r * 2.5, l * 0.48, 0.09), dark, (0, l * 0.48, 0.4 + 2 * r + 0.38), round=0.03)
    b.cone(0.1, 0.17 if b.chance(0.6) else 0.1, 0.42, dark, (0, -l * 0.36, z + r + 0.15))
    b.ellipsoid((0.14, 0.14, 0.18), b.slot("dome", ("brass", "gold", "copper")), (0, 0, z + r))
    n, big = b.count(2, 3), 0.24
    b.cylinder(
        big,
        0.12,
        wheels,
        (r + 0.05, l * 0.16, big),
        rot=(0, 90, 0),
        mirror="x",
        repeat=(1, n, 1),
        spacing=(0, l * 0.38, 0),
    )
    b.box((0.1, l * 0.75, 0.07), dark, (r + 0.12, l * 0.16, big), mirror="x")
    b.prism((r * 2.2, 0.26, 0.34), dark, (0, -l * 0.56, 0.06), rot=(0, 0, 0))
    if b.chance(0.35):
        smoke = b.slot("smoke", ("snow", "fabric"), colour=b.pick("white", "grey"))
        b.say("with smoke")
        b.sphere(0.16, smoke, (0, -l * 0.34, z + r + 0.44))
        b.sphere(0.2, smoke, (0, -l * 0.24, z + r + 0.66))


def tank(b: Builder) -> None:
    hull = b.slot(
        "hull",
        ("painted metal", "painted metal", "iron", "rusty", "plastic"),
        colour=b.pick("any", "olive", "dark green", "tan"),
        word=b.pick("hull", "body"),
        main=True,
    )
    tracks = b.slot("tracks", ("rubber", "iron", "rubber", "rusty"), word=b.pick("tracks", "treads"))
    turret = b.slot("turret", ("painted metal", "iron", "metal"), like="hull" if b.chance(0.6) else "")
    wheels = b.slot("wheels", ("iron", "metal", "painted metal"))
    fat = 0.8 if b.style == "cartoon" else 1.0
    w, l, h = b.uniform(0.75, 0.9), b.uniform(1.6, 1.9) * fat, b.uniform(0.4, 0.5)
    x = w / 2 + 0.08
    b.box((0.26, l, h), tracks, (x, 0, h / 2), round=h * 0.45, mirror="x")
    n = b.count(4, 5)
    b.cylinder(
        h * 0.34,
        0.32,
        wheels,
        (x, 0, h / 2),
        rot=(0, 90, 0),
        mirror="x",
        repeat=(1, n, 1),
        spacing=(0, l * 0.82 / n, 0),
    )
    b.box((w, l * 0.92, 0.36), hull, (0, 0, h * 0.78), round=0.05)
    b.box((w + 0.38, l * 0.96, 0.08), hull, (0, 0, h + 0.03))
    z, r = h + 0.24, w * 0.42
    if b.chance(0.5):
        b.cone(r * 1.1, r * 0.8, 0.34, turret, (0, 0.08, z))
    else:
        b.box((r * 2, r * 2.2, 0.34), turret, (0, 0.08, z), round=0.08)
    long = b.uniform(0.8, 1.05)
    b.cylinder(0.075, long, turret, (0, -r * 0.7 - long / 2, z + 0.02), rot=(90, 0, 0))
    b.cylinder(0.11, 0.16, turret, (0, -r * 0.7 - long, z + 0.02), rot=(90, 0, 0))
    b.cylinder(0.15, 0.12, tracks, (0, 0.2, z + 0.2))
    if b.chance(0.4):
        star = b.slot("star", ("painted metal",), colour=b.pick("white", "red", "yellow"))
        b.say("with a star")
        b.polygon(5, 0.16, 0.06, star, (0, -l * 0.45, h * 0.8), inner=0.07, rot=(90, -90, 0))
    if b.chance(0.4):
        b.cylinder(0.034, 0.5, tracks, (r * 0.7, 0.3, z + 0.35))


def scooter(b: Builder) -> None:
    body = b.slot("body", BODY, main=True)
    tyre = b.slot("wheels", TYRES, word=b.pick("wheels", "tyres"))
    metal = b.slot("handlebar", METALS)
    frame = Frame((0, 0, 0), (0, 0, 55))  # seen from its side: two wheels one behind the other hide each other
    if b.chance(0.5):
        b.call("kick")
        b.group(frame)
        b.box((0.24, 1.0, 0.09), body, (0, 0.05, 0.22), round=0.03)
        b.cylinder(0.2, 0.1, tyre, (0, 0.62, 0.2), rot=(0, 90, 0), mirror="y")
        b.rod((0, -0.62, 0.2), (0, -0.44, 1.2), 0.05, metal)
        b.rod((0, -0.5, 0.24), (0, -0.36, 0.22), 0.06, body)
        b.rod((0, 0.5, 0.22), (0, 0.64, 0.22), 0.06, body)
        b.cylinder(0.045, 0.55, metal, (0, -0.44, 1.2), rot=(0, 90, 0))
        b.cylinder(0.06, 0.15, b.slot("grips", ("rubber", "plastic")), (0.24, -0.44, 1.2), rot=(0, 90, 0), mirror="x")
        return
    seat = b.slot("seat", ("leather", "leather", "plastic"))
    b.call("motor")
    b.group(frame)
    b.cylinder(0.26, 0.14, tyre, (0, 0.62, 0.26), rot=(0, 90, 0), mirror="y", round=0.05)
    b.cylinder(0.13, 0.18, metal, (0, 0.62, 0.26), rot=(0, 90, 0), mirror="y")
    b.ellipsoid((0.22, 0.46, 0.27), body, (0, 0.5, 0.5))
    b.box((0.36, 0.7, 0.1), body, (0, -0.05, 0.3), round=0.04)
    b.box((0.44, 0.1, 0.75), body, (0, -0.46, 0.66), rot=(-14, 0, 0), round=0.05)
    b.ellipsoid((0.16, 0.32, 0.14), body, (0, -0.62, 0.46))
    b.box((0.3, 0.62, 0.13), seat, (0, 0.45, 0.8), round=0.06)
    b.rod((0, -0.6, 0.3), (0, -0.38, 1.1), 0.055, metal)
    b.cylinder(0.045, 0.6, metal, (0, -0.38, 1.08), rot=(0, 90, 0))
    b.sphere(0.13, b.slot("headlight", ("glowing", "glass")), (0, -0.5, 1.02))


CRAFT: dict[str, Kind] = {
    "truck": Kind(truck,
        ("lorry", "delivery truck", "dump truck", "cargo truck", "tanker truck", "toy truck", "flatbed truck",
         "pick up truck", "semi truck", "moving truck", "box truck", "haulage truck", "garbage truck",
         "construction truck", "big rig", "tipper truck"),
        ("freight truck", "hauler")),
    "bus": Kind(bus,
        ("school bus", "city bus", "double-decker bus", "coach", "london bus", "omnibus", "double decker",
         "public bus", "transit bus", "passenger bus", "tour bus", "tourist coach", "minibus", "autobus",
         "routemaster", "coach bus"),
        ("shuttle bus",)),
    "tractor": Kind(tractor,
        ("farm tractor", "old tractor", "red tractor", "agricultural tractor", "toy tractor", "farm vehicle",
         "farmer's tractor", "farming tractor", "john deere", "vintage tractor", "plough tractor",
         "agricultural vehicle", "farm machine", "tractor vehicle", "field tractor", "farmyard tractor"),
        ("ploughing tractor",)),
    "train locomotive": Kind(locomotive,
        ("train", "locomotive", "steam train", "steam engine", "steam locomotive", "toy train", "steam loco",
         "railroad engine", "railway locomotive", "train engine", "engine train", "railway train",
         "locomotive engine", "western train", "diesel locomotive", "tank engine"),
        ("railway engine", "choo choo train")),
    "tank": Kind(tank,
        ("battle tank", "army tank", "military tank", "war tank", "toy tank", "panzer", "armoured tank",
         "combat tank", "ww2 tank", "war machine tank", "armoured vehicle", "army vehicle", "sherman tank",
         "tiger tank", "tracked tank", "heavy tank"),
        ("armored tank",)),
    "scooter": Kind(scooter,
        ("kick scooter", "moped", "motor scooter", "vespa", "motorbike", "motor bike", "vespa scooter",
         "children's scooter", "motorized scooter", "italian scooter", "lambretta", "kid's scooter",
         "foot scooter", "delivery scooter", "two wheeler", "gas scooter"),
        ("push scooter",), True),
}  # fmt: skip
