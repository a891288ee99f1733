"""Errors: a complete table, a faithful border, foreign exceptions mapped."""

from __future__ import annotations

import errno
import os
import re
import string
from pathlib import Path

import pytest

from backend.errors import CATALOGUE, PropsmithError, from_exception, from_json, problem, to_json

ROOT = Path(__file__).resolve().parents[2]


def details_of(code: str) -> dict[str, str]:
    row = CATALOGUE[code]
    names = [name for text in (row.sentence, row.remedy) for _, name, _, _ in string.Formatter().parse(text) if name]
    return dict.fromkeys(names, "7")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_row_makes_a_sentence_and_a_remedy(code: str) -> None:
    """Each row fills in to one finished sentence with a remedy, and survives the border with its class."""
    error = problem(code, **details_of(code))
    assert error.sentence.endswith(".") and "{" not in error.sentence + error.remedy
    assert error.remedy
    back = from_json(to_json(error))
    assert type(back) is type(error) and to_json(back) == to_json(error)


def test_every_code_raised_in_the_sources_has_a_row() -> None:
    """No `problem("…")` in the program names a code the table lacks."""
    used = set()
    for folder in ("backend", "addon", "operators", "ui"):
        for path in (ROOT / folder).rglob("*.py"):
            used |= set(re.findall(r"\bproblem\(\s*\"([\w-]+)\"", path.read_text(encoding="utf-8")))
    assert used and used <= set(CATALOGUE), used - set(CATALOGUE)


@pytest.mark.parametrize(
    ("error", "code"),
    [(MemoryError(), "out-of-memory"), (RuntimeError("CUDA out of memory. Tried to allocate"), "out-of-memory"),
     (ModuleNotFoundError("No module named 'xatlas'", name="xatlas"), "package-missing"),
     (ImportError("DLL load failed", name="xatlas"), "package-missing"),
     (ImportError("cannot import name 'x'", name="backend.pipeline"), "internal"),
     (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x"), "disk-full"),
     (PermissionError(errno.EACCES, "denied", "/x"), "folder-read-only"),
     (OSError(errno.EIO, "input/output"), "internal"),
     (ZeroDivisionError("division by zero"), "internal"), (problem("cancelled"), "cancelled")],
    ids=repr,
)  # fmt: skip
def test_foreign_exceptions_find_their_row(error: Exception, code: str) -> None:
    """Each kind of foreign exception maps to the row a user can act on; ours pass unchanged."""
    assert from_exception(error, "views").code == code


def test_an_unknown_code_from_a_newer_worker_is_kept() -> None:
    """A code this version does not know still shows its sentence and remedy."""
    error = from_json({"code": "from-the-future", "sentence": "S.", "remedy": "R."})
    assert isinstance(error, PropsmithError) and (error.code, error.sentence) == ("from-the-future", "S.")
