"""Levels of detail and a collision hull of an object, in a collection of their own, named as game engines expect."""

from __future__ import annotations

from dataclasses import dataclass

import bmesh
import bpy

from ..backend.errors import PropsmithError, problem
from . import scene as scenes
from . import snapshot

MARK = snapshot.LEVEL  # a child of its object: what it is called after that; also on the collections
PRINT = "propsmith_lod_print"  # on a level or hull: the fingerprint of the mesh that it was made from
LONGEST = 63  # bytes of a name before Blender 5.0
CLOSE, TRIES = 0.02, 5  # a level may miss its number of faces by 2 %; it is made anew with a better ratio until then
HULLS = {"unreal": "UCX_{name}", "godot": "{name}-convcolonly", "plain": "{name}_Hull"}


@dataclass(frozen=True)
class Levels:
    """What is wanted: shares of the faces for LOD1, LOD2, ...; the hull's largest number of triangles, 0 for none.

    hidden: in the viewports of every scene and view layer. None of them is ever rendered.
    """

    ratios: tuple[float, ...] = (0.5, 0.25, 0.1)
    hull_faces: int = 64
    hull_name: str = "unreal"
    hidden: bool = True


def make(obj: bpy.types.Object, scene: bpy.types.Scene, wanted: Levels) -> dict[str, int]:
    """Make the object's levels and hull, replacing those of an earlier call; name -> triangles of each, in order.

    They are children of the object, so that they go where it goes. LOD0 is the object's own mesh, with its modifiers if
    it has any. Nothing of the object changes. Raises mesh-invalid.
    """
    base = evaluated(obj)
    if not base.polygons:
        bpy.data.meshes.remove(base)
        raise problem("mesh-invalid", why=f"'{obj.name}' has no faces", remedy="Choose another object.")
    try:
        body = hull(base, wanted.hull_faces) if wanted.hull_faces else None
    except PropsmithError:
        bpy.data.meshes.remove(base)
        raise
    remove(obj)
    full, fingerprint = triangles(base), snapshot.fingerprint(base)
    meshes = {"{name}_LOD0": obj.data if not obj.modifiers else base}
    meshes |= {f"{{name}}_LOD{k}": reduced(base, round(full * r)) for k, r in enumerate(wanted.ratios, 1)}
    if not obj.modifiers:
        bpy.data.meshes.remove(base)
    if body is not None:
        meshes[HULLS[wanted.hull_name]] = body
    place = bpy.data.collections.new(f"{obj.name} LODs")
    place[MARK], place.hide_viewport = True, wanted.hidden
    scenes.props_collection(scene).children.link(place)
    made = [stand_in(obj, called, mesh, place) for called, mesh in meshes.items()]
    if body is not None:
        made[-1].display_type = "WIRE"
    for part in made:
        part[PRINT] = fingerprint
        if part.data is not obj.data:
            part.data.name = part.name
    return {part.name: triangles(part.data) for part in made}


def evaluated(obj: bpy.types.Object) -> bpy.types.Mesh:
    """The object's mesh as it shows, modifiers applied, as a mesh of this file."""
    graph = bpy.context.evaluated_depsgraph_get()
    return bpy.data.meshes.new_from_object(obj.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph)


def triangles(mesh: bpy.types.Mesh) -> int:
    return len(mesh.loops) - 2 * len(mesh.polygons)


def reduced(mesh: bpy.types.Mesh, goal: int) -> bpy.types.Mesh:
    """A copy of at most about `goal` triangles; UVs, seams' sides and materials kept.

    Blender's Decimate takes a ratio and stops near it: the ratio is corrected until the count is within CLOSE.
    """
    ratio, best = min(1.0, goal / max(1, triangles(mesh))), None
    for _ in range(TRIES):
        made = decimated(mesh, ratio)
        count = triangles(made)
        if best is None or abs(count - goal) < abs(triangles(best) - goal):
            best, made = made, best
        if made is not None:
            bpy.data.meshes.remove(made)
        if abs(count - goal) <= max(1, CLOSE * goal) or ratio >= 1.0:
            break
        ratio = min(1.0, ratio * goal / count)
    assert best is not None
    return best


def decimated(mesh: bpy.types.Mesh, ratio: float) -> bpy.types.Mesh:
    """A copy with the Decimate modifier's collapse applied."""
    copy = mesh.copy()
    stand = bpy.data.objects.new("Propsmith LOD", copy)
    bpy.context.scene.collection.objects.link(stand)
    try:
        modifier = stand.modifiers.new("Decimate", "DECIMATE")
        modifier.ratio, modifier.use_collapse_triangulate = ratio, True
        return evaluated(stand)
    finally:
        bpy.data.objects.remove(stand)
        bpy.data.meshes.remove(copy)


def hull(mesh: bpy.types.Mesh, limit: int) -> bpy.types.Mesh:
    """The convex hull in at most `limit` triangles, without materials or UVs.

    A hull of too many faces is decimated and hulled anew, which keeps it convex, until it fits. Raises mesh-invalid for
    a flat mesh, which has none.
    """
    points = [vertex.co.copy() for vertex in mesh.vertices]
    made = hull_of(points)
    while made is not None and triangles(made) > limit:
        smaller = decimated(made, 0.9 * limit / triangles(made) if triangles(made) > 1.2 * limit else 0.9)
        fewer = [vertex.co.copy() for vertex in smaller.vertices]
        stuck = len(fewer) >= len(made.vertices)
        for old in (made, smaller):
            bpy.data.meshes.remove(old)
        made = hull_of(fewer[:-1] if stuck else fewer)
    if made is None:
        raise problem("mesh-invalid", why="it is flat and has no hull", remedy="Switch the hull off.")
    return made


def hull_of(points: list) -> bpy.types.Mesh | None:
    """The triangulated convex hull of points as a mesh; None where they lie in a plane."""
    work = bmesh.new()
    for point in points:
        work.verts.new(point)
    try:
        bmesh.ops.convex_hull(work, input=work.verts, use_existing_faces=False)
        inner = [vertex for vertex in work.verts if not vertex.link_faces]
        bmesh.ops.delete(work, geom=inner, context="VERTS")
        bmesh.ops.triangulate(work, faces=work.faces)
        bmesh.ops.recalc_face_normals(work, faces=work.faces)
        if len(work.faces) < 4:
            return None
        mesh = bpy.data.meshes.new("Hull")
        work.to_mesh(mesh)
        return mesh
    finally:
        work.free()


def of(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """The levels and the hull that were made from this object, by name."""
    return sorted((o for o in obj.children if MARK in o and o.users_scene and not o.library), key=lambda o: o.name)


def base_of_or_none(part: bpy.types.Object) -> bpy.types.Object | None:
    """The object whose level or hull this is; None for any other object, and for one that has lost its own."""
    base = part.parent if MARK in part else None
    return base if base is not None and base.type == "MESH" else None


def name_of(part: bpy.types.Object) -> str:
    """What a level or a hull is called after its object's present name."""
    return after(part[MARK], part.parent.name)


def after(called: str, name: str) -> str:
    """ "{name}_LOD1" of an object's name. Blender would cut the end off a long one, by which the level is known."""
    room = LONGEST - len(called.format(name="").encode())
    return called.format(name=name.encode()[:room].decode(errors="ignore"))


def outdated(obj: bpy.types.Object, made: list[bpy.types.Object]) -> bool:
    """Whether the object's shape, UVs or materials are no longer those that its levels were made from."""
    mesh = evaluated(obj)
    try:
        used, now = list(mesh.materials), snapshot.fingerprint(mesh)
    finally:
        bpy.data.meshes.remove(mesh)
    levels = [part for part in made if part[MARK] not in HULLS.values()]
    return any(part[PRINT] != now for part in made) or any(list(level.data.materials) != used for level in levels)


def has(obj: bpy.types.Object) -> bool:
    """Whether there are levels of this object. Cheap: only the collections of levels are looked at."""
    return any(part.parent == obj for c in bpy.data.collections if MARK in c and not c.library for part in c.objects)


def remove(obj: bpy.types.Object) -> None:
    """Remove the levels and the hull made from this object before."""
    made = of(obj)
    places = {place for part in made for place in part.users_collection if MARK in place}
    meshes = {part.data for part in made} - {obj.data}
    bpy.data.batch_remove(made)
    bpy.data.batch_remove([mesh for mesh in meshes if mesh.users == 0])
    bpy.data.batch_remove([place for place in places if not place.objects])


def stand_in(obj: bpy.types.Object, called: str, mesh: bpy.types.Mesh, place: bpy.types.Collection) -> bpy.types.Object:
    """A child of `obj` with another mesh, exactly where it is, however it is turned or sheared; in `place` alone."""
    made = bpy.data.objects.new(after(called, obj.name), mesh)
    made[MARK] = called
    made.parent = obj  # no name: the object may be renamed, and another one may get the name it had
    made.hide_render = True  # it would be rendered on top of the object
    place.objects.link(made)
    return made
