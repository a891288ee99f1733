"""The whole pipeline, driven by the analytic prior: every stage real, no network needed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from backend.errors import PropsmithError
from backend.pipeline import Models, run
from backend.priors import GBUFFER
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gbuffer import encode
from backend.protocol import Done, Event, Generate, Note, Preview, Progress
from backend.settings import PRESETS, Finish, Shape, Views

from .analytic_props import Part, views_of

QUALITY = replace(PRESETS["draft"], views=Views(steps=3, guidance=1.0), shape=Shape(grid=48), finish=Finish(600, 128))
HALF = (0.6, 0.3, 0.4)


@pytest.fixture(scope="module")
def models() -> Models:
    """Models whose one prior samples a red box standing on its base, whatever the prompt."""
    box = views_of([Part("box", (0.0, 0.0, 0.0), HALF, (0.8, 0.1, 0.1), "plastic")], 48)
    prior = GaussianPrior({"": Gaussian(encode(box.maps), 1e-3)}, channels=GBUFFER)
    return Models(torch.device("cpu"), {"analytic": prior})


def request_of(**more: object) -> Generate:
    return Generate(prompt="a red box", prior="analytic", preset="draft", quality=QUALITY, **more)  # type: ignore[arg-type]


def test_a_prior_becomes_files_of_the_right_shape_and_colour(models: Models, tmp_path: Path) -> None:
    """The prop has the prior's proportions, the size asked for, its base on the ground, its colour, and valid files."""
    events = list(run(request_of(size_m=2.0), tmp_path, models))
    assert isinstance(events[-1], Done)
    result = tmp_path / events[-1].result
    with np.load(result / "mesh.npz") as data:
        vertices, faces, uvs = data["vertices"], data["faces"], data["uvs"]
    assert 50 < len(faces) <= 600 and uvs.shape == (len(faces), 3, 2)
    extent = np.ptp(vertices, axis=0)
    assert extent.max() == pytest.approx(2.0, rel=1e-5)
    assert extent / extent.max() == pytest.approx(np.array(HALF) / HALF[0], abs=0.06)
    assert vertices[:, 2].min() == pytest.approx(0.0, abs=1e-5)
    colour = np.asarray(Image.open(result / "base_color.png"), float)[..., :3] / 255
    painted = colour[np.ptp(colour, axis=2) > 0.3]
    assert len(painted) > 0.2 * 128 * 128 and painted.mean(0) == pytest.approx([0.8, 0.1, 0.1], abs=0.12)
    scene = trimesh.load(result / "prop.glb")
    assert sum(len(g.faces) for g in scene.geometry.values()) == len(faces)
    record = json.loads((result / "prop.json").read_text())
    assert record["prompt"] == "a red box" and record["request"]["seed"] == 0
    assert Image.open(result / "thumbnail.png").size[0] >= 256


def test_same_seed_same_prop(models: Models, tmp_path: Path) -> None:
    """Two runs of one request give bit-identical meshes and maps; another seed changes them."""
    names = ("mesh.npz", "base_color.png", "normal.png", "roughness.png", "metallic.png")
    made = {}
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        folder = tmp_path / name
        folder.mkdir()
        list(run(request_of(seed=seed), folder, models))
        made[name] = [(folder / "result" / f).read_bytes() for f in names]
    assert made["a"] == made["b"]
    assert made["a"] != made["c"]


def test_progress_grows_and_previews_are_pictures(models: Models, tmp_path: Path) -> None:
    """Fractions never fall, every stage is entered once in order, and each preview named is an image."""
    events: list[Event] = []
    for event in run(request_of(), tmp_path, models):
        events.append(event)
        if isinstance(event, Preview):
            Image.open(tmp_path / event.image).load()
    progress = [e for e in events if isinstance(e, Progress)]
    assert all(a.fraction <= b.fraction for a, b in zip(progress, progress[1:], strict=False))
    stages = list(dict.fromkeys(e.stage for e in progress))
    assert stages == ["loading", "text", "views", "shape", "finish", "files", "done"]
    done = events[-1]
    assert isinstance(done, Done) and list(done.seconds) == stages[:-1]


def test_closing_the_generator_leaves_no_result(models: Models, tmp_path: Path) -> None:
    """A job stopped before its files are written leaves no result folder, whole or half."""
    for event in run(request_of(), tmp_path, models):
        if isinstance(event, Progress) and event.stage == "finish":
            break
    assert not (tmp_path / "result").exists()


def test_an_empty_view_is_refused_with_a_remedy(tmp_path: Path) -> None:
    """Views without any solid pixel raise shape-empty, not a crash in a later stage."""
    nothing = torch.zeros(6, 13, 32, 32)
    prior = GaussianPrior({"": Gaussian(encode(nothing), 1e-4)}, channels=GBUFFER)
    with pytest.raises(PropsmithError) as caught:
        list(run(request_of(), tmp_path, Models(torch.device("cpu"), {"analytic": prior})))
    assert caught.value.code == "shape-empty" and caught.value.remedy


def test_an_image_is_read_and_its_notes_are_passed_on(models: Models, tmp_path: Path) -> None:
    """A picture with a plain ground is isolated; an animated one says that its first frame is used."""
    frames = []
    for shift in (0, 3):
        frame = Image.new("RGB", (96, 96), "white")
        frame.paste((200, 30, 30), (30 + shift, 30, 66, 66))
        frames.append(frame)
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    events = list(run(request_of(image=str(path)), tmp_path, models))
    assert any(isinstance(e, Note) and e.code == "image-first-frame" for e in events)
    assert isinstance(events[-1], Done)


def test_a_picture_alone_is_compared_with_what_comes_of_it(models: Models, tmp_path: Path) -> None:
    """Without words the prop's record holds from where the picture was taken, found by its outline."""
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[32:96, 16:112] = (200, 30, 30, 255)  # the box, 1.2 by 0.8, from its front
    Image.fromarray(picture, "RGBA").save(tmp_path / "box.png")
    request = Generate(image=str(tmp_path / "box.png"), prior="analytic", preset="draft", quality=QUALITY)
    events = list(run(request, tmp_path, models))
    assert isinstance(events[-1], Done)
    seen = json.loads((tmp_path / "result" / "prop.json").read_text())["picture"]
    assert seen["overlap"] > 0.9 and seen["colour"] < 0.1, seen
    assert abs(seen["elevation_deg"]) < 20 and seen["looks_like"] is None, seen  # a box is as wide from many sides
