"""Every kind of prop the grammar knows: one table, gathered from one file per family."""

from __future__ import annotations

from .arms import ARMS
from .baggage import BAGGAGE
from .buildings import BUILDINGS
from .containers import CONTAINERS
from .electronics import ELECTRONICS
from .figures import FIGURES
from .fittings import FITTINGS
from .food import FOOD
from .furniture import FURNITURE
from .household import HOUSEHOLD
from .kind import Kind
from .lighting import LIGHTING
from .nature import NATURE
from .outbuildings import OUTBUILDINGS
from .pots import POTS
from .seats_and_tables import MORE_FURNITURE
from .storage import STORAGE
from .street import STREET
from .tools import TOOLS
from .toys import TOYS
from .vehicles import VEHICLES
from .vessels import VESSELS
from .wargear import WARGEAR
from .weapons import WEAPONS
from .wild import WILD
from .workshop import WORKSHOP

FAMILIES: dict[str, dict[str, Kind]] = {
    "containers": CONTAINERS | VESSELS | POTS | BAGGAGE,
    "electronics": ELECTRONICS,
    "food": FOOD,
    "furniture": FURNITURE | MORE_FURNITURE | STORAGE,
    "household": HOUSEHOLD,
    "lighting": LIGHTING,
    "nature": NATURE | WILD,
    "tools": TOOLS | WORKSHOP,
    "weapons": WEAPONS | ARMS | WARGEAR,
    "buildings": BUILDINGS | OUTBUILDINGS,
    "fittings": FITTINGS,
    "vehicles": VEHICLES,
    "street": STREET,
    "toys": TOYS,
    "figures": FIGURES,
}
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}
