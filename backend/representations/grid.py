"""The signed-distance grid as a representation: rays find its surface, gradients reach the eight cells about each hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..cameras import Cameras
from ..fuse import SignedDistance
from ..mesh import Mesh, extract
from . import Frames
from .channels import HIGH, LOW, on_ground
from .sight import rays

RATES = {"values": 2e-3, "colours": 1e-2}
STEPS, REFINEMENTS = 48, 6  # of sphere tracing with the clipped grid, and of bisection behind the first sign change
REACH = 1.8  # half the length of the rays: the cube's corner


@dataclass
class DistanceGrid:
    """values: (n, n, n) signed distances over [-1, 1]^3 at the cells' centres, negative inside. colours: (C, n, n, n).

    The hit is found without gradient; then x = x_hit - d (v(x_hit) / (d . grad v)) carries it (implicit
    differentiation; Niemeyer et al. 2020). Silhouettes get no gradient.
    """

    values: Tensor
    colours: Tensor
    faces: int = 20_000

    @staticmethod
    def start(sdf: SignedDistance, colours: Tensor, faces: int = 20_000) -> DistanceGrid:
        """From a fused grid and one colour (C,) or a grid of colours (C, n, n, n)."""
        n = sdf.size
        wide = colours.reshape(-1, 1, 1, 1).repeat(1, n, n, n) if colours.dim() == 1 else colours.clone()
        return DistanceGrid(torch.from_numpy(sdf.values.copy()), wide, faces)

    def parameters(self) -> list[dict]:
        return [
            {"params": [getattr(self, name).requires_grad_(True)], "lr": rate, "name": name}
            for name, rate in RATES.items()
        ]

    @torch.no_grad()
    def constrain(self) -> None:
        count = len(self.colours)
        self.colours.clamp_(LOW[:count].reshape(-1, 1, 1, 1), HIGH[:count].reshape(-1, 1, 1, 1))

    def render(self, cameras: Cameras, size_px: int, background: Tensor | None = None) -> Frames:
        origin, direction = rays(cameras, size_px)
        flat = (origin.reshape(-1, 3), direction.reshape(-1, 3))
        with torch.no_grad():
            distance, hit = self._trace(*flat)
        origin, direction, along = flat[0][hit], flat[1][hit], distance[hit]
        point = origin + along[:, None] * direction
        normal = self._gradient(point)
        slope = (normal.detach() * direction).sum(-1)
        slope = torch.where(slope.abs() < 0.1, torch.full_like(slope, -0.1), slope)  # grazing rays: a bounded pull
        level = look_up(self.values[None], point)[:, 0]
        point = point - direction * ((level - level.detach()) / slope)[:, None]
        normal = torch.nn.functional.normalize(normal, dim=1, eps=1e-9)
        views, side = len(cameras), (len(cameras), size_px, size_px)
        back = cameras.axes[:, 2].repeat_interleave(size_px * size_px, 0)[hit]
        alpha = hit.float().reshape(*side)[:, None]
        features = self._spread(look_up(self.colours, point), hit, side)
        features = on_ground(features, alpha, background)
        depth = self._spread((point * back).sum(-1, keepdim=True), hit, side)
        assert depth.shape == (views, 1, size_px, size_px)
        return Frames(features, alpha, depth, self._spread(normal, hit, side))

    @staticmethod
    def _spread(values: Tensor, hit: Tensor, side: tuple[int, int, int]) -> Tensor:
        """(hits, C) -> (V, C, S, S), zero elsewhere."""
        flat = torch.zeros(len(hit), values.shape[1]).masked_scatter(hit[:, None], values)
        return flat.reshape(*side, -1).permute(0, 3, 1, 2)

    def _trace(self, origin: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
        """(distance, hit) of every ray: steps as long as the grid allows, then bisection. Distances are clipped, not exact."""
        start = -(origin * direction).sum(-1) - REACH
        along, before = start.clone(), start.clone()
        found = torch.zeros(len(origin), dtype=torch.bool)
        least = 2 / self.values.shape[0]
        for _ in range(STEPS * 2):
            level = look_up(self.values[None], origin + along[:, None] * direction)[:, 0]
            found |= level < 0
            move = torch.where(found, torch.zeros_like(level), level.clamp(min=0.5 * least))
            before = torch.where(found, before, along)
            along = along + move
            if bool((found | (along > start + 2 * REACH)).all()):
                break
        low, high = before, along
        for _ in range(REFINEMENTS):
            middle = (low + high) / 2
            inside = look_up(self.values[None], origin + middle[:, None] * direction)[:, 0] < 0
            low, high = torch.where(inside, low, middle), torch.where(inside, middle, high)
        return (low + high) / 2, found

    def _gradient(self, point: Tensor) -> Tensor:
        """(P, 3) central differences of the grid, differentiable in its values."""
        step = torch.eye(3) * (1.5 / self.values.shape[0])
        ahead = torch.stack([look_up(self.values[None], point + s)[:, 0] for s in step], dim=1)
        behind = torch.stack([look_up(self.values[None], point - s)[:, 0] for s in step], dim=1)
        return (ahead - behind) / (3.0 / self.values.shape[0])

    def to_mesh(self) -> Mesh:
        return extract(SignedDistance(self.values.detach().numpy().astype(np.float32)), self.faces)


def look_up(grid: Tensor, point: Tensor) -> Tensor:
    """Trilinear values of a grid (C, n, n, n), indexed x, y, z, at points (P, 3) of [-1, 1]^3 -> (P, C)."""
    where = point.flip(-1).reshape(1, 1, 1, -1, 3)
    found = torch.nn.functional.grid_sample(grid[None], where, padding_mode="border", align_corners=False)
    return found.reshape(len(grid), -1).T
