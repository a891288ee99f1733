"""Vertices that a file splits for its normals and UVs: layouts and shading go by the surface, hard edges stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh
from trimesh.visual import TextureVisuals

from backend.errors import PropsmithError
from backend.incoming import Incoming, read_object
from backend.shading import corner_normals, face_normals
from backend.unwrap import unwrap
from backend.welding import over_places, places


def read_back(mesh: trimesh.Trimesh, folder: Path, normals: bool) -> Incoming:
    """The mesh by way of a GLB, with or without its normals in the file."""
    file = folder / "in.glb"
    file.write_bytes(trimesh.Scene([mesh]).export(file_type="glb", include_normals=normals))
    return read_object(str(file), texture_px=128)


def split(ball: trimesh.Trimesh) -> trimesh.Trimesh:
    """Every corner a vertex of its own, as flat shading makes them."""
    corners = np.asarray(ball.vertices)[ball.faces].reshape(-1, 3)
    return trimesh.Trimesh(
        corners, np.arange(len(corners)).reshape(-1, 3), process=False,
        vertex_normals=np.repeat(np.asarray(ball.face_normals), 3, axis=0),
    )  # fmt: skip


def covered(uvs: np.ndarray) -> float:
    a, b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    return float(0.5 * np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum())


@pytest.mark.parametrize("normals", [False, True])
def test_a_flat_shaded_model_is_laid_out_in_few_charts(tmp_path: Path, normals: bool) -> None:
    """A ball of 5,120 faces, each with vertices of its own, fills its new texture as the same ball of shared ones does."""
    ball = trimesh.creation.icosphere(4)
    found = read_back(split(ball), tmp_path, normals)
    shared = covered(unwrap(np.asarray(ball.vertices, np.float32), np.asarray(ball.faces)))
    assert found.relaid and len(found.faces) == 5120
    assert covered(found.uvs) > 0.9 * shared > 0.4


def test_flat_shading_stays_flat(tmp_path: Path) -> None:
    """Facets that the file shades flat are not smoothed, though they turn by less than a crease; without normals they are."""
    flat = split(trimesh.creation.icosphere(2))
    found = read_back(flat, tmp_path, normals=True)
    own = face_normals(found.vertices[found.faces])[0]
    np.testing.assert_allclose(corner_normals(found.vertices, found.faces), np.repeat(own[:, None], 3, 1), atol=1e-5)
    assert len(read_back(flat, tmp_path, normals=False).vertices) == len(trimesh.creation.icosphere(2).vertices)


@pytest.mark.parametrize("normals", [False, True])
def test_a_uv_seam_is_no_shading_seam(tmp_path: Path, normals: bool) -> None:
    """A smooth ball whose vertices are split where its UVs are cut keeps its UVs, and has one normal at each place."""
    ball = trimesh.creation.icosphere(3)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces)
    uvs = unwrap(vertices.astype(np.float32), faces)
    key = np.concatenate([faces.reshape(-1, 1), uvs.reshape(-1, 2)], axis=1)
    _, first, index = np.unique(key, axis=0, return_index=True, return_inverse=True)
    points = vertices[faces.reshape(-1)[first]]
    cut = trimesh.Trimesh(points, index.reshape(-1, 3), process=False, vertex_normals=points)
    cut.visual = TextureVisuals(uv=uvs.reshape(-1, 2)[first])
    found = read_back(cut, tmp_path, normals)
    assert not found.relaid and len(points) > len(vertices)
    np.testing.assert_allclose(found.uvs, uvs, atol=1e-6)
    place = places(found.vertices, found.faces)[found.faces].reshape(-1)
    shading = corner_normals(found.vertices, found.faces).reshape(-1, 3)
    low, high = np.full((place.max() + 1, 3), np.inf), np.full((place.max() + 1, 3), -np.inf)
    np.minimum.at(low, place, shading)
    np.maximum.at(high, place, shading)
    assert (high - low).max() < 1e-5


def test_normals_are_compared_as_they_stand_in_the_scene(tmp_path: Path) -> None:
    """Two triangles that meet are one surface though the one's node turns and stretches it: four vertices, not six."""
    place = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 2, 0, 0], [0, 0, 0, 1]], float)
    normals, scene = np.tile((0.6, 0.0, 0.8), (3, 1)), trimesh.Scene()
    for corners, node in (([[0, 0, 0], [1, 0, 0], [0, 2, 0]], np.eye(4)), ([[1, 0, 0], [1, 2, 0], [0, 2, 0]], place)):
        own, across = np.array(corners) @ np.linalg.inv(node[:3, :3]).T, normals @ node[:3, :3]
        across = across / np.linalg.norm(across, axis=1, keepdims=True)
        mesh = trimesh.Trimesh(own, [[0, 1, 2]], vertex_normals=across, process=False)
        scene.add_geometry(mesh, transform=node)
    file = tmp_path / "in.glb"
    file.write_bytes(scene.export(file_type="glb", include_normals=True))
    assert len(read_object(str(file), texture_px=128).vertices) == 4


def test_the_vertex_of_a_place_is_one_that_a_face_uses() -> None:
    """A stray vertex that no face uses stands for no corner of the surface."""
    vertices = np.array(
        [[np.nan, 0, 0], [9, 9, 9], [0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32
    )
    faces = over_places(vertices, np.array([[2, 3, 4], [5, 6, 7]]))
    assert faces.tolist() == [[2, 3, 4], [3, 6, 4]]


def test_a_face_of_a_vertex_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A GLB whose index points beyond its vertices is refused as before anything is welded."""
    file = tmp_path / "in.glb"
    data = bytearray(trimesh.Scene([trimesh.creation.box()]).export(file_type="glb"))
    start = data.index(b"BIN\0") + 4  # trimesh writes the indices first
    data[start : start + 4] = (99).to_bytes(4, "little")
    file.write_bytes(data)
    with pytest.raises(PropsmithError, match="does not exist"):
        read_object(str(file))
