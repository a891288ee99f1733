"""Owns the plane sweep: what all other views say of places in front of and behind the surface that every pixel shows.

Along the ray of each solid pixel lie places a pixel apart (Collins 1996; as a network's input Yao et al. 2018, "MVSNet"). At
each the other views are asked whether it lies inside their outlines, behind or before their surfaces, or on one that faces alike.
A sampler whose views attend to each other in coarse tokens draws outlines better than depths, and its depths disagree; what would
settle them stands here, pixel by pixel.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .cameras import Cameras, points_from_depth
from .consensus import Seen

REACH = 12  # places before and behind the surface
PLACES = 2 * REACH + 1
DEEP = 4.0  # pixels: how far behind or before a surface still makes a difference
KINDS = 4  # of evidence: inside all outlines, behind the surfaces, on one that faces alike, seen through
CHANNELS = KINDS * PLACES + 5  # ... and of the pixel itself: alpha, depth, normal in its camera's frame


def evidence(seen: Seen, cameras: Cameras, spacing: float = 1.0) -> Tensor:
    """(V, CHANNELS, S, S) of orthographic views, for a network: zero but for alpha where a view shows nothing.

    spacing: pixels between two places.
    """
    depth, pixel = seen.sheets.depth, seen.sheets.pixel
    points = points_from_depth(cameras, depth)[seen.view, seen.row, seen.column]
    moves = spacing * pixel * torch.arange(-REACH, REACH + 1).float()
    told = torch.zeros(KINDS, len(points), PLACES)
    inside, behind, borne_out, through = told
    inside += 1
    for u in range(len(depth)):
        others = torch.nonzero(seen.view != u)[:, 0]
        alpha, shows, ahead, normal = _shown(seen, u, points[others], seen.view[others], moves)
        cosine = _dot(normal, seen.sheets.axes[u, 2].expand(len(others), 3)).clamp_(min=0)
        alike = _dot(normal, seen.normals[others]).clamp_(min=0)
        gap = (ahead / (DEEP * pixel)).clamp_(-1, 1).mul_(shows)
        inside[others] = torch.minimum(inside[others], alpha)
        behind[others] += gap / (len(depth) - 1)
        borne_out[others] += shows * cosine * alike * torch.exp(-0.5 * (ahead * cosine / pixel) ** 2)
        through[others] = torch.maximum(through[others], -gap)
    whole = depth.new_zeros(*depth.shape, CHANNELS)
    whole[seen.view, seen.row, seen.column, : KINDS * PLACES] = told.transpose(0, 1).flatten(1)
    whole[..., -5] = seen.sheets.alpha
    whole[..., -4] = depth * seen.solid
    whole[..., -3:] = (seen.sheets.normal * seen.solid[:, None]).permute(0, 2, 3, 1)
    return whole.permute(0, 3, 1, 2)


def _shown(
    seen: Seen, u: int, points: Tensor, view: Tensor, moves: Tensor
) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
    """What view u shows at the places of P points (P, 3) of other views (P,), (P, PLACES) each: alpha, whether it is solid, how
    far its plane lies before them, and its world normal's three parts. moves: (PLACES,) along the points' own rays.

    As `consensus.read_view`, column by column: twice as fast on so many places.
    """
    size = seen.sheets.depth.shape[-1]
    start, along = points @ seen.sheets.axes[u].T, seen.sheets.axes[view, 2] @ seen.sheets.axes[u].T
    x, y, z = (torch.addcmul(start[:, k, None], moves, along[:, k, None]) for k in range(3))
    column = ((x + 1) * (0.5 * size)).int().clamp_(0, size - 1)
    row = ((1 - y) * (0.5 * size)).int().clamp_(0, size - 1)
    index = (row * size + column).flatten()
    columns = [seen.sheets.alpha[u].flatten(), seen.sheets.depth[u].flatten(), *seen.table[u].T.contiguous()]
    alpha, depth, slope_x, slope_y, shows, *normal = (c.index_select(0, index).view(x.shape) for c in columns)
    aside_x, aside_y = x - ((2 * column + 1) / size - 1), y - (1 - (2 * row + 1) / size)
    return alpha, shows, depth.addcmul_(slope_x, aside_x).addcmul_(slope_y, aside_y).sub_(z), normal


def _dot(parts: list[Tensor], other: Tensor) -> Tensor:
    """(P, N) products of vectors, given as three parts (P, N), with others (P, 3)."""
    x, y, z = other[:, :, None].unbind(1)
    return (parts[0] * x).addcmul_(parts[1], y).addcmul_(parts[2], z)
