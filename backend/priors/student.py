"""The few-step student of a prior: low-rank changes of its network that hold guidance and several steps in one evaluation.

It ships as a file of a few MB beside the teacher's weights. What it changes of a large matrix W is up @ down, of rank r:
`NAME.up` (out, r) and `NAME.down` (r, in); of everything small a plain difference under the parameter's own name.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from . import Prior

Network = TypeVar("Network", bound=nn.Module)
STUDENT = "student.safetensors"


@dataclass(frozen=True)
class Student:
    """prior: answers in one evaluation what its teacher does in several at this guidance; steps: those it was taught."""

    prior: Prior
    steps: int
    guidance: float


def changes_by_name(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The difference of every parameter that a student changes, multiplied out; differentiable."""
    changes = {}
    for name, tensor in tensors.items():
        if name.endswith(".up"):
            changes[name[: -len(".up")]] = tensor @ tensors[name[: -len(".up")] + ".down"]
        elif not name.endswith(".down"):
            changes[name] = tensor
    return changes


@torch.no_grad()
def changed(network: Network, tensors: Mapping[str, Tensor]) -> Network:
    """A copy of the network with the student's changes added. Raises KeyError for a parameter it does not have."""
    student = copy.deepcopy(network)
    parameters = dict(student.named_parameters())
    for name, change in changes_by_name({k: v.float() for k, v in tensors.items()}).items():
        parameters[name].copy_(parameters[name].float() + change.to(parameters[name].device))
    return student
