"""Registers everything in order and takes it all back: classes, properties, pictures, handlers, menus, the timer."""

import bpy

from ..operators import generate, jobs, setup
from ..ui import drop, job_list, menus, panels, setup_card
from . import preferences, previews, properties, pump, session

FAMILIES = (preferences, properties, generate, jobs, setup, job_list, panels, drop, menus)


def classes():
    return [cls for family in FAMILIES for cls in family.CLASSES]


def register():
    preferences.PropsmithPreferences.draw = setup_card.draw_preferences
    for cls in classes():
        bpy.utils.register_class(cls)
    properties.attach()
    previews.attach()
    menus.attach()
    pump.attach()


def unregister():
    pump.detach()
    menus.detach()
    previews.detach()
    properties.detach()
    for cls in reversed(classes()):
        bpy.utils.unregister_class(cls)
    session.forget()
