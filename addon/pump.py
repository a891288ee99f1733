"""The one timer: alive only while jobs are; reads new events, mirrors them, lands at most one prop a tick."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext

import bpy
from bpy.app.handlers import persistent

from ..backend import store as stores
from ..backend.errors import PropsmithError, from_exception, problem
from . import (
    filling,
    gallery,
    ghosts,
    handlers,
    landing,
    live,
    mirror,
    pictures,
    preferences,
    prompts,
    recovery,
    returning,
    setup,
    undo_steps,
    watchdog,
)
from .session import Session, Watch, current

TICK_S = 0.25
SOON_S = 0.01  # after Blender has drawn what this tick has shown
BUDGET_S = 0.012  # of the 20 ms a tick may take; what is left covers one job's events
RELIST_S = 2.0  # how often to look for jobs that other Blenders queued


def start() -> None:
    """Wake the timer."""
    if not bpy.app.timers.is_registered(tick):
        bpy.app.timers.register(tick, first_interval=0.05, persistent=True)


def stop() -> None:
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)


def tick() -> float | None:
    """The timer's callback: seconds until the next tick, or None to sleep until `start`."""
    session = current()
    try:
        with in_a_window():
            going_on = step(session, time.perf_counter() + BUDGET_S)
            return (SOON_S if session.step_due else TICK_S) if going_on else None
    except Exception as error:  # the border: an exception would end the timer and leave jobs unwatched
        session.worker_error = from_exception(error, "watching the jobs")
        mirror.show_totals(session)
        return 2.0


def in_a_window() -> AbstractContextManager[object]:
    """A timer's context names no window; operators, the mode and the view layer need one. Nothing to do without windows."""
    windows = bpy.context.window_manager.windows
    return bpy.context.temp_override(window=windows[0]) if windows and bpy.context.window is None else nullcontext()


def step(session: Session, deadline: float) -> bool:
    """One tick's work until `deadline` (perf_counter seconds); False when there is nothing left to wait for."""
    setting_up = setup.step(session)
    if session.moving:
        mirror.redraw()
        return True
    if session.store is None:
        open_store(session)
    changed = list_new(session, deadline) | read_news(session, deadline) | prompts.step(session)
    changed |= pictures.step(session) | mirror.show_waiting(session, deadline)
    stepped = undo_steps.push_due()
    in_time = not stepped and (time.perf_counter() < deadline or not changed)
    landed = land_one(session, deadline) if in_time else False
    filling_on = filling.step(session, deadline, may_land=not landed and not stepped)
    known = session.worker_error
    if session.store is not None:
        watchdog.step(session)
    changed |= session.worker_error is not known
    if changed or landed or setting_up:
        mirror.show_totals(session)
        mirror.redraw()
    busy = (
        session.unread
        or session.unshown
        or session.active_jobs()
        or session.wish
        or session.paste
        or waiting_to_land(session)
    )
    if not (busy or setting_up or filling_on):
        landing.drop_prepared(session)
        return False
    return True


def open_store(session: Session) -> None:
    """Open the chosen store and line up its jobs for reading; what is wrong with it goes to the panel."""
    setup.take_move_left_behind()
    if session.moving:
        session.store_error = problem("store-moving")
        return
    try:
        session.store = stores.open_store(preferences.store_folder())
        session.store_error = None
    except PropsmithError as error:
        session.store_error = error
        mirror.show_totals(session)
        return
    session.unread.clear()
    session.unread.extend(stores.job_ids(session.store))
    session.listed_at = time.monotonic()
    watchdog.dismiss_earlier(session, stores.worker_status(session.store))
    gallery.load(session)
    setup.show_readiness()


def list_new(session: Session, deadline: float) -> bool:
    """Read jobs that are not watched yet, newest first, and from time to time look for more."""
    if session.store is None:
        return False
    if not session.unread and time.monotonic() - session.listed_at > RELIST_S:
        session.listed_at = time.monotonic()
        present = stores.job_ids(session.store)
        session.unread.extend(job for job in present if job not in session.watches)
        drop_removed(session, set(present))
    read = []
    while session.unread and time.perf_counter() < deadline:
        watch = session.watch(stores.read_entry(session.store, session.unread.popleft()))
        read_job(session, watch)
        mirror.show(session, watch)
        read.append(watch)
    if read:
        recovery.take_over(session, read)
    if read and not session.unread:
        recovery.sweep(session)
        mirror.show_estimate(session)
    return bool(read)


def drop_removed(session: Session, present: set[str]) -> None:
    for job in [j for j in session.watches if j not in present]:
        forget(session, job)


def forget(session: Session, job: str) -> None:
    """Stop watching a job that is gone: its row, its picture, its ghost."""
    session.watches.pop(job, None)
    session.landings.pop(job, None)
    mirror.forget(job)
    ghosts.remove(job)
    live.remove(job)


def read_news(session: Session, deadline: float) -> bool:
    """Read the new events of active jobs; True when a row changed."""
    changed = False
    for watch in sorted(session.active_jobs(), key=lambda w: (w.status.state != "running", w.read_at)):
        if session.store is None or time.perf_counter() > deadline:
            break  # the longest unread come first next time, so a thousand waiting jobs starve none
        watch.read_at = time.monotonic()
        if read_job(session, watch):
            mirror.show(session, watch)
            changed = True
            live.update(session, watch)
            if watch.status.ended:
                ended(session, watch)
    return changed


def read_job(session: Session, watch: Watch) -> bool:
    """Fold a job's new events into its status; True when there were any."""
    if session.store is None or watch.error:
        return False
    before = watch.status
    try:
        events, watch.offset = stores.read_events(session.store, watch.job, watch.offset)
        for stamped in events:
            watch.status = stores.advance(watch.status, stamped)
        if watch.status.state == "queued" and stores.is_cancelled(session.store, watch.job):
            watch.status = stores.job_status(session.store, watch.job)
    except PropsmithError as error:
        watch.error = error
        return True
    return watch.status != before


def ended(session: Session, watch: Watch) -> None:
    """A job has just ended: its ghost stays only if a prop is about to take its place."""
    if watch.status.state == "done":
        mirror.show_estimate(session)
    else:
        session.landings.pop(watch.job, None)  # or an undo, or this file opened again, brings a ghost back for good
        ghosts.remove(watch.job)
        live.remove(watch.job)


def waiting_to_land(session: Session) -> list[Watch]:
    """Finished jobs of this Blender that have a landing and are in no scene yet, oldest first."""
    waiting = [session.watches[j] for j in session.landings if j in session.watches]
    return sorted((w for w in waiting if w.status.state == "done" and not w.imported), key=lambda w: w.job)


def land_one(session: Session, deadline: float) -> bool:
    """Build the oldest waiting prop, and land it in a tick of its own, when Blender is in a state that allows it."""
    waiting = waiting_to_land(session)
    if not waiting or session.store is None or not landing.may_land_now(bpy.context):
        return False
    watch = waiting[0]
    try:
        if returning.is_refine(watch):
            if not stores.is_imported(session.store, watch.job):
                returning.land(session, watch)  # may still fail, a built prop not: so it is marked afterwards
                stores.mark_imported(session.store, watch.job)
        elif landing.prepared_or_none(session, watch.job) is None:
            landing.prepare(session, watch, deadline)
            return True
        elif landing.scene_of_or_none(session, watch.job) is None:  # last: it looks at all objects
            landing.leave(session, watch)
        elif stores.mark_imported(session.store, watch.job):
            landing.land(session, watch)
        watch.imported = stores.is_imported(session.store, watch.job)
    except Exception as error:  # the border: what cannot land must not hold up, tick after tick, what waits behind it
        watch.error = from_exception(error, "landing")
        ghosts.remove(watch.job)
    session.landings.pop(watch.job, None)
    mirror.show(session, watch)
    return True


def reopen() -> None:
    """Look at the preferences anew: another store, another Python."""
    session = current()
    session.store, session.worker_error, session.start_failures = None, None, 0
    session.watches.clear()
    mirror.rows().jobs.clear()
    setup.show_readiness()
    start()


def apply_default_preset() -> None:
    """Scenes that still have the default preset follow when the preferences' default changes."""
    default = preferences.get().preset
    for scene in bpy.data.scenes:
        settings = scene.propsmith
        if settings.preset == settings.followed_preset != default:
            settings.preset = settings.followed_preset = default


@persistent
def after_load(*_) -> None:
    """File > Open: the WindowManager is new. Results land by themselves only where their ghost came along."""
    session = current()
    session.prepared.clear()
    recovery.forget_other_files(session)
    apply_default_preset()
    setup.show_again(session)
    setup.show_readiness()
    mirror.rebuild(session)
    start()


@persistent
def before_undo(*_) -> None:
    current().ghosts = set(ghosts.waiting())


@persistent
def after_undo(*_) -> None:
    """An undo can bring back the ghost of a prop that has long landed, or take away one that leaves no step of its own."""
    session = current()
    recovery.sweep(session)
    landing.show_ghosts_again(session)


HANDLERS = handlers.of_files_and_undo(after_load, before_undo, after_undo)


def attach() -> None:
    handlers.attach(HANDLERS)
    start()


def detach() -> None:
    stop()
    handlers.detach(HANDLERS)
