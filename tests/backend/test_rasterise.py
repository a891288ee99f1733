"""The rasteriser of UV space against a slow twin and closed forms."""

from __future__ import annotations

import numpy as np

from backend.rasterise import barycentric, rasterise, spans


def test_spans_cover_exactly_the_texel_centres_inside():
    """Every centre inside a random triangle is listed once, and no other (slow twin: three half-plane tests a texel)."""
    rng = np.random.default_rng(0)
    uvs = rng.uniform(-0.1, 1.1, (25, 3, 2))
    size = 37
    row, column, face = spans(uvs, size)
    got = set(zip(face.tolist(), row.tolist(), column.tolist(), strict=True))
    assert len(got) == len(face)
    expected = set()
    for index, (a, b, c) in enumerate(uvs):
        cross = lambda p, q, r: (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        for i in range(size):
            for j in range(size):
                p = ((j + 0.5) / size, 1 - (i + 0.5) / size)
                sides = (cross(a, b, p), cross(b, c, p), cross(c, a, p))
                if all(s > 0 for s in sides) or all(s < 0 for s in sides):
                    expected.add((index, i, j))
    assert got == expected


def test_neighbours_share_no_texel():
    """A square cut along its diagonal, whose centres lie on the cut, covers each texel exactly once."""
    uvs = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], dtype=np.float64)
    row, column, _ = spans(uvs, 16)
    assert len(row) == len(set(zip(row.tolist(), column.tolist(), strict=True)))
    assert len(row) >= 16 * 16 - 16


def test_barycentrics_give_back_the_texel():
    """Interpolating a face's UVs with the weights gives the texel's own centre, in the gutter too."""
    uvs = np.array([[[0.2, 0.2], [0.8, 0.3], [0.4, 0.9]]], dtype=np.float32)
    texels = rasterise(uvs, 64)
    at = texels.spread(uvs)
    assert len(texels.row) > texels.inside > 0
    np.testing.assert_allclose(at[:, 0], (texels.column + 0.5) / 64, atol=1e-5)
    np.testing.assert_allclose(at[:, 1], 1 - (texels.row + 0.5) / 64, atol=1e-5)
    weights = barycentric(uvs, texels.face, texels.row, texels.column, 64)
    np.testing.assert_allclose(weights.sum(1), 1.0, atol=1e-5)


def test_empty_texels_copy_the_nearest_covered_one():
    """A texel far outside takes the value of the covered texel nearest to it (slow twin: all distances)."""
    uvs = np.array([[[0.3, 0.3], [0.6, 0.35], [0.4, 0.6]]], dtype=np.float32)
    texels = rasterise(uvs, 32, gutter_px=0.0)
    image = texels.image(np.arange(len(texels.row)))
    for i, j in ((0, 0), (31, 0), (5, 30), (31, 31)):
        squared = (texels.row - i) ** 2 + (texels.column - j) ** 2
        assert squared[image[i, j]] == squared.min()
