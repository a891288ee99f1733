"""What many kinds share: stout or slim members, legs, columns, hollow vessels, handles, knobs."""

from __future__ import annotations

from collections.abc import Sequence

from ..programs import Builder, Frame, Vector

NUMBER = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UPRIGHT = (90.0, -90.0, 0.0)  # turns an arc so that it stands in the x-z plane and opens downwards
SIDEWAYS = (90.0, 0.0, 0.0)  # turns an arc or a ring into the x-z plane, an arc's middle towards +x
FACING = (90.0, 0.0, 0.0)  # turns a cylinder's axis to y: a disc seen from the front


def stout(b: Builder) -> float:
    """How thick members are in this style, against plain."""
    return {"cartoon": 1.45, "rustic": 1.2, "futuristic": 1.1, "low-poly": 1.1}.get(b.style, 1.0)


def soft(b: Builder, size: float) -> float:
    """Edge radius of a block of this smallest size: cartoon is round, low-poly is sharp."""
    return size * {"cartoon": 0.42, "low-poly": 0.02, "futuristic": 0.25, "ornate": 0.12}.get(b.style, 0.1)


def column(b: Builder, radius: float, height: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
    """A cylinder, or a prism of few sides in the low-poly style."""
    if b.style == "low-poly":
        more.pop("round", None)
        b.polygon(8, radius * 1.04, height, slot, at, round=0.004, **more)
    else:
        b.cylinder(radius, height, slot, at, **more)


def legs(b: Builder, reach: tuple[float, float], height: float, slot: str, thick: float) -> None:
    """Four legs under (x, y) = (+-reach[0], +-reach[1]), from the floor to `height`; one to three rows.

    Round, square, tapered and splayed or turned, by chance and style.
    """
    x, y = reach
    if b.style == "ornate":
        b.cone(thick * 0.75, thick * 0.55, height * 0.55, slot, (x, y, height * 0.29), mirror="xy")
        b.cone(thick * 0.55, thick * 0.8, height * 0.46, slot, (x, y, height * 0.77), mirror="xy")
        b.sphere(thick * 0.95, slot, (x, y, height * 0.55), mirror="xy")
        b.say("with turned legs")
    elif b.style == "futuristic":
        b.beam((x * 1.08, y * 1.08, 0), (x, y, height), thick, thick, slot, mirror="xy", round=thick * 0.2)
    elif b.chance(0.3):
        splay = b.uniform(1.05, 1.25)
        b.rod(
            (x * splay, y * splay, thick * 0.4),
            (x, y, height),
            thick * 0.45,
            slot,
            end_radius=thick * 0.62,
            mirror="xy",
        )
    elif b.chance(0.3):
        column(b, thick * 0.6, height, slot, (x, y, height / 2), mirror="xy")
    else:
        b.box((thick, thick, height), slot, (x, y, height / 2), mirror="xy", round=soft(b, thick))


def hollow(b: Builder, profile: Sequence[tuple[float, float]], slot: str, wall: float, floor: float) -> None:
    """Cut the inside out of a lathed vessel, open at the top: the profile drawn in by `wall` and up by `floor`."""
    inner = [(max(r - wall, 0.01), z) for r, z in profile]
    inner[0] = (inner[0][0], inner[0][1] + floor)
    inner[-1] = (inner[-1][0], inner[-1][1] + 0.02)
    b.lathe(inner, slot, op=2)


def ear(b: Builder, x: float, z: float, size: float, slot: str, *, thick: float, mirror: str = "") -> None:
    """A round handle at the side +x of a vessel, its ends inside the wall at x."""
    b.arc(size, thick, 105, slot, (x + size * 0.2, 0, z), rot=SIDEWAYS, mirror=mirror)


def knob(b: Builder, radius: float, slot: str, at: Vector, **more) -> None:
    """A ball, or an eight-sided stub in the low-poly style."""
    if b.style == "low-poly":
        b.polygon(6, radius * 1.1, radius * 1.8, slot, at, round=0.004, **more)
    else:
        b.sphere(radius, slot, at, **more)


def array(b: Builder, size: Vector, slot: str, at: Vector, n: int, axis: str, step: float, *, round: float = 0.01,
          rot: Vector = (0, 0, 0)) -> None:  # fmt: skip
    """n equal boxes `step` apart along an axis, centred on `at`, in a group of their own; one row."""
    b.group(Frame(at, rot))
    repeat, spacing = [1, 1, 1], [0.0, 0.0, 0.0]
    repeat["xyz".index(axis)], spacing["xyz".index(axis)] = n, step
    b.box(
        size, slot, repeat=(repeat[0], repeat[1], repeat[2]), spacing=(spacing[0], spacing[1], spacing[2]), round=round
    )
    b.group()
