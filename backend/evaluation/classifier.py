"""The judge: a small network that names kind, main colour and main surface of a prop from six rendered views.

It is trained on true renders of shapes that its own test set does not contain, blurred and shifted as fused props are;
its accuracy on true renders stands beside every figure it gives. It depends on the grammar alone, never on a prior, so
it is trained once and kept: `python -m backend.evaluation.classifier --data DIR`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ..materials import SURFACES
from ..priors import ALBEDO, ALPHA, METALLIC, NORMAL, ROUGHNESS
from ..training.dataset import Sample, Shape, Shapes, paint_sample
from ..training.paints import COLOURS

SIZE_PX, MASK_PX = 32, 16  # of a view as the judge sees it, and as it chooses the main part in it
SEEN = 9  # base colour, alpha, normal, roughness, metallic
MASKS = 6  # ways of weighting the pixels: "the main part", and what stands against it
COLOUR_NAMES, SURFACE_NAMES = tuple(COLOURS), tuple(s.name for s in SURFACES)
KEPT = Path("build/judge.safetensors")  # ignored by git
VERSION = 2  # raise it when a change of this file makes kept judges worthless
LESSONS, TESTS = 64, 5  # shapes of every kind that teach the judge, and others that test it


@dataclass(frozen=True)
class Verdict:
    """Names of the best guess for one prop."""

    kind: str
    colour: str
    surface: str


class Judge(nn.Module):
    """Three heads on a convolutional trunk over the stacked views, and on what it finds under the masks it draws.

    A colour is a number, not a shape: the trunk says where the main part is, and the pixels there are averaged as they
    are. Without this the same training named the colour of 80 % and the surface of 67 % of true props.
    """

    def __init__(self, kinds: Sequence[str], views: int = 6, width: int = 96) -> None:
        super().__init__()
        self.kinds, self.views = tuple(kinds), views

        def block(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 2, 1), nn.GroupNorm(8, outputs), nn.GELU())

        self.first, self.second, self.third = (
            block(views * SEEN, width), block(width, 2 * width), block(2 * width, 2 * width),
        )  # fmt: skip
        self.masks = nn.Conv2d(3 * width, views * MASKS, 1)
        self.shape = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(2 * width * 16, 384), nn.GELU())
        self.paint = nn.Sequential(nn.Linear(384 + 2 * MASKS * SEEN, 384), nn.GELU(), nn.Dropout(0.1))
        self.heads = nn.ModuleList(nn.Linear(384, n) for n in (len(self.kinds), len(COLOUR_NAMES), len(SURFACE_NAMES)))

    def forward(self, seen: Tensor) -> list[Tensor]:  # seen (B, V SEEN, 32, 32) -> logits of the three heads
        fine = self.first(seen)
        middle = self.second(fine)
        shape = self.shape(self.third(middle))
        wide = torch.cat([fine, F.interpolate(middle, scale_factor=2.0)], 1)
        paint = self.paint(torch.cat([shape, self._under_masks(seen, self.masks(wide))], 1))
        return [self.heads[0](shape), self.heads[1](paint), self.heads[2](paint)]

    def _under_masks(self, seen: Tensor, masks: Tensor) -> Tensor:
        """Means and deviations of the pixels under each mask, over all views: (B, 2 MASKS SEEN)."""
        pixels = F.avg_pool2d(seen.float(), SIZE_PX // MASK_PX).unflatten(1, (self.views, SEEN))
        pixels = pixels.transpose(1, 2).flatten(2)  # (B, SEEN, V 256), premultiplied
        alpha = pixels[:, 3:4].clamp(0, 1)
        logits = masks.float().unflatten(1, (self.views, MASKS)).transpose(1, 2).flatten(2)
        weights = logits.masked_fill(alpha < 0.3, -1e4).softmax(-1)  # (B, MASKS, V 256)
        values = (pixels / alpha.clamp(min=0.3)).transpose(1, 2)
        mean = weights @ values
        spread = (weights @ values**2 - mean**2).clamp(min=0)
        return torch.cat([mean, (spread + 1e-4).sqrt()], 1).flatten(1)

    @torch.no_grad()
    def judge(self, maps: Tensor) -> list[Verdict]:
        """maps (B, V, >=10, S, S): the channels of a G-buffer up to metallic, in the units of `Maps`."""
        self.eval()
        kind, colour, surface = (logits.argmax(1).tolist() for logits in self(seen_of(maps)))
        return [
            Verdict(self.kinds[k], COLOUR_NAMES[c], SURFACE_NAMES[s])
            for k, c, s in zip(kind, colour, surface, strict=True)
        ]


def seen_of(maps: Tensor) -> Tensor:
    """What the judge is shown: premultiplied base colour, alpha, normals, roughness and metallic at 32 px.

    (B, V, >=10, S, S) -> (B, V SEEN, 32, 32).
    """
    alpha = maps[:, :, ALPHA].clamp(0, 1)
    told = torch.cat([maps[:, :, part] for part in (NORMAL, ROUGHNESS, METALLIC)], 2)
    shown = torch.cat([maps[:, :, ALBEDO] * alpha, alpha, told * alpha], 2)
    small = F.interpolate(shown.flatten(0, 1), (SIZE_PX, SIZE_PX), mode="area")
    return small.unflatten(0, maps.shape[:2]).flatten(1, 2)


def blemished(seen: Tensor, generator: torch.Generator) -> Tensor:
    """Views as fusion leaves them: shifted by up to two pixels, softened, a little noisy."""
    shift = torch.randint(-2, 3, (2,), generator=generator)
    seen = torch.roll(seen, (int(shift[0]), int(shift[1])), (2, 3))
    if torch.rand(1, generator=generator) < 0.5:
        seen = F.avg_pool2d(F.pad(seen, (1, 1, 1, 1), mode="replicate"), 3, 1)
    if torch.rand(1, generator=generator) < 0.5:
        seen = seen + 0.03 * torch.rand(1, generator=generator) * torch.randn(seen.shape, generator=generator)
    return seen


def labels_of(sample: Sample, kinds: dict[str, int]) -> tuple[int, int, int]:
    """Class indices of the three heads; -100 (ignored) where a prop has no named colour."""
    colour = COLOUR_NAMES.index(sample.colour) if sample.colour else -100
    return kinds[sample.kind], colour, SURFACE_NAMES.index(sample.surface)


def paint_all(shapes: Sequence[Shape], seed: int, kinds: Sequence[str]) -> tuple[Tensor, list[Tensor]]:
    """Every shape painted once: what the judge sees of them (bf16, to spare memory), and the labels of its heads."""
    rng, where = np.random.default_rng(seed), {kind: i for i, kind in enumerate(kinds)}
    seen = torch.empty((len(shapes), 6 * SEEN, SIZE_PX, SIZE_PX), dtype=torch.bfloat16)
    labels = []
    for i, shape in enumerate(shapes):
        sample = paint_sample(shape, rng)  # 1.5 MB: not kept
        seen[i] = seen_of(torch.from_numpy(sample.maps)[None])[0]
        labels.append(labels_of(sample, where))
    return seen, list(torch.tensor(labels).T)


def train_judge(
    shapes: Sequence[Shape], kinds: Sequence[str], seed: int = 0, paintings: int = 4, each: int = 2
) -> Judge:
    """A judge trained on these shapes: painted anew `paintings` times, gone through `each` times a painting."""
    torch.manual_seed(seed)
    judge, generator = Judge(kinds), torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=0.02)
    steps = paintings * each * -(-len(shapes) // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2.5e-3, total_steps=steps)
    for painting in range(paintings):
        seen, labels = paint_all(shapes, seed + painting, kinds)
        for _ in range(each):
            judge.train()
            for rows in torch.randperm(len(seen), generator=generator).split(64):
                with torch.autocast("cpu", torch.bfloat16):
                    logits = judge(blemished(seen[rows].float(), generator))
                named = [(a.float(), b[rows]) for a, b in zip(logits, labels, strict=True) if (b[rows] >= 0).any()]
                losses = [F.cross_entropy(a, b) for a, b in named]
                optimiser.zero_grad()
                torch.stack(losses).sum().backward()
                optimiser.step()
                schedule.step()
    return judge.eval()


@torch.no_grad()
def accuracy(judge: Judge, shapes: Sequence[Shape], seed: int = 99) -> tuple[float, float, float]:
    """Shares of kinds, named colours and surfaces that the judge gets right on true renders."""
    seen, labels = paint_all(shapes, seed, judge.kinds)
    judge.eval()
    parts = [judge(rows.float()) for rows in seen.split(64)]
    guesses = [torch.cat([part[head] for part in parts]).argmax(1) for head in range(3)]
    right = [(g == b)[b >= 0].float().mean() for g, b in zip(guesses, labels, strict=True)]
    return round(float(right[0]), 4), round(float(right[1]), 4), round(float(right[2]), 4)


def split(shapes: Sequence[Shape], kinds: Sequence[str]) -> tuple[list[Shape], list[Shape]]:
    """(tests, lessons): of every kind the first TESTS shapes and up to LESSONS others."""
    counts = dict.fromkeys(kinds, 0)
    tests: list[Shape] = []
    lessons: list[Shape] = []
    for shape in shapes:
        if shape.kind in counts and counts[shape.kind] < TESTS + LESSONS:
            (tests if counts[shape.kind] < TESTS else lessons).append(shape)
            counts[shape.kind] += 1
    return tests, lessons


def key_of(data: Path, kinds: Sequence[str]) -> str:
    """What a judge depends on: this file's version, the kinds, the shards it learned from."""
    shards = sorted((path.name, path.stat().st_size) for path in data.glob("shard-*.npz"))
    return hashlib.sha256(json.dumps([VERSION, sorted(kinds), shards]).encode()).hexdigest()


def judge_of(data: Path, kinds: Sequence[str], kept: Path = KEPT) -> tuple[Judge, tuple[float, float, float]]:
    """The judge of these kinds and its accuracy on true renders: the kept one if it fits, else a new one, kept."""
    key = key_of(data, kinds)
    if kept.exists():
        with safe_open(kept, "pt") as file:
            notes = file.metadata() or {}
        if notes.get("key") == key:
            judge = Judge(json.loads(notes["kinds"]))
            judge.load_state_dict(load_file(kept))
            kind, colour, surface = json.loads(notes["accuracy"])
            return judge.eval(), (kind, colour, surface)
    names = sorted(kinds)
    tests, lessons = split(Shapes(data).shapes, names)
    judge = train_judge(lessons, names)
    right = accuracy(judge, tests)
    kept.parent.mkdir(parents=True, exist_ok=True)
    notes = {"key": key, "kinds": json.dumps(names), "accuracy": json.dumps(right)}
    save_file({name: tensor.contiguous() for name, tensor in judge.state_dict().items()}, kept, notes)
    return judge, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes; every kind among them is taught")
    parser.add_argument("--keep", type=Path, default=KEPT)
    args = parser.parse_args()
    begun = time.process_time()
    _, right = judge_of(args.data, sorted({shape.kind for shape in Shapes(args.data).shapes}), args.keep)
    print(
        f"kind {right[0]:.3f}, colour {right[1]:.3f}, surface {right[2]:.3f}; {time.process_time() - begun:.0f} CPU s"
    )


if __name__ == "__main__":
    main()
