"""Kitchen and cleaning things: plates, pans, kettles, brooms, combs, umbrellas."""

from __future__ import annotations

from ..paints import METALS, SOFT, WOODS
from ..programs import Builder, Frame
from .joinery import UPRIGHT, knob, stout
from .kind import Kind


def plate(b: Builder) -> None:
    body = b.slot("body", ("ceramic", "ceramic", "metal", "silver", "wooden", "plastic", "gold"), main=True)
    r, h = b.uniform(0.6, 0.7), b.uniform(0.14, 0.2)
    if b.chance(0.5):
        b.group(Frame((0, 0, 0), (55, 0, 0)))
        b.call("leaning")
    b.cone(r * 0.62, r, h, body, (0, 0, h / 2), round=0.02)
    b.cone(r * 0.55, r * 0.98, h, body, (0, 0, h / 2 + 0.07), op=2)
    b.cylinder(r * 0.5, 0.06, body, (0, 0, 0.01), round=0.015)
    if b.chance(0.7):
        rim = b.slot("rim", ("gold", "ceramic", "silver"), word="rim")
        b.say("with a trimmed rim")
        b.torus(r - 0.03, 0.045, rim, (0, 0, h))
    if b.chance(0.4):
        ring = b.slot("ring", ("ceramic", "gold"), word="inner ring")
        b.torus(r * 0.52, 0.035, ring, (0, 0, 0.075))


def frying_pan(b: Builder) -> None:
    body = b.slot("body", ("iron", "iron", "steel", "copper", "painted metal", "metal"), main=True)
    handle = b.slot("handle", ("wooden", "plastic", "iron", "steel", "dark wood"))
    r, h, t = b.uniform(0.46, 0.54), b.uniform(0.14, 0.2), 0.055 * stout(b)
    upright = b.chance(0.5)
    b.group(Frame((0, 0, 0), (90, b.uniform(-120, -60), 0) if upright else (0, 0, b.uniform(-60, -20))))
    if upright:
        b.call("hanging")
    b.cone(r * 0.85, r, h, body, (0, 0, h / 2), round=0.02)
    b.cone(r * 0.78, r - 0.05, h, body, (0, 0, h / 2 + 0.06), op=2)
    b.torus(r - 0.02, 0.03, body, (0, 0, h))
    b.rod((r - 0.02, 0, h * 0.75), (r + 0.25, 0, h + 0.05), t * 0.75, body)
    b.rod((r + 0.22, 0, h + 0.04), (r + 0.68, 0, h + 0.12), t, handle)
    if not upright and b.chance(0.6):
        white = b.slot("egg white", ("food",), colour="white", word="egg white")
        yolk = b.slot("yolk", ("food",), colour=b.pick("yellow", "orange"), word="yolk")
        b.say("with a fried egg in it")
        b.cylinder(r * 0.45, 0.07, white, (-0.05, 0, 0.09), round=0.03)
        b.cylinder(r * 0.3, 0.07, white, (0.14, 0.12, 0.09), round=0.03, op=1, blend=0.1)
        b.sphere(0.11, yolk, (-0.03, 0, 0.12))


def kettle(b: Builder) -> None:
    body = b.slot("body", ("steel", "copper", "painted metal", "painted metal", "iron", "ceramic"), main=True)
    handle = b.slot("handle", ("wooden", "plastic", "iron", "brass", "rubber"))
    r, h = b.uniform(0.44, 0.54), b.uniform(0.5, 0.65)
    b.cone(r, r * 0.62, h, body, (0, 0, h / 2), round=0.12)
    b.ellipsoid((r * 0.6, r * 0.6, 0.13), body, (0, 0, h - 0.02))
    b.rod((r * 0.6, 0, h * 0.42), (r + 0.26, 0, h * 0.95), 0.12, body, end_radius=0.065)
    lid = b.slot(
        "lid", ("plastic", "wooden", "brass", "steel"), like="handle" if b.chance(0.6) else "", word="lid knob"
    )
    knob(b, 0.08, lid, (0, 0, h + 0.14))
    t = 0.055 * stout(b)
    if b.style in ("futuristic", "low-poly"):
        b.beam((r * 0.62, 0, h * 0.85), (r * 0.55, 0, h + 0.42), t * 2, t * 1.8, handle, mirror="x")
        b.box((r * 1.3, t * 2, t * 2), handle, (0, 0, h + 0.42))
    else:
        b.arc(r * 0.72, t, 92, handle, (0, 0, h * 0.82), rot=UPRIGHT)
    if b.chance(0.4):
        band = b.slot("band", METALS, word="band")
        b.say("with a band at the bottom")
        b.cylinder(r + 0.015, 0.1, band, (0, 0, 0.06), round=0.03)


def broom(b: Builder) -> None:
    stick = b.slot("stick", (*WOODS, "metal", "plastic"), main=True, word=b.pick("stick", "handle"))
    brush = b.slot("bristles", ("straw", "straw", "fabric", "plastic"), word="bristles")
    tie = b.slot("binding", ("leather", "fabric", "metal", "gold"), word="binding")
    t, h = 0.05 * stout(b), b.uniform(1.2, 1.5)
    b.cylinder(t, h, stick, (0, 0, 0.5 + h / 2), round=0.03)
    if b.chance(0.55):
        b.call("round")
        b.cone(b.uniform(0.26, 0.34), 0.1, 0.55, brush, (0, 0, 0.28), round=0.03)
        b.cone(0.14, 0.09, 0.15, brush, (0, 0, 0.58))
        b.torus(0.13, 0.05, tie, (0, 0, 0.52))
    else:
        b.call("flat")
        b.box((0.62, 0.2, 0.3), brush, (0, 0, 0.17), round=0.03)
        b.prism((0.62, 0.2, 0.4), brush, (0, 0, 0.3))
        b.box((0.56, 0.23, 0.07), tie, (0, 0, 0.3), round=0.02)
        b.cylinder(0.1, 0.14, tie, (0, 0, 0.58))


def comb(b: Builder) -> None:
    body = b.slot("body", ("plastic", "plastic", "wooden", "gold", "silver", "ceramic"), main=True)
    w, n, t = b.uniform(1.2, 1.5), b.count(9, 14), 0.11 * stout(b)
    step = (w - 0.16) / n
    b.group(Frame((0, 0, 0.62), (b.uniform(-15, 0), 0, 0)))
    b.box((w, t, 0.24), body, (0, 0, 0), round=0.05)
    b.box((step * 0.55, t * 0.85, 0.46), body, (0, 0, -0.3), repeat=(n, 1, 1), spacing=(step, 0, 0), round=0.015)
    b.box((0.1, t, 0.52), body, (w / 2 - 0.05, 0, -0.27), mirror="x", round=0.03)
    if b.style == "ornate" or b.chance(0.4):
        sign = b.slot("ornament", ("gold", "crystal", "silver"), word="ornament")
        b.say("with an ornament")
        b.ellipsoid((w * 0.32, 0.5, 0.22), body, (0, 0, 0.1), clip=("y", -t / 2, t / 2))
        b.sphere(0.1, sign, (0, -t * 0.3, 0.14))
        b.sphere(0.065, sign, (w * 0.18, -t * 0.3, 0.09), mirror="x")


def umbrella(b: Builder) -> None:
    cloth = b.slot("canopy", ("fabric", "fabric", "plastic", "paper"), main=True, word="canopy")
    pole = b.slot("handle", (*WOODS, "metal", "plastic", "gold"), word="handle")
    r, t, h = b.uniform(0.68, 0.82), 0.042 * stout(b), b.uniform(1.2, 1.4)
    dome = b.uniform(0.38, 0.55)
    n = b.pick(6, 8)
    b.ellipsoid((r, r, dome), cloth, (0, 0, h), clip=("z", 0.0, 2.0))
    b.ellipsoid((r - 0.05, r - 0.05, dome - 0.06), cloth, (0, 0, h - 0.01), op=2)
    b.sphere(r * 0.43, cloth, (r * 0.98, 0, h - r * 0.33), polar=n, op=2)
    b.group()
    b.cylinder(t, h + dome - 0.15, pole, (0, 0, (h + dome) / 2 + 0.1))
    b.cone(t * 1.3, t * 0.5, 0.15, pole, (0, 0, h + dome + 0.06))
    b.arc(0.13, t * 1.2, 90, pole, (0.13, 0, 0.19), rot=(90, 90, 0))


def pillow(b: Builder) -> None:
    body = b.slot("body", ("fabric", "fabric", "fabric", "leather", "fur"), main=True)
    w, d, h = b.uniform(0.95, 1.2), b.uniform(0.75, 0.95), b.uniform(0.3, 0.42)
    b.group(Frame((0, 0, 0), (b.pick(0.0, 20.0, 60.0), 0, 0)))
    b.box((w, d, h * 0.5), body, round=h * 0.24)
    b.ellipsoid((w * 0.5, d * 0.5, h * 0.55), body, op=1, blend=0.15)
    decoration = b.pick("tassels", "piping", "button", "plain")
    if decoration == "tassels":
        trim = b.slot("tassels", ("gold", "fabric", "silver"), word="tassels")
        b.say("with tassels")
        b.rod((w * 0.47, d * 0.47, 0), (w * 0.58, d * 0.58, 0), 0.045, trim, end_radius=0.075, mirror="xy")
    elif decoration == "piping":
        trim = b.slot("piping", (*SOFT, "gold"), word="piping")
        b.say("with piping")
        b.box((w + 0.06, d + 0.06, 0.07), trim, round=0.034)
    elif decoration == "button":
        trim = b.slot("button", ("gold", "plastic", "wooden"), word="button")
        b.say("with a button")
        b.cylinder(0.085, 0.08, trim, (0, 0, h * 0.56), mirror="z", round=0.03)


KITCHEN: dict[str, Kind] = {
    "plate": Kind(plate,
        ("dish", "dinner plate", "saucer", "porcelain plate", "serving plate", "dinner dish", "dessert plate",
         "breakfast plate", "salad plate", "soup plate", "serving dish", "serving platter", "tea plate",
         "empty plate", "crockery plate"),
        ("platter",), True),
    "frying pan": Kind(frying_pan,
        ("pan", "skillet", "frypan", "cast iron pan", "cooking pan", "egg pan", "fry pan", "saute pan",
         "omelette pan", "pancake pan", "crepe pan", "kitchen pan", "non stick pan", "wok pan", "wok", "griddle"),
        ("griddle pan",), True),
    "kettle": Kind(kettle,
        ("tea kettle", "water kettle", "stove kettle", "whistling kettle", "copper kettle", "teakettle",
         "camp kettle", "boiling kettle", "stovetop kettle", "water boiler", "campfire kettle", "boiler kettle"),
        ("hot water kettle",)),
    "broom": Kind(broom,
        ("witch's broom", "broomstick", "sweeping broom", "besom", "straw broom", "flying broom", "house broom",
         "janitor's broom", "quidditch broom", "magic broom", "bristle broom", "twig broom", "corn broom",
         "push broom", "flying broomstick", "besom broom"),
        ("sweeper",), True),
    "comb": Kind(comb,
        ("hair comb", "pocket comb", "hairdresser's comb", "ornate comb", "toothed comb", "barber's comb",
         "styling comb", "fine toothed comb", "beard comb", "hairdressing comb", "fine tooth comb", "hair pick",
         "hairbrush comb"),
        ("teasing comb",), True),
    "umbrella": Kind(umbrella,
        ("parasol", "brolly", "rain umbrella", "open umbrella", "sunshade", "sun umbrella", "umbrella open",
         "sun parasol", "bumbershoot", "golf umbrella", "patio umbrella", "garden parasol", "lace parasol",
         "garden umbrella"),
        ("gamp",), True),
    "pillow": Kind(pillow,
        ("cushion", "throw pillow", "sofa cushion", "bed pillow", "seat cushion", "couch pillow",
         "feather pillow", "couch cushion", "scatter cushion", "chair cushion", "soft pillow",
         "tasselled cushion", "floor cushion", "bolster pillow"),
        ("bolster",)),
}  # fmt: skip
