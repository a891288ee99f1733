"""What a GLB's materials say beyond the maps that are refined comes back: alpha, sides, emission, occlusion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend import gltf_looks
from backend.drawing import Drawing
from backend.errors import PropsmithError
from backend.gltf import open_gltf
from backend.incoming import Incoming, read_object
from backend.priors.gaussian import GaussianPrior
from backend.protocol import Note, Refine
from backend.refine import refine

from .gltf_files import BLUE, RED, Written, cube, halves, plain, png
from .test_gltf_validator import report_on
from .test_refine import QUALITY

LEAF = Drawing("MASK", 0.25, True)
BRIGHT = "KHR_materials_emissive_strength"


def leaves() -> np.ndarray:
    """(64, 64, 4) uint8: red everywhere, and clear on the right."""
    alpha = np.full((64, 64, 1), 255, np.uint8)
    alpha[:, 32:] = 0
    return np.concatenate([plain(RED), alpha], axis=2)


def plant(path: Path) -> Path:
    """A pot, and beside it a cube of leaves, over one image: the pot's material ignores its alpha."""
    file = Written()
    colour = {"metallicFactor": 0, "baseColorTexture": {"index": file.texture(png(leaves()))}}
    pot = file.add("materials", pbrMetallicRoughness=colour)
    leaf = file.add("materials", pbrMetallicRoughness=colour, alphaMode="MASK", alphaCutoff=0.25, doubleSided=True)
    for k, material in enumerate((leaf, pot)):
        own = cube()[2] * np.float32((1, 0.5)) + np.float32((0, k / 2))
        file.node(file.mesh(material, laid=False, TEXCOORD_0=file.accessor(own)), translation=[2 * k, 0, 0])
    return file.glb(path)


def of_material(tmp_path: Path, pbr: dict[str, Any] | None = None, **said: Any) -> Incoming:
    """A cube of one material, read."""
    file = Written()
    file.node(file.mesh(file.add("materials", pbrMetallicRoughness={"metallicFactor": 0, **(pbr or {})}, **said)))
    return read_object(str(file.glb(tmp_path / "a.glb")), 64)


def values_on(found: Incoming, image: np.ndarray) -> np.ndarray:
    """(F, ...) an image's values in the middle of each face."""
    u, v = found.uvs.mean(1).T
    return image[((1 - v) * len(image)).astype(int), (u * len(image)).astype(int)]


def refined(mesh: Path, job: Path, prior: GaussianPrior, **more: Any) -> tuple[list[Any], Path]:
    job.mkdir()
    return list(
        refine(Refine(mesh=str(mesh), prompt="a blue ball", quality=QUALITY, **more), job, prior)
    ), job / "result"


def test_leaves_come_back_cut_out(tmp_path: Path, prior: GaussianPrior) -> None:
    """Pot and leaves keep their UVs, how they are drawn and their alpha through a refinement, and through reading its file
    again; the pot is whole where the leaves' alpha is 0. No note says that anything is lost; one, that it is shown whole."""
    before = read_object(str(plant(tmp_path / "in.glb")), 128)
    events, result = refined(tmp_path / "in.glb", tmp_path / "job", prior)
    after = read_object(str(result / "prop.glb"), 128)
    for found in (before, after):
        assert not found.relaid and found.notes == () and found.drawn.which is not None
        drawn = [found.drawn.drawings[k] for k in found.drawn.which]
        assert drawn == [LEAF] * 12 + [Drawing()] * 12
        assert found.textures.alpha is not None
    assert before.textures.alpha is not None and after.textures.alpha is not None
    np.testing.assert_array_equal(before.textures.alpha, after.textures.alpha)
    leaf, pot = np.split(values_on(before, before.textures.alpha), 2)
    assert set(leaf) == {0, 255} and set(pot) == {255}
    with np.load(result / "mesh.npz") as mesh:
        for name in ("vertices", "faces", "uvs"):
            assert mesh[name].tobytes() == getattr(before, name).tobytes(), name
    assert [event.code for event in events if isinstance(event, Note)] == ["shown-whole"]
    assert Image.open(result / "base_color.png").mode == "RGBA"


def test_each_part_of_a_mixed_file_is_drawn_its_own_way(tmp_path: Path, prior: GaussianPrior) -> None:
    """The file has two primitives over the same vertices, with the leaves' faces in the masked one alone."""
    mesh = plant(tmp_path / "in.glb")
    _, result = refined(mesh, tmp_path / "job", prior)
    file = open_gltf(result / "prop.glb")
    masked, whole = file.tree["materials"]
    assert (masked["alphaMode"], masked["alphaCutoff"], masked["doubleSided"]) == ("MASK", 0.25, True)
    assert "alphaMode" not in whole and "doubleSided" not in whole
    assert masked["pbrMetallicRoughness"] == whole["pbrMetallicRoughness"]
    for (part, _), beyond in zip(file.primitives(), (False, True), strict=True):
        corners = file.triangles(part)
        assert corners.shape == (12, 3)
        assert ((file.accessor(part["attributes"]["POSITION"])[corners][..., 0] > 1) == beyond).all()
    assert report_on(result / "prop.glb")["issues"]["messages"] == []


def test_plain_files_gain_nothing(tmp_path: Path, prior: GaussianPrior) -> None:
    """Of an opaque, one-sided object whose image has an alpha that is not meant, no map and no field comes of it."""
    file = Written()
    file.node(file.mesh(file.material(leaves())))
    events, result = refined(file.glb(tmp_path / "in.glb"), tmp_path / "job", prior)
    assert not any(isinstance(event, Note) for event in events)
    tree = open_gltf(result / "prop.glb").tree
    assert Image.open(result / "base_color.png").mode == "RGB"
    assert set(tree["materials"][0]) == {"name", "pbrMetallicRoughness", "normalTexture"}
    assert len(tree["images"]) == 3 and "extensionsUsed" not in tree and len(tree["accessors"]) == 5
    assert not (result / "emission.png").exists() and not (result / "occlusion.png").exists()


@pytest.mark.parametrize("glossy", [False, True])
def test_alpha_is_the_textures_times_the_factors_and_the_corners(tmp_path: Path, glossy: bool) -> None:
    """Half clear by its factor, and half of that again by its vertices; the colours under it are not touched by that."""
    file, tint = Written(), np.ones((36, 4), np.float32)
    tint[:18, 3] = 0.5
    texture, factor = {"index": file.texture(png(leaves()))}, [1, 1, 1, 0.5]
    if glossy:
        said = {"diffuseTexture": texture, "diffuseFactor": factor, "specularFactor": [0.04] * 3}
        material = file.add("materials", alphaMode="BLEND", extensions={"KHR_materials_pbrSpecularGlossiness": said})
    else:
        pbr = {"metallicFactor": 0, "baseColorTexture": texture, "baseColorFactor": factor}
        material = file.add("materials", alphaMode="BLEND", pbrMetallicRoughness=pbr)
    file.node(file.mesh(material, COLOR_0=file.accessor(tint)))
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    assert found.drawn.drawings == (Drawing("BLEND"),) and found.textures.alpha is not None
    assert not found.relaid and "vertex-colours" not in dict(found.notes)
    alpha = values_on(found, found.textures.alpha)
    assert set(alpha[:6]) <= {0, 64} and set(alpha[6:]) <= {0, 128} and set(alpha) == {0, 64, 128}
    np.testing.assert_allclose(found.textures.base_colour.astype(int), np.broadcast_to(RED, (64, 64, 3)), atol=3)


def test_colours_under_clear_texels_outlive_a_reduction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large texture is reduced without its clear texels turning black, which would show as dark rims."""
    monkeypatch.setattr(gltf_looks, "LARGEST_PX", 32)
    file = Written()
    colour = {"baseColorTexture": {"index": file.texture(png(leaves()))}}
    file.node(file.mesh(file.add("materials", alphaMode="MASK", pbrMetallicRoughness=colour)))
    maps = read_object(str(file.glb(tmp_path / "a.glb")), 64).textures
    assert (maps.base_colour == RED).all() and maps.alpha is not None
    assert (maps.alpha[:, :28] == 255).all() and not maps.alpha[:, 36:].any()


def test_emission_comes_back_as_bright(tmp_path: Path, prior: GaussianPrior) -> None:
    """Of two lamps over one colour, one four times as strong, each shines in the refined file as in its own, in linear light;
    its UVs stay."""
    file = Written()
    glow = {"index": file.texture(png(halves()))}
    for k, strength in enumerate((4.0, 1.0)):
        lamp = file.add("materials", emissiveTexture=glow, emissiveFactor=[1, 0.5, 1], pbrMetallicRoughness={"metallicFactor": 0},
                        extensions={BRIGHT: {"emissiveStrength": strength}})  # fmt: skip
        own = cube()[2] * np.float32((1, 0.5)) + np.float32((0, k / 2))
        file.node(file.mesh(lamp, laid=False, TEXCOORD_0=file.accessor(own)), translation=[2 * k, 0, 0])
    source = file.glb(tmp_path / "in.glb")
    before = read_object(str(source), 64)
    assert not before.relaid
    _, result = refined(source, tmp_path / "job", prior)
    material = open_gltf(result / "prop.glb").tree["materials"][0]
    assert material["emissiveFactor"] == [1, 1, 1] and material["extensions"][BRIGHT]["emissiveStrength"] == 4
    with Image.open(result / "emission.png") as image:
        seen = values_on(before, np.asarray(image)).astype(np.float64) / 255
    linear = lambda srgb: np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    right = (before.uvs.mean(1)[:, 0] > 0.5)[:, None]
    wanted = linear(np.where(right, BLUE, RED) / 255) * (1, 0.5, 1) * np.repeat([4, 1], 12)[:, None]
    np.testing.assert_allclose(4 * linear(seen), wanted, atol=0.03)
    assert report_on(result / "prop.glb")["issues"]["messages"] == []


def test_a_weak_emission_stays_weak(tmp_path: Path, prior: GaussianPrior) -> None:
    """A factor below 1 is kept as the factor, so that its map's bytes stay; a map without a factor is no emission."""
    file = Written()
    glow = {"index": file.texture(png(halves()))}
    colour = {"baseColorTexture": {"index": file.texture(png(plain(RED)))}}
    file.node(
        file.mesh(file.add("materials", emissiveTexture=glow, emissiveFactor=[0.2] * 3, pbrMetallicRoughness=colour))
    )
    _, result = refined(file.glb(tmp_path / "in.glb"), tmp_path / "job", prior)
    tree = open_gltf(result / "prop.glb").tree
    assert tree["materials"][0]["emissiveFactor"] == [0.2] * 3 and "extensionsUsed" not in tree
    with Image.open(result / "emission.png") as image:
        np.testing.assert_array_equal(np.asarray(image), halves())
    assert of_material(tmp_path, emissiveTexture=glow).textures.emission is None


def test_occlusion_is_its_map_as_strong_as_it_is(tmp_path: Path, prior: GaussianPrior) -> None:
    """The red of the occlusion map at half its strength becomes the red of the packed map, which the material names."""
    file = Written()
    hidden = {"index": file.texture(png(plain((55, 200, 9)))), "strength": 0.5}
    file.node(file.mesh(file.add("materials", occlusionTexture=hidden, pbrMetallicRoughness={"metallicFactor": 0})))
    _, result = refined(file.glb(tmp_path / "in.glb"), tmp_path / "job", prior)
    again = open_gltf(result / "prop.glb")
    assert again.tree["materials"][0]["occlusionTexture"] == {"index": 1}
    found = read_object(str(result / "prop.glb"), 64).textures
    assert found.occlusion is not None and (found.occlusion == 155).all()
    assert report_on(result / "prop.glb")["issues"]["messages"] == []


def test_maps_over_other_uvs_are_left_out_and_said(tmp_path: Path) -> None:
    """Emission and occlusion over a second UV map are left out, by name, and do not shine or darken all over."""
    file = Written()
    colour, other = {"index": file.texture(png(plain(RED)))}, {"index": file.texture(png(halves())), "texCoord": 1}
    material = file.add(
        "materials", emissiveFactor=[1, 1, 1], emissiveTexture=other, occlusionTexture=other,
        pbrMetallicRoughness={"baseColorTexture": colour, "metallicFactor": 0, "roughnessFactor": 0.25},
    )  # fmt: skip
    file.node(file.mesh(material, TEXCOORD_1=file.accessor(cube()[2])))
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    assert "emission and of occlusion" in dict(found.notes)["maps-left-out"]
    assert found.textures.emission is None and found.textures.occlusion is None
    assert (found.textures.roughness == 64).all()


def test_a_new_shape_says_what_it_does_not_keep(tmp_path: Path, prior: GaussianPrior) -> None:
    """With a new shape the leaves' mask is named as lost, and the file has one opaque material without alpha."""
    events, result = refined(plant(tmp_path / "in.glb"), tmp_path / "job", prior, mode="shape")
    said = [event.message for event in events if isinstance(event, Note) and event.code == "glb-left-behind"]
    assert said == ["A new shape does not keep its transparency, double-sidedness."]
    assert len(open_gltf(result / "prop.glb").tree["materials"]) == 1
    assert Image.open(result / "base_color.png").mode == "RGB"


@pytest.mark.parametrize(
    "said",
    [
        {"alphaMode": "MASK", "alphaCutoff": float("nan")},
        {"alphaMode": "MASK", "alphaCutoff": "half"},
        {"emissiveFactor": [1, float("inf"), 0]},
        {"emissiveFactor": [1]},
        {"emissiveFactor": [1, 1, 1], "extensions": {BRIGHT: {"emissiveStrength": "high"}}},
    ],
)
def test_what_is_no_number_is_refused_at_once(tmp_path: Path, said: dict[str, Any]) -> None:
    """Not when the file is written, after all the work."""
    with pytest.raises(PropsmithError) as caught:
        of_material(tmp_path, **said)
    assert caught.value.code == "mesh-unreadable"
