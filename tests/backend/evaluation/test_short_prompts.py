"""Short prompts: the judge's chances are shares, a prop that could not be made has none, asking leaves the prior as it was."""

from __future__ import annotations

import torch

from backend.evaluation.asked import Task
from backend.evaluation.judge import Judge
from backend.evaluation.short_prompts import Bare, chances, made
from backend.pipeline import Models
from backend.priors.multiview import MultiViewPrior


def test_chances_are_the_judges() -> None:
    """One of three kinds is the likeliest of a prop; what was not made counts as wrong."""
    torch.manual_seed(0)
    judge, prop = Judge(("mug", "chair", "house")), torch.rand(6, 10, 64, 64)
    found = chances(judge, [prop, prop, prop, None], ["mug", "chair", "house", "mug"])
    assert abs(found[:3, 0].sum() - 1) < 1e-4 and found[:3, 1].sum() == 1
    assert found[3].tolist() == [0, 0]


def test_a_kind_is_asked_for_by_its_name_alone() -> None:
    """A draft of "a mug" is rendered from six sides, with words drawn and without; looks and rings are back afterwards."""
    models = Models(torch.device("cpu"))
    prior = models.prior("embedded")
    assert isinstance(prior, MultiViewPrior)
    before = prior.looks, prior.round_kinds
    task = Task("mug", 1, student=True)
    props = [made(Bare(task, drawn, even=True), models) for drawn in (True, False)]
    assert (prior.looks, prior.round_kinds) == before
    assert all(prop is not None and prop.shape == (6, 10, 64, 64) for prop in props)
    assert props[0] is not None and props[1] is not None and not torch.equal(props[0][:, :3], props[1][:, :3])
