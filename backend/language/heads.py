"""Finds the prop a prompt asks for: its noun phrases, the one that names the prop, the kind meant and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .compounds import NAMED, limit
from .english import PREPOSITIONS, singular
from .lexicon import Lexicon
from .names import Names
from .terms import AND, ARTICLE, COMMA, PREPOSITION, TERM, UNKNOWN, Span

SURE = 0.99  # confidence of a kind named outright
CLEARLY = 0.05  # lead that lets a phrase overrule its last word where what stands before it is an adjective
OF = 0.2  # lead that lets "of" and what follows mean another kind than a guessed noun alone: a "brick of gold"
APART, NEAR = 0.08, 0.75  # lead and likeness that let an adjective and a named kind mean another kind: a "rotary phone"
OVERRULED = 0.6  # ... when other nouns of the prompt were not understood
DEFINED = "confidence of defined"  # the curve of names that the dictionary defines by a known one
CLIPPED = 0.8  # of a name's first or last word that stands for it, a word the dictionary lacks ("ladderback")
STUFF = ("of", "in", "from")  # what follows is rather a material or a colour than a part
Nearest = tuple[tuple[str, float], ...]


@dataclass
class Chunk:
    """A noun phrase: the word that led it in ("with", "of", ",", ...), its spans, and whether it has an article."""

    lead: str
    spans: list[Span] = field(default_factory=list)
    article: bool = False


@dataclass(frozen=True)
class Found:
    """The prop: its kind, where its noun stands (chunk, index), which spans around it are part of its name."""

    kind: str = ""
    chunk: int | None = None
    head: int | None = None
    used: frozenset[int] = frozenset()
    confidence: float = 0.0
    nearest: Nearest = ()
    outright: bool = False  # named, not guessed


def chunks_of(pieces: Sequence[Span]) -> list[Chunk]:
    """Part the spans at prepositions, commas, and at "and" or an article that follows a noun."""
    chunks, current = [], Chunk("")
    for i, span in enumerate(pieces):
        after_noun = bool(current.spans) and _may_be_noun(current.spans[-1])
        split = span.type in (PREPOSITION, COMMA)
        next_ = pieces[i + 1] if i + 1 < len(pieces) else Span("", UNKNOWN)
        both = after_noun and bool(current.spans[-1].term.modifiers and next_.term.modifiers)  # "orange and white cat"
        split |= span.type == AND and ((after_noun and not both) or next_.type == ARTICLE)
        split |= span.type == ARTICLE and after_noun
        if split:
            if current.spans:
                chunks.append(current)
                current = Chunk(span.text, article=span.type == ARTICLE)
            elif span.type == PREPOSITION or not current.lead:
                current = Chunk(span.text, article=span.type == ARTICLE)
        elif span.type == ARTICLE:
            current.article = True
        elif not (span.type == AND and not current.spans):
            current.spans.append(span)
    if current.spans:
        chunks.append(current)
    return chunks


def called_as_colours(chunks: Sequence[Chunk], lexicon: Lexicon) -> list[Chunk]:
    """The chunks, the first one's last word a noun where a colour is called by it but something stands with or in it: "an
    orchid in a white pot" is no magenta pot."""
    first, *others = chunks or [Chunk("")]
    if not others or others[0].lead not in PREPOSITIONS or not first.spans or any(map(_may_be_noun, first.spans)):
        return list(chunks)
    word = first.spans[-1]
    if word.type != TERM or not lexicon.is_a(word.text, "organism", "food"):
        return list(chunks)
    return [Chunk(first.lead, [*first.spans[:-1], Span(word.text, UNKNOWN)]), *others]


def _may_be_noun(span: Span) -> bool:
    return span.type == UNKNOWN or (span.type == TERM and bool(span.term.kind or span.term.part))


def _text(spans: Sequence[Span]) -> str:
    return " ".join(s.text for s in spans if s.type in (TERM, UNKNOWN))


@dataclass
class Heads:
    """Finds the prop among chunks. `kinds` holds the names of all kinds, `taught` those kinds that may be answered."""

    lexicon: Lexicon
    kinds: Names
    taught: frozenset[str]

    def find(self, chunks: Sequence[Chunk]) -> Found:
        """The first kind named outright, unless an earlier phrase surely means another; else the best guess."""
        guess = Found()
        for i, chunk in enumerate(chunks):
            option = self._option(chunk)
            if option.outright:
                if guess.confidence >= 0.5:
                    break
                if guess.kind and self._is_part(chunk, option, guess.kind):
                    return replace(guess, confidence=max(guess.confidence, OVERRULED))
                doubt = 1.0 if not guess.kind or chunk.lead not in PREPOSITIONS or chunk.lead == "of" else OVERRULED
                return replace(option, chunk=i, confidence=option.confidence * doubt)
            if option.confidence > guess.confidence:
                guess = replace(self._with_what_follows(option, chunks[i : i + 2]), chunk=i)
        if guess.kind:
            return guess
        for i, chunk in enumerate(chunks):
            content = [j for j, s in enumerate(chunk.spans) if s.type == TERM]
            if content and self.lexicon.senses_of(chunk.spans[content[-1]].text):
                option = self._guess(_text(chunk.spans), content[-1], content)
                option = self._with_what_follows(option, chunks[i : i + 2])
                if option.confidence > guess.confidence:
                    guess = replace(option, chunk=i, used=frozenset((content[-1],)))
        return guess if guess.kind else self._clipped(chunks)

    def _is_part(self, chunk: Chunk, option: Found, kind: str) -> bool:
        """Whether what a phrase names is rather a part of a kind guessed before it: the pot of "a fern in a pot"."""
        part = chunk.spans[option.head].term.part if option.head is not None and chunk.lead in PREPOSITIONS else ""
        return part in self.lexicon.grammar.kinds[kind].nouns

    def _clipped(self, chunks: Sequence[Chunk]) -> Found:
        """The kind whose names alone hold a word that says nothing else: "ladderback" is a ladderback chair."""
        for i, chunk in enumerate(chunks):
            for j in range(len(chunk.spans) - 1, -1, -1):
                span = chunk.spans[j]
                kind = self.kinds.owner_of_or_none(singular(span.text)) if span.type == UNKNOWN else None
                if kind in self.taught:
                    return Found(kind, i, j, frozenset((j,)), CLIPPED, ((kind, 1.0),))
        return Found()

    def _option(self, chunk: Chunk) -> Found:
        """What this chunk alone would make the prop."""
        spans = chunk.spans
        named = [i for i, s in enumerate(spans) if s.term.kind]
        unknown = [i for i, s in enumerate(spans) if s.type == UNKNOWN]
        if not named:
            if not unknown:
                return Found()
            nouns = [i for i, s in enumerate(spans) if s.type == UNKNOWN or s.term.part]
            first = unknown[0] if chunk.lead not in STUFF else nouns[0]
            used = range(first, nouns[-1] + 1)
            return self._whole(spans, self._guess(_text([spans[i] for i in used]), nouns[-1], used))
        tail = [i for i in unknown if i > named[-1]]
        if tail:
            whole = _text(spans[named[-1] : tail[-1] + 1])
            phrase = whole if self.lexicon.heard_of(whole) else _text([spans[i] for i in tail])
            option = self._whole(spans, self._guess(phrase, tail[-1], tail))
            if option.confidence >= 0.5:
                return option
        pure = [i for i in named if not spans[i].term.modifiers]
        last = len(spans) - 1
        if pure and named[-1] < last and _is_noun(spans[last]):  # "bed stand": the last noun is the head
            option = self._guess(_text(spans[named[-1] :]), last, range(named[-1], last + 1))
            if option.confidence >= 0.5 and option.kind != spans[named[-1]].term.kind:
                return option
        if not pure and named[-1] < last and _is_noun(spans[last]):  # "stone steps"
            return self._guess(_text(spans), last, (last,))
        head = named[-1] if named[-1] == len(spans) - 1 and (not pure or pure[-1] == named[-1]) else (pure or named)[-1]
        found = self._in_context(spans, head)
        return replace(found, confidence=round(found.confidence * self._doubt(spans, head, found.kind), 4))

    def _doubt(self, spans: Sequence[Span], head: int, kind: str) -> float:
        """What is left of a named kind's confidence by nouns that follow it and are no part of it: of a "mug shot" little."""
        own = self.lexicon.grammar.kinds[kind].nouns
        after = [s for s in spans[head + 1 :] if s.type == UNKNOWN or (_is_noun(s) and s.term.part not in own)]
        if not after:
            return 1.0
        return NAMED if self.lexicon.names_a_thing(_text(spans[head:])) else OVERRULED

    def _whole(self, spans: Sequence[Span], guess: Found) -> Found:
        """What a guess's noun means with all nouns before it, if that is another kind: a "bathtub toy" is no teddy bear."""
        end = max(guess.used, default=-1)
        start = _first_noun(spans, end)
        if start >= min(guess.used, default=0) or guess.head is None:
            return guess
        whole = self._guess(_text(spans[start : end + 1]), guess.head, range(start, end + 1))
        return whole if whole.kind and whole.kind != guess.kind else guess

    def _in_context(self, spans: Sequence[Span], head: int) -> Found:
        """A named kind, or a nearer one when the nouns before it change its meaning ("xmas tree" is a pine tree)."""
        kind = spans[head].term.kind
        plain = Found(kind, None, head, frozenset(), SURE * spans[head].meant, ((kind, 1.0),), True)
        for start in range(head):  # a name of the dictionary's own: "dutch oven"
            phrase = _text(spans[start : head + 1])
            if self.lexicon.names_a_thing(phrase) and self._lead(phrase, kind) > CLEARLY:
                return self._guess(phrase, head, range(start, head + 1))
        before = spans[head - 1].term.kind if head else ""
        if before and before != kind and self._is_a(before, spans[head - 1].text, kind, spans[head].text):
            used = frozenset((head - 1, head))  # "evergreen tree": an evergreen is a tree
            return replace(plain, kind=before, used=used, nearest=((before, 1.0), (kind, 0.9)))
        start = _first_noun(spans, head)
        if start == head:
            return self._told_apart(spans, head) or plain
        phrase, first = _text(spans[start : head + 1]), _text(spans[start:head])
        adjective = self.lexicon.vector_or_none(first) is not None and not self.lexicon.senses_of(first)
        lead = self._lead(phrase, kind)
        whole = self._guess(phrase, head, range(start, head + 1))
        if limit(phrase, whole.kind or kind, self.kinds) < 1 and not self.lexicon.senses_of(spans[head].text):
            return replace(plain, confidence=round(plain.confidence * OVERRULED, 4))  # the tree cannot judge it
        if lead > (CLEARLY if adjective else 0.0):
            return whole
        if adjective:
            return plain
        return replace(plain, confidence=whole.confidence or SURE)  # a noun may change the kind

    def _with_what_follows(self, guess: Found, chunks: Sequence[Chunk]) -> Found:
        """A guess by its chunk's noun, or by all of it "of" the next chunk's where that is clearly another kind."""
        if len(chunks) < 2 or chunks[1].lead != "of" or not guess.kind:
            return guess
        phrase = f"{_text(chunks[0].spans)} of {_text(chunks[1].spans)}"
        if self._lead(phrase, guess.kind) < OF:
            return guess
        return replace(self._guess(phrase, 0, ()), head=guess.head, used=guess.used)

    def _told_apart(self, spans: Sequence[Span], head: int) -> Found | None:
        """Another kind that the words before a named one clearly mean with it; None where there is none.

        Colours and materials are no part of a name: an iron dog is not a hot dog.
        """
        looks, start = {*self.lexicon.grammar.colours, *self.lexicon.grammar.materials}, head
        while start > 0 and spans[start - 1].type == TERM and not looks.issuperset(spans[start - 1].term.modifiers):
            start -= 1
        phrase = _text(spans[start : head + 1])
        if start == head or self._lead(phrase, spans[head].term.kind) < APART:
            return None
        found = self._guess(phrase, head, range(start, head + 1))
        return found if found.nearest and found.nearest[0][1] >= NEAR else None

    def _lead(self, phrase: str, kind: str) -> float:
        """By how much another kind is nearer to the phrase than `kind`; 0 where none is."""
        near = [pair for pair in self.kinds.nearest(phrase, len(self.kinds.table)) if pair[0] in self.taught]
        return near[0][1] - dict(near).get(kind, 0.0) if near else 0.0

    def _is_a(self, kind: str, name: str, above: str, above_name: str) -> bool:
        """Whether one kind's name means a sort of what another's means."""
        chosen = self.lexicon.chosen
        low, high = chosen.get(f"{kind}/{singular(name)}", -1), chosen.get(f"{above}/{singular(above_name)}", -1)
        return low >= 0 and high >= 0 and low != high and high in self.lexicon.ancestors(low)

    def _guess(self, phrase: str, head: int, used: Sequence[int]) -> Found:
        """The taught kind nearest in meaning; where one that is not taught lies nearer, its likelihood is taken off."""
        ranked = tuple(self.kinds.nearest(phrase, len(self.kinds.table)))
        near = tuple(pair for pair in ranked if pair[0] in self.taught)[:3]
        if not near:
            return Found()
        sure = self.confidence(phrase, near)
        if ranked[0][0] != near[0][0]:
            sure = round(sure * (1 - self.confidence(phrase, ranked)), 4)
        sure = min(sure, limit(phrase, near[0][0], self.kinds))
        return Found(near[0][0], None, head, frozenset(used), sure, near)

    def calibration(self, phrase: str) -> str:
        """Which curve a phrase's confidence follows: what the dictionary defines by a name, a new phrase on a taught last word, a
        word without senses, or another."""
        if self.kinds.defined(phrase):
            return DEFINED
        last = phrase.rpartition(" ")[2]
        if last != phrase and (self.kinds.rows.alone & (self.kinds.rows.last == last)).any():
            return "confidence of phrases"
        return "confidence" if self.lexicon.senses_of(phrase) else "confidence of unlisted"

    def confidence(self, phrase: str, near: Nearest) -> float:
        """Logistic calibration on the best similarity and its lead over the second (`docs/language.md`)."""
        fit = self.lexicon.fit
        bias, on_best, on_lead = fit.get(self.calibration(phrase), fit.get("confidence", [-9.0, 13.0, 4.0]))
        lead = near[0][1] - near[1][1] if len(near) > 1 else near[0][1]
        return round(float(1 / (1 + np.exp(-(bias + on_best * near[0][1] + on_lead * lead)))), 4)


def _first_noun(spans: Sequence[Span], end: int) -> int:
    """Where the nouns and unknown words that lead up to the span `end` begin; `end` where none does."""
    start = end
    while start > 0 and (spans[start - 1].type == UNKNOWN or _is_noun(spans[start - 1])):
        start -= 1
    return start


def _is_noun(span: Span) -> bool:
    return span.type == TERM and bool(span.term.kind or span.term.part) and not span.term.modifiers
