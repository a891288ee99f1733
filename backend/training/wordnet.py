"""WordNet 3.0's dictionary files: senses of nouns, their ancestors, and the words an artist could type for a thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PHYSICAL, ARTIFACT, PERSON, ABSTRACTION = "00001930", "00021939", "00007846", "00002137"  # offsets in data.noun
_HYPERNYM = {"@", "@i"}
_WORD = re.compile(r"[a-z]+(?: [a-z]+)?")


@dataclass
class WordNet:
    """senses: lemma -> offsets, most frequent first. parents: offset -> offsets above it. lemmas: offset -> its words."""

    senses: dict[str, list[str]] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=dict)
    lemmas: dict[str, list[str]] = field(default_factory=dict)
    tagged: dict[str, int] = field(default_factory=dict)  # lemma -> senses met in tagged text: a measure of how common
    glosses: dict[str, str] = field(default_factory=dict)  # offset -> its definition, without examples
    proper: set[str] = field(default_factory=set)  # lemmas that are written with a capital only
    adjectives: list[str] = field(default_factory=list)
    others: set[str] = field(default_factory=set)  # verbs and adverbs

    def ancestors(self, offset: str) -> dict[str, int]:
        """Every synset at or above `offset` with its least distance in steps."""
        found, edge, depth = {offset: 0}, [offset], 0
        while edge:
            depth += 1
            edge = [p for o in edge for p in self.parents.get(o, ()) if p not in found]
            found |= {p: depth for p in edge}
        return found

    def is_a(self, offset: str, ancestor: str) -> bool:
        return ancestor in self.ancestors(offset)


def load(folder: Path) -> WordNet:
    """Read data.noun and the four indices of a `dict` folder (Debian: /usr/share/wordnet of wordnet-base)."""
    net, common = WordNet(), set()
    for fields, gloss in _rows(folder / "data.noun"):
        offset, count = fields[0], int(fields[3], 16)
        written = [fields[4 + 2 * i].replace("_", " ") for i in range(count)]
        net.proper |= {w.lower() for w in written if not w.islower()}
        common |= {w for w in written if w.islower()}
        net.lemmas[offset] = [w.lower() for w in written]
        start = 5 + 2 * count
        links = [fields[start + 4 * i : start + 4 * i + 2] for i in range(int(fields[start - 1]))]
        net.glosses[offset] = gloss.split(";")[0].strip()
        net.parents[offset] = [target for symbol, target in links if symbol in _HYPERNYM]
    net.proper -= common
    for fields, _ in _rows(folder / "index.noun"):
        lemma, senses = fields[0].replace("_", " "), int(fields[2])
        net.senses[lemma] = fields[-senses:]
        net.tagged[lemma] = int(fields[-senses - 1])
    net.adjectives = [fields[0].replace("_", " ") for fields, _ in _rows(folder / "index.adj")]
    net.others = {fields[0] for name in ("index.verb", "index.adv") for fields, _ in _rows(folder / name)}
    return net


def _rows(path: Path) -> Iterator[tuple[list[str], str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("  "):
                entry, _, gloss = line.partition("|")
                yield entry.split(), gloss


def things(net: WordNet) -> list[str]:
    """Sorted lemmas of one or two plain words that have a sense as a physical thing (people and places among them)."""
    wanted = []
    memo: dict[str, bool] = defaultdict(bool)
    for lemma, offsets in net.senses.items():
        if not _WORD.fullmatch(lemma) or len(lemma) < 3:
            continue
        for offset in offsets:
            if offset not in memo:
                memo[offset] = net.is_a(offset, PHYSICAL)
            if memo[offset]:
                wanted.append(lemma)
                break
    return sorted(wanted)
