"""`python -m backend.training.picture_kind`: teaches the network that names the kind of prop in a picture.

Every stored shape is seen from a few free cameras, in a few paints each; every twelfth shape of a kind is kept back for the
test.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from ..picture_kind import SIZE_PX, WEIGHTS, PictureKind
from ..priors.packing import SMALL, packed
from .dataset import Shape, framed, free_view, shade, shapes_of
from .paint import gbuffer
from .paints import draw
from .render import buffers

TEST = 12  # one shape of a kind in so many tests
VIEWS, PAINTS = 4, 3  # free cameras of a shape, and how often what each sees is painted
VIEW_PX = 64
STEEPEST = 3e-3


@dataclass(frozen=True)
class Album:
    """P pictures: seen (P, 4, 48, 48) uint8 premultiplied, label (P,), test (P,) bool; kinds of the labels."""

    seen: Tensor
    label: Tensor
    test: Tensor
    kinds: tuple[str, ...]


def pictures_of(shape: Shape, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """(4, 48, 48) uint8: a shape from VIEWS free cameras in PAINTS paints each, shaded and framed as users' pictures are."""
    axes = np.stack([free_view(rng) for _ in range(VIEWS)])
    part, normal, depth = buffers(shape.program, axes, VIEW_PX)
    for view in range(VIEWS):
        one = slice(view, view + 1)
        for _ in range(PAINTS):
            paints = draw(shape.slots, rng)
            rows = np.stack([paints[name].row for name in shape.slots])
            maps = gbuffer(shape.program, rows, axes[one], part[one], normal[one], depth[one])
            seen = framed(shade(maps[0], axes[view], rng), SIZE_PX)
            if seen.any():
                yield np.round(seen * 255).astype(np.uint8)


def album(folder: Path, seed: int = 0) -> Album:
    """Pictures of every single shape in a folder of shards; compositions of two kinds are left out."""
    rng, seen, names, test = np.random.default_rng(seed), list[np.ndarray](), list[str](), list[bool]()
    counts: dict[str, int] = {}
    for shape in shapes_of(folder):
        if shape.company:
            continue
        counts[shape.kind] = counts.get(shape.kind, 0) + 1
        found = list(pictures_of(shape, rng))
        seen += found
        names += [shape.kind] * len(found)
        test += [counts[shape.kind] % TEST == 0] * len(found)
    kinds = tuple(sorted(counts))
    where = {kind: i for i, kind in enumerate(kinds)}
    return Album(
        torch.from_numpy(np.stack(seen)), torch.tensor([where[name] for name in names]), torch.tensor(test), kinds
    )


def varied(seen: Tensor, generator: torch.Generator) -> Tensor:
    """A batch (B, 4, S, S) in [0, 1] mirrored, tinted, brightened, moved, scaled and blurred at random."""
    count = len(seen)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    colour = seen[:, :3] * uniform(0.7, 1.25, 1, 1, 1) * uniform(0.85, 1.15, 3, 1, 1)
    grey = colour.mean(1, keepdim=True)
    colour = torch.lerp(colour, grey, uniform(0, 0.6, 1, 1, 1))
    turned = torch.where(uniform(0, 1, 1, 1, 1) < 0.15, colour[:, torch.randperm(3, generator=generator)], colour)
    out = torch.cat([turned.clamp(0, 1), seen[:, 3:]], 1)
    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    scale, lean = uniform(0.92, 1.1, 2), uniform(-0.08, 0.08)
    move = torch.zeros(count, 2, 3)
    move[:, 0, 0], move[:, 1, 1], move[:, 0, 1] = scale[:, 0] * flip, scale[:, 1], lean
    move[:, :, 2] = uniform(-0.06, 0.06, 2)
    out = F.grid_sample(out, F.affine_grid(move, list(out.shape), align_corners=False), align_corners=False)
    if torch.rand(1, generator=generator) < 0.3:
        out = F.avg_pool2d(F.pad(out, (1, 1, 1, 1)), 3, 1)
    return out


def teach(pictures: Album, epochs: int, batch: int = 128, seed: int = 0) -> PictureKind:
    """Train with AdamW on one cycle; prints the loss and the share of test pictures named right after every epoch."""
    torch.manual_seed(seed)
    network, generator = PictureKind(pictures.kinds), torch.Generator().manual_seed(seed)
    lessons = torch.nonzero(~pictures.test)[:, 0]
    steps = epochs * (len(lessons) // batch)
    optimiser = torch.optim.AdamW(network.parameters(), STEEPEST, weight_decay=0.03)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, STEEPEST, steps, pct_start=0.15)
    for epoch in range(epochs):
        network.train()
        total, begun = 0.0, time.process_time()
        order = lessons[torch.randperm(len(lessons), generator=generator)]
        for part in order[: len(order) // batch * batch].split(batch):
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(varied(pictures.seen[part].float() / 255, generator))
            loss = F.cross_entropy(logits.float(), pictures.label[part], label_smoothing=0.05)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            cycle.step()
            total += float(loss.detach())
        answers, label = logits_kept_back(network, pictures)
        right = float((answers.argmax(1) == label).float().mean())
        print(f"epoch {epoch + 1}: loss {total / (steps // epochs):.3f}, right {right:.3f}, "
              f"{time.process_time() - begun:.0f} s of processor", flush=True)  # fmt: skip
    fit_temperature(network, *logits_kept_back(network, pictures))
    return network


@torch.no_grad()
def logits_kept_back(network: PictureKind, pictures: Album) -> tuple[Tensor, Tensor]:
    """Logits (P, kinds) and labels (P,) of the pictures kept back."""
    network.eval()
    logits = [network(part.float() / 255) for part in pictures.seen[pictures.test].split(256)]
    return torch.cat(logits), pictures.label[pictures.test]


def fit_temperature(network: PictureKind, logits: Tensor, label: Tensor) -> None:
    """The temperature of the least test loss (Guo et al. 2017, section 4.2), from a grid of factors of 1.05."""
    grid = [1.05**i for i in range(-30, 31)]
    network.temperature = min(grid, key=lambda t: float(F.cross_entropy(logits / t, label)))


def write(network: PictureKind, path: Path) -> None:
    """The weights, packed, with the kinds and the temperature."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"kinds": "\n".join(network.kinds), "temperature": f"{network.temperature:.4f}"}
    save_file(packed(network.state_dict(), SMALL), path, told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--epochs", type=int, default=6)
    args = parser.parse_args()
    pictures = album(args.data)
    print(f"{len(pictures.label)} pictures of {len(pictures.kinds)} kinds, {int(pictures.test.sum())} kept back")
    write(teach(pictures, args.epochs), args.out)


if __name__ == "__main__":
    main()
