"""A prompt of several props becomes one object of all of them, with one layout and one set of maps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from backend.assembly import shares
from backend.errors import PropsmithError
from backend.language.brief import Brief, Item
from backend.language.member import Member
from backend.language.reader import Reading
from backend.language.standing import MANY
from backend.pipeline import Models, run
from backend.priors import GBUFFER
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gbuffer import encode
from backend.protocol import Done, Event, Generate, Note, Progress
from backend.rasterise import spans, uv_areas
from backend.settings import PRESETS, Distillation, Finish, Shape, Views

from .analytic_props import Part, views_of

QUALITY = replace(PRESETS["draft"], views=Views(steps=3, guidance=1.0), shape=Shape(grid=48), finish=Finish(2000, 256))
RED, BLUE = (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)


class Two(GaussianPrior):
    """A prior of a red slab and a blue cube that reads "blocks on a slab" as both."""

    sizes = {"slab": 2.0, "block": 0.5}
    count = 2

    def read(self, prompt: str) -> Reading:
        return Reading(Brief((Item(prompt.split()[-1]),)), (), 1.0)

    def several(self, prompt: str) -> tuple[Member, ...]:
        together = Member("a block", "block", self.count, "on", 1), Member("a slab", "slab")
        return together if prompt == "blocks on a slab" else ()


@pytest.fixture(scope="module")
def models() -> Models:
    slab = views_of([Part("box", (0.0, 0.0, 0.0), (0.6, 0.5, 0.15), RED, "plastic")], 48)
    block = views_of([Part("box", (0.0, 0.0, 0.0), (0.4, 0.4, 0.4), BLUE, "plastic")], 48)
    gaussians = {"a slab": Gaussian(encode(slab.maps), 1e-3), "a block": Gaussian(encode(block.maps), 1e-3)}
    return Models(torch.device("cpu"), {"two": Two(gaussians | {"": gaussians["a slab"]}, channels=GBUFFER)})


def made(models: Models, folder: Path, **more: object) -> list[Event]:
    quality = more.pop("quality", QUALITY)
    request = Generate(prompt="blocks on a slab", prior="two", preset="draft", quality=quality, **more)  # type: ignore[arg-type]
    return list(run(request, folder, models))


def test_both_props_are_there_where_they_belong(models: Models, tmp_path: Path) -> None:
    """Two cubes of the right size stand on the slab; each has its own colour; the GLB and prop.json hold all of it."""
    events = made(models, tmp_path, size_m=4.0)
    done = events[-1]
    assert isinstance(done, Done) and done.figures["props"] == 3.0
    with np.load(tmp_path / "result" / "mesh.npz") as data:
        vertices, faces, uvs = data["vertices"], data["faces"], data["uvs"]
    bodies = trimesh.Trimesh(vertices, faces, process=False).split(only_watertight=True)
    assert len(bodies) == 3 and len(faces) <= 2000
    slab, *blocks = sorted(bodies, key=lambda body: -body.extents.max())
    assert slab.extents.max() == pytest.approx(4.0, rel=0.02)
    for block in blocks:
        assert block.extents == pytest.approx([1.0] * 3, rel=0.35)
        assert block.bounds[0][2] == pytest.approx(slab.bounds[1][2], abs=0.05)
    colour = np.asarray(Image.open(tmp_path / "result" / "base_color.png"), float)[..., :3] / 255
    row, column, face = spans(uvs, 256)
    high = vertices[faces[face]][..., 2].min(1) > slab.bounds[1][2] + 0.05
    assert colour[row[high], column[high]].mean(0) == pytest.approx(BLUE, abs=0.12)
    assert colour[row[~high], column[~high]].mean(0)[0] > 0.6
    record = json.loads((tmp_path / "result" / "prop.json").read_text())
    assert [p["phrase"] for p in record["pieces"]].count("a block") == 2
    assert sum(p["vertices"] for p in record["pieces"]) == len(vertices)
    assert [m["phrase"] for m in record["members"]] == ["a block", "a slab"] and record["prompt"] == "blocks on a slab"
    assert sum(len(g.faces) for g in trimesh.load(tmp_path / "result" / "prop.glb").geometry.values()) == len(faces)


def test_the_limit_of_faces_holds_for_all_together(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 170 faces thirteen props get twelve each or more, together no more; of 100 they get twelve, and it is said."""
    monkeypatch.setattr(Two, "count", 12)
    for budget, most in ((170, 170), (100, 13 * 12)):
        events = made(models, tmp_path, quality=replace(QUALITY, finish=Finish(budget, 256)))
        assert isinstance(events[-1], Done) and events[-1].figures["props"] == 13.0
        with np.load(tmp_path / "result" / "mesh.npz") as data:
            found = len(data["faces"])
        assert 13 * 4 <= found <= most
        assert ("faces-more" in {event.code for event in events if isinstance(event, Note)}) == (found > budget)


def test_all_share_one_layout_without_overlaps(models: Models, tmp_path: Path) -> None:
    """No two faces lie over one texel, and the density of texels differs by less than twice and a half over the parts."""
    made(models, tmp_path)
    with np.load(tmp_path / "result" / "mesh.npz") as data:
        vertices, faces, uvs = data["vertices"], data["faces"], data["uvs"]
    row, column, _ = spans(uvs, 512)
    assert len(np.unique(row * 512 + column)) > 0.995 * len(row)
    corners = vertices[faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    flat = 2 * uv_areas(uvs)
    low, high = np.quantile((np.sqrt(flat / np.maximum(area, 1e-12)))[area > np.median(area)], [0.02, 0.98])
    assert high < 2.5 * low


def test_progress_only_grows_and_the_notes_say_what_happens(models: Models, tmp_path: Path) -> None:
    """Fractions rise to one over all props' stages; the props are told; refinement steps are left out with a note."""
    events = made(models, tmp_path, quality=replace(QUALITY, distillation=Distillation(steps=5)))
    fractions = [e.fraction for e in events if isinstance(e, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    stages = list(dict.fromkeys(e.stage for e in events if isinstance(e, Progress)))
    assert stages == ["loading", "text", "views", "shape", "finish", "files", "done"]
    notes = {e.code: e.message for e in events if isinstance(e, Note)}
    assert "2 x a block; a slab" in notes["prompt-several"] and "unrefined" in notes


def test_the_same_request_gives_the_same(models: Models, tmp_path: Path) -> None:
    """Mesh and maps repeat bit for bit by the seed."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made(models, tmp_path / name, seed=7)
    for name in ("mesh.npz", "base_color.png", "normal.png"):
        a, b = (tmp_path / x / "result" / name for x in ("a", "b"))
        assert a.read_bytes() == b.read_bytes(), name


def test_a_picture_is_of_one_prop(models: Models, tmp_path: Path) -> None:
    """With a picture the prompt speaks of what it shows: nothing is put together."""
    picture = np.full((64, 64, 4), 255, np.uint8)
    picture[16:48, 16:48, :3] = 40
    Image.fromarray(picture).save(tmp_path / "picture.png")
    events = made(models, tmp_path, image=str(tmp_path / "picture.png"))
    assert isinstance(events[-1], Done) and "props" not in events[-1].figures


def test_a_prop_that_comes_out_empty_is_named(models: Models, tmp_path: Path) -> None:
    """Views of a member in which nothing is solid end the job with its phrase."""
    prior = models.prior("two")
    assert isinstance(prior, Two)
    nothing = prior.gaussians | {"a block": Gaussian(torch.full_like(prior.gaussians["a slab"].mean, -1.0), 1e-3)}
    with pytest.raises(PropsmithError) as caught:
        made(Models(torch.device("cpu"), {"two": Two(nothing, channels=GBUFFER)}), tmp_path)
    assert caught.value.code == "member-empty" and "'a block'" in caught.value.sentence


class Opens(Two):
    """A prior that reads "blocks on a slab" as a block in what has a lid that is thrown back, `within` a crate if so."""

    sizes = {"treasure chest": 2.0, "block": 0.5, "crate": 4.0}
    within = False

    def several(self, prompt: str) -> tuple[Member, ...]:
        chest = Member("a treasure chest", "treasure chest", 1, *(("in", 2) if self.within else ()), open=True)
        crate = (Member("a crate", "crate", open=True),) if self.within else ()
        return (chest, Member("a block", "block", 1, "in", 0), *crate) if prompt == "blocks on a slab" else ()


def opens() -> Opens:
    """It, with a red box for the chest and the crate, and a blue one for the block."""
    chest = views_of([Part("box", (0.0, 0.0, 0.0), (0.7, 0.5, 0.5), RED, "plastic")], 48)
    block = views_of([Part("box", (0.0, 0.0, 0.0), (0.4, 0.4, 0.4), BLUE, "plastic")], 48)
    gaussians = {name: Gaussian(encode(chest.maps), 1e-3) for name in ("a treasure chest", "a crate")}
    gaussians["a block"] = Gaussian(encode(block.maps), 1e-3)
    return Opens(gaussians | {"": gaussians["a block"]}, channels=GBUFFER)


def test_a_chest_is_opened_for_what_lies_in_it(tmp_path: Path) -> None:
    """Body, block and lid are three watertight pieces of one prop; the block lies in the body, the lid is behind, and all is
    painted."""
    prior = opens()
    events = made(Models(torch.device("cpu"), {"two": prior}), tmp_path, size_m=2.0)
    done = events[-1]
    assert isinstance(done, Done) and done.figures["props"] == 3.0 and done.figures["watertight"] == 1.0
    record = json.loads((tmp_path / "result" / "prop.json").read_text())
    assert [p["phrase"] for p in record["pieces"]] == ["a treasure chest", "the lid of a treasure chest", "a block"]
    with np.load(tmp_path / "result" / "mesh.npz") as data:
        vertices = data["vertices"]
    ends = np.cumsum([p["vertices"] for p in record["pieces"]])
    body, lid, inside = (part for part in np.split(vertices, ends[:-1]))
    assert inside[:, 2].min() > body[:, 2].min() + 0.05 and inside[:, 2].min() < body[:, 2].max() - 0.1
    assert (inside[:, :2].min(0) > body[:, :2].min(0)).all() and (inside[:, :2].max(0) < body[:, :2].max(0)).all()
    hinge = lid.min(0) + np.array(record["pieces"][1]["origin"]) * np.ptp(lid, axis=0)
    assert hinge == pytest.approx([0.0, body[:, 1].max(), body[:, 2].max()], abs=0.08)
    assert lid[:, 2].max() > body[:, 2].max() + 0.2 and lid[:, 1].max() > body[:, 1].max()
    colour = np.asarray(Image.open(tmp_path / "result" / "base_color.png"), float)[..., :3] / 255
    assert (colour.max(-1) > 0.05).all()
    prior.within = True
    (tmp_path / "within").mkdir()
    events = made(Models(torch.device("cpu"), {"two": prior}), tmp_path / "within")
    assert isinstance(events[-1], Done) and events[-1].figures["props"] == 4.0


def test_what_cannot_be_opened_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A chest that has no mouth stays closed, and the notes name it and the block that therefore lies on it."""
    monkeypatch.setattr("backend.assembly.opened_or_none", lambda solid, **_: None)
    events = made(Models(torch.device("cpu"), {"two": opens()}), tmp_path, size_m=2.0)
    notes = {e.code: e.message for e in events if isinstance(e, Note)}
    assert "stays closed: a treasure chest." in notes["stays-closed"] and "on top: a block." in notes["lies-on-top"]
    assert isinstance(events[-1], Done) and events[-1].figures["props"] == 2.0


def test_a_full_vessel_keeps_faces_for_itself() -> None:
    """What fills it, in an uncertain number, gets three fifths of the faces at most; known numbers get what they are worth."""
    chest, coins, apples = (Member("one", "one", count) for count in (1, MANY, 12))
    whole, each = shares([1.0, 0.5], [1, 12], [chest, coins])
    assert whole == 1.0 and 12 * each / (whole + 12 * each) == pytest.approx(0.6)
    assert shares([1.0, 0.5], [1, 12], [chest, apples]) == [1.0, 0.5]
    assert shares([1.0, 0.05], [1, 12], [chest, coins]) == [1.0, 0.05]
    assert shares([0.5], [12], [coins]) == [0.5]
