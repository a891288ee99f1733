"""Scores of a prop's pictures: what a judge names, the distance to a prior's own samples, agreement, sharpness, saturation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ..cameras import points_from_depth
from ..priors import ALBEDO, ALPHA, DEPTH, METALLIC, ROUGHNESS, Maps
from .classifier import COLOUR_NAMES, SURFACE_NAMES, Judge, seen_of

SAME_POINT = 0.03  # prior units: 1.5 % of the frame
QUANTILES = 64
BLOCK = 4  # pixels of 64: the raw samples' noise would count as distance otherwise


@dataclass(frozen=True)
class Scores:
    """colour, surface, kind: whether the judge names what was asked for (1, 0; NaN: no colour was asked for). colour_p,
    surface_p: the probability it gives to it. distance: `paint_distance` to the prior's own samples. disagreement:
    `disagreement` of the views. sharpness, saturation: `sharpness`, `saturation`. seconds: processor time.
    """

    colour: float
    surface: float
    kind: float
    colour_p: float
    surface_p: float
    distance: float
    disagreement: float
    sharpness: float
    saturation: float
    seconds: float


@torch.no_grad()
def score(judge: Judge, maps: Maps, samples: Tensor, asked: tuple[str, str, str], seconds: float) -> Scores:
    """The scores of G-buffers. samples: (K, V, 13, S, S); asked: (kind, colour or "", surface class)."""
    judge.eval()
    kind, colour, surface = (logits.softmax(1)[0] for logits in judge(seen_of(maps.maps[None]))[:3])
    thing, named, material = asked
    wanted = SURFACE_NAMES.index(material)
    chance = float(colour[COLOUR_NAMES.index(named)]) if named else float("nan")
    right = float(COLOUR_NAMES[int(colour.argmax())] == named) if named else float("nan")
    return Scores(
        right, float(int(surface.argmax()) == wanted), float(judge.kinds[int(kind.argmax())] == thing),
        chance, float(surface[wanted]),
        paint_distance(maps.maps, samples), disagreement(maps), sharpness(maps.maps), saturation(maps.maps), seconds,
    )  # fmt: skip


def paint_of(maps: Tensor) -> Tensor:
    """(5, P) base colour, roughness and metallic on the prop, means over BLOCK squared pixels. maps: (..., 13, S, S)."""
    paint = torch.cat([maps[..., part, :, :] for part in (ALBEDO, ROUGHNESS, METALLIC)], -3).flatten(0, -4)
    alpha = (maps[..., ALPHA, :, :] > 0.5).float().flatten(0, -4)
    weight = avg_pool2d(alpha, BLOCK)
    mean = avg_pool2d(paint * alpha, BLOCK) / weight.clamp(min=1e-6)
    return mean.movedim(1, 0).flatten(1)[:, (weight > 0.5).flatten()]


def paint_distance(maps: Tensor, samples: Tensor) -> float:
    """Wasserstein-1 distance between the pixels' paints: mean over the five channels of each one's distance.

    In one dimension that is the mean difference of quantiles. Shape does not enter, only how much of which paint there is.
    maps (V, 13, S, S); samples (K, V, 13, S, S) are taken together.
    """
    q = (torch.arange(QUANTILES) + 0.5) / QUANTILES
    return float((torch.quantile(paint_of(maps), q, dim=1) - torch.quantile(paint_of(samples), q, dim=1)).abs().mean())


def disagreement(maps: Maps) -> float:
    """Mean absolute difference of base colour where two views see one point of the surface (depths within 1.5 % of the
    frame). For pictures of one textured surface only the pixels' size is left of it.
    """
    size, axes = maps.maps.shape[-1], maps.cameras.axes
    points = points_from_depth(maps.cameras, maps.maps[:, DEPTH][:, 0])
    solid = maps.maps[:, ALPHA][:, 0] > 0.5
    total, count = 0.0, 0
    for a in range(len(axes)):
        for b in range(len(axes)):
            if a == b:
                continue
            frame = points[a][solid[a]] @ axes[b].T
            column = ((frame[:, 0] + 1) / 2 * size).long().clamp(0, size - 1)
            row = ((1 - frame[:, 1]) / 2 * size).long().clamp(0, size - 1)
            same = solid[b][row, column] & ((maps.maps[b, DEPTH][0][row, column] - frame[:, 2]).abs() < SAME_POINT)
            seen = maps.maps[b, ALBEDO][:, row, column] - maps.maps[a, ALBEDO][:, solid[a]]
            total += float(seen[:, same].abs().mean(0).sum())
            count += int(same.sum())
    return total / max(count, 1)


def sharpness(maps: Tensor) -> float:
    """Mean absolute step of base colour between neighbouring pixels that both lie on the prop."""
    on = (maps[:, ALPHA] > 0.5).float()
    across = (maps[:, ALBEDO, :, 1:] - maps[:, ALBEDO, :, :-1]).abs().mean(1, keepdim=True)
    both = on[..., 1:] * on[..., :-1]
    return float((across * both).sum() / both.sum().clamp(min=1))


def saturation(maps: Tensor) -> float:
    """Mean of the largest minus the smallest of the three colours, on the prop."""
    colour = paint_of(maps)[:3].clamp(0, 1)
    return float((colour.amax(0) - colour.amin(0)).mean()) if colour.shape[1] else 0.0
