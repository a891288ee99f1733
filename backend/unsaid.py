"""What a prompt leaves open is drawn: "a mug" is asked for as "a white ceramic mug".

A prior that is told neither colour nor material answers with something between all that it knows, in mud and blots. Its
kinds' own looks are known exactly, so colour and material are drawn from these by the seed, and the views given both.
The parts that nearly all props of a kind have (a roof, a guard) are told with looks of their own in the same way, but no
sampling is steered towards these: where a part lies only the network knows, and not always. Of what is always round they are
steered too, for rings hold them together (`rings`); where bands go around it and the prompt says how anything looks, the rest
is left open, for more words cost a red barrel its gold hoops.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from .language.brief import Brief
from .language.reader import Reading
from .looks import Looks
from .materials import MADE_OF
from .priors import Prior

BAND = "band"  # the noun of parts that go around and are hoops of metal; a traffic cone's are stripes first
ARTICLE = re.compile(r"\b(an?)\s+$", re.IGNORECASE)


@runtime_checkable
class KnowsLooks(Prior, Protocol):
    """A prior that reads prompts and knows what its kinds look like."""

    looks: Looks | None

    def alone(self, brief: Brief) -> bool: ...

    def is_round(self, brief: Brief) -> bool: ...

    def read(self, prompt: str) -> Reading: ...


def described(prior: Prior, brief: Brief, seed: int) -> Brief:
    """A Brief with looks for its parts, drawn by the seed where it says none and the prior knows some."""
    if not isinstance(prior, KnowsLooks) or prior.looks is None or not brief.items or not prior.alone(brief):
        return brief
    return prior.looks.with_parts(brief, np.random.default_rng([seed, 7]))


def is_open(prior: KnowsLooks, brief: Brief) -> bool:
    """Whether looks are drawn for the whole of what a Brief describes: one prop alone; with hoops, if nothing is said."""
    parts = prior.looks.parts.get(brief.kind, ()) if prior.looks is not None else ()
    hooped = prior.is_round(brief) and any(part.nouns[0] == BAND for part in parts)
    said = len(brief.items) > 1 or any(item.modifiers for item in brief.items)
    return bool(brief.items) and prior.alone(brief) and not (hooped and said)


def completed(prior: Prior, prompt: str, seed: int) -> str:
    """The prompt with the colour and material of the whole prop that it leaves open, drawn by the seed; else as it is.

    The words go before the prop's own. A prompt that would then be read otherwise stays.
    """
    if not isinstance(prior, KnowsLooks) or prior.looks is None:
        return prompt
    reading = prior.read(prompt)
    named = next((word.text for word in reading.words if word.role == "kind"), "")
    if not named or not is_open(prior, reading.brief):
        return prompt
    head, *parts = reading.brief.items
    words = prior.looks.of_prop(head, np.random.default_rng([seed, 2026]))
    made = [word.text for word in reading.words if word.meaning in MADE_OF and word.meaning in head.modifiers]
    told = inserted(prompt, made[0] if made else named, words)
    now = prior.read(told).brief.items
    understood = now and now[0].noun == head.noun and list(now[1:]) == parts
    return told if understood and set(now[0].modifiers) == {*head.modifiers, *words} else prompt


def inserted(prompt: str, said: str, words: Sequence[str]) -> str:
    """`words` before the first place where the prompt says `said`, its article mended; else the prompt as it is."""
    place = re.search(rf"\b{re.escape(said)}", prompt, re.IGNORECASE)
    if place is None or not words:
        return prompt
    before, phrase = prompt[: place.start()], " ".join(words)
    article = ARTICLE.search(before)
    if article:
        right = "an" if phrase[0] in "aeiou" else "a"
        before = f"{before[: article.start()]}{right.capitalize() if article[1][0].isupper() else right} "
    return f"{before}{phrase} {prompt[place.start() :]}"
