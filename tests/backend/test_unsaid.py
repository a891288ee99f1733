"""What a prompt leaves open is drawn from what its kind looks like, and nothing that is said changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.looks import Looks
from backend.materials import MADE_OF
from backend.priors.loader import load_prior
from backend.priors.multiview import MultiViewPrior
from backend.prompts import asked_for
from backend.protocol import Event, Generate, Note
from backend.steering import told_of
from backend.training.captions import survey
from backend.training.dataset import make_shape
from backend.training.kinds import KINDS
from backend.training.looks import (
    USUAL,
    USUAL_PARTS,
    USUAL_SIZES,
    looks,
    tones,
    usual_looks,
    usual_parts,
    usual_sizes,
)
from backend.unsaid import completed, inserted

CARD = {
    "kinds": {"mug": [["ceramic", "any", 0.5], ["steel", "any", 0.5]], "apple": [["", "red", 1.0]]},
    "parts": {"mug": {"handle": [["wooden", "any", 1.0]]}},
    "stains": {"ceramic": [1.0, ["white"]], "wooden": [0.75, ["brown"]]},
}
COLOURS = {"red": (0.8, 0.1, 0.1), "white": (0.9, 0.9, 0.9), "blue": (0.1, 0.2, 0.8), "brown": (0.4, 0.25, 0.15)}


@pytest.fixture(scope="module")
def embedded() -> MultiViewPrior:
    prior = load_prior("embedded", torch.device("cpu"))
    assert isinstance(prior, MultiViewPrior)
    return prior


def drawn(prop: Item) -> set[tuple[str, ...]]:
    """What forty seeds draw for an item."""
    table = Looks.of(CARD, COLOURS)
    return {table.of_prop(prop, np.random.default_rng(seed)) for seed in range(40)}


def test_open_words_are_drawn_from_the_kinds_own_looks() -> None:
    """Steel brings its own colour, ceramic takes any, an apple's paint has no material that anybody says."""
    assert drawn(Item("mug")) == {("steel",), *((colour, "ceramic") for colour in COLOURS)}
    assert drawn(Item("apple")) == {("red",)}
    assert drawn(Item("dragon")) == {()}


def test_a_pumpkin_is_orange_unless_it_is_said_to_be_blue() -> None:
    """Colours of the kind's own are drawn where two in five of its props have them, the commonest of them; others only where
    they are named."""
    rows = [["plastic", "orange", 0.3], ["gold", "orange", 0.1], ["plastic", "white", 0.15], ["plastic", "any", 0.45]]
    table = Looks.of({"kinds": {"pumpkin": rows}, "stains": {"plastic": [1.0, []]}}, COLOURS)

    def words(*said: str) -> set[tuple[str, ...]]:
        return {table.of_prop(Item("pumpkin", said), np.random.default_rng(seed)) for seed in range(40)}

    assert words() == {("orange", "plastic"), ("gold",)}
    assert words("blue") == words("white") == {("plastic",)}


def test_what_anybody_expects_comes_first() -> None:
    """Elephants may be of wood or gold, and are grey ones of hide, or red ones of hide, unless another material is named."""
    rows = [["leather", "any", 0.3], ["wooden", "any", 0.3], ["gold", "any", 0.4]]
    stains = {"leather": [0.85, []], "wooden": [0.75, ["brown"]]}
    card = {"kinds": {"elephant": rows}, "stains": stains, "usual": {"elephant": [["leather", "blue", 1.0]]}}
    table = Looks.of(card, COLOURS)

    def words(*said: str) -> set[tuple[str, ...]]:
        return {table.of_prop(Item("elephant", said), np.random.default_rng(seed)) for seed in range(40)}

    assert words() == {("blue", "leather")} and words("red") == {("leather",)}
    assert words("leather") == {("blue",)} and words("gold") == words("red", "wooden") == {()}
    assert words("wooden") == {(colour,) for colour in COLOURS}


def test_the_usual_looks_are_looks_that_kinds_can_have(embedded: MultiViewPrior) -> None:
    """Every material of the table is one that its kind's main part may have, every colour one of the named; the prior has all."""
    table, found = usual_looks(USUAL), survey().materials
    wrong = [
        (kind, material, colour)
        for kind, rows in table.items()
        for material, colour, _ in rows
        if (material and material not in found[kind]) or colour not in {"any", *embedded.named_colours}
    ]
    assert wrong == [] and not set(table) - set(KINDS)
    assert embedded.looks is not None and set(embedded.looks.usual) == set(table) & set(embedded.looks.kinds)
    assert all(sum(share for *_, share in rows) == pytest.approx(1, abs=0.05) for rows in table.values())


def test_usual_parts_keep_to_what_their_kinds_can_have(embedded: MultiViewPrior) -> None:
    """A car's wheels are of black rubber, a cart's, which has none, of wood or iron; parts that the table lacks stay."""
    cart = [["wooden", "any", 0.5], ["iron", "any", 0.25], ["gold", "any", 0.25]]
    parts = {
        "car": {"wheel|tyre": [["rubber", "any", 0.7], ["plastic", "any", 0.3]]},
        "cart": {"wheel": cart},
        "cow": {"bell": cart},
    }
    table = usual_parts(parts)
    assert table["car"] == {"wheel|tyre": [["rubber", "black", 1.0]]} and table["cow"] == parts["cow"]
    assert {material for material, *_ in table["cart"]["wheel"]} == {"wooden", "iron"}
    assert usual_parts(table) == table
    assert {colour for rows in usual_looks(USUAL_PARTS).values() for _, colour, _ in rows} <= {
        "any",
        *embedded.named_colours,
    }
    assert embedded.looks is not None and embedded.looks.parts["car"][1].looks[0].colour == "black"
    told = {
        name
        for kind, named in embedded.looks.parts.items()
        for part in named
        for name in (part.nouns[0], f"{kind}'s {part.nouns[0]}")
    }
    assert set(usual_looks(USUAL_PARTS)) <= told  # what no kind has would be said in vain


def test_parts_are_mostly_of_quiet_colours() -> None:
    """Of a hundred plastic lids three quarters are white or brown, where a prop itself is as often red."""
    table = Looks.of(
        {"kinds": {"jar": [["plastic", "any", 1.0]]}, "parts": {"jar": {"lid": [["plastic", "any", 1.0]]}},
         "stains": {"plastic": [1.0, []]}}, COLOURS)  # fmt: skip
    generators = [np.random.default_rng(seed) for seed in range(100)]
    lids = [table.with_parts(Brief((Item("jar"),)), rng).items[1].modifiers[0] for rng in generators]
    jars = [table.of_prop(Item("jar"), rng)[0] for rng in generators]
    assert 75 <= sum(lid in ("white", "brown") for lid in lids) < 100
    assert 30 < sum(jar in ("white", "brown") for jar in jars) < 70


def test_a_part_is_told_by_the_name_that_the_prompt_gives_it() -> None:
    """A sword's grip is its hilt too: one part, by the commonest name unless the prompt has another."""
    table = Looks.of(CARD | {"parts": {"sword": {"grip|hilt": [["wooden", "any", 1.0]]}}}, COLOURS)
    for said, told in ((), "grip"), ((Item("hilt", ("blue",)),), "hilt"):
        items = table.with_parts(Brief((Item("sword"), *said)), np.random.default_rng(1)).items
        assert [item.noun for item in items] == ["sword", told] and "wooden" in items[1].modifiers


def test_what_is_said_is_kept() -> None:
    """A red mug is of what can be red; one of steel has no colour to draw; nothing is open of a red ceramic one."""
    assert drawn(Item("mug", ("red",))) == {("ceramic",)}
    assert drawn(Item("mug", ("steel",))) == drawn(Item("mug", ("red", "ceramic"))) == {()}
    assert drawn(Item("mug", ("ceramic",))) == {(colour,) for colour in COLOURS}


def test_parts_get_looks_where_none_is_said() -> None:
    """A handle is told with wood of a colour that nothing else has; a blue one gets the material alone; "no handle" stays."""
    table = Looks.of(CARD, COLOURS)

    def told(*items: Item) -> list[Item]:
        return list(table.with_parts(Brief((Item("mug", ("white",)), *items)), np.random.default_rng(1)).items)

    (_, handle) = told()
    assert handle.noun == "handle" and "wooden" in handle.modifiers and "white" not in handle.modifiers
    assert told(Item("handle", ("blue",)))[1].modifiers == ("blue", "wooden")
    assert told(Item("handle", ("no",)))[1].modifiers == ("no",)
    assert told(Item("lid"))[1] == Item("lid")


def test_a_part_stands_out_from_what_it_is_on() -> None:
    """On a black television no black screen is drawn, on a red one it may be; black rubber, which has no other colour, stays."""
    screen = [["glass", "black", 0.4], ["glass", "blue", 0.3], ["glowing", "white", 0.3]]
    parts = {"television": {"screen": screen, "wheel": [["rubber", "black", 1.0]]}}
    stains = {word: [1.0, []] for word in ("glass", "glowing", "rubber")}
    table = Looks.of({"parts": parts, "stains": stains}, COLOURS | {"black": (0.05, 0.05, 0.05)})
    for body, wanted in (
        ("black", {("blue", "glass"), ("white", "glowing")}),
        ("red", {("black", "glass"), ("blue", "glass"), ("white", "glowing")}),
    ):
        brief = Brief((Item("television", (body,)),))
        told = [table.with_parts(brief, np.random.default_rng(seed)).items[1:] for seed in range(60)]
        assert {screen.modifiers for screen, _ in told} == wanted
        assert {wheel.modifiers for _, wheel in told} == {("black", "rubber")}


@pytest.mark.parametrize(
    ("prompt", "said", "words", "wanted"),
    [
        ("a mug", "mug", ("olive", "ceramic"), "an olive ceramic mug"),
        ("An old mug with a lid", "mug", ("red",), "An old red mug with a lid"),
        ("An axe", "axe", ("steel",), "A steel axe"),
        ("mug", "cup", ("red",), "mug"),
        ("a mug", "mug", (), "a mug"),
    ],
)  # fmt: skip
def test_words_go_before_the_prop(prompt: str, said: str, words: tuple[str, ...], wanted: str) -> None:
    """The article follows the word that now comes first; where the prop is not found nothing changes."""
    assert inserted(prompt, said, words) == wanted


def test_every_kind_is_completed_and_understood(embedded: MultiViewPrior) -> None:
    """Asked for by name alone, each kind gets a look that is read as meant, the same by the same seed."""
    for kind in embedded.kinds:
        told = completed(embedded, f"a {kind}", 3)
        brief = embedded.read(told).brief
        assert brief.kind == kind and told != f"a {kind}", told
        assert set(brief.items[0].modifiers) & (set(MADE_OF) | set(embedded.named_colours)), told
        assert told == completed(embedded, f"a {kind}", 3)
    assert len({completed(embedded, "a mug", seed) for seed in range(12)}) > 4


@pytest.mark.parametrize(
    "prompt",
    [
        "a red wooden barrel with gold bands",
        "a red barrel with gold bands",
        "a red barrel",
        "a mug on a table",
        "",
        "qwxyz",
        "ein Becher",
        "a steel sword",
    ],
)
def test_prompts_that_leave_nothing_open_stay(embedded: MultiViewPrior, prompt: str) -> None:
    """Full looks, company and what is not understood are asked for as they are."""
    assert completed(embedded, prompt, 1) == prompt


def test_the_condition_tells_the_parts(embedded: MultiViewPrior) -> None:
    """A house is told with a roof of some look, another with other seeds; a prior without looks is told the prompt alone."""
    prompt = "a white plaster house"
    reading = embedded.read(prompt)
    told = [told_of(embedded, reading, prompt, seed) for seed in range(6)]
    roof = embedded.vocabulary.index()["roof"]
    conds = [cond.fields["brief"] for cond, _ in told]
    assert all((one[0, 1:, 0] == roof).any() for one in conds) and len({str(one.tolist()) for one in conds}) > 2
    assert all(any(item.noun == "roof" and item.modifiers for item in brief.items) for _, brief in told if brief)
    kept, embedded.looks = embedded.looks, None
    try:
        plain, brief = told_of(embedded, reading, prompt, 1)
    finally:
        embedded.looks = kept
    assert int((plain.fields["brief"][0, :, 0] > 0).sum()) == 1 and brief == reading.brief


def test_looks_are_measured_on_shapes() -> None:
    """A crate's main look is among its slot's materials and its frame is a part; tones are named colours near the material's."""
    shapes = [make_shape("crate", np.random.default_rng(i), 32) for i in range(4)]
    table = looks(shapes)
    main = {word for shape in shapes for slot in shape.slots.values() if slot.main for word in slot.materials}
    assert {word for word, *_ in table["kinds"]["crate"]} == main
    assert sum(share for *_, share in table["kinds"]["crate"]) == pytest.approx(1, abs=0.05)
    assert "frame" in table["parts"]["crate"] and "oak" not in table["stains"]
    assert tones("wooden") == ["brown", "tan"] and tones("ceramic") == ["white"]


def test_a_part_of_many_names_counts_as_one() -> None:
    """A sword's grip is called so, or hilt, or handle: each in less than six of ten shapes, all together in nearly all."""
    shapes = [make_shape("sword", np.random.default_rng(i), 32) for i in range(12)]
    named = [set(key.split("|")) for key in looks(shapes)["parts"]["sword"]]
    assert any(len(nouns & {"grip", "hilt", "handle"}) > 1 for nouns in named)


def test_a_part_that_hides_the_prop_is_not_told() -> None:
    """A truck's box shows more than twice what its cab does: in another colour the truck would not be the one asked for."""
    told = looks([make_shape("truck", np.random.default_rng(i), 32) for i in range(6)])["parts"]["truck"]
    assert told and not any({"trailer", "cargo box", "bed"} & set(key.split("|")) for key in told)


def test_what_was_drawn_is_said(embedded: MultiViewPrior) -> None:
    """The completed prompt is what is asked, and a note shows it; a prompt that leaves nothing open is asked without one."""

    def asked(prompt: str) -> tuple[list[Event], Reading | None, list[str]]:
        work, notes = asked_for(embedded, embedded.read(prompt), Generate(prompt=prompt, seed=3)), list[Event]()
        while True:
            try:
                notes.append(next(work))
            except StopIteration as end:
                reading, told = end.value
                return notes, reading, told.prompts

    notes, reading, prompts = asked("a mug")
    assert prompts[0] != "a mug" and reading == embedded.read(prompts[0])
    assert [(note.code, prompts[0] in note.message) for note in notes if isinstance(note, Note)] == [
        ("prompt-open", True)
    ]
    assert asked("a red ceramic mug")[::2] == ([], ["a red ceramic mug"])


def test_every_kind_has_a_usual_size(embedded: MultiViewPrior) -> None:
    """The card that ships knows how large each of its kinds is, and the table names kinds of the grammar alone, each once."""
    lines = [line.partition(": ") for line in USUAL_SIZES.read_text(encoding="utf-8").splitlines()]
    named = [name for _, _, names in lines for name in names.split(", ")]
    assert sorted(named) == sorted(set(named)) == sorted(KINDS)
    assert embedded.sizes == usual_sizes(embedded.kinds)
