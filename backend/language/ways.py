"""Words that say how one thing stands to another, and the longer ways to say so made short."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .english import COUNTS, singular

ON, IN = ("on", "atop", "upon", "onto"), ("in", "inside", "into", "within")
AROUND = ("around",)
IT = ("it", "them", "top")  # what was named before
FULL_OF = ("holding", "containing", "carrying")
HOLDING = ("with", *FULL_OF)
LISTED = ("and", ",")
BETWEEN = "between"
WAYS = {  # how a thing stands to another, as `layout` knows it -> the words that lead in the other
    "on": ON,
    "in": IN,
    "around": AROUND,
    "under": ("under", "below"),
    "over": ("over", "above"),
    "hanging": ("dangling",),
    "against": ("against",),
    "behind": ("behind",),
    "before": ("before",),
    "left": ("leftward",),
    "right": ("rightward",),
    "flanking": ("flanking",),
    "beside": ("beside", "near", "by"),
}
_AT_REST = """sitting standing lying laying placed perched resting sleeping leaning floating hovering flying growing laid set
stuck stored kept displayed balanced mounted embedded balancing plunged thrust hanging hung nailed hidden"""
_LED_BY = """on in into inside atop upon beside near by behind before under over above around against between
flanking leftward rightward"""
_STANDS = f"(?:{'|'.join(_AT_REST.split())})"
_HOARDS = "chest|pot|crate|barrel|sack|bag|pouch|suitcase|briefcase|toolbox|box|jar"  # gold in them is coins
_EACH = re.compile(rf"\b({'|'.join(COUNTS[1:])}) ([a-z -]{{1,40}}?s),?:? one ([^.;!?]+)", re.I)
_OTHERS = re.compile(r"(?:,| and|, and) (?:one|another|the other)(?: one)? ", re.I)
_SIZES = re.compile(
    rf"\b({'|'.join(COUNTS[1:6])}) ([a-z -]{{1,40}}?s) (?:of|in) (?:different|various|varying|all) sizes\b", re.I
)
_OF_SIZES = ("small", "big", "", "tiny", "huge", "")
# By these may several of a kind be told apart: "two chairs, one table and one lamp" are four things.
_APART = """big bigger large larger huge giant small smaller little tiny tall short wide narrow long thick thin old new worn
broken open closed empty red orange yellow green blue purple violet pink brown black white grey gray cyan turquoise
gold golden silver copper bronze wooden metal iron steel stone brick marble glass plastic leather wicker rusty
mossy painted dark light low-poly round square flat"""
_REWORDED = (
    (re.compile(r"\b(?:hanging|hung|suspended|dangling)(?: down)? (?:from|off)\b", re.I), "dangling"),
    (re.compile(r"(?<!of )\bglass of\b", re.I), "drinking glass of"),
    (
        re.compile(r"\b(made|built|carved|crafted|cut|forged|cast|woven|formed|constructed) (?:out )?of\b", re.I),
        r"\1 from",
    ),
    (
        re.compile(r"\b(?:(?:one|each|stacked|piled) )*on (?:top of )?(?:each|one an|the) ?other\b", re.I),
        "in a stack",
    ),
    (re.compile(r"\b(?:next to|beside|near) each other\b|\bside by side\b", re.I), "in a row"),
    (re.compile(r"\b(swords?|daggers?|excalibur|knife|axe) in (stone|rock)\b", re.I), r"\1 in a \2"),
    (re.compile(r"\b(?:(?:leaning|leaned|leant|propped) (?:up )?against|leaning (?:on|at))\b", re.I), "against"),
    (re.compile(r"\b(?:on top of|on the top of)\b", re.I), "on"),
    (re.compile(r"\b(?:on|at|to) (?:each|both|either) (?:sides?|ends?) of\b", re.I), "flanking"),
    (
        re.compile(r"\b(?:on|at|to) (?:each|both|either) (?:sides?|ends?)(?: of it)?(?=\s*(?:[,.!;]|$))", re.I),
        "flanking it",
    ),
    (re.compile(r"\b(?:(?:to|on) the )?(left|right)(?: hand)?(?: side)? of\b", re.I), r"\1ward"),
    (re.compile(r"\bin front of\b", re.I), "before"),
    (
        re.compile(r"\b(?:(?:in )?in front|before)(?: of)? it(?=\s*(?:[,.!;]|$))|\bin front(?=\s*(?:[,.!;]|$))", re.I),
        "before it",
    ),
    (re.compile(r"\b(?:beneath|underneath)\b", re.I), "under"),
    (re.compile(r"\b(?:in between|flanked by)\b", re.I), "between"),
    (re.compile(r"\b(?:next to|at the side of|alongside)\b", re.I), "beside"),
    (re.compile(r"\bsurrounded by\b", re.I), "with"),
    (re.compile(rf"\b{_STANDS} ({'|'.join(_LED_BY.split())})\b", re.I), r"\1"),
    (
        re.compile(r"\b(?:full of|filled with|stuffed with|overflowing with|brimming with|loaded with)\b", re.I),
        "holding",
    ),
    (
        re.compile(rf"\b((?:{_HOARDS})s? (?:holding|of)) (gold|silver)(?=\s*(?:[,.!;]|$))", re.I),
        r"\1 \2 coins",
    ),
    (re.compile(rf"\b(holding|(?:{_HOARDS}) of) (?:money|cash)\b", re.I), r"\1 coins"),
    (re.compile(r"\b(?:on it|on top|on its top|on top of it)(?=\s*(?:[,.!;]|$))", re.I), "on it"),
    (re.compile(r"\b(?:in it|inside it|inside)(?=\s*(?:[,.!;]|$))", re.I), "in it"),
)


def reworded(text: str) -> str:
    """The prompt with longer ways to say "on" and "in" made short, and several that differ named one by one."""
    for pattern, short in _REWORDED:
        text = pattern.sub(short, text)
    return _SIZES.sub(_of_sizes, _EACH.sub(_one_by_one, text))


def _one_by_one(said: re.Match[str]) -> str:
    """ "two red mugs, one big and one small" -> "a big red mug and a small red mug"; as it was where the numbers differ."""
    *looks, last = _OTHERS.split(said[3])
    own, comma, rest = last.partition(",")
    looks = [own.strip().lower() for own in (*looks, own)]
    if COUNTS.index(said[1].lower()) + 1 != len(looks) or not set(_APART.split()).issuperset(" ".join(looks).split()):
        return said[0]
    return _listed(looks, said[2]) + comma + rest


def _of_sizes(said: re.Match[str]) -> str:
    return _listed(_OF_SIZES[: COUNTS.index(said[1].lower()) + 1], said[2])


def _listed(looks: Sequence[str], plural: str) -> str:
    return " and ".join(" ".join(f"a {own} {singular(plural)}".split()) for own in looks)


def way(lead: str) -> str:
    """How something stands by the word that leads in what it stands to; "" where that says nothing of it."""
    return next((how for how, words in WAYS.items() if lead in words), "")
