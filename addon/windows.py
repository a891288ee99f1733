"""Blender's windows, each with a scene of its own: which one shows a scene, and whether something may come into the file."""

from __future__ import annotations

import bpy

DRAGS = ("TRANSFORM_OT_", "VIEW3D_OT_interactive_add")


def all_windows() -> list[bpy.types.Window]:
    """The window at hand first."""
    windows = list(bpy.context.window_manager.windows)
    return sorted(windows, key=lambda window: window != bpy.context.window)


def layer_of(scene: bpy.types.Scene) -> bpy.types.ViewLayer | None:
    """The view layer in which the artist sees a scene; None when no window shows it."""
    return next((window.view_layer for window in all_windows() if window.scene == scene), None)


def selected(layer: bpy.types.ViewLayer) -> list[bpy.types.Object]:
    """The selected objects of a view layer; an object just removed stands in Blender's own list as None for a while."""
    return [obj for obj in layer.objects.selected if obj is not None]


def modes() -> set[str]:
    """The modes of the objects that are worked on in the windows; {"OBJECT"} when none is being edited."""
    layers = [window.view_layer for window in all_windows()] or [bpy.context.view_layer]
    return {layer.objects.active.mode for layer in layers if layer.objects.active is not None} | {"OBJECT"}


def dragging() -> bool:
    """Whether the artist moves, turns, scales or draws an object in a window just now, duplicates on the mouse included.

    Not by any modal operator: some add-ons keep one running for ever.
    """
    running = (operator for window in all_windows() for operator in window.modal_operators)
    return any(part.bl_idname.startswith(DRAGS) for whole in running for part in (whole, *whole.macros))
