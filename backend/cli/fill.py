"""`fill`: a list of props into a folder, each different one made once; a bad row never stops it; a report at the end."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .. import lists
from ..disk import remove_left_work, write_atomic, writing
from ..errors import InternalError, PropsmithError, ResourceError, SetupError, from_exception, problem
from ..executors import Executor, Local
from ..protocol import Generate, request_to_json
from ..settings import PRESET_NAMES, PRESETS, styled, with_budget
from .generate import generate, slug

MOST_VARIANTS = 100
FOLDERS = "; "  # between the folders of a row of several variants
SOME_FAILED = 1  # the exit code when at least one row has no prop
REPORT, RECORD = "report.csv", "report.json"
OF_ONE_ROW = ("out-of-memory", "folder-read-only")  # a file of its older prop may be open; of `out` the record tells


@dataclass(frozen=True)
class Prop:
    """One prop to make: its request, its folder's name, and the rows of the list that want it."""

    request: Generate
    name: str
    rows: tuple[lists.Item, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one row. `state` is made, kept (from an earlier run), failed or bad."""

    item: lists.Item
    state: str
    folder: str = ""
    seconds: float = 0.0
    why: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--list", required=True, metavar="FILE", help="one prompt a line, or CSV: prompt, count, size, seed, image"
    )
    parser.add_argument("--out", required=True, metavar="FOLDER", help="a folder for each prop, and the report")
    parser.add_argument("--style", default="", help="words added to every prompt; a picture without one takes none")
    parser.add_argument("--negative", default="", help="what to avoid")
    parser.add_argument(
        "--variants", type=int, default=1, help="different props that the copies of a prompt take in turn"
    )
    parser.add_argument("--seed", type=int, default=0, help="of rows that name none")
    parser.add_argument("--size", type=float, default=1.0, metavar="METRES", help="of rows that name none")
    parser.add_argument("--preset", default="standard", choices=PRESET_NAMES)
    parser.add_argument("--prior", default="embedded", help="a prior's name or folder")
    parser.add_argument("--faces", type=int, default=0, help="upper limit of triangles; 0: the preset's")
    parser.add_argument("--texture-px", type=int, default=0, help="side of the maps in pixels; 0: the preset's")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")


def main(args: argparse.Namespace) -> int:
    path, out = Path(args.list), Path(args.out).absolute()
    items = lists.read_list(lists.text_of(path, "--list"), str(path.absolute().parent), args.size)
    if not items:
        raise problem("setting-type", name="--list", expected="a list with at least one row", value=repr(args.list))
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    outcomes = fill(items, args, out, Local(args.device))
    print(table(outcomes))
    print(f"report in {out / REPORT}")
    return SOME_FAILED if any(o.state in ("bad", "failed") for o in outcomes) else 0


def fill(items: list[lists.Item], args: argparse.Namespace, out: Path, executor: Executor) -> list[Outcome]:
    """Make the props of the good rows one after another; what became of every row, in the list's order.

    The report is on disk after each prop; an interrupted fill goes on where it stopped. Raises what would fail every
    row alike: SetupError, ResourceError other than memory.
    """
    props, bad = plan(items, args)
    outcomes = {item.line: Outcome(item, "bad", why=str(error)) for item, error in bad}
    earlier = read_record(out)
    record: dict[str, dict[str, object]] = {}
    try:
        for number, prop in enumerate(props, 1):
            print(f"[{number} of {len(props)}] {prop.name}", flush=True)
            wanted = recorded(prop.request)
            outcome = make(prop, out, executor, kept=earlier.get(prop.name) == wanted)
            if outcome.state != "failed":
                record[prop.name] = wanted
            outcomes |= {item.line: merged(outcomes.get(item.line), replace(outcome, item=item)) for item in prop.rows}
            write_record(out, {**earlier, **record})
            with suppress(PropsmithError):  # Windows refuses it while a sheet has it open: the last one counts
                write_report(out, outcomes)
    finally:
        write_record(out, {**earlier, **record})
        write_report(out, outcomes)
    return [outcomes[item.line] for item in items]


def plan(
    items: list[lists.Item], args: argparse.Namespace
) -> tuple[list[Prop], list[tuple[lists.Item, PropsmithError]]]:
    """The different props of a list and its bad rows. Rows of one prompt, image and seed share a prop of their largest
    size; a row's own seed makes it another prop."""
    bad = [(item, item.error) for item in items if item.error]
    groups: dict[tuple[str, str, int], list[lists.Item]] = {}
    for item in items:
        if not item.error:
            groups.setdefault((item.prompt.lower(), item.image, item.seed), []).append(item)
    props, names = [], set[str]()
    for (_, image, seed), rows in groups.items():
        try:
            request = request_of(rows, args)
        except PropsmithError as error:  # such as a style that makes this prompt too long
            bad += [(item, error) for item in rows]
            continue
        plain = slug(rows[0].prompt or Path(image).stem)
        made = variants(Prop(request, plain, tuple(rows)), args.variants)
        if not names.isdisjoint(prop.name for prop in made):  # `barrel v2` beside the second variant of `barrel`
            # A name that does not depend on the other rows, so that a longer list keeps it.
            name = f"{plain[:50]}-{zlib.crc32(f'{image} {seed} {rows[0].prompt}'.encode()) % 16**6:06x}"
            made = variants(Prop(request, name, tuple(rows)), args.variants)
        names |= {prop.name for prop in made}
        props += made
    return props, bad


def variants(prop: Prop, number: int) -> list[Prop]:
    """The prop and its siblings of the following seeds, at most one a copy; every row knows those its copies take."""
    if not 1 <= number <= MOST_VARIANTS:
        raise problem("setting-range", name="--variants", value=number, low=1, high=MOST_VARIANTS)
    turns: dict[int, list[lists.Item]] = {}
    for place, item in enumerate(row for row in prop.rows for _ in range(row.count)):
        taken = turns.setdefault(place % number, [])
        if item not in taken:
            taken.append(item)
    seeds = [(prop.request.seed + turn) % 2**31 for turn in turns]
    names = [prop.name if turn == 0 else f"{prop.name}-v{turn + 1}" for turn in turns]
    return [
        Prop(replace(prop.request, seed=seed), name, tuple(rows))
        for seed, name, rows in zip(seeds, names, turns.values(), strict=True)
    ]


def merged(one: Outcome | None, other: Outcome) -> Outcome:
    """What became of a row of several variants: the worst state, every folder, all seconds."""
    if one is None:
        return other
    worst = max(one, other, key=lambda o: ("kept", "made", "failed", "bad").index(o.state))
    folder = FOLDERS.join(f for f in (one.folder, other.folder) if f)
    return replace(worst, folder=folder, seconds=one.seconds + other.seconds)


def request_of(rows: list[lists.Item], args: argparse.Namespace) -> Generate:
    """The request of one group; raises the InputError of what is wrong with it."""
    first = rows[0]
    prior = (
        args.prior if args.prior == "embedded" or not Path(args.prior).is_dir() else str(Path(args.prior).absolute())
    )
    return Generate(
        prompt=styled(first.prompt, args.style),
        negative=args.negative,
        image=first.image,
        seed=first.seed if first.seed >= 0 else args.seed,
        size_m=max(item.size_m for item in rows),
        prior=prior,
        preset=args.preset,
        quality=with_budget(PRESETS[args.preset], args.faces, args.texture_px),
        title=first.prompt,
    )


def recorded(request: Generate) -> dict[str, object]:
    """What tells a prop from another: its request, and what its picture shows now."""
    values: dict[str, object] = request_to_json(request)
    if not request.image:
        return values
    try:
        shown = hashlib.sha256(Path(request.image).read_bytes()).hexdigest()
    except OSError:  # it is said when the prop is made
        shown = ""
    return values | {"image_sha256": shown}


def make(prop: Prop, out: Path, executor: Executor, *, kept: bool) -> Outcome:
    """Make one prop, or, where an earlier run made the same, keep that. Raises what would fail every row."""
    item, place = prop.rows[0], out / prop.name
    if kept and all((place / name).is_file() for name in ("prop.json", "prop.glb")):
        print("kept from an earlier run", flush=True)
        remove_left_work(place)
        return Outcome(item, "kept", prop.name)
    began = time.monotonic()
    try:
        generate(prop.request, place, executor)
    except Exception as error:  # a border: whatever this row raises, the next one is tried
        ours = from_exception(error)
        if isinstance(ours, SetupError) or (isinstance(ours, ResourceError) and ours.code not in OF_ONE_ROW):
            raise
        if isinstance(ours, InternalError) or ours.code == "out-of-memory":
            executor.forget()
        print(f"failed[{ours.code}]: {ours.sentence}", flush=True)
        return Outcome(item, "failed", "", time.monotonic() - began, str(ours))
    return Outcome(item, "made", prop.name, time.monotonic() - began)


def read_record(out: Path) -> dict[str, dict[str, object]]:
    """Which folder holds the prop of which request; {} when no earlier run left a readable record."""
    try:
        values = json.loads((out / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def write_record(out: Path, record: dict[str, dict[str, object]]) -> None:
    """report.json, for the next run. Raises disk-full, folder-read-only."""
    write_atomic(out / RECORD, json.dumps(record, indent=1))


def write_report(out: Path, outcomes: dict[int, Outcome]) -> None:
    """report.csv for people and sheets, one line a row of the list. Raises disk-full, folder-read-only."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("line", "prompt", "count", "size", "state", "folder", "seconds", "why"))
    for line, o in sorted(outcomes.items()):
        seconds = f"{o.seconds:.1f}" if o.state == "made" else ""
        writer.writerow((line, o.item.prompt, o.item.count, o.item.size_m, o.state, o.folder, seconds, o.why))
    write_atomic(out / REPORT, text.getvalue())


def table(outcomes: list[Outcome]) -> str:
    """One line a row, and the sums."""
    rows = [f"{o.item.line:>5}  {o.state:<7} {o.item.prompt[:40]:<40}  {o.folder or o.why}" for o in outcomes]
    states = [o.state for o in outcomes]
    sums = ", ".join(f"{states.count(s)} {s}" for s in ("made", "kept", "failed", "bad") if s in states)
    props = len({folder for o in outcomes for folder in o.folder.split(FOLDERS) if folder})
    return "\n".join([" line  state   prompt", *rows, f"{len(outcomes)} rows: {sums}; {props} different props"])
