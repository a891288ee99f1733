"""A refinement's prompt that names no kind is said of the kind that the object was made as."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.protocol import Refine
from backend.refine import with_kind_of


class Reader:
    """A prior that knows two kinds by name, and guesses one of "gold"."""

    def read(self, prompt: str) -> Reading:
        kinds = [kind for kind in ("mug", "crate") if kind in prompt]
        if not kinds and "gold" in prompt:
            return Reading(Brief((Item("crown"),)), (), 0.2)
        return Reading(Brief(tuple(Item(kind) for kind in kinds)), (), float(bool(kinds)))


@pytest.mark.parametrize(
    ("prompt", "source", "expected"),
    [
        ("weathered", "an old mug", "a mug, weathered"),
        ("gold", "an old mug", "a mug, gold"),
        ("a red crate", "an old mug", "a red crate"),
        ("weathered", "", "weathered"),  # of unknown origin
    ],
)
def test_looks_alone_are_said_of_the_object(tmp_path: Path, prompt: str, source: str, expected: str) -> None:
    """ "Weathered", of a mug, asks for a weathered mug, also where a kind might be guessed; a prompt with a kind stays."""
    asked = Refine(prompt=prompt, mesh=str(tmp_path / "mesh.npz"))
    assert with_kind_of(asked, Reader(), source).prompt == expected  # type: ignore[arg-type]


def test_a_prior_without_a_reader_is_told_the_prompt(tmp_path: Path) -> None:
    """Nothing is added where the prior has no words of its own."""
    asked = Refine(prompt="weathered", mesh=str(tmp_path / "mesh.npz"))
    assert with_kind_of(asked, object(), "an old mug") is asked  # type: ignore[arg-type]
