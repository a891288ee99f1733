"""Distillation as a stage of a new prop: it runs, reports, obeys, and leaves the prior's colours on the finished maps."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.spatial import ConvexHull

from backend.cameras import rig
from backend.cli.generate import add_arguments, request_from_arguments
from backend.materials import INDEX, SURFACES
from backend.mesh import Mesh
from backend.picture import LIGHT, light_from, shaded
from backend.pipeline import Models, run
from backend.polish import surface_of_views, views_of
from backend.priors import ALBEDO, ALPHA, MATERIAL, METALLIC, ROUGHNESS, Maps
from backend.priors.analytic import COLOURS, exact_maps
from backend.priors.gaussian import GaussianPrior
from backend.protocol import Done, Event, Generate, Note, Progress
from backend.settings import PRESETS, Distillation, Finish, Shape, Views
from backend.unwrap import unwrap
from backend.words import Words, conditions

QUALITY = replace(
    PRESETS["draft"], views=Views(steps=3, guidance=1.0), shape=Shape(grid=48), finish=Finish(600, 128, 0.0),
    distillation=Distillation(steps=8, strength=0.9, guidance=1.2),
)  # fmt: skip


def made(prior: GaussianPrior, folder: Path, steps: int = 8, **control: object) -> list[Event]:
    folder.mkdir(exist_ok=True)
    if control:
        (folder / "control.json").write_text(json.dumps(control))
    quality = replace(QUALITY, distillation=replace(QUALITY.distillation, steps=steps))
    wish = Generate(prompt="a blue box", prior="analytic", preset="draft", quality=quality)
    return list(run(wish, folder, Models(torch.device("cpu"), {"analytic": prior})))


def test_a_new_prop_is_distilled_when_asked(prior: GaussianPrior, tmp_path: Path) -> None:
    """With steps the job has a refine stage, whose steps its figures count; without, it has none; both are blue."""
    events, plain = made(prior, tmp_path / "with"), made(prior, tmp_path / "without", steps=0)
    stages = [[e.stage for e in job if isinstance(e, Progress)] for job in (events, plain)]
    assert "refine" in stages[0] and stages[0].index("refine") < stages[0].index("finish") and "refine" not in stages[1]
    begun = [e for e in events if isinstance(e, Progress) and e.stage == "refine" and e.message]
    assert len(begun) == 1 and stages[0].count("refine") <= 1 + 8  # entered once, then one of each step
    fractions = [e.fraction for e in events if isinstance(e, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert isinstance(events[-1], Done) and isinstance(plain[-1], Done)
    assert events[-1].figures["refine_steps"] == 8 and "refine_steps" not in plain[-1].figures
    for name in ("with", "without"):
        colour = np.asarray(Image.open(tmp_path / name / "result" / "base_color.png"), float)[..., :3] / 255
        assert np.median(colour[np.ptp(colour, axis=2) > 0.2], axis=0) == pytest.approx(COLOURS["blue"], abs=0.15), name


def test_stop_now_ends_the_stage(prior: GaussianPrior, tmp_path: Path) -> None:
    """stop_now in control.json ends the distillation at once with a note, and the prop is finished."""
    events = made(prior, tmp_path / "job", stop_now=True)
    assert [e.code for e in events if isinstance(e, Note)] == ["stopped"]
    assert isinstance(events[-1], Done) and events[-1].figures["refine_steps"] == 0


def test_views_of_a_surface_are_the_views_it_was_made_of(prior: GaussianPrior) -> None:
    """A box's exact views, baked and seen again: colour, roughness, metallic and the material's code come back."""
    exact = Maps(exact_maps("box", "yellow", "gold", rig(), 32), rig())
    x, y, z = (np.array(v) for v in zip(*[(a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)], strict=True))
    vertices = (np.stack([x, y, z], 1) * (0.72, 0.48, 0.42)).astype(np.float32)

    hull = ConvexHull(vertices)
    turned = [
        f if np.linalg.det(vertices[f]) > 0 else f[::-1] for f in hull.simplices
    ]  # outward: the origin lies inside
    mesh = Mesh(vertices, np.array(turned, np.int32))
    seen = views_of(surface_of_views(mesh, unwrap(mesh.vertices, mesh.faces), exact), prior).maps
    both = ((seen[:, ALPHA] > 0.5) & (exact.maps[:, ALPHA] > 0.5)).float()
    assert both.sum() > 0.9 * (exact.maps[:, ALPHA] > 0.5).sum()
    for part in (ALBEDO, ROUGHNESS, METALLIC, MATERIAL):
        error = ((seen[:, part] - exact.maps[:, part]).abs() * both).sum() / both.sum()
        assert error < 0.02, (part, error)
    assert SURFACES[INDEX["gold"]].metallic == 1.0


def test_a_picture_is_told_to_both_sides_of_the_guidance(monkeypatch: pytest.MonkeyPatch, prior: GaussianPrior) -> None:
    """With words and a picture the null prompt sees the picture too; a picture alone is guided against nothing."""
    told: list[tuple[str, bool]] = []
    inner = GaussianPrior.condition

    def spy(self: GaussianPrior, prompts: list[str], image: object = None) -> object:
        told.append((prompts[0], image is not None))
        return inner(self, prompts)

    monkeypatch.setattr(GaussianPrior, "condition", spy)
    conditions(prior, Words("a blue ball", image=torch.ones(4, 8, 8)), set())
    assert sorted(told) == [("", True), ("a blue ball", True)]
    told.clear()
    conditions(prior, Words("", image=torch.ones(4, 8, 8)), set())
    assert sorted(told) == [("", False), ("", True)]


def test_light_turns_about_the_object() -> None:
    """A light from the left shades a ball's left side brighter, one from the right its right; < 0 is the usual light."""
    assert np.array_equal(light_from(-1), LIGHT) and np.linalg.norm(light_from(123)) == pytest.approx(
        np.linalg.norm(LIGHT)
    )
    maps = exact_maps("ball", "white", "plastic", rig(), 32)
    for azimuth, brighter in ((90.0, 1), (270.0, -1)):  # the first view looks from the front, where +X is right
        picture = shaded(maps, light_from(azimuth))[0].mean(-1)
        assert np.sign(picture[:, 20:].mean() - picture[:, :12].mean()) == brighter


def test_refine_steps_on_the_command_line() -> None:
    """--refine-steps sets the distillation of a new prop; left out, the preset's own holds."""

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for words, steps in (([], PRESETS["standard"].distillation.steps), (["--refine-steps", "7"], 7)):
        request = request_from_arguments(parser.parse_args(["--prompt", "a box", *words]))
        assert request.quality.distillation.steps == steps
