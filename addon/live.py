"""What a running refinement shows on its object: wires of the moving shape, or the texture as it stands; gone at the end.

The object itself is never touched. What is shown is an object of its own: never selectable, never rendered, removed without
trace when the job ends, is cancelled, or another file is opened.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import bpy
import numpy as np

from ..backend.errors import PropsmithError
from . import geometry, live_texture, snapshot
from . import scene as scenes
from .session import Session, Watch

MARK, SEEN = "propsmith_live", "propsmith_seen"
MOST_FACES = 60_000  # what a tick can build in its time


def find_or_none(job: str) -> bpy.types.Object | None:
    return next((o for o in bpy.data.objects if o.get(MARK) == job and o.library is None), None)


def update(session: Session, watch: Watch) -> bool:
    """Show the newest state of a refine job; True when the viewport changed. What cannot be read is passed over."""
    name, landing = watch.status.preview_mesh, session.landings.get(watch.job)
    if session.store is None or not name or watch.status.state != "running" or landing is None:
        return False
    target = bpy.data.objects.get(landing.target)
    path = session.store.jobs / watch.job / name
    picture = live_texture.picture_of(path)
    try:
        seen = str((picture or path).stat().st_mtime_ns)
    except OSError:
        return False
    shown = find_or_none(watch.job)
    if target is None or target.type != "MESH" or (shown is not None and shown.get(SEEN) == seen):
        return False
    try:
        taken = snapshot.read(getattr(watch.request, "mesh", ""))
        if picture is None:
            shown = moved(shown, watch.job, target, path, taken)
        elif shown is None:
            shown = live_texture.laid_on(target, path, picture)
        else:
            live_texture.renew(shown)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, PropsmithError):
        return False  # it is being written; the next one comes within a second
    if not shown.get(MARK):
        shown[MARK], shown.hide_render, shown.hide_select = watch.job, True, True
        home = bpy.data.scenes.get(taken.scene) or bpy.context.scene
        scenes.props_collection(home).objects.link(shown)
    shown[SEEN] = seen
    if shown.matrix_world != target.matrix_world:  # setting it would have the scene evaluated at every picture
        shown.matrix_world = target.matrix_world
    return True


def moved(
    shown: bpy.types.Object | None, job: str, target: bpy.types.Object, path: Path, taken: snapshot.Snapshot
) -> bpy.types.Object:
    """The wires of a light mesh, on an object made at first. Raises ValueError and what reading it raises."""
    with np.load(path, allow_pickle=False) as file:
        vertices, faces = file["vertices"], file["faces"]
    mesh = wires(vertices / taken.unit + taken.centre, faces, taken)
    if shown is None:
        shown = bpy.data.objects.new(f"Refining {target.name}", mesh)
        shown.display_type, shown.show_in_front = "WIRE", True
    else:
        before, shown.data = shown.data, mesh
        bpy.data.meshes.remove(before)
    return shown


def wires(vertices: np.ndarray, faces: np.ndarray, taken: snapshot.Snapshot) -> bpy.types.Mesh:
    """A bare mesh in the object's own space. Raises ValueError for what is no light mesh."""
    if vertices.ndim != 2 or vertices.shape[1:] != (3,) or faces.shape[1:] != (3,) or not 0 < len(faces) <= MOST_FACES:
        raise ValueError("not a light mesh")
    if not np.isfinite(vertices).all() or faces.min() < 0 or faces.max() >= len(vertices):
        raise ValueError("not a light mesh")
    mesh = bpy.data.meshes.new("Refining")
    geometry.set_triangles(mesh, vertices / np.array(taken.scale), faces)
    mesh.update(calc_edges=True)
    return mesh


def remove(job: str) -> None:
    """With what a copied scene shows of it."""
    for shown in [o for o in bpy.data.objects if o.get(MARK) == job and o.library is None]:
        remove_object(shown)


def remove_object(shown: bpy.types.Object) -> None:
    """Remove what was shown with all that was made for it."""
    mesh, own = shown.data, live_texture.own_data(shown)
    bpy.data.objects.remove(shown)
    if mesh is not None and mesh.users == 0:
        bpy.data.meshes.remove(mesh)
    live_texture.remove(own)


def remove_orphans(active: set[str]) -> None:
    """Remove what shows jobs that no longer run: an undo or a saved file can bring it back."""
    for shown in [o for o in bpy.data.objects if o.library is None and o.get(MARK, "") and o[MARK] not in active]:
        remove_object(shown)
