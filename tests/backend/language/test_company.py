"""Two props in one prompt are read as the composition that the training data holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import backend
from backend.language.lexicon import load
from backend.language.reader import Reader
from backend.training.build_lexicon import grammar_now
from backend.training.captions import STACK_WORD, vocabulary
from backend.training.compositions import RELATIONS, compose

LEXICON = Path(backend.__file__).parent / "weights" / "embedded" / "lexicon.safetensors"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """A reader of today's grammar with the shipped vectors."""
    return Reader(load(LEXICON), vocabulary(), grammar_now())


@pytest.mark.parametrize("relation", list(RELATIONS))
def test_descriptions_of_compositions_are_read_back(reader, relation):
    """The words of a composition's description give its kind and what every caption of it names beside the kind."""
    rng = np.random.default_rng(3)
    for _ in range(12):
        made = compose(rng, relation=relation)
        brief = reader.read(made.description).brief
        assert brief.kind == made.kind, made.description
        if made.other == made.kind:
            assert STACK_WORD in brief.items[0].modifiers, made.description
        else:
            assert brief.items[1].noun == made.other, made.description


@pytest.mark.parametrize(
    ("text", "kind", "modifiers", "other", "others"),
    [
        ("a black cat on a red wooden crate", "cat", {"black"}, "crate", {"red", "wooden"}),
        ("a red crate with a black cat on it", "cat", {"black"}, "crate", {"red"}),
        ("a blue mug filled with red apples", "mug", {"blue"}, "apple", {"red"}),
        ("three gold fish in a glass bowl", "bowl", {"glass"}, "fish", {"gold", "three"}),
        ("teddy bear sitting on top of a barrel", "teddy bear", set(), "barrel", set()),
        ("an iron bucket with three eggs inside", "bucket", {"iron"}, "egg", {"three"}),
    ],
)
def test_each_prop_keeps_its_own_words(reader, text, kind, modifiers, other, others):
    """Colours, materials and counts go to the prop they are said of, whichever is named first."""
    items = reader.read(text).brief.items
    assert (items[0].noun, set(items[0].modifiers)) == (kind, modifiers)
    assert (items[1].noun, set(items[1].modifiers)) == (other, others)


def test_stacks(reader):
    """Stacks and piles of what is stacked in the training data are said to be stacked, with their count."""
    for text in ("a stack of three crates", "three crates in a pile", "three stacked crates"):
        item = reader.read(text).brief.items[0]
        assert (item.noun, set(item.modifiers)) == ("crate", {"three", STACK_WORD}), text


def test_others_are_left_out_with_a_note(reader):
    """A second prop that no composition can hold is dropped, and the note says so; so is any where none was taught."""
    reading = reader.read("a windmill on a helicopter")
    assert len(reading.brief.items) == 1 and any("One prop at a time" in note for note in reading.notes)
    words = [w for w in vocabulary().words if w != STACK_WORD]
    alone = Reader(reader.lexicon, type(vocabulary())(tuple(words)), reader.whole).read("a cat on a crate")
    assert len(alone.brief.items) == 1 and any("One prop at a time" in note for note in alone.notes)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a cactus in a clay pot", {"cactus": (), "pot": ("clay",)}),  # a part of its own
        ("red flowers in a blue pot", {"potted plant": ("red",), "pot": ("blue",)}),  # what "flower pot" names
        ("a fern in a ceramic pot", {"potted plant": (), "pot": ("ceramic",)}),  # a guess whose part it is
        ("a mushroom in a pot", {"cooking pot": (), "mushroom": ()}),
        ("a rose in a basket", {"basket": (), "flower": ()}),
        ("an orchid in a white pot", {"potted plant": (), "pot": ("white",)}),  # not magenta
        ("a white orchid on a table", {"flower": ("white",)}),
    ],
)
def test_what_grows_in_a_pot_is_not_cooked(reader, text, items):
    """A pot that is a part of the plant, or that names a potted one with it, is no cooking pot."""
    assert {item.noun: item.modifiers for item in reader.read(text).brief.items} == items


@pytest.mark.parametrize(
    ("text", "kind", "modifiers"),
    [
        ("a wheel of cheese", "cheese", ()),
        ("a wheel of yellow cheese", "cheese", ("yellow",)),
        ("a white pot of tea", "teapot", ("white",)),
        ("a pot of coffee", "teapot", ()),
        ("a statue of a black cat", "cat", ("black",)),
        ("a wheel of gold", "wheel", ("gold",)),
        ("a crown of silver", "crown", ("silver",)),
        ("a cup of silver", "mug", ("silver",)),  # no trophy
        ("a box of gifts", "crate", ()),  # no gift box
    ],
)
def test_what_is_said_with_of_is_what_its_name_means(reader, text, kind, modifiers):
    """A wheel of cheese is a cheese wheel; what something is made of, and many things in it, leave it what it is."""
    item = reader.read(text).brief.items[0]
    assert (item.noun, item.modifiers) == (kind, modifiers)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a wooden bucket of water", {"bucket": ("wooden",), "water": ()}),
        ("a red cup of coffee", {"mug": ("red",), "drink": ("brown",)}),
        ("a basket filled with bread", {"basket": (), "content": ("bread",)}),
        ("a glass of water", {"goblet": (), "wine": ("water",)}),
        ("a bag of gold", {"sack": ()}),  # left out, with a note
        ("a goblet of gold", {"goblet": ("gold",)}),
        ("a bowl of stone", {"bowl": ("stone",)}),
        ("a bucket of red metal", {"bucket": ("metal", "red")}),
        ("a chair of gold", {"chair": ("gold",)}),
        ("a bucket made of gold", {"bucket": ("gold",)}),
        ("a treasure chest made out of ice", {"treasure chest": ("ice",)}),
        ("a goblet filled with gold", {"goblet": (), "wine": ("gold",)}),
        ("a mug of tea", {"mug": (), "drink": ("brown",)}),
        ("a blue mug of green tea", {"mug": ("blue",), "drink": ("green",)}),
        ("a mug with steaming coffee", {"mug": (), "drink": ("brown",)}),
        ("a cauldron with green liquid", {"cauldron": (), "brew": ("green",)}),
        ("a cart full of hay", {"cart": (), "load": ("straw",)}),
        ("a basket of eggs", {"basket": (), "egg": ()}),
        ("a jar with a red lid", {"jar": (), "lid": ("red",)}),
    ],
)
def test_what_a_container_holds_it_is_not_made_of(reader, text, items):
    """What fills a container goes to the part that shows it, or is left out and said; what it may be made of stays its own."""
    reading = reader.read(text)
    assert {item.noun: item.modifiers for item in reading.brief.items} == items
    assert any("drawn empty: 'gold coins'" in note for note in reading.notes) == (text == "a bag of gold")


@pytest.mark.parametrize(
    ("text", "kind", "left"),
    [
        ("a barrel of beer", "barrel", "beer"),
        ("a bottle of red wine", "bottle", "red wine"),
        ("a sack of flour", "sack", "flour"),  # no bread
        ("a crate of apples", "crate", "apples"),
        ("a bowl of rice", "bowl", "rice"),
        ("a jar of coffee", "jar", "coffee"),  # no brown jar
        ("a wagon full of hay", "wagon", "hay"),
        ("a cup with a straw", "mug", "straw"),  # no drink of straw
    ],
)
def test_what_is_held_and_not_drawn_is_said(reader, text, kind, left):
    """What a container holds and no part of it shows changes nothing of it, is told in the prompt's words, and is understood."""
    reading = reader.read(text)
    assert [(item.noun, item.modifiers) for item in reading.brief.items] == [(kind, ())]
    assert reading.notes == (f"It is drawn empty: '{left}' was left out.",)


def test_what_is_no_content_is_not_taken_for_one(reader):
    """Whose a thing is, what it is made of and what a statue has in its hand are not in it."""
    for text, note in (
        ("a suitcase of a soldier", "Not understood: soldier."),
        ("a chest of teak", "Not understood: teak."),
        ("a statue holding a sword", "One prop at a time: 'sword' was left out."),
    ):
        assert reader.read(text).notes == (note,), text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a gold coin with a skull", "skull"),
        ("a robot holding a flower", "flower"),
        ("a crate with metal corners", "corner"),
        ("a red barrel with gold bands", ""),
        ("a cat on a crate", ""),
        ("a barrel without a lid", ""),
    ],
)
def test_parts_that_a_kind_does_not_have_are_said(reader, text, said):
    """The network is told them, and may draw them or not: the artist hears of it before the job."""
    notes = [note for note in reader.read(text).notes if note.startswith("No known part of this prop")]
    assert notes == ([f"No known part of this prop, and perhaps not drawn: {said}."] if said else [])
