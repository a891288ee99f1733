"""Does refinement refine? Before against after, by every objective, same seeds: `python -m backend.evaluation.refinement`.

--of new: held-out captions, each prop made as `generate` makes it. --of edits: held-out props of one look, asked for
another (`edits.py`); --of objectives: every third of them, by every objective after the painting. Each method starts from
the same textured mesh and is scored on pictures of what it leaves. Results are kept one by one in --out, so that a stopped
run goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..device import set_threads
from ..distill import Run, distill
from ..errors import PropsmithError
from ..fuse import fuse
from ..mesh import Mesh, extract
from ..objectives import OBJECTIVES, Guide
from ..objectives.schedules import noise_time
from ..objectives.table import SHORT_RUN
from ..polish import surface_of_views, views_of
from ..priors import Maps
from ..priors.loader import folder_of, load_prior
from ..priors.multiview import MultiViewPrior
from ..rasterise import Array
from ..regularise import regularise
from ..sampler import Plan
from ..settings import PRESETS, Distillation
from ..synchronise import synchronise
from ..unwrap import unwrap
from ..words import Words, conditions, steering
from .asked import Task, caption, request_of
from .asked import views_of as sampled
from .classifier import KEPT, Judge, judge_of
from .edits import Budget, Edit, edit_of, edited, object_of
from .picture_scores import Scores, score
from .refinement_report import paired, sheet, table, write_into

SAMPLES = 3  # of the prior's own for each caption: the last is shown and scored, the others are what "distance" is to
FACES, VERSION = 4000, 3  # raise the version when a change makes kept results worthless
SEED = 0  # of the generated prop; the samples of the prior take the next ones
OUT = Path("build/refinement")
COLOUR_ONLY = " (colour)"  # suffix of a method that may change base colour alone
CONTROLS = ("views", "start", "re-baked", "sdedit", "samples")
# one guidance for all, so that only the terms differ: ASD's own in short runs
GUIDANCE = SHORT_RUN["asd"].guidance
STRENGTH = 0.8  # of every objective; its noise is that at which four fifths of the look give way
Method = Callable[[str], tuple[Maps, float]]  # its name -> pictures of what it leaves, processor seconds
PAINTED = "sdedit+"  # prefix of an objective after the painting
EDITS = ("start", "sdedit unsteered", "sdedit", "sdedit+asd", "sdedit+dds", "asd", "dds", "samples")
PAIRS = "Paired differences, prop by prop, with their standard errors; bold: more than two of them."
NEW = (*CONTROLS[:-1], *OBJECTIVES, f"asd{COLOUR_ONLY}", CONTROLS[-1])

SUITES = {
    "new": NEW,
    "edits": EDITS,
    "objectives": ("start", "sdedit", *(PAINTED + name for name in OBJECTIVES), "samples"),
}
STRIDE = {"objectives": 3}  # of the edits, every so many: ten objectives take their time


@dataclass(frozen=True)
class Caption:
    """What is asked for. colour: "" where the material shows its own; surface: a class of materials.SURFACES."""

    kind: str
    prompt: str
    colour: str
    surface: str


@dataclass(frozen=True)
class Start:
    """A caption's prop before refinement. samples: (SAMPLES, V, 13, S, S) of the prior itself, other seeds."""

    asked: Caption
    views: Maps
    shape: Mesh
    uvs: Array
    samples: Tensor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--of",
        default="new",
        choices=tuple(SUITES),
        help="new props; objects asked to change; these by every objective",
    )
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes: what the judge learns from")
    parser.add_argument("--out", type=Path, default=OUT, help="kept results and the contact sheet")
    parser.add_argument("--captions", type=int, default=14)
    parser.add_argument("--steps", type=int, default=20, help="of each objective on new props")
    parser.add_argument("--evaluations", type=int, default=Budget.evaluations, help="of each method on edits")
    parser.add_argument("--guidance", type=float, default=GUIDANCE, help="of every objective; 0: each its own")
    parser.add_argument("--strength", type=float, default=STRENGTH)
    parser.add_argument("--methods", nargs="*", help="default: all of SUITES")
    parser.add_argument("--preset", default="draft", choices=tuple(PRESETS))
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--judge", type=Path, default=KEPT)
    parser.add_argument(
        "--write", type=Path, help="a page: the table between its markers, and its contact sheet, are replaced"
    )


def main(args: argparse.Namespace) -> int:
    set_threads()
    prior = load_prior(args.prior, torch.device("cpu"))
    assert isinstance(prior, MultiViewPrior), "the suite asks in the embedded prior's language"
    judge, right = judge_of(args.data, prior.kinds, args.judge)
    args.methods = args.methods or list(SUITES[args.of])
    rows: list[tuple[str, Scores]] = []
    props: list[tuple[str, list[Tensor]]] = []
    for asked in asked_of(args, prior.kinds):
        found = one_caption(asked, prior, judge, args)
        rows += [(method, scores) for method, scores, _ in found]
        if found:
            props.append((asked.prompt, [picture for _, _, picture in found]))
        print(asked.prompt, "; ".join(f"{m} {s.colour_p:.2f} {s.surface_p:.2f}" for m, s, _ in found), flush=True)
    text = f"{said(args, prior, len(props), right)}\n\n{table(rows)}\n\n{PAIRS}\n\n{paired(rows, control_of)}"
    print(text)
    image = sheet(props, list(dict.fromkeys(method for method, _ in rows)))
    name = "refinement.png" if args.of == "new" else f"refinement-{args.of}.png"
    image.save(args.out / name)
    if args.write:
        write_into(args.write, text, f"refinement of {args.of}")
        image.save(args.write.parent / "images" / name)
    return 0


def control_of(method: str) -> str:
    """What a method is held against at the same budget: an objective after the painting against painting alone."""
    if method.startswith(PAINTED):
        return "sdedit"
    return "sdedit unsteered" if method == "sdedit" else "start"


def asked_of(args: argparse.Namespace, kinds: Sequence[str]) -> Iterator[Caption | Edit]:
    """Of evenly spread kinds, a held-out caption each; or the edits that they take."""
    spread = list(enumerate(np.linspace(0, len(kinds) - 1, args.captions).astype(int)))
    for number, at in spread[:: STRIDE.get(args.of, 1)]:
        asked = with_colour(kinds[at]) if args.of == "new" else edit_of(kinds[at], number)
        if asked is not None:
            yield asked


def with_colour(kind: str, seeds: int = 6) -> Caption:
    """A held-out caption of a kind: the first of a few that names a colour, else the first."""
    drawn_captions = [Caption(kind, *caption(kind, seed)) for seed in range(seeds)]
    return next((asked for asked in drawn_captions if asked.colour), drawn_captions[0])


def said(args: argparse.Namespace, prior: MultiViewPrior, props: int, right: tuple[float, float, float]) -> str:
    """The sentence above the table."""
    pull = f"guidance {args.guidance:g}" if args.guidance else "guidance as in the table of objectives"
    spent = f"preset {args.preset}, {args.steps} steps of each objective"
    if args.of != "new":
        spent = f"{args.evaluations} evaluations by every method"
    return (
        f"{props} captions over {len(prior.kinds)} kinds, prior {weights_of(args.prior)[:12]}, {spent}, {pull}, "
        f"strength {args.strength:g}. The judge names {right[1]:.0%} of the colours and {right[2]:.0%} of the surfaces of "
        f"true renders."
    )


def weights_of(name: str) -> str:
    """The SHA-256 of the prior's weights."""
    return hashlib.sha256((folder_of(name) / "model.safetensors").read_bytes()).hexdigest()


def one_caption(
    asked: Caption | Edit, prior: MultiViewPrior, judge: Judge, args: argparse.Namespace
) -> list[tuple[str, Scores, Tensor]]:
    """Scores and pictures of every method, from --out where they are kept; none for a prop that cannot be fused."""
    spent = [*astuple(asked), args.evaluations] if isinstance(asked, Edit) else [asked.prompt, args.preset, args.steps]
    what = [weights_of(args.prior), *spent, args.guidance, args.strength, VERSION]
    folder = args.out / hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    begun: tuple[Tensor, Method] | None = None
    found = []
    for method in args.methods:
        file = folder / f"{method}.npz"
        if not file.exists():
            try:
                samples, shown_after = begun = begun or methods_of(asked, prior, args)
                maps, seconds = shown_after(method) if method != "samples" else (Maps(samples[-1], prior.cameras), 0.0)
            except PropsmithError as error:
                print(f"{asked.prompt}, {method}: {error.sentence}", flush=True)
                continue
            scores = score(judge, maps, samples[:-1], (asked.kind, asked.colour, asked.surface), seconds)
            np.savez_compressed(
                file, scores=np.array(list(asdict(scores).values())), maps=maps.maps.numpy().astype(np.float16)
            )
        with np.load(file) as kept:
            found.append((method, Scores(*kept["scores"].tolist()), torch.from_numpy(kept["maps"].astype(np.float32))))
    return found


def methods_of(asked: Caption | Edit, prior: MultiViewPrior, args: argparse.Namespace) -> tuple[Tensor, Method]:
    """The prior's own samples (SAMPLES, V, 13, S, S), and what shows the object after a method."""
    if not isinstance(asked, Edit):
        start = begin(asked, prior, args.preset)
        return start.samples, lambda method: shown(start, method, prior, args)
    found = object_of(asked)
    budget = Budget(args.evaluations, args.strength, args.guidance, SEED)
    samples = torch.stack([drawn(prior, asked, SEED + 1 + k, args.preset) for k in range(SAMPLES)])
    return samples, lambda method: edited(found, asked, method, prior, budget)


def begin(asked: Caption, prior: MultiViewPrior, preset: str) -> Start:
    """The prop as the preset makes it, up to its mesh and UVs. Raises "shape-empty"."""
    quality = PRESETS[preset]
    first, *others = (drawn(prior, asked, SEED + k, preset) for k in range(SAMPLES + 1))
    views = Maps(first, prior.cameras)
    shape = extract(regularise(fuse(views, quality.shape), quality.shape), FACES)
    return Start(asked, views, shape, unwrap(shape.vertices, shape.faces), torch.stack(others))


def drawn(prior: MultiViewPrior, asked: Caption | Edit, seed: int, preset: str) -> Tensor:
    """(V, 13, S, S) the views that `generate` samples, whatever steers them."""
    with tempfile.TemporaryDirectory() as folder:
        return sampled(prior, request_of(Task(asked.kind, seed, preset=preset), asked.prompt), Path(folder)).maps


def shown(start: Start, method: str, prior: MultiViewPrior, args: argparse.Namespace) -> tuple[Maps, float]:
    """The pictures after a method, and the processor seconds that it took."""
    if method == "views":
        return start.views, 0.0
    surface = surface_of_views(start.shape, start.uvs, start.views)
    if method == "start":
        return views_of(surface, prior), 0.0
    began = time.process_time()
    words = Words(start.asked.prompt, source=f"a {start.asked.kind}")
    if method == "sdedit":
        conds = conditions(prior, words, set())[0]
        guide = Guide(prior, conds, keep_original=0.0, steer=steering(prior, words))
        plan = Plan(args.steps, PRESETS[args.preset].views.guidance, "ddim", noise_time(prior, args.strength))
        for _ in synchronise(surface, guide, plan, torch.Generator().manual_seed(SEED)):
            pass
    elif method != "re-baked":
        objective = method.removesuffix(COLOUR_ONLY)
        if method != objective:
            surface.hold_material()
        settings = Distillation(args.steps, objective, args.guidance, args.strength)
        for _ in distill(surface, prior, words, Run(settings, SEED)):
            pass
    seconds = time.process_time() - began
    return views_of(surface_of_views(start.shape, start.uvs, views_of(surface, prior)), prior), seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    sys.exit(main(parser.parse_args()))
