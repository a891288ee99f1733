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
from . import fill_landing, fill_rows, landing, mirror, placeholders
from .fill import Fill
from .session import Session, current
from .translations import told

AHEAD = 3  # props asked for at once: the worker never waits for Blender, and Pause acts soon
SAVE_S = 1.0
WANTING = ("making", "landed")

_active: list[Fill] = []
_dirty = {"since": 0.0}
_look = {"due": True}  # whether the open file may name a fill that is not shown yet


def active_or_none() -> Fill | None:
    """The fill that the panel shows."""
    return _active[0] if _active else None


def begun(scene: bpy.types.Scene) -> Fill:
    """The fill to add rows to: the shown one, or else the one that the scene remembers, or a new one."""
    fill = active_or_none()
    if fill is None or fill_landing.scene_of(fill) != scene:
        session, name = current(), str(scene.get(fill_landing.SCENE_MARK, ""))
        save_if_due(session, at_once=True)
        known = fills.load_or_none(session.store, name) if name and session.store else None
        _active[:] = [fill := known or Fill(scene=scene.name)]
    scene[fill_landing.SCENE_MARK] = fill.id
    return fill


def busy_elsewhere(scene: bpy.types.Scene) -> str:
    """Why no rows can be added to this scene's list now, or ''."""
    fill = active_or_none()
    if fill is None or not fill.running or fill_landing.scene_of(fill) == scene:
        return ""
    return f"The fill of the scene '{fill.scene}' is still running"


def forget() -> None:
    _active.clear()
    _dirty["since"], _look["due"] = 0.0, True


def changed(fill: Fill | None, keys: list[str] | None = None) -> None:
    """Show rows that changed (all without `keys`), and see that the file follows."""
    fill_rows.show_rows(fill, keys)
    show_totals(fill_landing.scene_of(fill) if fill else None)
    _dirty["since"] = _dirty["since"] or time.monotonic()
    mirror.redraw()


def show_totals(scene: bpy.types.Scene | None) -> None:
    fill_rows.show_totals(active_or_none(), fill_rows.options(scene or bpy.context.scene))


def save_if_due(session: Session, at_once: bool = False) -> None:
    """Write the fill's file a second after its first unsaved change, a long one (30 ms for 1,000 rows) less often."""
    fill = active_or_none()
    if session.store is None or not _dirty["since"] or fill is None:
        return
    if at_once or time.monotonic() - _dirty["since"] > SAVE_S * (1 + len(fill.rows) / 100):
        fills.save(session.store, fill)
        _dirty["since"] = 0.0


def take_edit(key: str, prompt: str, size: tuple[float, ...]) -> None:
    """The artist edited a row in the panel."""
    fill = active_or_none()
    row = fill.row(key) if fill else None
    if row is None or row.state in (*fills.OPEN, "landed"):
        return changed(fill, [key])  # too late: show what stands
    row.prompt = prompt
    if np.abs(np.subtract(size, row.size)).max() > 1e-6 * max(size):
        row.size, row.size_edited = [round(float(s), 6) for s in size], True
        if row.fault == "it has no size" and max(size) >= placeholders.LEAST_M:
            row.fault = ""
    fills.refresh(row)
    changed(fill, [key])
    wake()


def wake() -> None:
    from . import pump  # it imports us

    pump.start()


def start(context: bpy.types.Context) -> int:
    """Begin, or go on with, the fill of this scene's ready rows; how many props wait for a place."""
    fill = active_or_none()
    if fill is None:
        return 0
    waiting = fills.start(fill, fill_rows.options(context.scene), random.SystemRandom().randrange(2**31))
    changed(fill)
    wake()
    return waiting


def step(session: Session, deadline: float, may_land: bool = True) -> bool:
    """One tick: ask for the next prop, see what came, place one; False when there is nothing left to wait for."""
    if session.store is None:
        return False
    if _look["due"]:
        recall(session)
    fill = active_or_none()
    if fill is None:
        return False
    if fill.running:
        keys = read(session, fill)
        if (
            not fill.paused
            and len({r.job for r in fill.rows if r.state == "making"} - fill_landing.done(session)) < AHEAD
        ):
            keys += ask(session, fill)
        if may_land and landing.may_land_now(bpy.context):
            keys += fill_landing.place(session, fill, deadline)
        fill.running = any(row.state in fills.OPEN for row in fill.rows)
        if keys or not fill.running:
            changed(fill, keys)
    save_if_due(session, at_once=not fill.running)
    return (
        fill.running and (not fill.paused or any(row.state == "making" for row in fill.rows)) or bool(_dirty["since"])
    )


def ask(session: Session, fill: Fill) -> list[str]:
    """Queue the next prop; the keys of its rows."""
    assert session.store is not None
    group = fills.next_group(fill)
    if not group:
        return []
    try:
        job = stores.create_job(session.store, fills.request(fill, group), session.owner)
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
    again = fills.retry(fill) if fill else 0
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
    scene = fill_landing.scene_of(fill) if fill else None
    if scene is not None and fill_landing.SCENE_MARK in scene:
        del scene[fill_landing.SCENE_MARK]
    _active.clear()
    changed(None)
    _dirty["since"] = 0.0


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


def recall(session: Session) -> None:
    """Show the fill that the open file names, as its durable file left it; what landed after the last save lands again."""
    _look["due"] = False
    scenes = sorted(bpy.data.scenes, key=lambda s: s != bpy.context.scene)
    name = next((str(scene[fill_landing.SCENE_MARK]) for scene in scenes if scene.get(fill_landing.SCENE_MARK)), "")
    shown = active_or_none()
    if shown is None or shown.id != name:
        found = fills.load_or_none(session.store, name) if name and session.store is not None else None
        _active[:] = [found] if found else []
    fill = active_or_none()
    if fill is not None:
        fill_landing.compare(fill, "making")
        fill.running = any(row.state in fills.OPEN for row in fill.rows)
    fill_rows.show_rows(fill)
    show_totals(fill_landing.scene_of(fill) if fill else None)


@persistent
def after_load(*_) -> None:
    """File > Open: the WindowManager is new, and the file may name another fill, or none."""
    _look["due"] = True


@persistent
def after_undo(*_) -> None:
    """An undo or a redo can take a prop out of the scene or bring it back."""
    fill = active_or_none()
    keys = fill_landing.compare(fill, "removed") if fill else []
    if keys:
        changed(fill, keys)


HANDLERS = {"load_post": after_load, "undo_post": after_undo, "redo_post": after_undo}


def attach() -> None:
    for name, handler in HANDLERS.items():
        getattr(bpy.app.handlers, name).append(handler)


def detach() -> None:
    for name, handler in HANDLERS.items():
        handlers = getattr(bpy.app.handlers, name)
        if handler in handlers:
            handlers.remove(handler)
    forget()
