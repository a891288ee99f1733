"""Every kind of prop the grammar knows: one table, gathered from one file per family."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .aircraft import AIRCRAFT
from .animals import ANIMALS
from .appliances import APPLIANCES
from .arms import ARMS
from .baggage import BAGGAGE
from .belongings import BELONGINGS
from .buildings import BUILDINGS
from .carts import CARTS
from .computers import COMPUTERS
from .containers import CONTAINERS
from .craft import CRAFT
from .creatures import CREATURES
from .devices import DEVICES
from .electronics import ELECTRONICS
from .figures import FIGURES
from .fittings import FITTINGS
from .food import FOOD
from .furniture import FURNITURE
from .games import GAMES
from .harvest import HARVEST
from .household import HOUSEHOLD
from .keepsakes import KEEPSAKES
from .kind import Kind
from .kiosks import KIOSKS
from .kitchen import KITCHEN
from .lamps import LAMPS
from .lighting import LIGHTING
from .masonry import MASONRY
from .meals import MEALS
from .music import MUSIC
from .nature import NATURE
from .outbuildings import OUTBUILDINGS
from .plants import PLANTS
from .pots import POTS
from .produce import PRODUCE
from .roadside import ROADSIDE
from .seats_and_tables import MORE_FURNITURE
from .snacks import SNACKS
from .storage import STORAGE
from .street import STREET
from .sweets import SWEETS
from .tools import TOOLS
from .toys import TOYS
from .treasure import TREASURE
from .vehicles import VEHICLES
from .vessels import VESSELS
from .wargear import WARGEAR
from .weapons import WEAPONS
from .wild import WILD
from .workshop import WORKSHOP

FURTHER_NAMES = Path(__file__).with_name("further_names.txt")


def further_names() -> dict[str, tuple[str, ...]]:
    """Names beyond those beside the shapes: dealers', regional and old words, varieties. A line a kind: "kind: name, name"."""
    lines = (line.split(": ") for line in FURTHER_NAMES.read_text(encoding="utf-8").splitlines())
    return {kind: tuple(names.split(", ")) for kind, names in lines}


_SHAPES: dict[str, dict[str, Kind]] = {
    "appliances": APPLIANCES,
    "containers": CONTAINERS | VESSELS | POTS | BAGGAGE,
    "electronics": ELECTRONICS | DEVICES | COMPUTERS,
    "food": FOOD | HARVEST | SNACKS | PRODUCE | MEALS | SWEETS,
    "furniture": FURNITURE | MORE_FURNITURE | STORAGE,
    "household": HOUSEHOLD | BELONGINGS | KITCHEN | KEEPSAKES | TREASURE,
    "lighting": LIGHTING | LAMPS,
    "nature": NATURE | WILD | PLANTS,
    "tools": TOOLS | WORKSHOP,
    "weapons": WEAPONS | ARMS | WARGEAR,
    "buildings": BUILDINGS | OUTBUILDINGS,
    "fittings": FITTINGS | MASONRY,
    "vehicles": VEHICLES | CRAFT | CARTS | AIRCRAFT,
    "street": STREET | ROADSIDE | KIOSKS,
    "toys": TOYS | GAMES | MUSIC,
    "figures": FIGURES | ANIMALS | CREATURES,
}
_FURTHER = further_names()
FAMILIES: dict[str, dict[str, Kind]] = {
    family: {name: replace(kind, synonyms=kind.synonyms + _FURTHER.get(name, ())) for name, kind in kinds.items()}
    for family, kinds in _SHAPES.items()
}
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}
