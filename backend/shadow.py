"""Owns shadow maps: what of a prop is reached by parallel rays of one direction, be they light or a view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rasterise import Array, barycentric, spans

HALF_WIDTH = 1.02  # of the map, in units of the prop's bounding ball


@dataclass(frozen=True)
class ShadowMap:
    """The highest surface towards `axes[2]`, seen orthographically.

    axes: (3, 3) rows right, up, towards the light or the camera. height: (S, S), -inf where nothing is; row 0 is the top.
    """

    axes: Array
    height: Array

    @staticmethod
    def of(corners: Array, axes: Array, size_px: int) -> ShadowMap:
        """corners: (F, 3, 3) of a prop inside the unit ball."""
        local = corners @ axes.T
        screen = 0.5 + 0.5 * local[..., :2] / HALF_WIDTH
        row, column, face = spans(screen, size_px)
        at = np.einsum("pk,pk->p", barycentric(screen, face, row, column, size_px), local[..., 2][face])
        height = np.full((size_px, size_px), -np.inf)
        order = np.argsort(at, kind="stable")  # far to near: the nearest is written last
        height[row[order], column[order]] = at[order]
        return ShadowMap(axes, height)

    def lit(self, points: Array, bias: float) -> Array:
        """(P,) share of the 3 x 3 map cells around each point that do not hide it."""
        return self._counted(points, bias, (-1.0, 0.0, 1.0)) / 9

    def roughly_lit(self, points: Array, bias: float) -> Array:
        """(P,) as `lit`, of the 4 nearest cells: enough where many maps are averaged."""
        return self._counted(points, bias, (-0.5, 0.5)) / 4

    def reached(self, points: Array, bias: float) -> Array:
        """(P,) 1 where the map's own cell does not hide the point by more than `bias`, else 0."""
        return self._counted(points, bias, (0.0,))

    def _counted(self, points: Array, bias: float, offsets: tuple[float, ...]) -> Array:
        size = len(self.height)
        local = points @ self.axes.T
        x = (0.5 + 0.5 * local[:, 0] / HALF_WIDTH) * size - 0.5
        y = (0.5 - 0.5 * local[:, 1] / HALF_WIDTH) * size - 0.5
        total = np.zeros(len(points), dtype=np.float32)
        for dy in offsets:
            for dx in offsets:
                i = np.clip(np.round(y + dy).astype(int), 0, size - 1)
                j = np.clip(np.round(x + dx).astype(int), 0, size - 1)
                total += self.height[i, j] < local[:, 2] + bias
        return total


def facing(towards: Array) -> Array:
    """(3, 3) axes right, up, towards of a map that looks from a direction; any roll."""
    towards = towards / np.linalg.norm(towards)
    right = np.cross([0.0, 0.0, 1.0] if abs(towards[2]) < 0.95 else [0.0, 1.0, 0.0], towards)
    right = right / np.linalg.norm(right)
    return np.stack([right, np.cross(towards, right), towards])
