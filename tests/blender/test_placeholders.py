"""Placeholders of every sort: how large they are taken to be, and which are refused with what reason."""

from __future__ import annotations

import bpy
import pytest

from .test_fill import box, filling, rows, select

pytestmark = pytest.mark.usefixtures("no_fill")


def added(*objects) -> dict[str, object]:
    select(*objects)
    bpy.ops.propsmith.fill_add_selected()
    return {row.target: row for row in rows()}


def linked(obj) -> bpy.types.Object:
    bpy.context.scene.collection.objects.link(obj)
    return obj


@pytest.mark.parametrize(("kind", "below"), [("CUBE", -0.5), ("SPHERE", -0.5), ("PLAIN_AXES", 0.0), ("ARROWS", 0.0)])
def test_empties(app, kind, below):
    """An empty of display size 0.5 is a place 1 m wide: around its origin as cube or sphere, else standing on it."""
    empty = linked(bpy.data.objects.new("barrel", None))
    empty.empty_display_type, empty.empty_display_size, empty.location = kind, 0.5, (1, 2, 3)
    row = added(empty)["barrel"]
    assert tuple(row.size) == pytest.approx((1, 1, 1)) and row.state == "ready"
    assert filling().active_or_none().rows[0].foot == pytest.approx([1, 2, 3 + below])


def test_modifiers_curves_and_collection_instances_are_measured_as_shown(app):
    """An array makes a place longer; a collection instance is as large as what it shows, wherever that is modelled."""
    shelf = box("shelf")
    shelf.modifiers.new("Array", "ARRAY").count = 3
    collection = bpy.data.collections.new("Parts")
    part = bpy.data.objects.new("part", shelf.data)
    part.location, part.scale = (10, 0, 0.5), (2, 1, 1)
    collection.objects.link(part)
    bpy.context.scene.collection.children.link(collection)
    bpy.context.view_layer.update()
    instance = linked(bpy.data.objects.new("wagon", None))
    instance.instance_type, instance.instance_collection = "COLLECTION", collection
    collection.instance_offset, instance.scale = (10, 0, 0), (1, 1, 3)
    found = added(shelf, instance)
    assert tuple(found["shelf"].size) == pytest.approx((3, 1, 1))
    assert tuple(found["wagon"].size) == pytest.approx((2, 1, 3))
    wagon = next(r for r in filling().active_or_none().rows if r.name == "wagon")
    assert wagon.foot == pytest.approx([0, 0, 0], abs=1e-6)


def test_an_instance_is_measured_by_the_instances_in_it_and_without_what_is_hidden(app):
    """A set that consists of instances alone is as large as what they show; parts and collections hidden in viewports are not."""
    part, whole = bpy.data.collections.new("Part"), bpy.data.collections.new("Whole")
    for home in (part, whole):
        nothing = bpy.data.collections.new("Hidden")
        nothing.hide_viewport = True
        nothing.objects.link(bpy.data.objects.new("far", box("far", size=(1, 1, 1)).data))
        nothing.objects[0].scale = (50, 50, 50)
        home.children.link(nothing)
    shown = bpy.data.objects.new("leg", box("leg").data)
    hidden = bpy.data.objects.new("guide", shown.data)
    hidden.scale, hidden.hide_viewport = (50, 50, 50), True
    nested = bpy.data.objects.new("nested", None)
    nested.instance_type, nested.instance_collection = "COLLECTION", part
    nested.scale, shown.scale = (2, 2, 2), (2, 3, 4)
    for obj, home in ((shown, part), (hidden, part), (nested, whole)):
        home.objects.link(obj)
    instance = linked(bpy.data.objects.new("wagon", None))
    instance.instance_type, instance.instance_collection = "COLLECTION", whole
    assert tuple(added(instance)["wagon"].size) == pytest.approx((4, 6, 8))


def test_linked_and_finished_objects_are_refused_by_name(app, tmp_path):
    """An object linked from another file, and a prop of ours, get rows that say why and are never filled."""
    part = box("barrel")
    path = tmp_path / "library.blend"
    bpy.data.libraries.write(str(path), {part})
    bpy.data.objects.remove(part)
    with bpy.data.libraries.load(str(path), link=True) as (_, here):
        here.objects = ["barrel"]
    foreign = linked(here.objects[0])
    app.generate("a vase")
    app.until(lambda: app.props())
    found = added(foreign, app.props()[0])
    assert "linked" in found["barrel"].reason and "finished prop" in found["Vase"].reason
    assert {row.state for row in rows()} == {"bad"} and not bpy.ops.propsmith.fill_start.poll()


def test_a_fill_lands_in_its_own_scene_whatever_scene_is_shown(app):
    """While another scene is shown, props land in the scene of the fill; each scene has a list of its own."""
    first = bpy.context.scene
    select(box("barrel"))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    second = bpy.data.scenes.new("Second")
    bpy.context.window.scene = second
    first.name = "Renamed"
    box("crate")
    app.until(lambda: not bpy.context.window_manager.propsmith_fill.running)
    (prop,) = app.props()
    assert prop.name in first.objects and prop.name not in second.objects
    assert bpy.ops.propsmith.fill_add_selected() == {"FINISHED"} and [r.target for r in rows()] == ["crate"]
    bpy.context.window.scene = first
    added(box("lamp", (4, 0, 0)))
    assert [r.target for r in rows()] == ["barrel", "lamp"]  # the first scene's own list again


def test_adding_again_measures_again_and_adds_no_second_row(app):
    """A placeholder added twice has one row, with its size of now; an edited size stays the artist's. So has a camera."""
    obj = box("barrel")
    added(obj)
    obj.scale = (2, 2, 2)
    row = added(obj)["barrel"]
    assert len(rows()) == 1 and tuple(row.size) == pytest.approx((2, 2, 2))
    row.size = (1, 1, 5)
    obj.scale = (3, 3, 3)
    assert tuple(added(obj)["barrel"].size) == pytest.approx((1, 1, 5))
    camera = linked(bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera")))
    for _ in range(2):
        assert "camera" in added(obj, camera)["Camera"].reason and len(rows()) == 2


def test_hidden_objects_and_those_of_other_scenes_are_told(app):
    """An object that the eye or the screen icon hides, and one of another scene, cannot be placeholders, each with its reason."""
    scene, fault = bpy.context.scene, app.placeholders.fault
    eye, screen, shown = box("eye"), box("screen"), box("shown")
    eye.hide_set(True)
    screen.hide_viewport = True
    other = bpy.data.scenes.new("Other")
    stray = bpy.data.objects.new("stray", eye.data)
    other.collection.objects.link(stray)
    assert [fault(obj, scene) for obj in (eye, screen)] == ["it is hidden"] * 2
    assert fault(stray, scene) == "it is not in this scene" and fault(shown, scene) == ""


def test_a_placeholder_that_is_hidden_meanwhile_is_still_filled(app):
    """Hiding a placeholder after it was added costs no prop, nor does local view: the prop lands beside what is shown."""
    first, second = box("barrel"), box("crate", (3, 0, 0))
    added(first, second)
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    select(second)
    with bpy.context.temp_override(window=window, area=area, region=area.regions[-1]):
        bpy.ops.view3d.localview()
    assert area.spaces.active.local_view is not None
    first.hide_set(True)
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not bpy.context.window_manager.propsmith_fill.running)
    assert {row.state for row in rows()} == {"landed"} and len(app.props()) == 2
    with bpy.context.temp_override(window=window, area=area, region=area.regions[-1]):
        bpy.ops.view3d.localview()
    assert all(prop.visible_get() for prop in app.props())
