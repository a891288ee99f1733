"""Leads a windowed Blender through a play, a generator of waits, by a timer; pictures and facts.json are what stays."""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
from hand import SETTLE_S, Hand, region_of, viewport

PACKAGE = "bl_ext.user_default.propsmith"
WORKER = Path.home() / ".local/share/propsmith/environment/bin/python"  # worker.sh, put there by stage.py
WAIT_S = 300.0  # machines can be busy
Wait = float | Callable[[], bool]  # seconds, or a condition
Facts = dict[str, object]
Step = Callable[[Hand, Facts], Iterator[Wait]]


def shown():
    return bpy.context.window_manager.propsmith


def part(name: str):
    """A module of the installed extension."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def preferences():
    return part("addon.preferences").get()


def newest(state: str) -> Callable[[], bool]:
    return lambda: len(shown().jobs) > 0 and shown().jobs[0].state == state


def no_worker() -> bool:
    store = part("addon.session").current().store
    return store is None or not part("backend.store").worker_status(store).running


def dismiss_worker() -> Iterator[Wait]:
    """Until no worker serves the store: the next job starts one with the Python that is chosen then."""
    if not no_worker():
        bpy.ops.propsmith.stop_worker()
    yield no_worker


def install(archive: str) -> Iterator[Wait]:
    """From Blender's first window to the open tab of the extension."""
    yield 2.0  # the window
    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    viewport()[1].spaces.active.show_region_ui = True
    yield SETTLE_S
    region_of("UI").active_panel_category = "Props"
    yield SETTLE_S


def choose_worker(hand: Hand) -> Iterator[Wait]:
    preferences().python = str(WORKER)
    yield lambda: shown().ready
    yield from hand.away()


def read_prompt(prompt: str) -> Iterator[Wait]:
    """Until the worker's reading of the prompt stands under the field, or has been given up: a busy machine starts slowly."""
    yield lambda: not part("addon.prompts").being_read(prompt)
    yield SETTLE_S


def look_at_selected(distance: float) -> Iterator[Wait]:
    """Centre the view on what is selected, `distance` times as far away as Blender would go."""
    window, area = viewport()
    with bpy.context.temp_override(window=window, area=area, region=region_of("WINDOW")):
        bpy.ops.view3d.view_selected()
    yield SETTLE_S  # the view glides
    area.spaces.active.region_3d.view_distance *= distance


def run(steps: Iterator[Wait], end: Callable[[str], None]) -> None:
    """Advance the steps from a timer; `end` is told what went wrong, or ''."""
    waiting: dict[str, object] = {"ready": None, "until": 0.0}

    def tick() -> float | None:
        ready = waiting["ready"]
        try:
            if callable(ready) and not ready():
                if time.monotonic() > waiting["until"]:
                    rows = [(r.title, r.state, r.text, r.code) for r in shown().jobs]
                    raise TimeoutError(f"{rows} {shown().error_sentence} {shown().setup_text}")
                return 0.1
            wait = next(steps)
        except StopIteration:
            return end("")
        except Exception:  # the border: Blender must quit whatever happens here
            return end(traceback.format_exc())
        waiting["ready"], waiting["until"] = (wait, time.monotonic() + WAIT_S) if callable(wait) else (None, 0.0)
        return 0.1 if callable(wait) else wait

    bpy.app.timers.register(tick, first_interval=1.0)


def play(hand: Hand, archive: str, facts: Facts, steps: tuple[Step, ...]) -> Iterator[Wait]:
    """Install the zip, then one step after the other."""
    yield from install(archive)
    for step in steps:
        yield from step(hand, facts)


def main(*steps: Step) -> None:
    """blender --python drive_<name>.py -- PROPSMITH.zip FOLDER; the folder receives the pictures and facts.json."""
    archive, folder = sys.argv[sys.argv.index("--") + 1 :]
    bpy.context.preferences.view.show_splash = False
    bpy.context.preferences.use_preferences_save = False
    hand, facts = Hand(Path(folder)), {"blender": bpy.app.version_string}

    def end(wrong: str) -> None:
        facts["error"] = wrong
        if wrong:
            hand.shot("error")
        (hand.folder / "facts.json").write_text(json.dumps(facts, indent=1), "utf-8")
        bpy.ops.propsmith.stop_worker()  # else it waits for jobs after Blender has gone
        bpy.ops.wm.quit_blender()

    run(play(hand, archive, facts, steps), end)
