"""The whole path with every real stage: the true worker loop and pipeline, driven by the analytic prior, into the scene."""

from __future__ import annotations

import functools
from pathlib import Path

import bpy
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKER = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
import torch
from backend.device import set_threads
from backend.executors import Local
from backend.pipeline import Models
from backend.priors.analytic import analytic_prior
from backend.store import open_store
from backend.worker import run_worker
set_threads()
executor = Local("cpu")
executor._models = Models(torch.device("cpu"), {{"analytic": analytic_prior()}})
run_worker(open_store(sys.argv[1]), executor, 20.0)
"""


@pytest.fixture
def real(app, monkeypatch):
    """The app with the pipeline behind it instead of the fake worker."""

    def command(python, store, device="auto"):
        return [str(python), "-s", "-B", "-u", "-c", WORKER, str(store.folder)]

    monkeypatch.setattr(app.worker, "worker_command", command)
    monkeypatch.setattr(app.requests, "Generate", functools.partial(app.protocol.Generate, prior="analytic"))
    return app


def test_a_red_box_arrives_red_boxy_and_within_its_budget(real):
    """'a red box' through sampling, fusion, meshing, unwrap and bake lands as a red, closed box of the asked size."""
    app = real
    app.generate("a red box", size_m=0.8, preset="draft", faces=2000)
    app.until(lambda: app.props() or app.shown.jobs[0].code, 240)
    assert app.props(), (app.shown.jobs[0].code, app.shown.jobs[0].sentence)
    (obj,) = app.props()
    mesh = obj.data
    assert 12 <= len(mesh.polygons) <= 2000 and app.shown.jobs[0].faces == len(mesh.polygons)
    assert max(obj.dimensions) == pytest.approx(0.8, rel=1e-4)
    uses = np.zeros(len(mesh.edges), int)
    np.add.at(uses, [l.edge_index for l in mesh.loops], 1)
    assert (uses == 2).all(), "the mesh must be closed"
    image = obj.data.materials[0].node_tree.nodes["Base Color"].image
    assert tuple(image.size) == (512, 512)
    pixels = np.array(image.pixels[:]).reshape(-1, 4)
    used = pixels[pixels[:, :3].max(1) > 0.05]
    red, green, blue = np.median(used[:, :3], axis=0)
    assert red > 0.4 and red > 2 * green and red > 2 * blue
    assert not app.ghosts() and bpy.context.view_layer.objects.active == obj
