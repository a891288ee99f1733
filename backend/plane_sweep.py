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
from .consensus import Seen, read_view

REACH = 12  # places before and behind the surface, a pixel apart
PLACES = 2 * REACH + 1
DEEP = 4.0  # pixels: how far behind or before a surface still makes a difference
KINDS = 4  # of evidence: inside all outlines, behind the surfaces, on one that faces alike, seen through
CHANNELS = KINDS * PLACES + 5  # ... and of the pixel itself: alpha, depth, normal in its camera's frame


def evidence(seen: Seen, cameras: Cameras) -> Tensor:
    """(V, CHANNELS, S, S) of orthographic views, for a network: zero but for alpha where a view shows nothing."""
    depth, solid, pixel = seen.sheets.depth, seen.solid, seen.sheets.pixel
    points = points_from_depth(cameras, depth)[seen.view, seen.row, seen.column]
    moves = pixel * torch.arange(-REACH, REACH + 1).float()
    places = points[:, None] + moves[None, :, None] * seen.sheets.axes[seen.view, 2][:, None]  # (P, PLACES, 3)
    inside = torch.ones(places.shape[:2])
    behind, borne_out, through = (torch.zeros(places.shape[:2]) for _ in range(3))
    for u in range(len(depth)):
        index, ahead, row = read_view(seen, depth[u], u, places)
        alpha, shows = seen.sheets.alpha[u].reshape(-1)[index], row[..., 2]
        other = (seen.view != u)[:, None]
        cosine = (row[..., 3:] @ seen.sheets.axes[u, 2]).clamp(min=0)
        alike = (row[..., 3:] * seen.normals[:, None]).sum(-1).clamp(min=0)
        inside = torch.minimum(inside, torch.where(other, alpha, 1.0))
        behind += other * shows * (ahead / (DEEP * pixel)).clamp(-1, 1) / (len(depth) - 1)
        borne_out += other * shows * cosine * alike * torch.exp(-0.5 * (ahead * cosine / pixel) ** 2)
        through = torch.maximum(through, other * shows * (-ahead / (DEEP * pixel)).clamp(0, 1))
    told = torch.zeros(len(depth), CHANNELS, *depth.shape[1:])
    told[seen.view, : KINDS * PLACES, seen.row, seen.column] = torch.cat([inside, behind, borne_out, through], 1)
    told[:, -5] = seen.sheets.alpha
    told[:, -4] = depth * solid
    told[:, -3:] = seen.sheets.normal * solid[:, None]
    return told
