"""Runs inside a windowed Blender: a viewport capture, a dropped WebP, what the prior reads, four drafts, one made in full."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, region_of, viewport, xdotool
from lead import Facts, Wait, shown

PROMPT = "a red barrel with quaxly bands"


def capture(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The default cube as the viewport shows it becomes the image; the view's own settings are as before."""
    yield from lead.choose_worker(hand)
    window, area = viewport()
    shading = area.spaces.active.shading
    before = (shading.background_type, area.spaces.active.overlay.show_overlays)
    with bpy.context.temp_override(window=window, area=area, region=region_of("WINDOW")):
        bpy.ops.propsmith.image_from_view()
    picture = bpy.data.images.load(bpy.context.scene.propsmith.image)
    wide, high = picture.size
    values = [round(v, 3) for v in picture.pixels[:]]
    corner, middle = values[:3], values[4 * (high // 2 * wide + wide // 2) :][:3]
    facts["capture"] = {"size": [wide, high], "corner": corner, "middle": middle}
    facts["view_kept"] = before == (shading.background_type, area.spaces.active.overlay.show_overlays)
    bpy.data.objects.remove(bpy.data.objects["Cube"])  # and with it the panel that refines it
    yield SETTLE_S


def drop(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """A WebP dropped on the viewport by Blender's own drop operator: its menu, our dialog, then the job that it asks for."""
    window, area = viewport()
    folder, settings = Path.home() / "my pictures é", bpy.context.scene.propsmith
    folder.mkdir()
    panel = settings.image
    image = bpy.data.images.load(panel)
    assert len(image.pixels) > 0  # asking loads them: else there is nothing to save
    image.filepath_raw, image.file_format = str(folder / "photo.webp"), "WEBP"
    image.save()
    with bpy.context.temp_override(window=window, area=area, region=region_of("WINDOW")):
        bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=f"{folder}/", files=[{"name": "photo.webp"}])
    yield SETTLE_S
    hand.shot("drop")
    xdotool("key", "p")  # of "Prop from Image", beside Blender's own "Add Empty Image"
    yield SETTLE_S
    hand.shot("dropped")
    xdotool("key", "Return")
    yield lambda: len(shown().jobs) == 1 and shown().jobs[0].state in ("running", "done", "failed")
    job = shown().jobs[0]
    asked = lead.part("addon.session").current().watches[job.name].request
    facts["dropped"] = {"image": Path(asked.image).name, "state": job.state, "panel_kept": panel == settings.image}
    bpy.ops.propsmith.cancel_job(job=job.name)
    yield lambda: shown().jobs[0].state in ("cancelled", "done", "failed")
    bpy.ops.propsmith.remove_job(job=shown().jobs[0].name)
    bpy.ops.propsmith.image_clear()
    yield SETTLE_S


def drafts(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Four drafts by one click; the second is chosen and made in full."""
    yield from hand.write("propsmith.prompt", PROMPT)
    yield from lead.read_prompt(PROMPT)
    yield from hand.away()
    hand.shot("reading")
    yield from hand.click("propsmith.four_drafts")
    yield from hand.away()
    gallery = lead.part("addon.gallery").shown_or_none(lead.part("addon.session").current())
    yield lambda: all(shown().jobs[job].state == "done" for job in gallery.jobs)
    yield 2 * SETTLE_S  # pictures load in the background
    facts["props_before"] = sum(bool(o.propsmith.job) for o in bpy.data.objects)
    bpy.ops.propsmith.choose_draft(place=1)
    yield from hand.away()
    hand.shot("drafts")
    seed = lead.part("addon.session").current().watches[gallery.jobs[1]].request.seed
    yield from hand.click("propsmith.make_draft")
    yield from hand.away()
    yield lambda: any(o.propsmith.job for o in bpy.data.objects)
    (made,) = [o for o in bpy.data.objects if o.propsmith.job]
    facts["made"] = {"same_seed": made.propsmith.seed == seed, "preset": made.propsmith.preset}
    hand.shot("made")


if __name__ == "__main__":
    lead.main(capture, drop, drafts)
