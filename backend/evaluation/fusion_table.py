"""The table of docs/fusion.md: fusion and meshing of exact and perturbed views of known props, with seconds per stage.

python -m backend.evaluation.fusion_table [--kinds chair,mug] [--levels exact,L1] [--grids 96,128] [--size-px 64] [--seeds 1]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import astuple
from typing import TypeVar

import numpy as np

from ..align import align
from ..device import one_thread
from ..fuse import fuse
from ..mesh import Mesh, extract
from ..priors import Maps
from ..regularise import regularise
from ..settings import Shape
from ..sheets import observe, supersample
from .geometry import Scores, Truth, score, soundness
from .noise import LEVELS, perturb
from .props import exact_solid, program_of, true_views

KINDS = "chair,table,stool,sword,fence,table lamp,mug,bucket,crate,barrel,mushroom,house"
FACES = 8000
STAGES = ("observe", "align", "supersample", "fuse", "regularise", "mesh")
T = TypeVar("T")


def clocked(work: Callable[[], T]) -> tuple[T, float]:
    """A result and the processor seconds it took: on one thread this is what an idle core takes, whatever else runs."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def measure(maps: Maps, truth: Truth, grid: int) -> tuple[Scores, Mesh, dict[str, float]]:
    """Scores, mesh and seconds of one prop; the first three stages are timed alone and taken off the whole fusion."""
    settings = Shape(grid=grid)
    with one_thread():
        sheets, seen = clocked(lambda: observe(maps))
        _, aligned = clocked(lambda: align(sheets, maps.cameras))
        _, supersampled = clocked(lambda: supersample(sheets))
    sdf, whole = clocked(lambda: fuse(maps, settings))
    sdf, regular = clocked(lambda: regularise(sdf, settings))
    mesh, meshed = clocked(lambda: extract(sdf, FACES))
    seconds = (seen, aligned, supersampled, whole - seen - aligned - supersampled, regular, meshed)
    return score(truth, sdf, mesh), mesh, dict(zip(STAGES, seconds, strict=True))


def row(name: str, scores: list[Scores], meshes: list[Mesh]) -> str:
    """One line of the table: the means over props or seeds."""
    mean = Scores(*np.mean([astuple(s) for s in scores], axis=0))
    sound = [soundness(mesh) for mesh in meshes]
    return (
        f"| {name} | {mean.iou:.3f} | {mean.chamfer:.2f} | {mean.f_score:.3f} | {mean.normal_deg:.1f} | {mean.volume:.2f} "
        f"| {np.mean([s.parts for s in sound]):.1f} | {sum(s.watertight for s in sound)}/{len(sound)} |"
    )


def main() -> None:
    """Print the tables as Markdown, a block for each noise level and grid."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kinds", default=KINDS)
    options.add_argument("--levels", default=",".join(LEVELS))
    options.add_argument("--grids", default="96,128")
    options.add_argument("--size-px", type=int, default=64)
    options.add_argument("--seeds", type=int, default=1)
    chosen = options.parse_args()
    kinds = chosen.kinds.split(",")
    programs = {kind: program_of(kind, 1) for kind in kinds}
    truths = {kind: exact_solid(program) for kind, program in programs.items()}
    exact = {kind: true_views(program, chosen.size_px) for kind, program in programs.items()}
    heads = "| prop | IoU | chamfer | F | normal error | volume | parts | watertight |"
    for level in chosen.levels.split(","):
        for grid in (int(g) for g in chosen.grids.split(",")):
            print(f"\n**{level}, {chosen.size_px} px, grid {grid}**\n\n{heads}\n|{'---|' * 8}")
            scores: list[Scores] = []
            meshes: list[Mesh] = []
            seconds: list[list[float]] = []
            for index, kind in enumerate(kinds):
                for seed in range(chosen.seeds):
                    views = perturb(exact[kind], LEVELS[level], index + 100 * seed)
                    result, mesh, spent = measure(views, truths[kind], grid)
                    scores, meshes = [*scores, result], [*meshes, mesh]
                    seconds.append(list(spent.values()))
                print(row(kind, scores[-chosen.seeds :], meshes[-chosen.seeds :]), flush=True)
            print(row("**mean**", scores, meshes))
            spent_text = ", ".join(f"{k} {v:.3f}" for k, v in zip(STAGES, np.mean(seconds, axis=0), strict=True))
            print(f"\nSeconds: {spent_text}; all {np.sum(np.mean(seconds, axis=0)):.2f}.", flush=True)


if __name__ == "__main__":
    main()
