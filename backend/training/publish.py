"""Packs a run's averaged weights as the prior folder that ships: `python -m backend.training.publish --run DIR --data DIR`."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from ..cameras import CANONICAL
from ..priors import GBUFFER
from ..priors.loader import EMBEDDED, FORMAT
from .checkpoint import load_ema
from .dataset import Shapes
from .kinds import KINDS

MODEL = "model.safetensors"
LEXICON = "lexicon.safetensors"


def card(run: Path, kinds: list[str], compute: str) -> dict[str, Any]:
    """prior.json without checksums."""
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
        "vocabulary": json.loads((run / "vocabulary.json").read_text()),
        "kinds": kinds,
        "untaught": sorted(set(KINDS) - set(kinds)),
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
    kinds = sorted({shape.kind for shape in Shapes(data).shapes})
    weights = {name: tensor.to(torch.bfloat16) for name, tensor in load_ema(run).items()}
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / MODEL)
    settings = card(run, kinds, compute)
    settings["sha256"] = {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in (MODEL, LEXICON) if (out / name).exists()
    }
    (out / "prior.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    return settings


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
