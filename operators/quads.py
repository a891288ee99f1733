"""Quads from triangles, for the selected objects."""

import math

import bpy

from ..addon import quads
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


CLASSES = (PROPSMITH_OT_make_quads,)
