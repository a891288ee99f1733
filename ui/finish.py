"""The panels "Material" and "Look and Ship" of the active object: sliders, preview light, levels of detail, export."""

import bpy

from ..addon import apart, lods, look, preview_light
from .panels import PropsPanel
from .texts import wrapped


class PROPSMITH_PT_material(PropsPanel, bpy.types.Panel):
    """The sliders of the active object's material."""

    bl_idname, bl_label = "PROPSMITH_PT_material", "Material"

    @classmethod
    def poll(cls, context):
        obj = context.object
        return obj is not None and obj.type == "MESH" and obj.active_material is not None

    def draw(self, context):
        layout, material = self.layout, context.object.active_material
        node = look.node_or_none(material)
        if node is None:
            layout.operator("propsmith.look_add", icon="OPTIONS")
            return
        settings, column = material.propsmith_look, layout.column()
        column.use_property_split, column.use_property_decorate = True, False
        column.enabled = material.library is None
        row = column.row(align=True)
        row.prop(settings, "tint_amount", text="Tint", slider=True)
        row.prop(settings, "tint", text="")
        for name in ("roughness", "metallic", "normal"):
            column.prop(settings, name, slider=True)
        row = column.row(align=True)
        row.active = node.inputs[look.EDGES].is_linked
        row.prop(settings, "wear", slider=True)
        row.prop(settings, "wear_colour", text="")
        if not node.inputs[look.EDGES].is_linked:
            wrapped(layout, "No map of edges: props made or refined from now on have one", icon="INFO")
        if material.users > 1:
            layout.label(text="Shared with other objects", icon="LINKED")
        row = layout.row(align=True)
        row.operator("propsmith.look_reset", text="Reset", icon="LOOP_BACK")
        row.operator("propsmith.look_bake", text="Bake", icon="RENDER_STILL")


class PROPSMITH_PT_finish(PropsPanel, bpy.types.Panel):
    """Look at the object, and take it elsewhere."""

    bl_idname, bl_label, bl_options = "PROPSMITH_PT_finish", "Look and Ship", {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context):
        return context.object is not None or preview_light.rig_or_none(context.scene) is not None

    def draw(self, context):
        layout, rig = self.layout, preview_light.rig_or_none(context.scene)
        turning = rig is not None and preview_light.has_turntable(rig)
        row = layout.row(align=True)
        button = row.operator("propsmith.preview_light", icon="LIGHT_AREA", depress=rig is not None and not turning)
        button.turntable = False
        button = row.operator("propsmith.preview_light", text="Turntable", icon="FILE_REFRESH", depress=turning)
        button.turntable = True
        shading = getattr(context.space_data, "shading", None)
        if rig is not None and shading is not None and shading.type not in ("RENDERED",):
            layout.label(text="See it in the Rendered viewport", icon="SHADING_RENDERED")
        row = layout.row(align=True)
        row.operator("propsmith.make_lods", icon="MOD_DECIM")
        if context.object is not None and lods.has(context.object):
            row.operator("propsmith.remove_lods", text="", icon="TRASH")
        layout.operator("propsmith.make_quads", icon="MESH_GRID")
        if context.object is not None and apart.pieces(context.object):
            layout.operator("propsmith.take_apart", icon="UNLINKED")
        layout.operator("propsmith.export", text="Export Selected", icon="EXPORT")


class PROPSMITH_MT_finish(bpy.types.Menu):
    """The same in Blender's Object menu, so that the search (F3) finds it by name."""

    bl_idname, bl_label = "PROPSMITH_MT_finish", "Prop"

    def draw(self, context):
        layout = self.layout
        layout.operator("propsmith.look_add", icon="OPTIONS")
        layout.operator("propsmith.look_bake", icon="RENDER_STILL")
        layout.operator("propsmith.look_reset", icon="LOOP_BACK")
        layout.separator()
        layout.operator("propsmith.preview_light", icon="LIGHT_AREA").turntable = False
        layout.operator("propsmith.preview_light", text="Turntable", icon="FILE_REFRESH").turntable = True
        layout.separator()
        layout.operator("propsmith.make_lods", icon="MOD_DECIM")
        layout.operator("propsmith.remove_lods", icon="TRASH")
        layout.operator("propsmith.make_quads", icon="MESH_GRID")
        layout.operator("propsmith.take_apart", icon="UNLINKED")
        layout.operator("propsmith.export", icon="EXPORT")


CLASSES = (PROPSMITH_PT_material, PROPSMITH_PT_finish, PROPSMITH_MT_finish)
