"""The files: what is read back equals what was written, in metres, the right way up, all or nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from backend.errors import PropsmithError
from backend.export import landed, write_prop
from backend.glb import glb_bytes
from backend.textures import Textures
from backend.unwrap import unwrap
from tests.backend.analytic_props import MUG, mesh_of


@pytest.fixture(scope="module")
def prop() -> tuple[np.ndarray, np.ndarray, np.ndarray, Textures]:
    vertices, faces = mesh_of(MUG, 24)
    rng = np.random.default_rng(0)
    image = lambda *shape: rng.integers(0, 255, shape, dtype=np.uint8)
    normal = np.broadcast_to(np.array([128, 128, 255], np.uint8), (64, 64, 3)).copy()
    return vertices, faces, unwrap(vertices, faces), Textures(image(64, 64, 3), normal, image(64, 64), image(64, 64))


@pytest.fixture(scope="module")
def written(prop, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("job") / "result"
    write_prop(folder, *prop, 1.7, {"prompt": "a mug", "seed": 3, "settings": {"detail": 1.0}})
    return folder


def test_the_longest_side_is_the_size_and_the_origin_is_bottom_centre(written):
    """In metres, the box's longest side is size_m, its bottom's centre the origin."""
    vertices = np.load(written / "mesh.npz")["vertices"]
    low, high = vertices.min(0), vertices.max(0)
    np.testing.assert_allclose((high - low).max(), 1.7, rtol=1e-5)
    np.testing.assert_allclose([*(low + high)[:2], low[2]], 0.0, atol=1e-5)
    assert vertices.dtype == np.float32


def test_the_glb_reads_back_as_the_same_surface(prop, written):
    """trimesh reads from prop.glb every corner's place and UV that mesh.npz holds (Y up there, Z up here)."""
    scene = trimesh.load(written / "prop.glb")
    (loaded,) = scene.geometry.values()
    data = np.load(written / "mesh.npz")
    back = np.stack([loaded.vertices[:, 0], -loaded.vertices[:, 2], loaded.vertices[:, 1]], axis=1)
    np.testing.assert_allclose(back[loaded.faces], data["vertices"][data["faces"]], atol=1e-6)
    np.testing.assert_allclose(loaded.visual.uv[loaded.faces], data["uvs"], atol=1e-6)  # trimesh turns V up again
    loaded_normals = loaded.vertex_normals[loaded.faces].mean(1)
    assert (np.einsum("fk,fk->f", loaded_normals, loaded.face_normals) > 0.3).mean() > 0.99


def test_the_glb_holds_the_same_maps_as_the_folder(prop, written):
    """Base colour is equal; green is roughness and blue is metallic."""
    (loaded,) = trimesh.load(written / "prop.glb").geometry.values()
    material = loaded.visual.material
    read = lambda name: np.asarray(Image.open(written / name))
    assert np.array_equal(np.asarray(material.baseColorTexture)[..., :3], read("base_color.png"))
    packed = np.asarray(material.metallicRoughnessTexture)
    assert np.array_equal(packed[..., 1], read("roughness.png"))
    assert np.array_equal(packed[..., 2], read("metallic.png"))
    assert np.array_equal(np.asarray(material.normalTexture)[..., :3], read("normal.png"))


def test_glb_chunks_are_aligned_and_tangents_are_unit_and_perpendicular(prop):
    """Every buffer view starts on 4 bytes, and TANGENT is what the validator wants of it."""
    vertices, faces, uvs, textures = prop
    png = io.BytesIO()
    Image.fromarray(textures.base_colour).save(png, format="PNG")
    data = glb_bytes(landed(vertices, 1.0), faces, uvs, (png.getvalue(), textures.normal, png.getvalue()), "x")
    length = int.from_bytes(data[12:16], "little")
    document, binary = json.loads(data[20 : 20 + length]), data[28 + length :]
    assert len(data) == int.from_bytes(data[8:12], "little") and len(data) % 4 == 0
    assert all(view["byteOffset"] % 4 == 0 for view in document["bufferViews"])

    def accessor(name: str) -> np.ndarray:
        found = document["accessors"][document["meshes"][0]["primitives"][0]["attributes"][name]]
        view = document["bufferViews"][found["bufferView"]]
        at = view["byteOffset"]
        return np.frombuffer(binary[at : at + view["byteLength"]], "<f4").reshape(found["count"], -1)

    normal, tangent = accessor("NORMAL"), accessor("TANGENT")
    np.testing.assert_allclose(np.linalg.norm(tangent[:, :3], axis=1), 1.0, atol=1e-4)
    np.testing.assert_allclose(np.einsum("mk,mk->m", normal, tangent[:, :3]), 0.0, atol=2e-3)
    assert set(np.unique(tangent[:, 3])) <= {-1.0, 1.0}


def test_prop_json_records_the_request_and_the_figures(prop, written):
    """prop.json holds what was asked for and how large the result is."""
    record = json.loads((written / "prop.json").read_text(encoding="utf-8"))
    assert record["prompt"] == "a mug" and record["seed"] == 3
    assert record["mesh"]["faces"] == len(prop[1]) and record["mesh"]["texture_px"] == 64
    assert sorted(p.name for p in written.iterdir()) == sorted(
        ["mesh.npz", "base_color.png", "normal.png", "roughness.png", "metallic.png", "edges.png", "prop.glb"]
        + ["prop.json", "thumbnail.png"]
    )


def test_a_crash_leaves_neither_half_a_result_nor_rubbish(prop, tmp_path):
    """A fact that JSON cannot hold stops the writing; the old result is untouched and no staging folder stays."""
    folder = tmp_path / "result"
    write_prop(folder, *prop, 1.0, {"prompt": "old"})
    with pytest.raises(ValueError):
        write_prop(folder, *prop, 1.0, {"prompt": "new", "score": float("nan")})
    assert json.loads((folder / "prop.json").read_text())["prompt"] == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["result"]


def test_a_mesh_without_extent_is_refused():
    """All vertices in one place is "mesh-invalid"."""
    with pytest.raises(PropsmithError) as caught:
        landed(np.zeros((4, 3), np.float32), 1.0)
    assert caught.value.code == "mesh-invalid"
