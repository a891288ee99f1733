"""Four drafts to choose from: seeds, choosing, the full prop, adding one, cancel, retry, several galleries, restarts."""

from __future__ import annotations

import bpy
import pytest

from tests.blender.test_panels import drawn, names


def press(app, prompt: str = "a wooden barrel", **settings):
    """Press Four Drafts; the gallery."""
    app.settings.prompt = prompt
    for name, value in settings.items():
        setattr(app.settings, name, value)
    assert bpy.ops.propsmith.four_drafts() == {"FINISHED"}
    return app.gallery.shown_or_none(app.now)


def finished(app, gallery) -> None:
    app.until(lambda: all(app.state(job) == "done" for job in gallery.jobs))


def test_four_drafts_with_four_seeds_land_nowhere(app):
    """Four jobs of the draft preset with four seeds, a picture each, side by side in the panel; the scene stays as it is."""
    gallery = press(app, preset="high", size_m=0.7, seed=9, random_seed=False)
    finished(app, gallery)
    app.until(lambda: app.pump.tick() is None, 5)
    requests = [app.now.watches[job].request for job in gallery.jobs]
    assert [r.seed for r in requests] == [9, 10, 11, 12] and {r.preset for r in requests} == {"draft"}
    draft = app.settings_module.PRESETS["draft"]
    assert all(r.quality.finish == draft.finish and r.quality.views.steps == draft.views.steps for r in requests)
    assert not any(r.quality.views.student for r in requests), "its shapes may differ from the full prop's"
    assert not app.props() and not app.ghosts() and not app.shown.recovered
    seen = drawn("PROPSMITH_PT_gallery")
    assert seen.count(("icon",)) == 4 and names(seen, "operator").count("propsmith.choose_draft") == 4
    assert "propsmith.discard_drafts" in names(seen, "operator")
    assert ("operator", "propsmith.make_draft", "Make This One (High)") in seen


def test_the_chosen_draft_becomes_the_full_prop(app):
    """Make This One repeats the chosen draft with its seed at the panel's preset, faces, texture size and polish steps."""
    gallery = press(app, "a tall vase", preset="standard", seed=20, random_seed=False, size_m=0.4)
    with pytest.raises(RuntimeError, match="Choose a finished draft"):
        bpy.ops.propsmith.make_draft()
    finished(app, gallery)
    bpy.ops.propsmith.choose_draft(place=2)
    app.settings.prompt, app.settings.faces, app.settings.steps = "something else", 2345, 30
    assert bpy.ops.propsmith.make_draft() == {"FINISHED"} and len(app.ghosts()) == 1
    app.until(lambda: app.props())
    made = app.now.watches[app.props()[0].propsmith.job].request
    assert (made.prompt, made.seed, made.preset, made.size_m) == ("a tall vase", 22, "standard", 0.4)
    assert made.quality.finish.faces == 2345 and made.quality.distillation.steps == 30
    assert made.quality.views == app.settings_module.PRESETS["standard"].views


def test_a_panel_set_to_draft_still_makes_a_full_prop(app):
    """With the draft preset chosen, Make This One uses the standard preset as it is."""
    gallery = press(app, preset="draft")
    finished(app, gallery)
    bpy.ops.propsmith.choose_draft(place=0)
    bpy.ops.propsmith.make_draft()
    app.until(lambda: app.props())
    made = app.now.watches[app.props()[0].propsmith.job].request
    assert made.quality == app.settings_module.PRESETS["standard"]


def test_a_draft_can_land_as_it_is(app):
    """Add to Scene puts the chosen draft itself at the cursor, one undo step, and keeps the gallery."""
    gallery = press(app)
    finished(app, gallery)
    bpy.ops.propsmith.choose_draft(place=1)
    assert ("operator", "propsmith.add_to_scene", "") in drawn("PROPSMITH_PT_gallery")
    bpy.ops.propsmith.add_to_scene("EXEC_DEFAULT", True, job=gallery.jobs[1])
    assert [o.propsmith.job for o in app.props()] == [gallery.jobs[1]]
    bpy.ops.ed.undo()
    assert not app.props() and app.gallery.shown_or_none(app.now) is gallery


def test_cancel_stops_what_is_not_finished_and_retry_repeats_it(app, monkeypatch):
    """Cancel ends the running and the waiting drafts; Retry queues one again in its place, with its seed."""
    app.fake(monkeypatch, "slow", 2.0)
    gallery = press(app, seed=5, random_seed=False)
    app.until(lambda: app.state(gallery.jobs[0]) == "running")
    assert "propsmith.cancel_drafts" in names(drawn("PROPSMITH_PT_gallery"), "operator")
    bpy.ops.propsmith.cancel_drafts()
    app.until(lambda: all(app.state(job) == "cancelled" for job in gallery.jobs))
    assert names(drawn("PROPSMITH_PT_gallery"), "operator").count("propsmith.retry_draft") == 4
    app.end_worker()
    app.fake(monkeypatch)
    old = gallery.jobs[3]
    bpy.ops.propsmith.retry_draft(place=3)
    assert gallery.jobs[3] != old and app.now.watches[gallery.jobs[3]].request.seed == 8
    app.until(lambda: app.state(gallery.jobs[3]) == "done")
    assert not app.props()


def test_several_galleries_are_browsed_and_discarded(app):
    """The newest gallery is shown first; browsing stops at both ends; Discard removes one with its jobs, but for landed ones."""
    first = press(app, "a barrel")
    second = press(app, "a chair")
    finished(app, first)
    finished(app, second)
    shown = lambda: app.gallery.shown_or_none(app.now)
    assert shown() is second
    bpy.ops.propsmith.browse_drafts(by=1)
    assert shown() is first
    bpy.ops.propsmith.browse_drafts(by=1)
    assert shown() is first
    bpy.ops.propsmith.add_to_scene(job=first.jobs[0])
    bpy.ops.propsmith.discard_drafts()
    assert shown() is second and first not in app.now.galleries
    assert (app.store_folder / "jobs" / first.jobs[0]).is_dir() and app.props()
    assert not any((app.store_folder / "jobs" / job).exists() for job in first.jobs[1:])
    bpy.ops.propsmith.discard_drafts()
    assert shown() is None and not bpy.types.PROPSMITH_PT_gallery.poll(bpy.context)
    assert not list((app.store_folder / "galleries").glob("*.json"))


def test_galleries_outlive_blender(app):
    """The next start shows the gallery again, its choice included, and does not count its drafts as lost props."""
    gallery = press(app)
    finished(app, gallery)
    bpy.ops.propsmith.choose_draft(place=3)
    (app.store_folder / "galleries" / "0-broken.json").write_text("{")
    app.session.forget()
    app.shown.jobs.clear()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    finished(app, gallery)
    again = app.gallery.shown_or_none(app.now)
    assert (again.jobs, again.chosen, again.request) == (gallery.jobs, 3, gallery.request)
    assert app.shown.recovered == 0 and bpy.types.PROPSMITH_PT_gallery.poll(bpy.context)


def test_without_a_prompt_there_are_no_drafts(app):
    """Four Drafts is disabled with Generate's own reason."""
    app.settings.prompt, app.settings.image = "", ""
    with pytest.raises(RuntimeError, match="prompt"):
        bpy.ops.propsmith.four_drafts()
