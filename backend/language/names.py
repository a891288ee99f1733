"""Names with their owners, and the search for the owner whose names come nearest in meaning to any phrase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .lexicon import Floats, Ints, Lexicon, unit

RARER = 0.03  # a word's second sense counts this much less than its first, its third twice as much
RARER_GENUS = 0.4  # ... of the dictionary's senses, by which a word is or is not a sort of a name
SIMILARITY = (0.3, 0.15, 0.3, 0.25)  # weights of words, senses, definitions and usage in a name's likeness
UNHEARD = (0.4, 0.2, 0.4, 0.0)  # ... in a lexicon without vectors of usage: best of a grid on hidden names
EVIDENCE = 19  # columns of `Names.evidence`
PLAIN = (1 / 1.3, 0.3 / 1.3, *(0.0,) * (EVIDENCE - 1))  # the nearest name and, less, all of them: without a fit

Doubles = NDArray[np.float64]
Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class _Rows:
    """M names as arrays: owner (M,), vectors, usage, meanings (M, D), senses (M,), and their last and first words."""

    owners: list[str]
    forms: list[str]
    owner: NDArray[np.int64]
    vectors: Floats
    usage: Floats
    meanings: Floats
    senses: Ints
    last: NDArray[np.str_]
    alone: NDArray[np.bool_]  # the name is one word
    first: Floats  # (M, D) of the words before the last
    first_usage: Floats


def runs_of(text: str) -> set[str]:
    """The runs of three and of four letters in a text with its ends marked."""
    marked = f"^{text}$"
    return {marked[i : i + n] for n in (3, 4) for i in range(len(marked) - n + 1)}


def indexed(pairs: Iterable[tuple[Key, int]]) -> dict[Key, NDArray[np.int64]]:
    """Key -> the indices that come with it, in their order."""
    found: dict[Key, list[int]] = {}
    for key, i in pairs:
        found.setdefault(key, []).append(i)
    return {key: np.array(indices) for key, indices in found.items()}


@dataclass
class Names:
    """Names with their owners (a kind, a part, a modifier), searchable by meaning.

    fitted: the owners are kinds, for which the weights of evidence are fitted and kept in the lexicon.
    """

    lexicon: Lexicon
    table: Mapping[str, Sequence[str]]  # owner -> its names
    fitted: bool = False

    @cached_property
    def rows(self) -> _Rows:
        owners, lex = list(self.table), self.lexicon
        found: list[tuple[int, str, int]] = []
        for i, (name, names) in enumerate(self.table.items()):
            for other in dict.fromkeys(names):
                sense = lex.chosen.get(f"{name}/{other}", -1)
                if sense < 0:
                    sense = next(iter(lex.senses_of(other)), -1)
                if sense >= 0 or lex.vector_or_none(other) is not None:
                    found.append((i, other, sense))
        forms, firsts = [f[1] for f in found], [f[1].rpartition(" ")[0] for f in found]
        senses = np.array([f[2] for f in found], np.int32)
        meanings = lex.sense_vectors[np.maximum(senses, 0)].astype(np.float32) * (senses >= 0)[:, None]
        return _Rows(
            owners, forms, np.array([f[0] for f in found], np.int64), self._vectors(forms), self._usage(forms), unit(meanings),
            senses, np.array([f.rpartition(" ")[2] for f in forms], dtype=np.str_),
            np.array([not f for f in firsts], dtype=bool), self._vectors(firsts), self._usage(firsts),
        )  # fmt: skip

    def _vectors(self, forms: Sequence[str]) -> Floats:
        found = [self.lexicon.vector_or_none(form) if form else None for form in forms]
        zero = np.zeros(self.lexicon.word_vectors.shape[1], np.float32)
        return np.array([zero if v is None else v for v in found], np.float32).reshape(len(found), -1)

    def _usage(self, forms: Sequence[str]) -> Floats:
        found = [self.lexicon.usage_or_none(form) if form else None for form in forms]
        zero = np.zeros(self.lexicon.usage_vectors.shape[1], np.float32)
        return np.array([zero if v is None else v for v in found], np.float32).reshape(len(found), -1)

    @cached_property
    def _below(self) -> dict[int, NDArray[np.int64]]:
        """sense row -> indices of the names whose sense lies at or below it."""
        senses = enumerate(self.rows.senses)
        return indexed((row, i) for i, sense in senses if sense >= 0 for row in self.lexicon.ancestors(int(sense)))

    @cached_property
    def _information(self) -> Floats:
        """(names,): that of the names' senses, 1 of names without one."""
        return np.where(self.rows.senses >= 0, self.lexicon.information[self.rows.senses], 1.0)

    def features(self, phrase: str) -> Doubles | None:
        """(names, 4): cosine of the words, Lin similarity of the senses (Lin 1998), cosines of definitions and of usage. None of
        a phrase that says nothing."""
        rows = self.rows
        vector, usage = self.lexicon.vector_or_none(phrase), self.lexicon.usage_or_none(phrase)
        asked = self.lexicon.senses_of(phrase)
        if (vector is None and not asked and not self.defined(phrase)) or not len(rows.owner):
            return None
        out = np.zeros((len(rows.owner), 4))
        if vector is not None:
            out[:, 0] = rows.vectors @ vector
        if usage is not None:
            out[:, 3] = rows.usage @ usage
        best = np.full(len(out), -1.0)
        for rank, sense in enumerate(asked):
            shared = np.zeros(len(out))
            above = self.lexicon.ancestors(sense)
            for row in sorted(above, key=above.__getitem__):
                if row in self._below:
                    shared[self._below[row]] = above[row]
            lin = 2 * shared / np.maximum(self._information + self.lexicon.information[sense], 1e-6) - RARER * rank
            meaning = rows.meanings @ unit(self.lexicon.sense_vectors[sense].astype(np.float32))
            better = lin + meaning > best
            best = np.where(better, lin + meaning, best)
            out[better, 1], out[better, 2] = lin[better], meaning[better]
        return out

    def evidence(self, phrase: str) -> Doubles | None:
        """(owners, EVIDENCE): likeness of the best name and of all, the best of each similarity and of usage over all names,
        then of phrases: the last word shared, the last word a name, first words like those before it, first words alone;
        then whether it is a sort of what a name means, cosines with the owner's mean name, letters in common, ends in common,
        whether the dictionary says it is a sort of a name."""
        features = self.features(phrase)
        if features is None:
            return None
        rows, count = self.rows, len(self.rows.owners)
        likeness = features @ np.array(SIMILARITY if len(self.lexicon.usage_vectors) else UNHEARD)
        names = np.maximum(np.bincount(rows.owner, minlength=count), 1)
        first, _, last = phrase.rpartition(" ")
        shared = rows.last == last
        columns = [self._best(likeness), np.bincount(rows.owner, likeness, count) / names]
        columns += [self._best(features[:, i]) for i in range(4)]
        columns += [np.bincount(rows.owner, features[:, 3], count) / names, self._best(shared.astype(float))]
        columns += [self._best((shared & rows.alone & bool(first)).astype(float))]
        vector = self.lexicon.vector_or_none(first) if first else None
        usage = self.lexicon.usage_or_none(first) if first else None
        alike, alone = np.zeros(len(likeness)), np.zeros(len(likeness))
        for asked, before, whole in ((vector, rows.first, rows.vectors), (usage, rows.first_usage, rows.usage)):
            if asked is not None:
                alike += np.maximum(before @ asked, 0) * shared / 2
                alone += whole @ asked / 2
        headed = (shared & ~rows.alone & bool(first)).astype(float)
        columns += [self._best(alike), self._best(alone), self._best(headed)]
        columns += [*self._as_a_whole(phrase), self._best(self._letters(phrase)), self._best(self._ends(last))]
        return np.stack([*columns, self._genera(phrase)], 1)

    def _genera(self, phrase: str) -> Doubles:
        """(owners,): 1 of those among whose names is what the dictionary says the phrase is a sort of, less of a later sense."""
        found = np.zeros(len(self.rows.owners))
        for rank, noun in enumerate(self.lexicon.genera_of(phrase)):
            owners: Sequence[int] | NDArray[np.int64] = self._owners.get(noun, [])
            found[owners] = np.maximum(found[owners], 1 - RARER_GENUS * rank)
        return found

    def defined(self, phrase: str) -> bool:
        """Whether the dictionary defines the phrase by one of the names."""
        return any(noun in self._owners for noun in self.lexicon.genera_of(phrase))

    @cached_property
    def _owners(self) -> dict[str, NDArray[np.int64]]:
        """Name -> the owners that have it."""
        return indexed((name, i) for i, names in enumerate(self.table.values()) for name in dict.fromkeys(names))

    def _as_a_whole(self, phrase: str) -> list[Doubles]:
        """Four of (owners,): information of the nearest name that a sense of the phrase lies below, and its cosines with the
        owner's mean name, in words, in usage and, of its best sense, in definitions."""
        rows, lexicon, asked = self.rows, self.lexicon, self.lexicon.senses_of(phrase)
        below = np.zeros(len(rows.owner))
        for rank, sense in enumerate(asked):
            for row, information in lexicon.ancestors(sense).items():
                if row in self._meaning:
                    names = self._meaning[row]
                    below[names] = np.maximum(below[names], information - RARER * rank)
        words, usage, meanings = self._centres
        vector, used = lexicon.vector_or_none(phrase), lexicon.usage_or_none(phrase)
        nothing = np.zeros(len(rows.owners))
        senses = unit(lexicon.sense_vectors[asked].astype(np.float32))
        in_words = nothing if vector is None else (words @ vector).astype(float)
        in_usage = nothing if used is None else (usage @ used).astype(float)
        defined = (meanings @ senses.T).max(1).astype(float) if asked else nothing
        return [self._best(below), in_words, in_usage, defined]

    @cached_property
    def _meaning(self) -> dict[int, NDArray[np.int64]]:
        """sense row -> indices of the names that have this very sense."""
        return indexed((int(sense), i) for i, sense in enumerate(self.rows.senses) if sense >= 0)

    @cached_property
    def _centres(self) -> tuple[Floats, Floats, Floats]:
        """(owners, D) unit vectors: the mean of each owner's names in words, in usage and in definitions."""
        rows = self.rows

        def centre(vectors: Floats) -> Floats:
            total = np.zeros((len(rows.owners), vectors.shape[1]), np.float32)
            np.add.at(total, rows.owner, vectors)
            return unit(total)

        return centre(rows.vectors), centre(rows.usage), centre(rows.meanings)

    def _letters(self, phrase: str) -> Doubles:
        """(names,): Jaccard's index of the runs of three and four letters in the phrase and in each name."""
        index, counts = self._runs
        asked = runs_of(phrase)
        shared = np.zeros(len(counts))
        for run in asked:
            if run in index:
                shared[index[run]] += 1
        return shared / np.maximum(counts + len(asked) - shared, 1)

    def _ends(self, word: str) -> Doubles:
        """(names,): tenths of letters of a name's last word that ends a longer word: a footlocker is a locker."""
        found = np.zeros(len(self.rows.owner))
        for start in range(1, len(word) - 2):
            if word[start:] in self._last:
                found[self._last[word[start:]]] = (len(word) - start) / 10
        return found

    @cached_property
    def _last(self) -> dict[str, NDArray[np.int64]]:
        """Last word -> the names that end in it."""
        return indexed((str(word), i) for i, word in enumerate(self.rows.last))

    @cached_property
    def _runs(self) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
        """Run of letters -> the names that hold it; and how many runs each name has."""
        found = [runs_of(form) for form in self.rows.forms]
        counts = np.array([len(runs) for runs in found], np.int64)
        return indexed((run, i) for i, runs in enumerate(found) for run in runs), counts

    @cached_property
    def _owners_of_words(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Owners of the names that end in a word, and of those that hold it anywhere."""
        ends: dict[str, set[str]] = {}
        holds: dict[str, set[str]] = {}
        for owner, names in self.table.items():
            for name in names:
                words = name.split()
                ends.setdefault(words[-1], set()).add(owner)
                for word in words:
                    holds.setdefault(word, set()).add(owner)
        return ends, holds

    def owner_of_or_none(self, word: str) -> str | None:
        """The one owner whose names end in a word, or else hold it; None where there are several or none."""
        for owners in self._owners_of_words:
            if word in owners:
                return next(iter(owners[word])) if len(owners[word]) == 1 else None
        return None

    def _best(self, values: Doubles) -> Doubles:
        """(M,) of names, which lie owner by owner -> (owners,): the greatest of each owner's, -1 of those without names."""
        best = np.full(len(self.rows.owners), -1.0)
        named, starts = self._starts
        best[named] = np.maximum.reduceat(values, starts)
        return best

    @cached_property
    def _starts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The owners with names, and where the names of each begin."""
        named, starts = np.unique(self.rows.owner, return_index=True)
        return named, starts

    def weighting(self, phrase: str) -> str:
        """Which fitted weights of evidence a phrase is judged by: a word's, a phrase's, or those of what has no sense."""
        if not self.lexicon.senses_of(phrase):
            return "evidence of unlisted"
        return "evidence of phrases" if " " in phrase and phrase not in self.lexicon.genera else "evidence"

    def weights(self, phrase: str) -> Doubles:
        """(EVIDENCE + 1,): the fitted weights and a bias, or the plain ones."""
        fit = self.lexicon.fit
        return np.array(fit.get(self.weighting(phrase), fit.get("evidence", PLAIN)) if self.fitted else PLAIN)

    def nearest(self, phrase: str, count: int = 3) -> list[tuple[str, float]]:
        """The owners whose names come nearest in meaning, with similarity in about [0, 1]; [] for a word unheard of."""
        evidence = self.evidence(phrase)
        if evidence is None:
            return []
        weights = self.weights(phrase)
        scores = evidence @ weights[:-1] + weights[-1]
        order = np.argsort(-scores, kind="stable")[:count]
        return [(self.rows.owners[i], round(float(scores[i]), 4)) for i in order]
