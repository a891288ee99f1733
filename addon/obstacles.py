"""What stands on a surface already: scattered props keep clear of the objects of the scene."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from .fill import Fill
from .scatter import Spot, reach

MOST_POINTS = 500_000  # an object of more counts by its box
UP = Vector((0.0, 0.0, 1.0))
GROUND = 0.1  # of a prop's size: what reaches no higher, such as a floor under the surface, is no obstacle
TYPES = ("MESH", "CURVE", "SURFACE", "FONT", "META")


class Obstacles:
    """The visible objects near a surface; empties, lights and cameras are none.

    trees: their faces in the world, and whether the whole surface lies between the object's sides, as a floor in a room.
    """

    def __init__(self, context: bpy.types.Context, surface: bpy.types.Object, margin_m: float) -> None:
        low, high = world_bounds(surface)
        graph = context.evaluated_depsgraph_get()
        self.trees: list[tuple[BVHTree, bool]] = []
        for obj in context.visible_objects:
            if obj == surface or obj.type not in TYPES or obj.hide_render:
                continue
            least, most = world_bounds(obj)
            if (least <= high + 2 * margin_m).all() and (most >= low - margin_m).all():
                tree = tree_of(obj, graph)
                if tree is not None:
                    room = (least[:2] <= low[:2]).all() and (most[:2] >= high[:2]).all()
                    self.trees.append((tree, bool(room)))

    def block(self, spot: Spot) -> bool:
        """Whether a face comes nearer to the middle of the spot's box than the box can reach, above the ground it stands on."""
        middle = Vector(spot.point) + Vector((0.0, 0.0, spot.size_m / 2))
        far = (reach(spot.size_m) ** 2 + (spot.size_m / 2) ** 2) ** 0.5
        ground = spot.point[2] + GROUND * spot.size_m
        for tree, room in self.trees:
            if any(hit[0].z > ground for hit in tree.find_nearest_range(middle, far)):
                return True
            normal = None if room else tree.ray_cast(middle, UP)[1]
            if normal is not None and normal.z > 0:  # the first face above is seen from within: it is inside
                return True
        return False


def world_bounds(obj: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and highest corner (3,) of an object in the world."""
    corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
    return corners.min(axis=0), corners.max(axis=0)


def tree_of(obj: bpy.types.Object, graph: bpy.types.Depsgraph) -> BVHTree | None:
    """The faces of an object as it shows, modifiers included, in the world; None when it has none."""
    evaluated = obj.evaluated_get(graph)
    mesh = evaluated.to_mesh()
    try:
        if mesh is None or not mesh.polygons:
            return None
        points = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", points)
        faces: list[tuple[int, ...]] = [tuple(polygon.vertices) for polygon in mesh.polygons]
        if len(mesh.vertices) > MOST_POINTS:
            points, faces = np.array(obj.bound_box, np.float32).ravel(), BOX
    finally:
        evaluated.to_mesh_clear()
    world = np.array(obj.matrix_world, np.float32)
    placed = points.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
    if np.linalg.det(world[:3, :3]) < 0:  # a mirrored object's faces would look inwards
        faces = [face[::-1] for face in faces]
    return BVHTree.FromPolygons(placed.tolist(), faces)


# The faces of a `bound_box`, seen from outside counter-clockwise.
BOX: list[tuple[int, ...]] = [(0, 1, 2, 3), (4, 7, 6, 5), (0, 4, 5, 1), (3, 2, 6, 7), (0, 3, 7, 4), (1, 5, 6, 2)]


def places_taken(fill: Fill) -> list[Spot]:
    """The places of a list whose props stand nowhere yet: of scattered rows and of lists."""
    rows = [row for row in fill.rows if not row.name and row.state not in ("landed", "bad")]
    return [Spot(np.array(row.foot), max(row.size[:2]), 0.0) for row in rows]
