"""From the artist's settings to a queued job: the request, its place in the scene, a ghost, a worker at work."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import bpy

from ..backend import store as stores
from ..backend.errors import PropsmithError, problem
from ..backend.protocol import FORMAT, Generate, Refine, Request, request_from_json
from ..backend.settings import PRESETS, with_budget
from . import ghosts, landing, mirror, pump, returning, scene, snapshot
from .session import Session, current


def generate_request(
    settings: bpy.types.PropertyGroup, prompt: str | None = None, image: str | None = None
) -> Generate:
    """The request that the scene's settings describe; draws the seed, and shows it, when it is not locked.

    A prompt or an image given here stands for that of the settings, "" for none. Raises the InputError of whatever is
    wrong with them.
    """
    if settings.random_seed:
        settings.seed = random.SystemRandom().randrange(2**31)
    prompt = settings.prompt if prompt is None else prompt
    image = settings.image if image is None else image
    image = bpy.path.abspath(image) if image else ""
    if image and not Path(image).is_file():
        raise problem("image-missing", path=image)
    return Generate(
        prompt=prompt,
        negative=settings.negative,
        image=image,
        seed=settings.seed,
        size_m=round(settings.size_m, 6),  # Blender's floats have 7 digits: 1.7000000476837158 is meant as 1.7
        preset=settings.preset,
        quality=with_budget(PRESETS[settings.preset], settings.faces, settings.texture_px, settings.steps),
    )


def opened(session: Session) -> stores.Store:
    """The store, opened if need be; raises what is wrong with it."""
    if session.store is None:
        pump.open_store(session)
    if session.store is None:
        raise session.store_error or problem("python-missing")
    return session.store


def queue(context: bpy.types.Context, request: Request) -> str:
    """Queue a request whose result lands at this scene's 3D cursor; returns the job. Raises scene-linked, the store's errors."""
    scene.must_be_own(context.scene)
    session = current()
    job = stores.create_job(opened(session), request, session.owner)
    landing.remember(session, job, context)
    landing.show_ghost(session, job, request, context.scene)
    begin(session, job)
    return job


def begin(session: Session, job: str) -> None:
    """Watch a job that was just queued, choose its row, and see that a worker takes it."""
    watch = session.watch(stores.read_entry(opened(session), job))
    session.worker_error, session.start_failures = None, 0
    mirror.show(session, watch)
    mirror.rows().active = mirror.rows().jobs.find(job)
    mirror.show_totals(session)
    pump.start()


def cancel(session: Session, job: str) -> None:
    """Ask for a job to stop. Raises job-missing."""
    stores.request_cancel(opened(session), job)
    watch = session.watches.get(job)
    if watch is not None:
        watch.cancelled_at = watch.cancelled_at or time.monotonic()
        mirror.show(session, watch)
    pump.start()


def retry(context: bpy.types.Context, job: str) -> str:
    """Queue the same request once more, landing where the cursor is now. Raises what is wrong with the old job."""
    request = stores.read_request(opened(current()), job)
    if request.kind != "refine":
        return queue(context, request)
    session, taken = current(), snapshot.read(getattr(request, "mesh", ""))
    again = stores.create_job(opened(session), request, session.owner)
    returning.follow(session, again, taken)
    begin(session, again)
    return again


def add(context: bpy.types.Context, job: str) -> bpy.types.Object:
    """Put a finished prop (again) at the 3D cursor. Raises scene-linked, job-missing, job-corrupt, mesh-unreadable, ..."""
    session = current()
    watch = session.watches.get(job)
    if watch is None:
        raise problem("job-missing", job=job)
    if returning.is_refine(watch):
        obj = returning.put_back(session, watch)
    else:
        scene.must_be_own(context.scene)
        obj = landing.add_to_scene(session, watch, context.scene, tuple(context.scene.cursor.location))
    scene.select_only(obj, context.view_layer)
    stores.mark_imported(opened(session), job)
    watch.imported = True
    session.landings.pop(job, None)
    ghosts.remove(job)
    mirror.show(session, watch)
    mirror.show_totals(session)
    return obj


def reuse(settings: bpy.types.PropertyGroup, request: Request) -> None:
    """Fill the panel with a job's settings, its seed locked, so that Generate (or Refine) repeats it."""
    if isinstance(request, Refine):
        settings = settings.id_data.propsmith_refine
        settings.mode, settings.keep_silhouette = request.mode, request.keep_silhouette
        settings.prompt, settings.negative = request.prompt, request.negative
        settings.preset = request.preset  # first: choosing it sets the steps
        distillation = request.quality.distillation
        settings.strength, settings.keep_original = distillation.strength, distillation.keep_original
        settings.steps, settings.seed, settings.random_seed = distillation.steps, request.seed, False
        return
    settings.prompt, settings.negative = request.prompt, request.negative
    settings.preset = request.preset  # first: choosing it sets faces, texture size and steps
    settings.seed, settings.random_seed = request.seed, False
    settings.faces, settings.texture_px = request.quality.finish.faces, request.quality.finish.texture_px
    settings.steps = request.quality.distillation.steps
    if isinstance(request, Generate):
        settings.image, settings.size_m = request.image, request.size_m


def reuse_from(settings: bpy.types.PropertyGroup, obj: bpy.types.Object) -> None:
    """`reuse` of the request stored on an object, for files whose job is on another machine or long gone.

    Raises job-corrupt, or what is wrong with a stored setting.
    """
    try:
        values = json.loads(obj.propsmith.request)
        reuse(settings, request_from_json(obj.name, {"format": FORMAT, **values}))
    except (TypeError, ValueError) as error:
        raise problem("job-corrupt", job=obj.name, why="its stored settings cannot be read") from error


def remove(session: Session, job: str) -> None:
    """Remove a job and its files; props in scenes stay. Raises job-missing, folder-read-only."""
    try:
        stores.remove_job(opened(session), job)
    except PropsmithError as error:
        if error.code != "job-missing":
            raise
    if job in session.watches:
        returning.discard(session, session.watches[job])
    pump.forget(session, job)
    mirror.show_totals(session)
