"""Reading meshes as they come, snapshots and foreign GLB files: one frame, materials as plain maps, nothing judged."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from PIL import Image

from .errors import problem
from .rasterise import Array
from .textures import normal_to_bytes
from .welding import welded

BLENDER_FROM_GLTF = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float64)  # Y up, front +Z -> Z up, front -Y
BROKEN = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    struct.error,
)
# whatever the reader makes of a broken file
LARGEST_PX = 4096  # side of the largest textures, as in addon/surfaces.py: refining takes 153 bytes a texel
GREY, MATT = 0.5, 0.6  # of an object without any material


@dataclass(frozen=True)
class Raw:
    """A mesh as it was found. uvs: (F, 3, 2) or None. material: (F,) index; pixels: one (H, W, 5) map a material.

    pixels hold base colour (sRGB), roughness, metallic in [0, 1]. normal_map: (H, W, 3) uint8 that all faces share.
    layout: (F, 3, 2) or None, the UVs to take when the object's own cannot be used: they cut through no polygon.
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


def read_snapshot(file: Path) -> Raw:
    """mesh.npz (vertices, faces, uvs; optionally selected, layout, material) with the PNG maps, and mask.png, beside it.

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
        material = found["material"].astype(np.int64) if tiles > 1 else np.zeros(len(faces), np.int64)
    except (*BROKEN, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise problem("mesh-unreadable", path=str(file), why=str(error)[:80]) from error
    colour = _map(file.with_name("base_color.png"), 3)
    rough, metal = _map(file.with_name("roughness.png"), 1), _map(file.with_name("metallic.png"), 1)
    mask = _map(file.with_name("mask.png"), 1)
    normal = _map(file.with_name("normal.png"), 3)
    pixels = [stacked(*(part(m, k, tiles) for m in (colour, rough, metal))) for k in range(tiles)]
    return Raw(
        vertices, faces, uvs, material, pixels, layout=layout,
        normal_map=None if normal is None else np.round(normal * 255).astype(np.uint8),
        selected=selected, painted=None if mask is None else mask[..., 0] > 0.5,
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
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise problem("image-unreadable", path=str(file), why=str(error)[:80]) from error


def stacked(colour: Array | None, rough: Array | None, metal: Array | None) -> Array:
    """(S, S, 5) of maps that may be missing or differ in size; S is the largest side."""
    found = [m for m in (colour, rough, metal) if m is not None]
    size = max([max(m.shape[:2]) for m in found], default=4)
    parts = []
    for values, default, channels in ((colour, GREY, 3), (rough, MATT, 1), (metal, 0.0, 1)):
        plain = np.full((size, size, channels), default, np.float32)
        parts.append(plain if values is None else resized(values, size))
    return np.concatenate(parts, axis=2)


def resized(values: Array, size: int) -> Array:
    """(H, W, C) -> (size, size, C); untouched when it has that size."""
    if values.shape[:2] == (size, size):
        return values
    planes = [Image.fromarray(np.ascontiguousarray(values[..., k], np.float32)) for k in range(values.shape[2])]
    return np.stack([np.asarray(p.resize((size, size), Image.Resampling.BICUBIC)) for p in planes], -1).clip(0, 1)


def resized_normals(normal_map: Array, size: int) -> Array:
    """(H, W, 3) uint8 -> (size, size, 3), its normals of length 1 again; untouched when it has that size."""
    if normal_map.shape[:2] == (size, size):
        return normal_map
    normals = (resized(normal_map.astype(np.float32) / 255, size) * 255 - 128) / 127
    return normal_to_bytes(normals / np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-6))


def read_glb(file: Path) -> Raw:
    """The scene's triangles with every node's transform applied. Raises mesh-unreadable."""
    try:
        scene = trimesh.load_scene(file, process=False)
        attributes = attributes_in(file)
        parts = _parts(scene, shaded=all("NORMAL" in names for names in attributes))
    except BROKEN as error:
        raise problem("mesh-unreadable", path=str(file), why=f"{type(error).__name__}: {error}"[:120]) from error
    if not parts:
        raise problem("mesh-invalid", why="it holds no triangles", remedy="Choose another mesh.")
    split, uvs, material, count = [], [], [], 0
    pixels: list[Array] = []
    notes: list[tuple[str, str]] = []
    for part in parts:
        split.append(part.faces + count)
        uvs.append(part.uvs)
        material.append(np.full(len(part.faces), len(pixels), np.int64))
        pixels.append(stacked(*part.maps[:3]))
        count += len(part.vertices)
    vertices, faces = np.concatenate([part.vertices for part in parts]).astype(np.float32), np.concatenate(split)
    if faces.max() < len(vertices):  # else it is refused once it is looked at
        first, index = welded(vertices, np.concatenate([part.normals for part in parts]))
        vertices, faces = vertices[first], index[faces]
    known = all(u is not None for u in uvs)
    layouts = max((sum(name.startswith("TEXCOORD_") for name in names) for names in attributes), default=0)
    if layouts > 1:
        said = f"It has {layouts} UV maps; the first is used, the others are kept in the file that you gave."
        notes.append(("uv-maps", said))
    bumps = [part.maps[3] for part in parts if part.maps[3] is not None]
    shared = len(bumps) == len(parts) and all(np.array_equal(own, bumps[0]) for own in bumps)
    if bumps and not shared:
        notes.append(("normal-map-dropped", "Its parts have different normal maps, which were left out."))
    if (largest := _largest_texture_px(scene)) > LARGEST_PX:
        notes.append(("texture-reduced", f"Its textures of {largest} pixels a side are reduced to {LARGEST_PX}."))
    merged = _same_materials(np.concatenate(material), pixels)
    return Raw(
        vertices, faces.astype(np.int32),
        np.concatenate([u for u in uvs if u is not None]) if known else None, *merged,
        normal_map=bumps[0] if shared else None, notes=tuple(notes),
    )  # fmt: skip


def attributes_in(file: Path) -> list[set[str]]:
    """What each primitive of a .glb or .gltf has of its vertices: trimesh reads one UV map and makes up normals."""
    data = file.read_bytes()
    text = data[20 : 20 + struct.unpack("<I", data[12:16])[0]] if data[:4] == b"glTF" else data
    return [set(part["attributes"]) for mesh in json.loads(text).get("meshes", []) for part in mesh["primitives"]]


@dataclass(frozen=True)
class _Part:
    """One primitive in place. vertices (N, 3); normals (N, 3), zero where the file has none; faces (F, 3); uvs
    (F, 3, 2) or None; maps as of `_maps`."""

    vertices: Array
    normals: Array
    faces: Array
    uvs: Array | None
    maps: tuple[Array | None, Array | None, Array | None, Array | None]


def _parts(scene: Any, shaded: bool) -> list[_Part]:
    found = []
    for node in scene.graph.nodes_geometry:
        transform, name = scene.graph[node]
        mesh = scene.geometry[name]
        if not isinstance(mesh, trimesh.Trimesh) or len(mesh.faces) == 0:
            continue
        world = np.asarray(mesh.vertices, np.float64) @ transform[:3, :3].T + transform[:3, 3]
        normals = mesh.vertex_normals @ np.linalg.pinv(transform[:3, :3]) if shaded else np.zeros_like(world)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
        faces = np.asarray(mesh.faces, np.int64)
        if np.linalg.det(transform[:3, :3]) < 0:
            faces = faces[:, ::-1]
        uv = getattr(mesh.visual, "uv", None)
        coordinates = np.asarray(uv, np.float32)[faces] if uv is not None and len(uv) == len(mesh.vertices) else None
        found.append(_Part(world @ BLENDER_FROM_GLTF.T, normals, faces, coordinates, _maps(mesh)))
    return found


def _maps(mesh: Any) -> tuple[Array | None, Array | None, Array | None, Array | None]:
    """(colour (H, W, 3), roughness (H, W, 1), metallic (H, W, 1), normal map uint8) of a mesh; None where unknown."""
    material = getattr(mesh.visual, "material", None)
    if material is None:
        colours = getattr(mesh.visual, "main_color", None)
        return (_plain(np.asarray(colours[:3]) / 255) if colours is not None else None), None, None, None
    if hasattr(material, "to_pbr"):
        material = material.to_pbr()
    colour = _pixels(material.baseColorTexture)
    tint = material.baseColorFactor
    tint = np.ones(3) if tint is None else _to_unit(np.asarray(tint)[:3])
    colour = _plain(_srgb(tint)) if colour is None else np.clip(colour * _srgb(tint), 0, 1).astype(np.float32)
    both = _pixels(material.metallicRoughnessTexture)
    rough = 1.0 if material.roughnessFactor is None else float(material.roughnessFactor)
    metal = 1.0 if material.metallicFactor is None else float(material.metallicFactor)
    normal = material.normalTexture
    return (
        colour,
        _plain(np.array([rough])) if both is None else both[..., 1:2] * rough,
        _plain(np.array([metal])) if both is None else both[..., 2:3] * metal,
        None if normal is None else np.asarray(_reduced(normal)),
    )


def _to_unit(values: Array) -> Array:
    """trimesh gives factors as bytes or as floats."""
    return values / 255.0 if values.dtype == np.uint8 else values.astype(np.float64)


def _srgb(linear: Array) -> Array:
    """glTF's factors are linear; our colours are sRGB."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


def _plain(values: Array) -> Array:
    return np.broadcast_to(values.astype(np.float32), (4, 4, len(values))).copy()


def _pixels(image: Image.Image | None) -> Array | None:
    return None if image is None else np.asarray(_reduced(image), np.float32) / 255


def _reduced(image: Image.Image) -> Image.Image:
    """A copy as RGB, its longer side at most LARGEST_PX."""
    copy = image.convert("RGB")
    copy.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.BOX)
    return copy


def _largest_texture_px(scene: Any) -> int:
    """The longest side of the textures that `_maps` reads."""
    materials = [getattr(getattr(mesh, "visual", None), "material", None) for mesh in scene.geometry.values()]
    names = ("baseColorTexture", "metallicRoughnessTexture", "normalTexture")
    images = [getattr(material, name, None) for material in materials for name in names]
    return max((max(image.size) for image in images if image is not None), default=0)


def _same_materials(material: Array, pixels: list[Array]) -> tuple[Array, list[Array]]:
    """Merge materials whose maps are equal, so that a prop in several pieces over one texture keeps its UVs."""
    kept: list[Array] = []
    index = []
    for own in pixels:
        same = [k for k, other in enumerate(kept) if other.shape == own.shape and np.array_equal(other, own)]
        index.append(same[0] if same else len(kept))
        if not same:
            kept.append(own)
    return np.array(index)[material], kept
