"""What the kinds of a prior look like by themselves, for `unsaid`: measured on their shapes, kept in prior.json."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..lab import lab_of
from .captions import UNSAID, WHOLE, nouns_of
from .dataset import VIEWS, Shape
from .paints import COLOURS, MATERIALS
from .programs import Slot, main_slot

Row = tuple[str, str]  # a look: material, colour
Place = tuple[str, int]  # a slot's name in its kind, and which of the nouns of its word ("arms and legs") is meant
LEAST = 0.04  # share of a shape's pixels from which a part is worth telling
LARGEST = 2.5  # times the main part's pixels, up to which it is told: a truck's box in another colour hides the truck
OFTEN = 0.6  # share of a kind's shapes that have the part: told always, a rare one would be there too often
USUAL = Path(__file__).parent / "kinds" / "usual_looks.txt"
USUAL_PARTS = USUAL.with_name("usual_parts.txt")
USUAL_SIZES = USUAL.with_name("usual_sizes.txt")


@dataclass
class Seen:
    """A part of a kind, over its shapes. nouns: what it was called how often; looks: counted; shapes: numbers of those that
    show it, with the share of their pixels that the main part has; shown: the sum of its own shares."""

    nouns: Counter[str] = field(default_factory=Counter)
    looks: Counter[Row] = field(default_factory=Counter)
    shapes: dict[int, float] = field(default_factory=dict)
    shown: float = 0.0


def looks(shapes: Sequence[Shape]) -> dict[str, Any]:
    """The entry `looks` of prior.json (see backend.looks.Looks.of); shapes in company are left out.

    material is "" where captions do not say it; colour is "any" or the one that a look always has; tones are the named
    colours nearest to the material's own.
    """
    found: dict[str, Counter[Row]] = defaultdict(Counter)
    parts: dict[str, dict[Place, Seen]] = defaultdict(lambda: defaultdict(Seen))
    count = Counter[str]()
    for shape in shapes:
        if shape.company or not shape.slots:
            continue
        count[shape.kind] += 1
        shown = shares(shape)
        main = main_slot(shape.slots)
        _count(found[shape.kind], shape.slots[main])
        for name, slot in shape.slots.items():
            if name == main or shown[name] < LEAST:
                continue
            for place, noun in enumerate(parts_named(slot, shape.kind)):
                part = parts[shape.kind][name, place]
                part.nouns[noun] += 1
                part.shapes[count[shape.kind]] = shown[main]
                part.shown += shown[name]
                _count(part.looks, slot)
    kinds = {kind: rows_of(found[kind]) for kind in sorted(found)}
    often = {
        kind: {
            "|".join(noun for noun, _ in part.nouns.most_common()): rows_of(part.looks)
            for part in one_called_alike(list(parts[kind].values()))
            if len(part.shapes) >= OFTEN * count[kind] and part.shown <= LARGEST * sum(part.shapes.values())
        }
        for kind in sorted(parts)
    }
    stains = {word: [material.tint, tones(word)] for word, material in MATERIALS.items() if material.tint > 0}
    usual = {kind: rows for kind, rows in usual_looks(USUAL).items() if kind in kinds}
    told = usual_parts({kind: named for kind, named in often.items() if named})
    return {"kinds": kinds, "parts": told, "stains": stains, "usual": usual}


def usual_looks(path: Path) -> dict[str, list[list[Any]]]:
    """[[material, colour, share]] as anybody expects them who says nothing, of kinds or parts that may look otherwise.

    From one line each, "bathtub: 2 white ceramic, copper", a number for what is commoner. Grammars draw what can be.
    """
    table = {}
    longest = sorted(MATERIALS, key=len, reverse=True)
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, said = line.partition(": ")
        counts = Counter[Row]()
        for look in said.split(", "):
            number, _, rest = look.partition(" ")
            words = rest if number.isdigit() else look
            material = next((word for word in longest if f" {words}".endswith(f" {word}")), "")
            counts[material, words.removesuffix(material).strip() or "any"] += int(number) if number.isdigit() else 1
        table[name] = rows_of(counts)
    return table


def usual_sizes(kinds: Sequence[str]) -> dict[str, float]:
    """{kind: the length of its longest side, m, as most of it are}, from lines as "0.45: table lamp, pillow"."""
    table: dict[str, float] = {}
    for line in USUAL_SIZES.read_text(encoding="utf-8").splitlines():
        metres, _, names = line.partition(": ")
        table |= dict.fromkeys(names.split(", "), float(metres))
    return {kind: table[kind] for kind in kinds if kind in table}


def usual_parts(parts: dict[str, dict[str, list[list[Any]]]]) -> dict[str, dict[str, list[list[Any]]]]:
    """The table "parts" with those looks alone that anybody expects of a part ("window", "cow's patch") and its kind can have."""
    table = usual_looks(USUAL_PARTS)

    def expected(kind: str, nouns: str, rows: list[list[Any]]) -> list[list[Any]]:
        noun, can = nouns.split("|")[0], {material for material, *_ in rows}
        said = table.get(f"{kind}'s {noun}", table.get(noun, []))
        counts = {(material, colour): share for material, colour, share in said if material in can}
        return rows_of(Counter(counts)) or rows

    return {
        kind: {nouns: expected(kind, nouns, rows) for nouns, rows in named.items()} for kind, named in parts.items()
    }


def _count(looks: Counter[Row], slot: Slot) -> None:
    """Add what a slot may be painted with, all materials alike."""
    for word in slot.materials:
        looks["" if word in UNSAID else word, slot.colour] += 1 / len(slot.materials)  # type: ignore[assignment]


def one_called_alike(parts: Sequence[Seen]) -> list[Seen]:
    """The parts of a kind, those that were ever called by the same noun taken for one: a sword's grip, hilt or handle."""
    whole: list[Seen] = []
    for part in parts:
        alike = [other for other in whole if set(other.nouns) & set(part.nouns)]
        whole = [other for other in whole if other not in alike]
        whole.append(sum_of([*alike, part]))
    return whole


def sum_of(parts: Sequence[Seen]) -> Seen:
    """All that was seen of several parts."""
    total = Seen()
    for part in parts:
        total.nouns.update(part.nouns)
        total.looks.update(part.looks)
        total.shapes.update(part.shapes)
        total.shown += part.shown
    return total


def parts_named(slot: Slot, kind: str) -> list[str]:
    """The nouns by which captions name a slot that is not the main one."""
    return [noun for noun in nouns_of(slot) if noun not in WHOLE and noun != kind and not slot.like]


def shares(shape: Shape) -> dict[str, float]:
    """Slot -> its share of the shape's pixels in the rig's views."""
    slot = shape.slot[:VIEWS]
    counts = np.bincount(slot[slot >= 0], minlength=len(shape.slots))
    return {name: float(n) / max(counts.sum(), 1) for name, n in zip(shape.slots, counts, strict=False)}


def rows_of(counts: Counter[Row]) -> list[list[Any]]:
    """[[material, colour, share]] of counted looks."""
    return [[*look, round(n / sum(counts.values()), 2)] for look, n in sorted(counts.items()) if n]


def tones(word: str) -> list[str]:
    """The named colours nearest, in L*a*b*, to those that a material has by itself."""
    palette = lab_of(torch.tensor(list(COLOURS.values())))
    own = lab_of(torch.tensor(MATERIALS[word].natural))
    return sorted({list(COLOURS)[int(i)] for i in torch.cdist(own, palette).argmin(1)})
