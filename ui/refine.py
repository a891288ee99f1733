"""The panel "Refine: NAME" of the selected objects: the wish, the running job, the versions."""

import bpy

from ..addon import refining, session, versions
from ..addon.translations import say
from .panels import PropsPanel, draw_show_textures
from .reading import draw_reading
from .texts import shorter, wrapped

WORDS = {
    "original": "As it was",
    "edited": "By hand",
    "texture": "New texture",
    "shape": "New shape and texture",
    "quads": "Triangles joined to quads",
}
HEADER_CHARACTERS = 3  # what the arrow and the grip of a panel's header take


class PROPSMITH_PT_refine(PropsPanel, bpy.types.Panel):
    """Change the selected objects by a prompt."""

    bl_idname, bl_label = "PROPSMITH_PT_refine", ""

    @classmethod
    def poll(cls, context):
        return context.window_manager.propsmith.ready and bool(refining.chosen(context))

    def draw_header(self, context):
        objects = refining.chosen(context)
        name = objects[0].name if len(objects) == 1 else f"{len(objects)} objects"
        self.layout.label(text=shorter(f"Refine: {name}", HEADER_CHARACTERS))

    def draw(self, context):
        layout, settings, objects = self.layout, context.scene.propsmith_refine, refining.chosen(context)
        draw_running(layout, context, objects[0])
        layout.prop(settings, "prompt", text="", icon="OUTLINER_DATA_FONT", placeholder="a weathered, rusty barrel")
        draw_reading(layout, settings.prompt, one=True)
        layout.row().prop(settings, "mode", expand=True)
        column = layout.column(align=True)
        column.prop(settings, "strength", slider=True)
        column.prop(settings, "keep_original", slider=True)
        if settings.mode == "shape":
            column.prop(settings, "keep_silhouette", slider=True)
        draw_details(layout, settings)
        if context.mode == "EDIT_MESH":
            layout.label(text="Only the selected faces change", icon="FACESEL")
        row = layout.row()
        row.scale_y = 1.5
        text = "Refine" if len(objects) == 1 else f"Refine {len(objects)} Objects"
        row.operator("propsmith.refine", text=say(text), icon="MODIFIER")
        if objects[0].propsmith.job:
            draw_show_textures(layout, context)
        draw_versions(layout, context.object)


def draw_details(layout, settings):
    header, body = layout.panel("propsmith_refine_details", default_closed=True)
    header.label(text="Details")
    if body:
        body.use_property_split, body.use_property_decorate = True, False
        body.prop(settings, "preset")
        body.prop(settings, "steps")
        body.prop(settings, "negative")
        row = body.row(align=True)
        row.prop(settings, "seed")
        row.prop(settings, "random_seed", text="", icon="UNLOCKED" if settings.random_seed else "LOCKED")


def draw_running(layout, context, obj):
    """The job that refines this object now: progress, picture, and what can still be told to it."""
    job = refining.job_of(session.current(), obj.name)
    row = context.window_manager.propsmith.jobs.get(job) if job else None
    if row is None:
        return
    box = layout.box()
    if row.icon:
        box.template_icon(icon_value=row.icon, scale=6)
    box.progress(factor=row.fraction, text=say(row.text), type="BAR")
    buttons = box.row(align=True)
    buttons.operator("propsmith.refine_stop", text="Stop Here", icon="PAUSE").job = job
    buttons.operator("propsmith.cancel_job", text="Cancel", icon="CANCEL").job = job
    buttons = box.row(align=True)
    buttons.operator("propsmith.refine_steer", text="Apply Prompt", icon="FILE_REFRESH").job = job
    buttons.operator("propsmith.refine_favour_view", text="Favour View", icon="VIEW_CAMERA").job = job


def draw_versions(layout, obj):
    """The strip v1 v2 v3 and what can be done with the shown one."""
    if obj is None or obj.type != "MESH" or not obj.propsmith_versions.items:
        return
    items, now = obj.propsmith_versions.items, versions.shown(obj)
    box = layout.box()
    strip = box.grid_flow(columns=4, even_columns=True, align=True, row_major=True)
    for place, version in enumerate(items):
        strip.operator("propsmith.version_show", text=version.name, depress=place == now).place = place
    if now >= 0:
        words = say(WORDS.get(items[now].how, items[now].how))
        wrapped(box, f"{words}: {items[now].prompt}" if items[now].prompt else words)
    row = box.row(align=True)
    row.operator("propsmith.version_compare", text="Compare", icon="ARROW_LEFTRIGHT")
    row.operator("propsmith.version_revert", text="Revert", icon="LOOP_BACK")
    row = box.row(align=True)
    row.operator("propsmith.version_keep", text="Keep This", icon="CHECKMARK")
    row.operator("propsmith.version_remove", text="Remove", icon="TRASH").place = max(now, 0)


CLASSES = (PROPSMITH_PT_refine,)
