"""The sliders of the active prop's material: add them, set them back, write the look into the maps."""

import bpy

from ..addon import look, look_hold, look_maps
from ..addon.translations import say, told
from ..backend.errors import PropsmithError
from .answers import allowed


class LookOperator:
    """Shared: acts on the active object's active material. `needs_group` says whether it must have the sliders."""

    bl_options = {"REGISTER", "UNDO"}
    needs_group = True

    @classmethod
    def poll(cls, context):
        return allowed(cls, cls.why_not(context.object))

    @classmethod
    def why_not(cls, obj):
        """Why the button is off, or ''."""
        material = obj.active_material if obj is not None and obj.type == "MESH" else None
        if material is None or not material.node_tree:
            return "Select an object with a material first"
        if material.library:
            return "The material is linked from another file"
        node = look.node_or_none(material)
        if cls.needs_group:
            return "" if node else "This material has no sliders yet"
        if node:
            return "This material has its sliders already"
        if look_maps.principled_or_none(material.node_tree) is None:
            return "The material has no Principled BSDF"
        return ""


class PROPSMITH_OT_look_add(LookOperator, bpy.types.Operator):
    """Put the sliders for tint, roughness, metal, relief and wear into this material; it looks the same until you move one"""

    bl_idname, bl_label, needs_group = "propsmith.look_add", "Add Sliders", False

    def execute(self, context):
        tree = context.object.active_material.node_tree
        look.insert(tree, look_maps.principled_or_none(tree))
        return {"FINISHED"}


class PROPSMITH_OT_look_reset(LookOperator, bpy.types.Operator):
    """Set all sliders back: the material looks as it was made"""

    bl_idname, bl_label = "propsmith.look_reset", "Reset Sliders"

    def execute(self, context):
        look.reset(look.node_or_none(context.object.active_material))
        return {"FINISHED"}


class PROPSMITH_OT_look_bake(LookOperator, bpy.types.Operator):
    """Write the look into the maps themselves and set the sliders back, for programs that know no sliders"""

    bl_idname, bl_label = "propsmith.look_bake", "Bake Sliders"

    @classmethod
    def why_not(cls, obj):
        why = super().why_not(obj)
        if not why and not look.moved(look.node_or_none(obj.active_material)):
            why = "No slider has been moved"
        return why or look_hold.why_held(obj.active_material)

    def execute(self, context):
        try:
            made = look_maps.bake_in(context.object.active_material)
        except (PropsmithError, RuntimeError) as error:
            self.report({"ERROR"}, told(error))
            return {"CANCELLED"}
        text = "{count} maps baked"
        self.report({"INFO"}, say(text.format(count=len(made))))
        return {"FINISHED"}


CLASSES = (PROPSMITH_OT_look_add, PROPSMITH_OT_look_reset, PROPSMITH_OT_look_bake)
