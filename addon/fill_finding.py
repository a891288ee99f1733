"""Which objects of its scene belong to a fill's rows: looked for once among all, then known by name while their marks agree."""

from __future__ import annotations

from dataclasses import dataclass, field

import bpy

from . import reserving
from .fill import Fill, Row

ROW_MARK = "propsmith_row"  # on a placeholder: "FILL/ROW"; on a landed prop: "FILL/ROW/prop"
SCENE_MARK = "propsmith_fill_id"  # on a scene: "FILL"


@dataclass
class Found:
    """What of a fill is in its scene: placeholders and kept places by their row's key, a landed prop of each job."""

    scene: bpy.types.Scene
    placeholders: dict[str, bpy.types.Object] = field(default_factory=dict)
    places: dict[str, bpy.types.Object] = field(default_factory=dict)
    props: dict[str, bpy.types.Object] = field(default_factory=dict)


_names: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str]]] = {}  # by fill: the names of what was found
TIES = (("scenes", SCENE_MARK), ("objects", ROW_MARK))
_marks: dict[
    str, dict[str, str]
] = {}  # by kind and name: the marks of scenes and placeholders before an undo or a redo


def own(fill: Fill, scene: bpy.types.Scene) -> dict[str, bpy.types.Object]:
    """What of the scene bears the fill's marks: placeholders by "ROW", landed props by "ROW/prop".

    Shift+D copies the mark with the object. The one that is named as its row knows it keeps it, the artist's copies lose it.
    """
    start, bearers = f"{fill.id}/", dict[str, list[bpy.types.Object]]()
    for obj in scene.objects:
        mark = obj.get(ROW_MARK)
        if mark and str(mark).startswith(start) and obj.library is None:
            bearers.setdefault(str(mark)[len(start) :], []).append(obj)
    for key, several in bearers.items():
        if len(several) > 1:
            row = fill.row(key.split("/")[0])
            name = "" if row is None else row.prop if is_prop(key) else row.name
            several.sort(key=lambda obj: (obj.name != name, obj.name))
            for copy in several[1:]:
                del copy[ROW_MARK]
    return {key: several[0] for key, several in bearers.items()}


def find(fill: Fill, scene: bpy.types.Scene) -> Found:
    """All of it. Some 1.5 us for each object of the scene."""
    found = Found(scene, places=reserving.of(fill, scene))
    for key, obj in own(fill, scene).items():
        if is_prop(key):
            found.props[obj.propsmith.job] = obj
        else:
            found.placeholders[key] = obj
    parts = found.placeholders, found.places, found.props
    _names[fill.id] = tuple({key: obj.name for key, obj in part.items()} for part in parts)  # type: ignore[assignment]
    return found


def find_rows(fill: Fill, scene: bpy.types.Scene, rows: list[Row]) -> Found:
    """What belongs to a few rows: by the names of the last look, and by another look where one of them is wrong."""
    if fill.id not in _names:
        return find(fill, scene)
    placeholders, places, props = _names[fill.id]
    found = Found(scene)
    for row in rows:
        mark = f"{fill.id}/{row.key}"
        if row.name and row.key not in placeholders:
            return find(fill, scene)  # added after the look, or deleted
        for names, key, sign, into in (
            (placeholders, row.key, (ROW_MARK, mark), found.placeholders),
            (places, row.key, (reserving.MARK, mark), found.places),
            (props, row.job, None, found.props),
        ):
            if key not in names:
                continue
            obj = scene.objects.get(names[key])
            if obj is None or not bears(obj, fill, row, sign):
                return find(fill, scene)
            into[key] = obj
    return found


def bears(obj: bpy.types.Object, fill: Fill, row: Row, sign: tuple[str, str] | None) -> bool:
    """Whether the object has the mark `sign`, a property and its text; None: that of a landed prop of the row's job."""
    if sign is not None:
        return obj.get(sign[0]) == sign[1]
    mark = str(obj.get(ROW_MARK, ""))
    return obj.propsmith.job == row.job and mark.startswith(f"{fill.id}/") and is_prop(mark)


def note_prop(fill: Fill, row: Row, obj: bpy.types.Object) -> None:
    """A prop has come since the last look."""
    if fill.id in _names:
        _names[fill.id][2][row.job] = obj.name


def look_anew(fill: Fill) -> None:
    """Objects have come that the last look did not see: kept places, what an undo or a redo brings."""
    _names.pop(fill.id, None)


def note_marks() -> None:
    """Before an undo or a redo: which scenes and placeholders bear which mark. Some .7 us for each object of the file."""
    for kind, name in TIES:
        marks = {
            owner.name: str(owner[name]) for owner in getattr(bpy.data, kind) if owner.get(name) and not owner.library
        }
        _marks[kind] = {owner: mark for owner, mark in marks.items() if not is_prop(mark)}


def put_marks_back() -> None:
    """After it: lists are not undone, so the marks that tie them to the file are not either. Those of props are: they go."""
    for kind, name in TIES:
        for owner, mark in _marks.pop(kind, {}).items():
            there = getattr(bpy.data, kind).get((owner, None))
            if there is not None and there.get(name) != mark and not is_prop(str(there.get(name, ""))):
                there[name] = mark


def is_prop(mark: str) -> bool:
    return mark.endswith("/prop")
