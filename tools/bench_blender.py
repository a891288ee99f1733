"""`make bench`, Blender's part: ticks, importing 50,000 faces, drawing with 500 jobs, large scenes, opening files."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT))

import make_prop  # noqa: E402

FACES, JOBS, TICKS = 50_000, 500, 60
SCENE, LANDED = 1000, 200  # objects of the large scene, finished props that land in it, and in an empty one before
OPENINGS = 3
PANELS = ("PROPSMITH_PT_generate", "PROPSMITH_PT_gallery", "PROPSMITH_PT_jobs")


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
    medians = {"wall_median": statistics.median(wall), "processor_median": statistics.median(processor)}
    return {"wall_max": max(wall), "processor_max": max(processor)} | medians


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


class Silent:
    """A layout that does nothing: what is left of a draw is our own time."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: (Silent(), Silent()) if name == "panel" else Silent()


def draws(bpy: Any) -> dict[str, dict[str, float]]:
    """The quickest of 50 draws of each panel: processor time, the others are the machine's neighbours."""
    panel = type("Panel", (), {"layout": Silent()})()
    times = {
        name: [milliseconds(lambda name=name: getattr(bpy.types, name).draw(panel, bpy.context)) for _ in range(50)]  # type: ignore[misc]
        for name in PANELS
        if getattr(bpy.types, name, None) and name_polls(bpy, name)
    }
    return {f"draw_{name.rpartition('_')[2]}_{JOBS}_jobs": {"processor_min": min(t)[1]} for name, t in times.items()}


def name_polls(bpy: Any, name: str) -> bool:
    poll = getattr(getattr(bpy.types, name), "poll", None)
    return poll is None or poll(bpy.context)


def crowd(bpy: Any, count: int) -> None:
    """Many objects that share one mesh."""
    mesh = bpy.data.meshes.new("crowd")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    for number in range(count):
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(f"crowd {number}", mesh))
    bpy.context.view_layer.update()


def placing(bpy: Any, pump: Any, modules: tuple[Any, Any, Any], objects: int) -> dict[str, dict[str, float]]:
    """200 finished props land in a scene of so many objects: props a tick, the ticks' time, what of it is Blender's.

    Blender's is the time between its handlers before and after evaluating the scene; the control links an empty object.
    """
    stores, protocol, session = modules
    now = session.current()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    crowd(bpy, objects)
    while pump.tick() is not None and now.unshown:
        pass
    before = control(bpy)
    result = next(now.store.jobs.glob("*/result/thumbnail.png")).parent
    small = {name: array for name, array in sphere(400).items()}
    for _ in range(LANDED):
        job = stores.create_job(now.store, protocol.Generate(prompt="a cup"), now.owner)
        target = now.store.jobs / job / "result"
        target.mkdir()
        np.savez(target / "mesh.npz", **small)
        shutil.copyfile(result / "thumbnail.png", target / "base_color.png")
        stores.append_event(now.store, job, protocol.Done("result", {"views": 1.0}, {"faces": 400.0}))
        now.landings[job] = session.Landing("Scene", (0.0, 0.0, 0.0), frozenset())
    now.listed_at = -1e9
    times, ours, imports, count = [], [], [], len(bpy.data.meshes)
    while now.landings or now.unread:
        with evaluating(bpy) as theirs:
            times.append(milliseconds(pump.tick))
        wall, processor = (sum(spent) for spent in zip((0.0, 0.0), *theirs, strict=True))
        ours.append((times[-1][0] - wall, times[-1][1] - processor))
        imports.append(len(bpy.data.meshes) - count)
        count = len(bpy.data.meshes)
    placing = f"placing_{LANDED}_in_{objects}_objects"
    return {
        f"tick_{placing}": worst(times) | {"most_imports_a_tick": float(max(imports))},
        f"tick_{placing}_without_blenders_evaluation": worst(ours),
        f"control_linking_an_empty_in_{objects}_before": before,
        f"control_linking_an_empty_in_{objects}_after": control(bpy),
    }


@contextmanager
def evaluating(bpy: Any) -> Iterator[list[tuple[float, float]]]:
    """(wall, processor) milliseconds of each evaluation of a scene inside the block, rebuilding of its graph included."""
    spent: list[tuple[float, float]] = []
    begun: list[tuple[float, float]] = []

    def before(*_: Any) -> None:
        begun.append((time.perf_counter(), time.process_time()))

    def after(*_: Any) -> None:
        wall, processor = begun.pop()
        spent.append(((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000))

    handlers = bpy.app.handlers
    handlers.depsgraph_update_pre.append(before)
    handlers.depsgraph_update_post.append(after)
    try:
        yield spent
    finally:
        handlers.depsgraph_update_pre.remove(before)
        handlers.depsgraph_update_post.remove(after)


def control(bpy: Any) -> dict[str, float]:
    """What linking one empty object costs Blender in this scene, five times over: nothing of ours is in it."""
    times = []
    for _ in range(5):
        probe = bpy.data.objects.new("probe", None)
        bpy.context.scene.collection.objects.link(probe)
        times.append(milliseconds(bpy.context.view_layer.update))
        bpy.data.objects.remove(probe)
        bpy.context.view_layer.update()
    return worst(times)


def opening(bpy: Any, pump: Any, home: Path) -> dict[str, dict[str, float]]:
    """What opening the file of all that costs with the extension, and without: hundreds of props, a list of as many jobs."""
    import addon_utils  # noqa: PLC0415

    path = str(home / "large.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    times = [milliseconds(lambda: bpy.ops.wm.open_mainfile(filepath=path)) for _ in range(OPENINGS)]
    ours = [milliseconds(pump.after_load)[1] for _ in range(OPENINGS)]
    pump.stop()
    addon_utils.disable(make_prop.PACKAGE)
    without = [milliseconds(lambda: bpy.ops.wm.open_mainfile(filepath=path)) for _ in range(OPENINGS)]
    return {
        "opening_large_blend": {"processor_min": min(t[1] for t in times), "our_handlers_processor_min": min(ours)},
        "opening_it_without_the_extension": {"processor_min": min(t[1] for t in without)},
    }


def measure(bpy: Any, home: Path) -> dict[str, dict[str, float]]:
    """All figures, in milliseconds."""
    from bl_ext.user_default.propsmith.addon import pump, session, watchdog  # noqa: PLC0415
    from bl_ext.user_default.propsmith.backend import protocol  # noqa: PLC0415
    from bl_ext.user_default.propsmith.backend import store as stores  # noqa: PLC0415

    watchdog.step = lambda _session: None  # this bench plays the worker itself
    now, figures = session.current(), {}
    job = fill_store(stores, protocol, home / "store", now.owner)
    chosen = bpy.context.preferences.addons[make_prop.PACKAGE].preferences
    chosen.python, chosen.store = sys.executable, str(home / "store")  # a Python is enough for the panels to be ready
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
    figures[f"tick_importing_{FACES}_faces"] = worst(landing)  # it builds in one tick, links in the next
    figures |= draws(bpy)
    figures |= placing(bpy, pump, (stores, protocol, session), 0)
    figures |= placing(bpy, pump, (stores, protocol, session), SCENE)
    return figures | opening(bpy, pump, home)


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
