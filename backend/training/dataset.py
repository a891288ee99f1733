"""Rendered shapes on disk (shards of part, normal and depth buffers), and the samples that are painted from them at will."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cameras import CANONICAL, look_at_origin, rig
from ..images import reference_picture
from ..language.brief import Brief
from .captions import STACK_WORD, describe, with_company
from .compositions import Composition, compose
from .kinds import KINDS
from .paint import gbuffer
from .paints import MATERIALS, draw
from .programs import ROW, SLOT, STYLES, Builder, Slot, main_slot
from .render import buffers, finish
from .render_cuda import Kernels
from .render_cuda import buffers as trace_all
from .render_cuda import finish as finish_all

VIEWS = len(CANONICAL)
MAX_ROWS = 48
PLAIN_SHARE = 0.5  # of the objects are in the plain style


@dataclass(frozen=True)
class Shape:
    """One rendered object without colours: what is stored."""

    kind: str
    style: str
    program: NDArray[np.float32]  # (K, ROW)
    slots: dict[str, Slot]
    phrases: list[str]
    adjectives: list[str]
    axes: NDArray[
        np.float32
    ]  # (C, 3, 3): of the rig's VIEWS cameras, one that takes pictures and, in shards, one from any side
    part: NDArray[np.int16]  # (C, S, S)
    normal: NDArray[np.float32]  # (.., S, S, 3)
    depth: NDArray[np.float32]  # (.., S, S)
    company: str = ""  # of a composition: what every caption names beside the kind (see captions.with_company)

    @property
    def normals(self) -> NDArray[np.float32]:
        """(C, S, S, 3) world normals, whether stored as bytes or not."""
        return self.normal.astype(np.float32) / (127.0 if self.normal.dtype == np.int8 else 1.0)

    @property
    def slot(self) -> NDArray[np.int64]:
        """(C, S, S) the number of the slot that each pixel shows, -1 where there is nothing."""
        return np.where(self.part >= 0, self.program[np.maximum(self.part, 0).astype(int), SLOT].astype(int), -1)

    @property
    def depths(self) -> NDArray[np.float32]:
        """(C, S, S) in prior units, whether stored as 16 bits or not."""
        return self.depth.astype(np.float32) / (32000.0 if self.depth.dtype == np.int16 else 1.0)


@dataclass(frozen=True)
class Drawn:
    """One object drawn and not yet rendered; `made.other` is "" where there is one kind only."""

    made: Composition
    style: str
    axes: NDArray[np.float32]  # (C, 3, 3), as of `Shape`

    @classmethod
    def of(cls, made: Composition, style: str, rng: np.random.Generator) -> Drawn:
        return cls(made, style, np.concatenate([rig().axes.numpy(), free_view(rng)[None]]).astype(np.float32))

    @property
    def company(self) -> str:
        """What every caption names beside the kind; "" for a single prop."""
        return STACK_WORD if self.made.other == self.made.kind else self.made.other

    def shape(self, program: NDArray[np.float32], maps: tuple[NDArray[Any], ...]) -> Shape:
        """The shape of a finished program and its buffers."""
        m = self.made
        part, normal, depth = maps
        return Shape(
            m.kind, self.style, program, m.slots, m.phrases, m.adjectives, self.axes, part, normal, depth, self.company
        )


def free_view(rng: np.random.Generator) -> NDArray[np.float32]:
    """(3, 3) axes of a camera from where people take pictures: up to 75 degrees aside, -5 to 45 above."""
    axes: NDArray[np.float32] = look_at_origin(rng.uniform(-75, 75), rng.uniform(-5, 45))[:3, :3].T.numpy()
    return axes


def any_view(rng: np.random.Generator) -> NDArray[np.float32]:
    """(3, 3) axes of a camera anywhere on the sphere, evenly, but for its last 50 degrees below: nobody looks from there."""
    elevation = np.degrees(np.arcsin(rng.uniform(np.sin(np.radians(-40)), 1)))
    axes: NDArray[np.float32] = look_at_origin(rng.uniform(-180, 180), elevation)[:3, :3].T.numpy()
    return axes


def draw_kind(kind: str, rng: np.random.Generator) -> Drawn:
    """Draw one object of a kind."""
    style = _style(rng)
    b = Builder(rng, style)
    KINDS[kind].write(b)
    return Drawn.of(Composition(kind, "", kind, b.program(), b.slots, b.phrases, b.adjectives), style, rng)


def draw_composition(kinds: Collection[str], rng: np.random.Generator) -> Drawn:
    """Draw two of `kinds` joined: one on or in the other, or a stack. RuntimeError when none of them fit."""
    style = _style(rng)
    return Drawn.of(compose(rng, style, kinds=kinds), style, rng)


def _style(rng: np.random.Generator) -> str:
    return "plain" if rng.random() < PLAIN_SHARE else STYLES[int(rng.integers(1, len(STYLES)))]


def render_all(drawn: Sequence[Drawn], size_px: int, kernels: Kernels | None = None) -> list[Shape]:
    """Render drawn objects: all at once with `kernels` (a GPU), else one by one on the CPU."""
    if kernels is None:
        programs = [finish(d.made.program) for d in drawn]
        return [d.shape(p, buffers(p, d.axes, size_px)) for d, p in zip(drawn, programs, strict=True)]
    programs = finish_all([d.made.program for d in drawn], kernels)
    maps = trace_all(programs, np.stack([d.axes for d in drawn]), size_px, kernels)
    return [d.shape(p, m) for d, p, m in zip(drawn, programs, zip(*maps, strict=True), strict=True)]


def make_shape(kind: str, rng: np.random.Generator, size_px: int) -> Shape:
    """Draw and render one object of a kind."""
    return render_all([draw_kind(kind, rng)], size_px)[0]


def write_shard(path: Path, kinds: Sequence[str], seed: int, size_px: int, compositions: int = 0,
                kernels: Kernels | None = None) -> None:  # fmt: skip
    """Render one object for every entry of `kinds`, and `compositions` of them, and store them as one .npz.

    Buffers are quantised to 8 and 16 bits.
    """
    rng = np.random.default_rng(seed)
    drawn = [draw_kind(kind, rng) for kind in kinds]
    drawn += [draw_composition(frozenset(kinds), rng) for _ in range(compositions)]
    sides = np.random.default_rng([seed, 1])  # its own, or shards of a seed would hold other shapes than they did
    drawn = [replace(one, axes=np.concatenate([one.axes, any_view(sides)[None]])) for one in drawn]
    shapes = render_all(drawn, size_px, kernels)
    programs = np.zeros((len(shapes), MAX_ROWS, ROW), np.float32)
    for i, shape in enumerate(shapes):
        programs[i, : len(shape.program)] = shape.program
    words = [
        {"kind": s.kind, "style": s.style, "rows": len(s.program), "phrases": s.phrases, "adjectives": s.adjectives,
         "company": s.company,
         "slots": {k: [v.word, list(v.materials), v.colour, v.main, v.like] for k, v in s.slots.items()}}
        for s in shapes
    ]  # fmt: skip
    temporary = path.with_suffix(".tmp.npz")
    np.savez(
        temporary,
        programs=programs,
        axes=np.stack([s.axes for s in shapes]),
        part=np.stack([s.part for s in shapes]).astype(np.int8),
        normal=np.stack([np.round(s.normal * 127) for s in shapes]).astype(np.int8),
        depth=np.stack([np.round(s.depth * 32000) for s in shapes]).astype(np.int16),
        words=np.array(json.dumps(words)),
    )
    os.replace(temporary, path)


class Shapes:
    """All shards of a folder, in memory, or what they hold of some kinds; `refresh` picks up shards written since."""

    def __init__(self, folder: Path, kinds: Collection[str] | None = None) -> None:
        self.folder, self.loaded, self.shapes = folder, set[str](), list[Shape]()
        self.kinds = None if kinds is None else frozenset({*kinds, STACK_WORD, ""})
        self.refresh()

    def refresh(self) -> int:
        """Load new shards; returns how many objects there are now."""
        for path in sorted(self.folder.glob("shard-*.npz")):
            if path.name not in self.loaded and ".tmp" not in path.name:
                self.loaded.add(path.name)
                self.shapes += [
                    shape for shape in read_shard(path)
                    if self.kinds is None or {shape.kind, shape.company} <= self.kinds
                ]  # fmt: skip
        return len(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)


def shapes_of(folder: Path) -> Iterator[Shape]:
    """All objects of a folder's shards in order, one shard in memory at a time."""
    for path in sorted(folder.glob("shard-*.npz")):
        if ".tmp" not in path.name:
            yield from read_shard(path)


def read_shard(path: Path) -> list[Shape]:
    """The shapes of one shard."""
    with np.load(path, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    words = json.loads(str(arrays["words"]))
    return [
        Shape(
            w["kind"], w["style"], arrays["programs"][i, : w["rows"]],
            {k: Slot(v[0], tuple(v[1]), v[2], v[3], v[4]) for k, v in w["slots"].items()},
            w["phrases"], w["adjectives"], arrays["axes"][i], arrays["part"][i], arrays["normal"][i], arrays["depth"][i],
            w.get("company", ""),
        )
        for i, w in enumerate(words)
    ]  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One painted object: maps (VIEWS, 13, S, S) in the units of `Maps`, reference (4, S, S) shaded RGBA, its brief."""

    maps: NDArray[np.float32]
    reference: NDArray[np.float32]
    brief: Brief
    kind: str
    colour: str  # of the main slot; "" where its material shows its own
    surface: str  # class of the main slot's material
    elsewhere: NDArray[np.float32]  # (13, S, S) seen by the last of the shape's cameras, which is none of the rig's


def paint_sample(shape: Shape, rng: np.random.Generator) -> Sample:
    """Paint a stored shape anew and describe it."""
    paints = draw(shape.slots, rng)
    rows = np.stack([paints[name].row for name in shape.slots])
    maps = gbuffer(shape.program, rows, shape.axes, shape.part.astype(np.int16), shape.normals, shape.depths)
    facts = (shape.kind, shape.slots, paints, shape.phrases, shape.adjectives, shape.style)
    main = paints[main_slot(shape.slots)]
    reference = framed(shade(maps[VIEWS], shape.axes[VIEWS], rng), maps.shape[-1])
    surface = MATERIALS[main.material].surface
    brief = with_company(describe(*facts, rng), shape.company) if shape.company else describe(*facts, rng)
    return Sample(maps[:VIEWS], reference, brief, shape.kind, main.colour, surface, maps[-1])


def shade(maps: NDArray[np.float32], axes: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A photo-like rendering of one G-buffer view under a random key light and ambient: (13, S, S) -> (4, S, S) RGBA."""
    light = axes.T @ np.array([rng.uniform(-0.8, 0.8), rng.uniform(0.0, 1.0), rng.uniform(0.3, 1.0)])
    light /= np.linalg.norm(light)
    ambient, gain = rng.uniform(0.35, 0.8), rng.uniform(0.85, 1.15)
    diffuse = np.clip(np.tensordot(light, maps[4:7], 1), 0, 1)
    half = light + axes[2]
    glint = np.clip(np.tensordot(half / np.linalg.norm(half), maps[4:7], 1), 0, 1) ** (4 + 60 * (1 - maps[8]) ** 2)
    colour = maps[:3] * (ambient + (1 - ambient) * diffuse) * gain + 0.25 * glint * (1 - maps[8])
    return np.concatenate([np.clip(colour, 0, 1) * maps[3:4], maps[3:4]]).astype(np.float32)


def framed(picture: NDArray[np.float32], size_px: int) -> NDArray[np.float32]:
    """A premultiplied (4, S, S) RGBA picture as a prior sees a user's: (4, size_px, size_px), cropped around its object.

    One that shows nothing has nothing to be cropped around, and stays nothing.
    """
    if not (picture[3] > 0.5).any():
        return np.zeros((4, size_px, size_px), np.float32)
    straight = np.concatenate([picture[:3] / np.maximum(picture[3:], 1e-6), picture[3:]])
    return reference_picture(straight, size_px)
