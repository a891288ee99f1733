"""Held-out objects of the grammar: props made after a picture of one, and how many different props one caption gives."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.spatial import cKDTree

from ..bake import bake
from ..cameras import look_at_origin, rig
from ..detail.synthesise import synthesise
from ..errors import PropsmithError
from ..export import write_prop
from ..fuse import fuse
from ..mesh import Mesh, extract
from ..networks import suited
from ..pipeline import Models, Views, run, solid_of
from ..priors import Maps
from ..priors.multiview import MultiViewPrior
from ..sampler import Plan, sample
from ..settings import PRESETS
from ..settings import Shape as Fusion
from ..training.dataset import VIEWS, Shape, make_shape, paint_sample, shade
from ..training.paint import gbuffer
from ..training.paints import draw
from ..training.render import buffers
from ..unwrap import unwrap
from .asked import SIZE_PX, Task, finished_mesh, rendered, request_of
from .geometry import F_RADIUS, Truth, sample_surface
from .placement import placed
from .props import exact_solid

HELD_OUT_SEED = 20_260_000  # the shards that teach are drawn from seeds of 1000 and up
PICTURE_PX = 256
NOVEL = ((50.0, 25.0), (135.0, 10.0), (225.0, 30.0), (320.0, -10.0))  # degrees; none of them in the rig
POINTS, DENSE = 8000, 60_000  # asked about; to answer: so dense that the nearest lies well within the radius
ALIKE = 16  # props of one caption
ALIKE_POINTS = 1500


@dataclass(frozen=True)
class Likeness:
    """A prop made after a picture against the object in it: f_score at 2 % of the half-frame and, for comparison, at
    4 %; psnr of base colour over whole novel views on white; masked: over the pixels that either of both covers."""

    f_score: float
    f_score_wide: float
    psnr: float
    masked: float


FAILED = Likeness(0.0, 0.0, 0.0, 0.0)  # a prop that could not be made


@dataclass(frozen=True)
class Shown:
    """A held-out object, drawn by its kind and seed, whose picture is shown; and of whom a prop is asked."""

    kind: str
    seed: int
    asking: Task


@dataclass(frozen=True)
class HeldOut:
    """An object of a kind that was never rendered before. rows: the paint of every slot; rng: what its picture draws from."""

    shape: Shape
    rows: np.ndarray
    rng: np.random.Generator

    @classmethod
    def of(cls, kind: str, seed: int) -> HeldOut:
        rng = np.random.default_rng([HELD_OUT_SEED + seed, len(kind), *kind.encode()])
        shape = make_shape(kind, rng, 16)
        paints = draw(shape.slots, rng)
        return cls(shape, np.stack([paints[name].row for name in shape.slots]), rng)

    def likeness(self, result: Path) -> Likeness:
        """How near a finished prop comes to it, both scaled and placed alike."""
        truth = exact_solid(self.shape.program, size=72)
        mesh, uvs = finished_mesh(result)
        mesh = placed(mesh, truth.points[np.random.default_rng(1).permutation(len(truth.points))])
        seen = rendered(result, mesh, uvs, rig(NOVEL))
        true = views_of(self.shape, self.rows, rig(NOVEL).axes.numpy(), SIZE_PX)
        return Likeness(*f_scores(mesh, truth), *psnrs(seen, torch.from_numpy(true)))


def likeness(shown: Shown, models: Models) -> Likeness:
    """Draw a held-out object of a kind, show one picture of it (no words), and compare the finished prop with it."""
    held = HeldOut.of(shown.kind, shown.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photograph(held.shape, held.rows, held.rng, folder / "object.png")
        request = request_of(shown.asking, image=str(folder / "object.png"))
        try:
            for _ in run(request, folder, models):
                pass
        except PropsmithError:
            return FAILED
        return held.likeness(folder / "result")


def likeness_of_exact_views(shown: Shown, models: Models) -> Likeness:
    """The ceiling: the same object's own exact views of the rig, fused, baked and compared as a sampled prop's are."""
    kind, task = shown.kind, shown.asking
    held, prior, request = HeldOut.of(kind, shown.seed), models.prior(task.prior), request_of(task, prompt=kind)
    assert isinstance(prior, MultiViewPrior), "the suite asks in the embedded prior's language"
    exact = Maps(torch.from_numpy(views_of(held.shape, held.rows, prior.cameras.axes.numpy(), SIZE_PX)), prior.cameras)
    views, finish = Views(exact, None, symmetry=prior.symmetries.get(kind, "")), request.quality.finish
    shape = extract(solid_of(views, request.quality), finish.faces)
    mesh = (shape.vertices, shape.faces, unwrap(shape.vertices, shape.faces))
    textures = synthesise(bake(*mesh, exact, finish.texture_px), *mesh, request.seed, finish.detail, request.size_m)
    with tempfile.TemporaryDirectory() as name:
        write_prop(Path(name) / "result", *mesh, textures, request.size_m, {})
        return held.likeness(Path(name) / "result")


def photograph(shape: Shape, rows: np.ndarray, rng: np.random.Generator, path: Path) -> None:
    """One shaded picture of the object on nothing, from a free camera of the training's range."""
    axes = look_at_origin(rng.uniform(-75, 75), rng.uniform(-5, 45))[:3, :3].T.numpy()
    picture = shade(views_of(shape, rows, axes[None], PICTURE_PX)[0], axes, rng)
    alpha = picture[3:]
    straight = np.concatenate([picture[:3] / np.maximum(alpha, 1e-6), alpha]).clip(0, 1)
    Image.fromarray(np.round(np.moveaxis(straight, 0, -1) * 255).astype(np.uint8), "RGBA").save(path)


def views_of(shape: Shape, rows: np.ndarray, axes: np.ndarray, size_px: int) -> np.ndarray:
    """The true (V, 13, S, S) G-buffer from any cameras. rows: the paint of every slot."""
    axes = np.ascontiguousarray(axes, np.float32)
    part, normal, depth = buffers(shape.program, axes, size_px)
    return gbuffer(shape.program, rows, axes, part, normal, depth)


def f_scores(mesh: Mesh, truth: Truth) -> tuple[float, float]:
    """F-score (harmonic mean of precision and recall of surface samples) at F_RADIUS and at twice that."""
    true = truth.points[np.random.default_rng(0).permutation(len(truth.points))[:POINTS]]
    to_mesh, _ = cKDTree(sample_surface(mesh, DENSE, seed=1)[0]).query(true)
    to_truth = np.abs(truth.distance(sample_surface(mesh, POINTS, seed=2)[0]))

    def score(radius: float) -> float:
        precision, recall = float((to_truth < radius).mean()), float((to_mesh < radius).mean())
        return 2 * precision * recall / max(precision + recall, 1e-9)

    return score(F_RADIUS), score(2 * F_RADIUS)


def psnrs(seen: torch.Tensor, true: torch.Tensor) -> tuple[float, float]:
    """PSNR in dB of base colour, mean over views: of the whole frame on white, and of what either alpha covers.

    seen, true: (V, >=4, S, S), base colour and alpha first.
    """
    on_white = [m[:, :3] * m[:, 3:4] + 1 - m[:, 3:4] for m in (seen, true)]
    error = ((on_white[0].clamp(0, 1) - on_white[1].clamp(0, 1)) ** 2).mean(1)
    covered = ((seen[:, 3] > 0.5) | (true[:, 3] > 0.5)).float()
    whole = error.mean((1, 2)).clamp(min=1e-6)
    masked = ((error * covered).sum((1, 2)) / covered.sum((1, 2)).clamp(min=1)).clamp(min=1e-6)
    return float((-10 * whole.log10()).mean()), float((-10 * masked.log10()).mean())


def diversity(task: Task, models: Models) -> float:
    """Mean pairwise shape distance of ALIKE seeds of "a KIND", over that of as many objects of the grammar's own.

    Both are views of the rig fused alike, so that what fusion adds is in both.
    """
    prior, views = suited(models.prior(task.prior), [f"a {task.kind}"]), PRESETS[task.preset].views
    assert isinstance(prior, MultiViewPrior), "the suite asks in the embedded prior's language"
    taught = prior.student if task.student else None
    sampled, null, plan = prior, prior.condition([""]), Plan(views.steps, views.guidance, views.solver)
    if taught is not None:
        sampled, null, plan = taught.prior, None, Plan(taught.steps)  # type: ignore[assignment]
    made, own = [], []
    cond = prior.condition([f"a {task.kind}"])
    for seed in range(ALIKE):
        x0 = list(sample(sampled, cond, null, plan, torch.Generator().manual_seed(3000 + seed)))[-1].x0
        made.append(Maps(prior.decode(x0)[0].cpu(), prior.cameras))
        rng = np.random.default_rng([HELD_OUT_SEED, seed, *task.kind.encode()])
        maps = paint_sample(make_shape(task.kind, rng, prior.size_px), rng).maps[:VIEWS]
        own.append(Maps(torch.from_numpy(maps), prior.cameras))
    return spread([fused_points(m) for m in made]) / spread([fused_points(m) for m in own])


def fused_points(maps: Maps) -> np.ndarray | None:
    """(ALIKE_POINTS, 3) on the surface of fused views, centred; None when nothing solid remains."""
    try:
        mesh = extract(fuse(maps, Fusion(grid=48, symmetry=False, level_base=False)), 2000)
    except PropsmithError:
        return None
    points, _ = sample_surface(mesh, ALIKE_POINTS, seed=0)
    return points - (points.min(0) + points.max(0)) / 2


def spread(clouds: Sequence[np.ndarray | None]) -> float:
    """Mean two-sided surface distance over all pairs, in prior units; empty shapes are left out."""
    known = [(points, cKDTree(points)) for points in clouds if points is not None]
    gaps = [
        (tree_b.query(a)[0].mean() + tree_a.query(b)[0].mean()) / 2
        for (a, tree_a), (b, tree_b) in combinations(known, 2)
    ]
    return float(np.mean(gaps)) if gaps else 0.0
