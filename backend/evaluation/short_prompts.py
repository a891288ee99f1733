"""What becomes of "a mug": `python -m backend.evaluation.short_prompts --data DIR`.

The suite's captions name colour and material; artists mostly type the kind alone. Every kind is asked for so, twice by
the same seed: as shipped, and without drawing what the prompt leaves open (`backend/unsaid.py`) and without rings
(`backend/rings.py`). The judge says of the finished props how likely each is its kind.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ..device import choose_device, set_threads
from ..errors import PropsmithError
from ..from_picture import named
from ..pipeline import Models, run
from ..priors.multiview import MultiViewPrior
from .asked import Task, each, finished_mesh, rendered, request_of
from .classifier import KEPT, judge_of
from .evaluate import share
from .judge import Judge, seen_of

WAYS = {"neither": (False, False), "open words drawn": (True, False), "rings": (False, True), "both": (True, True)}


@dataclass(frozen=True)
class Bare:
    """A kind to be asked for by its name alone. drawn: what it leaves open is drawn; even: rings are painted alike."""

    task: Task
    drawn: bool
    even: bool


def made(bare: Bare, models: Models) -> torch.Tensor | None:
    """(V, 10, 64, 64) renders of the finished prop (see `rendered`), None where it could not be made."""
    prior = models.prior(bare.task.prior)
    assert isinstance(prior, MultiViewPrior), "asked in the embedded prior's language"
    looks, round_kinds = prior.looks, prior.round_kinds
    prior.looks, prior.round_kinds = looks if bare.drawn else None, round_kinds if bare.even else ()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for _ in run(request_of(bare.task, named(bare.task.kind)), Path(folder), models):
                pass
            result = Path(folder) / "result"
            return rendered(result, *finished_mesh(result), prior.cameras)
    except PropsmithError:
        return None
    finally:
        prior.looks, prior.round_kinds = looks, round_kinds


def chances(judge: Judge, props: Sequence[torch.Tensor | None], kinds: Sequence[str]) -> np.ndarray:
    """(N, 2): the judge's probability of the right kind, and whether it is the greatest; 0 for what could not be made."""
    found = np.zeros((len(props), 2))
    for i, (prop, kind) in enumerate(zip(props, kinds, strict=True)):
        if prop is not None:
            with torch.no_grad():
                chance = judge.eval()(seen_of(prop[None]))[0][0].softmax(0)
            own = judge.kinds.index(kind)
            found[i] = float(chance[own]), int(chance.argmax()) == own
    return found


def main() -> None:
    """Print for each way how many props are named rightly and the mean probability of the right kind."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes, for the judge")
    parser.add_argument("--judge", type=Path, default=KEPT)
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--preset", default="draft")
    parser.add_argument("--student", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only every n-th kind")
    parser.add_argument("--seed", type=int, default=7000)
    parser.add_argument("--ways", nargs="+", default=["neither", "both"], choices=tuple(WAYS))
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    set_threads()
    models = Models(choose_device("auto"))
    prior = models.prior(args.prior)
    assert isinstance(prior, MultiViewPrior), "asked in the embedded prior's language"
    judge, _ = judge_of(args.data, prior.kinds, args.judge)
    kinds = prior.kinds[:: args.every]
    asking = Task("", 0, args.prior, args.preset, args.student)
    tasks = [replace(asking, kind=kind, seed=args.seed + i) for i, kind in enumerate(kinds)]
    for way in args.ways:
        found = chances(judge, list(each(made, [Bare(task, *WAYS[way]) for task in tasks], models, args.jobs)), kinds)
        right = share(found[:, 1].astype(bool).tolist())
        print(f"{way}: kind right {right['value']} ({right['low']} to {right['high']}), "
              f"its probability {found[:, 0].mean():.3f} of {len(kinds)}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
