"""The painting stage of a texture refinement: synchronised views, watched and steered by the artist while they form."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

import torch

from .clock import Clock
from .distill import Run, Words, conditions
from .errors import InputError
from .live import light_texture
from .objectives import Guide
from .picture import contact_sheet
from .polish import views_of
from .priors import Prior
from .protocol import Control, Event, Note, Preview
from .representations.surface import TexturedSurface
from .sampler import Plan
from .synchronise import favour, synchronise

PICTURES = 4  # of all views, besides the light texture of every step


def stopped(index: int, steps: int) -> Note:
    return Note("stopped", f"Painting was ended by hand after {index} of {steps} steps.")


def paint_views(
    surface: TexturedSurface, prior: Prior, words: Words, run: Run, clock: Clock, plan: Plan
) -> Iterator[Event]:
    """Paint the surface in place. What control.json says is obeyed within a step: the prompt and the strength of what is left,
    the favoured side, and the end. A change noises the present state to where the sampling stood, and goes on from there."""
    conds, notes = conditions(prior, words, set())
    yield from notes
    guide = Guide(prior, conds, keep_original=run.settings.keep_original)
    generator = torch.Generator().manual_seed(run.seed)
    told, walked, way = Control(), 0, plan
    while walked < plan.steps:
        if (control := run.control()) != told:
            guide = yield from obeyed(control, told, guide, words)
            told = control
            strength = told.strength if told.strength >= 0 else plan.strength
            left = plan.steps - walked
            way = replace(plan, steps=left, strength=strength * left / plan.steps)
        if way.strength == 0:
            return
        for step in synchronise(surface, guide, way, generator, favour(prior, told.favour_azimuth_deg)):
            walked += 1
            yield clock.at(walked / plan.steps)
            if (control := run.control()).stop_now:
                yield stopped(walked, plan.steps)
                return
            yield from shown(surface, prior, run, walked, plan.steps)
            if control != told and step.index < step.steps:
                break


def obeyed(control: Control, told: Control, guide: Guide, words: Words) -> Generator[Event, None, Guide]:
    """The guide for what the artist says now; a prompt that is not understood is told and changes nothing."""
    if not control.prompt or control.prompt == told.prompt:
        return guide
    try:
        conds, _ = conditions(guide.prior, replace(words, text=control.prompt), set())
    except InputError as error:
        yield Note(error.code, error.sentence)
        return guide
    yield Note("control", f"From here on: {control.prompt}")
    return replace(guide, conds=conds)


def shown(surface: TexturedSurface, prior: Prior, run: Run, index: int, steps: int) -> Iterator[Event]:
    """The object's texture as it stands, and from time to time a picture of all views."""
    if run.folder is None:
        return
    name = f"views-{index * PICTURES // steps:03d}.png"
    if index * PICTURES % steps < PICTURES or not (run.folder / name).exists():
        contact_sheet(views_of(surface, prior).maps, run.folder / name)
    yield Preview(name, light_texture(surface, run.folder))
