"""What the kinds of a prior look like by themselves: the colours and materials that a prompt may leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .lab import lab_of_array
from .language.brief import ITEMS, Brief, Item
from .materials import MADE_OF

SHOWS = 0.9  # tint from which on a material has no colour of its own that anybody expects: plastic, ceramic, fabric
TYPICAL = 0.4  # share of a kind's props with colours of its own from which on no others are drawn
COMMON = 0.5  # how often such a colour must be, against the commonest, to be drawn
LOUD = 25.0  # chroma at which a colour is half as often that of a part as a grey: brown has 29, red 75
OWN_TONE = (0.8, 0.3)  # chance that a material shows a tone of its own, under that tint and from it on


@dataclass(frozen=True)
class Stain:
    """How a material takes colours. tint: 0 (never) to 1; tones: the names of the colours that it has by itself."""

    tint: float
    tones: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """What a part may be: a material's word ("" where nobody says it), its colour ("any": what the material takes, else the
    one it always has) and the share of the kind's props."""

    material: str
    colour: str
    share: float


@dataclass(frozen=True)
class Part:
    """A part that nearly all props of a kind have. nouns: all that it is called, the commonest, by which it is told, first."""

    nouns: tuple[str, ...]
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Looks:
    """The looks of the main part of every kind and its other parts; the materials' stains; the colours' names.

    usual: of the kinds that may look otherwise than anybody expects who says nothing (an elephant of wood), what they expect.
    """

    kinds: dict[str, tuple[Look, ...]]
    parts: dict[str, tuple[Part, ...]]
    stains: dict[str, Stain]
    colours: dict[str, float]  # name -> how often a part has it that may have any, against white
    usual: dict[str, tuple[Look, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, card: dict[str, Any], colours: Mapping[str, Sequence[float]]) -> Looks:
        """From the entry `looks` of prior.json: "kinds" and "usual" {kind: looks}, "parts" {kind: {"noun|noun": looks}}, looks
        as [[material, colour, share]], and "stains" {material: [tint, [tone]]}. colours: their sRGB in [0, 1], by name."""
        kinds = {kind: _looks(rows) for kind, rows in card.get("kinds", {}).items()}
        parts = {
            kind: tuple(Part(tuple(nouns.split("|")), _looks(rows)) for nouns, rows in named.items())
            for kind, named in card.get("parts", {}).items()
        }
        stains = {word: Stain(tint, tuple(tones)) for word, (tint, tones) in card.get("stains", {}).items()}
        usual = {kind: _looks(rows) for kind, rows in card.get("usual", {}).items()}
        return cls(kinds, parts, stains, {name: quietness(rgb) for name, rgb in colours.items()}, usual)

    def of_prop(self, prop: Item, rng: np.random.Generator) -> tuple[str, ...]:
        """The words for colour and material, in this order, that an Item leaves open; () for kinds without looks."""
        looks = self._expected(prop) or self._possible(prop, self.kinds.get(prop.noun, ()))
        return self._drawn(prop, looks, rng, dict.fromkeys(self.colours, 1.0))

    def with_parts(self, brief: Brief, rng: np.random.Generator) -> Brief:
        """The Brief with looks for the parts that nearly all props of its kind have, where it says none."""
        head, *rest = brief.items
        named = {item.noun: item for item in rest}
        taken = {word for item in brief.items for word in item.modifiers if word in self.colours}
        for part in self.parts.get(head.noun, ()):
            item = next((named[noun] for noun in part.nouns if noun in named), Item(part.nouns[0]))
            if "no" in item.modifiers:
                continue
            words = self._drawn(item, self._possible(item, _told_apart(part.looks, taken)), rng, self.colours, taken)
            taken |= set(words) & set(self.colours)
            named[item.noun] = Item(item.noun, (*item.modifiers, *words))
        return Brief((head, *named.values())[:ITEMS])

    def _drawn(
        self,
        item: Item,
        looks: Sequence[Look],
        rng: np.random.Generator,
        often: Mapping[str, float],
        taken: Collection[str] = (),
    ) -> tuple[str, ...]:
        """The words of one of the looks that an Item leaves open, with no colour of those taken; often: how often each is."""
        said, colour = self._said(item)
        if not looks:
            return ()
        shares = np.array([look.share for look in looks])
        look = looks[int(rng.choice(len(looks), p=shares / shares.sum()))]
        words = ("" if colour else self._colour(look, rng, often, taken), "" if said else look.material)
        return tuple(word for word in words if word)

    def _said(self, item: Item) -> tuple[str | None, str | None]:
        """The material and the colour that an Item says."""
        said = next((word for word in item.modifiers if word in MADE_OF), None)
        return said, next((word for word in item.modifiers if word in self.colours), None)

    def _expected(self, prop: Item) -> Sequence[Look]:
        """The usual looks that go with what is said: a blue elephant is of what elephants are of."""
        said, colour = self._said(prop)
        usual = [look for look in self.usual.get(prop.noun, ()) if said in (None, look.material)]
        if colour is None:
            return usual
        return [] if said else [look for look in usual if self._takes(replace(look, colour="any"), colour)]

    def _possible(self, item: Item, looks: Sequence[Look]) -> Sequence[Look]:
        """The looks that go with what is said; of what says nothing the typical ones."""
        said, colour = self._said(item)
        if not looks or (said and colour):
            return ()
        if said is not None:
            looks = [look for look in looks if look.material == said] or [Look(said, "any", 1.0)]
        if colour is None:
            return _typical(looks)
        own = [look for look in looks if self._takes(look, colour)]
        return own or [look for look in looks if self._takes(replace(look, colour="any"), colour)]

    def _takes(self, look: Look, colour: str) -> bool:
        return look.colour == colour or (look.colour == "any" and self._stain(look).tint > 0)

    def _stain(self, look: Look) -> Stain:
        return self.stains.get(look.material, Stain(0.0 if look.material else 1.0, ()))

    def _colour(self, look: Look, rng: np.random.Generator, often: Mapping[str, float], taken: Collection[str]) -> str:
        """The name of a colour for a look, none of those taken; "" where its material brings its own."""
        stain = self._stain(look)
        if stain.tint == 0:
            return ""
        if look.colour != "any":
            return look.colour
        own = stain.tones and rng.random() < OWN_TONE[stain.tint >= SHOWS]
        names = [name for name in (stain.tones if own else self.colours) if name not in taken]
        shares = np.array([often[name] for name in names])
        return names[int(rng.choice(len(names), p=shares / shares.sum()))] if names else ""


def quietness(rgb: Sequence[float]) -> float:
    """How often a part may have a colour, in sRGB: 1 of a grey, a half where the chroma in L*a*b* is LOUD, less beyond.

    A prop whose every part has a colour of its own looks like a toy unless most of these are quiet.
    """
    chroma = np.linalg.norm(lab_of_array(np.array(rgb, np.float32))[1:])
    return float(1 / (1 + (chroma / LOUD) ** 2))


def _typical(looks: Sequence[Look]) -> Sequence[Look]:
    """Those with a colour of the kind's own, where enough are, and only its commonest: a pumpkin may be blue, or white, but
    nobody means that who says none."""
    shares = Counter[str]()
    for look in looks:
        shares[look.colour] += look.share  # type: ignore[assignment]
    others = shares.pop("any", 0.0)
    if not shares or shares.total() < TYPICAL * (shares.total() + others):
        return looks
    least = COMMON * max(shares.values())
    return [look for look in looks if look.colour != "any" and shares[look.colour] >= least]


def _told_apart(looks: Sequence[Look], taken: Collection[str]) -> Sequence[Look]:
    """Without those of a colour that is taken where the same material comes in another: nobody sees the black screen of a black
    television, but a wheel stays of black rubber."""
    free = {look.material for look in looks if look.colour not in taken}
    return [look for look in looks if look.colour not in taken or look.material not in free]


def _looks(rows: Iterable[Sequence[Any]]) -> tuple[Look, ...]:
    return tuple(Look(*row) for row in rows)
