"""Owns the outline that a picture gives to a shape: the shape is bent until, from the picture's pose, their outlines agree.

Contours are paired as in iterated closest points (Besl and McKay 1992), points drawn to lines (Chen and Medioni 1992), with
weights that take far pairs linearly; each round solves for the field of a lattice (`backend/lattice.py`) that costs least. The
pose is sought anew, from the one found before: where the bending costs least and the shape as it was looks most alike. Five
degrees off cost half of the gain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage, sparse
from scipy.spatial import cKDTree
from torch import Tensor

from .cameras import look_at_origin
from .images import REFERENCE_MARGIN
from .lattice import Lattice
from .mesh import Mesh
from .portrait import Cloud, Pose, Viewpoint, compare, framed_picture, splat
from .rasterise import Array
from .shadow import HALF_WIDTH, ShadowMap

PICTURE_PX = SHAPE_PX = 128
ROUNDS, SEARCH_ROUNDS = 6, 4
STEPS = (8.0, 4.0, 2.0)  # degrees, of the search for the pose
REACH = 0.25  # prior units within which contours are paired
TURN = 0.15  # prior units that two contours at right angles count as apart (over the square root of 2)
ALIKE = 0.3  # least cosine between the outward normals of a pair
ROBUST = 0.02  # prior units beyond which a pair counts linearly
FEWEST = 20  # pairs
THIN = 4  # pixels of half the width of parts that are no body ...
BODY = 0.7  # ... and the least share of an outline that is one
BETTER = 0.02  # of overlap by which the bodies must fit better than the whole outlines to be what is framed
LIKENESS = 0.001  # of the cost of bending that one of likeness outweighs in the search ...
TRUST = 2e-5  # ... and that a pose costs for every unit of its `Viewpoint.surprise`


@dataclass(frozen=True)
class Contour:
    """Points (P, 2) on an outline, right and up in prior units, and the unit normals (P, 2) that lead out of it."""

    place: Array
    out: Array


@dataclass(frozen=True)
class Box:
    """A box in a picture of side 1: its centre (2,), right and up from the lower left corner, and its longer side."""

    centre: Array
    size: float

    @classmethod
    def of_body(cls, mask: Array) -> Box | None:
        """Of a mask (S, S), row 0 on top, without its thin parts; None where little is left of it."""
        reach = np.hypot(*np.mgrid[-THIN : THIN + 1, -THIN : THIN + 1]) <= THIN + 0.5
        body = ndimage.binary_opening(mask, reach)
        if body.sum() < BODY * mask.sum() or not body.any():
            return None
        row, column = np.nonzero(body)
        low, high = np.array([column.min(), -row.max() - 1]), np.array([column.max() + 1, -row.min()])
        size = len(mask)
        return cls((low + high) / 2 / size + np.array([0.0, 1.0]), float((high - low).max()) / size)


@dataclass(frozen=True)
class Frame:
    """Where a framed picture lies on a shape: axes (3, 3) rows right, up, back; low (2,) its corner, side its length."""

    axes: Array
    low: Array
    side: float

    @classmethod
    def of(cls, vertices: Array, azimuth_deg: float, elevation_deg: float) -> Frame:
        """The frame of `portrait.framed_places` for vertices (N, 3): the shape's extent is the picture's."""
        axes = look_at_origin(azimuth_deg, elevation_deg)[:3, :3].T.numpy().astype(np.float64)
        flat = vertices @ axes[:2].T
        low, high = flat.min(0), flat.max(0)
        side = float((high - low).max()) / (1 - 2 * REFERENCE_MARGIN)
        return cls(axes, (low + high) / 2 - side / 2, side)

    @classmethod
    def of_bodies(
        cls, body: Box, vertices: Array, faces: Array, azimuth_deg: float, elevation_deg: float
    ) -> Frame | None:
        """The frame in which the box of a picture's body is that of the shape's; None where the shape has none.

        A body is an outline without its thin parts: a shape that lacks the handle of the bucket in the picture is as large as the
        bucket, not as bucket and handle.
        """
        axes = look_at_origin(azimuth_deg, elevation_deg)[:3, :3].T.numpy().astype(np.float64)
        own = Box.of_body(np.isfinite(ShadowMap.of(vertices[faces], axes, SHAPE_PX).height))
        if own is None:
            return None
        side = 2 * HALF_WIDTH * own.size / body.size
        return cls(axes, (2 * own.centre - 1) * HALF_WIDTH - body.centre * side, side)

    def pixels(self, points: Array, size_px: int) -> Array:
        """(2, P) row and column, pixel centres at whole numbers, of points (P, 3) in a picture of the frame."""
        flat = (points @ self.axes[:2].T - self.low) / self.side * size_px
        return np.stack([size_px - flat[:, 1] - 0.5, flat[:, 0] - 0.5])


@dataclass(frozen=True)
class Fitted:
    """A shape bent to a picture's outline: vertices (N, 3) float32; the pose, its overlap that of the bent shape; the frame in
    which the picture lies on it."""

    vertices: Array
    pose: Pose
    frame: Frame


@dataclass(frozen=True)
class Portrayed:
    """What is known of a picture (4, H, W) RGBA of one isolated object: the pose from which the sampled views, as points, look
    most like it; from where the prior believes that it was taken, or None; the axes of "xy" about which the prop is symmetric."""

    image: Tensor
    pose: Pose
    cloud: Cloud
    viewpoint: Viewpoint | None = None
    symmetry: str = ""


def fit_outline(shape: Mesh, portrayed: Portrayed) -> Fitted:
    """Bend a shape to the object in a picture. Where nothing is gained it comes back as it was."""
    fit = _Fit.of(shape, portrayed)
    pose = fit.search()
    frame = fit.frame(pose.azimuth_deg, pose.elevation_deg)
    bent = fit.moved(fit.lattice.unfolded(fit.run(frame, ROUNDS)[0]))
    before, after = fit.overlap(fit.rest, frame), fit.overlap(bent, frame)
    vertices = bent.astype(np.float32) if after > before else shape.vertices
    return Fitted(vertices, replace(pose, overlap=max(before, after)), frame)


@dataclass(frozen=True)
class _Fit:
    """One shape and one picture (S, S) bool, with all that does not depend on the pose."""

    rest: Array
    faces: Array
    portrayed: Portrayed
    picture: Array
    lattice: Lattice
    weights: Array
    cost: sparse.csr_matrix
    body: Box | None = None  # of the picture, where the shape is framed by its own

    @classmethod
    def of(cls, shape: Mesh, portrayed: Portrayed) -> _Fit:
        rest = shape.vertices.astype(np.float64)
        lattice = Lattice.around(rest, portrayed.symmetry)
        picture = framed_picture(portrayed.image, PICTURE_PX)[..., 3] > 0.5
        fit = cls(rest, shape.faces, portrayed, picture, lattice, lattice.weights(rest), lattice.cost())
        return fit.framed_by_bodies()

    def framed_by_bodies(self) -> _Fit:
        """The same, framed by bodies where these fit clearly better from the side that is known."""
        place = (self.portrayed.pose.azimuth_deg, self.portrayed.pose.elevation_deg)
        bodily = replace(self, body=Box.of_body(self.picture))
        whole, frame = self.frame(*place), bodily.frame(*place)
        return bodily if self.overlap(self.rest, frame) > self.overlap(self.rest, whole) + BETTER else self

    def frame(self, azimuth_deg: float, elevation_deg: float) -> Frame:
        """Where the picture lies on the shape, seen from a side."""
        place = (azimuth_deg, elevation_deg)
        found = None if self.body is None else Frame.of_bodies(self.body, self.rest, self.faces, *place)
        return found or Frame.of(self.rest, *place)

    def search(self) -> Pose:
        """The best pose around the one that is known."""
        told, known = self.portrayed, dict[tuple[float, float], tuple[float, Pose]]()
        small = framed_picture(told.image)

        def at(place: tuple[float, float]) -> tuple[float, Pose]:
            if place not in known:
                axes = look_at_origin(*place)[:3, :3].T.numpy()
                pose = compare(splat(told.cloud, axes), small, *place)
                doubt = told.viewpoint.surprise(*place) if told.viewpoint is not None else 0.0
                _, cost = self.run(self.frame(*place), SEARCH_ROUNDS)
                known[place] = (cost - LIKENESS * pose.likeness + TRUST * doubt, pose)
            return known[place]

        best = (told.pose.azimuth_deg, told.pose.elevation_deg)
        for step in STEPS:
            around = [(best[0] + i * step, best[1] + j * step) for i, j in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
            best = min(around, key=lambda place: at(place)[0])
        return at(best)[1]

    def moved(self, field: Array) -> Array:
        """(N, 3) the shape's vertices displaced by a field."""
        return np.asarray(self.rest + self.weights @ field.reshape(3, -1).T)

    def run(self, frame: Frame, rounds: int) -> tuple[Array, float]:
        """The field that bends the shape to the picture after some rounds, and its cost; infinite where nothing pairs."""
        wanted = contour(self.picture, frame.low, frame.side)
        field, cost = np.zeros(self.cost.shape[0]), np.inf
        for _ in range(rounds):
            seen = ShadowMap.of(self.moved(field)[self.faces], frame.axes, SHAPE_PX).height
            pairs = self.pairs(seen, wanted, frame, field)
            if pairs is None:
                break
            field, cost = self.solve(*pairs, field)
        return field, cost

    def pairs(self, seen: Array, wanted: Contour, frame: Frame, field: Array) -> tuple[sparse.csr_matrix, Array] | None:
        """(M, 3 n) how far a field moves the outline's points along the normals, and (M,) how far they are to move.

        Every point of either contour takes its nearest on the other with a like normal; None where few have one.
        """
        solid = np.isfinite(seen)
        own = contour(solid, np.full(2, -HALF_WIDTH), 2 * HALF_WIDTH)
        if len(own.place) == 0 or len(wanted.place) == 0:
            return None
        height = seen[_border(solid)]
        points = np.concatenate([own.place, height[:, None]], 1) @ frame.axes
        at_rest = points
        for _ in range(2):
            at_rest = points - self.lattice.displacement(at_rest, field)
        from_own, to_wanted = _nearest(own, wanted)
        from_wanted, to_own = _nearest(wanted, own)
        first, second = np.concatenate([from_own, to_own]), np.concatenate([to_wanted, from_wanted])
        if len(first) < FEWEST:
            return None
        normal = wanted.out[second]
        gap = ((wanted.place[second] - own.place[first]) * normal).sum(1)
        nodes = self.lattice.weights(at_rest[first])
        moves = [sparse.diags(normal @ frame.axes[:2, axis]) @ nodes for axis in range(3)]
        return sparse.hstack(moves).tocsr(), gap

    def solve(self, moves: sparse.csr_matrix, gap: Array, field: Array) -> tuple[Array, float]:
        """The field of least cost, and that cost: the weighted mean square of the gaps left, and the bending."""
        weight = ROBUST / np.maximum(np.abs(gap), ROBUST) / len(gap)
        wanted, allowed = gap + moves @ field, self.lattice.allowed
        system = (allowed.T @ (moves.T @ sparse.diags(weight) @ moves + self.cost) @ allowed).toarray()
        target = allowed.T @ (moves.T @ (weight * wanted))
        found = allowed @ np.linalg.solve(system + 1e-9 * np.eye(len(system)), target)
        left = moves @ found - wanted
        return found, float(weight @ left**2 + found @ self.cost @ found)

    def overlap(self, vertices: Array, frame: Frame) -> float:
        """Intersection over union of the shape's outline and the picture's."""
        seen = np.isfinite(ShadowMap.of(vertices[self.faces], frame.axes, SHAPE_PX).height)
        along = ((np.arange(SHAPE_PX) + 0.5) / SHAPE_PX * 2 - 1) * HALF_WIDTH
        size = len(self.picture)
        column = np.floor((along - frame.low[0]) / frame.side * size).astype(int)
        row = np.floor(size - (along[::-1] - frame.low[1]) / frame.side * size).astype(int)
        inside = ((row >= 0) & (row < size))[:, None] & ((column >= 0) & (column < size))
        asked = self.picture[np.clip(row, 0, size - 1)][:, np.clip(column, 0, size - 1)] & inside
        return float((seen & asked).sum() / max((seen | asked).sum(), 1))


def _border(mask: Array) -> Array:
    """The pixels of a mask (S, S) that touch its outside."""
    return np.asarray(mask & ~ndimage.binary_erosion(mask, border_value=0))


def contour(mask: Array, low: Array, side: float) -> Contour:
    """The outline of a mask (S, S), row 0 on top, that covers `side` prior units from `low` (2,) on."""
    size = len(mask)
    steep = [
        ndimage.gaussian_filter(np.pad(mask.astype(np.float64), 4), 2.0, order=o)[4:-4, 4:-4] for o in ((0, 1), (1, 0))
    ]
    row, column = np.nonzero(_border(mask))
    out = np.stack([-steep[0][row, column], steep[1][row, column]], 1)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    pixel = side / size
    place = low + np.stack([column + 0.5, size - row - 0.5], 1) * pixel + 0.5 * pixel * out
    return Contour(place, out)


def _nearest(ours: Contour, theirs: Contour) -> tuple[Array, Array]:
    """Indices of points of ours and of their nearest in theirs, in place and normal, where that is near and alike."""
    tree = cKDTree(np.concatenate([theirs.place, TURN * theirs.out], 1))
    _, index = tree.query(np.concatenate([ours.place, TURN * ours.out], 1))
    near = np.linalg.norm(theirs.place[index] - ours.place, axis=1) < REACH
    alike = (theirs.out[index] * ours.out).sum(1) > ALIKE
    kept = np.nonzero(near & alike)[0]
    return kept, index[kept]
