"""A fill at work in Blender: asks for props, a few ahead; takes the artist's edits; keeps rows, file and scene in step."""

from __future__ import annotations

import random
import time

import bpy
import numpy as np
from bpy.app.handlers import persistent

from ..backend import store as stores
from ..backend.errors import PropsmithError
from . import fill as fills
from . import fill_landing, fill_lists, fill_rows, handlers, landing, mirror, placeholders, scene, undo_steps
from .fill import Fill
from .fill_lists import active_or_none, changed, forget
from .session import Session
from .translations import told

AHEAD = 3  # props asked for at once: the worker never waits for Blender, and Pause acts soon
WANTING = ("making", "landed")


def take_edit(key: str, prompt: str, size: tuple[float, ...]) -> None:
    """The artist edited a row in the panel."""
    fill = active_or_none()
    row = fill.row(key) if fill else None
    if fill is None:
        return
    if row is None or row.state in (*fills.OPEN, "landed"):
        return changed(fill, [key])  # too late: show what stands
    row.prompt = prompt
    if np.abs(np.subtract(size, row.size)).max() > 1e-6 * max(size):
        row.size, row.size_edited = [round(float(s), 6) for s in size], True
        if row.fault == "it has no size" and max(size) * unit_m(fill) >= placeholders.LEAST_M:
            row.fault = ""
    fills.refresh(row)
    changed(fill, [key])
    wake()


def wake() -> None:
    from . import pump  # it imports us

    pump.start()


def start() -> int:
    """Begin, or go on with, the fill of the shown list's ready rows; how many props wait for a place."""
    fill = active_or_none()
    if fill is None:
        return 0
    place = fill_landing.scene_of(fill) or bpy.context.scene
    waiting = fills.start(fill, fill_rows.options(place), random.SystemRandom().randrange(2**31))
    keep_places(fill)
    changed(fill)
    wake()
    return waiting


def unit_m(fill: Fill) -> float:
    """The length in metres of the unit in which its rows' sizes are."""
    return scene.unit_m(fill_landing.scene_of(fill) or bpy.context.scene)


def keep_places(fill: Fill) -> None:
    """Link the objects that will be its props now, when the artist has pressed a button: Blender rebuilds its graph once.

    An undo step of its own: taking back what comes after it leaves them.
    """
    if fill.running and fill_landing.reserve(fill):
        undo_steps.push("Fill")


def step(session: Session, deadline: float, may_land: bool = True) -> bool:
    """One tick: ask for the next props, see what came, place one scene's; False when there is nothing left to wait for.

    The undo step of what was placed is left to the next tick: showing a prop has Blender evaluate, the step copies the file.
    """
    if session.store is None:
        return False
    fill_lists.recall_if_due(session)
    ready = fill_landing.done(session) if fill_lists.running() else set()
    may_land = may_land and landing.may_land_now(bpy.context)
    for fill in fill_lists.running_or_untidy():
        keys = read(session, fill)
        wanting = not fill.paused and len({r.job for r in fill.rows if r.state == "making"} - ready) < AHEAD
        asked = ask(session, fill) if wanting else []
        placed = fill_landing.place(session, fill, deadline) if may_land and not asked else []
        keys += asked
        was_running, fill.running = fill.running, any(row.state in fills.OPEN for row in fill.rows)
        what = fill_landing.title([row for row in fill.rows if row.key in placed])
        ended = may_land and not asked and not fill.running and fill_landing.end(fill)
        if ended:
            undo_steps.push(what or "Fill: done")
        elif what:
            undo_steps.push_soon(what)
        may_land = may_land and not placed and time.perf_counter() < deadline
        if keys or placed or was_running != fill.running:
            changed(fill, keys + placed)
        if placed:
            mirror.show_totals(session)
    unsaved = fill_lists.save_if_due(session)
    return (
        unsaved
        or bool(session.step_due)
        or any(
            not fill.running or not fill.paused or any(row.state == "making" for row in fill.rows)
            for fill in fill_lists.running_or_untidy()
        )
    )


def ask(session: Session, fill: Fill) -> list[str]:
    """Queue the next prop; the keys of its rows."""
    assert session.store is not None
    group = fills.next_group(fill)
    gone = fill_landing.skip_deleted(fill, group)
    if gone or not group:
        return gone
    try:
        job = stores.create_job(session.store, fills.request(fill, group, unit_m(fill)), session.owner)
    except PropsmithError as error:
        fills.fail(group, told(error))
    else:
        for row in group:
            row.state, row.job = "making", job
        watch = session.watch(stores.read_entry(session.store, job))
        mirror.show(session, watch)
        mirror.show_totals(session)
    return [row.key for row in group]


def read(session: Session, fill: Fill) -> list[str]:
    """Rows whose job failed, was cancelled or removed; their keys."""
    keys = []
    for row in fill.rows:
        if row.state != "making" or session.unread:  # unread: the store is still being listed after a start
            continue
        watch = session.watches.get(row.job)
        reason = "its job was removed" if watch is None else ""
        if watch is not None and (watch.error or watch.status.state in ("failed", "cancelled")):
            error = watch.error or watch.status.error
            reason = error.sentence if error else "its job was cancelled"
        if reason:
            fills.fail([row], reason)
            keys.append(row.key)
    return keys


def pause(on: bool) -> None:
    """Ask for no more props; those that are being made still land. Off: go on."""
    fill = active_or_none()
    if fill is not None:
        fill.paused = on
        if on and landing.may_land_now(bpy.context) and fill_landing.put_away_hidden(fill):
            undo_steps.push("Fill: pause")
        changed(fill, [])
        wake()


def skip(session: Session, key: str) -> bool:
    """Leave a row out; its job is cancelled when no other row wants it. False when its prop has landed."""
    fill = active_or_none()
    row = fill.row(key) if fill else None
    if fill is None or row is None or not fills.skip(row):
        return False
    if row.job and session.store is not None and not any(r.job == row.job and r.state in WANTING for r in fill.rows):
        stores.request_cancel(session.store, row.job)
        row.job = ""
    changed(fill, [key])
    wake()
    return True


def retry() -> int:
    """Queue failed, skipped and removed rows again; how many."""
    fill = active_or_none()
    if fill is None:
        return 0
    again = fills.retry(fill)
    keep_places(fill)
    changed(fill)
    wake()
    return again


def remove_row(key: str) -> bool:
    """Take a row off the list; its placeholder stays. False while its prop is being made or stands in the scene."""
    fill = active_or_none()
    row = fill.row(key) if fill else None
    if fill is None or row is None or row.state in WANTING:
        return False
    fill.rows.remove(row)
    changed(fill)
    wake()
    return True


def clear() -> None:
    """Begin a new list; props and placeholders stay as they are."""
    fill = active_or_none()
    if fill is not None:
        fill_lists.drop(fill)


def undo(session: Session) -> tuple[int, int]:
    """Cancel what is being made, remove every prop of the fill, bring its placeholders back; how many of each."""
    fill = active_or_none()
    if fill is None:
        return 0, 0
    for job in {row.job for row in fill.rows if row.state == "making"}:
        watch = session.watches.get(job)
        if watch is not None and watch.active and session.store is not None:
            stores.request_cancel(session.store, job)
    counts = fill_landing.take_back(fill)
    fills.reset(fill)
    changed(fill)
    wake()
    return counts


@persistent
def after_load(*_) -> None:
    """File > Open: the WindowManager is new, and the file may name other lists, or none."""
    fill_lists.file_opened()


@persistent
def before_undo(*_) -> None:
    fill_lists.before_undo()


@persistent
def after_undo(*_) -> None:
    fill_lists.compare_all()


HANDLERS = handlers.of_files_and_undo(after_load, before_undo, after_undo)


def attach() -> None:
    handlers.attach(HANDLERS)


def detach() -> None:
    handlers.detach(HANDLERS)
    fill_lists.keep()
    forget()
