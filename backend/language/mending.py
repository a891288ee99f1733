"""Mends words that are no words: misspelt, written together or parted, or clipped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .lexicon import Lexicon
from .spelling import Spelling, meant
from .terms import TERM, UNKNOWN, Span, Term, spans


@dataclass
class Mending:
    """Finds what was meant by words that neither the lexicon nor the table of terms has."""

    lexicon: Lexicon
    table: dict[str, Term]

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self.table, [w for form in self.table if " " in form for w in form.split()])

    @cached_property
    def _words_for_kinds(self) -> str:
        """The single words that name a kind, each on a line of its own."""
        return "\n".join(["", *(form for form, term in self.table.items() if term.kind and " " not in form), ""])

    def mended(self, pieces: list[Span]) -> list[Span]:
        """The spans, those mended that are no words; but not of a phrase that is known as a whole ("boob tube")."""
        whole = [self.lexicon.names_a_thing(f"{one.text} {next_.text}") for one, next_ in pairwise(pieces)]
        found: list[Span] = []
        for i, span in enumerate(pieces):
            found += [span] if any(whole[max(i - 1, 0) : i + 1]) else self._mend(span)
        return found

    def _mend(self, span: Span) -> list[Span]:
        """A word unknown to the lexicon becomes the word it misspells, or the two words it is written together from."""
        if span.type != UNKNOWN:
            return [span]
        if self.lexicon.heard_of(span.text):
            return self._opened(span)
        mended = self._spelling.nearest_or_none(span.text)
        if mended:
            again = spans(mended, self.table)
            sure = meant(span.text, mended)
            return [Span(span.text, again[0].type, again[0].term, sure)] if len(again) == 1 else [span]
        return self._parted(span)

    def _opened(self, span: Span) -> list[Span]:
        """A word that is a known name written in two: "handbell" is a hand bell."""
        for i in range(2, len(span.text) - 1):
            term = self.table.get(f"{span.text[:i]} {span.text[i:]}", Term())
            if term.kind:
                return [Span(span.text, TERM, term)]
        return [span]

    def _parted(self, span: Span) -> list[Span]:
        """ "giftbox" is a gift box, "heli" a helicopter, "ducky" a duck; else the span as it is."""
        text = span.text
        known = self.lexicon.find_or_none
        for least in (3, 4):  # a known kind may end it; failing that, two words the lexicon has
            for i in range(len(text) - least, least - 1, -1):
                first, second = text[:i], text[i:]
                ends = self.table.get(second, Term()).kind if least == 3 else known(second) is not None
                if ends and (first in self.table or known(first) is not None):
                    return spans(f"{first} {second}", self.table)
        if text.isascii() and len(text) >= 4:
            every, whole = self._words_for_kinds, list[str]()
            if f"\n{text}" in every or f"{text}\n" in every:
                whole = [w for w in every.split("\n") if w.startswith(text) or w.endswith(text)]
            if len({self.table[w].kind for w in whole}) == 1:
                return [Span(text, TERM, self.table[whole[0]])]
            small = re.sub(r"(y|ie|ies|let)$", "", text)
            if small != text and self.table.get(small, Term()).kind:
                return [Span(text, TERM, self.table[small])]
        return [span]
