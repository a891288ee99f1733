"""How a finished prop comes into the scene: built in ticks of its own, then linked at its ghost as one undo step.

Linking has Blender rebuild its graph of the whole scene: a tick of its own keeps all of them short.
"""

from __future__ import annotations

import math
import time
import tomllib
from functools import lru_cache
from pathlib import Path

import bpy

from ..backend import store as stores
from ..backend.errors import problem
from ..backend.protocol import Request
from . import comparing, geometry, ghosts, materials, mirror, preferences, scene, windows
from .geometry import Geometry
from .paths import ROOT
from .session import Landing, Session, Watch


@lru_cache(maxsize=1)
def version() -> str:
    return str(tomllib.loads((ROOT / "blender_manifest.toml").read_text("utf-8"))["version"])


def selected(layer: bpy.types.ViewLayer) -> frozenset[str]:
    """The names of the selected objects, without ghosts."""
    return frozenset(o.name for o in windows.selected(layer) if not o.get(ghosts.MARK))


def remember(session: Session, job: str, context: bpy.types.Context) -> None:
    """Fix where the job's result will land: this scene's 3D cursor, and what is selected now."""
    landing = Landing(context.scene.session_uid, tuple(context.scene.cursor.location), selected(context.view_layer))
    session.landings[job] = landing


def show_ghost(session: Session, job: str, request: Request, target: bpy.types.Scene) -> None:
    """Stand the ghost of a job where its prop will land."""
    place = session.landings[job].location
    ghosts.create(target, job, scene.prop_name(request), place, scene.size_in(target, request))


def show_ghosts_again(session: Session) -> None:
    """Stand those ghosts where they began that an undo has just taken away, while their props are awaited in a scene."""
    for job in session.ghosts.intersection(session.landings, session.watches).difference(ghosts.waiting()):
        request, target = session.watches[job].request, scene_of_or_none(session, job)
        if request is not None and target is not None:
            show_ghost(session, job, request, target)


def may_land_now(context: bpy.types.Context) -> bool:
    """Whether a prop may come in: not in Edit, Sculpt and paint modes of any window (an undo step there would not hold
    the prop), not in the middle of a drag (it would hold half of that), not while a render runs, not while an older
    version is only shown for a comparison.
    """
    at_rest = context.mode == "OBJECT" and windows.modes() == {"OBJECT"} and not windows.dragging()
    return at_rest and not comparing.going_on() and not bpy.app.is_job_running("RENDER")


def prepared_or_none(session: Session, job: str) -> scene.Parts | None:
    """What `prepare` built, when it is complete; None too when an undo or File > Open took a part away."""
    parts = session.prepared.get(job)
    return parts if parts is not None and not parts.left and scene.are_there(parts) else None


def packs() -> bool:
    """Whether maps are packed into the .blend."""
    return bool(preferences.get().pack_images)


def result_of(session: Session, watch: Watch) -> Path:
    """The folder of a finished job's result. Raises job-corrupt."""
    if session.store is None or watch.request is None or watch.status.state != "done":
        raise problem("job-corrupt", job=watch.job, why="it has no finished result")
    return stores.result_folder(session.store, watch.job, watch.status.result)


def prepare(session: Session, watch: Watch, deadline: float = math.inf) -> bool:
    """Build the parts of a finished job's prop, mesh and maps one by one, until `deadline`; whether they are complete.

    Raises job-corrupt and what `scene.begin_parts` and `scene.next_part` raise.
    """
    result, parts = result_of(session, watch), session.prepared.get(watch.job)
    if parts is None or not scene.are_there(parts):
        drop(session, watch.job)
        assert watch.request is not None
        parts = session.prepared[watch.job] = scene.begin_parts(result, watch.request)
    elif parts.left:
        parts = add_part(session, watch.job, parts, result)  # one at least, however late it is
    while parts.left and time.perf_counter() < deadline:
        parts = add_part(session, watch.job, parts, result)
    return not parts.left


def add_part(session: Session, job: str, parts: scene.Parts, result: Path) -> scene.Parts:
    """With one more map; when that fails nothing is left of the prop."""
    del session.prepared[job]
    session.prepared[job] = scene.next_part(parts, result, packs())
    return session.prepared[job]


def drop(session: Session, job: str) -> None:
    """Remove what was built for a job and not linked."""
    parts = session.prepared.pop(job, None)
    if parts is not None:
        scene.remove_parts(parts)


def faces_of(session: Session, watch: Watch, target: bpy.types.Scene) -> Geometry:
    """A finished job's faces in a scene's units, read and checked once. Raises job-corrupt, mesh-missing, mesh-unreadable,
    mesh-invalid."""
    if session.faces is None or session.faces[0] != watch.job:
        arrays = scene.read_arrays(result_of(session, watch) / "mesh.npz")
        session.faces = watch.job, geometry.checked(arrays, scene.size_in(target, watch.request))
    return session.faces[1]


def drop_prepared(session: Session) -> None:
    """Remove what was built and is not wanted any more, such as the prop of a row that was skipped meanwhile."""
    session.faces = None
    for job in list(session.prepared):
        drop(session, job)


def scene_of_or_none(session: Session, job: str) -> bpy.types.Scene | None:
    """Where a job's prop belongs: its ghost's scene, else the one it was asked from by whatever name; None when that is gone."""
    ghost = ghosts.find_or_none(job)
    if ghost is not None and ghost.users_scene:
        return ghost.users_scene[0]
    return next((s for s in bpy.data.scenes if s.session_uid == session.landings[job].scene), None)


def land(session: Session, watch: Watch) -> bpy.types.Object:
    """Bring a finished job's prop into its scene, which is there. Raises what `prepare` raises."""
    landing, ghost = session.landings[watch.job], ghosts.find_or_none(watch.job)
    target = scene_of_or_none(session, watch.job)
    assert target is not None, watch.job
    obj = add_to_scene(session, watch, target, landing.location)
    if ghost is not None:
        ghosts.hand_over(ghost, obj, scene.size_in(target, watch.request))
    ghosts.remove(watch.job)  # before the undo step, which evaluates the scene: once for all that changed
    layer = windows.layer_of(target)
    if layer is not None and selected(layer) in (landing.selection, frozenset()):  # the ghost alone is none
        scene.select_only(obj, layer)
    bpy.ops.ed.undo_push(message=f"Add prop: {obj.name}")
    return obj


def leave(session: Session, watch: Watch) -> None:
    """The scene of a finished prop is gone: it lands nowhere by itself and waits in its row."""
    drop(session, watch.job)
    ghosts.remove(watch.job)
    why = "The scene it was made for is gone: Add puts it at the 3D cursor of the one you see."
    mirror.tell(session, watch, "unplaced", [why])


def add_to_scene(
    session: Session, watch: Watch, target: bpy.types.Scene, location: tuple[float, float, float]
) -> bpy.types.Object:
    """Assemble and link the prop, prepared or built now; no undo step, no selection. Raises what `prepare` raises."""
    if prepared_or_none(session, watch.job) is None:
        prepare(session, watch)
    obj = scene.assemble(session.prepared.pop(watch.job), target)
    describe(session, watch, obj)
    scene.place(obj, target, location)
    return obj


def describe(session: Session, watch: Watch, obj: bpy.types.Object) -> None:
    """Store on the object what made it, and tell where its maps are if not where they were to be."""
    assert watch.request is not None
    scene.write_provenance(obj, watch.job, watch.request, watch.status.figures, version())
    scene.write_facts(obj, result_of(session, watch))
    if materials.had_to_pack(obj.data, packs()) and all(note.code != "packed" for note in watch.status.notes):
        folder = bpy.path.abspath(f"//{materials.FOLDER}")
        mirror.tell(session, watch, "packed", [f"Its textures are in the .blend: '{folder}' could not be written to."])
