"""Several scenes, and several windows that show them: landings, lists of places, edit modes, comparisons."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from .refine_scene import grid, notes, press, select, until_landed
from .test_fill import box, filling, rows, shown
from .test_fill import select as select_places
from .test_panels import drawn, names

pytestmark = pytest.mark.usefixtures("no_fill")


@pytest.fixture
def scenes(app):
    """(first, second): the window shows the first."""
    return bpy.context.scene, bpy.data.scenes.new("Second")


def two_windows(app, monkeypatch, *shown: bpy.types.Scene) -> None:
    """As if a window showed each of these scenes: bpy opens one window only (tests/window has two true ones)."""
    panes = [SimpleNamespace(scene=s, view_layer=s.view_layers[0], modal_operators=[]) for s in shown]
    monkeypatch.setattr(app.windows, "all_windows", lambda: panes)


def show(scene: bpy.types.Scene) -> None:
    bpy.context.window.scene = scene


def test_a_prop_is_selected_in_the_window_that_asked_for_it(app, monkeypatch, scenes):
    """Asked in the second window, the prop lands in that window's scene and is selected there; the first keeps its own."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 6.0)
    select(grid())
    mine = bpy.context.object
    show(second)
    app.generate("a lamp")
    show(first)
    two_windows(app, monkeypatch, first, second)
    app.until(app.props)
    (prop,) = app.props()
    assert prop.name in second.objects and second.view_layers[0].objects.active == prop
    assert prop.select_get(view_layer=second.view_layers[0])
    assert first.view_layers[0].objects.active == mine and mine.select_get()


def test_a_renamed_scene_still_gets_its_prop(app, monkeypatch, scenes):
    """The ghost shows where the prop belongs, whatever the scene is called by then."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 6.0)
    show(second)
    app.generate("a lamp")
    second.name = "Elsewhere"
    show(first)
    app.until(app.props)
    assert app.props()[0].name in second.objects and not app.ghosts()


def test_a_scene_copied_in_mid_job_gets_neither_the_prop_nor_a_ghost_that_stays(app, monkeypatch, scenes):
    """Scene > New > Full Copy copies the ghost as well: the prop lands in the scene it was asked for in, also when that has
    another name by then, and no copy of the ghost is left over."""
    first, _ = scenes
    app.fake(monkeypatch, "ok", 6.0)
    job = app.generate("a lamp")
    bpy.ops.scene.new(type="FULL_COPY")
    copy = bpy.context.scene
    first.name = "Zoo"
    assert len(app.ghosts()) == 2 and len(copy.objects) == 1
    until_landed(app, job)
    assert [o.propsmith.job for o in first.objects] == [job] and not copy.objects and not app.ghosts()


def test_nothing_lands_while_another_window_edits(app, monkeypatch, scenes):
    """An object in Edit Mode in the second window holds every landing back until that mode is left; then it is one undo step."""
    first, second = scenes
    show(second)
    grid("Other")
    bpy.ops.object.mode_set(mode="EDIT")
    show(first)
    two_windows(app, monkeypatch, first, second)
    job = app.generate("a lamp")
    app.until(lambda: app.state(job) == "done")
    for _ in range(4):
        app.pump.tick()
    assert not app.props() and bpy.context.mode == "OBJECT"
    show(second)
    bpy.ops.object.mode_set(mode="OBJECT")
    show(first)
    app.until(app.props)
    bpy.ops.ed.undo()
    assert not app.props()


def test_a_refinement_goes_to_its_object_in_the_scene_that_is_not_shown(app, monkeypatch, scenes):
    """Refined in one scene while another is shown: the version lands on the object, what shows it at work stays there too."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 6.0)
    show(second)
    obj = grid("Far")
    (job,) = press(app)
    show(first)
    until_landed(app, job)
    assert [v.how for v in obj.propsmith_versions.items] == ["original", "texture"] and "beside" not in notes(app, job)
    assert not first.objects and list(second.objects) == [obj]


def test_each_scene_fills_from_its_own_list_at_the_same_time(app, monkeypatch, scenes):
    """Two scenes' fills run side by side with their own styles; each prop lands in its scene; undo takes one fill alone."""
    first, second = scenes
    app.fake(monkeypatch, "ok", 10.0)
    select_places(box("barrel"), box("crate", (3, 0, 0)))
    bpy.context.scene.propsmith_fill.style = "mossy"
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    show(second)
    assert not bpy.ops.propsmith.fill_start.poll() and not bpy.ops.propsmith.fill_undo.poll()
    seen = drawn("PROPSMITH_PT_fill")
    assert names(seen, "operator") == ["propsmith.fill_show"] and names(seen, "progress")
    assert any("'Scene'" in text for text in names(seen, "label"))
    select_places(box("lamp"))
    bpy.context.scene.propsmith_fill.style = "golden"
    assert bpy.ops.propsmith.fill_add_selected() == {"FINISHED"} and [r.target for r in rows()] == ["lamp"]
    assert bpy.ops.propsmith.fill_start() == {"FINISHED"}
    app.until(lambda: len(app.props()) == 3 and not shown().running)
    prompts = {scene.name: {o.propsmith.prompt for o in scene.objects if o.propsmith.job} for scene in scenes}
    assert prompts == {"Scene": {"barrel, mossy", "crate, mossy"}, "Second": {"lamp, golden"}}
    assert bpy.ops.propsmith.fill_undo() == {"FINISHED"}
    assert [o.name for o in second.objects] == ["lamp"] and len(app.props()) == 2
    show(first)
    assert bpy.ops.propsmith.fill_show() == {"FINISHED"}
    assert {r.target: r.state for r in rows()} == {"barrel": "landed", "crate": "landed"}
    assert not bpy.ops.propsmith.fill_show.poll()


def test_a_copied_scene_begins_a_list_of_its_own(app, scenes):
    """Scene > New > Full Copy bears the marks of the first scene's fill; undoing that one leaves the copy's props alone."""
    first, _ = scenes
    select_places(box("barrel"))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    bpy.ops.scene.new(type="FULL_COPY")
    copy = bpy.context.scene
    assert copy != first and len(app.props()) == 2
    assert names(drawn("PROPSMITH_PT_fill"), "operator") == ["propsmith.fill_show"]
    bpy.ops.propsmith.fill_show()
    assert not rows()
    show(first)
    bpy.ops.propsmith.fill_show()
    assert [r.state for r in rows()] == ["landed"] and bpy.ops.propsmith.fill_undo() == {"FINISHED"}
    assert [o for o in copy.objects if o.propsmith.job] == app.props()


def test_lists_of_both_scenes_come_back_with_the_file(app, scenes, tmp_path):
    """Saved and opened again, each scene has its list, and what had not landed in either lands."""
    first, second = scenes
    select_places(box("barrel"))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    show(second)
    select_places(box("lamp"))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    path = str(tmp_path / "two.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    app.until(lambda: len(app.props()) == 2)
    app.until(lambda: app.pump.tick() is None)
    filling().forget()  # as a new Blender would begin
    bpy.ops.wm.open_mainfile(filepath=path)
    assert not app.props()
    app.until(lambda: len(app.props()) == 2)
    assert {scene.name: [o.propsmith.prompt for o in scene.objects if o.propsmith.job] for scene in bpy.data.scenes} == {
        "Scene": ["barrel"], "Second": ["lamp"]
    }  # fmt: skip


def test_a_file_of_many_scenes_keeps_all_their_lists(app, monkeypatch, tmp_path):
    """Thirty scenes with a list each, more than the store keeps of other files: opened again, all have their row and prompt."""
    monkeypatch.setattr(app.fill, "FILES_KEPT", 5)
    text = bpy.data.texts.new("list")
    text.write("a hand-typed prompt")
    for number in range(30):
        show(bpy.data.scenes.new(f"Level {number:02d}"))
        bpy.ops.propsmith.fill_add_text(text="list")
    until_quiet(app)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "levels.blend"))
    filling().forget()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "levels.blend"))
    until_quiet(app)
    for number in range(30):
        show(bpy.data.scenes[f"Level {number:02d}"])
        filling().fill_lists.show(bpy.context.scene)
        assert [r.prompt for r in rows()] == ["a hand-typed prompt"], number


def until_quiet(app) -> None:
    app.until(lambda: app.pump.tick() is None)


def test_a_renamed_scene_keeps_its_fill_from_a_new_one_of_its_old_name(app, tmp_path):
    """A filled scene is renamed and another takes its name: its list stays its own, also when the file is opened again."""
    select_places(box("barrel"), box("crate", (3, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    until_quiet(app)
    level = bpy.context.scene
    level.name = "Level 1"
    other = bpy.data.scenes.new("Scene")
    assert bpy.ops.propsmith.fill_undo.poll() and not bpy.ops.propsmith.fill_show.poll()
    show(other)
    assert any("'Level 1'" in text for text in names(drawn("PROPSMITH_PT_fill"), "label"))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "levels.blend"))
    filling().forget()  # as a new Blender would begin
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "levels.blend"))
    app.pump.tick()
    until_quiet(app)
    level, other = bpy.data.scenes["Level 1"], bpy.data.scenes["Scene"]
    assert not other.objects and len(app.props()) == 2 and [r.state for r in rows()] == ["landed"] * 2
    show(level)
    assert bpy.ops.propsmith.fill_undo() == {"FINISHED"} and not app.props()
    assert {o.name for o in level.objects} == {"barrel", "crate"}


def test_the_list_of_a_linked_background_set_stays_its_own_file_s(app, tmp_path):
    """A scene linked as a background set bears its list's mark: nothing of it is listed or lands in this file."""
    bpy.data.texts.new("list").write("barrel")
    bpy.ops.propsmith.fill_add_text(text="list")
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    until_quiet(app)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "set.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "set.blend"), link=True) as (_, here):
        here.scenes = ["Scene"]
    bpy.context.scene.background_set = here.scenes[0]
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    filling().forget()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    app.pump.tick()
    until_quiet(app)
    assert bpy.context.scene.background_set.library and not rows() and not bpy.context.scene.objects


def test_an_undo_takes_no_list_from_its_scene(app):
    """Ctrl+Z to before the list was begun, also after the scene was renamed: its props land in it and not in another scene."""
    bpy.data.scenes.new("Other")
    bpy.ops.ed.undo_push(message="Other")
    bpy.data.texts.new("list").write("barrel")
    bpy.context.scene.name = "Level 1"
    bpy.ops.ed.undo_push(message="renamed")
    bpy.ops.propsmith.fill_add_text(text="list")
    box("mine")
    bpy.ops.ed.undo_push(message="mine")
    bpy.ops.ed.undo()
    assert "mine" not in bpy.data.objects and bpy.context.scene.name == "Level 1"
    show(bpy.data.scenes["Other"])
    assert not bpy.ops.propsmith.fill_start.poll()
    show(bpy.data.scenes["Level 1"])
    assert bpy.ops.propsmith.fill_start() == {"FINISHED"}
    show(bpy.data.scenes["Other"])
    app.until(lambda: not shown().running)
    assert len(app.props()) == 1 and not bpy.data.scenes["Other"].objects


def test_a_row_says_that_memory_was_short(app):
    """A prop that was made with less because memory ran out is marked in the list."""
    job = app.generate()
    app.until(lambda: app.state(job) == "done" and app.props())
    watch = app.now.watches[job]
    assert app.shown.jobs[job].text == "Done"
    app.mirror.tell(app.now, watch, "reduced", ["Memory ran out."])
    assert app.shown.jobs[job].text == "Done, reduced"
