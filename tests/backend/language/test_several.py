"""Prompts of several props are told apart, each with a prompt of its own; prompts of one stay whole."""

from __future__ import annotations

from pathlib import Path

import pytest

import backend
from backend.language import standing
from backend.language.lexicon import load
from backend.language.member import Member
from backend.language.reader import Reader
from backend.language.standing import MANY
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
    ("text", "told"),
    [
        # how they stand
        ("three stacked crates", ["3 x a crate (stack)"]),
        ("a crate stack", ["3 x a crate (stack)"]),
        ("five plates stacked on top of each other", ["5 x a plate (stack)"]),
        ("two wooden crates, one on top of the other", ["2 x a wooden crate (stack)"]),
        ("please make me three barrels next to each other", ["3 x a barrel (row)"]),
        ("a cat sleeping on a red sofa", ["a cat on 1", "a red sofa"]),
        ("a broom leaning against a bucket", ["a broom against 1", "a bucket"]),
        ("an axe stuck in a tree stump", ["an axe in 1", "a tree stump"]),
        ("sword in stone", ["a sword in 1", "a stone"]),
        ("a bench under a street lamp", ["a bench under 1", "a street lamp"]),
        ("a ufo hovering above a cow", ["a ufo over 1", "a cow"]),
        ("a table with a chandelier over it", ["a table", "a chandelier over 0"]),
        ("a bell hanging from an arch", ["a bell hanging 1", "an arch"]),
        ("a sword hung from a wall", ["a sword hung 1", "a wall"]),
        ("two chests, one big and one small", ["a big chest", "a small chest"]),
        ("three red vases, one big, one tiny and one blue", ["a big red vase", "a tiny red vase", "a blue red vase"]),
        ("three crates of different sizes", ["a small crate", "a big crate", "a crate"]),
        ("two chests, one big and one small, on a table", ["a big chest on 2", "a small chest on 2", "a table"]),
        ("two chairs, one table and one lamp", ["2 x a chair", "a table", "a lamp"]),
        ("three mugs, one red and one blue", ["3 x a mug, one red and one blue"]),
        ("a desk with a chair under it", ["a desk", "a chair under 0"]),
        ("a dog in front of a house", ["a dog before 1", "a house"]),
        ("a house with a tree behind it and a dog in front of it", ["a house", "a tree behind 0", "a dog before 0"]),
        ("a crate to the left of a barrel", ["a crate left 1", "a barrel"]),
        ("a bed with a nightstand on each side", ["a bed", "2 x a nightstand flanking 0"]),
        ("two torches on either side of a door", ["2 x a torch flanking 1", "a door"]),
        ("a table between two chairs", ["a table", "2 x a chair flanking 0"]),
        ("a throne flanked by torches", ["a throne", "2 x a torch flanking 0"]),
        ("a shield hanging on a stone wall", ["a shield hung 1", "a stone wall"]),
        ("a suitcase full of money", ["a suitcase", "coins in 0"]),
        ("a lamp between a book and a mug", ["a lamp", "a book left 0", "a mug right 0"]),
        ("a sword and a shield propped up against a chest", ["a sword against 2", "a shield against 2", "a chest"]),
        ("a clock on a wall", ["a clock hung 1", "a wall"]),
        ("a brick wall with a shield on it", ["a brick wall", "a shield hung 0"]),
        ("a cat on a fence", ["a cat on 1", "a fence"]),
        ("a sofa with two pillows and a lamp beside it", ["a sofa", "2 x a pillow on 0", "a lamp"]),
        ("a television on a dresser with a lamp beside it", ["a television on 1", "a dresser", "a lamp"]),
        ("a round table with four stools around it", ["a round table", "4 x a stool around 0"]),
        (
            "I need a small wooden table, on top of it a vase with flowers, and next to it a chair.",
            ["a small wooden table", "a vase on 0", "a flower or more in 1", "a chair"],
        ),
        ("a table with a vase with flowers on it", ["a table", "a vase on 0", "a flower or more in 1"]),
        # what goes with what
        ("a desk with a drawer and a lamp", ["a desk with drawer", "a lamp on 0"]),
        ("a table covered with plates and candles", ["a table", "a plate or more on 0", "a candle or more on 0"]),
        ("a sofa with two pillows", ["a sofa", "2 x a pillow on 0"]),
        ("a bed with a nightstand", ["a bed", "a nightstand"]),
        ("a crate with apples", ["a crate", "an apple or more in 0"]),
        ("a barrel full of swords", ["a barrel", "a sword or more in 0"]),
        ("a plate of donuts", ["a plate", "a donut or more on 0"]),
        ("a rubber duck in a bathtub", ["a rubber duck in 1", "a bathtub"]),
        ("treasure chest with gold and gems", ["a treasure chest with gold", "a gem or more in 0"]),
        ("a treasure chest full of gold", ["a treasure chest", "gold coins in 0"]),
        ("a bag of gold", ["a bag", "gold coins in 0"]),
        ("a suitcase full of cash", ["a suitcase", "coins in 0"]),
        ("an open chest with coins", ["a chest", "coins in 0"]),
        ("a basket full of eggs and bread", ["a basket", "an egg or more in 0", "a bread in 0"]),
        ("a cannon next to three barrels", ["a cannon", "3 x a barrel"]),
        ("lantern on a rock", ["a lantern on 1", "a rock"]),
        # the same kind twice
        ("a red barrel next to a blue barrel", ["a red barrel", "a blue barrel"]),
        ("a red apple, a green apple and a pear", ["a red apple", "a green apple", "a pear"]),
        ("a small crate on a big crate", ["a small crate on 1", "a big crate"]),
        # how many
        ("several wooden barrels", ["3 x a wooden barrel"]),
        ("a dozen eggs", ["12 x an egg"]),
        ("20 bottles in a crate", ["12 x a bottle in 1", "a crate"]),
        ("two fish in a bowl", ["2 x a fish in 1", "a bowl"]),
        ("two dice", ["2 x a die"]),
        ("a table with one chair", ["a table", "a chair around 0"]),
        # whose words
        ("a huge mushroom and a tiny house", ["a huge mushroom", "a tiny house"]),
        ("a slice of cake on a plate", ["a cake on 1", "a plate"]),
        ("helmet, sword, medieval, game ready", ["a medieval helmet", "a medieval sword"]),
        ("headphones and an hourglass", ["headphones", "an hourglass"]),
    ],
)
def test_prompts_as_artists_type_them(reader: Reader, text: str, told: list[str]) -> None:
    """Each member as users are told it, with how it stands to which, and how several of it stand."""

    def said(m: Member) -> str:
        return m.told + f" ({m.heap})" * (m.heap != "group") + f" {m.relation} {m.to}" * (m.to >= 0)

    assert [said(member) for member in reader.several(text)] == told


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
        "chocolate and strawberry cake",  # made of it
        "cake, chocolate, strawberry",
        "chair, wooden, red cushion",  # tags
        "a barrel, wooden, iron bands",
        "a log with moss and mushrooms",
        "a pair of scissors",
        "a wreath on a door",  # no kind of ours
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
    tables = (
        "FLAT",
        "TABLES",
        "SEATS",
        "NARROW",
        "ROOMY",
        "PIERCED",
        "BEDS",
        "BEDDED",
        "BY_FURNITURE",
        "LYING",
        "TIP_UP",
    )
    named = {kind for kinds, _ in standing.ASSORTED.values() for kind in kinds}
    named |= {kind for table in tables for kind in getattr(standing, table)}
    assert named <= reader.grammar.kinds.keys()


def test_the_panel_is_told_each_prop(reader: Reader) -> None:
    """A reading says what the props are called and knows the words of all, none of them left out."""
    found = explained(reader, "a glimmerous table with two chairs", {})
    assert found.apart == ("a glimmerous table", "2 x a chair") and found.kind == "table"
    assert [w.text for w in found.words_apart if w.role == "unknown"] == ["glimmerous"]
    assert explained(reader, "a table", {}).apart == ()
    opened = explained(reader, "an empty crate", {"crate": 0.5})
    assert (opened.apart, opened.kind, opened.notes, opened.usual_m) == ((), "crate", (), 0.5)


def test_the_panel_is_told_the_usual_size(reader: Reader) -> None:
    """A kind's usual size, larger or smaller by the words; none of several props, or of what is not known."""
    sizes = {"table": 1.4, "chair": 0.9}
    said = {
        text: explained(reader, text, sizes).usual_m
        for text in ("a table", "a Tiny, old table", "a big chair", "a mug")
    }
    assert said == {"a table": 1.4, "a Tiny, old table": 0.56, "a big chair": 1.26, "a mug": 0.0}
    assert explained(reader, "a table with two chairs", sizes).usual_m == 0.0


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("a barrel full of apples", [True, False]),
        ("three swords in a barrel", [False, True]),
        ("an open treasure chest", [True]),
        ("an opened gift box", [True]),
        ("an empty crate", [True]),
        ("a chest with an open lid", [True]),
        ("a barrel and a crate", [False, False]),
        ("an apple on a barrel", [False, False]),
        ("a bowl full of apples", [False, False]),  # is open
        ("a sword in a stone", [False, False]),
    ],
)
def test_what_is_closed_is_opened_for_what_lies_in_it(reader: Reader, text: str, opened: list[bool]) -> None:
    """A vessel that comes closed is opened where something is in it, or where it is called open."""
    assert [member.open for member in reader.several(text)] == opened


def test_a_closed_chest_alone_is_one_prop(reader: Reader) -> None:
    """Without contents and without being called open, what can be opened is made as any prop."""
    assert reader.several("a treasure chest") == () and reader.several("a wooden barrel with iron bands") == ()


def test_kinds_that_open_or_hang_exist(reader: Reader) -> None:
    """Whatever is listed by kind is a kind of the grammar."""
    for kinds in (standing.OPENED, standing.HINGED, standing.HANGING, standing.FLAT):
        assert set(kinds) <= set(reader.grammar.kinds)
