"""The texture of a running refinement laid over its object: a copy a hair larger, with a material that shows the picture."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

from ..backend.errors import problem
from . import snapshot

MARK = "propsmith_live_data"  # on the material and the picture
LIFT = 2e-3  # of the object's size: above its own surface, so that the two do not flicker
ROUGHNESS = 0.6  # of the preview: the true maps come with the result


def picture_of(path: Path) -> Path | None:
    """The picture that lies on the UVs of a light .npz; None for a light mesh, which has none."""
    picture = path.with_suffix(".png")
    return picture if path.stem == "live" else None


def laid_on(target: bpy.types.Object, path: Path, picture: Path) -> bpy.types.Object:
    """A copy of the object, modifiers and pose included, that wears the picture; in no collection yet.

    Raises OSError, ValueError, KeyError, image-unreadable when the files are not whole.
    """
    with np.load(path, allow_pickle=False) as file:
        uvs = file["uvs"]
    material = material_of(target.name, picture)
    try:
        mesh = copy_with(target.data, uvs)
    except ValueError:
        remove([material, *pictures_of(material)])
        raise
    shown = target.copy()
    shown.name, shown.data = f"Refining {target.name}", mesh
    marks = set(shown.keys()) - set(shown.bl_rna.properties.keys())
    for mark in marks:
        del shown[mark]  # marks of fills and versions speak of the object, not of this copy
    shown.property_unset("propsmith")
    shown.property_unset("propsmith_versions")
    shown.propsmith.job = ""
    mesh.materials.clear()
    mesh.materials.append(material)
    for slot in shown.material_slots:
        slot.link = "DATA"
    lift = shown.modifiers.new("Lift", "DISPLACE")
    lift.mid_level, lift.strength = 0.0, LIFT * max(np.ptp(np.array(target.bound_box), axis=0).max(), 1e-6)
    return shown


def copy_with(mesh: bpy.types.Mesh, uvs: np.ndarray) -> bpy.types.Mesh:
    """A copy of the mesh whose active UV layer is `uvs` (F, 3, 2). Raises ValueError when the mesh has other triangles."""
    copy = mesh.copy()
    corners = snapshot.arrays_of(copy, None, np.ones(3, np.float32))["corners"]
    layer = copy.uv_layers.new(name="Refining", do_init=False) or copy.uv_layers.active
    if uvs.shape != (len(corners), 3, 2) or layer is None:
        bpy.data.meshes.remove(copy)
        raise ValueError("the object has other faces now")
    flat = np.zeros((len(copy.loops), 2), np.float32)
    flat[corners] = uvs
    layer.uv.foreach_set("vector", flat.ravel())
    layer.active = layer.active_render = True
    copy.polygons.foreach_set("material_index", np.zeros(len(copy.polygons), np.int32))
    copy.name = "Refining"
    return copy


def material_of(name: str, picture: Path) -> bpy.types.Material:
    """A material of the picture alone. Raises image-unreadable."""
    try:
        image = bpy.data.images.load(str(picture))
    except RuntimeError as error:
        raise problem("image-unreadable", path=picture, why="it is being written") from error
    material = bpy.data.materials.new(f"Refining {name}")
    image[MARK] = material[MARK] = True
    if not material.node_tree:  # 5.0 makes the nodes by itself and warns when use_nodes is touched
        material.use_nodes = True
    tree = material.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Roughness"].default_value = ROUGHNESS
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    tree.nodes.active = node  # what solid shading shows as texture
    return material


def renew(shown: bpy.types.Object) -> None:
    """Show the picture anew: its file was replaced."""
    for item in own_data(shown):
        if isinstance(item, bpy.types.Image):
            item.reload()


def pictures_of(material: bpy.types.Material) -> list[bpy.types.Image]:
    nodes = material.node_tree.nodes if material.node_tree else ()
    return [node.image for node in nodes if node.type == "TEX_IMAGE" and node.image is not None]


def own_data(shown: bpy.types.Object) -> list[bpy.types.ID]:
    """The material and the picture that were made for what is shown."""
    materials = [m for m in shown.data.materials if m is not None and m.get(MARK)] if shown.data else []
    return [*materials, *(image for m in materials for image in pictures_of(m) if image.get(MARK))]


def remove(own: list[bpy.types.ID]) -> None:
    bpy.data.batch_remove(own)
