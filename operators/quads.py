"""Quads from triangles, for the selected objects, and an object of several props taken apart."""

import math

import bpy

from ..addon import apart, quads
from ..addon.translations import say
from .answers import allowed, attempt
from .finish import meshes, why_no_mesh


class PROPSMITH_OT_make_quads(bpy.types.Operator):
    """Join triangles of the selected objects to quads, as a new version; UVs, seams, sharp edges and materials stay"""

    bl_idname, bl_label, bl_options = "propsmith.make_quads", "Make Quads", {"REGISTER", "UNDO"}

    turn: bpy.props.FloatProperty(
        name="Fold", description="Triangles that are folded by more than this along their edge stay triangles",
        default=math.radians(40), min=0.0, max=math.pi, subtype="ANGLE",
    )  # fmt: skip
    skew: bpy.props.FloatProperty(
        name="Skew", description="Quads whose corners are further than this from a right angle are not made",
        default=math.radians(80), min=0.0, max=math.pi, subtype="ANGLE",
    )  # fmt: skip

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_no_mesh(context))

    def execute(self, context):
        def act():
            made, others = quads.join(meshes(context), math.degrees(self.turn), math.degrees(self.skew))
            part = 100 * made / max(1, made + others)
            self.report({"INFO"}, say(f"{made:,} quads, {others:,} other faces ({part:.0f} % quads)"))

        return attempt(self, act)


class PROPSMITH_OT_take_apart(bpy.types.Operator):
    """Make an object of each of the props that the active object was put together of, each on an origin of its own"""

    bl_idname, bl_label, bl_options = "propsmith.take_apart", "Take Apart", {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        obj = context.object
        if obj is None or context.mode != "OBJECT":
            return allowed(cls, "Select an object in Object Mode first")
        return allowed(cls, apart.why_not(obj))

    def execute(self, context):
        def act():
            for obj in context.selected_objects:
                obj.select_set(False)
            made = apart.take_apart(context.object)
            for obj in made:
                obj.select_set(True)
            context.view_layer.objects.active = made[0]
            self.report({"INFO"}, say(f"{len(made)} objects"))

        return attempt(self, act)


CLASSES = (PROPSMITH_OT_make_quads, PROPSMITH_OT_take_apart)
