"""Colours, materials and the drawing of a paint for every slot of a prop: what captions name and what `paint.py` applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..materials import INDEX, SURFACES
from .programs import Slot

RGB = tuple[float, float, float]

COLOURS: dict[str, RGB] = {  # sRGB; 24 names artists type
    "red": (0.73, 0.10, 0.09), "dark red": (0.42, 0.06, 0.07), "orange": (0.90, 0.44, 0.09), "yellow": (0.91, 0.77, 0.14),
    "lime": (0.58, 0.80, 0.16), "green": (0.16, 0.52, 0.18), "dark green": (0.08, 0.27, 0.12), "olive": (0.42, 0.44, 0.16),
    "mint": (0.60, 0.85, 0.71), "teal": (0.08, 0.50, 0.50), "cyan": (0.18, 0.74, 0.85), "light blue": (0.53, 0.73, 0.92),
    "blue": (0.12, 0.28, 0.73), "navy": (0.06, 0.11, 0.33), "purple": (0.43, 0.15, 0.57), "lavender": (0.72, 0.63, 0.87),
    "magenta": (0.80, 0.12, 0.53), "pink": (0.93, 0.56, 0.67), "brown": (0.38, 0.22, 0.11), "tan": (0.76, 0.60, 0.42),
    "cream": (0.94, 0.89, 0.74), "white": (0.90, 0.90, 0.88), "grey": (0.47, 0.47, 0.48), "black": (0.07, 0.07, 0.08),
}  # fmt: skip
PLAIN, GRAIN, MOTTLE, STRIPES, CHECKS, DOTS, PLANKS, BRICKS, TILES, SPECKLE = range(10)
PATTERN_WORDS = {"striped": STRIPES, "checkered": CHECKS, "dotted": DOTS}
# A slot's numbers: colour 0:3, second colour 3:6, roughness, metallic, surface, pattern, frequency, contrast, seed, wear
SLOT_ROW = 16


@dataclass(frozen=True)
class Material:
    """One material word. `surface` names the class in `backend/materials.py`.

    natural: the colours it has when no colour is named, at the listed rarity; painted: it may take any named colour,
    tint: the share of a named colour that shows (wood stain 0.75, plastic 1.0).
    """

    surface: str
    natural: tuple[RGB, ...]
    tint: float = 0.0  # 0: never takes a named colour
    pattern: int = PLAIN
    frequency: float = 5.0  # of the pattern, per prior unit
    contrast: float = 0.3  # how dark the second colour is against the first
    patterned: bool = False  # may be striped, checkered, dotted


MATERIALS: dict[str, Material] = {
    "wooden": Material("wood", ((0.55, 0.36, 0.20), (0.44, 0.27, 0.14), (0.66, 0.46, 0.28)), 0.75, GRAIN, 7.0, 0.35),
    "oak": Material("wood", ((0.62, 0.44, 0.26),), 0.0, GRAIN, 7.0, 0.35),
    "dark wood": Material("wood", ((0.26, 0.15, 0.08),), 0.0, GRAIN, 7.0, 0.35),
    "pine": Material("wood", ((0.80, 0.62, 0.40),), 0.0, GRAIN, 6.0, 0.25),
    "plank": Material("wood", ((0.52, 0.35, 0.20), (0.45, 0.36, 0.28)), 0.6, PLANKS, 4.5, 0.45),
    "painted wood": Material("painted_wood", ((0.85, 0.84, 0.80),), 0.95, PLAIN, 5.0, 0.15, True),
    "bark": Material("bark", ((0.33, 0.23, 0.15), (0.42, 0.36, 0.30)), 0.0, MOTTLE, 8.0, 0.5),
    "wicker": Material("wicker", ((0.70, 0.52, 0.30),), 0.3, CHECKS, 14.0, 0.35),
    "straw": Material("wicker", ((0.85, 0.70, 0.36),), 0.0, GRAIN, 10.0, 0.35),
    "leather": Material("leather", ((0.40, 0.21, 0.11), (0.20, 0.12, 0.09)), 0.85, MOTTLE, 9.0, 0.12),
    "fabric": Material("fabric", ((0.78, 0.73, 0.65),), 1.0, PLAIN, 6.0, 0.3, True),
    "paper": Material("paper", ((0.90, 0.87, 0.78),), 0.9, PLAIN, 5.0, 0.1, True),
    "cardboard": Material("paper", ((0.70, 0.54, 0.36),), 0.0, PLAIN, 5.0, 0.1),
    "fur": Material("fur", ((0.45, 0.30, 0.18), (0.62, 0.60, 0.57), (0.85, 0.80, 0.72)), 0.7, MOTTLE, 9.0, 0.25),
    "foliage": Material(
        "foliage", ((0.20, 0.42, 0.13), (0.32, 0.50, 0.16), (0.14, 0.30, 0.12)), 0.6, SPECKLE, 12.0, 0.4
    ),
    "brick": Material("brick", ((0.58, 0.26, 0.18), (0.66, 0.40, 0.30)), 0.4, BRICKS, 8.0, 0.5),
    "plaster": Material("plaster", ((0.86, 0.82, 0.73),), 0.85, MOTTLE, 4.0, 0.12),
    "concrete": Material("plaster", ((0.58, 0.57, 0.55),), 0.0, MOTTLE, 6.0, 0.2),
    "clay": Material("plaster", ((0.70, 0.38, 0.23),), 0.2, MOTTLE, 5.0, 0.15),
    "stone": Material("stone", ((0.50, 0.49, 0.47), (0.42, 0.41, 0.38), (0.60, 0.56, 0.50)), 0.25, MOTTLE, 6.0, 0.4),
    "marble": Material("stone", ((0.88, 0.87, 0.85),), 0.2, MOTTLE, 3.0, 0.25),
    "cobblestone": Material("stone", ((0.46, 0.45, 0.43),), 0.0, BRICKS, 7.0, 0.4),
    "roof tile": Material("brick", ((0.62, 0.28, 0.18), (0.35, 0.36, 0.40)), 0.7, TILES, 8.0, 0.35),
    "plastic": Material("plastic", ((0.85, 0.85, 0.84),), 1.0, PLAIN, 5.0, 0.3, True),
    "rubber": Material("rubber", ((0.08, 0.08, 0.08),), 0.6, PLAIN, 5.0, 0.1),
    "ceramic": Material("ceramic", ((0.92, 0.91, 0.88),), 1.0, PLAIN, 5.0, 0.3, True),
    "food": Material("food", ((0.80, 0.50, 0.30),), 1.0, SPECKLE, 8.0, 0.1),
    "bread": Material("crumb", ((0.80, 0.58, 0.32), (0.66, 0.42, 0.20)), 0.0, MOTTLE, 7.0, 0.25),
    "chocolate": Material("food", ((0.28, 0.15, 0.09),), 0.0, PLAIN, 5.0, 0.15),
    "snow": Material("snow", ((0.94, 0.95, 0.97),), 0.0, MOTTLE, 4.0, 0.06),
    "metal": Material("brushed_metal", ((0.66, 0.66, 0.67), (0.50, 0.51, 0.53)), 0.7, PLAIN, 5.0, 0.1),
    "steel": Material("brushed_metal", ((0.72, 0.73, 0.75),), 0.0, PLAIN, 5.0, 0.1),
    "iron": Material("cast_metal", ((0.24, 0.24, 0.25), (0.32, 0.31, 0.31)), 0.0, MOTTLE, 8.0, 0.2),
    "copper": Material("brushed_metal", ((0.78, 0.45, 0.30),), 0.0, PLAIN, 5.0, 0.15),
    "brass": Material("gold", ((0.76, 0.60, 0.28),), 0.0, PLAIN, 5.0, 0.1),
    "gold": Material("gold", ((0.93, 0.73, 0.26),), 0.0, PLAIN, 5.0, 0.08),
    "silver": Material("brushed_metal", ((0.84, 0.84, 0.85),), 0.0, PLAIN, 5.0, 0.06),
    "rusty": Material("rusty_metal", ((0.45, 0.24, 0.13), (0.52, 0.33, 0.22)), 0.0, MOTTLE, 6.0, 0.5),
    "painted metal": Material("painted_metal", ((0.55, 0.57, 0.60),), 1.0, PLAIN, 5.0, 0.2, True),
    "glowing": Material("emissive", ((1.0, 0.93, 0.70),), 0.8, PLAIN, 5.0, 0.05),
    "glass": Material("glass", ((0.72, 0.85, 0.88),), 0.8, PLAIN, 5.0, 0.1),
    "crystal": Material("crystal", ((0.70, 0.85, 0.95),), 0.9, PLAIN, 5.0, 0.2),
    "ice": Material("crystal", ((0.74, 0.88, 0.96),), 0.0, MOTTLE, 4.0, 0.15),
    "water": Material("water", ((0.20, 0.45, 0.62),), 0.5, PLAIN, 5.0, 0.1),
}
# Groups that kinds name in their slots.
WOODS = ("wooden", "wooden", "oak", "dark wood", "pine", "painted wood")
METALS = ("metal", "steel", "iron", "brass", "gold", "rusty", "painted metal", "copper", "silver")
STONES = ("stone", "marble", "brick", "concrete", "cobblestone", "clay")
SOFT = ("fabric", "leather")
HARD = ("plastic", "painted wood", "painted metal", "ceramic")


@dataclass(frozen=True)
class Paint:
    """What one slot was painted with. `colour` is "" when the material shows its natural colour."""

    material: str
    colour: str
    pattern: str
    second: str  # the second colour's name, with a pattern
    row: NDArray[np.float32]  # (SLOT_ROW,)


def draw(slots: Mapping[str, Slot], rng: np.random.Generator) -> dict[str, Paint]:
    """A random paint for every slot; neighbours differ in colour where both are free."""
    paints: dict[str, Paint] = {}
    taken: set[str] = set()
    for name, slot in slots.items():
        if slot.like:
            paints[name] = paints[slot.like]
            continue
        paints[name] = _draw_one(slot, taken, rng)
        taken.add(paints[name].colour)
    return paints


def _draw_one(slot: Slot, taken: set[str], rng: np.random.Generator) -> Paint:
    word = slot.materials[int(rng.integers(len(slot.materials)))]
    material = MATERIALS[word]
    colour, pattern, second = "", "", ""
    if slot.colour in COLOURS:
        colour = slot.colour
    elif material.tint >= 0.9 or (material.tint > 0 and rng.random() < 0.45):
        free = [c for c in COLOURS if c not in taken]
        colour = free[int(rng.integers(len(free)))]
        if slot.main and material.patterned and rng.random() < 0.2:
            pattern = list(PATTERN_WORDS)[int(rng.integers(len(PATTERN_WORDS)))]
            others = [c for c in COLOURS if c != colour]
            second = others[int(rng.integers(len(others)))]
    return Paint(word, colour, pattern, second, paint_row(word, colour, pattern, second, rng))


def paint_row(word: str, colour: str, pattern: str, second: str, rng: np.random.Generator) -> NDArray[np.float32]:
    """The (SLOT_ROW,) numbers of one paint, jittered as real things vary."""
    material = MATERIALS[word]
    surface = SURFACES[INDEX[material.surface]]
    first = np.array(material.natural[int(rng.integers(len(material.natural)))])
    if colour:
        first = first + (np.array(COLOURS[colour]) - first) * max(material.tint, 0.75)
        if surface.metallic > 0.5:  # metals stay bright under a tint
            first = 0.75 * first + 0.25 * first.mean()
    first = np.clip(first * (1 + 0.07 * rng.standard_normal()) + 0.012 * rng.standard_normal(3), 0.02, 0.98)
    other = np.array(COLOURS[second]) if second else first * (1 - material.contrast)
    row = np.zeros(SLOT_ROW, np.float32)
    row[0:3], row[3:6] = first, np.clip(other, 0.01, 0.98)
    row[6] = np.clip(surface.roughness + 0.06 * rng.standard_normal(), 0.04, 1.0)
    row[7], row[8] = surface.metallic, INDEX[material.surface]
    row[9] = PATTERN_WORDS.get(pattern, material.pattern)
    row[10] = material.frequency * rng.uniform(0.8, 1.25) * (0.8 if pattern else 1.0)
    row[11], row[12] = 1.0, rng.random() * 100
    row[13] = rng.uniform(0, 0.3)
    return row
