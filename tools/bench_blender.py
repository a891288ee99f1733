"""`make bench`, Blender's part: ticks, importing 50,000 faces, drawing with 500 jobs, large scenes, opening files."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT))

import make_prop  # noqa: E402
from bench_measure import milliseconds, sphere, worst  # noqa: E402
from bench_scenes import filling, placing  # noqa: E402

FACES, JOBS, TICKS = 50_000, 500, 60
SCENE = 1000  # objects of the large scene
OPENINGS = 3
PANELS = ("PROPSMITH_PT_generate", "PROPSMITH_PT_gallery", "PROPSMITH_PT_jobs")


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
    for objects in (0, SCENE):
        figures |= filling(bpy, pump, (stores, protocol, session), objects)
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
