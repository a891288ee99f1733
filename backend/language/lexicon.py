"""The lexicon: vectors of words, of their usage and of their senses, and the tree of senses; its file."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ..errors import problem
from .english import singular
from .grammar import Grammar

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
SENSES = 4  # most senses kept per word
NO_ROW = 65535  # in the file, whose rows are unsigned 16 bits
LAST_WORD = 1.5  # weight of a phrase's last word in how the phrase is used, against one for each other word


@dataclass
class Lexicon:
    """N words, S senses, D dimensions. Vectors are unit length before they were rounded to int8.

    words: name -> row. word_vectors (N, D) of the words themselves; senses (N, SENSES) rows of each word's senses, most
    frequent first, -1 pads; sense_vectors (S, D) of their definitions; parents (S, 2) rows above, -1 pads;
    information (S,) in [0, 1]: 0 at the root, 1 at leaves (Seco et al. 2004, intrinsic information content).
    usage_vectors (M, D): how the first M words, the single ones, are used in text (GloVe); zeros where that is not known.
    genera: name, in `words` or not -> the nouns that a dictionary says it is a sort of, that of its first sense first.
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
    fit: dict[str, list[float]] = field(default_factory=dict)  # measured constants: weights of evidence, calibration
    usage_vectors: NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, 1), np.int8))
    genera: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _above: dict[int, dict[int, float]] = field(default_factory=dict)

    def find_or_none(self, phrase: str) -> int | None:
        row = self.words.get(phrase)
        return self.words.get(singular(phrase)) if row is None else row

    def in_dictionary(self, phrase: str) -> bool:
        """Whether the dictionary defines the phrase as a whole."""
        return phrase in self.genera or singular(phrase) in self.genera

    def heard_of(self, phrase: str) -> bool:
        """Whether the phrase as a whole is a word of the lexicon or of the dictionary."""
        return self.find_or_none(phrase) is not None or self.in_dictionary(phrase)

    def names_a_thing(self, phrase: str) -> bool:
        """Whether the phrase as a whole, not just its last word, has a sense or a definition."""
        row = self.find_or_none(phrase)
        return (row is not None and bool(self.senses[row, 0] >= 0)) or self.in_dictionary(phrase)

    def is_a(self, phrase: str, *names: str) -> bool:
        """Whether the phrase's first sense lies at or below the first sense of one of the names."""
        above = {sense for name in names for sense in self.senses_of(name)[:1]}
        return any(not above.isdisjoint(self.ancestors(sense)) for sense in self.senses_of(phrase)[:1])

    def genera_of(self, phrase: str) -> tuple[str, ...]:
        """The nouns that the longest ending of the phrase which the dictionary defines is a sort of."""
        words = phrase.split()
        for start in range(len(words)):
            ending = " ".join(words[start:])
            found = self.genera.get(ending) or self.genera.get(singular(ending))
            if found:
                return found
        return ()

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
            return unit(self.word_vectors[row].astype(np.float32))
        head, _, last = phrase.rpartition(" ")
        tail = self.find_or_none(last) if head else None
        if tail is None:
            return None
        last_vector = unit(self.word_vectors[tail].astype(np.float32))
        rows = [r for r in (self.find_or_none(w) for w in head.split()) if r is not None]
        if not rows:
            return last_vector
        first_vector = unit(unit(self.word_vectors[rows].astype(np.float32)).mean(0))
        return unit(np.concatenate([first_vector, last_vector]) @ self.compose)

    def usage_or_none(self, phrase: str) -> Floats | None:
        """(D,) unit vector of how the phrase's words are used in text, the last one most; None where it is not known."""
        total, last = np.zeros(self.usage_vectors.shape[1], np.float32), phrase.split()[-1:]
        for word in phrase.split():
            row = self.find_or_none(word)
            if row is not None and row < len(self.usage_vectors):
                total += unit(self.usage_vectors[row].astype(np.float32)) * (LAST_WORD if [word] == last else 1.0)
        return unit(total) if total.any() else None

    def senses_of(self, phrase: str) -> list[int]:
        """Rows of the senses of the longest ending of the phrase that has any."""
        words = phrase.split()
        for start in range(len(words)):
            row = self.find_or_none(" ".join(words[start:]))
            if row is not None and self.senses[row, 0] >= 0:
                return [int(s) for s in self.senses[row] if s >= 0]
        return []


def unit(vectors: Floats) -> Floats:
    """Vectors of length 1; zeros stay zeros."""
    norm = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(norm, 1e-6)


def packed(rows: Ints) -> NDArray[np.uint16]:
    """Rows, -1 for none, as the file keeps them. Raises ValueError where one does not fit."""
    if rows.size and int(rows.max()) >= NO_ROW:
        raise ValueError(f"row {int(rows.max())} does not fit into 16 bits")
    return np.where(rows < 0, NO_ROW, rows).astype(np.uint16)


def rows_of(stored: NDArray[Any]) -> Ints:
    """The rows that a file keeps, -1 for none: the inverse of `packed`."""
    rows = stored.astype(np.int32)
    rows[rows == NO_ROW] = -1
    return rows


def load(path: Path) -> Lexicon:
    """Read a lexicon written by `backend/training/build_lexicon.py`; raises weights-missing or prior-invalid."""
    if not path.is_file():
        raise problem("weights-missing", path=path)
    try:
        with safe_open(str(path), framework="np") as file:
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
        texts = json.loads(gzip.decompress(arrays["texts"].tobytes()))
        words = {word: i for i, word in enumerate(texts["words"])}
        genera = {name: tuple(nouns) for name, nouns in texts["genera"].items()}
        grammar, chosen, fit = Grammar.of(texts["grammar"]), texts["chosen"], texts["fit"]
    except (SafetensorError, OSError, EOFError, zlib.error, KeyError, ValueError, TypeError, AttributeError) as error:
        raise problem("prior-invalid", path=path, why=f"its lexicon cannot be read: {error}") from error
    information, compose = (arrays[k].astype(np.float32) for k in ("information", "compose"))
    return Lexicon(words, arrays["word_vectors"], rows_of(arrays["senses"]), arrays["sense_vectors"],
                   rows_of(arrays["parents"]), information, compose, grammar, chosen, fit,
                   arrays.get("usage_vectors", np.zeros((0, 1), np.int8)), genera)  # fmt: skip


def save(lexicon: Lexicon, path: Path, licence: str) -> None:
    """Write what `load` reads: the same bytes for the same lexicon."""
    texts = {"words": list(lexicon.words), "grammar": asdict(lexicon.grammar), "chosen": lexicon.chosen, "fit": lexicon.fit,
             "genera": lexicon.genera}  # fmt: skip
    told = json.dumps(texts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    arrays: dict[str, NDArray[Any]] = {
        "word_vectors": lexicon.word_vectors, "senses": packed(lexicon.senses), "sense_vectors": lexicon.sense_vectors,
        "parents": packed(lexicon.parents), "information": lexicon.information.astype(np.float16),
        "compose": lexicon.compose.astype(np.float16), "usage_vectors": lexicon.usage_vectors,
        "texts": np.frombuffer(gzip.compress(told, mtime=0), np.uint8),
    }  # fmt: skip
    save_file(arrays, path, {"licence": licence})
