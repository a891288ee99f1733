"""Where a prompt asks for change: only at the parts that it describes, unless it says something new of the whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from backend.asked_place import place_asked, shows, texels_asked
from backend.clock import Clock
from backend.distill import Run
from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.painting import paint_views
from backend.polish import views_of
from backend.priors.gbuffer import encode
from backend.protocol import Note
from backend.sampler import Plan
from backend.settings import Distillation
from backend.words import Words
from tests.backend.test_refined_parts import LID, NAMES, PALETTE, PARTS, BallPrior, ball, known, white_ball

OWN = encode(ball())[None]


def brief(*whole: str, lid: str = "red") -> Brief:
    return Brief((Item("ball", whole), Item("lid", (lid,))))


def test_only_the_part_that_is_described_changes() -> None:
    """Of a white ball that shall have a red lid the lower half comes back bit for bit, the lid changes, and it is said."""
    surface, prior, clock = white_ball(), known(), Clock({"views": 1.0})
    before = surface.base.clone()
    clock.enter("views")
    run = Run(Distillation(strength=0.9), seed=1)
    events = list(paint_views(surface, prior, Words(LID), run, clock, Plan(6, 1.0, "ddim", 0.9)))
    assert any(isinstance(e, Note) and e.code == "parts-only" for e in events)
    place = place_asked(prior, Words(LID, own=OWN))
    assert place is not None
    free = texels_asked(white_ball(), prior, place)
    assert torch.equal(surface.present()[:, ~free], before[:, ~free])
    assert 0.1 < float(free.float().mean()) < 0.5
    change = (views_of(surface, prior).maps - views_of(white_ball(), prior).maps)[:, :3].abs().amax(1)
    assert float(change[PARTS["lid"]].mean()) > 0.1
    assert float(change[PARTS["foot"]].mean()) < 1e-3  # in so small a texture islands bleed into each other


def test_the_place_is_the_part() -> None:
    """In the object's own views it covers the lid, a margin around it, and nothing far from it."""
    place = place_asked(known(), Words(LID, own=OWN))
    assert place is not None and float(place[PARTS["lid"]].min()) == 1.0
    assert float(place[PARTS["foot"]].max()) == 0.0


@pytest.mark.parametrize(
    ("said", "source", "asked_everywhere"),
    [
        (brief("white"), Brief(()), False),  # nothing new is said of the whole
        (brief("blue"), Brief(()), True),  # ... something new
        (brief(), Brief(()), True),  # ... nothing but what it is, which it may not be yet
        (brief(), brief("white"), False),  # ... and it was made so
        (brief("weathered"), Brief(()), True),  # ... something that no look shows
        (brief("weathered"), brief("weathered", "white"), False),  # ... but it was made so
        (brief("blue"), brief("blue"), True),  # ... and it was made so, but is white now
        (brief("white", "grey"), Brief(()), True),  # ... two colours
        (brief("white", lid="white"), Brief(()), True),  # the network knows no such part: it looks alike
        (Brief((Item("ball", ("white",)),)), Brief(()), True),  # no part is described
    ],
)
def test_what_is_said_of_the_whole_decides(said: Brief, source: Brief, asked_everywhere: bool) -> None:
    """Only where nothing new is said of the whole, and every part is found, do the parts alone change."""
    words = Words("said", source="source", own=OWN)
    prior = known()
    prior.read = lambda prompt: Reading(source if prompt == "source" else said)  # type: ignore[method-assign]
    if said.items[1:] and said.items[1].modifiers == ("white",):
        prior.condition_on = lambda briefs, image=None: BallPrior.condition_on(  # type: ignore[method-assign]
            prior, [Brief((Item("ball", ("white",)),)) for _ in briefs]
        )
    assert (place_asked(prior, words) is None) == asked_everywhere


def test_pictures_and_other_wishes_ask_everywhere() -> None:
    """A picture, no words, no steering by part, and no object each leave the whole free."""
    words = Words(LID, own=OWN)
    assert place_asked(known(), words) is not None
    for change in ({"image": torch.zeros(4, 8, 8)}, {"text": ""}, {"by_part": False}, {"own": None}):
        assert place_asked(known(), replace(words, **change)) is None


def test_a_look_is_judged_by_what_most_of_the_object_shows() -> None:
    """White is shown by a white ball with a red lid, red is not, and a material only where its class is."""
    own = ball(lid="red")
    for word, made_of, shown in (
        ("white", None, True), ("red", None, False), ("plastic", None, True), ("iron", None, False), ("iron", {"iron"}, True),
    ):  # fmt: skip
        assert shows(own, Item("ball", (word,)), made_of, NAMES, PALETTE) == shown
