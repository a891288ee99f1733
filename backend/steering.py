"""Owns what a prior is told of a request, and what steers the sampling of its views."""

from __future__ import annotations

from collections.abc import Sequence

from .consensus import consensus
from .flat import even_outlines
from .from_picture import names_a_paint
from .known import Form
from .language.brief import Brief
from .language.reader import Reading
from .mirrors import mirrored
from .named_parts import ReadsBriefs, named_parts
from .obedience import obedience
from .priors import Cond, Prior
from .protocol import Generate
from .rings import ringed
from .sampler import Hook
from .sketched import sketched
from .unsaid import described
from .words import ReadsColours


def told_of(prior: Prior, reading: Reading | None, prompt: str, seed: int) -> tuple[Cond, Brief | None]:
    """What a prior is told of a prompt without a picture, and that as a Brief where it reads one."""
    if reading is None or not isinstance(prior, ReadsBriefs):
        return prior.condition([prompt]), reading.brief if reading else None
    brief = described(prior, reading.brief, seed)
    return prior.condition_on([brief]), brief


def hooks_of(
    request: Generate, prior: Prior, reading: Reading | None, told: Brief | None, forms: list[Form], cond: Cond
) -> list[Hook]:
    """What steers the sampling of these views, in the order in which every x0 estimate passes through."""
    pulled = sketched(prior, cond, paint=not names_a_paint(prior, reading)) if request.image else None
    looking = looks_of(prior, reading.brief, told, forms[0]) if reading and told else []  # a picture shows its own
    return in_order(prior, forms, pulled, looking)


def in_order(
    prior: Prior, forms: Sequence[Form], pulled: Hook | None = None, looking: Sequence[Hook | None] = ()
) -> list[Hook]:
    """The hooks of such views, in their order: pulled to a sketch, mirrored, even around, of the looks told, agreeing."""
    mirroring = mirrored(prior.cameras, [form.symmetry for form in forms])
    orthographic = prior.cameras.fov_deg == 0
    agreeing = consensus(prior) if orthographic else None
    flat = even_outlines(prior.cameras) if orthographic else None
    hooks = (pulled, mirroring, flat, ringed(prior, [form.is_round for form in forms]), *looking, agreeing)
    return [hook for hook in hooks if hook is not None]


def looks_of(prior: Prior, said: Brief, told: Brief, form: Form) -> list[Hook | None]:
    """What steers one prop towards the looks of its main part and of others.

    said: what the prompt says; told: the same with what it leaves open. Parts of which it says nothing are steered where rings
    hold them together: elsewhere a drawn look laid on the wrong place is worse than none.
    """
    if not isinstance(prior, ReadsColours):
        return []
    named, steered = prior.named_colours, told if form.is_round else said
    return [obedience(prior, [said], named), named_parts(prior, [steered], named, is_round=[form.is_round])]
