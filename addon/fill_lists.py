"""The lists of places in the open file, one for each scene: which of them the panel shows, and how they are kept."""

from __future__ import annotations

import time
from contextlib import suppress

import bpy

from ..backend.errors import PropsmithError
from . import fill as fills
from . import fill_finding, fill_landing, fill_rows, mirror, reserving, undo_steps
from . import scene as scenes
from .fill import Fill
from .fill_finding import SCENE_MARK
from .session import Session, current

SAVE_S = 1.0

_known: list[Fill] = []  # the shown one first
_unsaved: dict[str, float] = {}  # id -> since when, monotonic seconds
_look = {"due": True}  # whether the open file may name lists that are not known yet


def active_or_none() -> Fill | None:
    """The list that the panel shows."""
    return _known[0] if _known else None


def running() -> list[Fill]:
    return [fill for fill in _known if fill.running]


def jobs() -> set[str]:
    """The jobs that rows of these lists name."""
    return {row.job for fill in _known for row in fill.rows if row.job}


def running_or_untidy() -> list[Fill]:
    return [fill for fill in _known if fill.running or fill.untidy]


def belongs(scene: bpy.types.Scene) -> bool:
    """Whether the shown list is this scene's; cheap enough for a draw. Without a list every scene is as good."""
    return not _known or fill_landing.scene_of(_known[0]) in (scene, None)


def begun(scene: bpy.types.Scene) -> Fill:
    """The scene's list, shown from now on: the one there is, or else the one that the scene remembers, or a new one.

    Raises scene-linked for a scene of another file, whose list is that file's own.
    """
    scenes.must_be_own(scene)
    fill = next((f for f in _known if fill_landing.scene_of(f) == scene), None)
    if fill is None:
        store, name = current().store, str(scene.get(SCENE_MARK, ""))
        fill = fills.load_or_none(store, name) if name and store is not None else None
        if fill is None or fill_landing.scene_of(fill) != scene:  # a copied scene bears the mark of the first one
            fill = Fill()
    fill.scene = scene.name
    scene[SCENE_MARK] = fill.id
    _known[:] = [fill, *(f for f in _known if f is not fill)]
    return fill


def show(scene: bpy.types.Scene) -> None:
    """Let the panel show this scene's list."""
    fill = begun(scene)
    fill_rows.show_rows(fill)
    show_totals()
    mirror.redraw()


def keep() -> None:
    """The extension is being disabled: what was asked for in the last second must not be asked for again."""
    with suppress(PropsmithError):  # a full disk is no reason to stay enabled
        save_if_due(current(), at_once=True)


def forget() -> None:
    _known.clear()
    _unsaved.clear()
    _look["due"] = True


def drop(fill: Fill) -> None:
    """A list is given up: its scene begins anew."""
    scene = fill_landing.scene_of(fill)
    if scene is not None and SCENE_MARK in scene:
        del scene[SCENE_MARK]
    _known.remove(fill)
    _unsaved.pop(fill.id, None)
    if fill_landing.end(fill):
        undo_steps.push("Fill: done")
    fill_rows.show_rows(None)
    show_totals()
    mirror.redraw()


def changed(fill: Fill, keys: list[str] | None = None) -> None:
    """Show rows that changed (all without `keys`) where this list is shown, and see that its file follows."""
    if fill is active_or_none():
        fill_rows.show_rows(fill, keys)
        show_totals()
    _unsaved.setdefault(fill.id, time.monotonic())
    mirror.redraw()


def show_totals() -> None:
    fill = active_or_none()
    scene = fill_landing.scene_of(fill) if fill else None
    fill_rows.show_totals(fill, fill_rows.options(scene or bpy.context.scene))


def save_if_due(session: Session, at_once: bool = False) -> bool:
    """Write the lists' files a second after their first unsaved change, long ones (30 ms for 1,000 rows) less often.

    True while something is unsaved.
    """
    if session.store is None:
        return False
    for fill in [f for f in _known if f.id in _unsaved]:
        age = time.monotonic() - _unsaved[fill.id]
        if at_once or not fill.running or age > SAVE_S * (1 + len(fill.rows) / 100):
            fills.save(session.store, fill, in_use=[known.id for known in _known])
            _unsaved.pop(fill.id)
    return bool(_unsaved)


def file_opened() -> None:
    _look["due"] = True


def recall_if_due(session: Session) -> None:
    """Know the lists that the scenes of this file name, as their files left them; what landed after its last save lands again."""
    if not _look["due"] or session.store is None:
        return
    save_if_due(session, at_once=True)
    _look["due"] = False
    before = {fill.id: fill for fill in _known}
    local = [scene for scene in bpy.data.scenes if scene.library is None]
    scenes = sorted(local, key=lambda scene: scene != bpy.context.scene)
    names = dict.fromkeys(str(scene[SCENE_MARK]) for scene in scenes if scene.get(SCENE_MARK))
    found = [before.get(name) or fills.load_or_none(session.store, name) for name in names]
    _known[:] = [fill for fill in found if fill is not None]
    for fill in _known:
        fill_landing.compare(fill, "making")
        fill.running = any(row.state in fills.OPEN for row in fill.rows)
        if fill.running:
            fill_landing.reserve(fill)
    sweep()
    fill_rows.show_rows(active_or_none())
    show_totals()


def before_undo() -> None:
    if _known:
        fill_finding.note_marks()


def compare_all() -> None:
    """After an undo or a redo: it can take props out of a scene or bring them back."""
    fill_finding.put_marks_back()
    for fill in list(_known):
        keys = fill_landing.compare(fill, "removed")
        if keys:
            changed(fill, keys)
    sweep()


def sweep() -> None:
    """After an undo or a load: places that no fill fills any more."""
    reserving.sweep({fill.id for fill in _known if fill.running})
