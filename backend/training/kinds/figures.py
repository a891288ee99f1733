"""Figures: snowmen, ghosts, gnomes, scarecrows and statues."""

from __future__ import annotations

from ..paints import WOODS
from ..programs import Builder
from .kind import Kind
from .shapes import eyes


def snowman(b: Builder) -> None:
    body = b.slot(
        "body", ("snow", "snow", "snow", "snow", "plaster", "plastic"), colour=b.pick("any", "white"), main=True
    )
    nose = b.slot("nose", ("food", "plastic"), colour="orange", word=b.pick("nose", "carrot nose"))
    coal = b.slot("buttons", ("stone", "plastic"), colour="black", word=b.pick("buttons", "coal buttons"))
    arms = b.slot("arms", ("bark", *WOODS), word=b.pick("arms", "stick arms"))
    three = b.chance(0.65)
    r0 = b.uniform(0.46, 0.55)
    r1, r2 = (r0 * b.uniform(0.7, 0.8), r0 * b.uniform(0.5, 0.6)) if three else (0.0, r0 * b.uniform(0.66, 0.75))
    b.ellipsoid((r0, r0, r0 * 0.95), body, (0, 0, r0 * 0.85))
    b.box((3, 3, 1), body, (0, 0, -0.49), op=2)
    z = r0 * 1.6
    chest, wide = (z + r1 * 0.6, r1) if three else (r0, r0)
    if three:
        b.sphere(r1, body, (0, 0, chest))
        z = chest + r1 * 0.8
    b.say("with three snowballs" if three else "with two snowballs")
    head = z + r2 * 0.65
    b.sphere(r2, body, (0, 0, head))
    b.cone(0.075, 0.012, 0.32, nose, (0, -r2 - 0.12, head), rot=(90, 0, 0))
    eyes(b, 0.055, (r2 * 0.36, -r2 * 0.88, head + r2 * 0.3), coal)
    b.sphere(0.055, coal, (0, -wide * 0.97, chest + 0.02), repeat=(1, 1, 2), spacing=(0, 0, wide * 0.5))
    lift = b.uniform(0.05, 0.35)
    b.rod((wide * 0.85, 0, chest + 0.05), (wide + 0.45, -0.05, chest + lift), 0.045, arms, mirror="x")
    b.rod((wide + 0.3, -0.03, chest + lift * 0.7), (wide + 0.36, 0, chest + lift + 0.16), 0.035, arms, mirror="x")
    if b.chance(0.65):
        hat = b.slot("hat", ("fabric", "plastic", "metal"), colour=b.pick("black", "any"))
        form = b.pick("top hat", "top hat", "bucket", "cap")
        b.say(f"with a {form}")
        if form == "top hat":
            b.cylinder(r2 * 1.05, 0.06, hat, (0, 0, head + r2 * 0.8))
            b.cylinder(r2 * 0.68, r2, hat, (0, 0, head + r2 * 1.25))
        elif form == "bucket":
            b.cone(r2 * 0.85, r2 * 0.6, r2 * 0.9, hat, (0, 0, head + r2 * 1.1))
        else:
            b.ellipsoid((r2 * 1.04, r2 * 1.04, r2), hat, (0, 0, head + 0.04), clip=("z", r2 * 0.3, r2))
            b.sphere(r2 * 0.3, hat, (0, 0, head + r2 * 1.1))
    if b.chance(0.5):
        scarf = b.slot("scarf", ("fabric",))
        b.say("with a scarf")
        b.torus(r2 * 0.82, 0.075, scarf, (0, 0, z + 0.01))
        b.box((0.14, 0.08, 0.32), scarf, (r2 * 0.45, -r2 * 0.85, z - 0.16), rot=(12, 0, 0))


FIGURES: dict[str, Kind] = {
    "snowman": Kind(
        snowman,
        ("snow man", "frosty", "snow figure", "winter snowman", "christmas snowman", "snow person"),
        ("snowperson", "frosty the snowman"),
    ),
}
