"""What a prior can be told: its kinds with their names and parts, colours, materials, patterns and styles, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

RGB = tuple[float, float, float]
STACKED = "stacked"  # said of a stack of one kind; a prior that was not taught it was taught no compositions
ROLES = ("support", "carried", "stacked", "holder", "content")  # "a carried on a support", "a holder full of content"


@dataclass(frozen=True)
class KindWords:
    """One kind: other names for it, nouns of its parts, words said of its shape, materials its main part may have."""

    names: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    family: str = ""


@dataclass(frozen=True)
class Grammar:
    """All canonical words by the role they play. Colours are sRGB in [0, 1]. `plurals` are nouns usually named so.

    relations: kinds by the part they may play beside another one (see ROLES); {} where no two kinds can be joined.
    """

    kinds: dict[str, KindWords] = field(default_factory=dict)
    colours: dict[str, RGB] = field(default_factory=dict)
    materials: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    plurals: tuple[str, ...] = ()
    relations: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def may(self, kind: str, role: str) -> bool:
        """Whether a kind can play a role of ROLES."""
        return kind in self.relations.get(role, ())

    def holds(self, kind: str) -> bool:
        """Whether things can be in a kind."""
        return self.kinds[kind].family == "containers" or self.may(kind, "holder")

    @property
    def nouns(self) -> tuple[str, ...]:
        """The nouns of all kinds' parts, sorted."""
        return tuple(sorted({n for kind in self.kinds.values() for n in kind.nouns}))

    @property
    def words(self) -> tuple[str, ...]:
        """The words said of shapes, of all kinds, sorted."""
        return tuple(sorted({w for kind in self.kinds.values() for w in kind.words}))

    @staticmethod
    def of(raw: dict[str, Any]) -> Grammar:
        """A grammar from what `dataclasses.asdict` made of one, as JSON keeps it. Raises KeyError, TypeError."""
        kinds = {
            name: KindWords(tuple(k["names"]), tuple(k["nouns"]), tuple(k["words"]), tuple(k["materials"]), k["family"])
            for name, k in raw["kinds"].items()
        }
        colours = {name: (float(c[0]), float(c[1]), float(c[2])) for name, c in raw["colours"].items()}
        lists = {key: tuple(raw[key]) for key in ("materials", "patterns", "styles", "plurals")}
        relations = {role: tuple(names) for role, names in raw.get("relations", {}).items()}
        return Grammar(kinds, colours, **lists, relations=relations)

    def known_to(self, words: Iterable[str]) -> Grammar:
        """This grammar without the kinds, materials, patterns and styles that a vocabulary lacks."""
        known = set(words)

        def keep(group: Iterable[str]) -> tuple[str, ...]:
            return tuple(w for w in group if w in known)

        kinds = {
            name: KindWords(k.names, keep(k.nouns), keep(k.words), keep(k.materials), k.family)
            for name, k in self.kinds.items()
            if name in known
        }
        colours = {name: rgb for name, rgb in self.colours.items() if name in known}
        relations = {role: keep(names) for role, names in self.relations.items()} if STACKED in known else {}
        return Grammar(
            kinds, colours, keep(self.materials), keep(self.patterns), keep(self.styles), keep(self.plurals), relations
        )
