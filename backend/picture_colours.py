"""Owns the colours that a picture gives to the sampled views: each surface takes the base colour that it has in the picture.

The views' palette (`backend/palette.py`) is laid on the picture from the pose that was found. A surface's pixels there are
its base colour times light; one lamp and an even surrounding (Lambert's law) that explain all surfaces at once are sought and
taken off. How bright the whole is, no picture tells apart from its exposure: there the prior has a say. One colour a surface
survives a pose that is some degrees wrong; what the picture does not show keeps the prior's colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

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
LAMPS = 80  # directions over the sphere, of which those are tried ...
LOWEST = 0.2  # ... that lie so far towards the camera (cosine) ...
SURROUNDING = (0.35, 0.5, 0.65, 0.8)  # ... with these shares of the light from all around
OUTLYING = 0.3  # of a logarithm, beyond which a pixel says nothing: glints, and surfaces laid on another's
LEVEL = 0.6  # share of the way to the prior's brightness that the whole goes
DARK = 0.02  # brightness below which logarithms would tell noise


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
    even, colour = seen.colour / light_on(seen)[:, None], own.copy()
    brighter = np.median(np.log(own[seen.entry].mean(1) + DARK) - np.log(even.mean(1) + DARK))
    even *= np.exp(LEVEL * brighter)
    count = np.bincount(seen.entry, minlength=len(own))
    for k in np.nonzero(count)[0]:
        trust = count[k] / (count[k] + DOUBT)
        colour[k] = trust * np.median(even[seen.entry == k], axis=0) + (1 - trust) * own[k]
    return np.clip(colour, 0, 1)


def light_on(seen: Overlaid) -> Array:
    """(P,) the light on every pixel, 1 where it is full: of the lamps and surroundings that are tried the one under which the
    pixels of each entry are most alike."""
    brightness = np.log(seen.colour.mean(1) + DARK)
    facing = np.clip(seen.normal @ _lamps().T, 0, 1)
    entries = [np.nonzero(seen.entry == k)[0] for k in np.unique(seen.entry)]
    least, best = np.inf, np.ones(len(brightness))
    for share in SURROUNDING:
        light = share + (1 - share) * facing
        left = brightness[:, None] - np.log(light)
        for pixels in entries:
            left[pixels] -= np.median(left[pixels], axis=0)
        missed = np.minimum(np.abs(left), OUTLYING).mean(0)
        lamp = int(missed.argmin())
        if missed[lamp] < least:
            least, best = float(missed[lamp]), light[:, lamp]
    return np.asarray(best)


@cache
def _lamps() -> Array:
    """(N, 3) unit directions in the camera's frame, evenly spread (a spiral of the golden angle)."""
    turn, height = np.pi * (1 + 5**0.5) * (np.arange(LAMPS) + 0.5), 1 - 2 * (np.arange(LAMPS) + 0.5) / LAMPS
    flat = np.sqrt(1 - height**2)
    spread = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], axis=1)
    return np.asarray(spread[height > LOWEST])
