"""Renders while a fill runs: a placeholder is out of them from the tick its prop lands in, and back in when it comes back."""

from __future__ import annotations

import bpy
import pytest

from .test_fill import shown
from .test_fill_places import begin, boxes, end, visible

pytestmark = pytest.mark.usefixtures("no_fill")


def test_a_placeholder_is_in_no_render_from_its_landing_on(app, monkeypatch, tmp_path):
    """Cycles sees a placeholder until its prop has landed and not from that tick on; its ray visibility comes back as it was."""
    app.fake(monkeypatch, speed=2.0)
    barrel, crate, vase = boxes_ = begin("barrel", "crate", "vase")
    barrel.visible_glossy = False
    was = {obj.name: rays(obj) for obj in boxes_}
    assert seen_by_cycles(barrel, tmp_path)
    app.until(lambda: len(app.props()) == 2)
    assert shown().running and not any(rays(barrel)) and not any(rays(crate)) and rays(vase) == was["vase"]
    assert not seen_by_cycles(barrel, tmp_path) and seen_by_cycles(vase, tmp_path)
    bpy.ops.ed.undo()
    found = {obj.name: obj for obj in boxes()}
    assert rays(found["crate"]) == was["crate"] and not any(rays(found["barrel"]))
    found["barrel"].hide_set(False)  # the artist wants to see it
    end(app)
    found = {obj.name: obj for obj in boxes()}
    assert {name: rays(obj) for name, obj in found.items()} == was and visible(found["barrel"])
    assert not [obj for obj in bpy.data.objects if "propsmith_rays" in obj]


def rays(obj: bpy.types.Object) -> list[bool]:
    names = ("camera", "diffuse", "glossy", "transmission", "volume_scatter", "shadow")
    return [getattr(obj, f"visible_{name}") for name in names]


def seen_by_cycles(obj: bpy.types.Object, folder) -> bool:
    """Whether a render of 8 x 8 pixels towards the object's middle, all props hidden, differs from the empty sky."""
    scene, props = bpy.context.scene, [o for o in bpy.data.objects if o.propsmith.job]
    camera = bpy.data.objects.new("probe", bpy.data.cameras.new("probe"))
    scene.collection.objects.link(camera)
    camera.location = (*obj.matrix_world.translation[:2], 9)
    camera.data.angle = 0.02
    scene.camera, scene.render.engine, scene.cycles.samples = camera, "CYCLES", 1
    scene.render.resolution_x = scene.render.resolution_y = 8
    scene.render.film_transparent, scene.render.filepath = True, str(folder / "probe.png")
    scene.render.image_settings.color_mode = "RGBA"
    for prop in props:
        prop.hide_render = True
    bpy.ops.render.render(write_still=True)
    for prop in props:
        prop.hide_render = False
    image = bpy.data.images.load(scene.render.filepath)
    solid = max(list(image.pixels)[3::4]) > 0.5
    bpy.data.images.remove(image)
    bpy.data.cameras.remove(camera.data)
    return solid
