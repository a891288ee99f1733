"""What the benches of Blender's main thread measure with: wall and processor time, and a sphere of so many faces."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np


def sphere(faces: int) -> dict[str, np.ndarray]:
    """A welded sphere of about `faces` triangles with per-corner UVs, as mesh.npz holds it."""
    rings = int((faces / 4) ** 0.5)
    segments = 2 * rings
    theta, phi = np.linspace(0, np.pi, rings + 1)[1:-1], np.linspace(0, 2 * np.pi, segments, endpoint=False)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    body = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1).reshape(-1, 3)
    vertices = np.concatenate([body, [[0, 0, 1], [0, 0, -1]]]).astype(np.float32)
    i, j = np.meshgrid(np.arange(rings - 2), np.arange(segments), indexing="ij")
    a, b = i * segments + j, i * segments + (j + 1) % segments
    quads = np.stack([a, a + segments, b + segments, a, b + segments, b], -1).reshape(-1, 3)
    top, bottom, k = len(body), len(body) + 1, np.arange(segments)
    last = (rings - 2) * segments
    caps = [np.stack([np.full_like(k, top), k, (k + 1) % segments], -1)]
    caps.append(np.stack([np.full_like(k, bottom), last + (k + 1) % segments, last + k], -1))
    triangles = np.concatenate([quads, *caps]).astype(np.int32)
    uvs = (vertices[triangles][..., :2] * 0.5 + 0.5).astype(np.float32)
    return {"vertices": vertices, "faces": triangles, "uvs": uvs}


def milliseconds(call: Any) -> tuple[float, float]:
    """(wall, processor) time of one call; on a busy machine only the second one is ours."""
    start, used = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000


def worst(times: list[tuple[float, float]]) -> dict[str, float]:
    wall, processor = zip(*times, strict=True)
    medians = {"wall_median": statistics.median(wall), "processor_median": statistics.median(processor)}
    return {"wall_max": max(wall), "processor_max": max(processor)} | medians
