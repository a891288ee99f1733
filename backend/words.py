"""What a refinement is told in words, and what becomes of it: conditions of the prior, and a hook towards what they name."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from torch import Tensor

from .avoided import avoided
from .errors import InputError
from .language.reader import Reading
from .named_parts import named_parts
from .networks import suited
from .obedience import obedience
from .objectives import Guide
from .priors import Cond, Prior
from .protocol import Control, Event, Note
from .sampler import Hook, composed

NEGATIVE = "ugly, blurry, low quality, oversaturated, deformed"
GOOD, BAD = ", detailed, high quality", ", oversaturated, smooth, pixelated, blurry, bad structure, noisy, malformed"


@dataclass(frozen=True)
class Words:
    """What the prior is told: the wish, what to avoid, what the object is now (for DDS and PDS), and a picture.

    image: (4, H, W) RGBA in [0, 1] that both sides of the guidance see, or None. obey: whether the sampler is steered
    towards the colour and the material that the wish names. strength: of the refinement; a weak one is steered less.
    by_part: whether also towards those of single parts, which are looked for in own: (1, V, c, h, w), the object's own
    encoded views, or None where it is not steered so.
    """

    text: str
    negative: str = ""
    source: str = ""
    image: Tensor | None = None
    obey: bool = True
    strength: float = 1.0
    by_part: bool = True
    own: Tensor | None = None


@runtime_checkable
class ReadsColours(Protocol):
    """A prior that reads prompts and was taught names of colours, sRGB in [0, 1]."""

    @property
    def named_colours(self) -> Mapping[str, tuple[float, float, float]]: ...

    def read(self, prompt: str) -> Reading: ...


def conditions(prior: Prior, words: Words, wanted: set[str]) -> tuple[dict[str, Cond], list[Note]]:
    """The wanted conditions by name. Words that the prior does not know fall back to the null prompt, and are noted."""
    away = avoided(prior, words.text, words.negative)
    texts = {
        "text": words.text, "null": away, "negative": away or NEGATIVE, "source": words.source,
        "good": words.text + GOOD, "bad": words.text + BAD,
    }  # fmt: skip
    conds, notes = {}, []
    for name in sorted(wanted | {"text", "null"}):
        try:
            image = words.image if name != "null" or words.text else None  # a picture alone is guided against nothing
            conds[name] = prior.condition([texts[name]], image)
        except InputError as error:
            if name == "text":
                raise
            conds[name] = prior.condition([""], words.image)
            notes.append(Note("prompt-unknown", f"The {name} prompt says nothing to this prior ({error.sentence})"))
    return conds, notes


def steering(prior: Prior, words: Words) -> Hook | None:
    """Posterior guidance towards the colours and materials that the text names; None where it names none, or a picture
    shows them."""
    if not (words.obey and words.text) or words.image is not None or not isinstance(prior, ReadsColours):
        return None
    firmness = min(1.0, 2 * words.strength) ** 2  # it acts in every evaluation again: squared, half of it stays half
    briefs, named = [prior.read(words.text).brief], prior.named_colours
    whole = obedience(prior, briefs, named, firmness)
    parts = named_parts(prior, briefs, named, firmness, words.own) if words.by_part and words.own is not None else None
    return whole if parts is None else composed([hook for hook in (whole, parts) if hook is not None])


def rewritten(
    guide: Guide, words: Words, control: Control, wanted: set[str]
) -> Generator[Event, None, tuple[Guide, Words]]:
    """(guide, words) as the artist has changed them by now: the prompt, and the strength with which it is steered towards.

    A prompt that is not understood is told and changes nothing. wanted: the conditions that the guide needs.
    """
    said = replace(words, strength=control.strength if control.strength >= 0 else words.strength)
    prior, conds = guide.prior, guide.conds
    if control.prompt and control.prompt != words.text:
        try:
            answering = suited(prior, [control.prompt])
            conds, _ = conditions(answering, replace(said, text=control.prompt), wanted)
            prior = answering
            said = replace(said, text=control.prompt)
            yield Note("control", f"From here on: {control.prompt}")
        except InputError as error:
            yield Note(error.code, error.sentence)
    if said == words:
        return guide, words
    return replace(guide, prior=prior, conds=conds, steer=steering(prior, said)), said
