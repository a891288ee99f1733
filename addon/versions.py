"""The versions of an object: meshes with their materials and provenance, one of them shown, none lost without being asked."""

from __future__ import annotations

import json

import bpy

from . import snapshot


class PropsmithSlot(bpy.types.PropertyGroup):
    """A material slot as a version had it: linked to the mesh's material, or to one of the object's own."""

    link: bpy.props.StringProperty(default="DATA")
    material: bpy.props.PointerProperty(type=bpy.types.Material)


class PropsmithVersion(bpy.types.PropertyGroup):
    """One version. `name` is v1, v2, ...; `record` holds the object's provenance as JSON while it is not shown."""

    mesh: bpy.props.PointerProperty(type=bpy.types.Mesh)
    slots: bpy.props.CollectionProperty(type=PropsmithSlot)
    how: bpy.props.StringProperty()  # original, edited, texture or shape
    prompt: bpy.props.StringProperty()
    fingerprint: bpy.props.StringProperty()  # of its mesh when it became a version: what the artist edits has another
    record: bpy.props.StringProperty()


class PropsmithVersions(bpy.types.PropertyGroup):
    """All versions of one object; `made` counts them over its life, so that names are not used twice."""

    items: bpy.props.CollectionProperty(type=PropsmithVersion)
    made: bpy.props.IntProperty()


CLASSES = (PropsmithSlot, PropsmithVersion, PropsmithVersions)


def attach() -> None:
    bpy.types.Object.propsmith_versions = bpy.props.PointerProperty(type=PropsmithVersions)


def detach() -> None:
    del bpy.types.Object.propsmith_versions


def shown(obj: bpy.types.Object) -> int:
    """Which version the object shows; -1 when it shows a mesh that is none of them (or has no versions)."""
    if obj.type != "MESH":
        return -1
    return next((i for i, version in enumerate(obj.propsmith_versions.items) if version.mesh == obj.data), -1)


def keep_present(obj: bpy.types.Object) -> int:
    """Bring the shown version's entry up to date, made if the present mesh has none; its place in the list."""
    place = shown(obj)
    if place < 0:
        place = len(obj.propsmith_versions.items)
        append(obj, obj.data, "edited" if place else "original", obj.propsmith.prompt)
    version = obj.propsmith_versions.items[place]
    version.record = json.dumps(provenance(obj))
    version.slots.clear()
    for slot in obj.material_slots:
        kept = version.slots.add()
        kept.link, kept.material = slot.link, slot.material
    return place


def append(obj: bpy.types.Object, mesh: bpy.types.Mesh, how: str, prompt: str) -> None:
    """A new entry at the list's end; what the object shows stays."""
    versions = obj.propsmith_versions
    version = versions.items.add()
    versions.made += 1
    version.name, version.mesh, version.how, version.prompt = f"v{versions.made}", mesh, how, prompt
    version.fingerprint = snapshot.fingerprint(mesh)


def add(obj: bpy.types.Object, mesh: bpy.types.Mesh, how: str, prompt: str) -> None:
    """Make `mesh`, with its own materials, the newest version and show it; what was shown stays as a version."""
    keep_present(obj)
    append(obj, mesh, how, prompt)
    put_on(obj, mesh, [("DATA", material) for material in mesh.materials])


def show(obj: bpy.types.Object, place: int) -> None:
    """Show another version: mesh, materials, provenance. Raises IndexError when there is none at `place`."""
    version = obj.propsmith_versions.items[place]
    if version.mesh is None or version.mesh == obj.data:
        return
    keep_present(obj)
    version = obj.propsmith_versions.items[place]  # adding to a collection moves its items
    put_on(obj, version.mesh, [(slot.link, slot.material) for slot in version.slots])
    restore(obj, json.loads(version.record or "{}"))


def mesh_of(obj: bpy.types.Object, fingerprint: str) -> bpy.types.Mesh | None:
    """The object's mesh with this fingerprint: the one it shows, or, if nobody has edited that, another version's."""
    now, place, items = snapshot.fingerprint(obj.data), shown(obj), obj.propsmith_versions.items
    if now == fingerprint:
        return obj.data
    if place < 0 or items[place].fingerprint != now:
        return None
    return next((v.mesh for v in items if v.mesh and snapshot.fingerprint(v.mesh) == fingerprint), None)


def put_on(obj: bpy.types.Object, mesh: bpy.types.Mesh, slots: list[tuple[str, bpy.types.Material | None]]) -> None:
    """Swap the object's mesh; transform, parent, modifiers, collections and animation are not touched."""
    for slot in obj.material_slots:
        if slot.link == "OBJECT":  # it would hide the new mesh's own material
            slot.link = "DATA"
    obj.data = mesh
    for slot, (link, material) in zip(obj.material_slots, slots, strict=False):
        slot.link = link
        if link == "OBJECT":
            slot.material = material


def other(obj: bpy.types.Object) -> int:
    """The version to compare the shown one with: the one before it, or the second for the first; -1 for none."""
    place, count = shown(obj), len(obj.propsmith_versions.items)
    if count < 2 and not (count == 1 and place < 0):
        return -1
    return count - 1 if place < 0 else place - 1 if place > 0 else 1


def keep_only_shown(obj: bpy.types.Object) -> int:
    """Drop all other versions; how many there were."""
    keep_present(obj)
    items = obj.propsmith_versions.items
    others = [i for i in range(len(items)) if i != shown(obj)]
    for place in reversed(others):
        drop(obj, place)
    return len(others)


def revert(obj: bpy.types.Object) -> None:
    """Show the version before the shown one; the later ones stay."""
    show(obj, max(0, other(obj)))


def remove(obj: bpy.types.Object, place: int) -> None:
    """Remove one version; if it is shown, the one before it (or else the next) is shown first. The last one stays."""
    items = obj.propsmith_versions.items
    if len(items) < 2:
        return
    if shown(obj) == place:
        show(obj, place - 1 if place else 1)
    drop(obj, place)


def drop(obj: bpy.types.Object, place: int) -> None:
    mesh = obj.propsmith_versions.items[place].mesh
    obj.propsmith_versions.items.remove(place)
    if mesh is not None and mesh.users == 0:
        bpy.data.meshes.remove(mesh)


def provenance(obj: bpy.types.Object) -> dict[str, str | int | float]:
    """The object's provenance as plain values."""
    record = obj.propsmith
    return {p.identifier: getattr(record, p.identifier) for p in fields(record)}


def restore(obj: bpy.types.Object, record: dict[str, str | int | float]) -> None:
    for p in fields(obj.propsmith):
        setattr(obj.propsmith, p.identifier, record.get(p.identifier, p.default))


def fields(record: bpy.types.PropertyGroup) -> list[bpy.types.Property]:
    return [p for p in record.bl_rna.properties if p.type in ("STRING", "INT", "FLOAT") and p.identifier != "name"]
