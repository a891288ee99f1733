"""The lexicon: word and sense vectors with a tree of senses, and the search for the nearest known name to any phrase."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from ..errors import problem
from .english import singular
from .grammar import Grammar

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
SENSES = 4  # most senses kept per word
RARER = 0.03  # a word's second sense counts this much less than its first, its third twice as much
SIMILARITY = (0.4, 0.2, 0.4)  # weights of words, senses and definitions: best of a grid on hidden names
ALL_NAMES = 0.3  # weight of the mean over a kind's names beside its nearest name: one point better on hidden names


@dataclass
class Lexicon:
    """N words, S senses, D dimensions. Vectors are unit length before they were rounded to int8.

    words: name -> row. word_vectors (N, D) of the words themselves; senses (N, SENSES) rows of each word's senses, most
    frequent first, -1 pads; sense_vectors (S, D) of their definitions; parents (S, 2) rows above, -1 pads;
    information (S,) in [0, 1]: 0 at the root, 1 at leaves (Seco et al. 2004, intrinsic information content).
    """

    words: dict[str, int]
    word_vectors: NDArray[np.int8]
    senses: Ints
    sense_vectors: NDArray[np.int8]
    parents: Ints
    information: Floats
    compose: Floats  # (2 D, D): (first words' vector, last word's) -> the phrase's, fitted on WordNet's phrases
    grammar: Grammar
    chosen: dict[str, int] = field(default_factory=dict)  # "kind/name" -> sense row, picked when it was built
    fit: dict[str, list[float]] = field(default_factory=dict)  # measured constants: similarity weights, calibration
    _above: dict[int, dict[int, float]] = field(default_factory=dict)

    def find_or_none(self, phrase: str) -> int | None:
        row = self.words.get(phrase)
        return self.words.get(singular(phrase)) if row is None else row

    def names_a_thing(self, phrase: str) -> bool:
        """Whether the phrase as a whole, not just its last word, has a sense."""
        row = self.find_or_none(phrase)
        return row is not None and bool(self.senses[row, 0] >= 0)

    def ancestors(self, sense: int) -> dict[int, float]:
        """Rows at or above a sense with their information."""
        if sense not in self._above:
            found, edge = {sense: float(self.information[sense])}, [sense]
            while edge:
                step = {int(p) for row in edge for p in self.parents[row] if p >= 0 and int(p) not in found}
                found |= {p: float(self.information[p]) for p in step}
                edge = list(step)
            self._above[sense] = found
        return self._above[sense]

    def vector_or_none(self, phrase: str) -> Floats | None:
        """(D,) unit vector: the phrase's own, or composed of its words'; None where its last word is unknown."""
        row = self.find_or_none(phrase)
        if row is not None:
            return _unit(self.word_vectors[row].astype(np.float32))
        head, _, last = phrase.rpartition(" ")
        tail = self.find_or_none(last) if head else None
        if tail is None:
            return None
        last_vector = _unit(self.word_vectors[tail].astype(np.float32))
        rows = [r for r in (self.find_or_none(w) for w in head.split()) if r is not None]
        if not rows:
            return last_vector
        first_vector = _unit(_unit(self.word_vectors[rows].astype(np.float32)).mean(0))
        return _unit(np.concatenate([first_vector, last_vector]) @ self.compose)

    def senses_of(self, phrase: str) -> list[int]:
        """Rows of the senses of the longest ending of the phrase that has any."""
        words = phrase.split()
        for start in range(len(words)):
            row = self.find_or_none(" ".join(words[start:]))
            if row is not None and self.senses[row, 0] >= 0:
                return [int(s) for s in self.senses[row] if s >= 0]
        return []


def _unit(vectors: Floats) -> Floats:
    norm = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(norm, 1e-6)


@dataclass
class Names:
    """Names with their owners (a kind, a part, a modifier), searchable by meaning."""

    lexicon: Lexicon
    table: Mapping[str, Sequence[str]]  # owner -> its names

    @cached_property
    def _rows(self) -> tuple[list[str], NDArray[np.int64], Floats, Ints, Floats]:
        owners = list(self.table)
        owner, vectors, senses, meanings = [], [], [], []
        dims = self.lexicon.word_vectors.shape[1]
        for i, (name, names) in enumerate(self.table.items()):
            for other in dict.fromkeys(names):
                vector = self.lexicon.vector_or_none(other)
                sense = self.lexicon.chosen.get(f"{name}/{other}", -1)
                if sense < 0:
                    sense = next(iter(self.lexicon.senses_of(other)), -1)
                if vector is None and sense < 0:
                    continue
                owner.append(i)
                vectors.append(np.zeros(dims, np.float32) if vector is None else vector)
                senses.append(sense)
                meaning = self.lexicon.sense_vectors[max(sense, 0)].astype(np.float32) * (sense >= 0)
                meanings.append(_unit(meaning))
        shape = (-1, dims)
        return (
            owners,
            np.array(owner, np.int64),
            np.array(vectors, np.float32).reshape(shape),
            np.array(senses, np.int32),
            np.array(meanings, np.float32).reshape(shape),
        )

    @cached_property
    def _below(self) -> dict[int, NDArray[np.int64]]:
        """sense row -> indices of the names whose sense lies at or below it."""
        found: dict[int, list[int]] = {}
        for i, sense in enumerate(self._rows[3]):
            if sense >= 0:
                for row in self.lexicon.ancestors(int(sense)):
                    found.setdefault(row, []).append(i)
        return {row: np.array(indices) for row, indices in found.items()}

    def features(self, phrase: str) -> NDArray[np.float64] | None:
        """(names, 3): cosine of the words, Lin similarity of the senses (Lin 1998), cosine of the definitions."""
        _, _, vectors, senses, meanings = self._rows
        vector = self.lexicon.vector_or_none(phrase)
        asked = self.lexicon.senses_of(phrase)
        if (vector is None and not asked) or not len(vectors):
            return None
        out = np.zeros((len(vectors), 3))
        if vector is not None:
            out[:, 0] = vectors @ vector
        own = np.where(senses >= 0, self.lexicon.information[senses], 1.0)
        best = np.full(len(vectors), -1.0)
        for rank, sense in enumerate(asked):
            shared = np.zeros(len(vectors))
            above = self.lexicon.ancestors(sense)
            for row in sorted(above, key=above.__getitem__):
                if row in self._below:
                    shared[self._below[row]] = above[row]
            lin = 2 * shared / np.maximum(own + self.lexicon.information[sense], 1e-6) - RARER * rank
            meaning = meanings @ _unit(self.lexicon.sense_vectors[sense].astype(np.float32))
            better = lin + meaning > best
            best = np.where(better, lin + meaning, best)
            out[better, 1], out[better, 2] = lin[better], meaning[better]
        return out

    def nearest(self, phrase: str, count: int = 3) -> list[tuple[str, float]]:
        """The owners whose names come nearest in meaning, with similarity in about [0, 1]; [] for a word unheard of."""
        features = self.features(phrase)
        if features is None:
            return []
        owners, owner = self._rows[0], self._rows[1]
        scores = features @ np.array(self.lexicon.fit.get("similarity", SIMILARITY))
        best = np.full(len(owners), -np.inf)
        np.maximum.at(best, owner, scores)
        mean = np.bincount(owner, scores, len(owners)) / np.maximum(np.bincount(owner, minlength=len(owners)), 1)
        best = (best + ALL_NAMES * mean) / (1 + ALL_NAMES)
        order = np.argsort(-best)[:count]
        return [(owners[i], round(float(best[i]), 4)) for i in order if np.isfinite(best[i])]


def load(path: Path) -> Lexicon:
    """Read a lexicon written by `backend/training/build_lexicon.py`; raises weights-missing or prior-invalid."""
    if not path.is_file():
        raise problem("weights-missing", path=path)
    try:
        with safe_open(str(path), framework="np") as file:
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
            notes = file.metadata()
        words = {word: i for i, word in enumerate(notes["words"].split("\n"))}
        grammar, chosen, fit = (
            Grammar.from_json(notes["grammar"]),
            json.loads(notes["chosen"]),
            json.loads(notes["fit"]),
        )
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise problem("prior-invalid", path=path, why=f"its lexicon cannot be read: {error}") from error
    information, compose = (arrays[k].astype(np.float32) for k in ("information", "compose"))
    return Lexicon(words, arrays["word_vectors"], arrays["senses"], arrays["sense_vectors"], arrays["parents"],
                   information, compose, grammar, chosen, fit)  # fmt: skip
