"""Scenes of another unit scale: what is asked of the worker is in metres, what lands is as large as the scene shows it."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest

from tests.blender.refine_scene import beside, geometry, grid, refined, snapshot_of, until_landed
from tests.blender.test_fill import box, fill_all, filling, select

pytestmark = pytest.mark.usefixtures("no_fill")
CENTIMETRE = 0.01


@pytest.fixture
def centimetres(app):
    """A scene whose unit is a centimetre."""
    bpy.context.scene.unit_settings.scale_length = CENTIMETRE


@pytest.mark.usefixtures("centimetres")
def test_a_prop_of_half_a_metre_is_fifty_units_long(app):
    """The panel shows 1 m as 100 units; 50 are asked for as 0.5 m, and ghost, prop and a prop added again are 50 long."""
    settings = app.settings
    assert settings.size == pytest.approx(100)
    settings.size = 50
    job = app.generate("a vase")
    (ghost,) = app.ghosts()
    assert app.now.watches[job].request.size_m == 0.5 and ghost.empty_display_size == 25 and ghost.location.z == 25
    app.until(app.props)
    bpy.ops.propsmith.add_to_scene(job=job)
    for prop in app.props():
        assert max(prop.dimensions) == pytest.approx(50) and tuple(prop.scale) == (1, 1, 1)
        assert prop.propsmith.size_m == 0.5 and json.loads(prop.propsmith.request)["size_m"] == 0.5
    settings.size = 1e9
    assert settings.size_m == 10_000, "as in metres, no prop is longer"
    bpy.ops.propsmith.reuse_settings(job=job)
    assert settings.size == pytest.approx(50)


@pytest.mark.usefixtures("centimetres")
@pytest.mark.parametrize("kept", [True, False])
def test_a_fill_asks_for_its_places_in_metres(app, monkeypatch, kept):
    """A box of 200 units asks for a prop of 2 m, which lands 200 long and unscaled, in a kept place or without one; one of
    half a millimetre has no size."""
    if not kept:
        monkeypatch.setattr(app.reserving, "MOST_PROPS", 0)
    select(box("barrel", size=(200, 200, 200)), box("crate", (500, 0, 0), (0.05, 0.05, 0.05)))
    bpy.ops.propsmith.fill_add_selected()
    assert [row.fault for row in filling().active_or_none().rows] == ["", "it has no size"]
    fill_all(app)
    (prop,) = app.props()
    assert prop.propsmith.size_m == 2
    assert max(prop.dimensions) == pytest.approx(200) and tuple(prop.scale) == pytest.approx((1, 1, 1))


@pytest.mark.usefixtures("centimetres")
@pytest.mark.parametrize("mode", ["texture", "shape"])
def test_an_object_is_refined_in_metres(app, mode):
    """A sheet of 200 units goes to the worker as one of 2 m and comes back 200 long: on its object, and beside an edited one."""
    obj = grid()
    obj.scale = (100, 100, 100)
    bpy.context.view_layer.update()
    before = geometry(obj.data)
    job = refined(app, obj, mode=mode, preset="draft")
    sent = snapshot_of(app, job)["vertices"]
    assert np.ptp(sent, axis=0).max() == pytest.approx(2.0)
    assert max(obj.dimensions) == pytest.approx(200, rel=1e-5) and len(obj.propsmith_versions.items) == 2
    assert mode == "shape" or geometry(obj.data) == before
    jobs = set(app.now.watches)
    bpy.ops.propsmith.refine()
    (job,) = set(app.now.watches) - jobs
    obj.data.vertices[0].co.x -= 0.1
    until_landed(app, job)
    assert max(beside(app, job).dimensions) == pytest.approx(200, rel=1e-5)
