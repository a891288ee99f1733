"""`refine`: change the texture, or shape and texture, of an existing mesh by a prompt."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ..executors import Local
from ..objectives.table import OBJECTIVES
from ..protocol import Refine
from ..settings import PRESET_NAMES, PRESETS, Distillation, polish_steps, with_budget
from .generate import generate, report, slug

DEFAULTS = Distillation()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mesh", required=True, metavar="FILE", help="a .glb, or a mesh.npz beside its maps")
    parser.add_argument("--prompt", required=True, help="what it shall become")
    parser.add_argument("--negative", default="", help="what to avoid")
    parser.add_argument("--mode", default="texture", choices=("texture", "shape"), help="what may change")
    parser.add_argument("--strength", type=float, default=DEFAULTS.strength, help="0: nothing changes, 1: anything may")
    parser.add_argument("--keep-original", type=float, default=DEFAULTS.keep_original, help="0 to 1: pull back to it")
    parser.add_argument("--keep-silhouette", type=float, default=1.0, help="1 keeps it, 0 frees it (shape mode)")
    parser.add_argument("--objective", default=DEFAULTS.objective, choices=tuple(OBJECTIVES))
    parser.add_argument("--guidance", type=float, default=0.0, help="inside the objective; 0: the objective's own")
    parser.add_argument(
        "--steps", type=int, default=-1, help="distillation steps after the painting; 0: none, -1: the preset's"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--preset", default="standard", choices=PRESET_NAMES)
    parser.add_argument("--prior", default="embedded", help="a prior's name or folder")
    parser.add_argument("--faces", type=int, default=0, help="upper limit of triangles (shape mode); 0: the preset's")
    parser.add_argument("--texture-px", type=int, default=0, help="side of new maps in pixels; 0: the preset's")
    parser.add_argument("--out", default="", metavar="FOLDER", help="default: out/<the prompt>")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")


def main(args: argparse.Namespace) -> int:
    request = request_from_arguments(args)
    out = Path(args.out or Path("out") / f"refined-{slug(request.prompt)}").absolute()
    report(generate(request, out, Local(args.device)), out)
    return 0


def request_from_arguments(args: argparse.Namespace) -> Refine:
    """The request; raises the InputError of the first bad argument."""
    distillation = Distillation(
        steps=args.steps if args.steps != -1 else polish_steps(args.preset, args.mode),
        objective=args.objective,
        guidance=args.guidance,
        strength=args.strength,
        keep_original=args.keep_original,
    )
    quality = replace(with_budget(PRESETS[args.preset], args.faces, args.texture_px), distillation=distillation)
    return Refine(
        mesh=str(Path(args.mesh).absolute()),
        prompt=args.prompt,
        negative=args.negative,
        mode=args.mode,
        keep_silhouette=args.keep_silhouette,
        seed=args.seed,
        prior=args.prior if not Path(args.prior).is_dir() else str(Path(args.prior).absolute()),
        preset=args.preset,
        quality=quality,
    )
