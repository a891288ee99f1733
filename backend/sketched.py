"""Owns the pull towards the sketch: at the noisy end of the sampling the views' coarse cells are those that the picture tells.

There every x0 estimate is a mean over what may be (`priors.sketch` reads it in the picture better than the network does);
later the views draw their own details. The pull on coarse cells alone is that of ILVR (Choi et al. 2021, section 3.1).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from .priors import ALPHA, DEPTH, NORMAL, Cond, Prior
from .sampler import Hook

FULL, NONE = 0.99, 0.9  # of the noise level t: the whole way to the sketch from here on, none up to there


@runtime_checkable
class Sketches(Protocol):
    """A prior that reads coarse views in a picture. sketch: (B, V, c, cells, cells) encoded, None without a picture."""

    def sketch(self, cond: Cond) -> Tensor | None: ...


def sketched(prior: Prior, cond: Cond, paint: bool) -> Hook | None:
    """The sampler's hook for a condition with a picture, or None. paint: whether colours and materials are pulled too."""
    told = prior.sketch(cond) if isinstance(prior, Sketches) else None
    if told is None:
        return None
    cells = told.cpu()

    def pull(x0: Tensor, t: float) -> Tensor:
        share = min(max((t - NONE) / (FULL - NONE), 0.0), 1.0)
        if not share:
            return x0
        away = cells - avg_pool2d(x0.float().flatten(0, 1), x0.shape[-1] // cells.shape[-1]).view_as(cells)
        wide = interpolate(away.flatten(0, 1), size=x0.shape[-2:], mode="bilinear").view(x0.shape).to(x0.dtype)
        if paint:
            return (x0 + share * wide).clamp(-1, 1)
        pulled = x0.clone()
        for part in (ALPHA, NORMAL, DEPTH):
            pulled[:, :, part] = (x0[:, :, part] + share * wide[:, :, part]).clamp(-1, 1)
        return pulled

    return pull
