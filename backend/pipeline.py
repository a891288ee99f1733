"""The pipeline: request -> views -> shape -> refine -> finish -> files, as one generator of events.

The command line, the worker, a Ray task and the tests drive the same generator; closing it stops the job.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from .avoided import avoided, heeded
from .clock import Clock
from .disk import writing
from .distill import Run
from .export import write_prop
from .from_picture import QUICK_TRIES, TRIES, Asked, asked_of, kinds_seen, names_a_paint
from .fuse import SignedDistance, fuse
from .images import isolate_object, load_picture
from .known import Reads, ReadsSeveral, forms_of, surfaces_of
from .language.reader import Reading
from .lifting import lifted
from .mesh import Mesh, extract, mcubes
from .networks import suited
from .outline import Portrayed
from .picture import contact_sheet
from .picture_colours import with_colours_of
from .polish import polish, surface_of_views, views_of
from .portrait import cloud_of, viewpoints_of
from .priors import GBUFFER, Cond, Maps, Prior
from .priors.loader import folder_of, load_prior, read_card
from .priors.student import Student
from .projection import Shown, shown_in
from .prompts import UNSURE, asked_for, explain
from .protocol import Done, Event, Generate, Note, Preview, Request
from .rasterise import Array
from .recognition import notes_of, recognised
from .regularise import regularise
from .sampler import Plan, composed, sample
from .settings import Quality
from .steering import hooks_of, told_of
from .swept import swept
from .texturing import texture
from .tries import settled
from .unwrap import texel_density, unwrap
from .whole_object import confidence
from .words import Words

PREVIEWS = 4  # pictures of the views while they form


@runtime_checkable
class HasStudent(Protocol):
    """A prior that may come with a student of few evaluations."""

    student: Student | None


@dataclass
class Models:
    """The priors that stay loaded between jobs, and where they compute."""

    device: torch.device
    priors: dict[str, Prior] = field(default_factory=dict)
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)  # prior.json of those loaded from a folder

    def prior(self, name: str) -> Prior:
        if name not in self.priors:
            self.priors[name] = load_prior(name, self.device)
            self.cards[name] = read_card(folder_of(name))
        return self.priors[name]


@dataclass(frozen=True)
class Views:
    """The sampled G-buffers, with what the language made of the prompt (None: the prior does not say).

    asked: what was asked of the prior, with the kind that a picture looks like. symmetry: the axes of "xy" about which the
    prop is known to be mirror-symmetric. portrayed: the picture they were sampled after, or None; image_confidence: that it is an
    object; coloured: whether the prop takes the picture's colours.
    """

    maps: Maps
    reading: Reading | None
    asked: Asked = Asked([])
    symmetry: str = ""
    portrayed: Portrayed | None = None
    image_confidence: float | None = None
    coloured: bool = False

    @property
    def image(self) -> Tensor | None:
        """(4, H, W) RGBA in [0, 1], the picture that they were sampled after."""
        return self.portrayed.image if self.portrayed is not None else None


def run(request: Request, folder: Path, models: Models) -> Iterator[Event]:
    """Carry out one request; result and previews go into the job folder. Ends with Done; failures are raised."""
    if isinstance(request, Generate):
        yield from generate(request, folder, models)
    else:
        from .refine import refine  # noqa: PLC0415 -- the refiner is only loaded when it is asked for

        yield from refine(request, folder, models.prior(request.prior))


def generate(request: Generate, folder: Path, models: Models) -> Iterator[Event]:
    """A new prop from a prompt, an image, or both."""
    quality, clock = request.quality, Clock.for_generate(request.quality)
    yield clock.enter("loading")
    prior = models.prior(request.prior)
    yield clock.enter("text")
    members = prior.several(request.prompt) if isinstance(prior, ReadsSeveral) and not request.image else ()
    if members:
        from .assembly import assemble  # noqa: PLC0415 -- it makes every one of them by what stands here

        yield from assemble(request, members, folder, models, clock)
        return
    views = yield from sample_views(request, prior, folder, clock)
    yield clock.enter("shape")
    solid = yield from clock.during(lambda: solid_of(views, quality), 0.0, 0.4)
    shape = yield from clock.during(lambda: extract(solid, quality.finish.faces), 0.4, 0.7)
    shown = yield from clock.during(lambda: shown_in(views.portrayed, shape, solid.figures), 0.7, 0.8)
    vertices = shape.vertices if shown is None else shown.fitted.vertices
    uvs = yield from clock.during(lambda: unwrap(vertices, shape.faces), 0.8, 1.0)
    yield clock.enter("refine" if quality.distillation.steps else "finish", f"A shape of {len(shape.faces)} faces")
    work = Run(quality.distillation, request.seed, folder)
    seen = (
        (yield from refine_views(request, prior, views, shape, uvs, work, clock)) if work.settings.steps else views.maps
    )
    triangles, shown_on = (shape.vertices, shape.faces, uvs), shown if views.coloured else None
    textures = yield from texture(triangles, seen, request, clock, shown_on, views.asked.prints)
    yield clock.enter("files")
    mesh, size_px, result = (vertices, shape.faces, uvs), quality.finish.texture_px, folder / "result"
    facts = facts_of(request, views, shown, models.cards.get(request.prior, {}))
    with writing(folder):
        yield from clock.during(
            lambda: write_prop(result, *mesh, textures, request.size_m, facts), 0, 1, to_its_end=True
        )
    density = {"texels_per_m": round(texel_density(*mesh, size_px, request.size_m))}
    yield Preview("result/thumbnail.png")
    yield clock.finish()
    yield Done("result", clock.seconds(), figures_of(shape, views, quality) | density | work.figures)


def solid_of(views: Views, quality: Quality) -> SignedDistance:
    """The views' solid, with what is known of it and what it nearly obeys."""
    return regularise(fuse(views.maps, quality.shape), quality.shape, views.symmetry)


def refine_views(
    request: Generate, prior: Prior, views: Views, shape: Mesh, uvs: Array, work: Run, clock: Clock
) -> Generator[Event, None, Maps]:
    """Distil the mesh's texture; returns the views that it then shows, whose colours and materials agree everywhere."""
    surface = surface_of_views(shape, uvs, views.maps)
    text = next(iter(views.asked.prompts), request.prompt)  # of views that were lifted nothing more was asked
    words = Words(text, request.negative, image=views.image)
    yield from polish(surface, suited(prior, [text]), words, work, clock)
    yield clock.enter("finish")
    return views_of(surface, prior, views.maps)


def sample_views(request: Generate, prior: Prior, folder: Path, clock: Clock) -> Generator[Event, None, Views]:
    """Sample the prior's views of the request; yields notes, progress and previews, returns Views."""
    if prior.channels != GBUFFER:
        return Views((yield from lifted(request, prior, folder, clock)), None)
    reading = prior.read(request.prompt) if isinstance(prior, Reads) and request.prompt else None
    image, sure = (yield from read_object(request.image)) if request.image else (None, None)
    seen = kinds_seen(prior, request.prompt, reading, image) if image is not None else []
    wished = asked_of(request.prompt, seen, 1).prompts[0]
    if reading is not None and isinstance(prior, Reads):
        reading = prior.read(wished) if wished != request.prompt else reading
        yield from explain(reading, request)
    if image is not None:
        prior = suited(prior, [wished])
        request = replace(request, negative=(yield from heeded(prior, wished, request.negative)))
        asked = asked_of(request.prompt, seen, TRIES if student_for(request, prior) is None else QUICK_TRIES)
        cond, told = prior.condition(asked.prompts, image), None
    else:
        reading, asked = yield from asked_for(prior, reading, request)
        prior = suited(prior, asked.prompts)
        request = replace(request, negative=(yield from heeded(prior, request.prompt, request.negative)))
        cond, told = told_of(prior, reading, asked.prompts[0], request.seed)
    sampled, null, plan = means_of(request, prior, image, asked)
    forms = forms_of(request, prior, asked)
    steered = composed(hooks_of(request, prior, reading, told, forms, cond))
    yield clock.enter("views")
    generator = torch.Generator().manual_seed(request.seed)
    shown, x0 = max(plan.steps // PREVIEWS, 1), None
    for step in sample(sampled, cond, null, plan, generator, hook=steered):
        x0 = step.x0
        if step.index % shown == 0:
            contact_sheet(prior.decode(x0)[0], folder / f"views-{step.index:03d}.png")
            yield Preview(f"views-{step.index:03d}.png")
        yield clock.at(step.index / step.steps)
    assert x0 is not None
    tries = prior.decode(x0).cpu()
    if image is None:
        maps = Maps(tries[0], prior.cameras, *surfaces_of(prior, asked.prompts[0]))
        maps = swept(prior, maps, asked.prompts[0], forms[0])
        return Views(maps, reading, asked, forms[0].symmetry)
    viewpoints = viewpoints_of(prior, cond)
    best, mean, pose = settled(tries, prior.cameras, image, asked.prompts, viewpoints)
    yield from notes_of(asked, sure, pose)
    maps = Maps(mean, prior.cameras, *surfaces_of(prior, asked.prompts[best]))
    maps = swept(prior, maps, asked.prompts[best], forms[best])
    coloured = not names_a_paint(prior, reading)
    if coloured:
        maps = with_colours_of(maps, image, pose)
    portrayed = Portrayed(image, pose, cloud_of(maps), viewpoints[best] if viewpoints else None, forms[best].symmetry)
    return Views(maps, reading, asked, forms[best].symmetry, portrayed, sure, coloured)


def means_of(request: Generate, prior: Prior, image: Tensor | None, asked: Asked) -> tuple[Prior, Cond | None, Plan]:
    """Who samples, the other side of the guidance, and the plan."""
    student, views = student_for(request, prior), request.quality.views
    if student is not None:
        return student.prior, None, Plan(student.steps)
    null = None if views.guidance == 1.0 else unconditional(prior, request, image, asked)
    return prior, null, Plan(views.steps, views.guidance, views.solver)


def student_for(request: Generate, prior: Prior) -> Student | None:
    """The prior's student where the settings want one and it was taught what is asked: this guidance, no negative."""
    views = request.quality.views
    student = prior.student if isinstance(prior, HasStudent) else None
    if student is None or not views.student or views.guidance != student.guidance or request.negative:
        return None
    return student


def read_object(path: str) -> Generator[Event, None, tuple[Tensor, float]]:
    """The one object of the picture, (4, H, W) RGBA in [0, 1], and how sure it is that it is one; yields notes."""
    picture = load_picture(path)
    yield from picture.notes
    isolated = isolate_object(picture.rgba)
    sure = confidence(picture.rgba, isolated)
    if sure < UNSURE:
        told = f"Only {100 * sure:.0f} % sure that the picture shows one whole object"
        yield Note("image-unsure", f"{told}; one thing on a plain ground, wholly in view, works best.")
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(isolated, -1, 0))), sure


def unconditional(prior: Prior, request: Generate, image: Tensor | None, asked: Asked) -> Cond:
    """The other side of the guidance: of each try what is to be avoided, if anything, else nothing. The image stays on both
    sides, so that the words (or the kind read in it) are what is pushed; an image alone is itself pushed.
    """
    worded = any(asked.prompts)
    away = [avoided(prior, prompt, request.negative) for prompt in asked.prompts]
    return prior.condition(away, image if worded else None)


def facts_of(request: Generate, views: Views, shown: Shown | None, card: dict[str, Any]) -> dict[str, Any]:
    """What prop.json records of the request: enough to make the same prop again."""
    reading, seen = views.reading, {"looks_like": views.asked.kind or None, "sure": round(views.asked.sure, 3)}
    pose = views.portrayed.pose if views.portrayed else None
    if pose and views.asked.kind:
        seen["recognised"] = recognised(views.asked, views.image_confidence or 0.0, pose)
    pose = shown.fitted.pose if shown else pose
    packages = ("torch", "numpy", "xatlas", *(("PyMCubes",) if mcubes else ()))
    return {
        "prompt": request.prompt,
        "seed": request.seed,
        "request": asdict(request),
        "understood": asdict(reading.brief) if reading else None,
        "confidence": reading.confidence if reading else None,
        "picture": seen | {k: round(v, 3) for k, v in asdict(pose).items()} if pose else None,
        "prior": {key: card.get(key) for key in ("name", "licence", "commercial", "sha256")},
        "versions": {name: version(name) for name in packages},
    }


def figures_of(shape: Mesh, views: Views, quality: Quality) -> dict[str, float]:
    """Measured facts of the prop for the Done event."""
    figures = {**shape.figures, "faces": float(len(shape.faces)), "vertices": float(len(shape.vertices))}
    figures["texture_px"] = float(quality.finish.texture_px)
    if views.reading is not None:
        figures["confidence"] = round(views.reading.confidence, 3)
    if views.image_confidence is not None:
        figures["image_confidence"] = round(views.image_confidence, 3)
    return figures
