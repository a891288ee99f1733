"""Checkpoints of a long optimisation: written every 20 s, read back after a kill, never mixed up with another job's."""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .disk import replace_patiently, writing

EVERY_S = 20.0


@dataclass
class Checkpoints:
    """The checkpoint file of one job. `identity` names what must be equal for a checkpoint to be continued."""

    file: Path
    identity: dict[str, Any]
    saved_at: float = field(default_factory=time.monotonic)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.identity, sort_keys=True, default=str).encode()).hexdigest()

    def due(self) -> bool:
        return time.monotonic() - self.saved_at >= EVERY_S

    def save(self, state: dict[str, Any]) -> None:
        """Write tensors and numbers, whole or not at all."""
        temporary = self.file.with_suffix(".tmp")
        with writing(self.file.parent):
            torch.save({"fingerprint": self.fingerprint, "state": state}, temporary)
            replace_patiently(temporary, self.file)
        self.saved_at = time.monotonic()

    def load_or_none(self) -> dict[str, Any] | None:
        """The state of the same job, or None: no file, a damaged one, or another job's."""
        if not self.file.is_file() or not zipfile.is_zipfile(self.file):  # torch writes zip files
            return None
        try:
            found = torch.load(self.file, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, ValueError, EOFError, KeyError):
            return None
        if not isinstance(found, dict) or found.get("fingerprint") != self.fingerprint:
            return None
        return found["state"]

    def clear(self) -> None:
        if self.file.exists():
            os.unlink(self.file)


def snapshot(
    tensors: dict[str, Tensor], optimiser: torch.optim.Optimizer, generator: torch.Generator
) -> dict[str, Any]:
    """A copy of everything that a step changes."""
    memory = {
        name: {k: v.clone() if isinstance(v, Tensor) else v for k, v in optimiser.state.get(tensor, {}).items()}
        for name, tensor in tensors.items()
    }
    values = {name: tensor.detach().clone() for name, tensor in tensors.items()}
    return {"values": values, "memory": memory, "generator": generator.get_state()}


def restore(
    state: dict[str, Any], tensors: dict[str, Tensor], optimiser: torch.optim.Optimizer, generator: torch.Generator
) -> None:
    """Put a snapshot back into tensors of the same shapes."""
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(state["values"][name])
            optimiser.state[tensor] = {
                k: v.to(tensor.device, copy=True) if isinstance(v, Tensor) else v
                for k, v in state["memory"][name].items()
            }
    generator.set_state(state["generator"])
