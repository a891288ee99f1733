"""Owns prints: stripes, checks and dots that a prompt names, laid on one part of a baked surface.

Views of 64 pixels hold no pattern: the prior answers with the mixture of its colours. So it is asked for the plain part, and
the pattern is drawn where that part was found, at the size of a texel and in the frame of the part itself: bands across what
is round and tall, gores on round cloth (an umbrella), upright stripes around what is boxy, dots by their distance on the
surface from darts thrown apart (Cook 1986), so that no chart of it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.spatial import cKDTree

from ..bake import Bake
from ..lab import lab_of_array
from ..materials import INDEX
from ..obedience import Wish, stained
from ..rasterise import Array
from .synthesise import texel_side

RGB = tuple[float, float, float]
NEAR = 12.0  # L*a*b* distance from the wished colour that halves, about, an entry's claim to be the printed part
ALIKE = 30.0  # L*a*b* distance from the part's own entry within which others of its material belong to it
BANDS, UPRIGHT = 7, 9  # stripes over the height of what is round, along the side of what is boxy
GORES = 12  # stripes around what is flat and round, about: every colour has as many
CHECKS, DOTS = 8, 6  # checks along the longest side, distances between dots along it
TALL = 0.6  # height over diameter from which stripes on round things run around them
TOWERING = 1.5  # height over the longest horizontal side from which those on boxy things do
ROUND = 0.15  # spread of the outline's radius seen from above, over the radius: what is turned has 0 to .05, a cube .3
TURNS, FITS = 32, 6  # directions in which the outline is measured, and how often its middle is sought
DOT = 0.3  # radius of a dot over the distance between darts
DARTS = 6000  # tried at most
SAMPLES = 40_000  # texels that are enough to know a part's form


@dataclass(frozen=True)
class Print:
    """A pattern on one part. pattern: "striped", "checkered" or "dotted"; wish: the look by which the part is known, ground:
    the sRGB of its named colour; both None where nothing is said of the part: then it is the largest. others: the colours on
    it, sRGB in [0, 1], at least one."""

    pattern: str
    others: tuple[RGB, ...]
    wish: Wish | None = None
    ground: RGB | None = None


@dataclass(frozen=True)
class Form:
    """n texels of a part in its own frame. point, normal: (n, 3), the first two columns along and across it, the last up;
    low, size: (3,) of its box; axis: (2,) where the upright axis stands about which it is round, None where it is not; cloth:
    whether it is of fabric; texel: the side of one."""

    point: Array
    normal: Array
    low: Array
    size: Array
    axis: Array | None
    cloth: bool
    texel: float


def with_prints(surface: Bake, prints: Sequence[Print], mesh: tuple[Array, Array, Array], seed: int) -> Bake:
    """The baked surface of a mesh (vertices (N, 3) prior units, faces, uvs) with all its prints."""
    for wanted in prints:
        surface = printed(surface, wanted, texel_side(surface, *mesh[:2]), seed)
    return surface


def printed(surface: Bake, wanted: Print, texel: float, seed: int) -> Bake:
    """The baked surface with a print on the part that shows its ground, whose shades stay in it. texel: the side of one in
    prior units."""
    here = np.nonzero(part_of(surface, wanted))[0]
    if not len(here):
        return surface
    colour = surface.colour.copy()
    cloth = bool((surface.material[here] == INDEX["fabric"]).mean() > 0.5)
    sure = here < surface.texels.inside  # what lies around the islands may lie beyond the part
    form = form_of(surface.position[here], surface.normal[here], sure, cloth, texel)
    shares = PRINTS[wanted.pattern](form, len(wanted.others) + 1, seed)
    others = np.array([_dyed(rgb, wanted.wish) for rgb in wanted.others], np.float32)
    colour[here] = np.clip(colour[here] + shares[:, 1:] @ (others - colour[here].mean(0)), 0.0, 1.0)
    return replace(surface, colour=colour)


def part_of(surface: Bake, wanted: Print) -> Array:
    """(T,) bool, the texels of the part to be printed: of the large entry nearest to what is said of it and of its shades; where
    the palette has none like that, those that are coloured so themselves."""
    palette = surface.palette
    area = np.bincount(surface.entry[: surface.texels.inside], minlength=len(palette)) + 1e-6
    claim, lab = np.log(area), lab_of_array(palette.colour)
    if wanted.ground is not None:
        ground = lab_of_array(_dyed(wanted.ground, wanted.wish))
        claim = claim - ((lab - ground) ** 2).sum(1) / (2 * NEAR**2)
    if wanted.wish is not None and wanted.wish.material is not None:
        claim = claim - 2.0 * (palette.material != wanted.wish.material)
    own = int(claim.argmax())
    if wanted.ground is not None and np.linalg.norm(lab[own] - ground) > ALIKE:
        coloured_so: Array = np.linalg.norm(lab_of_array(surface.colour) - ground, axis=1) < ALIKE
        return coloured_so
    alike = (np.linalg.norm(lab - lab[own], axis=1) < ALIKE) & (palette.material == palette.material[own])
    return alike[surface.entry]


def form_of(point: Array, normal: Array, sure: Array, cloth: bool, texel: float) -> Form:
    """How texels (n, 3) of a part lie in it; the longer of its horizontal sides goes first. sure: (n,) bool, on the surface."""
    own = point[sure] if sure.any() else point
    order = [0, 1, 2] if np.ptp(own[:, 0]) >= np.ptp(own[:, 1]) else [1, 0, 2]
    low, size = own.min(0)[order], np.maximum(np.ptp(own, axis=0)[order], 1e-6)
    return Form(point[:, order], normal[:, order], low, size, axis_of(own[:, order]), cloth, texel)


def axis_of(point: Array) -> Array | None:
    """(2,) the upright axis about which points (n, 3) are round, as seen from above; None where they are not. A handle is not
    looked at: of a mug's outline it is a sixth."""
    flat = point[np.linspace(0, len(point) - 1, min(SAMPLES, len(point))).astype(np.int64), :2]
    axis: Array = np.asarray(flat.mean(0))
    angles = (np.arange(TURNS) + 0.5) * 2 * np.pi / TURNS
    outwards = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for _ in range(FITS):
        away = flat - axis
        slot = (np.arctan2(away[:, 1], away[:, 0]) / (2 * np.pi) % 1.0 * TURNS).astype(np.int64) % TURNS
        radius = np.zeros(TURNS)
        np.maximum.at(radius, slot, np.linalg.norm(away, axis=1))
        low, middle, high = np.percentile(radius, (15, 50, 85))
        axis = axis + 2 * np.asarray((np.clip(radius, 0.8 * middle, 1.2 * middle)[:, None] * outwards).mean(0))
    return axis if high - low < ROUND * middle else None


def _striped(form: Form, colours: int, _: int) -> Array:
    if form.axis is not None and (form.cloth or form.size[2] < TALL * form.size[1]):
        return _bands(*_around(form, form.axis, colours * round(GORES / colours)), colours)
    if form.axis is not None or form.size[2] > TOWERING * form.size[0]:
        width = form.size[2] / BANDS
        return _bands((form.point[:, 2] - form.low[2]) / width, form.texel / width, colours)
    width = form.size[0] / UPRIGHT
    return _bands(_along_side(form) / width, form.texel / width, colours)


def _checkered(form: Form, colours: int, _: int) -> Array:
    width = float(form.size.max()) / CHECKS
    up = (form.point[:, 2] - form.low[2]) / width
    if form.axis is not None:
        girth = np.pi * float(form.size[:2].min())
        first, soft = _around(form, form.axis, max(2 * round(girth / width / 2), 4))
    else:
        flat = np.abs(form.normal[:, 2]) > np.abs(form.normal[:, :2]).max(1)
        first, soft = _along_side(form) / width, np.full(len(up), form.texel / width)
        up = np.where(flat, (form.point[:, 1] - form.low[1]) / width, up)
    a, b = _bands(first, soft, 2), _bands(up, form.texel / width, 2)
    second = a[:, 0] * b[:, 1] + a[:, 1] * b[:, 0]
    shares = np.zeros((len(second), colours), np.float32)
    shares[:, 0], shares[:, 1] = 1 - second, second
    return shares


def _dotted(form: Form, colours: int, seed: int) -> Array:
    apart = float(form.size.max()) / DOTS
    # the two sides of a thin wall count as apart: normals stand for half a distance each
    place = np.concatenate([form.point, 0.5 * apart * form.normal], axis=1)
    rng = np.random.default_rng([seed, 11])
    darts = np.empty((0, place.shape[1]), np.float32)
    for one in place[rng.permutation(len(place))[:DARTS]]:
        if not len(darts) or ((darts - one) ** 2).sum(1).min() > apart**2:
            darts = np.concatenate([darts, one[None]])
    away, nearest = cKDTree(darts).query(place)
    on = np.clip(0.5 + (DOT * apart - away) / form.texel, 0, 1).astype(np.float32)
    shares = np.zeros((len(place), colours), np.float32)
    shares[:, 0] = 1 - on
    shares[np.arange(len(place)), 1 + nearest % (colours - 1)] = on
    return shares


PRINTS: dict[str, Callable[[Form, int, int], Array]] = {
    "striped": _striped, "checkered": _checkered, "dotted": _dotted,
}  # fmt: skip


def _around(form: Form, axis: Array, sectors: int) -> tuple[Array, Array]:
    """(n,) the sector around the upright axis that texels lie in, a fraction of one included, and a texel's share of one."""
    middle = form.point[:, :2] - axis
    turn = (np.arctan2(middle[:, 1], middle[:, 0]) / (2 * np.pi)) % 1.0
    radius = np.maximum(np.linalg.norm(middle, axis=1), 1e-6)
    return turn * sectors, np.minimum(form.texel * sectors / (2 * np.pi * radius), 1.0)


def _along_side(form: Form) -> Array:
    """(n,) how far texels lie along the side that they are on: along the part, and on its ends across it."""
    end = np.abs(form.normal[:, 0]) > np.abs(form.normal[:, 1:]).max(1)
    return np.where(end, form.point[:, 1] - form.low[1], form.point[:, 0] - form.low[0])


def _bands(at: Array, soft: Array | float, colours: int) -> Array:
    """(n, colours) shares of colours that take turns, one a unit of `at`; they meet over `soft` units."""
    index = np.floor(at)
    part = at - index
    before = part < 0.5
    mixed = np.clip(0.5 - np.where(before, part, 1 - part) / np.maximum(soft, 1e-6), 0.0, 0.5).astype(np.float32)
    shares = np.zeros((len(at), colours), np.float32)
    rows, own = np.arange(len(at)), index.astype(np.int64)
    shares[rows, own % colours] = 1 - mixed
    shares[rows, (own + np.where(before, -1, 1)) % colours] += mixed
    return shares


def _dyed(rgb: RGB, wish: Wish | None) -> Array:
    """A named colour as the part's material shows it."""
    if wish is None or wish.stain is None:
        return np.array(rgb, np.float32)
    return stained(torch.tensor(rgb), wish.stain, wish.material).numpy()
