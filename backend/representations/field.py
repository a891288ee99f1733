"""A radiance field: a hash grid and two small heads, rendered through volume; for priors that need one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..cameras import Cameras
from ..fuse import SignedDistance
from ..mesh import Mesh, extract
from . import Frames
from .channels import on_ground
from .sight import rays

RATES = {"tables": 1e-2, "heads": 1e-3}  # DreamFusion-class configurations of threestudio
PRIMES = (1, 2654435761, 805459861)  # spatial hash (Teschner et al. 2003), as in Instant-NGP
LEVEL = 3.0  # density of the surface when meshed: a third of the starting blob's centre
SAMPLES, REACH = 64, 1.0  # along a ray; half its length about the origin's plane
BLOB_SCALE, BLOB_STD = 10.0, 0.5  # DreamFusion's density bias, a blob in the middle


class HashGrid(nn.Module):
    """Instant-NGP's encoding (Mueller et al. 2022, eq. 1-4): L levels of hashed corners, trilinearly mixed.

    points (P, 3) in [-1, 1] -> (P, levels * width).
    """

    def __init__(self, levels: int = 8, width: int = 2, log2_size: int = 14, low: int = 8, high: int = 128) -> None:
        super().__init__()
        growth = math.exp(math.log(high / low) / max(levels - 1, 1))
        self.sizes = [int(low * growth**k + 0.5) for k in range(levels)]
        self.count = 1 << log2_size
        self.tables = nn.Parameter((torch.rand(levels, self.count, width) * 2 - 1) * 1e-4)

    def index(self, corner: Tensor, size: int) -> Tensor:
        """(..., 3) integer corners -> rows: one to one where the level fits into its table, hashed where not."""
        side = size + 1
        if side**3 <= self.count:
            return (corner[..., 0] * side + corner[..., 1]) * side + corner[..., 2]
        a, b, c = (corner[..., k] * PRIMES[k] for k in range(3))
        return (a ^ b ^ c) % self.count

    def forward(self, points: Tensor) -> Tensor:
        found = []
        for size, table in zip(self.sizes, self.tables, strict=True):
            x = (points.clamp(-1, 1) + 1) / 2 * size
            low = x.floor().clamp(max=size - 1)
            part = x - low
            total: Tensor | float = 0.0
            for k in range(8):
                offset = torch.tensor([k >> 2 & 1, k >> 1 & 1, k & 1], device=points.device)
                weight = torch.where(offset.bool(), part, 1 - part).prod(-1, keepdim=True)
                total = total + weight * table[self.index((low + offset).long(), size)]
            found.append(total)
        return torch.cat(found, dim=-1)  # type: ignore[arg-type]


@dataclass
class RadianceField:
    """Density and features from one encoding. channels: how many features a point has."""

    grid: HashGrid
    density_head: nn.Module
    feature_head: nn.Module
    samples: int = SAMPLES

    @staticmethod
    def start(channels: int, generator: torch.Generator, width: int = 32) -> RadianceField:
        torch.manual_seed(int(torch.randint(1 << 31, (1,), generator=generator)))
        grid = HashGrid()
        inside = grid.tables.shape[0] * grid.tables.shape[2]
        density = nn.Sequential(nn.Linear(inside, width), nn.Softplus(), nn.Linear(width, 1))
        features = nn.Sequential(nn.Linear(inside, width), nn.ReLU(), nn.Linear(width, channels), nn.Sigmoid())
        return RadianceField(grid, density, features)

    def to(self, place: torch.device) -> RadianceField:
        """Itself, its tensors moved to a device."""
        for module in (self.grid, self.density_head, self.feature_head):
            module.to(place)
        return self

    def parameters(self) -> list[dict]:
        """One group a tensor, so that checkpoints can name each."""
        groups = [{"params": [self.grid.tables], "lr": RATES["tables"], "name": "tables"}]
        for head, module in (("density", self.density_head), ("feature", self.feature_head)):
            groups += [
                {"params": [p], "lr": RATES["heads"], "name": f"{head}.{name}"} for name, p in module.named_parameters()
            ]
        return groups

    def constrain(self) -> None:
        """Features end in a sigmoid and density in an exponential: nothing can leave its range."""

    def density(self, points: Tensor) -> Tensor:
        """(P,) density per unit of length."""
        blob = BLOB_SCALE * (1 - points.norm(dim=-1) / BLOB_STD)
        return torch.nn.functional.softplus(self.density_head(self.grid(points))[:, 0] + blob)

    def render(self, cameras: Cameras, size_px: int, background: Tensor | None = None) -> Frames:
        """Volume rendering by quadrature (Max 1995): weights T_i (1 - exp(-density_i delta)), nearest first."""
        place = self.grid.tables.device
        origin, direction = (r.reshape(-1, 3).to(place) for r in rays(cameras, size_px))
        middle = -(origin * direction).sum(-1, keepdim=True)
        step = 2 * REACH / self.samples
        along = middle + (torch.arange(self.samples, device=place) + 0.5) * step - REACH  # (R, n)
        points = origin[:, None] + along[..., None] * direction[:, None]
        flat = points.reshape(-1, 3)
        optical = self.density(flat).reshape(along.shape) * step * (points.abs().amax(-1) <= 1)
        passed = torch.exp(-optical.cumsum(1))
        before = torch.cat([torch.ones_like(passed[:, :1]), passed[:, :-1]], dim=1)
        weight = before - passed
        values = self.feature_head(self.grid(flat)).reshape(*along.shape, -1)
        back = cameras.axes[:, 2].to(place).repeat_interleave(size_px * size_px, 0)
        depth = ((points * back[:, None]).sum(-1) * weight).sum(1)
        shape = (len(cameras), size_px, size_px)
        alpha = weight.sum(1).reshape(*shape)[:, None]
        features = (values * weight[..., None]).sum(1).reshape(*shape, -1).permute(0, 3, 1, 2)
        features = on_ground(features, alpha, background)
        seen = depth.reshape(*shape)[:, None] / alpha.clamp(min=1e-6)
        return Frames(features, alpha, seen, self._normals(origin, direction, along, weight, shape))

    def _normals(
        self, origin: Tensor, direction: Tensor, along: Tensor, weight: Tensor, shape: tuple[int, ...]
    ) -> Tensor:
        """World normals where the mean depth lies, by central differences of the density; without gradient."""
        with torch.no_grad():
            depth = (along * weight).sum(1) / weight.sum(1).clamp(min=1e-6)
            point = origin + depth[:, None] * direction
            step = torch.eye(3, device=point.device) * 0.02
            slope = torch.stack([self.density(point - s) - self.density(point + s) for s in step], dim=1)
            normal = torch.nn.functional.normalize(slope, dim=1, eps=1e-9) * (weight.sum(1) > 0.5)[:, None]
        return normal.reshape(*shape, 3).permute(0, 3, 1, 2)

    def to_mesh(self, size: int = 64, faces: int = 20_000) -> Mesh:
        """The level set of the density on a grid; raises "shape-empty" when there is none."""
        centre = (2 * torch.arange(size, device=self.grid.tables.device) + 1) / size - 1
        points = torch.stack(torch.meshgrid(centre, centre, centre, indexing="ij"), dim=-1).reshape(-1, 3)
        with torch.no_grad():
            values = torch.cat([self.density(part) for part in points.split(1 << 16)]).reshape(size, size, size)
        distance = (math.log(LEVEL) - values.clamp(min=1e-6).log()) * (2 / size)
        return extract(SignedDistance(distance.clamp(-6 / size, 6 / size).cpu().numpy()), faces)
