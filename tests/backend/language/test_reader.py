"""The reader: what is said is read back, modifiers bind to their nouns, strange prompts are known as such."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import backend
from backend.language.brief import Brief
from backend.language.lexicon import load
from backend.language.reader import Reader
from backend.language.terms import key
from backend.training.build_lexicon import grammar_now
from backend.training.captions import describe, used_slots, vocabulary
from backend.training.kinds import KINDS
from backend.training.paints import draw
from backend.training.programs import STYLES, Builder
from backend.training.wording import say

LEXICON = Path(backend.__file__).parent / "weights" / "embedded" / "lexicon.safetensors"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """A reader of today's grammar with the shipped vectors."""
    return Reader(load(LEXICON), vocabulary(), grammar_now())


def meaning(brief: Brief) -> dict[str, frozenset[str]]:
    return {f"{'kind ' if i == 0 else ''}{item.noun}": frozenset(item.modifiers) for i, item in enumerate(brief.items)}


def random_brief(rng: np.random.Generator) -> Brief:
    kind = sorted(KINDS)[int(rng.integers(len(KINDS)))]
    style = STYLES[int(rng.integers(len(STYLES)))]
    builder = Builder(rng, style)
    KINDS[kind].write(builder)
    slots = used_slots(builder)
    return describe(kind, slots, draw(slots, rng), builder.phrases, builder.adjectives, style, rng)


def test_what_is_said_is_read_back(reader):
    """At least 98 % of random briefs, worded at random, are read back exactly."""
    rng = np.random.default_rng(2)
    briefs = [random_brief(rng) for _ in range(700)]
    texts = [say(brief, rng) for brief in briefs]
    wrong = [(t, b) for t, b in zip(texts, briefs, strict=True) if meaning(reader.read(t).brief) != meaning(b)]
    assert len(wrong) <= 0.02 * len(briefs), wrong[:5]


@pytest.mark.parametrize(
    ("text", "kind", "modifiers"),
    [
        ("timber box", "crate", {"wooden"}),
        ("toadstool", "mushroom", set()),
        ("pail", "bucket", set()),
        ("a rusty old pail", "bucket", {"rusty", "rustic"}),
        ("a crimson barrel!!!", "barrel", {"red"}),
        ("Barrel, oak, low poly", "barrel", {"oak", "low-poly"}),
        ("crate made of pine", "crate", {"pine"}),
        ("crate made out of wood", "crate", {"wooden"}),
        ("a turquoise-coloured plastic crate", "crate", {"cyan", "plastic"}),
        ("barel", "barrel", set()),
        ("3d model of a WOODEN barrel, highly detailed, 4k", "barrel", {"wooden"}),
        ("🛢️ barrel 🛢️", "barrel", set()),
        ("set of two barrels", "barrel", {"two"}),
        ("an orange and black car", "car", {"black", "orange"}),
        ("an orange and a banana", "orange", set()),
    ],
)
def test_prompts_of_artists(reader, text, kind, modifiers):
    """Names, synonyms, misspellings, order, filler and emoji come to the kind and modifiers meant."""
    brief = reader.read(text).brief
    assert brief.kind == kind
    assert set(brief.items[0].modifiers) == modifiers


def test_modifiers_bind_to_their_nouns(reader):
    """Colours go with the noun they stand before, whatever the order of the sentence."""
    wanted = {"kind barrel": {"blue", "plastic"}, "band": {"gold", "three"}}
    for text in (
        "a blue plastic barrel with three gold bands",
        "blue barrel made of plastic, three gold bands",
        "barrel of blue plastic with three bands of gold",
        "plastic blue barrel with 3 golden metal bands",
    ):
        assert {k: set(v) for k, v in meaning(reader.read(text).brief).items()} == wanted, text
    hyphen = meaning(reader.read("red-banded oak barrel").brief)
    assert hyphen == {"kind barrel": {"oak"}, "band": {"red"}}


def test_strange_prompts_are_known_as_such(reader):
    """Ideas, nonsense, other scripts and far-off things get a confidence below a half; known kinds one near 1."""
    for text in (
        "freedom",
        "xqzvw",
        "qwertyuiop asdf",
        "木の箱を作って",
        "to be or not to be",
        "justice and liberty",
        "",
    ):
        assert reader.read(text).confidence < 0.5, text
    for kind in ("barrel", "crate", "a wooden crate"):
        assert reader.read(kind).confidence > 0.9


@pytest.mark.parametrize(
    ("text", "kind", "modifiers"),
    [
        ("a red and white striped lighthouse", "lighthouse", {"red", "white", "striped"}),
        ("a red and white lighthouse", "lighthouse", {"red", "white"}),
        ("a red and white stop sign", "stop sign", {"red", "white"}),
        ("a wooden sign", "signpost", {"wooden"}),
        ("leather cases", "suitcase", {"leather"}),
        ("a silver bar", "gold bar", {"silver"}),
        ("three wine glasses", "goblet", {"glass", "three"}),
        ("a wine glass made of gold", "goblet", {"gold"}),  # what is said apart goes first
        ("gnome with a red hat", "gnome", set()),  # the hat's
        ("ice cream", "ice cream cone", set()),
    ],
)
def test_what_a_name_says_of_looks_is_kept(reader, text, kind, modifiers):
    """ "Striped lighthouse" is a name of the lighthouse, "wooden sign" of a signpost, and they say how it looks all the same."""
    item = reader.read(text).brief.items[0]
    assert item.noun == kind and set(item.modifiers) == modifiers


def test_what_names_the_prop_twice_is_understood(reader):
    """ "A pile of gold coins" says "pile of gold" and "coins", and both are the pile."""
    reading = reader.read("a pile of gold coins")
    assert reading.brief.kind == "coin pile" and reading.notes == ()


def test_every_taught_name_is_read(reader):
    """Whatever prompts are reworded to, each name of each kind still means it."""
    kinds = reader.grammar.kinds
    names = [(name, kind) for kind, entry in kinds.items() for name in entry.names if " " in name]
    assert len(names) > 3000
    assert [pair for pair in names[::3] if reader.read(pair[0]).brief.kind != pair[1]] == []


def test_guesses_say_so(reader):
    """A prompt that names no kind outright lists the nearest kinds with similarities and notes that it guessed."""
    reading = reader.read("a crimson hogshead")
    assert reading.brief.kind == "barrel" and set(reading.brief.items[0].modifiers) == {"red"}
    assert len(reading.nearest) == 3 and reading.nearest[0][0] == "barrel"
    assert any("nearest" in note for note in reading.notes)


def test_names_clipped_joined_and_headed(reader):
    """A word of one kind's names alone stands for it, names may be written in one word, and the last noun is the head."""
    names = {key(n): k for k, e in reader.grammar.kinds.items() for n in (k, *e.names)}
    joined = {n.replace(" ", ""): k for n, k in names.items() if n.count(" ") == 1 and k in names}
    read = [
        reader.read(f"a {n}").brief.kind == k for n, k in joined.items() if reader.lexicon.find_or_none(n) is not None
    ]
    assert len(read) > 20 and np.mean(read) > 0.9
    owners: dict[str, set[str]] = {}
    for name, kind in names.items():
        for word in name.split():
            owners.setdefault(word, set()).add(kind)
    strange = [w for w in owners if len(w) > 3 and w not in reader.table and reader.lexicon.find_or_none(w) is None]
    clipped = {w: reader.read(f"a {w}") for w in strange if len(owners[w]) == 1}
    right = [reading.brief.kind in owners[w] for w, reading in clipped.items()]
    assert len(right) > 20 and np.mean(right) > 0.7
    assert reader.read("a bed stand").brief.kind == "nightstand"
    assert reader.read("a mug handle").brief.kind == "mug"


def test_what_the_dictionary_defines_is_not_mended(reader):
    """ "targe" is a shield, not a misspelt barge; "boob tube" a television, though no list has its first word."""
    for text, kind in (
        ("a bronze targe", "shield"),
        ("bascinet", "helmet"),
        ("gerbera", "flower"),
        ("boob tube", "television"),
    ):
        reading = reader.read(text)
        assert reading.brief.kind == kind and 0.5 < reading.confidence < 0.9, text
    first, second = (reader.read(text) for text in ("alms tray", "an alms tray"))  # no palm tree, wherever it stands
    assert first.brief == second.brief and first.confidence == second.confidence < 0.5


def test_a_mended_word_is_less_sure_the_shorter_it_is(reader):
    """Many short words lie one letter from a known one by chance, few long ones do."""
    short, long = reader.read("drumn"), reader.read("helicoptar")
    assert (short.brief.kind, long.brief.kind) == ("drum", "helicopter")
    assert 0.5 < short.confidence < 0.7 and 0.9 < long.confidence < 0.99


def test_letters_change_places_rather_than_become_others(reader):
    """Of known words as near, the one with the same letters is meant, and surely; else one with the same first letter."""
    swapped, other = reader.read("an old tabel"), reader.read("a wooden taple")
    assert (swapped.brief.kind, other.brief.kind) == ("table", "table")  # not a label, not a maple
    assert reader.read("a swrod").confidence > 0.9


def test_any_text_is_read_without_error(reader):
    """Random Unicode, very long prompts and prompts of small words only never raise."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        size = int(rng.integers(0, 60))
        reader.read("".join(chr(int(c)) for c in rng.integers(1, 0xD7FF, size)))
    reader.read("barrel " * 3000)
    assert reader.read("with of and the a , , and").brief == Brief()


def test_only_words_of_the_vocabulary_are_given(reader):
    """Every word of every brief read is canonical."""
    known = set(vocabulary().words)
    rng = np.random.default_rng(9)
    for _ in range(300):
        for item in reader.read(say(random_brief(rng), rng)).brief.items:
            assert {item.noun, *item.modifiers} <= known


def test_reading_is_quick(reader):
    """A prompt takes less than 5 ms of processor time once warm, in the best of five rounds: others' work slows a core down."""
    texts = ["a rusty old barrel with two iron bands", "a crimson hogshead", "wooden gizmo with spiffy hoops"]
    for text in texts:
        reader.read(text)
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(4):
            for text in texts:
                reader.read(text)
        rounds.append((time.process_time() - start) / 12)
    assert min(rounds) < 0.005


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("slab of chocolate", "chocolate bar"),
        ("piece of ice", "iceberg"),
        ("drawer furniture", "dresser"),
        ("bathtub plaything", "rubber duck"),
        ("iron dog", "dog"),
        ("a barrel of oil", "barrel"),
    ],
)
def test_a_phrase_is_read_whole(reader, text, kind):
    """All nouns of a phrase, and what follows "of", mean what no noun alone does; colours and materials are no part of a name."""
    assert reader.read(text).brief.kind == kind


def test_an_adjective_tells_kinds_apart(reader):
    """Never told of "rotary phones", a phone is one of today's, and a rotary one a telephone all the same."""
    whole = reader.lexicon.grammar
    kinds = {k: replace(e, names=tuple(n for n in e.names if n != "rotary phone")) for k, e in whole.kinds.items()}
    fewer = replace(whole, kinds=kinds)
    told = Reader(replace(reader.lexicon, grammar=fewer), grammar=fewer)
    assert [told.read(text).brief.kind for text in ("a phone", "a rotary phone", "a red phone")] == [
        "phone", "telephone", "phone",
    ]  # fmt: skip


def test_what_stands_before_the_last_noun_does_not_make_the_prop(reader):
    """A baseball bat is no ball, nor a rabbit hole a rabbit, and the reader knows; what a kind is a sort of may follow it."""
    for text in (
        "a baseball bat",
        "mug shot",
        "a rabbit hole",
        "rocket launcher",
        "a guitar pick",
        "wooden baseball bat",
    ):
        assert reader.read(text).confidence < 0.2, text
    for text in ("a cricket bat", "a guitar case", "a bird cage"):
        assert reader.read(text).confidence <= 0.6, text
    for text, kind in (("katana weapon", "katana"), ("guitar instrument", "guitar"), ("a mug handle", "mug")):
        reading = reader.read(text)
        assert reading.brief.kind == kind and reading.confidence > 0.8, text


def test_a_taught_last_noun_is_the_head(reader):
    """What only its taught name is known of is no sort of what stands before it: "robot dslr" is a camera."""
    for text, kind in (("robot dslr", "camera"), ("a cat beyblade", "spinning top"), ("cuckoo lituus", "trumpet")):
        assert reader.read(text).brief.kind == kind, text


def test_a_name_means_what_its_noun_does(reader):
    """A "wheel with spokes" is no spoke, a "fork for hay" no hay: what such a name ends in is not the kind."""
    sure = {text: reader.read(text).confidence for text in ("spokes", "shutters", "hay", "hay fork")}
    assert sure["spokes"] < 0.5 and sure["shutters"] < 0.5 and sure["hay"] < 0.8 < sure["hay fork"]
