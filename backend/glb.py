"""Owns the GLB writer: one mesh over one set of embedded textures, a material for each way its faces are drawn (glTF 2.0)."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from .drawing import STRENGTH, Drawing, Drawn
from .rasterise import Array
from .shading import corner_tangents, shading_normals

FLOAT, UNSIGNED_INT, ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 5126, 5125, 34962, 34963
LINEAR, LINEAR_MIPMAP_LINEAR, REPEAT = 9729, 9987, 10497

IMAGE_NAMES = ("base_color", "roughness_metallic", "normal", "emission")


@dataclass(frozen=True)
class Extra:
    """What materials say beside their three maps. occlusion: whether the packed map's R holds it; emission: PNG bytes or
    None."""

    drawn: Drawn = Drawn()
    occlusion: bool = False
    emission: bytes | None = None


def glb_bytes(
    metres: Array,
    faces: Array,
    uvs: Array,
    textures: tuple[bytes, Array, bytes],
    name: str,
    normals: Array | None = None,
    extra: Extra = Extra(),
) -> bytes:
    """The prop as a binary glTF.

    metres: (N, 3) float32, Z up, front -Y; faces: (F, 3) int32; uvs: (F, 3, 2) float32, V up. textures: the base
    colour, with its alpha if it has any, as PNG bytes, the packed (S, S, 3) uint8 map (R occlusion, G roughness, B
    metallic), the normal map as PNG bytes.
    normals: (F, 3, 3) of the corners, or None to make them. glTF is Y up with the front along +Z, and V runs down.
    """
    positions, normals, tangents, texcoords, indices = _split_vertices(metres, faces, uvs, normals)
    indices, runs = _runs(indices, extra.drawn)
    packed = io.BytesIO()
    Image.fromarray(textures[1]).save(packed, format="PNG", compress_level=3)
    chunks = [
        (indices.astype("<u4").tobytes(), ELEMENT_ARRAY_BUFFER),
        (positions.astype("<f4").tobytes(), ARRAY_BUFFER),
        (normals.astype("<f4").tobytes(), ARRAY_BUFFER),
        (texcoords.astype("<f4").tobytes(), ARRAY_BUFFER),
        (tangents.astype("<f4").tobytes(), ARRAY_BUFFER),
        (textures[0], 0),
        (packed.getvalue(), 0),
        (textures[2], 0),
        *([] if extra.emission is None else [(extra.emission, 0)]),
    ]
    views, binary = _aligned(chunks)
    pictures = len(chunks) - 5
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "Propsmith"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"name": name, "primitives": [_primitive(k) for k in range(len(runs))]}],
        "accessors": _accessors(runs, positions),
        "materials": [_material(name, drawing, extra) for drawing in extra.drawn.drawings],
        "textures": [{"sampler": 0, "source": i} for i in range(pictures)],
        "images": [{"bufferView": 5 + i, "mimeType": "image/png", "name": IMAGE_NAMES[i]} for i in range(pictures)],
        "samplers": [{"magFilter": LINEAR, "minFilter": LINEAR_MIPMAP_LINEAR, "wrapS": REPEAT, "wrapT": REPEAT}],
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    if extra.emission is not None and extra.drawn.glow > 1:
        document["extensionsUsed"] = [STRENGTH]
    return _container(document, binary)


def _runs(indices: Array, drawn: Drawn) -> tuple[Array, list[dict[str, Any]]]:
    """Indices (3 F,) with the faces of each drawing together, and an accessor of buffer view 0 for each drawing's."""
    counts = [len(indices)]
    if drawn.which is not None:
        indices = indices.reshape(-1, 3)[np.argsort(drawn.which, kind="stable")].reshape(-1)
        counts = [3 * int(n) for n in np.bincount(drawn.which, minlength=len(drawn.drawings))]
    starts = np.cumsum([0, *counts])
    runs: list[dict[str, Any]] = []
    for start, count in zip(starts, counts, strict=False):
        place = {"bufferView": 0} | ({"byteOffset": 4 * int(start)} if start else {})
        runs.append({**place, "componentType": UNSIGNED_INT, "count": count, "type": "SCALAR"})
    return indices, runs


def _accessors(runs: list[dict[str, Any]], positions: Array) -> list[dict[str, Any]]:
    """Of the faces' first run, the vertices' four attributes, and the faces' other runs."""
    count = len(positions)
    return [
        runs[0],
        {"bufferView": 1, "componentType": FLOAT, "count": count, "type": "VEC3", **_bounds(positions)},
        {"bufferView": 2, "componentType": FLOAT, "count": count, "type": "VEC3"},
        {"bufferView": 3, "componentType": FLOAT, "count": count, "type": "VEC2"},
        {"bufferView": 4, "componentType": FLOAT, "count": count, "type": "VEC4"},
        *runs[1:],
    ]


def _aligned(chunks: list[tuple[bytes, int]]) -> tuple[list[dict[str, Any]], bytes]:
    """The buffer views of chunks of bytes, each with its target or 0, and the buffer, where each starts on 4 bytes."""
    views: list[dict[str, Any]] = []
    binary = io.BytesIO()
    for data, target in chunks:
        extent = {"buffer": 0, "byteOffset": binary.tell(), "byteLength": len(data)}
        views.append(extent | ({"target": target} if target else {}))
        binary.write(data + b"\0" * (-len(data) % 4))
    return views, binary.getvalue()


def _primitive(run: int) -> dict[str, Any]:
    indices = 4 + run if run else 0
    attributes = {"POSITION": 1, "NORMAL": 2, "TEXCOORD_0": 3, "TANGENT": 4}
    return {"attributes": attributes, "indices": indices, "material": run}


def _material(name: str, drawing: Drawing, extra: Extra) -> dict[str, Any]:
    material: dict[str, Any] = {
        "name": name,
        "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicRoughnessTexture": {"index": 1}},
        "normalTexture": {"index": 2},
    }
    if extra.occlusion:
        material["occlusionTexture"] = {"index": 1}
    if extra.emission is not None:
        material |= {"emissiveTexture": {"index": 3}, "emissiveFactor": [min(extra.drawn.glow, 1.0)] * 3}
        if extra.drawn.glow > 1:
            material["extensions"] = {STRENGTH: {"emissiveStrength": extra.drawn.glow}}
    if drawing.mode != "OPAQUE":
        material["alphaMode"] = drawing.mode
    if drawing.mode == "MASK":
        material["alphaCutoff"] = drawing.cutoff
    if drawing.double_sided:
        material["doubleSided"] = True
    return material


def _bounds(positions: Array) -> dict[str, list[float]]:
    return {"min": positions.min(0).astype(float).tolist(), "max": positions.max(0).astype(float).tolist()}


def _split_vertices(
    metres: Array, faces: Array, uvs: Array, own: Array | None
) -> tuple[Array, Array, Array, Array, Array]:
    """glTF has no per-corner data: one vertex per distinct (position, normal, UV, handedness), in glTF's axes.

    Returns positions (M, 3), normals (M, 3), tangents (M, 4), texture coordinates (M, 2) and the flat indices (3 F,).
    """
    corners = metres[faces]
    corner_normal = shading_normals(metres, faces, own)
    corner_tangent, sign = corner_tangents(corners, uvs, corner_normal)
    normals, signs = corner_normal.reshape(-1, 3), np.repeat(sign, 3)[:, None]
    texcoords = uvs.reshape(-1, 2) * np.array([1, -1], np.float32) + np.array([0, 1], np.float32)
    keys = [faces.reshape(-1, 1), np.round(texcoords * 65536), np.round(normals * 1024), signs]
    key = np.ascontiguousarray(np.concatenate(keys, axis=1).astype(np.int32))
    whole = key.view([("", np.int32)] * key.shape[1]).reshape(-1)
    _, first, index = np.unique(whole, return_index=True, return_inverse=True)
    y_up = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], dtype=np.float32)  # (x, y, z) -> (x, z, -y)
    tangents = np.concatenate([corner_tangent.reshape(-1, 3)[first] @ y_up, signs[first]], axis=1)
    positions = metres[faces.reshape(-1)[first]] @ y_up
    return positions, normals[first] @ y_up, tangents, texcoords[first], index.reshape(-1)


def _container(document: dict[str, Any], binary: bytes) -> bytes:
    """The GLB framing: header, JSON chunk padded with blanks, binary chunk padded with zeros."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    total = 12 + 8 + len(text) + 8 + len(binary)
    header = struct.pack("<4sII", b"glTF", 2, total)
    return header + struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
