"""Refining an existing object by a prompt: its texture only, vertices, faces and UVs untouched; or shape and texture."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .avoided import heeded
from .bake import bake
from .clock import PER_EVALUATION, PER_TEXEL, Clock
from .detail.prints import Print, with_prints
from .detail.synthesise import synthesise
from .distill import Run
from .errors import problem
from .export import Own, write_files
from .from_picture import named, names_a_kind
from .fuse import fuse
from .incoming import Incoming, facts, read_object
from .known import Reads
from .language.reader import Reading
from .left_behind import left_by_a_new_shape, shown_whole
from .materials import CODES, SURFACES
from .mesh import extract
from .networks import suited
from .objectives.schedules import noise_time
from .painting import paint_views, reshape_views
from .polish import polish, views_of
from .printed import plain_of
from .priors import ALPHA, GBUFFER, Prior
from .prompts import printed_on
from .protocol import Done, Event, Note, Preview, Refine
from .rasterise import Array, rasterise
from .regularise import regularise
from .representations.surface import TexturedSurface
from .sampler import Plan
from .synchronise import repaint_share
from .textures import Textures, to_bytes
from .thickness import thickened
from .unwrap import unwrap
from .words import Words

# "Keep original" from which nothing is painted anew: a mixture's material is neither of the two (bricks on a chair)
HALF_KEPT = 0.25


def refine(request: Refine, folder: Path, prior: Prior) -> Iterator[Event]:
    """Carry out one request into folder/result. Ends with Done; raises the mesh-, prompt- and objective- errors."""
    clock = _clock(request)
    yield clock.enter("loading")
    found = read_object(request.mesh, request.quality.finish.texture_px)
    for code, sentence in found.notes:
        yield Note(code, sentence)
    yield clock.enter("text")
    strength, source = request.quality.distillation.strength, _own_prompt(Path(request.mesh))
    request = with_kind_of(request, prior, source)
    reading = yield from _understood(request, prior)
    plain, was = plain_of(prior, reading, request.prompt), plain_of(prior, reading_of(prior, source), source)
    words = Words(plain.prompt, request.negative, was.prompt, strength=strength)
    motifs = [motif for motif in plain.motifs if motif not in was.motifs]  # those it has are on it
    prints = yield from printed_on(prior, motifs, reading_of(prior, plain.prompt), request.seed)
    prior = suited(prior, [words.text, words.source])
    yield from heeded(prior, words.text, words.negative)
    run = Run(request.quality.distillation, request.seed, folder)
    work = refine_texture if request.mode == "texture" else refine_shape
    vertices, faces, uvs, textures = yield from work(request, found, prior, words, run, clock, prints)
    yield clock.enter("files")
    record = {
        "prompt": request.prompt, "seed": request.seed, "request": asdict(request), "refined": facts(found),
        "prior": {"name": prior.name}, "figures": run.figures,
    }  # fmt: skip
    own = Own(found.normals, found.drawn) if request.mode == "texture" else Own()
    write_files(folder / "result", vertices, faces, uvs, textures, record, own)
    yield Preview("result/thumbnail.png")
    yield clock.finish()
    yield Done("result", clock.seconds(), {"faces": float(len(faces)), "vertices": float(len(vertices)), **run.figures})


Result = tuple[np.ndarray, np.ndarray, np.ndarray, Textures]
Work = Generator[Event, None, Result]
Prints = Sequence[Print]


def refine_texture(
    request: Refine, found: Incoming, prior: Prior, words: Words, run: Run, clock: Clock, prints: Prints = ()
) -> Work:
    """Synchronised SDEdit over the views, then distillation on the texels; the mesh is returned as it came."""
    yield from (Note(*note) for note in shown_whole(found.textures, found.drawn))
    surface = surface_of(found)
    before, bumps = surface.base, None
    settings = run.settings
    if settings.strength > 0:
        yield clock.enter("views")
        yield from paint_views(surface, prior, words, run, clock, plan_of(request, prior))
        bumps = repaint(surface, found, prior, request, run.strength()) if prior.channels == GBUFFER else None
        if settings.steps:
            yield clock.enter("refine")
            yield from polish(surface, prior, words, run, clock)
    yield clock.enter("finish")
    texture = surface.texture(prior.cameras, prior.size_px)
    if prints and settings.strength > 0 and prior.channels == GBUFFER:
        share = min(1.0, 2 * run.strength()) * (1 - settings.keep_original)
        texture = torch.cat([stamped(texture[:3], surface, prior, prints, request.seed, share), texture[3:]])
    moved = (texture - before)[:3].abs().mean(0)
    run.figures["texels_changed"] = float((moved > 0.5 / 255).float().mean())
    run.figures["mean_change"] = float(moved[surface.allowed].mean()) if surface.allowed.any() else 0.0
    textures = textures_of(texture, found)
    if bumps is not None:
        textures = replace(textures, normal=bumps)
    return found.vertices, found.faces, found.uvs, textures


def repaint(surface: TexturedSurface, found: Incoming, prior: Prior, request: Refine, strength: float) -> Array | None:
    """Above a strength of 0.4 by now, blend towards a texture painted anew from what the views now show.

    Small changes must keep the artist's detail, so they are differences; large ones must be able to replace it, and
    then get clean areas and synthesised detail as new props do. Returns the new normal map when it was taken as well.
    """
    finish, kept = request.quality.finish, request.quality.distillation.keep_original
    share = repaint_share(strength) * max(0.0, 1 - kept / HALF_KEPT)
    if share == 0:
        return None
    vertices, size = surface.vertices, surface.base.shape[-1]
    painted = bake(vertices, surface.faces, surface.uvs, views_of(surface, prior), size)
    made = synthesise(painted, vertices, surface.faces, surface.uvs, request.seed, finish.detail, found.size_m)
    changed = surface.texture(prior.cameras, prior.size_px)
    blended = torch.lerp(changed, features(made), share)
    surface.base = torch.where(surface.allowed, blended, surface.base)
    surface.delta.zero_()
    surface.rebase()
    flat = np.array([128, 128, 255], np.uint8)
    own = (found.textures.normal != flat).any()  # the artist's own bumps stay
    return made.normal if share > 0.5 and surface.allowed.all() and not own else None


def stamped(colour: Tensor, surface: TexturedSurface, prior: Prior, prints: Prints, seed: int, share: float) -> Tensor:
    """The base colour (3, T, T) of a surface with a share of its prints, where it may change."""
    vertices, faces, uvs = surface.vertices, surface.faces, surface.uvs
    painted = bake(vertices, faces, uvs, views_of(surface, prior), colour.shape[-1])
    change = with_prints(painted, prints, (vertices, faces, uvs), seed).colour - painted.colour
    printed = colour + share * torch.from_numpy(painted.texels.image(change)).permute(2, 0, 1)
    return torch.where(surface.allowed, printed.clamp(0, 1), colour)


def refine_shape(
    request: Refine, found: Incoming, prior: Prior, words: Words, run: Run, clock: Clock, prints: Prints = ()
) -> Work:
    """SDEdit of the views' whole G-buffers, fused and meshed anew in the object's own place and size."""
    if prior.channels != GBUFFER:
        raise problem("prior-invalid", path=request.prior, why="it gives colours only; a new shape needs depth")
    yield from (Note(*note) for note in left_by_a_new_shape(found.textures, found.drawn))
    thick = thickened(found)
    yield from thick.notes
    surface = surface_of(thick.found)
    settings, quality = run.settings, request.quality
    own = maps = views_of(surface, prior)
    yield clock.enter("views")
    if settings.strength > 0:
        maps = yield from reshape_views(own, request.keep_silhouette, prior, words, run, clock, plan_of(request, prior))
    yield clock.enter("shape")
    mesh = extract(regularise(fuse(maps, quality.shape), quality.shape), quality.finish.faces)
    uvs = unwrap(mesh.vertices, mesh.faces)
    painted = bake(mesh.vertices, mesh.faces, uvs, maps, quality.finish.texture_px)
    if settings.strength > 0:
        painted = with_prints(painted, prints, (mesh.vertices, mesh.faces, uvs), request.seed)
    textures = synthesise(painted, mesh.vertices, mesh.faces, uvs, request.seed, quality.finish.detail, found.size_m)
    vertices = mesh.vertices
    if settings.steps and settings.strength > 0:
        yield clock.enter("refine")
        base = features(textures)
        free = torch.ones(base.shape[1:], dtype=torch.bool)
        moving = TexturedSurface.start(mesh.vertices, mesh.faces, uvs, base, free, shape=True)
        yield from polish(moving, prior, words, run, clock)
        vertices = moving.points().numpy()
        textures = _repainted(textures, moving, prior)
    yield clock.enter("finish")
    run.figures["silhouette_kept"] = _overlap(own.maps[:, ALPHA], maps.maps[:, ALPHA])
    centre, scale = thick.found.to_prior
    return thick.thinned(vertices / scale + centre).astype(np.float32), mesh.faces, uvs, textures


def _repainted(textures: Textures, moving: TexturedSurface, prior: Prior) -> Textures:
    """The maps with what the polish changed: colour, roughness and metallic."""
    changed = to_bytes(moving.texture(prior.cameras, prior.size_px)[:5].permute(1, 2, 0).numpy())
    return _replaced(textures, changed)


def _replaced(textures: Textures, maps: Array) -> Textures:
    """The maps with others (T, T, 5) uint8 of colour, roughness and metallic in place of theirs."""
    return replace(
        textures, base_colour=maps[..., :3].copy(), roughness=maps[..., 3].copy(), metallic=maps[..., 4].copy()
    )


def surface_of(found: Incoming) -> TexturedSurface:
    """The textured surface of an object that came in, its mask made of selected faces and painted texels."""
    base = features(found.textures)
    size = base.shape[-1]
    allowed = torch.ones(size, size, dtype=torch.bool)
    if not found.selected.all():
        texels = rasterise(found.uvs, size)
        own = found.selected[texels.face]
        allowed = torch.from_numpy(texels.image(own))
    if found.painted is not None:
        allowed = allowed & torch.from_numpy(found.painted)
    return TexturedSurface.start(found.in_prior_units(), found.faces, found.uvs, base, allowed)


def features(textures: Textures) -> Tensor:
    """(8, T, T) FEATURES of 8-bit maps. The material is a guess: the surface nearest in roughness and metallic."""
    maps = np.concatenate([textures.base_colour, textures.roughness[..., None], textures.metallic[..., None]], axis=2)
    known = torch.from_numpy(maps.astype(np.float32) / 255).permute(2, 0, 1)
    rows = torch.tensor([(s.roughness, s.metallic) for s in SURFACES])
    levels = torch.arange(256) / 255
    pair = torch.stack(torch.meshgrid(levels, levels, indexing="ij"), dim=-1).reshape(-1, 2)
    nearest = CODES[torch.cdist(pair, rows).argmin(1)].reshape(256, 256, 3)
    code = nearest[
        torch.from_numpy(textures.roughness.astype(np.int64)), torch.from_numpy(textures.metallic.astype(np.int64))
    ]
    return torch.cat([known, code.permute(2, 0, 1)])


def textures_of(texture: Tensor, found: Incoming) -> Textures:
    """The 8-bit maps; untouched texels come out as the very bytes that came in."""
    maps = to_bytes(texture[:5].permute(1, 2, 0).numpy())
    return _replaced(found.textures, maps)


def _overlap(before: Tensor, after: Tensor) -> float:
    """Intersection over union of two sets of silhouettes."""
    a, b = before > 0.5, after > 0.5
    return float((a & b).sum() / (a | b).sum().clamp(min=1))


def _steps(request: Refine) -> int:
    """Small changes need fewer steps: strength 0.5 takes half of the preset's."""
    return max(4, round(request.quality.views.steps * request.quality.distillation.strength))


def plan_of(request: Refine, prior: Prior) -> Plan:
    """How the views are denoised: from the noise in which the strength's share of the look is gone."""
    views, strength = request.quality.views, request.quality.distillation.strength
    return Plan(_steps(request), views.guidance, views.solver, noise_time(prior, strength))


def reading_of(prior: Prior, prompt: str) -> Reading | None:
    """How the prior reads a prompt; None where it has no language of its own, or there is none."""
    return prior.read(prompt) if prompt and isinstance(prior, Reads) else None


def with_kind_of(request: Refine, prior: Prior, source: str) -> Refine:
    """The request; where its prompt ("weathered") names no kind, as said of the kind that the prompt `source` made."""
    reading, own = reading_of(prior, request.prompt), reading_of(prior, source)
    if reading is None or names_a_kind(reading) or own is None or not names_a_kind(own):
        return request
    return replace(request, prompt=f"{named(own.brief.kind)}, {request.prompt}")


def _understood(request: Refine, prior: Prior) -> Generator[Event, None, Reading | None]:
    """What the prior makes of the prompt, where that is not certain; raises prompt-unknown when it is nothing."""
    reading = reading_of(prior, request.prompt)
    if reading is None:
        return None
    if not reading.brief.items:
        raise problem("prompt-unknown", nearest=", ".join(kind for kind, _ in reading.nearest) or "crate, chair")
    for note in reading.notes:
        yield Note("prompt-reading", note)
    return reading


def _own_prompt(mesh: Path) -> str:
    """What the object was made from, when it is one of ours: DDS and PDS subtract it. "" otherwise."""
    try:
        record: Any = json.loads((mesh.parent / "prop.json").read_text(encoding="utf-8"))
        return str(record.get("prompt") or "")
    except (OSError, ValueError, AttributeError):
        return ""


def _clock(request: Refine) -> Clock:
    quality = request.quality
    evaluations = _steps(request) * (1 if quality.views.guidance == 1.0 else 2)
    expected = {"loading": 1.0, "text": 0.05, "views": PER_EVALUATION * evaluations + 1.0}
    if request.mode == "shape":
        expected["shape"] = 3.0
    if quality.distillation.steps:
        expected["refine"] = 4 * PER_EVALUATION * quality.distillation.steps
    return Clock(expected | {"finish": PER_TEXEL * quality.finish.texture_px**2, "files": 1.0})
