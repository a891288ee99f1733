"""The table of generated views in docs/fusion.md: how faithful a fused prop is to the views it came from, without a truth.

python -m backend.evaluation.fusion_of_generated [--kinds chair,mug] [--preset draft] [--seeds 1]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import torch

from ..mesh import Mesh, extract
from ..pipeline import Models, Views, solid_of
from ..priors import ALPHA, DEPTH, Maps
from ..priors.multiview import MultiViewPrior
from ..representations.sight import look
from ..settings import PRESETS
from .agreement import agreement
from .asked import Task, caption, request_of, sampled
from .fusion_table import KINDS
from .geometry import soundness


@dataclass(frozen=True)
class Faithfulness:
    """A fused prop against its views: silhouettes' overlap, mean depth error where both are solid in pixels of the view,
    the views' own agreement, the prop's bodies, whether it is closed, and the processor seconds of fusing and meshing."""

    silhouette_iou: float
    depth_px: float
    agreement: float
    parts: float
    watertight: float
    seconds: float


def against_views(mesh: Mesh, maps: Maps) -> tuple[float, float]:
    """Intersection over union of the silhouettes, and the mean depth error in pixels, of a mesh rendered into its views."""
    size = maps.maps.shape[-1]
    uvs = np.zeros((len(mesh.faces), 3, 2), np.float32)
    sight = look(mesh.vertices, mesh.faces, uvs, maps.cameras, size, supersample=1)
    made, asked = sight.alpha > 0.5, maps.maps[:, ALPHA] > 0.5
    both = made & asked
    gap = (sight.depth - maps.maps[:, DEPTH])[both].abs()
    overlap = int(both.sum()) / max(int((made | asked).sum()), 1)
    return overlap, float(gap.mean()) * size / 2 if len(gap) else float("inf")


def measure(views: Views, preset: str) -> Faithfulness:
    """Fuse, straighten and mesh one set of views as the product does at a preset's settings."""
    quality = PRESETS[preset]
    start = time.process_time()
    mesh = extract(solid_of(views, quality), quality.finish.faces)
    seconds = time.process_time() - start
    sound, maps = soundness(mesh), views.maps
    return Faithfulness(*against_views(mesh, maps), agreement(maps), sound.parts, sound.watertight, seconds)


def row(name: str, found: Sequence[Faithfulness]) -> str:
    mean = Faithfulness(*np.mean([astuple(one) for one in found], axis=0))
    return (
        f"| {name} | {mean.silhouette_iou:.3f} | {mean.depth_px:.2f} | {mean.agreement:.3f} | {mean.parts:.1f} "
        f"| {sum(int(one.watertight) for one in found)}/{len(found)} | {mean.seconds:.2f} |"
    )


def main() -> None:
    """Print the table as Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kinds", default=KINDS)
    options.add_argument("--preset", default="draft", choices=tuple(PRESETS))
    options.add_argument("--prior", default="embedded")
    options.add_argument("--seeds", type=int, default=1)
    chosen = options.parse_args()
    models = Models(torch.device("cpu"))
    prior = models.prior(chosen.prior)
    assert isinstance(prior, MultiViewPrior), "captions are drawn in the embedded prior's language"
    print(
        "| prop | silhouette IoU | depth, px | agreement | parts | watertight | seconds |\n|---|---|---|---|---|---|---|"
    )
    every: list[Faithfulness] = []
    for kind in (kind for kind in chosen.kinds.split(",") if kind in prior.kinds):
        found = []
        for seed in range(chosen.seeds):
            request = request_of(Task(kind, seed, chosen.prior, chosen.preset), caption(kind, seed)[0])
            with tempfile.TemporaryDirectory() as folder:
                found.append(measure(sampled(prior, request, Path(folder)), chosen.preset))
        every += found
        print(row(kind, found), flush=True)
    print(row("**mean**", every))


if __name__ == "__main__":
    main()
