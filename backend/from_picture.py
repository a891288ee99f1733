"""Owns what a picture asks of a prior: the kinds it may show, a few tries of them, and whether words go before its colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from .detail.prints import Print
from .language.reader import Reading
from .obedience import wish_of
from .picture_kind import kind_reader
from .words import ReadsColours

NAMED = 0.5  # confidence from which a prompt names a kind: "red", "screenshot", "weathered" name none
TRIES, QUICK_TRIES = 4, 8  # samples of which one is kept; of a student: docs/embedded-prior.md, "Pictures"


@runtime_checkable
class KnowsKinds(Protocol):
    """A prior that names the kinds of props it was taught; own_kinds: by the network that answers where nothing else is asked."""

    kinds: tuple[str, ...]
    own_kinds: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """The prompts of the tries, and the kind that the picture looks like with its probability ("", 0: not looked). prints: the
    patterns that go on what is made of them."""

    prompts: list[str]
    kind: str = ""
    sure: float = 0.0
    prints: tuple[Print, ...] = ()


def named(kind: str) -> str:
    """'a mug', 'an orange'."""
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def names_a_kind(reading: Reading) -> bool:
    """Whether a prompt beside a picture or an object names a kind, and not only its looks."""
    return bool(reading.brief.items) and reading.confidence >= NAMED


def kinds_seen(prior: object, prompt: str, reading: Reading | None, image: Tensor) -> list[tuple[str, float]]:
    """The kinds that a picture (4, H, W) may show with their chances, best first: those that one network of the prior answers
    for. None where the prompt names a kind itself, or where the prior names no kinds.

    reading: of the prompt; None where there is none or the prior has no reader.
    """
    if (prompt and (reading is None or names_a_kind(reading))) or not isinstance(prior, KnowsKinds):
        return []
    likely = [pair for pair in kind_reader().likely(image) if pair[0] in prior.kinds]
    if likely and likely[0][0] in prior.own_kinds:
        return [pair for pair in likely if pair[0] in prior.own_kinds]
    return likely


def asked_of(prompt: str, seen: Sequence[tuple[str, float]], tries: int = TRIES) -> Asked:
    """The prompts of the tries for a picture: the user's own, or else the kinds seen in it, by their chances, with what the
    prompt says of them."""
    if not seen:
        return Asked([prompt] * tries if prompt else [""])
    more = f", {prompt}" if prompt else ""
    return Asked([named(kind) + more for kind in shared_out(seen, tries)], *seen[0])


def names_a_paint(prior: object, reading: Reading | None) -> bool:
    """Whether the prompt beside a picture says a colour or a material of the prop: then the picture does not colour it."""
    if reading is None or not isinstance(prior, ReadsColours):
        return False
    return wish_of(reading.brief, sorted(prior.named_colours)) is not None


def shared_out(likely: Sequence[tuple[str, float]], tries: int) -> list[str]:
    """`tries` kinds by their chances: each goes to the kind with the most chance a try it would then have (D'Hondt)."""
    given = dict.fromkeys((kind for kind, _ in likely), 0)
    for _ in range(tries):
        given[max(likely, key=lambda pair: pair[1] / (given[pair[0]] + 1))[0]] += 1
    return [kind for kind, count in given.items() for _ in range(count)]
