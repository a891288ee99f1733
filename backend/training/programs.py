"""The compact program format of all props, and the builder with which the kinds write it.

A program is (K, ROW) float32: K signed-distance parts in order, one row each. A part's distance at a world point x is found by
    q = G_R (x - G_T)           the frame of its assembly (rigid)
    q = fold(q)                 mirror in x, y, z about the assembly's planes; n-fold polar about its z axis; linear arrays
    p = L_R (q - L_T)           the part's own frame, in which the primitive stands centred, its axis along z
and parts join their group by union, smooth union, cut or intersection; groups join by union. So a cut reaches its own group only.
Lengths are arbitrary while building; `finish` scales the prop into the unit ball around the centre of its bounding box.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

ROW = 48
(TYPE, OP, NEW, K, A, B, C, D, ROUND, SHELL, CLIP_AXIS, CLIP_LOW, CLIP_HIGH, MIRROR, POLAR) = range(15)
REPEAT, SPACING, G_R, G_T, L_R, L_T, SLOT = 15, 18, 21, 30, 33, 42, 45
BOX, CONE, TORUS, ELLIPSOID, PRISM, CAPSULE, POLYGON, ARC = range(8)
UNION, SMOOTH, CUT, INTERSECT = range(4)

Vector = tuple[float, float, float]
Array = NDArray[np.float32]
STYLES = ("plain", "ornate", "rustic", "futuristic", "low-poly", "cartoon")


def rotation(degrees: Vector) -> NDArray[np.float64]:
    """(3, 3) matrix of Blender's XYZ Euler angles: about x first, then y, then z."""
    a, b, c = (math.radians(v) for v in degrees)
    x = np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])
    y = np.array([[math.cos(b), 0, math.sin(b)], [0, 1, 0], [-math.sin(b), 0, math.cos(b)]])
    z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return z @ y @ x


@dataclass(frozen=True)
class Frame:
    """A rigid placement of an assembly: `at` in world units, `rot` in degrees (XYZ Euler)."""

    at: Vector = (0.0, 0.0, 0.0)
    rot: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Slot:
    """A paintable region. `word` names it in captions ("seat"); `materials` are names in `paints.MATERIALS`.

    `colour` fixes a named colour, or "any". `main` marks the region whose colour and material lead the caption.
    `like` makes it share another slot's paint with this probability-free rule: same material, same colour.
    """

    word: str
    materials: tuple[str, ...]
    colour: str = "any"
    main: bool = False
    like: str = ""


def main_slot(slots: Mapping[str, Slot]) -> str:
    """The name of the slot whose colour and material lead the caption: the one marked `main`, else the first; "" of none."""
    return next((name for name, slot in slots.items() if slot.main), next(iter(slots), ""))


@dataclass
class Builder:
    """Writes one prop. Kinds draw their variation from it (`uniform`, `chance`, `pick`, `count`) and add parts to it.

    Every `add`-like method takes `at` (centre), `rot` (degrees) and the keywords of `part`. Sizes are FULL sizes
    (width x, depth y, height z), radii are radii. Z is up, the front looks down -Y, any scale.
    """

    rng: np.random.Generator
    style: str = "plain"
    rows: list[Array] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    phrases: list[str] = field(default_factory=list)  # "with two bands": geometry the caption may name
    adjectives: list[str] = field(default_factory=list)  # "round", "tall": said before the kind's name
    frame: Frame = field(default_factory=Frame)
    _fresh: bool = True

    # --- variation
    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def count(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    # --- words
    def slot(self, name: str, materials: Sequence[str], *, word: str = "", colour: str = "any", main: bool = False,
             like: str = "") -> str:  # fmt: skip
        """Declare a paintable region and return its name. The first `main` slot leads the caption."""
        self.slots[name] = Slot(word or name, tuple(materials), colour, main, like)
        return name

    def say(self, phrase: str) -> None:
        """A phrase about the geometry that captions may use, for example "with three bands"."""
        self.phrases.append(phrase)

    def call(self, adjective: str) -> None:
        """An adjective of the geometry that captions may put before the kind's name, for example "round"."""
        self.adjectives.append(adjective)

    # --- groups and frames
    def group(self, frame: Frame | None = None) -> None:
        """Start a new group (cuts and intersections reach only parts since the last `group`), placed by `frame`."""
        self._fresh = True
        self.frame = frame or Frame()

    def part(self, kind: int, sizes: Sequence[float], slot: str, at: Vector = (0, 0, 0), rot: Vector = (0, 0, 0), *,
             op: int = UNION, blend: float = 0.05, round: float = 0.01, shell: float = 0.0,
             clip: tuple[str, float, float] | None = None, mirror: str = "", polar: int = 0,
             repeat: tuple[int, int, int] = (1, 1, 1), spacing: Vector = (0, 0, 0)) -> None:  # fmt: skip
        """Add one primitive.

        round: edge radius. shell > 0 hollows it into a skin of that thickness (inside and outside by half each).
        clip = (axis, low, high) keeps only low < local axis < high. mirror: of "x", "xy", ... about the frame's planes.
        polar: n copies about the frame's z axis. repeat / spacing: centred linear arrays along the frame's axes.
        Folding is exact while copies do not overlap.
        """
        row = np.zeros(ROW, np.float32)
        row[TYPE], row[OP], row[NEW], row[K] = kind, op, float(self._fresh), max(blend, 1e-4)
        row[A : A + len(sizes)] = sizes
        row[ROUND], row[SHELL] = round, shell
        row[CLIP_AXIS], row[CLIP_LOW], row[CLIP_HIGH] = -1, -1e3, 1e3
        if clip:
            row[CLIP_AXIS], row[CLIP_LOW], row[CLIP_HIGH] = "xyz".index(clip[0]), clip[1], clip[2]
        row[MIRROR] = sum(1 << "xyz".index(c) for c in mirror)
        row[POLAR] = polar if polar > 1 else 0
        row[REPEAT : REPEAT + 3], row[SPACING : SPACING + 3] = repeat, spacing
        row[G_R : G_R + 9] = rotation(self.frame.rot).T.reshape(-1)
        row[G_T : G_T + 3] = self.frame.at
        row[L_R : L_R + 9] = rotation(rot).T.reshape(-1)
        row[L_T : L_T + 3] = at
        row[SLOT] = list(self.slots).index(slot)
        self.rows.append(row)
        self._fresh = False

    # --- primitives
    def box(self, size: Vector, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        """A (rounded) box of full size (x, y, z)."""
        smallest = min(size) / 2
        more["round"] = min(more.get("round", 0.01), smallest * 0.95)
        self.part(BOX, [s / 2 for s in size], slot, at, **more)

    def cone(self, bottom: float, top: float, height: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        """A capped cone of two radii along z."""
        more["round"] = min(more.get("round", 0.01), height * 0.45, max(bottom, top) * 0.45, max(min(bottom, top), 0.0))
        self.part(CONE, [bottom, top, height / 2], slot, at, **more)

    def cylinder(self, radius: float, height: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        self.cone(radius, radius, height, slot, at, **more)

    def ellipsoid(self, radii: Vector, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        self.part(ELLIPSOID, radii, slot, at, **more)

    def sphere(self, radius: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        self.ellipsoid((radius, radius, radius), slot, at, **more)

    def torus(self, major: float, minor: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        """A ring around z."""
        self.part(TORUS, [major, minor], slot, at, **more)

    def arc(self, major: float, minor: float, half_angle: float, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        """Part of a ring around z: within `half_angle` degrees of +x on both sides, round ends."""
        self.part(ARC, [major, minor, math.radians(half_angle)], slot, at, **more)

    def prism(self, size: Vector, slot: str, at: Vector = (0, 0, 0), **more) -> None:
        """A gable roof: triangle in x-z extruded along y; full size; `at` is the centre of its base."""
        self.part(PRISM, [size[0] / 2, size[1] / 2, size[2]], slot, at, **more)

    def capsule(
        self, radius: float, length: float, slot: str, at: Vector = (0, 0, 0), *, top: float = -1.0, **more
    ) -> None:
        """A round-ended rod along z; `length` between the end centres; `top` is the upper radius if it differs."""
        self.part(CAPSULE, [radius, top if top >= 0 else radius, length / 2], slot, at, **more)

    def polygon(self, sides: int, radius: float, height: float, slot: str, at: Vector = (0, 0, 0), *, inner: float = -1.0,
                **more) -> None:  # fmt: skip
        """A regular polygon (a star when `inner` is given) extruded along z; a flat side / a tip points to +x."""
        inner = inner if inner >= 0 else radius * math.cos(math.pi / sides)
        self.part(POLYGON, [radius, inner, height / 2, sides], slot, at, **more)

    # --- compounds
    def rod(self, start: Vector, end: Vector, radius: float, slot: str, *, end_radius: float = -1.0, **more) -> None:
        """A capsule between two points."""
        a, b = np.array(start, float), np.array(end, float)
        d = b - a
        length = float(np.linalg.norm(d)) + 1e-9
        polar_angle = math.degrees(math.acos(max(-1.0, min(1.0, d[2] / length))))
        azimuth = math.degrees(math.atan2(d[1], d[0]))
        centre = (a + b) / 2
        at = (float(centre[0]), float(centre[1]), float(centre[2]))
        self.capsule(radius, length, slot, at, top=end_radius, rot=(0.0, polar_angle, azimuth), **more)

    def beam(self, start: Vector, end: Vector, width: float, depth: float, slot: str, **more) -> None:
        """A box between two points, `width` by `depth` across."""
        a, b = np.array(start, float), np.array(end, float)
        d = b - a
        length = float(np.linalg.norm(d)) + 1e-9
        polar_angle = math.degrees(math.acos(max(-1.0, min(1.0, d[2] / length))))
        azimuth = math.degrees(math.atan2(d[1], d[0]))
        centre = (a + b) / 2
        at = (float(centre[0]), float(centre[1]), float(centre[2]))
        self.box((width, depth, length), slot, at, rot=(0.0, polar_angle, azimuth), **more)

    def sweep(self, points: Sequence[Vector], radius: float, slot: str, *, end_radius: float = -1.0, **more) -> None:
        """A tube through points, its radius going linearly to `end_radius`."""
        last = radius if end_radius < 0 else end_radius
        steps = np.linspace(radius, last, len(points))
        for i in range(len(points) - 1):
            self.rod(points[i], points[i + 1], float(steps[i]), slot, end_radius=float(steps[i + 1]), **more)

    def lathe(self, profile: Sequence[tuple[float, float]], slot: str, at: Vector = (0, 0, 0), **more) -> None:
        """A solid of revolution: (radius, z) pairs from bottom to top, joined by capped cones."""
        for (r0, z0), (r1, z1) in zip(profile, profile[1:], strict=False):
            if z1 - z0 > 1e-4:
                centre = (at[0], at[1], at[2] + (z0 + z1) / 2)
                self.cone(max(r0, 1e-3), max(r1, 1e-3), (z1 - z0) * 1.002, slot, centre, **{"round": 0.0, **more})

    def program(self) -> Array:
        """(K, ROW) float32 in building units."""
        return np.stack(self.rows)


def normalise(program: Array, centre: NDArray[np.floating], scale: float) -> Array:
    """The program of `scale * (x - centre)`: every length scaled, every frame moved."""
    out = program.copy()
    out[:, G_T : G_T + 3] = (out[:, G_T : G_T + 3] - centre) * scale
    out[:, L_T : L_T + 3] *= scale
    out[:, SPACING : SPACING + 3] *= scale
    for column in (K, ROUND, SHELL, CLIP_LOW, CLIP_HIGH):
        out[:, column] *= scale
    lengths = {BOX: 3, CONE: 3, TORUS: 2, ELLIPSOID: 3, PRISM: 3, CAPSULE: 3, POLYGON: 3, ARC: 2}
    for row in out:
        row[A : A + lengths[int(row[TYPE])]] *= scale
    return out
