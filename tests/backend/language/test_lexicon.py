"""The lexicon file: loads quickly, refuses damage, and its search agrees with a slow twin."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import backend
from backend.errors import PropsmithError
from backend.language.lexicon import load, packed, rows_of, save
from backend.language.names import RARER, RARER_GENUS, Names

LEXICON = Path(backend.__file__).parent / "weights" / "embedded" / "lexicon.safetensors"


@pytest.fixture(scope="module")
def lexicon():
    return load(LEXICON)


def test_it_is_small_and_loads_quickly():
    """At most 9 MB, and at most 60 ms of processor time to load."""
    assert LEXICON.stat().st_size <= 9_000_000
    load(LEXICON)
    times = []
    for _ in range(3):
        start = time.process_time()
        load(LEXICON)
        times.append(time.process_time() - start)
    assert min(times) < 0.06


def test_damage_is_refused(tmp_path):
    """A missing, truncated or foreign file raises an error with a code."""
    with pytest.raises(PropsmithError) as missing:
        load(tmp_path / "none.safetensors")
    assert missing.value.code == "weights-missing"
    for name, content in (("cut", LEXICON.read_bytes()[:1000]), ("foreign", b"not a lexicon")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(PropsmithError) as damaged:
            load(path)
        assert damaged.value.code == "prior-invalid"


def test_similarities_agree_with_a_slow_twin(lexicon):
    """Cosines and Lin similarity of the fast search equal their definitions, computed pair by pair."""
    names = Names(lexicon, {"barrel": ["barrel", "cask"], "chair": ["chair", "armchair"], "mug": ["mug"]})
    features = names.features("bucket")
    assert features is not None

    def unit(v):
        return v.astype(float) / np.linalg.norm(v.astype(float))

    asked = lexicon.senses_of("bucket")
    flat = [(owner, name) for owner, group in names.table.items() for name in group]
    for row, (owner, name) in zip(features, flat, strict=True):
        words = [unit(lexicon.word_vectors[lexicon.words[w]]) for w in ("bucket", name)]
        assert row[0] == pytest.approx(words[0] @ words[1], abs=1e-5)
        sense = lexicon.chosen.get(f"{owner}/{name}", lexicon.senses_of(name)[0])
        options = []
        for rank, other in enumerate(asked):
            shared = set(lexicon.ancestors(sense)) & set(lexicon.ancestors(other))
            top = max(float(lexicon.information[s]) for s in shared)
            lin = 2 * top / float(lexicon.information[sense] + lexicon.information[other]) - RARER * rank
            cosine = unit(lexicon.sense_vectors[sense]) @ unit(lexicon.sense_vectors[other])
            options.append((lin + cosine, lin, cosine))
        assert tuple(row[1:3]) == pytest.approx(max(options)[1:], abs=1e-4)


def test_it_is_read_back_as_it_was_saved(lexicon, tmp_path):
    """Words, grammar, constants and definitions come back, and the same lexicon gives the same bytes."""
    for name in ("one", "two"):
        save(lexicon, tmp_path / name, "licence")
    again = load(tmp_path / "one")
    assert (again.words, again.grammar, again.chosen) == (lexicon.words, lexicon.grammar, lexicon.chosen)
    assert again.fit == lexicon.fit and again.genera == lexicon.genera and lexicon.genera["targe"] == ("shield",)
    assert np.array_equal(again.senses, lexicon.senses)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_dictionary_speaks_for_the_names_it_calls_a_thing_by(lexicon):
    """A word that only the dictionary has is known by what it calls it, its first sense before its second."""
    names = Names(lexicon, {"shield": ["shield"], "barrel": ["barrel", "cask"], "chair": ["chair"]})
    assert names.nearest("targe", 3)  # in no list of words
    assert names.nearest("qwyx", 3) == []
    heard = Names(replace(lexicon, genera={"qwyx": ("cask", "chair")}), names.table)
    evidence = heard.evidence("an old qwyx")
    assert evidence is not None and evidence[:, -1].tolist() == [0.0, 1.0, pytest.approx(1 - RARER_GENUS)]


def test_a_vocabulary_narrows_the_grammar(lexicon):
    """Kinds and words that a prior does not know are left out."""
    small = lexicon.grammar.known_to(["barrel", "red", "wooden", "band"])
    assert list(small.kinds) == ["barrel"] and list(small.colours) == ["red"] and small.materials == ("wooden",)
    assert small.kinds["barrel"].nouns == ("band",)


def test_rows_are_kept_in_sixteen_bits():
    """What the file keeps reads back, none included; a row that does not fit is refused."""
    rows = np.array([[0, -1], [33506, 65534]], np.int32)
    assert packed(rows).dtype == np.uint16 and np.array_equal(rows_of(packed(rows)), rows)
    with pytest.raises(ValueError, match="65535"):
        packed(np.array([65535], np.int32))
