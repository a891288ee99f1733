"""How sure it is that a picture shows one whole object: measured features, weighed by a calibrated logistic model."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from .images import OWN_MATTE, Pixels
from .lab import lab_of_array

FEATURES = ("convexity", "largest_part", "raggedness", "coverage", "contrast", "grain", "edge", "elongation", "cut")
# Fitted by backend/evaluation/pictures.py on renders of half of the grammar's kinds against pictures of no object;
# docs/images/image-confidence.png shows how they hold on the other half.
MEAN = (0.5953, 0.7983, 2.052, -1.478, 48.52, 6.055, 29.95, 0.5079, 0.4255)
SCALE = (0.2858, 0.3362, 0.6672, 0.7513, 12.98, 8.138, 16.09, 0.4085, 0.4566)
LINEAR = (1.101, 0.1822, -1.577, 0.6709, -0.7128, 0.3795, 0.78, 0.4936, -2.718)
SQUARE = (-0.6026, -2.435, 0.1556, 0.1819, -0.1011, -0.09955, -0.4409, -0.07297, -0.05538)
WEIGHTS = (*LINEAR, *SQUARE)
BIAS = 2.833
FITTED_PX = 96  # the size of the pictures of the fit
RIM = 3  # pixels: `isolate_object` ends a matte one or two before the frame
GROUND = 0.92  # grey behind a picture that brings its own matte


def confidence(picture: Pixels, isolated: Pixels) -> float:
    """Probability that the matte cut out of a picture is one whole object. Both (H, W, 4), as of `isolate_object`."""
    scaled = (np.array([features(*as_fitted(picture, isolated))]) - MEAN) / SCALE
    return float(1.0 / (1.0 + np.exp(-design(scaled)[0] @ [*WEIGHTS, BIAS])))


def as_fitted(picture: Pixels, isolated: Pixels) -> tuple[Pixels, Pixels]:
    """Both as the pictures of the fit were: at most FITTED_PX on the longer side, through JPEG, so that grain compares."""
    share = min(1.0, FITTED_PX / max(picture.shape[:2]))
    size = (max(8, round(share * picture.shape[1])), max(8, round(share * picture.shape[0])))
    alpha = picture[..., 3:]
    flat = (255 * (picture[..., :3] * alpha + GROUND * (1 - alpha))).round().astype(np.uint8)
    data = io.BytesIO()
    Image.fromarray(flat).resize(size, Image.Resampling.BOX).save(data, "JPEG", quality=90)
    colours = np.asarray(Image.open(data), np.float32) / 255
    plane = lambda values: np.asarray(Image.fromarray(values.astype(np.float32)).resize(size, Image.Resampling.BOX))
    mattes = [plane(which[..., 3])[..., None] for which in (picture, isolated)]
    return np.concatenate([colours, mattes[0]], axis=2), np.concatenate([colours, mattes[1]], axis=2)


def design(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2 F + 1) scaled features, their squares, and ones: what the model weighs."""
    clipped = np.clip(scaled, -4.0, 4.0)
    return np.concatenate([clipped, clipped**2, np.ones((len(scaled), 1))], axis=1)


def features(picture: Pixels, isolated: Pixels) -> list[float]:
    """The values of FEATURES: what tells a thing on a ground from text, noise, landscapes, crowds and cropped pictures."""
    mask = isolated[..., 3] > 0.5
    area, (height, width) = float(mask.sum()), mask.shape
    rim = mask & ~ndimage.binary_erosion(mask, border_value=1)
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    largest = float(np.bincount(labels.ravel())[1:].max()) if count else 0.0
    lab = lab_of_array(isolated[..., :3])
    inside = ndimage.binary_erosion(mask, iterations=2, border_value=1)
    grain = np.linalg.norm(lab - ndimage.uniform_filter(lab, (3, 3, 1)), axis=-1)
    y, x = np.nonzero(mask)
    spread = np.linalg.eigvalsh(np.cov(np.stack([y, x])) + 1e-3 * np.eye(2))
    contrast, edge = _border(picture, mask)
    return [
        area / max(_hull_area(y, x), area),
        largest / area,
        math.log(rim.sum() / math.sqrt(area)),
        math.log(area / (height * width)),
        contrast,
        float(grain[inside].mean()) if inside.any() else 20.0,
        edge,
        0.5 * math.log(spread[1] / spread[0]),
        _cut(picture, mask),
    ]


def _cut(picture: Pixels, mask: NDArray[np.bool_]) -> float:
    """How far the matte runs along the picture's frame, in shares of the matte's own size, as a root: a tight crop touches,
    a thing that goes on outside is cut; 0 where the picture brings its own matte, which may well be cropped to it."""
    if (picture[..., 3] < 0.5).mean() >= OWN_MATTE:
        return 0.0
    rim = (mask[:RIM].any(0), mask[-RIM:].any(0), mask[:, :RIM].any(1), mask[:, -RIM:].any(1))
    return math.sqrt(float(sum(side.sum() for side in rim)) / math.sqrt(float(mask.sum())))


def _hull_area(y: NDArray[np.int64], x: NDArray[np.int64]) -> float:
    corners = np.concatenate([np.stack([y + dy, x + dx], 1) for dy in (-0.5, 0.5) for dx in (-0.5, 0.5)])
    try:
        return float(ConvexHull(corners).volume)  # in two dimensions the area
    except QhullError:
        return float(len(y))


def _border(picture: Pixels, mask: NDArray[np.bool_]) -> tuple[float, float]:
    """How far, in Lab, the picture differs across the matte's border, by its median and by its lowest tenth; 30 and 30
    where the picture brings its own matte, behind which nothing is seen."""
    if (picture[..., 3] < 0.5).mean() >= OWN_MATTE:
        return 30.0, 30.0
    lab = lab_of_array(picture[..., :3])
    inner = mask & ndimage.binary_dilation(~mask, iterations=3)
    outer = ~mask & ~ndimage.binary_dilation(mask, iterations=2)
    if not inner.any() or not outer.any():
        return 0.0, 0.0
    nearest = ndimage.distance_transform_edt(~outer, return_distances=False, return_indices=True)
    steps = np.linalg.norm(lab[inner] - lab[tuple(axis[inner] for axis in nearest)], axis=-1)
    return min(float(np.median(steps)), 60.0), min(float(np.percentile(steps, 10)), 60.0)
