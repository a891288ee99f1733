"""How a fill's props come into the scene and go out again: fitted, linked, placeholders away; the whole fill undone."""

from __future__ import annotations

import time

import bpy
import numpy as np
from mathutils import Matrix

from ..backend import store as stores
from ..backend.errors import PropsmithError
from . import boxes, landing, mirror, placeholders
from . import fill as fills
from .fill import Fill, Row
from .session import Session, Watch
from .translations import told

AT_ONCE = 8  # finished props that are linked together: Blender rebuilds its graph of the scene once for all of them
ROW_MARK, FILL_MARK, SCENE_MARK = "propsmith_row", "propsmith_fill", "propsmith_fill_id"


def scene_of(fill: Fill) -> bpy.types.Scene | None:
    """The scene of a fill, also when it was renamed; None when it is gone."""
    named = bpy.data.scenes.get(fill.scene)
    return named or next((s for s in bpy.data.scenes if s.get(SCENE_MARK) == fill.id), None)


def done(session: Session) -> set[str]:
    return {job for job, watch in session.watches.items() if watch.status.state == "done"}


def see(row: Row, box: boxes.Box) -> None:
    row.foot, row.axes = box.foot.tolist(), box.axes.tolist()
    if not row.size_edited:
        row.size = box.size.tolist()


def place(session: Session, fill: Fill, deadline: float) -> list[str]:
    """Build one finished prop; when all that are finished are built, or AT_ONCE, land them and copies of those there.

    Landing goes on while time is left, as one undo step. The keys of the rows that changed.
    """
    ready = done(session)
    due = [row for row in fill.rows if row.state == "making" and row.job in ready]
    scene = scene_of(fill)
    if due and scene is None:
        fills.fail(due, f"the scene '{fill.scene}' is gone")
        return [row.key for row in due]
    if not due or scene is None:
        return []
    marked = {str(mark): obj for obj in scene.objects if (mark := obj.get(ROW_MARK))}
    there = {obj.propsmith.job: obj for mark, obj in marked.items() if mark.endswith("/prop")}
    there = {job: obj for job, obj in there.items() if obj.get(FILL_MARK) == fill.id}
    built = {row.job for row in due if landing.prepared_or_none(session, row.job) is not None}
    missing = next((row.job for row in due if row.job not in built and row.job not in there), "")
    if missing and len(built) < AT_ONCE:
        return build(session, [row for row in due if row.job == missing])
    keys: list[str] = []
    for row in [row for row in due if row.job in built or row.job in there]:
        if keys and time.perf_counter() > deadline:
            break
        keys.append(row.key)
        obj = put(session, fill, row, (scene, there.get(row.job), marked.get(f"{fill.id}/{row.key}")))
        if obj is not None:
            there[row.job] = obj
    landed = [row for row in due if row.key in keys and row.state == "landed"]
    if landed:
        what = landed[0].prompt or "prop"
        undo_step(f"Fill: {what}" if len(landed) == 1 else f"Fill: {len(landed)} props")
    return keys


def build(session: Session, rows: list[Row]) -> list[str]:
    """Build the prop of these rows, in no scene yet; their keys when that failed."""
    try:
        landing.prepare(session, session.watches[rows[0].job])
    except PropsmithError as error:
        fills.fail(rows, told(error))
        return [row.key for row in rows]
    return []


def undo_step(message: str) -> None:
    bpy.ops.ed.undo_push(message=message)


def put(
    session: Session,
    fill: Fill,
    row: Row,
    found: tuple[bpy.types.Scene, bpy.types.Object | None, bpy.types.Object | None],
) -> bpy.types.Object | None:
    """Land one row's prop in its box: a linked copy of `template`, or the one built. None when failed or unwanted."""
    scene, template, placeholder = found
    if row.name and placeholder is None:
        row.state, row.reason = "skipped", "its placeholder was deleted"
        return None
    assert session.store is not None
    watch: Watch = session.watches[row.job]
    try:
        if template is None:
            obj = landing.add_to_scene(session, watch, scene, tuple(row.foot))
            stores.mark_imported(session.store, row.job)
            watch.imported = True
            mirror.show(session, watch)
        else:
            obj = template.copy()
            landing.scene.place(obj, scene, tuple(row.foot))
    except PropsmithError as error:
        fills.fail([row], told(error))
        return None
    obj[FILL_MARK], obj[ROW_MARK] = fill.id, f"{fill.id}/{row.key}/prop"
    stand(obj, row, placeholder, fill.options.stretch)
    if placeholder is not None:
        placeholders.put_away(placeholder, scene)
    row.state, row.reason = "landed", ""
    return obj


def stand(obj: bpy.types.Object, row: Row, placeholder: bpy.types.Object | None, stretch: bool) -> None:
    """Turn, scale and stand the prop in the row's box, where the placeholder is now."""
    if placeholder is not None:
        see(row, placeholders.box(placeholder.matrix_world, row.low, row.high))
    box = boxes.Box(np.array(row.foot), np.array(row.axes), np.array(row.size))
    flat = np.empty(3 * len(obj.data.vertices), dtype=np.float32)
    obj.data.vertices.foreach_get("co", flat)
    wanted = placeholders.points_or_none(placeholder, box) if placeholder is not None else None
    fitted = boxes.fit(flat.reshape(-1, 3).astype(float), box, stretch, wanted)
    obj.location, obj.scale = fitted.location, fitted.scale
    obj.rotation_mode, obj.rotation_euler = "XYZ", Matrix(fitted.axes.tolist()).to_euler()
    parent = placeholder.parent if placeholder is not None and placeholder.parent_type == "OBJECT" else None
    obj.parent = parent
    if parent is not None:
        obj.matrix_parent_inverse = parent.matrix_world.inverted_safe()


def props_of(fill: Fill) -> dict[str, bpy.types.Object]:
    """The landed props of the fill's scene, by their row's key: a copied scene bears the same marks."""
    scene = scene_of(fill)
    found = (
        obj
        for obj in (scene.objects if scene else bpy.data.objects)
        if obj.get(FILL_MARK) == fill.id and obj.get(ROW_MARK)
    )
    return {str(obj[ROW_MARK]).split("/")[1]: obj for obj in found}


def take_back(fill: Fill) -> tuple[int, int]:
    """Remove all props of the fill and bring its placeholders back; how many of each. No undo step of its own."""
    props = list(props_of(fill).values())
    meshes = {obj.data for obj in props}
    bpy.data.batch_remove(props)
    bpy.data.batch_remove([mesh for mesh in meshes if mesh.users == 0])
    scene = scene_of(fill)
    back = 0
    if scene is not None:
        for obj in [o for o in scene.objects if str(o.get(ROW_MARK, "")).startswith(f"{fill.id}/")]:
            back += placeholders.bring_back(obj, scene)
    return len(props), back


def compare(fill: Fill, missing: str) -> list[str]:
    """Bring rows into line with what is in the file after an undo or a load; keys of the rows that changed.

    A landed row whose prop is not there becomes `missing`, a removed or reset one whose prop is there is landed.
    """
    there, keys = props_of(fill), []
    for row in fill.rows:
        if row.state == "landed" and row.key not in there:
            row.state, row.reason = missing, "its prop was taken out of the scene" if missing == "removed" else ""
            keys.append(row.key)
        elif row.state in ("removed", "ready") and row.key in there:
            row.state, row.reason, row.job = "landed", "", there[row.key].propsmith.job
            keys.append(row.key)
    return keys
