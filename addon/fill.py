"""A fill as plain data: its rows, which of them share a prop, what happens next; kept in the store. No bpy."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from ..backend.errors import PropsmithError
from ..backend.protocol import Generate
from ..backend.settings import PRESETS, clean_prompt, styled, with_budget
from ..backend.store import Store, write_atomic

# ready: may be filled; bad: says why not; waiting: its turn comes; making: its job is queued or running;
# landed: in the scene; failed; skipped: by the artist; removed: its prop was undone or deleted.
STATES = ("ready", "bad", "waiting", "making", "landed", "failed", "skipped", "removed")
OPEN = ("waiting", "making")
FILES_KEPT = 500  # some 9 KB each for twenty rows


@dataclass
class Row:
    """One place for a prop. `name` is its placeholder's, or "" for a row of a list. Vectors are lists, for JSON.

    `low` and `high` are the placeholder's local bounds when it was added; `foot`, `axes`, `size` the box last seen, in
    Blender's units.
    `fault` is what bars the row for good (zero size, a linked object); `reason` is what the artist reads. `prop` is the
    object that landed.
    """

    key: str
    name: str = ""
    prompt: str = ""
    image: str = ""
    seed: int = -1
    low: list[float] = field(default_factory=lambda: [-0.5, -0.5, 0.0])
    high: list[float] = field(default_factory=lambda: [0.5, 0.5, 1.0])
    foot: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    axes: list[list[float]] = field(default_factory=lambda: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    size: list[float] = field(default_factory=lambda: [1.0, 1.0, 1.0])
    size_edited: bool = False
    state: str = "ready"
    fault: str = ""
    reason: str = ""
    group: str = ""
    job: str = ""
    prop: str = ""


@dataclass
class Options:
    """What was chosen when the fill was started."""

    style: str = ""
    negative: str = ""
    variants: int = 1
    linked: bool = True
    stretch: bool = False
    preset: str = "standard"
    faces: int = 0
    texture_px: int = 0


@dataclass
class Fill:
    """All of one fill. `attempt` makes a retry draw other seeds; `untidy`: its kept places may be in the scene."""

    id: str = field(default_factory=lambda: time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + token_hex(3))
    scene: str = ""
    rows: list[Row] = field(default_factory=list)
    options: Options = field(default_factory=Options)
    running: bool = False
    paused: bool = False
    seed: int = 0
    attempt: int = 0
    untidy: bool = False

    def row(self, key: str) -> Row | None:
        return next((r for r in self.rows if r.key == key), None)

    def new_key(self) -> str:
        taken = [int(r.key) for r in self.rows]
        return str(max(taken, default=0) + 1)


def refresh(row: Row) -> None:
    """Whether a row that has not begun may be filled, after its prompt or its fault changed."""
    if row.state not in ("ready", "bad"):
        return
    reason = row.fault
    if not reason:
        try:
            clean_prompt(row.prompt, may_be_empty=bool(row.image))
        except PropsmithError as error:
            reason = "type what to make" if error.code == "prompt-empty" else error.sentence
    row.state, row.reason = ("bad", reason) if reason else ("ready", "")


def start(fill: Fill, options: Options, seed: int) -> int:
    """Put every ready row in the queue; how many there are. Rows of one prompt share `options.variants` props in turn."""
    fill.options, fill.seed, fill.paused = options, seed, False
    seen: dict[str, int] = {}
    for row in fill.rows:
        wish = f"{' '.join(row.prompt.lower().split())}|{row.image}|{row.seed}"
        place = seen.get(wish, 0)
        seen[wish] = place + 1
        if row.state == "ready":
            turn = place % options.variants if options.linked else f"alone {row.key}"
            row.state, row.group = "waiting", f"{wish}|{options.style}|{options.preset}|{turn}"
    waiting = sum(row.state == "waiting" for row in fill.rows)
    fill.running = waiting > 0
    return waiting


def next_group(fill: Fill) -> list[Row]:
    """The rows of the next prop to ask for; a row whose prop is already known joins it instead. [] when none waits."""
    jobs = {row.group: row.job for row in fill.rows if row.job and row.state in ("making", "landed")}
    for row in fill.rows:
        if row.state == "waiting" and row.group in jobs:
            row.state, row.job = "making", jobs[row.group]
    first = next((row for row in fill.rows if row.state == "waiting"), None)
    return [row for row in fill.rows if first and row.state == "waiting" and row.group == first.group]


def request(fill: Fill, group: list[Row], unit_m: float) -> Generate:
    """The request for one group's prop, as long as its largest box; a row's unit is `unit_m` long. Raises the InputError of
    what is wrong with it."""
    row, options = group[0], fill.options
    words = clean_prompt(row.prompt, may_be_empty=True)
    prompt = clean_prompt(styled(words, options.style), may_be_empty=True)
    drawn = zlib.crc32(f"{fill.seed} {fill.attempt} {row.group}".encode()) % 2**31
    return Generate(
        prompt=prompt,
        negative=options.negative,
        image=row.image,
        seed=row.seed if row.seed >= 0 else drawn,
        size_m=round(unit_m * max(max(r.size) for r in group), 6),
        preset=options.preset,
        quality=with_budget(PRESETS[options.preset], options.faces, options.texture_px),
        title=words,
    )


def fail(rows: list[Row], reason: str) -> None:
    for row in rows:
        row.state, row.reason, row.job = "failed", reason, ""


def skip(row: Row) -> bool:
    """Leave a row out; False when it is too late."""
    if row.state in ("landed", "skipped"):
        return False
    row.state, row.reason = "skipped", "skipped"
    return True


def retry(fill: Fill) -> int:
    """Put failed, skipped and removed rows in the queue again; how many. A removed prop only needs to land again."""
    again = [row for row in fill.rows if row.state in ("failed", "skipped", "removed") and not row.fault]
    fill.attempt += any(row.state == "failed" for row in again)
    for row in again:
        row.state = "making" if row.state == "removed" and row.job else "waiting" if row.group else "ready"
        row.reason = ""
        refresh(row)
    fill.running = fill.running or any(row.state in OPEN for row in fill.rows)
    return len(again)


def reset(fill: Fill) -> None:
    """Every row as before the fill."""
    for row in fill.rows:
        row.state, row.job, row.group, row.reason = "ready", "", "", ""
        refresh(row)
    fill.running = fill.paused = False


def props_to_make(fill: Fill, options: Options) -> int:
    """How many different props a fill of the ready rows would make."""
    counts: dict[str, int] = {}
    for row in fill.rows:
        if row.state == "ready":
            wish = f"{' '.join(row.prompt.lower().split())}|{row.image}|{row.seed}"
            counts[wish] = counts.get(wish, 0) + 1
    return sum(min(n, options.variants) if options.linked else n for n in counts.values())


# --- the durable file


def folder(store: Store) -> Path:
    return store.folder / "fills"


def save(store: Store, fill: Fill, in_use: Collection[str] = ()) -> None:
    """Write the fill whole; of more than `FILES_KEPT` those that were used longest ago go, but none of `in_use` (ids).

    Raises disk-full, folder-read-only.
    """
    place = folder(store)
    place.mkdir(exist_ok=True)
    rows = [vars(row) for row in fill.rows]  # not asdict, which copies each value: 0.4 s for 1,000 rows
    write_atomic(place / f"{fill.id}.json", json.dumps({**vars(fill), "rows": rows, "options": vars(fill.options)}))
    kept = list(place.glob("*.json"))
    if len(kept) > FILES_KEPT:
        for old in sorted(kept, key=last_used)[:-FILES_KEPT]:
            if old.stem not in {fill.id, *in_use}:
                old.unlink(missing_ok=True)


def last_used(path: Path) -> float:
    """When a list was last written or taken up again, seconds since 1970; 0 where another Blender has just removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def load_or_none(store: Store, name: str) -> Fill | None:
    """A fill from its file, which counts as used from now on; None when there is none that can be read."""
    path = folder(store) / f"{Path(name).name}.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        rows = [Row(**row) for row in values.pop("rows")]
        options = Options(**values.pop("options"))
        found = Fill(rows=rows, options=options, **values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    with suppress(OSError):  # a store that can only be read
        os.utime(path)
    return found
