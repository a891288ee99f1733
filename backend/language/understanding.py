"""Answers what a prior understands of a prompt without loading its network: the reader alone, kept from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from ..readings import Reading, Word
from .member import is_one
from .reader import Reader
from .sizes import times_usual


@lru_cache(maxsize=2)
def reader_of(prior: str) -> tuple[Reader, Mapping[str, float]] | None:
    """The reader of a prior by name or folder, and how large its kinds usually are, {kind: m}; None for one without a language of
    its own.

    Raises weights-missing, prior-invalid.
    """
    from ..priors import loader, multiview  # noqa: PLC0415 -- torch takes seconds to import

    folder: Path = loader.folder_of(prior)
    card = loader.read_card(folder)
    if loader.FAMILIES[card["family"]] is not multiview.load:
        return None
    return multiview.load_reader(folder, card), card.get("sizes", {})


def understand(prior: str, prompt: str) -> Reading | None:
    """How the prior reads a prompt, every unknown word with the nearest known one; None where it has no reader."""
    found = reader_of(prior)
    return explained(found[0], prompt, found[1]) if found else None


def explained(reader: Reader, prompt: str, sizes: Mapping[str, float]) -> Reading:
    """The reader's meaning of a prompt as the panel shows it. sizes: how large kinds usually are, {kind: m}."""
    members = reader.several(prompt)
    found = reader.read(members[0].phrase if is_one(members) else prompt)
    members = () if is_one(members) else members

    def told(words: Iterable[Word]) -> tuple[Word, ...]:
        near = {word: reader.nearest_word(word.text) if word.role == "unknown" else None for word in words}
        return tuple(Word(w.text, w.role, *(found or (w.meaning, w.similarity))) for w, found in near.items())

    return Reading(
        prompt, found.brief.kind, round(float(found.confidence), 4), tuple(found.nearest), told(found.words), found.notes,
        tuple(member.told for member in members), told(w for member in members for w in reader.read(member.phrase).words),
        0.0 if members else round(sizes.get(found.brief.kind, 0.0) * times_usual(prompt), 4),
    )  # fmt: skip
