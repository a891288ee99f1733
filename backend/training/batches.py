"""Training batches painted from rendered shapes, in the training process or by others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from ..cameras import camera_of, rig
from ..language.brief import Vocabulary
from .dataset import VIEWS, Sample, Shape, Shapes, paint_sample


class Batch(NamedTuple):
    """What one step is taught with: B objects of V views."""

    maps: Tensor  # (B, V, 13, S, S) in the units of `Maps`
    references: Tensor  # (B, 4, S, S) shaded RGBA
    briefs: Tensor  # (B, ITEMS, 1 + MODIFIERS) int64
    cameras: Tensor  # (B, V, 4, 4) world_from_camera


class Batches(IterableDataset):
    """Endless batches; kinds evenly drawn, but for those that have a weight other than 1.

    elsewhere: of so many objects one view of the rig is exchanged for that of a camera that may stand anywhere.
    """

    def __init__(
        self, shapes: Shapes, vocabulary: Vocabulary, size: int, seed: int, weights: Mapping[str, float] | None = None,
        elsewhere: float = 0.0,
    ) -> None:  # fmt: skip
        self.shapes, self.vocabulary, self.size, self.seed = shapes, vocabulary, size, seed
        self.weights, self.elsewhere = weights or {}, elsewhere

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        while True:
            by_kind: dict[str, list[Shape]] = {}
            for shape in self.shapes.shapes:
                by_kind.setdefault(shape.kind, []).append(shape)
            names = list(by_kind)
            weights = np.array([self.weights.get(name, 1.0) for name in names])
            for _ in range(200):
                chosen = rng.choice(len(names), self.size, p=weights / weights.sum())
                groups = [by_kind[names[int(i)]] for i in chosen]
                drawn = [group[int(rng.integers(len(group)))] for group in groups]
                samples = [paint_sample(shape, rng) for shape in drawn]
                yield batch_of(
                    samples, [s.axes[-1] for s in drawn], self.vocabulary, rng.random(self.size) < self.elsewhere, rng
                )


def batch_of(samples: Sequence[Sample], axes: Sequence[NDArray[np.float32]], vocabulary: Vocabulary,
             exchanged: NDArray[np.bool_], rng: np.random.Generator) -> Batch:  # fmt: skip
    """Painted objects as tensors; where `exchanged`, a view drawn by `rng` is what the camera of these (3, 3) axes sees."""
    maps = np.stack([s.maps for s in samples])
    cameras = rig().world_from_camera.repeat(len(samples), 1, 1, 1)
    for i in np.flatnonzero(exchanged).tolist():
        view = int(rng.integers(VIEWS))
        maps[i, view] = samples[i].elsewhere
        cameras[i, view] = camera_of(torch.from_numpy(axes[i]))
    return Batch(
        torch.from_numpy(maps),
        torch.from_numpy(np.stack([s.reference for s in samples])),
        vocabulary.encode([s.brief for s in samples]),
        cameras,
    )


def feed(batches: Batches, painters: int) -> Iterator[Batch]:
    """The batches, painted here (painters = 0: new shards are picked up on the way) or by that many processes."""
    if painters == 0:
        return iter(batches)
    loader = DataLoader(
        batches, batch_size=None, num_workers=painters, prefetch_factor=4, pin_memory=torch.cuda.is_available()
    )
    return iter(loader)
