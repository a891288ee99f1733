"""What is said of the kind read in a picture: its name where picture, reader and prop agree, else that nothing is recognised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.evaluation.pictures import chart, crowd, landscape, text
from backend.evaluation.recognition import look, noise
from backend.from_picture import Asked
from backend.portrait import Pose
from backend.priors.loader import load_prior
from backend.recognition import LEAST_CHANCE, LEAST_LIKENESS, chance_of, notes_of, recognised
from backend.training.contact_sheet import picture as render
from backend.training.kinds import KINDS
from backend.training.programs import STYLES

ALIKE, UNLIKE = Pose(0, 20, 0.9, 0.1), Pose(0, 20, 0.2, 0.3)


def test_a_kind_is_named_by_what_all_three_say() -> None:
    """A sure reader names a kind only where the picture is one whole object and the prop found looks like it."""
    mug = Asked(["a mug"] * 4, "mug", 0.8)
    assert chance_of(mug, 0.5) == pytest.approx(0.4) and ALIKE.likeness > LEAST_LIKENESS > UNLIKE.likeness
    assert recognised(mug, 1.0, ALIKE) and not recognised(mug, 1.0, UNLIKE)
    assert not recognised(mug, 0.99 * LEAST_CHANCE / 0.8, ALIKE) and recognised(mug, 1.01 * LEAST_CHANCE / 0.8, ALIKE)
    (named,) = notes_of(mug, 0.75, ALIKE)
    assert named.code == "picture-kind" and "a mug (60 % sure)" in named.message
    for whole, pose in ((0.2, ALIKE), (1.0, UNLIKE)):
        (unknown,) = notes_of(mug, whole, pose)
        assert unknown.code == "picture-unrecognised" and "mug" not in unknown.message


def test_beside_words_nothing_is_said() -> None:
    """With a prompt, or a prior that names no kinds, a picture's kind is nobody's business."""
    assert notes_of(Asked(["a red mug"] * 4), 1.0, ALIKE) == [] and notes_of(Asked([""]), None, UNLIKE) == []


@pytest.mark.parametrize("make", [text, landscape, chart, crowd, noise])
def test_pictures_of_no_object_are_not_named(make, tmp_path: Path) -> None:
    """Text, landscapes, charts, crowds and noise are refused, or nothing in them is recognised."""
    prior = load_prior("embedded", torch.device("cpu"))
    for i in range(3):
        path = tmp_path / f"{i}.png"
        make(np.random.default_rng([9, i]), sorted(KINDS)).save(path)
        told = look(path, "", prior, i)
        assert told.refused or not told.named, told


def test_pictures_of_taught_kinds_are_named(tmp_path: Path) -> None:
    """Of six plain renders of taught kinds five at least are named, rightly."""
    prior = load_prior("embedded", torch.device("cpu"))
    right = 0
    for i, kind in enumerate(("chair", "mushroom", "mug", "guitar", "barrel", "tent")):
        shown = render(KINDS[kind], 40 + i, STYLES[0], 96)
        Image.fromarray((shown.clip(0, 1) * 255).astype(np.uint8)).save(tmp_path / f"{kind}.png")
        right += look(tmp_path / f"{kind}.png", kind, prior, i).right
    assert right >= 5
