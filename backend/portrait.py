"""Owns where a picture was taken from: the pose from which a prop's sampled views look most like it, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from .cameras import Cameras, look_at_origin, points_from_depth
from .images import REFERENCE_MARGIN, Pixels, frame_object
from .priors import ALBEDO, ALPHA, DEPTH, Cond, Maps

SIZE_PX = 40  # of the comparison: a pixel of it holds two or more points of a 64-px view
AZIMUTHS = tuple(range(-90, 91, 15))  # degrees; the prior was taught pictures from -75 to 75, ...
ELEVATIONS = (0, 20, 40)  # ... and from -5 to 45
CLOSER = ((7.5, 10.0), (4.0, 5.0))  # steps of azimuth and elevation around the best
STRAY = 0.12  # prior units between the depths of neighbours that bear each other out: four pixels of 64
NOISE = np.radians(7.0)  # of a direction that the prior is sure of
SURPRISE = 0.01  # likeness that one unit of a viewpoint's surprise outweighs
COLOUR = 0.7  # weight of the mean difference of colours against the outlines' intersection over union

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Cloud:
    """What views show as points: position (N, 3) in prior units, colour (N, 3) sRGB; float32."""

    position: Pixels
    colour: Pixels


@dataclass(frozen=True)
class Pose:
    """Where a picture was taken from, in degrees; overlap: intersection over union of the outlines; colour: the mean
    difference of sRGB values where both are, after one gain; likeness: both in one number, 1 for the same picture."""

    azimuth_deg: float
    elevation_deg: float
    overlap: float
    colour: float

    @property
    def likeness(self) -> float:
        return self.overlap - COLOUR * self.colour


@dataclass(frozen=True)
class Viewpoint:
    """From where a prior believes a picture was taken: the mean (3,) of the unit directions towards the camera, shorter the less
    it is sure; a round object is seen from anywhere."""

    direction: NDArray[np.float32]

    def surprise(self, azimuth_deg: float, elevation_deg: float) -> float:
        """Squared angle to a pose's direction over its variance, about twice the negative log-likelihood.

        Directions whose mean has the length R scatter by 2 (1 - R) around it (Mardia and Jupp 2000, section 9.2).
        """
        towards = look_at_origin(azimuth_deg, elevation_deg)[:3, 2].numpy()
        length = float(np.linalg.norm(self.direction))
        angle = float(np.arccos(np.clip(towards @ self.direction / max(length, 1e-6), -1.0, 1.0)))
        return angle**2 / (2 * max(1 - length, 0.0) + NOISE**2)


@runtime_checkable
class TellsViewpoint(Protocol):
    """A prior that reads in a picture from where it was taken. viewpoint: (B, 3) of `Viewpoint`, None where it cannot."""

    def viewpoint(self, cond: Cond) -> Tensor | None: ...


def viewpoints_of(prior: object, cond: Cond) -> list[Viewpoint] | None:
    """From where a prior believes that the picture of a condition was taken, for each of its prompts; None where it does not
    say."""
    told = prior.viewpoint(cond) if isinstance(prior, TellsViewpoint) else None
    return None if told is None else [Viewpoint(direction) for direction in told.cpu().numpy()]


def cloud_of(maps: Maps) -> Cloud:
    """The points that G-buffer views show, but for pixels whose depth few neighbours share: strays widen the outline."""
    depth, solid = maps.maps[:, DEPTH][:, 0].float(), maps.maps[:, ALPHA][:, 0] > 0.5
    shared = torch.zeros_like(depth)
    for down, across in ((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j):
        moved, there = (torch.roll(part, (down, across), (1, 2)) for part in (depth, solid))
        shared += there & ((moved - depth).abs() < STRAY)
    kept = solid & (shared >= 2)
    colours = maps.maps[:, ALBEDO].permute(0, 2, 3, 1).float().clamp(0, 1)
    return Cloud(points_from_depth(maps.cameras, depth)[kept].numpy(), colours[kept].numpy())


def framed_picture(image: Tensor, size_px: int = SIZE_PX) -> Pixels:
    """(S, S, 4) of a picture (4, H, W), its object centred and its longer extent filling all but the margins."""
    return frame_object(np.moveaxis(image.numpy(), 0, -1), size_px, REFERENCE_MARGIN)


def splat(cloud: Cloud, axes: NDArray[np.float32], size_px: int = SIZE_PX) -> Pixels:
    """(S, S, 4) of a cloud seen along `axes` (3, 3), framed as pictures are: the nearest point of each pixel."""
    row, column, order = framed_places(cloud.position, axes, size_px)
    out = np.zeros((size_px, size_px, 4), np.float32)
    out[row[order], column[order], :3] = cloud.colour[order]  # the nearest is written last
    out[row, column, 3] = 1.0
    return without_gaps(out)


def framed_places(position: Pixels, axes: NDArray[np.float32], size_px: int) -> tuple[Places, Places, Places]:
    """Row and column (N,) of points (N, 3) seen along `axes` (3, 3) in a frame as pictures have it; then the points'
    numbers, the nearest last."""
    frame = position @ axes.T
    low, high = frame[:, :2].min(0), frame[:, :2].max(0)
    side = float((high - low).max()) / (1 - 2 * REFERENCE_MARGIN)
    place = (frame[:, :2] - (low + high) / 2) / max(side, 1e-6) + 0.5
    column = np.clip((place[:, 0] * size_px).astype(np.int64), 0, size_px - 1)
    row = np.clip(((1 - place[:, 1]) * size_px).astype(np.int64), 0, size_px - 1)
    return row, column, np.argsort(frame[:, 2], kind="stable")


def without_gaps(shown: Pixels) -> Pixels:
    """(S, S, 4) with the pixels between points filled by their neighbours' mean: points can lie wider than pixels."""
    solid = shown[..., 3] > 0.5
    gaps = ndimage.binary_closing(solid, np.ones((3, 3))) & ~solid
    near = ndimage.uniform_filter(shown * solid[..., None], (3, 3, 1))
    shown[gaps, :3] = near[gaps, :3] / np.maximum(near[gaps, 3:], 1e-6)
    shown[gaps, 3] = 1.0
    return shown


def compare(shown: Pixels, picture: Pixels, azimuth_deg: float, elevation_deg: float) -> Pose:
    """How alike two framed pictures (S, S, 4) are."""
    ours, theirs = shown[..., 3] > 0.5, picture[..., 3] > 0.5
    both = ours & theirs
    overlap = float(both.sum()) / max(float((ours | theirs).sum()), 1.0)
    if not both.any():
        return Pose(azimuth_deg, elevation_deg, 0.0, 1.0)
    a, b = shown[both][:, :3], picture[both][:, :3]
    gain = float((a * b).sum()) / max(float((a * a).sum()), 1e-6)  # a picture holds light, the views do not
    return Pose(azimuth_deg, elevation_deg, overlap, float(np.abs(np.clip(gain, 0.5, 1.3) * a - b).mean()))


def find_pose(cloud: Cloud, picture: Pixels, viewpoint: Viewpoint | None = None) -> Pose:
    """The most alike pose of a grid, then of two finer steps around it; of alike ones the one that the prior believes in.

    picture: of `framed_picture`.
    """
    if len(cloud.position) == 0:
        return Pose(0.0, 20.0, 0.0, 1.0)

    def at(azimuth: float, elevation: float) -> Pose:
        axes = look_at_origin(azimuth, elevation)[:3, :3].T.numpy()
        return compare(splat(cloud, axes), picture, azimuth, elevation)

    def worth(pose: Pose) -> float:
        doubt = viewpoint.surprise(pose.azimuth_deg, pose.elevation_deg) if viewpoint is not None else 0.0
        return pose.likeness - SURPRISE * doubt

    best = max((at(a, e) for a in AZIMUTHS for e in ELEVATIONS), key=worth)
    for across, up in CLOSER:
        a, e = best.azimuth_deg, best.elevation_deg
        around = [at(a + i * across, e + j * up) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
        best = max([best, *around], key=worth)
    return best


def most_alike(
    maps: Tensor, cameras: Cameras, image: Tensor, viewpoints: Sequence[Viewpoint] | None = None
) -> tuple[int, Pose]:
    """Which of B samples (B, V, 13, S, S) looks most like the picture (4, H, W) from its best side, and that pose.

    viewpoints: from where the prior believes that it was taken, for the prompt of each sample.
    """
    picture = framed_picture(image)
    told: Sequence[Viewpoint | None] = viewpoints or [None] * len(maps)
    poses = [find_pose(cloud_of(Maps(one, cameras)), picture, view) for one, view in zip(maps, told, strict=True)]
    best = max(range(len(poses)), key=lambda i: poses[i].likeness)
    return best, poses[best]
