"""The ghost of a prop that is being made: a wire box of the size asked for; moved, turned or scaled, the prop lands so."""

from __future__ import annotations

from itertools import product

import bpy
import numpy as np
from mathutils import Matrix

from . import boxes
from . import scene as scenes

MARK = "propsmith_job"
NAME = "propsmith_ghost"  # the name it was made under: a copy, such as that of a copied scene, has another


def create(scene: bpy.types.Scene, job: str, title: str, location: tuple[float, float, float], size: float) -> None:
    """A ghost standing on `location`, its sides `size` of Blender's units. It leaves no undo step of its own: undoing the prop
    must not bring it back."""
    ghost = bpy.data.objects.new(f"Making {title}", None)
    ghost.empty_display_type, ghost.empty_display_size = "CUBE", size / 2
    ghost.scale = [
        round(size / 2 / ghost.empty_display_size, 6)
    ] * 3  # 1 but where Blender held that size, within 0.1 mm to 1 km
    ghost.hide_render = True
    ghost[MARK], ghost[NAME] = job, ghost.name
    ghost.location = (location[0], location[1], location[2] + size / 2)
    scenes.props_collection(scene).objects.link(ghost)


def all_ghosts() -> list[bpy.types.Object]:
    """Those of this file, copies included; those linked from another file are that file's own."""
    return [o for o in bpy.data.objects if o.type == "EMPTY" and o.get(MARK) and o.library is None]


def waiting() -> dict[str, bpy.types.Object]:
    """The ghost of each job, and not a copy of it, while there is one."""
    copies_first = sorted(all_ghosts(), key=lambda ghost: ghost.get(NAME) == ghost.name)
    return {str(ghost[MARK]): ghost for ghost in copies_first}


def find_or_none(job: str) -> bpy.types.Object | None:
    """The ghost of a job in any scene of this file."""
    return waiting().get(job)


def box(ghost: bpy.types.Object) -> boxes.Box:
    """What the ghost shows in the world. `matrix_world` alone is of no use in a scene that no window has shown yet."""
    corners = np.array(list(product((-ghost.empty_display_size, ghost.empty_display_size), repeat=3)))
    return boxes.oriented_box(corners, np.array(ghost.matrix_world if ghost.parent else ghost.matrix_basis))


def hand_over(ghost: bpy.types.Object, obj: bpy.types.Object, size: float) -> None:
    """Stand an object that was asked for in `size` of Blender's units on the bottom of the ghost, turned and scaled as the
    ghost's box is by now, but never mirrored or sheared."""
    shown = box(ghost)
    obj.location, obj.scale = shown.foot, (shown.size / size).round(6)
    obj.rotation_euler = Matrix(shown.axes.tolist()).to_euler()


def remove(job: str) -> None:
    """With its copies."""
    for ghost in [ghost for ghost in all_ghosts() if ghost[MARK] == job]:
        bpy.data.objects.remove(ghost)


def remove_orphans(active: set[str]) -> None:
    """Remove ghosts whose job no longer runs (an undo or an old file can bring them back)."""
    for ghost in [ghost for ghost in all_ghosts() if ghost[MARK] not in active]:
        bpy.data.objects.remove(ghost)
