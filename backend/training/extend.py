"""Grows a published prior: a new run with its weights, in which kinds that it was not taught begin at the nearest that it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from ..language.brief import Vocabulary
from ..priors.loader import read_card
from ..priors.multiview import LATER, MODEL, load_reader
from ..priors.mv_transformer import Architecture, MultiViewTransformer
from ..priors.packing import unpacked
from .checkpoint import save_state
from .join import alone
from .kinds import KINDS
from .trainer import KNOWN_FILE, SKETCH_FILE, Recipe, begin, vocabulary_of

NEAREST, OWN = 0.8, 0.6  # a new word's row: these shares of its nearest kind's and of its own, which is random


def begin_from(prior: Path, run: Path, later: bool = False) -> None:
    """Make a new run of a published prior: its weights, sketch, vocabulary and counters, with no moments of the optimisers.

    A run that has a checkpoint stays as it is. The published weights are those of a cool-down, so the first steps undo some of
    it; a run that was kept goes on better. Kinds of the grammar that it was not taught begin as what its own reader takes them
    for ("a cow" for a pig), in the words of network and sketch. later: go on with the second of the prior's networks, to
    which the kinds of the first count as known. Raises what `read_card` raises, ValueError where there is no second network.
    """
    if (run / "checkpoint").exists() or (run / "checkpoint.old").exists():
        return
    whole = read_card(prior)
    if later and "later" not in whole:
        raise ValueError(f"{prior} has one network only")
    told, file, taught = (
        (whole, LATER, whole["later"]["training"]) if later else (alone(whole), MODEL, whole["training"])
    )
    weights = {name: tensor.float() for name, tensor in unpacked(load_file(prior / file)).items()}
    run.mkdir(parents=True, exist_ok=True)
    (run / "vocabulary.json").write_text(json.dumps(told["vocabulary"], indent=0))
    (run / KNOWN_FILE).write_text(json.dumps(alone(whole)["kinds"]))
    recipe = Recipe(**taught["recipe"])
    state, words = begin(Architecture(**told["architecture"]), recipe), vocabulary_of(run)
    near = nearest_kinds(prior, told)
    for network in (state.net, state.ema):
        network.load_state_dict(weights)
        name_as_nearest(network, words, near)
    if state.net.architecture.sketch:
        save_file(state.net.sketch.state_dict(), run / SKETCH_FILE)
    state.step = state.warm_from = taught["steps"]
    state.samples, state.seconds = taught["samples"], taught["seconds"]
    save_state(run, state, words)


def nearest_kinds(prior: Path, told: dict[str, Any]) -> dict[str, str]:
    """Kind that the prior in a folder was not taught -> what its reader takes it for; those that it takes for nothing, or
    knows as another's part, are left out."""
    reader, taught = load_reader(prior, told), set(told["kinds"])
    found = {kind: reader.read(f"a {kind}").brief.kind for kind in sorted(KINDS) if kind not in taught}
    return {kind: near for kind, near in found.items() if near in taught}


@torch.no_grad()
def name_as_nearest(network: MultiViewTransformer, words: Vocabulary, near: dict[str, str]) -> None:
    """Move the rows of new words towards those of their nearest kinds."""
    rows, tables = words.index(), [network.words] + ([network.sketch.word] if network.architecture.sketch else [])
    for table in tables:
        for new, old in near.items():
            row, like = rows[new], rows[old]
            table.weight[row] = NEAREST * table.weight[like] + OWN * table.weight[row]
