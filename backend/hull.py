"""Owns what the outlines alone prove: parts a few pixels thin, whose depths no two views agree on, taken from the visual hull.

Where the hull of all silhouettes (Laurentini 1994) is thinner than THIN_PX, it is the part itself but for the part's rounding:
legs, blades, handles and posts come from their outlines, thick bodies from their depths.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .sheets import Lookup

THIN_PX = 5.0  # in a 64-px view: thicker parts have depths that agree
FORGIVEN_PX = 1.5  # one view's outline may miss a part by so much
WITNESSES = 2  # such views it takes: one view's depth of a blade's tip or a handle is often that of what lies behind
SEEN_THROUGH_PX = 4.0  # a view that sees a surface so far behind says that there is nothing
OVERLAP = 1  # pixels by which thin parts reach into thick ones, or they would only touch
FATNESS_PX = 0.25  # taken off: a hull holds its part, and one view's outline is forgiven


def thin_parts(lookup: Lookup, views_px: int, size: int, outside: float) -> Tensor:
    """(n, n, n) signed distance to the silhouettes inside parts that are thin, `outside` everywhere else; n = size.

    lookup: V supersampled views of views_px pixels. Computed on a grid of one cell a pixel, read between its cells.
    """
    count = views_px // 2 * 2
    halves = torch.cartesian_prod(*[torch.arange(count // 2)] * 3)
    side = 4 / count
    highest = nearby_heights(lookup)
    near, _ = hull_distance(lookup, highest, side * (halves + 0.5) - 1, 0.87 * side)
    cells = (2 * halves[near, None] + torch.cartesian_prod(*[torch.arange(2)] * 3)).reshape(-1, 3)
    kept, hull = hull_distance(lookup, highest, (cells + 0.5) * (side / 2) - 1)
    field = torch.full((1, 1, count, count, count), outside)
    field[0, 0, cells[kept, 0], cells[kept, 1], cells[kept, 2]] = hull
    reach = round(THIN_PX / 2 + 0.5)
    thick = functional.max_pool3d((field < -0.5 * THIN_PX * lookup.pixel).float(), 2 * reach + 1, 1, reach)
    thin = (field < 0.5 * lookup.pixel) & (thick == 0)
    if not (thin & (field < 0)).any():
        return torch.full((size,) * 3, outside)
    near = functional.max_pool3d(thin.float(), 2 * OVERLAP + 1, 1, OVERLAP) > 0
    field = torch.where(near, (field + FATNESS_PX * lookup.pixel).clamp(max=outside), outside)
    return functional.interpolate(field, size=(size,) * 3, mode="trilinear", align_corners=False)[0, 0]


def nearby_heights(lookup: Lookup) -> Tensor:
    """(V, T * T) the highest depth within FORGIVEN_PX of each sub-pixel, -9 where nothing is near."""
    views, fine = len(lookup.planes), lookup.size_px
    known = (lookup.planes[..., 7] > 0) & (lookup.planes[..., 6] < 0.5 * lookup.pixel)
    depth = torch.where(known, lookup.planes[..., 5], -9.0).reshape(views, 1, fine, fine)
    reach = round(FORGIVEN_PX * lookup.pixel * fine / 2)
    for kernel, padding in (((2 * reach + 1, 1), (reach, 0)), ((1, 2 * reach + 1), (0, reach))):
        depth = functional.max_pool2d(depth, kernel, 1, padding)
    return depth.reshape(views, -1)


def hull_distance(lookup: Lookup, highest: Tensor, points: Tensor, radius: float = 0.0) -> tuple[Tensor, Tensor]:
    """Indices (K,) of the points (N, 3) within a pixel of the hull that no view sees past, and their distances (K,) to it.

    The distance is the second largest over the views, or the largest less FORGIVEN_PX where that is more: one view may be
    a little wrong. Negative inside. highest: (V, T * T) of `nearby_heights`. radius: of a ball around each point in which
    anything counts.
    """
    kept = torch.arange(len(points))
    largest, second = (torch.full((len(points),), -9.0) for _ in range(2))
    passed = torch.zeros(len(points))
    fine = lookup.size_px
    for v in range(len(lookup.planes)):
        frame = points @ lookup.axes[v].T
        column = ((frame[:, 0] + 1) * (0.5 * fine)).long().clamp_(0, fine - 1)
        row = ((1 - frame[:, 1]) * (0.5 * fine)).long().clamp_(0, fine - 1)
        place = row * fine + column
        far, high = lookup.planes[v, :, 6][place], highest[v][place]
        passed = passed + (
            (high > -9) & (frame[:, 2] - high > SEEN_THROUGH_PX * lookup.pixel + radius) & (far < -radius)
        )
        second = torch.maximum(second, torch.minimum(largest, far))
        largest = torch.maximum(largest, far)
        hull = torch.maximum(second, largest - FORGIVEN_PX * lookup.pixel)
        alive = (hull < lookup.pixel + radius) & (passed < WITNESSES)
        kept, points, largest, second, passed = (x[alive] for x in (kept, points, largest, second, passed))
    return kept, torch.maximum(second, largest - FORGIVEN_PX * lookup.pixel)
