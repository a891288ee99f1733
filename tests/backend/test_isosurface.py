"""Marching cubes with its own table: closed on noise, exact on a sphere and a plane, the cuts of a known implementation."""

from __future__ import annotations

import mcubes
import numpy as np
import pytest

from backend.isosurface import COUNTS, FACES, SIDES, TRIANGLES, isosurface, loops_of, triangles_of
from backend.mesh import is_watertight, signed_volumes, weld


def test_every_case_cuts_each_edge_between_inside_and_outside_once() -> None:
    """In all 256 cases the rings hold exactly the edges whose ends differ, and every ring becomes triangles."""
    for case in range(256):
        loops = list(loops_of(case))
        edges = [e for loop in loops for e in loop]
        differ = [
            e
            for e in range(12)
            if len({case >> i & 1 for f in SIDES[e] for i in FACES[f] if all(i in FACES[g] for g in SIDES[e])}) == 2
        ]
        assert sorted(edges) == differ, case
        made = [triangles_of(loop) for loop in loops]
        assert all(t is not None and len(t) == len(loop) - 2 for t, loop in zip(made, loops, strict=True)), case
        assert COUNTS[case] == sum(len(loop) - 2 for loop in loops)
    assert TRIANGLES.shape == (256, COUNTS.max(), 3)


@pytest.mark.parametrize("seed", range(6))
def test_noise_becomes_a_closed_surface_with_the_vertices_of_pymcubes(seed: int) -> None:
    """White noise, where every ambiguous case occurs: watertight, two-manifold along edges, cut where PyMCubes cuts."""
    values = np.pad(np.random.default_rng(seed).normal(size=(9, 10, 11)), 1, constant_values=-1.0)
    vertices, faces = isosurface(values)
    assert is_watertight(faces) and len(np.unique(faces)) == len(vertices)
    theirs, _ = mcubes.marching_cubes(values, 0.0)
    own = np.unique(np.round(vertices, 6), axis=0)
    assert np.array_equal(own, np.unique(np.round(theirs, 6), axis=0))


def test_a_smooth_solid_is_the_mesh_of_pymcubes() -> None:
    """Without ambiguous cells the surface has PyMCubes' number of faces, its area and, turned outward, its volume."""
    x, y, z = np.mgrid[-1:1:40j, -1:1:44j, -1:1:48j]
    values = 0.7 - np.sqrt(x**2 + 1.3 * y**2 + z**2) + 0.1 * np.sin(4 * x)
    own, theirs = isosurface(values, 0.05), mcubes.marching_cubes(values, 0.05)
    assert len(own[1]) == len(theirs[1]) and len(own[0]) == len(theirs[0])
    areas = [
        np.linalg.norm(np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]]), axis=1).sum()
        for v, f in (own, theirs)
    ]
    assert areas[0] == pytest.approx(areas[1], rel=1e-3)
    volumes = [abs(signed_volumes(v, f.astype(np.int64)).sum()) for v, f in (own, theirs)]
    assert volumes[0] == pytest.approx(volumes[1], rel=1e-3)


def test_a_sphere_has_its_volume_and_faces_outward() -> None:
    """The volume of a sphere of 30 cells is 4/3 pi r^3 within 0.5 %, positive: counter-clockwise from outside."""
    grid = np.moveaxis(np.mgrid[0:70, 0:70, 0:70].astype(float), 0, -1) - 34.5
    vertices, faces = isosurface(30.0 - np.linalg.norm(grid, axis=-1))
    assert signed_volumes(vertices - 34.5, faces).sum() == pytest.approx(4 / 3 * np.pi * 30**3, rel=5e-3)
    assert np.abs(np.linalg.norm(vertices - 34.5, axis=1) - 30).max() < 0.02


def test_a_plane_is_exact_and_values_on_the_level_are_outside() -> None:
    """A linear field is cut exactly; corners that lie on the level collapse in `weld` and leave a closed mesh."""
    x = np.mgrid[0:6, 0:6, 0:6][0].astype(float)
    vertices, faces = isosurface(2.25 - x)
    assert len(faces) == 50 and np.allclose(vertices[:, 0], 2.25)
    box = np.full((6, 6, 6), -1.0)
    box[2:4, 2:4, 2:4] = 1.0
    box[1], box[:, 1] = np.minimum(box[1], 0.0), np.minimum(box[:, 1], 0.0)
    box[1:5, 1:5, 1] = 0.0  # exactly on the level
    vertices, faces = isosurface(box)
    welded, faces = weld(vertices.astype(np.float32), faces.astype(np.int32))
    assert is_watertight(faces) and signed_volumes(welded, faces).sum() > 0


@pytest.mark.parametrize("values", [np.full((4, 4, 4), -1.0), np.ones((4, 4, 4)), np.full((3, 3, 3), np.nan)])
def test_nothing_to_cut_is_an_empty_mesh(values: np.ndarray) -> None:
    """All inside, all outside and no numbers at all give no vertex and no face."""
    vertices, faces = isosurface(values)
    assert vertices.shape == (0, 3) and faces.shape == (0, 3)
