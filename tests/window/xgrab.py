"""The screen as an array: reads what `xwd` dumps, writes PNG. Standard library and numpy, so that it runs in Blender."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np


def grab() -> np.ndarray:
    """The whole screen of $DISPLAY as (H, W, 3) uint8. Blender's own screenshot operator is black under software GL."""
    return decode(subprocess.run(["xwd", "-root", "-silent"], check=True, capture_output=True, timeout=30).stdout)


def decode(dump: bytes) -> np.ndarray:
    """An X window dump (XWDFile.h, version 7, ZPixmap of 32 bits a pixel) as (H, W, 3) uint8."""
    header = struct.unpack(">25I", dump[:100])
    size, version, pixel_format, width, height = header[0], header[1], header[2], header[4], header[5]
    big_endian, bits, stride, colours = header[7], header[11], header[12], header[19]
    assert (version, pixel_format) == (7, 2) and bits in (24, 32), header  # 24: packed, once there are two windows
    size += 12 * colours  # 12 bytes a colour map entry
    deep = bits // 8
    pixels = np.frombuffer(dump, np.uint8, stride * height, size).reshape(height, stride)[:, : width * deep]
    pixels = pixels.reshape(height, width, deep)
    return pixels[..., -3:] if big_endian else pixels[..., 2::-1]


def write_png(path: Path, pixels: np.ndarray) -> None:
    """(H, W, 3) uint8 as an 8-bit RGB PNG, rows filtered by 'Up', which suits the flat areas of a screen."""
    height, width, _ = pixels.shape
    rows = np.ascontiguousarray(pixels).reshape(height, width * 3)
    above = np.vstack([np.zeros((1, width * 3), np.uint8), rows[:-1]])
    filtered = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(filtered.tobytes(), 9)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + body)
