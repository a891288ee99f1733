"""Owns what a prior may know of the kinds it is asked for: how they are symmetric or round and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .from_picture import Asked
from .language.brief import Brief
from .language.member import Member
from .language.reader import Reading
from .priors import Prior
from .protocol import Generate


@runtime_checkable
class Reads(Protocol):
    """A prior with a language of its own says how it understands a prompt, before time is spent."""

    def read(self, prompt: str) -> Reading: ...


@runtime_checkable
class ReadsSeveral(Reads, Protocol):
    """A prior that can tell the props of a prompt apart. sizes: {kind: the longest side that it usually has, m}."""

    sizes: Mapping[str, float]

    def several(self, prompt: str) -> tuple[Member, ...]: ...


@dataclass(frozen=True)
class Form:
    """What every prop of a kind has. symmetry: the axes of "xy" about which it is mirror-symmetric; is_round: round about its
    upright axis, and painted alike all around."""

    symmetry: str = ""
    is_round: bool = False


@runtime_checkable
class KnowsForms(Reads, Protocol):
    """A prior that knows what all props so described have in common (see Form)."""

    def symmetry(self, brief: Brief) -> str: ...

    def is_round(self, brief: Brief) -> bool: ...


@runtime_checkable
class KnowsSurfaces(Reads, Protocol):
    """A prior that knows what the props of its kinds are made of. surfaces, and those named: indices of materials.SURFACES."""

    def surfaces(self, brief: Brief) -> tuple[int, ...]: ...

    def named_surfaces(self, brief: Brief) -> tuple[int, ...]: ...


def forms_of(request: Generate, prior: Prior, asked: Asked) -> list[Form]:
    """For every try what is known of the form of what it is asked for; nothing where the settings want nothing straightened."""
    if not request.quality.shape.symmetry or not isinstance(prior, KnowsForms):
        return [Form()] * len(asked.prompts)
    briefs = [prior.read(prompt).brief if prompt else Brief() for prompt in asked.prompts]
    return [form_of(prior, brief) for brief in briefs]


def form_of(prior: KnowsForms, brief: Brief) -> Form:
    """What every prop so described has."""
    return Form(prior.symmetry(brief), prior.is_round(brief))


def surfaces_of(prior: Prior, prompt: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What a prop of this prompt can be made of, and what of that the prompt names; () where the prior does not know."""
    if not prompt or not isinstance(prior, KnowsSurfaces):
        return (), ()
    brief = prior.read(prompt).brief
    return prior.surfaces(brief), prior.named_surfaces(brief)
