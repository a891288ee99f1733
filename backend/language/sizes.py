"""How large a prop is said to be."""

from __future__ import annotations

SIZES = {  # word -> how many times as large as usual
    **{"tiny": 0.4, "mini": 0.4, "miniature": 0.4, "small": 0.7, "little": 0.7, "big": 1.4, "large": 1.4},
    **{"huge": 2.0, "massive": 2.0, "enormous": 2.5, "giant": 2.5},
}


def times_usual(text: str) -> float:
    """How many times as large as usual a prop is by the words of its prompt."""
    factor = 1.0
    for word in text.lower().split():
        factor *= SIZES.get(word.strip(".,;:!?"), 1.0)
    return factor
