"""The lattice that bends a shape."""

from __future__ import annotations

import numpy as np
import pytest

from backend.lattice import LEAST, NODES, Lattice

RNG = np.random.default_rng(7)
BOX = RNG.uniform(-1, 1, (400, 3)) * [0.9, 0.5, 0.7]


def nodes_of(lattice: Lattice) -> np.ndarray:
    grid = np.stack(np.meshgrid(*[np.arange(NODES)] * 3, indexing="ij"), -1).reshape(-1, 3)
    return lattice.low + grid * lattice.cell


def moved(lattice: Lattice, points: np.ndarray, field: np.ndarray) -> np.ndarray:
    return points + lattice.displacement(points, field)


def linear(lattice: Lattice, matrix: np.ndarray) -> np.ndarray:
    """The field that displaces every node by a matrix times its place."""
    return (nodes_of(lattice) @ matrix.T).T.ravel()


def test_a_linear_field_moves_all_points_linearly() -> None:
    """Trilinear weights sum to one and reproduce linear fields exactly, between the nodes as on them."""
    lattice, matrix = Lattice.around(BOX, ""), RNG.normal(0, 0.2, (3, 3))
    assert np.allclose(lattice.weights(BOX).sum(1), 1)
    assert np.allclose(moved(lattice, BOX, linear(lattice, matrix)), BOX + BOX @ matrix.T)


def test_scaling_costs_less_than_stretching_and_nothing_costs_nothing() -> None:
    """Of two fields with the same squared gradient the one that keeps angles is the cheaper; the cost is never negative."""
    lattice = Lattice.around(BOX, "")
    cost = lattice.cost()
    scaling, stretching = linear(lattice, 0.1 * np.eye(3)), linear(lattice, 0.1 * 3**0.5 * np.diag([1.0, 0, 0]))
    centred = [field - np.repeat(field.reshape(3, -1).mean(1), NODES**3) for field in (scaling, stretching)]
    of_scaling, of_stretching = (float(field @ cost @ field) for field in centred)
    assert 0 < of_scaling < 0.5 * of_stretching
    assert float(np.linalg.eigvalsh(cost.toarray()).min()) > -1e-9


@pytest.mark.parametrize("symmetry", ["x", "y", "xy"])
def test_allowed_fields_keep_the_symmetry_and_the_level_base(symmetry: str) -> None:
    """A projected field moves a point's mirror image to the mirror image of where it moves the point, lifts the lowest layer as
    one, and is left alone by a second projection."""
    cloud = np.concatenate([BOX * [sx, sy, 1] for sx in (1, -1) for sy in (1, -1)])  # its box is centred
    lattice = Lattice.around(cloud, symmetry)
    field = lattice.allowed @ RNG.normal(0, 0.05, 3 * NODES**3)
    for axis, name in enumerate("xy"):
        mirror = np.where(np.arange(3) == axis, -1.0, 1.0)
        alike = np.allclose(moved(lattice, BOX * mirror, field), moved(lattice, BOX, field) * mirror)
        assert alike == (name in symmetry)
    lowest = nodes_of(lattice)[:, 2] == lattice.low[2]
    assert float(np.ptp(field.reshape(3, -1)[2][lowest])) < 1e-12
    assert np.allclose(lattice.allowed @ field, field)


def test_a_field_that_would_fold_is_halved_until_it_does_not() -> None:
    """A field that turns the box inside out comes back small enough that every cell keeps some of its volume; a gentle one
    comes back as it is."""
    lattice = Lattice.around(BOX, "")
    gentle, folding = linear(lattice, -0.1 * np.eye(3)), linear(lattice, np.diag([-2.0, 0, 0]))
    assert np.array_equal(lattice.unfolded(gentle), gentle)
    kept = lattice.unfolded(folding)
    assert np.allclose(kept * 4, folding)  # 1 - 2 / 2 of the volume is too little, 1 - 2 / 4 is not
    assert LEAST < 1 - 2 / 4
