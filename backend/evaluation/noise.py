"""A model of how generated views err: shifted and soft silhouettes, biased and wavy depth, tilted normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage

from ..priors import ALPHA, DEPTH, NORMAL, Maps


@dataclass(frozen=True)
class Level:
    """Strengths, per view. blur_px: sigma. warp_px: rms of a smooth displacement. bias, wave: depth errors in frames
    (half of a prior unit), constant and smooth. normal_deg. soft: whether alpha keeps its in-between values."""

    blur_px: float = 0.0
    warp_px: float = 0.0
    bias: float = 0.0
    wave: float = 0.0
    normal_deg: float = 0.0
    soft: bool = False


LEVELS = {
    "exact": Level(),
    "L1": Level(0.7, 0.5, 0.01, 0.005, 5.0),
    "L1 soft": Level(0.7, 0.5, 0.01, 0.005, 5.0, soft=True),
    "L2": Level(1.0, 1.0, 0.02, 0.01, 10.0),
    "L2 soft": Level(1.0, 1.0, 0.02, 0.01, 10.0, soft=True),
}  # L1 and L2 are the levels between which samples of the first trained priors lay


def smooth_field(random: np.random.Generator, size: int, knots: int, rms: float) -> np.ndarray:
    """(size, size) cubic interpolation of knots x knots normal deviates, scaled to the rms given."""
    field = ndimage.zoom(random.standard_normal((knots, knots)), size / knots, order=3, mode="nearest")
    return rms * field / (field.std() + 1e-9)


def perturb(maps: Maps, level: Level, seed: int) -> Maps:
    """The views with each one's own errors. Content is blurred and warped premultiplied by alpha, as samplers do."""
    random = np.random.default_rng(seed)
    views = [_perturb_view(view, level, random) for view in maps.maps.numpy().astype(np.float32)]
    return Maps(torch.from_numpy(np.stack(views)), maps.cameras)


def _perturb_view(view: np.ndarray, level: Level, random: np.random.Generator) -> np.ndarray:
    """One view, (C, S, S) -> (C, S, S) float32."""
    size = view.shape[-1]
    alpha = ALPHA.start
    content = view * view[ALPHA]
    content[alpha] = view[alpha]
    if level.warp_px:
        rows, columns = np.mgrid[0:size, 0:size]
        at = [
            rows + smooth_field(random, size, 8, level.warp_px),
            columns + smooth_field(random, size, 8, level.warp_px),
        ]
        content = np.stack([ndimage.map_coordinates(channel, at, order=1) for channel in content])
    if level.blur_px:
        content = np.stack([ndimage.gaussian_filter(channel, level.blur_px) for channel in content])
    out = content / content[ALPHA].clip(1e-3, 1)
    tilt = np.radians(level.normal_deg)
    for channel in range(NORMAL.start, NORMAL.stop):
        out[channel] += smooth_field(random, size, 6, tilt / 1.4) + random.standard_normal((size, size)) * tilt / 3
    out[NORMAL] /= np.linalg.norm(out[NORMAL], axis=0, keepdims=True) + 1e-6
    out[DEPTH] += 2 * level.bias * random.standard_normal() + smooth_field(random, size, 5, 2 * level.wave)
    out[alpha] = content[alpha] if level.soft else content[alpha] > 0.5
    return (out * (out[ALPHA] > 1e-3)).astype(np.float32)
