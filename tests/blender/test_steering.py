"""What the artist tells a running refinement reaches the true worker and changes what comes out: strength, side, prompt, end."""

from __future__ import annotations

import bpy
import pytest

from .refine_scene import press, select
from .test_refine_whole_path import landed, refine_truly


@pytest.fixture
def real(app, monkeypatch):
    """The true worker under the analytic prior, and a grey cube."""
    refine_truly(app, monkeypatch)
    bpy.context.scene.propsmith_refine.random_seed = False
    return app


def cube(name: str) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=1.2)
    obj = bpy.context.object
    obj.name = name
    select(obj)
    return obj


def begun(app, strength: float = 0.95, **settings) -> str:
    """Press Refine and wait until the result begins to show on the object."""
    (job,) = press(app, prompt="a red box", strength=strength, preset="high", **settings)
    app.until(lambda: app.live.find_or_none(job) or app.shown.jobs[job].state == "done", 200)
    assert app.live.find_or_none(job) is not None, "it shows before the end"
    return job


def test_strength_and_side_told_in_mid_job_are_obeyed(real):
    """The same refinement with the same seed: left alone twice it comes out the same to the last bit of its figure; told another
    strength, or a side by the viewport's button, it comes out otherwise. control.json holds what was told."""
    app = real
    changes, settings = {}, bpy.context.scene.propsmith_refine
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    for told in ("nothing", "again nothing", "strength", "side"):
        cube(told)
        job = begun(app, strength=0.4)
        if told == "strength":
            settings.strength = 1.0
            assert bpy.ops.propsmith.refine_steer(job=job) == {"FINISHED"}
        if told == "side":
            with bpy.context.temp_override(window=window, area=area, region=area.regions[-1]):
                assert bpy.ops.propsmith.refine_favour_view(job=job) == {"FINISHED"}
        control = app.store.read_control(app.now.store, job)
        assert (control.strength == pytest.approx(1.0)) == (told == "strength")
        assert (control.favour_azimuth_deg >= 0) == (told == "side")
        landed(app, job)
        changes[told] = app.now.watches[job].status.figures["mean_change"]
    assert changes["nothing"] == changes["again nothing"], changes
    assert len({changes["nothing"], changes["strength"], changes["side"]}) == 3, changes


def test_stop_here_keeps_a_shape_that_forms(real):
    """Shape + texture shows wires from its first views on; stopped there, what they agree on lands as version 2, and says so."""
    app = real
    obj = cube("Shaped")
    job = begun(app, mode="shape")
    shown = app.live.find_or_none(job)
    assert shown.display_type == "WIRE" and len(shown.data.polygons) > 50 and len(obj.data.polygons) == 6
    assert max(abs(corner) for point in shown.bound_box for corner in point) == pytest.approx(0.6, abs=0.15)
    bpy.ops.propsmith.refine_stop(job=job)
    landed(app, job)
    assert "ended by hand" in app.shown.jobs[job].notes
    assert [v.how for v in obj.propsmith_versions.items] == ["original", "shape"] and len(obj.data.polygons) > 50
    assert app.live.find_or_none(job) is None
