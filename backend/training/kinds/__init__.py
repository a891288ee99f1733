"""Every kind of prop the grammar knows: one table, gathered from one file per family."""

from __future__ import annotations

from .containers import CONTAINERS
from .kind import Kind
from .nature import NATURE
from .tools import TOOLS
from .weapons import WEAPONS

FAMILIES: dict[str, dict[str, Kind]] = {"containers": CONTAINERS, "nature": NATURE, "tools": TOOLS, "weapons": WEAPONS}
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}
