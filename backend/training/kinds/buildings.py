"""Buildings: houses, towers, wells, tents and what stands on its own foundations."""

from __future__ import annotations

from ..paints import STONES, WOODS
from ..programs import Builder, Frame
from .kind import Kind
from .shapes import disc, pillar

WALLS = (*STONES, "plaster", "plaster", "wooden", "plank", "painted wood")
ROOFS = ("roof tile", "roof tile", "roof tile", "straw", "plank", "wooden", "copper", "painted metal")
DOORS = (*WOODS, "plank", "iron", "painted wood")
PANES = ("glass", "glass", "glowing")


def gable(b: Builder, roof: str, wide: float, deep: float, tall: float, z: float) -> None:
    """A gable roof whose ridge runs along y, with overhanging eaves."""
    b.prism((wide, deep, tall), roof, (0, 0, z))
    if b.style == "ornate":
        b.cylinder(0.04, deep + 0.08, roof, (0, 0, z + tall), rot=(90, 0, 0))


def entrance(b: Builder, door: str, wide: float, tall: float, y: float, x: float = 0.0, z: float = 0.0) -> None:
    """A door leaf standing proud of a wall at depth y, flat or round at the top."""
    b.box((wide, 0.08, tall), door, (x, y, z + tall / 2))
    if b.style in ("ornate", "rustic", "cartoon"):
        disc(b, wide / 2, 0.08, door, (x, y, z + tall))


def house(b: Builder) -> None:
    walls = b.slot("walls", WALLS, main=True)
    roof = b.slot("roof", ROOFS)
    door = b.slot("door", DOORS)
    panes = b.slot("windows", PANES)
    w, d, floors = b.uniform(1.1, 1.5), b.uniform(0.9, 1.3), b.count(1, 2)
    h, tall, eave = 0.65 * floors + b.uniform(0, 0.15), b.uniform(0.45, 0.85), b.uniform(0.1, 0.2)
    if floors == 2:
        b.call("two-storey")
    b.box((w, d, h), walls, (0, 0, h / 2))
    if b.chance(0.5):
        b.say("with a front gable")
        b.prism((w, d, tall), walls, (0, 0, h))
        # the roof: two leaning slabs on the slopes
        b.beam(
            (0, 0, h + tall + 0.04),
            (w / 2 + eave, 0, h - eave * tall * 2 / w + 0.04),
            0.09,
            d + 2 * eave,
            roof,
            mirror="x",
        )
    else:
        b.group(Frame((0, 0, 0), (0, 0, 90)))
        b.prism((d, w, tall), walls, (0, 0, h))
        b.beam(
            (0, 0, h + tall + 0.04),
            (d / 2 + eave, 0, h - eave * tall * 2 / d + 0.04),
            0.09,
            w + 2 * eave,
            roof,
            mirror="x",
        )
        b.group()
    x = b.pick(0.0, 0.0, w * 0.2)
    entrance(b, door, 0.26, 0.46, -d / 2, x)
    if x:
        b.box((0.26, 0.06, 0.26), panes, (-w * 0.22, -d / 2, 0.38))
    else:
        b.box((0.24, d + 0.06, 0.26), panes, (w * 0.32, 0, 0.38), mirror="x")
    b.box((w + 0.06, 0.24, 0.26), panes, (0, d * 0.22, 0.38), mirror="y")
    if floors == 2:
        b.box((0.24, d + 0.06, 0.26), panes, (w * 0.28, 0, 0.95), mirror="x")
    if b.chance(0.55):
        chimney = b.slot("chimney", ("brick", "brick", "stone", "cobblestone"))
        b.say("with a chimney")
        b.box((0.2, 0.2, tall + 0.3), chimney, (w * 0.27, d * 0.2, h + tall / 2 + 0.1))
        b.box((0.26, 0.26, 0.08), chimney, (w * 0.27, d * 0.2, h + tall + 0.25))
    if b.chance(0.3):
        b.box((w + 0.12, d + 0.12, 0.1), b.slot("foundation", STONES), (0, 0, 0.05))


def crown(b: Builder, slot: str, radius: float, z: float, square: bool) -> None:
    """A battlement: a widened top ring with merlons."""
    n, size = b.count(6, 8), radius * 0.34
    if square:
        b.box((2 * radius, 2 * radius, 0.2), slot, (0, 0, z))
        b.box((size, size, 0.22), slot, (radius - size / 2, radius - size / 2, z + 0.2), mirror="xy")
        b.box((size, size, 0.22), slot, (radius - size / 2, 0, z + 0.2), polar=4)
    else:
        pillar(b, radius, 0.2, slot, (0, 0, z))
        b.box((size, size, 0.24), slot, (radius - size * 0.52, 0, z + 0.2), polar=n)


def tower(b: Builder) -> None:
    walls = b.slot("walls", ("stone", "cobblestone", "brick", "stone", "marble", "plaster", "plank"), main=True)
    top = b.slot("roof", ROOFS)
    door = b.slot("door", DOORS)
    panes = b.slot("windows", (*PANES, "glowing", "iron"))
    r, h, square = b.uniform(0.34, 0.5), b.uniform(1.3, 2.0), b.chance(0.35)
    b.call("square" if square else "round")
    if square:
        b.box((2 * r, 2 * r, h), walls, (0, 0, h / 2))
    else:
        b.cone(r * b.uniform(1.0, 1.25), r, h, walls, (0, 0, h / 2))
    entrance(b, door, 0.26, 0.42, -r * 1.06)
    b.box((0.16, 2 * r + 0.1, 0.26), panes, (0, 0, h * 0.62))
    b.box((2 * r + 0.1, 0.16, 0.26), panes, (0, 0, h * 0.45))
    ending = b.pick("battlement", "battlement", "roof", "both")
    wide = r * b.uniform(1.15, 1.35)
    if ending != "roof":
        b.say("with battlements")
        crown(b, walls, wide, h, square)
    if ending == "roof" or ending == "both":
        b.say("with a pointed roof")
        z, rr = (h, wide * 1.1) if ending == "roof" else (h + 0.1, r * 0.85)
        tall = b.uniform(0.7, 1.1)
        if square:
            b.group(Frame((0, 0, z), (0, 0, 45)))
            pyramid(b, top, rr * 1.1, tall)
        else:
            b.cone(rr, 0.01, tall, top, (0, 0, z + tall / 2))
        b.group()
        if b.chance(0.5):
            flag = b.slot("flag", ("fabric",))
            b.say("with a flag")
            b.cylinder(0.04, 0.4, door, (0, 0, z + tall + 0.1))
            b.box((0.32, 0.06, 0.2), flag, (0.18, 0, z + tall + 0.2))
    elif "roof" in b.slots:
        b.cylinder(r * 0.9, 0.06, top, (0, 0, h + 0.09))


def pyramid(b: Builder, slot: str, half: float, tall: float) -> None:
    """A four-sided pyramid on z = 0 of the current frame: two crossed gables intersected; a group of its own."""
    side = half * 1.42
    frame = Frame(b.frame.at, (0, 0, b.frame.rot[2] + 45))
    b.group(frame)
    b.prism((2 * side, 2 * side, tall), slot)
    b.prism((2 * side, 2 * side, tall), slot, rot=(0, 0, 90), op=3)


def well(b: Builder) -> None:
    ring = b.slot(
        "wall", ("stone", "cobblestone", "brick", "stone", "plank"), word=b.pick("wall", "base", "ring"), main=True
    )
    wood = b.slot("posts", (*WOODS, "iron"))
    roof = b.slot("roof", ROOFS)
    water = b.slot("water", ("water",))
    r, h = b.uniform(0.5, 0.62), b.uniform(0.42, 0.6)
    pillar(b, r, h, ring, (0, 0, h / 2))
    b.torus(r * 0.9, 0.1, ring, (0, 0, h))
    b.cylinder(r * 0.74, h * 2, ring, (0, 0, h * 1.3), op=2)
    b.group()
    b.cylinder(r * 0.8, 0.1, water, (0, 0, h * 0.55))
    if b.chance(0.85):
        top = h + b.uniform(0.6, 0.8)
        b.box((0.1, 0.1, top), wood, (r * 0.85, 0, top / 2), mirror="x")
        b.cylinder(0.055, 2 * r, wood, (0, 0, h + 0.38), rot=(0, 90, 0))
        b.group(Frame((0, 0, 0), (0, 0, 90)))
        wide, tall = r * b.uniform(1.6, 1.9), b.uniform(0.3, 0.5)
        b.prism((wide, 2 * r + 0.35, tall), roof, (0, 0, top - 0.05))
        b.group()
        if b.chance(0.75):
            rope = b.slot("bucket", (*WOODS, "metal"), word="bucket")
            b.say("with a bucket")
            b.cylinder(0.035, 0.4, rope, (0, 0, h + 0.2))
            b.cone(0.1, 0.14, 0.22, rope, (0, 0, h + 0.02))
    else:
        b.say("without a roof")
        b.box((0.12, 0.12, 0.5), wood, (r * 0.9, 0, h + 0.2), mirror="x")
        b.cylinder(0.07, 2 * r, wood, (0, 0, h + 0.38), rot=(0, 90, 0))
        b.box((0.3, 0.1, 0.1), roof, (r * 0.95 + 0.1, 0, h + 0.38))


def tent(b: Builder) -> None:
    cloth = b.slot(
        "cloth", ("fabric", "fabric", "fabric", "leather", "plastic"), word=b.pick("cloth", "canvas"), main=True
    )
    poles = b.slot("poles", (*WOODS, "metal"))
    dark = b.slot("entrance", ("fabric", "leather"), colour=b.pick("black", "brown", "any"))
    form = b.pick("ridge", "ridge", "teepee", "dome")
    if form == "ridge":
        w, d, h = b.uniform(1.1, 1.5), b.uniform(1.1, 1.8), b.uniform(0.85, 1.1)
        b.prism((w, d, h), cloth)
        b.prism((w * 0.42, 0.06, h * 0.78), dark, (0, -d / 2, 0))
        b.rod((0, d / 2 + 0.01, 0), (0, d / 2 + 0.01, h + 0.12), 0.04, poles, mirror="y")
        if b.chance(0.5):
            b.say("with ropes")
            b.rod((w * 0.3, d / 2, h * 0.38), (w * 0.62, d / 2 + 0.2, 0.02), 0.03, poles, mirror="xy")
    elif form == "teepee":
        b.call("conical")
        r, h = b.uniform(0.6, 0.8), b.uniform(1.3, 1.7)
        b.cone(r, 0.07, h, cloth, (0, 0, h / 2))
        for turn in (0, 120, 240):  # poles crossing above the top
            b.group(Frame((0, 0, 0), (0, 0, turn + 30)))
            b.rod((0.06, 0, h * 0.88), (-0.17, 0, h + 0.27), 0.04, poles)
        b.group(Frame((0, -r * 0.76, h * 0.24), (-lean(r, h), 0, 0)))
        b.ellipsoid((r * 0.3, 0.06, h * 0.26), dark)
    else:
        b.call("domed")
        r, h = b.uniform(0.7, 0.85), b.uniform(0.7, 0.9)
        b.ellipsoid((r, r, h), cloth)
        b.box((3, 3, 2), cloth, (0, 0, -1), op=2)
        b.group()
        b.ellipsoid((r * 0.36, 0.3, h * 0.6), dark, (0, -r * 0.82, 0))
        b.box((3, 3, 2), dark, (0, 0, -1), op=2)
        b.group()
        b.torus(r * 0.99, 0.05, poles, (0, 0, 0.05))


def lean(radius: float, height: float) -> float:
    """Degrees by which a cone's side leans from the vertical."""
    return 57.3 * radius / height


BUILDINGS: dict[str, Kind] = {
    "house": Kind(house,
        ("home", "family house", "village house", "farmhouse", "residential house", "small house",
         "medieval house", "suburban house", "town house", "villa", "townhouse", "farm house", "country house",
         "building", "mansion", "residence"),
        ("dwelling", "bungalow")),
    "tower": Kind(tower,
        ("castle tower", "watchtower", "watch tower", "stone tower", "wizard tower", "guard tower", "keep",
         "turret", "bell tower", "watch turret", "castle turret", "mage tower", "defence tower",
         "rapunzel's tower", "castle keep", "donjon"),
        ("fortress tower", "lookout tower")),
    "well": Kind(well,
        ("water well", "wishing well", "stone well", "village well", "old well", "draw well", "garden well",
         "water hole well", "bucket well", "farm well", "fairy tale well", "wishing fountain", "roofed well"),
        ("waterhole well", "medieval well")),
    "tent": Kind(tent,
        ("camping tent", "camp tent", "canvas tent", "teepee", "tipi", "dome tent", "wigwam", "pop up tent",
         "indian tent", "scout tent", "ridge tent", "army tent", "yurt", "shelter tent", "nomad tent",
         "festival tent"),
        ("pup tent", "yurt tent")),
}  # fmt: skip
