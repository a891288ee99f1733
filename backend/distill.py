"""The loop of score distillation: moves a representation until a prior likes its pictures; a generator of events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import checkpoint
from .checkpoint import Checkpoints
from .errors import InputError, PropsmithError, problem
from .live import light_texture
from .objectives import Guide, Objective, gradient
from .objectives.control import NormHistory, clip
from .objectives.engine import check_served, draw
from .objectives.perpneg import azimuth_elevation_deg
from .objectives.relaxation import RELAX, Relaxation, as_distance, cover_of
from .objectives.schedules import noise_time
from .objectives.table import SHORT, row_for
from .picture import contact_sheet, light_from
from .priors import GBUFFER, Prior
from .priors.adapter import Adapter, adapter_or_none
from .protocol import Control, Event, Note, Preview, Progress
from .representations import Frames, Representation
from .representations.channels import FEATURES, maps_for
from .representations.density import tend
from .representations.gaussians import Gaussians
from .representations.surface import TexturedSurface
from .settings import Distillation, from_dict
from .viewpoints import aimed, render_px
from .words import Words, conditions, steering

PREVIEW_S, CHECK_EVERY, STILL = 1.0, 25, 2e-4  # seconds; steps; mean change of the pictures that counts as done
ADAM = {"betas": (0.0, 0.99), "eps": 1e-15}  # ScaleDreamer: no momentum, as the target drifts and is noisy
SPRING = 0.3  # share of the change that "keep original" = 1 takes back at every step


@dataclass
class Run:
    """One job's loop: where it writes (None: nowhere), its seed, and what the artist changes meanwhile."""

    settings: Distillation
    seed: int = 0
    folder: Path | None = None
    one_by_one: bool = False  # the lower tier after memory ran out
    figures: dict[str, float] = field(default_factory=dict)

    def control(self) -> Control:
        """control.json, or the default; a half-written or unknown file changes nothing."""
        if self.folder is None:
            return Control()
        try:
            return from_dict(Control, json.loads((self.folder / "control.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, PropsmithError):
            return Control()


@dataclass
class _State:
    """All that the loop changes."""

    representation: Representation
    optimiser: torch.optim.Optimizer
    guide: Guide
    row: Objective
    adapter: Adapter | None
    history: NormHistory
    generator: torch.Generator
    rates: list[float]
    tensors: dict[str, Tensor]
    step: int = 0
    view_weight: Tensor | None = None  # (V, 1, 1, 1), mean 1: the artist's preferred viewpoint


def distill(representation: Representation, prior: Prior, words: Words, run: Run) -> Iterator[Event]:
    """Refine in place. Yields Note, Progress (stage "refine", fraction 0..1 of this loop) and Preview events.

    Raises objective-unsupported, prompt-unknown, out-of-memory. Stops early when the pictures stand still or the
    artist says so; continues from the job's last checkpoint when there is one.
    """
    settings = run.settings
    if settings.steps == 0 or settings.strength == 0:
        return
    state, notes = _start(representation, prior, words, run)
    yield from notes
    kept = Checkpoints((run.folder or Path()) / "refine.pt", {**asdict(settings), **asdict(words), "seed": run.seed})
    if run.folder is not None and (found := kept.load_or_none()) is not None:
        _restore(state, found)
        yield Note("resumed", f"Refinement goes on from step {state.step} of {settings.steps}.")
    good, failures, told = _snapshot(state), 0, Control()
    began, shown, before = time.monotonic(), 0.0, None
    first = state.step
    while state.step < settings.steps:
        control = run.control()
        if control.stop_now:
            yield Note("stopped", f"Refinement was ended by hand after {state.step} of {settings.steps} steps.")
            break
        if control != told:
            told = control
            yield from _obey(state, prior, words, run)
        try:
            frames = _step(state, prior, run, state.step / settings.steps)
        except RuntimeError as error:
            if "out of memory" not in str(error).lower():
                raise
            if run.one_by_one:
                raise problem("out-of-memory", stage="refine") from error
            run.one_by_one, state.guide = True, replace(state.guide, one_by_one=True)
            yield Note("memory-tier", "Memory ran out: evaluations now go one after the other.")
            continue
        state.step += 1
        if state.step % CHECK_EVERY == 0 or state.step == settings.steps:
            if not all(torch.isfinite(t).all() for t in state.tensors.values()):
                failures += 1
                if failures > 1:
                    raise problem("internal", why="the refinement did not stay finite")
                _restore(state, good)
                state.rates = [rate / 2 for rate in state.rates]
                yield Note("not-finite", "The refinement left the numbers; it goes on from earlier at half the rate.")
                continue
            if isinstance(state.representation, Gaussians):
                tend(state.representation, state.optimiser, state.generator)
                state.tensors = state.representation.tensors()
            good = _snapshot(state)
            change = float((frames.features.detach() - before).abs().mean()) if before is not None else 1.0
            before = frames.features.detach()
            if change < STILL:
                yield Note("settled", f"The pictures stand still after {state.step} steps.")
                break
        now = time.monotonic()
        pace = (now - began) / (state.step - first)
        yield Progress("refine", state.step / settings.steps, pace * (settings.steps - state.step))
        if run.folder is not None and now - shown >= PREVIEW_S:
            shown = now
            yield _preview(state, frames, run.folder, light_from(told.light_azimuth_deg))
        if run.folder is not None and kept.due():
            kept.save(_snapshot(state))
    run.figures |= {"refine_steps": float(state.step), "refine_seconds": time.monotonic() - began}
    for tensor in state.tensors.values():
        tensor.requires_grad_(False)
    if run.folder is not None:
        kept.clear()


def _start(representation: Representation, prior: Prior, words: Words, run: Run) -> tuple[_State, list[Note]]:
    row = row_for(run.settings.objective, run.settings.steps, noise_time(prior, run.settings.strength))
    conds, notes = conditions(prior, words, row.prompts())
    adapter = adapter_or_none(prior) if row.needs("adapter") else None
    with torch.no_grad():
        source = _latent(representation, prior)[1] if row.needs("source") or row.spring else None
    guidance = run.settings.guidance or None
    guide = Guide(
        prior, conds, source, adapter, guidance, run.settings.keep_original,
        steer=steering(prior, words), one_by_one=run.one_by_one,
    )  # fmt: skip
    check_served(run.settings.objective, guide)
    groups = representation.parameters()
    tensors = {group["name"]: group["params"][0] for group in groups}
    optimiser: torch.optim.Optimizer
    if prior.channels == GBUFFER and isinstance(representation, TexturedSurface) and not representation.moves:
        cover = cover_of(lambda: _latent(representation, prior)[1], representation.delta)
        optimiser = Relaxation([{**groups[0], "lr": RELAX, "cover": cover}])
    else:
        optimiser = torch.optim.Adam(groups, fused=True, **ADAM)  # type: ignore[arg-type]
    rates = [group["lr"] * run.settings.strength for group in optimiser.param_groups]
    generator = torch.Generator().manual_seed(run.seed)
    state = _State(representation, optimiser, guide, row, adapter, NormHistory(), generator, rates, tensors)
    return state, notes


def _latent(
    representation: Representation, prior: Prior, size_px: int = 0, background: Tensor | None = None
) -> tuple[Frames, Tensor]:
    """The representation's frames from the prior's cameras, and their latent (1, V, c, h, w)."""
    frames = representation.render(prior.cameras, size_px or prior.size_px, background)
    maps = maps_for(prior.channels, frames)
    if maps.shape[-1] != prior.size_px:
        maps = torch.nn.functional.interpolate(maps, (prior.size_px,) * 2, mode="bilinear", align_corners=False)
    return frames, prior.encode(maps[None])


def _step(state: _State, base: Prior, run: Run, progress: float) -> Frames:
    """One step: render, encode, ask the objective, push its gradient back to the parameters, move them."""
    prior = base
    if state.guide.source is None:  # the source was seen from the base's own cameras
        prior = aimed(base, progress, state.generator)
        state.guide = replace(state.guide, prior=prior)
    if state.adapter is not None:
        state.adapter.prior = prior
    colour_only = "alpha" not in prior.channels  # then the ground is part of the picture, and must not be learned
    ground = torch.rand(len(FEATURES), generator=state.generator) if colour_only else None
    frames, z = _latent(state.representation, prior, render_px(prior, progress), ground)
    how = "linear" if run.settings.steps <= SHORT else "uniform"
    chance = draw(state.row, z, progress, state.generator, how)
    g = clip(gradient(state.row, state.guide, z, chance), state.history)
    if isinstance(state.optimiser, Relaxation):
        g = as_distance(state.row.at_progress(progress), prior.schedule, chance.t, g)
    if state.view_weight is not None:
        g = g * state.view_weight.to(g)
    state.optimiser.zero_grad(set_to_none=True)
    z.backward(g)
    for group, rate in zip(state.optimiser.param_groups, state.rates, strict=True):
        group["lr"] = rate * (1 - 0.9 * progress)  # settle: with no momentum the last steps' noise would stay
    state.optimiser.step()
    if state.adapter is not None:
        state.adapter.train(z.detach(), state.guide.conds["text"], state.generator)
    if run.settings.keep_original > 0:
        _pull_back(state, run.settings.keep_original)
    state.representation.constrain()
    return frames


@torch.no_grad()
def _pull_back(state: _State, keep: float) -> None:
    """The spring of "keep original": changes are kept as differences, so that they shrink towards nothing."""
    for name in ("delta", "displacement"):
        if name in state.tensors:
            state.tensors[name].mul_(1 - SPRING * keep)


def _obey(state: _State, prior: Prior, words: Words, run: Run) -> Iterator[Event]:
    """Take over what the artist changed: the prompt, the strength, the preferred viewpoint."""
    control = run.control()
    if control.prompt:
        try:
            said = replace(words, text=control.prompt)
            conds, _ = conditions(prior, said, state.row.prompts())
            state.guide = replace(state.guide, conds=conds, steer=steering(prior, said))
            yield Note("control", f"From here on: {control.prompt}")
        except InputError as error:
            yield Note(error.code, error.sentence)
    if control.strength >= 0:
        reach = noise_time(prior, max(control.strength, 0.05))
        state.row = row_for(run.settings.objective, run.settings.steps, reach)
    if control.guidance >= 0:
        state.guide = replace(state.guide, guidance=control.guidance)
    if control.favour_azimuth_deg >= 0:
        azimuths = torch.tensor([azimuth for azimuth, _ in azimuth_elevation_deg(prior.cameras.world_from_camera)])
        weight = 1 + torch.cos(torch.deg2rad(azimuths - control.favour_azimuth_deg))
        state.view_weight = (weight / weight.mean()).reshape(-1, 1, 1, 1)


def _snapshot(state: _State) -> dict[str, Any]:
    loop = {"step": state.step, "norms": list(state.history.norms)}
    return checkpoint.snapshot(state.tensors, state.optimiser, state.generator) | loop


def _restore(state: _State, kept: dict[str, Any]) -> None:
    checkpoint.restore(kept, state.tensors, state.optimiser, state.generator)
    state.step, state.history = int(kept["step"]), NormHistory(list(kept["norms"]))


def _preview(state: _State, frames: Frames, folder: Path, light: np.ndarray) -> Preview:
    """A picture of all views; for a moving mesh also its vertices for the live view."""
    contact_sheet(maps_for(GBUFFER, frames).detach(), folder / "refine.png", light=light)
    if "displacement" not in state.tensors:
        if isinstance(state.representation, TexturedSurface):
            return Preview("refine.png", light_texture(state.representation, folder))
        return Preview("refine.png")
    mesh = state.representation.to_mesh()
    with (folder / "refine.npz").open("wb") as file:
        np.savez(file, vertices=mesh.vertices, faces=mesh.faces)
    return Preview("refine.png", "refine.npz")
