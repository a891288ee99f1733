"""Runs inside a windowed Blender: installs the zip and leads the panel through its states, by mouse and keys."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, region_of, viewport, xdotool
from lead import Facts, Wait, newest, shown

PROMPT, OTHER_PROMPT, CANCELLED_PROMPT = "a red wooden barrel with iron bands", "a wooden crate", "a blue teapot"


def set_up(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Look at the card that stands in the tab before the environment does."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    yield from hand.away()
    facts["sidebar_px"] = region_of("UI").width
    hand.shot("setup")
    yield from hand.click("propsmith.preflight")
    yield lambda: not shown().setup_running
    yield from hand.away()
    facts["preflight"] = shown().setup_rows
    hand.shot("preflight")


def prompt(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """An environment is chosen: a disabled button that says why, then a prompt typed by key events."""
    yield from lead.choose_worker(hand)
    yield from hand.click("propsmith.generate(")
    facts["jobs_without_prompt"] = len(shown().jobs)
    yield 1.5  # the tooltip
    hand.shot("disabled")
    yield from hand.write("propsmith.prompt", PROMPT)
    yield from lead.read_prompt(PROMPT)
    yield from hand.away()
    facts["typed"] = bpy.context.scene.propsmith.prompt
    hand.shot("ready")


def make(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """One prop of the true worker, from the click to the object."""
    yield from hand.click("propsmith.generate(")
    yield from hand.away()
    yield lambda: newest("running")() and shown().jobs[0].icon > 0 and shown().jobs[0].fraction > 0.4
    facts["running"] = {"text": shown().jobs[0].text, "ghosts": sum("propsmith_job" in o for o in bpy.data.objects)}
    yield SETTLE_S  # pictures load in the background
    hand.shot("running")
    yield lambda: newest("done")() and shown().jobs[0].imported
    yield from lead.look_at_selected(1.6)
    yield from hand.click("propsmith.show_textures")
    yield from hand.away()
    facts["done"] = {"state": shown().jobs[0].state, "seed": shown().jobs[0].seed}
    facts["props"] = [
        {"name": o.name, "size": list(o.dimensions), "prompt": o.propsmith.prompt, "selected": o.select_get()}
        for o in bpy.context.scene.objects if o.propsmith.job
    ]  # fmt: skip
    facts["ghosts_left"] = sum("propsmith_job" in o for o in bpy.data.objects)
    hand.shot("done")


def cancel(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A long job of the true worker, cancelled in its middle."""
    bpy.context.scene.propsmith.preset = "high"
    bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = None
    yield from hand.write("propsmith.prompt", CANCELLED_PROMPT)
    yield from hand.click("propsmith.generate(")
    yield lambda: newest("running")() and shown().jobs[0].fraction > 0.02
    yield from hand.click("propsmith.cancel_job")
    yield newest("cancelled")
    yield from hand.away()
    facts["cancelled"] = {"state": shown().jobs[0].state, "ghosts": sum("propsmith_job" in o for o in bpy.data.objects)}
    facts["props_after_cancel"] = sum(bool(o.propsmith.job) for o in bpy.context.scene.objects)
    hand.shot("cancelled")
    bpy.context.scene.propsmith.preset = "standard"


def fail(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A picture of noise that the true worker refuses, then a Python that cannot run the worker."""
    picture = bpy.data.images.new("noise", 256, 256)
    values = np.random.default_rng(0).random((256, 256, 4), np.float32)
    values[..., 3] = 1.0
    picture.pixels.foreach_set(values.ravel())
    picture.filepath_raw, picture.file_format = str(Path.home() / "noise.png"), "PNG"
    picture.save()
    yield from hand.write("propsmith.prompt", OTHER_PROMPT)
    yield from lead.read_prompt(OTHER_PROMPT)
    bpy.context.scene.propsmith.image = picture.filepath_raw
    yield from hand.click("propsmith.generate(")
    yield newest("failed")
    yield from hand.away()
    row = shown().jobs[0]
    facts["failed"] = {"code": row.code, "sentence": row.sentence, "remedy": row.remedy}
    hand.shot("failed")
    bpy.ops.propsmith.image_clear()
    yield from lead.dismiss_worker()
    lead.preferences().python = "/bin/false"
    yield lambda: len(shown().jobs) == 3
    yield from hand.click("propsmith.generate(")
    yield lambda: bool(shown().error_code)
    yield from hand.away()
    facts["broken"] = {"code": shown().error_code, "sentence": shown().error_sentence}
    hand.shot("broken")


def page(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The page of the extension, in the window that its button opens, after a self-test of the true environment."""
    yield from hand.click("propsmith.open_preferences")  # beside the button that tests
    lead.preferences().python = str(lead.WORKER)
    xdotool(
        "search", "--name", "Preferences", "windowmove", 200, 0, "windowsize", 900, 900
    )  # there is no window manager
    yield 2 * SETTLE_S
    with bpy.context.temp_override(window=viewport()[0]):
        bpy.ops.propsmith.verify_environment()
    yield lambda: not shown().setup_running
    yield 2 * SETTLE_S
    facts["self_test"] = shown().setup_rows
    hand.shot("preferences")


if __name__ == "__main__":
    lead.main(set_up, prompt, make, cancel, fail, page)
