"""More parts of buildings: windows, gates, walls, arches, chimneys, stairs; tombstones."""

from __future__ import annotations

from ..paints import METALS, STONES, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import disc

WALLS = ("stone", "brick", "cobblestone", "stone", "concrete", "plaster", "marble", "plank")


def window(b: Builder) -> None:
    frame = b.slot("frame", (*WOODS, "painted metal", "stone", "plastic"), main=True)
    pane = b.slot("panes", ("glass", "glass", "glass", "glowing"), word=b.pick("panes", "glass"))
    w, h, t = b.uniform(0.8, 1.1), b.uniform(1.0, 1.4), b.uniform(0.1, 0.15)
    b.box((w, 0.09, h), pane, (0, 0, h / 2))
    b.box((t, 0.2, h + t), frame, (w / 2, 0, h / 2), mirror="x")
    b.box((w + t, 0.2, t), frame, (0, 0, 0))
    form = b.pick("square", "square", "arched")
    if form == "arched":
        b.call("arched")
        disc(b, w / 2, 0.09, pane, (0, 0, h))
        b.group()
        disc(b, w / 2 + t / 2, 0.2, frame, (0, 0, h))
        disc(b, w / 2 - t / 2, 1, frame, (0, 0, h), op=2)
        b.box((3, 3, 2), frame, (0, 0, h - 1), op=2)
        b.group()
    else:
        b.box((w + t, 0.2, t), frame, (0, 0, h))
    n = b.count(1, 2)
    b.box((0.08, 0.16, h), frame, (0, 0, h / 2), repeat=(n, 1, 1), spacing=(w / (n + 1), 0, 0))
    b.box((w, 0.16, 0.08), frame, (0, 0, h / 2), repeat=(1, 1, b.count(1, 2)), spacing=(0, 0, h / 3))
    b.box((w + 0.35, 0.34, 0.1), frame, (0, -0.06, -t * 0.8))
    extra = b.pick("", "shutters", "flowers")
    if extra == "shutters":
        leaf = b.slot("shutters", ("painted wood", "plank", "wooden"))
        b.say("with shutters")
        b.box((w * 0.5, 0.1, h), leaf, (w * 0.77 + t * 0.4, 0, h / 2), mirror="x")
        b.box(
            (w * 0.42, 0.15, 0.07),
            leaf,
            (w * 0.77 + t * 0.4, 0, h / 2),
            mirror="x",
            repeat=(1, 1, 5),
            spacing=(0, 0, h * 0.18),
        )
    elif extra == "flowers":
        box, plant = b.slot("flower box", ("wooden", "clay", "painted wood")), b.slot("flowers", ("foliage", "fabric"))
        b.say("with a flower box")
        b.box((w * 1.1, 0.32, 0.26), box, (0, -0.26, -0.02))
        b.ellipsoid((w * 0.13, 0.16, 0.15), plant, (0, -0.26, 0.14), repeat=(5, 1, 1), spacing=(w * 0.23, 0, 0))


def gate(b: Builder) -> None:
    bars = b.slot(
        "gate",
        ("iron", "iron", "painted metal", "gold", "wooden", "plank", "rusty"),
        word=b.pick("bars", "leaves"),
        main=True,
    )
    posts = b.slot("pillars", ("stone", "brick", "marble", "wooden", "cobblestone"), word=b.pick("pillars", "posts"))
    w, h, t = b.uniform(1.1, 1.5), b.uniform(1.0, 1.4), b.uniform(0.2, 0.28)
    b.box((t, t, h * 1.12), posts, (w / 2 + t / 2, 0, h * 0.56), mirror="x")
    b.box((t * 1.3, t * 1.3, 0.1), posts, (w / 2 + t / 2, 0, h * 1.12), mirror="x")
    ending = b.pick("ball", "pyramid", "none")
    if ending == "ball":
        b.sphere(t * 0.5, posts, (w / 2 + t / 2, 0, h * 1.12 + t * 0.5), mirror="x")
    elif ending == "pyramid":
        b.cone(t * 0.65, 0.01, t, posts, (w / 2 + t / 2, 0, h * 1.15 + t * 0.45), mirror="x")
    n = 2 * b.count(3, 4)
    gap = w / n
    if b.chance(0.65):
        b.cylinder(0.045, h * 0.9, bars, (0, 0, h * 0.5), repeat=(n, 1, 1), spacing=(gap, 0, 0))
        b.cone(0.08, 0.005, 0.16, bars, (0, 0, h * 0.98), repeat=(n, 1, 1), spacing=(gap, 0, 0))
    else:
        b.call("boarded")
        b.box((gap * 0.8, 0.09, h * 0.9), bars, (0, 0, h * 0.5), repeat=(n, 1, 1), spacing=(gap, 0, 0))
        b.beam((0.05, -0.03, h * 0.85), (w / 2 - 0.03, -0.03, h * 0.2), 0.1, 0.09, bars, mirror="x")
    b.box((w, 0.08, 0.09), bars, (0, 0, h * 0.5), repeat=(1, 1, 2), spacing=(0, 0, h * 0.62))
    if b.chance(0.5):
        ring = b.slot("handles", ("gold", "brass", "iron"), word=b.pick("handles", "rings"))
        b.torus(0.09, 0.034, ring, (0.13, -0.07, h * 0.45), rot=(90, 0, 0), mirror="x")
        b.box((0.13, 0.12, 0.12), ring, (0.07, -0.03, h * 0.53), mirror="x")


def wall_segment(b: Builder) -> None:
    wall = b.slot("wall", WALLS, word=b.pick("wall", "blocks"), main=True)
    cap = b.slot("coping", STONES, word=b.pick("coping", "top"), like="wall" if b.chance(0.5) else "")
    w, h, t = b.uniform(1.5, 2.0), b.uniform(0.8, 1.2), b.uniform(0.24, 0.34)
    b.box((w, t, h), wall, (0, 0, h / 2))
    b.box((w + 0.03, t + 0.1, 0.14), cap, (0, 0, 0.07))
    form = b.pick("battlement", "battlement", "coping", "ruin")
    if form == "battlement":
        n = b.count(3, 5)
        b.say("with battlements")
        b.box((w, t + 0.1, 0.1), cap, (0, 0, h))
        b.box((w / n * 0.58, t, 0.28), wall, (0, 0, h + 0.16), repeat=(n, 1, 1), spacing=(w / n, 0, 0))
        if b.chance(0.4):
            b.say("with arrow slits")
            b.box((0.07, 1, 0.34), wall, (0, 0, h * 0.6), repeat=(2, 1, 1), spacing=(w * 0.45, 0, 0), op=2)
    elif form == "coping":
        b.box((w + 0.06, t + 0.14, 0.12), cap, (0, 0, h))
        b.box((t * 1.3, t * 1.35, h + 0.2), wall, (w / 2, 0, h / 2 + 0.1), mirror="x")
        b.box((t * 1.6, t * 1.6, 0.1), cap, (w / 2, 0, h + 0.22), mirror="x")
    else:
        b.call("ruined")
        for x, lean, drop in (
            (w * 0.45, b.uniform(25, 45), 0.3),
            (-w * 0.1, b.uniform(-20, -8), 0.62),
            (-w * 0.5, -35, 0.4),
        ):
            b.box((w * 0.5, 1, 0.6), wall, (x, 0, h + drop * 0.25), rot=(0, lean, 0), op=2)
        b.group()
        b.box((0.26, 0.24, 0.2), cap, (w * 0.3, -t * 0.9, 0.1), rot=(0, 0, 25))
        b.box((w * 0.5, t, 0.06), cap, (w * 0.2, -t * 0.6, 0.03))


def arch(b: Builder) -> None:
    stone = b.slot(
        "arch",
        ("stone", "marble", "brick", "cobblestone", "concrete", "wooden"),
        word=b.pick("arch", "blocks"),
        main=True,
    )
    base = b.slot("bases", STONES, word=b.pick("bases", "feet"), like="arch" if b.chance(0.5) else "")
    w, h, t, d = b.uniform(0.9, 1.2), b.uniform(0.6, 1.0), b.uniform(0.2, 0.3), b.uniform(0.26, 0.36)
    form = b.pick("round", "round", "block")
    if form == "round":
        b.box((t, d, h), stone, (w / 2 + t / 2, 0, h / 2), mirror="x")
    b.group()
    if form == "round":
        b.call("round")
        disc(b, w / 2 + t, d, stone, (0, 0, h))
        disc(b, w / 2, 2, stone, (0, 0, h), op=2)
        b.box((4, 4, 2), stone, (0, 0, h - 1), op=2)
    else:
        b.call("square")
        b.box((w + 2 * t, d, h + w / 2 + t), stone, (0, 0, (h + w / 2 + t) / 2))
        disc(b, w / 2, 2, stone, (0, 0, h), op=2)
        b.box((w, 2, h * 2), stone, (0, 0, 0), op=2)
        b.group()
        b.box((w + 2 * t + 0.16, d + 0.16, 0.12), base, (0, 0, h + w / 2 + t))
    b.group()
    b.box((t + 0.1, d + 0.1, 0.16), base, (w / 2 + t / 2, 0, 0.08), mirror="x")
    b.box((t + 0.08, d + 0.08, 0.1), base, (w / 2 + t / 2, 0, h), mirror="x")
    if b.chance(0.5):
        b.say("with a keystone")
        b.prism(
            (0.34, d + 0.12, 0.6),
            b.slot("keystone", STONES),
            (0, 0, h + w / 2 + t + 0.1),
            rot=(0, 180, 0),
            clip=("z", 0.02, 0.36),
        )


def chimney(b: Builder) -> None:
    stack = b.slot(
        "stack",
        ("brick", "brick", "stone", "cobblestone", "plaster", "concrete"),
        word=b.pick("stack", "bricks"),
        main=True,
    )
    cap = b.slot("cap", ("stone", "concrete", "brick", "metal"))
    w, d, h = b.uniform(0.5, 0.65), b.uniform(0.45, 0.6), b.uniform(1.0, 1.4)
    b.box((w * 1.2, d * 1.2, 0.2), stack, (0, 0, 0.1))
    b.box((w, d, h), stack, (0, 0, h / 2))
    b.box((w * 1.25, d * 1.25, 0.13), cap, (0, 0, h))
    b.box((w * 1.12, d * 1.12, 0.1), stack, (0, 0, h - 0.12))
    n = b.count(1, 2)
    pot = b.slot("pots", ("clay", "clay", "metal", "ceramic"), word="pot" if n == 1 else "pots")
    b.say(f"with {('a pot', 'two pots')[n - 1]}")
    b.group()
    b.cone(0.14, 0.11, 0.32, pot, (0, 0, h + 0.2), repeat=(n, 1, 1), spacing=(w * 0.52, 0, 0))
    b.torus(0.11, 0.035, pot, (0, 0, h + 0.35), repeat=(n, 1, 1), spacing=(w * 0.52, 0, 0))
    b.cylinder(0.075, 0.3, pot, (0, 0, h + 0.36), op=2, repeat=(n, 1, 1), spacing=(w * 0.52, 0, 0))
    if b.chance(0.3):
        smoke = b.slot("smoke", ("snow", "fabric"), colour=b.pick("white", "grey"))
        b.say("with smoke")
        x = 0.0 if n == 1 else w * 0.26
        b.group()
        b.sphere(0.12, smoke, (x, 0, h + 0.42))
        b.sphere(0.16, smoke, (x + 0.08, 0, h + 0.6), op=1, blend=0.1)
        b.sphere(0.2, smoke, (x + 0.02, 0, h + 0.84), op=1, blend=0.1)


def stairs(b: Builder) -> None:
    step = b.slot(
        "steps",
        ("stone", "wooden", "marble", "concrete", "plank", "brick", "oak"),
        word=b.pick("steps", "treads"),
        main=True,
    )
    n, w, run, rise = b.count(4, 6), b.uniform(0.9, 1.3), b.uniform(0.24, 0.3), b.uniform(0.17, 0.22)
    b.say(f"with {('four', 'five', 'six')[n - 4]} steps")
    floating = b.chance(0.35)
    for i in range(n):
        if floating:
            b.box((w, run * 1.15, 0.1), step, (0, i * run, (i + 1) * rise - 0.05))
        else:
            b.box((w, (n - i) * run, rise), step, (0, (i + (n - 1 - i) / 2) * run, (i + 0.5) * rise), round=0.012)
    top = (n - 1) * run
    if floating:
        side = b.slot("stringers", WOODS, word=b.pick("stringers", "sides"))
        b.rod((w / 2, -run * 0.5, 0.06), (w / 2, top + 0.06, n * rise - 0.08), 0.075, side, mirror="x")
        b.rod((w / 2 - 0.03, top, 0.05), (w / 2 - 0.03, top, n * rise - 0.1), 0.06, side, mirror="x")
    if b.chance(0.55):
        rail = b.slot("railing", (*WOODS, *METALS))
        b.say("with railings")
        k = b.pick("x", "x", "")
        b.rod((w / 2 - 0.05, 0, rise + 0.55), (w / 2 - 0.05, top, n * rise + 0.55), 0.05, rail, mirror=k)
        b.rod((w / 2 - 0.05, 0, rise * 0.5), (w / 2 - 0.05, 0, rise + 0.55), 0.05, rail, mirror=k)
        b.rod((w / 2 - 0.05, top, n * rise - 0.1), (w / 2 - 0.05, top, n * rise + 0.55), 0.05, rail, mirror=k)
    if b.chance(0.25) and not floating:
        carpet = b.slot("carpet", ("fabric",))
        b.say("with a carpet")
        b.group(Frame((0, -0.02, 0.015)))
        for i in range(n):
            b.box((w * 0.45, (n - i) * run, rise), carpet, (0, (i + (n - 1 - i) / 2) * run, (i + 0.5) * rise))


def tombstone(b: Builder) -> None:
    stone = b.slot("stone", ("stone", "stone", "marble", "concrete", "cobblestone"), main=True)
    ground = b.slot("base", ("stone", "chocolate", "foliage", "marble"), word=b.pick("base", "mound"))
    w, h, t = b.uniform(0.6, 0.8), b.uniform(0.7, 1.0), b.uniform(0.16, 0.24)
    b.box((w * 1.35, t * 2.4, 0.16), ground, (0, 0, 0.08), round=0.03)
    tilt = b.uniform(-7, 7) if b.style == "rustic" else 0.0
    b.group(Frame((0, 0, 0.1), (0, tilt, 0)))
    form = b.pick("round", "round", "cross", "pointed", "square")
    if form == "cross":
        b.call("cross-shaped")
        b.box((0.2, t, h + 0.3), stone, (0, 0, (h + 0.3) / 2), round=0.02)
        b.box((w, t, 0.2), stone, (0, 0, h * 0.82), round=0.02)
        return
    b.box((w, t, h), stone, (0, 0, h / 2), round=0.02)
    if form == "round":
        b.call("rounded")
        disc(b, w / 2, t, stone, (0, 0, h))
    elif form == "pointed":
        b.call("pointed")
        b.prism((w, t, w * 0.5), stone, (0, 0, h - 0.01))
    mark = b.slot("engraving", ("stone", "iron", "gold"), word=b.pick("engraving", "inscription"))
    if b.chance(0.5):
        b.say("with a cross")
        b.box((0.075, t + 0.06, 0.36), mark, (0, 0, h * 0.78))
        b.box((0.24, t + 0.06, 0.075), mark, (0, 0, h * 0.84))
    else:
        b.box((w * 0.6, t + 0.05, 0.06), mark, (0, 0, h * 0.68), repeat=(1, 1, 3), spacing=(0, 0, 0.16))


MASONRY: dict[str, Kind] = {
    "window": Kind(window,
        ("window frame", "house window", "shuttered window", "arched window", "glass window", "casement",
         "bay window", "window with shutters", "gothic window", "window pane", "cottage window",
         "four pane window", "church window", "casement window", "attic window"),
        ("sash window",), True),
    "gate": Kind(gate,
        ("iron gate", "garden gate", "gateway", "wrought iron gate", "entrance gate", "castle gate",
         "cemetery gate", "farm gate", "driveway gate", "main gate", "courtyard gate", "fence gate",
         "garden door gate", "graveyard gate", "mansion gate", "town gate"),
        ("estate gate",), True),
    "wall segment": Kind(wall_segment,
        ("wall", "stone wall", "castle wall", "brick wall", "wall section", "wall piece", "rampart",
         "garden wall", "castle wall segment", "wall panel", "fortification", "city wall", "boundary wall",
         "modular wall", "curtain wall", "broken wall"),
        ("battlement wall", "fortress wall")),
    "arch": Kind(arch,
        ("archway", "stone arch", "stone archway", "triumphal arch", "roman arch", "entrance arch",
         "roman archway", "gothic arch", "garden arch", "temple arch", "wedding arch", "portal arch",
         "ancient arch", "keystone arch", "arcade arch"),
        ("arched gateway",)),
    "chimney": Kind(chimney,
        ("chimney stack", "brick chimney", "smokestack", "roof chimney", "chimney pot", "factory chimney",
         "house chimney", "roof stack", "industrial chimney", "smoke stack", "rooftop chimney", "flue pipe",
         "cottage chimney", "fireplace chimney", "santa's chimney"),
        ("flue",)),
    "stairs": Kind(stairs,
        ("staircase", "staircase steps", "stairway", "flight of stairs", "stone stairs", "wooden stairs",
         "set of stairs", "wooden steps", "flight of steps", "castle stairs", "temple steps", "dungeon stairs",
         "outdoor stairs", "porch steps", "indoor stairs", "concrete steps"),
        ("stone steps", "stair")),
    "tombstone": Kind(tombstone,
        ("gravestone", "headstone", "grave", "grave marker", "cemetery stone", "graveyard stone", "grave stone",
         "tomb stone", "graveyard tombstone", "stone cross grave", "headstone grave", "graveyard grave",
         "memorial stone", "grave slab", "cemetery headstone", "cemetery grave"),
        ("burial stone", "tomb marker")),
}  # fmt: skip
