"""Owns the noise of the detail: two small periodic volumes, made once, looked up wherever a pattern asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from scipy import ndimage

from ..rasterise import Array

SMOOTH_CELLS, SMOOTH_PERIOD = 96, 24  # voxels along the side, and wavelengths that fit in them
CELLULAR_CELLS, CELLULAR_PERIOD = 80, 11
ROTATION = np.array(
    [[0.8138, 0.4698, 0.3420], [-0.5438, 0.8232, 0.1632], [-0.2049, -0.3187, 0.9254]], dtype=np.float32
)  # about (11, 20, 30) degrees: hides that the volumes repeat along their axes


@dataclass(frozen=True)
class Noise:
    """Solid noise over object space. `shift` (3,) moves the volumes, so that each seed sees another piece of them.

    finest: wavelengths below it are faded out, for a texture cannot hold them (two texels are a wavelength at best).
    """

    shift: tuple[float, float, float]
    finest: float

    @staticmethod
    def of(seed: int, texel: float) -> Noise:
        """The noise of one prop. texel: the side of a texel in prior units."""
        x, y, z = np.random.default_rng(seed).uniform(0, 50, 3)
        return Noise((float(x), float(y), float(z)), 2.2 * texel)

    def kept(self, wavelength: float) -> float:
        """Share of the amplitude of a wavelength that the texture can hold."""
        return float(np.clip((wavelength - self.finest) / (0.8 * self.finest), 0.0, 1.0))

    def smooth(self, points: Array, wavelength: float = 1.0) -> Array:
        """Band-limited noise of unit variance. points: (n, 3) -> (n,) float32. 0 where the texture cannot hold it."""
        kept = self.kept(wavelength)
        if kept == 0.0 or len(points) == 0:
            return np.zeros(len(points), dtype=np.float32)
        return kept * _look_up(smooth_volume(), self._turned(points, wavelength, SMOOTH_PERIOD))[0]

    def fractal(self, points: Array, wavelength: float, octaves: int = 3, gain: float = 0.5) -> Array:
        """Octaves of `smooth`, each half as long and `gain` times as strong. (n, 3) -> (n,), about unit variance."""
        total = np.zeros(len(points), dtype=np.float32)
        for octave in range(octaves):
            total += gain**octave * self.smooth(points + 7.3 * octave, wavelength / 2**octave)
        return total / np.sqrt(sum(gain ** (2 * o) for o in range(octaves)))

    def cells(self, points: Array, size: float) -> tuple[Array, Array, Array]:
        """Worley noise: distance to the nearest seed, to the border (F2 - F1), both in cells, and a value per cell.

        points: (n, 3); size: of a cell -> three (n,) float32; the cell's value is uniform in [0, 1], soft at borders.
        """
        nearest, border, value = _look_up(cellular_volume(), self._turned(points, size, CELLULAR_PERIOD))
        return nearest, border, value

    def _turned(self, points: Array, wavelength: float, period: int) -> Array:
        scale = np.float32(1.0 / (wavelength * period))
        return (points.astype(np.float32) @ (ROTATION * scale)) + np.array(self.shift, dtype=np.float32)


def _look_up(volume: torch.Tensor, places: Array) -> Array:
    """(C, n) trilinear values at (n, 3) places of a (1, C, n+1, n+1, n+1) volume whose period is the unit cube."""
    wrapped = places - np.floor(places)
    grid = torch.from_numpy(np.ascontiguousarray(wrapped, dtype=np.float32)).mul_(2).sub_(1)
    values = torch.nn.functional.grid_sample(volume, grid[None, None, None], align_corners=True, mode="bilinear")
    return values[0, :, 0, 0].numpy()


@lru_cache(maxsize=1)
def smooth_volume() -> torch.Tensor:
    """(1, 1, 97, 97, 97) Gaussian-filtered white noise of unit variance without its low frequencies, periodic."""
    white = np.random.default_rng(20251120).standard_normal((SMOOTH_CELLS,) * 3).astype(np.float32)
    sigma = SMOOTH_CELLS / SMOOTH_PERIOD / 4
    band = ndimage.gaussian_filter(white, sigma, mode="wrap") - ndimage.gaussian_filter(white, 2.2 * sigma, mode="wrap")
    return _closed(band[None] / band.std())


@lru_cache(maxsize=1)
def cellular_volume() -> torch.Tensor:
    """(1, 3, 81, 81, 81) Worley (1996) noise of one jittered seed a cell: F1, F2 - F1, the nearest seed's value."""
    rng = np.random.default_rng(1996)
    jitter = rng.uniform(0.1, 0.9, (CELLULAR_PERIOD,) * 3 + (3,)).astype(np.float32)
    value = rng.uniform(0, 1, (CELLULAR_PERIOD,) * 3).astype(np.float32)
    axis = np.arange(CELLULAR_CELLS) * (CELLULAR_PERIOD / CELLULAR_CELLS)
    place = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).astype(np.float32)
    cell = np.floor(place).astype(np.int64)
    first, second = np.full(place.shape[:3], 9.0, np.float32), np.full(place.shape[:3], 9.0, np.float32)
    owner = np.zeros(place.shape[:3], np.float32)
    for offset in np.ndindex(3, 3, 3):
        other = cell + np.array(offset) - 1
        wrapped = tuple(np.moveaxis(other % CELLULAR_PERIOD, -1, 0))
        distance = np.linalg.norm(other + jitter[wrapped] - place, axis=-1)
        owner = np.where(distance < first, value[wrapped], owner)
        second = np.minimum(second, np.maximum(first, distance))
        first = np.minimum(first, distance)
    return _closed(np.stack([first, second - first, owner]))


def _closed(volume: Array) -> torch.Tensor:
    """(C, n, n, n) -> (1, C, n+1, n+1, n+1) whose last planes repeat the first; axes turned to grid_sample's."""
    padded = np.pad(volume, ((0, 0), (0, 1), (0, 1), (0, 1)), mode="wrap")
    return torch.from_numpy(np.ascontiguousarray(padded.transpose(0, 3, 2, 1), dtype=np.float32))[None]
