"""What the kinds of a prior look like by themselves, for `unsaid`: measured on their shapes, kept in prior.json."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..lab import lab_of
from .captions import UNSAID, WHOLE, nouns_of
from .dataset import VIEWS, Shape
from .paints import COLOURS, MATERIALS
from .programs import Slot, main_slot

MAIN = ""  # the main part's noun
LEAST = 0.04  # share of a shape's pixels from which a part is worth telling
OFTEN = 0.6  # share of a kind's shapes that have the part: told always, a rare one would be there too often


def looks(shapes: Sequence[Shape]) -> dict[str, Any]:
    """The entry `looks` of prior.json (see backend.looks.Looks.of); shapes in company are left out.

    material is "" where captions do not say it; colour is "any" or the one that a look always has; tones are the named
    colours nearest to the material's own.
    """
    found: dict[str, dict[str, Counter[tuple[str, str]]]] = defaultdict(lambda: defaultdict(Counter))
    count, seen = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for shape in shapes:
        if shape.company or not shape.slots:
            continue
        count[shape.kind] += 1
        shown = shares(shape)
        main = main_slot(shape.slots)
        for name, slot in shape.slots.items():
            for noun in [MAIN] if name == main else parts_named(slot, shape.kind):
                if name == main or shown[name] >= LEAST:
                    seen[shape.kind][noun] += 1
                    for word in slot.materials:
                        look = ("" if word in UNSAID else word, slot.colour)
                        found[shape.kind][noun][look] += 1 / len(slot.materials)  # type: ignore[assignment]
    kinds = {kind: rows_of(found[kind].pop(MAIN)) for kind in sorted(found)}
    parts = {
        kind: {noun: rows_of(looks) for noun, looks in named.items() if seen[kind][noun] >= OFTEN * count[kind]}
        for kind, named in sorted(found.items())
    }
    stains = {word: [material.tint, tones(word)] for word, material in MATERIALS.items() if material.tint > 0}
    return {"kinds": kinds, "parts": {kind: named for kind, named in parts.items() if named}, "stains": stains}


def parts_named(slot: Slot, kind: str) -> list[str]:
    """The nouns by which captions name a slot that is not the main one."""
    return [noun for noun in nouns_of(slot) if noun not in WHOLE and noun != kind and not slot.like]


def shares(shape: Shape) -> dict[str, float]:
    """Slot -> its share of the shape's pixels in the rig's views."""
    slot = shape.slot[:VIEWS]
    counts = np.bincount(slot[slot >= 0], minlength=len(shape.slots))
    return {name: float(n) / max(counts.sum(), 1) for name, n in zip(shape.slots, counts, strict=False)}


def rows_of(counts: Counter[tuple[str, str]]) -> list[list[Any]]:
    """[[material, colour, share]] of counted looks."""
    return [[*look, round(n / sum(counts.values()), 2)] for look, n in sorted(counts.items()) if n]


def tones(word: str) -> list[str]:
    """The named colours nearest, in L*a*b*, to those that a material has by itself."""
    palette = lab_of(torch.tensor(list(COLOURS.values())))
    own = lab_of(torch.tensor(MATERIALS[word].natural))
    return sorted({list(COLOURS)[int(i)] for i in torch.cdist(own, palette).argmin(1)})
