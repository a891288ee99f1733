"""A new prop from a prior that gives colours only: something round is distilled, then seen as G-buffers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import torch

from .cameras import rig
from .clock import Clock
from .distill import Run, distill
from .errors import problem
from .priors import Maps, Prior
from .protocol import Event, Generate, Progress
from .representations import Representation
from .representations.channels import as_gbuffers
from .representations.field import RadianceField
from .representations.gaussians import in_ball
from .representations.gsplat_renderer import best_renderer
from .words import Words

STEPS = 500  # where the request names none: what DreamGaussian takes for its first stage
GAUSSIANS, RADIUS = 4000, 0.5
SIZE_PX = 96  # of the pictures that are fused; from the six sides of the embedded prior's rig


def ball_of_gaussians(generator: torch.Generator, place: torch.device) -> Representation:
    found = in_ball(GAUSSIANS, 3, generator, RADIUS).to(place)
    if place.type == "cuda":
        found.renderer = best_renderer()
    return found


def blob_in_a_field(generator: torch.Generator, place: torch.device) -> Representation:
    return RadianceField.start(3, generator).to(place)


Start = Callable[[torch.Generator, torch.device], Representation]
STARTS: dict[str, Start] = {"gaussians": ball_of_gaussians, "field": blob_in_a_field}


def lifted(request: Generate, prior: Prior, folder: Path, clock: Clock) -> Generator[Event, None, Maps]:
    """Distil a new shape out of the prompt alone and return its G-buffers, within the stage "views".

    Raises prior-invalid for a picture, which such a prior cannot be told.
    """
    if request.image:
        raise problem("prior-invalid", path=request.prior, why="it takes no picture, only a prompt")
    start = STARTS[getattr(prior, "lifts_to", "gaussians")]
    place = prior.condition([""]).device or torch.device("cpu")
    shape = start(torch.Generator().manual_seed(request.seed), place)
    asked = request.quality.distillation
    settings = replace(asked, steps=asked.steps or STEPS, strength=1.0, keep_original=0.0)
    run, words = Run(settings, request.seed, folder), Words(request.prompt, request.negative)
    yield clock.enter("views")
    for event in distill(shape, prior, words, run):
        yield clock.at(event.fraction) if isinstance(event, Progress) else event
    with torch.no_grad():
        return Maps(as_gbuffers(shape.render(rig(), SIZE_PX)).float().cpu(), rig())
