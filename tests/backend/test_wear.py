"""The map of edges: sharp outer edges wear first, flat ground and creases last, whatever the size and place."""

from __future__ import annotations

import numpy as np

from backend.detail.wear import wear_order
from backend.fake_worker import cube


def sides(order: np.ndarray) -> tuple[float, float]:
    """(mean near the sides' borders, mean in their middle) over the six sides of the fake cube's atlas (3 x 2)."""
    rows, columns = np.divmod(np.arange(order.size), order.shape[1])
    across = np.abs((columns + 0.5) / order.shape[1] * 3 % 1 - 0.5)
    along = np.abs((rows + 0.5) / order.shape[0] * 2 % 1 - 0.5)
    outward = np.maximum(across, along)
    flat = order.ravel()
    return float(flat[outward > 0.48].mean()), float(flat[outward < 0.3].mean())


def test_edges_wear_long_before_the_ground():
    """On a cube the map is above 130 along the edges and below 50 inside the sides."""
    mesh = cube(1.0)
    edge, ground = sides(wear_order(mesh["vertices"], mesh["faces"], mesh["uvs"], 192))
    assert edge > 130 and ground < 50, (edge, ground)


def test_size_and_place_do_not_matter():
    """A cube a hundred times as large, elsewhere, has the same map to a step; and the same mesh the same map exactly."""
    mesh = cube(1.0)
    faces, uvs = mesh["faces"], mesh["uvs"]
    once = wear_order(mesh["vertices"], faces, uvs, 96)
    assert np.array_equal(once, wear_order(mesh["vertices"], faces, uvs, 96))
    moved = wear_order(mesh["vertices"] * 100 + np.float32((300, -20, 7)), faces, uvs, 96)
    assert np.abs(once.astype(int) - moved).max() <= 2


def test_a_crease_wears_less_than_flat_ground():
    """In the inner edge of an L of two squares the map is lower than in the squares' middle."""
    vertices = np.float32(
        [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1)]
    )  # floor, and a wall at x = 0
    faces = np.array([(0, 1, 2), (0, 2, 3), (0, 3, 5), (0, 5, 4)])
    floor = np.float32([[(0.05, 0.05), (0.45, 0.05), (0.45, 0.95)], [(0.05, 0.05), (0.45, 0.95), (0.05, 0.95)]])
    wall = np.float32([[(0.55, 0.05), (0.55, 0.95), (0.95, 0.95)], [(0.55, 0.05), (0.95, 0.95), (0.95, 0.05)]])
    order = wear_order(vertices, faces, np.concatenate([floor, wall]), 128)
    rows = slice(32, 96)
    assert order[rows, 8:10].mean() < order[rows, 20:40].mean()


def test_a_mesh_without_texture_space_has_an_empty_map():
    """All UVs in one spot: a black map and no error."""
    mesh = cube(1.0)
    assert not wear_order(mesh["vertices"], mesh["faces"], np.zeros_like(mesh["uvs"]), 16).any()
