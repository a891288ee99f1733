"""Owns what becomes of a prompt before anything is sampled: how it was understood is said, and what it leaves open drawn."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from .detail.prints import Print
from .errors import problem
from .from_picture import Asked
from .known import Reads
from .language.brief import Brief
from .language.reader import Reading
from .printed import Motif, completed_apart, plain_of, prints_of
from .priors import Prior
from .protocol import Event, Generate, Note

UNSURE = 0.5  # calibrated confidence under which the user is told how the prompt was understood


def asked_for(
    prior: Prior, reading: Reading | None, request: Generate
) -> Generator[Event, None, tuple[Reading | None, Asked]]:
    """What is asked of a prior without a picture: the prompt without its patterns, and with what it leaves open, as it is read
    then."""
    if reading is None or not isinstance(prior, Reads):
        return reading, Asked([request.prompt])
    plain = plain_of(prior, reading, request.prompt)
    prompt = completed_apart(prior, plain, request.seed)
    if prompt != plain.prompt:
        yield Note("prompt-open", f"Colour and material left open were drawn: {prompt}.")
    if prompt != request.prompt:
        reading = prior.read(prompt)
    return reading, Asked([prompt], prints=(yield from printed_on(prior, plain.motifs, reading, request.seed)))


def printed_on(
    prior: Prior, motifs: Sequence[Motif], told: Reading | None, seed: int
) -> Generator[Event, None, tuple[Print, ...]]:
    """The prints of patterns that were taken out of a prompt, on what it was then read as; colours left open are said."""
    prints, drawn = prints_of(prior, motifs, told.brief if told else Brief(), seed)
    if drawn:
        yield Note("prompt-open", f"The second colour of its pattern was drawn: {', '.join(drawn)}.")
    return prints


def explain(reading: Reading, request: Generate) -> Iterator[Event]:
    """Say how the prompt was understood where that is not certain; raises prompt-unknown when nothing was."""
    if not reading.brief.items and not request.image:
        if not any(c.isascii() and c.isalpha() for c in request.prompt):
            raise problem("prompt-language")
        raise problem(
            "prompt-unknown", nearest=", ".join(kind for kind, _ in reading.nearest) or "crate, chair, lantern"
        )
    for note in reading.notes:
        yield Note("prompt-reading", note)
    if reading.brief.items and reading.confidence < UNSURE:
        sure = f"{100 * reading.confidence:.0f} % sure"
        yield Note("prompt-unsure", f"Understood as: {reading.brief.kind} ({sure}).")
