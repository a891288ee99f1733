"""The Brief: the closed-vocabulary meaning of a prompt that the embedded prior is conditioned on, and its integer encoding.

A prompt becomes a list of items. The first item is the prop itself (noun: its kind); each further one is a named region or
feature (noun: "handle", "bands"). Modifiers are unordered words bound to their noun: colours, materials, patterns, counts,
adjectives, styles. So "a red striped mug with a blue handle" is mug{red, striped} + handle{blue}: binding and syntax are
settled before the network, which a small network learns far better from than from word order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

ITEMS = 8  # the prop and up to seven regions or features
MODIFIERS = 6  # per item


@dataclass(frozen=True)
class Item:
    noun: str
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brief:
    """items[0] is the prop; an empty tuple is the null prompt. Words are canonical (see Vocabulary)."""

    items: tuple[Item, ...] = ()

    @property
    def kind(self) -> str:
        return self.items[0].noun if self.items else ""


@dataclass(frozen=True)
class Vocabulary:
    """The canonical words, in a frozen order: index 0 is padding, words follow. Stored with the prior.

    untaught: those of them that a network was not taught; it is never told them.
    """

    words: tuple[str, ...]
    untaught: frozenset[str] = frozenset()

    def index(self) -> dict[str, int]:
        return {word: i + 1 for i, word in enumerate(self.words) if word not in self.untaught}

    def encode(self, briefs: Sequence[Brief]) -> Tensor:
        """(B, ITEMS, 1 + MODIFIERS) int64: noun then modifiers of each item; 0 pads. Unknown words are left out."""
        table = self.index()
        out = torch.zeros(len(briefs), ITEMS, 1 + MODIFIERS, dtype=torch.long)
        for b, brief in enumerate(briefs):
            for i, item in enumerate(brief.items[:ITEMS]):
                ids = [table.get(item.noun, 0)]
                ids += [table[m] for m in item.modifiers if m in table][:MODIFIERS]
                out[b, i, : len(ids)] = torch.tensor(ids)
        return out
