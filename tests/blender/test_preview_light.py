"""The preview light: it lights and turns, and goes without a trace, whatever else happened meanwhile."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import ball, module

LISTS = (
    "objects", "lights", "cameras", "meshes", "materials", "worlds", "collections", "actions", "images", "node_groups",
    "scenes", "textures", "curves",
)  # fmt: skip


def settings_of(owner) -> dict:
    """All plain settings of a part of the scene, such as its render settings."""
    plain = (p for p in owner.bl_rna.properties if p.type in ("INT", "FLOAT", "BOOLEAN", "ENUM", "STRING"))
    return {p.identifier: str(getattr(owner, p.identifier)) for p in plain if not getattr(p, "is_array", False)}


def everything() -> dict:
    """All datablocks with their users, and what the light could have changed in the scene."""
    scene = bpy.context.scene
    found: dict = {name: sorted((b.name, b.users) for b in getattr(bpy.data, name)) for name in LISTS}
    found["scene"] = (
        scene.world.name if scene.world else None, scene.camera.name if scene.camera else None, scene.frame_start,
        scene.frame_end, scene.frame_current, scene.use_preview_range, sorted(scene.keys()), settings_of(scene.render),
        settings_of(scene.view_settings),
    )  # fmt: skip
    found["shown"] = sorted((o.name, o.hide_viewport, o.hide_render, sorted(o.keys())) for o in scene.objects)
    found["selected"] = sorted(o.name for o in bpy.context.selected_objects)
    found["active"] = bpy.context.view_layer.objects.active.name
    return found


@pytest.fixture
def furnished(app, tmp_path):
    """A scene with a prop, lights (one hidden), a world, a camera and a frame range of its own."""
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("Mine")
    for name, hidden in (("Sun", False), ("Spare", True)):
        light = bpy.data.objects.new(name, bpy.data.lights.new(name, "SUN"))
        scene.collection.objects.link(light)
        light.hide_render = hidden
    scene.camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
    scene.collection.objects.link(scene.camera)
    scene.frame_start, scene.frame_end, scene.frame_current = 7, 77, 13
    scene.frame_preview_start, scene.frame_preview_end, scene.use_preview_range = 20, 30, True
    obj = ball(tmp_path / "maps")
    obj.location, obj.scale = (3, 1, 0.5), (2, 2, 2)
    bpy.context.view_layer.update()
    bpy.ops.ed.undo_push(message="furnished")
    return obj


@pytest.mark.parametrize("turntable", [False, True])
def test_a_second_click_leaves_no_trace(furnished, turntable):
    """Datablocks, their users, world, camera, frame range, other lights and selection are exactly as before."""
    before = everything()
    assert bpy.ops.propsmith.preview_light(turntable=turntable) == {"FINISHED"}
    during = everything()
    assert during != before and len(bpy.data.lights) == 2 + 3
    assert bpy.data.objects["Sun"].hide_render and bpy.context.scene.world.name != "Mine"
    if turntable:
        bpy.context.scene.frame_set(57)  # as playing it does
    assert bpy.ops.propsmith.preview_light(turntable=turntable) == {"FINISHED"}
    assert everything() == before


def test_without_world_or_camera_there_is_none_again(app, tmp_path):
    """In a bare scene the light goes without a trace too."""
    ball(tmp_path / "maps")
    before = everything()
    assert bpy.context.scene.world is None
    bpy.ops.propsmith.preview_light(turntable=True)
    bpy.ops.propsmith.preview_light(turntable=True)
    assert everything() == before


def test_what_the_artist_changed_meanwhile_stays(furnished):
    """A new frame range, another camera, a light shown again and objects moved under the light are kept."""
    scene = bpy.context.scene
    bpy.ops.propsmith.preview_light(turntable=True)
    scene.frame_end, scene.camera = 33, bpy.data.objects["Eye"]
    bpy.data.objects["Sun"].hide_render = False
    furnished.location.x = 9
    bpy.ops.propsmith.preview_light(turntable=True)
    assert (scene.frame_start, scene.frame_end) == (1, 33) and scene.camera.name == "Eye"
    assert not bpy.data.objects["Sun"].hide_render and furnished.location.x == 9
    assert scene.world.name == "Mine" and not module("preview_light").rig_or_none(scene)


def test_undo_takes_the_light_away_in_one_step(furnished):
    """One Ctrl+Z after the click brings the scene back; one redo and another undo do the same."""
    before = everything()
    bpy.ops.propsmith.preview_light("EXEC_DEFAULT", True, turntable=True)
    bpy.ops.ed.undo()
    assert everything() == before
    bpy.ops.ed.redo()
    assert module("preview_light").rig_or_none(bpy.context.scene)
    bpy.ops.ed.undo()
    assert everything() == before


def test_the_light_survives_the_file_and_goes_afterwards(furnished, tmp_path):
    """Saved with the light on and opened again, a click still removes it and brings the old world back."""
    before = everything()
    bpy.ops.propsmith.preview_light(turntable=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "lit.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "lit.blend"))
    bpy.ops.propsmith.preview_light(turntable=True)
    assert everything() == before


def test_the_turntable_goes_once_around_and_keeps_the_prop_in_the_picture(furnished):
    """Over its frames the camera makes one even turn at one distance, and sees all corners of the prop in each."""
    from bpy_extras.object_utils import world_to_camera_view

    scene = bpy.context.scene
    bpy.ops.propsmith.preview_light(turntable=True, frames=36)
    assert (scene.frame_start, scene.frame_end) == (1, 36)
    angles, centre = [], np.array(module("preview_light").sphere(furnished)[0])
    for frame in range(1, 37):
        scene.frame_set(frame)
        shown = scene.camera.evaluated_get(bpy.context.evaluated_depsgraph_get())
        offset = np.array(shown.matrix_world.translation) - centre
        angles.append(np.degrees(np.arctan2(offset[1], offset[0])))
        for corner in furnished.bound_box:
            x, y, depth = world_to_camera_view(scene, scene.camera, furnished.matrix_world @ _vector(corner))
            assert 0 <= x <= 1 and 0 <= y <= 1 and depth > 0, (frame, x, y)
    assert np.allclose(np.diff(np.unwrap(np.radians(angles))), np.radians(10), atol=1e-3)
    assert angles[0] == pytest.approx(-90, abs=0.1)  # from the front, which looks down -Y


def _vector(corner):
    from mathutils import Vector

    return Vector(corner)


def test_the_other_button_changes_to_a_turntable(furnished):
    """With the light on, Turntable adds the camera instead of switching off; Preview Light takes it away again."""
    before, light = everything(), module("preview_light")
    bpy.ops.propsmith.preview_light()
    bpy.ops.propsmith.preview_light(turntable=True)
    assert light.has_turntable(light.rig_or_none(bpy.context.scene))
    bpy.ops.propsmith.preview_light()
    assert not light.has_turntable(light.rig_or_none(bpy.context.scene))
    bpy.ops.propsmith.preview_light()
    assert everything() == before


def test_the_light_is_as_bright_for_a_small_prop_as_for_a_large_one(app, tmp_path):
    """Cycles finds the same mean brightness, neither dark nor burnt out, on balls of 5 cm and of 20 m."""
    scene, means = bpy.context.scene, []
    scene.render.engine, scene.cycles.samples, scene.cycles.device = "CYCLES", 8, "CPU"
    scene.render.resolution_x = scene.render.resolution_y = 48
    scene.render.film_transparent = True
    scene.view_settings.view_transform = "Standard"
    obj = ball(tmp_path / "maps")
    obj.data.materials.clear()
    for size in (0.05, 20.0):
        obj.scale = (size, size, size)
        bpy.context.view_layer.update()
        bpy.ops.propsmith.preview_light(turntable=True)
        scene.render.filepath = str(tmp_path / "ball.png")
        bpy.ops.render.render(write_still=True)
        bpy.ops.propsmith.preview_light(turntable=True)
        image = bpy.data.images.load(scene.render.filepath, check_existing=False)
        pixels = np.array(image.pixels[:]).reshape(48, 48, 4)
        means.append(pixels[16:32, 16:32, :3].mean())
    assert means[0] == pytest.approx(means[1], rel=0.05) and 0.3 < means[0] < 0.9, means


def test_without_an_object_the_button_is_off(app):
    """Poll fails with nothing to light."""
    assert not bpy.ops.propsmith.preview_light.poll()


def test_a_second_scene_has_a_light_of_its_own(furnished):
    """With the light on in one scene, another one gets its own whole one, and both go without a trace."""
    first, light, before = bpy.context.scene, module("preview_light"), everything()
    bpy.ops.propsmith.preview_light(turntable=False)
    second = bpy.data.scenes.new("Second")
    second.collection.objects.link(furnished)
    rig = light.add(second, furnished)
    assert sum(o.is_shadow_catcher for o in rig.objects if o.type == "MESH") == 1 and second.world != first.world
    light.remove(second)
    bpy.data.scenes.remove(second)
    light.remove(first)
    assert everything() == before


@pytest.mark.parametrize("kind", ["LINK_COPY", "FULL_COPY"])
def test_a_copied_scene_is_given_back_too(furnished, kind):
    """A scene copied while the turntable is on has its own world, camera and frames again when it goes from both."""
    first, light, world, eye = (
        bpy.context.scene,
        module("preview_light"),
        bpy.context.scene.world,
        bpy.context.scene.camera,
    )
    bpy.ops.propsmith.preview_light(turntable=True)
    bpy.ops.scene.new(type=kind)
    second = bpy.context.scene
    assert second != first
    light.remove(first)
    light.remove(second)
    assert (first.world, first.camera, first.frame_start, first.frame_end) == (world, eye, 7, 77)
    assert second.world and second.world.name.startswith("Mine")
    assert second.camera and second.camera.name.startswith("Eye")
    assert (second.frame_start, second.frame_end) == (7, 77) and light.rig_or_none(second) is None
    lights = [obj for obj in second.objects if obj.type == "LIGHT"]
    assert sorted((obj.name[:3], obj.hide_viewport, obj.hide_render) for obj in lights) == [
        ("Spa", False, True), ("Sun", False, False),
    ]  # fmt: skip
    assert not [w for w in bpy.data.worlds if w.get(light.MARK)]


def test_markers_do_not_take_the_turntables_camera_away(furnished):
    """Markers bound to cameras let go of them while the turntable is on, and have them again after, but for deleted ones."""
    scene = bpy.context.scene
    other = bpy.data.objects.new("Other", bpy.data.cameras.new("Other"))
    scene.collection.objects.link(other)
    for name, frame, camera in (("A", 10, scene.camera), ("B", 40, other), ("C", 60, None), ("D", 70, scene.camera)):
        scene.timeline_markers.new(name, frame=frame).camera = camera
    eye = scene.camera
    bpy.ops.propsmith.preview_light(turntable=True)
    for frame in (1, 40, 75):
        scene.frame_set(frame)
        assert scene.camera not in (eye, other)
    scene.timeline_markers.remove(scene.timeline_markers["D"])
    bpy.data.objects.remove(other)
    bpy.ops.propsmith.preview_light(turntable=True)
    assert [(m.name, m.camera) for m in scene.timeline_markers] == [("A", eye), ("B", None), ("C", None)]
    assert scene.camera == eye and scene.frame_current == 13
