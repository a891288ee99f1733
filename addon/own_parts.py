"""A copy of an object with all that its materials reach, whole in one file: nothing linked, no picture beside it."""

from __future__ import annotations

import bpy
import numpy as np

Lent = dict[bpy.types.ID, str]  # originals of this file whose name a copy bears meanwhile


def copied(original: bpy.types.ID, lent: Lent) -> bpy.types.ID:
    """A copy by the same name, which an original of this file lends until it gets it back."""
    copy, name = original.copy(), original.name
    if original.library is None:
        lent[original] = name
        original.name = f"~propsmith {len(lent)}"
    copy.name = name
    return copy


def dress(asset: bpy.types.Object, lent: Lent) -> None:
    """Give a copy a mesh, materials, groups and packed pictures of its own where the file would lack some of them."""
    worn = [slot.material for slot in asset.material_slots if slot.material]
    parts = [part for material in worn for part in parts_of(material)]
    if all(is_whole(part) for part in parts):
        return
    asset.data = copied(asset.data, lent)
    own: dict[bpy.types.ID, bpy.types.ID] = {}
    for part in parts:
        image = isinstance(part, bpy.types.Image)
        if part not in own and not (image and is_whole(part)):
            own[part] = packed(part, lent) if image else copied(part, lent)
    for slot in asset.material_slots:  # the object's own among them
        slot.material = own.get(slot.material)
    for node in [node for part in own.values() for node in nodes_of(part)]:
        for name in ("node_tree", "image"):
            if getattr(node, name, None) in own:
                setattr(node, name, own[getattr(node, name)])


def nodes_of(part: bpy.types.ID) -> list[bpy.types.Node]:
    """The nodes of a material or a group; a picture has none."""
    tree = part if isinstance(part, bpy.types.NodeTree) else getattr(part, "node_tree", None)
    return list(tree.nodes) if tree else []


def parts_of(material: bpy.types.Material) -> list[bpy.types.ID]:
    """A material with the groups and pictures that its nodes reach."""
    found: list[bpy.types.ID] = []
    waiting: list[bpy.types.ID] = [material]
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.append(part)
            waiting += [getattr(node, "node_tree", None) or node.image for node in nodes_of(part) if reaches(node)]
    return found


def reaches(node: bpy.types.Node) -> bool:
    """Whether a node has a group, or a picture with pixels."""
    image = getattr(node, "image", None)
    return bool(getattr(node, "node_tree", None) or (image and image.size[0]))


def is_whole(part: bpy.types.ID) -> bool:
    """Whether a part comes along with its material: nothing linked, no picture that lies beside the file or was painted on."""
    image = isinstance(part, bpy.types.Image)
    return part.library is None and not (image and (part.is_dirty or not part.packed_file))


def packed(image: bpy.types.Image, lent: Lent) -> bpy.types.Image:
    """A packed copy of a picture with what was painted on it, which Blender's own copy lacks."""
    copy = copied(image, lent)
    if image.is_dirty:
        pixels = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(pixels)
        copy.pixels.foreach_set(pixels)
    if image.is_dirty or not copy.packed_file:
        copy.pack()
    return copy
