"""The panel "Fill Scene": the list of places with their prompts and sizes, what is shared, and the buttons."""

import bpy

from ..addon import fill_landing, fill_lists
from ..addon.translations import say
from .filters import Filtered
from .panels import PropsPanel, draw_show_textures
from .texts import wrapped

ICONS = {
    "ready": "RADIOBUT_OFF",
    "bad": "ERROR",
    "waiting": "SORTTIME",
    "making": "RENDER_ANIMATION",
    "landed": "CHECKMARK",
    "failed": "CANCEL",
    "skipped": "FORWARD",
    "removed": "LOOP_BACK",
}


class PROPSMITH_UL_fill(Filtered, bpy.types.UIList):
    """The rows: state, placeholder, prompt."""

    def words_of(self, row):
        return f"{row.target} {row.prompt}"

    def draw_item(self, context, layout, data, item, icon, active_data, active_property, index=0, flt_flag=0):
        split = layout.split(factor=0.48)
        split.label(text=item.target or "(list)", icon=ICONS.get(item.state, "QUESTION"))
        row = split.row(align=True)
        words = row.row()
        words.active = bool(item.prompt)  # a hint is dimmer; a field here would lose half its width to its own buttons
        words.label(text=item.prompt or ("type a prompt" if item.state == "bad" else "(image)"))
        if item.state in ("waiting", "making", "ready"):
            row.operator("propsmith.fill_skip", text="", icon="FORWARD", emboss=False).row = item.name


class PROPSMITH_MT_fill_add(bpy.types.Menu):
    """Other sources of rows."""

    bl_idname, bl_label = "PROPSMITH_MT_fill_add", "Add From"

    def draw(self, context):
        layout = self.layout
        layout.operator("propsmith.fill_add_clipboard", icon="PASTEDOWN")
        layout.operator("propsmith.fill_add_file", icon="FILE_TEXT")
        layout.operator("propsmith.fill_add_images", icon="FILE_IMAGE")
        layout.operator("propsmith.fill_scatter", icon="OUTLINER_OB_POINTCLOUD")
        for text in bpy.data.texts[:20]:
            layout.operator("propsmith.fill_add_text", text=text.name, icon="TEXT").text = text.name


class PROPSMITH_PT_fill(PropsPanel, bpy.types.Panel):
    """Props for all placeholders at once."""

    bl_idname, bl_label = "PROPSMITH_PT_fill", "Fill Scene"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context):
        return context.window_manager.propsmith.ready

    def draw(self, context):
        layout, shown, settings = self.layout, context.window_manager.propsmith_fill, context.scene.propsmith_fill
        if not fill_lists.belongs(context.scene):
            draw_elsewhere(layout, shown)
            return
        row = layout.row(align=True)
        row.operator("propsmith.fill_add_selected", icon="ADD")
        row.menu("PROPSMITH_MT_fill_add", text="", icon="DOWNARROW_HLT")
        if not shown.total:
            layout.label(text="Select placeholders, then add them")
            return
        layout.template_list("PROPSMITH_UL_fill", "", shown, "rows", shown, "active", rows=5)
        draw_row(layout, shown)
        column = layout.column()
        column.use_property_split, column.use_property_decorate = True, False
        column.prop(settings, "style", placeholder="weathered")
        column.prop(settings, "variants")
        column.prop(settings, "linked")
        column.prop(settings, "stretch")
        draw_buttons(layout, shown)
        if shown.landed:
            draw_show_textures(layout, context)


def draw_elsewhere(layout, shown):
    """In a scene whose list is not the shown one: whose it is, how far it is, and the way to this scene's own."""
    name = fill_landing.scene_of(fill_lists.active_or_none()).name
    wrapped(layout, say(f"The list shown is that of the scene '{name}'"), icon="SCENE_DATA")
    if shown.running:
        layout.progress(factor=shown.landed / max(1, shown.total), text=say(shown.text), type="BAR")
    layout.operator("propsmith.fill_show", icon="COLLAPSEMENU")


def draw_row(layout, shown):
    """The chosen row: its size, and what is wrong with it."""
    if not 0 <= shown.active < len(shown.rows):
        return
    item = shown.rows[shown.active]
    box = layout.box()
    row = box.row()
    row.label(text=item.target or "No placeholder", icon="OBJECT_DATA")
    row.operator("propsmith.fill_remove_row", text="", icon="REMOVE").row = item.name
    column = box.column()
    column.enabled = item.state in ("ready", "bad", "failed", "skipped")
    column.prop(item, "prompt", text="", placeholder="what to make here")
    column.row(align=True).prop(item, "size", text="")
    if item.reason:
        wrapped(box, item.reason, icon="ERROR" if item.state in ("bad", "failed") else "INFO")


def draw_buttons(layout, shown):
    if shown.running:
        row = layout.row(align=True)
        done = shown.landed / max(1, shown.total)
        row.progress(factor=done, text=say(shown.text), type="BAR")
        row.operator("propsmith.fill_pause", text="", icon="PLAY" if shown.paused else "PAUSE")
    row = layout.row()
    row.scale_y = 1.5
    plural = "" if shown.props == 1 else "s"
    text = f"Fill {shown.ready} with {shown.props} prop{plural}" if shown.ready else "Fill"
    row.operator("propsmith.fill_start", text=say(text), icon="MOD_INSTANCE")
    row = layout.row(align=True)
    row.operator("propsmith.fill_retry", icon="LOOP_BACK")
    row.operator("propsmith.fill_undo", icon="TRASH")
    row.operator("propsmith.fill_clear", text="", icon="FILE_NEW")
    if shown.landed:
        layout.operator("propsmith.save_assets", text="Save All as Assets", icon="ASSET_MANAGER").whole_fill = True


CLASSES = (PROPSMITH_UL_fill, PROPSMITH_MT_fill_add, PROPSMITH_PT_fill)
