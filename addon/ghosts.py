"""The ghost of a prop that is being made: a wire box of the size asked for, at its place; moving it moves the prop."""

from __future__ import annotations

import bpy

from . import scene as scenes

MARK = "propsmith_job"


def create(scene: bpy.types.Scene, job: str, title: str, location: tuple[float, float, float], size_m: float) -> None:
    """A ghost standing on `location`. It leaves no undo step of its own: undoing the prop must not bring it back."""
    ghost = bpy.data.objects.new(f"Making {title}", None)
    ghost.empty_display_type, ghost.empty_display_size = "CUBE", size_m / 2
    ghost.hide_render = True
    ghost[MARK] = job
    ghost.location = (location[0], location[1], location[2] + size_m / 2)
    scenes.props_collection(scene).objects.link(ghost)


def waiting() -> dict[str, bpy.types.Object]:
    """All ghosts of this file by their job; those linked from another file are that file's own."""
    return {str(o[MARK]): o for o in bpy.data.objects if o.type == "EMPTY" and o.get(MARK) and o.library is None}


def find_or_none(job: str) -> bpy.types.Object | None:
    """The ghost of a job in any scene of this file."""
    return waiting().get(job)


def foot(ghost: bpy.types.Object) -> tuple[float, float, float]:
    """The point the ghost stands on, in world coordinates."""
    x, y, z = ghost.matrix_world.translation if ghost.parent else ghost.location
    return x, y, z - ghost.empty_display_size


def remove(job: str) -> None:
    ghost = find_or_none(job)
    if ghost is not None:
        bpy.data.objects.remove(ghost)


def remove_orphans(active: set[str]) -> int:
    """Remove ghosts whose job no longer runs (an undo or an old file can bring them back). The number removed."""
    orphans = [ghost for job, ghost in waiting().items() if job not in active]
    for ghost in orphans:
        bpy.data.objects.remove(ghost)
    return len(orphans)
