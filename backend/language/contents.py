"""What a prop holds: "a mug of tea", "a cart full of hay". Its part that shows it takes its looks, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .english import singular
from .grammar import Grammar
from .lexicon import Lexicon
from .terms import TERM, UNKNOWN, Span
from .ways import FULL_OF

FILLINGS, TREASURE = ("bread", "chocolate", "snow", "ice", "water", "foliage", "straw"), ("gold", "silver", "crystal")
DRY = ("bread", "foliage", "straw")  # no liquid is made of them: a "cup with a straw"
LOADS = ("content", "load", "cargo")  # parts that show whatever is in a container
LIQUIDS = ("drink", "liquid", "wine", "brew", "soup", "water", "potion")  # parts that show a liquid
SHOWING = frozenset((*LOADS, *LIQUIDS))
MADE_OF = ("wood", "rock", "metal", "fabric", "mineral")  # no contents: a chest of teak
# liquids by the colour they mostly have, "" where none
_POURED = {
    "orange": "beer ale lager honey mead cider whiskey whisky bourbon rum brandy cognac syrup nectar juice lava magma",
    "yellow": "lemonade broth champagne",
    "brown": "tea cola coke soda stout gravy cocoa coffee mud stew",
    "white": "milk yoghurt yogurt milkshake",
    "dark red": "blood wine jam",
    "red": "ketchup punch",
    "lime": "slime acid poison venom absinthe",
    "black": "oil ink tar petroleum",
    "": "liquid fluid gasoline petrol fuel paint glue soap soup",
}
POURED = {word: colour for colour, words in _POURED.items() for word in words.split()}


@dataclass(frozen=True)
class Contents:
    """What is held, in the prompt's words; the part that shows it ("": none does) and that part's looks; understood: the
    places of the spans that name it."""

    text: str
    part: str
    looks: tuple[str, ...]
    understood: frozenset[int]


def contents_or_none(
    lead: str, spans: Sequence[Span], looks: Sequence[tuple[str, ...]], kind: str, means: tuple[Grammar, Lexicon]
) -> Contents | None:
    """What a kind holds by the phrase that `lead` led in, or None where that says what it is made of, or a part of its own.

    looks: the modifiers of each span. A bucket of water and a bag of gold are not made of them, a bowl of stone and a goblet
    of gold are; what is filled with gold is not.
    """
    grammar, lexicon = means
    entry = grammar.kinds[kind]
    if _own(lead, spans, kind, grammar) or not _may_be_said(lead, spans, looks, kind, means):
        return None
    pairs = [(span, word) for span, said in zip(spans, looks, strict=True) for word in said]
    words = [w for span, w in pairs if w in grammar.colours or singular(span.text) not in POURED]  # liquid is not water
    nouns = [i for i, span in enumerate(spans) if _names(span, lexicon)]
    if not set(words).isdisjoint(entry.materials) and lead == "of":
        return None
    poured = [singular(spans[i].text) for i in nouns if _pours(spans[i], lexicon)]
    loose = {*FILLINGS, *(TREASURE if "ceramic" not in entry.materials else ())}
    loose = set(grammar.materials) if lead in FULL_OF else loose
    shown = SHOWING.intersection(entry.nouns)
    held = [w for w in words if w in loose or ((nouns or shown) and w in grammar.colours)]
    if not (nouns or held) or (not _holds(kind, grammar) and any(not spans[i].term.modifiers for i in nouns)):
        return None
    filled = not loose.isdisjoint(held) or not nouns
    liquid = LIQUIDS if poured or (filled and set(DRY).isdisjoint(held)) else ()
    part = next((p for p in (*(LOADS if filled else ()), *liquid) if p in shown), "")
    if poured and poured[-1] != part and not set(held) & set(grammar.colours):
        held += [colour for colour in (POURED.get(poured[-1], ""),) if colour in grammar.colours]
    understood = frozenset(i for i, said in enumerate(looks) if i in nouns or set(said) & set(held))
    text = " ".join(span.text for i, span in enumerate(spans) if i in understood)
    return Contents(text, part, tuple(w for w in held if w != part), understood)


def _own(lead: str, spans: Sequence[Span], kind: str, grammar: Grammar) -> bool:
    """Whether the phrase names the kind once more, or a part of it: then it is bound as any part is."""
    nouns = grammar.kinds[kind].nouns
    parts = [span for span in spans if span.term.part in nouns]
    return any(lead != "of" or not span.term.modifiers for span in parts) or any(
        span.term.kind == kind and singular(span.text) not in POURED for span in spans
    )


def _may_be_said(lead: str, spans: Sequence[Span], looks: Sequence[tuple[str, ...]], kind: str,
                 means: tuple[Grammar, Lexicon]) -> bool:  # fmt: skip
    """Whether a phrase so led in may say what the kind holds: "with" only says that of what can but fill it."""
    if lead == "with":
        fills = _pours(spans[-1], means[1]) or (bool(looks[-1]) and set(looks[-1]) <= {*FILLINGS})
        return fills and _holds(kind, means[0])
    return lead in FULL_OF or (lead == "of" and _holds(kind, means[0]))


def _holds(kind: str, grammar: Grammar) -> bool:
    return grammar.holds(kind) or not SHOWING.isdisjoint(grammar.kinds[kind].nouns)


def _names(span: Span, lexicon: Lexicon) -> bool:
    """Whether a span names what may be held: a thing, no person and no stuff to make things of; food and drink also where a
    colour is called by them."""
    if singular(span.text) in POURED:
        return True
    if span.type == TERM and span.term.modifiers:
        return span.text not in span.term.modifiers and lexicon.is_a(span.text, "food", "beverage")
    if span.type == TERM:
        return bool(span.term.kind or span.term.part)
    thing = span.type == UNKNOWN and lexicon.names_a_thing(span.text) and bool(lexicon.senses_of(span.text))
    return thing and not lexicon.is_a(span.text, "person", *MADE_OF)


def _pours(span: Span, lexicon: Lexicon) -> bool:
    return singular(span.text) in POURED or lexicon.is_a(span.text, "liquid", "beverage", "soup")
