"""The trainer of the embedded prior: one loop for CPU and GPU, exactly resumable, its curves and checkpoints in one folder.

Warm-up, then a constant rate for as long as compute lasts; a separate cool-down to zero makes the weights that ship
(Hu et al. 2024, MiniCPM: warm-up, stable, decay), so training can always go on from the last stable checkpoint.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from ..cameras import rig
from ..device import carried
from ..language.brief import Vocabulary
from ..priors import Schedule
from ..priors.gbuffer import encode
from ..priors.mv_transformer import Architecture, MultiViewTransformer
from .batches import Batch, Batches, feed
from .captions import vocabulary
from .checkpoint import load_state, save_state
from .dataset import Shapes, paint_sample
from .preview import draw_preview

# Weight of each channel's squared error: depth decides whether the views fuse (reference study: x3-4), codes matter least.
CHANNEL_WEIGHT = torch.tensor([1, 1, 1, 2, 1, 1, 1, 3, 0.5, 0.5, 0.4, 0.4, 0.4]).view(1, 1, 13, 1, 1)
# Matrices between hidden layers go to Muon (Jordan et al. 2024), everything else to AdamW.
HIDDEN = ("blocks.", "merge.", "split.", "enter.", "leave.")
HELD_OUT_TIMES = (0.3, 0.5, 0.7, 0.9, 0.999)
SKETCH_FILE = "sketch.safetensors"  # in the run's folder: see `sketch`
KNOWN_FILE = "known_kinds.json"  # in the run's folder: what the prior that it began from was taught
HELD_OUT = 96  # objects of shapes never trained on, whose loss is recorded


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights besides data and compute."""

    batch: int = 16
    rate: float = 8e-4
    warmup: int = 200  # steps
    cooldown: int = 0  # samples over which the rate falls to 0; 0 while training goes on
    decay: float = 0.02
    ema: float = 0.999
    drop_text: float = 0.1
    with_reference: float = 0.5  # share of batches with a clean reference view
    elsewhere: float = 0.2  # share of objects with one view from any side in the place of one of the rig's
    drop_text_with_reference: float = 0.3
    snr_cap: float = 5.0  # loss weight min(1 + SNR, cap): without the 1, the noisy end learns nothing
    shift: float = 2.0  # of the cosine schedule towards noise (64 px, six joined views)
    seed: int = 0
    fresh: float = 1.0  # how much oftener kinds come that the prior which the run began from did not know; 0: never
    painters: int = 0  # processes that paint batches; 0 paints in the training process


@dataclass
class State:
    """All that changes during training."""

    net: MultiViewTransformer
    ema: MultiViewTransformer
    optimisers: tuple[torch.optim.Optimizer, ...]
    step: int = 0
    samples: int = 0
    cooled: int = 0  # samples spent in the cool-down
    seconds: float = 0.0
    warm_from: int = 0  # the step at which the optimisers began with no moments


def begin(architecture: Architecture, recipe: Recipe) -> State:
    torch.manual_seed(recipe.seed)
    net, ema = MultiViewTransformer(architecture), MultiViewTransformer(architecture)
    ema.load_state_dict(net.state_dict())
    learning = [(n, p) for n, p in net.named_parameters() if p.requires_grad]
    hidden = [p for n, p in learning if p.dim() == 2 and n.startswith(HIDDEN)]
    chosen = {id(p) for p in hidden}
    others = [p for _, p in learning if id(p) not in chosen]
    muon = torch.optim.Muon(hidden, lr=recipe.rate, weight_decay=recipe.decay, adjust_lr_fn="match_rms_adamw")
    return State(net, ema, (muon, torch.optim.AdamW(others, lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0)))


def take_sketch(run: Path, state: State) -> None:
    """Put the run's sketch into its networks, if they have one. FileNotFoundError when it was not taught yet."""
    if state.net.architecture.sketch:
        tensors = load_file(run / SKETCH_FILE)
        state.net.sketch.load_state_dict(tensors)
        state.ema.sketch.load_state_dict(tensors)


def rate_at(state: State, recipe: Recipe) -> float:
    """Learning rate of the next step."""
    if recipe.cooldown:
        return recipe.rate * max(1 - state.cooled / recipe.cooldown, 0.0)
    return recipe.rate * min(1.0, (state.step - state.warm_from + 1) / recipe.warmup)


class Told(NamedTuple):
    """What the network is told of a batch, as its own arguments."""

    brief: Tensor
    cameras: Tensor
    reference: Tensor | None = None


def loss_of(net: MultiViewTransformer, x: Tensor, told: Told, t: Tensor, noise: Tensor,
            recipe: Recipe) -> tuple[Tensor, Tensor]:  # fmt: skip
    """(weighted loss, plain mean squared error of x0), both per sample (B,)."""
    alpha, sigma = (v.view(-1, 1, 1, 1, 1) for v in Schedule(shift=recipe.shift).alpha_sigma(t))
    with torch.autocast(x.device.type, torch.bfloat16):
        x0 = net(alpha * x + sigma * noise, t, *told)
    error = F.mse_loss(x0.float(), x, reduction="none").mean((1, 3, 4))  # (B, 13)
    snr_weight = (1 + (alpha / sigma) ** 2).clamp(max=recipe.snr_cap).flatten()
    return snr_weight * (error * carried(CHANNEL_WEIGHT, x.device).flatten()).mean(1), error.mean(1)


Loss = Callable[..., tuple[Tensor, Tensor]]  # as `loss_of`


def compiled_loss() -> Loss:
    """`loss_of` with its network, compiled at its first call, and once more at the first batch with a picture.

    torch's own C++ (on a card, Triton) fuses what lies between the matrix products, so that it passes through memory once
    instead of some ten times. Layouts are chosen by the network already, and choosing them again costs a sixth.
    """
    compiled: Loss = torch.compile(loss_of, dynamic=False, options={"layout_optimization": False})
    return compiled


@dataclass(frozen=True)
class Pace:
    """How often a run reports. A report is a checkpoint, a row of curves.csv and a line."""

    checkpoint_s: float = 240.0
    previews: int = 0  # reports from one preview to the next (preview-<samples>.png); 0: at the end only


def train(run: Path, data: Path, architecture: Architecture, recipe: Recipe, samples: int, device: torch.device,
          pace: Pace = Pace(), compiled: bool = False) -> Iterator[str]:  # fmt: skip
    """Train until `samples` in all (or the cool-down's end); yields a line of report at every checkpoint.

    compiled: steps take two thirds of their time, after a few minutes of compiling (see `compiled_loss`).
    """
    run.mkdir(parents=True, exist_ok=True)
    known = known_kinds(run)
    shapes, words = Shapes(data, None if recipe.fresh else known), vocabulary_of(run)
    (run / "recipe.json").write_text(
        json.dumps({"recipe": asdict(recipe), "architecture": asdict(architecture)}, indent=1)
    )
    state = begin(architecture, recipe)
    state.net.to(device)  # before the optimisers' moments, which follow their weights
    state.ema.to(device)
    load_state(run, state)
    take_sketch(run, state)
    held, rng = held_out(shapes, words, recipe), np.random.default_rng(recipe.seed + state.step)
    weights = {shape.kind: recipe.fresh for shape in shapes.shapes if known and shape.kind not in known}
    batches = Batches(shapes, words, recipe.batch, recipe.seed + state.step, weights, recipe.elsewhere)
    stream = feed(batches, recipe.painters)
    loss = compiled_loss() if compiled else loss_of
    generator = generator_on(device, recipe.seed + state.step)
    began, saved, recent, reports = time.monotonic(), time.monotonic(), list[Tensor](), 0
    while state.cooled < recipe.cooldown if recipe.cooldown else state.samples < samples:
        recent.append(one_step(state, next(stream), recipe, rng, generator, device, loss))
        now = time.monotonic()
        if now - saved > pace.checkpoint_s:
            state.seconds += now - began
            reports += 1
            yield report(run, state, held, recipe, recent, device)
            save_state(run, state, words)
            if pace.previews and reports % pace.previews == 0:
                draw_preview(run / f"preview-{state.samples}.png", state.ema, words, recipe.shift)
            shapes.refresh()
            recent.clear()
            began = saved = time.monotonic()
    state.seconds += time.monotonic() - began
    yield report(run, state, held, recipe, recent, device)
    save_state(run, state, words)
    draw_preview(run / f"preview-{state.samples}.png", state.ema, words, recipe.shift)


def one_step(state: State, batch: Batch, recipe: Recipe, rng: np.random.Generator,
             generator: torch.Generator, device: torch.device, loss_of: Loss) -> Tensor:  # fmt: skip
    """One optimiser step; returns the loss, which nobody waits for. generator: on the device; loss_of: or `compiled_loss`."""
    x, reference, cameras = (carried(part, device) for part in (batch.maps, batch.references, batch.cameras))
    brief = batch.briefs.clone()
    use_reference = bool(rng.random() < recipe.with_reference)
    drop = recipe.drop_text_with_reference if use_reference else recipe.drop_text
    brief[torch.from_numpy(rng.random(len(brief)) < drop)] = 0
    t = torch.rand(len(x), generator=generator, device=device) * 0.998 + 0.001
    x = encode(x)
    noise = torch.randn(x.shape, generator=generator, device=device)
    told = Told(carried(brief, device), cameras, reference if use_reference else None)
    loss, _ = loss_of(state.net, x, told, t, noise, recipe)
    state.net.zero_grad(set_to_none=True)
    loss.mean().backward()
    torch.nn.utils.clip_grad_norm_(state.net.parameters(), 1.0)
    for optimiser in state.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate_at(state, recipe)
        optimiser.step()
    state.step += 1
    state.samples += len(x)
    state.cooled += len(x) if recipe.cooldown else 0
    keep = min(recipe.ema, (state.step + 1) / (state.step + 20))
    with torch.no_grad():
        torch._foreach_lerp_(list(state.ema.parameters()), list(state.net.parameters()), 1 - keep)
    return loss.mean().detach()


def generator_on(device: torch.device, seed: int) -> torch.Generator:
    """Drawing the noise of a batch there takes a card next to nothing, where a core of an Intel Xeon takes 60 ms."""
    return torch.Generator(device).manual_seed(seed)


def held_out(shapes: Shapes, words: Vocabulary, recipe: Recipe) -> tuple[Tensor, Tensor]:
    """(maps, briefs) of a fixed set painted with a fixed seed; the first shapes of every run are kept out of training."""
    rng = np.random.default_rng(12345)
    kept, shapes.shapes = shapes.shapes[:HELD_OUT], shapes.shapes[HELD_OUT:]
    samples = [paint_sample(shape, rng) for shape in kept]
    return torch.from_numpy(np.stack([s.maps for s in samples])), words.encode([s.brief for s in samples])


@torch.no_grad()
def held_out_errors(state: State, held: tuple[Tensor, Tensor], recipe: Recipe, device: torch.device) -> list[float]:
    """Mean squared x0 error of the EMA weights at HELD_OUT_TIMES, noise fixed."""
    errors, cameras = [], carried(rig().world_from_camera, device)
    for t in HELD_OUT_TIMES:
        generator, total = torch.Generator().manual_seed(7), 0.0
        for i in range(0, len(held[0]), 16):
            x, brief = encode(held[0][i : i + 16]).to(device), held[1][i : i + 16].to(device)
            noise = torch.randn(x.shape, generator=generator).to(device)
            told, times = Told(brief, cameras.expand(len(x), -1, -1, -1)), torch.full((len(x),), t, device=device)
            total += float(loss_of(state.ema, x, told, times, noise, recipe)[1].sum())
        errors.append(total / len(held[0]))
    return errors


def report(
    run: Path, state: State, held: tuple[Tensor, Tensor], recipe: Recipe, recent: list[Tensor], device: torch.device
) -> str:
    """Append one row to curves.csv and return it as a line."""
    loss = float(torch.stack(recent).mean()) if recent else 0.0
    row = [state.step, state.samples, round(state.seconds), round(loss, 5)]
    row += [round(v, 5) for v in held_out_errors(state, held, recipe, device)]
    path = run / "curves.csv"
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(["step", "samples", "seconds", "loss", *(f"mse_t{t}" for t in HELD_OUT_TIMES)])
        writer.writerow(row)
    return " ".join(str(v) for v in row)


def known_kinds(run: Path) -> set[str] | None:
    """The kinds of the prior that the run began from; None where it began from nothing."""
    path = run / KNOWN_FILE
    return set(json.loads(path.read_text())) if path.exists() else None


def vocabulary_of(run: Path) -> Vocabulary:
    """The run's frozen vocabulary with words learned since appended, so that old rows keep their meaning."""
    path = run / "vocabulary.json"
    old = tuple(json.loads(path.read_text())) if path.exists() else ()
    words = Vocabulary(old + tuple(w for w in vocabulary().words if w not in set(old)))
    path.write_text(json.dumps(words.words, indent=0))
    return words
