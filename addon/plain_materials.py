"""Materials as every exporter understands them: Principled BSDF and pictures alone, the sliders' look written into these."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import bpy
import numpy as np

from ..backend.errors import PropsmithError
from . import look, look_maps, png, surfaces
from .names import file_name

SOCKETS = {"base_color": "Base Color", "metallic": "Metallic", "roughness": "Roughness", "normal": "Normal"}
CHANNELS = {"base_color": "colour", "metallic": "metallic", "roughness": "roughness", "normal": "normal"}


@dataclass
class Pictures:
    """The pictures of one exported file: into `folder`, from where they go to `target`, or packed where these are None; never
    over a source of this .blend."""

    folder: Path | None = None
    target: Path | None = None
    files: list[Path] = field(default_factory=list)
    sources: list[Path] = field(default_factory=lambda: [file_of(i) for i in bpy.data.images if file_of(i).is_file()])

    def free(self, name: str) -> Path:
        """A file's path in the folder that this export may write; it counts as written."""
        assert self.folder is not None and self.target is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        while path in self.files or self.is_source(self.target / path.name):
            path = path.with_stem(path.stem + "_")
        self.files.append(path)
        return path

    def is_source(self, path: Path) -> bool:
        return path.exists() and any(path.samefile(source) for source in self.sources)


def dress(
    objects: list[bpy.types.Object], names: dict[bpy.types.Material, str], pictures: Pictures, notes: list[str]
) -> None:
    """Give copies plain materials; their pictures are written, or packed.

    names: what each original material is called. What goes as it is, or not at all, is noted. Raises OSError.
    """
    made: dict[bpy.types.Material, bpy.types.Material] = {}
    for obj in objects:
        for slot in obj.material_slots:
            original = slot.material
            if original is None or original in made.values():
                continue
            if original not in made:
                made[original] = original.copy()
                made[original].name = names.get(original, original.name)
                plain(made[original], pictures, notes)
            slot.material = made[original]


def plain(material: bpy.types.Material, pictures: Pictures, notes: list[str]) -> None:
    """Feed the shader of a copied material with pictures and values; its other inputs stay as they are. Raises OSError."""
    if surfaces.has_nodes(material) and drop_other_reliefs(material.node_tree):
        notes.append(surfaces.other_space_note(material))
    sources, maps, why = maps_of(material)
    if why:
        notes.append(why)
        return
    shader = principled(material, notes)
    tree, name = material.node_tree, file_name(material.name.lower(), "material")
    for stem, source in sources.items():
        socket, pixels = shader.inputs[SOCKETS[stem]], maps[stem]
        for link in list(socket.links):
            tree.links.remove(link)
        if source.image is None and (pixels == pixels[:1, :1]).all():
            if stem == "normal":  # a flat one says nothing
                continue
            value = surfaces.linear(pixels[0, 0] / np.float32(255)) if stem == "base_color" else pixels[0, 0] / 255
            socket.default_value = (*(float(v) for v in value), 1.0) if stem == "base_color" else float(value[0])
        else:
            feed(socket, picture(f"{name}_{stem}", pixels, stem == "base_color", pictures), source)
    prune(tree)
    carry_others(material, shader, pictures, notes)


def drop_other_reliefs(tree: bpy.types.NodeTree) -> bool:
    """Remove normal maps of object or world space, which Blender's exporters would write as if they were of tangent space;
    whether there were any. Groups that hold some become copies without, for others may use them too."""
    found = False
    for node in list(tree.nodes):
        if node.type == "NORMAL_MAP" and node.space != "TANGENT" and node.outputs["Normal"].is_linked:
            tree.nodes.remove(node)
            found = True
        elif node.type == "GROUP" and node.node_tree:
            own = node.node_tree.copy()
            if drop_other_reliefs(own):
                node.node_tree, found = own, True
            else:
                bpy.data.node_groups.remove(own)
    return found


def maps_of(material: bpy.types.Material) -> tuple[dict[str, surfaces.Source], dict[str, np.ndarray], str]:
    """(stem -> where it comes from, stem -> (H, W, 1 or 3) uint8, why the material must stay as it is or '')."""
    node = look.node_or_none(material)
    try:
        if node is not None:
            found = look_maps.sources_of(node)
            named = {look_maps.STEMS[n]: s for n, s in found.items() if n in look_maps.STEMS}
            return named, look_maps.maps_of(node, found), ""
        surface = surfaces.surface_of(material)
        said = [note for channel in CHANNELS.values() for note in surface.notes.get(channel, ())]
        if said:
            return {}, {}, f"Exported as it is: {said[0]}"
        sources = {stem: getattr(surface, channel) for stem, channel in CHANNELS.items()}
        sources = {stem: source for stem, source in sources.items() if source is not None}
        maps = {stem: surfaces.pixels_of(source) for stem, source in sources.items()}
        if "normal" in sources and sources["normal"].lean is not None:  # files know one strength for all
            maps["normal"] = look_maps.relief(sources["normal"])
            sources["normal"] = replace(sources["normal"], strength=1.0)
        return sources, maps, ""
    except (PropsmithError, RuntimeError) as error:
        return {}, {}, f"Exported as it is: {error}"


def principled(material: bpy.types.Material, notes: list[str]) -> bpy.types.Node:
    """The material's own Principled BSDF, right before its output, or a new one in place of another shader."""
    if not surfaces.has_nodes(material):
        material.use_nodes = True
        material.node_tree.nodes.clear()
    tree = material.node_tree
    found = surfaces.shaders_of(tree)
    end = surfaces.output_of(tree) or tree.nodes.new("ShaderNodeOutputMaterial")
    shader, groups = found[0] if found else (None, ())
    if len(found) > 1:
        notes.append(surfaces.mixed_note(material, shader))
    if shader is None or groups or shader.type != "BSDF_PRINCIPLED":
        old, shader = shader, tree.nodes.new("ShaderNodeBsdfPrincipled")
        if old is not None:
            take_over(material, old, shader, notes)
    tree.links.new(shader.outputs[0], end.inputs["Surface"])
    return shader


def take_over(material: bpy.types.Material, old: bpy.types.Node, shader: bpy.types.Node, notes: list[str]) -> None:
    """Give a new Principled BSDF the values of another shader, or of one inside a group; what they lack is noted."""
    if old.type != "BSDF_PRINCIPLED":
        why = f"'{material.name}': its shader {old.bl_label} was exported as a Principled BSDF."
        notes.append(why)
        return
    for mine, socket in zip(shader.inputs, old.inputs, strict=True):
        if socket.is_linked and socket.name not in SOCKETS.values():
            why = f"'{material.name}': what feeds {socket.name} inside a group was left out."
            notes.append(why)
        elif hasattr(socket, "default_value"):
            mine.default_value = socket.default_value


def feed(socket: bpy.types.NodeSocket, image: bpy.types.Image, source: surfaces.Source) -> None:
    """Let a picture feed a shader's input, by the UV map and with the strength that its source had."""
    tree = socket.id_data
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    if source.uv_map:
        uvs = tree.nodes.new("ShaderNodeUVMap")
        uvs.uv_map = source.uv_map
        tree.links.new(uvs.outputs["UV"], node.inputs["Vector"])
    if socket.name == "Normal":
        bumps = tree.nodes.new("ShaderNodeNormalMap")
        bumps.uv_map, bumps.inputs["Strength"].default_value = source.uv_map, source.strength
        tree.links.new(node.outputs["Color"], bumps.inputs["Color"])
        tree.links.new(bumps.outputs["Normal"], socket)
    else:
        tree.links.new(node.outputs["Color"], socket)


def prune(tree: bpy.types.NodeTree) -> None:
    """Remove the nodes that no longer feed the output."""
    waiting, kept = [surfaces.output_of(tree)], set()
    while waiting:
        node = waiting.pop()
        if node not in kept:
            kept.add(node)
            waiting += [link.from_node for socket in node.inputs for link in socket.links]
    for node in [node for node in tree.nodes if node not in kept]:
        tree.nodes.remove(node)


def carry_others(material: bpy.types.Material, shader: bpy.types.Node, pictures: Pictures, notes: list[str]) -> None:
    """The pictures of alpha, emission and the like come along as files; what computes such an input is noted."""
    name = file_name(material.name.lower(), "material")
    for socket in shader.inputs:
        said: list[str] = []
        if not socket.is_linked or socket.name in SOCKETS.values():
            continue
        source = surfaces.follow(socket, (), said)
        notes += [f"'{material.name}', {socket.name}: {note}" for note in said]
        if source.image is not None and pictures.folder is not None and file_of(source.image) not in pictures.files:
            copy = carried(source.image, f"{name}_{file_name(socket.name).lower()}", pictures)
            for node in material.node_tree.nodes:
                if node.type == "TEX_IMAGE" and node.image == source.image:
                    node.image = copy


def carried(image: bpy.types.Image, name: str, pictures: Pictures) -> bpy.types.Image:
    """A copy of a picture from a file beside the export: as it was read, or as PNG where it has no file. Raises OSError."""
    file = file_of(image)
    as_read = not image.is_dirty and (image.packed_file or file.is_file())
    path = pictures.free(f"{name}{file.suffix if as_read and file.suffix else '.png'}")
    if not as_read:
        image.save(filepath=str(path), save_copy=True)
    else:
        path.write_bytes(image.packed_file.data if image.packed_file else file.read_bytes())
    return loaded(path, image.colorspace_settings.name)


def picture(name: str, pixels: np.ndarray, is_colour: bool, pictures: Pictures) -> bpy.types.Image:
    """One map as an image, from a file beside the export or packed. Raises OSError."""
    if pictures.folder is None:
        return look_maps.new_image(name, pixels, is_colour)
    path = pictures.free(f"{name}.png")
    png.write_png(path, np.ascontiguousarray(pixels))
    return loaded(path, "sRGB" if is_colour else "Non-Color")


def loaded(path: Path, colour_space: str) -> bpy.types.Image:
    image = bpy.data.images.load(str(path), check_existing=False)
    image.colorspace_settings.name = colour_space
    return image


def file_of(image: bpy.types.Image) -> Path:
    """Where an image's file is or was; "." for none."""
    return Path(bpy.path.abspath(image.filepath, library=image.library))
