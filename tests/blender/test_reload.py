"""The extension disabled and enabled again while jobs run, as an update or Reload Scripts does: all of them still land."""

from __future__ import annotations

import addon_utils
import bpy
import pytest

from .conftest import PACKAGE
from .refine_scene import grid, press
from .test_fill import box, select, shown


def reload() -> None:
    """What Blender does when an extension is updated."""
    addon_utils.disable(PACKAGE)
    addon_utils.enable(PACKAGE)


def test_a_prop_lands_at_its_ghost_after_a_reload(app, monkeypatch):
    """A prop asked for before the reload replaces its ghost, where the cursor was; nothing stands under Recovered."""
    app.fake(monkeypatch, "ok", 4.0)
    bpy.context.scene.cursor.location = (1, 2, 3)
    job = app.generate("a lamp")
    app.until(lambda: app.state(job) == "running")
    reload()
    app.until(lambda: app.props())
    (lamp,) = app.props()
    assert lamp.propsmith.job == job and tuple(lamp.location) == pytest.approx((1, 2, 3))
    assert not app.ghosts() and not app.shown.recovered


def test_a_refinement_lands_on_its_object_after_a_reload(app, monkeypatch):
    """In a file that was never saved too, the result becomes the object's next version."""
    app.fake(monkeypatch, "ok", 4.0)
    obj = grid("Mine")
    (job,) = press(app)
    app.until(lambda: app.state(job) == "running")
    reload()
    app.until(lambda: len(obj.propsmith_versions.items) == 2)
    assert obj.propsmith.job == job


def test_a_refinement_asked_for_in_another_new_file_stays_away_after_a_reload(app, monkeypatch):
    """File > New after the reload: an object of the same name and shape there is left as it is."""
    app.fake(monkeypatch, "ok", 4.0)
    grid("Mine")
    (job,) = press(app)
    app.until(lambda: app.state(job) == "running")
    reload()
    app.until(lambda: app.now.landings)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    obj = grid("Mine")
    app.until(lambda: app.state(job) == "done")
    for _ in range(5):
        app.pump.tick()
    assert not obj.propsmith_versions.items and not app.props()


@pytest.mark.usefixtures("no_fill")
def test_a_fill_makes_each_prop_once_over_a_reload(app, monkeypatch):
    """Reloaded before its list was next written, a fill knows the jobs that it has asked for: two places, two jobs."""
    app.fake(monkeypatch, "ok", 4.0)
    select(box("barrel"), box("crate", (3, 0, 0)))
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: len(app.now.watches) == 2)
    reload()
    app.until(lambda: shown().total == 2 and not shown().running)
    assert shown().landed == 2 and len(app.props()) == 2
    assert len(list(app.now.store.jobs.iterdir())) == 2 and not app.shown.recovered
