"""Entries in Blender's own menus, and the count in the status bar."""

import bpy

from ..addon.translations import say


def draw_add_menu(self, context):
    self.layout.operator("propsmith.generate_prompt", text="Prop from Prompt", icon="MESH_CUBE")
    self.layout.operator("propsmith.drop_image", text="Prop from Image", icon="IMAGE_DATA")


def draw_export_menu(self, context):
    self.layout.operator("propsmith.export", text="Props (.glb, .usd, .obj, .fbx)")


def draw_object_menu(self, context):
    self.layout.separator()
    self.layout.menu("PROPSMITH_MT_finish", icon="MESH_CUBE")


def draw_status_bar(self, context):
    shown = context.window_manager.propsmith
    if shown.running or shown.queued:
        self.layout.label(text=say(f"Props: {shown.running} running, {shown.queued} waiting"), icon="MESH_CUBE")


PLACES = (
    ("VIEW3D_MT_mesh_add", draw_add_menu),
    ("TOPBAR_MT_file_export", draw_export_menu),
    ("VIEW3D_MT_object", draw_object_menu),
    ("STATUSBAR_HT_header", draw_status_bar),
)
CLASSES = ()


def attach():
    for name, draw in PLACES:
        getattr(bpy.types, name).append(draw)


def detach():
    for name, draw in PLACES:
        getattr(bpy.types, name).remove(draw)
