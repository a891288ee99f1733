"""Runs inside a windowed Blender: Compare held by a key and by a mouse button, and begun from the panel; no worker at work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, viewport, xdotool
from lead import Facts, Wait, part

KEY, BUTTON = "y", 8  # BUTTON: the thumb's of a mouse, BUTTON4MOUSE to Blender


def version() -> str:
    obj = bpy.data.objects["Cube"]
    return obj.propsmith_versions.items[part("addon.versions").shown(obj)].name


def two_versions(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A cube whose version 2 is a ball, and the shortcuts that an artist would give to the button by its right click."""
    yield from lead.choose_worker(hand)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=3)
    ball = bpy.context.object
    cube = bpy.data.objects["Cube"]
    part("addon.versions").add(cube, ball.data.copy(), "shape", "a ball")
    bpy.data.objects.remove(ball)
    cube.select_set(True)
    bpy.context.view_layer.objects.active = cube
    keymap = bpy.context.window_manager.keyconfigs.addon.keymaps.new(name="3D View", space_type="VIEW_3D")
    keymap.keymap_items.new("propsmith.version_compare", KEY.upper(), "PRESS")
    keymap.keymap_items.new("propsmith.version_compare", "BUTTON4MOUSE", "PRESS")
    bpy.ops.ed.undo_push(message="Two versions")
    yield from hand.away()
    facts["before"] = version()


def clicked(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """From the panel: v1 while the mouse moves away, until a click; until Esc; until a click after its area has changed."""
    yield from hand.click("propsmith.version_compare(")
    yield from hand.away()
    facts["clicked"] = version()
    hand.shot("clicked")
    xdotool("click", 1)
    yield SETTLE_S
    facts["clicked_again"] = version()
    yield from hand.click("propsmith.version_compare(")
    facts["for_escape"] = version()
    xdotool("key", "Escape")
    yield SETTLE_S
    facts["escaped"] = version()
    yield from hand.click("propsmith.version_compare(")
    area = viewport()[1]
    area.type = "OUTLINER"
    yield SETTLE_S
    facts["area_changed"] = version()
    xdotool("click", 1)
    yield SETTLE_S
    facts["area_clicked"] = version()
    area.type = "VIEW_3D"
    yield SETTLE_S


def held(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Key down: v1, through a turn of the wheel and a Ctrl+Z; key up: v2. The same with a mouse button."""
    region_3d = viewport()[1].spaces.active.region_3d
    distance = region_3d.view_distance
    yield from hand.away()
    xdotool("keydown", KEY)
    yield lambda: version() == "v1"  # a busy machine takes its time
    yield 2 * SETTLE_S  # long enough for the keyboard to repeat the key
    facts["held"] = version()
    hand.shot("held")
    xdotool("click", 4)
    yield lambda: region_3d.view_distance < distance
    xdotool("key", "ctrl+z")
    yield 2 * SETTLE_S
    facts["held_on"], facts["nearer"] = version(), region_3d.view_distance < distance
    xdotool("keyup", KEY)
    yield lambda: version() == "v2"
    yield SETTLE_S
    facts["released"] = version()
    xdotool("mousedown", BUTTON)
    yield lambda: version() == "v1"
    yield SETTLE_S
    facts["button_held"] = version()
    xdotool("mouseup", BUTTON)
    yield lambda: version() == "v2"
    facts["button_released"] = version()


if __name__ == "__main__":
    lead.main(two_versions, clicked, held)  # a first click gives the window the keyboard
