"""An object as the worker reads it: base mesh, UVs and maps in a folder, with what is needed to put the result back."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import bpy
import numpy as np

from ..backend.errors import problem
from . import baking, layout, look_maps, placing, surfaces
from . import scene as scenes
from .png import write_png

MOST_FACES = 2_000_000  # as in backend/incoming.py
MOST_LAID_OUT = 300_000  # triangles up to which a spare layout is made here; it takes 1 s
LARGEST_PX = 4096  # larger images are thinned out: the worker's textures reach this far
TILE_PX = 2048  # largest side of one material's map where there are several
FILL = 0.96  # radius in the prior's units, as in backend/incoming.py
LEVEL = "propsmith_lod"  # on levels of detail (lods.py): the first has its object's own mesh
LAYER = "Propsmith"  # the UV map that is added where the object's own cannot be used


@dataclass
class Snapshot:
    """What target.json says: which object it was, how it was then, and how the prior's frame lies around it."""

    object: str
    scene: str
    fingerprint: str
    sharers: int  # other objects that used the same mesh
    mode: str
    uv_layer: str
    matrix: list[float]  # (16,) matrix_world, row by row
    scale: list[float]  # (3,) by which the vertices were multiplied, to be in metres
    centre: list[float]  # prior units = (vertices - centre) * unit
    unit: float
    file: str = ""  # the .blend it was taken in, "" for a file not saved yet
    prompt: str = ""  # what the object was made from, when it is one of ours
    notes: list[str] = field(default_factory=list)


def why_not(obj: bpy.types.Object | None, mode: str) -> str:
    """Why an object cannot be refined, or ''. Cheap enough for a poll."""
    if obj is None or obj.type != "MESH":
        return "Select a mesh object"
    mesh = obj.data
    if obj.library or mesh.library:
        return f"'{obj.name}' is linked from another file: use Object > Library > Make Local first"
    if not mesh.polygons and obj.mode != "EDIT":
        return f"'{obj.name}' has no faces"
    triangles = len(mesh.loops) - 2 * len(mesh.polygons)
    if triangles > MOST_FACES:
        return f"'{obj.name}' has {triangles:,} triangles; the limit is {MOST_FACES:,}. Decimate a copy first"
    if not obj.matrix_world.to_3x3().determinant():  # by its own scale or by a parent's
        return f"'{obj.name}' is scaled to zero along an axis"
    if obj.mode not in ("OBJECT", "EDIT"):
        return "Leave the present mode first: Object Mode, or Edit Mode for a region of faces"
    if mode == "shape" and mesh.shape_keys:
        return f"'{obj.name}' has shape keys, which a new shape cannot keep: choose Texture only"
    if mode == "shape" and obj.mode == "EDIT":
        return "A region works with Texture only: leave Edit Mode, or choose Texture only"
    return ""


def take(obj: bpy.types.Object, scene: bpy.types.Scene, mode: str, folder: Path) -> Snapshot:
    """Write the snapshot of `obj` into a new folder. Nothing of the object changes.

    In Edit Mode the selected faces become the region. Raises mesh-invalid, folder-read-only, disk-full.
    """
    why = why_not(obj, mode)
    if why:
        raise problem("mesh-invalid", why=why, remedy="Choose another object.")
    editing = obj.mode == "EDIT"
    if editing:
        obj.update_from_editmode()
    mesh = obj.data.copy() if editing else obj.data  # Blender hides a mesh's arrays while it is edited
    try:
        return _take(obj, mesh, scene, mode, folder)
    finally:
        if editing:
            bpy.data.meshes.remove(mesh)


def _take(obj: bpy.types.Object, mesh: bpy.types.Mesh, scene: bpy.types.Scene, mode: str, folder: Path) -> Snapshot:
    used, slots = used_materials(obj, mesh)
    found = [surfaces.surface_of(material) for material in used]
    layer = placing.chosen_layer(mesh, found)
    scale = np.abs(np.array(obj.matrix_world.to_scale(), np.float32))
    scale[~np.isfinite(scale)] = 1.0
    scale *= np.float32(scenes.unit_m(scene))  # the worker's grain and bricks are of a size in metres
    arrays = arrays_of(mesh, layer, scale)
    arrays["material"], notes = slots[arrays["polygons"]], []
    placing.place(mesh, used, found, arrays)
    if obj.mode == "EDIT":
        arrays["selected"] = selected(mesh)[arrays["polygons"]]
        if not arrays["selected"].any():
            raise problem(
                "mesh-invalid", why="no face is selected", remedy="Select the faces to change, or leave Edit Mode."
            )
    centre, unit = checked_frame(obj.name, arrays)
    if len(arrays["faces"]) <= MOST_LAID_OUT:
        arrays["layout"] = spare_layout(mesh, arrays)
    baked = look_maps.replace_sources(used, found)
    baked += baking.bake_computed(obj, mesh, used, found, arrays)
    folder.mkdir(parents=True)
    try:
        notes += write_maps(folder, found)
    finally:
        for image in baked:
            bpy.data.images.remove(image)
    notes += dict.fromkeys(note for surface in found for said in surface.notes.values() for note in said)
    arrays["tiles"] = np.array(len(found))
    with (folder / "mesh.npz").open("wb") as file:
        np.savez(file, **arrays)
    taken = Snapshot(
        obj.name, scene.name, fingerprint(mesh), sharers(obj), mode, layer.name if layer else "",
        [float(v) for row in obj.matrix_world for v in row], [float(s) for s in scale],
        [float(c) for c in centre], unit, bpy.data.filepath, obj.propsmith.prompt, notes,
    )  # fmt: skip
    if taken.prompt:
        (folder / "prop.json").write_text(json.dumps({"prompt": taken.prompt}), "utf-8")
    write(taken, folder)
    return taken


def arrays_of(
    mesh: bpy.types.Mesh, layer: bpy.types.MeshUVLoopLayer | None, scale: np.ndarray
) -> dict[str, np.ndarray]:
    """vertices (N, 3) times `scale`, faces (F, 3), uvs (F, 3, 2) if there is a layer; and the way back:

    corners (F, 3), the loop of each triangle's corner, and polygons (F,), the polygon each triangle is part of.
    """
    if hasattr(mesh, "calc_loop_triangles"):
        mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    vertices = values(mesh.vertices, "co", np.float32, 3).reshape(-1, 3) * scale
    corners = values(mesh.loop_triangles, "loops", np.int32, 3).reshape(count, 3)
    polygons = values(mesh.loop_triangles, "polygon_index", np.int32)
    faces = values(mesh.loops, "vertex_index", np.int32)[corners]
    arrays = {"vertices": vertices, "faces": faces, "corners": corners, "polygons": polygons}
    if layer is not None:
        arrays["uvs"] = values(layer.uv, "vector", np.float32, 2).reshape(-1, 2)[corners]
    return arrays


def values(items: bpy.types.bpy_prop_collection, name: str, kind: type, width: int = 1) -> np.ndarray:
    """One attribute of all items, flat."""
    found = np.empty(len(items) * width, kind)
    items.foreach_get(name, found)
    return found


def selected(mesh: bpy.types.Mesh) -> np.ndarray:
    return values(mesh.polygons, "select", bool)


def spare_layout(mesh: bpy.types.Mesh, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """(F, 3, 2) UVs that the worker takes when the object's own cannot be used; they cut through no polygon."""
    loops = values(mesh.loops, "vertex_index", np.int32)
    starts = values(mesh.polygons, "loop_start", np.int32)
    return layout.lay_out(np.nan_to_num(arrays["vertices"]), loops, starts)[arrays["corners"]]


def used_materials(obj: bpy.types.Object, mesh: bpy.types.Mesh) -> tuple[list[bpy.types.Material | None], np.ndarray]:
    """The materials that faces use, each once, and (P,) which of them each polygon has."""
    index = values(mesh.polygons, "material_index", np.int32).clip(0, max(len(obj.material_slots) - 1, 0))
    materials = [slot.material for slot in obj.material_slots] or [None]
    used: list[bpy.types.Material | None] = []
    place = np.zeros(len(materials), np.int64)
    for number in np.unique(index):
        if materials[number] not in used:
            used.append(materials[number])
        place[number] = used.index(materials[number])
    return used or [None], place[index]


def checked_frame(name: str, arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, float]:
    """(centre, unit) of the prior's frame around what the faces use. Raises mesh-invalid for what has no surface."""
    corners = arrays["vertices"][arrays["faces"]].astype(np.float64)
    why, remedy = "", "Choose another object."
    if not len(corners):
        why = f"'{name}' has no faces"
    elif not np.isfinite(corners).all():
        why, remedy = f"some vertices of '{name}' are not numbers (NaN or infinite)", "Remove these vertices."
    elif not np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).any():
        why = f"all faces of '{name}' have zero area"
    if why:
        raise problem("mesh-invalid", why=why, remedy=remedy)
    used = arrays["vertices"][np.unique(arrays["faces"])].astype(np.float64)
    centre = (used.min(0) + used.max(0)) / 2
    return centre, FILL / float(np.linalg.norm(used - centre, axis=1).max())


def write_maps(folder: Path, found: list[surfaces.Surface]) -> list[str]:
    """The maps of one material, or of several as square tiles side by side; returns what could not be brought along."""
    notes: list[str] = []
    several = len(found) > 1
    images = [s.image for f in found for s in (f.colour, f.roughness, f.metallic) if s.image]
    side = min(max([max(i.size) for i in images], default=4), TILE_PX) if several else 0
    for stem, part in (("base_color", "colour"), ("roughness", "roughness"), ("metallic", "metallic")):
        tiles = []
        for surface in found:
            source = getattr(surface, part)
            try:
                tiles.append(surfaces.pixels_of(source, side, LARGEST_PX))
            except RuntimeError:
                notes.append(f"The image '{source.image.name}' could not be read; a plain value stands for it.")
                source.image = None
                tiles.append(surfaces.pixels_of(source, side, LARGEST_PX))
        write_png(folder / f"{stem}.png", np.ascontiguousarray(np.concatenate(tiles, axis=1)))
    normals = [surface.normal for surface in found if surface.normal is not None]
    if normals and several:
        notes.append(placing.RELIEF_LOST)
    elif normals:
        write_png(folder / "normal.png", np.ascontiguousarray(look_maps.relief(normals[0], LARGEST_PX)))
    return notes


def fingerprint(mesh: bpy.types.Mesh) -> str:
    """A hash of vertices, faces and UV maps: any edit of the mesh changes it; selecting does not."""
    digest = hashlib.blake2b(digest_size=16)
    for items, name, kind, width in (
        (mesh.vertices, "co", np.float32, 3),
        (mesh.loops, "vertex_index", np.int32, 1),
        (mesh.polygons, "loop_start", np.int32, 1),
        (mesh.polygons, "material_index", np.int32, 1),
        *((layer.uv, "vector", np.float32, 2) for layer in mesh.uv_layers),
    ):
        digest.update(f"{name}:{len(items)};".encode() + values(items, name, kind, width).tobytes())
    return digest.hexdigest()


def sharers(obj: bpy.types.Object) -> int:
    """How many other objects use the same mesh; levels of detail count for none."""
    others = (other for other in bpy.data.objects if other.type == "MESH" and other is not obj and LEVEL not in other)
    return sum(other.data == obj.data for other in others)


def write(taken: Snapshot, folder: Path) -> None:
    temporary = folder / "target.json.tmp"
    temporary.write_text(json.dumps(asdict(taken)), "utf-8")
    os.replace(temporary, folder / "target.json")


def read(mesh_file: str) -> Snapshot:
    """The snapshot that a request's mesh belongs to. Raises mesh-missing, mesh-unreadable."""
    path = Path(mesh_file).with_name("target.json")
    try:
        return Snapshot(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise problem("mesh-missing", path=path) from error
    except (OSError, ValueError, TypeError) as error:
        raise problem("mesh-unreadable", path=path, why=str(error)[:80]) from error
