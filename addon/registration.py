"""Registers everything in order and takes it all back: classes, properties, pictures, handlers, menus, the timer."""

import bpy

from ..operators import assets, fill, finish, gallery, generate, images, jobs, looks, presets, quads, refine, setup
from ..ui import drop, job_list, menus, panels, prompt, setup_card
from ..ui import fill as fill_panel
from ..ui import finish as finish_panel
from ..ui import gallery as gallery_panel
from ..ui import refine as refine_panel
from . import (
    comparing,
    fill_rows,
    filling,
    look_settings,
    preferences,
    previews,
    properties,
    pump,
    refine_settings,
    session,
    translations,
    undo_steps,
    versions,
)

FAMILIES = (
    *(preferences, properties, refine_settings, versions, fill_rows, look_settings),
    *(generate, gallery, images, presets, refine, fill, assets, jobs, setup, job_list),
    *(prompt, refine_panel, fill_panel, panels, gallery_panel, drop, menus),
    *(looks, finish, quads, finish_panel),
)


def classes():
    return [cls for family in FAMILIES for cls in family.CLASSES]


def register():
    preferences.PropsmithPreferences.draw = setup_card.draw_preferences
    for cls in classes():
        bpy.utils.register_class(cls)
    translations.attach()
    properties.attach()
    refine_settings.attach()
    versions.attach()
    comparing.attach()
    fill_rows.attach()
    look_settings.attach()
    filling.attach()
    undo_steps.attach()
    previews.attach()
    menus.attach()
    pump.attach()


def unregister():
    pump.detach()
    menus.detach()
    previews.detach()
    undo_steps.detach()
    filling.detach()
    look_settings.detach()
    fill_rows.detach()
    comparing.detach()
    versions.detach()
    refine_settings.detach()
    properties.detach()
    translations.detach()
    for cls in reversed(classes()):
        bpy.utils.unregister_class(cls)
    session.forget()
