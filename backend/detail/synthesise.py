"""Owns the composition of a bake and its materials' detail into the finished maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..bake import Bake
from ..materials import SURFACES
from ..rasterise import Array
from ..shading import face_normals
from ..textures import Textures, normal_to_bytes, to_bytes
from .edges import edge_fields
from .noise import Noise
from .orient import Parts, find_parts
from .patterns import PATTERNS
from .relief import normals_from_heights
from .site import Layer, Site, joined, scaled, step

UNIT_M = 0.6  # metres for which the patterns' lengths in prior units are written: boards of 10 cm, bricks of 15 cm
SCALES = (0.3, 4.0)  # of a prior unit in UNIT_M: below, a thimble's grain would be wider than the thimble; above, moire
CERTAIN = (0.1, 0.5)  # lead of the first over the second surface in a texel's votes: it wears where it is known
CHUNK = 400_000  # texels at a time: a map of 4096 px must fit into memory


@dataclass(frozen=True)
class Detail:
    """What the maps show at T texels: colour (T, 3) sRGB, roughness and metallic (T,), height (T,) prior units."""

    colour: Array
    roughness: Array
    metallic: Array
    height: Array


def synthesise(
    surface: Bake, vertices: Array, faces: Array, uvs: Array, seed: int, strength: float, size_m: float | None = None
) -> Textures:
    """The 8-bit maps of a baked surface with detail of the given strength (0 to 2; 0: the bare bake, a flat normal
    map).

    vertices: (N, 3) float prior units; faces: (F, 3) int; uvs: (F, 3, 2). Reproducible from `seed`. size_m: the longest
    side of the finished prop, so that grain has one size in the scene; None: as if a prior unit were UNIT_M.
    """
    normal = np.zeros_like(surface.position)
    normal[:, 2] = 1.0
    colour, roughness, metallic = surface.colour, surface.roughness, surface.metallic
    if strength > 0:
        made = add_detail(surface, vertices, faces, seed, strength, pattern_scale(vertices, size_m))
        colour, roughness, metallic = made.colour, made.roughness, made.metallic
        normal = normals_from_heights(surface.texels, made.height, vertices, faces, uvs)
    texels = surface.texels
    return Textures(
        base_colour=texels.image(to_bytes(colour)),
        normal=texels.image(normal_to_bytes(normal)),
        roughness=texels.image(to_bytes(roughness)),
        metallic=texels.image(to_bytes(metallic)),
    )


def pattern_scale(vertices: Array, size_m: float | None) -> float:
    """How many UNIT_M a prior unit of the prop measures once its longest side is `size_m`, held within SCALES."""
    longest = float(np.ptp(vertices, axis=0).max())
    if size_m is None or longest <= 0:
        return 1.0
    return float(np.clip(size_m / longest / UNIT_M, *SCALES))


def add_detail(surface: Bake, vertices: Array, faces: Array, seed: int, strength: float, scale: float = 1.0) -> Detail:
    """Run each surface class's pattern over its texels, keeping the mean colour of every palette entry and the mean
    roughness and metallic of every class but for what covers it (rust, chips, mortar).

    scale: of lengths, from prior units to those the patterns are written in.
    """
    parts = find_parts(vertices, faces, entry_of_faces(surface, len(faces)))
    convex, concave = edge_fields(vertices, faces, surface.position)
    convex = convex * step(surface.edge, *CERTAIN)
    texel = texel_side(surface, vertices, faces)
    noise = Noise.of(seed, scale * texel)
    colour, roughness, metallic = surface.colour.copy(), surface.roughness.copy(), surface.metallic.copy()
    height = np.zeros(len(colour), dtype=np.float32)
    material = surface.material
    for index in np.unique(material):
        here = np.nonzero(material == index)[0]
        layers = []
        for begin in range(0, len(here), CHUNK):
            some = here[begin : begin + CHUNK]
            site = scaled(_site(surface, parts, some, (convex[some], concave[some]), noise, texel, seed), scale)
            layers.append(PATTERNS[SURFACES[index].name](site))
        layer = joined(layers)
        colour[here], rough, metal = _applied(layer, colour[here], roughness[here], metallic[here], strength)
        roughness[here], metallic[here] = rough, metal
        height[here] = strength / scale * layer.height
    colour = _with_means_of(colour, surface.colour, surface.entry)
    return Detail(colour, np.clip(roughness, 0.03, 1), np.clip(metallic, 0, 1), height)


def entry_of_faces(surface: Bake, count: int) -> Array:
    """(F,) the palette entry that most of a face's texels show; a face without texels takes the commonest one."""
    entries = len(surface.palette)
    inside = slice(0, surface.texels.inside)
    key = surface.texels.face[inside].astype(np.int64) * entries + surface.entry[inside]
    votes = np.bincount(key, minlength=count * entries).reshape(count, entries)
    return np.where(votes.any(1), votes.argmax(1), votes.sum(0).argmax())


def texel_side(surface: Bake, vertices: Array, faces: Array) -> float:
    """The side in prior units of a texel, on average."""
    _, areas = face_normals(np.asarray(vertices, dtype=np.float32)[faces])
    return float(np.sqrt(areas.sum() / max(surface.texels.inside, 1)))


def _site(
    surface: Bake, parts: Parts, here: Array, edges: tuple[Array, Array], noise: Noise, texel: float, seed: int
) -> Site:
    part = parts.face_part[surface.texels.face[here]]
    frame, point, normal = parts.frame[part], surface.position[here], surface.normal[here]
    return Site(
        local=np.einsum("tjk,tk->tj", frame, point - parts.centre[part]),
        facing=np.einsum("tjk,tk->tj", frame, normal),
        half=parts.half[part],
        round=parts.round[part],
        part=part,
        point=point,
        normal=normal,
        convex=edges[0],
        concave=edges[1],
        colour=surface.colour[here],
        noise=noise,
        texel=texel,
        seed=seed,
    )


def _applied(
    layer: Layer, colour: Array, roughness: Array, metallic: Array, strength: float
) -> tuple[Array, Array, Array]:
    """The surface under one layer, whose tint is first divided by its mean and whose addends lose theirs."""
    tint = layer.tint if layer.tint.ndim == 2 else layer.tint[:, None]
    tint = 1 + strength * (tint / np.maximum(tint.mean(0), 1e-6) - 1)
    colour = colour * np.maximum(tint, 0.0)
    roughness = roughness + strength * (layer.roughness - layer.roughness.mean())
    if layer.metallic is not None:
        metallic = metallic + strength * (layer.metallic - layer.metallic.mean())
    if layer.cover is not None and layer.coat is not None:
        cover = np.clip(layer.cover * min(strength, 1.0), 0, 1)
        colour = colour + cover[:, None] * (layer.coat - colour)
        roughness = roughness + cover * (layer.coat_roughness - roughness)
        metallic = metallic + cover * (layer.coat_metallic - metallic)
    return colour, roughness, metallic


def _with_means_of(colour: Array, wanted: Array, entry: Array) -> Array:
    """Scale each entry's colours so that their mean is that of the bare bake, as far as [0, 1] allows."""
    count = int(entry.max()) + 1
    size = np.maximum(np.bincount(entry, minlength=count), 1)
    mean = lambda c: np.stack([np.bincount(entry, weights=c[:, k], minlength=count) / size for k in range(3)], axis=1)
    target = mean(wanted)
    for _ in range(3):  # clipping takes from the mean what scaling gave
        gain = target / np.maximum(mean(np.clip(colour, 0, 1)), 1e-4)
        colour = colour * np.clip(gain, 0.5, 2.0).astype(np.float32)[entry]
    return np.clip(colour, 0.0, 1.0).astype(np.float32)
