"""What a prior is to everything downstream: a frozen denoiser of V posed views, seen only as (eps, x0).

Letters: B objects (or evaluations) in a batch, V views, c latent channels, C map channels, h w latent and H W map sizes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from ..cameras import Cameras

# G-buffer channels of the embedded prior, in this order, in both training and inference.
GBUFFER = ("albedo_r", "albedo_g", "albedo_b", "alpha", "normal_x", "normal_y", "normal_z", "depth", "roughness",
           "metallic", "material_0", "material_1", "material_2")  # fmt: skip
ALBEDO, ALPHA, NORMAL, DEPTH = slice(0, 3), slice(3, 4), slice(4, 7), slice(7, 8)
ROUGHNESS, METALLIC, MATERIAL = slice(8, 9), slice(9, 10), slice(10, 13)


@dataclass(frozen=True)
class Maps:
    """Decoded views. `maps` is (V, C, H, W): for a G-buffer prior the 13 channels of GBUFFER, else RGB.

    Units in G-buffers: albedo sRGB [0, 1]; alpha [0, 1]; world normals in [-1, 1]; depth in prior units (half-frames),
    measured from the plane through the origin, positive towards the camera; roughness, metallic [0, 1]; material code
    in [-1, 1] (`backend/materials.py` decodes it). Outside alpha the values are meaningless.
    surfaces: indices of materials.SURFACES, all that the prop can be made of; empty where that is not known. named: those of
    them that the prompt names. settled: whether the prior has settled the geometry between the views (`swept`).
    """

    maps: Tensor
    cameras: Cameras
    surfaces: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    settled: bool = False

    def __post_init__(self) -> None:
        assert self.maps.dim() == 4 and self.maps.shape[0] == len(self.cameras), self.maps.shape


@dataclass(frozen=True)
class Prediction:
    """A denoiser's answer at z_t, both shaped like z_t: z_t = alpha x0 + sigma eps."""

    eps: Tensor
    x0: Tensor


@dataclass(frozen=True)
class Cond:
    """What a denoiser is told, for B evaluations at once. Made by `Prior.condition`; opaque to everything else."""

    fields: dict[str, Tensor] = field(default_factory=dict)  # every tensor (B, ...)

    @staticmethod
    def stack(parts: list[Cond]) -> Cond:
        """One condition for the evaluations of several, in order; a field that only some have is zero for the others."""
        like = {name: tensor for part in parts for name, tensor in part.fields.items()}
        return Cond({name: torch.cat([part._field(name, tensor) for part in parts]) for name, tensor in like.items()})

    @property
    def device(self) -> torch.device | None:
        """Where its tensors lie; None of an empty one."""
        return next((tensor.device for tensor in self.fields.values()), None)

    def _field(self, name: str, like: Tensor) -> Tensor:
        """The field of that name, or zeros in its place, shaped like that of another condition."""
        count = len(next(iter(self.fields.values())))
        return self.fields[name] if name in self.fields else like.new_zeros(count, *like.shape[1:])


@dataclass(frozen=True)
class Schedule:
    """A noise schedule by its levels: alpha(t)^2 + sigma(t)^2 = 1 for t in [0, 1]; t=1 is (nearly) pure noise."""

    log_snr_max: float = 20.0
    log_snr_min: float = -20.0
    shift: float = 1.0  # > 1 moves time towards noise: SNR is divided by shift^2 (Hoogeboom et al. 2023)
    alphas_cumprod: tuple[float, ...] = ()  # a discrete schedule (Stable Diffusion's); empty: the shifted cosine

    def alpha_sigma(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """(alpha, sigma), each shaped like t, which lies in [0, 1]."""
        if self.alphas_cumprod:
            table = _on_device(self.alphas_cumprod, t.device)
            index = (t.to(table.dtype) * (len(table) - 1)).clamp(0, len(table) - 1)
            low = index.floor().long()
            high = (low + 1).clamp(max=len(table) - 1)
            squared = torch.lerp(table[low], table[high], index - low).to(t.dtype)
            return squared.sqrt(), (1 - squared).sqrt()
        half_angle = (t * (torch.pi / 2)).clamp(1e-4, torch.pi / 2 - 1e-4)
        log_snr = (-2 * torch.log(torch.tan(half_angle)) - 2 * math.log(self.shift)).clamp(
            self.log_snr_min, self.log_snr_max
        )
        return torch.sigmoid(log_snr).sqrt(), torch.sigmoid(-log_snr).sqrt()


@cache
def _on_device(levels: tuple[float, ...], device: torch.device) -> Tensor:
    """Levels in float64, which Apple's cards do not know, brought to a device once."""
    return torch.tensor(levels, dtype=torch.float64 if device.type in {"cpu", "cuda"} else torch.float32, device=device)


class Prior(Protocol):
    """A frozen multi-view image model. `channels` are names of the decoded maps' channels (GBUFFER or r, g, b)."""

    name: str
    channels: tuple[str, ...]
    cameras: Cameras  # the rig it was taught, V views
    size_px: int
    latent_shape: tuple[int, int, int, int]  # (V, c, h, w)
    schedule: Schedule

    def condition(self, prompts: list[str], image: Tensor | None = None) -> Cond:
        """The condition of B prompts; "" is the null prompt. image: (4, H, W) RGBA in [0, 1] shared by all, or None."""
        ...

    def encode(self, maps: Tensor) -> Tensor:
        """(B, V, C, H, W) decoded maps -> (B, V, c, h, w) latents; differentiable."""
        ...

    def decode(self, z: Tensor) -> Tensor:
        """(B, V, c, h, w) -> (B, V, C, H, W) in the units of `Maps`; differentiable."""
        ...

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        """z_t (B, V, c, h, w), t (B,) in [0, 1] -> eps and x0 of the same shape, without gradient."""
        ...


@runtime_checkable
class SharesGuidance(Protocol):
    """A prior whose channels take guidance in different measure. guidance_share: (c, 1, 1) in [0, 1]."""

    guidance_share: Tensor


@runtime_checkable
class Forgets(Protocol):
    """A prior of which it was measured at what signal over noise (alpha / sigma) half of an object's look gives way."""

    look_half_gone: float


@runtime_checkable
class SeesViewsAlone(Protocol):
    """A prior that sees each view by itself, is told in words from where, and is pushed away from the other sides."""

    def view_negatives(self, cond: Cond) -> list[tuple[Cond, Tensor]]:
        """Perp-Neg's negatives of a condition: what each camera must not show, and how strongly, weights (1, V)."""
        ...
