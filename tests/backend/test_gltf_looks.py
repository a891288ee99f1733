"""A glTF's materials: how their maps lie, go on and are scaled, as the specification has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.gltf import Gltf
from backend.gltf_looks import Mapping, mapping_of, wrapped
from backend.incoming import read_object
from backend.textures import normal_to_bytes

from .gltf_files import BLUE, RED, Written, cube, halves, plain, png


def colours_on(file: Path, texture_px: int = 128) -> np.ndarray:
    """(F, 3) the base colour in the middle of each face."""
    found = read_object(str(file), texture_px)
    size, (u, v) = len(found.textures.base_colour), found.uvs.mean(1).T
    return found.textures.base_colour[((1 - v) * size).astype(int), (u * size).astype(int)]


def laid(tmp_path: Path, uvs: np.ndarray, info: dict[str, Any] | None = None, **attributes: np.ndarray) -> Path:
    """A cube with a texture, red on the left and blue on the right, over `uvs` (36, 2), V down."""
    file = Written()
    texture = {"index": file.texture(png(halves())), **(info or {})}
    accessors = {name: file.accessor(values) for name, values in attributes.items()}
    material = file.material(baseColorTexture=texture)
    file.node(file.mesh(material, TEXCOORD_0=file.accessor(uvs.astype(np.float32)), **accessors))
    return file.glb(tmp_path / "a.glb")


def test_a_texture_that_is_moved_is_looked_up_there(tmp_path: Path) -> None:
    """KHR_texture_transform's scale brings all of a cube onto the red half, its offset onto the blue one."""
    for offset, colour in (([0, 0], RED), ([0.5, 0], BLUE)):
        moved = {"extensions": {"KHR_texture_transform": {"scale": [0.5, 1], "offset": offset}}}
        assert (colours_on(laid(tmp_path, cube()[2], moved)) == colour).all()


def test_a_texture_is_turned_as_the_specification_has_it() -> None:
    """Scale, then turn, then offset, as the product of the extension's three matrices."""
    turn, scale, offset = 0.3, (2.0, 0.5), (0.1, 0.7)
    move, spin = np.eye(3), np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    move[:2, 2] = offset
    whole = move @ spin @ np.diag([*scale, 1])
    texture = {
        "index": 0,
        "extensions": {"KHR_texture_transform": {"rotation": turn, "scale": scale, "offset": offset}},
    }
    mapping = mapping_of(Gltf(Path(), {"textures": [{}]}, b""), texture)
    uvs = np.random.default_rng(0).random((5, 2))
    wanted = np.concatenate([uvs, np.ones((5, 1))], axis=1) @ whole.T
    np.testing.assert_allclose(mapping.placed(uvs), wanted[:, :2] * (1, -1) + (0, 1), atol=1e-6)


@pytest.mark.parametrize("by_extension", [False, True])
def test_a_texture_on_the_second_uv_map_is_looked_up_there(tmp_path: Path, by_extension: bool) -> None:
    """texCoord 1, the texture's own or the extension's, takes the second UV map, and that one becomes the object's."""
    second = cube()[2] * np.float32((0.5, 1))
    info: dict[str, Any] = {"texCoord": 1}
    if by_extension:
        info = {"extensions": {"KHR_texture_transform": {"texCoord": 1}}}
    path = laid(tmp_path, cube()[2], info, TEXCOORD_1=second)
    assert (colours_on(path) == RED).all()
    found = read_object(str(path))
    assert found.uvs[..., 0].max() <= 0.5 and "2 UV maps" in dict(found.notes)["uv-maps"]


def test_maps_that_lie_otherwise_are_left_out_and_said(tmp_path: Path) -> None:
    """A roughness map on the second UV map of colours on the first is left out, and does not leave a mirror behind."""
    file = Written()
    colours, rough = {"index": file.texture(png(plain(RED)))}, {"index": file.texture(png(halves())), "texCoord": 1}
    material = file.add(
        "materials", pbrMetallicRoughness={"baseColorTexture": colours, "metallicRoughnessTexture": rough}
    )
    file.node(file.mesh(material, TEXCOORD_1=file.accessor(cube()[2])))
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    assert "roughness" in dict(found.notes)["maps-left-out"]
    assert (
        not found.textures.metallic.any()
        and np.ptp(found.textures.roughness) == 0
        and found.textures.roughness[0, 0] > 100
    )


def test_a_normal_maps_scale_is_heeded(tmp_path: Path) -> None:
    """normalTexture.scale 0.1 makes slopes a tenth; 1 leaves every byte."""
    slope = np.array([0.6, 0.0, 0.8])
    for scale in (1.0, 0.1):
        file = Written()
        bumps = file.texture(png(plain(tuple(normal_to_bytes(slope)))))
        material = file.material(plain(RED))
        file.tree["materials"][material]["normalTexture"] = {"index": bumps, "scale": scale}
        file.node(file.mesh(material))
        normals = read_object(str(file.glb(tmp_path / "a.glb")), 64).textures.normal
        wanted = slope * (scale, scale, 1)
        np.testing.assert_allclose(normals[0, 0].astype(int), normal_to_bytes(wanted / np.linalg.norm(wanted)), atol=1)


def test_a_texture_is_multiplied_by_its_factor_in_linear_light(tmp_path: Path) -> None:
    """A grey texture of sRGB 60, which is dark, times a half is what half of its light is, not 60 times the half's sRGB."""
    file = Written()
    texture = {"index": file.texture(png(plain((60, 60, 60))))}
    file.node(file.mesh(file.material(baseColorTexture=texture, baseColorFactor=[0.5, 0.1, 1, 1])))
    light = ((60 / 255 + 0.055) / 1.055) ** 2.4 * np.array([0.5, 0.1, 1])
    wanted = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    found = colours_on(file.glb(tmp_path / "a.glb"))
    assert np.abs(found[..., :3].astype(float) - wanted).max() <= 1


def test_textures_go_on_as_their_sampler_says(tmp_path: Path) -> None:
    """A cube whose UVs lie right of the texture is blue where it is clamped, and both colours where it repeats."""
    for wrap, only_blue in ((33071, True), (10497, False)):
        file = Written()
        texture = file.texture(png(halves()), sampler=file.add("samplers", wrapS=wrap))
        shifted = file.accessor(cube()[2] + np.float32((2, 0)))
        file.node(file.mesh(file.material(baseColorTexture={"index": texture}), TEXCOORD_0=shifted))
        assert (colours_on(file.glb(tmp_path / "a.glb")) == BLUE).all() == only_blue


def test_wrapping() -> None:
    """Repeat, clamp and mirror, along each axis by itself, against the values that OpenGL has."""
    at = np.array([-1.2, -0.2, 0.3, 1.2, 2.3])
    for way, wanted in (
        ("repeat", (0.8, 0.8, 0.3, 0.2, 0.3)),
        ("clamp", (0, 0, 0.3, 1, 1)),
        ("mirror", (0.8, 0.2, 0.3, 0.8, 0.3)),
    ):
        uvs = wrapped(np.stack([at, np.full(5, 1.25)], axis=1), (way, "clamp"))
        np.testing.assert_allclose(uvs, np.stack([wanted, np.ones(5)], axis=1), atol=1e-9)
    assert Mapping().wrap == ("repeat", "repeat")


def test_specular_and_glossiness_become_metallic_and_roughness(tmp_path: Path) -> None:
    """A painted material keeps its diffuse colour and becomes no metal; one of bright specular colour becomes that metal."""
    for specular, colour, metal in (([0.04] * 3, RED, 0), ([1.0, 0.8, 0.3], (255, 231, 149), 255)):
        file = Written()
        said = {"diffuseTexture": {"index": file.texture(png(plain(RED)))}, "specularFactor": specular}
        said["glossinessFactor"] = 0.3
        extensions = {"KHR_materials_pbrSpecularGlossiness": said}
        file.node(file.mesh(file.add("materials", extensions=extensions)))
        found = read_object(str(file.glb(tmp_path / "a.glb")), 64).textures
        np.testing.assert_allclose(found.base_colour.astype(int), np.broadcast_to(colour, (64, 64, 3)), atol=3)
        assert (found.metallic == metal).all() and abs(int(found.roughness[0, 0]) - 178) <= 1
