"""A fill over time: pause, skip, lists, saved and reopened files, a thousand rows, a tick's length."""

from __future__ import annotations

import importlib
import time

import bpy
import pytest

from .test_fill import box, filling, rows, select, shown
from .test_panels import Recorder, drawn, names

ADDON = "bl_ext.user_default.propsmith.addon"


pytestmark = pytest.mark.usefixtures("no_fill")


def states() -> list[str]:
    return [r.state for r in rows()]


def test_pause_starts_nothing_more_and_resume_goes_on(app):
    """Paused, a fill asks for no further prop and lands what is being made; resumed, it ends with every place filled."""
    select(
        *[
            box(f"{name}.001", (2 * i, 0, 0))
            for i, name in enumerate(["barrel", "crate", "vase", "lamp", "table", "chair"])
        ]
    )
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: "making" in states())
    assert bpy.ops.propsmith.fill_pause() == {"FINISHED"} and shown().paused
    app.until(lambda: "making" not in states())
    asked = len(app.now.watches)
    for _ in range(5):
        app.pump.tick()
    assert len(app.now.watches) == asked == len(app.props()) < 6 and shown().running
    bpy.ops.propsmith.fill_pause()
    app.until(lambda: not shown().running)
    assert len(app.props()) == 6


def test_skip_cancels_a_job_nobody_else_wants(app, monkeypatch):
    """Skipping a row that is being made cancels its job; the others land; Retry takes the row up again."""
    app.fake(monkeypatch, speed=2.0)
    select(box("barrel"), box("crate", (2, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: states() == ["making", "making"])
    key = rows()[1].name
    assert bpy.ops.propsmith.fill_skip(row=key) == {"FINISHED"}
    app.until(lambda: not shown().running)
    assert sorted(states()) == ["landed", "skipped"] and len(app.props()) == 1
    app.until(lambda: sorted(w.status.state for w in app.now.watches.values()) == ["cancelled", "done"])
    bpy.ops.propsmith.fill_retry()
    app.until(lambda: not shown().running)
    assert states() == ["landed", "landed"]


def test_no_prop_is_made_for_a_placeholder_that_was_deleted_in_time(app):
    """Deleted before its turn, its row is left out without a job; of a group the others get theirs, in their own size."""
    small, large, lamp = box("crate.001"), box("crate.002", (3, 0, 0), (5, 5, 5)), box("lamp", (9, 0, 0))
    select(small, large, lamp)
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    for obj in (large, lamp):
        bpy.data.objects.remove(obj)
    app.until(lambda: not shown().running)
    assert {r.target: r.state for r in rows()} == {"crate.001": "landed", "crate.002": "skipped", "lamp": "skipped"}
    assert {r.reason for r in rows() if r.state == "skipped"} == {"its placeholder was deleted"}
    (watch,) = app.now.watches.values()
    assert watch.request.size_m == pytest.approx(max(small.dimensions))


def test_a_deleted_placeholder_is_skipped_and_a_moved_one_is_followed(app, monkeypatch):
    """While its prop is made, a placeholder may be deleted (no prop lands) or moved and renamed (the prop lands there)."""
    app.fake(monkeypatch, speed=2.0)
    gone, moved = box("barrel"), box("crate", (2, 0, 0))
    select(gone, moved)
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    bpy.data.objects.remove(gone)
    moved.name, moved.location = "renamed", (7, 8, 0.5)
    bpy.context.view_layer.update()
    app.until(lambda: not shown().running)
    assert sorted(states()) == ["landed", "skipped"]
    assert tuple(app.props()[0].location) == pytest.approx((7, 8, 0), abs=1e-5)


def test_lists_from_text_clipboard_and_images(app, tmp_path):
    """A CSV text block gives count rows, a bad line a bad row, a folder of pictures a row each; props stand apart."""
    text = bpy.data.texts.new("props")
    text.write("prompt,count,size\nbarrel,3,0.9\nvase,x,1\n")
    assert bpy.ops.propsmith.fill_add_text(text="props") == {"FINISHED"}
    assert [(r.prompt, r.state) for r in rows()] == [*[("barrel", "ready")] * 3, ("vase", "bad")]
    assert "line 3" in rows()[3].reason
    preview = importlib.import_module(f"{ADDON}.png")
    assert preview
    image = bpy.data.images.new("red chair", 64, 64)
    image.filepath_raw, image.file_format = str(tmp_path / "red_chair.png"), "PNG"
    image.save()
    assert bpy.ops.propsmith.fill_add_images(directory=str(tmp_path)) == {"FINISHED"}
    assert rows()[4].prompt == "red chair"
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    assert len(app.props()) == 4 and len({tuple(round(c, 3) for c in o.location) for o in app.props()}) == 4
    with pytest.raises(RuntimeError, match="image-missing"):
        bpy.ops.propsmith.fill_add_images(directory=str(tmp_path / "none"))
    (tmp_path / "props.csv").write_text("sep=;\nimage;count;size\nred_chair.png;2,0;0,5\n", "utf-8-sig")
    assert bpy.ops.propsmith.fill_add_file(filepath=str(tmp_path / "props.csv"), size=3.0) == {"FINISHED"}
    assert [(r.state, round(r.size[0], 3)) for r in rows()][-2:] == [("ready", 0.5)] * 2
    with pytest.raises(RuntimeError, match="text file in UTF-8"):
        bpy.ops.propsmith.fill_add_file(filepath=str(tmp_path / "none.csv"))


def test_the_images_of_a_text_block_count_from_the_blends_folder(app, monkeypatch, tmp_path):
    """Wherever Blender was started: a row finds the picture beside the saved file, and says so of one that is not there."""
    (tmp_path / "set" / "pictures").mkdir(parents=True)
    (tmp_path / "set" / "pictures" / "mug.png").write_bytes(b"a picture")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "set" / "scene.blend"))
    monkeypatch.chdir(tmp_path)
    bpy.data.texts.new("props").from_string("image\npictures/mug.png\npictures/jug.png\n")
    bpy.ops.propsmith.fill_add_text(text="props")
    found = importlib.import_module(f"{ADDON}.filling").active_or_none().rows
    assert [row.image for row in found] == [str(tmp_path / "set" / "pictures" / "mug.png"), ""]
    assert "no image file at 'pictures/jug.png'" in found[1].reason


def test_the_clipboard_gives_a_row_a_line_and_says_what_is_wrong(app, monkeypatch):
    """A copied table gives its rows, its bad line a bad row; a column it does not know, and nothing, are said by name."""
    operators = importlib.import_module("bl_ext.user_default.propsmith.operators.fill")
    copied = ["prompt\tcount\tsize\na red barrel\t2\t0,9\nvase\t-1\t1\njug\t1\t1\tred\n"]  # a spreadsheet's
    read = lambda operator, context: operators.fill_sources.read_text(copied[0], operator.size)
    monkeypatch.setattr(operators.PROPSMITH_OT_fill_add_clipboard, "items", read)  # no window, no clipboard
    assert bpy.ops.propsmith.fill_add_clipboard() == {"FINISHED"}
    assert [r.state for r in rows()] == ["ready", "ready", "bad", "bad"] and rows()[0].prompt == "a red barrel"
    assert "line 4" in rows()[3].reason and "4 cells for 3 columns" in rows()[3].reason
    copied[0] = "prompt,colour\nbarrel,red\n"
    with pytest.raises(RuntimeError, match="setting-unknown"):
        bpy.ops.propsmith.fill_add_clipboard()
    copied[0] = "  \n"
    before = len(rows())
    bpy.ops.propsmith.fill_add_clipboard()
    assert len(rows()) == before


def test_the_panel_draws_in_every_state(app):
    """Empty: only the ways to add rows. With a bad row: its reason, settings and a count. Running: bar and pause."""
    seen = drawn("PROPSMITH_PT_fill")
    assert names(seen, "operator") == ["propsmith.fill_add_selected"]
    select(box("barrel"), box("001", (2, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    shown().active = 1
    seen = drawn("PROPSMITH_PT_fill")
    assert ("operator", "propsmith.fill_start", "Fill 1 with 1 prop") in seen
    assert any("001" in text for text in names(seen, "label"))
    assert {"style", "variants", "linked", "stretch", "prompt", "size"} <= set(names(seen, "prop"))
    bpy.ops.propsmith.fill_start()
    assert "propsmith.fill_pause" in names(drawn("PROPSMITH_PT_fill"), "operator")
    for item in rows():
        seen = []
        draw = bpy.types.PROPSMITH_UL_fill.draw_item
        draw(None, bpy.context, Recorder(seen), shown(), item, 0, shown(), "active")
        assert item.target in names(seen, "label")
    app.until(lambda: not shown().running)
    assert "propsmith.save_assets" in names(drawn("PROPSMITH_PT_fill"), "operator")


def test_a_reopened_file_goes_on_with_its_fill(app, tmp_path):
    """Saved before the fill began to land, reopened later: rows are there again and every prop lands, made once."""
    select(box("barrel"), box("crate", (2, 0, 0)), box("001", (4, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    assert len(app.props()) == 2
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    filling().forget()  # as a new Blender would begin
    assert not app.props()
    app.until(lambda: len(rows()) == 3 and not shown().running)
    assert len(app.props()) == 2 and len(app.now.watches) == 2 and sorted(states()) == ["bad", "landed", "landed"]
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.until(lambda: not rows())


def test_a_thousand_rows_and_two_hundred_landings_keep_the_ticks_short(app, monkeypatch):
    """1,000 placeholders become rows in a few seconds; while 200 copies land, our own work of a tick stays near 20 ms."""
    mesh = bpy.data.meshes.new("m")
    mesh.from_pydata([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], [], [])
    for i in range(1000):
        obj = bpy.data.objects.new("barrel" if i < 200 else f"{i}", mesh)
        obj.location = (2 * (i % 40), 2 * (i // 40), 0)
        bpy.context.scene.collection.objects.link(obj)
    select(*bpy.data.objects)
    began = time.perf_counter()
    bpy.ops.propsmith.fill_add_selected()
    added = time.perf_counter() - began
    assert (shown().total, shown().ready, shown().props) == (1000, 200, 1) and added < 10
    bpy.ops.propsmith.fill_start()
    app.until(lambda: app.props())
    lengths = []
    pushes = []  # without what Blender itself takes to evaluate and keep the scene
    monkeypatch.setattr(app.undo_steps, "push", lambda name: (pushes.append(name), app.undo_steps.forget()))
    while shown().running:
        began = time.process_time()
        app.pump.tick()
        lengths.append(time.process_time() - began)
    median, longest = sorted(lengths)[len(lengths) // 2], max(lengths)
    print(f"added {added:.2f} s; {len(lengths)} ticks, median {median * 1e3:.1f} ms, longest {longest * 1e3:.1f} ms")
    assert pushes and median < 0.03
    assert len(app.props()) == 200 and len({o.data for o in app.props()}) == 1


def test_finished_props_are_linked_together_and_built_one_a_tick(app, monkeypatch):
    """Of ten props that finished while nothing could land, and have no kept places, a tick builds at most one, and Blender
    evaluates the scene twice."""
    monkeypatch.setattr(app.reserving, "MOST_PROPS", 0)
    for number in range(10):
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(f"barrel {2 * chr(97 + number)}", None))
    select(*bpy.data.objects)
    bpy.ops.propsmith.fill_add_selected()
    monkeypatch.setattr(app.landing, "may_land_now", lambda context: False)
    bpy.ops.propsmith.fill_start()
    making = lambda: {row.job for row in filling().active_or_none().rows if row.job}
    app.until(lambda: len(making()) == 10 and all(app.state(job) == "done" for job in making()))
    monkeypatch.undo()
    monkeypatch.setattr(app.pump, "BUDGET_S", 60.0)  # on a busy machine fewer fit into a tick
    app.fake(monkeypatch)
    evaluated, built = [], []
    handler = lambda scene, graph: evaluated.append(scene.name)
    bpy.app.handlers.depsgraph_update_post.append(handler)
    try:
        while shown().running or app.now.step_due:
            before = len(bpy.data.meshes)
            app.pump.tick()
            built.append(len(bpy.data.meshes) - before)
    finally:
        bpy.app.handlers.depsgraph_update_post.remove(handler)
    assert max(built) == 1 and sum(built) == 10 and len(evaluated) == 2
    assert len([o for o in app.props() if o.users_collection]) == 10
    bpy.ops.ed.undo()
    assert len([o for o in app.props() if o.users_collection]) == 8


def test_what_was_built_and_is_not_wanted_leaves_nothing(app, monkeypatch):
    """A prop that was built when its row was skipped goes when the fill is over; an undo between building and landing costs
    no prop."""
    monkeypatch.setattr(app.reserving, "MOST_PROPS", 0)
    for name in ("barrel", "crate"):
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, None))
    select(*bpy.data.objects)
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.ed.undo_push(message="rows")
    bpy.ops.propsmith.fill_start()
    app.until(lambda: app.now.prepared)
    bpy.ops.ed.undo_push(message="something else")
    bpy.ops.ed.undo()
    row = filling().active_or_none().rows[1]
    app.until(lambda: row.job in app.now.prepared)
    assert filling().skip(app.now, row.key)
    app.until(lambda: not shown().running)
    app.until(lambda: app.pump.tick() is None)
    assert len(app.props()) == 1 and len(bpy.data.meshes) == 1 and not app.now.prepared
