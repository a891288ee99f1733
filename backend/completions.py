"""What may follow as a prompt is typed: the words that the shipped prior was taught, by group; standard library only."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "weights" / "embedded"
TABLE = "completions.json.gz"
LIMIT = 12
# group of the table -> what the panel says beside a word of it
GROUPS = {
    "kinds": "prop", "names": "prop: {kind}", "materials": "material", "colours": "colour", "patterns": "pattern",
    "styles": "style",
}  # fmt: skip


def _read(path: Path) -> dict[str, object]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, EOFError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=4)
def words(folder: Path = FOLDER) -> dict[str, str]:
    """Every word offered with what it is: kinds first, then other names for them, then modifiers.

    Kinds and modifiers that the grammar knows but the prior was not taught are left out: they would promise too much.
    """
    table, card = _read(folder / TABLE), _read(folder / "prior.json")
    untaught = set(card.get("untaught", ()))  # type: ignore[call-overload]
    found: dict[str, str] = {}
    for group, what in GROUPS.items():
        entries = table.get(group, ())
        by_kind = entries if isinstance(entries, dict) else {word: [word] for word in entries}  # type: ignore[attr-defined]
        for word, meant in sorted((word, kind) for kind, names in by_kind.items() for word in names):
            if meant not in untaught:
                found.setdefault(word, what.format(kind=meant))
    return found


def completions(prefix: str, folder: Path = FOLDER, limit: int = LIMIT) -> list[tuple[str, str]]:
    """Whole prompts that continue `prefix` by its last word or two, with what the word is.

    "a red bar" -> [("a red barrel", "prop"), ...]
    """
    start = prefix.lstrip()
    pieces = start.split(" ")
    found: dict[str, str] = {}
    for size in (2, 1):
        asked = " ".join(pieces[-size:]).lower()
        if len(pieces) < size or not asked.strip():
            continue
        kept = " ".join(pieces[:-size])
        for word, what in words(folder).items():
            if word.startswith(asked) and word != asked:
                found.setdefault(f"{kept} {word}".strip(), what)
    return list(found.items())[:limit]
