"""How large a prop is said to be."""

from __future__ import annotations

from .standing import SIZES


def times_usual(text: str) -> float:
    """How many times as large as usual a prop is by the words of its prompt."""
    factor = 1.0
    for word in text.lower().split():
        factor *= SIZES.get(word.strip(".,;:!?"), 1.0)
    return factor
