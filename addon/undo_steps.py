"""The undo steps of a fill: pushed at once, or, of a prop that was shown, in the next tick.

Showing a prop has Blender evaluate the scene, and an undo step copies every datablock of the file: together they would be one
long tick among many props. What comes in between costs nothing: an undo takes the shown prop alone, a step of the artist's
own holds it too, and after File > Open there is nothing to push.
"""

from __future__ import annotations

import bpy
from bpy.app.handlers import persistent

from . import handlers, landing
from .session import current
from .translations import say


def push(message: str) -> None:
    """An undo step now; it holds what one that was due would have held."""
    forget()
    bpy.ops.ed.undo_push(message=say(message))


def push_soon(message: str) -> None:
    """An undo step in the next tick, which the timer calls as soon as Blender has drawn."""
    current().step_due = message


def push_due() -> bool:
    """Push the step of what the last tick has shown; whether there was one that could be pushed."""
    message = current().step_due
    if not message or not landing.may_land_now(bpy.context):
        return False
    push(message)
    return True


def forget() -> None:
    current().step_due = ""


@persistent
def before_undo(*_) -> None:
    """An undo before the step of a shown prop is pushed takes back this prop, not the one before as well."""
    push_due()


@persistent
def after(*_) -> None:
    """What an undo, a redo or File > Open has brought is no longer what was shown."""
    forget()


HANDLERS = {"undo_pre": before_undo, "undo_post": after, "redo_post": after, "load_post": after}


def attach() -> None:
    handlers.attach(HANDLERS)


def detach() -> None:
    handlers.detach(HANDLERS)
