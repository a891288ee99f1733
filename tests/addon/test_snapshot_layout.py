"""The layout of snapshots without usable UVs: whole polygons, true proportions, nothing overlaps, everything inside."""

from __future__ import annotations

import numpy as np
import pytest

CUBE = np.array([(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)], np.float32)
QUADS = np.array([(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)], np.int32)


def areas(uvs: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Signed areas of the polygons (shoelace)."""
    ends = np.append(starts[1:], len(uvs))
    found = []
    for a, b in zip(starts, ends, strict=True):
        u, v = uvs[a:b].astype(float).T
        found.append(0.5 * (u * np.roll(v, -1) - np.roll(u, -1) * v).sum())
    return np.array(found)


def covered_twice(uvs: np.ndarray, starts: np.ndarray, size: int = 256) -> int:
    """The slow twin of an overlap test: texels whose centre lies inside two convex polygons."""
    centre = (np.stack(np.meshgrid(np.arange(size), np.arange(size)), -1) + 0.5) / size
    count = np.zeros((size, size), int)
    ends = np.append(starts[1:], len(uvs))
    for a, b in zip(starts, ends, strict=True):
        inside = np.ones((size, size), bool)
        for p, q in zip(uvs[a:b], np.roll(uvs[a:b], -1, 0), strict=True):
            edge = q - p
            inside &= edge[0] * (centre[..., 1] - p[1]) - edge[1] * (centre[..., 0] - p[0]) > 1e-6
        count += inside
    return int((count > 1).sum())


def test_a_cube_becomes_six_equal_squares(load):
    """Each side of a cube is laid out whole, unmirrored, at the same size, apart from the others."""
    layout = load("addon.layout")
    starts = np.arange(0, 24, 4)
    uvs = layout.lay_out(CUBE, QUADS.ravel(), starts)
    found = areas(uvs, starts)
    assert uvs.shape == (24, 2) and uvs.dtype == np.float32 and uvs.min() >= 0 and uvs.max() <= 1
    assert found.min() > 0 and found == pytest.approx(np.full(6, found[0]), rel=1e-4)
    assert found.sum() > 0.5 and covered_twice(uvs, starts) == 0


def test_neighbours_that_look_the_same_way_stay_together(load):
    """A flat sheet of 3 x 2 quads is one island: corners at one vertex share one UV, and the sheet keeps its shape."""
    layout = load("addon.layout")
    vertices = np.array([(x, y * 2, 0) for y in range(3) for x in range(4)], np.float32)
    quads = np.array([(r * 4 + c, r * 4 + c + 1, r * 4 + c + 5, r * 4 + c + 4) for r in range(2) for c in range(3)])
    uvs = layout.lay_out(vertices, quads.ravel(), np.arange(0, 24, 4))
    for vertex in range(12):
        own = uvs[quads.ravel() == vertex]
        assert np.ptp(own, axis=0).max() < 1e-6
    width, height = np.ptp(uvs, axis=0)
    assert height / width == pytest.approx(4 / 3, rel=1e-4)


def test_mixed_polygons_of_a_ball_do_not_overlap(load):
    """A UV sphere of triangles and quads is laid out without overlap; every polygon keeps at least half its true area."""
    layout = load("addon.layout")
    rings, sectors = 8, 16
    polar = np.pi * np.arange(1, rings) / rings
    around = 2 * np.pi * np.arange(sectors) / sectors
    ring = [(np.sin(p) * np.cos(a), np.sin(p) * np.sin(a), np.cos(p)) for p in polar for a in around]
    vertices = np.array([*ring, (0, 0, 1), (0, 0, -1)])
    top, bottom = len(ring), len(ring) + 1
    faces = [(s, (s + 1) % sectors, top) for s in range(sectors)]
    for r in range(rings - 2):
        a, b = r * sectors, (r + 1) * sectors
        faces += [(a + s, b + s, b + (s + 1) % sectors, a + (s + 1) % sectors) for s in range(sectors)]
    last = (rings - 2) * sectors
    faces += [(last + (s + 1) % sectors, last + s, bottom) for s in range(sectors)]
    starts = np.cumsum([0, *map(len, faces)])[:-1]
    loops = np.concatenate(faces)
    uvs = layout.lay_out(vertices, loops, starts)
    assert covered_twice(uvs, starts) == 0
    true = [
        0.5 * np.linalg.norm(sum(np.cross(vertices[f[i - 1]], vertices[f[i]]) for i in range(len(f)))) for f in faces
    ]
    share = areas(uvs, starts) / np.array(true)
    assert share.min() > 0.5 * share.max()


def test_polygons_without_area_do_no_harm(load):
    """A mesh of one good and one collapsed triangle is laid out, finite and inside the square."""
    layout = load("addon.layout")
    vertices = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0)], np.float32)
    uvs = layout.lay_out(vertices, np.array([0, 1, 2, 0, 0, 0]), np.array([0, 3]))
    assert np.isfinite(uvs).all() and uvs.min() >= 0 and uvs.max() <= 1 and areas(uvs, np.array([0, 3]))[0] > 0.1
