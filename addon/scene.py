"""Arrays become an object: mesh, material, collection, provenance; placed standing on its origin."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ..backend.errors import problem
from ..backend.protocol import Request
from . import geometry, materials, windows

COLLECTION = "Props"
FACTS_LIMIT = 100_000  # characters of prop.json that are worth carrying in a .blend
KEYS = ("vertices", "faces", "uvs")


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of mesh.npz, shapes checked (backend/protocol.py). Raises mesh-missing, mesh-unreadable."""
    if not path.is_file():
        raise problem("mesh-missing", path=path)
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise problem("mesh-unreadable", path=path, why=str(error)[:100]) from error
    count = len(arrays.get("faces", ()))
    shapes = {"vertices": (len(arrays.get("vertices", ())), 3), "faces": (count, 3), "uvs": (count, 3, 2)}
    for name in KEYS:
        if name not in arrays or arrays[name].shape != shapes[name]:
            raise problem("mesh-unreadable", path=path, why=f"its '{name}' are missing or of a wrong shape")
    if not count or arrays["faces"].min() < 0 or arrays["faces"].max() >= len(arrays["vertices"]):
        raise problem("mesh-unreadable", path=path, why="its faces name vertices that do not exist")
    return arrays


def build_mesh(name: str, arrays: dict[str, np.ndarray], size: float) -> bpy.types.Mesh:
    """A mesh datablock from checked arrays, its longest side `size`, its origin at the bottom's centre."""
    mesh = bpy.data.meshes.new(name)
    try:
        geometry.fill(mesh, arrays, size)
    except Exception:
        bpy.data.meshes.remove(mesh)
        raise
    return mesh


def props_collection(scene: bpy.types.Scene) -> bpy.types.Collection:
    """The scene's collection for props, made on first need and found by our mark, so that it may be renamed.

    Where the artist has hidden or excluded it, the nearest one above it that shows, as in Blender's own Add menu.
    """
    for collection in scene.collection.children_recursive:
        if collection.get("propsmith_props") and is_own(collection):
            return nearest_shown(scene, collection)
    collection = bpy.data.collections.new(COLLECTION)
    collection["propsmith_props"] = True
    scene.collection.children.link(collection)
    return collection


def nearest_shown(scene: bpy.types.Scene, collection: bpy.types.Collection) -> bpy.types.Collection:
    """A collection of the scene, or where the view layer does not show what is in it, the nearest above it of which it does.

    By the switches: `is_visible` holds true only after an update of the whole layer. Excluding is each collection's own.
    """
    layer = windows.layer_of(scene) or scene.view_layers[0]
    shown = takewhile(
        lambda branch: not branch.hide_viewport and not branch.collection.hide_viewport,
        branches_to(layer.layer_collection, collection),
    )
    homes = [branch.collection for branch in shown if not branch.exclude and is_own(branch.collection)]
    return homes[-1] if homes else scene.collection


def branches_to(branch: bpy.types.LayerCollection, collection: bpy.types.Collection) -> list[bpy.types.LayerCollection]:
    """From a branch of a view layer down to a collection, both included; [] where it is not in there."""
    if branch.collection == collection:
        return [branch]
    below = next(filter(None, (branches_to(child, collection) for child in branch.children)), [])
    return [branch, *below] if below else []


def is_own(collection: bpy.types.Collection) -> bool:
    """Whether this file may put things into the collection: not one linked from another file, nor an override of it."""
    return collection.library is None and collection.override_library is None


def must_be_own(scene: bpy.types.Scene) -> None:
    """Raise scene-linked for a scene of another file, into which nothing can be linked."""
    if scene.library is not None:
        raise problem("scene-linked", name=scene.name)


def unit_m(scene: bpy.types.Scene) -> float:
    """The length in metres that the scene shows one of Blender's units as."""
    return 1.0 if scene.unit_settings.system == "NONE" else float(scene.unit_settings.scale_length)


def size_in(scene: bpy.types.Scene, request: Request | None) -> float:
    """How long the prop of a request is in a scene's units."""
    return float(getattr(request, "size_m", 1.0)) / unit_m(scene)


def prop_name(request: Request) -> str:
    """A short name: the request's title, or its prompt, or its picture's file name, cut at a word; or 'Prop'."""
    picture = Path(getattr(request, "image", "")).stem.replace("_", " ")
    text = " ".join((request.title or request.prompt or picture).split())
    for article in ("a ", "an ", "the "):
        text = text.removeprefix(article)
    while len(text) > 40 and " " in text:
        text = text.rsplit(" ", 1)[0]
    return text[:40].capitalize() or "Prop"


def write_provenance(
    obj: bpy.types.Object, job: str, request: Request, figures: dict[str, float], version: str
) -> None:
    """Store on the object what made it."""
    record = obj.propsmith
    record.job, record.kind, record.version = job, request.kind, version
    record.prompt, record.negative, record.seed = request.prompt, request.negative, request.seed
    record.preset, record.prior = request.preset, request.prior
    record.size_m = getattr(request, "size_m", 0.0)
    record.request = json.dumps({"kind": request.kind, **dataclasses.asdict(request)})
    record.figures = json.dumps(figures)


def write_facts(obj: bpy.types.Object, result: Path) -> None:
    """Store prop.json on the object: settings, prior and its licence, versions. A prop without a readable one has none."""
    try:
        text = (result / "prop.json").read_text("utf-8")
        prior = json.loads(text)["prior"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if len(text) < FACTS_LIMIT and isinstance(prior, dict):
        obj.propsmith.facts, obj.propsmith.licence = text, str(prior.get("licence") or "")


@dataclass(frozen=True)
class Parts:
    """What a prop is made of while it is in no scene: datablocks without users, by name, since an undo replaces them; the
    mesh in metres.

    Nodes, slots and objects come later: making them has Blender rebuild its graph of the whole scene, this does not.
    """

    name: str
    mesh: str
    images: dict[str, str]
    left: tuple[str, ...] = ()  # maps that are still to be loaded


def begin_parts(result: Path, request: Request) -> Parts:
    """The first part of a result folder, the mesh. Raises mesh-missing, mesh-unreadable, mesh-invalid."""
    name = prop_name(request)
    mesh = build_mesh(name, read_arrays(result / "mesh.npz"), getattr(request, "size_m", 1.0))
    return Parts(name, mesh.name, {}, tuple(materials.stems_of(result)))


def next_part(parts: Parts, result: Path, pack: bool = True) -> Parts:
    """With one more map; all parts go when it fails. Raises image-missing, image-unreadable."""
    try:
        image = materials.load_map(parts.name, result, parts.left[0], pack)
    except Exception:
        remove_parts(parts)
        raise
    return dataclasses.replace(parts, images={**parts.images, parts.left[0]: image.name}, left=parts.left[1:])


def are_there(parts: Parts) -> bool:
    """Whether no undo and no File > Open has taken a part away."""
    mesh = bpy.data.meshes.get(parts.mesh)
    return mesh is not None and not mesh.users and all(image in bpy.data.images for image in parts.images.values())


def remove_parts(parts: Parts) -> None:
    """Remove what nobody uses of the parts."""
    found = [bpy.data.meshes.get(parts.mesh), *(bpy.data.images.get(image) for image in parts.images.values())]
    bpy.data.batch_remove([part for part in found if part is not None and not part.users])


def assemble(parts: Parts, scene: bpy.types.Scene) -> bpy.types.Object:
    """The parts as an object with its material, in no collection yet, as large as it is to be in the scene's units."""
    mesh = bpy.data.meshes[parts.mesh]
    if unit_m(scene) != 1:
        mesh.transform(Matrix.Scale(1 / unit_m(scene), 4))
    images = {stem: bpy.data.images[name] for stem, name in parts.images.items()}
    mesh.materials.append(materials.build_material(parts.name, images))
    return bpy.data.objects.new(parts.name, mesh)


def place(obj: bpy.types.Object, scene: bpy.types.Scene, location: tuple[float, float, float]) -> None:
    """Link the object into the scene's props collection at `location`; its transform is otherwise the identity."""
    props_collection(scene).objects.link(obj)
    obj.location = location


def select_only(obj: bpy.types.Object, view_layer: bpy.types.ViewLayer) -> None:
    """Make `obj` the selection, where this view layer shows it.

    No `view_layer.update()`: it would evaluate the whole scene, and selecting brings the layer's list up to date as well.
    """
    before = windows.selected(view_layer)
    try:
        obj.select_set(True, view_layer=view_layer)
    except RuntimeError:  # Blender's answer for an object that the layer does not show
        return
    for other in before:
        if other != obj:
            other.select_set(False, view_layer=view_layer)
    view_layer.objects.active = obj
