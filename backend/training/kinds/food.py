"""Food: fruit, baking and meals."""

from __future__ import annotations

from ..programs import Builder
from .joinery import NUMBER, column, stout
from .kind import Kind

ICING = ("food", "food", "chocolate", "snow")


def cake(b: Builder) -> None:
    sponge = b.slot("sponge", ("food", "food", "chocolate", "bread"), main=True, word="sponge")
    icing = b.slot("icing", ICING, word="icing")
    tiers = b.count(1, 3)
    b.say(f"with {NUMBER[tiers]} tier" + "s" * (tiers > 1))
    r, z = b.uniform(0.5, 0.62), 0.0
    if b.chance(0.5):
        plate = b.slot("plate", ("ceramic", "silver", "gold"), word="plate")
        b.cylinder(r * 1.25, 0.07, plate, (0, 0, 0.035), round=0.02)
        z = 0.06
    drips = b.count(7, 9)
    for _ in range(tiers):
        h = b.uniform(0.34, 0.42) if tiers == 1 else 0.3
        column(b, r, h, sponge, (0, 0, z + h / 2), round=0.03)
        column(b, r + 0.025, 0.12, icing, (0, 0, z + h - 0.03), round=0.05)
        b.capsule(0.075 * stout(b), h * 0.25, icing, (r, 0, z + h * 0.72), polar=drips)
        z, r = z + h, r * 0.7
    top = b.pick("cherry", "candles", "cherries")
    r /= 0.7
    if top == "candles":
        sticks, fire = (
            b.slot("candles", ("plastic",)),
            b.slot("flames", ("glowing",), colour=b.pick("orange", "yellow")),
        )
        n = b.count(3, 6)
        b.say(f"with {NUMBER[n]} candles")
        b.cylinder(0.045, 0.28, sticks, (r * 0.55, 0, z + 0.13), polar=n)
        b.capsule(0.05, 0.06, fire, (r * 0.55, 0, z + 0.31), polar=n, top=0.02)
        return
    fruit = b.slot("cherry", ("food",), colour="red", word=top)
    if top == "cherry":
        b.sphere(0.13, fruit, (0, 0, z + 0.1))
    else:
        b.sphere(0.09, fruit, (r * 0.7, 0, z + 0.06), polar=b.count(5, 6))


def apple(b: Builder) -> None:
    skin = b.slot(
        "skin", ("food",), main=True, colour=b.pick("red", "green", "lime", "dark red", "yellow", "any"), word="skin"
    )
    stem = b.slot("stem", ("bark", "wooden"), word="stem")
    squash, hole = b.uniform(0.82, 0.98), b.uniform(0.1, 0.16)
    b.ellipsoid((0.5, 0.5, 0.5 * squash), skin, (0, 0, 0.5 * squash))
    b.cone(0.38, 0.26, 0.5 * squash, skin, (0, 0, 0.25 * squash + 0.03), op=1, blend=0.12, round=0.1)
    b.cone(0.02, 0.3, hole * 1.6, skin, (0, 0, squash - hole * 0.5), op=2)
    if b.chance(0.2):
        flesh = b.slot("flesh", ("food",), colour="cream", word="bite")
        b.say("with a bite taken out")
        b.sphere(0.25, flesh, (0.45, -0.2, 0.55 * squash), op=2)
    b.group()
    lean = b.uniform(-0.1, 0.12)
    b.rod((0, 0, squash - hole * 1.5), (lean, 0, squash + 0.17), 0.042 * stout(b), stem, end_radius=0.05 * stout(b))
    if b.chance(0.7):
        leaf = b.slot("leaf", ("foliage",), word="leaf", colour=b.pick("green", "dark green", "lime"))
        b.say("with a leaf")
        b.ellipsoid((0.2, 0.09, 0.035), leaf, (lean * 0.7 + 0.19, 0, squash + 0.12), rot=(0, -22, 0))


FOOD: dict[str, Kind] = {
    "cake": Kind(cake,
        ("birthday cake", "layer cake", "wedding cake", "sponge cake", "party cake", "cream cake", "cheesecake",
         "fruit cake", "tiered cake", "iced cake", "strawberry cake", "anniversary cake", "christmas cake",
         "celebration cake", "cream gateau", "layered cake"),
        ("gateau", "torte")),
    "apple": Kind(apple,
        ("red apple", "green apple", "fresh apple", "juicy apple", "ripe apple", "orchard apple", "eating apple",
         "fruit apple", "golden delicious", "cooking apple", "shiny apple", "poisoned apple", "crab apple",
         "sweet apple", "apple fruit", "autumn apple"),
        ("pippin", "granny smith")),
}  # fmt: skip
