"""Completions: continue the word being typed, kinds first, only what the prior was taught, without heavy packages."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backend.completions import FOLDER, TABLE, completions, words

WORDS = {
    "kinds": ["barrel", "banjo", "treasure chest"], "names": {"banjo": ["banjo", "bannister"], "barrel": ["cask"]},
    "colours": ["blue"], "materials": ["bamboo weave", "dark wood"], "patterns": ["banded"], "styles": ["baroque"],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / TABLE).write_bytes(gzip.compress(json.dumps(WORDS).encode()))
    (tmp_path / "prior.json").write_text(json.dumps({"untaught": ["banjo", "baroque"]}))
    return tmp_path


def prompts(prefix: str, folder: Path) -> list[str]:
    return [prompt for prompt, _ in completions(prefix, folder)]


def test_the_last_word_is_continued(folder: Path) -> None:
    """A begun kind, colour or phrase of two words is completed in its place, what stands before it kept as typed."""
    assert "a Red barrel" in prompts("a Red bar", folder)
    assert "treasure chest" in prompts("treasure c", folder)
    assert "Crate made of dark wood" in prompts("Crate made of dark w", folder)
    assert prompts("", folder) == [] and prompts("barrel ", folder) == [] and prompts("zzzz", folder) == []


def test_each_word_says_what_it_is_and_kinds_come_first(folder: Path) -> None:
    """Kinds precede modifiers, each with its group; another name for a kind says which kind it means."""
    assert completions("ba", folder) == [("barrel", "prop"), ("bamboo weave", "material"), ("banded", "pattern")]
    assert completions("a cas", folder) == [("a cask", "prop: barrel")]


def test_untaught_words_are_not_promised(folder: Path) -> None:
    """Kinds and styles that the prior's card calls untaught are not offered, nor are other names for such kinds."""
    assert not {"banjo", "bannister", "baroque"} & set(words(folder))


def test_the_shipped_table_offers_every_kind_that_was_taught() -> None:
    """Whatever the embedded prior was taught is offered, and of its untaught words only other names for taught kinds."""
    card = json.loads((FOLDER / "prior.json").read_text(encoding="utf-8"))
    canonical = {word for word, what in words().items() if ":" not in what}
    assert set(card["kinds"]) <= canonical and not set(card["untaught"]) & canonical


def test_a_missing_table_offers_nothing(tmp_path: Path) -> None:
    """Without the weights' folder there are no completions and no error."""
    assert completions("a red bar", tmp_path) == []


def test_a_key_stroke_costs_little() -> None:
    """Completing the last word of a prompt of 1,000 characters takes under 5 ms of processor time."""
    completions("ba")
    long = "an old weathered " * 58 + "b"
    times = []
    for _ in range(20):
        began = time.process_time()
        assert completions(long)
        times.append(time.process_time() - began)
    assert min(times) < 5e-3


def test_it_needs_the_standard_library_only() -> None:
    """Importing it loads neither torch nor numpy."""
    code = "import sys, backend.completions; print(any(m in sys.modules for m in ('torch', 'numpy')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
