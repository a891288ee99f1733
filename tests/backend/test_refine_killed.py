"""kill -9 of a true worker in the middle of a refinement: the next one goes on within one checkpoint, to the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image

from backend import store as stores
from backend.protocol import Refine
from backend.settings import Distillation, Finish, Quality, Shape, Views
from backend.unwrap import unwrap

ROOT = Path(__file__).resolve().parents[2]
STEPS, WAIT_S = 60, 300.0
# The product's own worker, but for the prior (an analytic one: no weights to load), the time between two checkpoints
# (none instead of 20 s), and the early stop (none).
WORKER = """
import sys
from backend import checkpoint, distill, pipeline
from backend.__main__ import main
from backend.priors.analytic import analytic_prior
checkpoint.EVERY_S, distill.STILL = 0.0, 0.0
pipeline.load_prior = lambda name, device: analytic_prior(32)
sys.exit(main(["worker", "--store", sys.argv[1], "--idle", "0.5", "--device", "cpu"]))
"""


def request(folder: Path) -> Refine:
    """A red ball that shall be blue, distilled for long enough to be killed meanwhile."""
    mesh = trimesh.creation.icosphere(2, 0.5)
    vertices, faces = mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32)
    with (folder / "mesh.npz").open("wb") as file:
        np.savez(file, vertices=vertices, faces=faces, uvs=unwrap(vertices, faces))
    Image.new("RGB", (128, 128), (200, 40, 30)).save(folder / "base_color.png")
    settings = Distillation(steps=STEPS, objective="asd", strength=0.8)
    quality = Quality(Views(steps=4, guidance=1.0), Shape(grid=48), settings, Finish(faces=800, texture_px=128))
    return Refine(mesh=str(folder / "mesh.npz"), prompt="a blue ball", quality=quality)


def worker(at: stores.Store) -> subprocess.Popen[bytes]:
    threads = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}  # small tensors: one thread is faster
    return subprocess.Popen([sys.executable, "-c", WORKER, str(at.folder)], cwd=ROOT, env={**os.environ, **threads})


def test_a_killed_refinement_goes_on(tmp_path: Path) -> None:
    """After kill -9 the job is put back, goes on from a checkpoint past the first steps, and ends with the whole run's maps."""
    at = stores.open_store(tmp_path / "store")
    killed = stores.create_job(at, request(tmp_path))
    process = worker(at)
    try:
        end = time.monotonic() + WAIT_S
        while not (at.jobs / killed / "refine.pt").exists():
            assert time.monotonic() < end and process.poll() is None, stores.job_status(at, killed)
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    left = (at.jobs / killed / "refine.pt").read_bytes()
    whole = stores.create_job(at, request(tmp_path))
    assert worker(at).wait(WAIT_S) == 0
    first, second = stores.job_status(at, killed), stores.job_status(at, whole)
    assert (first.state, second.state) == ("done", "done") and len(left) > 1000
    codes = [note.code for note in first.notes]
    assert codes.count("requeued") == 1 and codes.count("resumed") == 1
    resumed = next(note.message for note in first.notes if note.code == "resumed")
    assert 0 < int(resumed.split("step ")[1].split(" ")[0]) < STEPS
    for name in ("base_color.png", "roughness.png"):
        maps = [(at.jobs / job / "result" / name).read_bytes() for job in (killed, whole)]
        assert maps[0] == maps[1], name
    assert not (at.jobs / killed / "refine.pt").exists()
