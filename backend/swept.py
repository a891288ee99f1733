"""Owns the last word on the geometry of sampled views: what the prior settles between them, and the symmetry it may have lost."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor

from .known import Form
from .mirrors import mirrored
from .priors import Prior


@runtime_checkable
class Sweeps(Protocol):
    """A prior that settles what its views disagree on."""

    def swept(self, maps: Tensor, prompt: str) -> Tensor: ...


def swept(prior: Prior, maps: Tensor, prompt: str, form: Form) -> Tensor:
    """G-buffers (V, 13, S, S), sampled for a prompt, with outlines, normals and depths that agree; the same where the prior has
    nothing to settle them by."""
    if not isinstance(prior, Sweeps):
        return maps
    settled = prior.swept(maps, prompt)
    mirror = mirrored(prior.cameras, [form.symmetry])
    return settled if mirror is None else prior.decode(mirror(prior.encode(settled[None]), 0.0))[0]
