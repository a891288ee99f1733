"""Rendering of the training shapes, resumable: `python -m backend.training.make_data --out DIR --each 100`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from .dataset import write_shard
from .kinds import KINDS
from .render_cuda import Cuda

EACH_PER_SHARD = 2  # objects of every kind in one shard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=100, help="objects of every kind")
    parser.add_argument("--size-px", type=int, default=64)
    parser.add_argument("--kinds", nargs="+", choices=sorted(KINDS), default=sorted(KINDS), metavar="KIND",
                        help="default: all")  # fmt: skip
    parser.add_argument("--compositions", type=int, default=8, help="objects in every shard that join two of the kinds")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where shapes are measured and traced")
    parser.add_argument("--worker", type=int, default=0, help="of --workers: makes every n-th shard")
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    compositions = args.compositions if len(args.kinds) > 1 else 0
    args.out.mkdir(parents=True, exist_ok=True)
    kernels = Cuda(torch.device("cuda")) if args.device == "cuda" else None
    tag = f"{len(args.kinds)}k"
    for index in range(args.worker, -(-args.each // EACH_PER_SHARD), args.workers):
        path = args.out / f"shard-{tag}-{index:05d}.npz"
        if not path.exists():
            start = time.monotonic()
            kinds = [k for k in args.kinds for _ in range(EACH_PER_SHARD)]
            write_shard(path, kinds, 1000 + index, args.size_px, compositions, kernels)
            count = len(kinds) + compositions
            print(f"{path.name}: {count} objects, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
