"""The artist's own presets of prompt and settings, kept by Blender's preset system in the user's folder."""

import bpy
from bl_operators.presets import AddPresetBase

FOLDER = "propsmith/generate"
# `preset` stands before `faces`, `texture_px` and `steps`: choosing one sets them.
KEPT = ("prompt", "negative", "preset", "size_m", "seed", "random_seed", "faces", "texture_px", "steps")


class PROPSMITH_OT_preset_add(AddPresetBase, bpy.types.Operator):
    """Keep the prompt and the settings of this panel under a name, or remove the preset chosen"""

    bl_idname, bl_label = "propsmith.preset_add", "Add Prompt Preset"
    preset_menu = "PROPSMITH_PT_presets"
    preset_defines = ["settings = bpy.context.scene.propsmith"]
    preset_values = [f"settings.{name}" for name in KEPT]
    preset_subdir = FOLDER


CLASSES = (PROPSMITH_OT_preset_add,)
