"""Draws the pictures and prints the figures of docs/detail.md: `python -m tests.backend.draw_detail` from the repository."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fast_simplification
import numpy as np
from PIL import Image, ImageDraw, ImageOps

from backend.bake import bake
from backend.detail.synthesise import synthesise
from backend.materials import INDEX, SURFACES
from backend.thumbnail import render_thumbnail
from backend.unwrap import unwrap

from .analytic_props import PROPS, Part, mesh_of, views_of

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
BACKGROUND = (235, 235, 235)
SAMPLE = [
    Part("box", (-0.3, 0, -0.1), (0.38, 0.45, 0.5), (0.5, 0.5, 0.5), "plaster"),
    Part("cylinder", (0.45, 0, -0.15), (0.3, 0.45), (0.5, 0.5, 0.5), "plaster"),
    Part("ball", (0.45, 0, 0.4), (0.28,), (0.5, 0.5, 0.5), "plaster"),
]
COLOURS: dict[str, tuple[float, float, float]] = {
    "wood": (0.55, 0.36, 0.2), "painted_wood": (0.3, 0.5, 0.6), "bark": (0.33, 0.23, 0.15), "wicker": (0.7, 0.52, 0.3),
    "leather": (0.4, 0.21, 0.11), "fabric": (0.6, 0.25, 0.25), "paper": (0.9, 0.87, 0.78), "fur": (0.45, 0.3, 0.18),
    "foliage": (0.2, 0.42, 0.13), "brick": (0.58, 0.26, 0.18), "plaster": (0.86, 0.82, 0.73), "stone": (0.5, 0.49, 0.47),
    "plastic": (0.85, 0.3, 0.2), "rubber": (0.12, 0.12, 0.12), "ceramic": (0.92, 0.91, 0.88), "food": (0.8, 0.5, 0.3),
    "crumb": (0.8, 0.58, 0.32), "snow": (0.94, 0.95, 0.97), "brushed_metal": (0.66, 0.66, 0.67),
    "cast_metal": (0.28, 0.28, 0.28), "rusty_metal": (0.45, 0.24, 0.13), "painted_metal": (0.2, 0.35, 0.5),
    "gold": (0.93, 0.73, 0.26), "emissive": (1.0, 0.93, 0.7), "glass": (0.72, 0.85, 0.88),
    "crystal": (0.7, 0.85, 0.95), "water": (0.2, 0.45, 0.62),
}  # fmt: skip


def timed(what: Callable[..., Any], *arguments: Any) -> tuple[Any, float, float]:
    """(result, seconds on the clock, seconds of CPU)."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = what(*arguments)
    return result, time.perf_counter() - wall, time.process_time() - cpu


def meshed(parts: list[Part], faces: int) -> tuple[np.ndarray, np.ndarray]:
    vertices, triangles = mesh_of(parts)
    if len(triangles) > faces:
        vertices, triangles = fast_simplification.simplify(vertices, triangles, target_count=faces)
    return vertices.astype(np.float32), triangles.astype(np.int32)


def paste(sheet: Image.Image, picture: np.ndarray, column: int, row: int) -> None:
    shown = Image.fromarray(picture)
    sheet.paste(shown, (column * picture.shape[1], row * picture.shape[0]), shown)


def draw_props(size_px: int, texture_px: int) -> None:
    """Six props whose six 64-px views are plain colours: above the bare bake, below with detail."""
    sheet = Image.new("RGB", (size_px * len(PROPS), size_px * 2), BACKGROUND)
    print(f"seconds on the clock (of CPU), {texture_px} px")
    print("prop      faces   unwrap        bake          detail        picture 256 px")
    for column, (name, parts) in enumerate(PROPS.items()):
        vertices, faces = meshed(parts, 8000)
        uvs, *unwrapping = timed(unwrap, vertices, faces)
        surface, *baking = timed(bake, vertices, faces, uvs, views_of(parts), texture_px)
        bare = synthesise(surface, vertices, faces, uvs, 3, 0.0)
        full, *detailing = timed(synthesise, surface, vertices, faces, uvs, 3, 1.0)
        _, *picturing = timed(render_thumbnail, vertices, faces, uvs, full, 256)
        times = "  ".join(f"{wall:5.2f} ({cpu:4.2f})" for wall, cpu in (unwrapping, baking, detailing, picturing))
        print(f"{name:8s} {len(faces):6d}   {times}", flush=True)
        for row, textures in enumerate((bare, full)):
            paste(sheet, render_thumbnail(vertices, faces, uvs, textures, size_px), column, row)
    save(sheet, "detail-props.png")


def draw_surfaces(size_px: int) -> None:
    """Every surface class on one sample of a box, a cylinder and a ball."""
    vertices, faces = meshed(SAMPLE, 6000)
    uvs = unwrap(vertices, faces)
    surface = bake(vertices, faces, uvs, views_of(SAMPLE), 768)
    columns = 9
    sheet = Image.new("RGB", (size_px * columns, size_px * -(-len(COLOURS) // columns)), BACKGROUND)
    for place, (name, colour) in enumerate(COLOURS.items()):
        kind, count = SURFACES[INDEX[name]], len(surface.entry)
        painted = replace(
            surface,
            palette=replace(surface.palette, material=np.full(len(surface.palette), INDEX[name])),
            colour=np.broadcast_to(np.array(colour, np.float32), (count, 3)).copy(),
            roughness=np.full(count, kind.roughness, np.float32),
            metallic=np.full(count, kind.metallic, np.float32),
        )
        textures = synthesise(painted, vertices, faces, uvs, 3, 1.0)
        paste(sheet, render_thumbnail(vertices, faces, uvs, textures, size_px), place % columns, place // columns)
        at = (place % columns * size_px + 6, place // columns * size_px + 4)
        ImageDraw.Draw(sheet).text(at, name.replace("_", " "), fill=(40, 40, 40))
    save(sheet, "detail-surfaces.png")


def save(sheet: Image.Image, name: str) -> None:
    """Six bits a channel keep the file small enough for a repository."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    ImageOps.posterize(sheet, 6).save(IMAGES / name, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texture-px", type=int, default=1024)
    parser.add_argument("--only", choices=("props", "surfaces"))
    chosen = parser.parse_args()
    if chosen.only != "surfaces":
        draw_props(260, chosen.texture_px)
    if chosen.only != "props":
        draw_surfaces(164)
