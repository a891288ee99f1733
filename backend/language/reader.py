"""Reads a prompt into a Brief: finds the prop, binds each modifier to its noun, and says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .brief import ITEMS, MODIFIERS, Brief, Item, Vocabulary
from .english import PREPOSITIONS
from .grammar import Grammar
from .lexicon import Lexicon, Names
from .spelling import Spelling
from .terms import AND, ARTICLE, COMMA, FILL, MEASURE, PREPOSITION, TERM, UNKNOWN, Span, Term, key, spans, term_table
from .words import SYNONYMS

SURE = 0.99  # confidence of a kind named outright
PART_LIKE, MODIFIER_LIKE = 0.62, 0.6  # similarities from which an unknown word is taken for a part or a modifier
STUFF = ("of", "in", "from")  # what follows is rather a material or a colour than a part


@dataclass(frozen=True)
class Word:
    """How one piece of the prompt was understood: role is kind, part, modifier, small (said nothing) or unknown."""

    text: str
    role: str
    meaning: str = ""
    similarity: float = 1.0


@dataclass(frozen=True)
class Reading:
    """The meaning of a prompt. confidence: calibrated probability that the kind is the one meant. nearest: known kinds with
    their similarity, best first. notes: sentences for the user about what was left out or guessed."""

    brief: Brief
    words: tuple[Word, ...] = ()
    confidence: float = 0.0
    nearest: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Chunk:
    """A noun phrase: the word that led it in ("with", "of", ",", ...) and its spans."""

    lead: str
    spans: list[Span] = field(default_factory=list)


@dataclass
class _Draft:
    """The reading as it grows."""

    kind: str = ""
    own: list[str] = field(default_factory=list)  # modifiers of the kind
    parts: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""  # the noun that "of ..." would speak of; "" is the prop
    words: list[Word] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, noun: str, modifiers: Sequence[str]) -> None:
        target = self.parts.setdefault(noun, []) if noun else self.own
        target += [m for m in dict.fromkeys(modifiers) if m not in target]


class Reader:
    """Turns prompts into Briefs of one vocabulary. `grammar` defaults to the one stored with the lexicon."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary | None = None, grammar: Grammar | None = None) -> None:
        grammar = grammar or lexicon.grammar
        self.grammar = grammar.known_to(vocabulary.words) if vocabulary else grammar
        self.lexicon = lexicon
        self.table = term_table(self.grammar)

    @cached_property
    def _kinds(self) -> Names:
        return Names(self.lexicon, {k: [key(w) for w in (k, *e.names)] for k, e in self.grammar.kinds.items()})

    @cached_property
    def _nouns(self) -> Names:
        return Names(self.lexicon, {n: [n] for n in self.grammar.nouns})

    @cached_property
    def _modifiers(self) -> Names:
        words = [*self.grammar.materials, *self.grammar.styles, *self.grammar.words]
        return Names(self.lexicon, {w: [key(w), *SYNONYMS.get(w, ())] for w in words})

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling([w for form in self.table for w in form.split()])

    def read(self, text: str) -> Reading:
        """Never raises, whatever the text: an unreadable prompt gives an empty Brief and confidence 0."""
        pieces = [self._mend(span) for span in spans(text[:4000], self.table)]
        chunks = _chunks(pieces)
        draft = _Draft()
        main, confidence, nearest = self._find_main(chunks, draft)
        for i, chunk in enumerate(chunks):
            self._bind(chunk, draft, is_main=i == main, before=main is not None and i < main)
        unknown = [w.text for w in draft.words if w.role == "unknown"]
        if unknown:
            draft.notes.append(f"Not understood: {', '.join(dict.fromkeys(unknown))}.")
        if not draft.kind:
            return Reading(Brief(), tuple(draft.words), confidence, nearest, tuple(draft.notes))
        items = [Item(draft.kind, _modifiers(draft.own))]
        items += [Item(noun, _modifiers(modifiers)) for noun, modifiers in draft.parts.items()]
        return Reading(Brief(tuple(items[:ITEMS])), tuple(draft.words), confidence, nearest, tuple(draft.notes))

    def _mend(self, span: Span) -> Span:
        """A word unknown to the lexicon is replaced by the known word it is a misspelling of, if there is one."""
        if span.type != UNKNOWN or self.lexicon.find_or_none(span.text) is not None:
            return span
        mended = self._spelling.nearest_or_none(span.text)
        again = spans(mended, self.table) if mended else []
        return Span(span.text, again[0].type, again[0].term) if len(again) == 1 else span

    # --- the prop
    def _find_main(
        self, chunks: list[_Chunk], draft: _Draft
    ) -> tuple[int | None, float, tuple[tuple[str, float], ...]]:
        """Which chunk names the prop, how sure that is, and the nearest kinds. Sets draft.kind."""
        guess: tuple[int | None, float, tuple[tuple[str, float], ...]] = (None, 0.0, ())
        for i, chunk in enumerate(chunks):
            named = [s for s in chunk.spans if s.term.kind]
            tail = _tail(chunk)
            if named and (not tail or self._confidence(self._near(tail)) < 0.5):
                if guess[1] >= 0.5:
                    break
                span = _head_kind(named, chunk)
                if i and not draft.kind and guess[2] and chunk.lead in PREPOSITIONS and chunk.lead != "of":
                    draft.notes.append(f"Taken for the prop: {span.text}.")
                sure = SURE * (0.6 if guess[0] is not None or tail else 1.0)
                draft.kind = span.term.kind
                return i, sure, ((draft.kind, 1.0),)
            phrase = tail or _unknown_phrase(chunk)
            near = self._near(phrase) if phrase else ()
            if near and self._confidence(near) > guess[1]:
                guess = (i, self._confidence(near), near)
        if guess[0] is None:  # nothing but modifiers: the nearest kind to any of them
            for chunk in chunks:
                for span in chunk.spans:
                    near = self._near(span.text) if span.type == TERM else ()
                    if near and (not guess[2] or near[0][1] > guess[2][0][1]):
                        guess = (None, min(self._confidence(near), 0.2), near)
        if guess[0] is not None:
            draft.kind = guess[2][0][0]
            draft.notes.append(f"Taken for the nearest known kind: {draft.kind}.")
        return guess

    def _near(self, phrase: str) -> tuple[tuple[str, float], ...]:
        return tuple(self._kinds.nearest(phrase, 3))

    def _confidence(self, near: Sequence[tuple[str, float]]) -> float:
        """Logistic calibration on the best similarity and its lead over the second (`docs/language.md`)."""
        if not near:
            return 0.0
        bias, on_best, on_lead = self.lexicon.fit.get("confidence", [-9.0, 13.0, 4.0])
        lead = near[0][1] - near[1][1] if len(near) > 1 else near[0][1]
        return round(float(1 / (1 + np.exp(-(bias + on_best * near[0][1] + on_lead * lead)))), 4)

    # --- binding
    def _bind(self, chunk: _Chunk, draft: _Draft, *, is_main: bool, before: bool) -> None:
        """Read one chunk into the draft."""
        head = self._head(chunk, draft, is_main)
        noun, dropped, modifiers = "", False, list[str]()
        if head is not None and not is_main and not before:
            span = chunk.spans[head]
            noun, extra = self._part(span, draft)
            modifiers += extra
            dropped = not noun
            if dropped:
                draft.words.append(Word(span.text, "unknown"))
                if span.term.kind:
                    draft.notes.append(f"One prop at a time: '{span.text}' was left out.")
        for i, span in enumerate(chunk.spans):
            if i == head:
                if is_main:
                    draft.words.append(Word(span.text, "kind", draft.kind))
                elif noun:
                    draft.words.append(Word(span.text, "part", noun))
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
            draft.add(noun, modifiers)
            draft.last = noun
        elif head is None and chunk.lead in STUFF and not before:
            draft.add(draft.last, modifiers)
        else:
            draft.add("", modifiers)
            draft.last = ""

    def _head(self, chunk: _Chunk, draft: _Draft, is_main: bool) -> int | None:
        """The index of the span that is the chunk's noun, or None if it holds modifiers only."""
        last = len(chunk.spans) - 1
        if is_main:
            kinds = [i for i, s in enumerate(chunk.spans) if s.term.kind == draft.kind]
            unknown = [i for i, s in enumerate(chunk.spans) if s.type == UNKNOWN]
            return kinds[-1] if kinds else (unknown[-1] if unknown else None)
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
        """The canonical modifiers of a span, by name or by meaning."""
        if span.term.modifiers:
            draft.words.append(Word(span.text, "modifier", ", ".join(span.term.modifiers)))
            return span.term.modifiers
        if span.type in (FILL, ARTICLE, MEASURE, AND):
            draft.words.append(Word(span.text, "small"))
            return ()
        near = self._modifiers.nearest(span.text, 1) if span.type == UNKNOWN else []
        if near and near[0][1] >= MODIFIER_LIKE:
            draft.words.append(Word(span.text, "modifier", near[0][0], near[0][1]))
            return (near[0][0],)
        draft.words.append(Word(span.text, "unknown"))
        return ()


def _modifiers(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(words)[:MODIFIERS])


def _chunks(pieces: Sequence[Span]) -> list[_Chunk]:
    """Part the spans at prepositions, commas, and at "and" or an article that follows a noun."""
    chunks, current = [], _Chunk("")
    for i, span in enumerate(pieces):
        after_noun = bool(current.spans) and _may_be_noun(current.spans[-1])
        split = span.type in (PREPOSITION, COMMA)
        split |= span.type == AND and (after_noun or (i + 1 < len(pieces) and pieces[i + 1].type == ARTICLE))
        split |= span.type == ARTICLE and after_noun
        if split:
            if current.spans:
                chunks.append(current)
                current = _Chunk(span.text)
            elif span.type == PREPOSITION or not current.lead:
                current = _Chunk(span.text)
        elif span.type != ARTICLE and not (span.type == AND and not current.spans):
            current.spans.append(span)
    if current.spans:
        chunks.append(current)
    return chunks


def _may_be_noun(span: Span) -> bool:
    return span.type == UNKNOWN or (span.type == TERM and bool(span.term.kind or span.term.part))


def _head_kind(named: Sequence[Span], chunk: _Chunk) -> Span:
    """The kind of a chunk: the last noun, unless it is rather a modifier that trails ("barrel gold")."""
    pure = [s for s in named if not s.term.modifiers]
    return named[-1] if named[-1] is chunk.spans[-1] and (not pure or pure[-1] is named[-1]) else (pure or named)[-1]


def _tail(chunk: _Chunk) -> str:
    """The unknown words that follow a chunk's last kind ("barrel organ grinder"), or "" if it has no kind or no tail."""
    kinds = [i for i, s in enumerate(chunk.spans) if s.term.kind]
    if not kinds:
        return ""
    tail = [s.text for s in chunk.spans[kinds[-1] + 1 :] if s.type == UNKNOWN]
    return " ".join(tail)


def _unknown_phrase(chunk: _Chunk) -> str:
    """The chunk's unknown words with the modifiers between them, as one phrase: "war pavise"."""
    unknown = [i for i, s in enumerate(chunk.spans) if s.type == UNKNOWN]
    if not unknown:
        return ""
    return " ".join(s.text for s in chunk.spans[unknown[0] : unknown[-1] + 1] if s.type in (UNKNOWN, TERM))
