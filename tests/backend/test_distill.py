"""The loop of distillation under the analytic prior: it refines, obeys, resumes, stops, and says what went wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh

from backend.cameras import rig
from backend.distill import Run, distill
from backend.errors import PropsmithError
from backend.objectives import OBJECTIVES
from backend.objectives.table import limited
from backend.priors import ALPHA, Cond, Prediction
from backend.priors.analytic import COLOURS, RADIUS, exact_maps
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.protocol import Event, Note, Preview, Progress
from backend.representations.gaussians import in_ball
from backend.representations.surface import TexturedSurface
from backend.settings import Distillation
from backend.unwrap import unwrap
from backend.words import Words

SIZE_PX = 16
BLUE = Words("a blue ball", source="a red ball")
SETTINGS = Distillation(steps=40, objective="asd", strength=1.0)


def red_ball(shape: bool = False) -> TexturedSurface:
    mesh = trimesh.creation.icosphere(2, RADIUS)
    vertices, faces = np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
    base = torch.tensor([*COLOURS["red"], 0.35, 0.0, 0.0, 0.0, -1.0]).reshape(8, 1, 1).repeat(1, 64, 64)
    free = torch.ones(64, 64, dtype=torch.bool)
    return TexturedSurface.start(vertices, faces, unwrap(vertices, faces), base, free, shape=shape)


def colour(surface: TexturedSurface, prior: GaussianPrior) -> torch.Tensor:
    """(3,) mean colour of all views."""
    with torch.no_grad():
        frames = surface.render(prior.cameras, SIZE_PX)
    return (frames.features[:, :3] * frames.alpha).sum((0, 2, 3)) / frames.alpha.sum()


def distance(surface: TexturedSurface, prior: GaussianPrior) -> float:
    """How far the colour is from blue; 0 is reached, and 0.99 is where red starts."""
    return float((colour(surface, prior) - torch.tensor(COLOURS["blue"])).norm())


def refined(prior: GaussianPrior, **settings: object) -> tuple[TexturedSurface, list[Event]]:
    surface = red_ball()
    events = list(distill(surface, prior, BLUE, Run(replace(SETTINGS, **settings))))  # type: ignore[arg-type]
    return surface, events


@pytest.mark.parametrize("objective", ["sds", "csd", "nfsd", "asd", "ism", "dds", "pds", "mv-x0"])
def test_every_objective_turns_red_to_blue(prior: GaussianPrior, objective: str) -> None:
    """Each objective halves the distance of a red ball's texture to the blue one asked for, within 60 steps."""
    surface, events = refined(prior, objective=objective, steps=60)
    assert distance(surface, prior) < 0.5 * distance(red_ball(), prior)
    assert any(isinstance(e, Progress) for e in events)


def test_strength_and_keep_original_are_monotone(prior: GaussianPrior) -> None:
    """More strength moves the texture farther from what it was; more keep-original leaves it nearer."""

    def moved(steps: int = 15, **settings: object) -> float:
        return float((colour(refined(prior, steps=steps, **settings)[0], prior) - torch.tensor(COLOURS["red"])).norm())

    by_strength = [moved(6, strength=s) for s in (0.0, 0.2, 0.5, 1.0)]
    by_keeping = [moved(keep_original=k) for k in (0.0, 0.3, 0.6, 1.0)]
    assert by_strength[0] == 0.0 or by_strength[0] < 1e-3
    assert by_strength == sorted(by_strength) and by_strength[-1] > 2 * by_strength[1] > 0
    assert (
        by_keeping == sorted(by_keeping, reverse=True) and by_keeping[-1] < 1e-3 < by_keeping[-2] < 0.6 * by_keeping[0]
    )


def test_same_seed_same_result(prior: GaussianPrior) -> None:
    """Two runs with one seed end in the same bits; another seed ends elsewhere."""
    deltas = []
    for seed in (3, 3, 4):
        surface = red_ball()
        list(distill(surface, prior, BLUE, Run(replace(SETTINGS, steps=5), seed=seed)))
        deltas.append(surface.delta)
    assert torch.equal(deltas[0], deltas[1]) and not torch.equal(deltas[0], deltas[2])


def test_a_killed_run_goes_on_to_the_same_end(
    prior: GaussianPrior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run closed in the middle resumes from its checkpoint and ends with the bits of an undisturbed one."""
    monkeypatch.setattr("backend.checkpoint.EVERY_S", 0.0)
    whole = red_ball()
    list(distill(whole, prior, BLUE, Run(replace(SETTINGS, steps=12))))
    events = distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, steps=12), folder=tmp_path))
    for event in events:
        if isinstance(event, Progress) and event.fraction > 0.5:
            break
    events.close()  # type: ignore[attr-defined]
    assert (tmp_path / "refine.pt").is_file()
    again = red_ball()
    said = list(distill(again, prior, BLUE, Run(replace(SETTINGS, steps=12), folder=tmp_path)))
    assert any(isinstance(e, Note) and e.code == "resumed" for e in said)
    assert torch.equal(again.delta, whole.delta)
    assert not (tmp_path / "refine.pt").exists()


def test_another_jobs_checkpoint_is_not_continued(
    prior: GaussianPrior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint of other words, and a damaged one, are ignored."""
    (tmp_path / "refine.pt").write_bytes(b"not a checkpoint")
    said = list(distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, steps=2), folder=tmp_path)))
    assert not any(isinstance(e, Note) for e in said)
    monkeypatch.setattr("backend.checkpoint.EVERY_S", 0.0)
    events = distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, steps=9), folder=tmp_path))
    for _ in range(5):
        next(events)
    events.close()  # type: ignore[attr-defined]
    other = distill(red_ball(), prior, Words("a green ball"), Run(replace(SETTINGS, steps=2), folder=tmp_path))
    assert not any(isinstance(e, Note) for e in other)


def test_control_is_obeyed(prior: GaussianPrior, tmp_path: Path) -> None:
    """A new prompt in control.json turns the ball green instead of blue; "stop now" ends the loop at once."""
    surface = red_ball()
    (tmp_path / "control.json").write_text(json.dumps({"prompt": "a green ball", "favour_azimuth_deg": 0.0}))
    list(distill(surface, prior, BLUE, Run(SETTINGS, folder=tmp_path)))
    found = colour(surface, prior)
    assert (found - torch.tensor(COLOURS["green"])).norm() < (found - torch.tensor(COLOURS["blue"])).norm()
    (tmp_path / "control.json").write_text(json.dumps({"stop_now": True}))
    said = list(distill(red_ball(), prior, BLUE, Run(SETTINGS, folder=tmp_path)))
    assert [e.code for e in said if isinstance(e, Note)] == ["stopped"]
    (tmp_path / "control.json").write_text('{"stop_now": tr')
    assert len(list(distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, steps=2), folder=tmp_path)))) >= 2


def test_previews(prior: GaussianPrior, tmp_path: Path) -> None:
    """A preview picture is written, and in shape mode a light mesh with it."""
    surface = red_ball(shape=True)
    said = list(distill(surface, prior, BLUE, Run(replace(SETTINGS, steps=2), folder=tmp_path)))
    shown = [e for e in said if isinstance(e, Preview)]
    assert shown and (tmp_path / shown[0].image).stat().st_size > 100
    with np.load(tmp_path / shown[0].mesh) as arrays:
        assert arrays["vertices"].shape == surface.vertices.shape


def test_gaussians_under_a_colour_prior() -> None:
    """Grey Gaussians learn a colour-only prior's blue ball, on random grounds: blue where the ball is, clear around it."""
    exact = exact_maps("ball", "blue", "plastic", rig(), 16)
    picture = exact[:, :3] * exact[:, ALPHA] + 0.5 * (1 - exact[:, ALPHA])
    colour_prior = GaussianPrior({"": Gaussian(picture, 0.5), "a blue ball": Gaussian(picture, 0.05)})
    g = in_ball(150, 3, torch.Generator().manual_seed(0), radius=0.8)
    settings = replace(SETTINGS, objective="sds", guidance=7.5, steps=60)
    list(distill(g, colour_prior, BLUE, Run(settings)))
    with torch.no_grad():
        frames = g.render(rig(), 16)
    inside = (exact[:, ALPHA] > 0).float()
    seen = (frames.features * inside).sum((0, 2, 3)) / (frames.alpha * inside).sum()
    assert (seen - torch.tensor(COLOURS["blue"])).abs().max() < 0.15, seen
    assert (frames.alpha * inside).sum() / inside.sum() > 0.3


class Greedy:
    """A prior that runs out of memory for more than `most` evaluations at once."""

    def __init__(self, inner: GaussianPrior, most: int) -> None:
        self.inner, self.most = inner, most

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def predict(self, z_t: torch.Tensor, t: torch.Tensor, cond: Cond) -> Prediction:
        if len(z_t) > self.most:
            raise RuntimeError("CUDA out of memory. Tried to allocate")
        return self.inner.predict(z_t, t, cond)


def test_out_of_memory_takes_the_lower_tier_once(prior: GaussianPrior) -> None:
    """When a batch does not fit, evaluations go one by one, to the same result; when one does not fit, it is said."""
    ample, small = red_ball(), red_ball()
    list(distill(ample, prior, BLUE, Run(replace(SETTINGS, steps=3))))
    said = list(distill(small, Greedy(prior, 1), BLUE, Run(replace(SETTINGS, steps=3))))  # type: ignore[arg-type]
    assert [e.code for e in said if isinstance(e, Note)] == ["memory-tier"]
    assert distance(small, prior) < distance(red_ball(), prior)
    with pytest.raises(PropsmithError) as caught:
        list(distill(red_ball(), Greedy(prior, 0), BLUE, Run(SETTINGS)))  # type: ignore[arg-type]
    assert caught.value.code == "out-of-memory"


def test_numbers_that_leave_are_caught(prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """One NaN sends the loop back to its last good state at half the rate; a second ends it with an error."""
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 2)
    monkeypatch.setattr("backend.distill.STILL", 0.0)

    class Poisoned(TexturedSurface):
        poison = 1

        def render(self, *args: object) -> object:  # type: ignore[override]
            if self.poison and 0.05 < self.delta.abs().max() < 1:  # at 1 the loop asks what is seen of each texel
                self.poison -= 1
                with torch.no_grad():
                    self.delta[0, 0, 0] = torch.nan
            return super().render(*args)  # type: ignore[arg-type]

    def poisoned(times: int) -> Poisoned:
        plain = red_ball()
        surface = Poisoned(plain.vertices, plain.faces, plain.uvs, plain.base, plain.allowed, plain.delta)
        surface.poison = times
        return surface

    once = poisoned(1)
    said = list(distill(once, prior, BLUE, Run(replace(SETTINGS, steps=10))))
    assert [e.code for e in said if isinstance(e, Note)] == ["not-finite"]
    assert torch.isfinite(once.delta).all()
    with pytest.raises(PropsmithError, match="finite"):
        list(distill(poisoned(9), prior, BLUE, Run(replace(SETTINGS, steps=20))))


def test_refusals(prior: GaussianPrior) -> None:
    """VSD under a prior without a network is refused; SDS-Bridge too, when the prior knows no bad pictures."""
    for objective in ("vsd", "sds-bridge"):
        with pytest.raises(PropsmithError) as caught:
            list(distill(red_ball(), prior, BLUE, Run(replace(SETTINGS, objective=objective))))
        assert caught.value.code == "objective-unsupported"


def test_limited_times() -> None:
    """Strength caps the noise that the objective looks at, in every phase of the row."""
    row = limited(OBJECTIVES["asd"], 0.3)
    assert row.times.bounds(0) == (0.3, 0.3) and row.times.bounds(1) == pytest.approx((0.02, 0.3))
    bridge = limited(OBJECTIVES["sds-bridge"], 0.3)
    assert bridge.final is not None and bridge.final.times.high == (0.3, 0.3)


def test_guidance_and_light_can_be_told(prior: GaussianPrior, tmp_path: Path) -> None:
    """guidance in control.json replaces the requested one, from the first step; light changes the preview and nothing else."""
    plain, told, lit = red_ball(), red_ball(), red_ball()
    few = replace(SETTINGS, steps=6)
    for surface, control, guidance in (
        (plain, {}, 2.0),
        (told, {"guidance": 2.0}, 9.0),
        (lit, {"light_azimuth_deg": 90.0}, 2.0),
    ):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "control.json").write_text(json.dumps(control))
        list(distill(surface, prior, BLUE, Run(replace(few, guidance=guidance), folder=folder)))
    assert torch.equal(plain.delta, told.delta) and torch.equal(plain.delta, lit.delta)
    pictures = [(tmp_path / name / "refine.png").read_bytes() for name in "02"]
    assert pictures[0] != pictures[1]


def test_colour_alone(prior: GaussianPrior) -> None:
    """A surface whose base colour alone may change turns blue and keeps roughness, metallic and material as they were by then."""
    surface = red_ball()
    surface.delta[3] += 0.2
    seen = surface.render(prior.cameras, SIZE_PX).features[:, 3].clone()
    surface.hold_material()
    assert torch.allclose(surface.render(prior.cameras, SIZE_PX).features[:, 3], seen, atol=1e-6)
    list(distill(surface, prior, BLUE, Run(replace(SETTINGS, steps=20))))
    assert distance(surface, prior) < 0.8 * distance(red_ball(), prior)
    assert torch.equal(surface.delta[3], torch.full_like(surface.delta[3], 0.2)) and not surface.delta[4:].any()


def test_strength_told_live_is_strength_asked_for(prior: GaussianPrior, tmp_path: Path) -> None:
    """A strength in control.json from the first step on gives the bits of a run that asked for it: noise, steering and pace."""
    asked, told = red_ball(), red_ball()
    list(distill(asked, prior, replace(BLUE, strength=0.3), Run(replace(SETTINGS, steps=6, strength=0.3))))
    (tmp_path / "control.json").write_text(json.dumps({"strength": 0.3}))
    list(distill(told, prior, BLUE, Run(replace(SETTINGS, steps=6), folder=tmp_path)))
    assert asked.delta.abs().max() > 0 and torch.equal(asked.delta, told.delta)


def test_the_preferred_viewpoint_is_refined_first(prior: GaussianPrior, tmp_path: Path) -> None:
    """With the front preferred in control.json the front nears the blue faster than the back; with none both go alike."""

    def left(control: dict[str, float], folder: Path) -> tuple[float, float]:
        folder.mkdir()
        (folder / "control.json").write_text(json.dumps(control))
        surface = red_ball()
        list(distill(surface, prior, BLUE, Run(replace(SETTINGS, steps=3), folder=folder)))
        with torch.no_grad():
            frames = surface.render(prior.cameras, SIZE_PX)
        solid = frames.alpha.sum((1, 2, 3))
        seen = (frames.features[:, :3] * frames.alpha).sum((2, 3)) / solid[:, None]
        away = (seen - torch.tensor(COLOURS["blue"])).norm(dim=1)
        back = prior.cameras.world_from_camera[:, 1, 2]  # a camera in front stands at -Y
        return float(away[back.argmin()]), float(away[back.argmax()])

    front, behind = left({"favour_azimuth_deg": 0.0}, tmp_path / "told")
    same, alike = left({}, tmp_path / "untold")
    assert front < 0.9 * behind and abs(same - alike) < 0.3 * (behind - front)
