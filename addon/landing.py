"""How a finished prop comes into the scene: built in one tick, linked at its ghost in the next as one undo step.

Linking has Blender rebuild its graph of the whole scene: a tick of its own keeps both short.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache

import bpy

from ..backend import store as stores
from ..backend.errors import problem
from . import ghosts, preferences, scene, versions, windows
from .paths import ROOT
from .session import Landing, Session, Watch


@lru_cache(maxsize=1)
def version() -> str:
    return str(tomllib.loads((ROOT / "blender_manifest.toml").read_text("utf-8"))["version"])


def selected(layer: bpy.types.ViewLayer) -> frozenset[str]:
    """The names of the selected objects, without ghosts."""
    return frozenset(o.name for o in layer.objects.selected if not o.get(ghosts.MARK))


def remember(session: Session, job: str, context: bpy.types.Context) -> Landing:
    """Fix where the job's result will land: this scene's 3D cursor, and what is selected now."""
    landing = Landing(context.scene.name, tuple(context.scene.cursor.location), selected(context.view_layer))
    session.landings[job] = landing
    return landing


def may_land_now(context: bpy.types.Context) -> bool:
    """Whether a prop may come in: not in Edit, Sculpt and paint modes of any window (an undo step there would not hold
    the prop), not while a render runs, not while an older version is only shown for a comparison.
    """
    at_rest = context.mode == "OBJECT" and windows.modes() == {"OBJECT"}
    return at_rest and not versions.being_compared() and not bpy.app.is_job_running("RENDER")


def prepared_or_none(session: Session, job: str) -> scene.Parts | None:
    """What `prepare` built; None when it did not, or when an undo or File > Open took a part away."""
    parts = session.prepared.get(job)
    return parts if parts is not None and scene.are_there(parts) else None


def prepare(session: Session, watch: Watch) -> scene.Parts:
    """Build the parts of a finished job's prop. Raises job-corrupt and what `scene.build_parts` raises."""
    if session.store is None or watch.request is None or watch.status.state != "done":
        raise problem("job-corrupt", job=watch.job, why="it has no finished result")
    drop(session, watch.job)
    result = stores.result_folder(session.store, watch.job, watch.status.result)
    session.prepared[watch.job] = scene.build_parts(result, watch.request, preferences.get().pack_images)
    return session.prepared[watch.job]


def drop(session: Session, job: str) -> None:
    """Remove what was built for a job and not linked."""
    parts = session.prepared.pop(job, None)
    if parts is not None:
        scene.remove_parts(parts)


def drop_prepared(session: Session) -> None:
    """Remove what was built and is not wanted any more, such as the prop of a row that was skipped meanwhile."""
    for job in list(session.prepared):
        drop(session, job)


def land(session: Session, watch: Watch) -> bpy.types.Object:
    """Bring a finished job's prop into the scene it was asked from. Raises what `prepare` raises."""
    landing, ghost = session.landings.get(watch.job), ghosts.find_or_none(watch.job)
    target = bpy.data.scenes.get(landing.scene) if landing else None
    if ghost is not None and ghost.users_scene:
        target = ghost.users_scene[0]  # also when its scene was renamed
    target = target or bpy.context.scene
    location = ghosts.foot(ghost) if ghost else landing.location if landing else tuple(target.cursor.location)
    obj = add_to_scene(session, watch, target, location)
    ghosts.remove(watch.job)  # before the undo step, which evaluates the scene: once for all that changed
    layer = windows.layer_of(target)
    if layer is not None and landing and landing.selection == selected(layer):
        scene.select_only(obj, layer)
    bpy.ops.ed.undo_push(message=f"Add prop: {obj.name}")
    return obj


def add_to_scene(
    session: Session, watch: Watch, target: bpy.types.Scene, location: tuple[float, float, float]
) -> bpy.types.Object:
    """Assemble and link the prop, prepared or built now; no undo step, no selection. Raises what `prepare` raises."""
    obj = scene.assemble(prepared_or_none(session, watch.job) or prepare(session, watch))
    assert session.store is not None and watch.request is not None
    del session.prepared[watch.job]
    scene.write_provenance(obj, watch.job, watch.request, watch.status.figures, version())
    scene.write_facts(obj, stores.result_folder(session.store, watch.job, watch.status.result))
    scene.place(obj, target, location)
    return obj
