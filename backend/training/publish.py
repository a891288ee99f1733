"""Packs a run's averaged weights as the prior folder that ships: `python -m backend.training.publish --run DIR --data DIR`."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from ..cameras import CANONICAL
from ..priors import GBUFFER
from ..priors.loader import EMBEDDED, FORMAT
from ..priors.student import STUDENT
from .captions import describe
from .checkpoint import load_ema
from .dataset import Shape, Shapes
from .paints import MATERIALS, draw
from .symmetries import symmetries
from .trainer import SKETCH_FILE

MODEL = "model.safetensors"
LEXICON = "lexicon.safetensors"


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


def publish(run: Path, data: Path, out: Path, compute: str) -> dict[str, Any]:
    """Write model and prior.json into `out`, which already holds the lexicon; returns the card."""
    shapes = Shapes(data).shapes
    kinds = sorted({shape.kind for shape in shapes})
    weights = load_ema(run)
    if (run / SKETCH_FILE).exists():  # it may have learnt more since
        weights |= {f"sketch.{name}": tensor for name, tensor in load_file(run / SKETCH_FILE).items()}
    weights = {name: tensor.to(torch.bfloat16) for name, tensor in weights.items()}
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / MODEL)
    settings = card(run, kinds, taught_words(shapes), compute) | {
        "symmetries": symmetries(shapes),
        "made_of": made_of(shapes),
    }
    settings["sha256"] = {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest()
        for name in (MODEL, LEXICON)
        if (out / name).exists()
    }
    (out / "prior.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    return settings


def publish_student(run: Path, folder: Path, told: dict[str, Any]) -> dict[str, Any]:
    """Write the student of a run into the folder of its teacher and into its card; returns what the card says of it.

    told: steps, guidance and, under training, recipe and compute; counters and errors come from the run.
    """
    settings = json.loads((folder / "prior.json").read_text(encoding="utf-8"))
    state = torch.load(run / "student.pt", weights_only=True)
    save_file({k: v.detach().to(torch.bfloat16).contiguous() for k, v in state["tensors"].items()}, folder / STUDENT)
    with (run / "losses.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    errors = {key: float(last[key]) for key in ("mse_student", "mse_teacher_same_evaluations")}
    counters = {"steps": state["step"], "samples": state["samples"], "seconds": round(state["seconds"])}
    settings["student"] = {
        **told, "teacher": settings["sha256"][MODEL], "training": told["training"] | counters | {"held_out": errors},
    }  # fmt: skip
    settings["sha256"][STUDENT] = hashlib.sha256((folder / STUDENT).read_bytes()).hexdigest()
    (folder / "prior.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    return dict(settings["student"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=EMBEDDED)
    parser.add_argument("--compute", default="2 cores of an AMD EPYC, no GPU")
    args = parser.parse_args()
    settings = publish(args.run, args.data, args.out, args.compute)
    print(json.dumps(settings["training"], indent=1))


if __name__ == "__main__":
    main()
