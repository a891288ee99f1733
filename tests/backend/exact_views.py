"""Exact canonical views of closed-form solids: a small sphere tracer in numpy, the tests' own twin of the grammar's renderer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from backend.cameras import pixel_grid, rig
from backend.evaluation.geometry import gradient
from backend.priors import DEPTH, GBUFFER, NORMAL, Maps

torch.set_num_threads(1)  # as fusion itself does; tests call its parts alone
Solid = Callable[[np.ndarray], np.ndarray]


def ball(radius: float) -> Solid:
    return lambda p: np.linalg.norm(p, axis=1) - radius


def box(size: tuple[float, float, float], at: tuple[float, float, float] = (0, 0, 0)) -> Solid:
    """An exact box of full size."""
    half, centre = np.array(size) / 2, np.array(at)

    def distance(p: np.ndarray) -> np.ndarray:
        q = np.abs(p - centre) - half
        return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0)

    return distance


def cylinder(radius: float, height: float, at: tuple[float, float, float] = (0, 0, 0)) -> Solid:
    """An exact upright cylinder."""

    def distance(p: np.ndarray) -> np.ndarray:
        q = p - np.array(at)
        r = np.stack([np.linalg.norm(q[:, :2], axis=1) - radius, np.abs(q[:, 2]) - height / 2], 1)
        return np.linalg.norm(np.maximum(r, 0), axis=1) + np.minimum(r.max(1), 0)

    return distance


def union(*solids: Solid) -> Solid:
    return lambda p: np.min([solid(p) for solid in solids], axis=0)


def cut(whole: Solid, hole: Solid) -> Solid:
    return lambda p: np.maximum(whole(p), -hole(p))


def views(solid: Solid, size_px: int = 64) -> Maps:
    """The G-buffer of a solid inside the unit ball: alpha, world normals and depth point-sampled, the paint channels grey."""
    cameras = rig()
    x, y = (part.numpy().astype(np.float64) for part in pixel_grid(size_px))
    maps = np.full((len(cameras), len(GBUFFER), size_px, size_px), 0.5, np.float32)
    for v, axes in enumerate(cameras.axes.numpy().astype(np.float64)):
        start = x.reshape(-1, 1) * axes[0] + y.reshape(-1, 1) * axes[1]
        depth, going = np.full(len(start), 1.3), np.arange(len(start))
        for _ in range(200):
            step = solid(start[going] + depth[going, None] * axes[2])
            depth[going] -= step
            going = going[(step > 1e-4) & (depth[going] > -1.4)]
            if len(going) == 0:
                break
        points = start + depth[:, None] * axes[2]
        hit = np.abs(solid(points)) < 1e-3
        normal = gradient(solid, points, 1e-4)
        maps[v, 3] = hit.reshape(size_px, size_px)
        maps[v, NORMAL] = normal.T.reshape(3, size_px, size_px)
        maps[v, DEPTH] = np.where(hit, depth, 0).reshape(1, size_px, size_px)
    return Maps(torch.from_numpy(maps), cameras)
