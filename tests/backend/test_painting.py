"""The painting stage: watched by a light texture, steered by control.json, ended by hand."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.clock import Clock
from backend.distill import Run
from backend.live import FACES, light_mesh, light_texture
from backend.painting import paint_views, reshape_views
from backend.polish import views_of
from backend.priors import ALPHA, Maps
from backend.priors.analytic import analytic_prior
from backend.protocol import Control, Note, Preview
from backend.representations.surface import TexturedSurface
from backend.sampler import Plan
from backend.settings import Distillation
from backend.synchronise import favour
from backend.words import Words


def box() -> TexturedSurface:
    """A grey unit cube, one sixth of a texture of 96 texels a side."""
    from backend.fake_worker import cube

    mesh = cube(0.8)
    vertices = mesh["vertices"] - np.array([0, 0, 0.4], np.float32)
    base = torch.full((8, 96, 96), 0.5)
    return TexturedSurface.start(vertices, mesh["faces"], mesh["uvs"], base, torch.ones(96, 96, dtype=torch.bool))


def painted(folder: Path, told: dict[int, Control], steps: int = 8) -> tuple[TexturedSurface, list]:
    """Paint a box red; `told` is written to control.json after so many previews."""
    surface, prior, events = box(), analytic_prior(), []
    run = Run(Distillation(strength=0.95), seed=3, folder=folder)
    clock = Clock({"views": 1.0})
    clock.enter("views")
    for event in paint_views(surface, prior, Words("a red box"), run, clock, Plan(steps, 1.0, "ddim", 0.95)):
        events.append(event)
        pictures = sum(isinstance(e, Preview) for e in events)
        if isinstance(event, Preview) and pictures in told:
            (folder / "control.json").write_text(json.dumps(asdict(told[pictures])))
    return surface, events


def colour(surface: TexturedSurface) -> np.ndarray:
    return surface.present()[:3].flatten(1).median(1).values.numpy()


def test_every_step_leaves_the_texture_as_it_stands(tmp_path: Path) -> None:
    """Each step yields one preview that names live.npz; live.png is the surface's present base colour, on its own UVs."""
    surface, events = painted(tmp_path, {})
    previews = [e for e in events if isinstance(e, Preview)]
    assert len(previews) == 8 and {p.mesh for p in previews} == {"live.npz"}
    assert all((tmp_path / p.image).is_file() for p in previews)
    light_texture(surface, tmp_path)
    pixels = np.asarray(Image.open(tmp_path / "live.png"), float) / 255
    assert np.abs(pixels - surface.present()[:3].permute(1, 2, 0).numpy()).max() <= 0.51 / 255
    with np.load(tmp_path / "live.npz") as file:
        assert np.array_equal(file["uvs"], surface.uvs) and np.array_equal(file["faces"], surface.faces)
    red, green, blue = colour(surface)
    assert red > 2 * green and red > 2 * blue


def test_another_prompt_takes_over_in_the_middle(tmp_path: Path) -> None:
    """A prompt told after three of eight steps is announced and obeyed: the box ends blue, in the same number of steps."""
    surface, events = painted(tmp_path, {3: Control(prompt="a blue box")})
    assert [e.message for e in events if isinstance(e, Note)] == ["From here on: a blue box"]
    assert sum(isinstance(e, Preview) for e in events) == 8
    red, green, blue = colour(surface)
    assert blue > red and blue > green


def test_stop_here_keeps_what_there_is(tmp_path: Path) -> None:
    """Told to stop after two of eight steps, it stops within one more and the change so far stays."""
    surface, events = painted(tmp_path, {2: Control(stop_now=True)})
    assert sum(isinstance(e, Preview) for e in events) == 2
    assert [e.code for e in events if isinstance(e, Note)] == ["stopped"]
    assert surface.delta.abs().max() > 0.05


def test_strength_zero_ends_the_painting(tmp_path: Path) -> None:
    """With the strength turned down to nothing there is nothing left to do."""
    _, events = painted(tmp_path, {2: Control(strength=0.0)})
    assert sum(isinstance(e, Preview) for e in events) <= 3


@pytest.mark.parametrize("azimuth", [0.0, 90.0])
def test_the_favoured_side_counts_most(azimuth: float) -> None:
    """Weights have mean 1, fall from the favoured azimuth to the opposite one, and leave no side without any."""
    prior = analytic_prior()
    weights = favour(prior, azimuth).flatten()
    assert float(weights.mean()) == pytest.approx(1.0, abs=1e-5) and float(weights.min()) > 0
    back = prior.cameras.world_from_camera[:, :2, 2]
    a = np.radians(azimuth)
    towards = back @ torch.tensor([np.sin(a), -np.cos(a)], dtype=back.dtype)
    level = back.norm(dim=1) > 0.5
    assert weights.argmax() == torch.where(level, towards, -2.0).argmax() or towards[weights.argmax()] > 0.8
    assert bool((favour(prior, -1.0) == 1).all())


def test_a_forming_shape_is_seen_as_a_light_mesh(tmp_path: Path) -> None:
    """The views of a new shape come with a closed coarse mesh of them, in the box's own place, four times on the way."""
    surface, prior = box(), analytic_prior()
    run, clock = Run(Distillation(strength=0.6), seed=3, folder=tmp_path), Clock({"views": 1.0})
    clock.enter("views")
    own = views_of(surface, prior)
    walked = reshape_views(own, 1.0, prior, Words("a red box"), run, clock, Plan(8, 1.0, "ddim", 0.6))
    meshes = []
    for event in walked:
        if isinstance(event, Preview):
            assert (event.mesh, (tmp_path / event.image).is_file()) == ("shape.npz", True)
            with np.load(tmp_path / event.mesh) as file:
                meshes.append((file["vertices"], file["faces"]))
    assert 4 <= len(meshes) <= 5
    vertices, faces = meshes[-1]
    assert 50 < len(faces) <= FACES and np.abs((vertices.min(0) + vertices.max(0)) / 2).max() < 0.1
    edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()
    empty = own.maps.clone()
    empty[:, ALPHA] = 0
    assert light_mesh(Maps(empty, own.cameras), tmp_path) == ""
