"""A mesh datablock's geometry as arrays: set, checked by Blender, creased, and taken out again to be set elsewhere.

Positions, corners and edges go through the mesh's attributes: `vertices.foreach_set("co")`, `loops.foreach_set(
"vertex_index")` and their like call a setter for each item and take fifty times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from ..backend.errors import problem
from ..backend.settings import CREASE_DEG
from . import fitting

LAYER = "UVMap"
SHARP = "sharp_edge"
SPARE = ".propsmith faces"  # the point hides it in Blender's lists; without users it is in no saved file


@dataclass(frozen=True)
class Geometry:
    """Checked triangles that only need to be set. `edges` (E, 2), `corner_edges` (F, 3), `uvs` (F, 3, 2), `sharp` (E,)."""

    vertices: np.ndarray  # (N, 3)
    faces: np.ndarray  # (F, 3)
    edges: np.ndarray
    corner_edges: np.ndarray
    uvs: np.ndarray
    sharp: np.ndarray


def checked(arrays: dict[str, np.ndarray], size: float) -> Geometry:
    """The geometry of checked arrays as Blender has it after `fill`. Raises mesh-invalid.

    Made in a mesh that nobody uses, for which Blender evaluates nothing. It stays for the next one: removing it would have
    the scene's graph rebuilt, so `drop_spare` does that when it is rebuilt anyway.
    """
    mesh = spare_or_none() or bpy.data.meshes.new(SPARE)
    try:
        fill(mesh, arrays, size)
        return taken(mesh)
    finally:
        mesh.clear_geometry()


def spare_or_none() -> bpy.types.Mesh | None:
    mesh = bpy.data.meshes.get((SPARE, None))  # of this file, not of a linked one
    return mesh if mesh is not None and not mesh.users else None


def drop_spare() -> None:
    mesh = spare_or_none()
    if mesh is not None:
        bpy.data.meshes.remove(mesh)


def fill(mesh: bpy.types.Mesh, arrays: dict[str, np.ndarray], size: float) -> None:
    """Checked arrays into a mesh without geometry, longest side `size`, origin at the bottom's centre; its materials stay.

    Raises mesh-invalid, and then it is as it was.
    """
    vertices = arrays["vertices"]
    placed = fitting.apply_fit(fitting.stand_on_origin(vertices, size), vertices)
    set_triangles(mesh, placed, arrays["faces"], arrays["uvs"])
    mesh.update(calc_edges=True)
    mesh.validate()  # a degenerate or doubled face must not reach the artist's tools
    if not len(mesh.polygons):
        mesh.clear_geometry()
        raise problem("mesh-invalid", why="none of its faces has an area", remedy="Retry with another seed.")
    mesh.shade_smooth()
    mark_creases(mesh)


def put(mesh: bpy.types.Mesh, geometry: Geometry) -> None:
    """A geometry into a mesh without one; its materials stay."""
    mesh.edges.add(len(geometry.edges))
    mesh.attributes[".edge_verts"].data.foreach_set("value", geometry.edges.ravel())
    set_triangles(mesh, geometry.vertices, geometry.faces, geometry.uvs)
    mesh.attributes[".corner_edge"].data.foreach_set("value", geometry.corner_edges.ravel())
    set_sharp(mesh, geometry.sharp)
    mesh.update()
    mesh.shade_smooth()


def taken(mesh: bpy.types.Mesh) -> Geometry:
    """The geometry of a mesh of triangles with one UV map."""
    sharp = mesh.attributes.get(SHARP)
    return Geometry(
        positions(mesh),
        values(mesh.attributes[".corner_vert"], np.int32).reshape(-1, 3),
        values(mesh.attributes[".edge_verts"], np.int32, 2).reshape(-1, 2),
        values(mesh.attributes[".corner_edge"], np.int32).reshape(-1, 3),
        values(mesh.attributes[LAYER], np.float32, 2, "vector").reshape(-1, 3, 2),
        values(sharp, bool) if sharp else np.zeros(len(mesh.edges), dtype=bool),
    )


def set_triangles(mesh: bpy.types.Mesh, vertices: np.ndarray, faces: np.ndarray, uvs: np.ndarray | None = None) -> None:
    """Vertices (N, 3), triangles (F, 3) and UVs (F, 3, 2) into a mesh without faces; `mesh.update` is the caller's."""
    mesh.vertices.add(len(vertices))
    mesh.attributes["position"].data.foreach_set("vector", np.ascontiguousarray(vertices, dtype=np.float32).ravel())
    mesh.loops.add(faces.size)
    mesh.attributes[".corner_vert"].data.foreach_set("value", np.ascontiguousarray(faces, dtype=np.int32).ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, 3, dtype=np.int32))
    if uvs is not None:
        layer = mesh.uv_layers.new(name=LAYER, do_init=False)
        layer.uv.foreach_set("vector", np.ascontiguousarray(uvs, dtype=np.float32).ravel())


def set_sharp(mesh: bpy.types.Mesh, sharp: np.ndarray) -> None:
    if sharp.any():
        mesh.attributes.new(SHARP, "BOOLEAN", "EDGE").data.foreach_set("value", sharp)


def mark_creases(mesh: bpy.types.Mesh, crease_deg: float = CREASE_DEG) -> None:
    """Mark the edges of a triangle mesh whose faces turn by more than `crease_deg`: it shades as its maps and its GLB do.

    Ordinary sharp edges instead of custom normals, which every later edit would spoil.
    """
    edge, normals = values(mesh.attributes[".corner_edge"], np.int32), np.empty((len(mesh.polygons), 3), np.float32)
    mesh.polygons.foreach_get("normal", normals.ravel())
    order = np.argsort(edge, kind="stable")
    first, second = order[:-1], order[1:]
    shared = edge[first] == edge[second]
    first, second = first[shared], second[shared]
    turn = np.einsum("ij,ij->i", normals[first // 3], normals[second // 3])
    sharp = np.zeros(len(mesh.edges), dtype=bool)
    sharp[edge[first[turn < np.cos(np.radians(crease_deg))]]] = True
    set_sharp(mesh, sharp)


def positions(mesh: bpy.types.Mesh) -> np.ndarray:
    """The vertices (N, 3) in the object's own space."""
    if not len(mesh.vertices):
        return np.zeros((0, 3), dtype=np.float32)
    return values(mesh.attributes["position"], np.float32, 3, "vector").reshape(-1, 3)


def values(attribute: bpy.types.Attribute, kind: type, width: int = 1, name: str = "value") -> np.ndarray:
    """One attribute of all items, flat."""
    found = np.empty(len(attribute.data) * width, dtype=kind)
    attribute.data.foreach_get(name, found)
    return found
