"""Blender's properties: settings on the Scene, the mirror of the jobs on the WindowManager, provenance on objects.

Defaults, ranges, units and tooltips come from the same fields that validate the request (`backend/settings.py`).
"""

import dataclasses

import bpy

from ..backend.protocol import Generate
from ..backend.settings import PRESETS, Distillation, Finish
from . import prompts, scene


def from_field(owner, name, label, **extra):
    """The Blender property of one settings field: int, float, bool, str or enum, with the field's own limits."""
    item = next(f for f in dataclasses.fields(owner) if f.name == name)
    meta = item.metadata
    options = {"name": label, "description": meta["tip"], "default": item.default, **extra}
    if meta["choices"]:
        items = [(c, c.replace("_", " ").capitalize(), "") for c in meta["choices"]]
        return bpy.props.EnumProperty(items=items, **options)
    if isinstance(item.default, bool):
        return bpy.props.BoolProperty(**options)
    if meta["low"] is not None:
        options |= {"min": meta["low"], "max": meta["high"]}
    if meta["unit"] == "px":
        options |= {"subtype": "PIXEL"}
    kinds = {int: bpy.props.IntProperty, float: bpy.props.FloatProperty, str: bpy.props.StringProperty}
    return kinds[type(item.default)](**options)


def preset_chosen(settings, _context):
    """A preset brings its own face budget, texture size and polish steps; all stay editable afterwards."""
    quality = PRESETS[settings.preset]
    settings.faces, settings.texture_px = quality.finish.faces, quality.finish.texture_px
    settings.steps = quality.distillation.steps


def size_in_units(settings):
    """`size_m` as the panel shows and takes it: in Blender's units, which it writes as the scene's own."""
    return settings.size_m / scene.unit_m(settings.id_data)


def take_size_in_units(settings, size):
    settings.size_m = round(size * scene.unit_m(settings.id_data), 6)  # Blender's floats have 7 digits


class PropsmithSettings(bpy.types.PropertyGroup):
    """What the artist sets before pressing Generate; stored with the scene."""

    prompt: prompts.field("What to make, in plain words: 'a wooden barrel with iron bands'", update=prompts.wish)
    negative: bpy.props.StringProperty(name="Avoid", description="What the prop should not be or have")
    image: bpy.props.StringProperty(
        name="Image",
        description="A picture of one object to start from, instead of or beside the prompt",
        subtype="FILE_PATH",
    )
    preset: from_field(Generate, "preset", "Preset", update=preset_chosen)
    followed_preset: bpy.props.StringProperty(
        default="standard", options={"HIDDEN"}
    )  # the preferences' default last taken
    seed: from_field(Generate, "seed", "Seed")
    random_seed: bpy.props.BoolProperty(
        name="New seed each time",
        description="Draw another seed for every prop; switch off to repeat one exactly",
        default=True,
    )
    size_m: from_field(Generate, "size_m", "Size")
    size: bpy.props.FloatProperty(
        name="Size", description="Length of the prop's longest side", default=1.0, min=0.0, unit="LENGTH",
        get=size_in_units, set=take_size_in_units,
    )  # fmt: skip
    faces: from_field(Finish, "faces", "Faces")
    texture_px: from_field(Finish, "texture_px", "Texture")
    steps: from_field(Distillation, "steps", "Polish steps")


class PropsmithJob(bpy.types.PropertyGroup):
    """One row of the list of jobs: a copy of what the store says, for drawing only. `name` is the job's id."""

    title: bpy.props.StringProperty()
    state: bpy.props.StringProperty(default="queued")
    stage: bpy.props.StringProperty(default="queued")
    text: bpy.props.StringProperty()  # what the row says beside its bar
    fraction: bpy.props.FloatProperty()
    eta_s: bpy.props.FloatProperty(default=-1.0)
    icon: bpy.props.IntProperty()
    seed: bpy.props.IntProperty()
    seconds: bpy.props.FloatProperty()
    faces: bpy.props.IntProperty()
    notes: bpy.props.StringProperty()
    mine: bpy.props.BoolProperty()
    imported: bpy.props.BoolProperty()
    recovered: bpy.props.BoolProperty()
    code: bpy.props.StringProperty()
    sentence: bpy.props.StringProperty()
    remedy: bpy.props.StringProperty()
    fix: bpy.props.StringProperty()


class PropsmithMirror(bpy.types.PropertyGroup):
    """What the panels draw: rows and states, filled by the timer; never saved, never undone."""

    jobs: bpy.props.CollectionProperty(type=PropsmithJob)
    active: bpy.props.IntProperty(name="Job")
    ready: bpy.props.BoolProperty()
    ready_text: bpy.props.StringProperty()
    running: bpy.props.IntProperty()
    queued: bpy.props.IntProperty()
    recovered: bpy.props.IntProperty()
    estimate: bpy.props.StringProperty()
    image_note: bpy.props.StringProperty()  # why no picture came from where it was asked
    error_code: bpy.props.StringProperty()
    error_sentence: bpy.props.StringProperty()
    error_remedy: bpy.props.StringProperty()
    error_fix: bpy.props.StringProperty()
    setup_running: bpy.props.BoolProperty()
    setup_fraction: bpy.props.FloatProperty()
    setup_text: bpy.props.StringProperty()
    setup_rows: bpy.props.StringProperty()  # the preflight or the self-test: lines of "mark|text"


class PropsmithProvenance(bpy.types.PropertyGroup):
    """Where a prop came from: stored on the object, so that a file tells it years later."""

    job: bpy.props.StringProperty(name="Job")
    kind: bpy.props.StringProperty(name="Kind")
    prompt: bpy.props.StringProperty(name="Prompt")
    negative: bpy.props.StringProperty(name="Avoid")
    seed: bpy.props.IntProperty(name="Seed")
    preset: bpy.props.StringProperty(name="Preset")
    prior: bpy.props.StringProperty(name="Prior")
    size_m: bpy.props.FloatProperty(name="Size")
    version: bpy.props.StringProperty(name="Propsmith version")
    licence: bpy.props.StringProperty(name="Licence", description="The licence of the prior that made it")
    facts: bpy.props.StringProperty(name="Facts", description="What prop.json says, as JSON")
    request: bpy.props.StringProperty(name="Request", description="The whole request as JSON")
    figures: bpy.props.StringProperty(name="Figures", description="Measured facts of the prop as JSON")


CLASSES = (PropsmithSettings, PropsmithJob, PropsmithMirror, PropsmithProvenance)


def attach():
    bpy.types.Scene.propsmith = bpy.props.PointerProperty(type=PropsmithSettings)
    bpy.types.WindowManager.propsmith = bpy.props.PointerProperty(type=PropsmithMirror, options={"SKIP_SAVE"})
    bpy.types.Object.propsmith = bpy.props.PointerProperty(type=PropsmithProvenance)


def detach():
    del bpy.types.Object.propsmith, bpy.types.WindowManager.propsmith, bpy.types.Scene.propsmith
