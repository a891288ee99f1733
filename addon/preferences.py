"""The preferences: the worker's Python, the store's folder, device, default preset, how textures are kept."""

from contextlib import suppress

import bpy

from ..backend.errors import PropsmithError
from ..backend.settings import PRESET_NAMES
from .paths import PACKAGE, chosen_or_default

DEVICES = (
    ("auto", "Automatic", "The GPU where one can be used, else the processor"),
    ("cpu", "Processor", "Works everywhere"),
    ("cuda", "NVIDIA GPU", "Needs an NVIDIA GPU and a CUDA build of torch in the environment"),
    ("mps", "Apple GPU", "Needs an Apple processor"),
)


def place_changed(_preferences, _context):
    """Another store, or another Python: look at them anew."""
    from . import pump

    pump.reopen()


def device_changed(_preferences, _context):
    """Another device: the worker of the earlier one leaves after its present job, and the next job starts ours."""
    from . import session, watchdog

    with suppress(PropsmithError):  # a full disk, of which the jobs themselves will tell
        watchdog.dismiss(session.current())


def python_changed(preferences, context):
    """Another Python: as another device, and look anew at whether the worker can run."""
    device_changed(preferences, context)
    place_changed(preferences, context)


def preset_changed(_preferences, _context):
    from . import pump

    pump.apply_default_preset()


class PropsmithPreferences(bpy.types.AddonPreferences):
    """Drawn by ui/setup_card.py, which `registration` attaches."""

    bl_idname = PACKAGE

    python: bpy.props.StringProperty(
        name="Python of the worker",
        description="The Python that runs the worker; Set Up fills it in, or choose that of an existing environment",
        subtype="FILE_PATH",
        update=python_changed,
    )
    environment: bpy.props.StringProperty(
        name="Environment",
        description="Where Set Up puts the worker's packages; empty: your data folder",
        subtype="DIR_PATH",
    )
    store: bpy.props.StringProperty(
        name="Jobs and props",
        description="Where jobs and finished props are kept, also after an uninstall; empty: your data folder",
        subtype="DIR_PATH",
        update=place_changed,
    )
    device: bpy.props.EnumProperty(
        name="Device",
        description="What the worker computes on",
        items=DEVICES,
        default="auto",
        update=device_changed,
    )
    preset: bpy.props.EnumProperty(
        name="Default preset",
        description="The preset of scenes in which none was chosen",
        items=[(name, name.capitalize(), "") for name in PRESET_NAMES],
        default="standard",
        update=preset_changed,
    )
    pack_images: bpy.props.BoolProperty(
        name="Pack textures",
        description="Keep textures inside the .blend; off: save them in a folder 'props' beside it",
        default=True,
    )


def get() -> PropsmithPreferences:
    return bpy.context.preferences.addons[PACKAGE].preferences


def store_folder():
    return chosen_or_default(get().store, "store")


def environment_folder():
    return chosen_or_default(get().environment, "environment")


CLASSES = (PropsmithPreferences,)
