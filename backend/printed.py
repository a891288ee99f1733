"""Patterns that a prompt names, taken out of what the prior is asked for: they are printed when the maps are made.

"A red and white striped mug" is asked for as "a red mug" and gets white stripes (`detail/prints`): in views of 64 pixels the
prior can show but the mixture, pink. The colour named first is the ground. Two colours without a pattern are the prop's and
that of a part that nearly all props of its kind have ("a red and black chair"); of what has no such part, stripes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .detail.prints import PRINTS, Print
from .from_picture import named
from .lab import lab_of_array
from .language.brief import Brief, Item
from .language.reader import Reading
from .looks import Part
from .obedience import said_of
from .priors import Prior
from .unsaid import KnowsLooks, completed
from .words import ReadsColours

STRIPE = "stripe"
MARKS = {STRIPE: "striped", "check": "checkered", "dot": "dotted", "spot": "dotted"}  # parts that are but paint
DRAWS = 8  # of the colour left open, at most, until it is another than those of the prints
CONTRAST = 45.0  # least L*a*b* distance from the ground of a colour that is drawn
FIRST_DRAWN = ("white", "cream", "black", "navy")  # they go with every ground


@dataclass(frozen=True)
class Motif:
    """A pattern on the item of that noun, in these named colours besides its ground; () leaves the colour open."""

    noun: str
    pattern: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Plain:
    """What is asked for in a prompt's place, and the patterns that were taken out of it."""

    prompt: str
    motifs: tuple[Motif, ...] = ()


def plain_of(prior: Prior, reading: Reading | None, prompt: str) -> Plain:
    """The prompt without its patterns; as it is where it names none, or where the rest would not be read alike."""
    if not (isinstance(prior, KnowsLooks) and isinstance(prior, ReadsColours)) or reading is None:
        return Plain(prompt)
    if not reading.brief.items or not prior.alone(reading.brief):
        return Plain(prompt)
    order = [word for said in reading.words for word in said.meaning.split(", ")]
    order = [word for word in order if word in prior.named_colours]
    head, *parts = reading.brief.items
    typical = prior.looks.parts.get(head.noun, ()) if prior.looks is not None else ()
    marks = [part for part in parts if part.noun in MARKS and not any(part.noun in own.nouns for own in typical)]
    items, motifs = list[Item](), list[Motif]()
    for item in (head, *parts):
        if item in marks:
            motifs.append(Motif(head.noun, MARKS[item.noun], _colours(item, order)))
            continue
        plain, motif = _parted(item, order, 0 if item is head and _speaks_of_marks(reading) else 1)
        items.append(plain)
        motifs += [motif] if motif is not None else []
    unsaid = [own for own in typical if not {item.noun for item in items} & set(own.nouns)]
    if [own.nouns[0] for own in typical] == [STRIPE]:  # of a lighthouse they are paint on the whole of it
        unsaid = []
    brief, motifs = _on_parts(items, motifs, unsaid)
    told = text_of(brief)
    alike = brief != reading.brief and prior.read(told).brief == brief
    return Plain(told, tuple(motifs)) if alike else Plain(prompt)


def text_of(brief: Brief) -> str:
    """A prompt that says what a Brief does: "a red wooden chair with a white seat and a gold leg"."""
    prop, *parts = (named(" ".join((*item.modifiers, item.noun))) for item in brief.items)
    return prop + (f" with {' and '.join(parts)}" if parts else "")


def prints_of(prior: Prior, motifs: Sequence[Motif], told: Brief, seed: int) -> tuple[tuple[Print, ...], list[str]]:
    """The prints on the prop that is asked for, told: with all that was left open; and the colours that were drawn for them."""
    if not motifs or not isinstance(prior, ReadsColours):
        return (), []
    colours, rng = prior.named_colours, np.random.default_rng([seed, 31])
    prints, drawn = list[Print](), list[str]()
    for motif in motifs:
        item = next((item for item in told.items if item.noun == motif.noun), Item(motif.noun))
        ground = next((colours[word] for word in item.modifiers if word in colours), None)
        others = motif.others
        if not others:
            seen = np.array(ground or (0.5, 0.4, 0.3), np.float32)
            apart = {name: float(np.linalg.norm(lab_of_array(np.array(rgb, np.float32)) - lab_of_array(seen)))
                     for name, rgb in colours.items()}  # fmt: skip
            free = [n for n in FIRST_DRAWN if apart.get(n, 0) > CONTRAST] or [max(apart, key=lambda n: apart[n])]
            others = (free[int(rng.integers(len(free)))],)
            drawn += others
        wish = said_of(item, sorted(colours))
        prints.append(Print(motif.pattern, tuple(colours[name] for name in others), wish, ground))
    return tuple(prints), drawn


def completed_apart(prior: Prior, plain: Plain, seed: int) -> str:
    """The plain prompt with what it leaves open drawn by the seed (`unsaid.completed`), in no colour of its own prints."""
    for again in range(DRAWS):
        prompt = completed(prior, plain.prompt, seed + again * 7919)
        others = {name for motif in plain.motifs for name in motif.others}
        if prompt == plain.prompt or not others or not isinstance(prior, ReadsColours):
            break
        if not others & set(prior.read(prompt).brief.items[0].modifiers):
            break
    return prompt


def _colours(item: Item, order: Sequence[str]) -> tuple[str, ...]:
    """The colours of an item, in the order in which the prompt says them."""
    return tuple(dict.fromkeys(word for word in order if word in item.modifiers))


def _parted(item: Item, order: Sequence[str], grounds: int) -> tuple[Item, Motif | None]:
    """An item without its pattern and the colours beyond its ground, and these; grounds: how many of its colours are that."""
    pattern = next((word for word in item.modifiers if word in PRINTS), "")
    others = _colours(item, order)[grounds if pattern else 1 :]
    if not pattern and not others:
        return item, None
    kept = tuple(word for word in item.modifiers if word != pattern and word not in others)
    return Item(item.noun, kept), Motif(item.noun, pattern, others)


def _speaks_of_marks(reading: Reading) -> bool:
    """Whether the one colour that is said of the prop is its pattern's ("a mug with blue dots"): both follow the prop's name."""
    roles = [word.role == "kind" for word in reading.words]
    after = reading.words[roles.index(True) + 1 :] if any(roles) else ()
    said = {meaning for word in after if word.role == "modifier" for meaning in word.meaning.split(", ")}
    own = set(reading.brief.items[0].modifiers)
    patterns = own & PRINTS.keys()
    coloured = [word for word in reading.words if word.role == "modifier" and word.meaning in own - patterns]
    return bool(patterns) and patterns <= said and len(coloured) == 1 and coloured[0] in after


def _on_parts(items: Sequence[Item], motifs: Sequence[Motif], unsaid: Sequence[Part]) -> tuple[Brief, list[Motif]]:
    """What is asked for once the prop's second colour without a pattern is given to the first part that can have it, unsaid: of
    those the prompt leaves open; and the patterns. What no part can have becomes stripes."""
    told, found, open_parts = list(items), list[Motif](), list(unsaid)
    for motif in motifs:
        left = list[str]()
        for colour in motif.others:
            takes = (part for part in open_parts if any(look.colour in ("any", colour) for look in part.looks))
            part = None if motif.pattern or motif.noun != items[0].noun else next(takes, None)
            if part is None:
                left.append(colour)
                continue
            open_parts.remove(part)
            told.append(Item(part.nouns[0], (colour,)))
        if motif.pattern or left:
            found.append(replace(motif, pattern=motif.pattern or "striped", others=tuple(left)))
    return Brief(tuple(told)), found
