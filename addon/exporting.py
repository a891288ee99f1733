"""Export to game engines and other programs: Blender's own exporters over copies with plain materials, textures beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import bpy
from mathutils import Matrix

from ..backend import store as stores
from ..backend.errors import problem
from . import lods, plain_materials
from . import scene as scenes
from .names import file_name

TEXTURES = "textures"  # the folder beside the file; in it each file has one of its name
SCENE = "Propsmith export"


@dataclass(frozen=True)
class Wanted:
    """What to write. at_origin: moved so that the first prop stands on the origin (each one, in files of their own).

    replace: with `each`, files of these names that are in the folder already are written over; else that is an error.
    """

    kind: str = "GLB"
    textures: bool = True
    at_origin: bool = True
    levels: bool = True
    each: bool = False
    replace: bool = False


@dataclass
class Written:
    """What came of it: files in the order they were written, and sentences on what could not be kept."""

    files: list[Path] = field(default_factory=list)
    textures: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def glb(path: str) -> set[str]:
    return bpy.ops.export_scene.gltf(
        filepath=path, export_format="GLB", use_active_scene=True, export_apply=True, export_yup=True,
        export_animations=False, export_lights=False, export_cameras=False,
    )  # fmt: skip


def usd(path: str) -> set[str]:
    """The textures are written already: the file only names them, relatively."""
    keep = {"export_textures": False} if bpy.app.version < (4, 3, 0) else {"export_textures_mode": "KEEP"}
    return bpy.ops.wm.usd_export(
        filepath=path, export_animation=False, export_materials=True, generate_preview_surface=True,
        relative_paths=True, **keep,
    )  # fmt: skip


def obj(path: str) -> set[str]:
    return bpy.ops.wm.obj_export(
        filepath=path, apply_modifiers=True, export_materials=True, export_pbr_extensions=True, path_mode="RELATIVE"
    )


def fbx(path: str) -> set[str]:
    """Scaled so that Unity and Unreal both read metres; faces' smoothing kept."""
    return bpy.ops.export_scene.fbx(
        filepath=path, object_types={"MESH"}, path_mode="RELATIVE", mesh_smooth_type="FACE", bake_anim=False,
        apply_scale_options="FBX_SCALE_ALL", add_leaf_bones=False,
    )  # fmt: skip


# kind -> (name, suffix, operator's family, operator's name, what calls it)
KINDS: dict[str, tuple[str, str, str, str, Callable[[str], set[str]]]] = {
    "GLB": ("glTF binary", ".glb", "export_scene", "gltf", glb),
    "USD": ("USD", ".usdc", "wm", "usd_export", usd),
    "OBJ": ("Wavefront OBJ", ".obj", "wm", "obj_export", obj),
    "FBX": ("FBX", ".fbx", "export_scene", "fbx", fbx),
}


def available() -> list[str]:
    """The kinds whose exporter this Blender has: some builds lack USD, and add-ons can be switched off."""
    return [kind for kind, (_, _, family, name, _) in KINDS.items() if name in dir(getattr(bpy.ops, family))]


def is_skipped(obj: bpy.types.Object) -> bool:
    """Whether an object shows a surface that an export leaves out: text, curves, instances of a collection."""
    surfaces = {"FONT", "CURVE", "CURVES", "SURFACE", "META"}
    return obj.type in surfaces or (obj.type == "EMPTY" and obj.instance_type == "COLLECTION")


def export(objects: list[bpy.types.Object], path: Path, wanted: Wanted) -> Written:
    """Write mesh objects to `path` (its suffix is set by the kind), or each to a file of its own name in that folder.

    The scene stays as it is. Raises folder-read-only, disk-full, export-failed, mesh-invalid.
    """
    if wanted.kind not in available():
        raise problem("export-failed", kind=wanted.kind, why="this Blender has no exporter for it")
    suffix = KINDS[wanted.kind][1]
    written = Written()
    with stores.writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        stores.probe(path.parent)
        if wanted.each:
            paths = [path.parent / f"{name}{suffix}" for name in file_names(objects)]
            there = next((p.name for p in paths if p.exists()), "")
            if there and not wanted.replace:
                why = f"'{there}' is in the folder already; choose another one, or switch Replace Files on"
                raise problem("export-failed", kind=wanted.kind, why=why)
            for obj, target in zip(objects, paths, strict=True):
                write([obj], target, wanted, written)
        else:
            write(objects, with_suffix(path, suffix), wanted, written)
    return written


def file_names(objects: list[bpy.types.Object]) -> list[str]:
    """A name for each object's file, all different where upper and lower case are one."""
    names: list[str] = []
    taken: set[str] = set()
    for obj in objects:
        own = name = file_name(obj.name)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{own}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def with_suffix(path: Path, suffix: str) -> Path:
    """The path with the kind's suffix; a dot inside a name ("barrel v1.2") is no suffix."""
    known = {row[1] for row in KINDS.values()} | {".usd", ".usda", ".usdz", ".gltf"}
    if suffix == ".usdc" and path.suffix.lower() in (".usd", ".usda", ".usdz"):
        return path
    return path.with_suffix(suffix) if path.suffix.lower() in known else path.with_name(path.name + suffix)


@dataclass(frozen=True)
class Part:
    """One object of a file: what it is a copy of, its name there, and where it stands."""

    source: bpy.types.Object
    name: str
    world_from_local: Matrix


def write(objects: list[bpy.types.Object], path: Path, wanted: Wanted, written: Written) -> None:
    """One file from copies of the objects in a scene of their own, gone afterwards; an older one stays until it is whole."""
    shift = Matrix.Translation(-objects[0].matrix_world.translation) if wanted.at_origin else Matrix()
    found = [part for obj in objects for part in parts(obj, wanted.levels, shift, written.notes)]
    metres = scenes.unit_m(bpy.context.scene)
    own = Path(TEXTURES, file_name(path.stem)) if wanted.textures or wanted.kind != "GLB" else None
    with lent_names(found) as names, away_afterwards() as scene, stores.written_beside(path.parent) as work:
        copies(found, scene, metres)
        pictures = plain_materials.Pictures(work / own, path.parent / own) if own else plain_materials.Pictures()
        plain_materials.dress(list(scene.objects), names, pictures, written.notes)
        run(wanted.kind, work / path.name, scene)
    written.textures += [path.parent / picture.relative_to(work) for picture in pictures.files]
    written.files.append(path)


@contextmanager
def away_afterwards() -> Iterator[bpy.types.Scene]:
    """A scene that goes again, with all objects, meshes, materials, node groups and images that came meanwhile; the window
    shows its own."""
    window = bpy.context.window
    shown = window.scene, window.view_layer
    before = {
        kind: set(getattr(bpy.data, kind)) for kind in ("images", "materials", "node_groups", "meshes", "objects")
    }
    scene = bpy.data.scenes.new(SCENE)
    try:
        yield scene
    finally:
        window.scene, window.view_layer = shown  # Blender's glTF exporter leaves the window in the scene it wrote
        bpy.data.scenes.remove(scene)
        for kind, known in before.items():
            bpy.data.batch_remove(set(getattr(bpy.data, kind)) - known)


def parts(obj: bpy.types.Object, levels: bool, shift: Matrix, notes: list[str]) -> list[Part]:
    """The object, moved by `shift`, or in its place its levels and hull where they are wanted, there and up to date."""
    place = shift @ obj.matrix_world
    made = lods.of(obj) if levels else []
    if made and lods.outdated(obj, made):
        why = f"'{obj.name}' has changed since its LODs were made: it was exported without them. Make them again"
        notes.append(why)
        made = []
    return [Part(part, lods.name_of(part), place) for part in made] or [Part(obj, obj.name, place)]


@contextmanager
def lent_names(found: list[Part]) -> Iterator[dict[bpy.types.Material, str]]:
    """The names of parts, of their meshes and materials, free for the copies meanwhile: a file must not say "Barrel.001"."""
    materials = {
        slot.material: slot.material.name for part in found for slot in part.source.material_slots if slot.material
    }
    wanted = {part.name for part in found}
    blocks = [block for kind in (bpy.data.objects, bpy.data.meshes) for block in kind if block.name in wanted]
    own = {block: block.name for block in (*blocks, *materials) if not block.library}
    try:
        for number, block in enumerate(own):
            block.name = f"~propsmith {number}"
        yield materials
    finally:
        for block, name in own.items():
            block.name = name


def copies(found: list[Part], scene: bpy.types.Scene, metres: float) -> None:
    """Link copies into the scene, without parents and modifiers; linked copies go on sharing their mesh.

    metres: the length of the artist's unit. The copies are of that scale themselves: most exporters know no units.
    """
    meshes: dict[bpy.types.ID, bpy.types.Mesh] = {}
    for part in found:
        source, place = part.source, part.world_from_local
        key = source if source.modifiers or is_sheared(place) else source.data
        if key not in meshes:  # modifiers work where the object stands: moved, it would leave armature or mirror behind
            meshes[key] = lods.evaluated(source) if source.modifiers else source.data.copy()
            meshes[key].name = part.name
            if metres != 1:
                meshes[key].transform(Matrix.Scale(metres, 4), shape_keys=bool(meshes[key].shape_keys))
        made = source.copy()
        made.name, made.data = part.name, meshes[key]
        made.animation_data_clear()
        made.constraints.clear()
        made.modifiers.clear()
        if is_sheared(place):
            place = bake_shear(made.data, place)
        made.hide_viewport = made.hide_render = False
        made.parent = None
        made.matrix_world = Matrix.Scale(metres, 4) @ place @ Matrix.Scale(1 / metres, 4)
        scene.collection.objects.link(made)


def is_sheared(place: Matrix) -> bool:
    """Whether a (4, 4) transform is more than moving, turning and scaling, which is all that an object without parent can."""
    axes = [axis.normalized() for axis in place.to_3x3().col]
    return any(abs(one.dot(other)) > 1e-5 for one, other in combinations(axes, 2))


def bake_shear(mesh: bpy.types.Mesh, place: Matrix) -> Matrix:
    """Turn, scale and shear the mesh; the (4, 4) transform that is left, a move."""
    mesh.transform(place.to_3x3().to_4x4(), shape_keys=bool(mesh.shape_keys))
    if place.is_negative:
        mesh.flip_normals()
    return Matrix.Translation(place.translation)


def run(kind: str, path: Path, scene: bpy.types.Scene) -> None:
    """Call Blender's exporter in the scene. Raises export-failed with its own words, OSError."""
    layer = scene.view_layers[0]
    layer.update()
    for made in scene.objects:
        made.select_set(True, view_layer=layer)
    layer.objects.active = scene.objects[0]
    try:
        with bpy.context.temp_override(scene=scene, view_layer=layer, selected_objects=list(scene.objects)):
            KINDS[kind][4](str(path))
    except RuntimeError as error:
        raise problem("export-failed", kind=kind, why=str(error).strip()[:200]) from error
    if not path.is_file():
        raise problem("export-failed", kind=kind, why="its exporter wrote no file")
