"""What the views say of the surface: cleaned heights and normals, one oriented plane a sub-pixel, and silhouettes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from .cameras import HALF_FRAME, pixel_grid
from .priors import ALPHA, DEPTH, NORMAL, Maps
from .restore import restore

NEIGHBOURS = tuple((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))
STEEPEST = 4.0  # slopes are cut here (76 degrees): beyond it a normal says little about depth
LOOKUP_PX = 192  # views are supersampled to at least this side: nearest look-ups are then enough


@dataclass(frozen=True)
class Sheets:
    """V orthographic height fields with normals, in each camera's own frame (right, up, back), prior units.

    alpha, depth, confidence: (V, S, S), confidence in [0, 1]. normal: (V, 3, S, S), unit, z > 0 (towards the camera).
    axes: (V, 3, 3), rows right, up, back.
    """

    alpha: Tensor
    depth: Tensor
    normal: Tensor
    confidence: Tensor
    axes: Tensor

    @property
    def size_px(self) -> int:
        return int(self.depth.shape[-1])

    @property
    def pixel(self) -> float:
        """Side of a pixel in prior units."""
        return 2 * HALF_FRAME / self.size_px

    @property
    def slope(self) -> Tensor:
        """(V, 2, S, S) dz/dx and dz/dy of each pixel's tangent plane, cut at STEEPEST."""
        return (-self.normal[:, :2] / self.normal[:, 2:].clamp(min=1e-3)).clamp(-STEEPEST, STEEPEST)

    @property
    def reach(self) -> Tensor:
        """(V, S, S) how far two pixels' planes may differ, a pixel apart, and still be one surface; prior units."""
        x, y = self.slope.unbind(1)
        return self.pixel * (1 + (x * x + y * y).sqrt())

    def moved(self, offset: Tensor) -> Sheets:
        """The sheets with `offset` (V,) added to their depths."""
        return replace(self, depth=self.depth + offset[:, None, None])


def observe(maps: Maps, passes: int = 1) -> Sheets:
    """The views' geometry as clean height fields.

    Each pass replaces a depth by the mean of what its neighbours' tangent planes predict there, weighted by how nearly
    they agree with it (a bilateral filter on planes): noise goes, steps stay. Pixels that few neighbours confirm are
    the mixtures that blur leaves at steps; they keep a low confidence.
    """
    buffer = maps.maps.detach().float().cpu()
    axes = maps.cameras.axes.float()
    alpha = torch.nan_to_num(buffer[:, ALPHA][:, 0]).clamp(0, 1)
    normal = torch.einsum("vkc,vchw->vkhw", axes, torch.nan_to_num(buffer[:, NORMAL]))
    normal = torch.cat([normal[:, :2], normal[:, 2:].clamp(min=0.05)], 1)
    normal = _unit(normal)
    depth = torch.nan_to_num(buffer[:, DEPTH][:, 0]).clamp(-1.8, 1.8)
    sheets = restore(Sheets(alpha, depth, normal, torch.ones_like(alpha), axes), maps.settled)
    for _ in range(passes):
        sheets = _confirmed_by_neighbours(sheets)
    return sheets


def _shifted(field: Tensor, i: int, j: int) -> Tensor:
    """The neighbour `i` rows down and `j` columns right of every pixel, zero outside. field (..., S, S)."""
    padded = functional.pad(field, (1, 1, 1, 1))
    size = field.shape[-1]
    return padded[..., 1 + i : 1 + i + size, 1 + j : 1 + j + size]


def _confirmed_by_neighbours(sheets: Sheets) -> Sheets:
    """One pass of the plane-wise bilateral filter of `observe`."""
    pixel, solid = sheets.pixel, (sheets.alpha > 0.5).float()
    reach = pixel * (
        1 + sheets.slope.norm(dim=1)
    )  # how far planes may differ at a pixel's distance and still be one surface
    packed = torch.cat([sheets.depth[:, None], sheets.slope, sheets.normal, (solid * sheets.alpha)[:, None]], 1)
    total, depth, normal = solid * 1.0, sheets.depth * 1.0, sheets.normal * 1.0
    agree, around = torch.zeros_like(solid), torch.zeros_like(solid)
    for i, j in NEIGHBOURS:
        near = _shifted(packed, i, j)
        slope = 0.5 * (near[:, 1:3] + packed[:, 1:3])
        predicted = near[:, 0] + pixel * (-j * slope[:, 0] + i * slope[:, 1])  # rows run down, y runs up
        same = torch.exp(-0.5 * ((predicted - sheets.depth) / (0.6 * reach)) ** 2) * near[:, 6]
        alike = (near[:, 3:6] * sheets.normal).sum(1).clamp(min=0) ** 8
        near_by = 0.5 if i and j else 0.8
        weight = near_by * same * alike
        total, depth = total + weight, depth + weight * predicted
        normal = normal + weight[:, None] * near[:, 3:6]
        agree, around = agree + near_by * same, around + near_by * near[:, 6]
    confidence = ((agree + 0.1) / (0.5 * around.clamp(min=1.0) + 0.1)).clamp(0, 1) * solid
    return replace(
        sheets,
        depth=torch.where(solid > 0, depth / total.clamp(min=1e-6), sheets.depth),
        normal=_unit(torch.where((solid > 0)[:, None], normal, sheets.normal)),
        confidence=confidence,
    )


@dataclass(frozen=True)
class Lookup:
    """Supersampled sheets: what a voxel that projects into a sub-pixel reads. R = T * T rows a view.

    planes: (V, R, 8) float32 rows of world normal (3), n . q, cosine to the view axis, depth, distance to the
    silhouette (positive outside it), confidence (0: nothing seen). size_px: T. axes (V, 3, 3). pixel: side of an
    original pixel in prior units.
    """

    planes: Tensor
    size_px: int
    axes: Tensor
    pixel: float


def supersample(sheets: Sheets) -> Lookup:
    """Blend the tangent planes of the (up to four) pixels around each sub-pixel that belong to the same surface.

    All sub-pixels at one place inside their pixels are blended at once, so every step works on whole views of S x S.
    """
    views, size = sheets.depth.shape[0], sheets.size_px
    factor = max(1, -(-LOOKUP_PX // size))
    fine = size * factor
    solid = (sheets.alpha > 0.5).float()
    single = [field[:, None] for field in (sheets.confidence, solid, sheets.reach)]
    packed = torch.cat([sheets.depth[:, None], sheets.slope, sheets.normal, *single], 1)
    padded = functional.pad(packed, (1, 1, 1, 1))
    blended = torch.empty(views, size, factor, size, factor, 5)  # normal, depth, confidence
    for a in range(factor):
        for b in range(factor):
            blended[:, :, a, :, b] = _blend(padded, (a + 0.5) / factor - 0.5, (b + 0.5) / factor - 0.5, sheets.pixel)
    blended = blended.reshape(views, fine, fine, 5)
    normal, depth = blended[..., :3], blended[..., 3]
    x, y = pixel_grid(fine)
    offset = normal[..., 0] * x + normal[..., 1] * y + normal[..., 2] * depth  # n . q, the same in both frames
    world = normal.reshape(views, -1, 3) @ sheets.axes
    outside = silhouette_distance(sheets.alpha, fine)
    rest = torch.stack([offset, normal[..., 2], depth, outside, blended[..., 4]], -1).reshape(views, -1, 5)
    return Lookup(torch.cat([world, rest], -1), fine, sheets.axes, sheets.pixel)


def _blend(padded: Tensor, down: float, right: float, pixel: float) -> Tensor:
    """(V, S, S, 5) normal, depth and confidence at (down, right) pixels from every pixel's centre, each in (-1/2, 1/2).

    padded: (V, 9, S + 2, S + 2) depth, slope (2), normal (3), confidence, solid, reach. The nearest solid pixel decides
    which surface it is; the others join if their planes meet it.
    """
    size = padded.shape[-1] - 2
    corners = []
    best = reference = reach = torch.full((), -1.0)
    for i in (0, 1 if down > 0 else -1):
        for j in (0, 1 if right > 0 else -1):
            corner = padded[:, :, 1 + i : 1 + i + size, 1 + j : 1 + j + size]
            dy, dx = down - i, right - j
            depth = corner[:, 0] + pixel * (dx * corner[:, 1] - dy * corner[:, 2])
            weight = ((1 - abs(dy)) * (1 - abs(dx)) + 1e-3) * corner[:, 7]
            nearer = weight > best
            best = torch.where(nearer, weight, best)
            reference = torch.where(nearer, depth, reference)
            reach = torch.where(nearer, 1.5 * corner[:, 8], reach)
            corners.append((weight, depth, corner[:, 3:7]))
    total, mean = torch.zeros_like(best), torch.zeros_like(padded[:, :5, 1:-1, 1:-1])
    for weight, depth, rest in corners:
        weight = weight * ((depth - reference).abs() < reach)
        total = total + weight
        mean += weight[:, None] * torch.cat([rest, depth[:, None]], 1)
    mean = mean / total.clamp(min=1e-9)[:, None]
    confidence = torch.where(total > 0, mean[:, 3].clamp(min=0.02), 0.0)
    return torch.cat([_unit(mean[:, :3]), mean[:, 4:], confidence[:, None]], 1).permute(0, 2, 3, 1)


def _unit(vectors: Tensor) -> Tensor:
    """Vectors (V, 3, ...) scaled to length 1; much faster than a norm over a middle dimension."""
    x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
    return vectors * (x * x + y * y + z * z).clamp(min=1e-12).rsqrt()[:, None]


def silhouette_distance(alpha: Tensor, fine: int) -> Tensor:
    """(V, T, T) distance in prior units to the contour alpha = 1/2, positive outside. alpha (V, S, S), T = fine.

    The contour is that of the interpolated alpha, so soft edges place it between pixels.
    """
    factor = fine // alpha.shape[-1]
    smooth = functional.interpolate(alpha[:, None], size=(fine, fine), mode="bicubic", align_corners=False)[:, 0]
    solid = (smooth > 0.5).numpy()
    step = 2 * HALF_FRAME / fine
    distance = np.empty(solid.shape, np.float32)
    for v, mask in enumerate(solid):
        if not mask.any():
            distance[v] = 2 * HALF_FRAME
            continue
        outer = ndimage.distance_transform_edt(~mask)
        inner = ndimage.distance_transform_edt(mask)
        signed = np.where(mask, 0.5 - inner, outer - 0.5)
        distance[v] = ndimage.gaussian_filter(signed, 0.25 * factor) * step
    return torch.from_numpy(distance)
