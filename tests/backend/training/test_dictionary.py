"""What a dictionary calls things: its entries, the noun of a definition, and the names that come of them."""

from __future__ import annotations

import gzip

import pytest

from backend.training.dictionary import DIGITS, entries, genera, genus, senses_of
from backend.training.wordnet import WordNet

ENTRIES = (
    'Targe \\Targe\\, n. [F. Cf. {Target}.]\n   A shield or target. [Obs. or Poetic] "A buckler on a targe."\n',
    'Lister \\Lis"ter\\, n. (a) One who makes lists.\n',
    'Leister \\Leis"ter\\, Lister \\Lis"ter\\(l[i^]s"t[~e]r), n.\n   A spear armed with three prongs. [Scotland]\n',
    'Apple \\Ap"ple\\, n. [OE.]\n   1. The fleshy pome.\n\n   {Love apple} (Bot.), the tomato, a fruit.\n',
    "Targe \\Targe\\, v. t.\n   To shield a shield.\n",
)
KNOWN = {"shield", "spear", "hatchet", "tomato", "flower", "kettle drum"}.__contains__


@pytest.fixture
def folder(tmp_path):
    """A dictionary of a few entries as dictd keeps it."""
    text, index = b"", []
    for entry in ENTRIES:
        place = [DIGITS[n // 64] + DIGITS[n % 64] for n in (len(text), len(entry.encode()))]
        index.append("\t".join(["word", *place]))
        text += entry.encode()
    (tmp_path / "gcide.dict.dz").write_bytes(gzip.compress(text))
    (tmp_path / "gcide.index").write_text("\n".join(index))
    return tmp_path


def test_entries_are_of_nouns_with_their_senses(folder):
    """Names are those an entry is headed by, those within another's entry too; verbs are left out."""
    found = dict(entries(folder))
    assert found["targe"] == ["A shield or target"]
    assert found["lister"] == ["One who makes lists.", "A spear armed with three prongs."]
    assert found["leister"] == ["A spear armed with three prongs."]
    assert found["love apple"] == ["the tomato, a fruit."]
    assert senses_of(ENTRIES[-1]) == []


@pytest.mark.parametrize(
    ("definition", "noun"),
    [
        ("A shield or target", "shield"),
        ("A kind of war hatchet used by the American Indians", "hatchet"),
        ("The common name of various small kettle drums.", "kettle drum"),
        ("A rider on a spear", ""),
        ("Like a shield", ""),
    ],
)
def test_a_definition_begins_with_what_the_thing_is(definition, noun):
    """The noun of the first noun phrase, in the singular, if it is known; no word of what follows."""
    assert genus(definition, KNOWN) == noun


def test_a_genus_is_what_its_species_are(folder):
    """A Latin name that WordNet has with a species only stands for what the species is; other names come from the dictionary."""
    net = WordNet(
        senses={"gerbera jamesonii": ["1"], "genus gerbera": ["3"], "gerbera": ["3"], "daisy": ["1"]},
        parents={"1": ["2"], "2": [], "3": []},
        lemmas={"1": ["gerbera jamesonii", "daisy"], "2": ["flower"], "3": ["genus gerbera", "gerbera"]},
    )
    found = genera(folder, net, KNOWN)
    assert found["gerbera"] == ("flower",) and found["targe"] == ("shield",) and found["love apple"] == ("tomato",)
    assert found["lister"] == ("spear",) and "apple" not in found
