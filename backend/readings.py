"""What a prior understands of a prompt, asked and answered by files before a job is queued. Standard library only.

    readings/<key>.ask    {"prior", "prompt"}, written by Blender, removed when it is answered
    readings/<key>.json   a `Reading`, written by the worker
The key is a hash of prior and prompt, so that a prompt asked twice is answered at once. A worker that starts forgets old
answers: they were another prior's.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .disk import read_json, write_atomic, writing
from .settings import PROMPT_LIMIT
from .store import Store

KEPT = 200  # answers; the oldest beyond go


@dataclass(frozen=True)
class Word:
    """One piece of the prompt. role: kind, part, modifier, small (said nothing) or unknown. `meaning` is the known word that
    it was taken for or, of an unknown one, the nearest there is ("" if none); similarity is 1 for words known outright."""

    text: str
    role: str
    meaning: str = ""
    similarity: float = 1.0


@dataclass(frozen=True)
class Reading:
    """kind: the prop understood, "" for none. confidence: calibrated probability that it is the one meant.
    nearest: known kinds with their similarity, best first. notes: what was left out or guessed.

    apart: of a prompt that names several props, what each is called ("a table", "4 x a chair"), and words_apart their words: so
    it is read where a new prop is made without a picture. usual_m: the longest side that such a prop usually has, as large as the
    words say; 0 where that is not known.
    """

    prompt: str
    kind: str = ""
    confidence: float = 0.0
    nearest: tuple[tuple[str, float], ...] = ()
    words: tuple[Word, ...] = ()
    notes: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    words_apart: tuple[Word, ...] = ()
    usual_m: float = 0.0


def folder(store: Store) -> Path:
    return store.folder / "readings"


def key(prior: str, prompt: str) -> str:
    return hashlib.sha256(f"{prior}\0{prompt}".encode("utf-8", "replace")).hexdigest()[:24]


def ask(store: Store, prior: str, prompt: str) -> None:
    """Blender's side: leave the question for the worker. Raises disk-full, folder-read-only."""
    place = folder(store)
    with writing(place):
        place.mkdir(exist_ok=True)
    write_atomic(place / f"{key(prior, prompt)}.ask", json.dumps({"prior": prior, "prompt": prompt[:PROMPT_LIMIT]}))


def take_back(store: Store, prior: str, prompt: str) -> None:
    """Nobody waits for the answer any more."""
    with suppress(OSError):
        (folder(store) / f"{key(prior, prompt)}.ask").unlink(missing_ok=True)


def answer_or_none(store: Store, prior: str, prompt: str) -> Reading | None:
    """The worker's answer, None while there is none. What cannot be read counts as none."""
    try:
        values = read_json(folder(store) / f"{key(prior, prompt)}.json")
        values |= {name: tuple(Word(**word) for word in values.get(name, ())) for name in ("words", "words_apart")}
        values |= {name: tuple(values.get(name, ())) for name in ("notes", "apart")}
        return Reading(**values | {"nearest": tuple((str(kind), float(near)) for kind, near in values["nearest"])})
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def asked(store: Store) -> list[tuple[Path, str, str]]:
    """Worker's side: open questions as (file, prior, prompt); what is no question is removed."""
    found = []
    for path in sorted(folder(store).glob("*.ask")):
        try:
            values = read_json(path)
            found.append((path, str(values["prior"]), str(values["prompt"])))
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return found


def answer(store: Store, question: Path, reading: Reading) -> None:
    """Worker's side: write the answer and take the question away. Raises disk-full, folder-read-only."""
    write_atomic(question.with_suffix(".json"), json.dumps(asdict(reading)))
    with writing(question.parent):
        question.unlink(missing_ok=True)
    answers = sorted(folder(store).glob("*.json"), key=lambda path: path.stat().st_mtime)
    for old in answers[:-KEPT]:
        with suppress(OSError):
            old.unlink(missing_ok=True)


def forget(store: Store) -> None:
    """Remove all answers; questions stay."""
    for path in folder(store).glob("*.json"):
        with suppress(OSError):
            path.unlink(missing_ok=True)
