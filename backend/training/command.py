"""`python -m backend train`: trains, resumes or cools down the embedded prior from rendered shapes."""

from __future__ import annotations

import argparse
import ctypes
import sys
from dataclasses import replace
from pathlib import Path

import torch

from ..priors.loader import read_card
from ..priors.mv_transformer import Architecture
from .dataset import shapes_of
from .extend import begin_from
from .sketch import teach_sketch
from .trainer import KNOWN_FILE, SKETCH_FILE, Pace, Recipe, train

GROWN = Architecture(fine_blocks=1, pooled=True, overlap=True, sketch=True, viewpoint=True)  # what paid, at every size
SIZES = {
    "tiny": replace(GROWN, size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=2, heads=2),
    "small": replace(GROWN, fine_width=96, width=256, depth=8, heads=4),
    "full": replace(GROWN, merge=2, fine_width=128, width=384, depth=8, heads=6),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run", type=Path, required=True, help="folder of checkpoints and curves; resumed when it exists"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of shards made by backend.training.make_data")
    parser.add_argument(
        "--from-prior", type=Path, metavar="DIR", help="begin a new run with the weights of a published prior"
    )
    parser.add_argument("--later", action="store_true", help="with --from-prior: go on with the second of its networks")
    parser.add_argument("--size", choices=tuple(SIZES), default="small")
    parser.add_argument("--samples", type=int, default=1_000_000, help="train up to this many samples in all")
    parser.add_argument(
        "--cooldown", type=int, default=0, help="let the rate fall to zero over this many samples, then end"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument(
        "--with-reference", type=float, default=Recipe.with_reference, help="share of batches that are shown a picture"
    )
    parser.add_argument(
        "--elsewhere", type=float, default=Recipe.elsewhere, metavar="SHARE",
        help="of the objects show one view from any side instead of one of the rig's",
    )  # fmt: skip
    parser.add_argument(
        "--fresh", type=float, default=Recipe.fresh, metavar="N",
        help="with --from-prior: draw kinds that it was not taught N times as often as the others, with 0 never",
    )  # fmt: skip
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 takes all")
    parser.add_argument(
        "--painters", type=int, default=0, help="processes that paint batches: about all cores with a GPU"
    )
    parser.add_argument(
        "--compile",
        action="store_true",
        help="compile the step first, some minutes, for which a CPU needs a C++ compiler; it then takes two thirds",
    )
    parser.add_argument(
        "--sketch-passes", type=float, default=10.0, help="over the pictures that teach the sketch, once in a run"
    )
    parser.add_argument("--sketch-shapes", type=int, default=24_000, help="drawn anew to teach it")
    parser.add_argument("--sketch-only", action="store_true", help="teach the sketch, on the CPU, and end")
    parser.add_argument(
        "--sketch-again",
        action="store_true",
        help="go on with its sketch and all shapes: once training has ended, or before with --from-prior",
    )
    parser.add_argument("--checkpoint-s", type=float, default=240.0)
    parser.add_argument("--previews", type=int, default=0, help="checkpoints between two previews; 0: at the end only")


def keep_freed_memory() -> None:
    """Let the C library reuse freed memory instead of handing it back (glibc only; elsewhere nothing happens).

    Every step frees and asks for the same hundreds of MB; their page faults cost 12 to 15 % of a step on a CPU.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((-4, 0), (-1, 2**31 - 1)):  # M_MMAP_MAX, M_TRIM_THRESHOLD
            mallopt(option, value)


def main(args: argparse.Namespace) -> int:
    keep_freed_memory()
    if args.threads:
        torch.set_num_threads(args.threads)
    architecture = SIZES[args.size]
    if args.fresh != Recipe.fresh and not (args.from_prior or (args.run / KNOWN_FILE).exists()):
        print(f"{args.run} began from nothing, so that all kinds are new: leave --fresh out.", file=sys.stderr)
        return 2
    if args.from_prior:
        card = read_card(args.from_prior)
        if Architecture(**card["architecture"]) != architecture:
            print(f"{args.from_prior} is of another size than '{args.size}': choose its --size.", file=sys.stderr)
            return 2
        if args.later and "later" not in card:
            print(f"{args.from_prior} has one network only: leave --later out.", file=sys.stderr)
            return 2
        begin_from(args.from_prior, args.run, args.later)
    if args.sketch_again and not (args.run / SKETCH_FILE).exists():
        print(f"{args.run} has no sketch to go on with: train without --sketch-again first.", file=sys.stderr)
        return 2
    if architecture.sketch and (args.sketch_again or not (args.run / SKETCH_FILE).exists()):
        stored = args.data if args.sketch_again else None
        kinds = sorted({shape.kind for shape in shapes_of(args.data)})
        for line in teach_sketch(args.run, kinds, architecture, args.sketch_shapes, args.sketch_passes, stored):
            print(line, flush=True)
    if args.sketch_only or args.sketch_again:
        return 0
    recipe = Recipe(
        batch=args.batch,
        rate=args.rate,
        cooldown=args.cooldown,
        painters=args.painters,
        with_reference=args.with_reference,
        elsewhere=args.elsewhere,
        fresh=args.fresh,
    )
    pace = Pace(args.checkpoint_s, args.previews)
    lines = train(
        args.run, args.data, architecture, recipe, args.samples, torch.device(args.device), pace, args.compile
    )
    for line in lines:
        print(line, flush=True)
    return 0
