"""The fill as the panel sees it: settings on the Scene, a mirror of its rows on the WindowManager, edited in place."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

from . import fill as fills
from . import prompts
from .fill import Fill

OURS = {"busy": False}  # True while we write rows, so that our own writing is not taken for the artist's


def edited(item: bpy.types.PropertyGroup, _context: bpy.types.Context) -> None:
    """The artist changed a row."""
    if OURS["busy"]:
        return
    from . import filling

    filling.take_edit(item.name, item.prompt, tuple(item.size))


class PropsmithFillRow(bpy.types.PropertyGroup):
    """One row; `name` is its key in the fill."""

    target: bpy.props.StringProperty()
    prompt: prompts.field("What to make here", update=edited)
    size: bpy.props.FloatVectorProperty(
        name="Size", description="Width, depth and height of the place", size=3, unit="LENGTH", subtype="XYZ",
        min=0.0, precision=3, update=edited,
    )  # fmt: skip
    state: bpy.props.StringProperty()
    reason: bpy.props.StringProperty()


class PropsmithFillMirror(bpy.types.PropertyGroup):
    """What the panel draws of the fill; never saved, never undone."""

    rows: bpy.props.CollectionProperty(type=PropsmithFillRow)
    active: bpy.props.IntProperty(name="Row")
    running: bpy.props.BoolProperty()
    paused: bpy.props.BoolProperty()
    total: bpy.props.IntProperty()
    ready: bpy.props.IntProperty()
    landed: bpy.props.IntProperty()
    failed: bpy.props.IntProperty()
    props: bpy.props.IntProperty()  # different props that Fill would make
    text: bpy.props.StringProperty()


def options_changed(_settings: bpy.types.PropertyGroup, _context: bpy.types.Context) -> None:
    from . import fill_lists

    fill_lists.show_totals()


class PropsmithFillSettings(bpy.types.PropertyGroup):
    """What is chosen for a fill; stored with the scene. Quality is that of the Generate panel."""

    style: prompts.field("Words added to every prompt, for example 'weathered, hand-painted'", name="Style")
    variants: bpy.props.IntProperty(
        name="Variants", description="How many different props each prompt gets; places of one prompt take them in turn",
        default=1, min=1, max=4, update=options_changed,
    )  # fmt: skip
    linked: bpy.props.BoolProperty(
        name="Linked copies",
        description="Places of the same prompt share one mesh and material; off: each place gets a prop of its own",
        default=True,
        update=options_changed,
    )
    stretch: bpy.props.BoolProperty(
        name="Stretch to box",
        description="Scale each side on its own to fill the box; off: keep the prop's proportions",
    )


CLASSES = (PropsmithFillRow, PropsmithFillMirror, PropsmithFillSettings)


def attach() -> None:
    bpy.types.Scene.propsmith_fill = bpy.props.PointerProperty(type=PropsmithFillSettings)
    bpy.types.WindowManager.propsmith_fill = bpy.props.PointerProperty(type=PropsmithFillMirror, options={"SKIP_SAVE"})


def detach() -> None:
    del bpy.types.WindowManager.propsmith_fill, bpy.types.Scene.propsmith_fill


def mirror() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.propsmith_fill


def options(scene: bpy.types.Scene) -> fills.Options:
    """What the scene's settings say now."""
    chosen, quality = scene.propsmith_fill, scene.propsmith
    return fills.Options(
        chosen.style, quality.negative, chosen.variants, chosen.linked, chosen.stretch, quality.preset, quality.faces,
        quality.texture_px,
    )  # fmt: skip


def show_rows(fill: Fill | None, keys: Iterable[str] | None = None) -> None:
    """Write rows into the mirror: those of `keys`, or all of them."""
    shown = mirror()
    rows = fill.rows if fill else []
    OURS["busy"] = True
    try:
        if keys is None or len(shown.rows) != len(rows):
            shown.rows.clear()
            for row in rows:
                item = shown.rows.add()
                item.name, item.target = row.key, row.name
            keys = None
        chosen = None if keys is None else set(keys)
        for i, row in enumerate(rows):
            if chosen is None or row.key in chosen:
                item = shown.rows[i]
                item.prompt, item.size, item.state, item.reason = row.prompt, row.size, row.state, row.reason
        shown.active = min(shown.active, max(0, len(rows) - 1))
    finally:
        OURS["busy"] = False


def show_totals(fill: Fill | None, chosen: fills.Options) -> None:
    """The panel's counts."""
    shown = mirror()
    states = [row.state for row in fill.rows] if fill else []
    shown.total, shown.ready = len(states), states.count("ready")
    shown.landed, shown.failed = states.count("landed"), states.count("failed") + states.count("removed")
    shown.running = bool(fill and fill.running)
    shown.paused = bool(fill and fill.paused)
    shown.props = fills.props_to_make(fill, chosen) if fill else 0
    waiting = sum(states.count(state) for state in fills.OPEN)
    text = "{landed} of {all} placed, paused" if shown.paused else "{landed} of {all} placed"
    shown.text = text.format(landed=shown.landed, all=shown.landed + waiting)
