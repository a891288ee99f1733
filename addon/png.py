"""Writes 8-bit PNG files from arrays with the standard library: Blender's own writer would change colours. No bpy."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COLOUR_TYPE = {1: 0, 3: 2}  # channels -> PNG's number for grey and for RGB
EFFORT = 1  # zlib's: a snapshot is read once, from the same disk


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """(H, W, 1 or 3) uint8, top row first. The file appears whole. Raises OSError."""
    high, wide, channels = pixels.shape
    assert pixels.dtype == np.uint8 and channels in COLOUR_TYPE, (pixels.dtype, pixels.shape)
    rows = np.zeros((high, 1 + wide * channels), np.uint8)  # each row begins with its filter: 0, none
    rows[:, 1:] = pixels.reshape(high, -1)
    header = struct.pack(">IIBBBBB", wide, high, 8, COLOUR_TYPE[channels], 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, body)
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), EFFORT)), (b"IEND", b""))
    )
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
