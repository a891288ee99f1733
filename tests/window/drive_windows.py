"""Runs inside a windowed Blender: two main windows, each with a scene of its own, that generate, fill and compare at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand
from lead import Facts, Wait, part, shown


def windows() -> list[bpy.types.Window]:
    return list(bpy.context.window_manager.windows)


def inside(window: bpy.types.Window):
    """The context of a window's 3D viewport, as if the artist worked there."""
    area = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    return bpy.context.temp_override(
        window=window, area=area, region=next(r for r in area.regions if r.type == "WINDOW")
    )


def props(scene: bpy.types.Scene) -> list[str]:
    return sorted(o.propsmith.prompt for o in scene.objects if o.propsmith.job)


def selected(window: bpy.types.Window) -> list[str]:
    return sorted(o.name for o in window.view_layer.objects.selected)


def open_second(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A second main window that shows a second scene, with the tab open in both."""
    yield from lead.choose_worker(hand)
    with inside(windows()[0]):
        bpy.ops.wm.window_new_main()
    yield SETTLE_S
    second = bpy.data.scenes.new("Second")
    windows()[1].scene = second
    for window in windows():
        area = next(a for a in window.screen.areas if a.type == "VIEW_3D")
        area.spaces.active.show_region_ui = True
        yield SETTLE_S
        next(r for r in area.regions if r.type == "UI").active_panel_category = "Props"
    for scene in bpy.data.scenes:
        scene.propsmith.preset = "draft"
    facts["scenes"] = [window.scene.name for window in windows()]
    yield SETTLE_S


def generate_in_both(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Each window asks for a prop; each lands in its own scene, selected there."""
    for window, prompt in zip(windows(), ("a wooden barrel", "a mushroom"), strict=True):
        window.scene.propsmith.prompt = prompt
        with inside(window):
            bpy.ops.propsmith.generate()
    yield lambda: all(props(window.scene) for window in windows())
    yield SETTLE_S
    facts["props"] = [props(window.scene) for window in windows()]
    facts["selected"] = [selected(window) for window in windows()]
    hand.shot("generated")


def edit_elsewhere(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """While the second window edits, what the first one asked for waits."""
    first, second = windows()
    with inside(second):
        bpy.ops.object.mode_set(mode="EDIT")
    first.scene.propsmith.prompt = "a crate"
    with inside(first):
        bpy.ops.propsmith.generate()
    yield lambda: shown().jobs[0].state == "done"
    yield 4 * SETTLE_S
    facts["while_editing"] = props(first.scene)
    with inside(second):
        bpy.ops.object.mode_set(mode="OBJECT")
    yield lambda: len(props(first.scene)) == 2
    facts["after_editing"] = props(first.scene)


def fill_both(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A list of places in each scene, filled at the same time; the first window says whose list is shown."""
    filling = part("addon.fill_lists")
    for window, name in zip(windows(), ("wooden_stool", "lantern"), strict=True):
        for number in range(2):
            place = bpy.data.objects.new(f"{name}.{number:03d}", None)
            place.empty_display_type, place.location = "CUBE", (2.0 + 2 * number, 2.0, 0.5)
            window.scene.collection.objects.link(place)
        yield SETTLE_S
        with inside(window):
            bpy.ops.object.select_all(action="DESELECT")
            for obj in window.scene.objects:
                if obj.name.startswith(name):
                    obj.select_set(True)
            bpy.ops.propsmith.fill_add_selected()
            bpy.ops.propsmith.fill_start()
    facts["list_of"] = filling.active_or_none().scene
    with inside(windows()[0]):
        facts["start_in_first"] = bpy.ops.propsmith.fill_start.poll()
    yield lambda: not filling.running()
    facts["filled"] = [props(window.scene) for window in windows()]
    with inside(windows()[0]):
        bpy.ops.propsmith.fill_show()
    facts["list_after"] = filling.active_or_none().scene


def compare_in_second(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Compare, begun in the second window, holds back a landing of the first, and gives back what was shown."""
    first, second = windows()
    versions = part("addon.versions")
    obj = next(o for o in second.scene.objects if o.propsmith.job)
    with inside(second):
        for other in second.scene.objects:
            other.select_set(other == obj)
        second.view_layer.objects.active = obj
        second.scene.propsmith_refine.prompt, second.scene.propsmith_refine.preset = "a mossy mushroom", "draft"
        bpy.ops.propsmith.refine()
    yield lambda: len(obj.propsmith_versions.items) == 2
    with inside(second):
        bpy.ops.propsmith.version_compare("INVOKE_DEFAULT")
    facts["comparing"] = versions.shown(obj)
    yield SETTLE_S
    facts["status_text"] = second.workspace.name
    with inside(first):
        bpy.ops.propsmith.generate()
    yield lambda: shown().jobs[0].state == "done"
    yield 4 * SETTLE_S
    facts["landed_while_comparing"] = shown().jobs[0].imported
    with inside(second):
        bpy.ops.wm.window_close()
    yield lambda: len(windows()) == 1
    yield lambda: shown().jobs[0].imported
    facts["compared"] = versions.shown(obj)
    hand.shot("closed")


if __name__ == "__main__":
    lead.main(open_second, generate_in_both, edit_elsewhere, fill_both, compare_in_second)
