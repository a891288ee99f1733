"""A list of props as text: one prompt a line, or CSV with columns prompt, count, size, seed, image. Standard library."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .errors import PropsmithError, problem
from .protocol import Generate
from .settings import clean_prompt

N = TypeVar("N", int, float)
COLUMNS = ("prompt", "count", "size", "seed", "image")
NUMBERS = ("count", "size", "seed")
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
    """The rows of a text, good and bad, in order; images relative to `folder`. Raises setting-unknown, list-row for a header.

    It is CSV when its first line names a column `prompt` or `image`; blank lines and lines that begin with # are left
    out of either. A line such as `sep=;` before all others, by which Excel is told the separator, is obeyed.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    told = re.fullmatch(r'"?sep=([,;\t|])"?', lines[0] if lines else "", re.IGNORECASE)
    if told:
        lines[0] = ""
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    separator = told[1] if told else max(",;\t", key=first.count)
    header = [name.strip().strip('"').lower() for name in first.split(separator)]
    if "prompt" in header or "image" in header:
        return read_table(lines, separator, folder, size_m)
    wanted = [(i, line.strip()) for i, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    return [checked(i, {"prompt": line}, folder, size_m) for i, line in wanted]


def text_of(path: Path, name: str) -> str:
    """The text of a list's file, in UTF-8 or the UTF-16 of spreadsheets' "Unicode text". Raises setting-type, with `name`."""
    try:
        raw = path.read_bytes()
        return raw.decode("utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        expected = "a text file in UTF-8 (Excel: CSV UTF-8)"
        raise problem("setting-type", name=name, expected=expected, value=f"'{path}'") from error


def read_table(lines: list[str], separator: str, folder: str, size_m: float) -> list[Item]:
    """The rows of CSV below its header. Numbers may have a decimal comma where the separator is another character."""
    items: list[Item] = []
    header: list[str] = []
    for number, cells in records(lines, separator):
        if not header:
            header = columns(cells)
            continue
        try:
            values = named(cells, header, lines[number - 1])
        except PropsmithError as error:
            items.append(Item(number, lines[number - 1].strip()[:80], error=error))
            continue
        if separator != ",":
            values |= {name: values[name].replace(",", ".") for name in NUMBERS if name in values}
        items.append(checked(number, values, folder, size_m))
    return items


def records(lines: list[str], separator: str) -> Iterator[tuple[int, list[str] | PropsmithError]]:
    """Line number and cells of each row that holds anything; of one that is no CSV, its error in place of the cells.

    A row is one line. Where a quotation mark stays open, the lines up to the one that closes it are part of the bad
    row: none of them becomes a prompt. A mark that no line closes spoils its own line alone.
    """
    after = 0  # the rows read so far
    for start, line in enumerate(lines):
        if start < after or not line.strip() or line.startswith("#"):
            continue
        reader = csv.reader([line, ""], delimiter=separator, skipinitialspace=True)
        try:
            cells = next(reader)
        except csv.Error as error:  # such as a cell of more than 131,072 characters
            yield start + 1, problem("list-row", why=str(error))
            continue
        if reader.line_num > 1:
            after = start + lines_taken(lines, start, separator)
            yield start + 1, problem("list-row", why="a quotation mark stays open at the end of its line")
        elif any(cell.strip() for cell in cells):
            yield start + 1, [cell.strip() for cell in cells]


def lines_taken(lines: list[str], start: int, separator: str) -> int:
    """How many lines the row takes that begins with lines[start]; 1 where its quotation mark is not closed as CSV wants."""
    rest = (lines[k] for k in range(start, len(lines)))
    reader = csv.reader(rest, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        next(reader)
    except csv.Error:
        return 1
    return reader.line_num


def columns(cells: list[str] | PropsmithError) -> list[str]:
    """The names in a header. Raises setting-unknown; list-row where it is no CSV or names a column twice."""
    if isinstance(cells, PropsmithError):
        raise cells
    header = [cell.lower() for cell in without_empty_ends(cells, 0)]
    for name in header:
        if name not in COLUMNS:
            raise problem("setting-unknown", name=name, owner=f"a list ({', '.join(COLUMNS)})")
        if header.count(name) > 1:
            raise problem("list-row", why=f"it names the column '{name}' twice")
    return header


def named(cells: list[str] | PropsmithError, header: list[str], line: str) -> dict[str, str]:
    """The cells by their columns. In a list of one column a comma separates nothing. Raises list-row for too many cells."""
    if isinstance(cells, PropsmithError):
        raise cells
    cells = without_empty_ends(cells, len(header))
    if len(cells) > len(header) == 1:
        cells = [line.strip()]
    if len(cells) > len(header):
        raise problem("list-row", why=f"it has {len(cells)} cells for {len(header)} columns")
    return dict(zip(header, cells, strict=False))


def without_empty_ends(cells: list[str], least: int) -> list[str]:
    """The cells less the empty ones at the end that spreadsheets add, but at least `least` of those there are."""
    filled = max((i for i, cell in enumerate(cells, 1) if cell), default=0)
    return cells[: max(filled, least)]


def checked(line: int, values: dict[str, str], folder: str, size_m: float) -> Item:
    """The row of one line, every value checked; a bad one carries its error and never raises."""
    try:
        count = number(values, "count", 1, whole)
        if not 1 <= count <= COUNT_LIMIT:
            raise problem("setting-range", name="count", value=count, low=1, high=COUNT_LIMIT)
        seed = number(values, "seed", -1, whole)
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


def number(values: dict[str, str], name: str, default: N, kind: Callable[[str], N]) -> N:
    """A column's number, or the default where the cell is empty. Raises setting-type."""
    text = values.get(name, "")
    if not text:
        return default
    try:
        return kind(text)
    except ValueError as error:
        raise problem("setting-type", name=name, expected=f"a number ({kind.__name__})", value=repr(text)) from error


def whole(text: str) -> int:
    """The integer of "2" or, as spreadsheets write it, "2.0". Raises ValueError."""
    value = float(text)
    if not value.is_integer():
        raise ValueError(text)
    return int(value)
