"""How a refinement comes back: as a new version on its object if that is as it was, else beside it with the reason told."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ..backend import store as stores
from ..backend.errors import PropsmithError, problem
from . import boxes, landing, live, materials, mirror, preferences, scene, snapshot, versions
from .session import Landing, Session, Watch

GAP = 1.1  # a result that lands beside its object stands this many widths to the right


def is_refine(watch: Watch) -> bool:
    return watch.request is not None and watch.request.kind == "refine"


def follow(session: Session, job: str, taken: snapshot.Snapshot) -> None:
    """Let the job's result land by itself, on the object it was taken from."""
    selection = landing.selected(bpy.context.view_layer)
    place = (taken.matrix[3], taken.matrix[7], taken.matrix[11])
    session.landings[job] = Landing(0, place, selection, taken.object, uid_of(taken.object))


def uid_of(name: str) -> int:
    """What tells the object of this name from a later one; 0 for none."""
    obj = bpy.data.objects.get(name)
    return int(obj.session_uid) if obj is not None else 0


def still_wanted(session: Session, job: str) -> bool:
    """After File > Open: whether the file that came is the one with the object that the job refines."""
    watch = session.watches.get(job)
    if watch is None or not is_refine(watch):
        return False
    try:
        taken = snapshot.read(getattr(watch.request, "mesh", ""))
    except PropsmithError:
        return False
    return bool(taken.file) and taken.file == bpy.data.filepath and taken.object in bpy.data.objects


def discard(session: Session, watch: Watch) -> None:
    """A job is removed: its snapshot goes with the last job that was made from it."""
    mesh = getattr(watch.request, "mesh", "")
    folder = Path(mesh).parent
    if session.store is None or folder.parent != session.store.folder / "objects":
        return  # the mesh is the user's own file
    if not any(w is not watch and getattr(w.request, "mesh", "") == mesh for w in session.watches.values()):
        shutil.rmtree(folder, ignore_errors=True)


def land(session: Session, watch: Watch) -> bpy.types.Object:
    """Bring a finished refinement into the file, one undo step. Raises mesh-, image- and job- errors."""
    obj = put_back(session, watch)
    bpy.ops.ed.undo_push(message=f"Refine: {obj.name}")
    return obj


def put_back(session: Session, watch: Watch) -> bpy.types.Object:
    """The result on its object as a new version, or beside it with the reason told; no undo step."""
    if session.store is None or watch.request is None or watch.status.state != "done":
        raise problem("job-corrupt", job=watch.job, why="it has no finished result")
    live.remove(watch.job)
    result = stores.result_folder(session.store, watch.job, watch.status.result)
    arrays = scene.read_arrays(result / "mesh.npz")
    taken = snapshot.read(watch.request.mesh)
    awaited = session.landings.get(watch.job)
    target, base, why = unchanged_or_why(taken, awaited.uid if awaited else 0)
    mesh = None
    if base is not None:
        mesh, why = new_mesh(base, taken, arrays, watch.request.mode)
    if target is None or mesh is None:
        obj = beside(watch, taken, target, arrays, result)
        mirror.tell(session, watch, "beside", [f"The result stands beside the original: {why}."])
    else:
        try:
            dress(mesh, taken, watch, result, scene.prop_name(watch.request))
        except PropsmithError:
            bpy.data.meshes.remove(mesh)
            raise
        obj = target
        versions.add(obj, mesh, watch.request.mode, watch.request.prompt)
    landing.describe(session, watch, obj)
    if target is obj:
        versions.keep_present(obj)
    return obj


def unchanged_or_why(taken: snapshot.Snapshot, uid: int) -> tuple[bpy.types.Object | None, bpy.types.Mesh | None, str]:
    """(the object or None, its mesh as it was taken or None, why the result must not go onto the object or '')."""
    obj = bpy.data.objects.get(taken.object)
    if obj is None or obj.type != "MESH" or not obj.users_scene or uid not in (0, obj.session_uid):
        return None, None, f"'{taken.object}' was renamed or deleted meanwhile"
    if obj.library or obj.data.library:
        return obj, None, f"'{obj.name}' is linked from another file now"
    if obj.mode != "OBJECT":
        return obj, None, f"'{obj.name}' is being edited"
    if snapshot.sharers(obj) > taken.sharers:
        return obj, None, f"the mesh of '{obj.name}' was given to other objects meanwhile"
    base = versions.mesh_of(obj, taken.fingerprint)
    if base is None:
        return obj, None, f"'{obj.name}' was edited meanwhile"
    if taken.mode == "shape" and obj.data.shape_keys:
        return obj, None, f"'{obj.name}' has shape keys now"
    return obj, base, ""


def new_mesh(
    base: bpy.types.Mesh, taken: snapshot.Snapshot, arrays: dict[str, np.ndarray], mode: str
) -> tuple[bpy.types.Mesh | None, str]:
    """(a mesh datablock made of the one that was taken, '') or (None, why the result does not fit onto it)."""
    if mode == "shape":
        mesh = in_place(base.name, arrays)
        mesh.transform(Matrix.Diagonal([1 / s for s in taken.scale]).to_4x4())
        return mesh, ""
    layer = base.uv_layers.get(taken.uv_layer) if taken.uv_layer else None
    own = snapshot.arrays_of(base, layer, np.float32(taken.scale))
    for name in ("vertices", "faces"):
        if not np.array_equal(own[name], arrays[name], equal_nan=True):  # loose vertices may be no numbers
            return None, f"its {name} came back changed"
    kept = "uvs" in own and np.array_equal(own["uvs"], arrays["uvs"])
    corners = np.zeros((len(base.loops), 2), np.float32)
    corners[own["corners"]] = arrays["uvs"]
    if not kept and not np.array_equal(corners[own["corners"]], arrays["uvs"]):
        return None, "its new UV layout cuts through polygons"
    mesh = base.copy()
    if kept:
        mesh.uv_layers[taken.uv_layer].active_render = True
    else:
        added = mesh.uv_layers.new(name=snapshot.LAYER, do_init=False)
        if added is None:
            bpy.data.meshes.remove(mesh)
            return None, "it has eight UV maps already, and a ninth was needed"
        added.uv.foreach_set("vector", corners.ravel())
        added.active_render = added.active = True
    mesh.polygons.foreach_set("material_index", np.zeros(len(mesh.polygons), np.int32))
    return mesh, ""


def in_place(name: str, arrays: dict[str, np.ndarray]) -> bpy.types.Mesh:
    """The mesh of the result where its coordinates say, without loose vertices, which may be no numbers: `build_mesh` stands
    it on its origin, which is undone here."""
    used, faces = np.unique(arrays["faces"], return_inverse=True)
    vertices = arrays["vertices"][used]
    low, high = vertices.min(0), vertices.max(0)
    tight = arrays | {"vertices": vertices, "faces": faces.reshape(-1, 3).astype(np.int32)}
    mesh = scene.build_mesh(name, tight, float((high - low).max()))
    mesh.transform(Matrix.Translation(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2])))
    return mesh


def dress(mesh: bpy.types.Mesh, taken: snapshot.Snapshot, watch: Watch, result: Path, name: str) -> None:
    """Give the mesh the result's material alone; it reads the UV map that renders. Raises image-missing, image-unreadable."""
    material = materials.build_material(name, materials.load_images(name, result, preferences.get().pack_images))
    mesh.materials.clear()
    mesh.materials.append(material)


def beside(
    watch: Watch, taken: snapshot.Snapshot, target: bpy.types.Object | None, arrays: dict[str, np.ndarray], result: Path
) -> bpy.types.Object:
    """The result as an object of its own, right of where the original is, or was; selection is left alone."""
    request = watch.request
    assert request is not None
    into = bpy.data.scenes.get(taken.scene) or bpy.context.scene
    if target is not None and into not in target.users_scene:
        into = target.users_scene[0]  # its scene was renamed
    arrays = arrays | {"vertices": arrays["vertices"] / np.float32(scene.unit_m(into))}
    name = scene.prop_name(request)
    mesh = in_place(name, arrays)
    try:
        dress(mesh, taken, watch, result, name)
    except PropsmithError:
        bpy.data.meshes.remove(mesh)
        raise
    obj = bpy.data.objects.new(f"{name} refined", mesh)
    place = target.matrix_world if target else Matrix([taken.matrix[k : k + 4] for k in (0, 4, 8, 12)])
    upright = boxes.nearest_rotation(np.array(place.to_3x3()))  # decomposed, a mirrored place would turn it over
    obj.matrix_world = Matrix.LocRotScale(place.translation, Matrix(upright.tolist()), None)
    width = float(np.ptp(arrays["vertices"][np.unique(arrays["faces"]), 0]))
    obj.location.x += GAP * max(width, target.dimensions.x if target else 0.0)
    scene.props_collection(into).objects.link(obj)
    return obj
