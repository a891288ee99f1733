"""What the sliders make of the maps, texel by texel: the group's nodes once more in numpy, to write the look into pictures."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from ..backend.errors import PropsmithError, problem
from . import look, surfaces

STEMS = {"Base Color": "base_color", "Metallic": "metallic", "Roughness": "roughness", "Normal": "normal"}
KINDS = {"Base Color": "colour", "Normal": "normal"}
CHANNEL_OF = {"Base Color": "colour", "Metallic": "metallic", "Roughness": "roughness", "Normal": "normal"}


@dataclass(frozen=True)
class Values:
    """The sliders' values; colours linear (3,)."""

    tint: np.ndarray
    tint_amount: float
    roughness: float
    metallic: float
    normal: float
    wear: float
    wear_colour: np.ndarray


def principled_or_none(tree: bpy.types.NodeTree) -> bpy.types.Node | None:
    """The Principled BSDF of a material's own tree that shows, by itself or mixed with other shaders."""
    shader, groups = surfaces.shader_of(tree) or (None, ())
    if shader is not None and shader.type == "BSDF_PRINCIPLED" and not groups:
        return shader
    return next((n for n in tree.nodes if n.type == "BSDF_PRINCIPLED" and n.outputs[0].is_linked), None)


def values_of(node: bpy.types.Node) -> Values:
    """What the sliders say at the present frame. Raises mesh-invalid for one that nodes without a plain value feed."""
    found = {}
    for name, slider in look.SLIDERS.items():
        socket, colour = node.inputs[slider.name], slider.kind == "COLOUR"
        if socket.is_linked:
            said: list[str] = []
            source = surfaces.follow(socket, (), said, "colour" if colour else "number")
            if said or source.image is not None:
                why = f"of its material ({material_of(node)}) the slider {slider.name} is fed by more than a value"
                raise problem("mesh-invalid", why=why, remedy="Unlink the slider, or feed it a plain value.")
            found[name] = surfaces.linear(np.float32(source.value)) if colour else source.value[0]
        else:
            found[name] = np.float32(socket.default_value[:3]) if colour else float(socket.default_value)
    return Values(**found)


def material_of(node: bpy.types.Node) -> str:
    """The name of the material whose node it is."""
    return next((m.name for m in bpy.data.materials if m.node_tree == node.id_data), "")


def sources_of(node: bpy.types.Node) -> dict[str, surfaces.Source]:
    """Where the group's maps come from. Raises mesh-invalid where nodes that no picture holds feed them."""
    found: dict[str, surfaces.Source] = {}
    for name in (*look.CHANNELS, look.EDGES):
        socket, said = node.inputs[name], []  # type: ignore[var-annotated]
        if name in ("Normal", look.EDGES) and not socket.is_linked:
            continue
        found[name] = surfaces.follow(socket, (), said, KINDS.get(name, "number"))
        if said:
            why = f"of its material ({material_of(node)}) {said[0]}"
            raise problem("mesh-invalid", why=why, remedy="Bake these nodes to an image.")
    return found


def maps_of(node: bpy.types.Node, sources: dict[str, surfaces.Source]) -> dict[str, np.ndarray]:
    """Stem -> (H, W, 1 or 3) uint8, top row first: the maps of `sources_of(node)` as the sliders make them.

    Channels without a picture come as 4 x 4 of their value, or in the size of the edges' map where they wear; without
    a normal map there is none. Raises mesh-invalid (`values_of`), RuntimeError for an image that Blender cannot read.
    """
    values = values_of(node)
    edges = sources.get(look.EDGES)
    order = surfaces.pixels_of(edges).astype(np.float32)[..., 0] / 255 if edges and values.wear > 0 else None
    made = {}
    for name, stem in STEMS.items():
        if name not in sources:
            continue
        pixels = surfaces.pixels_of(sources[name]).astype(np.float32) / 255
        if order is not None and sources[name].image is None and name != "Normal":
            pixels = np.broadcast_to(pixels[:1, :1], (*order.shape, pixels.shape[2]))
        mask = wear_mask(resampled(order, pixels.shape[:2]), values.wear) if order is not None else 0.0
        changed = {"Base Color": coloured, "Metallic": metallic, "Roughness": rough, "Normal": bumped}[name]
        made[stem] = np.round(changed(pixels, mask, values).clip(0, 1) * 255).astype(np.uint8)
    return made


def wear_mask(order: np.ndarray, wear: float) -> np.ndarray:
    """(H, W) order of wear in [0, 1] -> (H, W, 1) how worn it is: smoothstep over look.SOFT above the threshold."""
    low = 1.0 - look.WORN_AT * wear
    part = ((order - low) / look.SOFT).clip(0, 1)
    return (part * part * (3 - 2 * part))[..., None]


def coloured(pixels: np.ndarray, mask: np.ndarray | float, values: Values) -> np.ndarray:
    """sRGB colours, tinted and worn."""
    base = surfaces.linear(pixels)
    base = base + values.tint_amount * (values.tint * base.max(2, keepdims=True) - base)
    return surfaces.srgb(base + mask * look.WORN_COLOUR * (values.wear_colour - base))


def rough(pixels: np.ndarray, mask: np.ndarray | float, values: Values) -> np.ndarray:
    return pixels + values.roughness - look.WORN_SHINE * mask


def metallic(pixels: np.ndarray, mask: np.ndarray | float, values: Values) -> np.ndarray:
    return pixels + values.metallic


def bumped(pixels: np.ndarray, mask: np.ndarray | float, values: Values) -> np.ndarray:
    return leaning(pixels, values.normal)


def relief(source: surfaces.Source, most_px: int = 0) -> np.ndarray:
    """(H, W, 3) uint8 normals of a source, at the strength of its Normal Map node. Raises as `surfaces.pixels_of` does."""
    pixels, strength = surfaces.pixels_of(source, most_px=most_px) / np.float32(255), source.strength
    if source.lean is not None:
        strength = resampled(surfaces.pixels_of(source.lean)[..., 0] / np.float32(255), pixels.shape[:2])[..., None]
    return np.round(leaning(pixels, strength) * 255).astype(np.uint8)


def leaning(pixels: np.ndarray, strength: float | np.ndarray) -> np.ndarray:
    """(H, W, 3) tangent-space normals in [0, 1], leaning as far as a Normal Map node of this strength, one for all or
    (H, W, 1), makes them."""
    if np.all(strength == 1.0):
        return pixels
    normals = (pixels * 255 - 128) / 127
    normals[..., :2] *= strength
    normals[..., 2:] = 1 + np.minimum(strength, 1.0) * (normals[..., 2:] - 1)  # as Cycles: above 1 only the lean grows
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-6)
    return (np.round(normals * 127) + 128) / 255


def resampled(grid: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(H, W) read at another size as a texture node reads it: linear between centres, repeating over the borders."""
    if grid.shape == tuple(shape):
        return grid
    result = grid
    for axis, count in enumerate(shape):
        size = grid.shape[axis]
        at = (np.arange(count) + 0.5) / count * size - 0.5
        low = np.floor(at).astype(int)
        part = (at - low).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
        result = result.take(low % size, axis) * (1 - part) + result.take((low + 1) % size, axis) * part
    return result


def new_image(name: str, pixels: np.ndarray, is_colour: bool) -> bpy.types.Image:
    """(H, W, 1 or 3) uint8 as a packed image of this file."""
    high, wide = pixels.shape[:2]
    image = bpy.data.images.new(name, wide, high, is_data=not is_colour)
    rgba = np.ones((high, wide, 4), np.float32)
    rgba[..., :3] = pixels[::-1] / np.float32(255)
    image.pixels.foreach_set(rgba.ravel())
    image.pack()
    return image


def replace_sources(used: list[bpy.types.Material | None], found: list[surfaces.Surface]) -> list[bpy.types.Image]:
    """Let surfaces whose material has moved sliders read pictures of that look; the new images, to be removed after.

    A material whose maps cannot be had keeps its sources, and the note says that the sliders were left out.
    """
    made: list[bpy.types.Image] = []
    for material, surface in zip(used, found, strict=True):
        node = look.node_or_none(material)
        if node is None or not look.moved(node):
            continue
        try:
            maps = maps_of(node, sources_of(node))
        except (RuntimeError, PropsmithError) as error:
            surface.notes.setdefault("colour", []).append(f"The sliders were left out: {error}")
            continue
        for name, stem in STEMS.items():
            if stem in maps:
                image = new_image("Propsmith look", maps[stem], stem == "base_color")
                made.append(image)
                old = getattr(surface, CHANNEL_OF[name])
                source = surfaces.Source((0.0,), image, None, old.uv_map if old else "", KINDS.get(name, "number"))
                setattr(surface, CHANNEL_OF[name], source)
    return made


def bake_in(material: bpy.types.Material) -> list[bpy.types.Image]:
    """Write the look into new maps of the material and set the sliders back; the new images. It looks the same.

    No image is removed, and what else a picture feeds, such as the shader's alpha, stays fed by it. Raises mesh-invalid
    (`sources_of`). Not for a material with a slider that would move again (`look_hold.why_held`).
    """
    node = look.node_or_none(material)
    sources, made = sources_of(node), []
    maps = maps_of(node, sources)
    for name, stem in STEMS.items():
        if stem not in maps:
            continue
        old = sources[name].image
        made.append(new_image(old.name if old else f"{material.name}_{stem}", maps[stem], stem == "base_color"))
        picture = own_picture_or_none(node.inputs[name]) or new_picture(node, name, sources[name].uv_map)
        picture.image = made[-1]
    look.reset(node)
    return made


def own_picture_or_none(socket: bpy.types.NodeSocket) -> bpy.types.Node | None:
    """The Image Texture node whose colour feeds this socket and nothing else."""
    link = socket.links[0] if socket.is_linked else None
    if link is None or link.from_node.type != "TEX_IMAGE" or link.from_socket.name != "Color":
        return None
    return link.from_node if sum(len(output.links) for output in link.from_node.outputs) == 1 else None


def new_picture(node: bpy.types.Node, name: str, uv_map: str) -> bpy.types.Node:
    """A new Image Texture node that feeds an input of the group, read and placed as the one that fed it before."""
    tree, socket = node.id_data, node.inputs[name]
    before = socket.links[0].from_node if socket.is_linked else None
    picture = tree.nodes.new("ShaderNodeTexImage")
    row = list(node.inputs).index(socket)
    picture.label, picture.location = name, (node.location.x - 320, node.location.y - 300 * (row + 1))
    if before is not None and before.type == "TEX_IMAGE":
        for setting in ("interpolation", "projection", "projection_blend", "extension"):
            setattr(picture, setting, getattr(before, setting))
    if uv_map:
        layout = tree.nodes.new("ShaderNodeUVMap")
        layout.uv_map, layout.location = uv_map, (picture.location.x - 200, picture.location.y)
        tree.links.new(layout.outputs["UV"], picture.inputs["Vector"])
    tree.links.new(picture.outputs["Color"], socket)
    return picture
