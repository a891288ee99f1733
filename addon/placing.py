"""Owns over which UVs an object's pictures lie: a material's over those that its first picture asks for; others are baked."""

from __future__ import annotations

import bpy
import numpy as np

from . import surfaces

PICTURED = ("colour", "roughness", "metallic", "normal")
OUTSIDE = 1e-4  # beyond the unit square, as in backend/incoming.py
RELIEF_LOST = "The normal map belongs to the old UVs and was left out."


def first_picture(surface: surfaces.Surface) -> surfaces.Source:
    """The first channel that an image feeds, or the colour."""
    sources = [getattr(surface, channel) for channel in PICTURED]
    return next((source for source in sources if source is not None and source.image), surface.colour)


def layer_of(mesh: bpy.types.Mesh, source: surfaces.Source) -> bpy.types.MeshUVLoopLayer | None:
    """The UV map that a picture asks for, else the one that renders, else none."""
    if source.uv_map in mesh.uv_layers:
        return mesh.uv_layers[source.uv_map]
    return next((layer for layer in mesh.uv_layers if layer.active_render), None)


def chosen_layer(mesh: bpy.types.Mesh, found: list[surfaces.Surface]) -> bpy.types.MeshUVLoopLayer | None:
    """The UV map of the object: that of the first material whose pictures ask for one by name, else the one that renders."""
    firsts = [first_picture(surface) for surface in found]
    return layer_of(mesh, next((first for first in firsts if first.uv_map in mesh.uv_layers), firsts[0]))


def place(
    mesh: bpy.types.Mesh, used: list[bpy.types.Material | None], found: list[surfaces.Surface],
    arrays: dict[str, np.ndarray],
) -> None:  # fmt: skip
    """Give each face the UVs of its own material, and say how pictures go on beyond the square: `wraps` (M, 2).

    What lies otherwise than its material's first picture is to be baked, a normal map left out.
    """
    arrays["wraps"] = np.array([[first_picture(surface).wrap] * 2 for surface in found])
    if "uvs" not in arrays:
        return
    for index, (material, surface) in enumerate(zip(used, found, strict=True)):
        mine, first = arrays["material"] == index, first_picture(surface)
        own = layer_of(mesh, first)
        corners = np.empty(2 * len(mesh.loops), np.float32)
        own.uv.foreach_get("vector", corners)
        uvs = arrays["uvs"][mine] = corners.reshape(-1, 2)[arrays["corners"][mine]]
        beyond = bool((np.abs(uvs - 0.5) > 0.5 + OUTSIDE).any())
        for channel in PICTURED:
            source = getattr(surface, channel)
            if source is None or source.image is None or channel in surface.unfollowed:
                continue
            goes_on = not beyond or source.wrap == first.wrap != "clip"
            if goes_on and layer_of(mesh, source) == own:
                continue
            if channel == "normal":
                surface.normal = None
                surface.notes["normal"] = [RELIEF_LOST]
            else:
                by = "UV Map" if goes_on else "Image Texture"
                note = f"'{material.name}': the placing of '{source.image.name}' by {by} was left out."
                surface.unfollowed.append(channel)
                surface.notes.setdefault(channel, []).append(note)
