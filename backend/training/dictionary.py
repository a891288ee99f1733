"""Reads what a dictionary of 1913 calls things: a targe is "a shield or target", so a shield.

The GNU Collaborative International Dictionary of English (Webster 1913 with additions; GPL-3.0-or-later), as the server of
RFC 2229 keeps it; the Debian package dict-gcide carries it. And WordNet's genera, whose species it knows: a gerbera is a flower.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..language.english import PREPOSITIONS, singular, tokens
from .wordnet import WordNet

SENSES = 2  # of a word, the first of which a genus is taken
WORDS = 3  # of a name that is defined
NOUN_PHRASE = 12  # words looked through for the noun that a definition begins with
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"  # dictd writes places in base 64
# Where the noun phrase that a definition begins with ends.
ENDS = frozenset(PREPOSITIONS).union(
    ("which", "that", "whose", "where", "when", "usually", "usu", "commonly", "esp", "especially", "also", "so", "but", "and",
     "or", "as", "to", "for", "of", "by", "in", "at", "on", "from", "with", "without", "like", "used", "having", "made", "worn",
     "formed", "consisting", "armed", "containing", "resembling", "carried", "found", "allied", "intended", "furnished", "drawn",
     "borne", "is", "was", "are", "constructed", "covered", "fitted", "built", "shaped", "employed")
)  # fmt: skip
SORT_OF = re.compile(
    r"^(?:an?|the|any|one of (?:the|several|many|various)|some)?\s*(?:(?:small|large|common|peculiar|certain|particular)\s+)?"
    r"(?:kind|sort|species|variety|form|type|name|make|pattern|genus)s? of (?:an? |the )?(.*)$",
    re.IGNORECASE,
)
NOUN = re.compile(r"\b(?:prop\. )?n\.(?:;)?(?:,? ?(?:pl|sing|fem|masc)\.)?")
LABELS = re.compile(r"^(?:\d+\. )?(?:\([^)]*\)\.? ?)+")
RUN_IN = re.compile(r"\{([A-Z][a-z'-]+(?: [A-Za-z'-]+){1,2})\}(?: \([^)]*\))?,? ((?:an?|the) [^{}]{3,80})")
Known = Callable[[str], bool]


def genera(folder: Path, net: WordNet, known: Known) -> dict[str, tuple[str, ...]]:
    """Name -> the nouns that its first senses are said to be a sort of, best first; of those for which `known` holds.

    folder: with gcide.dict.dz and gcide.index. Raises OSError where it is not there.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, definitions in entries(folder):
        nouns = [genus(one, known) for one in definitions[:SENSES]]
        if any(nouns) and len(name.split()) <= WORDS:
            found.setdefault(name, tuple(dict.fromkeys(n for n in nouns if n)))
    return species(net, known) | found


def species(net: WordNet, known: Known) -> dict[str, tuple[str, ...]]:
    """A genus's Latin name -> the nearest known noun above the first of its species that WordNet lists."""
    found: dict[str, tuple[str, ...]] = {}
    for lemma, senses in net.senses.items():
        first, _, rest = lemma.partition(" ")
        group = net.senses.get(f"genus {first}")
        if not rest or " " in rest or first in found or group is None or net.senses.get(first, group) != group:
            continue
        above = sorted(net.ancestors(senses[0]).items(), key=lambda pair: pair[1])
        noun = next((n for offset, _ in above for n in net.lemmas[offset] if known(n)), "")
        if noun:
            found[first] = (noun,)
    return found


def entries(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Names with the definitions of their senses as nouns, those that stand within another's entry last."""
    text = gzip.decompress((folder / "gcide.dict.dz").read_bytes())
    places = set()
    for line in (folder / "gcide.index").read_text(encoding="utf-8", errors="replace").splitlines():
        _, start, length = line.split("\t")[:3]
        places.add((_number(start), _number(length)))
    found: dict[str, list[str]] = {}
    within: list[tuple[str, str]] = []
    for place, size in sorted(places):
        entry = text[place : place + size].decode("utf-8", "replace")
        for name in _headed(entry):
            found.setdefault(name, []).extend(senses_of(entry))
        within += [(name.lower(), " ".join(told.split())) for name, told in RUN_IN.findall(entry)]
    yield from found.items()
    yield from ((name, [told]) for name, told in within if name not in found)


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = 64 * value + DIGITS.index(digit)
    return value


def _headed(entry: str) -> set[str]:
    """The names that an entry is headed by, as written before their pronunciation."""
    heads = re.findall(r"(?:^|, |or |\n)\s*([A-Za-z][A-Za-z' -]*?) ?\\", entry[:400].split(" n.")[0])
    return {head.strip().lower() for head in heads}


def senses_of(entry: str) -> list[str]:
    """The first sentences of an entry's senses; none where it is no noun's."""
    head = NOUN.search(entry[:600])
    if head is None or re.search(r"\b(?:v|a|adv|p)\. ?[tiap]?\.?,?", entry[: head.start()].split("\\")[-1]):
        return []
    body = re.sub(r"^\s*(?:\([^)]*\)|\[[^\]]*\]|[,;.])*", "", re.sub(r"\[[^\]]*\]", "", entry[head.end() :]))
    found = []
    for part in re.split(r"\n\s{2,}(?:\d+\.|\([a-z]\))\s", "\n   " + body.strip()):
        told = LABELS.sub("", " ".join(part.split()))
        if told:
            found.append(re.split(r"(?<=[a-z]{3})\. |--|Note:|Syn:", told)[0])
    return found


def genus(definition: str, known: Known) -> str:
    """The known noun that a definition's first noun phrase ends in, or ""."""
    told = definition.replace("{", "").replace("}", "").strip()
    sort = SORT_OF.match(told)
    words = tokens(re.split(r"[,;:()]", sort[1] if sort else told)[0].lower())[:NOUN_PHRASE]
    if not words or not (sort or words[0] in ("a", "an", "the", "any", "one")):
        return ""
    end = next((i for i, word in enumerate(words) if i and word in ENDS), len(words))
    for start in range(max(0, end - WORDS - 1), end):
        phrase = " ".join(words[start:end])
        if known(phrase) or known(singular(phrase)):
            return phrase if known(phrase) else singular(phrase)
    return ""
