"""Owns what a picture shows of a prop's surface: its own colours, with the light taken off, on the texels that it sees.

The prop was bent to the picture's outline (`backend/outline.py`), so that what lies inside it lies nearly right. The light is
the ratio of the picture to the base colour that the prop has already (`backend/picture_colours.py`), as a function of the normal
alone: its logarithm is fitted by the first-order spherical harmonics (Ramamoorthi and Hanrahan 2001). What the picture shows of
one half of a symmetric prop is shown on the other half as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage
from torch import Tensor

from .bake import Bake
from .detail.site import step
from .mesh import Mesh
from .outline import Fitted, Portrayed, fit_outline
from .picture_colours import DARK
from .portrait import framed_picture
from .rasterise import Array
from .recognition import LEAST_LIKENESS
from .shading import corner_normals
from .shadow import ShadowMap
from .textures import Textures, to_bytes

SIZE_PX, HIDING_PX = 512, 256
FACING = (0.2, 0.55)  # cosine between a surface and the camera from which the picture counts, and counts fully
INNER = (0.006, 0.024)  # prior units inside the outline, likewise: the rim mixes with the ground, and may lie beside
SOLID = 0.6  # alpha
BIAS = 0.03  # prior units behind the nearest surface
TEXELS = 6000  # on which the light is fitted
FEWEST = 50
SURE = 0.3  # weight from which a texel tells of the light
RIDGE, ROUNDS = 0.01, 8  # of the fit of the light: its pull towards an even one, and how often it is weighed anew
OUTLYING = 0.1  # relative brightness beyond which a texel counts linearly: glints
LIGHT = (0.2, 1.35)  # least and most
DOUBT = 0.02  # share of an entry that is shown at which picture and prior have an equal say in the rest of it
NEARER = 0.1  # sRGB, by which another entry's colour must be nearer than a texel's own
ROUND = 0.5  # share of a solid that was turned (`backend/revolution.py`) from which it is round


@dataclass(frozen=True)
class Shown:
    """A picture (4, H, W) RGBA of one isolated object, the shape bent to it, and the axes of "xy" about which its kind is
    symmetric."""

    image: Tensor
    fitted: Fitted
    symmetry: str = ""


def shown_in(portrayed: Portrayed | None, shape: Mesh, figures: Mapping[str, float]) -> Shown | None:
    """The shape bent to the picture that it was made after; None without one, or where it looks like something else.

    figures: of the solid that the shape was extracted from: whether it was made symmetric, or round.
    """
    if portrayed is None or portrayed.pose.likeness < LEAST_LIKENESS:
        return None
    made = "xy" if figures.get("turned", 0.0) > ROUND else "x" if figures.get("symmetrised") else portrayed.symmetry
    fitted = fit_outline(shape, replace(portrayed, symmetry=made))
    return Shown(portrayed.image, fitted, portrayed.symmetry)  # what was bitten on one side is not bitten on both


def projected(made: Textures, surface: Bake, faces: Array, shown: Shown) -> Textures:
    """The maps of a baked surface with the picture's colours where it shows it, and the rest of each entry of its palette changed
    as much as the part that is shown. faces (F, 3).

    Where the picture shows the colour of another entry, roughness and metallic are that entry's: a band lies where it is seen.
    """
    texels, palette = surface.texels, surface.palette
    own = made.base_colour[texels.row, texels.column].astype(np.float32) / 255
    seen = _seen(own, surface, shown.fitted.vertices[faces], corner_normals(shown.fitted.vertices, faces), shown)
    if seen is None:
        return made
    colour, weight = seen
    own = own + _change(own, colour, surface.entry, weight)
    looks = _looks(own, colour, surface.entry, len(palette))
    share = np.where(looks != surface.entry, weight, 0.0)
    maps = {"base_colour": own * (1 - weight[:, None]) + colour * weight[:, None]}
    for name, values in (("roughness", palette.roughness), ("metallic", palette.metallic)):
        before = getattr(made, name)[texels.row, texels.column].astype(np.float32) / 255
        maps[name] = before * (1 - share) + values[looks] * share
    return replace(made, **{name: texels.image(to_bytes(values)) for name, values in maps.items()})


def _seen(own: Array, surface: Bake, corners: Array, normals: Array, shown: Shown) -> tuple[Array, Array] | None:
    """What the picture shows of each texel, its colour (T, 3) without light and a weight (T,); None where it shows too little.

    own (T, 3): the colours before. corners, normals (F, 3, 3): of the bent shape.
    """
    position, normal = surface.texels.spread(corners), surface.texels.spread(normals)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    picture = _Projector.of(corners, shown)
    colour, weight = picture.at(position, normal)
    light = _light(colour, own, normal, weight)
    if light is None:
        return None
    total, weights = _without(colour, normal, light) * weight[:, None], weight
    for axis, name in enumerate("xy"):
        if name in shown.symmetry:
            mirror = np.where(np.arange(3) == axis, np.float32(-1), np.float32(1))
            colour, weight = picture.at(position * mirror, normal * mirror)
            weight = weight * (1 - weights)
            total = total + _without(colour, normal * mirror, light) * weight[:, None]
            weights = weights + weight
    return total / np.maximum(weights, 1e-6)[:, None], weights


def _looks(own: Array, colour: Array, entry: Array, entries: int) -> Array:
    """(T,) the entry whose colour is the nearest to the picture's, the texel's own one unless another is nearer by NEARER."""
    count = np.maximum(np.bincount(entry, minlength=entries), 1)[:, None]
    mean = np.stack([np.bincount(entry, own[:, k], entries) for k in range(3)], 1) / count
    mean[np.bincount(entry, minlength=entries) == 0] = 9.0  # of none: never the nearest
    apart = np.linalg.norm(colour[:, None] - mean, axis=2) + NEARER
    apart[np.arange(len(entry)), entry] -= NEARER
    return np.asarray(apart.argmin(1))


def _change(own: Array, colour: Array, entry: Array, weight: Array) -> Array:
    """(T, 3) what the picture changes in the colours of each entry: the median over its texels that are shown, less where these
    are few."""
    change = np.zeros_like(own)
    shown = weight > SURE
    for k in np.unique(entry[shown]):
        here = entry == k
        seen = here & shown
        trust = float(seen.sum()) / float(seen.sum() + DOUBT * here.sum())
        change[here] = trust * np.median(colour[seen] - own[seen], axis=0)
    return change


@dataclass(frozen=True)
class _Projector:
    """The framed picture (S, S, 4), how deep each of its pixels lies in the object (S, S), and what hides the prop from it."""

    picture: Array
    depth: Array
    shown: Shown
    hiding: ShadowMap

    @classmethod
    def of(cls, corners: Array, shown: Shown) -> _Projector:
        picture, frame = framed_picture(shown.image, SIZE_PX), shown.fitted.frame
        inside = np.pad(picture[..., 3] > SOLID, 1)
        depth = ndimage.distance_transform_edt(inside)[1:-1, 1:-1] * frame.side / SIZE_PX
        return cls(picture, depth, shown, ShadowMap.of(corners, frame.axes, HIDING_PX))

    def at(self, position: Array, normal: Array) -> tuple[Array, Array]:
        """What the picture shows at points (T, 3) with normals (T, 3): colours (T, 3), and weights (T,) in [0, 1]."""
        frame = self.shown.fitted.frame
        weight = step(normal @ frame.axes[2], *FACING).astype(np.float32)
        colour = np.zeros((len(position), 3), np.float32)
        facing = np.nonzero(weight)[0]
        place = frame.pixels(position[facing], SIZE_PX)
        read = lambda channel: ndimage.map_coordinates(channel, place, order=1, mode="nearest")
        colour[facing] = np.stack([read(self.picture[..., k]) for k in range(3)], 1)
        weight[facing] *= step(read(self.depth), *INNER) * self.hiding.lit(position[facing], BIAS)
        return colour, weight


def _light(colour: Array, own: Array, normal: Array, weight: Array) -> Array | None:
    """(4,) the logarithm of the light as a constant and a linear function of the normal, by least absolute deviations
    (re-weighted least squares)."""
    sure = np.nonzero(weight > SURE)[0]
    if len(sure) < FEWEST:
        return None
    sure = sure[:: max(1, len(sure) // TEXELS)]
    ratio = np.log(colour[sure].mean(1) + DARK) - np.log(own[sure].mean(1) + DARK)
    terms = np.concatenate([np.ones((len(sure), 1)), normal[sure]], 1).astype(np.float64)
    says = np.ones(len(terms))
    for _ in range(ROUNDS):
        system = (terms * says[:, None]).T @ terms
        system += np.diag([1e-6] + [RIDGE * float(says.sum())] * 3)
        fitted = np.linalg.solve(system, terms.T @ (says * ratio))
        says = 1 / np.maximum(np.abs(ratio - terms @ fitted), OUTLYING)
    return np.asarray(fitted)


def _without(colour: Array, normal: Array, light: Array) -> Array:
    """Colours (T, 3) divided by the light on their normals (T, 3)."""
    on = np.exp(np.clip(light[0] + normal @ light[1:], *np.log(LIGHT)))
    return np.clip(colour / on[:, None], 0, 1)
