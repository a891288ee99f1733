"""What the tests of refine share: objects to refine, the button, and what came of it."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np


def grid(name: str = "Sheet", side: int = 4) -> bpy.types.Object:
    """A bent sheet of quads with UVs, selected and active, in the scene."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=side, y_subdivisions=side, size=2.0)
    obj = bpy.context.object
    obj.name = obj.data.name = name
    for vertex in obj.data.vertices:
        vertex.co.z = 0.3 * vertex.co.x**2
    return obj


def values(items, name: str, width: int, kind=np.float32) -> np.ndarray:
    found = np.empty(len(items) * width, kind)
    items.foreach_get(name, found)
    return found


def geometry(mesh: bpy.types.Mesh) -> tuple[bytes, ...]:
    """Vertices, corners, polygons and all UV maps, bit for bit."""
    return (
        values(mesh.vertices, "co", 3).tobytes(),
        values(mesh.loops, "vertex_index", 1, np.int32).tobytes(),
        values(mesh.polygons, "loop_start", 1, np.int32).tobytes(),
        *(values(layer.uv, "vector", 2).tobytes() for layer in mesh.uv_layers),
    )


def select(*objects: bpy.types.Object) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    for obj in objects:
        obj.select_set(True)
    bpy.context.view_layer.objects.active = objects[0]


def press(app, **settings) -> list[str]:
    """Press Refine; the new jobs in the order of their queueing."""
    chosen = bpy.context.scene.propsmith_refine
    for name, value in ({"prompt": "mossy stone"} | settings).items():
        setattr(chosen, name, value)
    before = set(app.now.watches)
    assert bpy.ops.propsmith.refine() == {"FINISHED"}
    return sorted(set(app.now.watches) - before)


def until_landed(app, *jobs: str) -> None:
    app.until(lambda: all(app.now.watches[j].imported for j in jobs))
    assert not [app.shown.jobs[j].sentence for j in jobs if app.shown.jobs[j].code]


def refined(app, obj, **settings) -> str:
    select(obj)
    (job,) = press(app, **settings)
    until_landed(app, job)
    return job


def snapshot_of(app, job: str) -> dict[str, np.ndarray]:
    with np.load(app.now.watches[job].request.mesh) as arrays:
        return {name: arrays[name] for name in arrays.files}


def beside(app, job: str) -> bpy.types.Object | None:
    """The object that a result became when it was not allowed onto its own."""
    return next((o for o in bpy.data.objects if o.propsmith.job == job and o.name.endswith("refined")), None)


def notes(app, job: str) -> str:
    return app.shown.jobs[job].notes


def written_result(app, job: str, **changes):
    """The finished watch of a job whose result is written by hand: the snapshot's arrays, changed, and plain maps."""
    app.end_worker()
    watch = app.now.watches[job]
    arrays = {name: array for name, array in snapshot_of(app, job).items() if name in ("vertices", "faces", "uvs")}
    folder = app.now.store.jobs / job / "result"
    folder.mkdir(exist_ok=True)
    np.savez(folder / "mesh.npz", **(arrays | changes))
    maps = Path(watch.request.mesh).parent
    for name in ("base_color.png", "roughness.png", "metallic.png"):
        (folder / name).write_bytes((maps / name).read_bytes())
    (folder / "normal.png").write_bytes((maps / "base_color.png").read_bytes())
    done = app.protocol.Done("result", {}, {"faces": float(len((arrays | changes)["faces"]))})
    app.store.append_event(app.now.store, job, done)
    watch.status = app.store.job_status(app.now.store, job)
    assert watch.status.state == "done"
    return watch
