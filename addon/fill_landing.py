"""How a fill's props come into the scene and go out again: fitted, linked, placeholders away; the whole fill undone."""

from __future__ import annotations

import time

import bpy
import numpy as np
from mathutils import Matrix

from ..backend import store as stores
from ..backend.errors import PropsmithError
from . import boxes, geometry, landing, mirror, placeholders, reserving
from . import fill as fills
from .fill import Fill, Row
from .fill_finding import ROW_MARK, SCENE_MARK, Found, find, find_rows, is_prop, look_anew, note_prop, own
from .session import Session, Watch
from .translations import told

AT_ONCE = 8  # finished props that are linked together: Blender rebuilds its graph of the scene once for all of them
LAND_S = 0.005  # for showing several props of kept places in a tick; Blender's evaluation of them comes on top


def scene_of(fill: Fill) -> bpy.types.Scene | None:
    """The scene that bears the fill's mark; None when it is gone. Of a scene and its copies the one of the fill's name."""
    marked = [scene for scene in bpy.data.scenes if scene.library is None and scene.get(SCENE_MARK) == fill.id]
    return min(marked, key=lambda scene: scene.name != fill.scene, default=None)


def done(session: Session) -> set[str]:
    return {job for job, watch in session.watches.items() if watch.status.state == "done"}


def see(row: Row, box: boxes.Box) -> None:
    row.foot, row.axes = box.foot.tolist(), box.axes.tolist()
    if not row.size_edited:
        row.size = box.size.tolist()


def skip_deleted(fill: Fill, rows: list[Row]) -> list[str]:
    """Leave out rows whose placeholder was deleted, before a prop is made for them; their keys."""
    scene = scene_of(fill)
    there = find_rows(fill, scene, rows).placeholders if scene is not None and rows else {}
    return leave_out([row for row in rows if scene is not None and row.name and row.key not in there])


def leave_out(rows: list[Row]) -> list[str]:
    for row in rows:
        row.state, row.reason = "skipped", "its placeholder was deleted"
    return [row.key for row in rows]


def place(session: Session, fill: Fill, deadline: float) -> list[str]:
    """Go on with the props that are finished and not in the scene; the keys of the rows that changed. No undo step.

    A prop with a kept place is put into it piece by piece and shown in a tick of its own. Of the others one is built, or,
    when all are or AT_ONCE, they are linked together. Copies land while time is left.
    """
    ready = done(session)
    due = [row for row in fill.rows if row.state == "making" and row.job in ready]
    scene = scene_of(fill)
    if due and scene is None:
        fills.fail(due, f"the scene '{fill.scene}' is gone")
        return [row.key for row in due]
    if not due or scene is None:
        return []
    rows = [row for row in due if row.job == due[0].job]
    few = rows[:AT_ONCE]
    found = find_rows(fill, scene, few)
    if not kept_jobs(few, found):
        few, found = rows, find(fill, scene)
    if not kept_jobs(few, found):
        kept = kept_jobs(due, found)
        return link_together(session, fill, [row for row in due if row.job not in kept], found, deadline)
    try:
        if fill_place(session, few, found, deadline):
            return land(session, fill, few, found, min(deadline, time.perf_counter() + LAND_S))
    except PropsmithError as error:
        fills.fail(rows, told(error))
    return [row.key for row in rows if row.state == "failed"]


def kept_jobs(rows: list[Row], found: Found) -> set[str]:
    """The jobs of these rows that a place is kept for; places that the artist has changed are places no more."""
    for row in rows:
        if row.key in found.places and not reserving.is_sound(found.places[row.key]):
            del found.places[row.key]
    return {row.job for row in rows if row.key in found.places}


def fill_place(session: Session, rows: list[Row], found: Found, deadline: float) -> bool:
    """Whether the kept places of one job's rows are full; otherwise the next pieces go in.

    The faces are read and checked in the tick of the first maps, which has Blender evaluate little. Raises what
    `landing.result_of`, `landing.faces_of` and `reserving.fill_map` raise.
    """
    job, template = rows[0].job, found.props.get(rows[0].job)
    places = [found.places[row.key] for row in rows if row.key in found.places]
    whole = template.data if template is not None else places[0].data
    for obj in [obj for obj in places if obj.data != whole]:
        obj.data = whole  # one of its group's places was lost, and its prop landed without
    if template is not None or reserving.is_full(whole, job):
        return True
    watch = session.watches[job]
    result, faces = landing.result_of(session, watch), landing.faces_of(session, watch, found.scene)
    if reserving.pieces_in(whole, job) == reserving.FULL - 1:
        reserving.fill_faces(whole, job, faces)
        return False  # showing what is full takes a tick of its own
    reserving.fill_map(whole, job, result, landing.packs())
    while reserving.pieces_in(whole, job) < reserving.FULL - 1 and time.perf_counter() < deadline:
        reserving.fill_map(whole, job, result, landing.packs())
    return False


def link_together(session: Session, fill: Fill, due: list[Row], found: Found, deadline: float) -> list[str]:
    """Props without a kept place: one is built, or all that are built come into the scene at once."""
    built = {row.job for row in due if landing.prepared_or_none(session, row.job) is not None}
    missing = next((row.job for row in due if row.job not in built and row.job not in found.props), "")
    if missing and len(built) < AT_ONCE:
        return build(session, [row for row in due if row.job == missing], deadline)
    return land(session, fill, [row for row in due if row.job in built or row.job in found.props], found, deadline)


def land(session: Session, fill: Fill, rows: list[Row], found: Found, deadline: float) -> list[str]:
    """Show the props of these rows, one at least and more while time is left; the keys of the rows."""
    keys: list[str] = []
    for row in rows:
        if keys and time.perf_counter() > deadline:
            break
        keys.append(row.key)
        obj = put(session, fill, row, found)
        if obj is not None:
            found.props[row.job] = obj
            note_prop(fill, row, obj)
    return keys


def build(session: Session, rows: list[Row], deadline: float) -> list[str]:
    """Build the prop of these rows, in no scene yet; their keys when that failed."""
    try:
        landing.prepare(session, session.watches[rows[0].job], deadline)
    except PropsmithError as error:
        fills.fail(rows, told(error))
        return [row.key for row in rows if row.state == "failed"]
    return []


def title(rows: list[Row]) -> str:
    """The undo step's name for these rows' landing; "" when none has landed."""
    landed = [row for row in rows if row.state == "landed"]
    return f"Fill: {landed[0].prompt or 'prop'}" if len(landed) == 1 else f"Fill: {len(landed)} props" if landed else ""


def put(session: Session, fill: Fill, row: Row, found: Found) -> bpy.types.Object | None:
    """Land one row's prop in its box: in its kept place, as a linked copy, or the one built. None: failed or unwanted."""
    place, template, placeholder = (
        found.places.get(row.key), found.props.get(row.job), found.placeholders.get(row.key)
    )  # fmt: skip
    if row.name and placeholder is None:
        leave_out([row])
        return None
    assert session.store is not None
    watch: Watch = session.watches[row.job]
    try:
        if place is not None:
            obj = place
            landing.describe(session, watch, obj)
            reserving.take(obj)
        elif template is not None:
            obj = template.copy()
            landing.scene.place(obj, found.scene, tuple(row.foot))
        else:
            obj = landing.add_to_scene(session, watch, found.scene, tuple(row.foot))
    except PropsmithError as error:
        fills.fail([row], told(error))
        return None
    if not watch.imported:
        stores.mark_imported(session.store, row.job)
        watch.imported = True
        mirror.show(session, watch)
    obj[ROW_MARK], row.prop = f"{fill.id}/{row.key}/prop", obj.name
    stand(obj, row, placeholder, fill.options.stretch)
    if placeholder is not None:
        (placeholders.hide if place is not None else placeholders.put_away)(placeholder, found.scene)
    row.state, row.reason = "landed", ""
    return obj


def stand(obj: bpy.types.Object, row: Row, placeholder: bpy.types.Object | None, stretch: bool) -> None:
    """Turn, scale and stand the prop in the row's box, where the placeholder is now."""
    if placeholder is not None:
        see(row, placeholders.box(placeholder.matrix_world, row.low, row.high))
    box = boxes.Box(np.array(row.foot), np.array(row.axes), np.array(row.size))
    wanted = placeholders.points_or_none(placeholder, box) if placeholder is not None else None
    fitted = boxes.fit(geometry.positions(obj.data).astype(float), box, stretch, wanted)
    obj.location, obj.scale = fitted.location, fitted.scale
    obj.rotation_mode, obj.rotation_euler = "XYZ", Matrix(fitted.axes.tolist()).to_euler()
    parent = reserving.parent_or_none(placeholder) if placeholder is not None else None
    if obj.parent != parent:
        obj.parent = parent
    if parent is not None:
        obj.matrix_parent_inverse = parent.matrix_world.inverted_safe()


def props_of(fill: Fill) -> dict[str, bpy.types.Object]:
    """The landed props in the fill's scene, by their row's key."""
    scene = scene_of(fill)
    marked = own(fill, scene) if scene else {}
    return {key.removesuffix("/prop"): obj for key, obj in marked.items() if is_prop(key)}


def reserve(fill: Fill) -> bool:
    """Keep places for the rows that wait; whether there are new ones."""
    scene = scene_of(fill)
    if scene is None or not reserving.reserve(fill, scene, find(fill, scene).placeholders, props_of(fill)):
        return False
    look_anew(fill)
    fill.untidy = True
    return True


def put_away_hidden(fill: Fill) -> bool:
    """Move the placeholders of landed rows that are only hidden to where they belong, all at once; whether there were any.

    Only right before an undo step: Blender keeps what an undo finds unchanged as it is, a collection without them too.
    """
    scene = scene_of(fill)
    if scene is None:
        return False
    there = find(fill, scene).placeholders
    landed = [there[row.key] for row in fill.rows if row.state == "landed" and row.key in there]
    hidden = [obj for obj in landed if placeholders.is_hidden(obj, scene)]
    for obj in hidden:
        placeholders.put_away(obj, scene)
    shown = [placeholders.show_to_rays(obj) for obj in there.values()]  # those that the artist has unhidden meanwhile
    return bool(hidden) or any(shown)


def end(fill: Fill) -> bool:
    """What a fill that is over does not need goes: kept places, and with them their marks; whether anything changed."""
    fill.untidy = False
    for obj in props_of(fill).values():
        reserving.forget(obj.data)
    geometry.drop_spare()
    return bool(reserving.sweep_of(fill.id)) | put_away_hidden(fill)


def take_back(fill: Fill) -> tuple[int, int]:
    """Remove all props of the fill and bring its placeholders back; how many of each. No undo step of its own."""
    reserving.sweep_of(fill.id)
    geometry.drop_spare()
    props = list(props_of(fill).values())
    meshes = {obj.data for obj in props}
    bpy.data.batch_remove(props)
    bpy.data.batch_remove([mesh for mesh in meshes if mesh.users == 0])
    scene = scene_of(fill)
    back = 0
    if scene is not None:
        for obj in own(fill, scene).values():
            back += placeholders.bring_back(obj, scene)
    return len(props), back


def compare(fill: Fill, missing: str) -> list[str]:
    """Bring rows into line with what is in the file after an undo or a load; keys of the rows that changed.

    A landed row whose prop is not there becomes `missing`, a removed or reset one whose prop is there is landed.
    """
    look_anew(fill)
    there, keys = props_of(fill), []
    for row in fill.rows:
        if row.state == "landed" and row.key not in there:
            row.state, row.reason = missing, "its prop was taken out of the scene" if missing == "removed" else ""
            keys.append(row.key)
        elif row.state in ("removed", "ready") and row.key in there:
            row.state, row.reason, row.job = "landed", "", there[row.key].propsmith.job
            keys.append(row.key)
    return keys
