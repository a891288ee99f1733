"""Street furniture and signs: lamps, hydrants, mailboxes, cones, signposts."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import pillar

CAST = ("iron", "iron", "painted metal", "metal", "rusty", "steel", "copper")


def street_lamp(b: Builder) -> None:
    post = b.slot("post", (*CAST, "wooden"), word=b.pick("post", "pole"), main=True)
    lamp = b.slot("lamp", ("glowing", "glowing", "glass"), word=b.pick("lamp", "light", "lantern"))
    fat = 1.5 if b.style == "cartoon" else 1.0
    h, r = b.uniform(1.7, 2.3), 0.055 * fat
    b.cone(0.2 * fat, 0.12 * fat, 0.16, post, (0, 0, 0.08))
    b.cone(0.11 * fat, r, 0.4, post, (0, 0, 0.3))
    b.cylinder(r, h, post, (0, 0, h / 2))
    form = b.pick("lantern", "lantern", "globe", "arm", "double")
    if form == "lantern":
        b.call("lantern")
        b.cone(0.1 * fat, 0.18 * fat, 0.36, lamp, (0, 0, h + 0.2))
        b.cone(0.25 * fat, 0.04, 0.2, post, (0, 0, h + 0.46))
        b.cylinder(0.13 * fat, 0.07, post, (0, 0, h + 0.02))
        b.sphere(0.055, post, (0, 0, h + 0.58))
        b.rod((0.1 * fat, 0, h), (0.19 * fat, 0, h + 0.4), 0.028, post, polar=4)
    elif form == "globe":
        b.say("with a round globe")
        b.sphere(0.24 * fat, lamp, (0, 0, h + 0.2))
        b.cone(r, 0.12 * fat, 0.12, post, (0, 0, h))
        b.cone(0.1, 0.02, 0.1, post, (0, 0, h + 0.2 + 0.25 * fat))
    else:
        two = form == "double"
        b.say("with two lamps" if two else "with a curved arm")
        fold = "x" if two else ""
        reach = b.uniform(0.42, 0.58)
        if not two:
            b.arc(reach / 2, r, 90, post, (reach / 2, 0, h - 0.02), rot=(0, -90, 90))
        else:
            b.rod((0, 0, h - 0.1), (reach, 0, h + 0.08), r * 0.9, post, mirror="x")
        z = h if not two else h + 0.06
        b.ellipsoid((0.14 * fat, 0.14 * fat, 0.17), lamp, (reach, 0, z - 0.14), mirror=fold)
        b.cone(0.19 * fat, 0.05, 0.14, post, (reach, 0, z - 0.02), mirror=fold)
        b.sphere(r * 1.7, post, (0, 0, h))
    if b.chance(0.4) and form != "double":
        b.say("with a crossbar")
        b.cylinder(0.04, 0.5, post, (0, 0, h * 0.85), rot=(0, 90, 0))
        b.sphere(0.06, post, (0.25, 0, h * 0.85), mirror="x")


def hydrant(b: Builder) -> None:
    body = b.slot(
        "body",
        ("painted metal", "painted metal", "iron", "rusty", "plastic"),
        colour=b.pick("any", "red", "yellow"),
        main=True,
    )
    caps = b.slot("caps", ("painted metal", "metal", "iron", "brass", "silver"), like="body" if b.chance(0.35) else "")
    r, h = b.uniform(0.26, 0.34), b.uniform(0.85, 1.1)
    b.cylinder(r * 1.4, 0.12, body, (0, 0, 0.06))
    pillar(b, r, h, body, (0, 0, h / 2))
    b.cylinder(r * 1.25, 0.09, body, (0, 0, h * 0.32))
    b.cylinder(r * 1.28, 0.1, body, (0, 0, h))
    b.ellipsoid((r * 1.05, r * 1.05, r * b.uniform(0.8, 1.1)), caps, (0, 0, h))
    b.polygon(5, 0.1, 0.16, caps, (0, 0, h + r))
    z = h * 0.68
    b.cylinder(r * 0.5, r * 1.3, body, (r * 0.75, 0, z), rot=(0, 90, 0), mirror="x")
    b.cylinder(r * 0.6, 0.1, caps, (r * 1.4, 0, z), rot=(0, 90, 0), mirror="x")
    b.polygon(5, 0.07, 0.1, caps, (r * 1.4 + 0.08, 0, z), rot=(0, 90, 0), mirror="x")
    if b.chance(0.75):
        b.cylinder(r * 0.6, r * 1.2, body, (0, -r * 0.7, z - 0.03), rot=(90, 0, 0))
        b.cylinder(r * 0.72, 0.1, caps, (0, -r * 1.3, z - 0.03), rot=(90, 0, 0))
        b.polygon(5, 0.09, 0.1, caps, (0, -r * 1.3 - 0.08, z - 0.03), rot=(90, 0, 0))


def mailbox(b: Builder) -> None:
    body = b.slot("box", ("painted metal", "painted metal", "metal", "painted wood", "plastic", "rusty"), main=True)
    if b.chance(0.6):
        post = b.slot("post", (*WOODS, "metal", "iron"))
        flag = b.slot("flag", ("painted metal", "plastic"), colour=b.pick("red", "red", "any"))
        b.say("on a post")
        w, d, h, top = b.uniform(0.4, 0.5), b.uniform(0.7, 0.95), b.uniform(0.24, 0.34), b.uniform(0.8, 1.1)
        b.box((0.14, 0.14, top), post, (0, 0, top / 2))
        b.box((w * 0.9, d * 0.8, 0.08), post, (0, 0, top))
        b.box((w, d, h), body, (0, 0, top + h / 2))
        b.cylinder(w / 2, d, body, (0, 0, top + h), rot=(90, 0, 0))
        b.box((w * 0.86, 0.06, h * 1.2), flag if b.chance(0.2) else body, (0, -d / 2, top + h * 0.65))
        b.box((0.12, 0.08, 0.06), post, (0, -d / 2 - 0.03, top + h * 1.15))
        b.box((0.06, 0.06, 0.36), flag, (w / 2 + 0.02, -d * 0.1, top + h * 1.1))
        b.box((0.06, 0.22, 0.14), flag, (w / 2 + 0.02, -d * 0.1 + 0.06, top + h * 1.1 + 0.16))
        return
    trim = b.slot("slot", ("metal", "iron", "gold", "brass"), word="slot")
    r, h = b.uniform(0.3, 0.38), b.uniform(1.1, 1.4)
    if b.chance(0.5):
        b.call("round")
        pillar(b, r, h, body, (0, 0, h / 2))
        b.cylinder(r * 1.15, 0.14, trim if b.chance(0.4) else body, (0, 0, 0.07))
        b.cylinder(r * 1.15, 0.12, body, (0, 0, h))
        b.ellipsoid((r, r, r * 0.4), body, (0, 0, h + 0.05))
        front = -r
    else:
        b.say("with a curved top")
        b.box((2 * r, 1.8 * r, h), body, (0, 0, h / 2 + 0.1))
        b.cylinder(0.9 * r, 2 * r, body, (0, 0, h + 0.1), rot=(0, 90, 0))
        b.box((0.1, 0.1, 0.2), trim, (r * 0.8, r * 0.7, 0.1), mirror="xy")
        front = -0.9 * r
    b.box((r * 1.1, 0.14, 0.12), trim, (0, front, h * 0.82))
    b.box((r * 0.8, 0.12, r * 0.7), trim if b.chance(0.4) else body, (0, front, h * 0.5))


def traffic_cone(b: Builder) -> None:
    body = b.slot("cone", ("plastic", "plastic", "rubber"), colour=b.pick("orange", "orange", "any"), main=True)
    bands = b.slot(
        "bands",
        ("plastic", "painted metal", "glowing"),
        word=b.pick("bands", "stripes"),
        colour=b.pick("white", "white", "any"),
    )
    base = b.slot("base", ("plastic", "rubber"), like="cone" if b.chance(0.6) else "")
    r, h = b.uniform(0.3, 0.42), b.uniform(0.9, 1.3)
    tip = r * 0.18
    if b.chance(0.7):
        b.box((r * 2.7, r * 2.7, 0.1), base, (0, 0, 0.05), round=0.04)
    else:
        b.polygon(8, r * 1.45, 0.1, base, (0, 0, 0.05))
    b.cone(r, tip, h, body, (0, 0, 0.08 + h / 2))
    n = b.count(1, 3)
    b.say(f"with {('one stripe', 'two stripes', 'three stripes')[n - 1]}")
    for i in range(n):
        low = 0.25 + 0.55 * (i + 0.3) / n
        high = low + 0.3 / n
        b.cone(
            r + (tip - r) * low + 0.015,
            r + (tip - r) * high + 0.015,
            h * (high - low),
            bands,
            (0, 0, 0.08 + h * (low + high) / 2),
        )


def signpost(b: Builder) -> None:
    boards = b.slot("boards", (*WOODS, "plank", "painted wood"), word=b.pick("boards", "signs", "arrows"), main=True)
    post = b.slot("post", (*WOODS, "bark", "iron"))
    h, n, first = b.uniform(1.4, 1.8), b.count(1, 3), b.pick(1, -1)
    pillar(b, b.uniform(0.07, 0.1), h, post, (0, 0, h / 2))
    b.say(f"with {('one arrow', 'two arrows', 'three arrows')[n - 1]}")
    for i in range(n):
        side = first if i % 2 == 0 else -first
        long, tall, z = b.uniform(0.65, 0.85), b.uniform(0.22, 0.3), h - 0.2 - 0.36 * i
        b.group(Frame((0, -0.1, z), (0, b.uniform(-6, 6), 0 if side > 0 else 180)))
        y = 0.0 if side > 0 else -0.2
        b.box((long, 0.09, tall), boards, (long * 0.22, y, 0))
        b.prism((tall, 0.09, tall * 0.7), boards, (long * 0.72, y, 0), rot=(0, 90, 0))
    b.group()
    ending = b.pick("ball", "point", "mound")
    if ending == "ball":
        b.sphere(0.12, post, (0, 0, h + 0.05))
    elif ending == "point":
        b.cone(0.1, 0.01, 0.16, post, (0, 0, h + 0.07))
    else:
        ground = b.slot("ground", ("stone", "foliage", "snow"), word=b.pick("base", "ground"))
        b.say("on a mound")
        b.ellipsoid((0.42, 0.42, 0.2), ground, clip=("z", 0, 1))


STREET: dict[str, Kind] = {
    "street lamp": Kind(street_lamp,
        ("lamp post", "lamppost", "streetlight", "street light", "lantern post", "light pole", "park lamp",
         "streetlamp", "city lamp", "street lantern", "road lamp", "pole light", "lantern pole",
         "gas street lamp", "road light", "park light"),
        ("gas lamp", "lamp standard"), True),
    "fire hydrant": Kind(hydrant,
        ("hydrant", "water hydrant", "fireplug", "red hydrant", "street hydrant", "city hydrant",
         "emergency hydrant", "street water hydrant", "firefighter hydrant", "urban hydrant",
         "firefighting hydrant", "fire water outlet", "dog's favourite hydrant"),
        ("fire plug",)),
    "mailbox": Kind(mailbox,
        ("letterbox", "post box", "letter box", "postbox", "mail box", "pillar box", "postal box",
         "mail drop box", "american mailbox", "country mailbox", "post mailbox", "rural mailbox",
         "house mailbox", "mail drop", "mail post", "us mailbox"),
        ("letter drop",)),
    "traffic cone": Kind(traffic_cone,
        ("road cone", "safety cone", "construction cone", "orange cone", "parking cone", "pylon cone",
         "street cone", "caution cone", "road works cone", "safety marker", "hazard cone", "plastic cone",
         "construction site cone", "roadworks cone", "cone marker", "warning cone"),
        ("witch's hat cone", "highway cone")),
    "signpost": Kind(signpost,
        ("direction sign", "wooden sign", "arrow sign", "fingerpost", "wooden signpost", "crossroads sign",
         "guidepost", "sign post", "direction post", "directional sign", "crossroad sign", "guide post",
         "direction signpost", "trail sign", "hiking sign", "pointing sign"),
        ("waymarker", "way sign"), True),
}  # fmt: skip
