"""Teaches the sketch (`priors.sketch`) of a run, which its trainer then uses as it is.

Lessons are shapes of its own, drawn and rendered here: so what the trainer shows it later is as new to it as users'
pictures are, and the transformer learns to trust it as far as it deserves. Each is shaded from free cameras and framed
as users' pictures are; the answer is the mean of its six encoded views over every cell, and the direction towards the camera.
Some are shown as in a mirror: the grammar's handles are on one side, users' are on either. One shape in TEST teaches nothing: the
printed errors are theirs. When the transformer has learnt, the sketch may go on with the stored shapes as
well, those aside that the trainer keeps out: what it then gets right is more than what it was trusted for.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..cameras import CANONICAL, rig
from ..language.brief import Brief, Vocabulary
from ..priors import ALPHA, DEPTH, NORMAL
from ..priors.gbuffer import encode
from ..priors.mv_transformer import Architecture
from ..priors.sketch import Sketch, SketchSize
from .captions import describe, with_company
from .dataset import VIEWS, Drawn, draw_composition, draw_kind, framed, free_view, paint_sample, shade, shapes_of
from .paint import gbuffer
from .paints import draw
from .render import buffers, finish
from .trainer import CHANNEL_WEIGHT, HELD_OUT, SKETCH_FILE, vocabulary_of

TEST = 12  # one shape in so many tests
COMPOSED = 0.1  # share of two kinds joined
PICTURES = 2  # of a shape, each in its own paint
ACROSS = 2  # pixels along a cell of the views that answer
STEEPEST, GENTLER = 2e-3, 1.2e-3  # of a new sketch, of one that goes on
NO_WORD = 0.15  # share of lessons without the kind's word, as guidance asks
MIRRORED = 0.3  # share of shapes
DIRECTION_WEIGHT = 0.2  # of the squared error of the direction towards the camera
SHADE = 0.1  # pictures are brightened and darkened by up to this
GEOMETRY = [ALPHA.start, DEPTH.start]
Rng = np.random.Generator
Pixels = NDArray[np.float32]
Lesson = tuple[Tensor, Tensor, Tensor, Tensor]  # picture, views, word, direction: one row of `Lessons`, or some


@dataclass(frozen=True)
class Lessons:
    """P pictures (P, 4, S, S) uint8 premultiplied; views (P, V, c, cells, cells) int8, 127 is 1; word (P,) of the main item,
    0 for none; towards (P, 3) unit directions to their cameras; test (P,) bool."""

    pictures: Tensor
    views: Tensor
    word: Tensor
    towards: Tensor
    test: Tensor

    @classmethod
    def of(cls, rows: Sequence[Lesson], test: Sequence[bool]) -> Lessons:
        pictures, views, word, towards = (torch.stack(column) for column in zip(*rows, strict=True))
        return cls(pictures, views, word, towards, torch.tensor(test))

    def some(self, which: Tensor) -> Lesson:
        """Pictures and views as the network knows them, the words and the directions, of some lessons."""
        return (
            self.pictures[which].float() / 255,
            self.views[which].float() / 127,
            self.word[which],
            self.towards[which],
        )

    def with_more(self, other: Lessons) -> Lessons:
        """These and others, one after the other."""
        both = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Lessons(*(torch.cat(pair) for pair in both))


def drawn(kinds: Sequence[str], rng: Rng) -> Drawn:
    """A prop of one of the kinds, or two of them joined."""
    if rng.random() < COMPOSED:
        try:
            return draw_composition(frozenset(kinds), rng)
        except RuntimeError:  # none of them fit
            pass
    return draw_kind(kinds[int(rng.integers(len(kinds)))], rng)


def seen(prop: Drawn, words: Vocabulary, size: SketchSize, rng: Rng) -> Iterator[Lesson]:
    """PICTURES of a prop, or of its mirror image."""
    made, mirror = prop.made, bool(rng.random() < MIRRORED)
    program, slots = finish(made.program), made.slots
    axes = mirrored_rig() if mirror else prop.axes[:VIEWS]
    answer = buffers(program, axes, ACROSS * size.cells)
    free = np.stack([free_view(rng) for _ in range(PICTURES)])
    asked = buffers(program, free, size.size_px)
    for i in range(PICTURES):
        paints = draw(slots, rng)
        rows = np.stack([paints[name].row for name in slots])
        one = slice(i, i + 1)
        maps = gbuffer(program, rows, free[one], asked[0][one], asked[1][one], asked[2][one])
        picture = framed(shade(maps[0], free[i], rng), size.size_px)
        if not picture.any():
            continue
        brief = describe(made.kind, slots, paints, made.phrases, made.adjectives, prop.style, rng)
        brief = with_company(brief, prop.company) if prop.company else brief
        answers, towards = gbuffer(program, rows, axes, *answer), np.asarray(free[i][2], np.float32)
        if mirror:
            picture, answers, towards = in_mirror(picture, answers, towards)
        yield lesson(picture, answers, towards, brief, (words, size))


def mirrored_rig() -> NDArray[np.float32]:
    """(V, 3, 3) axes of the rig's mirror image about x = 0: what they see of a prop, the rig sees of its mirror image,
    flipped."""
    axes: NDArray[np.float32] = rig(tuple((-azimuth, elevation) for azimuth, elevation in CANONICAL)).axes.numpy()
    return axes


def in_mirror(picture: Pixels, maps: Pixels, towards: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """A picture (4, S, S) of a prop, its G-buffers from the mirrored rig and the direction (3,) to the camera, of its mirror
    image."""
    maps = maps[..., ::-1].copy()
    maps[:, NORMAL.start] *= -1
    return picture[..., ::-1].copy(), maps, towards * np.array([-1, 1, 1], np.float32)


def lesson(
    picture: Pixels, maps: Pixels, towards: Pixels, brief: Brief, means: tuple[Vocabulary, SketchSize]
) -> Lesson:
    """What `Lessons` keeps of a picture (4, S, S), the G-buffers (V, 13, S', S') of what it shows, the direction (3,) to its
    camera, and its Brief."""
    words, size = means
    views = encode(torch.from_numpy(maps))
    views = F.avg_pool2d(views, views.shape[-1] // size.cells)
    return (
        torch.from_numpy(np.round(picture * 255).astype(np.uint8)),
        (views.clamp(-1, 1) * 127).round().to(torch.int8),
        words.encode([brief])[0, 0, 0],
        torch.from_numpy(np.asarray(towards, np.float32)),
    )


def lessons(kinds: Sequence[str], words: Vocabulary, size: SketchSize, count: int, seed: int = 0) -> Lessons:
    """The pictures of `count` shapes of the kinds."""
    rng, rows, test = np.random.default_rng([20261121, seed]), list[Lesson](), list[bool]()
    for i in range(count):
        found = list(seen(drawn(kinds, rng), words, size, rng))
        rows += found
        test += [i % TEST == TEST - 1] * len(found)
    return Lessons.of(rows, test)


def stored_lessons(folder: Path, words: Vocabulary, size: SketchSize, seed: int = 0) -> Lessons:
    """PICTURES of every shape in a folder of shards, in fresh paint, from their stored free views; none is for the test."""
    rng, rows = np.random.default_rng([20261122, seed]), list[Lesson]()
    for shape in itertools.islice(shapes_of(folder), HELD_OUT, None):
        for _ in range(PICTURES):
            sample = paint_sample(shape, rng)
            if sample.reference.any():
                rows.append(lesson(sample.reference, sample.maps, shape.axes[VIEWS][2], sample.brief, (words, size)))
    return Lessons.of(rows, [False] * len(rows))


def teach(
    network: Sketch, given: Lessons, passes: float, batch: int = 96, steepest: float = STEEPEST, seed: int = 0
) -> Iterator[str]:
    """Train with AdamW on one cycle; yields a line with the errors on the lessons kept back after every pass."""
    generator = torch.Generator().manual_seed(seed)
    taught, means = torch.nonzero(~given.test)[:, 0], means_by_word(given)
    a_pass = max(len(taught) // batch, 1)
    steps = max(int(passes * a_pass), 1)
    network.requires_grad_(True).train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(network.parameters(), steepest, weight_decay=0.03, betas=(0.9, 0.98))
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, steepest, steps, pct_start=0.1)
    started, order = time.process_time(), torch.empty(0, dtype=torch.long)
    for step in range(steps):
        if len(order) < batch:
            order = taught[torch.randperm(len(taught), generator=generator)]
        part, order = order[:batch], order[batch:]
        loss = one_loss(network, given.some(part), generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        cycle.step()
        if (step + 1) % a_pass == 0 or step + 1 == steps:
            told = ", ".join(f"{name} {value:.4f}" for name, value in errors(network, given, means).items())
            yield f"step {step + 1} of {steps}: {told}; {time.process_time() - started:.0f} s of processor"
    network.requires_grad_(False).eval()


def one_loss(network: Sketch, lesson: Lesson, generator: torch.Generator) -> Tensor:
    """The weighted squared error of a batch, some of it without its word and all of it in another light."""
    pictures, views, word, towards = lesson
    count = len(word)
    light = 1 + SHADE * (2 * torch.rand(count, 1, 1, 1, generator=generator) - 1)
    pictures = torch.cat([(pictures[:, :3] * light).clamp(0, 1), pictures[:, 3:]], 1)
    word = torch.where(torch.rand(count, generator=generator) < NO_WORD, 0, word)
    with torch.autocast("cpu", torch.bfloat16):
        told, direction = network.both(pictures.contiguous(memory_format=torch.channels_last), word)
    missed = ((direction.float() - towards) ** 2).sum(1).mean()
    return ((told.float() - views) ** 2 * CHANNEL_WEIGHT).mean() + DIRECTION_WEIGHT * missed


@torch.no_grad()
def errors(network: Sketch, given: Lessons, means: Tensor) -> dict[str, float]:
    """Mean squared errors on the lessons kept back: of all channels with the word and without, of alpha and depth, of these
    where every kind's mean is the answer, and of the direction. means: of `means_by_word`."""
    network.eval()
    kept = torch.nonzero(given.test)[:, 0]
    total = dict.fromkeys(("all", "all_without_word", "geometry", "geometry_by_kind", "direction"), 0.0)
    for part in kept.split(250):
        pictures, views, word, towards = given.some(part)
        told = (network(pictures, word), network(pictures, torch.zeros_like(word)), means[word])
        missed = [((answer - views) ** 2).sum(0) for answer in told]
        found = (missed[0].mean(), missed[1].mean(), missed[0][:, GEOMETRY].mean(), missed[2][:, GEOMETRY].mean(),
                 ((network.viewpoint(pictures, word) - towards) ** 2).sum())  # fmt: skip
        for name, value in zip(total, found, strict=True):
            total[name] += float(value)
    network.train()
    return {name: value / max(len(kept), 1) for name, value in total.items()}


def means_by_word(given: Lessons) -> Tensor:
    """(words, V, c, cells, cells): the mean of the views that teach, by main word; 0 where there are none."""
    taught = torch.nonzero(~given.test)[:, 0]
    total = torch.zeros(int(given.word.max()) + 1, *given.views.shape[1:])
    for part in taught.split(1000):
        _, views, word, _ = given.some(part)
        total.index_add_(0, word, views)
    return total / torch.bincount(given.word[taught], minlength=len(total)).clamp(min=1).view(-1, 1, 1, 1, 1)


def teach_sketch(
    run: Path, kinds: Sequence[str], architecture: Architecture, shapes: int, passes: float, stored: Path | None = None
) -> Iterator[str]:
    """Teach from `shapes` new shapes and write run/SKETCH_FILE, after every pass; yields lines of report.

    stored: go on with the sketch that is there, more gently, and with the stored shapes of this folder besides.
    """
    run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    network, words = Sketch(architecture.sketch_size), vocabulary_of(run)
    given = lessons(kinds, words, network.size, shapes)
    if stored is not None:
        network.load_state_dict(load_file(run / SKETCH_FILE))
        given = given.with_more(stored_lessons(stored, words, network.size))
    yield f"sketch: {len(given.word)} pictures, {int(given.test.sum())} kept back"
    for line in teach(network, given, passes, steepest=STEEPEST if stored is None else GENTLER):
        save_file({k: v.contiguous() for k, v in network.state_dict().items()}, run / SKETCH_FILE)
        yield f"sketch: {line}"
