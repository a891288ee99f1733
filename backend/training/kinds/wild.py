"""More of nature: boulders, crystals, logs, stumps, ice."""

from __future__ import annotations

import math

from ..programs import Builder, Frame
from .kind import Kind


def boulders(b: Builder) -> None:
    body = b.slot(
        "stones", ("stone",) * 5 + ("marble", "snow", "cobblestone"), word=b.pick("stones", "rocks"), main=True
    )
    n = b.count(3, 5)
    b.say(f"of {('three', 'four', 'five')[n - 3]} stones")
    sharp = b.style == "low-poly" or b.chance(0.4)
    turn = b.uniform(0, 6.28)
    for i in range(n):
        s = b.uniform(0.34, 0.46) if i < n - 1 else b.uniform(0.36, 0.44)
        a = turn + 6.283 * i / (n - 1)
        at = (math.cos(a) * 0.42, math.sin(a) * 0.42, s * 0.7) if i < n - 1 else (0.0, 0.0, b.uniform(0.75, 0.9))
        rot = (b.uniform(-25, 25), b.uniform(-25, 25), b.uniform(0, 90))
        if sharp:
            b.polygon(b.count(5, 7), s * 1.1, s * 1.5, body, at, rot=rot, round=s * 0.22)
        else:
            b.ellipsoid((s * 1.1, s * 0.95, s * 0.85), body, at, rot=rot)
    b.ellipsoid((0.6, 0.6, 0.12), body, (0, 0, 0.1))


def crystals(b: Builder) -> None:
    gem = b.slot(
        "crystals", ("crystal", "crystal", "glowing", "glass", "ice"), word=b.pick("crystals", "shards"), main=True
    )
    base = b.slot("base", ("stone", "stone", "marble", "cobblestone"), word=b.pick("base", "rock"))
    sides, r, h = b.pick(5, 6, 6, 4), b.uniform(0.19, 0.25), b.uniform(0.9, 1.2)
    b.ellipsoid((0.62, 0.55, 0.24), base, (0, 0, 0.1))
    b.box((3, 3, 1), base, (0, 0, -0.48), op=2)
    for lean, yaw, share in [(0, 0, 1.0)] + [
        (b.uniform(18, 40), 360 * i / 4 + b.uniform(-25, 25), b.uniform(0.5, 0.8)) for i in range(b.count(2, 4))
    ]:
        a = math.radians(yaw)
        reach = 0.0 if lean == 0 else 0.2
        b.group(Frame((math.cos(a) * reach, math.sin(a) * reach, 0.1), (0, lean, yaw)))
        long, thick = h * share, r * (0.55 + 0.45 * share)
        b.polygon(sides, thick, long, gem, (0, 0, long / 2), round=0.0)
        b.cone(thick * 0.93, 0.01, thick * 1.9, gem, (0, 0, long + thick * 0.92))


def log(b: Builder) -> None:
    bark = b.slot("bark", ("bark", "bark", "bark", "wooden"), main=True)
    wood = b.slot("cut ends", ("pine", "oak", "wooden"), word=b.pick("cut ends", "ends"))
    length, r = b.uniform(1.2, 1.7), b.uniform(0.24, 0.34)
    hollow = b.chance(0.25)
    n = 1 if hollow or b.chance(0.6) else 3
    if n == 3:
        b.say("in a pile of three")
        r *= 0.75
        b.cylinder(r, length, bark, (r * 1.0, 0, r), rot=(0, 90, 90), mirror="x")
        b.cylinder(r * 0.86, length + 0.06, wood, (r, 0, r), rot=(0, 90, 90), mirror="x")
        b.cylinder(r, length * 0.96, bark, (0, 0, r * 2.72), rot=(0, 90, 90))
        b.cylinder(r * 0.86, length + 0.02, wood, (0, 0, r * 2.72), rot=(0, 90, 90))
        return
    b.group(Frame((0, 0, r), (0, 90, b.uniform(-25, 25))))
    b.cylinder(r, length, bark)
    if hollow:
        b.call("hollow")
        b.cylinder(r * 0.72, length + 1, wood, op=2)
        b.group(b.frame)
        b.cylinder(r * 0.9, length + 0.05, wood)
        b.cylinder(r * 0.7, length + 1, wood, op=2)
    else:
        b.cylinder(r * 0.84, length + 0.06, wood)
    b.group(b.frame)
    if b.chance(0.6):
        b.say("with a branch")
        b.rod((0, 0, length * 0.1), (-r * 1.9, 0, length * 0.25), r * 0.3, bark)
    if b.chance(0.3):
        moss = b.slot("moss", ("foliage",))
        b.say("with moss")
        b.ellipsoid((r * 0.4, r * 0.7, length * 0.26), moss, (-r * 0.82, 0, -length * 0.12))


def stump(b: Builder) -> None:
    bark = b.slot("bark", ("bark", "bark", "wooden"), main=True)
    wood = b.slot("top", ("pine", "oak", "wooden"), word=b.pick("cut top", "rings", "top"))
    r, h, n = b.uniform(0.38, 0.5), b.uniform(0.4, 0.8), b.count(4, 6)
    b.cone(r * 1.15, r, h, bark, (0, 0, h / 2))
    b.rod(
        (r * 0.6, 0, h * 0.4),
        (r * b.uniform(1.5, 1.9), 0, 0.06),
        r * 0.3,
        bark,
        end_radius=r * 0.12,
        polar=n,
        op=1,
        blend=0.08,
    )
    b.group()
    b.cylinder(r * 0.87, 0.08, wood, (0, 0, h))
    if b.chance(0.4):
        b.cylinder(r * 0.45, 0.1, bark, (0, 0, h))
        b.cylinder(r * 0.38, 0.12, wood, (0, 0, h))
    extra = b.pick("", "", "mushrooms", "sprout", "axe")
    if extra == "mushrooms":
        cap = b.slot("mushrooms", ("food",))
        b.say("with mushrooms")
        b.ellipsoid((0.17, 0.17, 0.07), cap, (r * 1.0, 0, h * 0.55), polar=3)
    elif extra == "sprout":
        leaf = b.slot("sprout", ("foliage",))
        b.say("with a sprout")
        b.rod((r * 0.4, 0, h), (r * 0.4, 0, h + 0.25), 0.04, leaf)
        b.ellipsoid((0.14, 0.08, 0.035), leaf, (r * 0.4 + 0.12, 0, h + 0.28), rot=(0, -25, 0))
        b.ellipsoid((0.14, 0.08, 0.035), leaf, (r * 0.4 - 0.12, 0, h + 0.28), rot=(0, 25, 0))
    elif extra == "axe":
        steel, haft = b.slot("axe", ("steel", "iron")), b.slot("axe handle", ("wooden", "oak"))
        b.say("with an axe in it")
        b.rod((0, 0, h + 0.1), (0.55, 0, h + 0.5), 0.05, haft)
        b.box((0.2, 0.09, 0.36), steel, (0.02, 0, h + 0.1), rot=(0, 40, 0), round=0.02)


def iceberg(b: Builder) -> None:
    ice = b.slot("ice", ("ice", "ice", "snow", "crystal"), main=True)
    snow = b.slot("snow", ("snow",), word=b.pick("snow", "top"))
    water = b.slot("water", ("water",))
    w, h = b.uniform(0.7, 0.95), b.uniform(0.9, 1.3)
    n = b.count(2, 3)
    for i in range(n):
        s = 1.0 if i == 0 else b.uniform(0.45, 0.65)
        a = 2.1 * i + b.uniform(0, 1)
        at = (0.0, 0.0) if i == 0 else (math.cos(a) * w * 0.5, math.sin(a) * w * 0.4)
        tilt = (b.uniform(-12, 12), b.uniform(-12, 12), b.uniform(0, 60))
        sides = b.count(4, 6)
        b.group(Frame((at[0], at[1], -0.05), tilt))
        b.polygon(sides, w * 0.62 * s, h * s * 1.2, ice, (0, 0, h * s * 0.4))
        b.box((w * 3, w * 3, h * s), ice, (0, 0, h * s * 1.2), rot=(b.uniform(15, 32), b.uniform(-25, 25), 0), op=2)
        b.group(Frame((at[0], at[1], -0.05), tilt))
        b.polygon(sides, w * 0.4 * s, h * s * 0.16, snow, (0, 0, h * s * 0.7), rot=(20, 0, 0))
    b.group()
    b.cylinder(w * 0.98, 0.12, water, (0, 0, 0.0))
    b.group()


WILD: dict[str, Kind] = {
    "boulder pile": Kind(boulders,
        ("pile of rocks", "rock pile", "heap of stones", "stone pile", "pile of stones", "cairn",
         "pile of boulders", "stone heap", "heap of rocks", "stack of rocks", "rubble", "mound of rocks",
         "rock cluster", "mound of stones", "stacked stones", "group of rocks"),
        ("rubble pile", "rock heap")),
    "crystal cluster": Kind(crystals,
        ("crystals", "crystal formation", "gem cluster", "cluster of crystals", "magic crystals", "crystal",
         "crystal shards", "amethyst cluster", "crystal group", "geode", "magic crystal", "crystal outcrop",
         "mana crystal", "crystal spikes", "gem stones cluster", "crystal ore"),
        ("quartz cluster", "amethyst geode")),
    "log": Kind(log,
        ("fallen log", "wooden log", "tree log", "firewood", "timber log", "fallen tree trunk", "tree trunk",
         "cut log", "fireplace log", "mossy log", "piece of firewood", "wooden trunk", "driftwood", "fire wood",
         "chopped wood", "yule log"),
        ("lumber log",)),
    "tree stump": Kind(stump,
        ("stump", "cut tree", "chopped tree", "old stump", "tree trunk stump", "chopping block", "felled tree",
         "tree stub", "tree base", "chopped stump", "mossy stump", "stump of a tree", "forest stump",
         "sawn stump", "sawed off tree", "cut stump"),
        ("felled tree stump",)),
    "iceberg": Kind(iceberg,
        ("ice berg", "ice floe", "floating ice", "ice block", "glacier piece", "floating iceberg", "glacier",
         "sea ice", "berg", "drifting ice", "block of ice", "ice mountain", "polar ice", "ice rock", "floe",
         "frozen rock"),
        ("arctic ice",)),
}  # fmt: skip
