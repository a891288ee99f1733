"""Captions: only true facts, a closed vocabulary, short ones common."""

from __future__ import annotations

from collections import Counter

import numpy as np

from backend.training.captions import describe, facts_of, read_phrase, used_slots, vocabulary
from backend.training.kinds import KINDS
from backend.training.paints import Paint, draw
from backend.training.programs import STYLES, Builder, Slot


def random_prop(rng: np.random.Generator):
    kind = sorted(KINDS)[int(rng.integers(len(KINDS)))]
    style = STYLES[int(rng.integers(len(STYLES)))]
    builder = Builder(rng, style)
    KINDS[kind].write(builder)
    slots = used_slots(builder)
    return kind, slots, draw(slots, rng), builder.phrases, builder.adjectives, style


def test_every_word_is_in_the_vocabulary():
    """Whatever `describe` says, the vocabulary holds (99.5 % of words: the rarest phrases may escape the survey)."""
    words = set(vocabulary().words)
    rng = np.random.default_rng(11)
    said = [w for _ in range(1500) for i in describe(*random_prop(rng), rng).items for w in (i.noun, *i.modifiers)]
    assert np.mean([w in words for w in said]) >= 0.995, Counter(w for w in said if w not in words).most_common(9)


def test_nothing_untrue_is_said():
    """Every modifier of the kind is its main slot's paint, its style or its adjective; every part's is its own."""
    rng = np.random.default_rng(5)
    for _ in range(800):
        kind, slots, paints, phrases, adjectives, style = random_prop(rng)
        facts = facts_of(kind, slots, paints, phrases, adjectives, style)
        brief = describe(kind, slots, paints, phrases, adjectives, style, rng)
        assert brief.kind == kind
        own = {w for words in facts.own.values() for w in words}
        assert set(brief.items[0].modifiers) <= own and "plain" not in own
        for item in brief.items[1:]:
            true = {w for words in facts.parts.get(item.noun, {}).values() for w in words}
            assert set(item.modifiers) <= (true | own if item.noun == facts.main_noun else true)


def test_short_captions_are_common_and_full_ones_exist():
    """Kind alone or with one or two words make up 40 to 60 %; some captions say everything there is."""
    rng = np.random.default_rng(3)
    sizes, full = [], 0
    for _ in range(1500):
        prop = random_prop(rng)
        brief, facts = describe(*prop, rng), facts_of(*prop)
        sizes.append(len(brief.items) - 1 + sum(len(i.modifiers) for i in brief.items))
        full += len(facts.parts) > 1 and len(brief.items) > len(facts.parts)
    assert 0.4 <= np.mean(np.array(sizes) <= 2) <= 0.65
    assert np.mean(np.array(sizes) == 0) >= 0.1
    assert full > 50


def test_two_different_parts_of_one_name_are_not_described():
    """Where two slots share a word but not a look, neither look is said of the word."""
    slots = {n: Slot(w, ("metal",), main=n == "body") for n, w in (("body", "body"), ("a", "handle"), ("b", "handles"))}
    row = np.zeros(16, np.float32)
    paints = {
        "body": Paint("metal", "", "", "", row),
        "a": Paint("steel", "", "", "", row),
        "b": Paint("iron", "", "", "", row),
    }
    assert facts_of("pot", slots, paints, [], [], "plain").parts == {"handle": {}}


def test_phrases_become_items():
    """A phrase gives its noun in the singular with its other words as modifiers, and prefers known nouns."""
    assert read_phrase("with three drawers and a lid", ["drawer"]) == {"drawer": ("three",), "lid": ()}
    assert read_phrase("without a lid", []) == {"lid": ("no",)}
    assert read_phrase("with its lid open", ["lid"]) == {"lid": ("open",)}
    assert read_phrase("on two shelves", []) == {"shelf": ("two",)}
    assert read_phrase("with three drawers on each side", []) == {"drawer": ("three",)}
    assert read_phrase("made of three sticks", []) == {"stick": ("three",)}


def test_vocabulary_is_sorted_and_repeats_itself():
    """Two calls, with the survey made anew, give the same sorted words."""
    first = vocabulary().words
    vocabulary.cache_clear()
    assert vocabulary().words == first == tuple(sorted(set(first)))
