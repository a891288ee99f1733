"""Runs inside a windowed Blender: fills a blocked-out scene, leaves one row out in mid-job, takes it up, undoes the fill."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, region_of, viewport, xdotool
from lead import Facts, Wait, part, shown

# name, foot, size in metres; "Cube.001" says nothing, so that its row waits for a prompt
PLACES = (
    ("wooden_barrel.001", (-1.41, -0.71, 0.0), (0.8, 0.8, 1.1)),
    ("wooden_barrel.002", (-0.46, -0.6, 0.0), (0.8, 0.8, 1.0)),
    ("tree", (-0.85, 0.99, 0.0), (1.1, 1.1, 2.0)),
    ("TreasureChest", (0.5, 1.2, 0.0), (1.2, 0.8, 0.8)),
    ("Cube.001", (1.13, 0.14, 0.0), (0.6, 0.6, 0.9)),
    ("red_mushroom", (0.5, -0.35, 0.0), (0.6, 0.6, 0.6)),
)
TYPED, SKIPPED = "a snowman", "tree"
ROW_PX, ARROW = 21, 0.725  # of the list: a row's height; how far across the sidebar its arrow stands


def rows():
    return bpy.context.window_manager.propsmith_fill.rows


def states() -> dict[str, str]:
    return {row.target: row.state for row in rows()}


def row_of(target: str):
    return next(row for row in rows() if row.target == target)


def props() -> list[bpy.types.Object]:
    return [obj for obj in bpy.context.scene.objects if obj.propsmith.job]


def block_out() -> None:
    """The placeholders, selected; the camera's and the lamp's drawings are out of the picture."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    for name, foot, size in PLACES:
        mesh = bpy.data.meshes.new(name)
        w, d, h = size[0] / 2, size[1] / 2, size[2]
        corners = [(x, y, z) for z in (0, h) for y in (-d, d) for x in (-w, w)]
        mesh.from_pydata(
            corners, [], [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
        )
        obj = bpy.data.objects.new(name, mesh)
        obj.location = foot
        bpy.context.scene.collection.objects.link(obj)
        obj.select_set(True)
        bpy.context.view_layer.objects.active = obj


def list_rows(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Placeholders become rows; the one whose name says nothing gets its prompt by keys."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    yield from lead.choose_worker(hand)
    yield from hand.press(0.3, 15)  # nothing is selected: the first header is that of Fill Scene
    block_out()
    yield from lead.look_at_selected(1.15)
    yield from hand.click("propsmith.fill_add_selected")
    with bpy.context.temp_override(window=viewport()[0], area=viewport()[1], region=region_of("WINDOW")):
        bpy.ops.object.select_all(action="DESELECT")  # the panel Refine goes
    yield from hand.away()
    facts["rows"] = {row.target: [row.prompt, row.state] for row in rows()}
    facts["sizes"] = {row.target: list(row.size) for row in rows()}
    hand.shot("rows")
    place = rows().find(row_of("Cube.001").name)
    yield from hand.find("propsmith_fill.active")  # the list's first row
    yield from hand.press(0.2, hand.down_px() + place * ROW_PX)
    facts["chosen"] = rows()[bpy.context.window_manager.propsmith_fill.active].target
    yield from hand.write(f"rows[{place}].prompt", TYPED)
    yield from hand.away()
    facts["typed"] = [row_of("Cube.001").prompt, row_of("Cube.001").state]
    hand.shot("ready")


def fill(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """From the click to the props; one row is left out while its job runs."""
    bpy.context.scene.propsmith.preset = "draft"
    yield from hand.find(f'fill_skip(row="{row_of(SKIPPED).name}"', across=(ARROW,))
    skip_at = hand.at
    yield from hand.click("propsmith.fill_start")
    hand.move(*skip_at)
    yield lambda: any(job.state == "running" and job.name == job_of(SKIPPED) for job in shown().jobs)
    facts["skipped_job"] = job_of(SKIPPED)
    yield from hand.stir()
    xdotool("click", 1)
    yield SETTLE_S
    yield from hand.away()
    hand.shot("running")
    yield lambda: not bpy.context.window_manager.propsmith_fill.running
    yield lambda: shown().jobs[facts["skipped_job"]].state != "running"
    facts["skipped_job_state"] = shown().jobs[facts["skipped_job"]].state
    yield from hand.away()
    yield from hand.click("propsmith.show_textures")
    yield from hand.away()
    facts["filled"], facts["jobs"] = states(), len(shown().jobs)
    facts["meshes"] = {obj["propsmith_row"].split("/")[1]: obj.data.name for obj in props()}
    facts["keys"] = {row.target: row.name for row in rows()}
    facts["boxes"] = {obj["propsmith_row"].split("/")[1]: list(obj.dimensions) for obj in props()}
    facts["hidden"] = sorted(obj.name for obj in bpy.data.collections["Placeholders"].objects)
    hand.shot("skipped")


def job_of(target: str) -> str:
    """The job that makes this placeholder's prop, or ''."""
    fill = part("addon.filling").active_or_none()
    return next((row.job for row in fill.rows if row.name == target), "")


def retry(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Retry takes up the row that was left out; its prop lands."""
    yield from hand.click("propsmith.fill_retry")
    yield from hand.away()
    yield lambda: states()[SKIPPED] == "landed"
    yield from hand.away()
    facts["retried"] = states()
    hand.shot("done")


def undo(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The whole fill goes by one button, and comes back by Ctrl+Z."""
    yield from hand.click("propsmith.fill_undo")
    yield from hand.away()
    facts["undone"] = [len(props()), sorted(obj.name for obj in bpy.context.view_layer.objects)]
    hand.shot("undone")
    xdotool("key", "ctrl+z")
    yield 2 * SETTLE_S
    facts["again"] = len(props())


if __name__ == "__main__":
    lead.main(list_rows, fill, retry, undo)
