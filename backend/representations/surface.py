"""The textured surface: a mesh whose texels, and vertices along their normals, move; the artist's own detail stays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ..cameras import Cameras
from ..mesh import Mesh
from ..rasterise import Array, Texels, rasterise
from . import Frames
from .channels import HIGH, LOW, on_ground
from .lookups import Lookups, lookups
from .sight import Sight, average, bake, look, pyramid, sample

WORK_PX = 256  # side of the texture of changes: the views' samples are about this dense, so that every texel is hit
RATE, RATE_SHAPE = 0.02, 1e-3  # Adam's step in texel values, and in prior units along the normals
SEEN = 1e-3  # summed weight from which a texel counts as seen


@dataclass
class TexturedSurface:
    """A mesh in prior units with its texture and the changes made to both.

    vertices (N, 3), faces (F, 3), uvs (F, 3, 2) V up: kept as they are. base: (8, T, T) FEATURES, row 0 at V = 1.
    allowed: (T, T) bool, where texels may change. delta: (8, W, W), added to the base. displacement: (N,) along the
    vertex normals, or None for a frozen shape.
    """

    vertices: Array
    faces: Array
    uvs: Array
    base: Tensor
    allowed: Tensor
    delta: Tensor
    displacement: Tensor | None = None
    colour_only: bool = False  # base colour alone may change: roughness, metallic and the material's code stay
    looked: Tensor | None = None  # (N,) the displacement that the look-ups were cast at
    known: Tensor | None = None  # (W, W) bool: texels that the last bake had an opinion on; None: all that are seen
    _room: tuple[Tensor, Tensor] | None = None  # how far delta may go down and up
    _gate: Tensor | None = None  # (1, W, W) share of each texel that may change
    _open: bool = False  # whether all may, as the gate was made
    _sights: dict[tuple[bytes, int], Sight] = field(default_factory=dict)
    _lookups: dict[tuple[bytes, int], Lookups] = field(default_factory=dict)
    _still: dict[tuple[bytes, int], Tensor] = field(default_factory=dict)  # the pictures of what does not change

    @staticmethod
    def start(
        vertices: Array, faces: Array, uvs: Array, base: Tensor, allowed: Tensor, *, shape: bool = False
    ) -> TexturedSurface:
        """A surface without changes yet; `shape` lets vertices move as well."""
        size = min(WORK_PX, base.shape[-1])
        return TexturedSurface(
            vertices, faces, uvs, base, allowed, torch.zeros(len(base), size, size),
            torch.zeros(len(vertices)) if shape else None, looked=torch.zeros(len(vertices)) if shape else None,
        )  # fmt: skip

    @property
    def moves(self) -> bool:
        """Whether vertices move too; a frozen shape's pictures are linear in its texels."""
        return self.displacement is not None

    def parameters(self) -> list[dict]:
        groups = [{"params": [self.delta.requires_grad_(True)], "lr": RATE, "name": "delta"}]
        if self.displacement is not None:
            groups.append(
                {"params": [self.displacement.requires_grad_(True)], "lr": RATE_SHAPE, "name": "displacement"}
            )
        return groups

    @torch.no_grad()
    def constrain(self) -> None:
        """Keep base plus change within the features' ranges: guidance drives colours past any mode if it may."""
        if self._room is None:
            base = torch.nn.functional.interpolate(self.base[None], self.delta.shape[-2:], mode="area")[0]
            low, high = LOW[:, None, None].to(base), HIGH[:, None, None].to(base)
            self._room = (low - base).clamp(max=0), (high - base).clamp(min=0)
        for free, low, high in zip(self.delta[: self.free], *self._room, strict=False):
            free.clamp_(low, high)

    def sight(self, cameras: Cameras, size_px: int) -> Sight:
        """The cached look-ups of these cameras."""
        key = (cameras.world_from_camera.numpy().tobytes(), size_px)
        if key not in self._sights:
            self._sights[key] = look(self._at(self.looked).numpy(), self.faces, self.uvs, cameras, size_px)
        return self._sights[key]

    @property
    def free(self) -> int:
        """How many of the features may change."""
        return 3 if self.colour_only else len(self.delta)

    def hold_material(self) -> None:
        """From here on base colour alone may change; roughness, metallic and material stay as they are by now."""
        self.colour_only = True
        self._still.clear()

    def refresh(self, looked: Tensor | None = None) -> None:
        """Forget what was computed from the shape, after it was replaced.

        looked: (N,) the displacement to cast the next look-ups at; None: the present one.
        """
        if self.displacement is not None:
            self.looked = (self.displacement.detach() if looked is None else looked).clone()
        self._sights.clear()
        self._lookups.clear()
        self.rebase()

    def rebase(self) -> None:
        """Forget what was computed from the base alone, after it was replaced."""
        self._still.clear()
        self._room = self._gate = None

    def points(self) -> Tensor:
        """(N, 3) displaced vertices, detached."""
        return self._at(None if self.displacement is None else self.displacement.detach())

    def _at(self, displacement: Tensor | None) -> Tensor:
        """(N, 3) vertices displaced by (N,)."""
        points = torch.from_numpy(np.asarray(self.vertices, np.float32))
        return points if displacement is None else points + displacement[:, None] * self._normals(points)

    def render(self, cameras: Cameras, size_px: int, background: Tensor | None = None) -> Frames:
        """Features from texels, geometry from the cached look-ups. Silhouettes get no gradient."""
        sight, change = self.sight(cameras, size_px), self.lookups(cameras, size_px)
        if self._gate is None:
            free, size = self.allowed[None, None].float(), self.delta.shape[-2:]
            self._gate = torch.nn.functional.interpolate(free, size, mode="area")[0]
            self._open = bool(self.allowed.all())
        moved = self.delta if self._open else self.delta * self._gate
        key = (cameras.world_from_camera.numpy().tobytes(), size_px)
        if key not in self._still:  # of the base, and of the changes that are held
            still = average(sight, sample(pyramid(self.base), sight.uv, sight.footprint))
            if self.colour_only:
                still[:, 3:] += change(moved[3:].detach())
            self._still[key] = still
        still = self._still[key]
        features = torch.cat([still[:, : self.free] + change(moved[: self.free]), still[:, self.free :]], dim=1)
        features = on_ground(features, sight.alpha, background)
        depth, normal = sight.depth, sight.normal
        if self.displacement is not None:
            depth, normal = self._displaced(sight, cameras)
        return Frames(features, sight.alpha, depth, normal)

    def lookups(self, cameras: Cameras, size_px: int) -> Lookups:
        """The cached matrix that renders a texture of the changes' size."""
        key = (cameras.world_from_camera.numpy().tobytes(), size_px)
        if key not in self._lookups:
            self._lookups[key] = lookups(self.sight(cameras, size_px), self.delta.shape[-1])
        return self._lookups[key]

    def _displaced(self, sight: Sight, cameras: Cameras) -> tuple[Tensor, Tensor]:
        """Depth and normal with the displacement's gradient; where the look-ups were cast they are the look-ups' own, exactly."""
        moved = self._at(self.displacement)
        face = sight.face[sight.centres()].clamp(min=0)
        bary = sight.barycentric[sight.centres()][..., None]
        corner = torch.from_numpy(np.asarray(self.faces, np.int64))[face]  # (V, S, S, 3)
        back = cameras.axes[:, 2, None, None, :]
        depth = ((moved[corner] * bary).sum(-2) * back).sum(-1)[:, None] * sight.alpha
        turned = (
            ((self._normals(moved) - self._normals(self._at(self.looked)))[corner] * bary).sum(-2).permute(0, 3, 1, 2)
        )
        normal = torch.nn.functional.normalize(sight.normal + turned * sight.alpha, dim=1) * sight.alpha
        return depth, normal

    def _normals(self, points: Tensor) -> Tensor:
        """(N, 3) vertex normals, area-weighted, differentiable."""
        faces = torch.from_numpy(np.asarray(self.faces, np.int64))
        a, b, c = points[faces].unbind(1)
        cross = torch.linalg.cross(b - a, c - a)
        total = torch.zeros_like(points).index_add(0, faces.flatten(), cross.repeat_interleave(3, 0))
        return torch.nn.functional.normalize(total, dim=1, eps=1e-12)

    def baked(self, pixels: Tensor, weight: Tensor, cameras: Cameras, rounds: int = 2) -> Tensor:
        """(8, W, W) the change whose picture is nearest to `pixels` (V, 8, S, S), weighted by (V, 1, S, S).

        SIRT (Gilbert 1972): x += A' w (y - A x) / A' w, with the look-ups' own matrix and its transpose.
        """
        look_up = self.lookups(cameras, pixels.shape[-1])
        change = torch.zeros_like(self.delta)
        with torch.enable_grad():
            probe = torch.zeros_like(change).requires_grad_(True)
            seen = look_up(probe)
            (total,) = torch.autograd.grad(seen, probe, weight.expand_as(seen), retain_graph=True)
            share = torch.where(total > SEEN * 0.1, 1 / total.clamp(min=1e-9), torch.zeros_like(total))
            for _ in range(rounds):
                with torch.no_grad():
                    left = (pixels - look_up(change)) * weight
                (step,) = torch.autograd.grad(seen, probe, left, retain_graph=True)
                change = change + step * share
        self.known = share[0] > 0
        return change

    def to_mesh(self) -> Mesh:
        return Mesh(self.points().numpy(), np.asarray(self.faces, np.int32))

    @torch.no_grad()
    def present(self) -> Tensor:
        """(8, W, W) the texture as it stands, at the size of the changes; texels that no view saw keep their base."""
        size = self.delta.shape[-2:]
        base = torch.nn.functional.interpolate(self.base[None], size, mode="area")[0]
        gate = torch.nn.functional.interpolate(self.allowed[None, None].float(), size, mode="area")[0]
        return (base + self.delta * gate).clamp(LOW[:, None, None], HIGH[:, None, None])

    def texture(self, cameras: Cameras, size_px: int) -> Tensor:
        """(8, T, T) the finished texture: the base plus the changes, bit for bit the base where nothing is allowed.

        Texels that no view saw take the change of the nearest seen one on the surface, not in the UV layout.
        """
        work = self.delta.shape[-1]
        texels = rasterise(self.uvs, work)
        change = self._filled(texels, self.sight(cameras, size_px))
        spread = torch.from_numpy(texels.image(change)).permute(2, 0, 1)[None]
        size = self.base.shape[-1]
        wide = torch.nn.functional.interpolate(spread, (size, size), mode="bilinear", align_corners=False)[0]
        changed = (self.base + wide).clamp(LOW[:, None, None], HIGH[:, None, None])
        return torch.where(self.allowed & (wide != 0), changed, self.base)

    def _filled(self, texels: Texels, sight: Sight) -> Array:
        """(T, 8) change of every covered texel, the unseen ones filled from their nearest seen neighbours in space."""
        delta = self.delta.detach()
        change = delta[:, texels.row, texels.column].T.numpy()
        ones = torch.ones(*sight.alpha.shape)
        _, weight = bake(sight, ones, ones, delta.shape[-1])
        seen = weight[0][texels.row, texels.column].numpy() > SEEN
        if self.known is not None:
            seen &= self.known[texels.row, texels.column].numpy()
        if not seen.any() or seen.all():
            return change
        position = texels.spread(self.points().numpy()[self.faces])
        _, near = cKDTree(position[seen]).query(position[~seen], workers=1)
        filled = change.copy()
        filled[~seen] = change[seen][near]
        return filled
