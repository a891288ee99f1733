"""A file's own shading: smooth normals of hard bends come back from a refinement of the texture as they were."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from trimesh.visual import TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend.export import Own, write_files
from backend.incoming import read_object
from backend.priors.gaussian import GaussianPrior
from backend.protocol import Refine
from backend.refine import refine
from tests.backend.gltf_files import Written, cube
from tests.backend.test_refine import QUALITY

SIDES = 6


def tube(broken: bool = False) -> trimesh.Trimesh:
    """A six-sided tube along Y, smooth around; broken: one of its normals is zero."""
    angle = np.arange(SIDES + 1) * 2 * np.pi / SIDES
    ring = np.stack([np.cos(angle), np.zeros(SIDES + 1), np.sin(angle)], 1)
    vertices = np.concatenate([ring, ring + (0, 2, 0)])
    normals = np.concatenate([ring, ring])
    if broken:
        normals[2] = 0
    one = np.arange(SIDES)
    faces = np.concatenate([np.stack([one, one + 7, one + 1], 1), np.stack([one + 1, one + 7, one + 8], 1)])
    uv = np.stack([np.tile(np.arange(7) / 6, 2), np.repeat([0.0, 1.0], 7)], 1)
    mesh = trimesh.Trimesh(vertices, faces, vertex_normals=normals, process=False)
    material = PBRMaterial(baseColorTexture=Image.new("RGB", (128, 128), (200, 60, 50)), metallicFactor=0.0)
    mesh.visual = TextureVisuals(uv=uv, material=material)
    return mesh


def file_of(mesh: trimesh.Trimesh, path: Path) -> Path:
    path.write_bytes(trimesh.Scene([mesh]).export(file_type="glb", include_normals=True))
    return path


def in_file(path: Path) -> trimesh.Trimesh:
    (mesh,) = trimesh.load_scene(path, process=False).geometry.values()
    return mesh


def test_smooth_normals_come_back(tmp_path: Path, prior: GaussianPrior) -> None:
    """Refined by its texture, the tube has the 14 vertices and the round normals of its file, and its picture is that of a
    round thing; in Blender's axes the normals point outwards."""
    source = file_of(tube(), tmp_path / "in.glb")
    found = read_object(str(source), 128)
    assert found.normals is not None
    outward = found.vertices[found.faces] * (1, 1, 0)
    np.testing.assert_allclose(found.normals, outward, atol=1e-5)
    job = tmp_path / "job"
    job.mkdir()
    list(refine(Refine(mesh=str(source), prompt="a red ball", quality=QUALITY), job, prior))
    result = in_file(job / "result" / "prop.glb")
    assert len(result.vertices) == 14
    np.testing.assert_allclose(result.vertex_normals, result.vertices * (1, 0, 1), atol=1e-5)
    assert json.loads((job / "result" / "prop.json").read_text())["mesh"]["size_m"] == pytest.approx(
        [2, 1.732, 2], abs=0.01
    )
    made = {"prompt": "a tube"}
    arrays = (found.vertices, found.faces, found.uvs, found.textures)
    write_files(tmp_path / "round", *arrays, made, Own(found.normals))
    write_files(tmp_path / "creased", *arrays, made)
    seen = [np.asarray(Image.open(tmp_path / name / "thumbnail.png")).astype(int) for name in ("round", "creased")]
    assert np.abs(seen[0] - seen[1]).max() > 10


def test_normals_that_are_none_are_made(tmp_path: Path) -> None:
    """Where a normal of the file has no length, that of the bend stands in; the others stay."""
    found = read_object(str(file_of(tube(broken=True), tmp_path / "in.glb")), 128)
    write_files(
        tmp_path / "result", found.vertices, found.faces, found.uvs, found.textures, {"prompt": "x"}, Own(found.normals)
    )
    result = in_file(tmp_path / "result" / "prop.glb")
    np.testing.assert_allclose(np.linalg.norm(result.vertex_normals, axis=1), 1, atol=1e-4)
    away = np.abs(result.vertex_normals - result.vertices * (1, 0, 1)).max(1) > 0.01
    assert 0 < away.sum() <= 3


def test_normals_are_turned_with_their_node(tmp_path: Path) -> None:
    """A flat-shaded cube that its node mirrors and shears is still shaded flat: each corner has its face's normal; a part
    without normals changes nothing of that."""
    file, vertices = Written(), cube()[0].reshape(12, 3, 3)
    flat = np.cross(vertices[:, 1] - vertices[:, 0], vertices[:, 2] - vertices[:, 0])
    normals = file.accessor(np.repeat(flat / np.linalg.norm(flat, axis=1, keepdims=True), 3, axis=0).astype(np.float32))
    matrix = np.array([[0, 2, 0, 0], [1, 0, 0, 0], [0, 0.5, 1, 0], [0, 0, 0, 1]])
    file.node(file.mesh(NORMAL=normals), matrix=matrix.T.reshape(-1).tolist())
    found = read_object(str(file.glb(tmp_path / "in.glb")), 64)
    corners = found.vertices[found.faces]
    wanted = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert found.normals is not None
    np.testing.assert_allclose(found.normals, np.repeat(wanted[:, None], 3, axis=1), atol=1e-4)
    file.node(file.mesh(), translation=[3, 0, 0])
    beside = read_object(str(file.glb(tmp_path / "in.glb")), 64).normals
    assert beside is not None and not beside[12:].any()
    np.testing.assert_array_equal(beside[:12], found.normals)
