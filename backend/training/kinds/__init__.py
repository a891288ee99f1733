"""Every kind of prop the grammar knows: one table, gathered from one file per family."""

from __future__ import annotations

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

FAMILIES: dict[str, dict[str, Kind]] = {
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
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}
