"""What may follow as a prompt is typed: the words of `weights/embedded/completions.json`; standard library only."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

PATH = Path(__file__).parent.parent / "weights" / "embedded" / "completions.json"
LIMIT = 12


@lru_cache(maxsize=4)
def _words(path: Path) -> tuple[str, ...]:
    """Kinds first, then other names for them, then modifiers."""
    table = json.loads(path.read_text(encoding="utf-8"))
    groups = (table["kinds"], table["names"], table["materials"], table["colours"], table["patterns"], table["styles"])
    return tuple(dict.fromkeys(word for group in groups for word in group))


def completions(prefix: str, path: Path = PATH, limit: int = LIMIT) -> list[str]:
    """Whole prompts that continue `prefix` by its last word (or last two): "a red bar" -> ["a red barrel", ...]."""
    start = prefix.lower().lstrip()
    words = start.split(" ")
    found: list[str] = []
    for size in (2, 1):
        asked = " ".join(words[-size:])
        if len(words) < size or not asked.strip():
            continue
        kept = " ".join(words[:-size])
        found += [f"{kept} {word}".strip() for word in _words(path) if word.startswith(asked) and word != asked]
    return list(dict.fromkeys(found))[:limit]
