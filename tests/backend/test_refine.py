"""Refining an object under the analytic prior: the mesh stays, the mask holds, the sliders are monotone, the files are whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from backend.__main__ import main
from backend.errors import PropsmithError
from backend.priors.analytic import COLOURS, HALF_BOX, RADIUS
from backend.priors.gaussian import GaussianPrior
from backend.protocol import STAGES, Done, Event, Note, Preview, Progress, Refine
from backend.rasterise import rasterise
from backend.refine import refine
from backend.settings import PRESETS, Distillation, Finish, Quality, Shape, Views
from backend.synchronise import Areas
from backend.unwrap import unwrap

QUALITY = Quality(
    Views(steps=8, guidance=1.0), Shape(grid=64), Distillation(strength=0.8), Finish(faces=2000, texture_px=128)
)


@pytest.fixture
def ball(tmp_path: Path) -> Path:
    """A red ball of 3 m about (5, 0, 2), in metres, as Blender would hand it over."""
    folder = tmp_path / "in"
    folder.mkdir()
    mesh = trimesh.creation.icosphere(3, 1.5)
    vertices = (np.asarray(mesh.vertices) + (5, 0, 2)).astype(np.float32)
    faces = np.asarray(mesh.faces, np.int32)
    with (folder / "mesh.npz").open("wb") as file:
        np.savez(file, vertices=vertices, faces=faces, uvs=unwrap(vertices, faces))
    red = (np.array(COLOURS["red"]) * 255).astype(np.uint8)
    grain = np.random.default_rng(0).integers(-6, 7, (128, 128, 1))
    Image.fromarray((red + grain).clip(0, 255).astype(np.uint8)).save(folder / "base_color.png")
    Image.fromarray(np.full((128, 128), 89, np.uint8)).save(folder / "roughness.png")
    return folder / "mesh.npz"


def request(mesh: Path, prompt: str = "a blue ball", **changes: object) -> Refine:
    names = ("strength", "keep_original", "steps", "objective", "guidance")
    inner = {k: changes.pop(k) for k in names if k in changes}
    quality = replace(QUALITY, distillation=replace(QUALITY.distillation, **inner))  # type: ignore[arg-type]
    return Refine(mesh=str(mesh), prompt=prompt, quality=quality, **changes)  # type: ignore[arg-type]


def carried_out(wish: Refine, folder: Path, prior: GaussianPrior) -> tuple[list[Event], Path]:
    folder.mkdir(exist_ok=True)
    return list(refine(wish, folder, prior)), folder / "result"


def picture(result: Path) -> np.ndarray:
    return np.asarray(Image.open(result / "base_color.png")).astype(np.float32) / 255


def to_blue(result: Path, uvs: np.ndarray) -> float:
    """Mean distance of the covered texels to the prior's blue."""
    texels = rasterise(uvs, 128)
    colours = picture(result)[texels.row[: texels.inside], texels.column[: texels.inside]]
    return float(np.linalg.norm(colours - COLOURS["blue"], axis=1).mean())


def test_texture_only(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """The ball turns blue all over; vertices, faces and UVs are the same bytes; files, previews and figures are there."""
    events, result = carried_out(request(ball), tmp_path / "job", prior)
    with np.load(ball) as before, np.load(result / "mesh.npz") as after:
        for name in ("vertices", "faces", "uvs"):
            assert before[name].tobytes() == after[name].tobytes(), name
        assert to_blue(result, after["uvs"]) < 0.2
    fractions = [e.fraction for e in events if isinstance(e, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert isinstance(events[-1], Done) and events[-1].figures["mean_change"] > 0.2
    for preview in (e for e in events if isinstance(e, Preview)):
        assert (tmp_path / "job" / preview.image).is_file()
    record = json.loads((result / "prop.json").read_text())
    assert record["prompt"] == "a blue ball" and (result / "prop.glb").stat().st_size > 1000


def test_loose_vertices_come_back_and_count_for_nothing(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """With one vertex that is no number and one a kilometre away the result is the same in every map, figure and picture, and
    the vertices come back bit for bit."""
    _, tight = carried_out(request(ball, strength=0.9), tmp_path / "tight", prior)
    with np.load(ball) as arrays:
        known = dict(arrays)
    stray = np.array([[np.nan, 0, 0], [0, 0, 1000]], np.float32)
    vertices = np.concatenate([known["vertices"], stray])
    with ball.open("wb") as file:
        np.savez(file, **(known | {"vertices": vertices}))
    _, loose = carried_out(request(ball, strength=0.9), tmp_path / "loose", prior)
    for name in ("base_color.png", "roughness.png", "normal.png", "thumbnail.png", "prop.glb"):
        assert (tight / name).read_bytes() == (loose / name).read_bytes(), name
    sizes = [json.loads((folder / "prop.json").read_text())["mesh"]["size_m"] for folder in (tight, loose)]
    assert sizes[0] == sizes[1] == pytest.approx([3, 3, 3], abs=0.05)
    with np.load(loose / "mesh.npz") as after:
        assert after["vertices"].tobytes() == vertices.tobytes()


def test_strength_zero_changes_nothing(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """At strength 0 every map comes back byte for byte."""
    _, result = carried_out(request(ball, strength=0.0, steps=5), tmp_path / "job", prior)
    for name in ("base_color", "roughness"):
        before = np.asarray(Image.open(ball.with_name(f"{name}.png")))
        assert np.array_equal(np.asarray(Image.open(result / f"{name}.png")), before)


def test_the_repaint_obeys_a_strength_told_meanwhile(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """Lowered to 0 from 0.9, as it is while a refinement runs, no texel changes; raised to 0.95 from 0.2 the texture is painted
    anew, without the grain that small changes keep."""

    def grain(picture: np.ndarray) -> float:
        return float(np.abs(np.diff(picture.astype(float), axis=1)).mean())

    def told(asked: float, meanwhile: float) -> np.ndarray:
        job = tmp_path / f"{asked} {meanwhile}"
        job.mkdir()
        (job / "control.json").write_text(json.dumps({"strength": meanwhile}))
        _, result = carried_out(request(ball, strength=asked), job, prior)
        return np.asarray(Image.open(result / "base_color.png"))

    before = np.asarray(Image.open(ball.with_name("base_color.png")))
    assert np.array_equal(told(0.9, 0.0), before)
    assert grain(told(0.2, 0.95)) < 0.1 * grain(told(0.2, -1.0))


def test_sliders_are_monotone(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """Mean change rises with strength and falls with keep-original, to nothing at 1."""

    def change(**sliders: float) -> float:
        events, _ = carried_out(request(ball, **sliders), tmp_path / "job", prior)
        assert isinstance(events[-1], Done)
        return events[-1].figures["mean_change"]

    rising = [change(strength=s) for s in (0.0, 0.1, 0.3, 0.6, 1.0)]
    falling = [change(keep_original=k, steps=4) for k in (0.0, 0.4, 0.8, 1.0)]
    assert rising == sorted(rising) and rising[0] == 0 and rising[-1] > 1.1 * rising[1] > 0
    assert falling == sorted(falling, reverse=True) and falling[-1] < 0.01 < 0.5 * falling[0]


def test_selected_faces_and_painted_texels(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """With half of the faces selected, or half of the texels painted, all the rest keeps its bytes."""
    with np.load(ball) as arrays:
        mesh = dict(arrays)
    upper = mesh["vertices"][mesh["faces"]].mean(1)[:, 2] > 2
    with ball.open("wb") as file:
        np.savez(file, **mesh, selected=upper)
    _, result = carried_out(request(ball, steps=3), tmp_path / "job", prior)
    before = np.asarray(Image.open(ball.with_name("base_color.png")))
    after = np.asarray(Image.open(result / "base_color.png"))
    texels = rasterise(mesh["uvs"], 128)
    kept = ~upper[texels.face[: texels.inside]]
    row, column = texels.row[: texels.inside], texels.column[: texels.inside]
    assert np.array_equal(after[row[kept], column[kept]], before[row[kept], column[kept]])
    assert (after[row[~kept], column[~kept]] != before[row[~kept], column[~kept]]).any(1).mean() > 0.95
    mask = np.zeros((128, 128), np.uint8)
    mask[:, :50] = 255
    Image.fromarray(mask).save(ball.with_name("mask.png"))
    _, result = carried_out(request(ball), tmp_path / "job2", prior)
    after = np.asarray(Image.open(result / "base_color.png"))
    assert np.array_equal(after[:, 50:], before[:, 50:]) and not np.array_equal(after[:, :50], before[:, :50])


@pytest.mark.parametrize("objective", ["asd", "dds"])
def test_polish_by_distillation(ball: Path, tmp_path: Path, prior: GaussianPrior, objective: str) -> None:
    """Distillation steps after the sampling run, are counted, and end near what was asked for."""
    wish = request(ball, objective=objective, steps=20, strength=0.5, guidance=1.2)
    (ball.parent / "prop.json").write_text('{"prompt": "a red ball"}')
    events, result = carried_out(wish, tmp_path / "job", prior)
    assert isinstance(events[-1], Done) and events[-1].figures["refine_steps"] > 0
    with np.load(ball) as arrays:
        assert to_blue(result, arrays["uvs"]) < 0.25  # red is 0.99 away; guidance saturates a little


def silhouette_kept(ball: Path, folder: Path, prior: GaussianPrior, **changes: float) -> tuple[float, Path]:
    wish = request(ball, "a blue box", mode="shape", strength=1.0, **changes)
    events, result = carried_out(wish, folder, prior)
    assert isinstance(events[-1], Done)
    return events[-1].figures["silhouette_kept"], result


def test_shape_mode(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """A ball asked to be a box becomes one when its silhouette is free, in its own place and size, and not when kept."""
    kept, _ = silhouette_kept(ball, tmp_path / "kept", prior, keep_silhouette=1.0)
    free, result = silhouette_kept(ball, tmp_path / "free", prior, keep_silhouette=0.0)
    assert kept > 0.97 and free < 0.8
    with np.load(result / "mesh.npz") as after:
        extent = np.ptp(after["vertices"], axis=0)
        centre = (after["vertices"].max(0) + after["vertices"].min(0)) / 2
    scale = 1.5 / RADIUS  # the ball filled the prior's frame
    np.testing.assert_allclose(extent, 2 * scale * np.array(HALF_BOX), rtol=0.12)
    np.testing.assert_allclose(centre, (5, 0, 2), atol=0.1)


def test_command_line(ball: Path, tmp_path: Path, prior: GaussianPrior, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m backend refine` takes a foreign GLB without UVs and leaves the same files as a job."""
    monkeypatch.setattr("backend.pipeline.load_prior", lambda name, device: prior)
    monkeypatch.setitem(PRESETS, "draft", QUALITY)
    mesh = trimesh.creation.icosphere(2, 0.4)
    (tmp_path / "in.glb").write_bytes(trimesh.Scene([mesh]).export(file_type="glb"))
    out = tmp_path / "out"
    code = main(
        ["refine", "--mesh", str(tmp_path / "in.glb"), "--prompt", "a blue ball", "--preset", "draft",
         "--strength", "0.7", "--objective", "asd", "--steps", "2", "--out", str(out), "--device", "cpu"]
    )  # fmt: skip
    assert code == 0
    assert {p.name for p in out.iterdir()} >= {"mesh.npz", "base_color.png", "normal.png", "prop.glb", "prop.json"}
    assert main(["refine", "--mesh", str(tmp_path / "none.glb"), "--prompt", "a blue ball", "--out", str(out)]) == 2


def test_bad_meshes_are_refused(tmp_path: Path, prior: GaussianPrior) -> None:
    """A request for a missing mesh fails with its code before anything is computed."""
    with pytest.raises(PropsmithError) as caught:
        carried_out(request(tmp_path / "none.npz"), tmp_path / "job", prior)
    assert caught.value.code == "mesh-missing"


@pytest.mark.parametrize("mode", ["texture", "shape"])
def test_stop_here_ends_the_painting(ball: Path, tmp_path: Path, prior: GaussianPrior, mode: str) -> None:
    """With stop_now in control.json the painting ends after its first step, with a note, and a whole result is left."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "control.json").write_text(json.dumps({"stop_now": True}), encoding="utf-8")
    events, result = carried_out(request(ball, mode=mode), folder, prior)
    notes = [event.message for event in events if isinstance(event, Note) and event.code == "stopped"]
    assert notes == ["Painting was ended by hand after 1 of 6 steps."]
    assert isinstance(events[-1], Done) and {"mesh.npz", "base_color.png"} <= {p.name for p in result.iterdir()}


@pytest.mark.parametrize("mode", ["texture", "shape"])
def test_a_prompt_told_while_it_runs_is_obeyed(ball: Path, tmp_path: Path, prior: GaussianPrior, mode: str) -> None:
    """A prompt told after the first step of the painting is announced and obeyed, in both modes: the red ball ends green."""
    folder = tmp_path / "job"
    folder.mkdir()
    codes = []
    for event in refine(request(ball, mode=mode, strength=1.0), folder, prior):
        if isinstance(event, Progress) and event.stage == "views" and event.fraction > 0 and not codes:
            (folder / "control.json").write_text(json.dumps({"prompt": "a green ball"}), encoding="utf-8")
        codes += [event.message] if isinstance(event, Note) and event.code == "control" else []
    assert codes == ["From here on: a green ball"]
    with np.load(folder / "result" / "mesh.npz") as arrays:
        texels = rasterise(arrays["uvs"], 128)
    colours = picture(folder / "result")[texels.row[: texels.inside], texels.column[: texels.inside]]
    assert np.linalg.norm(np.median(colours, 0) - COLOURS["green"]) < 0.15


def test_strength_told_while_a_shape_forms_is_obeyed(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """Strength turned down to nothing at the start of the shape's painting leaves the ball as it is, where 1 makes a box."""
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "control.json").write_text(json.dumps({"strength": 0.0}), encoding="utf-8")
    kept, _ = silhouette_kept(ball, folder, prior, keep_silhouette=0.0)
    assert kept > 0.97


@pytest.mark.parametrize("mode", ["texture", "shape"])
def test_stages_are_entered_once(ball: Path, tmp_path: Path, prior: GaussianPrior, mode: str) -> None:
    """With polish steps every stage begins once, in the protocol's order, and the seconds name it."""
    events, _ = carried_out(request(ball, mode=mode, steps=3), tmp_path / "job", prior)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    runs = [stage for stage, before in zip(stages, [None, *stages], strict=False) if stage != before]
    assert runs == sorted(set(stages), key=STAGES.index) and "refine" in runs
    done = events[-1]
    assert isinstance(done, Done) and set(done.seconds) == set(runs) - {"done"}


def test_small_changes_recolour_areas_as_a_whole() -> None:
    """At low strength a change is averaged over each area of the object's own views: noise goes, a shift stays."""
    generator = torch.Generator().manual_seed(0)
    left = (torch.arange(8) < 4).float().expand(1, 1, 8, 8)
    member = torch.cat([left, 1 - left], dim=1)
    noise = 0.3 * torch.randn(1, 8, 8, 8, generator=generator)
    shift = 0.5 * member[:, :1] - 0.2 * member[:, 1:]
    whole = Areas(member, 0.0).together(shift + noise, torch.ones(1, 1, 8, 8))
    assert (whole - shift).abs().max() < 0.2 and whole[..., :4].std(dim=(2, 3)).max() < 1e-6
    assert torch.equal(Areas(member, 1.0).together(shift + noise, torch.ones(1, 1, 8, 8)), shift + noise)


def test_the_sliders_of_a_new_shape_are_monotone(ball: Path, tmp_path: Path, prior: GaussianPrior) -> None:
    """Asked to be a box, the ball's silhouette gives way with strength and comes back with keep-original."""
    free = {"keep_silhouette": 0.0}

    def kept(name: str, **sliders: float) -> float:
        wish = request(ball, "a blue box", mode="shape", **(free | {"strength": 1.0} | sliders))
        events, _ = carried_out(wish, tmp_path / name, prior)
        assert isinstance(events[-1], Done)
        return events[-1].figures["silhouette_kept"]

    by_strength = [kept(f"s{s}", strength=s) for s in (0.0, 0.5, 0.8, 1.0)]
    by_keeping = [kept(f"k{k}", keep_original=k) for k in (0.0, 0.5, 1.0)]
    assert by_strength == sorted(by_strength, reverse=True) and by_strength[0] > 0.99 and by_strength[-1] < 0.8
    assert by_keeping == sorted(by_keeping) and by_keeping[0] < 0.8 and by_keeping[-1] > 0.97
