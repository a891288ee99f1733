"""Exact props for the evaluation: the grammar's programs as true views and as exact solids."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange

from ..cameras import rig
from ..priors import DEPTH, GBUFFER, NORMAL, Maps
from ..training.kinds import KINDS
from ..training.programs import Builder
from ..training.render import buffers, distance, finish
from .geometry import Truth, truth_of


@njit(fastmath=True, parallel=True)
def _distances(program, points):
    """(N,) signed distances of a program at points (N, 3)."""
    out = np.empty(len(points), np.float64)
    for i in prange(len(points)):
        out[i], _ = distance(program, points[i, 0], points[i, 1], points[i, 2])
    return out


def program_of(kind: str, seed: int) -> np.ndarray:
    """The finished program of one random prop of a kind of the grammar, inside the unit ball."""
    builder = Builder(np.random.default_rng(seed))
    KINDS[kind].write(builder)
    return finish(builder.program())


def exact_solid(program: np.ndarray, size: int = 144) -> Truth:
    """The program as an exact solid, its surface points found on a grid of that size."""
    return truth_of(lambda points: _distances(program, np.ascontiguousarray(points, np.float64)), size)


def true_views(program: np.ndarray, size_px: int) -> Maps:
    """Point-sampled canonical views: alpha, normal and depth exact, the paint channels grey."""
    cameras = rig()
    part, normal, depth = buffers(program, cameras.axes.numpy(), size_px)
    maps = torch.full((len(cameras), len(GBUFFER), size_px, size_px), 0.5)
    maps[:, 3] = torch.from_numpy((part >= 0).astype(np.float32))
    maps[:, NORMAL] = torch.from_numpy(normal).permute(0, 3, 1, 2)
    maps[:, DEPTH] = torch.from_numpy(depth)[:, None]
    return Maps(maps, cameras)
