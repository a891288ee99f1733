"""More electronics: radios, cameras, speakers and other devices."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .joinery import FACING, UPRIGHT, array, column, knob, soft, stout
from .kind import Kind


def radio(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "plastic", "plastic", "painted metal", "leather"), main=True)
    grille = b.slot("grille", ("fabric", "metal", "wicker", "plastic"), word="speaker grille")
    trim = b.slot("knobs", ("metal", "brass", "gold", "plastic", "silver"), word="knobs")
    w, d, h = b.uniform(1.1, 1.35), b.uniform(0.38, 0.5), b.uniform(0.65, 0.8)
    z = h / 2
    domed = b.style != "low-poly" and b.chance(0.3)
    b.box((w, d, h), body, (0, 0, z), round=max(soft(b, 0.3), 0.02))
    if domed:
        b.call("round-topped")
        b.cylinder(w * 0.36, d, body, (0, 0, h * 0.95), rot=FACING, round=0.03)
    if b.chance(0.5):
        b.cylinder(h * 0.34, 0.08, grille, (-w * 0.26, -d / 2, z), rot=FACING, round=0.02)
        b.torus(h * 0.34, 0.04, trim, (-w * 0.26, -d / 2, z), rot=FACING)
    else:
        array(b, (w * 0.4, 0.08, 0.06), grille, (-w * 0.24, -d / 2, z), b.count(4, 5), "z", 0.11)
    dial = b.slot("dial", ("glowing", "paper", "glass"), word="dial", colour=b.pick("cream", "yellow", "any"))
    b.box((w * 0.36, 0.08, h * 0.28), dial, (w * 0.25, -d / 2, z + h * 0.18), round=0.02)
    b.cylinder(0.085, 0.16, trim, (w * 0.25, -d / 2 - 0.03, z - h * 0.22), rot=FACING, round=0.02)
    b.cylinder(0.06, 0.14, trim, (w * 0.09, -d / 2 - 0.02, z - h * 0.22), rot=FACING, round=0.02)
    b.cylinder(0.06, 0.14, trim, (w * 0.41, -d / 2 - 0.02, z - h * 0.22), rot=FACING, round=0.02)
    if not domed and b.chance(0.6):
        b.say("with a handle")
        b.box((0.07, 0.09, 0.2), trim, (w * 0.36, 0, h + 0.06), mirror="x")
        b.box((w * 0.78, 0.1, 0.075), trim, (0, 0, h + 0.17), round=0.03)
    if b.chance(0.6):
        b.say("with an antenna")
        b.rod((w * 0.42, d * 0.3, h - 0.05), (w * 0.62, d * 0.3, h + 0.62), 0.035, trim)


def camera(b: Builder) -> None:
    body = b.slot("body", ("plastic", "metal", "leather", "painted metal", "plastic"), main=True)
    trim = b.slot("trim", ("metal", "silver", "plastic", "brass"), word="top plate")
    lens = b.slot("lens", ("plastic", "metal", "rubber"), colour=b.pick("black", "grey", "any"), word="lens barrel")
    glass = b.slot("glass", ("glass", "crystal"), word="lens glass")
    w, d, h = b.uniform(1.05, 1.25), b.uniform(0.36, 0.46), b.uniform(0.62, 0.75)
    b.box((w, d, h), body, (0, 0, h / 2), round=max(soft(b, 0.2), 0.03))
    b.box((w + 0.02, d + 0.02, h * 0.24), trim, (0, 0, h * 0.9), round=0.03)
    x, r = b.pick(0.0, 0.0, w * 0.1), h * b.uniform(0.33, 0.4)
    long = b.uniform(0.2, 0.45)
    b.cylinder(r, long, lens, (x, -d / 2 - long / 2 + 0.03, h * 0.45), rot=FACING, round=0.02)
    b.cylinder(r * 1.12, 0.1, lens, (x, -d / 2 - long * 0.8, h * 0.45), rot=FACING, round=0.02)
    b.cylinder(r * 0.82, 0.05, glass, (x, -d / 2 - long * 0.8 - 0.05, h * 0.45), rot=FACING)
    b.box((0.34, d * 0.8, 0.2), trim, (x, 0, h * 1.08), round=0.04)
    b.cylinder(0.09, 0.14, trim, (w * 0.35, 0, h * 1.05), round=0.02)
    button = b.slot("button", ("plastic", "metal"), colour=b.pick("red", "any"), word="shutter button")
    b.cylinder(0.065, 0.16, button, (-w * 0.36, 0, h * 1.05), round=0.02)
    if b.chance(0.5):
        flash = b.slot("flash", ("glowing", "glass"), word="flash")
        b.say("with a flash")
        b.box((0.2, 0.1, 0.13), flash, (w * 0.34, -d / 2, h * 0.88), round=0.02)
    if b.chance(0.35):
        legs = b.slot("tripod", ("metal", "wooden", "plastic"), word="tripod")
        b.say("on a tripod")
        b.rod((0.5, 0, -0.95), (0.04, 0, -0.05), 0.045 * stout(b), legs, polar=3)
        b.cylinder(0.1, 0.16, legs, (0, 0, -0.04))


def speaker(b: Builder) -> None:
    body = b.slot("body", (*WOODS, "plastic", "plastic", "painted metal"), main=True)
    cones = b.slot(
        "cones", ("rubber", "plastic", "metal", "fabric"), colour=b.pick("black", "grey", "any"), word="speaker cones"
    )
    rims = b.slot("rims", ("metal", "silver", "plastic", "gold"), word="rims")
    w, d, h = b.uniform(0.7, 0.85), b.uniform(0.5, 0.65), b.uniform(1.1, 1.35)
    b.box((w, d, h), body, (0, 0, h / 2), round=soft(b, 0.2))
    sizes = b.pick(((0.3, 0.33), (0.78, 0.2)), ((0.26, 0.3), (0.62, 0.2), (0.87, 0.12)))
    b.say(f"with {'two' if len(sizes) == 2 else 'three'} drivers")
    for at, share in sizes:
        r = min(w * share * 1.25, w * 0.42)
        b.group(Frame((0, -d / 2, h * at), (90, 0, 0)))
        b.torus(r, 0.045, rims)
        b.cylinder(r, 0.06, cones, (0, 0, 0), round=0.01)
        b.sphere(r * 0.42, cones if r < 0.15 else rims, (0, 0, -r * 0.08))
    b.group()
    if b.chance(0.5):
        b.cone(0.06, 0.08, 0.12, rims, (w / 2 - 0.1, d / 2 - 0.1, -0.04), mirror="xy")


def microphone(b: Builder) -> None:
    head = b.slot("head", ("metal", "steel", "silver", "gold", "painted metal"), main=True, word="head")
    body = b.slot("handle", ("plastic", "metal", "rubber", "painted metal"), word=b.pick("handle", "body"))
    t = stout(b) ** 0.5
    if b.chance(0.5):
        b.call("hand-held")
        b.group(Frame((0, 0, 0.6), (0, b.uniform(15, 40), 0)))
        b.cone(0.11 * t, 0.17 * t, 0.95, body, (0, 0, -0.2), round=0.03)
        b.sphere(0.28 * t, head, (0, 0, 0.46))
        b.torus(0.27 * t, 0.045, body, (0, 0, 0.44))
        switch = b.slot("switch", ("plastic", "metal"), colour=b.pick("red", "any"), word="switch")
        b.box((0.07, 0.1, 0.18), switch, (0, -0.13 * t, -0.1), round=0.02)
        return
    b.call("standing")
    b.say("on a stand")
    h = b.uniform(0.5, 0.8)
    z = h + 0.42
    b.capsule(0.24 * t, 0.26, head, (0, 0, z))
    b.torus(0.24 * t, 0.04, body, (0, 0, z))
    if b.chance(0.5):
        b.box((0.085, 0.52 * t, 0.5), body, (0, 0, z + 0.02), round=0.03)
    else:
        b.torus(0.24 * t, 0.035, body, (0, 0, z + 0.13))
    b.cylinder(0.12, 0.14, body, (0, 0, z - 0.4), round=0.02)
    b.cylinder(0.05 * t, h, body, (0, 0, h / 2))
    column(b, 0.32, 0.08 * t, body, (0, 0, 0.04), round=0.03)


def battery(b: Builder) -> None:
    body = b.slot("body", ("plastic", "metal", "painted metal"), main=True)
    top = b.slot("top", ("copper", "brass", "gold", "steel", "plastic"), word="top")
    pole = b.slot("terminal", ("steel", "silver", "brass"), word="terminal")
    r, h = b.uniform(0.28, 0.36) * stout(b) ** 0.5, b.uniform(0.95, 1.15)
    share = b.uniform(0.25, 0.36)
    column(b, r, h * (1 - share), body, (0, 0, h * (1 - share) / 2), round=0.02)
    column(b, r, h * share + 0.01, top, (0, 0, h * (1 - share / 2)), round=0.02)
    b.cylinder(r * 0.42, 0.2, pole, (0, 0, h + 0.03), round=0.03)
    b.torus(r - 0.01, 0.035, pole, (0, 0, 0.03))
    sign = b.slot(
        "sign", ("paper", "plastic", "glowing"), colour=b.pick("white", "yellow", "any"), word=b.pick("bolt", "sign")
    )
    z = h * (1 - share) * 0.5
    if b.chance(0.5):
        b.say("with a lightning bolt")
        b.beam((0.1, -r, z + 0.26), (-0.08, -r, z - 0.03), 0.11, 0.1, sign)
        b.beam((0.08, -r, z + 0.03), (-0.1, -r, z - 0.26), 0.11, 0.1, sign)
        b.box((0.24, 0.1, 0.09), sign, (0, -r, z))
    else:
        b.say("with a plus sign")
        b.box((0.32, 0.1, 0.1), sign, (0, -r, z + 0.05))
        b.box((0.1, 0.1, 0.32), sign, (0, -r, z + 0.05))


def fan(b: Builder) -> None:
    cage = b.slot("cage", (*METALS, "plastic", "plastic"), main=True, word="cage")
    blades = b.slot("blades", ("plastic", "metal", "brass", "wooden"), word="blades")
    stand = b.slot("stand", ("plastic", "metal", "painted metal", "iron"), word="stand")
    r, n = b.uniform(0.48, 0.56), b.count(3, 5)
    z = r + b.uniform(0.25, 0.45)
    t = 0.035 * stout(b)
    b.say(f"with {('three', 'four', 'five')[n - 3]} blades")
    b.group(Frame((0, 0, z), (90, 0, 0)))
    b.torus(r, t * 1.3, cage, (0, 0, 0.1))
    b.torus(r, t * 1.3, cage, (0, 0, -0.1))
    b.rod((0.05, 0, 0.2), (r, 0, 0.1), t * 0.7, cage, polar=b.pick(6, 8))
    b.rod((r, 0, 0.1), (r, 0, -0.1), t, cage, polar=8)
    b.cylinder(0.11, 0.07, cage, (0, 0, 0.2), round=0.02)
    b.ellipsoid((r * 0.45, 0.2 if n > 3 else 0.27, 0.04), blades, (r * 0.48, 0, 0.03), rot=(25, 0, 0), polar=n)
    b.cylinder(0.1, 0.26, blades, (0, 0, 0.05))
    b.cylinder(0.17, 0.28, stand, (0, 0, -0.18), round=0.05)
    b.group()
    b.cylinder(0.055 * stout(b), z, stand, (0, 0.22, z / 2))
    column(b, 0.36, 0.1, stand, (0, 0.1, 0.05), round=0.035)
    knob(b, 0.06, blades, (0, -0.16, 0.1))


def headphones(b: Builder) -> None:
    band = b.slot("headband", ("plastic", "metal", "leather", "painted metal"), main=True, word="headband")
    cups = b.slot("ear cups", ("plastic", "metal", "wooden"), like="headband" if b.chance(0.3) else "", word="ear cups")
    pads = b.slot("pads", ("leather", "fabric", "rubber"), colour=b.pick("black", "any"), word="ear pads")
    r, cup = b.uniform(0.5, 0.56), b.uniform(0.27, 0.33)
    b.group(Frame((0, 0, 0.5), (0, 0, b.uniform(15, 40))))
    b.arc(r, 0.055 * stout(b), 92, band, rot=UPRIGHT)
    b.arc(r - 0.03, 0.075 * stout(b), 40, pads, rot=UPRIGHT)
    b.cylinder(cup, 0.17, cups, (r + 0.03, 0, -0.1), rot=(0, 90, 0), mirror="x", round=0.06)
    b.cylinder(cup * 0.92, 0.16, pads, (r - 0.12, 0, -0.1), rot=(0, 90, 0), mirror="x", round=0.06)
    if b.chance(0.5):
        light = b.slot("lights", ("glowing", "metal", "gold"), word="rings")
        b.say("with rings on the ear cups")
        b.torus(cup * 0.6, 0.035, light, (r + 0.11, 0, -0.1), rot=(0, 90, 0), mirror="x")
    if b.chance(0.35):
        b.say("with a microphone")
        b.rod((r, -cup * 0.6, -0.25), (r * 0.55, -0.45, -0.38), 0.04, cups)
        b.sphere(0.075, pads, (r * 0.53, -0.46, -0.39))


DEVICES: dict[str, Kind] = {
    "radio": Kind(radio,
        ("old radio", "vintage radio", "transistor radio", "retro radio", "portable radio", "fm radio",
         "tabletop radio", "am radio", "car radio", "radio receiver", "kitchen radio", "wireless receiver",
         "boombox", "ghetto blaster", "radio set", "portable stereo"),
        ("wireless set",)),
    "camera": Kind(camera,
        ("photo camera", "vintage camera", "film camera", "digital camera", "old camera", "photographic camera",
         "analog camera", "polaroid camera", "instant camera", "reflex camera", "slr camera", "dslr",
         "snapshot camera", "35mm camera", "point and shoot", "compact camera"),
        ("rangefinder", "slr")),
    "speaker": Kind(speaker,
        ("loudspeaker", "stereo speaker", "speaker box", "hifi speaker", "music speaker", "hi-fi speaker",
         "stereo loudspeaker", "bass speaker", "sound box", "bluetooth speaker", "guitar amp", "amplifier",
         "sound speaker", "audio speaker", "amp", "pa speaker"),
        ("subwoofer",)),
    "microphone": Kind(microphone,
        ("mic", "vintage microphone", "stage microphone", "studio microphone", "singer's microphone",
         "stand microphone", "radio microphone", "singing microphone", "karaoke microphone",
         "wireless microphone", "recording microphone", "podcast microphone", "condenser microphone"),
        ("mike",), True),
    "battery": Kind(battery,
        ("aa battery", "power cell", "energy cell", "dry battery", "electric battery", "alkaline battery",
         "aaa battery", "rechargeable battery", "battery cell", "energy battery", "flashlight battery",
         "electrical cell", "lithium battery", "voltaic cell", "power battery"),
        ("alkaline cell",)),
    "fan": Kind(fan,
        ("desk fan", "electric fan", "table fan", "cooling fan", "room fan", "oscillating fan", "tabletop fan",
         "electric ventilator", "air fan", "floor fan", "vintage fan", "blower", "box fan"),
        ("ventilator",), True),
    "headphones": Kind(headphones,
        ("headset", "earphones", "gaming headset", "over-ear headphones", "ear phones", "headphone", "ear muffs",
         "music headphones", "dj headphones", "stereo headphones", "wireless headphones", "cans headphones",
         "studio headphones", "noise cancelling headphones", "earmuffs"),
        ("cans",), True),
}  # fmt: skip
