"""Held-out captions, the props that the product makes from them, and what their finished files look like."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from PIL import Image

from ..cameras import Cameras
from ..clock import Clock
from ..device import choose_device
from ..errors import PropsmithError
from ..mesh import Mesh
from ..pipeline import Models, Views, run, sample_views
from ..priors import GBUFFER, METALLIC, Maps
from ..priors.multiview import MultiViewPrior
from ..protocol import Event, Generate
from ..representations.sight import average, look, pyramid, sample
from ..settings import PRESETS
from ..training.captions import used_slots
from ..training.kinds import KINDS
from ..training.paints import COLOURS, MATERIALS
from ..training.programs import Builder
from ..training.render import FILL
from .agreement import agreement
from .geometry import soundness

Result = TypeVar("Result")
Asking = TypeVar("Asking")  # one task's own type

SIZE_PX = 64


@dataclass(frozen=True)
class Task:
    """What to ask for: a kind and a seed, which draw the caption; and of whom."""

    kind: str
    seed: int
    prior: str = "embedded"
    preset: str = "draft"
    student: bool = False


@dataclass(frozen=True)
class Asked:
    """One held-out caption and the prop made from it; `maps` are renders of the finished prop, None where it failed."""

    kind: str
    prompt: str
    colour: str
    surface: str
    maps: torch.Tensor | None
    agreement: float
    bodies: int
    watertight: bool


def caption(kind: str, seed: int) -> tuple[str, str, str]:
    """(prompt, colour or "", surface): a colour and material that suit the kind, drawn by the seed."""
    rng = np.random.default_rng([seed, sorted(KINDS).index(kind), 2026])
    builder = Builder(rng)
    KINDS[kind].write(builder)
    slot = next((s for s in used_slots(builder).values() if s.main), next(iter(builder.slots.values())))
    material = slot.materials[int(rng.integers(len(slot.materials)))]
    takes = slot.colour == "any" and MATERIALS[material].tint > 0
    colour = list(COLOURS)[int(rng.integers(len(COLOURS)))] if takes else ""
    return described(colour, material, kind), colour, MATERIALS[material].surface


def described(colour: str, material: str, kind: str) -> str:
    """The prompt of a prop by its main part; colour may be ""."""
    return " ".join(word for word in ("a", colour, material if material != "food" else "", kind) if word)


def request_of(task: Task, prompt: str = "", image: str = "") -> Generate:
    """The request of a task, with the prior's student or without it."""
    quality = PRESETS[task.preset]
    quality = replace(quality, views=replace(quality.views, student=task.student))
    return Generate(
        prompt=prompt, image=image, seed=1000 + task.seed, prior=task.prior, preset=task.preset, quality=quality
    )


def make(task: Task, models: Models) -> Asked:
    """Ask for the task's prop and render what comes of it."""
    prompt, colour, surface = caption(task.kind, task.seed)
    request, prior = request_of(task, prompt), models.prior(task.prior)
    assert isinstance(prior, MultiViewPrior), "the suite asks in the embedded prior's language"
    with tempfile.TemporaryDirectory() as folder:
        try:
            for _ in run(request, Path(folder), models):
                pass
        except PropsmithError:
            return Asked(task.kind, prompt, colour, surface, None, 0.0, 0, False)
        mesh, uvs = finished_mesh(Path(folder) / "result")
        maps = rendered(Path(folder) / "result", mesh, uvs, prior.cameras)
        agreed = agreement(views_of(prior, request, Path(folder)))
    sound = soundness(mesh)
    return Asked(task.kind, prompt, colour, surface, maps, agreed, sound.parts, sound.watertight)


def finished_mesh(result: Path) -> tuple[Mesh, np.ndarray]:
    """A finished prop in the prior's frame (bounding box centred, farthest point at FILL), and its uvs (F, 3, 2)."""
    with np.load(result / "mesh.npz") as data:
        vertices, faces, uvs = data["vertices"], data["faces"], data["uvs"]
    centred = vertices - (vertices.min(0) + vertices.max(0)) / 2
    unit = centred / np.linalg.norm(centred, axis=1).max() * FILL
    return Mesh(unit.astype(np.float32), faces), uvs


def rendered(result: Path, mesh: Mesh, uvs: np.ndarray, cameras: Cameras) -> torch.Tensor:
    """(V, 10, 64, 64) base colour, alpha, normal, depth, roughness and metallic of a finished prop, as in a G-buffer."""
    names = ("base_color", "roughness", "metallic")
    pictures = [np.asarray(Image.open(result / f"{name}.png"), np.float32) / 255 for name in names]
    texture = np.concatenate(
        [p.reshape(*p.shape[:2], -1)[..., : 3 if i == 0 else 1] for i, p in enumerate(pictures)], 2
    )
    sight = look(mesh.vertices, mesh.faces, uvs, cameras, SIZE_PX)
    levels = pyramid(torch.from_numpy(np.ascontiguousarray(texture.transpose(2, 0, 1))))
    seen = average(sight, sample(levels, sight.uv, sight.footprint))
    maps = torch.cat([seen[:, :3], sight.alpha, sight.normal, sight.depth, seen[:, 3:]], 1)
    assert maps.shape[1] == METALLIC.stop < len(GBUFFER), maps.shape
    return maps


def result_of(work: Generator[Event, None, Result]) -> Result:
    """What a generator of events returns, its events let go."""
    while True:
        try:
            next(work)
        except StopIteration as finished:
            result: Result = finished.value
            return result


def sampled(prior: MultiViewPrior, request: Generate, folder: Path) -> Views:
    """What the product samples for a request, once more; its previews go into the folder."""
    return result_of(sample_views(request, prior, folder, Clock.for_generate(request.quality)))


def views_of(prior: MultiViewPrior, request: Generate, folder: Path) -> Maps:
    """The views alone of what the product samples for a request."""
    return sampled(prior, request, folder).maps


_loaded: dict[str, Models] = {}  # of a process that works for another


def each(
    work: Callable[[Asking, Models], Result], tasks: Sequence[Asking], models: Models, jobs: int
) -> Iterator[Result]:
    """What `work` makes of every task, in order: here (jobs = 1) or in that many processes of one thread each."""
    if jobs == 1:
        yield from (work(task, models) for task in tasks)
        return
    os.environ["OMP_NUM_THREADS"] = "1"  # inherited by the processes
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from pool.map(_apart, [work] * len(tasks), tasks, [str(models.device)] * len(tasks))


def _apart(work: Callable[[Asking, Models], Result], task: Asking, device: str) -> Result:
    torch.set_num_threads(1)
    return work(task, _loaded.setdefault(device, Models(choose_device(device))))
