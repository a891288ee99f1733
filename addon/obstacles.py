"""What stands on a surface already: scattered props keep clear of the scene's objects, and of places that wait for theirs."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from . import placeholders
from .boxes import bounds
from .fill import Fill, Row
from .fill_finding import find
from .scatter import Spot, reach

MOST_POINTS = 500_000  # an object of more counts by its box, and so do instances beyond that many together
UP = Vector((0.0, 0.0, 1.0))
GROUND = 0.1  # of a prop's size: what reaches no higher, such as a floor under the surface, is no obstacle
TYPES = ("MESH", "CURVE", "SURFACE", "FONT", "META")
Faces = list[tuple[int, ...]]
# The corners of a box that stands on its origin, in the order of Blender's `bound_box`, and its faces seen from outside.
CORNERS = np.array([(x, y, z) for x in (-0.5, 0.5) for y, z in ((-0.5, 0), (-0.5, 1), (0.5, 1), (0.5, 0))])
BOX: Faces = [(0, 1, 2, 3), (4, 7, 6, 5), (0, 4, 5, 1), (3, 2, 6, 7), (0, 3, 7, 4), (1, 5, 6, 2)]


class Obstacles:
    """The visible objects near a surface, instances included, and the places of a list whose placeholders wait.

    Empties, lights and cameras are none, nor what the surface itself bears, such as its grass.
    trees: their faces in the world, and whether the whole surface lies between the object's sides, as a floor in a room;
    corners (K, 2, 3): the lowest and the highest of each, by which most are passed over.
    """

    def __init__(self, context: bpy.types.Context, surface: bpy.types.Object, margin_m: float, fill: Fill) -> None:
        self.low, self.high = bounds(world_box(surface, surface.matrix_world))
        self.margin_m = margin_m
        self.trees: list[tuple[BVHTree, bool]] = []
        self.corners = np.zeros((0, 2, 3))
        graph = context.evaluated_depsgraph_get()
        for obj in context.visible_objects:
            if obj != surface and counts(obj):
                self.add_object(obj.evaluated_get(graph), obj.matrix_world, MOST_POINTS)
        left = MOST_POINTS
        for instance in graph.object_instances:
            if instance.is_instance and counts(instance.object) and instances_count(instance.parent, surface):
                left -= self.add_object(instance.object, instance.matrix_world, left)
        there = find(fill, context.scene).placeholders
        for row in (row for row in waiting(fill) if there.get(row.key, surface) != surface):
            box = placeholders.box(there[row.key].matrix_world, row.low, row.high)  # where it stands by now
            self.add(CORNERS * (row.size if row.size_edited else box.size) @ box.axes.T + box.foot, BOX)

    def add_object(self, obj: bpy.types.Object, world_from_local: object, most_points: int) -> int:
        """Take in an evaluated object that is near, by its box where it has too many points; how many points that took."""
        if not self.is_near(*bounds(world_box(obj, world_from_local))):
            return 0
        points, faces = faces_of(obj, most_points)
        world = np.array(world_from_local)
        if np.linalg.det(world[:3, :3]) < 0:  # a mirrored object's faces would look inwards
            faces = [face[::-1] for face in faces]
        self.add(points @ world[:3, :3].T + world[:3, 3], faces)
        return len(points)

    def add(self, points: np.ndarray, faces: Faces) -> None:
        """Take in faces of points (N, 3) in the world, where they are near."""
        if not faces:
            return
        least, most = bounds(points)
        if not self.is_near(least, most):
            return
        room = (least[:2] <= self.low[:2]).all() and (most[:2] >= self.high[:2]).all()
        self.trees.append((BVHTree.FromPolygons(points.tolist(), faces), bool(room)))
        self.corners = np.concatenate([self.corners, [(least, most)]])

    def is_near(self, least: np.ndarray, most: np.ndarray) -> bool:
        """Whether something from the one corner to the other can stand in the way of a prop on the surface."""
        return bool((least <= self.high + 2 * self.margin_m).all() and (most >= self.low - self.margin_m).all())

    def block(self, spot: Spot) -> bool:
        """Whether a face comes nearer to the middle of the spot's box than the box can reach, above the ground it stands on."""
        middle = Vector(spot.point) + Vector((0.0, 0.0, spot.size_m / 2))
        far = (reach(spot.size_m) ** 2 + (spot.size_m / 2) ** 2) ** 0.5
        ground = spot.point[2] + GROUND * spot.size_m
        near = (self.corners[:, 0] <= np.add(middle, far)) & (self.corners[:, 1] >= np.subtract(middle, far))
        for tree, room in (self.trees[i] for i in np.flatnonzero(near.all(axis=1))):
            if any(hit[0].z > ground for hit in tree.find_nearest_range(middle, far)):
                return True
            normal = None if room else tree.ray_cast(middle, UP)[1]
            if normal is not None and normal.z > 0:  # the first face above is seen from within: it is inside
                return True
        return False


def counts(obj: bpy.types.Object) -> bool:
    return obj.type in TYPES and not obj.hide_render


def instances_count(instancer: bpy.types.Object, surface: bpy.types.Object) -> bool:
    """Whether what an evaluated object instances is an obstacle: not so of the surface itself."""
    return instancer.original != surface and not instancer.hide_render


def world_box(obj: bpy.types.Object, world_from_local: object) -> np.ndarray:
    """The corners (8, 3) of an object's bounds in the world."""
    world = np.array(world_from_local)
    return np.array(obj.bound_box) @ world[:3, :3].T + world[:3, 3]


def faces_of(obj: bpy.types.Object, most_points: int) -> tuple[np.ndarray, Faces]:
    """An evaluated object's points (N, 3) and faces in its own frame; those of its box where it has more points."""
    if obj.type == "MESH" and len(obj.data.vertices) > most_points:  # without a copy of each
        return np.array(obj.bound_box), BOX
    mesh = obj.to_mesh()
    try:
        if mesh is None or not mesh.polygons:
            return np.zeros((0, 3)), []
        if len(mesh.vertices) > most_points:
            return np.array(obj.bound_box), BOX
        points = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", points)
        return points.reshape(-1, 3), [tuple(polygon.vertices) for polygon in mesh.polygons]
    finally:
        obj.to_mesh_clear()


def waiting(fill: Fill) -> list[Row]:
    """The places of a list whose props stand nowhere yet."""
    return [row for row in fill.rows if row.state not in ("landed", "bad")]


def places_taken(fill: Fill) -> list[Spot]:
    """Those that wait without a placeholder: of scattered rows and of lists."""
    return [Spot(np.array(row.foot), max(row.size[:2]), 0.0) for row in waiting(fill) if not row.name]
