"""The set-up card of the panel and the preferences page: what Set Up would do, its progress, the self-test."""

import bpy

from ..addon.translations import say
from .texts import wrapped

MARKS = {"ok": "CHECKMARK", "warn": "INFO", "bad": "ERROR"}


def draw_card(layout, shown):
    """What stands in the panel until the worker can run."""
    box = layout.box()
    box.label(text="Set up Propsmith", icon="TOOL_SETTINGS")
    if shown.ready_text and not shown.setup_running:
        wrapped(box, shown.ready_text)
    draw_progress(box, shown)
    if not shown.setup_running:
        if not bpy.app.online_access:
            wrapped(
                box, "Online access is off. Set Up downloads packages: allow it in Preferences > System.", icon="ERROR"
            )
            box.operator(
                "screen.userpref_show", text="Open Preferences > System", icon="PREFERENCES"
            ).section = "SYSTEM"
        column = box.column(align=True)
        column.operator("propsmith.preflight", icon="VIEWZOOM")
        column.operator("propsmith.create_environment", icon="IMPORT")
        column.operator("propsmith.open_preferences", text="Use Another Environment...", icon="PREFERENCES")


def draw_progress(layout, shown):
    for line in shown.setup_rows.splitlines():
        mark, _, text = line.partition("|")
        wrapped(layout, text, icon=MARKS.get(mark, "NONE"))
    if shown.setup_running:
        row = layout.row(align=True)
        row.progress(factor=shown.setup_fraction, text=say(shown.setup_text), type="BAR")
        row.operator("propsmith.cancel_setup", text="", icon="X")
    elif shown.setup_text:
        wrapped(layout, shown.setup_text)
        layout.operator("propsmith.copy_setup_report", icon="COPY_ID")


def draw_preferences(self, context):
    """The page of the extension in Edit > Preferences > Add-ons."""
    layout, shown = self.layout, context.window_manager.propsmith
    box = layout.box()
    box.label(text="Environment of the worker", icon="CONSOLE")
    column = box.column()
    column.use_property_split = True
    column.prop(self, "environment", placeholder="your data folder")
    column.prop(self, "python", placeholder="filled in by Set Up")
    row = box.row(align=True)
    row.operator("propsmith.preflight")
    row.operator("propsmith.create_environment")
    row.operator("propsmith.verify_environment", text="Test")
    row.operator("propsmith.repair_environment")
    row.operator("propsmith.remove_environment", text="Remove")
    draw_progress(box, shown)
    column = layout.column()
    column.use_property_split = True
    column.prop(self, "store", placeholder="your data folder")
    column.prop(self, "device")
    column.prop(self, "preset")
    column.prop(self, "pack_images")
    row = layout.row(align=True)
    row.operator("propsmith.move_data", icon="FILE_FOLDER")
    row.operator("propsmith.restart_worker")
    row.operator("propsmith.stop_worker")
