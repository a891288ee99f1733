"""Packs a run's averaged weights as the prior folder that ships: `python -m backend.training.publish --run DIR --data DIR`."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..cameras import CANONICAL
from ..language.brief import Vocabulary
from ..priors import GBUFFER
from ..priors.loader import EMBEDDED, FORMAT
from ..priors.multiview import LEXICON, MODEL, SWEEP
from ..priors.mv_transformer import Architecture, MultiViewTransformer
from ..priors.packing import LOW_RANK, SMALL, packed
from ..priors.student import STUDENT
from ..priors.sweep import Sweep
from .captions import describe
from .checkpoint import load_ema
from .dataset import Shape, Shapes
from .looks import looks, usual_sizes
from .paints import MATERIALS, draw
from .symmetries import round_kinds, symmetries
from .trainer import HELD_OUT_TIMES, SKETCH_FILE, Recipe, State, held_out, held_out_errors


def taught_words(shapes: list[Shape], times: int = 4) -> set[str]:
    """Every word that describing these shapes brings up: the rest of a vocabulary has untrained rows."""
    rng, words = np.random.default_rng(0), set[str]()
    for shape in shapes * times:
        paints = draw(shape.slots, rng)
        brief = describe(shape.kind, shape.slots, paints, shape.phrases, shape.adjectives, shape.style, rng)
        words |= {word for item in brief.items for word in (item.noun, *item.modifiers)}
    return words


def made_of(shapes: list[Shape]) -> dict[str, list[str]]:
    """Kind -> the surface classes that its parts can be painted with; shapes in company are left out."""
    found: dict[str, set[str]] = {}
    for shape in shapes:
        if not shape.company:
            names = {MATERIALS[name].surface for slot in shape.slots.values() for name in slot.materials}
            found.setdefault(shape.kind, set()).update(names)
    return {kind: sorted(names) for kind, names in sorted(found.items())}


def card(run: Path, kinds: list[str], taught: set[str], compute: str) -> dict[str, Any]:
    """prior.json without checksums."""
    vocabulary = json.loads((run / "vocabulary.json").read_text())
    recipe = json.loads((run / "recipe.json").read_text())
    counters = json.loads((run / "checkpoint" / "counters.json").read_text())
    with (run / "curves.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    return {
        "format": FORMAT,
        "family": "mv-transformer",
        "name": "Propsmith embedded prior",
        "licence": "CC0-1.0",
        "commercial": "yes",
        "space": "pixel",
        "prediction": "x0",
        "channels": list(GBUFFER),
        "camera": {"convention": "blender matrix_world, flattened", "projection": "orthographic", "rig_deg": CANONICAL},
        "schedule": {"kind": "cosine", "shift": recipe["recipe"]["shift"]},
        "architecture": recipe["architecture"],
        "text": {"kind": "brief", "lexicon": LEXICON},
        "vocabulary": vocabulary,
        "kinds": kinds,
        "untaught": sorted(set(vocabulary) - taught),
        "training": {
            "recipe": recipe["recipe"],
            "steps": counters["step"],
            "samples": counters["samples"],
            "seconds": round(counters["seconds"]),
            "compute": compute,
            "held_out": {k: float(v) for k, v in last.items() if k.startswith("mse")},
        },
    }


def write_card(folder: Path, settings: dict[str, Any]) -> None:
    """Write prior.json, a line an entry: it ships, and is a third as long so as with every number on its own."""
    lines = (f" {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in settings.items())
    (folder / "prior.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


@dataclass(frozen=True)
class Earlier:
    """A run as it stood before, cooled down as well: its weights take `share` of the mean that ships (a soup: Wortsman et al.
    2022). What one of both has forgotten the other still knows, and the noise of both cancels."""

    run: Path
    share: float = 0.5


def weights_of(run: Path, earlier: Earlier | None) -> dict[str, Tensor]:
    """The run's averaged weights, with its sketch as it is now, and their mean with an earlier run's. Parameters that
    the earlier run did not have stay whole."""
    weights = load_ema(run)
    if earlier is not None:
        before = load_ema(earlier.run)
        weights |= {name: torch.lerp(weights[name], tensor, earlier.share) for name, tensor in before.items()}
    if (run / SKETCH_FILE).exists():  # it may have learnt more since
        weights |= {f"sketch.{name}": tensor for name, tensor in load_file(run / SKETCH_FILE).items()}
    return weights


def errors_of(weights: dict[str, Tensor], told: dict[str, Any], shapes: Shapes) -> dict[str, float]:
    """The held-out errors of weights that no run has reported. told: the card of their run."""
    network, recipe = MultiViewTransformer(Architecture(**told["architecture"])), Recipe(**told["training"]["recipe"])
    network.load_state_dict(weights)
    held = held_out(shapes, Vocabulary(tuple(told["vocabulary"])), recipe)
    errors = held_out_errors(State(network, network, ()), held, recipe, torch.device("cpu"))
    return {f"mse_t{t}": round(error, 5) for t, error in zip(HELD_OUT_TIMES, errors, strict=True)}


def publish(run: Path, data: Path, out: Path, compute: str, earlier: Earlier | None = None) -> dict[str, Any]:
    """Write model and prior.json into `out`, which already holds the lexicon; returns the card."""
    stored = Shapes(data)
    shapes = stored.shapes
    kinds = sorted({shape.kind for shape in shapes})
    weights = weights_of(run, earlier)
    out.mkdir(parents=True, exist_ok=True)
    save_file(packed(weights), out / MODEL)
    settings = card(run, kinds, taught_words(shapes), compute)
    settings |= {"symmetries": symmetries(shapes), "round": round_kinds(shapes), "made_of": made_of(shapes)}
    settings |= {"looks": looks(shapes), "sizes": usual_sizes(kinds)}
    if earlier is not None:
        counters = json.loads((earlier.run / "checkpoint" / "counters.json").read_text())
        settings["training"]["mean_with"] = {"samples": counters["samples"], "share": earlier.share}
        settings["training"]["held_out"] = errors_of(weights, settings, stored)
    settings["sha256"] = {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest()
        for name in (MODEL, LEXICON)
        if (out / name).exists()
    }
    write_card(out, settings)
    return settings


def publish_student(run: Path, folder: Path, told: dict[str, Any]) -> dict[str, Any]:
    """Write the student of a run into the folder of its teacher and into its card; returns what the card says of it.

    told: steps, guidance and, under training, recipe and compute; counters and errors come from the run.
    """
    settings = json.loads((folder / "prior.json").read_text(encoding="utf-8"))
    state = torch.load(run / "student.pt", map_location="cpu", weights_only=True)
    save_file(packed(state["tensors"], LOW_RANK), folder / STUDENT)
    with (run / "losses.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    errors = {key: float(last[key]) for key in ("mse_student", "mse_teacher_same_evaluations")}
    counters = {"steps": state["step"], "samples": state["samples"], "seconds": round(state["seconds"])}
    settings["student"] = {
        **told, "teacher": settings["sha256"][MODEL], "training": told["training"] | counters | {"held_out": errors},
    }  # fmt: skip
    settings["sha256"][STUDENT] = hashlib.sha256((folder / STUDENT).read_bytes()).hexdigest()
    write_card(folder, settings)
    return dict(settings["student"])


def publish_sweep(network: Sweep, folder: Path, training: dict[str, Any]) -> dict[str, Any]:
    """Write the network that settles sampled views into a prior's folder and its card; returns what the card says of it."""
    settings = json.loads((folder / "prior.json").read_text(encoding="utf-8"))
    save_file(packed(network.state_dict(), SMALL), folder / SWEEP)
    settings["sweep"] = {"widths": network.size.widths, "readings": network.size.readings, "training": training}
    if list(network.size.kinds) != list(settings["kinds"]):
        settings["sweep"]["kinds"] = network.size.kinds
    settings["sha256"][SWEEP] = hashlib.sha256((folder / SWEEP).read_bytes()).hexdigest()
    write_card(folder, settings)
    return dict(settings["sweep"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=EMBEDDED)
    parser.add_argument("--compute", default="2 cores of an AMD EPYC, no GPU")
    parser.add_argument(
        "--earlier", type=Path, default=None, help="a cooled copy of the run from before, to average with"
    )
    parser.add_argument("--share", type=float, default=0.5, help="of the earlier weights")
    args = parser.parse_args()
    earlier = Earlier(args.earlier, args.share) if args.earlier else None
    settings = publish(args.run, args.data, args.out, args.compute, earlier)
    print(json.dumps(settings["training"], indent=1))


if __name__ == "__main__":
    main()
