"""Completions: continue the word being typed, kinds first, without the heavy packages."""

from __future__ import annotations

import json
import subprocess
import sys

from backend.language.completions import PATH, completions


def test_the_last_word_is_continued():
    """A begun kind, colour or phrase of two words is completed in its place."""
    assert "a red barrel" in completions("a red bar")
    assert "treasure chest" in completions("treasure c")
    assert "crate made of dark wood" in completions("Crate made of dark w")
    assert completions("") == [] and completions("barrel ") == []
    assert completions("zzzz") == []


def test_kinds_come_before_their_other_names():
    """Canonical kinds are offered first."""
    offered = completions("ba", limit=200)
    kinds = set(json.loads(PATH.read_text())["kinds"])
    ranks = [word in kinds for word in offered]
    assert ranks[0] and ranks == sorted(ranks, reverse=True)


def test_it_needs_the_standard_library_only():
    """Importing it loads neither torch nor numpy."""
    code = "import sys, backend.language.completions; print(any(m in sys.modules for m in ('torch', 'numpy')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
