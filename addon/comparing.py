"""A comparison: an object shows another of its versions for a moment, and shows what it did before, whatever ends it."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
from bpy.app.handlers import persistent

from . import handlers, versions

# Looking around goes on while a version is held up: these reach the viewport.
LOOKING = frozenset({
    "MIDDLEMOUSE", "WHEELUPMOUSE", "WHEELDOWNMOUSE", "WHEELINMOUSE", "WHEELOUTMOUSE", "TRACKPADPAN", "TRACKPADZOOM",
    "MOUSEROTATE", "MOUSESMARTZOOM", "NDOF_MOTION",
})  # fmt: skip
STILL = frozenset(
    {"MOUSEMOVE", "INBETWEEN_MOUSEMOVE", "WINDOW_DEACTIVATE"}
)  # of value PRESS at times, and nobody's press


@dataclass(frozen=True)
class Comparison:
    """`target` shows its version `compared` instead of `place`; the workspace's status bar says so."""

    target: str
    place: int
    compared: int
    workspace: str


_now: list[Comparison] = []


def going_on() -> bool:
    """Whether an object shows what it is not: nothing may land meanwhile, for its undo step would keep that."""
    return bool(_now)


def begin(obj: bpy.types.Object, workspace: bpy.types.WorkSpace) -> str:
    """Show the version before the shown one; its name."""
    end()
    place = versions.keep_present(obj)
    versions.show(obj, versions.other(obj))
    _now[:] = [Comparison(obj.name, place, versions.shown(obj), workspace.name)]
    return str(obj.propsmith_versions.items[_now[0].compared].name)


def end() -> None:
    """Show again what was shown, unless another version was chosen meanwhile, and give the status bar back."""
    if not _now:
        return
    now = _now.pop()
    obj, workspace = bpy.data.objects.get(now.target), bpy.data.workspaces.get(now.workspace)
    if obj is not None and versions.shown(obj) == now.compared and now.place < len(obj.propsmith_versions.items):
        versions.show(obj, now.place)
    if workspace is not None:
        workspace.status_text_set(None)


def key_of(event: bpy.types.Event) -> str:
    """The key or mouse button whose press began it, and whose release shall end it; "" for a button of a panel.

    Blender's panel buttons act when the mouse is released, and Return in a menu or in a search is let go at once.
    """
    return event.type if event.value == "PRESS" and event.type not in ("RET", "NUMPAD_ENTER") else ""


def is_over(event: bpy.types.Event, held: str) -> bool:
    """Whether this event ends a comparison that a held key or button began (`held`), or a panel's button ("")."""
    if event.type in ("ESC", "WINDOW_DEACTIVATE"):  # a release in another window is never told
        return True
    if held:
        return event.type == held and event.value == "RELEASE"
    still = event.type in STILL or event.type in LOOKING or event.type.startswith("TIMER")
    return event.value == "PRESS" and not still


def passes(event: bpy.types.Event, views: list[bpy.types.SpaceView3D]) -> bool:
    """Whether an event goes on to the viewport: looking around, unless that moves a camera, which is an undo step.

    With Ctrl the wheel may change a number under the mouse.
    """
    looking = event.type in LOOKING and not event.ctrl and not any(view.lock_camera for view in views)
    return looking or event.type.startswith("TIMER")


@persistent
def leave(*_) -> None:
    """Nothing is saved, undone or opened while a version is only held up."""
    end()


HANDLERS = dict.fromkeys(("load_pre", "save_pre", "undo_pre", "redo_pre"), leave)


def attach() -> None:
    handlers.attach(HANDLERS)


def detach() -> None:
    end()
    handlers.detach(HANDLERS)
