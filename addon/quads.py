"""Triangles joined to quads where two make a fair one: UVs, seams, sharp edges and materials stay as they are."""

from __future__ import annotations

import math

import bmesh
import bpy

from ..backend.errors import problem
from . import versions

HOW = "quads"  # of the version


def why_not(obj: bpy.types.Object) -> str:
    """Why an object's triangles cannot be joined, or ''. Cheap enough for a poll."""
    if obj.library or obj.data.library:
        return local_first(obj)
    if obj.data.shape_keys:
        return f"'{obj.name}' has shape keys"
    return ""


def local_first(obj: bpy.types.Object) -> str:
    """What is told of an object that another file holds."""
    return f"'{obj.name}' is linked from another file: use Object > Library > Make Local first"


def share(mesh: bpy.types.Mesh) -> tuple[int, int]:
    """(quads, other polygons) of a mesh."""
    quads = sum(polygon.loop_total == 4 for polygon in mesh.polygons)
    return quads, len(mesh.polygons) - quads


def join(objects: list[bpy.types.Object], turn_deg: float, skew_deg: float) -> tuple[int, int]:
    """Give the objects new versions of quads; (quads, other polygons) of all of them. Objects of one mesh share the new one.

    turn_deg: how far two triangles may be folded along their edge; skew_deg: how far a quad's corners may be from right.
    Raises mesh-invalid.
    """
    made: dict[bpy.types.Mesh, bpy.types.Mesh] = {}
    for obj in objects:
        why = why_not(obj)
        if why:
            raise problem("mesh-invalid", why=why, remedy="Choose another object.")
    for obj in objects:
        old = obj.data
        if old not in made:
            made[old] = joined(old, turn_deg, skew_deg)
        slots = [(slot.link, slot.material) for slot in obj.material_slots]
        versions.add(obj, made[old], HOW, obj.propsmith.prompt)
        versions.put_on(obj, made[old], slots)  # its own materials stay its own
        versions.keep_present(obj)
    counts = [share(mesh) for mesh in made.values()]
    return sum(quads for quads, _ in counts), sum(others for _, others in counts)


def joined(mesh: bpy.types.Mesh, turn_deg: float, skew_deg: float) -> bpy.types.Mesh:
    """A copy of the mesh in which no vertex and no corner's UV has moved."""
    copy, work = mesh.copy(), bmesh.new()
    try:
        work.from_mesh(copy)
        bmesh.ops.join_triangles(
            work,
            faces=[face for face in work.faces if len(face.verts) == 3],
            cmp_seam=True,
            cmp_sharp=True,
            cmp_uvs=True,
            cmp_vcols=True,
            cmp_materials=True,
            angle_face_threshold=math.radians(turn_deg),
            angle_shape_threshold=math.radians(skew_deg),
        )
        work.to_mesh(copy)
    finally:
        work.free()
    return copy
