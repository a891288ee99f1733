"""English: tokens of any script, plural and singular, articles."""

from __future__ import annotations

import pytest

from backend.language.english import article, plural, singular, tokens

PAIRS = """band bands, box boxes, leaf leaves, shelf shelves, knife knives, glass glasses, brush brushes, house houses,
vase vases, torch torches, axe axes, berry berries, toy toys, foot feet, wolf wolves, cactus cacti, shoe shoes, wheel wheels"""


@pytest.mark.parametrize("pair", [p.split() for p in PAIRS.split(",")])
def test_plural_and_singular_undo_each_other(pair):
    """Regular and irregular nouns go to the plural and back."""
    one, many = pair
    assert plural(one) == many
    if one != "glass":  # "glasses" are worn too: left as it is
        assert singular(many) == one
    assert singular(one) == one


@pytest.mark.parametrize("word", ["glass", "brass", "canvas", "iris", "cactus", "scissors", "gas", "lens", "moss"])
def test_words_that_end_in_s_are_no_plurals(word):
    """Words that merely end in s are left alone."""
    assert singular(word) == word


def test_tokens_of_odd_text():
    """Case, hyphens, possessives, accents, emoji and quotes go; every script stays."""
    assert tokens("A Rusty, OLD pail’s “café” 🪣 low-poly!!") == ["a", "rusty", "old", "pail", "cafe", "low", "poly"]
    assert tokens("木の箱 деревянный") == ["木の箱", "деревянныи"]
    assert tokens("— … !?") == []
    assert tokens("a red m\u200bug") == ["a", "red", "mug"]


def test_emoji_alone_say_their_name():
    """A prompt of nothing but emoji is read by their Unicode names; beside words they are decoration."""
    assert tokens("🪑") == ["chair"] and tokens("🕯️") == ["candle"]
    assert tokens("sword 🔥") == ["sword"]


def test_articles():
    """ "an" before vowel sounds."""
    assert [article(w) for w in ("axe", "uniform", "red axe", "old box")] == ["an", "a", "a", "an"]
