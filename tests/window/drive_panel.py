"""Runs inside a windowed Blender: installs the zip, leads the panel through its states, writes pictures and facts.

    blender --python drive_panel.py -- PROPSMITH.zip FOLDER
FOLDER receives <state>.png, <state>-sidebar.png and facts.json, which test_window.py reads.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from hand import SETTLE_S, Hand, region_of, viewport  # noqa: E402

PACKAGE = "bl_ext.user_default.propsmith"
PROMPT, OTHER_PROMPT = "a red wooden barrel with iron bands", "thin smoke"
WAIT_S = 180.0  # machines can be busy
Wait = float | Callable[[], bool]  # seconds, or a condition
Facts = dict[str, object]


def shown():
    return bpy.context.window_manager.propsmith


def part(name: str):
    """A module of the installed extension."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def newest(state: str) -> Callable[[], bool]:
    return lambda: len(shown().jobs) > 0 and shown().jobs[0].state == state


def no_worker() -> bool:
    store = part("addon.session").current().store
    return store is None or not part("backend.store").worker_status(store).running


def set_up(hand: Hand, archive: str, facts: Facts) -> Iterator[Wait]:
    """Install, open the tab, and look at the card that stands there before the environment does."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    viewport()[1].spaces.active.show_region_ui = True
    yield SETTLE_S
    region_of("UI").active_panel_category = "Props"
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
    part("addon.preferences").get().python = str(HERE / "fake_python.sh")
    yield lambda: shown().ready
    yield from hand.away()
    yield from hand.click("propsmith.generate(")
    facts["jobs_without_prompt"] = len(shown().jobs)
    yield 1.5  # the tooltip
    hand.shot("disabled")
    yield from hand.write("propsmith.prompt", PROMPT)
    yield from hand.away()
    facts["typed"] = bpy.context.scene.propsmith.prompt
    hand.shot("ready")


def make(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """One prop, from the click to the object."""
    os.environ["PROPSMITH_FAKE_SPEED"] = "0.4"
    yield from hand.click("propsmith.generate(")
    yield from hand.away()
    yield lambda: newest("running")() and shown().jobs[0].fraction > 0.55
    facts["running"] = {"text": shown().jobs[0].text, "ghosts": sum("propsmith_job" in o for o in bpy.data.objects)}
    yield SETTLE_S  # pictures load in the background
    hand.shot("running")
    yield lambda: newest("done")() and shown().jobs[0].imported
    window, area = viewport()
    with bpy.context.temp_override(window=window, area=area, region=region_of("WINDOW")):
        bpy.ops.view3d.view_selected()
    yield SETTLE_S  # the view glides
    area.spaces.active.region_3d.view_distance *= 2.5
    yield from hand.click("propsmith.show_textures")
    yield from hand.away()
    facts["done"] = {"state": shown().jobs[0].state, "seed": shown().jobs[0].seed}
    facts["props"] = [
        {"name": o.name, "size": list(o.dimensions), "prompt": o.propsmith.prompt, "selected": o.select_get()}
        for o in bpy.context.scene.objects if o.propsmith.job
    ]  # fmt: skip
    facts["ghosts_left"] = sum("propsmith_job" in o for o in bpy.data.objects)
    hand.shot("done")


def fail(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A job that fails by its own fault, then a Python that cannot run the worker."""
    yield no_worker
    os.environ["PROPSMITH_FAKE_SCRIPT"] = "fail"
    os.environ["PROPSMITH_FAKE_SPEED"] = "4"
    yield from hand.write("propsmith.prompt", OTHER_PROMPT)
    yield from hand.click("propsmith.generate(")
    yield newest("failed")
    yield from hand.away()
    row = shown().jobs[0]
    facts["failed"] = {"code": row.code, "sentence": row.sentence, "remedy": row.remedy}
    hand.shot("failed")
    yield no_worker
    part("addon.preferences").get().python = "/bin/false"
    yield lambda: len(shown().jobs) == 2
    yield from hand.click("propsmith.generate(")
    yield lambda: bool(shown().error_code)
    yield from hand.away()
    facts["broken"] = {"code": shown().error_code, "sentence": shown().error_sentence}
    hand.shot("broken")


def preferences(hand: Hand) -> Iterator[Wait]:
    """The page of the extension, in the window that its button opens."""
    with bpy.context.temp_override(window=viewport()[0]):
        bpy.ops.propsmith.open_preferences()
    yield 3 * SETTLE_S
    hand.shot("preferences")


def play(hand: Hand, archive: str, facts: Facts) -> Iterator[Wait]:
    yield 2.0  # the window
    yield from set_up(hand, archive, facts)
    yield from prompt(hand, facts)
    yield from make(hand, facts)
    yield from fail(hand, facts)
    yield from preferences(hand)


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


def main(archive: str, folder: str) -> None:
    bpy.context.preferences.view.show_splash = False
    bpy.context.preferences.use_preferences_save = False
    hand, facts = Hand(Path(folder)), {"blender": bpy.app.version_string}

    def end(wrong: str) -> None:
        facts["error"] = wrong
        if wrong:
            hand.shot("error")
        (hand.folder / "facts.json").write_text(json.dumps(facts, indent=1), "utf-8")
        bpy.ops.wm.quit_blender()

    run(play(hand, archive, facts), end)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
