"""Which network of a prior answers for a prompt, and that a prompt changed in mid-refinement may change it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from backend.clock import Clock
from backend.distill import Run, distill
from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.networks import suited
from backend.objectives import Guide
from backend.painting import paint_views
from backend.priors import Cond, Prediction, Prior
from backend.priors.analytic import analytic_prior
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.protocol import Control
from backend.sampler import Plan
from backend.settings import Distillation
from backend.words import Words, rewritten

from .test_painting import box


class TwoNetworks(GaussianPrior):
    """A prior that asks another for bathtubs; it knows the last word of a prompt."""

    def __init__(self, other: Prior | None = None) -> None:
        super().__init__({text: Gaussian(torch.zeros(1, 3, 4, 4), 0.1) for text in ("", "a barrel", "a bathtub")})
        self.other = other

    def read(self, prompt: str) -> Reading:
        return Reading(Brief((Item(prompt.split()[-1]),)), 1.0, ())

    def suited(self, briefs: Sequence[Brief]) -> Prior:
        return self.other or self if any(brief.kind == "bathtub" for brief in briefs) else self


def priors() -> tuple[TwoNetworks, TwoNetworks]:
    later = TwoNetworks()
    return TwoNetworks(later), later


def test_the_prompt_decides_who_answers() -> None:
    """The later network where any prompt asks for one of its kinds; no words, and priors of one network, change nothing."""
    prior, later = priors()
    assert suited(prior, ["a barrel"]) is prior and suited(prior, ["", ""]) is prior
    assert suited(prior, ["a barrel", "a bathtub"]) is later
    plain = GaussianPrior({"": Gaussian(torch.zeros(1, 3, 4, 4), 0.1)})
    assert suited(plain, ["a bathtub"]) is plain


def test_another_prompt_in_mid_refinement_may_ask_the_other_network() -> None:
    """From a barrel to a bathtub the guide's prior and conditions are the later network's; a strength alone changes neither."""
    prior, later = priors()
    guide, words = Guide(prior, {}), Words("a barrel", obey=False)
    for control, wanted in ((Control(strength=0.3), prior), (Control(prompt="a bathtub"), later)):
        walk = rewritten(guide, words, control, {"text"})
        try:
            while True:
                next(walk)
        except StopIteration as ended:
            after, said = ended.value
        assert after.prior is wanted and said.text == (control.prompt or words.text)


class Watched(TwoNetworks):
    """Views of 16 pixels; keeps how often it is asked."""

    def __init__(self, other: Prior | None = None) -> None:
        known = analytic_prior(16)
        GaussianPrior.__init__(self, known.gaussians, known.channels, known.cameras, known.schedule)
        self.other, self.asked = other, 0

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        self.asked += 1
        return super().predict(z_t, t, cond)


def test_a_refinement_goes_on_with_the_network_of_its_new_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to be a bathtub from the first step on, an object is painted and polished by the later network alone, which is
    also who looks for its parts."""
    later = Watched()
    prior, looked, surface = Watched(later), list[Prior](), box()
    monkeypatch.setattr("backend.painting.place_asked", lambda prior, words: looked.append(prior))
    (tmp_path / "control.json").write_text(json.dumps({"prompt": "a bathtub"}))
    run, clock, words = Run(Distillation(steps=2), folder=tmp_path), Clock({"views": 1.0}), Words("a barrel")
    clock.enter("views")
    list(paint_views(surface, prior, words, run, clock, Plan(2, 1.0, "ddim", 0.5)))
    assert [who is later for who in looked] == [False, True] and prior.asked == 0 < later.asked
    later.asked = 0
    list(distill(surface, prior, words, run))
    assert prior.asked == 0 < later.asked
