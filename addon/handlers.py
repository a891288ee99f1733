"""Blender's application handlers: a module's own put in and taken out by their names, such as "load_post"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import bpy

Handlers = Mapping[str, Callable[..., None]]


def of_files_and_undo(loaded: Callable[..., None], before: Callable[..., None], after: Callable[..., None]) -> Handlers:
    """Those of a module that follows File > Open, and every undo and redo from before to after."""
    return {"load_post": loaded, "undo_pre": before, "redo_pre": before, "undo_post": after, "redo_post": after}


def attach(ours: Handlers) -> None:
    """Add each handler to the list of its name."""
    for name, handler in ours.items():
        getattr(bpy.app.handlers, name).append(handler)


def detach(ours: Handlers) -> None:
    """Take out those that are there: File > Open drops handlers that are not persistent."""
    for name, handler in ours.items():
        there: list[Any] = getattr(bpy.app.handlers, name)
        if handler in there:
            there.remove(handler)
