"""Checkpoints of the trainer: safetensors in shards under 16 MB, written beside the old ones and swapped at the end."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..language.brief import Vocabulary

if TYPE_CHECKING:
    from .trainer import State

SHARD_BYTES = 15_000_000
COUNTERS = ("step", "samples", "cooled", "seconds", "warm_from")  # of `State`


def save_state(run: Path, state: State, words: Vocabulary) -> None:
    """Write run/checkpoint/ whole: net, EMA, the optimisers' moments, counters."""
    tensors: dict[str, Tensor] = {}
    tensors |= {f"net.{k}": v for k, v in state.net.state_dict().items()}
    tensors |= {f"ema.{k}": v for k, v in state.ema.state_dict().items()}
    for which, optimiser in enumerate(state.optimisers):
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {f"opt{which}.{index}.{k}": v.reshape(1) if v.dim() == 0 else v for k, v in moments.items()}
    staging, final, old = run / "checkpoint.tmp", run / "checkpoint", run / "checkpoint.old"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    save_shards(staging, tensors)
    counters = {name: getattr(state, name) for name in COUNTERS}
    (staging / "counters.json").write_text(json.dumps({**counters, "vocabulary": len(words.words)}))
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.replace(final, old)
    os.replace(staging, final)
    shutil.rmtree(old, ignore_errors=True)


def save_shards(folder: Path, tensors: dict[str, Tensor]) -> None:
    """Split over files of at most SHARD_BYTES (one tensor may exceed it alone)."""
    shard: dict[str, Tensor] = {}
    size = index = 0
    for name, tensor in tensors.items():
        size += tensor.nbytes
        if shard and size > SHARD_BYTES:
            save_file(shard, folder / f"shard-{index:03d}.safetensors")
            shard, size, index = {}, tensor.nbytes, index + 1
        shard[name] = tensor.detach().cpu().contiguous()
    save_file(shard, folder / f"shard-{index:03d}.safetensors")


def load_state(run: Path, state: State) -> bool:
    """Restore the last whole checkpoint into `state`; False when there is none."""
    folder = next((f for f in (run / "checkpoint", run / "checkpoint.old") if (f / "counters.json").exists()), None)
    if folder is None:
        return False
    tensors: dict[str, Tensor] = {}
    for path in sorted(folder.glob("shard-*.safetensors")):
        tensors |= load_file(path)
    for prefix, net in (("net.", state.net), ("ema.", state.ema)):
        saved = {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
        net.load_state_dict(net.state_dict() | saved)  # what the network gained since keeps its first values
    for which, optimiser in enumerate(state.optimisers):
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            if name.startswith(f"opt{which}."):
                _, index, key = name.split(".", 2)
                moments.setdefault(int(index), {})[key] = tensor.reshape(()) if key == "step" else tensor
        optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
    counters = json.loads((folder / "counters.json").read_text())
    for name in COUNTERS:
        setattr(state, name, counters.get(name, 0))
    return True


def load_ema(run: Path) -> dict[str, Tensor]:
    """The EMA weights of the last checkpoint, by parameter name."""
    tensors: dict[str, Tensor] = {}
    for path in sorted((run / "checkpoint").glob("shard-*.safetensors")):
        tensors |= {k[4:]: v for k, v in load_file(path).items() if k.startswith("ema.")}
    return {k: v.to(torch.float32) for k, v in tensors.items()}
