"""Confidence in a picture: sure of props on plain grounds, unsure of text, crowds, noise and cropped things; calibrated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from backend.errors import PropsmithError
from backend.evaluation.pictures import OTHERS, Scored, fit, reliability
from backend.images import isolate_object, load_picture
from backend.whole_object import FEATURES, MEAN, SCALE, WEIGHTS, confidence, design

from .bad_input import disc


def sure_of(picture: Image.Image, folder: Path) -> float | None:
    """The confidence of a picture as a user's file; None where it is refused."""
    picture.save(folder / "picture.png")
    rgba = load_picture(folder / "picture.png").rgba
    try:
        return confidence(rgba, isolate_object(rgba))
    except PropsmithError as error:
        assert error.code == "image-no-object"
        return None


def mug(size: int = 128) -> Image.Image:
    """A drawn mug on a light ground."""
    picture = Image.new("RGB", (size, size), (236, 236, 236))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((74, 44, 108, 88), outline=(40, 60, 160), width=8)
    pen.rounded_rectangle((34, 30, 88, 104), 8, fill=(50, 80, 190))
    pen.ellipse((36, 24, 86, 40), fill=(30, 50, 120))
    return picture


def test_whole_things_on_plain_grounds_are_trusted(tmp_path: Path) -> None:
    """A drawn mug and a disc, opaque or cut out, are whole objects with a probability above one half."""
    cut = disc(128).convert("RGBA")
    cut.putalpha(Image.fromarray((np.asarray(disc(128))[..., 1] < 100).astype(np.uint8) * 255))
    for picture in (mug(), disc(128), cut):
        sure = sure_of(picture, tmp_path)
        assert sure is not None and sure > 0.5


@pytest.mark.parametrize("name", ["text", "crowd", "blot", "chart", "landscape"])
def test_what_is_no_object_is_refused_or_doubted(name: str, tmp_path: Path) -> None:
    """Of twelve pictures of each sort at least half are refused or trusted with less than one half; the mean is below."""
    kinds = ["barrel", "crate", "chair", "mushroom", "sword", "lantern"]
    sure = [sure_of(OTHERS[name](np.random.default_rng(700 + i), kinds), tmp_path) or 0.0 for i in range(12)]
    assert np.mean(sure) < 0.45 and np.mean(np.array(sure) < 0.5) >= 0.5, sure


def test_a_thing_cut_by_the_frame_is_doubted_more(tmp_path: Path) -> None:
    """The same mug with a third of it outside the frame is trusted less than the whole one."""
    whole = sure_of(mug(), tmp_path)
    half = sure_of(mug().crop((60, 20, 120, 80)).resize((128, 128)), tmp_path) or 0.0
    assert whole is not None and half < whole - 0.1


def test_the_constants_fit_the_features() -> None:
    """One mean and scale a feature, two weights; scaled features are clipped, squared and followed by one."""
    assert len(MEAN) == len(SCALE) == len(FEATURES) and len(WEIGHTS) == 2 * len(FEATURES) and min(SCALE) > 0
    assert design(np.array([[1.0, -9.0]])).tolist() == [[1.0, -4.0, 1.0, 16.0, 1.0]]


def test_the_fit_recovers_a_known_model() -> None:
    """On data drawn from a logistic model the fit's probabilities are calibrated, and reliability says so."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(4000, len(FEATURES)))
    truth = 1 / (1 + np.exp(-(2.0 * rows[:, 0] - 1.0 * rows[:, 3] + 0.5)))
    objects = rng.random(len(rows)) < truth
    mean, scale, weights = fit(Scored(rows, objects, [], {}))
    sure = 1 / (1 + np.exp(-design((rows - mean) / scale) @ weights))
    assert np.abs(sure - truth).mean() < 0.03
    bins = reliability(sure, objects)
    assert sum(number for *_, number in bins) == len(rows) and all(abs(a - b) < 0.06 for a, b, _ in bins)


def test_a_tight_crop_is_told_from_a_thing_the_frame_cuts(tmp_path: Path) -> None:
    """The mug cropped to three pixels around it is trusted; cut by a fifth on one side, less than half as much."""
    tight, cut = mug().crop((30, 20, 116, 109)), mug().crop((52, 20, 128, 109))
    tight_sure, cut_sure = sure_of(tight, tmp_path), sure_of(cut, tmp_path) or 0.0
    assert tight_sure is not None and tight_sure > 0.5 and cut_sure < 0.5 * tight_sure, (tight_sure, cut_sure)
