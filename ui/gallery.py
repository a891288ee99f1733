"""The panel "Drafts": four thumbnails to choose one from, and what can be done with the chosen one.

It fits under the prompt in a window 900 pixels high: buttons that are not always wanted are icons.
"""

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..addon import drafts, gallery, session
from .panels import PropsPanel
from .texts import wrapped

SCALE = 4.6  # of a thumbnail, in rows
COUNT, MAKE = "{number} of {count}", "Make This One ({preset})"


class PROPSMITH_PT_gallery(PropsPanel, bpy.types.Panel):
    """Drafts of one wish to choose from before the full prop."""

    bl_idname, bl_label = "PROPSMITH_PT_gallery", "Drafts"
    bl_parent_id = "PROPSMITH_PT_generate"  # right under the button that asked for them, above the list of jobs

    @classmethod
    def poll(cls, context):
        return context.window_manager.propsmith.ready and gallery.shown_or_none(session.current()) is not None

    def draw_header_preset(self, context):
        now = session.current()
        if len(now.galleries) < 2:
            return
        row = self.layout.row(align=True)
        newer, older = row.row(align=True), row.row(align=True)
        newer.enabled, older.enabled = now.gallery > 0, now.gallery + 1 < len(now.galleries)
        newer.operator("propsmith.browse_drafts", text="", icon="TRIA_LEFT").by = -1
        older.operator("propsmith.browse_drafts", text="", icon="TRIA_RIGHT").by = 1
        row.label(text=iface(COUNT).format(number=now.gallery + 1, count=len(now.galleries)))

    def draw(self, context):
        layout, shown, now = self.layout, context.window_manager.propsmith, session.current()
        drawn, settings = gallery.shown_or_none(now), context.scene.propsmith
        if drawn.request.prompt != settings.prompt.strip():  # else it stands above
            wrapped(layout, drawn.request.prompt or iface("(an image)"), ours=False)
        chosen = gallery.chosen_or_none(now, drawn)
        row = layout.row(align=True)
        row.scale_y = 1.5
        preset = iface(drafts.full_preset(settings).capitalize())
        row.operator("propsmith.make_draft", text=iface(MAKE).format(preset=preset), icon="MESH_CUBE")
        if chosen is not None:
            row.operator("propsmith.add_to_scene", text="", icon="IMPORT").job = chosen.job
        if gallery.active(now, drawn):
            row.operator("propsmith.cancel_drafts", text="", icon="CANCEL")
        else:
            row.operator("propsmith.discard_drafts", text="", icon="TRASH")
        grid = layout.grid_flow(row_major=True, columns=2, even_columns=True, even_rows=True, align=False)
        for place, job in enumerate(drawn.jobs):
            draw_draft(grid.column(align=True), shown.jobs.get(job), place, place == drawn.chosen)


def draw_draft(cell, row, place, chosen):
    """One draft: its picture as far as it has come, and the button that fits its state."""
    cell.template_icon(icon_value=row.icon if row else 0, scale=SCALE)
    if row is None or row.state in ("failed", "cancelled"):
        cell.operator("propsmith.retry_draft", text="Retry", icon="LOOP_BACK").place = place
    elif row.state == "done":
        icon = "RADIOBUT_ON" if chosen else "RADIOBUT_OFF"
        cell.operator("propsmith.choose_draft", text=str(place + 1), icon=icon, depress=chosen).place = place
    elif row.state == "running":
        cell.progress(factor=row.fraction, text="", type="BAR")
    else:
        cell.label(text="Waiting", icon="SORTTIME")


CLASSES = (PROPSMITH_PT_gallery,)
