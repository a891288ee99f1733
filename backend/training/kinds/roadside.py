"""More street furniture: traffic lights, signs, bollards, barriers, meters, manhole covers."""

from __future__ import annotations

from ..paints import METALS
from ..programs import Builder
from .kind import Kind
from .shapes import disc, pillar
from .street import CAST

CASE = ("painted metal", "painted metal", "plastic", "metal")


def traffic_light(b: Builder) -> None:
    case = b.slot(
        "housing",
        CASE,
        word=b.pick("housing", "case"),
        colour=b.pick("black", "yellow", "any", "dark green"),
        main=True,
    )
    pole = b.slot("pole", CAST, word=b.pick("pole", "post"))
    red = b.slot("red light", ("glowing",), colour="red")
    amber = b.slot("yellow light", ("glowing",), colour="yellow")
    green = b.slot("green light", ("glowing",), colour="lime")
    h, tall, w = b.uniform(0.5, 0.9), b.uniform(0.85, 1.0), b.uniform(0.34, 0.42)
    b.cylinder(0.22, 0.1, pole, (0, 0, 0.05))
    b.cylinder(0.07, h + 0.1, pole, (0, 0, h / 2))
    b.box((w, 0.26, tall), case, (0, 0, h + tall / 2), round=0.06)
    r, step = w * 0.33, tall * 0.31
    for i, slot in enumerate((green, amber, red)):
        disc(b, r, 0.12, slot, (0, -0.12, h + tall / 2 + (i - 1) * step))
    b.group()
    disc(b, r * 1.2, 0.2, case, (0, -0.2, h + tall / 2), repeat=(1, 1, 3), spacing=(0, 0, step))
    disc(b, r * 0.98, 0.4, case, (0, -0.25, h + tall / 2 - 0.02), repeat=(1, 1, 3), spacing=(0, 0, step), op=2)
    b.box((w, 0.4, r * 1.1), case, (0, -0.3, h + tall / 2 - r * 0.8), repeat=(1, 1, 3), spacing=(0, 0, step), op=2)
    b.group()
    b.cone(w * 0.4, 0.05, 0.1, case, (0, 0, h + tall + 0.04))


def stop_sign(b: Builder) -> None:
    face = b.slot(
        "sign",
        ("painted metal", "painted metal", "plastic", "metal"),
        colour=b.pick("red", "red", "any"),
        word=b.pick("sign", "plate"),
        main=True,
    )
    rim = b.slot("border", ("painted metal", "plastic"), colour="white", word=b.pick("border", "edge"))
    post = b.slot("post", (*CAST, "wooden"), word=b.pick("post", "pole"))
    r, h = b.uniform(0.4, 0.5), b.uniform(1.2, 1.6)
    pillar(b, 0.06, h + r, post, (0, 0, (h + r) / 2))
    b.polygon(8, r, 0.08, rim, (0, -0.08, h + r), rot=(90, 22.5, 0))
    b.polygon(8, r * 0.9, 0.1, face, (0, -0.085, h + r), rot=(90, 22.5, 0))
    b.box((r * 0.24, 0.12, r * 0.34), rim, (0, -0.09, h + r), repeat=(4, 1, 1), spacing=(r * 0.36, 0, 0))
    if b.chance(0.4):
        b.cylinder(0.2, 0.08, post, (0, 0, 0.04))


def road_sign(b: Builder) -> None:
    face = b.slot(
        "sign", CASE, colour=b.pick("yellow", "blue", "white", "any"), word=b.pick("sign", "plate"), main=True
    )
    rim = b.slot(
        "border", ("painted metal", "plastic"), colour=b.pick("red", "black", "white"), word=b.pick("border", "edge")
    )
    post = b.slot("post", CAST, word=b.pick("post", "pole"))
    r, h = b.uniform(0.36, 0.46), b.uniform(1.1, 1.5)
    pillar(b, 0.055, h + r, post, (0, 0, (h + r) / 2))
    form, z = b.pick("round", "triangular", "diamond", "rectangular"), h + r
    b.call(form)
    if form == "round":
        disc(b, r, 0.08, rim, (0, -0.08, z))
        disc(b, r * 0.82, 0.1, face, (0, -0.085, z))
    elif form == "rectangular":
        b.box((2.4 * r, 0.08, 1.5 * r), rim, (0, -0.08, z), round=0.04)
        b.box((2.2 * r, 0.1, 1.3 * r), face, (0, -0.085, z), round=0.04)
    else:
        sides, turn = (3, 90) if form == "triangular" else (4, 90)
        b.polygon(sides, r * 1.1, 0.08, rim, (0, -0.08, z), rot=(90, -turn, 0))
        b.polygon(sides, r * 0.86, 0.1, face, (0, -0.085, z), rot=(90, -turn, 0))
    mark = b.pick("bar", "exclamation", "arrow")
    if mark == "bar":
        b.box((r * 0.9, 0.13, r * 0.22), rim, (0, -0.09, z))
    elif mark == "exclamation":
        b.box((r * 0.2, 0.13, r * 0.5), rim, (0, -0.09, z + r * 0.12))
        b.box((r * 0.2, 0.13, r * 0.16), rim, (0, -0.09, z - r * 0.3))
    else:
        b.say("with an arrow")
        b.box((r * 0.2, 0.13, r * 0.6), rim, (0, -0.09, z - r * 0.1))
        b.prism((r * 0.5, 0.13, r * 0.36), rim, (0, -0.09, z + r * 0.1))


def bollard(b: Builder) -> None:
    body = b.slot("body", (*CAST, "concrete", "stone", "plastic", "wooden"), word=b.pick("body", "post"), main=True)
    band = b.slot("band", ("painted metal", "plastic", "gold", "glowing"), word=b.pick("band", "stripe"))
    r, h = b.uniform(0.16, 0.24), b.uniform(0.85, 1.1)
    b.cylinder(r * 1.4, 0.1, body, (0, 0, 0.05))
    if b.chance(0.3):
        b.call("square")
        b.box((2 * r, 2 * r, h), body, (0, 0, h / 2))
        b.box((2.1 * r, 2.1 * r, 0.1), band, (0, 0, h * 0.75))
    else:
        b.cone(r, r * b.uniform(0.8, 1.0), h, body, (0, 0, h / 2))
        b.cylinder(r * 1.06, 0.11, band, (0, 0, h * 0.76))
    form = b.pick("ball", "dome", "flat")
    if form == "ball":
        b.sphere(r * 1.05, body, (0, 0, h + r * 0.6))
    elif form == "dome":
        b.ellipsoid((r * 0.98, r * 0.98, r * 0.8), body, (0, 0, h))
    else:
        b.cylinder(r * 1.15, 0.08, body, (0, 0, h))
    if b.chance(0.3):
        b.say("with a ring")
        b.torus(0.09, 0.034, band, (0, -r * 1.05, h * 0.58), rot=(75, 0, 0))


def barrier(b: Builder) -> None:
    board = b.slot(
        "boards", ("painted metal", "plastic", "painted wood", "concrete"), word=b.pick("boards", "panel"), main=True
    )
    legs = b.slot("legs", (*METALS, "wooden", "plastic"))
    marks = b.slot("stripes", ("painted metal", "plastic"), colour=b.pick("white", "red", "black"))
    w, h = b.uniform(1.4, 1.8), b.uniform(0.8, 1.0)
    if b.chance(0.3):
        b.call("concrete")
        b.box((w, 0.62, 0.16), board, (0, 0, 0.08))
        b.prism((0.56, w, 1.9), board, (0, 0, 0.1), rot=(0, 0, 90), clip=("z", 0, 0.7))
        b.box((0.16, 0.5, 0.2), marks, (0, 0, 0.62), repeat=(4, 1, 1), spacing=(w / 4.2, 0, 0))
        b.box((w * 0.9, 0.2, 0.1), legs, (0, 0, 0.82))
        return
    n = b.count(1, 2)
    b.say(f"with {('one board', 'two boards')[n - 1]}")
    tall = b.uniform(0.2, 0.28)
    for i in range(n):
        z = h - tall / 2 - i * (tall + 0.12)
        b.box((w, 0.1, tall), board, (0, 0, z))
        b.box((0.13, 0.13, tall * 1.22), marks, (0, 0, z), rot=(0, 30, 0), repeat=(5, 1, 1), spacing=(w / 5.2, 0, 0))
    b.rod((w * 0.4, 0.03, h - 0.05), (w * 0.4, 0.3, 0.05), 0.05, legs, mirror="xy")
    if b.chance(0.5):
        lamp = b.slot("lamps", ("glowing",), colour=b.pick("orange", "yellow", "red"), word="lamps")
        b.say("with warning lamps")
        b.cylinder(0.1, 0.16, lamp, (w * 0.4, 0, h + 0.07), mirror="x")


def parking_meter(b: Builder) -> None:
    head = b.slot("head", CASE, main=True)
    post = b.slot("post", CAST, word=b.pick("post", "pole"))
    screen = b.slot("screen", ("glass", "glowing"), word=b.pick("screen", "display"))
    h, w = b.uniform(0.9, 1.2), b.uniform(0.32, 0.4)
    b.cylinder(0.18, 0.08, post, (0, 0, 0.04))
    b.cylinder(0.07, h, post, (0, 0, h / 2))
    b.box((w, 0.26, 0.42), head, (0, 0, h + 0.2), round=0.05)
    disc(b, w / 2, 0.26, head, (0, 0, h + 0.4))
    disc(b, w * 0.36, 0.3, screen, (0, 0, h + 0.42))
    b.box((w * 0.5, 0.3, 0.055), post, (0, 0, h + 0.2))
    b.box((w * 0.4, 0.3, 0.1), post, (0, 0, h + 0.09))
    if b.chance(0.35):
        b.cone(w * 0.4, 0.1, 0.12, head, (0, 0, h - 0.02))


def manhole(b: Builder) -> None:
    lid = b.slot("lid", ("iron", "iron", "rusty", "steel", "metal"), word=b.pick("lid", "cover"), main=True)
    ring = b.slot("rim", ("iron", "stone", "concrete", "rusty"), word=b.pick("rim", "frame"))
    r, n = 0.8, b.count(8, 12)
    b.cylinder(r + 0.12, 0.14, ring, (0, 0, 0.07))
    b.cylinder(r, 0.2, lid, (0, 0, 0.1))
    b.torus(r * 0.92, 0.05, lid, (0, 0, 0.2))
    form = b.pick("spokes", "grid", "rings")
    if form == "spokes":
        b.box((r * 0.5, 0.09, 0.08), lid, (r * 0.55, 0, 0.21), polar=n)
    elif form == "grid":
        b.box((0.14, 0.14, 0.1), lid, (0, 0, 0.2), repeat=(5, 5, 1), spacing=(0.24, 0.24, 0))
    else:
        b.torus(r * 0.62, 0.05, lid, (0, 0, 0.2))
        b.torus(r * 0.34, 0.05, lid, (0, 0, 0.2))
    b.cylinder(0.09, 0.1, lid, (0, 0, 0.2))
    b.cylinder(0.05, 0.4, lid, (r * 0.78, 0, 0.2), polar=2, op=2)


ROADSIDE: dict[str, Kind] = {
    "traffic light": Kind(traffic_light,
        ("stoplight", "traffic signal", "stop light", "traffic lights", "street signal", "street light signal",
         "crossing light", "intersection light", "road signal", "red light signal", "traffic lamp",
         "traffic control light", "traffic light pole", "traffic semaphore", "city traffic light",
         "robot signal"),
        ("semaphore light", "signal lights")),
    "stop sign": Kind(stop_sign,
        ("octagonal sign", "red stop sign", "stop road sign", "halt sign", "red octagon sign",
         "stop signal sign", "traffic stop sign", "american stop sign", "road stop sign", "street stop sign",
         "red and white stop sign", "crossroads stop sign"),
        ("intersection stop sign",), True),
    "road sign": Kind(road_sign,
        ("traffic sign", "warning sign", "street sign", "yield sign", "highway sign", "speed limit sign",
         "signage", "road traffic sign", "no parking sign", "parking sign", "crossing sign", "hazard sign",
         "triangular sign", "no entry sign", "caution sign", "deer crossing sign"),
        ("danger sign",), True),
    "bollard": Kind(bollard,
        ("street bollard", "parking post", "traffic bollard", "dock bollard", "barrier post", "security post",
         "sidewalk bollard", "mooring bollard", "security bollard", "harbour bollard", "mooring post",
         "pavement bollard", "dock post", "traffic post", "city bollard", "quay bollard"),
        ("pavement post",)),
    "barrier": Kind(barrier,
        ("roadblock", "road barrier", "traffic barrier", "barricade", "construction barrier", "jersey barrier",
         "safety barrier", "police barricade", "police barrier", "crash barrier", "crowd barrier",
         "construction barricade", "street barrier", "work zone barrier", "crowd control barrier",
         "roadworks barrier"),
        ("road block",), True),
    "parking meter": Kind(parking_meter,
        ("meter", "coin meter", "street parking meter", "old parking meter", "coin operated meter",
         "parking ticket machine", "curb meter", "coin parking meter", "city parking meter", "car parking meter",
         "pay parking meter", "roadside meter", "parkmeter", "kerbside meter", "pay and display meter"),
        ("car park meter",), True),
    "manhole cover": Kind(manhole,
        ("manhole", "sewer cover", "drain cover", "sewer lid", "manhole lid", "street cover", "sewer manhole",
         "sewer hatch", "utility cover", "street manhole", "inspection cover", "gully cover", "manhole hatch",
         "city manhole cover", "sewage cover", "storm drain cover"),
        ("sewer grate",)),
}  # fmt: skip
