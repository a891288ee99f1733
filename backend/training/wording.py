"""Natural English for a Brief: synonyms, articles, number, order and filler as artists type them, for testing the reader."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..language.brief import Brief, Item
from ..language.english import COUNTS, article, plural, singular, tokens
from ..language.words import NOUNS, PATTERN_NOUNS, SYNONYMS
from .captions import survey, vocabulary
from .kinds import KINDS
from .paints import COLOURS, MATERIALS, PATTERN_WORDS
from .programs import STYLES

_SIZES = ("small", "big", "large", "tiny", "huge", "little", "medium sized")
_BEFORE = ("3d model of {}", "game prop: {}", "a render of {}", "please make {}", "i want {}", "{}, game asset", "{}, pbr, 4k",
           "{} prop", "{}, highly detailed", "generate {} for a game")  # fmt: skip
_CONFLICTS = frozenset((*COLOURS, *PATTERN_WORDS, *STYLES)) - {"plain"}


@lru_cache(maxsize=1)
def sayable() -> dict[str, tuple[str, ...]]:
    """kind -> names that mean it alone, and that claim no material, colour or style of their own."""
    owners: dict[str, set[str]] = {}
    for kind, entry in KINDS.items():
        for name in (kind, *entry.synonyms):
            owners.setdefault(" ".join(tokens(name)), set()).add(kind)
    claims = {*_CONFLICTS, *MATERIALS} | {s for m in (*MATERIALS, *_CONFLICTS) for s in SYNONYMS.get(m, ())}
    table = {}
    for kind, entry in KINDS.items():
        names = [kind]
        for name in entry.synonyms:
            words = tokens(name)
            alone = owners[" ".join(words)] == {kind} and " ".join(words) not in claims
            shapes = {t for w in survey().words[kind] for t in tokens(w)}
            if alone and not (claims | shapes) & set(words[:-1]) and not _is_phrase(words):
                names.append(name)
        table[kind] = tuple(names)
    return table


def _is_phrase(words: list[str]) -> bool:
    return bool({"with", "of", "in", "on", "for"} & set(words))


def say(brief: Brief, rng: np.random.Generator) -> str:
    """An English prompt that means the brief; "" for the null brief. `read` is to give the brief back."""
    if not brief.items:
        return ""
    head = brief.items[0]
    words, behind, styles = _split(head, rng)
    prefix: list[str] = []
    items = list(brief.items[1:])
    for item in list(items):  # "red-banded crate"
        if len(item.modifiers) == 1 and _participle(item.noun) and rng.random() < 0.15:
            prefix.append(f"{_word(item.modifiers[0], rng)}-{_participle(item.noun)}")
            items.remove(item)
            break
    names = sayable()[head.noun]
    name = names[0] if rng.random() < 0.5 else _pick(names, rng)
    if rng.random() < 0.12:
        words.insert(0, _pick(_SIZES, rng))
    noun = " ".join([*words, *prefix, name])
    if rng.random() < 0.75 and singular(name) == name:
        noun = f"{article(noun)} {noun}"
    text = noun + "".join(behind)
    if items:
        phrases = [_part(item, rng) for item in items]
        text += " with " + (_listed(phrases) if rng.random() < 0.7 else ", ".join(phrases))
    if styles:
        text += f"{', ' if items or rng.random() < 0.7 else ' in '}{' '.join(styles)} style"
    if rng.random() < 0.15:
        text = _pick(_BEFORE, rng).format(text)
    return text[0].upper() + text[1:] + "." if rng.random() < 0.15 else text


def _split(item: Item, rng: np.random.Generator) -> tuple[list[str], list[str], list[str]]:
    """The kind's modifiers as words before it, phrases behind it and styles at the end of the sentence."""
    before: list[str] = []
    behind: list[str] = []
    styles: list[str] = []
    colours = [m for m in item.modifiers if m in COLOURS]
    patterns = [m for m in item.modifiers if m in PATTERN_WORDS]
    for word in rng.permutation([m for m in item.modifiers if m not in colours and m not in patterns]).tolist():
        if word in STYLES and rng.random() < 0.25:
            styles.append(_word(word, rng))
        elif word in MATERIALS and NOUNS.get(word, word) and rng.random() < 0.3 and not behind:
            behind.append(f" {_pick(('made of', 'of', 'made from', 'made out of'), rng)} {NOUNS.get(word, word)}")
        else:
            before.append(_word(word, rng))
    both = " and ".join(_word(c, rng) for c in colours)
    pattern = " ".join(_word(p, rng) for p in patterns)
    if patterns and colours and rng.random() < 0.3:
        behind.append(f" with {both} {PATTERN_NOUNS[patterns[0]]}")
        behind += [f" and {PATTERN_NOUNS[p]}" for p in patterns[1:]]
    else:
        before.insert(int(rng.integers(len(before) + 1)), " ".join(w for w in (both, pattern) if w))
    return [w for w in before if w], sorted(behind, key=lambda p: p.startswith(" with")), styles


def _part(item: Item, rng: np.random.Generator) -> str:
    """ "three red drawers", "an iron handle", "no lid"."""
    count = next((m for m in item.modifiers if m in COUNTS), "")
    rest = [m for m in item.modifiers if m != count and m != "no"]
    words = [_word(m, rng) for m in rng.permutation(rest).tolist()] if rest else []
    many = count in COUNTS[1:] or (not count and item.noun in survey().plurals)
    phrase = " ".join([*words, plural(item.noun) if many else item.noun])
    if "no" in item.modifiers:
        return f"no {phrase}"
    if count:
        return f"{count if rng.random() < 0.8 else COUNTS.index(count) + 1} {phrase}"
    return phrase if many or rng.random() < 0.3 else f"{article(phrase)} {phrase}"


def _word(word: str, rng: np.random.Generator) -> str:
    """The word itself, or one that means it."""
    others = [s for s in SYNONYMS.get(word, ()) if s not in _taken() and "made" not in s]
    return _pick(others, rng) if others and rng.random() < 0.3 else word


@lru_cache(maxsize=1)
def _taken() -> frozenset[str]:
    """Words that are canonical themselves or part of another term: no synonyms for anything else."""
    return frozenset(vocabulary().words)


def _participle(noun: str) -> str:
    """ "banded" from "band", "" where English would double a letter or the noun is of two words."""
    if " " in noun or noun.endswith(("e", "y", "s")) or (noun[-1] in "bdgmnprt" and noun[-2] in "aeiou"):
        return ""
    return "" if noun + "ed" in _taken() else noun + "ed"


def _listed(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " and " + phrases[-1]


def _pick(options, rng: np.random.Generator):
    return options[int(rng.integers(len(options)))]
