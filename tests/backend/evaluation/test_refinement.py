"""The refinement benchmark under the analytic prior: methods refine, results are kept, a stopped run goes on."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from scipy.stats import sem

from backend.cameras import rig
from backend.evaluation import refinement
from backend.evaluation.classifier import Judge
from backend.evaluation.picture_scores import Scores
from backend.evaluation.refinement import Caption, Start, control_of, one_caption, shown, with_colour
from backend.evaluation.refinement_report import NAMES, difference, paired
from backend.mesh import Mesh
from backend.priors import Maps
from backend.priors.analytic import COLOURS, RADIUS, exact_maps
from backend.priors.gaussian import GaussianPrior
from backend.unwrap import unwrap

ASKED = Caption("ball", "a blue ball", "blue", "plastic")
ARGS = Namespace(steps=12, guidance=3.0, strength=0.95, preset="draft", prior="analytic", methods=["start", "asd"],
                 of="new", evaluations=24)  # fmt: skip


@pytest.fixture(scope="module")
def start() -> Start:
    """A red ball of which a blue one is asked."""
    ball = trimesh.creation.icosphere(2, RADIUS)
    mesh = Mesh(ball.vertices.astype("float32"), ball.faces.astype("int32"))
    red, blue = (exact_maps("ball", name, "plastic", rig(), 32) for name in ("red", "blue"))
    return Start(ASKED, Maps(red, rig()), mesh, unwrap(mesh.vertices, mesh.faces), torch.stack([blue, blue]))


def to_blue(maps: Maps) -> float:
    colour = maps.maps[:, :3].permute(1, 0, 2, 3)[:, maps.maps[:, 3] > 0.5].mean(1)
    return float((colour - torch.tensor(COLOURS["blue"])).norm())


@pytest.mark.parametrize("method", ["asd", "asd (colour)", "sdedit"])
def test_methods_refine(start: Start, prior: GaussianPrior, method: str) -> None:
    """Every sort of method takes the red ball towards the blue one, and re-baking alone does not."""
    before, same = (to_blue(shown(start, name, prior, ARGS)[0]) for name in ("start", "re-baked"))  # type: ignore[arg-type]
    after, seconds = shown(start, method, prior, ARGS)  # type: ignore[arg-type]
    assert same == pytest.approx(before, abs=0.02) and to_blue(after) < 0.8 * before and seconds > 0


def test_a_stopped_run_goes_on(
    start: Start, prior: GaussianPrior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is not computed again: the second time nothing is begun, and the scores are the same."""
    begun: list[str] = []
    monkeypatch.setattr(refinement, "weights_of", lambda name: "weights")
    monkeypatch.setattr(refinement, "begin", lambda asked, *rest: begun.append(asked.prompt) or start)
    args = Namespace(**vars(ARGS), out=tmp_path)
    judge = Judge(["ball"])
    first = one_caption(ASKED, prior, judge, args)  # type: ignore[arg-type]
    again = one_caption(ASKED, prior, judge, args)  # type: ignore[arg-type]
    assert begun == ["a blue ball"] and [m for m, _, _ in first] == ["start", "asd"]
    assert [s for _, s, _ in first] == [s for _, s, _ in again]
    assert first[1][1].distance < first[0][1].distance


def test_captions_name_a_colour_where_they_can() -> None:
    """Of six seeds the first that names a colour is taken."""
    asked = with_colour("chair")
    assert asked.kind == "chair" and asked.colour and asked.colour in asked.prompt


def test_paired_differences_are_told_with_their_errors() -> None:
    """A method is held against its control prop by prop: the mean and its standard error are scipy's, NaN pairs left out."""
    rng = np.random.default_rng(0)
    before, after = (np.array([*rng.normal(m, 0.1, 9), np.nan]) for m in (0.0, 0.3))
    mean, error = difference(after, before)
    assert mean == pytest.approx(np.nanmean(after - before)) and error == pytest.approx(sem((after - before)[:-1]))
    blank = dict.fromkeys(NAMES, 0.5)
    rows = [
        (m, Scores(**(blank | {"colour_p": v}))) for m, of in (("sdedit", before), ("sdedit+asd", after)) for v in of
    ]
    line = next(line for line in paired(rows, control_of).splitlines() if line.startswith("| sdedit+asd, to sdedit |"))
    assert f"**{mean:+.3f} ({error:.3f})**" in line and line.count("**") == 2
    assert control_of("asd") == "start" and control_of("start") == "start"
