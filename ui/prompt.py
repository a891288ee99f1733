"""The wish at the top of the panel: the prompt, what the prior reads in it, the picture and where it can come from."""

import bpy
from bl_ui.utils import PresetPanel

from .reading import draw_reading
from .texts import wrapped


class PROPSMITH_PT_presets(PresetPanel, bpy.types.Panel):
    """The artist's presets, as Blender shows its own."""

    bl_label = "Prompt Presets"
    preset_subdir = "propsmith/generate"
    preset_operator = "script.execute_preset"
    preset_add_operator = "propsmith.preset_add"


class PROPSMITH_MT_image_sources(bpy.types.Menu):
    """Where a picture can come from, beside a file."""

    bl_idname, bl_label = "PROPSMITH_MT_image_sources", "Image From"

    def draw(self, context):
        layout = self.layout
        layout.operator("propsmith.image_from_clipboard", icon="PASTEDOWN")
        layout.operator("propsmith.image_from_render", icon="RENDER_RESULT")
        layout.operator("propsmith.image_from_view", icon="VIEW3D")
        layout.separator()
        layout.operator("propsmith.image_clear", icon="X")


class PROPSMITH_MT_prompt_texts(bpy.types.Menu):
    """The file's text blocks, for prompts written in the Text Editor."""

    bl_idname, bl_label = "PROPSMITH_MT_prompt_texts", "Prompt From"

    def draw(self, context):
        for text in bpy.data.texts[:20]:
            self.layout.operator("propsmith.prompt_from_text", text=text.name, icon="TEXT").text = text.name


def draw_wish(layout, shown, settings):
    column = layout.column()
    row = column.row(align=True)
    row.prop(settings, "prompt", text="", icon="OUTLINER_DATA_FONT", placeholder="a wooden barrel")
    if bpy.data.texts:
        row.menu("PROPSMITH_MT_prompt_texts", text="", icon="TEXT")
    draw_reading(column, settings.prompt, one=bool(settings.image))
    row = column.row(align=True)
    row.prop(settings, "image", text="", placeholder="image, or drop one")
    row.menu("PROPSMITH_MT_image_sources", text="", icon="DOWNARROW_HLT")
    if shown.image_note:
        wrapped(column, shown.image_note, icon="ERROR")


CLASSES = (PROPSMITH_PT_presets, PROPSMITH_MT_image_sources, PROPSMITH_MT_prompt_texts)
