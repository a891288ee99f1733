"""What a prior is told of a prompt, and which parts of it steer the sampling."""

from __future__ import annotations

import pytest
import torch

from backend import steering
from backend.from_picture import Asked
from backend.known import forms_of
from backend.language.brief import Brief
from backend.priors.loader import load_prior
from backend.priors.multiview import MultiViewPrior
from backend.protocol import Generate
from backend.steering import hooks_of, told_of


@pytest.fixture(scope="module")
def embedded() -> MultiViewPrior:
    prior = load_prior("embedded", torch.device("cpu"))
    assert isinstance(prior, MultiViewPrior)
    return prior


def steered(prior: MultiViewPrior, prompt: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Brief, Brief]:
    """What the prior is told of a prompt, and the Brief by which parts are steered."""
    found: list[Brief] = []
    monkeypatch.setattr(steering, "named_parts", lambda _, briefs, *rest, **others: found.extend(briefs))
    request, reading = Generate(prompt=prompt), prior.read(prompt)
    cond, told = told_of(prior, reading, prompt, 3)
    hooks_of(request, prior, reading, told, forms_of(request, prior, Asked([prompt])), cond)
    assert told is not None
    return told, found[0]


def test_drawn_parts_of_round_things_are_steered(embedded: MultiViewPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody said what a table lamp's base is made of: it is drawn, told and steered; the whole stays open."""
    told, parts = steered(embedded, "a table lamp", monkeypatch)
    base = next(item for item in told.items if item.noun == "base")
    assert base.modifiers and parts == told and not told.items[0].modifiers


def test_what_is_said_of_a_round_things_part_stays(embedded: MultiViewPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gold bands stay of gold, and only what is left open is drawn."""
    told, parts = steered(embedded, "a red wooden barrel with gold bands", monkeypatch)
    assert parts == told
    assert {item.noun: item.modifiers for item in told.items}["band"] == ("gold",)
    assert told.items[0] == embedded.read("a red wooden barrel with gold bands").brief.items[0]


def test_drawn_parts_of_other_things_are_told_alone(embedded: MultiViewPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house's roof is drawn and told, but steered only where the prompt says what it looks like."""
    told, parts = steered(embedded, "a white plaster house", monkeypatch)
    assert any(item.noun == "roof" and item.modifiers for item in told.items)
    assert parts == embedded.read("a white plaster house").brief
