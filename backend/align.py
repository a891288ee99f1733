"""Aligning the views' depths: the offset of each that makes the height fields agree where they see the same surface."""

from __future__ import annotations

import torch
from torch import Tensor

from .cameras import Cameras, points_from_depth
from .sheets import Sheets

ROUNDS = 5
REACH = 0.25  # farthest disagreement that is still one surface in the first round, prior units: 12 % of the frame
NOISE_REACH = 0.1  # disagreements up to here count as noise, farther ones as other surfaces
ROBUST = 0.01  # residuals beyond this count linearly: half a pixel at 64 px
PRIOR_SIGMA = 0.15  # standard deviation expected of an offset; only decides what the views leave free
POINTS = 1500  # a view


def align(sheets: Sheets, cameras: Cameras, count: int = POINTS) -> tuple[Tensor, float]:
    """(V,) depth offsets that minimise the robust point-to-plane distance between every two views, and the mean of it left.

    Iteratively re-weighted least squares: a point p of view v that projects into view u at the oriented point (q, n)
    gives the residual n . (p + b_v back_v - q - b_u back_u) when both normals agree. Chen & Medioni 1992 with one
    unknown a view. Views that share no surface keep the offset 0. count: about how many points a view are asked.
    """
    views = len(cameras)
    points, normals, trust, mine = _samples(sheets, cameras, count)
    back = sheets.axes[:, 2]
    offset = torch.zeros(views, dtype=torch.float64)
    samples = (normals, trust, back[mine], mine)
    for k in range(ROUNDS):
        moved = points + offset[mine, None].float() * back[mine]
        matrix = torch.eye(views, dtype=torch.float64) * (ROBUST / PRIOR_SIGMA) ** 2
        target = -offset * (ROBUST / PRIOR_SIGMA) ** 2
        for u in range(views):
            terms = _against(sheets, u, float(offset[u]), moved, samples, REACH / (1 + 1.5 * k))
            _accumulate(matrix, target, u, mine, terms)
        offset = offset + torch.linalg.solve(matrix, target)
    gaps, trusts = 0.0, 1e-9
    moved = points + offset[mine, None].float() * back[mine]
    for u in range(views):
        residual, _, _, weight = _against(sheets, u, float(offset[u]), moved, samples, NOISE_REACH)
        plain = weight * residual.abs().clamp(min=ROBUST) / ROBUST  # without the robust factor
        gaps, trusts = gaps + float((plain * residual.abs()).sum()), trusts + float(plain.sum())
    return offset.float(), gaps / trusts


def _samples(sheets: Sheets, cameras: Cameras, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """World points (P, 3) and normals (P, 3), trust (P,), view indices (P,) of a regular subset of the seen pixels."""
    world = points_from_depth(cameras, sheets.depth)
    normal = torch.einsum("vkc,vkhw->vhwc", sheets.axes, sheets.normal)
    sure = sheets.confidence * (sheets.alpha > 0.75)
    chosen = []
    for v in range(len(cameras)):
        index = torch.nonzero(sure[v].flatten() > 0.3)[:, 0]
        index = index[:: max(1, len(index) // count)]
        chosen.append(index + v * sheets.size_px**2)
    index = torch.cat(chosen)
    return (
        world.reshape(-1, 3)[index],
        normal.reshape(-1, 3)[index],
        sure.flatten()[index],
        index // sheets.size_px**2,
    )


def _against(
    sheets: Sheets,
    u: int,
    offset_u: float,
    points: Tensor,
    samples: tuple[Tensor, Tensor, Tensor, Tensor],
    reach: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Residuals of all points against view u, their derivatives by b_v and b_u, robust weights: (P,) float64 each.

    samples: normals (P, 3), trust (P,), axes towards the camera (P, 3) and view (P,) of the points; u's own weigh nothing.
    """
    normals, trust, backs, mine = samples
    trust = trust * (mine != u)
    size = sheets.size_px
    frame = points @ sheets.axes[u].T
    column = ((frame[:, 0] + 1) * 0.5 * size).long().clamp(0, size - 1)
    row = ((1 - frame[:, 1]) * 0.5 * size).long().clamp(0, size - 1)
    normal = sheets.normal[u][:, row, column]
    slope = sheets.slope[u][:, row, column]
    centre_x, centre_y = (2 * column + 1) / size - 1, 1 - (2 * row + 1) / size
    surface = sheets.depth[u, row, column] + slope[0] * (frame[:, 0] - centre_x) + slope[1] * (frame[:, 1] - centre_y)
    gap = frame[:, 2] - surface - offset_u
    residual = normal[2] * gap
    agreement = ((normals @ sheets.axes[u].T).T * normal).sum(0)
    trust_u = sheets.confidence[u, row, column] * (sheets.alpha[u, row, column] > 0.75)
    valid = (agreement > 0.7) & (gap.abs() < reach) & (normal[2] > 0.2)
    weight = trust * trust_u * valid * agreement**2 * ROBUST / residual.abs().clamp(min=ROBUST)
    slope_v = ((backs @ sheets.axes[u].T).T * normal).sum(0)
    return residual.double(), slope_v.double(), -normal[2].double(), weight.double()


def _accumulate(
    matrix: Tensor, target: Tensor, u: int, mine: Tensor, terms: tuple[Tensor, Tensor, Tensor, Tensor]
) -> None:
    """Add one view's residuals to the normal equations, the sums over each view's points scaled by 1 / POINTS."""
    residual, slope_v, slope_u, weight = terms
    views = len(target)

    def sums(values: Tensor) -> Tensor:
        return torch.zeros(views, dtype=torch.float64).index_add_(0, mine, values) / POINTS

    vv, vu, rv = sums(weight * slope_v**2), sums(weight * slope_v * slope_u), sums(weight * slope_v * residual)
    matrix += torch.diag(vv)
    matrix[u, u] += (weight * slope_u**2).sum() / POINTS
    matrix[u] += vu
    matrix[:, u] += vu
    target -= rv
    target[u] -= (weight * slope_u * residual).sum() / POINTS
