"""Priors that give colours only, loaded from folders with tiny random weights, through the command line to whole files."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import trimesh
from diffusers import AutoencoderKL, UNet2DConditionModel
from PIL import Image

from backend.__main__ import main
from backend.objectives import Guide
from backend.picture import contact_sheet
from backend.priors import Cond
from backend.priors.loader import load_prior
from backend.priors.mv_unet import FOUR_VIEWS, MultiViewUNet
from backend.priors.view_words import shares
from backend.settings import PRESETS, Distillation, Finish, Quality, Shape, Views
from backend.viewpoints import facing

from .priors.test_mv_unet import prior_folder

TINY = Quality(
    Views(steps=2), Shape(grid=48), Distillation(steps=0), Finish(faces=600, texture_px=128)
)  # what the paths need, no more
FILES = {"mesh.npz", "base_color.png", "normal.png", "prop.glb", "prop.json"}


def single_view_unet() -> UNet2DConditionModel:
    """Stable Diffusion's sort of network: told a text and no cameras."""
    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(16, 32), layers_per_block=1, norm_num_groups=8,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16, attention_head_dim=2, use_linear_projection=True,
    )  # fmt: skip


def folder_of(sort: str, folder: Path) -> Path:
    """A whole prior folder: "joined" (MVDream's sort, tiny encoder), "single" (Stable Diffusion's), "field" (KL encoder)."""
    card: dict[str, Any] = prior_folder(folder)
    if sort == "single":
        single_view_unet().save_pretrained(folder / "unet")
        card |= {"joined": False}
    if sort == "field":
        shutil.rmtree(folder / "ae")
        AutoencoderKL(
            block_out_channels=(8, 8), down_block_types=("DownEncoderBlock2D",) * 2, latent_channels=4,
            up_block_types=("UpDecoderBlock2D",) * 2, norm_num_groups=4,
        ).save_pretrained(folder / "ae")  # fmt: skip
        card |= {"space": "kl", "lifts_to": "field"}
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    sums = {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    (folder / "prior.json").write_text(json.dumps(card | {"format": 1, "family": "mv-unet", "sha256": sums}))
    return folder


@pytest.mark.parametrize("sort", ["joined", "single", "field"])
def test_a_new_prop(sort: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`generate` with a folder of each sort distils Gaussians or a field out of the prompt, and leaves a whole prop's files."""
    monkeypatch.setitem(PRESETS, "draft", TINY)
    monkeypatch.setattr("backend.lifting.SIZE_PX", 48)  # a field's rays take a minute at 96
    prior, out = folder_of(sort, tmp_path / "prior"), tmp_path / "out"
    asked = ["--prompt", "a red chair", "--preset", "draft", "--refine-steps", "2"]
    assert main(["generate", *asked, "--prior", str(prior), "--device", "cpu", "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} >= FILES
    with np.load(out / "mesh.npz") as mesh:
        assert 100 < len(mesh["faces"]) <= 600 and np.ptp(mesh["vertices"], axis=0).min() > 0.2
    assert json.loads((out / "prop.json").read_text())["prior"]["name"] == "tiny"


@pytest.mark.parametrize(("sort", "objective"), [("single", "sds"), ("joined", "vsd"), ("field", "dds")])
def test_an_object_is_repainted(sort: str, objective: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`refine --mode texture` with a folder of each sort paints and distils: other colours; a shape is refused."""
    monkeypatch.setitem(PRESETS, "draft", TINY)
    prior, out = folder_of(sort, tmp_path / "prior"), tmp_path / "out"
    mesh = tmp_path / "in.glb"
    mesh.write_bytes(trimesh.Scene([trimesh.creation.icosphere(2, 0.4)]).export(file_type="glb"))
    asked = ["refine", "--mesh", str(mesh), "--prompt", "a red ball", "--preset", "draft", "--objective", objective]
    asked += ["--steps", "2", "--strength", "0.9", "--prior", str(prior), "--device", "cpu", "--out", str(out)]
    assert main(asked) == 0
    colours = np.asarray(Image.open(out / "base_color.png")).reshape(-1, 3).astype(float)
    assert {p.name for p in out.iterdir()} >= FILES and colours.std(0).max() > 1
    assert main([*asked, "--mode", "shape"]) == 3


def test_a_single_view_prior_is_told_from_where(tmp_path: Path) -> None:
    """Every camera of a single-view prior gets its own words, mixed as Perp-Neg mixes them; views do not see each other."""
    model = load_prior(str(folder_of("single", tmp_path)), torch.device("cpu"))
    assert isinstance(model, MultiViewUNet)
    cond, null = model.condition(["a chair"]), model.condition([""])
    named = model.encode_text([f"a chair, {view} view" for view in ("front", "side", "back", "overhead")])
    context, cameras = model._told(cond, 4)
    assert cameras is None and len(FOUR_VIEWS) == 4
    for camera, view in enumerate((0, 1, 2, 1)):  # azimuths 0, 90, 180, 270
        torch.testing.assert_close(context[camera], named[view], atol=1e-5, rtol=1e-4)
    assert all(torch.equal(row, model._told(null, 4)[0][0]) for row in model._told(null, 4)[0])
    z = torch.randn(1, 4, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    before = model.predict(z, torch.tensor([0.5]), cond).eps
    z[0, 3] += 1.0
    after = model.predict(z, torch.tensor([0.5]), cond).eps
    torch.testing.assert_close(after[0, :3], before[0, :3], atol=1e-6, rtol=1e-5)
    between = shares(replace(model.cameras, world_from_camera=turned(model, 45.0)))
    assert between[0, 0].tolist() == pytest.approx([0.5, 0.5, 0, 0], abs=1e-4)


def turned(model: MultiViewUNet, by_deg: float) -> torch.Tensor:
    a = torch.deg2rad(torch.tensor(by_deg))
    turn = torch.eye(4)
    turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1] = a.cos(), -a.sin(), a.sin(), a.cos()
    return turn @ model.cameras.world_from_camera


def test_perp_neg_joins_the_loop(tmp_path: Path) -> None:
    """A single-view prior's guide carries the negatives of where it looks, turned with it; one that joins views carries none."""
    single = load_prior(str(folder_of("single", tmp_path / "a")), torch.device("cpu"))
    joined = load_prior(str(folder_of("joined", tmp_path / "b")), torch.device("cpu"))
    assert isinstance(single, MultiViewUNet) and isinstance(joined, MultiViewUNet)
    guide = facing(Guide(single, {"text": single.condition(["a chair"]), "null": single.condition([""])}))
    (first, towards_front), (second, _) = guide.perp
    told, _ = single._told(Cond.stack([guide.conds[first], guide.conds[second]]), 4)
    front, side = single.encode_text(["a chair, front view", "a chair, side view"])
    torch.testing.assert_close(told[0], front, atol=1e-5, rtol=1e-4)  # the front's first negative is the front itself
    torch.testing.assert_close(told[4 + 2], front, atol=1e-5, rtol=1e-4)  # the back's second one
    torch.testing.assert_close(told[2], side, atol=1e-5, rtol=1e-4)
    assert towards_front.shape == (1, 4) and (towards_front <= 1e-3).all()
    aside = facing(replace(guide, prior=single.aimed(replace(single.cameras, world_from_camera=turned(single, 45.0)))))
    assert not torch.allclose(aside.perp[0][1], guide.perp[0][1])
    assert facing(Guide(joined, {"text": joined.condition(["a chair"])})).perp == ()


def test_any_number_of_views_makes_a_sheet(tmp_path: Path) -> None:
    """Four views, and one, are drawn side by side; what is left of a row is ground."""
    for count in (1, 4, 6):
        contact_sheet(torch.rand(count, 13, 8, 8), tmp_path / "sheet.png", columns=3, scale=1)
        assert Image.open(tmp_path / "sheet.png").size == (24, 8 * -(-count // 3))
