"""The state of a distillation loop: all that a step changes, how it is kept and put back, and what is tended between steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from . import checkpoint
from .objectives import Guide, Objective
from .objectives.control import NormHistory
from .priors import Prior
from .priors.adapter import Adapter
from .representations import Representation
from .representations.density import resize
from .representations.gaussians import Gaussians
from .representations.surface import TexturedSurface
from .representations.tending import Growth, Tending
from .words import Words


@dataclass
class State:
    """All that the loop changes."""

    representation: Representation
    optimiser: torch.optim.Optimizer
    prior: Prior  # who answers for the words; a step may look through it from cameras of its own
    guide: Guide
    words: Words  # as the artist has them by now
    row: Objective
    adapter: Adapter | None
    history: NormHistory
    generator: torch.Generator
    rates: list[float]  # of strength 1, at the start
    strength: float
    tensors: dict[str, Tensor]
    tending: Tending | None  # of Gaussians
    step: int = 0
    favoured_deg: float = -1.0  # azimuth of the artist's preferred viewpoint; below 0: none


def tend(state: State, progress: float) -> None:
    """Density control of Gaussians, whose tensors and number are others afterwards; new look-ups of a shape that moves."""
    if state.tending is not None and isinstance(state.representation, Gaussians):
        state.tending.tend(state.representation, state.optimiser, state.step, progress, state.generator)
        state.tensors = state.representation.tensors()
    elif isinstance(state.representation, TexturedSurface) and state.representation.moves:
        state.representation.refresh()


def snapshot(state: State) -> dict[str, Any]:
    loop: dict[str, Any] = {"step": state.step, "norms": list(state.history.norms)}
    if state.tending is not None:
        loop |= {"pull": state.tending.growth.pull.clone(), "times": state.tending.growth.times.clone()}
    if state.adapter is not None:
        loop["adapter"] = state.adapter.state()
    if isinstance(state.representation, TexturedSurface) and state.representation.looked is not None:
        loop["looked"] = state.representation.looked.clone()
    return checkpoint.snapshot(state.tensors, state.optimiser, state.generator) | loop


def restore(state: State, kept: dict[str, Any]) -> None:
    if state.tending is not None and isinstance(state.representation, Gaussians):
        resize(state.representation, state.optimiser, len(kept["pull"]))
        state.tensors = state.representation.tensors()
        device = state.representation.means.device
        state.tending.growth = Growth(kept["pull"].clone().to(device), kept["times"].clone().to(device))
    elif isinstance(state.representation, TexturedSurface) and "looked" in kept:
        state.representation.refresh(kept["looked"])
    if state.adapter is not None and "adapter" in kept:  # not in a checkpoint of before
        state.adapter.restore(kept["adapter"])
    checkpoint.restore(kept, state.tensors, state.optimiser, state.generator)
    device = next(iter(state.tensors.values())).device  # of the gradients, too; files are read to the host
    state.step, state.history = int(kept["step"]), NormHistory([norm.to(device) for norm in kept["norms"]])
