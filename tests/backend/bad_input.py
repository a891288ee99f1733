"""Bad input as tables: prompts and pictures, with the code each must end in ("" where it is accepted)."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

PROMPTS: dict[str, tuple[str, str]] = {
    "empty": ("", "prompt-empty"),
    "blanks": (" \t\n ", "prompt-empty"),
    "zero-width": ("\u200b\u200e", "prompt-empty"),
    "10,000 characters": ("x" * 10_000, "prompt-too-long"),
    "NUL": ("a \0 barrel", "prompt-characters"),
    "escape sequence": ("a \x1b[31m barrel", "prompt-characters"),
    "8-bit escape sequence": ("a \x9b31m barrel", "prompt-characters"),
    "half a surrogate pair": ("a \udcff barrel", "prompt-characters"),
    "Hebrew": ("כד חרס", "prompt-language"),
    "Arabic": ("كرسي خشبي", "prompt-language"),
    "Chinese": ("木の椅子", "prompt-language"),
    "punctuation": ("!!! ... ???", "prompt-language"),
    "nonsense": ("qwrtzpl xkcdjq", "prompt-unknown"),
    "emoji alone": ("🪑", ""),
    "emoji beside words": ("a wooden barrel 🔥🔥", ""),
    "direction marks": ("\u202ba wooden barrel\u202c", ""),
    "zero-width inside a word": ("a wooden bar\u200brel", ""),
    "1,000 characters": (("a wooden barrel, " * 60)[:1000], ""),
    "combining marks": ("a barrel" + "\u0301" * 900, ""),
}


def disc(size: int = 96) -> Image.Image:
    """A red disc on a light ground: one object that stands out."""
    picture = Image.new("RGB", (size, size), (238, 238, 238))
    ImageDraw.Draw(picture).ellipse((size // 4, size // 4, 3 * size // 4, 3 * size // 4), fill=(200, 30, 30))
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, format=kind, **options)
    return data.getvalue()


def png(width: int, height: int, depth: int = 8, colour: int = 2, rows: bytes = b"\0" * 64) -> bytes:
    """A PNG by hand: any size in the header, whatever data behind it."""
    chunk = lambda name, body: struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sixteen_bits() -> bytes:
    """The disc with 16 bits a channel, which Pillow cannot write."""
    rows = (np.asarray(disc()).astype(np.uint16) * 257).astype(">u2")
    return png(96, 96, 16, 2, b"".join(b"\0" + row.tobytes() for row in rows))


def transparent() -> bytes:
    picture = disc().convert("RGBA")
    picture.putalpha(Image.fromarray((np.asarray(disc())[..., 1] < 100).astype(np.uint8) * 255))
    return encoded(picture, "PNG")


def animated(kind: str) -> bytes:
    return encoded(disc(), kind, save_all=True, append_images=[Image.new("RGB", (96, 96), (0, 90, 0))], duration=100)


def noise() -> bytes:
    return encoded(Image.fromarray(np.random.default_rng(0).integers(0, 255, (96, 96, 3), dtype=np.uint8)), "PNG")


PICTURES: dict[str, tuple[str, Callable[[], bytes], str]] = {  # file name, content, code
    "animated GIF": ("a.gif", lambda: animated("GIF"), ""),
    "animated WebP": ("a.webp", lambda: animated("WEBP"), ""),
    "animated PNG": ("a.png", lambda: animated("PNG"), ""),
    "CMYK JPEG": ("a.jpg", lambda: encoded(disc().convert("CMYK"), "JPEG"), ""),
    "CMYK TIFF": ("a.tif", lambda: encoded(disc().convert("CMYK"), "TIFF"), ""),
    "16-bit grey": (
        "a.png",
        lambda: encoded(Image.fromarray(np.asarray(disc().convert("L")).astype(np.uint16) * 257), "PNG"),
        "",
    ),
    "16-bit colour": ("a.png", sixteen_bits, ""),
    "palette": ("a.png", lambda: encoded(disc().quantize(8), "PNG"), ""),
    "transparent": ("a.png", transparent, ""),
    "wrong extension": ("a.jpg", lambda: encoded(disc(), "PNG"), ""),
    "name of other scripts": ("mit Leer é 图 🪑 %s '\".png", lambda: encoded(disc(), "PNG"), ""),
    "1 pixel": ("a.png", lambda: encoded(Image.new("RGB", (1, 1)), "PNG"), "image-too-small"),
    "108 megapixels": ("a.png", lambda: png(12_000, 9_000), "image-too-large"),
    "900 megapixels": ("a.png", lambda: png(30_000, 30_000), "image-too-large"),
    "truncated PNG": ("a.png", lambda: noise()[:9000], "image-unreadable"),
    "truncated JPEG": ("a.jpg", lambda: encoded(disc(512), "JPEG")[:3000], "image-unreadable"),
    "no image": ("a.png", lambda: b"hello", "image-unreadable"),
    "no bytes": ("a.png", lambda: b"", "image-unreadable"),
    "SVG": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image-unreadable"),
    "noise": ("a.png", noise, "image-no-object"),
    "one colour": ("a.png", lambda: encoded(Image.new("RGB", (64, 64), (90, 90, 90)), "PNG"), "image-no-object"),
    "all transparent": ("a.png", lambda: encoded(Image.new("RGBA", (64, 64)), "PNG"), "image-no-object"),
}


def write_picture(case: str, folder: Path) -> Path:
    """The file of one row of PICTURES."""
    name, content, _ = PICTURES[case]
    path = folder / name
    path.write_bytes(content())
    return path
