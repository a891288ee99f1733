"""Several props in one prompt: "a table with two chairs", "a stack of crates", "a bowl of apples"; each has words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .english import article, singular
from .grammar import STACKED, Grammar
from .heads import Chunk
from .member import Member, is_one
from .nouns import Named, heap_within, is_look, looks_of, named_or_none
from .standing import (
    ASSORTED,
    FLAT,
    HANGING,
    HEAPED,
    MANY,
    MOST,
    NARROW,
    OPENED,
    PIERCED,
    SEATS,
    TABLES,
    WALLS,
    assorted_on,
    held,
    holds,
    is_surface,
)  # fmt: skip
from .terms import FILL, Span
from .ways import AROUND, BETWEEN, FULL_OF, HOLDING, IN, IT, LISTED, ON, way
from .words import MEASURES

HOLDS = ("of", *HOLDING)
# How many where the noun is a plural and nothing else is said.
SEVERAL = {"in": MANY, "on": MANY, "around": 4, "flanking": 2}
FEW = 3
IS_OPEN = frozenset(("open", "opened", "empty"))


@dataclass
class _Draft:
    """The members as they grow, each with what names it and how several of it stand.

    open: from which on those listed are still to be told what they stand on; last: how the one before stands to what; shut: what
    is listed now is no prop; holding: the word that led in the last member's parts, which a prop may follow.
    """

    named: list[Named] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    stands: list[tuple[str, int]] = field(default_factory=list)
    heaps: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    open: int = 0
    last: tuple[str, int] = ("beside", -1)
    shut: bool = False
    holding: str = ""

    def add(self, named: Named, heap: str, relation: str, to: int) -> None:
        self.named.append(named)
        self.words.append(list(named.words))
        self.stands.append((relation, to))
        self.heaps.append(heap or "group")
        self.last, self.shut, self.holding = (relation, to), False, ""

    def onto(self, relation: str, base: int) -> None:
        """Put what was listed last on, in or around the member `base`."""
        for i in range(self.open, base):
            if self.stands[i][0] == "beside":
                self.stands[i] = relation, base
        self.open = base

    @property
    def it(self) -> int:
        """The member that "it" means: what the last one stands on or in, or the last one."""
        found = len(self.named) - 1
        while self.stands[found][1] >= 0:
            found = self.stands[found][1]
        return found

    def members(self) -> list[Member]:
        found = []
        for named, words, (relation, to), heap in zip(self.named, self.words, self.stands, self.heaps, strict=True):
            often = SEVERAL.get(relation, FEW) if named.plural and len(self.named) > 1 else 1
            often = 2 if relation == "flanking" else MANY if relation == "in" and named.is_heap else often
            opens = named.kind in OPENED and not IS_OPEN.isdisjoint(words)
            kept = [word for word in words if not (opens and word in IS_OPEN)]
            phrase = " ".join([*self.styles, *kept]).replace(" ,", ",")
            phrase = phrase if named.is_plural else f"{article(phrase)} {phrase}"
            count = min(often if named.count is None else named.count, MOST)
            found.append(Member(phrase, named.kind, count, relation, to, heap, opens))
        used = {member.to for member in found if member.relation == "in"}
        return [replace(m, open=m.open or (i in used and m.kind in OPENED)) for i, m in enumerate(found)]


def several(chunks: Sequence[Chunk], grammar: Grammar) -> tuple[Member, ...]:
    """The props of a prompt that names several, in the order said; () where it names one, or what cannot be put together."""
    draft, i = _Draft(), 0
    while i < len(chunks):
        chunk, after = chunks[i], chunks[i + 1] if i + 1 < len(chunks) else Chunk("")
        heap, named = "", named_or_none(chunk, after, grammar)
        word = singular(chunk.spans[-1].text)
        inner = named_or_none(after, Chunk(""), grammar) if after.lead == "of" and word in HEAPED else None
        own = heap_within(chunk) if named is not None else ""
        if inner is not None and (inner.plural or inner.count):
            heap, often = HEAPED[word]
            named, i = replace(inner, count=inner.count or often), i + 1
        elif named is not None and own and (named.plural or own != STACKED):
            heap, often = HEAPED["stack" if own == STACKED else own]
            named = replace(named, count=named.count or often)
        if not _joined(draft, chunk, named, heap, chunks[i + 1 :], grammar):
            return ()
        i += 1
    members = draft.members()
    return () if is_one(members) and not members[0].open else tuple(members)


def _joined(
    draft: _Draft, chunk: Chunk, named: Named | None, heap: str, rest: Sequence[Chunk], grammar: Grammar
) -> bool:
    """Join a chunk to the draft; whether that can be done."""
    if not draft.named:
        if named is None:
            draft.styles += looks_of(chunk)
            return all(span.type == FILL or span.text in MEASURES or is_look(span) for span in chunk.spans)
        draft.add(named, heap, "beside", -1)
        return True
    if _points_back(chunk):
        return True
    heaped = HEAPED.get(chunk.spans[-1].text) if chunk.lead in IN and named is None else None
    if heaped:
        draft.heaps[-1], draft.named[-1] = heaped[0], replace(draft.named[-1], count=draft.named[-1].count or heaped[1])
        return True
    if _assorted(draft, chunk, grammar):
        return True
    if named is not None and chunk.lead == BETWEEN:
        return _flanked(draft, named)
    relation = _relation(draft, chunk, named, rest, grammar) if named is not None else None
    if named is None or relation is None:
        _described(draft, chunk, named, rest)
        return True
    how, base = relation
    if base == len(draft.named):  # what was said before stands on, in or around this
        draft.add(named, heap, "beside", -1)
        draft.onto(how, base)
        draft.last = ("beside", -1)
    else:
        named = replace(named, count=MANY) if chunk.lead in ("of", *FULL_OF) and named.count is None else named
        draft.add(named, heap, how, base)
        draft.open = len(draft.named) - 1 if how == "beside" and chunk.lead not in LISTED else draft.open
    return True


def _flanked(draft: _Draft, named: Named) -> bool:
    """Join what the last member stands between: two of one prop, or one, and the next one that is listed."""
    base, one = len(draft.named) - 1, not named.plural and named.count is None
    draft.add(named, "", "left" if one else "flanking", base)
    draft.last = ("right", base) if one else draft.last
    return True


def _described(draft: _Draft, chunk: Chunk, named: Named | None, rest: Sequence[Chunk]) -> None:
    """Take a chunk that is no prop of its own for words of the last one, or of all where they end the prompt."""
    looks = chunk.lead == "," and all(span.type == FILL or span.term.modifiers for span in chunk.spans)
    if looks and not any(span.term.kind for later in rest for span in later.spans):
        draft.styles += looks_of(chunk)
        return
    draft.words[-1] += [chunk.lead, *(span.text for span in chunk.spans)]
    draft.shut = draft.shut or named is not None or looks
    if chunk.lead in HOLDS:
        draft.holding = chunk.lead


def _assorted(draft: _Draft, chunk: Chunk, grammar: Grammar) -> bool:
    """Whether the member before is a vessel that is full of things of a general name; they are added."""
    base, word = len(draft.named) - 1, singular(chunk.spans[-1].text)
    how = assorted_on(chunk.lead, draft.named[base].kind, grammar) if chunk.lead in HOLDS and word in ASSORTED else ""
    if not how or _is_own(chunk.spans[-1], draft.named[base].kind, grammar):
        return False
    kinds, count = ASSORTED[word]
    for kind in (kind for kind in kinds if kind in grammar.kinds):
        draft.add(Named(kind, "", (kind,), count, True, False), "", how, base)
    return True


def _is_own(span: Span, kind: str, grammar: Grammar) -> bool:
    """Whether a general word means a part of what is no container: the tools of a toolbox."""
    return not grammar.holds(kind) and span.term.part in grammar.kinds[kind].nouns


def _relation(
    draft: _Draft, chunk: Chunk, named: Named, rest: Sequence[Chunk], grammar: Grammar
) -> tuple[str, int] | None:
    """How what a chunk names stands, and to which member: the next one to come is what those before stand on. None: a part, or
    no prop of its own."""
    lead, before, here = chunk.lead, draft.named[-1], len(draft.named)
    if chunk.spans[0].text in IT and way(lead):
        return (way(lead), draft.it) if way(lead) != "beside" else ("beside", -1)
    if named.part in grammar.kinds[before.kind].nouns and not _is_apart(draft, chunk, named):
        return None
    if named.kind == before.kind and lead in (",", *HOLDS) and not (chunk.article and (lead == "," or _marker(rest))):
        return None  # said once more
    one = not named.plural or named.count is not None
    if lead in ON:
        how = _upon(before.kind, named.kind)
        return (how, here) if one and how else None
    if lead in IN:
        return ("in", here) if one and (holds(named.kind, grammar) or named.kind in PIERCED) else None
    if lead in HOLDS:
        how = _held(lead, before.kind, named, "" if draft.last[1] >= 0 else _marker(rest), rest, grammar)
        return (how, here - 1 if how != "beside" else -1) if how else None
    if way(lead) not in ("", "beside"):
        how = "hung" if way(lead) == "hanging" and named.kind in FLAT else way(lead)
        return (how, here) if one else None if lead in AROUND else ("beside", -1)
    return _listed(draft, chunk, named, rest, grammar) if way(lead) or lead in LISTED else None


def _upon(kind: str, base: str) -> str:
    """How a kind is on another: it stands, or hangs; "" where it is rather a part."""
    if base not in FLAT:
        return "on"
    return "hung" if kind in HANGING else "on" if base in WALLS else ""


def _is_apart(draft: _Draft, chunk: Chunk, named: Named) -> bool:
    """Whether what may be a part of the last member stands by itself all the same: "a cannon and two barrels"."""
    counted = chunk.article or named.count is not None
    return way(chunk.lead) not in ("", "in", "around") or (chunk.lead == "and" and counted and not draft.holding)


def _listed(
    draft: _Draft, chunk: Chunk, named: Named, rest: Sequence[Chunk], grammar: Grammar
) -> tuple[str, int] | None:
    """How what is listed, or stands beside what was said before, stands; None where it is no prop."""
    lead, before, here = chunk.lead, draft.named[-1].kind, len(draft.named)
    if lead in LISTED:
        if draft.shut and not (lead == "," and chunk.article):
            return None
        if draft.last[1] >= 0 and rest and _points_back(rest[0]):
            how = way(rest[0].lead)
            return ("beside", -1) if how == "beside" else (how, draft.it)
        if draft.last[1] >= 0:
            return draft.last
        how = _held(draft.holding, before, named, "", (), grammar) if draft.holding else ""
        if how and (named.plural or is_surface(before, grammar)):  # "a desk with a drawer and a lamp"
            return how, here - 1
        if draft.holding and named.count is None and not chunk.article:
            return None
    if before in TABLES and named.kind in SEATS and lead == "and":
        return "around", here - 1
    one = not named.plural or named.count is not None
    if before in SEATS and named.kind in TABLES and lead == "and" and one:
        return "around", here
    return "beside", -1


def _held(lead: str, base: str, named: Named, marker: str, rest: Sequence[Chunk], grammar: Grammar) -> str:
    """How something stands to what is said to be with it; "" where it is rather a part. marker: what closes the list."""
    usual = held(lead, base, named.kind, named.plural, grammar)
    if not marker or lead in ("of", *FULL_OF) or (usual and not _points_back(rest[0])):
        return usual
    return "" if marker == "in" and base in NARROW else _upon(named.kind, base) if marker == "on" else marker


def _points_back(chunk: Chunk) -> bool:
    """Whether a chunk is the "on it" of "with a cup on it", and names nothing itself."""
    said = [span for span in chunk.spans if span.text not in IT]
    return bool(way(chunk.lead)) and len(said) < len(chunk.spans) and all(span.type == FILL for span in said)


def _marker(rest: Sequence[Chunk]) -> str:
    """How what is listed stands by the "on it" that closes the list; "" without one."""
    for chunk in rest:
        if _points_back(chunk):
            return way(chunk.lead)
        if chunk.lead not in LISTED:
            break
    return ""
