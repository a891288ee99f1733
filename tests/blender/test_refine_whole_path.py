"""Refine with every real stage: snapshot, true worker and refinement under the analytic prior, back onto the object."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import bmesh
import bpy
import numpy as np
import pytest

from tests.blender.refine_scene import beside, geometry, press, select
from tests.blender.test_whole_path import ROOT, WORKER


def refine_truly(app, monkeypatch):
    """Put the true worker behind the app, its prior the analytic one."""

    def command(python, store, device="auto"):
        return [str(python), "-s", "-B", "-u", "-c", WORKER, str(store.folder)]

    monkeypatch.setattr(app.worker, "worker_command", command)
    monkeypatch.setattr(app.refining, "Refine", functools.partial(app.protocol.Refine, prior="analytic"))


@pytest.fixture
def real(app, monkeypatch):
    """The app with the true worker behind it, its prior the analytic one."""
    refine_truly(app, monkeypatch)
    return app


def landed(app, job: str) -> None:
    app.until(lambda: app.now.watches[job].imported or app.shown.jobs[job].code, 300)
    assert app.now.watches[job].imported, (app.shown.jobs[job].code, app.shown.jobs[job].sentence)


def colours(obj: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    """(P, 3) the base colour at the centre of each polygon, and the image's size."""
    image = obj.data.materials[0].node_tree.nodes["Base Color"].image
    wide, high = image.size
    pixels = np.array(image.pixels[:]).reshape(high, wide, -1)[..., :3]
    layer = next(layer for layer in obj.data.uv_layers if layer.active_render)
    centres = [np.mean([layer.uv[i].vector for i in p.loop_indices], axis=0) for p in obj.data.polygons]
    return np.array([pixels[int(v * high), int(u * wide)] for u, v in centres]), np.array((wide, high))


@pytest.mark.parametrize("uvs", [True, False])
def test_a_grey_box_turns_red_and_stays_the_same_box(real, uvs):
    """'a red box' on a grey cube of quads, with and without UVs: same mesh bit for bit, its sides red, quads whole."""
    app = real
    bpy.ops.mesh.primitive_cube_add(size=1.2)
    obj = bpy.context.object
    if not uvs:
        obj.data.uv_layers.remove(obj.data.uv_layers[0])
    before = geometry(obj.data)
    (job,) = press(app, prompt="a red box", strength=0.95, preset="draft")
    landed(app, job)
    assert not beside(app, job), app.shown.jobs[job].notes
    assert geometry(obj.data)[: len(before)] == before and len(obj.data.polygons) == 6
    found, size = colours(obj)
    sides = found[[abs(p.normal.z) < 0.5 for p in obj.data.polygons]]
    assert sides[:, 0].min() > 0.4 and (sides[:, 0] > 2 * sides[:, 1]).all() and (sides[:, 0] > 2 * sides[:, 2]).all()
    assert tuple(size) == (512, 512)


def test_a_region_keeps_the_rest(real):
    """Only the face that was selected in Edit Mode turns red; the others keep their colour."""
    app = real
    bpy.ops.mesh.primitive_cube_add(size=1.2)
    obj = bpy.context.object
    front = next(p.index for p in obj.data.polygons if p.normal.y < -0.5)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_mode(type="FACE")
    bpy.ops.mesh.select_all(action="DESELECT")
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.data.polygons[front].select = True
    bpy.ops.object.mode_set(mode="EDIT")
    (job,) = press(app, prompt="a red box", strength=0.95, preset="draft")
    bpy.ops.object.mode_set(mode="OBJECT")
    landed(app, job)
    found, _ = colours(obj)
    assert found[front][0] > 2 * found[front][1]
    others = np.delete(found, front, axis=0)
    assert others == pytest.approx(np.full((5, 3), 128 / 255), abs=1e-3), "grey, as a cube without material counts"


def test_a_new_shape_lands_in_place(real):
    """Shape mode on a cube gives a closed new mesh in the same place, on the same object, as version 2."""
    app = real
    bpy.ops.mesh.primitive_cube_add(size=1.0, location=(3, 0, 0))
    obj = bpy.context.object
    select(obj)
    (job,) = press(app, prompt="a red box", mode="shape", strength=0.6, preset="draft")
    landed(app, job)
    assert not beside(app, job), app.shown.jobs[job].notes
    assert [v.how for v in obj.propsmith_versions.items] == ["original", "shape"] and tuple(obj.location) == (3, 0, 0)
    points = np.array([v.co for v in obj.data.vertices])
    assert np.abs((points.min(0) + points.max(0)) / 2).max() < 0.2 and 0.5 < np.ptp(points, axis=0).max() < 1.8
    uses = np.zeros(len(obj.data.edges), int)
    np.add.at(uses, [l.edge_index for l in obj.data.loops], 1)
    assert (uses == 2).all()


EMBEDDED = """
import sys; sys.path.insert(0, {root!r})
from backend.executors import Local
from backend.store import open_store
from backend.worker import run_worker
run_worker(open_store(sys.argv[1]), Local("cpu"), 20.0)
"""


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "backend/weights/embedded/prior.json").is_file(), reason="no embedded prior here")
def test_a_cylinder_becomes_a_barrel_by_the_embedded_prior(app, monkeypatch):
    """The prior that ships repaints a cylinder with n-gon caps in place; PROPSMITH_SHOTS keeps the .blend to look at."""

    def command(python, store, device="auto"):
        return [str(python), "-s", "-B", "-u", "-c", EMBEDDED.format(root=str(ROOT)), str(store.folder)]

    monkeypatch.setattr(app.worker, "worker_command", command)
    bpy.ops.mesh.primitive_cylinder_add(vertices=32, radius=0.4, depth=1.1)
    obj = bpy.context.object
    obj.name = "Cylinder"
    before = geometry(obj.data)
    (job,) = press(app, prompt="a wooden barrel with iron bands", strength=0.9, preset="draft")
    landed(app, job)
    assert not beside(app, job), app.shown.jobs[job].notes
    assert geometry(obj.data) == before and obj.propsmith.prior == "embedded"
    found, _ = colours(obj)
    assert np.ptp(found, axis=0).max() > 0.02, "the sides are painted, not plain"
    if "PROPSMITH_SHOTS" in os.environ:
        bpy.ops.wm.save_as_mainfile(filepath=str(Path(os.environ["PROPSMITH_SHOTS"]) / "refined.blend"))


@pytest.mark.parametrize("what", ["plane", "one face", "cup"])
def test_a_surface_without_an_inside_takes_a_new_shape(real, what):
    """A turned plane, a single face, an open cylinder: a closed mesh in the object's place and outline, and the job says why."""
    app = real
    if what == "cup":
        bpy.ops.mesh.primitive_cylinder_add(radius=0.5, depth=1, end_fill_type="NOTHING", location=(2, 0, 1))
    else:
        bpy.ops.mesh.primitive_plane_add(size=1.5, location=(2, 0, 1), rotation=(0.4, 0.3, 0.2))
    obj = bpy.context.object
    if what == "one face":
        obj.data.clear_geometry()
        obj.data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
        bpy.context.view_layer.update()
    old = np.array(obj.bound_box)
    (job,) = press(app, prompt="a red box", mode="shape", strength=0.2, preset="draft")
    landed(app, job)
    assert not beside(app, job) and ("walls" if what == "cup" else "thick") in app.shown.jobs[job].notes
    assert np.abs(np.array(obj.bound_box) - old).max() < 0.25, "corners of a triangle are finer than the views' pixels"
    mesh = bmesh.new()
    mesh.from_mesh(obj.data)
    assert all(edge.is_manifold for edge in mesh.edges) and abs(mesh.calc_volume()) > 1e-3
    mesh.free()
