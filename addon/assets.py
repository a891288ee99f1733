"""Props into an asset library: a file for each, with catalog, tags, description, author, licence and our thumbnail."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import bpy

from ..backend import store as stores
from ..backend.errors import PropsmithError, problem
from . import fill_landing, lods, own_parts, placeholders, snapshot
from .names import file_name
from .session import Session

CATALOGS = "blender_assets.cats.txt"
HEADER = "# This is an Asset Catalog Definition file for Blender.\n\nVERSION 1\n\n"
FOLDER = "Propsmith"  # inside the library
REFRESH_S = 1.0
OURS = (fill_landing.ROW_MARK, placeholders.HOMES, placeholders.AT_ROOT)


@dataclass(frozen=True)
class Label:
    """What is written on each asset. An empty description is the prompt, an empty licence that of the prior."""

    catalog: str = "Props"
    tags: str = ""
    description: str = ""
    author: str = ""
    licence: str = ""


def distinct(objects: list[bpy.types.Object]) -> list[bpy.types.Object]:
    """The props among the objects, one for each mesh in the same materials: linked copies are one asset."""
    found: dict[tuple[bpy.types.ID | None, ...], bpy.types.Object] = {}
    for obj in objects:
        if obj.type == "MESH" and obj.propsmith.job:
            found.setdefault((obj.data, *(slot.material for slot in obj.material_slots)), obj)
    return list(found.values())


def save(session: Session, obj: bpy.types.Object, library: Path, label: Label) -> Path:
    """Write one prop as an asset of the library; its file. Saved again, the same prop replaces its file.

    The asset stands on its origin, unturned, in the size it was made; textures are packed into it. The scene and the
    object stay as they are. Raises folder-read-only, disk-full, mesh-invalid for what is linked or Blender cannot write.
    """
    if obj.library or obj.data.library:
        remedy = "Use Object > Library > Make Local first."
        raise problem("mesh-invalid", why=f"'{obj.name}' is linked from another file", remedy=remedy)
    path = file_of(obj, library / FOLDER)
    with stores.writing(library):
        path.parent.mkdir(parents=True, exist_ok=True)
        stores.probe(path.parent)
    catalog = catalog_id(library, label.catalog)
    before, lent = blocks(), own_parts.Lent()
    try:
        asset = own_parts.copied(obj, lent)
        stand_alone(asset, obj)
        prepare(asset)
        own_parts.dress(asset, lent)
        describe(asset, label, catalog)
        set_preview(session, asset)
        write(asset, path)
    finally:
        bpy.data.batch_remove(blocks() - before)
        for original, name in lent.items():
            original.name = name
    return path


def blocks() -> set[bpy.types.ID]:
    """All datablocks of the kinds that an asset is made of."""
    data = bpy.data
    return {*data.objects, *data.meshes, *data.materials, *data.node_groups, *data.images}


def file_of(obj: bpy.types.Object, folder: Path) -> Path:
    """The file that a prop was saved in before, by whatever name or from a linked copy, or a new one.

    A prop is known by its job, its mesh and its materials: an edited copy gets a file of its own.
    """
    worn = (slot.material.name if slot.material else "" for slot in obj.material_slots)
    made_of = (obj.propsmith.job, snapshot.fingerprint(obj.data), *worn)
    key = blake2b("\n".join(made_of).encode(), digest_size=6).hexdigest()
    new = f"{file_name(obj.name.lower())}-{key}.blend"
    return next(folder.glob(f"[!.]*-{key}.blend"), folder / new)


def browsers() -> list[tuple[bpy.types.Window, bpy.types.Area, bpy.types.Region]]:
    """The Asset Browsers that are open, with the region that their operators need."""
    areas = [(w, a) for w in bpy.context.window_manager.windows for a in w.screen.areas if a.ui_type == "ASSETS"]
    return [(w, a, region) for w, a in areas for region in a.regions if region.type == "WINDOW"]


def show_news() -> None:
    """Let open Asset Browsers read their libraries anew: a moment later, since what is asked at once shows nothing new."""
    if browsers() and not bpy.app.timers.is_registered(refresh):
        bpy.app.timers.register(refresh, first_interval=REFRESH_S)


def refresh() -> None:
    for window, area, region in browsers():
        with bpy.context.temp_override(window=window, area=area, region=region):
            if bpy.ops.asset.library_refresh.poll():
                bpy.ops.asset.library_refresh()


def stand_alone(asset: bpy.types.Object, obj: bpy.types.Object) -> None:
    """Rid a copy of what would take other objects along: parent, constraints, drivers, modifiers that need them.

    With such modifiers the copy gets the mesh that `obj` shows, all modifiers applied.
    """
    asset.animation_data_clear()
    asset.constraints.clear()
    asset.parent = None
    if any(needs_others(modifier) for modifier in asset.modifiers):
        asset.modifiers.clear()
        asset.data = lods.evaluated(obj)


def needs_others(modifier: bpy.types.Modifier) -> bool:
    """Whether a modifier has another object or a collection as its target."""
    named = [getattr(modifier, p.identifier) for p in modifier.bl_rna.properties if p.type == "POINTER"]
    given = modifier.values() if modifier.type == "NODES" else ()
    return any(isinstance(value, (bpy.types.Object, bpy.types.Collection)) for value in (*named, *given))


def prepare(asset: bpy.types.Object) -> None:
    """Rid a copy of what belongs to its scene: place, marks, other versions; see that it shows."""
    asset.rotation_mode = "XYZ"
    asset.location, asset.rotation_euler, asset.scale = (0, 0, 0), (0, 0, 0), (1, 1, 1)
    asset.delta_location, asset.delta_rotation_euler, asset.delta_scale = (0, 0, 0), (0, 0, 0), (1, 1, 1)
    asset.delta_rotation_quaternion = (1, 0, 0, 0)
    asset.hide_render = asset.hide_viewport = asset.hide_select = False
    asset.propsmith_versions.items.clear()
    for key in OURS:
        if key in asset:
            del asset[key]


def describe(asset: bpy.types.Object, label: Label, catalog: str) -> None:
    """Mark the copy as an asset and write the label on it."""
    asset.asset_mark()
    data, record = asset.asset_data, asset.propsmith
    data.catalog_id = catalog
    data.description = label.description or record.prompt
    data.author, data.license = label.author, label.licence or record.licence
    for tag in dict.fromkeys(t.strip() for t in label.tags.split(",") if t.strip()):
        data.tags.new(tag, skip_if_exists=True)


def thumbnail_or_none(session: Session, job: str) -> Path | None:
    """The picture that the worker made of the job's prop, while the store has it."""
    watch = session.watches.get(job)
    if session.store is None or watch is None or not watch.status.result:
        return None
    try:
        path = stores.result_folder(session.store, job, watch.status.result) / "thumbnail.png"
    except PropsmithError:
        return None
    return path if path.is_file() else None


def set_preview(session: Session, asset: bpy.types.Object) -> None:
    """Give the asset our thumbnail; Blender draws one itself where the store no longer has it."""
    picture = thumbnail_or_none(session, asset.propsmith.job)
    if picture is None:
        asset.asset_generate_preview()
        return
    with bpy.context.temp_override(id=asset):
        bpy.ops.ed.lib_id_load_custom_preview(filepath=str(picture))


def write(asset: bpy.types.Object, path: Path) -> None:
    """Write the copy's file whole: beside its place, then renamed over it."""
    made = path.with_name(f".{path.name}")
    with stores.writing(path.parent):
        try:
            bpy.data.libraries.write(str(made), {asset}, path_remap="ABSOLUTE", fake_user=True, compress=True)
        except RuntimeError as error:
            made.unlink(missing_ok=True)
            raise problem(
                "mesh-invalid", why=f"Blender could not write it ({error})"[:200], remedy="Try again."
            ) from error
        os.replace(made, path)


def catalog_id(library: Path, catalog: str) -> str:
    """The UUID of a catalog ("Props/Furniture") of the library, added to its list when it is new; "" for no catalog.

    Every other line of the list is kept as it is. Raises folder-read-only, disk-full.
    """
    wanted = "/".join(part.strip() for part in catalog.replace(":", "-").split("/") if part.strip())
    if not wanted:
        return "00000000-0000-0000-0000-000000000000"
    path = library / CATALOGS
    try:
        text = path.read_text("utf-8", "surrogateescape")  # bytes of another encoding go back as they came
    except FileNotFoundError:
        text = HEADER
    known = {}
    for line in text.splitlines():
        parts = line.split(":")
        if len(parts) >= 2 and not line.startswith("#"):
            known.setdefault(parts[1].strip(), parts[0].strip())
    if wanted in known:
        return known[wanted]
    lines = text if text.endswith("\n") else text + "\n"
    names = wanted.split("/")
    for name in ("/".join(names[: k + 1]) for k in range(len(names))):  # with its parents, which Blender would miss
        if name not in known:
            known[name] = str(uuid.uuid4())
            lines += f"{known[name]}:{name}:{name.replace('/', '-')}\n"
    stores.write_atomic(path, lines)
    return known[wanted]
