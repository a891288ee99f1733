"""Owns what a prior may know of the kinds it is asked for: how they are symmetric and what they are made of."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .from_picture import Asked
from .language.brief import Brief
from .language.reader import Reading
from .priors import Prior
from .protocol import Generate


@runtime_checkable
class Reads(Protocol):
    """A prior with a language of its own says how it understands a prompt, before time is spent."""

    def read(self, prompt: str) -> Reading: ...


@runtime_checkable
class KnowsSymmetry(Reads, Protocol):
    """A prior that knows of which kinds all props are mirror-symmetric. symmetry: axes of "xy"."""

    def symmetry(self, brief: Brief) -> str: ...


@runtime_checkable
class KnowsSurfaces(Reads, Protocol):
    """A prior that knows what the props of its kinds are made of. surfaces, and those named: indices of materials.SURFACES."""

    def surfaces(self, brief: Brief) -> tuple[int, ...]: ...

    def named_surfaces(self, brief: Brief) -> tuple[int, ...]: ...


def symmetries_of(request: Generate, prior: Prior, asked: Asked) -> list[str]:
    """For every try the axes of "xy" about which what it is asked for is always symmetric."""
    if not request.quality.shape.symmetry or not isinstance(prior, KnowsSymmetry):
        return [""] * len(asked.prompts)
    return [prior.symmetry(prior.read(prompt).brief) if prompt else "" for prompt in asked.prompts]


def surfaces_of(prior: Prior, prompt: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What a prop of this prompt can be made of, and what of that the prompt names; () where the prior does not know."""
    if not prompt or not isinstance(prior, KnowsSurfaces):
        return (), ()
    brief = prior.read(prompt).brief
    return prior.surfaces(brief), prior.named_surfaces(brief)
