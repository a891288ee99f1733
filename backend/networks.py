"""Owns which network of a prior answers for a prompt: kinds that were taught later may have one of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from .language.brief import Brief
from .language.reader import Reading
from .priors import Prior


@runtime_checkable
class HasNetworks(Protocol):
    """A prior of which several networks answer, each for kinds of its own."""

    def read(self, prompt: str) -> Reading: ...

    def suited(self, briefs: Sequence[Brief]) -> Prior: ...


def suited(prior: Prior, prompts: Sequence[str]) -> Prior:
    """Who answers for the prompts: the prior, or the one beside it that was taught the kinds that they ask for."""
    if not isinstance(prior, HasNetworks):
        return prior
    return prior.suited([prior.read(prompt).brief for prompt in prompts if prompt])
