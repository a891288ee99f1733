"""Storage furniture: shelves, cabinets and other boxes with doors and drawers."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder
from .joinery import NUMBER, array, soft, stout
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


STORAGE: dict[str, Kind] = {
    "bookshelf": Kind(
        bookshelf,
        ("bookcase", "book shelf", "shelf of books", "library shelf", "book rack", "shelving unit"),
        ("bookstand", "etagere"),
        True,
    ),
    "cabinet": Kind(
        cabinet,
        ("cupboard", "sideboard", "kitchen cabinet", "storage cabinet", "credenza", "buffet cabinet"),
        ("hutch",),
    ),
}
