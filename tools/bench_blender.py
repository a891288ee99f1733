"""`make bench`, Blender's part: time of a tick, of importing 50,000 faces, of drawing with 500 jobs, of a cancel."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT))

import make_prop  # noqa: E402

FACES, JOBS, TICKS = 50_000, 500, 60


def sphere(faces: int) -> dict[str, np.ndarray]:
    """A welded sphere of about `faces` triangles with per-corner UVs, as mesh.npz holds it."""
    rings = int((faces / 4) ** 0.5)
    segments = 2 * rings
    theta, phi = np.linspace(0, np.pi, rings + 1)[1:-1], np.linspace(0, 2 * np.pi, segments, endpoint=False)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    body = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1).reshape(-1, 3)
    vertices = np.concatenate([body, [[0, 0, 1], [0, 0, -1]]]).astype(np.float32)
    i, j = np.meshgrid(np.arange(rings - 2), np.arange(segments), indexing="ij")
    a, b = i * segments + j, i * segments + (j + 1) % segments
    quads = np.stack([a, a + segments, b + segments, a, b + segments, b], -1).reshape(-1, 3)
    top, bottom, k = len(body), len(body) + 1, np.arange(segments)
    last = (rings - 2) * segments
    caps = [np.stack([np.full_like(k, top), k, (k + 1) % segments], -1)]
    caps.append(np.stack([np.full_like(k, bottom), last + (k + 1) % segments, last + k], -1))
    triangles = np.concatenate([quads, *caps]).astype(np.int32)
    uvs = (vertices[triangles][..., :2] * 0.5 + 0.5).astype(np.float32)
    return {"vertices": vertices, "faces": triangles, "uvs": uvs}


def write_result(result: Path, bpy: Any, texture_px: int = 1024) -> None:
    """A result folder of 50,000 faces with maps of the standard size."""
    result.mkdir(parents=True)
    np.savez(result / "mesh.npz", **sphere(FACES))
    noise = np.random.default_rng(0).random((texture_px, texture_px, 4)).astype(np.float32)
    for name in ("base_color", "normal", "roughness", "metallic"):
        image = bpy.data.images.new(name, texture_px, texture_px)
        image.pixels.foreach_set(noise.ravel())
        image.filepath_raw, image.file_format = str(result / f"{name}.png"), "PNG"
        image.save()
        bpy.data.images.remove(image)
    shutil.copyfile(result / "base_color.png", result / "thumbnail.png")


def milliseconds(call: Any) -> tuple[float, float]:
    """(wall, processor) time of one call; on a busy machine only the second one is ours."""
    start, used = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000


def worst(times: list[tuple[float, float]]) -> dict[str, float]:
    wall, processor = zip(*times, strict=True)
    return {"wall_max": max(wall), "wall_median": statistics.median(wall), "processor_max": max(processor)}


def fill_store(stores: Any, protocol: Any, folder: Path, owner: str) -> str:
    """A store with 500 finished jobs and one running; the running job's id."""
    store = stores.open_store(folder)
    for _ in range(JOBS):
        job = stores.create_job(store, protocol.Generate(prompt="a barrel"), "")
        stores.append_event(store, job, protocol.Progress("views", 0.5))
        stores.append_event(store, job, protocol.Done("result", {"views": 3.0}, {"faces": 8000.0}))
    job = stores.create_job(store, protocol.Generate(prompt="a lamp"), owner)
    stores.append_event(store, job, protocol.Progress("views", 0.1))
    return job


def measure(bpy: Any, home: Path) -> dict[str, dict[str, float]]:
    """All figures, in milliseconds."""
    from bl_ext.user_default.propsmith.addon import pump, session, watchdog  # noqa: PLC0415
    from bl_ext.user_default.propsmith.backend import protocol  # noqa: PLC0415
    from bl_ext.user_default.propsmith.backend import store as stores  # noqa: PLC0415

    watchdog.step = lambda _session: None  # this bench plays the worker itself
    now, figures = session.current(), {}
    job = fill_store(stores, protocol, home / "store", now.owner)
    bpy.context.preferences.addons[make_prop.PACKAGE].preferences.store = str(home / "store")
    reading = []
    while now.store is None or now.unread:
        reading.append(milliseconds(pump.tick))
    figures["tick_reading_500_jobs"] = worst(reading)
    working = []
    for i in range(TICKS):
        stores.append_event(now.store, job, protocol.Progress("views", i / TICKS, 3.0, "Painting views"))
        working.append(milliseconds(pump.tick))
    figures["tick_at_work"] = worst(working)
    result = now.store.jobs / job / "result"
    write_result(result, bpy)
    now.landings[job] = session.Landing("Scene", (0.0, 0.0, 0.0), frozenset())
    stores.append_event(now.store, job, protocol.Done("result", {"views": 3.0}, {"faces": float(FACES)}))
    landing = []
    while not any(o.propsmith.job == job for o in bpy.data.objects):  # reading its end may fill a tick of its own
        landing.append(milliseconds(pump.tick))
    figures[f"tick_importing_{FACES}_faces"] = worst(landing[-1:])
    return figures


def main() -> int:
    home = Path(tempfile.mkdtemp(prefix="propsmith-bench-"))
    bpy = make_prop.install(home / "blender")
    try:
        figures = {n: {k: round(v, 2) for k, v in row.items()} for n, row in measure(bpy, home).items()}
    finally:
        shutil.rmtree(home, ignore_errors=True)
    machine = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "platform": platform.platform()}
    print(json.dumps({"blender": bpy.app.version_string, **machine, "milliseconds": figures}, indent=1))
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
