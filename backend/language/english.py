"""Just enough English for prompts: tokens, singular and plural, articles, numbers, the small words that bind phrases."""

from __future__ import annotations

import re
import unicodedata

COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = {str(i + 1): word for i, word in enumerate(COUNTS)}
NUMBERS = _DIGITS | {"single": "one", "double": "two", "twin": "two", "triple": "three", "pair": "two"}
_ARTICLES = "a an the some its his her their this that my our your"
ARTICLES = frozenset(_ARTICLES.split())
_PREPOSITIONS = """with without of on in at under above over behind beside near inside from for by to into onto atop
upon around between against below before leftward rightward dangling flanking featuring having wearing holding carrying
containing"""
PREPOSITIONS = frozenset(_PREPOSITIONS.split())

_PAIRS = """leaves leaf, shelves shelf, knives knife, wolves wolf, loaves loaf, halves half, calves calf, scarves scarf,
hooves hoof, elves elf, feet foot, teeth tooth, geese goose, mice mouse, men man, women woman, children child,
people person, oxen ox, dice die, cacti cactus, fungi fungus, axes axe, pies pie, ties tie, shoes shoe, toes toe,
canoes canoe, hoes hoe, cookies cookie, movies movie, zombies zombie, brownies brownie, buses bus, gases gas,
lenses lens, aches ache"""
_IRREGULAR = dict(pair.split() for pair in _PAIRS.split(","))
_PLURALS = {single: plural for plural, single in _IRREGULAR.items()}
_SAME = """lens gas canvas chaos bias atlas christmas texas pancreas species series sheep fish deer moose always perhaps
plus this is was has its us yes bus his as thus"""
_PAIRED = """glasses scissors trousers pants jeans goggles headphones tongs pliers binoculars shears earphones shorts
nunchucks"""
ALWAYS_PLURAL = frozenset(_PAIRED.split())
UNCHANGED = frozenset(_SAME.split()) | ALWAYS_PLURAL
_ADDED_ES = ("ches", "shes", "sses", "xes", "zzes", "atoes", "goes", "does", "hoes", "roes", "noes")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def tokens(text: str) -> list[str]:
    """Lower-case words of any script, without accents, punctuation and possessives; hyphens part words.

    Emoji say their Unicode name where nothing else is said: a lone chair sign is "chair". Zero-width marks go.
    """
    found = _tokens("".join(c for c in text if unicodedata.category(c) != "Cf"))
    return found or _tokens(" ".join(unicodedata.name(c, "") for c in text if unicodedata.category(c) == "So"))


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    parted = unicodedata.normalize("NFD", plain)
    folded = unicodedata.normalize("NFC", "".join(c for c in parted if not "\u0300" <= c <= "\u036f"))
    return [w[:-2] if w.endswith("'s") else w.replace("'", "") for w in _TOKEN.findall(folded)]


def singular(word: str) -> str:
    """The singular of an English noun; a word that is none is returned as it came. Multi-word: its last word."""
    if " " in word:
        head, last = word.rsplit(" ", 1)
        return f"{head} {singular(last)}"
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word in UNCHANGED or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_ADDED_ES) and not word.endswith(("shoes", "caches", "axes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """The plural of an English noun. Multi-word: of its last word."""
    if " " in word:
        head, last = word.rsplit(" ", 1)
        return f"{head} {plural(last)}"
    if word in _PLURALS:
        return _PLURALS[word]
    if word in UNCHANGED:
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def article(phrase: str) -> str:
    """ "a" or "an" for the phrase that follows."""
    return "an" if re.match(r"(?!uni|use|one|eu|ufo)[aeiou]|hour|heir", phrase) else "a"
