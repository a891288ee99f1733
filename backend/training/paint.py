"""Painting of rendered part buffers: one shape, any materials; procedural patterns live in each part's own frame."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..materials import CODES
from .paints import BRICKS, CHECKS, DOTS, GRAIN, MOTTLE, PLANKS, SPECKLE, STRIPES, TILES
from .programs import CAPSULE, CONE, POLYGON
from .render import F, _local

_CODES = CODES.numpy()


@njit(fastmath=True, inline="always")
def _hash(i, j, k):
    n = (i * 73856093) ^ (j * 19349663) ^ (k * 83492791)
    n = (n << 13) ^ n
    return ((n * (n * n * 15731 + 789221) + 1376312589) & 0x7FFFFFFF) / 2147483647.0


@njit(fastmath=True)
def value_noise(x, y, z):
    """Trilinear lattice noise in [0, 1]."""
    i, j, k = int(math.floor(x)), int(math.floor(y)), int(math.floor(z))
    fx, fy, fz = x - i, y - j, z - k
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    total = 0.0
    for a in range(2):
        for b in range(2):
            for c in range(2):
                weight = (fx if a else 1 - fx) * (fy if b else 1 - fy) * (fz if c else 1 - fz)
                total += _hash(i + a, j + b, k + c) * weight
    return total


@njit(fastmath=True, inline="always")
def _surface_frame(row, u, v, w):
    """(along, across, through): the part's longest direction first; round parts unroll their circumference."""
    kind = int(row[0])
    if kind in (CONE, CAPSULE, POLYGON):
        radius = max(row[4], row[5])
        return w, math.atan2(v, u) * radius, math.sqrt(u * u + v * v)
    a, b, c = row[4], row[5], row[6]
    if a >= b and a >= c:
        return (u, v, w) if b >= c else (u, w, v)
    if b >= c:
        return (v, u, w) if a >= c else (v, w, u)
    return (w, u, v) if a >= b else (w, v, u)


@njit(fastmath=True)
def _pattern(kind, f, seed, along, across, through, x, y, z):
    """Share of the second colour, 0 to 1."""
    if kind == GRAIN:
        wave = (
            across * f
            + through * f * 0.7
            + 1.5 * value_noise(along * f * 0.25 + seed, across * f * 0.8, through * f * 0.8)
        )
        m = 0.5 + 0.5 * math.sin(6.2832 * wave)
        return m * m
    if kind in (MOTTLE, SPECKLE):
        m = 0.6 * value_noise(x * f + seed, y * f, z * f) + 0.4 * value_noise(
            x * f * 2.1, y * f * 2.1 + seed, z * f * 2.1
        )
        return min(max((m - 0.35) * 2.5, 0.0), 1.0) if kind == SPECKLE else m
    if kind == STRIPES:
        return 1.0 if math.sin(6.2832 * along * f * 0.7) > 0 else 0.0
    if kind == CHECKS:
        return 1.0 if math.sin(6.2832 * along * f * 0.6) * math.sin(6.2832 * across * f * 0.6) > 0 else 0.0
    if kind == DOTS:
        s, t = along * f * 0.8, across * f * 0.8
        du, dv = s - math.floor(s) - 0.5, t - math.floor(t) - 0.5
        return 1.0 if du * du + dv * dv < 0.07 else 0.0
    if kind == PLANKS:
        s = across * f
        edge = abs(s - math.floor(s) - 0.5)
        tint = 0.45 * _hash(int(math.floor(s)), 7, int(seed))
        grain = 0.25 * value_noise(along * f * 0.5, across * f * 6, through * f)
        return 1.0 if edge > 0.45 else tint + grain
    if kind in (BRICKS, TILES):
        s = z * f
        layer = math.floor(s)
        t = (x + y) * f * 0.5 + (0.5 if int(layer) % 2 else 0.0)
        joint = (s - layer < 0.13) or (t - math.floor(t) < 0.07)
        return 1.0 if joint else 0.45 * _hash(int(layer), int(math.floor(t)), 3)
    return 0.0


@njit(fastmath=True)
def _paint(program, slots, codes, axes, part, depth, out):
    size = part.shape[1]
    for view in range(part.shape[0]):
        c = axes[view]
        for i in range(size):
            for j in range(size):
                k = part[view, i, j]
                if k < 0:
                    continue
                row = program[k]
                paint = slots[int(row[45])]
                sx, sy, t = (2 * j + 1.0) / size - 1, 1 - (2 * i + 1.0) / size, depth[view, i, j]
                x = c[0, 0] * sx + c[1, 0] * sy + c[2, 0] * t
                y = c[0, 1] * sx + c[1, 1] * sy + c[2, 1] * t
                z = c[0, 2] * sx + c[1, 2] * sy + c[2, 2] * t
                u, v, w = _local(row, x, y, z)
                along, across, through = _surface_frame(row, u, v, w)
                m = _pattern(int(paint[9]), paint[10], paint[12], along, across, through, x, y, z) * paint[11]
                for channel in range(3):
                    out[view, channel, i, j] = paint[channel] * (1 - m) + paint[3 + channel] * m
                out[view, 3, i, j] = 1.0
                out[view, 8, i, j], out[view, 9, i, j] = paint[6], paint[7]
                for channel in range(3):
                    out[view, 10 + channel, i, j] = codes[int(paint[8]), channel]


def gbuffer(program: F, slots: F, axes: F, part: NDArray[np.int16], normal: F, depth: F) -> F:
    """The (V, 13, S, S) float32 G-buffer of rendered buffers under one set of paints, zero outside the object.

    slots: (number of slots, SLOT_ROW) in the order of the program's slot indices.
    """
    views, size = part.shape[:2]
    out = np.zeros((views, 13, size, size), np.float32)
    _paint(program, slots, _CODES, np.ascontiguousarray(axes, np.float32), part, depth, out)
    out[:, 4:7] = normal.transpose(0, 3, 1, 2)
    out[:, 7] = depth
    return out
