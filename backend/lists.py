"""A list of props as text: one prompt a line, or CSV with columns prompt, count, size, seed, image. Standard library."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from typing import TypeVar

from .errors import PropsmithError, problem
from .protocol import Generate
from .settings import clean_prompt

N = TypeVar("N", int, float)
COLUMNS = ("prompt", "count", "size", "seed", "image")
COUNT_LIMIT = 1000  # copies of one row: more is a slip of the keyboard


@dataclass(frozen=True)
class Item:
    """One row. `error` says what is wrong with it, and then the other fields are defaults. `seed` -1: not given."""

    line: int
    prompt: str = ""
    count: int = 1
    size_m: float = 1.0
    seed: int = -1
    image: str = ""
    error: PropsmithError | None = None


def read_list(text: str, folder: str = "", size_m: float = 1.0) -> list[Item]:
    """The rows of a text, good and bad, in order; images relative to `folder`. Raises setting-unknown for a column.

    It is CSV when its first line names a column `prompt` or `image`; blank lines and lines that begin with # are left
    out of either.
    """
    text = text.removeprefix("\ufeff")
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    separator = max(",;\t", key=first.count)
    header = [name.strip().strip('"').lower() for name in first.split(separator)]
    if "prompt" in header or (len(header) > 1 and "image" in header):
        return read_table(lines, separator, folder, size_m)
    wanted = [(i, line.strip()) for i, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    return [checked(i, {"prompt": line}, folder, size_m) for i, line in wanted]


def read_table(lines: list[str], separator: str, folder: str, size_m: float) -> list[Item]:
    kept = [("" if line.startswith("#") else line) for line in lines]
    reader = csv.reader(io.StringIO("\n".join(kept)), delimiter=separator, skipinitialspace=True)
    items: list[Item] = []
    header: list[str] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = [cell.strip().lower() for cell in cells]
            unknown = [name for name in header if name not in COLUMNS]
            if unknown:
                raise problem("setting-unknown", name=unknown[0], owner=f"a list ({', '.join(COLUMNS)})")
            continue
        values = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        items.append(checked(reader.line_num, values, folder, size_m))
    return items


def checked(line: int, values: dict[str, str], folder: str, size_m: float) -> Item:
    """The row of one line, every value checked; a bad one carries its error and never raises."""
    try:
        count = number(values, "count", 1, int)
        if not 1 <= count <= COUNT_LIMIT:
            raise problem("setting-range", name="count", value=count, low=1, high=COUNT_LIMIT)
        seed = number(values, "seed", -1, int)
        size = number(values, "size", size_m, float)
        image = values.get("image", "")
        image = os.path.join(os.path.abspath(folder), os.path.expanduser(image)) if image else ""
        if image and not os.path.isfile(image):
            raise problem("image-missing", path=values["image"])
        prompt = clean_prompt(values.get("prompt", ""), may_be_empty=bool(image))
        Generate(prompt=prompt, image=image, size_m=size, seed=0 if "seed" not in values or seed == -1 else seed)
    except PropsmithError as error:
        return Item(line, values.get("prompt", "")[:80], error=error)
    return Item(line, prompt, count, size, seed, image)


def number(values: dict[str, str], name: str, default: N, kind: type[N]) -> N:
    """A column's number, or the default where the cell is empty. Raises setting-type."""
    text = values.get(name, "")
    if not text:
        return default
    try:
        return kind(text)
    except ValueError as error:
        raise problem("setting-type", name=name, expected=f"a number ({kind.__name__})", value=repr(text)) from error
