"""The edits of the refinement benchmark: what is asked differs from what is there, and every method spends the same."""

from __future__ import annotations

import pytest
import torch

from backend.evaluation.edits import STEERLESS, Budget, Edit, cost, edit_of, edited, object_of
from backend.priors.analytic import COLOURS
from backend.priors.gaussian import GaussianPrior
from backend.refine import surface_of
from backend.training.paints import MATERIALS


@pytest.mark.parametrize("kind", ["chair", "barrel", "axe", "cupcake"])
def test_an_edit_asks_for_another_look(kind: str) -> None:
    """Each edit asks for another colour, another surface or both, in words that name it, and of the same object each time."""
    for number in range(3):
        edit = edit_of(kind, number)
        assert edit is not None and edit == edit_of(kind, number)
        material, colour = edit.own
        assert (edit.colour and edit.colour != colour) or edit.surface != MATERIALS[material].surface
        assert edit.kind in edit.prompt and edit.colour in edit.prompt and edit.prompt != edit.was


def test_the_evaluations_of_a_step() -> None:
    """A step costs as many evaluations as its row has different terms: SDS 2, ASD 3, DDS 4."""
    assert [cost(name) for name in ("sds", "asd", "dds")] == [2, 3, 4]


def test_methods_start_from_the_object_and_spend_the_same(prior: GaussianPrior) -> None:
    """The object comes in with its own paint; SDEdit, ASD and both make as many evaluations, and go where they are sent."""
    edit = Edit("chair", "a blue ball", "blue", "plastic", ("plastic", "red"), 2026)
    found = object_of(edit)
    texture = surface_of(found).base[:3]
    assert ((texture - torch.tensor(COLOURS["red"])[:, None, None]).abs().amax(0) < 0.2).float().mean() > 0.1
    calls: list[int] = []

    class Counted:
        def __getattr__(self, name: str) -> object:
            return getattr(prior, name)

        def predict(self, z_t: torch.Tensor, *rest: object) -> object:
            calls.append(len(z_t))
            return prior.predict(z_t, *rest)  # type: ignore[arg-type]

    budget = Budget(24, 0.8, 3.0)
    start, _ = edited(found, edit, "start", Counted(), budget)  # type: ignore[arg-type]
    assert not calls
    for method in ("sdedit", "sdedit+asd", "asd", "sds" + STEERLESS):
        calls.clear()
        maps, seconds = edited(found, edit, method, Counted(), budget)  # type: ignore[arg-type]
        assert sum(calls) == 24 and seconds > 0, method
        assert not torch.equal(maps.maps[:, :3], start.maps[:, :3])
