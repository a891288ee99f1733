"""Owns what an artist's "Avoid" means to a prior: a look or a part of the prop that is asked for, or another kind of prop."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol, runtime_checkable

import torch

from .language.brief import Brief, Item, Vocabulary
from .language.reader import Reading
from .priors import Prior
from .protocol import Event, Note


@runtime_checkable
class HasVocabulary(Protocol):
    """A prior that finds a kind in every prompt, and is told nothing but its own words."""

    vocabulary: Vocabulary

    def read(self, prompt: str) -> Reading: ...


def avoided(prior: Prior, prompt: str, negative: str) -> str:
    """What the guidance pushes away from, as a prompt that the prior understands; "" where nothing of it says anything.

    "rust" is avoided of "a red barrel" as "barrel with rust": by itself it would be read as the nearest kind, a mushroom.
    """
    if not negative or not isinstance(prior, HasVocabulary):
        return negative
    kind = prior.read(prompt).brief.kind if prompt else ""
    alone, beside = prior.read(negative), f"{kind} with {negative}"
    named = bool(alone.nearest) and alone.nearest[0][1] >= 1  # a kind's own name, no guess
    if named and alone.brief.kind == kind:
        return negative
    brief = prior.read(beside).brief if kind else Brief()
    told = prior.vocabulary.encode([brief, Brief((Item(kind),)), alone.brief])
    if brief.kind == kind and not torch.equal(told[0], told[1]):
        return beside
    return negative if named and told[2].any() else ""


def heeded(prior: Prior, prompt: str, negative: str) -> Generator[Event, None, str]:
    """The negative prompt, or "" with a note where it says nothing to the prior of what is asked for."""
    if negative and not avoided(prior, prompt, negative):
        yield Note("avoid-unknown", f"Avoid: '{negative}' is no colour, material, style or part known of this prop.")
        return ""
    return negative
