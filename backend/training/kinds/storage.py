"""Storage furniture: shelves, cabinets and other boxes with doors and drawers."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder
from .joinery import NUMBER, array, legs, soft, stout
from .kind import Kind

CASE = (*WOODS, "plank", "metal", "painted metal", "plastic")
KNOBS = ("brass", "gold", "iron", "silver", "wooden", "metal")


def crown_and_feet(b: Builder, w: float, d: float, h: float, slot: str) -> float:
    """A moulding on top and feet or a plinth below a case standing at z = 0..h; returns how far it must be lifted."""
    if b.style == "ornate" or b.chance(0.35):
        b.say("with a moulded top")
        b.box((w + 0.12, d + 0.1, 0.08), slot, (0, 0, h), round=0.025)
    if b.chance(0.5):
        b.cone(0.045 * stout(b), 0.07 * stout(b), 0.16, slot, (w / 2 - 0.08, d / 2 - 0.08, -0.05), mirror="xy")
    else:
        b.box((w + 0.05, d + 0.05, 0.1), slot, (0, 0, 0.02), round=0.015)
    return h


def bookshelf(b: Builder) -> None:
    case = b.slot("case", CASE, main=True, word="shelves")
    books = b.slot("books", ("paper", "leather", "fabric"), word="books")
    w, d, h, t = b.uniform(0.7, 1.1), b.uniform(0.3, 0.4), b.uniform(1.2, 1.6), 0.065 * stout(b)
    n = b.count(3, 4)
    gap = (h - t) / n
    b.say(f"with {NUMBER[n]} shelves")
    b.box((w, 0.05, h), case, (0, d / 2 - 0.025, h / 2))
    b.box((t, d, h), case, (w / 2 - t / 2, 0, h / 2), mirror="x", round=soft(b, t))
    array(b, (w, d, t), case, (0, 0, h / 2), n + 1, "z", gap, round=soft(b, t))
    second = b.slot("more books", ("paper", "leather", "fabric"), word="books")
    for level in range(n):
        z = t + gap * level
        slot, other = (books, second) if level % 2 else (second, books)
        tall, m = gap * b.uniform(0.55, 0.78), b.count(3, 5)
        left = b.chance(0.5)
        step = (w - 2 * t) * 0.55 / m
        side = -1 if left else 1
        x = side * ((w - 2 * t) / 2 - m * step / 2)
        array(b, (step * 0.86, d * 0.68, tall), slot, (x, 0.03, z + tall / 2 - t / 2), m, "x", step)
        lean = gap * b.uniform(0.5, 0.65)
        b.box((0.16, d * 0.6, lean), other, (x - side * (m * step / 2 + 0.09), 0.03, z + lean / 2 - t / 2))
    if b.style == "ornate":
        b.box((w + 0.1, d + 0.08, 0.08), case, (0, 0, h), round=0.025)


def cabinet(b: Builder) -> None:
    case = b.slot("case", CASE, main=True)
    doors = b.slot("doors", (*WOODS, "painted wood", "glass", "metal"), like="case" if b.chance(0.4) else "")
    knobs = b.slot("knobs", KNOBS)
    w, d, h = b.uniform(0.9, 1.3), b.uniform(0.42, 0.55), b.uniform(0.8, 1.2)
    b.box((w, d, h), case, (0, 0, h / 2), round=soft(b, 0.1))
    crown_and_feet(b, w, d, h, case)
    rows = b.count(0, 1)
    tall = h - 0.16 - 0.22 * rows
    leaf = w / 2 - 0.06
    b.say("with two doors")
    b.box((leaf - 0.02, 0.07, tall), doors, (leaf / 2 + 0.01, -d / 2, 0.08 + tall / 2), mirror="x", round=0.015)
    if b.style != "futuristic":
        b.box(
            (leaf * 0.62, 0.07, tall * 0.7),
            doors,
            (leaf / 2 + 0.01, -d / 2 - 0.03, 0.08 + tall / 2),
            mirror="x",
            round=0.015,
        )
    if rows:
        b.say("with two drawers")
        b.box((leaf - 0.02, 0.07, 0.17), doors, (leaf / 2 + 0.01, -d / 2, h - 0.15), mirror="x", round=0.015)
        b.sphere(0.04, knobs, (leaf / 2, -d / 2 - 0.06, h - 0.15), mirror="x")
    if b.chance(0.5):
        b.sphere(0.042, knobs, (0.07, -d / 2 - 0.06, 0.1 + tall / 2), mirror="x")
    else:
        b.box((0.045, 0.08, 0.2), knobs, (0.07, -d / 2 - 0.05, 0.1 + tall / 2), mirror="x")


def drawers(
    b: Builder, size: tuple[float, float, float], z: float, n: int, columns: int, front: str, knobs: str
) -> None:
    """n rows of drawers in 1 or 2 columns on a case's front; size: its width, its depth, the height filled from z."""
    w, d, tall = size
    step = tall / n
    each = (w - 0.1) / columns
    middle = z + tall / 2
    for x in (0.0,) if columns == 1 else (each / 2, -each / 2):
        array(b, (each - 0.05, 0.07, step - 0.05), front, (x, -d / 2 - 0.005, middle), n, "z", step, round=0.015)
        if b.style in ("futuristic", "low-poly"):
            array(b, (each * 0.5, 0.08, 0.05), knobs, (x, -d / 2 - 0.04, middle), n, "z", step)
        else:
            wide = 0.09 if columns == 2 or w < 0.7 else 0.2
            array(b, (wide, 0.1, 0.08), knobs, (x, -d / 2 - 0.05, middle), n, "z", step, round=0.036)
    b.say(f"with {NUMBER[n * columns]} drawer" + "s" * (n * columns > 1))


def dresser(b: Builder) -> None:
    case = b.slot("case", CASE, main=True)
    front = b.slot("drawers", (*WOODS, "painted wood", "plastic"), like="case" if b.chance(0.5) else "", word="drawers")
    knobs = b.slot("knobs", KNOBS)
    w, d, h = b.uniform(0.85, 1.3), b.uniform(0.42, 0.52), b.uniform(0.75, 1.05)
    b.box((w, d, h), case, (0, 0, h / 2), round=soft(b, 0.1))
    crown_and_feet(b, w, d, h, case)
    drawers(b, (w, d, h - 0.16), 0.09, b.count(3, 4), b.pick(1, 2) if w > 1.0 else 1, front, knobs)
    if b.chance(0.25):
        glass = b.slot("mirror", ("glass", "silver"), word="mirror")
        b.say("with a mirror on top")
        b.ellipsoid((w * 0.32, 0.5, 0.42), case, (0, d * 0.35, h + 0.35), clip=("y", -0.04, 0.04))
        b.ellipsoid((w * 0.32 - 0.07, 0.5, 0.35), glass, (0, d * 0.35, h + 0.35), clip=("y", -0.055, 0.0))


def nightstand(b: Builder) -> None:
    case = b.slot("case", CASE, main=True)
    front = b.slot("drawers", (*WOODS, "painted wood", "plastic"), like="case" if b.chance(0.5) else "", word="drawers")
    knobs = b.slot("knobs", KNOBS)
    w, d, h, n = b.uniform(0.58, 0.7), b.uniform(0.45, 0.55), b.uniform(0.62, 0.8), b.count(1, 3)
    lift = 0.0 if n == 3 else h * (0.5 if n == 1 else 0.28)
    b.box((w, d, h - lift), case, (0, 0, (h + lift) / 2), round=soft(b, 0.1))
    b.box((w + 0.08, d + 0.06, 0.06), case, (0, 0, h), round=0.02)
    legs(b, (w / 2 - 0.05, d / 2 - 0.05), lift + 0.05, case, 0.07 * stout(b)) if lift else crown_and_feet(
        b, w, d, h, case
    )
    if n == 1 and b.chance(0.6):
        b.say("with a lower shelf")
        b.box((w - 0.08, d - 0.08, 0.06), case, (0, 0, lift * 0.35))
    drawers(b, (w, d, h - lift - 0.1), lift + 0.05, n, 1, front, knobs)


def wardrobe(b: Builder) -> None:
    case = b.slot("case", CASE, main=True)
    doors = b.slot(
        "doors", (*WOODS, "painted wood", "glass", "fabric"), like="case" if b.chance(0.45) else "", word="doors"
    )
    knobs = b.slot("knobs", KNOBS)
    w, d, h = b.uniform(0.85, 1.1), b.uniform(0.45, 0.55), b.uniform(1.45, 1.7)
    b.box((w, d, h), case, (0, 0, h / 2), round=soft(b, 0.1))
    crown_and_feet(b, w, d, h, case)
    if b.style == "ornate" or b.chance(0.2):
        b.prism((w * 0.9, d * 0.8, 0.2), case, (0, 0, h - 0.01))
    base = 0.32 if b.chance(0.5) else 0.08
    if base > 0.1:
        b.say("with a drawer at the bottom")
        b.box((w - 0.12, 0.07, base - 0.12), doors, (0, -d / 2, base / 2 + 0.03), round=0.015)
        b.sphere(0.04, knobs, (w * 0.25, -d / 2 - 0.06, base / 2 + 0.03), mirror="x")
    leaf, tall = w / 2 - 0.05, h - base - 0.1
    b.say("with two doors")
    b.box((leaf - 0.02, 0.07, tall), doors, (leaf / 2 + 0.01, -d / 2, base + tall / 2), mirror="x", round=0.015)
    n = b.count(1, 2)
    b.group()
    for i in range(n if b.style != "futuristic" else 0):
        z = base + tall * (i + 0.5) / n
        b.box((leaf * 0.65, 0.07, tall / n * 0.78), doors, (leaf / 2 + 0.01, -d / 2 - 0.03, z), mirror="x", round=0.015)
    b.box((0.045, 0.09, 0.2), knobs, (0.065, -d / 2 - 0.05, base + tall * 0.48), mirror="x", round=0.02)


def shelf(b: Builder) -> None:
    boards = b.slot("boards", (*WOODS, "plank", "metal", "glass"), main=True, word="boards")
    posts = b.slot("posts", (*WOODS, "metal", "iron", "painted metal"), word="posts")
    w, d, h, n, t = b.uniform(0.9, 1.3), b.uniform(0.32, 0.42), b.uniform(1.0, 1.5), b.count(3, 5), 0.06 * stout(b)
    b.say(f"with {NUMBER[n]} boards")
    step = (h - 0.16) / (n - 1)
    array(b, (w, d, t), boards, (0, 0, h / 2), n, "z", step, round=soft(b, t))
    b.box((t * 1.1, t * 1.1, h), posts, (w / 2 - t * 0.6, d / 2 - t * 0.6, h / 2), mirror="xy")
    if b.chance(0.5):
        b.say("with a cross brace")
        b.beam((-w / 2 + t, d / 2 - 0.03, 0.1), (w / 2 - t, d / 2 - 0.03, h - 0.1), 0.05, 0.05, posts)
        b.beam((w / 2 - t, d / 2 - 0.03, 0.1), (-w / 2 + t, d / 2 - 0.03, h - 0.1), 0.05, 0.05, posts)
    if b.chance(0.6):
        goods = b.slot("goods", ("ceramic", "glass", "cardboard", "clay"), word=b.pick("jars", "boxes", "goods"))
        b.say("with things on it")
        for level in range(n - 1):
            x, tall = b.uniform(-0.25, 0.25) * w, step * b.uniform(0.4, 0.6)
            z = 0.08 + level * step + t / 2 + tall / 2 - 0.01
            if b.chance(0.5):
                array(b, (0.16, 0.2, tall), goods, (x, 0, z), b.count(1, 3), "x", 0.2, round=0.03)
            else:
                b.cylinder(0.12, tall, goods, (x, 0, z), round=0.04)


STORAGE: dict[str, Kind] = {
    "bookshelf": Kind(bookshelf,
        ("bookcase", "book shelf", "shelf of books", "library shelf", "book rack", "shelving unit", "book case",
         "library bookcase", "book cabinet", "library bookshelf", "bookshelves", "wall of books",
         "shelf with books", "study bookcase", "library rack"),
        ("bookstand", "etagere"), True),
    "cabinet": Kind(cabinet,
        ("cupboard", "sideboard", "kitchen cabinet", "storage cabinet", "credenza", "buffet cabinet",
         "kitchen cupboard", "display cabinet", "buffet", "filing cabinet", "pantry cupboard", "curio cabinet",
         "dining cabinet", "low cupboard", "medicine cabinet", "locker"),
        ("hutch",)),
    "dresser": Kind(dresser,
        ("chest of drawers", "bureau", "drawers", "commode", "bedroom dresser", "tallboy", "drawer cabinet",
         "chest with drawers", "chiffonier", "clothes dresser", "drawer unit", "set of drawers",
         "bedroom drawers", "drawer chest", "clothing drawers", "bedroom chest"),
        ("highboy", "lowboy")),
    "nightstand": Kind(nightstand,
        ("bedside table", "night table", "bedside cabinet", "end table", "night stand", "bedside stand",
         "bedside locker", "bed side table", "lamp table", "bedside drawer", "bedside chest", "sofa side table",
         "bedroom table", "nighttable", "bedside unit"),
        ("bedstand",)),
    "wardrobe": Kind(wardrobe,
        ("armoire", "closet", "clothes cabinet", "clothes closet", "wooden wardrobe", "garderobe",
         "wardrobe closet", "clothes wardrobe", "clothing cabinet", "bedroom wardrobe", "narnia wardrobe",
         "clothes cupboard", "clothes press", "linen press", "freestanding closet", "bedroom closet"),
        ("clothespress",)),
    "shelf": Kind(shelf,
        ("shelves", "storage rack", "shelving", "display shelf", "pantry shelf", "rack", "shop shelf",
         "shelving rack", "store shelf", "garage shelf", "storage shelf", "warehouse shelf", "kitchen shelf",
         "shelving stand", "warehouse rack", "supermarket shelf"),
        ("shelf unit",), True),
}  # fmt: skip
