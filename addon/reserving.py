"""Places kept free for the props of a fill: empty objects linked when Fill is pressed, filled when their prop is there.

Linking any object has Blender rebuild its graph of the whole scene, 45 us for each object in it; filling the mesh and the
images of an object that is linked already does not. Until its prop lands a place is scaled to nothing. Whatever happens to
it meanwhile (deleted, edited, undone), the prop lands as it would without one.
"""

from __future__ import annotations

from pathlib import Path

import bpy

from ..backend.errors import PropsmithError
from . import fill as fills
from . import geometry, materials, scene
from .fill import Fill, Row
from .geometry import Geometry

MARK = "propsmith_place"  # on an object: "FILL/ROW"
STEP = "propsmith_filled"  # on its mesh: "JOB N", of which job so many pieces are in it
FULL = len(materials.MAPS) + 1  # its maps, then its faces
LANDED = "propsmith_landed"  # on the props' collection: a number that each landing changes
MOST_PROPS, MOST_ROWS = 200, 1000  # about 2 ms each prop and .15 ms each row, while the artist's click is answered


def reserve(
    fill: Fill,
    into: bpy.types.Scene,
    placeholders: dict[str, bpy.types.Object],
    props: dict[str, bpy.types.Object],
) -> int:
    """Keep a place for each open row that has none; how many. Placeholders and landed props come by their row's key."""
    kept = {key: obj for key, obj in of(fill, into).items() if is_sound(obj)}
    meshes: dict[str, bpy.types.Mesh] = {}
    pattern: bpy.types.Material | None = None
    wanting: dict[str, list[Row]] = {}
    for row in fill.rows:
        if row.key in props:
            mesh = meshes[row.group] = props[row.key].data
            mesh[STEP] = f"{row.job} {FULL}"
        elif row.key in kept:
            meshes.setdefault(row.group, kept[row.key].data)
        elif row.state in fills.OPEN and row.group:
            wanting.setdefault(row.group, []).append(row)
    count = 0
    for group, rows in list(wanting.items())[:MOST_PROPS]:
        try:
            name = scene.prop_name(fills.request(fill, rows, scene.unit_m(into)))
        except PropsmithError:
            continue  # its turn will say what is wrong
        mesh = meshes.get(group)
        if mesh is None:
            mesh = empty_prop(name, pattern)
            pattern = mesh.materials[0]
        for row in rows[: MOST_ROWS - count]:
            keep_free(row, f"{fill.id}/{row.key}", (name, mesh, placeholders.get(row.key)), into)
            count += 1
    return count


def keep_free(
    row: Row, mark: str, made: tuple[str, bpy.types.Mesh, bpy.types.Object | None], into: bpy.types.Scene
) -> None:
    """Link the empty object of one row; its parent is known by now, and setting one later would rebuild the graph."""
    name, mesh, placeholder = made
    obj = bpy.data.objects.new(name, mesh)
    obj[MARK] = mark
    scene.place(obj, into, tuple(row.foot))
    obj.scale = (0.0, 0.0, 0.0)
    if placeholder is not None:
        obj.parent = parent_or_none(placeholder)


def parent_or_none(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The parent that a placeholder's prop gets too: none for bones and vertices, nor one scaled to zero, which shows nothing."""
    parent = obj.parent if obj.parent_type == "OBJECT" else None
    return parent if parent is not None and parent.matrix_world.to_3x3().determinant() else None


def empty_prop(name: str, pattern: bpy.types.Material | None) -> bpy.types.Mesh:
    """A mesh without faces whose material has an image without a picture for each map.

    `pattern`: another one's material, a copy of which is made in a tenth of the time.
    """
    images = {stem: materials.blank_image(name, stem) for stem in materials.MAPS}
    mesh = bpy.data.meshes.new(name)
    if pattern is None:
        mesh.materials.append(materials.build_material(name, images))
        return mesh
    material = pattern.copy()
    material.name = name
    for stem, image in images.items():
        material.node_tree.nodes[materials.MAPS[stem][2]].image = image
    mesh.materials.append(material)
    return mesh


def of(fill: Fill, into: bpy.types.Scene) -> dict[str, bpy.types.Object]:
    """The fill's places by their row's key, as far as they are there; `is_sound` says whether one is as we left it."""
    start = f"{fill.id}/"
    marked = ((mark, obj) for obj in into.objects if (mark := obj.get(MARK)))
    return {mark[len(start) :]: obj for mark, obj in marked if isinstance(mark, str) and mark.startswith(start)}


def is_sound(obj: bpy.types.Object) -> bool:
    """Whether nobody has edited, linked or taken apart a place."""
    if obj.library or obj.type != "MESH" or obj.data.library or obj.mode != "OBJECT":
        return False
    if STEP in obj.data:
        return True
    return not len(obj.data.vertices) and all(node_or_none(obj.data, stem) for stem in materials.MAPS)


def node_or_none(mesh: bpy.types.Mesh, stem: str) -> bpy.types.Node | None:
    """The node of the mesh's first material that holds the image of one map."""
    material = mesh.materials[0] if len(mesh.materials) else None
    node = material.node_tree.nodes.get(materials.MAPS[stem][2]) if material and material.node_tree else None
    return node if node is not None and getattr(node, "image", None) else None


def pieces_in(mesh: bpy.types.Mesh, job: str) -> int:
    """How many pieces of a job's prop the mesh holds with its images: an undo takes them out together with this count."""
    known, _, count = str(mesh.get(STEP, "")).partition(" ")
    return int(count) if known == job else 0


def is_full(mesh: bpy.types.Mesh, job: str) -> bool:
    return pieces_in(mesh, job) == FULL


def fill_map(mesh: bpy.types.Mesh, job: str, result: Path, pack: bool) -> None:
    """Put a prop's next map into a place, some 2 ms. Raises image-missing, image-unreadable."""
    done = pieces_in(mesh, job)
    stem = list(materials.MAPS)[done]
    node, path = node_or_none(mesh, stem), result / f"{stem}.png"
    if node is not None and (stem == "base_color" or path.is_file()):
        materials.fill_image(node.image, path, pack)
    elif node is not None:
        image = node.image
        mesh.materials[0].node_tree.nodes.remove(node)
        bpy.data.images.remove(image)
    mesh[STEP] = f"{job} {done + 1}"


def fill_faces(mesh: bpy.types.Mesh, job: str, faces: Geometry) -> None:
    """Put a prop's faces into a place whose maps are there: what Blender then evaluates takes a tick of its own."""
    if len(mesh.vertices):
        mesh.clear_geometry()  # of a job that failed, or the artist's
    geometry.put(mesh, faces)
    mesh[STEP] = f"{job} {FULL}"


def take(obj: bpy.types.Object) -> None:
    """The place is a prop from now on.

    The landing does not change the collection it is in, and of what two undo steps have alike Blender keeps what is there:
    without a number of its own a redo would find the collection as a sweep left it, without the prop.
    """
    del obj[MARK]
    for home in obj.users_collection:
        home[LANDED] = (int(home.get(LANDED, 0)) + 1) % 2**31


def forget(mesh: bpy.types.Mesh) -> None:
    """The mesh is a prop's like any other."""
    if STEP in mesh:
        del mesh[STEP]


def sweep(running: set[str]) -> int:
    """Remove the places of all fills but these (ids), in one batch; how many."""
    return remove([obj for obj in marked() if str(obj[MARK]).split("/")[0] not in running])


def sweep_of(fill: str) -> int:
    """Remove the places of one fill (its id)."""
    return remove([obj for obj in marked() if str(obj[MARK]).split("/")[0] == fill])


def marked() -> list[bpy.types.Object]:
    return [obj for obj in bpy.data.objects if obj.get(MARK) and obj.library is None]


def remove(over: list[bpy.types.Object]) -> int:
    """Remove these places in one batch; how many. What the artist has edited is let go instead."""
    if not over:
        return 0  # removing nothing, too, has Blender rebuild its graph
    idle = [obj for obj in over if is_sound(obj)]
    for obj in over:
        if obj not in idle:
            del obj[MARK]
    meshes = {obj.data for obj in idle}
    bpy.data.batch_remove(idle)
    drop_unused(meshes)
    return len(idle)


def drop_unused(meshes: set[bpy.types.Mesh]) -> None:
    """Remove empty props that no place uses any more, with their materials and images."""
    unused = [mesh for mesh in meshes if not mesh.users]
    dress = {material for mesh in unused for material in mesh.materials if material}
    nodes = [node for material in dress if material.node_tree for node in material.node_tree.nodes]
    images = {node.image for node in nodes if node.type == "TEX_IMAGE" and node.image}
    for parts in (unused, dress, images):
        bpy.data.batch_remove([part for part in parts if not part.users])  # the next ones lose a user by it
