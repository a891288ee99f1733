"""Owns the last word on the geometry of sampled views: what the prior settles between them, and the symmetry it may have lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from torch import Tensor

from .known import Form
from .mirrors import mirrored
from .priors import Maps, Prior


@runtime_checkable
class Sweeps(Protocol):
    """A prior that settles what its views disagree on. swept: (V, 13, S, S) of a prompt's views; None where it cannot."""

    def swept(self, maps: Tensor, prompt: str) -> Tensor | None: ...


def swept(prior: Prior, maps: Maps, prompt: str, form: Form) -> Maps:
    """G-buffers, sampled for a prompt, with outlines, normals and depths that agree; the same where the prior has nothing to
    settle them by."""
    settled = prior.swept(maps.maps, prompt) if isinstance(prior, Sweeps) else None
    if settled is None:
        return maps
    mirror = mirrored(prior.cameras, [form.symmetry])
    if mirror is not None:
        settled = prior.decode(mirror(prior.encode(settled[None]), 0.0))[0]
    return replace(maps, maps=settled, settled=True)
