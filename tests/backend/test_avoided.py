"""What an artist wants avoided is read of the prop that is asked for, and told where it says nothing."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest
import torch
import trimesh

from backend.avoided import avoided
from backend.clock import Clock
from backend.from_picture import Asked
from backend.language.brief import Item
from backend.pipeline import sample_views, unconditional
from backend.priors import Prior
from backend.priors.analytic import analytic_prior
from backend.priors.loader import load_prior
from backend.priors.multiview import MultiViewPrior
from backend.protocol import Event, Generate, Note, Progress, Refine
from backend.refine import refine
from backend.settings import PRESETS
from backend.words import Words, conditions


@pytest.fixture(scope="module")
def embedded() -> MultiViewPrior:
    prior = load_prior("embedded", torch.device("cpu"))
    assert isinstance(prior, MultiViewPrior)
    return prior


@pytest.mark.parametrize(
    ("negative", "items"),
    [
        ("rust", [Item("barrel", ("rusty",))]),  # alone: a mushroom
        ("red", [Item("barrel", ("red",))]),  # alone: a bridge
        ("stone", [Item("barrel", ("stone",))]),  # alone: a rock
        ("iron bands, rust", [Item("barrel", ("rusty",)), Item("band", ("iron",))]),
        ("a metal barrel", [Item("barrel", ("metal",))]),
        ("a chair", [Item("chair")]),
    ],
)
def test_looks_and_parts_are_avoided_of_the_prop(embedded: MultiViewPrior, negative: str, items: list[Item]) -> None:
    """A material, a colour, a part of the kind that is asked for; only a kind's own name is another kind. Sampling and
    distillation are told the same, which is not the null prompt."""
    told = embedded.read(avoided(embedded, "a green barrel", negative)).brief
    assert list(told.items) == items
    wanted, null = embedded.vocabulary.encode([told]), embedded.condition([""]).fields["brief"]
    asked = Asked(["a green barrel"] * 2)
    for_views = unconditional(embedded, Generate("a green barrel", negative=negative), None, asked).fields["brief"]
    distilled, _ = conditions(embedded, Words("a green barrel", negative), set())
    assert torch.equal(for_views, wanted.expand(2, -1, -1)) and torch.equal(distilled["null"].fields["brief"], wanted)
    assert not torch.equal(wanted, null)


def test_a_prior_without_words_of_its_own_gets_the_negative_prompt_as_it_is() -> None:
    """Its text encoder reads any sentence."""
    assert avoided(analytic_prior(8), "a barrel", "rust") == "rust"


class Sampled(Exception):
    """Raised instead of sampling, with who would sample."""


@pytest.mark.parametrize(("negative", "told"), [("people", True), ("elephant", True), ("rust", False), ("", False)])
def test_what_says_nothing_is_told_and_costs_nothing(
    embedded: MultiViewPrior, negative: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that the network knows of a barrel ("elephant" is the later network's): a note, and a draft is the student's
    as it is without; else no note, and what is avoided needs the prior itself."""

    def sample(prior: Prior, *rest: object, **more: object) -> None:
        raise Sampled(prior)

    monkeypatch.setattr("backend.pipeline.sample", sample)
    request, events = Generate("a barrel", negative=negative, quality=PRESETS["draft"]), list[Event]()
    with pytest.raises(Sampled) as seen:
        for event in sample_views(request, embedded, tmp_path, Clock.for_generate(request.quality)):
            events.append(event)
    assert embedded.student is not None
    assert (seen.value.args[0] is embedded) == (negative == "rust")
    assert [e.message for e in events if isinstance(e, Note) and e.code == "avoid-unknown"] == [
        f"Avoid: '{negative}' is no colour, material, style or part known of this prop."
    ] * told


@pytest.mark.parametrize(("negative", "told"), [("people", 1), ("rust", 0)])
def test_a_refinement_tells_it_too(embedded: MultiViewPrior, negative: str, told: int, tmp_path: Path) -> None:
    """Before it paints, once."""
    trimesh.creation.box().export(tmp_path / "box.glb")
    request = Refine(str(tmp_path / "box.glb"), "a barrel", negative=negative, quality=PRESETS["draft"])
    begun = takewhile(
        lambda e: not (isinstance(e, Progress) and e.stage == "views"), refine(request, tmp_path, embedded)
    )
    assert [e.code for e in begun if isinstance(e, Note)].count("avoid-unknown") == told
