"""Runs inside a windowed Blender: refines the default cube by mouse and keys, compares versions, cancels in mid-job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, xdotool
from lead import Facts, Wait, newest, part, shown

PROMPT, SHAPE_PROMPT = "a wooden crate", "a treasure chest"


def settings():
    return bpy.context.scene.propsmith_refine


def version() -> str:
    """The name of the version that the cube shows."""
    obj = bpy.data.objects["Cube"]
    place = part("addon.versions").shown(obj)
    return obj.propsmith_versions.items[place].name if place >= 0 else ""


def counts() -> list[int]:
    mesh = bpy.data.objects["Cube"].data
    return [len(mesh.vertices), len(mesh.polygons)]


def ask(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The panel of the selected cube: dead without a prompt, then a prompt typed by key events."""
    yield from lead.choose_worker(hand)
    yield from lead.look_at_selected(2.0)
    yield from hand.click("propsmith.refine(")
    facts["jobs_without_prompt"] = len(shown().jobs)
    yield from hand.write("propsmith_refine.prompt", PROMPT)
    yield from lead.read_prompt(PROMPT)
    settings().strength = 1.0
    yield from hand.away()
    facts["typed"] = settings().prompt
    hand.shot("ready")


def texture(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """One refinement of the texture, from the click to the new version."""
    facts["mesh_before"] = counts()
    yield from hand.click("propsmith.refine(")
    yield from hand.away()
    yield lambda: newest("running")() and shown().jobs[0].icon > 0
    yield SETTLE_S
    hand.shot("running")
    yield lambda: newest("done")() and shown().jobs[0].imported
    yield from hand.away()
    yield from hand.click("propsmith.show_textures")
    yield from hand.away()
    facts["landed"], facts["mesh_after"] = version(), counts()
    facts["notes"] = shown().jobs[0].notes
    hand.shot("done")


def compare(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Compare shows the version before until the next click; a click on v1 shows it for good; Ctrl+Z undoes that."""
    yield from hand.click("propsmith.version_compare(")
    yield SETTLE_S  # software OpenGL on busy cores draws the other version late
    facts["comparing"] = version()
    hand.shot("compare")
    xdotool("click", 1)
    yield SETTLE_S
    facts["compared"] = version()
    yield from hand.click("propsmith.version_show(place=0")
    facts["chosen"] = version()
    yield from hand.away()
    xdotool("key", "ctrl+z")
    yield SETTLE_S
    facts["undone"] = version()


def shape(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A refinement of shape and texture, with the light mesh in the viewport while it polishes."""
    yield from hand.write("propsmith_refine.prompt", SHAPE_PROMPT)
    facts["typed_again"] = settings().prompt
    settings().mode, settings().strength, settings().preset = "shape", 1.0, "draft"
    settings().steps = 12
    yield from hand.click("propsmith.refine(")
    yield from hand.away()
    yield lambda: newest("running")() and shown().jobs[0].stage == "refine" and any(map(is_light, bpy.data.objects))
    yield SETTLE_S
    hand.shot("live")
    yield lambda: newest("done")() and shown().jobs[0].imported
    yield from hand.away()
    facts["shaped"], facts["mesh_shaped"] = version(), counts()
    facts["light_left"] = sum(map(is_light, bpy.data.objects))
    hand.shot("shaped")


def is_light(obj: bpy.types.Object) -> bool:
    """Whether it is the wires that show a refinement at work."""
    return obj.type == "MESH" and part("addon.live").MARK in obj


def cancel(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A long refinement, cancelled from the panel in its middle: the cube keeps the version it shows."""
    settings().preset = "high"
    settings().mode, settings().steps = "shape", 300
    yield from hand.click("propsmith.refine(")
    yield lambda: newest("running")() and shown().jobs[0].fraction > 0.05
    yield from hand.click("propsmith.cancel_job")
    yield newest("cancelled")
    yield from hand.away()
    facts["cancelled"] = version()
    facts["light_after_cancel"] = sum(map(is_light, bpy.data.objects))
    hand.shot("cancelled")


if __name__ == "__main__":
    lead.main(ask, texture, compare, shape, cancel)
