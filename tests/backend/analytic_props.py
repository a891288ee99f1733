"""Owns the analytic props of the finishing tests: boxes, balls and cylinders, meshed and seen as exact G-buffers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mcubes
import numpy as np
import torch

from backend.cameras import points_from_depth, rig
from backend.materials import INDEX, SURFACES
from backend.priors import Maps


@dataclass(frozen=True)
class Part:
    """One solid. kind: box (half sizes), ball (radius), cylinder (radius, half height; along Z)."""

    kind: str
    centre: tuple[float, float, float]
    size: tuple[float, ...]
    colour: tuple[float, float, float] = (0.5, 0.35, 0.2)
    material: str = "wood"

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Signed distances of (..., 3) points."""
        q = points - np.array(self.centre)
        if self.kind == "ball":
            return np.linalg.norm(q, axis=-1) - self.size[0]
        if self.kind == "cylinder":
            d = np.stack([np.hypot(q[..., 0], q[..., 1]) - self.size[0], np.abs(q[..., 2]) - self.size[1]], -1)
        else:
            d = np.abs(q) - np.array(self.size)
        return np.linalg.norm(np.maximum(d, 0), axis=-1) + np.minimum(d.max(-1), 0)


Paint = Callable[[np.ndarray], np.ndarray]  # (P, 3) points -> (P, 3) sRGB


def distances(parts: list[Part], points: np.ndarray) -> np.ndarray:
    """(..., n) distance to every part."""
    return np.stack([p.distance(points) for p in parts], -1)


def mesh_of(parts: list[Part], grid: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) float32 vertices and (F, 3) int32 faces, wound outwards, of the union's surface."""
    axis = (np.arange(grid) + 0.5) / grid * 2 - 1
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    vertices, faces = mcubes.marching_cubes(-distances(parts, points).min(-1), 0.0)
    corners = vertices[faces]
    volume = np.einsum("fk,fk->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum()
    faces = faces if volume > 0 else faces[:, ::-1]
    return ((vertices + 0.5) / grid * 2 - 1).astype(np.float32), np.ascontiguousarray(faces, dtype=np.int32)


def normals_at(parts: list[Part], points: np.ndarray) -> np.ndarray:
    """Unit gradients of the union's distance by central differences."""
    steps = np.eye(3) * 1e-4
    g = np.stack([distances(parts, points + s).min(-1) - distances(parts, points - s).min(-1) for s in steps], -1)
    return g / np.maximum(np.linalg.norm(g, axis=-1, keepdims=True), 1e-12)


def views_of(parts: list[Part], size_px: int = 64, paint: Paint | None = None) -> Maps:
    """The exact G-buffers of the canonical rig by sphere tracing, one point sample a pixel."""
    cameras = rig()
    depth = torch.full((len(cameras), size_px, size_px), 1.5)
    origin = points_from_depth(cameras, depth).numpy().reshape(len(cameras), -1, 3).astype(np.float64)
    out = np.zeros((len(cameras), size_px * size_px, 13), dtype=np.float32)
    for view in range(len(cameras)):
        back = cameras.axes[view, 2].numpy()
        travelled = np.zeros(size_px * size_px)
        for _ in range(80):
            travelled += distances(parts, origin[view] - travelled[:, None] * back).min(-1)
        hit = travelled < 3.0
        points = (origin[view] - travelled[:, None] * back)[hit]
        part = distances(parts, points).argmin(-1)
        surfaces = [SURFACES[INDEX[p.material]] for p in parts]
        out[view, hit, :3] = paint(points) if paint else np.array([p.colour for p in parts])[part]
        out[view, hit, 3] = 1.0
        out[view, hit, 4:7] = normals_at(parts, points)
        out[view, hit, 7] = 1.5 - travelled[hit]
        out[view, hit, 8] = np.array([s.roughness for s in surfaces])[part]
        out[view, hit, 9] = np.array([s.metallic for s in surfaces])[part]
        out[view, hit, 10:] = np.array([s.code for s in surfaces])[part]
    maps = torch.from_numpy(out).reshape(len(cameras), size_px, size_px, 13).permute(0, 3, 1, 2).contiguous()
    return Maps(maps, cameras)


TABLE = [
    Part("box", (0, 0, 0.3), (0.75, 0.45, 0.05), (0.55, 0.36, 0.2)),
    *[Part("box", (x, y, -0.22), (0.06, 0.06, 0.48), (0.55, 0.36, 0.2)) for x in (-0.65, 0.65) for y in (-0.35, 0.35)],
]
CRATE = [
    Part("box", (0, 0, 0), (0.5, 0.5, 0.5), (0.62, 0.45, 0.28)),
    *[Part("box", (x, y, 0), (0.07, 0.07, 0.54), (0.4, 0.26, 0.14)) for x in (-0.48, 0.48) for y in (-0.48, 0.48)],
    *[Part("box", (0, y, z), (0.52, 0.05, 0.07), (0.4, 0.26, 0.14)) for y in (-0.5, 0.5) for z in (-0.46, 0.46)],
    *[Part("box", (x, 0, z), (0.05, 0.52, 0.07), (0.4, 0.26, 0.14)) for x in (-0.5, 0.5) for z in (-0.46, 0.46)],
]
BARREL = [
    Part("cylinder", (0, 0, 0), (0.5, 0.7), (0.5, 0.32, 0.17)),
    *[Part("cylinder", (0, 0, z), (0.52, 0.05), (0.35, 0.35, 0.37), "cast_metal") for z in (-0.45, 0.45)],
]
WALL = [Part("box", (0, 0, 0), (0.8, 0.12, 0.55), (0.6, 0.25, 0.18), "brick")]
MUG = [
    Part("cylinder", (-0.1, 0, 0), (0.45, 0.5), (0.2, 0.45, 0.65), "ceramic"),
    Part("box", (0.5, 0, 0.2), (0.17, 0.06, 0.06), (0.85, 0.8, 0.7), "ceramic"),
    Part("box", (0.5, 0, -0.2), (0.17, 0.06, 0.06), (0.85, 0.8, 0.7), "ceramic"),
    Part("box", (0.63, 0, 0), (0.06, 0.06, 0.26), (0.85, 0.8, 0.7), "ceramic"),
]
SWORD = [
    Part("box", (0, 0, 0.3), (0.09, 0.025, 0.6), (0.72, 0.73, 0.75), "brushed_metal"),
    Part("box", (0, 0, -0.33), (0.3, 0.05, 0.05), (0.8, 0.62, 0.2), "gold"),
    Part("cylinder", (0, 0, -0.6), (0.055, 0.25), (0.3, 0.17, 0.1), "leather"),
    Part("ball", (0, 0, -0.87), (0.09,), (0.8, 0.62, 0.2), "gold"),
]
PROPS = {"table": TABLE, "crate": CRATE, "barrel": BARREL, "wall": WALL, "mug": MUG, "sword": SWORD}
