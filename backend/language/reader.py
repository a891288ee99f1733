"""Reads a prompt into a Brief: finds the prop, binds each modifier to its noun, and says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..readings import Word
from .brief import ITEMS, MODIFIERS, Brief, Item, Vocabulary
from .company import Company, company_or_none, exchanged, grown_in, heap_or_none, one_of_many, said_as_of
from .compounds import compound
from .contents import contents_or_none
from .english import singular
from .grammar import STACKED, Grammar
from .heads import STUFF, Chunk, Found, Heads, Nearest, called_as_colours, chunks_of
from .lexicon import Lexicon
from .member import Member
from .mending import Mending
from .names import Names
from .several import several
from .terms import AND, ARTICLE, FILL, MEASURE, UNKNOWN, Span, Term, key, spans, term_table
from .ways import FULL_OF, reworded
from .within import with_said
from .words import SYNONYMS

NEAR = 20  # kinds looked through for one that was taught
PART_LIKE, MODIFIER_LIKE = 0.62, 0.6  # similarities from which an unknown word is taken for a part or a modifier


@dataclass(frozen=True)
class Reading:
    """The meaning of a prompt. confidence: calibrated probability that the kind is the one meant. nearest: known kinds with
    their similarity, best first. notes: sentences for the user about what was left out or guessed."""

    brief: Brief
    words: tuple[Word, ...] = ()
    confidence: float = 0.0
    nearest: Nearest = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Draft:
    """The reading as it grows."""

    kind: str = ""
    own: list[str] = field(default_factory=list)  # modifiers of the kind
    parts: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # within the names of the prop ("") and of its company
    last: str = ""  # the noun that "of ..." would speak of; "" is the prop
    words: list[Word] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, noun: str, modifiers: Sequence[str]) -> None:
        target = self.parts.setdefault(noun, []) if noun else self.own
        target += [m for m in dict.fromkeys(modifiers) if m not in target]


class Reader:
    """Turns prompts into Briefs of one vocabulary. `grammar` defaults to the one stored with the lexicon."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary | None = None, grammar: Grammar | None = None) -> None:
        self.whole = grammar or lexicon.grammar  # with the kinds that the prior was not taught: they are no answer
        self.grammar = self.whole.known_to(vocabulary.words) if vocabulary else self.whole
        self.lexicon = lexicon
        self.table = term_table(self.grammar)
        self.table |= {reworded(form): term for form, term in self.table.items() if " of " in form}  # as prompts are
        if self.grammar.relations:
            self.table.setdefault(STACKED, Term(modifiers=(STACKED,)))

    @cached_property
    def heads(self) -> Heads:
        names = {k: [compound(key(w)) for w in (k, *e.names)] for k, e in self.whole.kinds.items()}
        return Heads(self.lexicon, Names(self.lexicon, names, fitted=True), frozenset(self.grammar.kinds))

    @cached_property
    def _mending(self) -> Mending:
        return Mending(self.lexicon, self.table)

    @cached_property
    def _nouns(self) -> Names:
        return Names(self.lexicon, {n: [n] for n in self.grammar.nouns})

    @cached_property
    def _modifiers(self) -> Names:
        words = [*self.grammar.materials, *self.grammar.styles, *self.grammar.words]
        return Names(self.lexicon, {w: [key(w), *SYNONYMS.get(w, ())] for w in words})

    def read(self, text: str) -> Reading:
        """Never raises, whatever the text: an unreadable prompt gives an empty Brief and confidence 0."""
        chunks = self._chunks(text)
        found = self.heads.find(chunks)
        if found.chunk is not None and found.head is not None:
            one = singular(chunks[found.chunk].spans[found.head].text)
            found = one_of_many(chunks, found, self.table.get(one, Term()).kind, self.grammar)
        found = grown_in(chunks, found, self.table)
        beside = company_or_none(chunks, found, self.grammar)
        if beside and beside.leads:
            found, beside = exchanged(found, beside)
        draft = _Draft(found.kind, parts={beside.kind: []} if beside else {})
        heap = heap_or_none(chunks, found, self.grammar)
        if heap:
            draft.add("", (STACKED,))
            draft.words.append(Word(heap.text, "modifier", STACKED))
        if found.kind and not found.outright:
            draft.notes.append(f"Taken for the nearest known kind: {found.kind}.")
        for i, chunk in enumerate(chunks):
            main = found if i == found.chunk else None
            other = beside if beside and i == beside.chunk else None
            self._bind(chunk, draft, main or other, before=found.chunk is not None and i < found.chunk)
        told = " ".join(draft.notes)  # what was left out was understood
        unknown = [w.text for w in draft.words if w.role == "unknown" and f"'{w.text}' was left out" not in told]
        if unknown:
            draft.notes.append(f"Not understood: {', '.join(dict.fromkeys(unknown))}.")
        if not draft.kind:
            return Reading(Brief(), tuple(draft.words), found.confidence, found.nearest, tuple(draft.notes))
        own = {*self.grammar.kinds[draft.kind].nouns, *([beside.kind] if beside else [])}
        foreign = [noun for noun, said in draft.parts.items() if noun not in own and "no" not in said]
        if foreign:
            draft.notes.append(f"No known part of this prop, and perhaps not drawn: {', '.join(foreign)}.")
        sorts = (self.grammar.colours, self.grammar.materials)
        named = {"": draft.own, **draft.parts}.items()
        items = [
            Item(noun or draft.kind, _modifiers(with_said(m, draft.said.get(noun, ()), sorts))) for noun, m in named
        ]
        return Reading(
            Brief(tuple(items[:ITEMS])), tuple(draft.words), found.confidence, found.nearest, tuple(draft.notes)
        )

    def several(self, text: str) -> tuple[Member, ...]:
        """The props of a prompt that names several, each with a prompt of its own that is read as its kind; () else."""
        members = several(self._chunks(text), self.grammar) if self.grammar.relations else ()
        return members if all(self.read(m.phrase).brief.kind == m.kind for m in members) else ()

    def _chunks(self, text: str) -> list[Chunk]:
        chunks = chunks_of(self._mending.mended(spans(reworded(text[:4000]), self.table)))
        return said_as_of(called_as_colours(chunks, self.lexicon), self.table, self.grammar)

    def nearest_word(self, text: str) -> tuple[str, float] | None:
        """The known word (kind, part or modifier) nearest in meaning to one that was not understood, with its similarity."""
        kinds = [found for found in self.heads.kinds.nearest(key(text), NEAR) if found[0] in self.grammar.kinds]
        near = kinds[:1] + [found for names in (self._nouns, self._modifiers) for found in names.nearest(key(text), 1)]
        return max(near, key=lambda found: found[1], default=None)

    # --- binding
    def _bind(self, chunk: Chunk, draft: _Draft, main: Found | Company | None, *, before: bool) -> None:
        """Read one chunk into the draft; `main` is given when it holds the noun of the prop or of its company."""
        if not main and not before and self._filled(chunk, draft):
            return
        head = main.head if main else self._head(chunk, draft)
        used = main.used if main else frozenset[int]()
        noun, dropped, modifiers = main.kind if isinstance(main, Company) else "", False, list[str]()
        if head is not None and not main and not before:
            span = chunk.spans[head]
            noun, extra = self._part(span, draft)
            modifiers += extra
            dropped = not noun
            if dropped:
                draft.words.append(Word(span.text, "unknown"))
                if span.term.kind:
                    draft.notes.append(f"One prop at a time: '{span.text}' was left out.")
        for i, span in enumerate(chunk.spans):
            if i == head or i in used:
                if main:
                    draft.words.append(Word(span.text, "kind", main.kind))
                    draft.said |= {noun: span.term.said} if span.term.kind == main.kind else {}
                elif noun:
                    draft.words.append(Word(span.text, "part", noun))
                continue
            if span.term.kind and span.term.kind == draft.kind and not span.term.modifiers:
                draft.words.append(Word(span.text, "kind", draft.kind))  # the same twice: "a pile of gold coins"
                continue
            if span.term.of_part and modifiers:
                draft.add(span.term.of_part, [modifiers.pop()])
                draft.words.append(Word(span.text, "part", span.term.of_part))
                continue
            said = self._modifier(span, draft)
            whole = [m for m in said if m in self.grammar.styles or (head is None and m in self.grammar.patterns)]
            draft.add("", whole)
            modifiers += [m for m in said if m not in whole]
            if head is None and whole and whole[0] in self.grammar.patterns:
                draft.add("", modifiers)  # "with red and white stripes" speaks of the prop
                modifiers = []
        if dropped:
            return
        if noun:
            modifiers += ["no"] if chunk.lead == "without" else []
            draft.add(noun, modifiers)
            draft.last = noun
        elif head is None and chunk.lead in (*STUFF, *FULL_OF) and not before:
            draft.add(draft.last, modifiers)
        else:
            draft.add("", modifiers)
            draft.last = ""

    def _filled(self, chunk: Chunk, draft: _Draft) -> bool:
        """Read one chunk as what the prop holds; whether it is that."""
        if not draft.kind or draft.last:
            return False
        meant = [self._meant(span, draft) for span in chunk.spans]
        looks = [said for _, said in meant]
        found = contents_or_none(chunk.lead, chunk.spans, looks, draft.kind, (self.grammar, self.lexicon))
        if found is None:
            return False
        for word, said in (pair for i, pair in enumerate(meant) if i not in found.understood):
            draft.words.append(word)
            draft.add("", said)
        draft.words.append(Word(found.text, "part" if found.part else "unknown", found.part))
        if found.part:
            draft.add(found.part, found.looks)
        else:
            draft.notes.append(f"It is drawn empty: '{found.text}' was left out.")
        return True

    def _head(self, chunk: Chunk, draft: _Draft) -> int | None:
        """The index of the span that is the noun of a chunk beside the prop's, or None if it holds modifiers only."""
        last = len(chunk.spans) - 1
        own = self.grammar.kinds[draft.kind].nouns if draft.kind else ()
        for i in range(last, -1, -1):
            span = chunk.spans[i]
            if span.term.part and (not span.term.modifiers or (span.term.part in own and chunk.lead not in STUFF)):
                return i
            if span.term.kind and not span.term.modifiers:
                return i
            if span.type == UNKNOWN and i == last and chunk.lead not in (*STUFF, ""):
                return i
        return None

    def _part(self, span: Span, draft: _Draft) -> tuple[str, tuple[str, ...]]:
        """The canonical part that a noun means, or "", and the modifiers in its words ("wooden arrows", else a kind)."""
        if span.term.part:
            return span.term.part, ()
        first, _, rest = span.text.partition(" ")
        if rest and self.table.get(rest, Term()).part:
            return self.table[rest].part, self.table.get(first, Term()).modifiers
        own = self.grammar.kinds[draft.kind].nouns if draft.kind else ()
        near = [n for n in self._nouns.nearest(span.text, 8) if n[0] in own and n[1] >= PART_LIKE]
        return (near[0][0] if near else ""), ()

    def _modifier(self, span: Span, draft: _Draft) -> tuple[str, ...]:
        """The canonical modifiers of a span, by name or by meaning; what it was taken for is kept."""
        word, said = self._meant(span, draft)
        draft.words.append(word)
        return said

    def _meant(self, span: Span, draft: _Draft) -> tuple[Word, tuple[str, ...]]:
        """What a span that is no noun is taken for, and its canonical modifiers."""
        said = span.term.modifiers
        if span.term.shape and draft.kind and span.term.shape in self.grammar.kinds[draft.kind].words:
            said = (span.term.shape,)
        if said:
            return Word(span.text, "modifier", ", ".join(said)), said
        if span.type in (FILL, ARTICLE, MEASURE, AND):
            return Word(span.text, "small"), ()
        near = self._modifiers.nearest(span.text, 1) if span.type == UNKNOWN else []
        if near and near[0][1] >= MODIFIER_LIKE:
            return Word(span.text, "modifier", *near[0]), (near[0][0],)
        return Word(span.text, "unknown"), ()


def _modifiers(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(words)[:MODIFIERS])
