"""Joins kinds that a second network was taught to a published prior: `python -m backend.training.join --later DIR --kinds …`.

A network of this size that learns twice as many kinds knows the old ones less well (docs/embedded-prior.md, "Two networks").
So the published network stays as it is, and a second one of the same words, grown from it (`train --from-prior`), answers for
the kinds that are named here. Both lie in one folder, and one prior.json tells who answers for what.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from ..completions import TABLE as COMPLETIONS
from ..priors.loader import EMBEDDED, read_card
from ..priors.multiview import LATER, LEXICON, MODEL, SWEEP
from ..priors.packing import LARGE, LOW_RANK, packed, unpacked
from ..priors.student import STUDENT
from .publish import write_card

ALIKE = ("vocabulary", "architecture", "schedule", "channels")  # what both cards must say alike
BY_KIND = ("symmetries", "made_of", "sizes")  # tables of the card with an entry a kind


def joined(first: dict[str, Any], later: dict[str, Any], kinds: Collection[str]) -> dict[str, Any]:
    """The card of both networks, without checksums. Raises ValueError where they do not fit or a kind is not the later one's."""
    differ = [key for key in ALIKE if first[key] != later[key]]
    if differ:
        raise ValueError(f"both priors must have the same {' and '.join(differ)}")
    if "later" in later:
        raise ValueError("the later prior has two networks itself: give that of one")
    strange = sorted(set(kinds) - (set(later["kinds"]) - set(first["kinds"])))
    if strange:
        raise ValueError(f"{', '.join(strange)}: not taught to the later prior alone")
    first = explicit(first)
    own = set(first["vocabulary"]) - set(first["untaught"])
    left_out = set(later["kinds"]) - set(first["kinds"]) - set(kinds) - own
    card = first | {
        "kinds": sorted({*first["kinds"], *kinds}),
        "untaught": sorted({*later["untaught"], *left_out} - own),
        "later": {
            "kinds": sorted(kinds),
            "words": sorted(set(first["untaught"]) - set(later["untaught"])),
            "training": later["training"],
        },
        "round": sorted({*first["round"], *(kind for kind in later["round"] if kind in kinds)}),
        "looks": {
            table: {key: look for key, look in later["looks"].get(table, {}).items() if table == "stains" or key in kinds} | old
            for table, old in first["looks"].items()
        },
    }  # fmt: skip
    for table in (table for table in BY_KIND if table in first or table in later):
        card[table] = {kind: entry for kind, entry in later.get(table, {}).items() if kind in kinds} | first.get(
            table, {}
        )
    return card


def explicit(card: dict[str, Any]) -> dict[str, Any]:
    """A card whose sweep names the kinds that it was taught, which it need not as long as they are the card's own."""
    return card | {"sweep": {"kinds": card["kinds"]} | card["sweep"]} if "sweep" in card else card


def alone(card: dict[str, Any]) -> dict[str, Any]:
    """A card as it was before kinds were joined to it: what the first network was taught, and what was measured of its kinds."""
    if "later" not in card:
        return card
    card = explicit(card)
    later = card["later"]
    added = set(later["kinds"])

    def own(table: dict[str, Any]) -> dict[str, Any]:
        return {kind: entry for kind, entry in table.items() if kind not in added}

    return {key: value for key, value in card.items() if key != "later"} | {
        "kinds": [kind for kind in card["kinds"] if kind not in added],
        "untaught": sorted({*card["untaught"], *later["words"]}),
        "round": [kind for kind in card["round"] if kind not in added],
        "looks": {table: looks if table == "stains" else own(looks) for table, looks in card["looks"].items()},
        **{table: own(card[table]) for table in BY_KIND if table in card},
    }


def join(first: Path, later: Path, kinds: Collection[str], out: Path) -> dict[str, Any]:
    """Write the folder of both networks, all large matrices packed; returns its card. Raises ValueError as `joined` does.

    Where kinds had been joined to the first before, these take their place.
    """
    card = joined(alone(read_card(first)), read_card(later), kinds)
    networks = {MODEL: load_file(first / MODEL), LATER: load_file(later / MODEL)}
    if "student" in card:
        networks[STUDENT] = load_file(first / STUDENT)
    out.mkdir(parents=True, exist_ok=True)
    for name in (LEXICON, COMPLETIONS, SWEEP):
        if first != out and (first / name).exists():
            shutil.copyfile(first / name, out / name)
    for name, tensors in networks.items():
        save_file(packed(unpacked(tensors), LOW_RANK if name == STUDENT else LARGE), out / name)
    names = (*networks, *(name for name in (LEXICON, SWEEP) if (out / name).exists()))
    card["sha256"] = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names}
    if "student" in card:
        card["student"] = card["student"] | {"teacher": card["sha256"][MODEL]}
    write_card(out, card)
    return card


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--prior", type=Path, default=EMBEDDED, help="the published prior; it stays as it is")
    parser.add_argument("--later", type=Path, required=True, help="the published prior of the network grown from it")
    parser.add_argument("--kinds", nargs="+", required=True, help="those of its new kinds that it shall answer for")
    parser.add_argument("--out", type=Path, default=None, help="the folder to write; default: the prior's")
    args = parser.parse_args()
    try:
        card = join(args.prior, args.later, args.kinds, args.out or args.prior)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(card['kinds'])} kinds, {len(card['later']['kinds'])} of them by {LATER}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
