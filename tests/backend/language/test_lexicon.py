"""The lexicon file: loads quickly, refuses damage, and its search agrees with a slow twin."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import backend
from backend.errors import PropsmithError
from backend.language.grammar import Grammar
from backend.language.lexicon import load, packed, rows_of
from backend.language.names import RARER, Names

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


def test_grammar_survives_json(lexicon):
    """The grammar stored with the lexicon reads back the same."""
    assert Grammar.from_json(lexicon.grammar.to_json()) == lexicon.grammar


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
