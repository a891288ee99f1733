"""Thumbnails of jobs as icons: one collection, loaded by the timer and never by a draw function."""

from __future__ import annotations

from pathlib import Path

import bpy
import bpy.utils.previews

_collection: list[bpy.utils.previews.ImagePreviewCollection] = []


def attach() -> None:
    _collection.append(bpy.utils.previews.new())


def detach() -> None:
    while _collection:
        bpy.utils.previews.remove(_collection.pop())


def icon(path: Path, key: str) -> int:
    """The icon number of a picture file; 0 where there is none. A changed picture needs a new key."""
    if not _collection or not path.is_file():
        return 0
    known = _collection[0].get(key)
    return (known or _collection[0].load(key, str(path), "IMAGE")).icon_id


def drop(prefix: str) -> None:
    """Forget the pictures of one job."""
    if _collection:
        for key in [k for k in _collection[0] if k.startswith(prefix)]:
            del _collection[0][key]
