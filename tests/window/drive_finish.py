"""Runs inside a windowed Blender: two props, their sliders, a preview light, saved to a library that its browser shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand, region_of, viewport, xdotool
from lead import Facts, Wait, part

PROMPTS = ("a wooden barrel with iron bands", "a red mushroom")


HEADER_PX = 34  # from the last row of the panel Material down to the header of the next panel


def props() -> list[bpy.types.Object]:
    return [o for o in bpy.data.objects if o.propsmith.job]


def make(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """Two draft props, side by side."""
    yield from lead.choose_worker(hand)
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    settings = bpy.context.scene.propsmith
    settings.preset = "draft"
    for place, prompt in enumerate(PROMPTS):
        settings.prompt = prompt
        bpy.context.scene.cursor.location.x = 1.2 * place
        bpy.ops.propsmith.generate()
        yield lambda place=place: len(props()) == place + 1
    for obj in bpy.data.objects:
        obj.select_set(obj in props())
    yield from lead.look_at_selected(1.0)
    viewport()[1].spaces.active.shading.color_type = "TEXTURE"
    yield from hand.away()


def sliders(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The panel Material with sliders moved, scrolled to."""
    material = bpy.context.view_layer.objects.active.active_material
    material.propsmith_look.tint, material.propsmith_look.tint_amount = (0.1, 0.3, 0.9), 0.6
    material.propsmith_look.wear = 0.7
    region = region_of("UI")
    hand.move(
        region.x + region.width // 3, region.y + region.height - 12
    )  # a header: a list would take the wheel for itself
    yield SETTLE_S
    xdotool("click", "--repeat", 60, "--delay", 30, 5)
    yield 6 * SETTLE_S  # a busy machine scrolls slowly
    hand.shot("sliders")
    yield from hand.away()


def ship(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The panel Look and Ship, opened by a click on its header, with the preview light on; off again by the same button."""
    yield from hand.find("propsmith.look_bake")
    hand.move(hand.at[0], hand.at[1] - HEADER_PX)
    yield from hand.stir()
    xdotool("click", 1)
    yield SETTLE_S
    hand.move(region_of("UI").x + region_of("UI").width // 3, hand.at[1])
    xdotool("click", "--repeat", 60, "--delay", 30, 5)
    yield 6 * SETTLE_S  # a busy machine scrolls slowly
    yield from hand.click("propsmith.preview_light(turntable=False")
    facts["lit"] = part("addon.preview_light").rig_or_none(bpy.context.scene) is not None
    yield from hand.away()
    viewport()[1].spaces.active.shading.type = "RENDERED"
    yield 6 * SETTLE_S
    hand.shot("ship")
    viewport()[1].spaces.active.shading.type = "SOLID"
    yield from hand.click("propsmith.preview_light(turntable=False")
    facts["unlit"] = part("addon.preview_light").rig_or_none(bpy.context.scene) is None
    yield from hand.away()


def browser() -> bpy.types.Area:
    return next(a for a in viewport()[0].screen.areas if a.ui_type == "ASSETS")


def inside(area: bpy.types.Area):
    region = next(r for r in area.regions if r.type == "WINDOW")
    return bpy.context.temp_override(window=viewport()[0], area=area, region=region)


def shown_assets() -> list[dict]:
    """What Blender's Asset Browser shows and reads of each asset."""
    with inside(browser()):
        bpy.ops.file.select_all(action="SELECT")
        found = bpy.context.selected_assets or []
    return [
        {
            "name": asset.name, "catalog": asset.metadata.catalog_id, "author": asset.metadata.author,
            "description": asset.metadata.description, "licence": asset.metadata.license,
            "tags": [tag.name for tag in asset.metadata.tags],
        }
        for asset in found
    ]  # fmt: skip


def save(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The Asset Browser stands open on an empty library; the dialog is answered by Return; the assets appear by themselves."""
    folder = Path.home() / "My Props é"
    folder.mkdir()
    bpy.context.preferences.filepaths.asset_libraries.new(name="My Props", directory=str(folder))
    with inside(viewport()[1]):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.45)
    yield SETTLE_S
    areas = [a for a in viewport()[0].screen.areas if a.type == "VIEW_3D"]
    min(areas, key=lambda area: area.y).ui_type = "ASSETS"
    yield 2 * SETTLE_S
    browser().spaces.active.params.asset_library_reference = "My Props"
    yield 3 * SETTLE_S
    facts["before"] = shown_assets()
    for obj in props():
        obj.select_set(True)
    with inside(viewport()[1]):
        bpy.ops.propsmith.save_assets(
            "INVOKE_DEFAULT", library="My Props", catalog="Props/Village", tags="wood, outdoor", author="Ada Artist"
        )
    yield 2 * SETTLE_S
    hand.shot("dialog")
    xdotool("key", "Return")
    yield lambda: len(list(folder.glob("Propsmith/*.blend"))) == len(PROMPTS)
    yield lambda: len(shown_assets()) == len(PROMPTS)  # Blender reads the library in the background
    facts["assets"], facts["catalogs"] = shown_assets(), (folder / "blender_assets.cats.txt").read_text("utf-8")
    yield 4 * SETTLE_S  # and the pictures after it
    with inside(browser()):
        bpy.ops.file.select_all(action="DESELECT")
    yield SETTLE_S
    hand.shot("browser")


if __name__ == "__main__":
    lead.main(make, sliders, ship, save)
