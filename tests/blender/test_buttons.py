"""Every button of ours: a tooltip for it and for what it asks, the reason while it is off, an undo step where it changes data."""

from __future__ import annotations

import importlib
import inspect

import bpy
import pytest

from .conftest import PACKAGE

OURS = ("filepath", "directory", "files", "filter_glob", "check_existing")  # Blender's file selector asks for these


def classes(kind: type) -> list[type]:
    registration = importlib.import_module(f"{PACKAGE}.addon.registration")
    return [cls for cls in registration.classes() if issubclass(cls, kind)]


def operators() -> list[type]:
    return classes(bpy.types.Operator)


def test_every_button_and_what_it_asks_for_has_a_tooltip(app):
    """Each operator of ours says what it does, and so does each of its fields that a dialog or the redo panel shows."""
    assert len(operators()) > 40
    bare = []
    for cls in operators():
        family, name = cls.bl_idname.split(".")
        rna = getattr(getattr(bpy.ops, family), name).get_rna_type()
        assert len(rna.description) > 15, cls.bl_idname
        shown = [p for p in rna.properties if p.identifier != "rna_type" and not p.is_hidden]
        for prop in shown:
            blenders = prop.identifier in OURS or not hasattr(cls, "__annotations__")
            dropped = {"job", "key", "place", "text", "target", "draft", "compared", "workspace"}  # set by the button
            if not (blenders or prop.identifier in dropped or prop.description):
                bare.append(f"{cls.bl_idname}.{prop.identifier}")
    assert bare == []


def test_every_setting_has_a_tooltip(app):
    """Each property of ours that belongs to a scene, a material or the preferences describes itself."""
    groups = [
        cls
        for cls in classes(bpy.types.PropertyGroup)
        if any(w in cls.__name__ for w in ("Settings", "Look", "Options"))
    ]
    assert len(groups) >= 2
    for cls in (*groups, app.preferences.PropsmithPreferences):
        for name in inspect.get_annotations(cls):
            prop = cls.bl_rna.properties[name]
            assert prop.is_hidden or prop.description, (cls.__name__, name)


def asked(cls: type, reasons: list[str]) -> type:
    """The operator's class with ears for the reason it gives."""
    return type("Asked", (cls,), {"poll_message_set": staticmethod(lambda text, *_: reasons.append(text))})


def silent() -> list[str]:
    """The operators that are off now and do not say why."""
    found = []
    for cls in operators():
        poll = inspect.getattr_static(cls, "poll", None)
        function = getattr(poll, "__func__", None)
        if function is None or not function.__module__.startswith(PACKAGE):
            continue
        reasons: list[str] = []
        if not function(asked(cls, reasons), bpy.context) and not "".join(reasons).strip():
            found.append(cls.bl_idname)
    return found


def off() -> int:
    """How many are off now."""
    return sum(not getattr(bpy.ops.propsmith, cls.bl_idname.split(".")[1]).poll() for cls in operators())


def edited() -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")


def lamp() -> None:
    bpy.ops.object.light_add()


SITUATIONS = {
    "nothing selected": lambda: None,
    "a cube being edited": edited,
    "a lamp selected": lamp,
    "a cube selected": bpy.ops.mesh.primitive_cube_add,
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("ready", [True, False])
def test_every_button_that_is_off_says_why(app, situation, ready):
    """In an empty scene, in Edit Mode, on a lamp and on a cube, with and without a worker: no dead button is silent."""
    if not ready:
        app.preferences.get().python = ""
    SITUATIONS[situation]()
    assert off() > 3
    assert silent() == []
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")


def test_what_changes_the_file_can_be_undone(app):
    """An operator that changes objects, materials or collections carries UNDO; all others leave the file alone."""
    data = {
        "preview_light", "make_lods", "remove_lods", "look_add", "look_reset", "look_bake", "fill_undo", "version_show",
        "version_revert", "version_keep", "version_remove",
    }  # fmt: skip
    there = {cls.bl_idname.split(".")[1]: cls for cls in operators()}
    for name in data & set(there):
        assert "UNDO" in there[name].bl_options or "undo_push" in inspect.getsource(inspect.getmodule(there[name])), (
            name
        )
    assert len(data & set(there)) >= 7


def test_no_key_is_taken(app):
    """No keymap of any keyconfig names an operator of ours."""
    keys = [i.idname for c in bpy.context.window_manager.keyconfigs for m in c.keymaps for i in m.keymap_items]
    assert keys and not [key for key in keys if key.startswith("propsmith.")]
