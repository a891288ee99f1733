"""Whole-file reads and atomic writes, with the disk's failures turned into ours. Standard library only."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import FULL, problem


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn any OSError met while writing at `path` into disk-full or folder-read-only."""
    try:
        yield
    except OSError as error:
        code = "disk-full" if error.errno in FULL else "folder-read-only"
        raise problem(code, path=path) from error


def probe(folder: Path) -> None:
    """Make sure that files can be made in a folder, by making one. OSError where they cannot."""
    path = folder / f".probe-{os.urandom(4).hex()}"
    path.touch()
    path.unlink()


def write_atomic(path: Path, text: str) -> None:
    """Write `path` whole: readers see the old text or the new one, never a part. Raises disk-full, folder-read-only.

    Bytes that were read with "surrogateescape" are written as they were.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    with writing(path.parent):
        try:
            temporary.write_text(text, encoding="utf-8", errors="surrogateescape")
            replace_patiently(temporary, path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise


def replace_patiently(source: Path, target: Path) -> None:
    """os.replace, tried again on Windows, which refuses it while a reader or a virus scanner has the target open."""
    for attempt in range(5):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == 4:
                raise
            time.sleep(0.01)


def read_json(path: Path) -> Any:
    """The parsed file. Raises OSError, ValueError (bad JSON or UTF-8) or RecursionError (absurd nesting)."""
    return json.loads(path.read_text(encoding="utf-8"))
