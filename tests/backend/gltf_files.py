"""glTF files made by hand, byte by byte, with what no exporter at hand would write."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from backend.unwrap import unwrap

COMPONENTS = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
RED, BLUE = (220, 30, 30), (30, 30, 220)


def plain(colour: tuple[int, ...], size: int = 64) -> np.ndarray:
    """(S, S, 3) uint8 of one colour."""
    return np.broadcast_to(np.array(colour, np.uint8), (size, size, len(colour))).copy()


def halves(size: int = 64) -> np.ndarray:
    """(S, S, 3) uint8: red on the left, blue on the right."""
    return np.concatenate([plain(RED, size)[:, : size // 2], plain(BLUE, size)[:, size // 2 :]], axis=1)


def png(pixels: np.ndarray) -> bytes:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return data.getvalue()


def cube() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A cube of side 1: 36 vertices (36, 3), its faces (12, 3), UVs (36, 2) V down, in the unit square."""
    signs = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)], np.float32)
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = np.array([half for a, b, c, d in quads for half in ((a, b, c), (a, c, d))])
    uvs = unwrap(signs, faces).reshape(-1, 2) * (1, -1) + (0, 1)
    return signs[faces].reshape(-1, 3), np.arange(36).reshape(12, 3), uvs.astype(np.float32)


class Written:
    """A glTF that grows piece by piece; each method returns the index of what it added."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]}
        self.data = b""

    def add(self, kind: str, **what: Any) -> int:
        self.tree.setdefault(kind, []).append(what)
        return len(self.tree[kind]) - 1

    def view(self, data: bytes, **more: Any) -> int:
        self.data += bytes(-len(self.data) % 4)
        self.data += data
        start = len(self.data) - len(data)
        return self.add("bufferViews", buffer=0, byteOffset=start, byteLength=len(data), **more)

    def accessor(self, values: np.ndarray, **more: Any) -> int:
        kind = "SCALAR" if values.ndim == 1 else f"VEC{values.shape[1]}"
        component = COMPONENTS[str(values.dtype)]
        view = self.view(values.tobytes())
        return self.add("accessors", bufferView=view, componentType=component, count=len(values), type=kind, **more)

    def texture(self, image: bytes, mime: str = "image/png", **more: Any) -> int:
        picture = self.add("images", bufferView=self.view(image), mimeType=mime, name="bark")
        return self.add("textures", source=picture, **more)

    def material(self, colours: np.ndarray | None = None, **pbr: Any) -> int:
        """A material that is no metal; `colours` (H, W, 3) is its base colour texture."""
        base = {} if colours is None else {"baseColorTexture": {"index": self.texture(png(colours))}}
        return self.add("materials", pbrMetallicRoughness={"metallicFactor": 0, **base, **pbr})

    def mesh(self, material: int | None = None, laid: bool = True, **attributes: int) -> int:
        """A cube; `attributes` are accessors of its 36 vertices."""
        vertices, faces, uvs = cube()
        names = {"POSITION": self.accessor(vertices)} | ({"TEXCOORD_0": self.accessor(uvs)} if laid else {})
        part: dict[str, Any] = {"attributes": names | attributes}
        part["indices"] = self.accessor(faces.reshape(-1).astype(np.uint32))
        return self.add("meshes", primitives=[part if material is None else {**part, "material": material}])

    def node(self, mesh: int, **more: Any) -> int:
        index = self.add("nodes", mesh=mesh, **more)
        self.tree["scenes"][0]["nodes"].append(index)
        return index

    def glb(self, file: Path) -> Path:
        """As one .glb."""
        data = self.data + bytes(-len(self.data) % 4)
        text = json.dumps({**self.tree, "buffers": [{"byteLength": len(data)}]}).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + data
        file.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
        return file

    def gltf(self, file: Path, data_uri: str) -> Path:
        """As a .gltf that names its data by a URI; the data itself is for the caller to write."""
        file.write_text(json.dumps({**self.tree, "buffers": [{"byteLength": len(self.data), "uri": data_uri}]}))
        return file
