"""Which network of a prior answers for a prompt, and that a prompt changed in mid-refinement may change it."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.networks import suited
from backend.objectives import Guide
from backend.priors import Prior
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.protocol import Control
from backend.words import Words, rewritten


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
