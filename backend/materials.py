"""The surface classes: one table for the grammar that paints them, the prior that predicts them, the bake that details them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Surface:
    """A class of surface: its code in the prior's three material channels, and its mean roughness and metallic."""

    name: str
    code: tuple[float, float, float]  # a point of the lattice {-1, 0, 1}^3; likely confusions lie close together
    roughness: float
    metallic: float


SURFACES: tuple[Surface, ...] = (
    Surface("wood", (-1, -1, -1), 0.70, 0.0),
    Surface("painted_wood", (-1, -1, 0), 0.55, 0.0),
    Surface("bark", (-1, -1, 1), 0.90, 0.0),
    Surface("wicker", (-1, 0, -1), 0.80, 0.0),
    Surface("leather", (-1, 0, 0), 0.55, 0.0),
    Surface("fabric", (-1, 0, 1), 0.90, 0.0),
    Surface("paper", (-1, 1, -1), 0.85, 0.0),
    Surface("fur", (-1, 1, 0), 0.95, 0.0),
    Surface("foliage", (-1, 1, 1), 0.75, 0.0),
    Surface("brick", (0, -1, -1), 0.90, 0.0),
    Surface("plaster", (0, -1, 0), 0.90, 0.0),
    Surface("stone", (0, -1, 1), 0.90, 0.0),
    Surface("plastic", (0, 0, -1), 0.35, 0.0),
    Surface("rubber", (0, 0, 0), 0.80, 0.0),
    Surface("ceramic", (0, 0, 1), 0.20, 0.0),
    Surface("food", (0, 1, -1), 0.50, 0.0),
    Surface("crumb", (0, 1, 0), 0.85, 0.0),
    Surface("snow", (0, 1, 1), 0.80, 0.0),
    Surface("brushed_metal", (1, -1, -1), 0.35, 1.0),
    Surface("cast_metal", (1, -1, 0), 0.55, 1.0),
    Surface("rusty_metal", (1, -1, 1), 0.80, 0.6),
    Surface("painted_metal", (1, 0, -1), 0.40, 0.0),
    Surface("gold", (1, 0, 0), 0.25, 1.0),
    Surface("emissive", (1, 0, 1), 0.40, 0.0),
    Surface("glass", (1, 1, -1), 0.08, 0.0),
    Surface("crystal", (1, 1, 0), 0.12, 0.0),
    Surface("water", (1, 1, 1), 0.05, 0.0),
)
INDEX = {surface.name: i for i, surface in enumerate(SURFACES)}
CODES = torch.tensor([surface.code for surface in SURFACES], dtype=torch.float32)  # (27, 3)

# What the words of the grammar's materials are made of: its paints (`training/paints.py`) say the same, and a test sees to it.
_WORDS = {
    "wood": "wooden, oak, dark wood, pine, plank", "painted_wood": "painted wood", "bark": "bark",
    "wicker": "wicker, straw", "leather": "leather", "fabric": "fabric", "paper": "paper, cardboard", "fur": "fur",
    "foliage": "foliage", "brick": "brick, roof tile", "plaster": "plaster, concrete, clay",
    "stone": "stone, marble, cobblestone", "plastic": "plastic", "rubber": "rubber", "ceramic": "ceramic",
    "food": "food, chocolate", "crumb": "bread", "snow": "snow", "brushed_metal": "metal, steel, copper, silver",
    "cast_metal": "iron", "gold": "brass, gold", "rusty_metal": "rusty", "painted_metal": "painted metal",
    "emissive": "glowing", "glass": "glass", "crystal": "crystal, ice", "water": "water",
}  # fmt: skip
MADE_OF: dict[str, str] = {word: name for name, words in _WORDS.items() for word in words.split(", ")}

# The sRGB of those words that say their colour too, for they never take another; of several shades the mean.
NATURAL: dict[str, tuple[float, float, float]] = {
    "gold": (0.93, 0.73, 0.26), "brass": (0.76, 0.60, 0.28), "copper": (0.78, 0.45, 0.30), "silver": (0.84, 0.84, 0.85),
    "steel": (0.72, 0.73, 0.75), "iron": (0.28, 0.28, 0.28), "rusty": (0.48, 0.29, 0.18), "oak": (0.62, 0.44, 0.26),
    "dark wood": (0.26, 0.15, 0.08), "pine": (0.80, 0.62, 0.40), "bark": (0.38, 0.30, 0.22), "straw": (0.85, 0.70, 0.36),
    "cardboard": (0.70, 0.54, 0.36), "concrete": (0.58, 0.57, 0.55), "cobblestone": (0.46, 0.45, 0.43),
    "bread": (0.73, 0.50, 0.26), "chocolate": (0.28, 0.15, 0.09), "snow": (0.94, 0.95, 0.97), "ice": (0.74, 0.88, 0.96),
}  # fmt: skip

# The rest of those that take a named colour only in part: the sRGB that they have by themselves, of several shades the mean, the
# share of the named colour that shows, and how bright their pattern leaves both. Green stone is no green paint.
STAINS: dict[str, tuple[tuple[float, float, float], float, float]] = {
    "wooden": ((0.55, 0.36, 0.21), 0.75, 0.87), "plank": ((0.48, 0.35, 0.24), 0.75, 0.81),
    "painted wood": ((0.85, 0.84, 0.80), 0.95, 1), "wicker": ((0.70, 0.52, 0.30), 0.75, 0.82),
    "leather": ((0.30, 0.16, 0.10), 0.85, 0.94), "paper": ((0.90, 0.87, 0.78), 0.9, 1),
    "fur": ((0.64, 0.57, 0.49), 0.75, 0.88), "foliage": ((0.22, 0.41, 0.14), 0.75, 0.84),
    "brick": ((0.62, 0.33, 0.24), 0.75, 0.82), "plaster": ((0.86, 0.82, 0.73), 0.85, 0.94),
    "clay": ((0.70, 0.38, 0.23), 0.75, 0.93), "stone": ((0.51, 0.49, 0.45), 0.75, 0.8),
    "marble": ((0.88, 0.87, 0.85), 0.75, 0.88), "roof tile": ((0.48, 0.32, 0.29), 0.75, 0.87),
    "rubber": ((0.08, 0.08, 0.08), 0.75, 1), "metal": ((0.58, 0.58, 0.60), 0.75, 1),
    "glowing": ((1.00, 0.93, 0.70), 0.8, 1), "glass": ((0.72, 0.85, 0.88), 0.8, 1),
    "crystal": ((0.70, 0.85, 0.95), 0.9, 1), "water": ((0.20, 0.45, 0.62), 0.75, 1),
}  # fmt: skip


def decode_materials(code: Tensor, among: Sequence[int] = ()) -> Tensor:
    """The nearest surface of each code, of all or only of those `among`. (..., 3) -> (...) int64 indices into SURFACES.

    A code half-way between wood and iron is that of plaster: whoever knows that there is no plaster should say so.
    """
    if among:
        few = torch.tensor(sorted(among), device=code.device)
        away = (code.unsqueeze(-2).float() - CODES.to(code.device)[few]).square().sum(-1)
        return few[away.argmin(-1)]
    lattice = (code.clamp(-1, 1).round() + 1).long()  # nearest lattice point, 0..2 in each axis
    return _BY_LATTICE.to(code.device)[lattice[..., 0] * 9 + lattice[..., 1] * 3 + lattice[..., 2]]


_BY_LATTICE = torch.empty(27, dtype=torch.long)
for _i, _s in enumerate(SURFACES):
    _BY_LATTICE[int((_s.code[0] + 1) * 9 + (_s.code[1] + 1) * 3 + (_s.code[2] + 1))] = _i
