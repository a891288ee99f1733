"""3D Gaussians as a representation: their parameters, what they render to, and where they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..cameras import Cameras
from ..mesh import Mesh
from . import Frames
from .channels import HIGH, LOW, on_ground
from .gaussian_mesh import extract
from .harmonics import colour
from .splat import Splats, covariances, rotations, splat

Renderer = Callable[..., tuple[Tensor, Tensor, list[Splats]]]
RATES = {"means": 2e-3, "log_scales": 5e-3, "quats": 1e-3, "logits": 5e-2, "features": 1e-2, "harmonics": 2.5e-3}
# DreamGaussian's rates for a few hundred steps (main.py), the means' scaled to props of the unit ball


@dataclass
class Gaussians:
    """N Gaussians. Tensors are leaves that the optimiser moves.

    means (N, 3); log_scales (N, 3) of standard deviations; quats (N, 4) w x y z; logits (N,) of opacity; features
    (N, C), as they are; harmonics: (N, K, 3) or None, when given its colour replaces the first three features.
    """

    means: Tensor
    log_scales: Tensor
    quats: Tensor
    logits: Tensor
    features: Tensor
    harmonics: Tensor | None = None
    renderer: Renderer = splat
    seen: list[Splats] = field(default_factory=list)  # of the last render, for density control

    def __len__(self) -> int:
        return len(self.means)

    def tensors(self) -> dict[str, Tensor]:
        named = {name: getattr(self, name) for name in RATES}
        return {name: tensor for name, tensor in named.items() if tensor is not None}

    def to(self, place: torch.device) -> Gaussians:
        """Itself, its tensors moved to a device."""
        for name, tensor in self.tensors().items():
            setattr(self, name, tensor.to(place))
        return self

    def parameters(self) -> list[dict]:
        for tensor in self.tensors().values():
            tensor.requires_grad_(True)
        return [{"params": [tensor], "lr": RATES[name], "name": name} for name, tensor in self.tensors().items()]

    @torch.no_grad()
    def constrain(self) -> None:
        """Keep the features within the ranges of what they stand for."""
        count = self.features.shape[1]
        self.features.clamp_(LOW[:count].to(self.features), HIGH[:count].to(self.features))

    @property
    def opacity(self) -> Tensor:
        return torch.sigmoid(self.logits)

    def normals(self, towards: Tensor) -> Tensor:
        """(N, 3) unit normals: each Gaussian's shortest axis, on the side of `towards` (N, 3) or (3,)."""
        axis = self.log_scales.argmin(dim=1)
        normal = rotations(self.quats).gather(2, axis[:, None, None].expand(-1, 3, 1)).squeeze(2)
        return torch.where((normal * towards).sum(-1, keepdim=True) < 0, -normal, normal)

    def render(self, cameras: Cameras, size_px: int, background: Tensor | None = None) -> Frames:
        """Colour and features blended; depth and normal are averages over what is seen (divided by alpha)."""
        per_view = []
        for matrix in cameras.world_from_camera.to(self.means):
            back, eye = matrix[:3, 2], matrix[:3, 3]
            towards = back.expand_as(self.means) if cameras.fov_deg == 0 else eye - self.means
            features = self.features
            if self.harmonics is not None:
                seen_from = -torch.nn.functional.normalize(towards, dim=-1)
                features = torch.cat([colour(self.harmonics, seen_from), features[:, 3:]], dim=1)
            depth = (self.means @ back)[:, None]
            per_view.append(torch.cat([features, depth, self.normals(towards)], dim=1))
        covariance = covariances(self.quats, self.log_scales.exp())
        image, alpha, self.seen = self.renderer(
            self.means, covariance, self.opacity, torch.stack(per_view), cameras, size_px
        )
        count = self.features.shape[1]
        features, depth, normal = image[:, :count], image[:, count : count + 1], image[:, count + 1 :]
        features = on_ground(features, alpha, background)
        seen = alpha.clamp(min=1e-6)
        return Frames(features, alpha, depth / seen, torch.nn.functional.normalize(normal, dim=1, eps=1e-6))

    def to_mesh(self) -> Mesh:
        """The level set of the summed density; raises "shape-empty" when there is none."""
        with torch.no_grad():
            return extract(self.means, covariances(self.quats, self.log_scales.exp()), self.opacity)


def from_points(points: Tensor, features: Tensor, opacity: float = 0.1) -> Gaussians:
    """Round Gaussians at points (N, 3), each as wide as the mean distance to its three nearest neighbours."""
    distance = torch.cdist(points, points) if len(points) <= 4096 else _nearest(points)
    near = distance.topk(min(4, len(points)), largest=False).values[:, 1:]
    width = near.mean(dim=1).clamp(1e-4, 0.2)
    quats = torch.zeros(len(points), 4)
    quats[:, 0] = 1
    logit = torch.logit(torch.full((len(points),), opacity))
    return Gaussians(points.clone(), width.log()[:, None].repeat(1, 3), quats.to(points), logit.to(points), features)


def _nearest(points: Tensor, chunk: int = 2048) -> Tensor:
    """(N, 4) distances to the nearest neighbours, itself first, without the full table in memory."""
    return torch.cat([torch.cdist(part, points).topk(4, largest=False).values for part in points.split(chunk)])


def in_ball(count: int, channels: int, generator: torch.Generator, radius: float = 0.5) -> Gaussians:
    """`count` grey Gaussians spread evenly in a ball, for a start from nothing."""
    direction = torch.nn.functional.normalize(torch.randn(count, 3, generator=generator), dim=1)
    distance = radius * torch.rand(count, 1, generator=generator) ** (1 / 3)
    return from_points(direction * distance, torch.full((count, channels), 0.5))
