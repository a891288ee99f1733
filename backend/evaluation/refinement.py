"""Does refinement refine? Held-out props lose their texture and get it back by each objective; measured against the truth."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..distill import Run, Words, conditions, distill
from ..errors import PropsmithError
from ..fuse import fuse
from ..language.brief import Brief
from ..mesh import extract
from ..objectives import OBJECTIVES, Guide
from ..picture import shaded
from ..priors import ALPHA, GBUFFER, ROUGHNESS, Cond, Maps
from ..priors.multiview import MultiViewPrior
from ..refine import features
from ..representations.channels import maps_for
from ..representations.surface import TexturedSurface
from ..sampler import Plan
from ..settings import Distillation, Shape
from ..synchronise import synchronise
from ..textures import Textures
from ..unwrap import unwrap

GREY = 128
TEXTURE_PX = 256


@dataclass
class Told:
    """The prior, told by ready Briefs instead of text: the benchmark must not measure the reader as well."""

    inner: MultiViewPrior
    briefs: dict[str, Brief]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def condition(self, prompts: list[str], image: Tensor | None = None, negative: str = "") -> Cond:
        return self.inner.condition_on([self.briefs.get(p or negative, Brief()) for p in prompts])

    @torch.no_grad()
    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Any:
        return inspect.unwrap(type(self.inner).predict)(self.inner, z_t, t, cond)  # VSD's adapter needs the gradient


@dataclass(frozen=True)
class Scores:
    """colour, roughness: mean absolute error on the surface. saturation: mean of max - min of the three colours.

    sharpness: mean step between neighbouring pixels; both to be compared with the truth's own.
    surprise: the prior's mean squared error in denoising the pictures at t = 0.5. seconds: of the refinement.
    """

    colour: float
    roughness: float
    saturation: float
    sharpness: float
    surprise: float
    seconds: float


def bare(truth: Maps, faces: int = 4000) -> TexturedSurface:
    """The prop's own shape, fused from its true views, in plain grey."""
    mesh = extract(fuse(truth, Shape()), faces)
    plain = np.full((TEXTURE_PX, TEXTURE_PX), 150, np.uint8)
    flat = np.broadcast_to(np.array([128, 128, 255], np.uint8), (TEXTURE_PX, TEXTURE_PX, 3)).copy()
    grey = Textures(np.full((TEXTURE_PX, TEXTURE_PX, 3), GREY, np.uint8), flat, plain, np.zeros_like(plain))
    free = torch.ones(TEXTURE_PX, TEXTURE_PX, dtype=torch.bool)
    uvs = unwrap(mesh.vertices, mesh.faces)
    return TexturedSurface.start(mesh.vertices, mesh.faces, uvs, features(grey), free)


def copy_of(surface: TexturedSurface) -> TexturedSurface:
    """The same surface with its own changes; what was cached is shared."""
    return replace(surface, delta=surface.delta.detach().clone())


def refined(surface: TexturedSurface, prior: Told, method: str, settings: Distillation, seed: int) -> TexturedSurface:
    """method: "sampling", an objective's name with "@guidance" if not its own, or "sampling+<objective>"."""
    changed = copy_of(surface)
    sampling, _, objective = method.rpartition("+")
    words = Words("the prop", source="the bare prop")
    if "sampling" in method:
        conds, _ = conditions(prior, words, set())
        generator = torch.Generator().manual_seed(seed)
        for _ in synchronise(changed, Guide(prior, conds, keep_original=0.0), Plan(12, 1.5, "ddim", 0.95), generator):
            pass
    if objective != "sampling":
        strength = 0.4 if sampling else settings.strength
        name, _, scale = objective.partition("@")
        guidance = float(scale) if scale else OBJECTIVES[name].guidance
        row = replace(settings, objective=name, strength=strength, guidance=guidance)
        run = Run(row, seed)
        for _ in distill(changed, prior, words, run):
            pass
    return changed


@torch.no_grad()
def scored(surface: TexturedSurface | None, prior: Told, truth: Maps, seconds: float) -> tuple[Scores, Tensor]:
    """The scores and the pictures (V, 13, S, S); without a surface, of the truth itself."""
    maps = maps_for(GBUFFER, surface.render(prior.cameras, prior.size_px)) if surface else truth.maps
    inside = ((maps[:, ALPHA] > 0.5) & (truth.maps[:, ALPHA] > 0.5)).float()
    count = inside.sum()
    error = ((maps - truth.maps).abs() * inside).sum((0, 2, 3)) / count
    z = prior.encode(maps[None])
    noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(0))
    alpha, sigma = prior.schedule.alpha_sigma(torch.tensor([0.5]))
    answer = prior.predict(alpha * z + sigma * noise, torch.tensor([0.5]), prior.condition(["the prop"]))
    scores = Scores(
        float(error[:3].mean()), float(error[ROUGHNESS].mean()), _saturation(maps, inside),
        _sharpness(maps, inside), float(((answer.x0 - z) ** 2).mean()), seconds,
    )  # fmt: skip
    return scores, maps


def _saturation(maps: Tensor, inside: Tensor) -> float:
    colour = maps[:, :3].clamp(0, 1)
    return float(((colour.amax(1) - colour.amin(1)) * inside[:, 0]).sum() / inside.sum())


def _sharpness(maps: Tensor, inside: Tensor) -> float:
    """Mean absolute step between neighbouring pixels that both lie on the object."""
    across = (maps[:, :3, :, 1:] - maps[:, :3, :, :-1]).abs().mean(1) * inside[:, 0, :, 1:] * inside[:, 0, :, :-1]
    return float(across.sum() / inside.sum())


def compare(
    prior: MultiViewPrior, props: list[tuple[Maps, Brief]], methods: list[str], settings: Distillation
) -> Iterator[tuple[int, str, Scores, Tensor]]:
    """Every prop by every method, same seed and budget; "start" is the bare prop, "truth" the true texture's pictures."""
    for index, (truth, brief) in enumerate(props):
        try:
            surface = bare(truth)
        except PropsmithError:  # a prop too thin to fuse at this grid tells nothing about textures
            continue
        known = Brief(tuple(replace(item, modifiers=()) for item in brief.items[:1]))
        told = Told(prior, {"the prop": brief, "the bare prop": known})
        yield index, "start", *scored(surface, told, truth, 0.0)
        for method in methods:
            began = time.monotonic()
            changed = refined(surface, told, method, settings, seed=index)
            yield index, method, *scored(changed, told, truth, time.monotonic() - began)
        yield index, "truth", *scored(None, told, truth, 0.0)


def table(rows: list[tuple[str, Scores]]) -> str:
    """Means by method as a Markdown table."""
    names = ("colour", "roughness", "saturation", "sharpness", "surprise", "seconds")
    lines = ["| method | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for method in dict.fromkeys(m for m, _ in rows):
        mine = [s for m, s in rows if m == method]
        lines.append(
            f"| {method} | " + " | ".join(f"{np.mean([getattr(s, n) for s in mine]):.3f}" for n in names) + " |"
        )
    return "\n".join(lines)


def sheet(rows: list[tuple[str, Tensor]], columns: int) -> Image.Image:
    """One picture, the second view of every entry, `columns` methods to a line, in the order given."""
    tiles = [(shaded(maps)[0] * 255).astype(np.uint8) for _, maps in rows]
    lines = [np.concatenate(tiles[i : i + columns], 1) for i in range(0, len(tiles), columns)]
    image = Image.fromarray(np.concatenate(lines, 0))
    return image.resize((image.width * 2, image.height * 2), Image.Resampling.NEAREST)
