"""From selected objects to refine jobs: snapshot, request, queue; and what the artist tells a job while it runs."""

from __future__ import annotations

import math
import os
import random
import shutil
import time
from dataclasses import replace
from pathlib import Path

import bpy
from mathutils import Matrix

from ..backend import store as stores
from ..backend.errors import FULL, PropsmithError, problem
from ..backend.protocol import Control, Refine
from ..backend.settings import PRESETS
from . import mirror, requests, returning, snapshot
from .session import Session, current


def chosen(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The mesh objects that Refine is about: those being edited, or else the selected ones, the active one first."""
    objects = [o for o in context.objects_in_mode if o.type == "MESH"] if context.mode == "EDIT_MESH" else []
    objects = objects or [o for o in context.selected_objects if o.type == "MESH"]
    active = context.view_layer.objects.active
    return sorted(objects, key=lambda o: o is not active)


def refine_request(settings: bpy.types.PropertyGroup, mesh: Path, title: str) -> Refine:
    """The request that the panel's settings describe. Raises the InputError of whatever is wrong with them."""
    quality = PRESETS[settings.preset]
    distillation = replace(
        quality.distillation, strength=round(settings.strength, 4), keep_original=round(settings.keep_original, 4),
        steps=settings.steps,
    )  # fmt: skip
    return Refine(
        mesh=str(mesh), prompt=settings.prompt, negative=settings.negative, mode=settings.mode,
        keep_silhouette=round(settings.keep_silhouette, 4), seed=settings.seed, preset=settings.preset,
        quality=replace(quality, distillation=distillation), title=title,
    )  # fmt: skip


def queue(context: bpy.types.Context, obj: bpy.types.Object) -> str:
    """Snapshot one object and queue its refinement; returns the job. Raises mesh-invalid and the store's errors."""
    session, settings = current(), context.scene.propsmith_refine
    store = requests.opened(session)
    if settings.random_seed:
        settings.seed = random.SystemRandom().randrange(2**31)
    folder = store.folder / "objects" / f"{time.time_ns():x}-{os.urandom(4).hex()}"
    request = refine_request(settings, folder / "mesh.npz", obj.name)  # first: a bad prompt costs no snapshot
    try:
        taken = snapshot.take(obj, context.scene, settings.mode, folder)
        job = stores.create_job(store, request, session.owner)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise problem("disk-full" if error.errno in FULL else "folder-read-only", path=folder) from error
        raise
    returning.follow(session, job, taken)
    requests.begin(session, job)
    mirror.tell(session, session.watches[job], "snapshot", taken.notes)
    return job


def steer(session: Session, job: str, **changes: object) -> None:
    """Change what control.json tells the running job. Raises job-missing, folder-read-only."""
    store = requests.opened(session)
    try:
        told = stores.read_control(store, job)
    except PropsmithError:
        told = Control()  # a damaged file is replaced
    stores.write_control(store, job, replace(told, **changes))


def job_of(session: Session, name: str) -> str:
    """The newest running or waiting job that refines this file's object of this name, or ''."""
    jobs = [j for j, landing in session.landings.items() if landing.target == name and j in session.watches]
    return max((j for j in jobs if session.watches[j].active), default="")


def azimuth_deg(view: Matrix, obj: bpy.types.Object | None) -> float:
    """From which side of the object a view looks: 0 its front (-Y), 90 its +X side. `view` is camera_from_world."""
    back = view.inverted().to_3x3().col[2]
    if obj is not None:  # no quaternion: it turns a mirrored object about
        axes = Matrix([axis.normalized() for axis in obj.matrix_world.to_3x3().col]).transposed()
        back = axes.inverted_safe() @ back
    return math.degrees(math.atan2(back.x, -back.y)) % 360
