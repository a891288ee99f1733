"""Hand tools, standing upright on their handles with their working side to +x or the front."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder
from .kind import Kind

HEADS = ("steel", "iron", "metal", "rusty", "painted metal", "copper", "brass")
HANDLES = (*WOODS, "plastic", "rubber", "painted wood")


def handle(b: Builder, slot: str, length: float, radius: float) -> None:
    """A tool handle from the ground to `length`, thicker below; with a grip in some."""
    b.rod((0, 0, radius), (0, 0, length), radius, slot, end_radius=radius * 0.85)
    if b.chance(0.4):
        grip = b.slot("grip", ("leather", "rubber", "fabric", "plastic"))
        b.say("with a grip")
        b.cylinder(radius * 1.25, length * 0.3, grip, (0, 0, length * 0.2), round=radius * 0.3)


def hammer(b: Builder) -> None:
    head = b.slot("head", HEADS, main=True)
    shaft = b.slot("handle", HANDLES)
    fat = 1.45 if b.style == "cartoon" else b.uniform(0.9, 1.2)
    length, width, tall = b.uniform(1.0, 1.4), b.uniform(0.55, 0.75) * fat, b.uniform(0.2, 0.28) * fat
    handle(b, shaft, length, 0.065 * fat)
    z = length - tall * 0.1
    form = b.pick("claw", "mallet", "square")
    if form == "claw":
        b.call("claw")
        b.cylinder(tall * 0.4, width * 0.5, head, (width * 0.18, 0, z), rot=(0, 90, 0))
        b.cylinder(tall * 0.6, width * 0.2, head, (width * 0.48, 0, z), rot=(0, 90, 0), round=0.02)
        b.box((tall * 0.8, tall, tall * 1.2), head, (0, 0, z), round=0.02)
        for end in (0.5,):
            b.beam(
                (-0.03, tall * 0.25, z + 0.02),
                (-width * end, tall * 0.42, z - tall * 0.55),
                tall * 0.45,
                tall * 0.4,
                head,
                mirror="y",
            )
    elif form == "mallet":
        b.cylinder(tall * 0.8, width, head, (0, 0, z), rot=(0, 90, 0), round=0.03)
        b.cylinder(tall * 0.88, width * 0.16, head, (width * 0.42, 0, z), rot=(0, 90, 0), mirror="x")
    else:
        b.box((width, tall * 1.2, tall * 1.2), head, (0, 0, z), round=0.03)
        b.box((width * 0.18, tall * 1.4, tall * 1.4), head, (width * 0.45, 0, z), round=0.03, mirror="x")


def pickaxe(b: Builder) -> None:
    head = b.slot("head", (*HEADS, "gold", "crystal", "stone"), main=True)
    shaft = b.slot("handle", HANDLES)
    fat = 1.4 if b.style == "cartoon" else b.uniform(0.9, 1.15)
    length, reach = b.uniform(1.3, 1.6), b.uniform(0.55, 0.75)
    handle(b, shaft, length, 0.06 * fat)
    z, drop, thick = length - 0.06, b.uniform(0.16, 0.3), 0.075 * fat
    b.box((0.2 * fat, 0.2 * fat, 0.22 * fat), head, (0, 0, z), round=0.02)
    b.rod((0.05, 0, z), (reach * 0.55, 0, z - drop * 0.3), thick, head, end_radius=thick * 0.85, mirror="x")
    b.rod((reach * 0.55, 0, z - drop * 0.3), (reach, 0, z - drop), thick * 0.85, head, end_radius=0.03, mirror="x")


def shovel(b: Builder) -> None:
    head = b.slot("blade", HEADS, word=b.pick("blade", "head", "scoop"), main=True)
    shaft = b.slot("handle", HANDLES)
    fat = 1.35 if b.style == "cartoon" else b.uniform(0.95, 1.15)
    length, w, tall = b.uniform(0.9, 1.2), b.uniform(0.36, 0.5) * fat, b.uniform(0.45, 0.6)
    z = tall * 0.95
    b.group()
    if b.chance(0.5):
        b.call("pointed")
        b.ellipsoid((w * 0.5, 0.09, tall * 0.62), head, (0, 0.03, tall * 0.6))
        b.box((2, 1, 2), head, (0, 0, tall * 0.95 + 1), op=2)
    else:
        b.call("square")
        b.box((w, 0.1, tall), head, (0, 0, tall / 2), round=0.03)
    b.box((w * 0.72, 0.3, tall * 0.62), head, (0, -0.2, tall * 0.5), op=2, round=0.1)
    b.group()
    b.cone(0.085 * fat, 0.06 * fat, 0.28, head, (0, 0, z + 0.06))
    b.cylinder(0.05 * fat, length, shaft, (0, 0, z + length / 2))
    top = z + length
    if b.chance(0.7):
        b.say("with a D-shaped grip")
        b.rod((0, 0, top - 0.03), (0.14 * fat, 0, top + 0.12), 0.042 * fat, shaft, mirror="x")
        b.cylinder(0.05 * fat, 0.34 * fat, shaft, (0, 0, top + 0.13), rot=(0, 90, 0))
    else:
        b.cylinder(0.055 * fat, 0.34, shaft, (0, 0, top), rot=(0, 90, 0))


def fork_handle(b: Builder, shaft: str, fat: float) -> float:
    """The long handle of a rake or fork from 0.35 upwards; returns its upper end."""
    top = b.uniform(1.5, 1.8)
    b.rod((0, 0, 0.35), (0, 0, top), 0.055 * fat, shaft)
    return top


def rake(b: Builder) -> None:
    head = b.slot("head", (*HEADS, "wooden", "plastic"), word=b.pick("head", "teeth"), main=True)
    shaft = b.slot("handle", HANDLES)
    fat = 1.3 if b.style == "cartoon" else 1.0
    n, gap = b.count(5, 8), b.uniform(0.11, 0.14)
    fork_handle(b, shaft, fat)
    if b.chance(0.4):
        b.call("leaf")
        spread = b.uniform(50, 66)
        for i in range(3):
            a = spread * (i + 0.5) / 3 / 57.3
            b.rod((0.0, 0, 0.52), (0.62 * a, 0, 0.08), 0.034, head, mirror="x")
        b.box((0.46, 0.07, 0.07), head, (0, 0, 0.25))
        b.cone(0.1, 0.07, 0.2, head, (0, 0, 0.55))
        return
    b.box((n * gap + 0.04, 0.1, 0.1), head, (0, 0, 0.3), round=0.02)
    b.cone(0.034, 0.026, 0.3, head, (0, 0, 0.15), repeat=(n, 1, 1), spacing=(gap, 0, 0))
    b.rod((0, 0, 0.56), (n * gap * 0.36, 0, 0.32), 0.032, head, mirror="x")


def pitchfork(b: Builder) -> None:
    head = b.slot("prongs", HEADS, word=b.pick("prongs", "tines"), main=True)
    shaft = b.slot("handle", HANDLES)
    fat = 1.3 if b.style == "cartoon" else 1.0
    n, gap = b.count(3, 4), b.uniform(0.15, 0.19)
    half, top = (n - 1) * gap / 2, b.uniform(1.1, 1.35)
    b.rod((0, 0, 0.05), (0, 0, top), 0.055 * fat, shaft)
    b.cone(0.075, 0.06, 0.2, head, (0, 0, top))
    b.rod((0, 0, top + 0.06), (half, 0, top + 0.12), 0.042 * fat, head, mirror="x")
    b.cone(0.042 * fat, 0.018, 0.5, head, (0, 0, top + 0.36), repeat=(n, 1, 1), spacing=(gap, 0, 0))
    if b.chance(0.4):
        b.cylinder(0.06 * fat, 0.3, shaft, (0, 0, 0.06), rot=(0, 90, 0))


def saw(b: Builder) -> None:
    blade = b.slot("blade", ("steel", "steel", "metal", "rusty", "iron"), main=True)
    grip = b.slot("handle", HANDLES, word=b.pick("handle", "grip"))
    length, tall, n = b.uniform(1.2, 1.5), b.uniform(0.26, 0.36), b.count(9, 13)
    b.group()
    b.box((length, 0.07, tall), blade, (0, 0, tall / 2 + 0.08), round=0.005)
    b.box((length * 1.3, 1, tall), blade, (0, 0, tall * 1.32), op=2, rot=(0, -b.uniform(6, 12), 0))
    b.prism(
        (length / n, 0.07, 0.085), blade, (0, 0, 0.085), rot=(180, 0, 0), repeat=(n, 1, 1), spacing=(length / n, 0, 0)
    )
    b.group()
    x, z = -length / 2 - 0.1, tall * 0.5 + 0.04
    if b.chance(0.6):
        b.box((0.4, 0.13, tall * 1.3), grip, (x, 0, z), round=0.06, rot=(0, 14, 0))
        b.box((0.2, 1, tall * 0.72), grip, (x, 0, z), round=0.08, op=2, rot=(0, 14, 0))
    else:
        b.rod((x - 0.3, 0, z), (x + 0.16, 0, z), 0.085, grip)


def screwdriver(b: Builder) -> None:
    grip = b.slot(
        "handle", ("plastic", "plastic", "rubber", "wooden", "painted wood"), word=b.pick("handle", "grip"), main=True
    )
    shank = b.slot("shaft", ("steel", "steel", "metal", "iron"), word=b.pick("shaft", "blade"))
    r, tall, length = b.uniform(0.12, 0.17), b.uniform(0.5, 0.65), b.uniform(0.6, 0.9)
    b.group()
    b.capsule(r, tall - r, grip, (0, 0, tall / 2 + r / 2), top=r * 0.85)
    if b.chance(0.6):
        b.call("ridged")
        b.cylinder(r * 0.2, tall * 0.8, grip, (r, 0, tall / 2), polar=b.count(6, 8), op=2)
    b.group()
    band = b.slot("band", ("plastic", "rubber", "brass"))
    b.cylinder(r * 0.85, 0.1, band, (0, 0, tall + r * 0.5))
    b.cylinder(0.05, length, shank, (0, 0, tall + length / 2))
    top = tall + length
    if b.chance(0.5):
        b.call("flat-head")
        b.box((0.15, 0.055, 0.2), shank, (0, 0, top), round=0.01)
    else:
        b.call("cross-head")
        b.cone(0.055, 0.01, 0.14, shank, (0, 0, top + 0.06))


def wrench(b: Builder) -> None:
    body = b.slot(
        "body", ("steel", "steel", "metal", "iron", "rusty", "painted metal"), word=b.pick("body", "steel"), main=True
    )
    length, r, t = b.uniform(1.1, 1.5), b.uniform(0.2, 0.27), 0.14
    b.box((b.uniform(0.13, 0.18), t * 0.8, length), body, (0, 0, length / 2), round=0.03)
    form = b.pick("open", "combination", "adjustable")
    b.call({"open": "open-ended", "combination": "combination", "adjustable": "adjustable"}[form])
    for z, up in ((length, 1), (0.0, -1)):
        b.group()
        if form == "adjustable" and up < 0:
            b.cylinder(0.13, t, body, (0, 0, 0), rot=(90, 0, 0))
            b.cylinder(0.06, 1, body, (0, 0, 0), rot=(90, 0, 0), op=2)
        elif form == "combination" and up < 0:
            b.cylinder(r * 0.9, t, body, (0, 0, 0), rot=(90, 0, 0))
            b.polygon(6, r * 0.58, 1, body, rot=(90, 0, 0), op=2)
        else:
            b.cylinder(r, t, body, (0, 0, z), rot=(90, 0, 0))
            b.box((r * 0.95, 1, r * 1.7), body, (0, 0, z + up * r * 0.85), op=2, rot=(0, up * b.uniform(0, 20), 0))
    if form == "adjustable":
        screw = b.slot("screw", ("steel", "brass", "painted metal"))
        b.group()
        b.cylinder(0.08, 0.2, screw, (0, 0, length - r * 1.05), rot=(0, 90, 0))
    if b.chance(0.4):
        b.say("with a grip")
        b.group()
        b.box(
            (0.2, t, length * 0.42), b.slot("grip", ("rubber", "plastic", "leather")), (0, 0, length * 0.4), round=0.06
        )


TOOLS: dict[str, Kind] = {
    "hammer": Kind(hammer,
        ("claw hammer", "mallet", "sledgehammer", "carpenter's hammer", "smith's hammer", "blacksmith hammer",
         "nail hammer", "ball peen hammer", "tack hammer", "builder's hammer", "framing hammer", "sledge",
         "tool hammer", "croquet mallet", "hammer tool"),
        ("sledge hammer", "gavel"), True),
    "pickaxe": Kind(pickaxe,
        ("pick", "mining pick", "miner's pickaxe", "pick axe", "mining pickaxe", "pick-axe", "pick ax", "pickax",
         "minecraft pickaxe", "dwarf pickaxe", "mining tool", "miner's pick", "digging pick", "dwarven pickaxe"),
        ("mattock",), True),
    "shovel": Kind(shovel,
        ("spade", "garden shovel", "garden spade", "digging shovel", "snow shovel", "trowel", "digging spade",
         "coal shovel", "gardening spade", "trench shovel", "army shovel", "scoop shovel", "sapper's shovel",
         "snow scoop", "entrenching tool", "toy spade"),
        ("gravedigger's shovel", "digger's spade"), True),
    "rake": Kind(rake,
        ("garden rake", "leaf rake", "lawn rake", "hay rake", "gardening rake", "rake tool", "soil rake",
         "bamboo rake", "autumn rake", "gardener's rake", "yard rake", "farm rake", "leaf raker"),
        ("thatch rake",), True),
    "pitchfork": Kind(pitchfork,
        ("hay fork", "farm fork", "hayfork", "garden fork", "farmer's fork", "muck fork", "digging fork",
         "devil's fork", "pitch fork", "fork for hay", "garden digging fork", "straw fork", "spading fork",
         "devil's pitchfork", "farming fork", "peasant's fork"),
        ("manure fork",), True),
    "saw": Kind(saw,
        ("hand saw", "handsaw", "wood saw", "carpenter's saw", "crosscut saw", "carpentry saw", "carpenters saw",
         "rip saw", "wood cutting saw", "hand held saw", "hacksaw", "tenon saw", "woodworking saw",
         "handsaw tool", "toothed saw"),
        ("panel saw", "ripsaw"), True),
    "screwdriver": Kind(screwdriver,
        ("screw driver", "phillips screwdriver", "flathead screwdriver", "flat screwdriver",
         "phillips head screwdriver", "slotted screwdriver", "philips screwdriver", "hand screwdriver",
         "flat head screwdriver", "electrician's screwdriver", "sonic screwdriver", "cross head screwdriver",
         "driver tool", "handheld screwdriver"),
        ("turnscrew",), True),
    "wrench": Kind(wrench,
        ("spanner", "adjustable wrench", "monkey wrench", "combination wrench", "open-end wrench",
         "open ended spanner", "crescent wrench", "mechanic's spanner", "socket wrench", "hex wrench",
         "plumber's wrench", "open end spanner", "shifting spanner", "pipe spanner", "torque wrench"),
        ("ring spanner", "mechanic's wrench"), True),
}  # fmt: skip
