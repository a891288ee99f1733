"""`make bench`, props that come into a large scene: one by one, and in the kept places of a fill."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from bench_measure import milliseconds, sphere, worst

LANDED = 200  # finished props that land


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


def filling(bpy: Any, pump: Any, modules: tuple[Any, Any, Any], objects: int) -> dict[str, dict[str, float]]:
    """A fill of 200 places with 200 different props of 8,000 faces and five maps, in a scene of so many objects.

    A tick's time holds all that Blender evaluates in it, and what a window would have to evaluate after it.
    """
    stores, protocol, session = modules
    now = session.current()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    crowd(bpy, objects)
    source = now.store.folder / "bench"
    if not source.exists():
        write_smooth(source, bpy)
    while pump.tick() is not None and now.unshown:
        pass
    places = [
        bpy.data.objects.new(f"cup {number:c}{other:c}", None)
        for number in range(97, 97 + LANDED // 20)
        for other in range(97, 117)
    ]
    for number, place in enumerate(places):
        place.location = (2.0 * (number % 20), 2.0 * (number // 20), 0.0)
        bpy.context.scene.collection.objects.link(place)
        place.select_set(True)
    bpy.context.view_layer.update()
    bpy.ops.propsmith.fill_add_selected()
    press, done, times, imports = milliseconds(bpy.ops.propsmith.fill_start), set(), [], []
    before, after = control(bpy), bpy.context.view_layer.update
    shown = bpy.context.window_manager.propsmith_fill

    def tick() -> None:
        pump.tick()
        after()

    while shown.running:
        for job in [w.job for w in now.active_jobs() if w.job not in done and w.request.title]:
            done.add(job)
            shutil.copytree(source, now.store.jobs / job / "result")
            stores.append_event(now.store, job, protocol.Done("result", {"views": 1.0}, {"faces": 8000.0}))
        landed = shown.landed
        times.append(milliseconds(tick))
        imports.append(shown.landed - landed)
    fill = f"filling_{LANDED}_in_{objects}_objects"
    return {
        f"press_{fill}": worst([press]),
        f"tick_{fill}": worst(times[:-1]) | {"most_imports_a_tick": float(max(imports)), "ticks": float(len(times))},
        f"last_tick_{fill}": worst(times[-1:]),
        f"control_linking_an_empty_in_{objects}_while_filling": before,
    }


def write_smooth(result: Path, bpy: Any, texture_px: int = 1024) -> None:
    """A result folder of 8,000 faces with five maps that pack as those of props do, some 300 KB each."""
    result.mkdir(parents=True)
    np.savez(result / "mesh.npz", **sphere(8000))
    coarse = np.random.default_rng(0).random((128, 128, 4)).astype(np.float32)
    pixels = coarse.repeat(texture_px // 128, 0).repeat(texture_px // 128, 1)
    for name in ("base_color", "normal", "roughness", "metallic", "edges", "thumbnail"):
        image = bpy.data.images.new(name, texture_px, texture_px)
        image.pixels.foreach_set(pixels.ravel())
        image.filepath_raw, image.file_format = str(result / f"{name}.png"), "PNG"
        image.save()
        bpy.data.images.remove(image)


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
