"""Runs inside a windowed Blender: refines the default cube by mouse and keys, compares versions, writes pictures and facts.

    blender --python drive_refine.py -- PROPSMITH.zip FOLDER
FOLDER receives refine-<state>.png, refine-<state>-sidebar.png and facts.json, which test_window_refine.py reads.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from drive_panel import Facts, Wait, newest, part, run, shown  # noqa: E402
from hand import SETTLE_S, Hand, region_of, viewport, xdotool  # noqa: E402

PROMPT = "mossy stone"


def version() -> str:
    """The name of the version that the cube shows."""
    obj = bpy.data.objects["Cube"]
    place = part("addon.versions").shown(obj)
    return obj.propsmith_versions.items[place].name if place >= 0 else ""


def play(hand: Hand, archive: str, facts: Facts) -> Iterator[Wait]:
    yield 2.0  # the window
    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    viewport()[1].spaces.active.show_region_ui = True
    yield SETTLE_S
    region_of("UI").active_panel_category = "Props"
    part("addon.preferences").get().python = str(HERE / "fake_python.sh")
    yield lambda: shown().ready
    yield from hand.away()
    yield from hand.click("propsmith.refine(")
    facts["jobs_without_prompt"] = len(shown().jobs)
    yield from hand.write("propsmith_refine.prompt", PROMPT)
    yield from hand.away()
    facts["typed"] = bpy.context.scene.propsmith_refine.prompt
    hand.shot("refine-ready")
    yield from refine(hand, facts)
    yield from compare(hand, facts)


def refine(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """One refinement, from the click to the new version."""
    os.environ["PROPSMITH_FAKE_SPEED"] = "0.4"
    yield from hand.click("propsmith.refine(")
    yield from hand.away()
    yield lambda: newest("running")() and shown().jobs[0].fraction > 0.55
    yield SETTLE_S
    hand.shot("refine-running")
    yield lambda: newest("done")() and shown().jobs[0].imported
    yield from hand.away()
    yield from hand.click("propsmith.show_textures")
    yield from hand.away()
    facts["landed"] = version()
    facts["notes"] = shown().jobs[0].notes
    hand.shot("refine-done")


def compare(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Compare shows the version before until the next click; a click on v1 shows it for good; Ctrl+Z undoes that."""
    yield from hand.click("propsmith.version_compare(")
    facts["comparing"] = version()
    hand.shot("refine-compare")
    xdotool("click", 1)
    yield SETTLE_S
    facts["compared"] = version()
    yield from hand.click("propsmith.version_show(place=0")
    facts["chosen"] = version()
    yield from hand.away()
    xdotool("key", "ctrl+z")
    yield SETTLE_S
    facts["undone"] = version()


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
