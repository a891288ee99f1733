"""Undo while a fill runs: of its props, of the artist's own work, and between a prop that is shown and its undo step."""

from __future__ import annotations

import math
from types import SimpleNamespace

import bpy
import pytest

from .test_fill import box, rows, select, shown
from .test_fill_places import begin, boxes, end, left_over, places, visible

pytestmark = pytest.mark.usefixtures("no_fill")


@pytest.mark.parametrize("excluded", [False, True])
def test_undo_and_redo_take_props_out_of_their_places_and_put_them_back(app, excluded):
    """Ctrl+Z takes the last prop out and shows its placeholder, Ctrl+Shift+Z puts it back into the scene, Retry lands it anew.

    Also where the collection for props is excluded, and they land in the scene's own.
    """
    app.scene.props_collection(bpy.context.scene)
    bpy.context.view_layer.layer_collection.children["Props"].exclude = excluded
    begin("barrel", "crate", "vase")
    app.until(lambda: not shown().running)
    assert all(visible(o) for o in app.props())
    for kept in (2, 1):
        bpy.ops.ed.undo()
        props = [o for o in app.props() if o.users_scene]
        assert len(props) == kept and len([r for r in rows() if r.state == "removed"]) == 3 - kept
        assert not [o for o in places() if o.users_scene] and len([o for o in boxes() if visible(o)]) == 3 - kept
    for kept in (2, 3):
        bpy.ops.ed.redo()
        assert len([o for o in app.props() if o.users_scene]) == kept
        assert len([r for r in rows() if r.state == "landed"]) == kept
    assert not [o for o in boxes() if visible(o)]
    bpy.ops.ed.undo()
    assert bpy.ops.propsmith.fill_retry() == {"FINISHED"}
    end(app)
    assert len([o for o in app.props() if o.users_scene]) == 3 and len(app.now.watches) == 3
    assert bpy.ops.propsmith.fill_undo() == {"FINISHED"}
    assert not app.props() and len([o for o in boxes() if visible(o)]) == 3


def test_ctrl_z_of_the_artists_own_work_leaves_the_places(app, monkeypatch):
    """An undo right after Fill takes the places away and the props land without; one of later work leaves them."""
    app.fake(monkeypatch, speed=4.0)
    begin("barrel", "crate")
    box("mine", (9, 0, 0))
    bpy.ops.ed.undo_push(message="mine")
    bpy.ops.ed.undo()
    assert len(places()) == 2 and "mine" not in bpy.data.objects
    bpy.ops.ed.undo()
    assert not places()
    end(app)
    assert len([o for o in app.props() if o.users_scene]) == 2 and not left_over()


@pytest.mark.parametrize("when", ["before", "running"])
def test_undo_and_redo_of_add_selected_leave_the_rows_and_their_placeholders(app, when):
    """Ctrl+Z after Add Selected, before Fill or while it runs: rows stay tied to the objects, and every prop lands in its box."""
    one, two = box("barrel"), box("crate", (2, 0, 0))
    bpy.ops.ed.undo_push(message="boxes")
    one.name = "a renamed barrel"
    select(one, two)
    bpy.ops.ed.undo_push(message="renamed")
    assert bpy.ops.propsmith.fill_add_selected("EXEC_DEFAULT", True) == {"FINISHED"}
    if when == "running":
        assert bpy.ops.propsmith.fill_start() == {"FINISHED"}
        bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert {r.target for r in rows()} == {"a renamed barrel", "crate"}
    if when == "before":
        bpy.ops.ed.redo()
        bpy.ops.ed.undo()
        assert bpy.ops.propsmith.fill_start() == {"FINISHED"}
    end(app)
    assert {r.state for r in rows()} == {"landed"} and len(app.now.watches) == 2
    props = [o for o in app.props() if o.users_scene]
    assert sorted(round(o.location.x) for o in props) == [0, 2]
    assert not [o for o in bpy.data.objects if "propsmith_row" in o and o not in props and visible(o)]


def test_a_new_object_is_not_taken_for_a_deleted_placeholder_of_its_name(app):
    """A placeholder is deleted and another object takes its name: an undo of later work ties no row to that one."""
    select(box("barrel"))
    bpy.ops.propsmith.fill_add_selected()
    bpy.data.objects.remove(bpy.data.objects["barrel"])
    bpy.ops.ed.undo_push(message="deleted")
    box("barrel", (5, 0, 0))
    bpy.ops.ed.undo_push(message="another")
    bpy.data.objects["barrel"].location.y = 3
    bpy.ops.ed.undo_push(message="moved")
    bpy.ops.ed.undo()
    assert bpy.data.objects["barrel"].location.y == 0 and "propsmith_row" not in bpy.data.objects["barrel"]


def until_shown(app, count: int) -> None:
    """Tick until so many props are shown, and the undo step of the last one is due."""
    app.until(lambda: len(app.props()) == count)
    assert app.now.step_due.startswith("Fill: ")


def test_an_undo_between_showing_a_prop_and_its_undo_step_takes_this_prop_alone(app):
    """A prop is shown in one tick, its step pushed in the next, soon; Ctrl+Z in between takes it, not the one before too."""
    begin("barrel", "crate", "vase")
    until_shown(app, 1)
    assert app.pump.tick() == app.pump.TICK_S and not app.now.step_due
    until_shown(app, 2)
    bpy.ops.ed.undo()
    assert len([o for o in app.props() if o.users_scene]) == 1 and not app.now.step_due
    assert [r.state for r in rows()].count("landed") == 1 and [r.state for r in rows()].count("removed") == 1
    assert len([o for o in boxes() if visible(o)]) == 2
    bpy.ops.ed.redo()
    assert len([o for o in app.props() if o.users_scene]) == 2 and len([o for o in boxes() if visible(o)]) == 1
    end(app)
    assert len([o for o in app.props() if o.users_scene]) == 3 and {r.state for r in rows()} == {"landed"}


@pytest.mark.parametrize("what", ["saved", "worked", "deleted"])
def test_whatever_comes_between_showing_a_prop_and_its_undo_step_costs_nothing(app, tmp_path, what):
    """Saved and opened, the prop is there; the artist's own step holds it too; deleted, the others land."""
    begin("barrel", "crate")
    until_shown(app, 1)
    (prop,) = app.props()
    if what == "saved":
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "between.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "between.blend"))
        assert len(app.props()) == 1 and not app.now.step_due
    elif what == "worked":
        box("mine", (9, 0, 0))
        bpy.ops.ed.undo_push(message="mine")
    else:
        bpy.data.meshes.remove(prop.data)
    end(app)
    assert len([o for o in app.props() if o.users_scene]) == 2 - (what == "deleted")
    assert what == "deleted" or not left_over()
    if what == "worked":
        bpy.ops.ed.undo()
        assert len([o for o in app.props() if o.users_scene]) == 1 and "mine" in bpy.data.objects


@pytest.mark.parametrize("what", ["undone", "saved", "place", "mesh", "placeholder", "moved", "cancelled"])
@pytest.mark.parametrize("pieces", ["maps", "all"])
def test_whatever_comes_between_the_pieces_of_a_place_is_taken(app, tmp_path, monkeypatch, what, pieces):
    """Half filled, or full and not yet shown: undone, saved, deleted, moved, left out: each prop lands whole, or its row says."""
    reserving = app.reserving
    late = SimpleNamespace(perf_counter=lambda: math.inf)
    monkeypatch.setattr(app.fill_landing, "time", late)  # one piece a tick
    begin("barrel", "crate")
    full = reserving.FULL if pieces == "all" else 2
    half = lambda: [o for o in places() if str(o.data.get(reserving.STEP, "")).endswith(f" {full}")]
    app.until(half)
    (place,) = half()
    name, row = place.name, place[reserving.MARK].split("/")[1]
    if what == "undone":
        box("mine", (9, 0, 0))
        bpy.ops.ed.undo_push(message="mine")
        bpy.ops.ed.undo()
    elif what == "saved":
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "between.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "between.blend"))
    elif what == "place":
        bpy.data.objects.remove(place)
    elif what == "mesh":
        bpy.data.meshes.remove(place.data)
    elif what == "placeholder":
        bpy.data.objects.remove(bpy.data.objects[name.lower()])
    elif what == "moved":
        bpy.data.objects[name.lower()].location.y = 7
        bpy.context.view_layer.update()
    else:
        assert bpy.ops.propsmith.fill_skip(row=row) == {"FINISHED"}
    end(app)
    lost = what in ("placeholder", "cancelled")
    props = {o.name: o for o in app.props() if o.users_scene}
    assert len(props) == 2 - lost and sorted(r.state for r in rows()) == ["landed", "skipped" if lost else "landed"]
    assert all(len(o.data.polygons) and min(o.scale) > 0 and o.active_material for o in props.values())
    for obj in props.values():
        images = [n.image for n in obj.active_material.node_tree.nodes if n.type == "TEX_IMAGE"]
        assert images and all(i.packed_file and i.size[0] > 1 for i in images)
    if what == "moved":
        assert round(props[name].location.y) == 7
