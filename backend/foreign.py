"""Reading meshes as they come, snapshots and foreign GLB files: one frame, materials as plain maps, nothing judged."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .drawing import Drawn, drawing_of
from .errors import problem
from .gltf import Gltf, open_gltf
from .gltf_looks import LARGEST_PX
from .gltf_palette import UNTINTED, Palette, Place
from .images import BROKEN
from .left_behind import left_behind
from .rasterise import Array
from .resizing import stacked
from .welding import welded

PLAIN = np.array([1, 0, 0, 0, 1], np.float32)  # no alpha, no emission, no occlusion
BLENDER_FROM_GLTF = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float64)  # Y up, front +Z -> Z up, front -Y


@dataclass(frozen=True)
class Further:
    """Maps beyond `Raw.pixels`, over the same UVs. material: (F,) index; pixels: (H, W, 5) maps of alpha, emission (sRGB) and
    occlusion in [0, 1]; wraps: as of `Raw`; alphas: (F, 3, 1) of the corners, by which alpha is multiplied, or None."""

    material: Array
    pixels: list[Array]
    wraps: tuple[tuple[str, str], ...]
    alphas: Array | None = None


@dataclass(frozen=True)
class Raw:
    """A mesh as it was found. uvs: (F, 3, 2) or None. material: (F,) index; pixels: one (H, W, 5) map a material.

    pixels hold base colour (sRGB), roughness, metallic in [0, 1]. normal_map: (H, W, 3) uint8 that all faces share.
    layout: (F, 3, 2) or None, the UVs to take when the object's own cannot be used: they cut through no polygon.
    wraps: how each material's maps go on beyond [0, 1] along U and V; () where all repeat.
    colours: (F, 3, 3) linear colours of the corners, which tint the base colour, or None.
    partly_laid: some parts have no UVs, for which `uvs` holds zeros.
    normals: (F, 3, 3) or None, the shading normals that the file gives the corners, zeros for parts without.
    further: maps that are carried along as they are, or None; drawn: how its faces are drawn.
    """

    vertices: Array
    faces: Array
    uvs: Array | None
    material: Array
    pixels: list[Array]
    normal_map: Array | None = None
    selected: Array | None = None
    painted: Array | None = None
    notes: tuple[tuple[str, str], ...] = ()
    layout: Array | None = None
    partly_laid: bool = False
    wraps: tuple[tuple[str, str], ...] = ()
    colours: Array | None = None
    normals: Array | None = None
    further: Further | None = None
    drawn: Drawn = Drawn()


def read_snapshot(file: Path) -> Raw:
    """mesh.npz (vertices, faces, uvs; optionally selected, layout, material, wraps) with the PNG maps, and mask.png, beside it.

    Where `material` (F,) names more than one, every map holds as many square tiles side by side, and `tiles` says how many.
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        vertices, faces = found["vertices"].astype(np.float32), found["faces"].astype(np.int32)
        uvs = found["uvs"].astype(np.float32) if "uvs" in found else None
        selected = found["selected"].astype(bool) if "selected" in found else None
        layout = found["layout"].astype(np.float32) if "layout" in found else None
        tiles = int(found["tiles"]) if "tiles" in found else 1
        wraps = tuple((str(u), str(v)) for u, v in found["wraps"]) if "wraps" in found else ()
        material = found["material"].astype(np.int64) if tiles > 1 else np.zeros(len(faces), np.int64)
    except (*BROKEN, zipfile.BadZipFile) as error:
        raise problem("mesh-unreadable", path=str(file), why=str(error)[:80]) from error
    colour = _map(file.with_name("base_color.png"), 3)
    rough, metal = _map(file.with_name("roughness.png"), 1), _map(file.with_name("metallic.png"), 1)
    mask = _map(file.with_name("mask.png"), 1)
    normal = _map(file.with_name("normal.png"), 3)
    pixels = [stacked(*(part(m, k, tiles) for m in (colour, rough, metal))) for k in range(tiles)]
    return Raw(
        vertices, faces, uvs, material, pixels, layout=layout,
        normal_map=None if normal is None else np.round(normal * 255).astype(np.uint8),
        selected=selected, painted=None if mask is None else mask[..., 0] > 0.5, wraps=wraps,
    )  # fmt: skip


def part(values: Array | None, index: int, tiles: int) -> Array | None:
    """The index-th of the square tiles that lie side by side in a map."""
    if values is None or tiles == 1:
        return values
    wide = values.shape[1] // tiles
    return values[:, index * wide : (index + 1) * wide]


def _map(file: Path, channels: int) -> Array | None:
    """(H, W, channels) in [0, 1], or None when there is no such file."""
    if not file.is_file():
        return None
    try:
        with Image.open(file) as image:
            return np.asarray(image.convert("RGB"), np.float32)[..., :channels] / 255
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise problem("image-unreadable", path=str(file), why=str(error)[:80]) from error


def read_glb(file: Path) -> Raw:
    """The triangles of a .glb's or .gltf's scene, in place. Raises mesh-unreadable, mesh-invalid."""
    try:
        scene = open_gltf(file)
        palette = Palette(scene)
        parts = [_part(scene, primitive, world, palette) for primitive, world in scene.primitives()]
        lost = tuple(left_behind(scene.tree))
    except BROKEN as error:
        raise problem("mesh-unreadable", path=str(file), why=f"{type(error).__name__}: {error}"[:120]) from error
    parts = [part for part in parts if len(part.faces)]
    if not parts:
        raise problem("mesh-invalid", why="it holds no triangles", remedy="Choose another mesh.")
    starts = np.cumsum([0] + [len(part.vertices) for part in parts])
    faces = np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=False)])
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float32)
    shading = None
    if faces.max() < len(vertices):  # else it is refused once it is looked at
        plain = [np.zeros_like(part.vertices) if part.normals is None else part.normals for part in parts]
        normals = np.concatenate(plain)
        shading = normals[faces] @ BLENDER_FROM_GLTF.T if normals.any() else None
        first, index = welded(vertices, normals)
        vertices, faces = vertices[first], index[faces]
    uvs = [np.zeros((len(part.faces), 3, 2), np.float32) if part.uvs is None else part.uvs for part in parts]
    laid = [part.uvs is not None for part in parts]
    tint = _tint(parts)
    tinted = tint is not None and bool((tint[..., :3] < 1).any())
    bumps = [normals for normals in palette.normals if normals is not None]
    look, further, drawing = np.repeat([part.place for part in parts], [len(part.faces) for part in parts], axis=0).T
    return Raw(
        vertices, faces.astype(np.int32), np.concatenate(uvs) if any(laid) else None, look, palette.looks.pixels,
        normal_map=bumps[0] if len(palette.normals) == 1 and bumps else None,
        notes=(*_notes(palette, max(part.layouts for part in parts), tinted), *lost), partly_laid=not all(laid),
        wraps=tuple(palette.looks.wraps), colours=tint[..., :3] if tint is not None and tinted else None, normals=shading,
        further=_further(palette, further, None if tint is None else tint[..., 3:]),
        drawn=Drawn(tuple(palette.drawings), drawing, palette.glow),
    )  # fmt: skip


def _tint(parts: list[_Part]) -> Array | None:
    """(F, 3, 4) of all the parts' corners; None where none has colours."""
    if all(part.colours is None for part in parts):
        return None
    return np.concatenate(
        [np.ones((len(p.faces), 3, 4), np.float32) if p.colours is None else p.colours for p in parts]
    )


def _further(palette: Palette, material: Array, alphas: Array | None) -> Further | None:
    """None where no material says more than a plain one, and no corner is clear."""
    pixels, wraps = palette.further.pixels, tuple(palette.further.wraps)
    if alphas is not None and (alphas < 1).any():
        return Further(material, pixels, wraps, alphas)
    plain = all((values == PLAIN).all() for values in pixels)
    return None if plain else Further(material, pixels, wraps)


def _notes(looks: Palette, layouts: int, tinted: bool) -> Iterator[tuple[str, str]]:
    if layouts > 1:
        yield (
            "uv-maps",
            f"It has {layouts} UV maps; the one its colours lie on is used, the file that you gave keeps the others.",
        )
    if tinted:
        yield "vertex-colours", "Its vertex colours were written into its base colour."
    if len(looks.normals) > 1:
        yield "normal-map-dropped", "Its parts have different normal maps, which were left out."
    if looks.left_out:
        said = " and of ".join(sorted(looks.left_out))
        yield "maps-left-out", f"Its maps of {said} lie otherwise on its surface than its colours, and were left out."
    if looks.largest_px > LARGEST_PX:
        yield "texture-reduced", f"Its textures of {looks.largest_px} pixels a side are reduced to {LARGEST_PX}."


@dataclass(frozen=True)
class _Part:
    """One primitive in place. vertices (N, 3); normals (N, 3) or None; faces (F, 3); uvs (F, 3, 2) or None; place: where
    its material is in the palette; layouts: how many UV maps it has; colours: (F, 3, 4) linear, or None."""

    vertices: Array
    normals: Array | None
    faces: Array
    uvs: Array | None
    place: Place
    layouts: int
    colours: Array | None


def _part(scene: Gltf, primitive: dict[str, Any], world: Array, palette: Palette) -> _Part:
    faces, attributes = scene.triangles(primitive), primitive["attributes"]
    if len(faces) == 0:
        return _Part(np.zeros((0, 3)), None, faces, None, Place(), 0, None)
    vertices = scene.accessor(attributes["POSITION"]) @ world[:3, :3].T + world[:3, 3]
    normals, uvs = None, None
    if "NORMAL" in attributes:
        normals = scene.accessor(attributes["NORMAL"]) @ np.linalg.pinv(world[:3, :3])
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
        if normals.shape != vertices.shape:
            raise ValueError("its normals do not fit its vertices")
    if np.linalg.det(world[:3, :3]) < 0:
        faces = faces[:, ::-1]
    colours = _colours(scene, primitive, faces) if "COLOR_0" in attributes else None
    place, mapping = palette.find(primitive.get("material", None if colours is None else UNTINTED))
    if (layout := f"TEXCOORD_{mapping.layout}") in attributes:
        uvs = mapping.placed(scene.accessor(attributes[layout]))[faces]
    layouts = sum(name.startswith("TEXCOORD_") for name in attributes)
    return _Part(vertices @ BLENDER_FROM_GLTF.T, normals, faces, uvs, place, layouts, colours)


def _colours(scene: Gltf, primitive: dict[str, Any], faces: Array) -> Array | None:
    """(F, 3, 4) of COLOR_0's (N, 3 or 4) values; None where all are white, as exporters like to add them.

    Alpha is 1 but for materials that heed it.
    """
    values = scene.accessor(primitive["attributes"]["COLOR_0"])
    if values.shape[1] < 3:
        raise ValueError("its vertex colours are no colours")
    whole = np.iinfo(values.dtype).max if values.dtype.kind in "iu" else 1  # some leave out that they are normalised
    colours = np.ones((len(values), 4), np.float32)
    heeded = "material" in primitive and drawing_of(scene.tree["materials"][primitive["material"]]).mode != "OPAQUE"
    width = values.shape[1] if heeded else 3
    colours[:, :width] = np.nan_to_num(values[:, :width].astype(np.float32) / whole)
    return colours[faces] if (colours[faces] < 1).any() else None
