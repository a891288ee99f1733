"""Placeholders in the scene: which objects can be one, how large they are, how they are put away and brought back."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np

from . import boxes, geometry, ghosts, reserving

HOMES, AT_ROOT, COLLECTION = "propsmith_homes", "propsmith_at_root", "propsmith_placeholders"
TYPES = ("EMPTY", "MESH", "CURVE", "SURFACE", "FONT", "META")
VOLUMES = ("CUBE", "SPHERE")  # empties that enclose their place; the others mark the point where the prop stands
LEAST_M = 0.001  # the shortest longest side that a prop can have
MANY_POINTS = 100_000  # a placeholder of more is compared by its box alone
RAYS = "propsmith_rays"  # on a placeholder hidden from renders: which of these switches were on
SHOWN_TO = ("camera", "diffuse", "glossy", "transmission", "volume_scatter", "shadow")  # `visible_...`


def fault(obj: bpy.types.Object, scene: bpy.types.Scene) -> str:
    """Why an object cannot be a placeholder, or ''."""
    if obj.type not in TYPES:
        return f"a {obj.type.replace('_', ' ').lower()} cannot be a placeholder"
    if obj.library is not None or obj.override_library is not None:  # an override forgets our marks in its file
        return "it is linked from another file; make it local first"
    if obj.propsmith.job:
        return "it is a finished prop"
    if obj.get(ghosts.MARK):
        return "it is the ghost of a prop being made"
    if obj.get(reserving.MARK):
        return "it keeps the place of a prop being made"
    if obj.name not in scene.objects:
        return "it is not in this scene"
    if obj.hide_get() or obj.hide_viewport:
        return "it is hidden"
    return ""


def local_bounds(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[list[float], list[float]]:
    """The object's lowest and highest local corner, (3,) each: modifiers and instanced collections included."""
    if obj.type == "EMPTY":
        if obj.instance_type == "COLLECTION" and obj.instance_collection:
            points = instance_corners(obj.instance_collection)
        else:
            r = obj.empty_display_size
            below = -r if obj.empty_display_type in VOLUMES else 0.0
            points = np.array([(-r, -r, below), (r, r, below + 2 * r)])
    else:
        points = np.array(obj.evaluated_get(depsgraph).bound_box, dtype=float)
    if not len(points) or not np.isfinite(points).all():
        points = np.zeros((1, 3))
    return points.min(axis=0).tolist(), points.max(axis=0).tolist()


def instance_corners(collection: bpy.types.Collection) -> np.ndarray:
    """The corners (N, 3) of what a collection instance shows, by instances inside of it too, in the instance's own frame."""
    found = [np.zeros((0, 3))]
    for part in shown_parts(collection):
        if part.type == "EMPTY" and part.instance_type == "COLLECTION" and part.instance_collection:
            corners = instance_corners(part.instance_collection)
        elif part.type in TYPES and part.type != "EMPTY":
            corners = np.array(part.bound_box)
        else:
            continue
        world = np.array(part.matrix_world)
        found.append(corners @ world[:3, :3].T + world[:3, 3])
    return np.concatenate(found) - np.array(collection.instance_offset)


def shown_parts(collection: bpy.types.Collection) -> Iterator[bpy.types.Object]:
    """The objects of a collection and those below it that its instances show in viewports."""
    yield from (part for part in collection.objects if not part.hide_viewport)
    for below in collection.children:
        if not below.hide_viewport:
            yield from shown_parts(below)


def box(world_from_local: object, low: list[float], high: list[float]) -> boxes.Box:
    """The oriented box of local bounds under an object's matrix."""
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, 8).T
    return boxes.oriented_box(corners, np.array(world_from_local, dtype=float))


def points_or_none(obj: bpy.types.Object, around: boxes.Box) -> np.ndarray | None:
    """Some vertices (N, 3) of a mesh that is more than a box, in the frame of its box; None for all else."""
    if obj.type != "MESH" or not 8 < len(obj.data.vertices) <= MANY_POINTS:
        return None
    points = boxes.thinned(geometry.positions(obj.data))
    if not len(points):  # Blender hides a mesh's arrays while it is edited
        return None
    world = np.array(obj.matrix_world)
    return (points @ world[:3, :3].T + world[:3, 3] - around.foot) @ around.axes


def collections_of(scene: bpy.types.Scene) -> list[bpy.types.Collection]:
    return [scene.collection, *scene.collection.children_recursive]


def hidden_collection(scene: bpy.types.Scene) -> bpy.types.Collection:
    """The scene's hidden collection for placeholders whose prop has landed, made on first need, found by our mark."""
    for collection in scene.collection.children_recursive:
        if collection.get(COLLECTION) and collection.library is None and collection.override_library is None:
            return collection
    collection = bpy.data.collections.new("Placeholders")
    collection[COLLECTION] = True
    collection.hide_viewport = collection.hide_render = True
    scene.collection.children.link(collection)
    return collection


def hide(obj: bpy.types.Object, scene: bpy.types.Scene, on: bool = True) -> None:
    """Hide the object in the scene's viewports and in renders, or show it, without a rebuild of the scene's graph.

    `hide_render` would have one made, the switches of ray visibility do not; Cycles and EEVEE obey them, Workbench does not.
    """
    for layer in scene.view_layers:
        if obj.name in layer.objects and obj.hide_get(view_layer=layer) != on:
            obj.hide_set(on, view_layer=layer)
    if not on:
        show_to_rays(obj)
    elif RAYS not in obj:
        seen = [name for name in SHOWN_TO if getattr(obj, f"visible_{name}")]
        obj[RAYS] = " ".join(seen)
        for name in seen:
            setattr(obj, f"visible_{name}", False)


def show_to_rays(obj: bpy.types.Object) -> bool:
    """Turn the switches of ray visibility back on that `hide` turned off; whether it had."""
    if RAYS not in obj:
        return False
    for name in str(obj[RAYS]).split():
        setattr(obj, f"visible_{name}", True)
    del obj[RAYS]
    return True


def is_hidden(obj: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Whether the object is hidden in a viewport of the scene, but not put away."""
    return any(obj.name in layer.objects and obj.hide_get(view_layer=layer) for layer in scene.view_layers)


def put_away(obj: bpy.types.Object, scene: bpy.types.Scene) -> None:
    """Move the object from the scene's collections into the hidden one; it remembers where it was."""
    hide(obj, scene, on=False)
    target = hidden_collection(scene)
    homes = [c for c in collections_of(scene) if c != target and obj.name in c.objects]
    if not homes:
        return
    obj[HOMES] = {str(i): c for i, c in enumerate(homes) if c != scene.collection}
    obj[AT_ROOT] = scene.collection in homes
    if obj.name not in target.objects:
        target.objects.link(obj)
    for home in homes:
        home.objects.unlink(obj)


def bring_back(obj: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Move the object back to where it was; False when it was neither put away nor hidden."""
    was_hidden = is_hidden(obj, scene)
    hide(obj, scene, on=False)
    if HOMES not in obj:
        return was_hidden
    homes = [c for c in obj[HOMES].values() if c is not None]
    if obj.get(AT_ROOT) or not homes:
        homes.append(scene.collection)
    for home in homes:
        if obj.name not in home.objects:
            home.objects.link(obj)
    target = hidden_collection(scene)
    if obj.name in target.objects:
        target.objects.unlink(obj)
    del obj[HOMES], obj[AT_ROOT]
    if not target.objects:
        bpy.data.collections.remove(target)
    return True
