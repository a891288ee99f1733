"""Owns the files of a finished prop: mesh, PNG maps, GLB, prop.json and thumbnail, written all or not at all."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .detail.wear import wear_order
from .drawing import Drawn
from .errors import problem
from .glb import Extra, glb_bytes
from .rasterise import Array
from .textures import Textures
from .thumbnail import render_thumbnail

PNG_EFFORT = 3  # zlib level: level 6 takes three times as long for 5 % fewer bytes


@dataclass(frozen=True)
class Own:
    """What a mesh that came in keeps in its GLB. normals: (F, 3, 3) or None, its corners' own shading normals, which the
    picture keeps too; drawn: how its faces are drawn."""

    normals: Array | None = None
    drawn: Drawn = Drawn()


def landed(vertices: Array, size_m: float) -> Array:
    """Vertices in metres, (N, 3) float32: the box's longest side is `size_m`, its bottom's centre the origin."""
    low, high = vertices.min(0).astype(np.float64), vertices.max(0).astype(np.float64)
    longest = (high - low).max()
    if not np.isfinite(longest) or longest <= 0:
        raise problem("mesh-invalid", why="it has no extent", remedy="Choose another mesh.")
    centre = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return ((vertices - centre) * (size_m / longest)).astype(np.float32)


def write_prop(
    folder: Path,
    vertices: Array,
    faces: Array,
    uvs: Array,
    textures: Textures,
    size_m: float,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Write a prop's files into the new folder `folder`; returns what prop.json says.

    vertices: (N, 3) float, any unit, Z up, front -Y; faces: (F, 3) int; uvs: (F, 3, 2) float, V up. size_m: the
    longest side. facts: what prop.json records besides the figures (prompt, seed, settings, prior, versions, times);
    JSON values. Everything is written into `folder`.tmp, which is renamed whole: a crash leaves no half result. An
    existing `folder` is replaced. Raises "mesh-invalid"; OSError is left to the border.
    """
    return write_files(folder, landed(vertices, size_m), faces, uvs, textures, facts)


def write_files(
    folder: Path, metres: Array, faces: Array, uvs: Array, textures: Textures, facts: dict[str, Any],
    own: Own = Own(),
) -> dict[str, Any]:  # fmt: skip
    """`write_prop` for a mesh that already lies where it shall: (N, 3) metres, kept bit for bit (refined objects)."""
    staging = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        record = _write_all(staging, metres, faces, uvs, textures, facts, own)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return record


def _write_all(
    staging: Path, metres: Array, faces: Array, uvs: Array, textures: Textures, facts: dict[str, Any],
    own: Own,
) -> dict[str, Any]:  # fmt: skip
    faces, uvs = faces.astype(np.int32), uvs.astype(np.float32)
    with (staging / "mesh.npz").open("wb") as file:
        np.savez(file, vertices=metres, faces=faces, uvs=uvs)
    colour = textures.base_colour
    maps = {
        "base_color.png": colour if textures.alpha is None else np.dstack([colour, textures.alpha]),
        "normal.png": textures.normal,
        "roughness.png": textures.roughness,
        "metallic.png": textures.metallic,
        "edges.png": wear_order(metres, faces, uvs),
    }
    maps |= {} if textures.emission is None else {"emission.png": textures.emission}
    maps |= {} if textures.occlusion is None else {"occlusion.png": textures.occlusion}
    for name, pixels in maps.items():
        Image.fromarray(pixels).save(staging / name, compress_level=PNG_EFFORT)
    (staging / "prop.glb").write_bytes(
        _glb(staging, metres, faces, uvs, textures, str(facts.get("prompt") or "prop"), own)
    )
    shown = render_thumbnail(metres, faces, uvs, textures, own=own.normals)
    Image.fromarray(shown).save(staging / "thumbnail.png", compress_level=PNG_EFFORT)
    record = {
        "format": 1,
        **facts,
        "mesh": {
            "vertices": len(metres),
            "faces": len(faces),
            "size_m": [round(float(x), 5) for x in np.ptp(metres[np.unique(faces)], axis=0)],
            "texture_px": int(textures.base_colour.shape[0]),
        },
    }
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    (staging / "prop.json").write_text(text + "\n", encoding="utf-8")
    return record


def _glb(staging: Path, metres: Array, faces: Array, uvs: Array, textures: Textures, name: str, own: Own) -> bytes:
    """The GLB of a prop whose maps are in the folder `staging` by now."""
    base, normal = (staging / "base_color.png").read_bytes(), (staging / "normal.png").read_bytes()
    hidden = np.full_like(textures.roughness, 255) if textures.occlusion is None else textures.occlusion
    packed = np.stack([hidden, textures.roughness, textures.metallic], axis=-1)
    emission = None if textures.emission is None else (staging / "emission.png").read_bytes()
    extra = Extra(own.drawn, textures.occlusion is not None, emission)
    return glb_bytes(metres, faces, uvs, (base, packed, normal), name[:60], own.normals, extra)
