"""Teaches the few-step student: `python -m backend.training.student --data DIR --minutes 15 --run DIR`.

The teacher's guided sampler is distilled into few unguided evaluations (progressive distillation: Salimans & Ho 2022;
of the guidance too: Meng et al. 2023). From pure noise the student goes its own way; at each of its few times the
teacher, guided and in finer steps, goes on from where the student stands to the student's next time. The student learns
the x0 that would have brought it there in one step. So it meets its own errors in training, and needs no rendered views:
only captions and reference pictures. It learns low-rank changes of the teacher, which ship as a small file.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call

from ..priors import Cond
from ..priors.loader import folder_of, load_prior
from ..priors.multiview import MultiViewPrior
from ..priors.mv_transformer import MultiViewTransformer
from ..priors.student import Student, changed, changes_by_name
from ..sampler import Plan, guided, sample, times
from .batches import Batch, Batches, feed
from .dataset import Shapes
from .publish import publish_student
from .trainer import CHANNEL_WEIGHT

UNCHANGED = ("words.weight", "sketch.")  # what words and pictures mean is the teacher's affair
HELD_OUT = 12  # captions and noises on which the student is compared with its teacher
REFERENCE_STEPS = 16  # of the teacher's sample that counts as right: the standard preset's
WITH_IMAGE, IMAGE_ALONE = 0.35, 0.4  # share of batches with a reference picture; of these, without words
WARMUP = 20  # optimiser steps


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the student besides teacher, data and time."""

    steps: int = 4
    guidance: float = 2.5  # the presets'
    substeps: int = 2  # of the teacher for one of the student's
    rank: int = 32
    batch: int = 8
    rate: float = 1.5e-3  # of Adam; warms up over WARMUP steps, falls linearly to 0 at the end of the time given
    seed: int = 0


@dataclass
class State:
    """All that changes during training. tensors: what `priors.student` describes, in float32."""

    tensors: dict[str, Tensor]
    optimiser: torch.optim.Optimizer
    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    losses: list[list[float]] = field(default_factory=list)


def begin(network: MultiViewTransformer, recipe: Recipe) -> State:
    """A student that still is its teacher: every change is zero."""
    generator = torch.Generator().manual_seed(recipe.seed)
    tensors: dict[str, Tensor] = {}
    for name, weight in network.named_parameters():
        if name.startswith(UNCHANGED):
            continue
        if weight.dim() == 2 and min(weight.shape) > 2 * recipe.rank:
            tensors[f"{name}.up"] = torch.zeros(weight.shape[0], recipe.rank)
            down = torch.randn(recipe.rank, weight.shape[1], generator=generator)
            tensors[f"{name}.down"] = down / weight.shape[1] ** 0.5
        else:
            tensors[name] = torch.zeros(weight.shape)
    tensors = {name: tensor.to(network.place.device).requires_grad_() for name, tensor in tensors.items()}
    return State(tensors, torch.optim.Adam(tensors.values(), lr=recipe.rate, betas=(0.9, 0.98)))


def conditions(prior: MultiViewPrior, batch: Batch, rng: np.random.Generator) -> tuple[Cond, Cond]:
    """What the student is told, and the other side of the teacher's guidance, as `pipeline.unconditional` has it."""
    reference, brief = batch.references, batch.briefs
    empty = torch.zeros_like(brief)
    blank = torch.zeros_like(reference)
    shown = torch.from_numpy(rng.random(len(brief)) < WITH_IMAGE)
    alone = shown & torch.from_numpy(rng.random(len(brief)) < IMAGE_ALONE)
    reference = torch.where(shown[:, None, None, None], reference, blank)
    told = torch.where(alone[:, None, None], empty, brief)
    null = torch.where(alone[:, None, None, None], blank, reference)
    cond, other = {"brief": told, "reference": reference}, {"brief": empty, "reference": null}
    device = prior.device
    return Cond({k: v.to(device) for k, v in cond.items()}), Cond({k: v.to(device) for k, v in other.items()})


def lesson(prior: MultiViewPrior, z: Tensor, interval: tuple[float, float], told: tuple[Cond, Cond],
           recipe: Recipe) -> Tensor:  # fmt: skip
    """The x0 (B, V, c, S, S) that takes z in one DDIM step over the interval to where the guided teacher takes it."""
    along = torch.linspace(*interval, recipe.substeps + 1).to(z.device)
    alpha, sigma = prior.schedule.alpha_sigma(along)
    there = z
    for i in range(recipe.substeps):
        found = guided(prior, there, along[i].expand(len(z)), *told, recipe.guidance)
        there = alpha[i + 1] * found.x0 + sigma[i + 1] * found.eps
    if interval[1] <= 0:
        return found.x0
    ratio = sigma[-1] / sigma[0]  # z' = alpha' x0 + sigma' (z - alpha x0) / sigma, solved for x0
    return (there - ratio * z) / (alpha[-1] - ratio * alpha[0])


def rollout(
    prior: MultiViewPrior, state: State, told: tuple[Cond, Cond], noise: Tensor, recipe: Recipe
) -> Iterator[Tensor]:
    """From noise to a sample in the student's own steps: yields the loss of each, to be stepped on before the next."""
    along = times(Plan(recipe.steps)).to(noise.device)
    alpha, sigma = prior.schedule.alpha_sigma(along)
    base, dtype = dict(prior.network.named_parameters()), prior.network.place.dtype
    cameras = prior.cameras.world_from_camera.to(noise.device, dtype).expand(len(noise), -1, -1, -1)
    reference = told[0].fields["reference"]
    seen = reference.to(dtype) if bool((reference[:, 3] > 0).any()) else None
    z = noise
    for i in range(recipe.steps):
        wanted = lesson(prior, z, (float(along[i]), float(along[i + 1])), told, recipe).clamp(-1, 1)
        changes = changes_by_name(state.tensors)
        weights = base | {name: (base[name].float() + change).to(dtype) for name, change in changes.items()}
        asked = (z.to(dtype), along[i].expand(len(z)), told[0].fields["brief"], cameras, seen)
        x0 = functional_call(prior.network, weights, asked).float()
        yield ((x0 - wanted) ** 2 * CHANNEL_WEIGHT.to(z.device)).mean()
        x0 = x0.detach().clamp(-1, 1)
        z = alpha[i + 1] * x0 + sigma[i + 1] * (z - alpha[i] * x0) / sigma[i]


def teach(
    prior: MultiViewPrior, data: Path, run: Path, recipe: Recipe, minutes: float, report_s: float = 60.0
) -> Iterator[str]:
    """Teach for `minutes` in all, sittings before this one included; yields a line of report now and then."""
    run.mkdir(parents=True, exist_ok=True)
    state, total_s = begin(prior.network, recipe), minutes * 60
    load_state(run, state, prior)
    rng = np.random.default_rng([recipe.seed, state.step])
    generator = torch.Generator().manual_seed(recipe.seed + state.step)
    shapes = Shapes(data, prior.own_kinds)  # of others it would be told nothing
    stream = feed(Batches(shapes, prior.vocabulary, recipe.batch, recipe.seed + state.step), 0)
    held = held_out(prior, shapes, recipe)
    before, began, saved = state.seconds, time.monotonic(), time.monotonic()
    while state.seconds < total_s:
        told = conditions(prior, next(stream), rng)
        noise = torch.randn((recipe.batch, *prior.latent_shape), generator=generator).to(prior.device)
        losses = one_rollout(prior, state, told, noise, recipe.rate * max(1 - state.seconds / total_s, 0.0), recipe)
        state.losses.append(losses)
        state.samples += recipe.batch
        state.seconds = before + time.monotonic() - began
        if time.monotonic() - saved > report_s:
            saved = time.monotonic()
            yield report(run, prior, state, held, recipe)
            save_state(run, state, prior)
    yield report(run, prior, state, held, recipe)
    save_state(run, state, prior)


def one_rollout(prior: MultiViewPrior, state: State, told: tuple[Cond, Cond], noise: Tensor, rate: float,
                recipe: Recipe) -> list[float]:  # fmt: skip
    """One optimiser step at each of the student's times, on the way from noise to a sample; returns the losses."""
    losses = []
    for loss in rollout(prior, state, told, noise, recipe):
        state.optimiser.param_groups[0]["lr"] = rate * min(1.0, (state.step + 1) / WARMUP)
        state.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(state.tensors.values()), 1.0)
        state.optimiser.step()
        state.step += 1
        losses.append(float(loss.detach()))
    return losses


@dataclass(frozen=True)
class Held:
    """Captions, noise and the teacher's fine sample of them; error: of the teacher guided, in as few evaluations."""

    told: tuple[Cond, Cond]
    right: Tensor
    error: float


def held_out(prior: MultiViewPrior, shapes: Shapes, recipe: Recipe) -> Held:
    """The fixed comparison: what the teacher makes of HELD_OUT captions in REFERENCE_STEPS, and in the student's evaluations."""
    batch = next(feed(Batches(shapes, prior.vocabulary, HELD_OUT, 777_777), 0))
    told = conditions(prior, batch, np.random.default_rng(3))
    right = sampled(prior, told, Plan(REFERENCE_STEPS, recipe.guidance))
    coarse = Plan(max(recipe.steps // 2, 1), recipe.guidance)  # guidance takes two evaluations a step
    return Held(told, right, error_of(sampled(prior, told, coarse), right))


def sampled(prior: MultiViewPrior, told: tuple[Cond, Cond], plan: Plan) -> Tensor:
    """The sample of a plan, always from the same noise."""
    return list(sample(prior, told[0], told[1], plan, torch.Generator().manual_seed(5)))[-1].x0


def error_of(x0: Tensor, right: Tensor) -> float:
    return float(((x0.clamp(-1, 1) - right.clamp(-1, 1)) ** 2).mean())


def student_of(prior: MultiViewPrior, state: State, recipe: Recipe) -> Student:
    """The student as it stands, as it would be loaded."""
    own = MultiViewPrior(prior.name, changed(prior.network, state.tensors), prior.schedule, prior.vocabulary,
                         prior.reader, prior.kinds)  # fmt: skip
    return Student(own, recipe.steps, recipe.guidance)


def report(run: Path, prior: MultiViewPrior, state: State, held: Held, recipe: Recipe) -> str:
    """Append one row to losses.csv and return it as a line."""
    x0 = sampled(student_of(prior, state, recipe).prior, held.told, Plan(recipe.steps))  # type: ignore[arg-type]
    mean = np.mean(state.losses or [[0.0] * recipe.steps], 0)
    state.losses.clear()
    row = [state.step, state.samples, round(state.seconds), *(round(float(v), 5) for v in mean)]
    row += [round(error_of(x0, held.right), 5), round(held.error, 5)]
    path = run / "losses.csv"
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            names = [f"loss_{i}" for i in range(recipe.steps)]
            writer.writerow(["step", "samples", "seconds", *names, "mse_student", "mse_teacher_same_evaluations"])
        writer.writerow(row)
    return " ".join(str(v) for v in row)


def mark_of(prior: MultiViewPrior) -> float:
    """A number that tells one teacher's weights from another's, the same wherever they lie."""
    return float(sum(weight.cpu().double().abs().sum() for weight in prior.network.parameters()))


def save_state(run: Path, state: State, prior: MultiViewPrior) -> None:
    """Write run/student.pt whole: changes, Adam's moments, counters."""
    told = {"tensors": state.tensors, "optimiser": state.optimiser.state_dict(), "step": state.step,
            "samples": state.samples, "seconds": state.seconds, "teacher": mark_of(prior)}  # fmt: skip
    torch.save(told, run / "student.pt.tmp")
    os.replace(run / "student.pt.tmp", run / "student.pt")


def load_state(run: Path, state: State, prior: MultiViewPrior) -> None:
    """Restore the last state of the folder, if any; of a student of other weights only its changes, to begin with."""
    path = run / "student.pt"
    if not path.exists():
        return
    told = torch.load(path, map_location="cpu", weights_only=True)  # taught on another machine's card, perhaps
    with torch.no_grad():
        for name, tensor in state.tensors.items():
            if name in told["tensors"] and told["tensors"][name].shape == tensor.shape:
                tensor.copy_(told["tensors"][name])
    if told["teacher"] == mark_of(prior):
        state.optimiser.load_state_dict(told["optimiser"])
        state.step, state.samples, state.seconds = told["step"], told["samples"], told["seconds"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--data", type=Path, required=True, help="shards: captions and reference pictures come from them"
    )
    parser.add_argument("--minutes", type=float, default=15.0, help="in all; a run that has had less goes on")
    parser.add_argument(
        "--run", type=Path, default=Path("data/student"), help="state and losses; resumed when it exists"
    )
    parser.add_argument("--prior", default="embedded", help="the teacher")
    parser.add_argument("--out", type=Path, default=None, help="the prior folder to publish in; default: the teacher's")
    parser.add_argument("--batch", type=int, default=Recipe.batch)
    parser.add_argument("--substeps", type=int, default=Recipe.substeps)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 takes all")
    parser.add_argument("--compute", default="1 core of an AMD EPYC, no GPU")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    recipe = Recipe(batch=args.batch, substeps=args.substeps)
    prior = load_prior(args.prior, torch.device(args.device))
    assert isinstance(prior, MultiViewPrior), "the student is taught in the embedded prior's language"
    for line in teach(prior, args.data, args.run, recipe, args.minutes):
        print(line, flush=True)
    error, bar = (float(v) for v in line.split()[-2:])
    if error >= bar:
        print("not published: in as few evaluations the teacher comes closer to its own sample than the student")
        return 1
    told = {
        "steps": recipe.steps,
        "guidance": recipe.guidance,
        "training": {"recipe": asdict(recipe), "compute": args.compute},
    }
    print(json.dumps(publish_student(args.run, args.out or folder_of(args.prior), told), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
