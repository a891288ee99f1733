"""Assemblies that several families of props share: pillars in the prop's style, wheels, spoked wheels, roofs, eyes."""

from __future__ import annotations

from ..programs import Builder, Frame, Vector

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def pillar(b: Builder, radius: float, height: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
    """An upright cylinder; eight-sided in the low-poly style."""
    if b.style == "low-poly":
        b.polygon(b.pick(6, 8), radius, height, slot, at, **more)
    else:
        b.cylinder(radius, height, slot, at, **more)


def disc(b: Builder, radius: float, depth: float, slot: str, at: Vector, **more) -> None:
    """A cylinder facing the front: its axis along y."""
    b.cylinder(radius, depth, slot, at, rot=(90, 0, 0), **more)


def road_wheels(b: Builder, radius: float, width: float, at: Vector, tyre: str, hub: str, mirror: str = "xy") -> None:
    """Wheels on axles along x, folded by `mirror`: two rows for all of them."""
    b.cylinder(radius, width, tyre, at, rot=(0, 90, 0), round=width * 0.25, mirror=mirror)
    b.cylinder(radius * 0.5, width * 1.25, hub, at, rot=(0, 90, 0), mirror=mirror)


def spoked_wheel(b: Builder, radius: float, frame: Frame, rim: str, spoke: str, *, spokes: int, thick: float) -> None:
    """A spoked wheel around the z axis of `frame`."""
    b.group(frame)
    b.cylinder(radius, thick, rim)
    b.cylinder(radius - thick * 1.1, thick * 3, rim, op=2)
    b.group(frame)
    inner = radius - thick
    b.box((inner, thick * 0.8, thick * 0.7), spoke, (inner / 2, 0, 0), polar=spokes)
    b.cylinder(thick * 1.4, thick * 1.7, spoke)


def ring_wall(b: Builder, outer: float, inner: float, height: float, slot: str, z: float, floor: float = 0.0) -> None:
    """An upright tube, open above, its foot at `z` and closed up to `floor` above it. It is a group of its own."""
    b.group(b.frame)
    b.cylinder(outer, height, slot, (0, 0, z + height / 2))
    b.cylinder(inner, height, slot, (0, 0, z + height / 2 + max(floor, -height if floor < 0 else floor)), op=2)
    b.group(b.frame)


def eyes(b: Builder, radius: float, at: Vector, slot: str, squash: float = 0.6) -> None:
    """A pair of eyes, mirrored in x, flattened along y."""
    b.ellipsoid((radius, radius * squash, radius), slot, at, mirror="x")
