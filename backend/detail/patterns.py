"""Owns the table from surface class to pattern."""

from __future__ import annotations

from collections.abc import Callable

from . import metal, mineral, organic
from .site import Layer, Site

PATTERNS: dict[str, Callable[[Site], Layer]] = {
    "wood": organic.wood,
    "painted_wood": organic.painted_wood,
    "bark": organic.bark,
    "wicker": organic.wicker,
    "leather": organic.leather,
    "fabric": organic.fabric,
    "paper": organic.paper,
    "fur": organic.fur,
    "foliage": organic.foliage,
    "brick": mineral.brick,
    "plaster": mineral.plaster,
    "stone": mineral.stone,
    "plastic": mineral.plastic,
    "rubber": mineral.rubber,
    "ceramic": mineral.ceramic,
    "food": organic.food,
    "crumb": organic.crumb,
    "snow": mineral.snow,
    "brushed_metal": metal.brushed_metal,
    "cast_metal": metal.cast_metal,
    "rusty_metal": metal.rusty_metal,
    "painted_metal": metal.painted_metal,
    "gold": metal.gold,
    "emissive": mineral.emissive,
    "glass": mineral.glass,
    "crystal": mineral.crystal,
    "water": mineral.water,
}
