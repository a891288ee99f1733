"""An object of several props taken apart: an object for each, on an origin of its own, where it stood."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import NamedTuple

import bmesh
import bpy
from mathutils import Matrix, Vector

from ..backend.errors import problem
from . import quads

BOTTOM = (0.5, 0.5, 0.0)  # the middle of a box's bottom, as shares of its sides


class Piece(NamedTuple):
    """One of the props that an object was made of: what it is called, its number of vertices, and where in its box, from 0 to 1
    along each axis, its own origin lies."""

    phrase: str
    vertices: int
    origin: tuple[float, ...]


def pieces(obj: bpy.types.Object) -> list[Piece]:
    """The props that an object was made of, in the mesh's order; [] of one."""
    facts = obj.propsmith.facts if obj.type == "MESH" else ""
    if '"pieces"' not in facts:  # cheap: panels ask at every redraw
        return []
    try:
        return [
            Piece(str(piece["phrase"]), int(piece["vertices"]), tuple(map(float, piece.get("origin", BOTTOM))))
            for piece in json.loads(facts)["pieces"]
        ]
    except (ValueError, KeyError, TypeError):
        return []


def why_not(obj: bpy.types.Object) -> str:
    """Why an object cannot be taken apart, or ''. Cheap enough for a poll."""
    found = pieces(obj)
    if len(found) < 2:
        return "The object was not made of several props"
    why = quads.local_first(obj) if obj.override_library else quads.why_not(obj)
    if why:
        return why
    if len(obj.data.vertices) != sum(piece.vertices for piece in found):
        return "Its vertices have been changed: use Mesh > Separate > By Loose Parts"
    return ""


def take_apart(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """The objects that take an object's place, with its materials, modifiers, parent and collections. Raises mesh-invalid."""
    why = why_not(obj)
    if why:
        raise problem("mesh-invalid", why=why, remedy="Choose another object.")
    found = pieces(obj)
    ends = accumulate(piece.vertices for piece in found)
    made = [separated(obj, piece, end) for piece, end in zip(found, ends, strict=True) if piece.vertices]
    for one in made:
        for collection in obj.users_collection:
            collection.objects.link(one)
    bpy.data.objects.remove(obj)
    return made


def separated(obj: bpy.types.Object, piece: Piece, end: int) -> bpy.types.Object:
    """A copy of an object, in no collection, of one piece alone, whose vertices end before `end`; on the piece's own origin."""
    name = piece.phrase.partition(" ")[2].capitalize() or piece.phrase
    mesh, work = obj.data.copy(), bmesh.new()
    try:
        work.from_mesh(mesh)
        others = [vertex for vertex in work.verts if not end - piece.vertices <= vertex.index < end]
        bmesh.ops.delete(work, geom=others, context="VERTS")
        low, high = (Vector(map(edge, zip(*(v.co for v in work.verts), strict=True))) for edge in (min, max))
        origin = low + Vector(piece.origin) * (high - low)
        bmesh.ops.translate(work, vec=-origin, verts=work.verts)
        work.to_mesh(mesh)
    finally:
        work.free()
    one = obj.copy()
    one.data, one.name, mesh.name = mesh, name, name
    one.matrix_basis = obj.matrix_basis @ Matrix.Translation(origin)
    one.property_unset("propsmith_versions")  # they are of the whole
    one.propsmith.prompt, one.propsmith.facts = piece.phrase, ""
    return one
