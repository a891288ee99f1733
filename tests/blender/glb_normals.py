"""Reads corners and normals out of a GLB of ours, in Blender's axes: standard library and numpy only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np


def corner_normals_of(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Positions and normals, (3 F, 3) each, of every corner in the order of the faces; Z up, front -Y."""
    data = path.read_bytes()
    length = int.from_bytes(data[12:16], "little")
    document, binary = json.loads(data[20 : 20 + length]), data[28 + length :]
    primitive = document["meshes"][0]["primitives"][0]

    def values(accessor: int, kind: str) -> np.ndarray:
        view = document["bufferViews"][document["accessors"][accessor]["bufferView"]]
        return np.frombuffer(binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]], kind)

    index = values(primitive["indices"], "<u4")
    place, normal = (values(primitive["attributes"][name], "<f4").reshape(-1, 3) for name in ("POSITION", "NORMAL"))
    z_up = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float32)  # (x, y, z) -> (x, -z, y)
    return place[index] @ z_up, normal[index] @ z_up
