"""What the artist sets in the panel "Refine", stored with the scene; defaults and limits come from the request's fields."""

import bpy

from ..backend.protocol import Refine
from ..backend.settings import Distillation, polish_steps
from . import prompts
from .properties import from_field

MODES = (
    ("texture", "Texture only", "Vertices, faces, UVs, shape keys, weights and modifiers stay exactly as they are"),
    ("shape", "Shape + texture", "A new mesh with new UVs on the same object; vertex groups are lost"),
)


def steps_chosen(settings, _context):
    """The preset and the mode bring their own polish steps, which stay editable afterwards."""
    settings.steps = polish_steps(settings.preset, settings.mode)


class PropsmithRefineSettings(bpy.types.PropertyGroup):
    """What the artist sets before pressing Refine."""

    prompt: prompts.field(
        "What the selected object shall become, in plain words: 'a weathered, rusty barrel'",
        update=prompts.wish,
    )
    negative: bpy.props.StringProperty(name="Avoid", description="What the result should not be or have")
    mode: bpy.props.EnumProperty(
        name="Mode", description="What may change", items=MODES, default="texture", update=steps_chosen
    )
    strength: from_field(Distillation, "strength", "Strength", subtype="FACTOR")
    keep_original: from_field(Distillation, "keep_original", "Keep original", subtype="FACTOR")
    keep_silhouette: from_field(Refine, "keep_silhouette", "Keep silhouette", subtype="FACTOR")
    preset: from_field(Refine, "preset", "Preset", update=steps_chosen)
    steps: from_field(Distillation, "steps", "Polish steps", default=polish_steps("standard", "texture"))
    seed: from_field(Refine, "seed", "Seed")
    random_seed: bpy.props.BoolProperty(
        name="New seed each time",
        description="Draw another seed for every refinement; switch off to repeat one exactly",
        default=True,
    )


CLASSES = (PropsmithRefineSettings,)


def attach():
    bpy.types.Scene.propsmith_refine = bpy.props.PointerProperty(type=PropsmithRefineSettings)


def detach():
    del bpy.types.Scene.propsmith_refine
