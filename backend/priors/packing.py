"""Owns how weights lie in a file: large matrices in eight bits with a scale for every row, all else in bfloat16.

About half of bfloat16's size. Small matrices stand where pixels and time enter and leave, and their rounding would be seen:
with all in eight bits the held-out error rises by a hundredth, with the large alone by .2 % at most (docs/embedded-prior.md).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

SCALE = ".scale"  # of a packed matrix, under its own name
LEVELS = 127
LARGE = 60_000  # numbers from which on a matrix of a network is packed
LOW_RANK = 4_000  # ... and one of a network's low-rank changes, whose rounding is small beside the network's own
SMALL = 1_000  # ... and one of a small network for itself, whose answers are changes of what it is shown


def packed(tensors: Mapping[str, Tensor], large: int = LARGE) -> dict[str, Tensor]:
    """Tensors (out, ...) of `large` numbers or more as int8 and NAME.scale (out) in float32, the others in bfloat16."""
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dim() < 2 or tensor.numel() < large:
            found[name] = tensor.detach().to(torch.bfloat16).contiguous()
            continue
        rows = tensor.detach().float().flatten(1)
        scale = rows.abs().amax(1).clamp(min=1e-12) / LEVELS
        found[name] = (rows / scale[:, None]).round().to(torch.int8).view(tensor.shape)
        found[name + SCALE] = scale
    return found


def unpacked(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that `packed` was given, but for its rounding; tensors in other than eight bits come as they are.

    Raises KeyError for eight bits without a scale.
    """
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dtype == torch.int8:
            scale = tensors[name + SCALE]
            found[name] = tensor.float() * scale.view(-1, *[1] * (tensor.dim() - 1))
        elif not name.endswith(SCALE):
            found[name] = tensor
    return found
