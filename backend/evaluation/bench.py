"""`python -m backend bench`: seconds per stage of a new prop, the cold start and the peak memory, as a Markdown table."""

from __future__ import annotations

import argparse
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ..device import choose_device, describe, set_threads
from ..pipeline import Models, run
from ..protocol import Done, Generate
from ..settings import PRESET_NAMES, PRESETS
from . import bench_gpu

PROMPT = "a wooden treasure chest with iron bands"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prompt", default=PROMPT)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--gpu", action="store_true", help="only what needs CUDA: gsplat's equality, step times, memory"
    )
    parser.add_argument(
        "--write",
        type=Path,
        help="with --gpu: a page, whose table between its markers is replaced (docs/distillation.md)",
    )
    parser.add_argument("--presets", nargs="*", default=list(PRESET_NAMES), choices=PRESET_NAMES)


def main(args: argparse.Namespace) -> int:
    if args.gpu:
        return bench_gpu.main(args.write)
    device = choose_device(args.device)
    threads = set_threads()
    facts = ", ".join(f"{key} {value}" for key, value in describe(device).items())
    print(f"{platform.processor() or platform.machine()}, {threads} threads; {facts}\n")
    models = Models(device)
    print("| preset | " + " | ".join(STAGES) + " | total (median) | slowest |\n|---|" + "---|" * (len(STAGES) + 2))
    for preset in args.presets:
        print(row_of(preset, measure(preset, args.prompt, args.repeats, models)), flush=True)
    print(f"\npeak memory {peak_gb():.2f} GiB (all of the above in one process)")
    print(f"cold start to the files of a draft {cold_start(args.prompt, args.device):.1f} s (a new process, seed 1)")
    return 0


STAGES = ("text", "views", "shape", "finish", "files")


def measure(preset: str, prompt: str, repeats: int, models: Models) -> list[dict[str, float]]:
    """Seconds per stage of `repeats` jobs of different seeds, after one warm-up."""
    runs = []
    for seed in range(repeats + 1):
        with tempfile.TemporaryDirectory() as folder:
            request = Generate(prompt=prompt, seed=seed, preset=preset, quality=PRESETS[preset])
            done = [event for event in run(request, Path(folder), models) if isinstance(event, Done)][-1]
        if seed:
            runs.append(done.seconds)
    return runs


def row_of(preset: str, runs: list[dict[str, float]]) -> str:
    """One row of the table: medians per stage, median and maximum of the whole."""
    cells = [f"{statistics.median(r.get(stage, 0.0) for r in runs):.2f}" for stage in STAGES]
    totals = [sum(r.values()) for r in runs]
    return f"| {preset} | " + " | ".join(cells) + f" | {statistics.median(totals):.2f} | {max(totals):.2f} |"


def peak_gb() -> float:
    """Peak resident memory of this process in GiB (Linux counts in KiB, macOS in bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)


def cold_start(prompt: str, device: str) -> float:
    """Seconds of `python -m backend generate --preset draft` as a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "backend", "generate", "--prompt", prompt, "--preset", "draft", "--seed", "1"]
        begun = time.monotonic()
        subprocess.run([*command, "--device", device, "--out", folder], check=True, capture_output=True)
        return time.monotonic() - begun
