"""The UV layout: no overlaps, even density, room between charts, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from backend.errors import PropsmithError
from backend.rasterise import spans
from backend.shading import face_normals
from backend.unwrap import texel_density, unwrap
from tests.backend.analytic_props import MUG, TABLE, mesh_of


@pytest.fixture(scope="module", params=["table", "mug"])
def prop(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    vertices, faces = mesh_of({"table": TABLE, "mug": MUG}[request.param], 56)
    return vertices, faces, unwrap(vertices, faces)


def uv_areas(uvs: np.ndarray) -> np.ndarray:
    a, b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    return 0.5 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def charts_of(uvs: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) chart numbers by a slow twin: faces that share a vertex at the same UV lie in one chart."""
    parent = list(range(len(faces)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    owner: dict[tuple, int] = {}
    for face in range(len(faces)):
        for corner in range(3):
            key = (int(faces[face, corner]), *uvs[face, corner].tolist())
            parent[root(face)] = root(owner.setdefault(key, face))
    return np.array([root(i) for i in range(len(faces))])


def overlap_share(uvs: np.ndarray, size_px: int = 700) -> float:
    row, column, _ = spans(uvs, size_px)
    return 1 - len(np.unique(row * size_px + column)) / len(row)


def test_charts_do_not_overlap(prop):
    """Less than 1 % of the texels lie under two faces, and no face is mirrored."""
    _, _, uvs = prop
    assert uvs.dtype == np.float32 and uvs.min() >= 0 and uvs.max() <= 1
    assert overlap_share(uvs) < 0.01
    assert (uv_areas(uvs) > -1e-9).all()


def test_texel_density_is_even(prop):
    """Nine tenths of the surface have a texel density within a factor of 2 of each other."""
    vertices, faces, uvs = prop
    _, areas = face_normals(vertices[faces])
    wide = areas > 1e-9
    density = uv_areas(uvs)[wide] / areas[wide]
    order = np.argsort(density)
    share = np.cumsum(areas[wide][order]) / areas[wide].sum()
    low, high = density[order][np.searchsorted(share, [0.05, 0.95])]
    assert high / low < 2.0


def test_charts_keep_their_distance(prop):
    """Two charts are at least 5 texels apart at 1024 px, which two mip levels survive."""
    _, faces, uvs = prop
    chart = charts_of(uvs, faces) + 1
    row, column, face = spans(uvs, 1024)
    image = np.zeros((1024, 1024), dtype=np.int64)
    image[row, column] = chart[face]
    high = ndimage.maximum_filter(image, 9)
    low = ndimage.minimum_filter(np.where(image == 0, 1 << 30, image), 9)
    assert not ((image > 0) & ((high != image) | (low != image))).any()


def test_a_spiral_ramp_is_cut_where_it_passes_over_itself():
    """A helicoid of two turns faces up everywhere and covers its own projection twice; its charts do not overlap."""
    turn = np.linspace(0, 4 * np.pi, 160)
    inner = np.stack([0.3 * np.cos(turn), 0.3 * np.sin(turn), 0.05 * turn], 1)
    outer = np.stack([0.8 * np.cos(turn), 0.8 * np.sin(turn), 0.05 * turn], 1)
    vertices = np.concatenate([inner, outer]).astype(np.float32)
    i = np.arange(159)
    faces = np.concatenate([np.stack([i, i + 160, i + 1], 1), np.stack([i + 1, i + 160, i + 161], 1)]).astype(np.int32)
    assert overlap_share(unwrap(vertices, faces)) < 0.01


def test_unwrapping_is_deterministic():
    """The same mesh gets the same UVs, bit for bit."""
    vertices, faces = mesh_of(MUG, 32)
    assert np.array_equal(unwrap(vertices, faces), unwrap(vertices, faces))


def test_a_mesh_without_faces_is_refused():
    """No faces is the user's "mesh-invalid", not a crash."""
    with pytest.raises(PropsmithError) as caught:
        unwrap(np.zeros((3, 3), np.float32), np.zeros((0, 3), np.int32))
    assert caught.value.code == "mesh-invalid"


def test_texel_density_is_texels_along_the_surface() -> None:
    """One square metre that fills a texture of 512 px has 512 texels a metre; at twice the size half as many."""
    vertices = np.array([[0, 0, 0], [3, 0, 0], [3, 3, 0], [0, 3, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    uvs = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)
    assert texel_density(vertices, faces, uvs, 512, 1.0) == pytest.approx(512)
    assert texel_density(vertices, faces, uvs, 512, 2.0) == pytest.approx(256)


def test_a_needle_gets_a_layout_of_numbers() -> None:
    """A bar ten thousand times longer than wide, of which a packing keeps nothing, has UVs in the square, side by side."""
    bar = np.array([[x, y * 1e-4, z * 1e-4] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], np.int32)
    uvs = unwrap(bar, faces)
    assert np.isfinite(uvs).all() and uvs.min() >= 0 and uvs.max() <= 1
    assert overlap_share(uvs) < 0.01
