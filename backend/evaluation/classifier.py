"""Teaches and keeps the judge: true renders of shapes that its own tests do not contain, blurred as fused props are.

Its accuracy on true renders stands beside every figure it gives. It depends on the grammar alone, never on a prior, so
it is trained once and kept: `python -m backend.evaluation.classifier --data DIR`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ..training.dataset import VIEWS, Sample, Shape, paint_sample, shapes_of
from ..training.programs import main_slot
from .judge import COLOUR_NAMES, MASK_PX, SEEN, SIZE_PX, SURFACE_NAMES, Judge, Verdict, seen_of

__all__ = ["COLOUR_NAMES", "KEPT", "SURFACE_NAMES", "Judge", "Verdict", "judge_of", "seen_of"]
KEPT = Path("build/judge.safetensors")  # ignored by git
VERSION = 4  # raise it when a change of these files makes kept judges worthless
LESSONS, TESTS = 64, 5  # shapes of every kind that teach the judge, and others that test it
PAINTINGS, EACH = 6, 3  # how often every lesson is painted anew, and gone through in each painting
Told = dict[str, Tensor]  # kind, colour, surface: (N,) indices, -100 where unnamed; main: (N, V, 16, 16) in [0, 1]


def blemished(seen: Tensor, main: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Views as fusion leaves them: shifted by up to two pixels (of the mask's: one), softened, a little noisy."""
    down, right = (int(v) for v in torch.randint(-1, 2, (2,), generator=generator))
    seen, main = torch.roll(seen, (2 * down, 2 * right), (2, 3)), torch.roll(main, (down, right), (2, 3))
    if torch.rand(1, generator=generator) < 0.5:
        seen = F.avg_pool2d(F.pad(seen, (1, 1, 1, 1), mode="replicate"), 3, 1)
    if torch.rand(1, generator=generator) < 0.5:
        seen = seen + 0.03 * torch.rand(1, generator=generator) * torch.randn(seen.shape, generator=generator)
    return seen, main


def main_part(shape: Shape) -> NDArray[np.bool_]:
    """(VIEWS, S, S) which pixels show the slot that captions' own colour and material speak of, or one painted like it."""
    name = main_slot(shape.slots)
    alike = [i for i, (key, slot) in enumerate(shape.slots.items()) if key == name or slot.like == name]
    return np.isin(shape.slot[:VIEWS], alike)


def labels_of(sample: Sample, kinds: dict[str, int]) -> tuple[int, int, int]:
    """Class indices of the three heads; -100 (ignored) where a prop has no named colour."""
    colour = COLOUR_NAMES.index(sample.colour) if sample.colour else -100
    return kinds[sample.kind], colour, SURFACE_NAMES.index(sample.surface)


def paint_all(shapes: Iterable[Shape], count: int, seed: int, kinds: Sequence[str]) -> tuple[Tensor, Told]:
    """`count` shapes painted once: what the judge sees of them (bf16, to spare memory), and what it is to say."""
    rng, where = np.random.default_rng(seed), {kind: i for i, kind in enumerate(kinds)}
    labels, mains = [], []
    seen = torch.empty((count, VIEWS * SEEN, SIZE_PX, SIZE_PX), dtype=torch.bfloat16)
    for i, shape in enumerate(shapes):
        sample = paint_sample(shape, rng)  # 1.5 MB: not kept
        seen[i] = seen_of(torch.from_numpy(sample.maps)[None])[0]
        labels.append(labels_of(sample, where))
        main = torch.from_numpy(main_part(shape))[None].float()
        mains.append(F.interpolate(main, (MASK_PX, MASK_PX), mode="area").bfloat16())
    told = dict(zip(("kind", "colour", "surface"), torch.tensor(labels).T, strict=True))
    return seen, told | {"main": torch.cat(mains)}


def loss_of(juror: nn.Module, seen: Tensor, told: Told, generator: torch.Generator) -> Tensor:
    """Cross-entropies of the three names, and of where the main part lies, over a batch."""
    seen, main = blemished(seen.float(), told["main"].float(), generator)
    with torch.autocast("cpu", torch.bfloat16):
        *names, where = juror(seen)
    losses = [
        F.cross_entropy(logits.float(), told[head])
        for logits, head in zip(names, ("kind", "colour", "surface"), strict=True)
        if (told[head] >= 0).any()
    ]
    solid = F.avg_pool2d(seen.unflatten(1, (VIEWS, SEEN))[:, :, 3], SIZE_PX // MASK_PX) > 0.3
    losses.append(F.binary_cross_entropy_with_logits(where.float()[solid], main[solid]))
    return torch.stack(losses).sum()


def train_judge(lessons: Callable[[], Iterable[Shape]], kinds: Sequence[str], count: int, seed: int = 0) -> Judge:
    """A judge trained on `count` shapes, which `lessons` gives anew for every painting, so that they need no memory.

    Its jurors see the same paintings, each in an order of its own.
    """
    torch.manual_seed(seed)
    judge, generator = Judge(kinds), torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2.5e-3, total_steps=PAINTINGS * EACH * -(-count // 64))
    for painting in range(PAINTINGS):
        seen, told = paint_all(lessons(), count, seed + painting, kinds)
        judge.train()
        for _ in range(EACH):
            orders = [torch.randperm(count, generator=generator).split(64) for _ in judge.jurors]
            for shares in zip(*orders, strict=True):
                optimiser.zero_grad()
                for juror, rows in zip(judge.jurors, shares, strict=True):
                    loss_of(
                        juror, seen[rows], {head: value[rows] for head, value in told.items()}, generator
                    ).backward()
                optimiser.step()
                schedule.step()
        del seen, told  # before the next painting needs the room
    return judge.eval()


@torch.no_grad()
def accuracy(judge: Judge, shapes: Iterable[Shape], count: int, seed: int = 99) -> tuple[float, float, float]:
    """Shares of kinds, named colours and surfaces that the judge gets right on true renders."""
    seen, told = paint_all(shapes, count, seed, judge.kinds)
    judge.eval()
    parts = [judge(rows.float()) for rows in seen.split(64)]
    guesses = [torch.cat([part[head] for part in parts]).argmax(1) for head in range(3)]
    labels = [told[head] for head in ("kind", "colour", "surface")]
    right = [(g == b)[b >= 0].float().mean() for g, b in zip(guesses, labels, strict=True)]
    return round(float(right[0]), 4), round(float(right[1]), 4), round(float(right[2]), 4)


def split(shapes: Iterable[Shape], kinds: Sequence[str]) -> Iterator[tuple[bool, Shape]]:
    """(is a test, shape): of every kind the first TESTS shapes are tests and up to LESSONS others lessons."""
    counts = dict.fromkeys(kinds, 0)
    for shape in shapes:
        if shape.kind in counts and counts[shape.kind] < TESTS + LESSONS:
            yield counts[shape.kind] < TESTS, shape
            counts[shape.kind] += 1


def key_of(data: Path, kinds: Sequence[str]) -> str:
    """What a judge depends on: this file's version, the kinds, the shards it learned from."""
    shards = sorted((path.name, path.stat().st_size) for path in data.glob("shard-*.npz"))
    return hashlib.sha256(json.dumps([VERSION, sorted(kinds), shards]).encode()).hexdigest()


def judge_of(data: Path, kinds: Sequence[str], kept: Path = KEPT) -> tuple[Judge, tuple[float, float, float]]:
    """A judge of these kinds and its accuracy on true renders: the kept one if it fits, else a new one, kept.

    One that was taught more kinds from the same shards fits too: it has more to choose from.
    """
    if kept.exists():
        with safe_open(kept, "pt") as file:
            notes = file.metadata() or {}
        known = json.loads(notes.get("kinds", "[]"))
        if set(kinds) <= set(known) and notes.get("key") == key_of(data, known):
            judge = Judge(known)
            judge.load_state_dict(load_file(kept))
            kind, colour, surface = json.loads(notes["accuracy"])
            return judge.eval(), (kind, colour, surface)
    names = sorted(kinds)

    def of(tests: bool) -> Iterator[Shape]:
        return (shape for is_test, shape in split(shapes_of(data), names) if is_test == tests)

    judge = train_judge(lambda: of(tests=False), names, sum(1 for _ in of(tests=False)))
    right = accuracy(judge, of(tests=True), sum(1 for _ in of(tests=True)))
    kept.parent.mkdir(parents=True, exist_ok=True)
    notes = {"key": key_of(data, names), "kinds": json.dumps(names), "accuracy": json.dumps(right)}
    save_file({name: tensor.contiguous() for name, tensor in judge.state_dict().items()}, kept, notes)
    return judge, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes; every kind among them is taught")
    parser.add_argument("--keep", type=Path, default=KEPT)
    args = parser.parse_args()
    begun = time.process_time()
    _, right = judge_of(args.data, sorted({shape.kind for shape in shapes_of(args.data)}), args.keep)
    print(
        f"kind {right[0]:.3f}, colour {right[1]:.3f}, surface {right[2]:.3f}; {time.process_time() - begun:.0f} CPU s"
    )


if __name__ == "__main__":
    main()
