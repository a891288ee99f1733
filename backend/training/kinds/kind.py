"""What a kind of prop is: a function that writes its shape, the words people call it, and words kept for testing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..programs import Builder


@dataclass(frozen=True)
class Kind:
    """write(builder) makes the shape and declares its slots.

    synonyms: other names taught in captions. held_out: names never taught; the evaluation asks for them.
    thin: it has legs, blades, rims or slats (its own row in the evaluation).
    """

    write: Callable[[Builder], None]
    synonyms: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    thin: bool = False
