"""Owns the colours that a picture gives to the sampled views: each surface takes the base colour that it has in the picture.

The views' palette (`backend/palette.py`) is laid on the picture from the pose that was found. A surface's pixels there are
its base colour times light; the light is smooth over directions, so its logarithm is fitted over all surfaces at once by the
normal's first-order spherical harmonics (Ramamoorthi and Hanrahan 2001) and taken off. One colour a surface survives a pose that
is some degrees wrong; what the picture does not show keeps the prior's colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from .cameras import look_at_origin, points_from_depth
from .images import Pixels
from .palette import Painted, paint
from .portrait import Pose, framed_picture, framed_places
from .priors import ALBEDO, ALPHA, DEPTH, NORMAL, Maps
from .rasterise import Array

SIZE_PX = 48  # of the comparison
INNER = 0.6  # alpha of the picture from which on, one pixel inside, its colours are the object's own
TURNED = 0.1  # least cosine between a surface and the camera
TOO_FEW = 20  # pixels that picture and prop share
DOUBT = 6.0  # pixels at which picture and prior have an equal say in a surface's colour
ROUNDS = 6
LIT = 0.95  # the quantile of the light that counts as 1: what is fully lit shows its base colour
DIM = 0.3  # the least light, of that
DARK = 0.02  # brightness below which logarithms would tell noise
OUTLYING = 0.1  # relative brightness beyond which a pixel counts linearly: glints, and surfaces laid on another's
RIDGE = 0.005  # pull of the light towards an even one


@dataclass(frozen=True)
class Overlaid:
    """P pixels that prop and picture share: entry (P,) of the palette, normal (P, 3) in the camera's frame, colour (P, 3)."""

    entry: Array
    normal: Array
    colour: Array


def with_colours_of(maps: Maps, image: Tensor, pose: Pose) -> Maps:
    """The views with the picture's base colours. maps: G-buffers; image (4, H, W) RGBA of one isolated object."""
    painted = paint(maps)
    overlaid = overlay(maps, painted, framed_picture(image, SIZE_PX), pose)
    if len(overlaid.entry) < TOO_FEW:
        return maps
    own = painted.palette.colour.astype(np.float64)
    change = painted.membership @ (colours_without_light(overlaid, own) - own)
    recoloured = maps.maps.clone()
    moved = torch.from_numpy(change.astype(np.float32)).permute(0, 3, 1, 2).to(recoloured)
    recoloured[:, ALBEDO] = (recoloured[:, ALBEDO] + moved).clamp(0, 1)
    return replace(maps, maps=recoloured)


def overlay(maps: Maps, painted: Painted, picture: Pixels, pose: Pose) -> Overlaid:
    """The views' surfaces laid on a framed picture (S, S, 4): the nearest point of every pixel, if it faces the camera."""
    axes = look_at_origin(pose.azimuth_deg, pose.elevation_deg)[:3, :3].T.numpy()
    solid = maps.maps[:, ALPHA][:, 0] > 0.5
    position = points_from_depth(maps.cameras, maps.maps[:, DEPTH][:, 0].float())[solid].numpy()
    if len(position) == 0:
        return Overlaid(np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros((0, 3)))
    normal = maps.maps[:, NORMAL].permute(0, 2, 3, 1)[solid].float().numpy() @ axes.T
    entry = painted.membership.argmax(-1)[solid.numpy()]
    size = len(picture)
    row, column, order = framed_places(position, axes, size)
    order = order[normal[order, 2] > TURNED]
    nearest = np.full((size, size), -1)
    nearest[row[order], column[order]] = order
    shared = (nearest >= 0) & ndimage.binary_erosion(picture[..., 3] > INNER)
    points = nearest[shared]
    return Overlaid(entry[points], normal[points].astype(np.float64), picture[shared][:, :3].astype(np.float64))


def colours_without_light(seen: Overlaid, own: Array) -> Array:
    """(K, 3) the base colours of a palette's entries, light divided out. own (K, 3): the prior's.

    An entry's colour is the median over its pixels, drawn towards the prior's where they are few.
    """
    even, colour = seen.colour / light_on(seen, len(own))[:, None], own.copy()
    count = np.bincount(seen.entry, minlength=len(own))
    for k in np.nonzero(count)[0]:
        trust = count[k] / (count[k] + DOUBT)
        colour[k] = trust * np.median(even[seen.entry == k], axis=0) + (1 - trust) * own[k]
    return np.clip(colour, 0, 1)


def light_on(seen: Overlaid, entries: int) -> Array:
    """(P,) the light on every pixel, of which LIT is at most 1.

    The logarithm of brightness is one number for every entry plus a linear function of the normal, by least absolute
    deviations (re-weighted least squares): an entry is known apart from its light because neighbouring entries share it.
    """
    brightness = np.log(seen.colour.mean(1) + DARK)
    terms = np.concatenate([np.eye(entries)[seen.entry], seen.normal], axis=1)
    fitted = least_deviations(terms, brightness, RIDGE, ROUNDS)
    light = seen.normal @ fitted[entries:]
    return np.asarray(np.exp(np.clip(light - np.quantile(light, LIT), np.log(DIM), None)))


def least_deviations(terms: Array, values: Array, ridge: float, rounds: int) -> Array:
    """(K,) what the terms (P, K), of which the last three are the normal, add up to values (P,) with, by re-weighted least
    squares; deviations of less than OUTLYING count as squares. ridge: pull of the normal's part towards none."""
    weight = np.ones(len(terms))
    for _ in range(rounds):
        system = (terms * weight[:, None]).T @ terms
        system += np.diag([1e-6] * (terms.shape[1] - 3) + [ridge * float(weight.sum())] * 3)
        fitted = np.linalg.solve(system, terms.T @ (weight * values))
        weight = 1 / np.maximum(np.abs(values - terms @ fitted), OUTLYING)
    return np.asarray(fitted)
