"""The judge: a small network that names kind, main colour and main surface of a prop from six rendered views.

It is trained on true renders of shapes that neither the evaluation nor its own test set contains, blurred and shifted as
fused props are; its accuracy on true renders stands beside every figure it gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..materials import SURFACES
from ..training.dataset import Sample, Shape, paint_sample
from ..training.paints import COLOURS

SIZE_PX = 32  # of a view as the judge sees it
SEEN = 7  # base colour, alpha, normal
COLOUR_NAMES, SURFACE_NAMES = tuple(COLOURS), tuple(s.name for s in SURFACES)


@dataclass(frozen=True)
class Verdict:
    """Names of the best guess for one prop."""

    kind: str
    colour: str
    surface: str


class Judge(nn.Module):
    """Three heads on one convolutional trunk over the stacked views."""

    def __init__(self, kinds: Sequence[str], views: int = 6, width: int = 64) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self.trunk = nn.Sequential(
            nn.Conv2d(views * SEEN, width, 3, 2, 1), nn.GroupNorm(8, width), nn.GELU(),
            nn.Conv2d(width, 2 * width, 3, 2, 1), nn.GroupNorm(8, 2 * width), nn.GELU(),
            nn.Conv2d(2 * width, 2 * width, 3, 2, 1), nn.GroupNorm(8, 2 * width), nn.GELU(),
            nn.Flatten(), nn.Dropout(0.2), nn.Linear(2 * width * 16, 256), nn.GELU(),
        )  # fmt: skip
        self.heads = nn.ModuleList(nn.Linear(256, n) for n in (len(self.kinds), len(COLOUR_NAMES), len(SURFACE_NAMES)))

    def forward(self, seen: Tensor) -> list[Tensor]:  # seen (B, V SEEN, 32, 32) -> logits of the three heads
        features = self.trunk(seen)
        return [head(features) for head in self.heads]

    @torch.no_grad()
    def judge(self, maps: Tensor) -> list[Verdict]:
        """maps (B, V, 13, S, S), or only their first SEEN channels, in the units of `Maps`."""
        self.eval()
        kind, colour, surface = (logits.argmax(1).tolist() for logits in self(seen_of(maps)))
        return [
            Verdict(self.kinds[k], COLOUR_NAMES[c], SURFACE_NAMES[s])
            for k, c, s in zip(kind, colour, surface, strict=True)
        ]


def seen_of(maps: Tensor) -> Tensor:
    """What the judge is shown: premultiplied base colour, alpha and normals at 32 px. (B, V, >=7, S, S) -> (B, V 7, 32, 32)."""
    alpha = maps[:, :, 3:4].clamp(0, 1)
    shown = torch.cat([maps[:, :, :3] * alpha, alpha, maps[:, :, 4:7] * alpha], 2)
    small = F.interpolate(shown.flatten(0, 1), (SIZE_PX, SIZE_PX), mode="area")
    return small.unflatten(0, maps.shape[:2]).flatten(1, 2)


def blemished(seen: Tensor, generator: torch.Generator) -> Tensor:
    """Views as fusion leaves them: shifted by up to two pixels, softened, a little noisy."""
    shift = torch.randint(-2, 3, (2,), generator=generator)
    seen = torch.roll(seen, (int(shift[0]), int(shift[1])), (2, 3))
    if torch.rand(1, generator=generator) < 0.5:
        seen = F.avg_pool2d(F.pad(seen, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return seen + 0.05 * torch.rand(1, generator=generator) * torch.randn(seen.shape, generator=generator)


def labels_of(samples: Sequence[Sample], kinds: Sequence[str]) -> list[Tensor]:
    """Class indices of the three heads; -100 (ignored) where a prop has no named colour."""
    where = {kind: i for i, kind in enumerate(kinds)}
    return [
        torch.tensor([where[s.kind] for s in samples]),
        torch.tensor([COLOUR_NAMES.index(s.colour) if s.colour else -100 for s in samples]),
        torch.tensor([SURFACE_NAMES.index(s.surface) for s in samples]),
    ]


def paint_all(shapes: Sequence[Shape], seed: int) -> tuple[Tensor, list[Sample]]:
    """Every shape painted once: what the judge sees of them, and the samples for their labels."""
    rng = np.random.default_rng(seed)
    samples = [paint_sample(shape, rng) for shape in shapes]
    return torch.cat([seen_of(torch.from_numpy(s.maps)[None]) for s in samples]), samples


def train_judge(shapes: Sequence[Shape], seed: int = 0, epochs: int = 12) -> Judge:
    """A judge trained on these shapes, repainted in every third epoch."""
    torch.manual_seed(seed)
    kinds = sorted({shape.kind for shape in shapes})
    judge, generator = Judge(kinds), torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=0.02)
    steps = epochs * -(-len(shapes) // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    for epoch in range(epochs):
        if epoch % 3 == 0:
            seen, samples = paint_all(shapes, seed + epoch)
            labels = labels_of(samples, kinds)
        judge.train()
        for rows in torch.randperm(len(seen), generator=generator).split(64):
            logits = judge(blemished(seen[rows], generator))
            losses = [F.cross_entropy(a, b[rows]) for a, b in zip(logits, labels, strict=True) if (b[rows] >= 0).any()]
            optimiser.zero_grad()
            torch.stack(losses).sum().backward()
            optimiser.step()
            schedule.step()
    return judge.eval()


def accuracy(judge: Judge, shapes: Sequence[Shape], seed: int = 99) -> tuple[float, float, float]:
    """Shares of kinds, named colours and surfaces that the judge gets right on true renders."""
    seen, samples = paint_all(shapes, seed)
    with torch.no_grad():
        guesses = [logits.argmax(1) for logits in judge(seen)]
    right = [(g == b)[b >= 0].float().mean() for g, b in zip(guesses, labels_of(samples, judge.kinds), strict=True)]
    return float(right[0]), float(right[1]), float(right[2])
