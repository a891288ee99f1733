"""Owns what is said of the kind read in a picture: its name, or that nothing in the picture is recognised."""

from __future__ import annotations

from .from_picture import Asked, named
from .portrait import Pose
from .protocol import Note

# Chosen on other draws of the pictures that `python -m backend.evaluation.recognition` makes; docs/embedded-prior.md,
# "Pictures", has what they do on its own.
LEAST_CHANCE = 0.4  # that the picture is one whole object, times that it is of the kind, given that it is one
LEAST_LIKENESS = 0.2  # of the best try from its best side: what is cut out of charts and crowds looks like no prop


def chance_of(asked: Asked, whole: float) -> float:
    """Probability that the picture shows the kind read in it: the reader of kinds takes for granted that it is one object."""
    return asked.sure * whole


def recognised(asked: Asked, whole: float, pose: Pose) -> bool:
    """Whether the kind may be named. whole: how sure it is that the picture is one whole object."""
    return chance_of(asked, whole) >= LEAST_CHANCE and pose.likeness >= LEAST_LIKENESS


def notes_of(asked: Asked, whole: float | None, pose: Pose) -> list[Note]:
    """What the user should know of a picture without words, after the tries were compared with it; nothing beside words."""
    if not asked.kind or whole is None:
        return []
    if not recognised(asked, whole, pose):
        return [
            Note("picture-unrecognised", "Nothing in the picture is recognised; say in words what the prop should be.")
        ]
    sure = f"{min(100 * chance_of(asked, whole), 99):.0f} % sure"
    return [Note("picture-kind", f"The picture looks like {named(asked.kind)} ({sure}).")]
