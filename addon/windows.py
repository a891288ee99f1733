"""Blender's windows, each with a scene of its own: which one shows a scene, and whether something may come into the file."""

from __future__ import annotations

import bpy


def all_windows() -> list[bpy.types.Window]:
    """The window at hand first."""
    windows = list(bpy.context.window_manager.windows)
    return sorted(windows, key=lambda window: window != bpy.context.window)


def layer_of(scene: bpy.types.Scene) -> bpy.types.ViewLayer | None:
    """The view layer in which the artist sees a scene; None when no window shows it."""
    return next((window.view_layer for window in all_windows() if window.scene == scene), None)


def modes() -> set[str]:
    """The modes of the objects that are worked on in the windows; {"OBJECT"} when none is being edited."""
    layers = [window.view_layer for window in all_windows()] or [bpy.context.view_layer]
    return {layer.objects.active.mode for layer in layers if layer.objects.active is not None} | {"OBJECT"}
