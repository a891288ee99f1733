"""A prop whose maps cannot be made: it comes in one colour with a note; what has another remedy is still raised."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend import pipeline, texturing
from backend.priors import GBUFFER
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gbuffer import encode
from backend.protocol import Done, Generate, Note
from backend.settings import PRESETS, Finish, Shape, Views

from .analytic_props import Part, views_of

QUALITY = replace(PRESETS["draft"], views=Views(steps=2, guidance=1.0), shape=Shape(grid=48), finish=Finish(600, 128))


@pytest.fixture(scope="module")
def models() -> pipeline.Models:
    """Models whose one prior samples a red box."""
    box = views_of([Part("box", (0.0, 0.0, 0.0), (0.6, 0.3, 0.4), (0.8, 0.1, 0.1), "plastic")], 48)
    prior = GaussianPrior({"": Gaussian(encode(box.maps), 1e-3)}, channels=GBUFFER)
    return pipeline.Models(torch.device("cpu"), {"analytic": prior})


@pytest.mark.parametrize("step", ["bake", "synthesise"])
def test_a_prop_whose_maps_fail_comes_in_the_colour_of_its_views(step, models, tmp_path: Path, monkeypatch) -> None:
    """A bake or a detail that breaks costs neither shape nor files: plain maps in the views' red, and a note that says so."""

    def broken(*_: object) -> None:
        raise IndexError("index 7 is out of bounds")

    monkeypatch.setattr(texturing, step, broken)
    request = Generate(prompt="a red box", prior="analytic", preset="draft", quality=QUALITY)
    events = list(pipeline.run(request, tmp_path, models))
    assert isinstance(events[-1], Done) and events[-1].figures["faces"] > 50
    (note,) = [e for e in events if isinstance(e, Note) and e.code == "untextured"]
    assert "IndexError" in note.message and "Texture only" in note.message
    colour = np.asarray(Image.open(tmp_path / "result/base_color.png"))
    assert (colour == colour[0, 0]).all() and np.abs(colour[0, 0] / 255 - [0.8, 0.1, 0.1]).max() < 0.05
    assert np.asarray(Image.open(tmp_path / "result/metallic.png")).max() == 0
    assert (tmp_path / "result/prop.glb").stat().st_size > 1000


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory"), OSError(28, "No space left")])
def test_what_has_a_remedy_of_its_own_is_raised(error: Exception, models, tmp_path: Path, monkeypatch) -> None:
    """Memory that runs out and a full disk are not hidden behind a plain prop."""

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(texturing, "bake", broken)
    with pytest.raises(type(error)):
        list(pipeline.run(Generate(prompt="a red box", prior="analytic", quality=QUALITY), tmp_path, models))
