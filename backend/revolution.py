"""Owns the regulariser of turned shapes: where a solid is nearly round about an upright axis it becomes so, handles apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .fuse import SignedDistance
from .sides import LEAST_NOISE, PIXEL, outermost

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

ANGLES = 64  # rays around the axis
TOLERANCE = 1.2 * PIXEL  # between a ray's radius and the circle's
ROUND_SHARE = 0.7  # of the rays of a slice that end on its circle; a square reaches .45
# Amplitudes of a slice's harmonics from which on it is a prism of so many sides. Views that disagree make four of a circle.
CORNER_HEIGHT = {3: 0.4 * PIXEL, 4: 0.7 * PIXEL, 5: 0.4 * PIXEL, 6: 0.4 * PIXEL, 7: 0.4 * PIXEL, 8: 0.4 * PIXEL}
LEAST_RADIUS = 2.5 * PIXEL  # a blade's or a post's roundness cannot be told
LEAST_HEIGHT = 6 * PIXEL  # of neighbouring round slices
RECESS = (6 * PIXEL) ** 2  # area of a hollow in the side that is meant: a door; smaller ones, and torn rims, are mended
RIM_HEIGHT = 5 * PIXEL  # above and below round slices, within which a torn rim is mended ...
RIM_SHARE = 0.5  # ... where so many rays still meet it, and trimmed where fewer do
RIM_WIDTH = 3 * PIXEL  # a wall that ends in a rim is at most so thick
LYING_SHARE = 0.6  # of the length that must be round about a lying axis


@dataclass(frozen=True)
class Turned:
    """A solid in cylinder coordinates. field (Z, ANGLES, R) signed distances at the radii (R,); radius (Z, ANGLES) of the
    outermost surface, 0 where a ray meets none; circle (Z,) their median."""

    radii: Array
    field: Array
    radius: Array
    circle: Array

    @property
    def off(self) -> Array:
        """(Z, ANGLES) how far each ray's surface lies outside the circle, prior units."""
        return self.radius - self.circle[:, None]


def turn(sdf: SignedDistance) -> SignedDistance:
    """Round slices become circles about one axis: the median over the rays of the distance at each height and radius.

    What stands out of the circle (a handle, a spout) is kept, so are large hollows in the side; what is missing from it
    (a torn rim) is filled. The axis is upright, or lies along y or x where most of the shape is round about it (a wheel,
    a coin). The figure "turned" is the share of the height that was made round.
    """
    if sdf.figures.get("doubt_px", 0.0) < LEAST_NOISE:
        return replace(sdf, figures=sdf.figures | {"turned": 0.0})
    shares = []
    for along, least in ((2, 0.0), (1, LYING_SHARE), (0, LYING_SHARE)):
        share = 0.0
        if along == 2 or has_round_shadow(sdf, along):
            upright = np.ascontiguousarray(np.moveaxis(sdf.values, along, 2))
            made, share = turned_about_z(replace(sdf, values=upright), least)
            if share:
                sdf = replace(sdf, values=np.ascontiguousarray(np.moveaxis(made, 2, along)))
        shares.append(share)
    return replace(sdf, figures=sdf.figures | {"turned": max(shares)})


def turned_about_z(sdf: SignedDistance, least: float) -> tuple[Array, float]:
    """The grid's values (n, n, n) with its round slices turned, and their share of the height; 0 if that is under `least`."""
    axis = axis_of(sdf)
    turned = unrolled(sdf, axis)
    round_slices = round_runs(turned, sdf.voxel)
    share = float(round_slices.sum() / max((turned.radius > 0).any(1).sum(), 1))
    if share <= least:
        return sdf.values, 0.0
    turned, round_slices, trimmed = with_rims(turned, round_slices, sdf.voxel)
    return rolled(sdf, turned, axis, round_slices, trimmed), share


def has_round_shadow(sdf: SignedDistance, along: int) -> bool:
    """Whether the solid's shadow along an axis may be a disc: a cheap look before rays are sent."""
    shadow = (sdf.values < 0).any(along)
    if not shadow.any():
        return False
    low, high = np.argwhere(shadow).min(0), np.argwhere(shadow).max(0)
    angle = 2 * np.pi * np.arange(ANGLES) / ANGLES
    steps = np.arange(sdf.size)
    places = [
        middle + steps * wave[:, None]
        for middle, wave in zip((low + high) / 2, (np.cos(angle), np.sin(angle)), strict=True)
    ]
    solid = ndimage.map_coordinates(shadow.astype(np.float32), places, order=1) > 0.5
    radius = (sdf.size - solid[:, ::-1].argmax(1)) * solid.any(1) * sdf.voxel
    return bool((np.abs(radius - np.median(radius)) < 1.5 * TOLERANCE).mean() > ROUND_SHARE)


def axis_of(sdf: SignedDistance) -> tuple[float, float]:
    """(x, y) of the upright axis: the median over the slices of the middle of each one's convex outline."""
    inside = sdf.values < 0
    middle = []
    for other in (1, 0):  # along x, then y
        shadow: Mask = np.asarray(inside.any(other))  # (n, Z)
        there: Mask = np.asarray(shadow.any(0))
        low, high = shadow.argmax(0), sdf.size - 1 - shadow[::-1].argmax(0)
        middle.append(float(np.median(((low + high) / 2)[there])) if there.any() else (sdf.size - 1) / 2)
    x, y = ((2 * m + 1) / sdf.size - 1 for m in middle)
    return settled((x, y), sdf)


def settled(axis: tuple[float, float], sdf: SignedDistance) -> tuple[float, float]:
    """The axis moved to where opposite rays are equally long, most of them: a handle moves the middle of an outline."""
    angle = 2 * np.pi * np.arange(ANGLES) / ANGLES
    for _ in range(4):
        turned = unrolled(sdf, axis, 2)
        near = (np.abs(turned.off) < 3 * TOLERANCE) & (turned.circle[:, None] > LEAST_RADIUS)
        if not near.any():
            break
        shift = [
            float(2 * (turned.off * c)[near].sum() / max(int(near.sum()), 1)) for c in (np.cos(angle), np.sin(angle))
        ]
        axis = (axis[0] + shift[0], axis[1] + shift[1])
        if max(map(abs, shift)) < 0.1 * sdf.voxel:
            break
    return axis


def unrolled(sdf: SignedDistance, axis: tuple[float, float], step: int = 1) -> Turned:
    """The solid along ANGLES rays from the axis, `step` voxels a step, of every step-th slice."""
    radii = (np.arange(0, round(0.72 * sdf.size), step) * sdf.voxel).astype(np.float32)
    angle = 2 * np.pi * np.arange(ANGLES) / ANGLES
    x, y = axis[0] + radii * np.cos(angle)[:, None], axis[1] + radii * np.sin(angle)[:, None]
    column, row = ((p + 1) * sdf.size / 2 - 0.5 for p in (x, y))
    slices = np.moveaxis(sdf.values[:, :, ::step], 2, 0)
    field = np.stack([ndimage.map_coordinates(one, (column, row), order=1, mode="nearest") for one in slices])
    radius = np.maximum(outermost(field) * (step * sdf.voxel), 0.0).astype(np.float32)
    return Turned(radii, field, radius, np.median(radius, axis=1).astype(np.float32))


def round_runs(turned: Turned, voxel: float) -> Mask:
    """(Z,) slices whose rays mostly end on the circle, if they and their round neighbours are tall enough and no prism."""
    likely = ((np.abs(turned.off) < TOLERANCE).mean(1) >= ROUND_SHARE) & (turned.circle > LEAST_RADIUS)
    label, count = ndimage.label(ndimage.binary_closing(likely, np.ones(3)) | likely)
    kept = np.zeros(len(likely), bool)
    for run in (label == k for k in range(1, count + 1)):
        kept |= run & (run.sum() * voxel >= LEAST_HEIGHT and not is_prism(turned.off[run]))
    return kept


def is_prism(off: Array) -> bool:
    """Whether the rays (Z, ANGLES) tell of corners at the same angles all the way up. A handle counts for little."""
    form = np.median(np.clip(off, -1.5 * TOLERANCE, 1.5 * TOLERANCE), axis=0)
    waves = 2 * np.abs(np.fft.rfft(form)) / ANGLES
    return any(waves[corners] > height for corners, height in CORNER_HEIGHT.items())


def with_rims(turned: Turned, round_slices: Mask, voxel: float) -> tuple[Turned, Mask, Mask]:
    """The solid with the circles of torn rims, the slices to be made round with theirs, and those (Z,) to be trimmed.

    A rim goes on from a round slice: its rays meet a wall near the circle of the slice before, or nothing there.
    """
    circle, mended, trimmed = turned.circle.copy(), round_slices.copy(), np.zeros(len(round_slices), bool)
    for way in (1, -1):
        for end in np.flatnonzero(round_slices & ~np.roll(round_slices, -way)):
            before = circle[end]
            for step in range(1, round(RIM_HEIGHT / voxel) + 1):
                z = end + way * step
                if not 0 <= z < len(circle) or round_slices[z]:
                    break
                near = np.abs(turned.radius[z] - before) < 2 * TOLERANCE
                if near.any() and near.mean() >= RIM_SHARE and near.sum() >= 0.8 * (turned.radius[z] > before).sum():
                    before = circle[z] = np.median(turned.radius[z][near])
                    mended[z] = True
                elif near.any() and turned.circle[z] < before - RIM_WIDTH and not mended[z]:
                    circle[z], trimmed[z] = before, True
    return replace(turned, circle=circle), mended, trimmed


def profile_of(turned: Turned, z: int) -> Array:
    """(R,) the median distance over the rays of a slice that end on its circle, or over all where none does."""
    on = np.abs(turned.off[z]) < 2 * TOLERANCE
    return np.asarray(np.median(turned.field[z][on] if on.any() else turned.field[z], axis=0))


def kept_sectors(turned: Turned, round_slices: Mask, voxel: float) -> tuple[Mask, Mask]:
    """(Z, ANGLES) where something stands out of the circle, and where a hollow is meant."""
    out = ndimage.binary_dilation((turned.off > TOLERANCE) & round_slices[:, None], np.ones((3, 3)))
    hollow = (turned.off < -TOLERANCE) & round_slices[:, None]
    label, count = ndimage.label(np.concatenate([hollow, hollow], axis=1))  # twice around: a hollow may cross angle 0
    area = turned.circle[:, None] * (2 * np.pi / ANGLES) * voxel * np.ones_like(turned.off)
    size = np.bincount(label.ravel(), weights=np.concatenate([area, area], axis=1).ravel(), minlength=count + 1)
    ends = round_slices & ~(np.roll(round_slices, 1) & np.roll(round_slices, -1))
    torn = np.zeros(count + 1, bool)
    torn[np.unique(label[ends])] = True
    meant = (size > RECESS) & ~torn
    meant[0] = False
    meant = meant[label]
    return out, meant[:, :ANGLES] | meant[:, ANGLES:]


def rolled(sdf: SignedDistance, turned: Turned, axis: tuple[float, float], round_slices: Mask, trimmed: Mask) -> Array:
    """(n, n, n) the grid with its round slices turned, and what is left of a rim in slices to be trimmed taken away."""
    centres = sdf.centres.astype(np.float32)
    x, y = np.meshgrid(centres - axis[0], centres - axis[1], indexing="ij")
    distance, angle = np.hypot(x, y), np.arctan2(y, x)
    place = np.rint(angle / (2 * np.pi) * ANGLES).astype(int) % ANGLES
    out, meant = kept_sectors(turned, round_slices, sdf.voxel)
    values = sdf.values.copy()
    for z in map(int, np.flatnonzero(round_slices)):
        own = sdf.values[:, :, z]
        even: Array = np.asarray(np.interp(distance, turned.radii, profile_of(turned, z)), np.float32)
        beyond = distance > turned.circle[z] - PIXEL
        even = np.where(out[z][place] & beyond, np.minimum(even, own), even)
        even = np.where(meant[z][place], own, even)
        values[:, :, z] = even
    for z in map(int, np.flatnonzero(trimmed)):
        rim = np.abs(distance - turned.circle[z]) < RIM_WIDTH
        values[:, :, z] = np.where(rim & ~out[z][place], np.maximum(values[:, :, z], 0.5 * sdf.voxel), values[:, :, z])
    return values
