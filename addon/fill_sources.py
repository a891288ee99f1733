"""Where a fill's rows come from: the selection, a text, a table, a folder of images, a surface to scatter on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from ..backend import lists
from ..backend.errors import problem
from . import boxes, fill_landing, fill_lists, filling, names, obstacles, placeholders, scatter, scene
from . import fill as fills
from .fill import Row

IMAGES = (".png", ".jpg", ".jpeg", ".webp")
PER_LINE = 10  # rows without placeholders stand this many to a line


def add_selected(context: bpy.types.Context) -> tuple[int, int]:
    """Rows for the selected objects; those that have one are measured anew. How many rows, how many of them bad."""
    fill, depsgraph = fill_lists.begun(context.scene), context.evaluated_depsgraph_get()
    known = {row.key: row for row in fill.rows}
    barred = {row.name: row for row in fill.rows if row.fault}  # what cannot be a placeholder bears no mark
    rows = []
    next_key = int(fill.new_key())
    for obj in context.selected_objects:
        row = known.get(str(obj.get(fill_landing.ROW_MARK, "")).removeprefix(f"{fill.id}/"))
        if row is None or row.name != obj.name:
            row = barred.get(obj.name)
        if row is None:
            row = Row(str(next_key))
            next_key += 1
            fill.rows.append(row)
        elif row.state in (*fills.OPEN, "landed"):
            continue
        measure(row, obj, context.scene, depsgraph)
        if not placeholders.fault(obj, context.scene):  # without a size too: one may be typed
            obj[fill_landing.ROW_MARK] = f"{fill.id}/{row.key}"
        rows.append(row)
    fill_lists.changed(fill)
    filling.wake()
    return len(rows), sum(row.state == "bad" for row in rows)


def measure(row: Row, obj: bpy.types.Object, home: bpy.types.Scene, depsgraph: bpy.types.Depsgraph) -> None:
    """Fill in a row from its object: prompt, bounds, box, and what is wrong with it."""
    row.name, row.fault = obj.name, placeholders.fault(obj, home)
    hint = ""
    if not row.prompt:
        row.prompt, hint = names.prompt_from_name(obj.name)
    if not row.fault:
        row.low, row.high = placeholders.local_bounds(obj, depsgraph)
        fill_landing.see(row, placeholders.box(obj.matrix_world, row.low, row.high))
        if max(row.size) * scene.unit_m(home) < placeholders.LEAST_M:
            row.fault = "it has no size"
    fills.refresh(row)
    if row.state == "bad" and hint and not row.fault:
        row.reason = hint


def add_items(context: bpy.types.Context, items: list[lists.Item]) -> tuple[int, int]:
    """Rows for a list: they stand side by side from the 3D cursor on. How many rows, how many of them bad."""
    fill = fill_lists.begun(context.scene)
    standing, metre = sum(not row.name for row in fill.rows), 1 / scene.unit_m(context.scene)
    step = 1.3 * max((item.size_m for item in items), default=1.0) * metre
    cursor = np.array(context.scene.cursor.location)
    before, key = len(fill.rows), int(fill.new_key())
    for item in items:
        for _ in range(item.count):
            row = Row(str(key), prompt=item.prompt, image=item.image, seed=item.seed, size=[item.size_m * metre] * 3)
            row.foot = (cursor + [standing % PER_LINE * step, standing // PER_LINE * step, 0.0]).tolist()
            row.fault = f"line {item.line}: {item.error.sentence}" if item.error else ""
            fills.refresh(row)
            fill.rows.append(row)
            key, standing = key + 1, standing + 1
    fill_lists.changed(fill)
    filling.wake()
    return len(fill.rows) - before, sum(row.state == "bad" for row in fill.rows[before:])


def read_text(text: str, size_m: float) -> list[lists.Item]:
    """The rows of a text without a file of its own; its images count from the .blend's folder. Raises setting-unknown."""
    return lists.read_list(text, bpy.path.abspath("//"), size_m)


def read_file(path: str, size_m: float) -> list[lists.Item]:
    """The rows of a text or CSV file. Raises setting-type for an unreadable file, setting-unknown."""
    return lists.read_list(lists.text_of(Path(path), "the list"), str(Path(path).parent), size_m)


def read_images(folder: str, size_m: float) -> list[lists.Item]:
    """A row for each picture of a folder, by name; its file name is its prompt. Raises image-missing for none."""
    try:
        found = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in IMAGES and p.is_file())
    except OSError as error:
        raise problem("image-missing", path=folder) from error
    if not found:
        raise problem("image-missing", path=str(Path(folder) / "*.png"))
    return [
        lists.Item(i, names.prompt_from_file(str(path)), size_m=size_m, image=str(path))
        for i, path in enumerate(found, 1)
    ]


def triangles_of(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> np.ndarray:
    """The evaluated mesh of an object as world triangles (F, 3, 3)."""
    evaluated = obj.evaluated_get(depsgraph)
    mesh = evaluated.to_mesh()
    try:
        mesh.calc_loop_triangles()
        points = np.empty(3 * len(mesh.vertices), dtype=np.float32)
        mesh.vertices.foreach_get("co", points)
        corners = np.empty(3 * len(mesh.loop_triangles), dtype=np.int32)
        mesh.loop_triangles.foreach_get("vertices", corners)
    finally:
        evaluated.to_mesh_clear()
    world = np.array(obj.matrix_world)
    placed = points.reshape(-1, 3).astype(float) @ world[:3, :3].T + world[:3, 3]
    faces = corners.reshape(-1, 3)
    if np.linalg.det(world[:3, :3]) < 0:  # a mirrored object's faces would look inwards
        faces = faces[:, ::-1]
    return placed[faces]


def add_scattered(context: bpy.types.Context, prompts: list[str], spread: scatter.Spread) -> tuple[int, int]:
    """Rows for props scattered over the active mesh, their prompts taken by chance. How many rows, how many of them bad.

    They keep clear of one another, of the scene's visible objects and of the list's other places.
    """
    fill, surface = fill_lists.begun(context.scene), context.object
    spread = replace(spread, density=spread.density * scene.unit_m(context.scene) ** 2)
    widest = spread.size_m * (1 + spread.jitter)
    standing, taken = obstacles.Obstacles(context, surface, widest, fill), obstacles.places_taken(fill)
    triangles = triangles_of(surface, context.evaluated_depsgraph_get())
    spots = scatter.scatter(triangles, spread, taken, standing.block)
    key, before, rng = int(fill.new_key()), len(fill.rows), np.random.default_rng(spread.seed)
    for i, spot in enumerate(spots):
        row = Row(str(key + i), prompt=prompts[rng.integers(len(prompts))], size=[spot.size_m] * 3)
        row.foot, row.axes = spot.point.tolist(), boxes.turn(spot.yaw_deg).tolist()
        fills.refresh(row)
        fill.rows.append(row)
    fill_lists.changed(fill)
    filling.wake()
    return len(spots), sum(row.state == "bad" for row in fill.rows[before:])
