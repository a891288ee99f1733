"""Runs inside a windowed Blender: a list of jobs searched and filtered, a report copied, jobs cleaned up, props scattered."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, region_of, viewport, xdotool
from lead import Facts, Wait, part, shown

DONE = ("a wooden barrel", "a stone well", "a red mushroom", "a wooden crate", "a street lamp")
FAILED, CANCELLED = ("a spiral staircase", "a wooden ladder"), ("a blue teapot",)
SEARCH = "wooden"
HANDLE_PX = (96, 90, 102)  # from the list's first row down to the triangle that opens the filter, as the mouse finds it
SEARCH_PX, STATES_PX = 20, 22  # from there down to the search field, and to the states once the found rows are fewer
BYTES = 2_400_000  # of each job, so that there is something to free
listed: dict[str, object] = {}


def store_jobs(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A store of jobs that have ended, as an evening leaves it; nothing runs."""
    yield from lead.choose_worker(hand)
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    stores, protocol, errors = part("backend.store"), part("backend.protocol"), part("backend.errors")
    store = part("addon.session").current().store
    for prompt in (*DONE, *FAILED, *CANCELLED):
        job = stores.create_job(store, protocol.Generate(prompt=prompt), "")
        (store.jobs / job / "views.npz").write_bytes(bytes(BYTES))
        if prompt in DONE:
            stores.append_event(store, job, protocol.Done("result", {"views": 3.0}, {"faces": 8000.0}))
        elif prompt in FAILED:
            stores.append_event(store, job, protocol.Failed(**errors.problem("shape-empty").as_dict()))
        else:
            stores.request_cancel(store, job)
    bpy.ops.propsmith.refresh_jobs()
    yield lambda: len(shown().jobs) == len(DONE + FAILED + CANCELLED)
    watch_filter()
    yield from hand.away()


def watch_filter() -> None:
    """Note what the list of jobs is asked to show, and what it shows: a list's own settings have no path in Blender."""
    rows = part("ui.job_list").PROPSMITH_UL_jobs
    true = rows.filter_items

    def filter_items(self, context, data, collection):
        flags, order = true(self, context, data, collection)
        fits = [job.title for job, flag in zip(data.jobs, flags, strict=False) if flag] if flags else "all"
        listed.update(words=self.filter_name, shown=self.shown, fits=fits)
        return flags, order

    def draw_filter(self, context, layout):
        listed["open"] = True
        true_draw(self, context, layout)

    true_draw, rows.draw_filter, rows.filter_items = rows.draw_filter, draw_filter, filter_items


def filter_jobs(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The triangle below the list opens the filter's row; a word typed in it, then a click on Failed."""
    facts["unfiltered"] = dict(listed)
    yield from hand.find("propsmith.active")  # the list's first row
    top = facts["first_row"] = hand.down_px()
    for below in HANDLE_PX:
        if not listed.get("open"):
            yield from hand.press(0.08, top + below)
            handle = top + below
    facts["opened"] = listed.get("open", False)
    yield from hand.press(0.3, handle + SEARCH_PX)
    xdotool("key", "ctrl+a")
    xdotool("type", "--delay", 40, SEARCH)
    yield SETTLE_S
    xdotool("key", "Return")
    yield SETTLE_S
    facts["searched"] = dict(listed)
    yield from hand.away()
    hand.shot("searched")
    yield from hand.press(0.8, handle + STATES_PX)  # Failed
    yield from hand.away()
    facts["filtered"] = dict(listed)
    hand.shot("filtered")


def report(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The button Report of the chosen job, and what it puts on the clipboard."""
    yield from hand.press(0.3, facts["first_row"])
    yield from hand.find("propsmith.copy_report(")
    hand.shot("report")
    yield from hand.stir()
    xdotool("click", 1)
    yield SETTLE_S
    facts["report"], facts["chosen"] = bpy.context.window_manager.clipboard, shown().jobs[shown().active].title


def clean_up(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The brush in the header of Jobs: its dialog says how many jobs and how much of the disk; Return removes them."""
    facts["jobs_before"] = len(shown().jobs)
    yield from hand.find("propsmith.clean_up_jobs", across=(0.72, 0.76, 0.8))
    yield from hand.stir()
    xdotool("click", 1)
    yield 2 * SETTLE_S
    hand.shot("clean-up")
    xdotool("key", "Return")
    yield lambda: len(shown().jobs) < facts["jobs_before"]
    facts["jobs_after"] = sorted(job.title for job in shown().jobs)
    yield from hand.away()


def scatter(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The dialog of Scatter on a plane, answered by Return: rows in the list, each turned by its own angle."""
    bpy.ops.mesh.primitive_plane_add(size=6.0)
    yield from hand.away()
    with bpy.context.temp_override(window=viewport()[0], area=viewport()[1], region=region_of("WINDOW")):
        bpy.ops.propsmith.fill_scatter("INVOKE_DEFAULT", prompts="rock, mushroom", turn=np.radians(30.0))
    yield 2 * SETTLE_S
    hand.shot("scatter")
    xdotool("key", "Return")
    fill = part("addon.filling").active_or_none
    yield lambda: fill() is not None and len(fill().rows) > 0
    axes = np.array([row.axes for row in fill().rows])
    facts["scattered"] = [row.prompt for row in fill().rows]
    facts["turned_deg"] = np.degrees(np.arctan2(axes[:, 1, 0], axes[:, 0, 0])).round(1).tolist()
    yield from hand.away()


if __name__ == "__main__":
    lead.main(store_jobs, filter_jobs, report, clean_up, scatter)
