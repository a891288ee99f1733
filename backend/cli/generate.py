"""`generate`: one prop from a prompt or an image into a folder, with progress, ETA and a table of seconds."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from ..disk import put_in_place, remove_left_work, work_folder, write_atomic, writing
from ..errors import from_json, problem
from ..executors import Executor, Local
from ..protocol import Done, Event, Failed, Generate, Note, Progress, Request, request_to_json
from ..settings import PRESET_NAMES, PRESETS, with_budget

PRINT_EVERY_S = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prompt", default="", help="what to make, for example 'a wooden barrel'")
    parser.add_argument("--negative", default="", help="what to avoid")
    parser.add_argument(
        "--image", default="", metavar="FILE", help="a picture of one object, instead of or with a prompt"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--preset", default="standard", choices=PRESET_NAMES)
    parser.add_argument("--prior", default="embedded", help="a prior's name or folder")
    parser.add_argument("--faces", type=int, default=0, help="upper limit of triangles; 0: the preset's")
    parser.add_argument("--texture-px", type=int, default=0, help="side of the maps in pixels; 0: the preset's")
    parser.add_argument(
        "--refine-steps", type=int, default=-1, help="distillation steps after the views; 0: none, -1: the preset's"
    )
    parser.add_argument("--size", type=float, default=1.0, metavar="METRES", help="length of the longest side")
    parser.add_argument("--out", default="", metavar="FOLDER", help="default: out/<the prompt>")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")


def main(args: argparse.Namespace) -> int:
    request = request_from_arguments(args)
    out = Path(args.out or Path("out") / slug(request.prompt or Path(request.image).stem)).absolute()
    report(generate(request, out, Local(args.device)), out)
    return 0


def report(done: Done, out: Path) -> None:
    """Print what a finished job tells: seconds per stage, figures, where its files are."""
    print(table_of_seconds(done.seconds))
    for name, value in done.figures.items():
        print(f"{name:<24} {value:>12,.6g}")
    print(f"files in {out}")


def request_from_arguments(args: argparse.Namespace) -> Generate:
    """The request; raises the InputError of the first bad argument."""
    image = str(Path(args.image).absolute()) if args.image else ""
    if image and not os.path.isfile(image):
        raise problem("image-missing", path=args.image)
    quality = with_budget(PRESETS[args.preset], args.faces, args.texture_px, args.refine_steps)
    return Generate(
        prompt=args.prompt,
        negative=args.negative,
        image=image,
        seed=args.seed,
        size_m=args.size,
        prior=args.prior
        if args.prior == "embedded" or not Path(args.prior).is_dir()
        else str(Path(args.prior).absolute()),
        preset=args.preset,
        quality=quality,
    )


def generate(request: Request, out: Path, executor: Executor) -> Done:
    """Run the request in a work folder below `out`, then move all its results up. Prints progress; raises its failure."""
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        remove_left_work(out)
        work = work_folder(out)
    try:
        write_atomic(work / "job.json", json.dumps(request_to_json(request), indent=1))
        with closing(executor.run(request, work)) as events:  # type: ignore[type-var]
            done = follow(events)
        with writing(out):
            put_in_place(work / done.result, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return done


def follow(events: Iterable[Event]) -> Done:
    """Print the events as they come, a line a second at most and one at every new stage; returns the Done."""
    printed, stage = 0.0, ""
    for event in events:
        now = time.monotonic()
        if isinstance(event, Progress) and (event.stage != stage or now - printed >= PRINT_EVERY_S):
            printed, stage = now, event.stage
            print(progress_line(event), flush=True)
        elif isinstance(event, Note):
            print(f"note[{event.code}]: {event.message}", flush=True)
        elif isinstance(event, Failed):
            raise from_json({"code": event.code, "sentence": event.sentence, "remedy": event.remedy, "fix": event.fix})
        elif isinstance(event, Done):
            return event
    raise problem("internal", why="the pipeline ended without a result")


def progress_line(event: Progress) -> str:
    eta = f"  about {event.eta_s:.0f} s left" if event.eta_s >= 0 else ""
    return f"{event.fraction:4.0%}  {event.stage:<8}{eta}  {event.message}".rstrip()


def table_of_seconds(seconds: dict[str, float]) -> str:
    rows = [f"{stage:<24} {value:>12.2f}" for stage, value in seconds.items()]
    return "\n".join([f"{'stage':<24} {'seconds':>12}", *rows, f"{'total':<24} {sum(seconds.values()):>12.2f}"])


def slug(text: str) -> str:
    """A short file name of the words: lower case, dashes; "prop" when no letter survives."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-_")[:60] or "prop"
