"""Every kind of prop the grammar knows: one table, gathered from one file per family."""

from __future__ import annotations

from .containers import CONTAINERS
from .kind import Kind

FAMILIES: dict[str, dict[str, Kind]] = {"containers": CONTAINERS}
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}
