"""glTF 2.0 files: what is in their JSON, buffers and URIs, and the triangles of their scene, in place."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from trimesh.transformations import quaternion_matrix

from .errors import problem
from .rasterise import Array

COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
TRIANGLES, STRIP, FAN = 4, 5, 6
# required extensions that are read, or that change nothing of the surface; KHR_materials_... are further looks
READ = {"KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp", "KHR_lights_punctual"}
LOOKS = "KHR_materials_"
COMPRESSIONS = {
    "KHR_draco_mesh_compression",
    "EXT_meshopt_compression",
    "KHR_meshopt_compression",
    "KHR_texture_basisu",
}


@dataclass(frozen=True)
class Gltf:
    """An opened file. tree: its JSON; binary: the chunk of data that a .glb brings along, b"" for a .gltf.

    The methods raise what a broken file makes of them: KeyError, IndexError, TypeError, ValueError, OSError, ...
    """

    file: Path
    tree: dict[str, Any]
    binary: bytes

    def at_uri(self, uri: str) -> bytes:
        """What a data URI holds, or the file beside this one that a URI names."""
        if uri.startswith("data:"):
            return base64.b64decode(uri.partition(",")[2])
        named = self.file.parent / unquote(uri)
        return (named if named.is_file() else self.file.parent / uri).read_bytes()  # some exporters do not encode names

    @cached_property
    def buffers(self) -> list[bytes]:
        return [self.at_uri(b["uri"]) if "uri" in b else self.binary for b in self.tree.get("buffers", [])]

    def view(self, index: int) -> memoryview:
        """The bytes of a buffer view."""
        view = self.tree["bufferViews"][index]
        start, length = view.get("byteOffset", 0), view["byteLength"]
        data = memoryview(self.buffers[view["buffer"]])[start : start + length]
        if len(data) < length:
            raise ValueError("its data is cut short")
        return data

    def accessor(self, index: int) -> Array:
        """(count, width) values; whole numbers that are `normalized` come as float32 in [0, 1] or [-1, 1]."""
        about = self.tree["accessors"][index]
        count, width, kind = about["count"], WIDTHS[about["type"]], np.dtype(COMPONENTS[about["componentType"]])
        if "bufferView" in about:
            values = self._rows(about, kind, count, width)
        elif "sparse" in about:
            values = np.zeros((count, width), kind)
        else:
            raise ValueError(f"its accessor {index} has no data")
        if "sparse" in about:
            few, where, values = about["sparse"]["count"], about["sparse"]["indices"], values.copy()
            rows = self._rows(where, np.dtype(COMPONENTS[where["componentType"]]), few, 1)[:, 0]
            values[rows] = self._rows(about["sparse"]["values"], kind, few, width)
        if about.get("normalized") and kind.kind in "iu":
            values = np.maximum(values / np.float32(np.iinfo(kind).max), -1)
        return values

    def _rows(self, place: dict[str, Any], kind: np.dtype[Any], count: int, width: int) -> Array:
        """(count, width) of what lies at `place` of a view; numpy refuses what reaches beyond it."""
        stride = self.tree["bufferViews"][place["bufferView"]].get("byteStride", kind.itemsize * width)
        data = self.view(place["bufferView"])
        return np.ndarray((count, width), kind, data, place.get("byteOffset", 0), (stride, kind.itemsize))

    def nodes(self) -> Iterator[tuple[dict[str, Any], Array]]:
        """The nodes of the scene that is shown, each with its world_from_node (4, 4)."""
        nodes = self.tree.get("nodes", [])
        if "scenes" in self.tree:
            roots = self.tree["scenes"][self.tree.get("scene", 0)].get("nodes", [])
        else:
            children = {child for node in nodes for child in node.get("children", [])}
            roots = [index for index in range(len(nodes)) if index not in children]
        found, met = [(index, np.eye(4)) for index in roots], set()
        for index, parent in found:  # it grows meanwhile
            if index not in met:  # a node that is below itself would never end
                met.add(index)
                world = parent @ _parent_from(nodes[index])
                found += [(child, world) for child in nodes[index].get("children", [])]
                yield nodes[index], world

    def primitives(self) -> Iterator[tuple[dict[str, Any], Array]]:
        """What the scene's nodes show, each with its world_from_node (4, 4)."""
        for node, world in self.nodes():
            if "mesh" in node:
                for primitive in self.tree["meshes"][node["mesh"]]["primitives"]:
                    yield primitive, world

    def triangles(self, primitive: dict[str, Any]) -> Array:
        """(F, 3) int64; (0, 3) of lines and points."""
        mode = primitive.get("mode", TRIANGLES)
        if mode not in (TRIANGLES, STRIP, FAN):
            return np.zeros((0, 3), np.int64)
        if "indices" in primitive:
            corners = self.accessor(primitive["indices"])[:, 0].astype(np.int64)
        else:
            corners = np.arange(self.tree["accessors"][primitive["attributes"]["POSITION"]]["count"])
        if mode == TRIANGLES:
            return corners.reshape(-1, 3)
        if mode == FAN:
            return np.stack([np.broadcast_to(corners[:1], len(corners[2:])), corners[1:-1], corners[2:]], axis=1)
        faces = np.stack([corners[:-2], corners[1:-1], corners[2:]], axis=1)
        faces[1::2] = faces[1::2, ::-1]  # every second one of a strip runs backwards
        seams = (faces == np.roll(faces, 1, axis=1)).any(1)
        return faces[~seams]


def open_gltf(file: Path) -> Gltf:
    """A .glb or .gltf. Raises mesh-invalid where it requires what is not read, else what a broken file makes of it."""
    data, binary = file.read_bytes(), b""
    if data[:4] == b"glTF":
        version, _, length, kind = struct.unpack("<II I4s", data[4:20])
        if version != 2 or kind != b"JSON":
            raise ValueError("it is no glTF 2")
        text, at = data[20 : 20 + length], 20 + length
        if len(data) >= at + 8:
            length, kind = struct.unpack("<I4s", data[at : at + 8])
            binary = data[at + 8 : at + 8 + length] if kind == b"BIN\0" else b""
    else:
        text = data
    tree = json.loads(text)
    if str(tree["asset"]["version"]).split(".")[0] != "2":
        raise ValueError("it is no glTF 2")
    unread = sorted(n for n in tree.get("extensionsRequired", []) if n not in READ and not n.startswith(LOOKS))
    if unread:
        packed = not COMPRESSIONS.isdisjoint(unread)
        remedy = "Export it again without compression." if packed else "Export it again without this."
        raise problem("mesh-invalid", why=f"reading it requires {', '.join(unread)}", remedy=remedy)
    return Gltf(file, tree, binary)


def _parent_from(node: dict[str, Any]) -> Array:
    """(4, 4) of a node's matrix, or of its translation, rotation (x, y, z, w) and scale."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    matrix = quaternion_matrix([w, x, y, z]) @ np.diag([*node.get("scale", (1, 1, 1)), 1.0])
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix
