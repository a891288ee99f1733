"""The loop of score distillation: moves a representation until a prior likes its pictures; a generator of events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .checkpoint import Checkpoints
from .errors import PropsmithError, from_exception, problem
from .live import light_texture
from .loop import State, restore, snapshot, tend
from .objectives import Guide, gradient
from .objectives.control import NormHistory, clip
from .objectives.engine import check_served, draw
from .objectives.relaxation import RELAX, Relaxation, as_distance, cover_of
from .objectives.schedules import noise_time
from .objectives.table import SHORT, row_for
from .picture import contact_sheet, light_from
from .priors import GBUFFER, Prior
from .priors.adapter import adapter_or_none
from .protocol import Control, Event, Note, Preview, Progress
from .representations import Frames, Representation
from .representations.channels import FEATURES, as_gbuffers, maps_for
from .representations.gaussians import Gaussians
from .representations.surface import TexturedSurface
from .representations.tending import Tending
from .settings import Distillation, from_dict
from .smoothness import penalty_or_none
from .synchronise import favour
from .viewpoints import aimed, facing, render_px
from .words import Words, conditions, rewritten, steering

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

    def strength(self) -> float:
        """The strength in force: as the artist has set it by now, or else the request's."""
        told = self.control().strength
        return told if told >= 0 else self.settings.strength


def distill(representation: Representation, prior: Prior, words: Words, run: Run) -> Iterator[Event]:
    """Refine in place. Yields Note, Progress (stage "refine", fraction 0..1 of this loop) and Preview events.

    Raises objective-unsupported, prompt-unknown, out-of-memory. Stops early when the pictures stand still or the
    artist says so; continues from the job's last checkpoint when there is one.
    """
    settings = run.settings
    if settings.steps == 0 or settings.strength == 0 or settings.keep_original == 1:
        return
    state, notes = _start(representation, prior, words, run)
    yield from notes
    kept = Checkpoints((run.folder or Path()) / "refine.pt", {**asdict(settings), **asdict(words), "seed": run.seed})
    if run.folder is not None and (found := kept.load_or_none()) is not None:
        restore(state, found)
        yield Note("resumed", f"Refinement goes on from step {state.step} of {settings.steps}.")
    good, failures, told = snapshot(state), 0, Control()
    began, shown, before = time.monotonic(), 0.0, torch.zeros(0)
    first = state.step
    while state.step < settings.steps:
        control = run.control()
        if control.stop_now:
            yield Note("stopped", f"Refinement was ended by hand after {state.step} of {settings.steps} steps.")
            break
        if control != told:
            told = control
            yield from _obey(state, run)
        try:
            frames = _step(state, run, state.step / settings.steps)
        except (MemoryError, RuntimeError) as error:
            if from_exception(error).code != "out-of-memory":
                raise
            if run.one_by_one:
                raise problem("out-of-memory", stage="refine") from error
            run.one_by_one, state.guide = True, replace(state.guide, one_by_one=True)
            yield Note("memory-tier", "Memory ran out: evaluations now go one by one, big pictures at half size.")
            continue
        state.step += 1
        if state.step % CHECK_EVERY == 0 or state.step == settings.steps:
            if not all(torch.isfinite(t).all() for t in state.tensors.values()):
                failures += 1
                if failures > 1:
                    raise problem("internal", why="the refinement did not stay finite")
                restore(state, good)
                state.rates = [rate / 2 for rate in state.rates]
                yield Note("not-finite", "The refinement left the numbers; it goes on from earlier at half the rate.")
                continue
            tend(state, state.step / settings.steps)
            good = snapshot(state)
            seen = frames.features.detach()
            change = float((seen - before).abs().mean()) if before.shape == seen.shape else 1.0  # big pictures grow
            before = seen
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
            kept.save(snapshot(state))
    run.figures |= {"refine_steps": float(state.step), "refine_seconds": time.monotonic() - began}
    for tensor in state.tensors.values():
        tensor.requires_grad_(False)
    if isinstance(representation, TexturedSurface) and representation.moves:
        representation.refresh()
    if run.folder is not None:
        kept.clear()


def _start(representation: Representation, prior: Prior, words: Words, run: Run) -> tuple[State, list[Note]]:
    row = row_for(run.settings.objective, run.settings.steps, noise_time(prior, run.settings.strength))
    conds, notes = conditions(prior, words, row.prompts())
    generator = torch.Generator().manual_seed(run.seed)
    adapter = adapter_or_none(prior, generator) if row.needs("adapter") else None
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
    free, strength = 1 - run.settings.keep_original, run.settings.strength  # all kept: nothing moves
    rates = [group["lr"] * free for group in optimiser.param_groups]
    tending = Tending.start(representation) if isinstance(representation, Gaussians) else None
    state = State(
        representation, optimiser, prior, guide, words, row, adapter, NormHistory(), generator, rates, strength,
        tensors, tending,
    )  # fmt: skip
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


def _step(state: State, run: Run, progress: float) -> Frames:
    """One step: render, encode, ask the objective, push its gradient back to the parameters, move them."""
    prior = state.prior
    if state.guide.source is None:  # the source was seen from the prior's own cameras
        prior = aimed(prior, progress, state.generator)
    state.guide = facing(replace(state.guide, prior=prior))
    if state.adapter is not None:
        state.adapter.prior = prior
    colour_only = "alpha" not in prior.channels  # then the ground is part of the picture, and must not be learned
    ground = torch.rand(len(FEATURES), generator=state.generator) if colour_only else None
    size_px = render_px(prior, progress, run.one_by_one)
    frames, z = _latent(state.representation, prior, size_px, ground)
    how = "linear" if run.settings.steps <= SHORT else "uniform"
    chance = draw(state.row, z, progress, state.generator, how)
    g = clip(gradient(state.row, state.guide, z, chance), state.history)
    if isinstance(state.optimiser, Relaxation):
        g = as_distance(state.row.at_progress(progress), prior.schedule, chance.t, g)
    if state.favoured_deg >= 0:
        g = g * favour(prior, state.favoured_deg).to(g)
    state.optimiser.zero_grad(set_to_none=True)
    _pull(state, prior, frames, z, g)
    pace = state.strength * (1 - 0.9 * progress)  # settle: with no momentum the last steps' noise would stay
    for group, rate in zip(state.optimiser.param_groups, state.rates, strict=True):
        group["lr"] = rate * pace
    state.optimiser.step()
    if state.tending is not None and isinstance(state.representation, Gaussians):
        state.tending.after_step(state.representation, size_px, progress, state.generator)
    if state.adapter is not None:
        state.adapter.train(z.detach(), state.guide.conds["text"], state.generator)
    if run.settings.keep_original > 0:
        _pull_back(state, run.settings.keep_original)
    state.representation.constrain()
    return frames


def _pull(state: State, prior: Prior, frames: Frames, z: Tensor, g: Tensor) -> None:
    """Push the objective's gradient back to the parameters, with that of a moving shape's own terms in the same measure."""
    if state.tending is not None and isinstance(state.representation, Gaussians):
        state.tending.watch(state.representation)
    penalty, size = penalty_or_none(prior.cameras, frames), state.history.median()
    if penalty is None or size is None:
        z.backward(g)
        return
    torch.autograd.backward([z, penalty], [g, size / z.numel() ** 0.5])


@torch.no_grad()
def _pull_back(state: State, keep: float) -> None:
    """The spring of "keep original": changes are kept as differences, so that they shrink towards nothing."""
    for name in ("delta", "displacement"):
        if name in state.tensors:
            state.tensors[name].mul_(1 - SPRING * keep)


def _obey(state: State, run: Run) -> Iterator[Event]:
    """Take over what the artist changed: the prompt and who answers for it, the strength (its noise, its steering and its
    pace), the preferred viewpoint."""
    control = run.control()
    guide = replace(state.guide, prior=state.prior)
    state.guide, state.words = yield from rewritten(guide, state.words, control, state.row.prompts())
    state.prior = state.guide.prior
    if control.strength >= 0:
        state.strength = control.strength
        reach = noise_time(state.prior, max(control.strength, 0.05))
        state.row = row_for(run.settings.objective, run.settings.steps, reach)
    if control.guidance >= 0:
        state.guide = replace(state.guide, guidance=control.guidance)
    state.favoured_deg = control.favour_azimuth_deg


def _preview(state: State, frames: Frames, folder: Path, light: np.ndarray) -> Preview:
    """A picture of all views; for a moving mesh also its vertices for the live view."""
    contact_sheet(as_gbuffers(frames).detach().cpu(), folder / "refine.png", light=light)
    if "displacement" not in state.tensors:
        if isinstance(state.representation, TexturedSurface):
            return Preview("refine.png", light_texture(state.representation, folder))
        return Preview("refine.png")
    mesh = state.representation.to_mesh()
    with (folder / "refine.npz").open("wb") as file:
        np.savez(file, vertices=mesh.vertices, faces=mesh.faces)
    return Preview("refine.png", "refine.npz")
