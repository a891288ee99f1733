"""Whole-file reads and atomic writes, with the disk's failures turned into ours. Standard library only."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
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


WORK = ".work-"  # begins the names of folders that nobody needs once their run is over
DAY_S = 86_400.0


def work_folder(parent: Path) -> Path:
    """A new folder for work in progress in an existing one. Raises OSError."""
    return Path(tempfile.mkdtemp(prefix=WORK, dir=parent))


def remove_left_work(parent: Path) -> None:
    """Remove the work folders of runs that were killed: those in which nothing was begun for a day."""
    for path in parent.glob(f"{WORK}*"):
        with suppress(OSError):  # another run's, just removed
            if path.stat().st_mtime < time.time() - DAY_S:
                shutil.rmtree(path, ignore_errors=True)


def put_in_place(new: Path, folder: Path) -> None:
    """Move the files of `new` into `folder`, over those of the same names: all of them, or none. Raises OSError.

    What else is in `folder` stays. Every step is undone, the last first, when one fails, as where a file is held open
    on Windows; a folder of a file's name is refused, for it is none of ours.
    """
    replaced = work_folder(folder)
    with ExitStack() as undo:
        undo.callback(replaced.rmdir)
        for file in sorted(new.iterdir()):
            here = folder / file.name
            if here.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(here))
            for source, target in ((here, replaced / file.name), (file, here)):
                if source.exists() or source.is_symlink():
                    replace_patiently(source, target)
                    undo.callback(replace_patiently, target, source)
        undo.pop_all()
    shutil.rmtree(replaced, ignore_errors=True)


@contextmanager
def written_beside(folder: Path) -> Iterator[Path]:
    """A work folder in `folder`: what is in it goes to the same places there, over older files, if nothing fails.

    Raises OSError.
    """
    remove_left_work(folder)
    work = work_folder(folder)
    try:
        yield work
        made = sorted((work, *(path for path in work.rglob("*") if path.is_dir())), reverse=True)
        for inside in made:  # the deepest first: textures before the file that names them
            target = folder / inside.relative_to(work)
            target.mkdir(parents=True, exist_ok=True)
            put_in_place(inside, target)
            inside.rmdir()
    finally:
        shutil.rmtree(work, ignore_errors=True)


def read_json(path: Path) -> Any:
    """The parsed file. Raises OSError, ValueError (bad JSON or UTF-8) or RecursionError (absurd nesting)."""
    return json.loads(path.read_text(encoding="utf-8"))
