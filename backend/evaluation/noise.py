"""A model of how generated views err: shifted and soft silhouettes, biased and wavy depth, tilted normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage

from ..priors import ALBEDO, ALPHA, DEPTH, NORMAL, Maps


@dataclass(frozen=True)
class Level:
    """Strengths, per view. blur_px: sigma. warp_px: rms of a smooth displacement. bias, wave: depth errors in frames
    (half of a prior unit), constant and smooth. normal_deg. soft: whether alpha keeps its in-between values.

    What a transformer errs in common over each of its patches: patch_deg (normals, per axis), patch_depth (frames),
    patch_colour (sRGB). fray: standard deviation of the noise on the blurred alpha, which frays the silhouette.
    """

    blur_px: float = 0.0
    warp_px: float = 0.0
    bias: float = 0.0
    wave: float = 0.0
    normal_deg: float = 0.0
    soft: bool = False
    patch_deg: float = 0.0
    patch_depth: float = 0.0
    patch_colour: float = 0.0
    fray: float = 0.0


PATCH_PX = 4  # of the embedded prior's fine tokens
LEVELS = {
    "exact": Level(),
    "L1": Level(0.7, 0.5, 0.01, 0.005, 5.0),
    "L1 soft": Level(0.7, 0.5, 0.01, 0.005, 5.0, soft=True),
    "L2": Level(1.0, 1.0, 0.02, 0.01, 10.0),
    "L2 soft": Level(1.0, 1.0, 0.02, 0.01, 10.0, soft=True),
    "P": Level(0.6, 0.35, 0.01, 0.005, 6.0, patch_deg=7.0, patch_depth=0.012, patch_colour=0.06, fray=0.15),
}  # L1 and L2: between them lay samples of the first trained priors. P: the second differences over a patch of 60 samples
# of the first shipped prior (normals 6 to 8 degrees an axis, colours .04 to .09 a channel)


def smooth_field(random: np.random.Generator, size: int, knots: int, rms: float) -> np.ndarray:
    """(size, size) cubic interpolation of knots x knots normal deviates, scaled to the rms given."""
    field = ndimage.zoom(random.standard_normal((knots, knots)), size / knots, order=3, mode="nearest")
    return rms * field / (field.std() + 1e-9)


def patches(random: np.random.Generator, size: int, sigma: float) -> np.ndarray:
    """(size, size) one normal deviate for each patch, 0 for sigma 0 without drawing."""
    if sigma == 0:
        return np.zeros((size, size))
    count = -(-size // PATCH_PX)
    return np.kron(sigma * random.standard_normal((count, count)), np.ones((PATCH_PX, PATCH_PX)))[:size, :size]


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
        out[channel] += patches(random, size, np.radians(level.patch_deg))
    for channel in range(ALBEDO.start, ALBEDO.stop):
        out[channel] = (out[channel] + patches(random, size, level.patch_colour)).clip(0, 1)
    out[NORMAL] /= np.linalg.norm(out[NORMAL], axis=0, keepdims=True) + 1e-6
    out[DEPTH] += 2 * level.bias * random.standard_normal() + smooth_field(random, size, 5, 2 * level.wave)
    out[DEPTH] += patches(random, size, 2 * level.patch_depth)
    if level.fray:
        content[alpha] += level.fray * random.standard_normal((size, size)) * (content[alpha] > 0.02)
    out[alpha] = content[alpha] if level.soft else content[alpha] > 0.5
    return (out * (out[ALPHA] > 1e-3)).astype(np.float32)
