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


TOOLS: dict[str, Kind] = {
    "hammer": Kind(
        hammer,
        ("claw hammer", "mallet", "sledgehammer", "carpenter's hammer", "smith's hammer", "blacksmith hammer"),
        ("sledge hammer", "gavel"),
        True,
    ),
    "pickaxe": Kind(
        pickaxe,
        ("pick", "mining pick", "miner's pickaxe", "pick axe", "mining pickaxe", "pick-axe"),
        ("mattock",),
        True,
    ),
}
