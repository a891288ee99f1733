"""Four quick drafts of one wish: queued with four seeds, stopped, retried, and the full prop of the chosen one."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import bpy

from ..backend import store as stores
from ..backend.errors import problem
from ..backend.protocol import Generate
from ..backend.settings import PRESETS, with_budget
from . import gallery as galleries
from . import requests
from .session import Gallery, Session, Watch, current

COUNT, PRESET, SEEDS = 4, "draft", 2**31
# Without the prior's few-step student, which from the same noise may come to another shape than the full prop.
QUALITY = replace(PRESETS[PRESET], views=replace(PRESETS[PRESET].views, student=False))


def begin(context: bpy.types.Context) -> Gallery:
    """Queue four drafts of what the panel asks for. Raises what is wrong with the settings, and the store's errors."""
    session = current()
    wish = requests.generate_request(context.scene.propsmith)
    made = Gallery(f"{time.time_ns():020d}-{os.urandom(4).hex()}", wish, [])
    requests.opened(session)
    session.galleries.insert(0, made)
    session.gallery = 0
    try:
        for number in range(COUNT):
            made.jobs.append(queue(session, wish, (wish.seed + number) % SEEDS))
    finally:  # a disk that fills up after the second draft leaves a gallery of two
        galleries.save(session, made) if made.jobs else galleries.drop(session, made)
    return made


def queue(session: Session, wish: Generate, seed: int) -> str:
    """One draft's job; it lands nowhere by itself. Raises the store's errors."""
    draft = replace(wish, seed=seed, preset=PRESET, quality=QUALITY)
    job = stores.create_job(requests.opened(session), draft, session.owner)
    requests.begin(session, job)
    return job


def full_preset(settings: bpy.types.PropertyGroup) -> str:
    """The preset of the full prop: the panel's, or the standard one where the panel itself asks for drafts."""
    return str(settings.preset) if settings.preset != PRESET else "standard"


def full_request(wish: Generate, draft: Watch, settings: bpy.types.PropertyGroup) -> Generate:
    """The chosen draft's request at the panel's quality.

    The same seed starts from the same noise, and more steps come to the same shape (docs/prompting.md has the figures).
    """
    if draft.request is None:
        raise problem("job-corrupt", job=draft.job, why="its request cannot be read")
    preset = full_preset(settings)
    quality = PRESETS[preset]
    if preset == settings.preset:
        quality = with_budget(quality, settings.faces, settings.texture_px, settings.steps)
    return replace(wish, seed=draft.request.seed, preset=preset, quality=quality)


def make_chosen(context: bpy.types.Context) -> str:
    """Queue the full prop of the chosen draft, to land at the 3D cursor; its job. Raises the store's errors."""
    session = current()
    gallery = galleries.shown_or_none(session)
    draft = galleries.chosen_or_none(session, gallery) if gallery else None
    if gallery is None or draft is None:
        raise problem("job-missing", job="")
    return requests.queue(context, full_request(gallery.request, draft, context.scene.propsmith))


def retry(session: Session, gallery: Gallery, place: int) -> str:
    """Queue a failed, cancelled or removed draft again with its own seed. Raises the store's errors."""
    watch = session.watches.get(gallery.jobs[place])
    seed = watch.request.seed if watch and watch.request else (gallery.request.seed + place) % SEEDS
    gallery.jobs[place] = queue(session, gallery.request, seed)
    galleries.save(session, gallery)
    return gallery.jobs[place]


def cancel(session: Session, gallery: Gallery) -> int:
    """Stop the drafts that wait or run; those that are there stay. How many. Raises job-missing."""
    jobs = galleries.active(session, gallery)
    for job in jobs:
        requests.cancel(session, job)
    return len(jobs)


def discard(session: Session, gallery: Gallery) -> None:
    """Remove a gallery and its drafts, but for those that are in a scene. Raises folder-read-only."""
    for job in gallery.jobs:
        watch = session.watches.get(job)
        if watch is not None and not watch.imported:
            requests.remove(session, job)
    galleries.drop(session, gallery)
