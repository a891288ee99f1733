"""Two props in one prompt: "a cat on a crate", "a mug with a fish in it", "a stack of three crates", read as one composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .english import COUNTS, singular
from .grammar import STACKED, Grammar
from .heads import Chunk, Found
from .terms import TERM, Span, Term
from .ways import HOLDING, IN, ON

HEAPS = ("stack", "pile", "heap")


@dataclass(frozen=True)
class Company:
    """The second prop of a prompt: its kind, where its noun stands; `leads` when it is the one to name the prop."""

    kind: str
    chunk: int
    head: int
    leads: bool = False
    used: frozenset[int] = frozenset()


def exchanged(found: Found, company: Company) -> tuple[Found, Company]:
    """The company as the prop, and the prop as its company."""
    assert found.chunk is not None and found.head is not None, found
    prop = replace(found, kind=company.kind, chunk=company.chunk, head=company.head, used=frozenset())
    return prop, Company(found.kind, found.chunk, found.head, used=found.used)


def grown_in(chunks: Sequence[Chunk], found: Found, table: Mapping[str, Term]) -> Found:
    """ "A flower in a pot" is what "flower pot" names, a potted plant: no flower in a cooking pot."""
    for chunk in chunks[found.chunk + 1 :] if found.chunk is not None else ():
        named = [span for span in chunk.spans if span.term.kind] if chunk.lead in IN else []
        kind = table.get(f"{found.kind} {singular(named[-1].text)}", Term()).kind if named else ""
        if kind and kind not in (found.kind, named[-1].term.kind):
            return replace(found, kind=kind)
    return found


def said_as_of(chunks: Sequence[Chunk], table: Mapping[str, Term], grammar: Grammar) -> list[Chunk]:
    """ "A wheel of cheese" is what "cheese wheel" names, a pot of tea a teapot: such two phrases as one, the others as they are.

    A cup of silver is made of it, and a box of gifts holds them.
    """
    found = list(chunks)
    for i in range(len(found) - 1, 0, -1):
        before, after = found[i - 1 : i + 1]
        first, second = before.spans[-1], after.spans[-1]
        kind = table.get(f"{singular(second.text)} {singular(first.text)}", Term()).kind
        made_of = second.text in second.term.modifiers or not set(grammar.materials).isdisjoint(second.term.modifiers)
        if after.lead != "of" or not first.term.kind or made_of or kind in ("", first.term.kind):
            continue
        many = grammar.holds(first.term.kind) and singular(second.text) != second.text
        if not many and (len(after.spans) == 1 or second.term.kind == kind):
            named = Span(f"{first.text} of {second.text}", TERM, Term(kind), first.meant)
            found[i - 1 : i + 1] = [Chunk(before.lead, [*before.spans[:-1], *after.spans[:-1], named])]
    return found


def company_or_none(chunks: Sequence[Chunk], found: Found, grammar: Grammar) -> Company | None:
    """The second prop, if the prompt names one that can stand in a known relation to the prop found.

    "A cat on a crate": the crate is its company. "A crate with a cat on it" and "a fish in a mug" are named by the later
    prop: the cat, the mug.
    """
    for i, chunk in enumerate(chunks):
        head = next((j for j in range(len(chunk.spans) - 1, -1, -1) if chunk.spans[j].term.kind), None)
        if i == found.chunk or head is None or found.chunk is None or i < found.chunk:
            continue
        other, after = chunk.spans[head].term.kind, chunks[i + 1].lead if i + 1 < len(chunks) else ""
        if other == found.kind:
            continue
        if chunk.lead in ON and grammar.may(found.kind, "carried") and grammar.may(other, "support"):
            return Company(other, i, head)
        if (
            (chunk.lead in HOLDING or (chunk.lead == "of" and not chunk.spans[head].term.modifiers))
            and grammar.may(found.kind, "holder")
            and grammar.may(other, "content")
            and after != "on"
        ):
            return Company(other, i, head)
        own = chunk.spans[head].term.part in grammar.kinds[found.kind].nouns  # a cactus has a pot itself
        if chunk.lead in IN and not own and grammar.may(found.kind, "content") and grammar.may(other, "holder"):
            return Company(other, i, head, leads=True)
        on_it = chunk.lead in HOLDING and after == "on"
        if on_it and grammar.may(found.kind, "support") and grammar.may(other, "carried"):
            return Company(other, i, head, leads=True)
    return None


def one_of_many(chunks: Sequence[Chunk], found: Found, kind: str, grammar: Grammar) -> Found:
    """ "Two coins" are coins to be stacked, though "coins" alone names a pile; `kind`: what their singular names."""
    if found.chunk is None or found.kind == kind or not grammar.may(kind, STACKED):
        return found
    counted = any(set(span.term.modifiers) & set(COUNTS) for span in chunks[found.chunk].spans)
    return replace(found, kind=kind) if counted else found


def heap_or_none(chunks: Sequence[Chunk], found: Found, grammar: Grammar) -> Span | None:
    """The "stack" of "a stack of crates", the "pile" of "three crates in a pile"; taken out of its chunk."""
    if found.chunk is None or not grammar.may(found.kind, STACKED):
        return None
    before = chunks[found.chunk - 1 : found.chunk] if chunks[found.chunk].lead == "of" else []
    for chunk in (*before, *(c for c in chunks[found.chunk + 1 :] if c.lead in IN)):
        for i, span in enumerate(chunk.spans):
            if span.text in HEAPS:
                return chunk.spans.pop(i)
    return None
