"""Prompts of several props are told apart, each with a prompt of its own; prompts of one stay whole."""

from __future__ import annotations

from pathlib import Path

import pytest

import backend
from backend.language.lexicon import load
from backend.language.reader import Reader
from backend.language.several import ASSORTED, MANY, NARROW, SEATS, TABLES, Member
from backend.language.understanding import explained
from backend.training.build_lexicon import grammar_now
from backend.training.captions import vocabulary

LEXICON = Path(backend.__file__).parent / "weights" / "embedded" / "lexicon.safetensors"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """A reader of today's grammar with the shipped vectors."""
    return Reader(load(LEXICON), vocabulary(), grammar_now())


def told(members: tuple[Member, ...]) -> list[tuple[str, int, str, int, str]]:
    return [(m.phrase, m.count, m.relation, m.to, m.heap) for m in members]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("a stack of three crates", [("a crate", 3, "beside", -1, "stack")]),
        ("three wooden crates in a pile", [("a wooden crate", 3, "beside", -1, "pile")]),
        ("a row of bottles", [("a bottle", 4, "beside", -1, "row")]),
        ("two old wooden barrels", [("an old wooden barrel", 2, "beside", -1, "group")]),
        ("a red candle on a table", [("a red candle", 1, "on", 1, "group"), ("a table", 1, "beside", -1, "group")]),
        (
            "a table with a lamp and a book on it",
            [
                ("a table", 1, "beside", -1, "group"),
                ("a lamp", 1, "on", 0, "group"),
                ("a book", 1, "on", 0, "group"),
            ],
        ),
        ("a table and four chairs", [("a table", 1, "beside", -1, "group"), ("a chair", 4, "around", 0, "group")]),
        ("two chairs around a table", [("a chair", 2, "around", 1, "group"), ("a table", 1, "beside", -1, "group")]),
        ("a bowl full of apples", [("a bowl", 1, "beside", -1, "group"), ("an apple", MANY, "in", 0, "group")]),
        ("a barrel next to a crate", [("a barrel", 1, "beside", -1, "group"), ("a crate", 1, "beside", -1, "group")]),
        ("a sword in a stone", [("a sword", 1, "in", 1, "group"), ("a stone", 1, "beside", -1, "group")]),
        (
            "low poly, a bottle, a mug and a plate",
            [
                ("a low poly bottle", 1, "beside", -1, "group"),
                ("a low poly mug", 1, "beside", -1, "group"),
                ("a low poly plate", 1, "beside", -1, "group"),
            ],
        ),
        (
            "a stack of plates on a desk",
            [("a plate", 3, "on", 1, "stack"), ("a desk", 1, "beside", -1, "group")],
        ),
    ],
)
def test_several_props_are_told_apart(reader: Reader, text: str, members: list[tuple[str, int, str, int, str]]) -> None:
    """What is named, how many, and how each stands to which."""
    assert told(reader.several(text)) == members


@pytest.mark.parametrize(
    "text",
    [
        "a wooden barrel with iron bands",
        "a bookshelf with books",  # a part of its own
        "a chair with four legs",
        "a cactus in a pot",
        "a three tier cake",
        "a table on wheels",
        "a chest made of stone",
        "a goblet in gold",
        "a house with a red door and a chimney",
        "a robot with a sword and a shield",  # held, not beside it
        "a pile of gold coins",  # a kind by itself
        "barrels",
        "a clock on a wall",
        "a ship in a bottle",
        "a wheel of cheese",
        "a mug of beer",
        "xyzzy and a barrel",
        "",
    ],
)
def test_one_prop_stays_one(reader: Reader, text: str) -> None:
    """Parts, materials, contents, kinds of several words and what cannot be put together make no second prop."""
    assert reader.several(text) == ()


def test_general_words_name_what_a_vessel_is_full_of(reader: Reader) -> None:
    """ "Fruit" in a bowl is several kinds, and what holds it can still stand on something; without a vessel it is no prop."""
    bowl, *fruits, table = reader.several("a bowl of fruit on a table")
    assert (bowl.relation, bowl.to, table.to) == ("on", 5, -1)
    assert {m.kind for m in fruits} == {"apple", "orange", "pear", "banana"}
    assert all((m.relation, m.to, m.count) == ("in", 0, 2) for m in fruits)
    assert reader.several("a table of fruit") == ()


def test_the_tables_name_kinds(reader: Reader) -> None:
    """Every kind of the tables is one of the grammar's."""
    named = {kind for kinds, _ in ASSORTED.values() for kind in kinds} | {*NARROW, *SEATS, *TABLES}
    assert named <= reader.grammar.kinds.keys()


def test_the_panel_is_told_each_prop(reader: Reader) -> None:
    """A reading says what the props are called and knows the words of all, none of them left out."""
    found = explained(reader, "a glimmerous table with two chairs", {})
    assert found.apart == ("a glimmerous table", "2 x a chair") and found.kind == "table"
    assert [w.text for w in found.words_apart if w.role == "unknown"] == ["glimmerous"]
    assert explained(reader, "a table", {}).apart == ()


def test_the_panel_is_told_the_usual_size(reader: Reader) -> None:
    """A kind's usual size, larger or smaller by the words; none of several props, or of what is not known."""
    sizes = {"table": 1.4, "chair": 0.9}
    said = {
        text: explained(reader, text, sizes).usual_m
        for text in ("a table", "a Tiny, old table", "a big chair", "a mug")
    }
    assert said == {"a table": 1.4, "a Tiny, old table": 0.56, "a big chair": 1.26, "a mug": 0.0}
    assert explained(reader, "a table with two chairs", sizes).usual_m == 0.0
