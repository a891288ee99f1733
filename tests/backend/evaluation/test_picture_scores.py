"""The refinement benchmark's scores against closed forms, and its table's marks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend.cameras import rig
from backend.evaluation.picture_scores import Scores, disagreement, paint_distance, saturation, sharpness
from backend.evaluation.refinement_report import BEGIN, END, sheet, table, write_into
from backend.priors import ALBEDO, ALPHA, ROUGHNESS, Maps
from backend.priors.analytic import exact_maps


@pytest.fixture
def ball() -> torch.Tensor:
    return exact_maps("ball", "blue", "plastic", rig(), 64)


def test_paint_distance_is_the_shift(ball: torch.Tensor) -> None:
    """A shift by d in one of the five channels is d / 5 away; the same paint elsewhere on the prop is at distance 0."""
    moved = ball.clone()
    moved[:, ROUGHNESS] += 0.25
    assert paint_distance(ball, ball[None]) == 0
    assert paint_distance(moved, ball[None]) == pytest.approx(0.25 / 5, abs=1e-6)
    left, right = ball.clone(), ball.clone()
    left[:, 0, :, :32] = 0.9
    right[:, 0, :, 32:] = 0.9
    assert paint_distance(left, right[None]) < 0.002


def test_disagreement_is_that_of_the_views(ball: torch.Tensor) -> None:
    """Views of one colour agree; when one of six is lighter by d, the pairs with it disagree by d and no others."""
    assert disagreement(Maps(ball, rig())) < 1e-6
    odd = ball.clone()
    odd[0, ALBEDO] += 0.1
    assert 0 < disagreement(Maps(odd, rig())) < 0.1
    all_odd = ball.clone()
    all_odd[:, ALBEDO] += 0.1 * torch.arange(6).reshape(-1, 1, 1, 1)
    assert disagreement(Maps(all_odd, rig())) > 0.1


def test_saturation_and_sharpness(ball: torch.Tensor) -> None:
    """Grey has no saturation and a plain ball no steps; columns that alternate by d have a sharpness of d."""
    grey = ball.clone()
    grey[:, ALBEDO] = 0.4
    assert saturation(grey) == 0 and saturation(ball) == pytest.approx(0.7, abs=1e-6) and sharpness(ball) < 1e-6
    grey[:, ALBEDO] += 0.2 * (torch.arange(64) % 2)
    assert sharpness(grey) == pytest.approx(0.2, abs=1e-6)
    assert sharpness(ball * (ball[:, ALPHA] < 0)) == 0


def test_marks_follow_the_paired_differences() -> None:
    """A method better by a steady step is marked +, a worse one !, and one that differs by noise alone is not."""
    start = Scores(1, 0, 1, 0.5, 0.5, 0.1, 0, 0, 0, 0)
    rows = []
    for k in range(6):
        noise = 0.1 if k % 2 else -0.1
        rows += [
            ("start", replace(start, colour_p=0.5 + noise)),
            ("good", replace(start, colour_p=0.7 + noise + 0.01 * k)),
        ]
        rows += [
            ("bad", replace(start, colour_p=0.3 + noise + 0.01 * k)),
            ("noise", replace(start, colour_p=0.5 - noise)),
        ]
    lines = {line.split("|")[1].strip(): line for line in table(rows).splitlines()[2:]}
    assert "0.725 +" in lines["good"] and "0.325 !" in lines["bad"]
    assert "+" not in lines["noise"] and "!" not in lines["noise"]


def test_a_page_gets_the_new_table(tmp_path: Path, ball: torch.Tensor) -> None:
    """What stands between the markers is replaced, the rest stays; a page without markers is refused."""
    page = tmp_path / "page.md"
    begin, end = (mark.format(what="edits") for mark in (BEGIN, END))
    page.write_text(f"before\n{begin}\nold\n{end}\nafter\n")
    write_into(page, "new", "edits")
    assert page.read_text() == f"before\n{begin}\nnew\n{end}\nafter\n"
    with pytest.raises(ValueError, match="no markers"):
        write_into(page, "new", "new")
    page.write_text("nothing")
    with pytest.raises(ValueError, match="no markers"):
        write_into(page, "new", "edits")
    assert sheet([("a blue ball", [ball, ball])], ["start", "asd"]).size[0] > 2 * 128
