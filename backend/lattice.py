"""Owns the lattice that bends a shape: displacements at the nodes of a box, and what it costs to leave the shape as it was.

Free-form deformation (Sederberg and Parry 1986) with trilinear weights. The cost is that of leaving a similarity: a field that
only moves and scales a neighbourhood has no conformal strain (as-similar-as-possible deformation), so that what one picture
narrows is also made shallower.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import sparse

from .rasterise import Array

NODES = 5  # along each axis; 4 and 7 were measured no better (docs/embedded-prior.md, "Pictures")
# Weights of the cost's parts; less follows outlines too far, more too little (docs/embedded-prior.md, "Pictures").
SHEAR, GRADIENT, BENDING, SIZE = 0.14, 0.07, 0.07, 0.028
MARGIN = 0.02  # prior units around the shape
LEAST = 0.2  # of its volume, to which a cell may shrink: less would fold soon


@dataclass(frozen=True)
class Lattice:
    """NODES^3 nodes over the box from `low` on, `cell` (3,) apart; a field is (3 n,): all x, then all y, then all z.

    allowed: (3 n, 3 n), the projection of any field on those that keep the symmetry and the level base.
    """

    low: Array
    cell: Array
    allowed: sparse.csr_matrix

    @classmethod
    def around(cls, vertices: Array, symmetry: str) -> Lattice:
        """Over vertices (N, 3). symmetry: the axes of "xy" about which fields are mirror-symmetric."""
        low, high = vertices.min(0) - MARGIN, vertices.max(0) + MARGIN
        return cls(low.astype(np.float64), ((high - low) / (NODES - 1)).astype(np.float64), _allowed(symmetry))

    def weights(self, points: Array) -> sparse.csr_matrix:
        """(P, n): the nodes' shares in points (P, 3)."""
        place = np.clip((points - self.low) / self.cell, 0, NODES - 1 - 1e-6)
        first = place.astype(np.int64)
        part = place - first
        rows, columns, values = [], [], []
        for corner in product((0, 1), repeat=3):
            share = np.where(np.array(corner, bool), part, 1 - part).prod(1)
            node = (first + corner) @ np.array([NODES**2, NODES, 1])
            rows.append(np.arange(len(points)))
            columns.append(node)
            values.append(share)
        index = (np.concatenate(rows), np.concatenate(columns))
        return sparse.csr_matrix((np.concatenate(values), index), (len(points), NODES**3))

    def displacement(self, points: Array, field: Array) -> Array:
        """(P, 3) how far a field moves points (P, 3)."""
        return np.asarray(self.weights(points) @ field.reshape(3, -1).T)

    def cost(self) -> sparse.csr_matrix:
        """(3 n, 3 n) positive semi-definite: the mean over the box of squared strain, gradient, bending and size."""
        slope = [_along(axis, _DIFFERENCE, _MEAN) / self.cell[axis] for axis in range(3)]
        none = sparse.csr_matrix(slope[0].shape)
        rows = []
        for i, j in ((0, 1), (0, 2), (1, 2)):
            blocks = [none, none, none]
            blocks[i], blocks[j] = slope[j], slope[i]
            rows.append(SHEAR * 0.5**0.5 * sparse.hstack(blocks))
        for i in range(3):
            stretch = [((j == i) - 1 / 3) * slope[j] for j in range(3)]
            rows.append(SHEAR * sparse.hstack(stretch))
        each = sparse.identity(3)
        rows += [GRADIENT * sparse.kron(each, one) for one in slope]
        bent = [_along(axis, _SECOND, _SAME) * (self.cell.mean() / self.cell[axis] ** 2) for axis in range(3)]
        rows += [BENDING * sparse.kron(each, one) for one in bent]
        rows.append(SIZE * sparse.identity(3 * NODES**3))
        stacked = sparse.vstack(rows) / NODES**1.5
        return (stacked.T @ stacked).tocsr()

    def unfolded(self, field: Array) -> Array:
        """The field, halved until no cell is turned inside out or shrinks below LEAST of its volume."""
        for _ in range(6):
            slopes = [
                [_along(axis, _DIFFERENCE, _MEAN) @ part / self.cell[axis] for axis in range(3)]
                for part in field.reshape(3, -1)
            ]
            if np.linalg.det(np.moveaxis(np.array(slopes), -1, 0) + np.eye(3)).min() > LEAST:
                return field
            field = field / 2
        return np.zeros_like(field)


_SAME = sparse.identity(NODES)
_DIFFERENCE = sparse.diags([-1.0, 1.0], [0, 1], (NODES - 1, NODES))
_MEAN = sparse.diags([0.5, 0.5], [0, 1], (NODES - 1, NODES))
_SECOND = sparse.diags([1.0, -2.0, 1.0], [0, 1, 2], (NODES - 2, NODES))


def _along(axis: int, there: sparse.spmatrix, elsewhere: sparse.spmatrix) -> sparse.csr_matrix:
    """An operator along one axis of the nodes' cube, another along the two others."""
    first, second, third = (there if k == axis else elsewhere for k in range(3))
    return sparse.kron(sparse.kron(first, second), third).tocsr()


def _allowed(symmetry: str) -> sparse.csr_matrix:
    """The projection on fields that are their own mirror images, and whose lowest layer rises and sinks as one."""
    count = NODES**3
    index = np.arange(count).reshape((NODES,) * 3)
    allowed = sparse.identity(3 * count, format="csr")
    for axis, name in enumerate("xy"):
        if name in symmetry:
            flip = sparse.csr_matrix((np.ones(count), (np.arange(count), np.flip(index, axis).ravel())), (count, count))
            mirror = sparse.block_diag([flip * (-1.0 if k == axis else 1.0) for k in range(3)])
            allowed = 0.5 * (allowed + mirror @ allowed)
    base = index[:, :, 0].ravel()
    level = sparse.identity(count, format="lil")
    level[np.ix_(base, base)] = 1 / len(base)
    kept = sparse.identity(2 * count)
    return (sparse.block_diag([kept, level]) @ allowed).tocsr()
