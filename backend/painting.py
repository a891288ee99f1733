"""A refinement's views while they form, painted on a surface or as whole new G-buffers, watched and steered by the artist."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from .asked_place import place_asked, texels_asked
from .clock import Clock
from .consensus import consensus
from .distill import Run
from .live import light_mesh, light_texture
from .networks import suited
from .objectives import Guide
from .objectives.schedules import noise_time
from .picture import contact_sheet
from .polish import views_of
from .priors import ALPHA, GBUFFER, Maps, Prior
from .protocol import Control, Event, Note, Preview
from .representations.surface import TexturedSurface
from .sampler import Plan, Step, composed, sample
from .synchronise import favour, repaint_share, synchronise
from .words import Words, conditions, rewritten, steering

PICTURES = 4  # of all views, besides the light texture of every step

Begin = Callable[[Words], Iterator[Event]]  # what a prompt, old or new, means before the next step
Walk = Callable[[Guide, Plan, Control], Iterator[Step]]  # denoises from where things stand, as told
Show = Callable[[Step, int], Iterator[Event]]  # what is to be seen after so many steps


def stopped(index: int, steps: int) -> Note:
    return Note("stopped", f"Painting was ended by hand after {index} of {steps} steps.")


def paint_views(
    surface: TexturedSurface, prior: Prior, words: Words, run: Run, clock: Clock, plan: Plan
) -> Iterator[Event]:
    """Paint the surface in place, steered: the prompt, the strength of what is left, the favoured side, and the end.

    Where the prompt asks for change of some parts only, no other texel may change from then on.
    """
    generator, allowed = torch.Generator().manual_seed(run.seed), surface.allowed
    own = prior.encode(views_of(surface, prior).maps[None]) if prior.channels == GBUFFER else None

    def begin(said: Words) -> Iterator[Event]:
        place = place_asked(suited(prior, [said.text]), said)
        free = allowed if place is None else allowed & texels_asked(surface, prior, place)
        if free is not surface.allowed:
            surface.allowed = free
            surface.rebase()
        if place is not None:
            yield Note(
                "parts-only", "Only the parts that the prompt describes change: it says nothing new of the whole."
            )

    def walk(guide: Guide, way: Plan, told: Control) -> Iterator[Step]:
        favoured = favour(prior, told.favour_azimuth_deg)
        return synchronise(surface, guide, way, generator, favoured, repaint_share(run.strength()))

    def show(step: Step, walked: int) -> Iterator[Event]:
        return shown(surface, prior, run, walked, plan.steps)

    yield from steered((begin, walk, show), prior, replace(words, own=own), run, clock, plan)


def reshape_views(
    own: Maps, keep_silhouette: float, prior: Prior, words: Words, run: Run, clock: Clock, plan: Plan
) -> Generator[Event, None, Maps]:
    """The object's own G-buffers denoised into new ones, steered: the prompt, the strength of what is left, and the end.

    keep_silhouette: 1 holds the views' alpha at the object's own, 0 frees it.
    """
    generator = torch.Generator().manual_seed(run.seed)
    start = latent = prior.encode(own.maps[None])
    held = run.settings.keep_original

    def keep(x0: Tensor, t: float) -> Tensor:
        mixed = torch.lerp(x0, start.to(x0), held)
        silhouette = torch.lerp(mixed[:, :, ALPHA], start.to(x0)[:, :, ALPHA], keep_silhouette)
        return torch.cat([mixed[:, :, : ALPHA.start], silhouette, mixed[:, :, ALPHA.stop :]], dim=2)

    def walk(guide: Guide, way: Plan, told: Control) -> Iterator[Step]:
        null = guide.conds["null"] if way.guidance != 1.0 else None
        agreeing = consensus(prior) if prior.cameras.fov_deg == 0 else None
        hook = composed([hook for hook in (guide.steer, agreeing, keep) if hook is not None])
        return sample(prior, guide.conds["text"], null, way, generator, start=latent, hook=hook)

    def show(step: Step, walked: int) -> Iterator[Event]:
        nonlocal latent
        latent = step.x0
        if run.folder is not None and (walked == plan.steps or walked * PICTURES % plan.steps < PICTURES):
            name = f"views-{walked * PICTURES // plan.steps:03d}.png"
            seen = prior.decode(latent)[0].detach().float().cpu()
            contact_sheet(seen, run.folder / name)
            yield Preview(name, light_mesh(Maps(seen, own.cameras), run.folder))

    yield from steered((lambda said: iter(()), walk, show), prior, replace(words, own=start), run, clock, plan)
    return Maps(prior.decode(latent)[0].detach().float().cpu(), own.cameras)


def steered(
    how: tuple[Begin, Walk, Show], prior: Prior, words: Words, run: Run, clock: Clock, plan: Plan
) -> Generator[Event, None, None]:
    """Walk the plan's steps, obeying control.json within a step: a change noises the present state to where the sampling
    stood, and goes on from there."""
    conds, notes = conditions(prior, words, set())
    yield from notes
    guide = Guide(prior, conds, keep_original=run.settings.keep_original, steer=steering(prior, words))
    (begin, walk, show), told, walked, way = how, Control(), 0, plan
    yield from begin(words)
    while walked < plan.steps:
        if (control := run.control()) != told:
            before = words.text
            guide, words = yield from rewritten(guide, words, control, set())
            told = control
            if words.text != before:
                yield from begin(words)
            reach = noise_time(prior, told.strength) if told.strength >= 0 else plan.strength
            left = plan.steps - walked
            way = replace(plan, steps=left, strength=reach * left / plan.steps)
        if way.strength == 0:
            return
        for step in walk(guide, way, told):
            walked += 1
            yield clock.at(walked / plan.steps)
            yield from show(step, walked)
            if (control := run.control()).stop_now:
                yield stopped(walked, plan.steps)
                return
            if control != told and step.index < step.steps:
                break


def shown(surface: TexturedSurface, prior: Prior, run: Run, index: int, steps: int) -> Iterator[Event]:
    """The object's texture as it stands, and from time to time a picture of all views."""
    if run.folder is None:
        return
    name = f"views-{index * PICTURES // steps:03d}.png"
    if index * PICTURES % steps < PICTURES or not (run.folder / name).exists():
        contact_sheet(views_of(surface, prior).maps, run.folder / name)
    yield Preview(name, light_texture(surface, run.folder))
