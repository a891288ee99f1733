"""What a picture asks of a prior."""

from __future__ import annotations

from types import SimpleNamespace

import torch

from backend import from_picture
from backend.from_picture import TRIES, Asked, asked_of, kinds_seen, names_a_paint, shared_out
from backend.language.brief import Brief, Item
from backend.language.reader import Reading


class Taught:
    """A prior that was taught two kinds."""

    kinds = ("mug", "crate")
    own_kinds = frozenset(kinds)


def test_tries_follow_the_chances():
    """Seats by D'Hondt's rule: worked examples, and always as many as there are tries."""
    assert shared_out([("a", 0.9), ("b", 0.1)], 4) == ["a"] * 4
    assert shared_out([("a", 0.6), ("b", 0.4)], 4) == ["a", "a", "b", "b"]
    assert shared_out([("a", 0.5), ("b", 0.3), ("c", 0.2)], 5) == ["a", "a", "a", "b", "c"]
    assert len(shared_out([(str(i), 0.01) for i in range(100)], 7)) == 7


def test_words_come_before_what_the_picture_looks_like():
    """With a prompt every try asks for it, and the picture's kind is not looked for."""
    assert kinds_seen(Taught(), "a red mug", None, torch.rand(4, 64, 64)) == []
    asked = asked_of("a red mug", [])
    assert asked == Asked(["a red mug"] * TRIES)


def test_only_taught_kinds_are_asked_for():
    """Without words the tries name kinds of the prior alone, and the likeliest is told; a prior that names
    no kinds is asked once, for nothing."""
    image = torch.zeros(4, 64, 64)
    image[:, 16:48, 16:48] = 0.8
    asked = asked_of("", kinds_seen(Taught(), "", None, image))
    assert len(asked.prompts) == TRIES and set(asked.prompts) <= {"a mug", "a crate"}
    assert asked.kind in Taught.kinds and 0 < asked.sure <= 1
    assert kinds_seen(object(), "", None, image) == [] and asked_of("", []) == Asked([""])


def test_a_prompt_without_a_kind_is_said_of_what_the_picture_shows():
    """ "Red" and "screenshot" beside a picture leave its kind to the picture, and are said of it; "mug" does not."""
    image = torch.zeros(4, 64, 64)
    image[:, 16:48, 16:48] = 0.8
    for brief, sure in ((Brief(), 0.0), (Brief((Item("crate"),)), 0.2)):
        asked = asked_of("red", kinds_seen(Taught(), "red", Reading(brief, (), sure), image))
        assert len(asked.prompts) == TRIES and set(asked.prompts) <= {"a mug, red", "a crate, red"}
        assert asked.kind in Taught.kinds
    assert kinds_seen(Taught(), "mug", Reading(Brief((Item("mug"),)), (), 0.99), image) == []


def test_all_tries_of_a_picture_are_one_network_s(monkeypatch):
    """Where the likeliest kind is the first network's, only its kinds are tried; one taught later knows the old kinds too."""

    class Grown(Taught):
        own_kinds = frozenset({"mug"})

    for first, wanted in (("mug", ["mug"]), ("crate", ["crate", "mug"])):
        chances = sorted([(kind, 0.6 if kind == first else 0.3) for kind in Taught.kinds], key=lambda pair: -pair[1])
        monkeypatch.setattr(
            from_picture, "kind_reader", lambda chances=chances: SimpleNamespace(likely=lambda _: chances)
        )
        assert [kind for kind, _ in kinds_seen(Grown(), "", None, torch.zeros(4, 8, 8))] == wanted


class Painter(Taught):
    """A prior that reads two words."""

    named_colours = {"blue": (0.1, 0.2, 0.8)}

    def read(self, prompt: str) -> Reading:
        return Reading(Brief((Item("mug", tuple(word for word in prompt.split() if word != "mug")),)), 1.0, (), ())


def test_a_paint_in_the_prompt_goes_before_the_pictures():
    """A named colour or material keeps the picture's colours away; a bare name, no prompt or a prior without words do not."""
    prior = Painter()
    assert names_a_paint(prior, prior.read("blue mug")) and names_a_paint(prior, prior.read("gold mug"))
    assert not names_a_paint(prior, prior.read("mug")) and not names_a_paint(prior, None)
    assert not names_a_paint(Taught(), prior.read("blue mug"))
