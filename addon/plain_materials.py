"""Materials as every exporter understands them: Principled BSDF and pictures alone, the sliders' look written into these."""

from __future__ import annotations

import re
from pathlib import Path

import bpy
import numpy as np

from ..backend.errors import PropsmithError
from . import look, look_maps, png, surfaces

SOCKETS = {"base_color": "Base Color", "metallic": "Metallic", "roughness": "Roughness", "normal": "Normal"}
CHANNELS = {"base_color": "colour", "metallic": "metallic", "roughness": "roughness", "normal": "normal"}


def dress(
    objects: list[bpy.types.Object], names: dict[bpy.types.Material, str], folder: Path | None, notes: list[str]
) -> list[Path]:
    """Give copies plain materials; the pictures written into `folder`, or packed where it is None.

    names: what each original material is called. A material with nodes that no picture holds stays as it is, with a
    note. Raises OSError.
    """
    made: dict[bpy.types.Material, bpy.types.Material] = {}
    files: list[Path] = []
    for obj in objects:
        for slot in obj.material_slots:
            original = slot.material
            if original is None or original in made.values():
                continue
            if original not in made:
                name = names.get(original, original.name)
                maps, values, note = maps_of(original)
                if note:
                    notes.append(note)
                made[original] = original if note else plain(name, maps, values, folder, files)
            slot.material = made[original]
    return files


def maps_of(material: bpy.types.Material) -> tuple[dict[str, np.ndarray], dict[str, tuple[float, ...]], str]:
    """(stem -> (H, W, 1 or 3) uint8, stem -> the value of a channel without picture, why it must stay as it is or '')."""
    node = look.node_or_none(material)
    try:
        if node is not None:
            sources = {look_maps.STEMS[n]: s for n, s in look_maps.sources_of(node).items() if n in look_maps.STEMS}
            found = look_maps.maps_of(node)
        else:
            surface = surfaces.surface_of(material)
            said = [note for some in surface.notes.values() for note in some]
            if said:
                return {}, {}, f"Exported as it is: {said[0]}"
            sources = {stem: getattr(surface, channel) for stem, channel in CHANNELS.items()}
            sources = {stem: source for stem, source in sources.items() if source is not None}
            found = {stem: surfaces.pixels_of(source) for stem, source in sources.items()}
    except (PropsmithError, RuntimeError) as error:
        return {}, {}, f"Exported as it is: {error}"
    maps, values = {}, {}
    for stem, pixels in found.items():
        if sources[stem].image is None and (pixels == pixels[:1, :1]).all():
            values[stem] = tuple(float(v) / 255 for v in pixels[0, 0])
        else:
            maps[stem] = pixels
    return maps, values, ""


def plain(
    name: str, maps: dict[str, np.ndarray], values: dict[str, tuple[float, ...]], folder: Path | None, files: list[Path]
) -> bpy.types.Material:
    """The material; what is written is added to `files`."""
    material = bpy.data.materials.new(name)
    if not material.node_tree:
        material.use_nodes = True
    tree = material.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    for stem, value in values.items():
        colour = (*(float(v) for v in look_maps.linear(np.float32(value))), 1.0)
        shader.inputs[SOCKETS[stem]].default_value = colour if stem == "base_color" else value[0]
    slug = re.sub(r"[^\w-]+", "_", name.lower()).strip("_") or "material"
    for stem, pixels in maps.items():
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image = picture(f"{slug}_{stem}", pixels, stem == "base_color", folder, files)
        socket = shader.inputs[SOCKETS[stem]]
        if stem == "normal":
            bumps = tree.nodes.new("ShaderNodeNormalMap")
            tree.links.new(node.outputs["Color"], bumps.inputs["Color"])
            tree.links.new(bumps.outputs["Normal"], socket)
        else:
            tree.links.new(node.outputs["Color"], socket)
    return material


def picture(name: str, pixels: np.ndarray, is_colour: bool, folder: Path | None, files: list[Path]) -> bpy.types.Image:
    """One map as an image, from its file in `folder` or packed. Raises OSError."""
    if folder is None:
        return look_maps.new_image(name, pixels, is_colour)
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    while path in files:  # two materials of one name
        path = path.with_stem(path.stem + "_")
    png.write_png(path, np.ascontiguousarray(pixels))
    files.append(path)
    image = bpy.data.images.load(str(path), check_existing=False)
    image.colorspace_settings.name = "sRGB" if is_colour else "Non-Color"
    return image
