"""`python -m backend evaluate`: what a prior's props are worth, on held-out captions, names and objects, as one JSON report.

Every key holds value, n, ceiling (what true renders score under the same judge, or null), low and high (95 % interval).
Keys whose measurement a suite leaves out are null; nothing is estimated.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ..cameras import Cameras, points_from_depth
from ..device import choose_device, set_threads
from ..errors import PropsmithError
from ..mesh import Mesh
from ..pipeline import Models, run
from ..priors import ALPHA, DEPTH, Maps
from ..priors.multiview import MultiViewPrior
from ..protocol import Generate
from ..representations.sight import average, look, pyramid, sample
from ..sampler import Plan
from ..sampler import sample as sample_prior
from ..settings import PRESETS
from ..training.captions import used_slots
from ..training.dataset import Shape, Shapes, paint_sample
from ..training.kinds import KINDS
from ..training.paints import COLOURS, MATERIALS
from ..training.programs import Builder
from .classifier import Judge, accuracy, train_judge
from .geometry import soundness

KEYS = ("kind_r1", "colour_right", "material_right", "synonym_right", "image_fscore", "image_psnr", "view_agreement", "sound",
        "thin_whole", "diversity", "seconds_sample", "seconds_student")  # fmt: skip
PER_KIND = {"quick": 1, "full": 4}
AGREEMENT = 0.03  # prior units: 1.5 % of the frame


@dataclass(frozen=True)
class Asked:
    """One held-out caption and the prop made from it; `maps` are renders of the finished prop, None where it failed."""

    kind: str
    colour: str
    surface: str
    seed: int
    maps: torch.Tensor | None
    agreement: float
    bodies: int
    watertight: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", choices=tuple(PER_KIND), default="quick")
    parser.add_argument("--out", type=Path, default=Path("report.json"))
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes: what the judge learns from")
    parser.add_argument("--preset", default="draft", choices=tuple(PRESETS))
    parser.add_argument("--device", default="auto")


def main(args: argparse.Namespace) -> int:
    set_threads()
    models = Models(choose_device(args.device))
    prior = models.prior(args.prior)
    assert isinstance(prior, MultiViewPrior), "the suite asks in the embedded prior's language"
    shapes = Shapes(args.data).shapes
    test, lessons = shapes[::8], [shape for i, shape in enumerate(shapes) if i % 8]
    judge = train_judge(lessons)
    ceilings = accuracy(judge, test)
    print(
        f"the judge on true renders: kind {ceilings[0]:.3f}, colour {ceilings[1]:.3f}, surface {ceilings[2]:.3f}",
        flush=True,
    )
    asked = [make(prior, models, k, s, args) for k in prior.kinds for s in range(PER_KIND[args.suite])]
    report: dict[str, Any] = dict.fromkeys(KEYS)
    report |= judged(judge, asked, ceilings) | wholeness(asked, true_agreement(test[:60], prior.cameras))
    report["synonym_right"] = synonyms(prior)
    report["seconds_sample"] = seconds(prior, PRESETS["standard"].views.steps)
    report["suite"], report["preset"], report["judge"] = args.suite, args.preset, ceilings
    args.out.write_text(json.dumps(report, indent=1) + "\n")
    for key in KEYS:
        print(f"{key:<16} {report[key]['value'] if report[key] else 'not measured'}")
    return 0


def make(prior: MultiViewPrior, models: Models, kind: str, seed: int, args: argparse.Namespace) -> Asked:
    """Ask for a kind in a colour and material that suit it, drawn by the seed, and render what comes of it."""
    rng = np.random.default_rng([seed, sorted(KINDS).index(kind), 2026])
    builder = Builder(rng)
    KINDS[kind].write(builder)
    slot = next((s for s in used_slots(builder).values() if s.main), next(iter(builder.slots.values())))
    material = slot.materials[int(rng.integers(len(slot.materials)))]
    takes = slot.colour == "any" and MATERIALS[material].tint > 0
    colour = list(COLOURS)[int(rng.integers(len(COLOURS)))] if takes else ""
    prompt = " ".join(word for word in ("a", colour, material if material != "food" else "", kind) if word)
    quality = PRESETS[args.preset]
    request = Generate(prompt=prompt, seed=1000 + seed, prior=args.prior, preset=args.preset, quality=quality)
    surface = MATERIALS[material].surface
    with tempfile.TemporaryDirectory() as folder:
        try:
            for _ in run(request, Path(folder), models):
                pass
        except PropsmithError:
            return Asked(kind, colour, surface, seed, None, 0.0, 0, False)
        maps, count, closed = rendered(Path(folder) / "result", prior.cameras)
    return Asked(kind, colour, surface, seed, maps, agreement(views_of(prior, prompt, 1000 + seed)), count, closed)


def rendered(folder: Path, cameras: Cameras) -> tuple[torch.Tensor, int, bool]:
    """(V, 7, 64, 64) base colour, alpha and normals of a finished prop, its number of bodies, and whether it is watertight."""
    with np.load(folder / "mesh.npz") as data:
        vertices, faces, uvs = data["vertices"], data["faces"], data["uvs"]
    centre = (vertices.min(0) + vertices.max(0)) / 2
    unit = (vertices - centre) / np.linalg.norm(vertices - centre, axis=1).max() * 0.96
    colour = np.asarray(Image.open(folder / "base_color.png").convert("RGB"), np.float32) / 255
    sight = look(unit.astype(np.float32), faces, uvs, cameras, 64)
    seen = average(
        sight, sample(pyramid(torch.from_numpy(colour.transpose(2, 0, 1).copy())), sight.uv, sight.footprint)
    )
    sound = soundness(Mesh(unit.astype(np.float32), faces))
    return torch.cat([seen, sight.alpha, sight.normal], 1), sound.parts, sound.watertight


def views_of(prior: MultiViewPrior, prompt: str, seed: int, steps: int = 6) -> Maps:
    """The raw views of a prompt."""
    steps_made = sample_prior(prior, prior.condition([prompt]), None, Plan(steps), torch.Generator().manual_seed(seed))
    return Maps(prior.decode(list(steps_made)[-1].x0)[0], prior.cameras)


def agreement(maps: Maps) -> float:
    """Share of co-visible pixels whose depth, carried into another view, differs there by less than 1.5 % of the frame."""
    points = points_from_depth(maps.cameras, maps.maps[:, DEPTH][:, 0])
    solid, size, axes = maps.maps[:, ALPHA][:, 0] > 0.5, maps.maps.shape[-1], maps.cameras.axes
    close = total = 0
    for a in range(len(axes)):
        for b in range(len(axes)):
            frame = points[a][solid[a]] @ axes[b].T
            column = ((frame[:, 0] + 1) / 2 * size).long().clamp(0, size - 1)
            row = ((1 - frame[:, 1]) / 2 * size).long().clamp(0, size - 1)
            gap = maps.maps[b, DEPTH][0][row, column] - frame[:, 2]
            visible = solid[b][row, column] & (gap < 4 * AGREEMENT)  # far behind what b sees: hidden there
            if a != b:
                close += int((gap[visible].abs() < AGREEMENT).sum())
                total += int(visible.sum())
    return close / max(total, 1)


def share(hits: Sequence[bool], ceiling: float | None = None) -> dict[str, Any]:
    """A share with its Wilson 95 % interval."""
    n, p, z = len(hits), float(np.mean(hits)) if hits else 0.0, 1.96
    if not n:
        return {"value": None, "n": 0, "ceiling": ceiling, "low": None, "high": None}
    middle, half = (p + z * z / (2 * n)), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return {"value": round(p, 4), "n": n, "ceiling": ceiling, "low": round(low, 4), "high": round(high, 4)}


def judged(judge: Judge, asked: Sequence[Asked], ceilings: tuple[float, float, float]) -> dict[str, Any]:
    """What the judge says of the finished props; a prop that could not be made counts as wrong."""
    verdicts = [judge.judge(a.maps[None])[0] if a.maps is not None else None for a in asked]
    pairs = list(zip(asked, verdicts, strict=True))
    return {
        "kind_r1": share([v is not None and v.kind == a.kind for a, v in pairs], ceilings[0]),
        "colour_right": share([v is not None and v.colour == a.colour for a, v in pairs if a.colour], ceilings[1]),
        "material_right": share([v is not None and v.surface == a.surface for a, v in pairs], ceilings[2]),
        "kinds": {a.kind: v.kind if v else "failed" for a, v in pairs},
    }


def true_agreement(shapes: Sequence[Shape], cameras: Cameras) -> float:
    """What `agreement` gives for exact views: silhouettes and slopes at 64 px keep it well below 1."""
    rng = np.random.default_rng(5)
    exact = [Maps(torch.from_numpy(paint_sample(shape, rng).maps), cameras) for shape in shapes]
    return round(float(np.mean([agreement(maps) for maps in exact])), 4)


def wholeness(asked: Sequence[Asked], ceiling: float) -> dict[str, Any]:
    """One body and watertight; the same over thin kinds; and how well the raw views agree (mean share)."""
    agreeing = [a.agreement for a in asked if a.maps is not None]
    spread = 1.96 * float(np.std(agreeing)) / max(len(agreeing), 1) ** 0.5 if agreeing else 0.0
    mean = float(np.mean(agreeing)) if agreeing else 0.0
    return {
        "sound": share([a.bodies == 1 and a.watertight for a in asked]),
        "thin_whole": share([a.bodies == 1 for a in asked if KINDS[a.kind].thin]),
        "view_agreement": {"value": round(mean, 4), "n": len(agreeing), "ceiling": ceiling,
                           "low": round(mean - spread, 4), "high": round(mean + spread, 4)},
    }  # fmt: skip


def synonyms(prior: MultiViewPrior) -> dict[str, Any]:
    """Share of the held-out names of the taught kinds that the reader takes for the right kind."""
    return share([prior.read(f"a {name}").brief.kind == kind for kind in prior.kinds for name in KINDS[kind].held_out])


def seconds(prior: MultiViewPrior, steps: int, repeats: int = 5) -> dict[str, Any]:
    """Median seconds of one sample as the standard preset takes it, guidance included."""
    cond, null, times = prior.condition(["a wooden crate"]), prior.condition([""]), []
    for seed in range(repeats):
        begun = time.monotonic()
        list(sample_prior(prior, cond, null, Plan(steps, 1.5), torch.Generator().manual_seed(seed)))
        times.append(time.monotonic() - begun)
    return {"value": round(float(np.median(times)), 3), "n": repeats, "ceiling": None,
            "low": round(min(times), 3), "high": round(max(times), 3)}  # fmt: skip
