"""What one phrase of a prompt names: a prop and its words, how many of it, how they stand; or the looks of one."""

from __future__ import annotations

from dataclasses import dataclass

from .english import ALWAYS_PLURAL, PREPOSITIONS, UNCHANGED, singular
from .grammar import STACKED, Grammar
from .heads import STUFF, Chunk
from .sizes import SIZES
from .standing import HEAPED, NUMERALS
from .terms import FILL, TERM, Span
from .ways import FULL_OF
from .words import MEASURES


@dataclass(frozen=True)
class Named:
    """What a chunk names: the kind and the part that its noun may be, its words for one of it, how many are said (None: nothing
    is said), whether several are meant and whether even one is called by a plural."""

    kind: str
    part: str
    words: tuple[str, ...]
    count: int | None
    plural: bool
    is_plural: bool

    @property
    def is_heap(self) -> bool:
        """Whether one of it is many things: coins, not scissors."""
        return self.is_plural and self.words[-1] not in ALWAYS_PLURAL


def named_or_none(chunk: Chunk, after: Chunk, grammar: Grammar) -> Named | None:
    """The prop that a chunk names outright by its last noun, or None. after: the next chunk."""
    spans = [span for span in chunk.spans if span.text not in (*MEASURES, STACKED)]
    while spans and spans[-1].type == FILL:
        spans.pop()
    if not spans or not spans[-1].term.kind:
        return None
    head, looks = spans[-1], spans[:-1]
    one = singular(head.text)
    said = [number for span in looks for number in _numbers(span)]
    plural = one != head.text
    if not (chunk.article or said or plural or _is_thing(head, chunk.lead, after, grammar)):
        return None  # "of stone", "in gold"
    count = said[0] if said and (plural or head.text in UNCHANGED) else None
    if not _may_be_one(head, one, bool(said), grammar):
        plural, one, count = False, head.text, None
    kept = [s.text for s in looks if _is_kept(s, plural or count is not None or said == [1])]
    is_plural = one in ALWAYS_PLURAL or one == head.text != singular(one)
    return Named(head.term.kind, head.term.part, (*kept, one), count, plural, is_plural)


def _is_thing(head: Span, lead: str, after: Chunk, grammar: Grammar) -> bool:
    """Whether a bare noun is a prop though a material or a colour is called so too: the bread of "bread and cheese", the rock
    of "rock with a sword in it", not the chocolate of "chocolate and vanilla cake"."""
    stuff = {*grammar.materials, *grammar.colours}.intersection(head.term.modifiers)
    if not stuff or lead in FULL_OF or (not lead and after.lead in PREPOSITIONS and after.lead not in STUFF[::2]):
        return True
    kind = after.spans[-1].term.kind if after.spans else ""
    listed = lead == "and" or (lead in ("", ",") and after.lead == "and")
    made_of_it = kind and not stuff.isdisjoint(grammar.kinds[kind].materials)
    return listed and not made_of_it and grammar.kinds[head.term.kind].family == "food"


def _numbers(span: Span) -> list[int]:
    """The numbers that a word says."""
    words = [word for word in (*span.term.modifiers, span.text) if word in NUMERALS]
    return [NUMERALS[word] for word in words[:1]] or ([int(span.text)] if span.text.isdecimal() else [])


def _is_kept(span: Span, counted: bool) -> bool:
    """Whether a word before the noun is said of one of it."""
    return span.text in SIZES if span.type == FILL else not (counted and _numbers(span))


def _may_be_one(head: Span, one: str, counted: bool, grammar: Grammar) -> bool:
    """Whether the singular names the same kind: "coins" alone may be a pile."""
    kind, names = head.term.kind, grammar.kinds[head.term.kind].names
    return one in (head.text, kind) or head.text not in (kind, *names) or (counted and one in names)


def heap_within(chunk: Chunk) -> str:
    """The word of "stacked crates" or of a "crate stack" that says how they stand; "" without one."""
    last = chunk.spans[-1]
    if last.text in MEASURES and HEAPED.get(last.text, ("group",))[0] != "group":
        return last.text
    return STACKED if any(span.text == STACKED for span in chunk.spans) else ""


def is_look(span: Span) -> bool:
    return span.type == TERM and not span.term.kind and bool(span.term.modifiers or span.term.shape)


def looks_of(chunk: Chunk) -> list[str]:
    return [span.text for span in chunk.spans if is_look(span)]
