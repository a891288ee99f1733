"""Command line and Blender: the same files from the same request, bit for bit, and the same thing in the scene."""

from __future__ import annotations

import functools
import hashlib
import json
import subprocess
from pathlib import Path

import bpy
import numpy as np

from .conftest import ROOT, WORKER_PYTHON
from .glb_normals import corner_normals_of
from .test_whole_path import WORKER

COMMAND_LINE = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
import torch
from backend import __main__ as command_line
from backend.cli import generate
from backend.device import set_threads
from backend.executors import Local
from backend.pipeline import Models
from backend.priors.analytic import analytic_prior
set_threads()
executor = Local("cpu")
executor._models = Models(torch.device("cpu"), {{"analytic": analytic_prior()}})
generate.Local = lambda device: executor
sys.exit(command_line.main(["generate", *sys.argv[1:]]))
"""


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every array of mesh.npz and of every picture's file."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.png")}
    with np.load(folder / "mesh.npz") as file:
        found |= {name: hashlib.sha256(file[name].tobytes()).hexdigest() for name in file.files}
    found["prop.glb"] = hashlib.sha256((folder / "prop.glb").read_bytes()).hexdigest()
    return found


def test_command_line_and_blender_make_the_same_files(app, monkeypatch, tmp_path):
    """One request through the panel and through `generate`: equal arrays, maps and GLB; the scene holds those arrays."""
    command = lambda python, store, device="auto": [str(python), "-s", "-B", "-u", "-c", WORKER, str(store.folder)]
    monkeypatch.setattr(app.worker, "worker_command", command)
    monkeypatch.setattr(app.watchdog, "START_S", 300.0)  # importing torch beside other work
    monkeypatch.setattr(app.requests, "Generate", functools.partial(app.protocol.Generate, prior="analytic"))
    job = app.generate("a red box", size_m=0.8, preset="draft", faces=600, texture_px=256, seed=5, random_seed=False)
    app.until(lambda: app.props() or app.shown.jobs[job].code, 400)
    assert app.props(), (app.shown.jobs[job].code, app.shown.jobs[job].sentence)
    result = app.store_folder / "jobs" / job / "result"
    options = ["--prompt", "a red box", "--size", "0.8", "--preset", "draft", "--faces", "600", "--texture-px", "256"]
    options += ["--seed", "5", "--prior", "analytic", "--out", str(tmp_path / "out")]
    subprocess.run([str(WORKER_PYTHON), "-c", COMMAND_LINE, *options], check=True, capture_output=True, timeout=300)
    ours, theirs = digests(result), digests(tmp_path / "out")
    assert {"vertices", "faces", "uvs", "base_color.png", "normal.png", "roughness.png", "metallic.png"} <= set(ours)
    assert ours == theirs
    records = [json.loads((folder / "prop.json").read_text("utf-8")) for folder in (result, tmp_path / "out")]
    assert records[0]["request"] == records[1]["request"]
    mesh, material = app.props()[0].data, app.props()[0].data.materials[0]
    with np.load(tmp_path / "out" / "mesh.npz") as file:
        shown = np.empty((len(mesh.vertices), 3), np.float32)
        mesh.vertices.foreach_get("co", shown.ravel())
        np.testing.assert_allclose(shown, file["vertices"], atol=1e-6)
        assert np.array_equal(np.array([tuple(p.vertices) for p in mesh.polygons]), file["faces"])
    packed = material.node_tree.nodes["Base Color"].image.packed_file.data
    assert hashlib.sha256(packed).hexdigest() == theirs["base_color.png"]


def test_the_scene_has_the_glbs_normals(app, monkeypatch, tmp_path):
    """Corner for corner the imported prop's normals are those of its GLB, to within half a degree."""
    command = lambda python, store, device="auto": [str(python), "-s", "-B", "-u", "-c", WORKER, str(store.folder)]
    monkeypatch.setattr(app.worker, "worker_command", command)
    monkeypatch.setattr(app.watchdog, "START_S", 300.0)  # importing torch beside other work
    monkeypatch.setattr(app.requests, "Generate", functools.partial(app.protocol.Generate, prior="analytic"))
    job = app.generate("a red box", preset="draft", faces=600, texture_px=256)
    app.until(lambda: app.props() or app.shown.jobs[job].code, 400)
    mesh = app.props()[0].data
    place, theirs = corner_normals_of(app.store_folder / "jobs" / job / "result" / "prop.glb")
    ours = np.empty((len(mesh.loops), 3), np.float32)
    mesh.loops.foreach_get("normal", ours.ravel())
    at = np.array([mesh.vertices[loop.vertex_index].co for loop in mesh.loops], np.float32)
    np.testing.assert_allclose(at, place, atol=1e-5)
    angle = np.degrees(np.arccos(np.clip((ours * theirs).sum(1), -1, 1)))
    assert np.percentile(angle, 99.9) < 0.5 and any(edge.use_edge_sharp for edge in mesh.edges)


def test_the_self_test_of_a_whole_environment_is_green(app):
    """With every package and the weights in place the self-test ends well and has no bad row."""
    app.preferences.get().python = str(WORKER_PYTHON)
    bpy.ops.propsmith.verify_environment()
    app.until(lambda: not app.shown.setup_running, 300)
    rows = app.shown.setup_rows.splitlines()
    assert rows and not [row for row in rows if row.startswith("bad")], rows
    assert app.shown.setup_fraction == 1.0 and app.shown.ready, app.shown.setup_text
