"""Mends misspelt words: the known word within one or two edits, if it is the only near one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

# How likely a word that a mended one was taken for was meant, by its letters: of words that no list here has, of four to fourteen
# letters, so many lie as near to a known word by chance (docs/language.md).
MEANT = {5: 0.66, 6: 0.79, 7: 0.89, 8: 0.94}
MEANT_LONGER = 0.96


class Spelling:
    """Known words of five letters or more, found again by what is left when letters are dropped (SymSpell's idea).

    words: terms of their own; of those within phrases one is taken only where none of them is as near.
    """

    def __init__(self, words: Iterable[str], within: Iterable[str] = ()) -> None:
        self._terms = {*words}
        self.words = sorted({w for w in (*self._terms, *within) if len(w) >= 4 and w.isascii()})

    @cached_property
    def _by_shorter(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = {}
        for word in self.words:
            for short in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
                table.setdefault(short, []).append(word)
        return table

    def nearest_or_none(self, word: str) -> str | None:
        """The known word at the least distance: one edit from five letters on, two from seven on. Of words as near, one with the
        same letters, then one with the same first letter: fingers slip so."""
        if len(word) < 5 or len(word) > 24 or not word.isascii():
            return None
        shorts = {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
        candidates = {w for s in shorts for w in self._by_shorter.get(s, ())}
        limit = 1 if len(word) < 7 else 2
        best = min((self._rank(word, known) for known in candidates), default=None)
        return best[-1] if best is not None and best[0] <= limit else None

    def _rank(self, word: str, known: str) -> tuple[int, bool, bool, bool, str]:
        """Of two known words the one with the lesser rank is rather meant."""
        return distance(word, known), known not in self._terms, not swapped(word, known), known[0] != word[0], known


def meant(word: str, mended: str) -> float:
    """How likely the known word that an unknown one was taken for is meant."""
    return MEANT_LONGER if swapped(word, mended) else MEANT.get(len(word), MEANT_LONGER)


def swapped(a: str, b: str) -> bool:
    """Whether two words have the same letters."""
    return sorted(a) == sorted(b)


def distance(a: str, b: str) -> int:
    """Edits between two words, an exchange of neighbours counting as one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        fresh = [i]
        for j, y in enumerate(b, 1):
            best = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            fresh.append(best)
        before, row = row, fresh
    return row[-1]
