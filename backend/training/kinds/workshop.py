"""What stands in workshops, yards and sheds: anvils, gears, toolboxes, wheelbarrows, rods."""

from __future__ import annotations

from ..paints import METALS, WOODS
from ..programs import Builder, Frame
from .kind import Kind

RAW = ("iron", "iron", "steel", "metal", "rusty")


def anvil(b: Builder) -> None:
    body = b.slot("body", (*RAW, "gold", "painted metal"), word=b.pick("body", "metal"), main=True)
    w, d, h = b.uniform(0.9, 1.1), b.uniform(0.32, 0.42), b.uniform(0.2, 0.27)
    stump = b.chance(0.35)
    base = 0.0
    if stump:
        wood = b.slot("stump", ("bark", "wooden", "dark wood"), word=b.pick("stump", "block"))
        b.say("on a stump")
        base = b.uniform(0.4, 0.55)
        b.cone(0.46, 0.42, base, wood, (0, 0, base / 2))
    waist = b.uniform(0.26, 0.36)
    b.box((w * 0.72, d * 1.35, 0.16), body, (0, 0, base + 0.08), round=0.03)
    b.box((w * 0.36, d * 0.85, waist + 0.1), body, (0, 0, base + 0.14 + waist / 2), round=0.02)
    z = base + 0.14 + waist + h / 2
    b.box((w * 0.72, d, h), body, (w * 0.1, 0, z), round=0.02)
    b.cone(h * 0.5, 0.02, w * 0.5, body, (-w * 0.5, 0, z + h * 0.02), rot=(0, -90, 0))
    b.box((w * 0.5, d * 0.9, h * 0.5), body, (0, 0, z - h * 0.6), round=0.04)


def toolbox(b: Builder) -> None:
    body = b.slot(
        "body",
        ("painted metal", "painted metal", "metal", "plastic", "plastic", "rusty"),
        word=b.pick("body", "box"),
        main=True,
    )
    grip = b.slot("handle", ("plastic", "rubber", "metal", "wooden"))
    w, d, h = b.uniform(1.1, 1.4), b.uniform(0.5, 0.65), b.uniform(0.4, 0.55)
    b.box((w, d, h), body, (0, 0, h / 2), round=0.03)
    form = b.pick("flat", "sloped", "open")
    top = h
    if form == "flat":
        b.box((w + 0.04, d + 0.04, 0.18), body, (0, 0, h + 0.07), round=0.04)
        top = h + 0.16
    elif form == "sloped":
        b.group(Frame((0, 0, 0), (0, 0, 90)))
        b.prism((d + 0.04, w + 0.04, 0.28), body, (0, 0, h))
        b.group()
        top = h + 0.22
    else:
        b.call("open")
        b.box((w - 0.14, d - 0.14, h), body, (0, 0, h / 2 + 0.12), op=2)
        b.group()
        b.box((0.08, 0.16, h * 0.9), body, (w / 2 - 0.04, 0, h * 1.1), mirror="x")
        b.cylinder(0.05, w, grip, (0, 0, h * 1.45), rot=(0, 90, 0))
        hammer = b.slot("tools", ("steel", "iron", "painted metal"))
        b.say("with tools")
        b.rod((w * 0.25, 0.06, 0.1), (w * 0.3, 0.1, h * 1.3), 0.045, hammer)
        b.rod((-w * 0.28, -0.05, 0.1), (-w * 0.32, -0.1, h * 1.25), 0.06, hammer)
        return
    latch = b.slot("latches", METALS, word=b.pick("latches", "clasps"))
    b.box((w * 0.42, 0.09, 0.08), grip, (0, 0, top + 0.16), round=0.03)
    b.box((0.07, 0.08, 0.2), grip, (w * 0.19, 0, top + 0.07), mirror="x")
    b.box((0.13, 0.08, 0.2), latch, (w * 0.3, -d / 2 - 0.02, h * 0.95), mirror="x")


def gear(b: Builder) -> None:
    body = b.slot("body", METALS + ("wooden", "plastic"), word=b.pick("teeth", "body", "ring"), main=True)
    hub = b.slot("hub", METALS, like="body" if b.chance(0.5) else "")
    n, r, t = b.count(8, 14), 0.75, b.uniform(0.2, 0.32)
    upright = Frame((0, 0, 0.98), (90, 0, 0))
    b.group(upright)
    b.cylinder(r, t, body)
    tooth = b.uniform(0.45, 0.6) * 6.283 * r / n
    b.box((0.3, tooth, t), body, (r + 0.08, 0, 0), polar=n, round=0.03 if b.style != "cartoon" else 0.09)
    form = b.pick("spokes", "holes", "solid")
    if form == "spokes":
        b.cylinder(r * 0.74, 2, body, op=2)
        b.group(upright)
        b.box((r * 0.8, 0.13, t * 0.7), body, (r * 0.4, 0, 0), polar=b.count(3, 6))
    elif form == "holes":
        b.cylinder(r * 0.17, 2, body, (r * 0.55, 0, 0), polar=b.count(4, 6), op=2)
    else:
        b.torus(r * 0.6, 0.06, body, (0, 0, t / 2))
        b.cylinder(r * 0.16, 2, body, op=2)
    b.group(upright)
    b.cylinder(r * 0.3, t * 1.35, hub)
    b.cylinder(r * 0.15, 2, hub, op=2)


def bolt(b: Builder) -> None:
    body = b.slot(
        "body",
        ("steel", "iron", "metal", "brass", "rusty", "gold", "copper"),
        word=b.pick("shaft", "thread"),
        main=True,
    )
    head = b.slot("head", ("steel", "iron", "metal", "brass", "painted metal"), like="body" if b.chance(0.6) else "")
    r, length, tall = b.uniform(0.18, 0.25), b.uniform(0.8, 1.2), b.uniform(0.2, 0.3)
    n = b.count(6, 9)
    b.cylinder(r * 0.88, length, body, (0, 0, length / 2))
    b.torus(r * 0.92, 0.06, body, (0, 0, length * 0.36), repeat=(1, 1, n), spacing=(0, 0, length * 0.68 / n))
    if b.chance(0.75):
        b.call("hexagonal")
        b.polygon(6, r * 2.0, tall, head, (0, 0, length + tall / 2), round=0.03, rot=(0, 0, 30))
    else:
        b.call("round-headed")
        b.ellipsoid((r * 2, r * 2, tall * 1.2), head, (0, 0, length), clip=("z", 0, 1))
        b.box((r * 4, 0.1, 0.1), head, (0, 0, length + tall * 1.2), op=2)
    if b.chance(0.5):
        nut = b.slot("nut", ("steel", "iron", "metal", "brass"))
        b.say("with a nut")
        b.group()
        b.polygon(6, r * 1.9, tall * 0.9, nut, (0, 0, length * 0.32), round=0.02, rot=(0, 0, 30))


def wheelbarrow(b: Builder) -> None:
    tray = b.slot(
        "tray",
        ("painted metal", "painted metal", "metal", "rusty", "plank", "plastic", "wooden"),
        word=b.pick("tray", "tub", "bed"),
        main=True,
    )
    frame = b.slot("handles", (*WOODS, "metal", "painted metal"), word=b.pick("handles", "frame"))
    tyre = b.slot("wheel", ("rubber", "rubber", "wooden", "plastic"))
    hub = b.slot("hub", METALS)
    w, l, h, r = b.uniform(0.6, 0.75), b.uniform(0.85, 1.05), b.uniform(0.3, 0.4), b.uniform(0.24, 0.3)
    z = 0.42
    b.group(Frame((0, 0.05, z)))
    b.box((w, l, h), tray, (0, 0, h / 2), round=0.05)
    b.box((w * 2, l, h * 2), tray, (0, -l * 0.86, h * 0.3), rot=(-28, 0, 0), op=2)
    b.box((w - 0.14, l - 0.14, h), tray, (0, 0, h / 2 + 0.09), op=2, round=0.05)
    b.group()
    b.rod((0.06, -l * 0.72, r), (w * 0.36, 0, z), 0.045, frame, mirror="x")
    b.rod((w * 0.36, 0, z), (w * 0.5, l * 1.0, z + 0.14), 0.045, frame, mirror="x")
    b.rod((w * 0.4, l * 0.42, z), (w * 0.4, l * 0.48, 0.04), 0.045, frame, mirror="x")
    b.cylinder(0.04, w * 0.8, frame, (0, l * 0.45, 0.22), rot=(0, 90, 0))
    b.cylinder(r, 0.15, tyre, (0, -l * 0.72, r), rot=(0, 90, 0), round=0.05)
    b.cylinder(r * 0.5, 0.2, hub, (0, -l * 0.72, r), rot=(0, 90, 0))
    if b.chance(0.45):
        load = b.slot("load", ("chocolate", "straw", "stone", "foliage", "snow"))
        b.say("with a load")
        b.ellipsoid((w * 0.42, l * 0.4, h * 0.65), load, (0, 0.12, z + h * 0.75))


def plunger(b: Builder) -> None:
    cup = b.slot("cup", ("rubber", "rubber", "plastic"), word=b.pick("cup", "suction cup"), main=True)
    stick = b.slot("handle", (*WOODS, "plastic"), word=b.pick("handle", "stick"))
    r, h, length = b.uniform(0.3, 0.38), b.uniform(0.28, 0.36), b.uniform(0.9, 1.2)
    b.group()
    b.ellipsoid((r, r, h), cup, (0, 0, 0.08), clip=("z", -0.08, 1))
    b.cylinder(r * 0.75, 0.2, cup, (0, 0, 0), op=2)
    b.group()
    b.torus(r * 0.97, 0.05, cup, (0, 0, 0.05))
    b.cone(0.13, 0.08, 0.2, cup, (0, 0, h + 0.1))
    b.cylinder(b.uniform(0.05, 0.065), length, stick, (0, 0, h + length / 2))
    b.sphere(0.075, stick, (0, 0, h + length))


def fishing_rod(b: Builder) -> None:
    rod = b.slot("rod", (*WOODS, "plastic", "metal"), word=b.pick("rod", "pole"), main=True)
    grip = b.slot("grip", ("wooden", "rubber", "leather", "fabric"), word=b.pick("grip", "handle"))
    reel = b.slot("reel", METALS)
    line = b.slot("line", ("fabric", "plastic"), colour="white")
    lure = b.slot("float", ("plastic", "painted wood"), word=b.pick("float", "bobber"))
    lean, length = b.uniform(0.35, 0.6), b.uniform(1.5, 1.75)
    b.rod((0, 0, 0.07), (lean * 0.25, 0, 0.5), 0.068, grip)
    b.rod((lean * 0.22, 0, 0.45), (lean * 0.6, 0, length * 0.75), 0.048, rod, end_radius=0.042)
    tip = (lean * 1.15, 0.0, length)
    b.rod((lean * 0.6, 0, length * 0.75), tip, 0.042, rod, end_radius=0.034)
    b.cylinder(0.13, 0.12, reel, (lean * 0.3 + 0.1, -0.03, 0.52), rot=(90, 0, 0))
    b.rod((lean * 0.3 + 0.1, -0.1, 0.52), (lean * 0.3 + 0.24, -0.1, 0.52), 0.034, reel)
    drop = length * b.uniform(0.25, 0.5)
    b.rod(tip, (tip[0] + 0.02, 0, drop), 0.027, line)
    b.ellipsoid((0.1, 0.1, 0.13), lure, (tip[0] + 0.02, 0, drop))
    if b.chance(0.5):
        hook = b.slot("hook", ("steel", "iron", "gold"))
        b.say("with a hook")
        b.rod((tip[0] + 0.02, 0, drop), (tip[0] + 0.02, 0, drop - 0.22), 0.027, hook)
        b.arc(0.075, 0.027, 90, hook, (tip[0] - 0.055, 0, drop - 0.22), rot=(90, 90, 0))


WORKSHOP: dict[str, Kind] = {
    "anvil": Kind(anvil,
        ("blacksmith anvil", "blacksmith's anvil", "iron anvil", "forge anvil", "smith's anvil",
         "smithing anvil", "metalworking anvil", "farrier's anvil", "forging anvil", "crafting anvil",
         "armorer's anvil", "heavy anvil", "minecraft anvil"),
        ("smithy anvil",)),
    "toolbox": Kind(toolbox,
        ("tool box", "tool chest", "tool case", "mechanic's toolbox", "tool kit", "toolkit", "mechanics toolbox",
         "plumber's toolbox", "handyman's toolbox", "tools box", "repair kit", "carpenter's box",
         "portable toolbox", "box of tools", "workshop box", "toolchest"),
        ("workman's box",)),
    "gear": Kind(gear,
        ("cog", "cogwheel", "gear wheel", "cog wheel", "clockwork gear", "sprocket", "machine gear", "cog gear",
         "spur gear", "machine cog", "mechanical gear", "steampunk gear", "clock gear", "industrial gear",
         "toothed gear", "bevel gear"),
        ("toothed wheel", "pinion")),
    "bolt": Kind(bolt,
        ("screw", "hex bolt", "machine screw", "metal bolt", "screw bolt", "nut and bolt", "threaded bolt",
         "carriage bolt", "anchor bolt", "fastener", "machine bolt", "bolt with a nut", "threaded screw"),
        ("cap screw", "hex screw")),
    "wheelbarrow": Kind(wheelbarrow,
        ("garden barrow", "wheel barrow", "garden wheelbarrow", "barrow", "builder's wheelbarrow", "wheelbarow",
         "gardener's barrow", "construction wheelbarrow", "one wheeled cart", "gardening cart", "handbarrow",
         "one wheel cart", "farm wheelbarrow", "yard cart", "wheel barow"),
        ("garden cart barrow",), True),
    "plunger": Kind(plunger,
        ("toilet plunger", "sink plunger", "drain plunger", "plumber's plunger", "rubber plunger",
         "bathroom plunger", "plumbers helper", "plumber's friend", "suction plunger", "drain unblocker",
         "sink unblocker", "lavatory plunger", "rubber suction cup", "plumbing plunger", "pump plunger"),
        ("plumber's helper",), True),
    "fishing rod": Kind(fishing_rod,
        ("fishing pole", "angling rod", "fishing tackle", "rod and reel", "angler's rod", "fishing stick",
         "angling pole", "fisherman's rod", "casting rod", "fly fishing rod", "spinning rod", "fisherman's pole",
         "rod with reel", "fishing gear", "bamboo fishing rod", "fish rod"),
        ("fly rod",), True),
}  # fmt: skip
