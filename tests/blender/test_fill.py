"""Fill a scene: placeholders become rows, rows become props in their boxes, and all of it can be taken back."""

from __future__ import annotations

import importlib

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

ADDON = "bl_ext.user_default.propsmith.addon"


pytestmark = pytest.mark.usefixtures("no_fill")


def filling():
    return importlib.import_module(f"{ADDON}.filling")


def rows():
    return bpy.context.window_manager.propsmith_fill.rows


def shown():
    return bpy.context.window_manager.propsmith_fill


def box(name: str, location=(0, 0, 0), size=(1, 1, 1), selected=True) -> bpy.types.Object:
    """A unit cube scaled to `size`, its bottom at `location`."""
    bpy.ops.mesh.primitive_cube_add(size=1, location=Vector(location) + Vector((0, 0, size[2] / 2)))
    obj = bpy.context.object
    obj.name, obj.scale = name, size
    obj.select_set(selected)
    return obj


def select(*objects) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    for obj in objects:
        obj.select_set(True)
    bpy.context.view_layer.update()


def corners(obj) -> np.ndarray:
    return np.array([obj.matrix_world @ v.co for v in obj.data.vertices])


def fill_all(app) -> None:
    assert bpy.ops.propsmith.fill_start() == {"FINISHED"}
    app.until(lambda: not shown().running)
    bpy.context.view_layer.update()


def test_twenty_placeholders_of_eight_prompts_make_eight_props(app):
    """20 boxes with 8 different names queue 8 jobs; 20 props land, those of one prompt as linked copies, each in its box."""
    kinds = ["barrel", "crate", "vase", "lamp", "table", "chair", "bench", "stool"]
    placeholders = [box(f"{kinds[i % 8]}.{i:03d}", (3 * i, 0, 1), (1, 2, 1 + i % 3)) for i in range(20)]
    select(*placeholders)
    assert bpy.ops.propsmith.fill_add_selected() == {"FINISHED"}
    assert {r.prompt for r in rows()} == set(kinds) and shown().props == 8 and shown().ready == 20
    fill_all(app)
    props = app.props()
    assert len(props) == 20 and len(app.now.watches) == 8 and len({o.data for o in props}) == 8
    assert {r.state for r in rows()} == {"landed"}
    for placeholder, prop in zip(placeholders, sorted(props, key=lambda o: o.location.x), strict=True):
        low, high = corners(prop).min(0), corners(prop).max(0)
        wanted = np.array(placeholder.matrix_world.translation) - [0, 0, placeholder.scale.z / 2]
        assert [*((low + high)[:2] / 2), low[2]] == pytest.approx(list(wanted), abs=1e-4)
        assert (high - low <= np.array(placeholder.scale) + 1e-4).all()
        assert ((high - low) / np.array(placeholder.scale)).max() == pytest.approx(1, abs=1e-4)


def test_placeholders_are_put_away_and_undoing_the_fill_brings_everything_back(app):
    """Placeholders go to a hidden collection; Undo Fill removes the props and restores collections; undo of that undoes it."""
    home = bpy.data.collections.new("Blockout")
    bpy.context.scene.collection.children.link(home)
    first, second = box("barrel"), box("crate", (2, 0, 0))
    home.objects.link(first)
    bpy.context.scene.collection.objects.unlink(first)
    before = {o.name: {c.name for c in o.users_collection} for o in (first, second)}
    select(first, second)
    bpy.ops.propsmith.fill_add_selected()
    fill_all(app)
    away = bpy.data.collections["Placeholders"]
    assert {o.name for o in away.objects} == {"barrel", "crate"} and away.hide_viewport and away.hide_render
    assert first.name not in home.objects
    assert bpy.ops.propsmith.fill_undo("EXEC_DEFAULT", True) == {"FINISHED"}
    assert not app.props() and {r.state for r in rows()} == {"ready"} and "Placeholders" not in bpy.data.collections
    assert {o.name: {c.name for c in o.users_collection} for o in bpy.data.objects if o.name in before} == before
    bpy.ops.ed.undo()
    assert len(app.props()) == 2 and {r.state for r in rows()} == {"landed"}


def test_ctrl_z_takes_one_prop_out_and_retry_puts_it_back(app):
    """After Ctrl+Z the last prop is gone, its placeholder visible, its row says so; Retry lands it again without a job."""
    select(box("barrel"), box("crate", (2, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    fill_all(app)
    jobs = len(app.now.watches)
    bpy.ops.ed.undo()
    assert len(app.props()) == 1 and sorted(r.state for r in rows()) == ["landed", "removed"]
    assert bpy.ops.propsmith.fill_retry() == {"FINISHED"}
    app.until(lambda: not shown().running)
    assert len(app.props()) == 2 and len(app.now.watches) == jobs and {r.state for r in rows()} == {"landed"}


def test_bad_rows_say_why_and_never_stop_the_fill(app):
    """Zero size, a number for a name, a camera and a finished prop get a reason; mirrored, sheared, parented ones land."""
    zero, number = box("vase", size=(0, 0, 0)), box("001", (2, 0, 0))
    mirrored = box("lamp", (4, 0, 0), (-1, 1, 2))
    parent = bpy.data.objects.new("Parent", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.rotation_euler, parent.scale, parent.location = (0, 0, 0.6), (2, 1, 1), (8, 0, 0)
    child = box("table")
    child.parent = parent
    child.rotation_euler.z = 0.5
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("c"))
    bpy.context.scene.collection.objects.link(camera)
    select(zero, number, mirrored, child, camera)
    assert bpy.ops.propsmith.fill_add_selected() == {"FINISHED"}
    reasons = {r.target: r.reason for r in rows() if r.state == "bad"}
    assert set(reasons) == {"vase", "001", "Camera"}
    assert "no size" in reasons["vase"] and "001" in reasons["001"] and "camera" in reasons["Camera"]
    fill_all(app)
    assert len(app.props()) == 2 and shown().landed == 2
    lamp = next(o for o in app.props() if o.propsmith.prompt == "lamp")
    assert corners(lamp)[:, 2].min() == pytest.approx(0, abs=1e-5) and all(s > 0 for s in lamp.scale)
    table = next(o for o in app.props() if o.propsmith.prompt == "table")
    assert table.parent == parent
    linear = np.array(table.matrix_world.to_3x3())
    upright = linear / np.linalg.norm(linear, axis=0)
    assert upright.T @ upright == pytest.approx(np.eye(3), abs=1e-4)  # not sheared, though the placeholder is


def test_a_placeholder_without_size_is_filled_in_the_size_typed(app):
    """Scaled to zero it waits; once its row has a size its prop stands there, and adding it again makes no second row."""
    vase = box("vase", (5, 0, 0), size=(0, 0, 0))
    select(vase)
    bpy.ops.propsmith.fill_add_selected()
    rows()[0].size = (1, 1, 3)
    bpy.ops.propsmith.fill_add_selected()
    assert [(row.state, tuple(row.size)) for row in rows()] == [("ready", (1, 1, 3))]
    fill_all(app)
    (prop,) = app.props()
    assert tuple(prop.dimensions) == pytest.approx((1, 1, 1)) and prop.location.x == 5
    assert vase.users_collection[0].name == "Placeholders"


def test_a_parent_scaled_to_zero_hides_no_prop(app):
    """A placeholder whose parent is scaled to zero waits for a size; its prop then stands there in that size, parentless."""
    parent = bpy.data.objects.new("Parent", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.scale, parent.location = (0, 0, 0), (3, 0, 0)
    child = box("table")
    child.parent = parent
    select(child)
    bpy.ops.propsmith.fill_add_selected()
    assert rows()[0].reason == "it has no size"
    rows()[0].size = (2, 2, 2)
    fill_all(app)
    (table,) = app.props()
    assert table.parent is None and max(table.dimensions) == pytest.approx(2) and table.matrix_world.translation.x == 3


def test_prompts_and_sizes_are_edited_in_place(app):
    """Typing a prompt makes a nameless row ready; a new size is what the prop fits; both reach the request."""
    select(box("001", (2, 0, 0), (1, 1, 1)))
    bpy.ops.propsmith.fill_add_selected()
    bpy.context.scene.propsmith_fill.style = "mossy"
    rows()[0].prompt = "a stone urn"
    rows()[0].size = (0.5, 0.5, 3.0)
    assert rows()[0].state == "ready"
    fill_all(app)
    (prop,) = app.props()
    assert prop.propsmith.prompt == "a stone urn, mossy" and prop.propsmith.size_m == pytest.approx(3.0)
    sides = np.ptp(corners(prop), axis=0)
    assert (sides <= np.array([0.5, 0.5, 3.0]) + 1e-4).all() and corners(prop)[:, 2].min() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(("variants", "linked", "jobs"), [(1, True, 1), (2, True, 2), (4, True, 4), (1, False, 5)])
def test_variants_of_one_prompt(app, variants, linked, jobs):
    """Five places of one prompt take 1, 2 or 4 variants in turn, or, without linked copies, five props of their own."""
    select(*[box(f"barrel.{i}", (2 * i, 0, 0)) for i in range(5)])
    bpy.context.scene.propsmith_fill.variants, bpy.context.scene.propsmith_fill.linked = variants, linked
    bpy.ops.propsmith.fill_add_selected()
    assert shown().props == jobs
    fill_all(app)
    assert len(app.props()) == 5 and len({o.data for o in app.props()}) == len(app.now.watches) == jobs
    assert len({w.request.seed for w in app.now.watches.values()}) == jobs


def test_stretched_props_fill_their_box(app):
    """With Stretch to Box the prop's bounds are the box's on every side, also in a turned box."""
    obj = box("crate", (1, 2, 3), (1, 2, 4))
    obj.rotation_euler = (0, 0, 0.7)
    select(obj)
    bpy.context.scene.propsmith_fill.stretch = True
    bpy.ops.propsmith.fill_add_selected()
    fill_all(app)
    (prop,) = app.props()
    turned = corners(prop) @ np.array(Matrix.Rotation(0.7, 3, "Z"))
    assert np.ptp(turned, axis=0) == pytest.approx([1, 2, 4], rel=1e-4)


def test_failed_rows_are_retried_with_another_seed(app, monkeypatch):
    """When the worker fails, the rows say why and the fill ends; Retry Failed draws another seed and lands them."""
    app.fake(monkeypatch, "fail")
    select(box("barrel"), box("barrel.001", (2, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    fill_all(app)
    assert {r.state for r in rows()} == {"failed"} and all(r.reason for r in rows()) and not app.props()
    (seed,) = {w.request.seed for w in app.now.watches.values()}
    app.end_worker()
    app.fake(monkeypatch, "ok")
    assert bpy.ops.propsmith.fill_retry() == {"FINISHED"}
    app.until(lambda: not shown().running)
    assert len(app.props()) == 2 and seed not in {w.request.seed for w in app.now.watches.values() if w.imported}


def duplicate(obj: bpy.types.Object, y: float) -> bpy.types.Object:
    """Shift+D: a copy with all its custom properties, moved along y."""
    select(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.duplicate()
    copy = bpy.context.object
    copy.location.y += y
    bpy.context.view_layer.update()
    return copy


@pytest.mark.parametrize("renamed", [False, True])
def test_a_copied_placeholder_is_the_artists_own(app, renamed):
    """Shift+D of a listed placeholder: the prop stands in the first one's box, also when it was renamed; the copy stays seen."""
    first = box("barrel")
    select(first)
    bpy.ops.propsmith.fill_add_selected()
    if renamed:
        first.name = "my own name"
    copy = duplicate(first, 20)
    fill_all(app)
    (prop,) = app.props()
    assert tuple(prop.location) == pytest.approx((0, 0, 0), abs=1e-5)
    assert copy.visible_get() and not first.visible_get() and "propsmith_row" not in copy
    assert bpy.ops.propsmith.fill_undo() == {"FINISHED"}
    assert first.visible_get() and copy.visible_get()


def test_undoing_a_fill_leaves_the_artists_copies_of_its_props(app):
    """Shift+D of a landed prop: the copy stays when the fill is undone, and its own prop goes."""
    select(box("crate"), box("barrel", (3, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    fill_all(app)
    copies = {duplicate(prop, 9).name for prop in app.props()}
    assert bpy.ops.propsmith.fill_undo() == {"FINISHED"}
    assert {o.name for o in app.props()} == copies
    fill_all(app)
    assert len(app.props()) == 4 and {r.state for r in rows()} == {"landed"}
