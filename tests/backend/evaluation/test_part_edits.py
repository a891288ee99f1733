"""The edits of single parts that refinement is measured by: what is asked, what the objects are, what is scored."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from backend.evaluation.part_edits import PartEdit, edits_of, refined, score
from backend.language.understanding import reader_of
from backend.priors import ALBEDO, ALPHA
from backend.priors.gaussian import GaussianPrior
from backend.settings import Distillation
from backend.training.dataset import make_shape
from backend.training.paints import COLOURS
from backend.words import Words

KINDS = ("axe", "bucket", "hammer", "street lamp", "chair", "barrel")


@pytest.fixture(scope="module")
def edits() -> list[PartEdit]:
    """Three edits of colours, three of materials."""
    found = reader_of("embedded")
    assert found is not None
    reader, _ = found
    reads = SimpleNamespace(read=reader.read, named_colours=COLOURS)
    shapes = [make_shape(kind, np.random.default_rng(11 + i), 64) for i in range(2) for kind in KINDS]
    return [edit for by_colour in (True, False) for edit in edits_of(shapes, reads, by_colour, 3)]  # type: ignore[arg-type]


def test_an_edit_changes_one_part_and_names_it(edits: list[PartEdit]) -> None:
    """Before and after differ in 4 to 50 % of the prop, and only in paint; the prompt asks for the part's true look."""
    assert len(edits) == 6 and [edit.wish.colour is not None for edit in edits] == [True] * 3 + [False] * 3
    for edit in edits:
        solid = edit.after[:, ALPHA][:, 0] > 0.5
        assert 0.04 < float(edit.part[solid].float().mean()) < 0.7
        assert torch.equal(edit.before[:, 3:8], edit.after[:, 3:8])
        assert " with a" in edit.prompt
        if edit.wish.colour is not None:
            mean = edit.after.movedim(1, -1)[edit.part][:, ALBEDO].mean(0)
            assert float((mean - torch.tensor(COLOURS[sorted(COLOURS)[edit.wish.colour]])).norm()) < 0.45


def test_the_truth_scores_full_and_the_start_nothing(edits: list[PartEdit]) -> None:
    """True views are there wholly, at no distance; those from before are nowhere there, and wrong on the part alone."""
    for edit in edits:
        true, start = (score(edit, maps, 0.0) for maps in (edit.after, edit.before))
        assert (true.there, true.part, true.rest) == (1.0, 0.0, 0.0)
        assert (start.there, start.rest) == (0.0, 0.0) and start.part > 5 and true.spilt <= 1.0


def test_what_spills_is_counted(edits: list[PartEdit]) -> None:
    """A prop that looks as the part all over is spilt by as many times the part as the rest is larger."""
    edit = edits[0]
    maps, asked = edit.after.clone(), edit.after.movedim(1, -1)[edit.part].mean(0)
    maps[:, [0, 1, 2, 8, 9]] = asked[[0, 1, 2, 8, 9]][:, None, None]
    solid = edit.after[:, ALPHA][:, 0] > 0.5
    expected = float((solid & ~edit.part).sum() / edit.part.sum())
    assert score(edit, maps, 0.0).spilt == pytest.approx(expected, rel=0.1)


def test_the_object_is_refined_as_the_product_does(edits: list[PartEdit], prior: GaussianPrior) -> None:
    """A refinement of its texture leaves pictures of the same object, changed, and says what it took."""
    maps, seconds = refined(edits[0], prior, Distillation(0, strength=0.6), "draft", Words("a blue ball"))  # type: ignore[arg-type]
    assert maps.maps.shape[2:] == (32, 32) and seconds > 0
    assert float((maps.maps[:, ALPHA] - edits[0].before[:, ALPHA, ::2, ::2]).abs().mean()) < 0.06
    assert float((maps.maps[:, ALBEDO] - edits[0].before[:, ALBEDO, ::2, ::2]).abs().mean()) > 0.02
