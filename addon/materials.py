"""The maps become a material of ordinary nodes: image textures, the group with the sliders, Principled BSDF."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import bpy

from ..backend.errors import problem
from . import look

FOLDER = "props"  # of the maps, beside the .blend
# file stem -> (the group's input, colour space, node's label, node's height on the page)
MAPS = {
    "base_color": ("Base Color", "sRGB", "Base Color", 300),
    "metallic": ("Metallic", "Non-Color", "Metallic", 0),
    "roughness": ("Roughness", "Non-Color", "Roughness", -300),
    "normal": ("Normal", "Non-Color", "Normal", -600),
    "edges": (look.EDGES, "Non-Color", "Edges", -900),
}


def check_png(path: Path) -> None:
    """Raise image-missing or image-unreadable. Reads the header only: asking Blender for the size decodes the picture."""
    try:
        with path.open("rb") as file:
            header = file.read(24)
    except OSError as error:
        raise problem("image-missing", path=path) from error
    if header[:8] != b"\x89PNG\r\n\x1a\n" or header[12:16] != b"IHDR" or header[16:20] == bytes(4):
        raise problem("image-unreadable", path=path, why="it is not a whole PNG")


def load_image(path: Path, name: str, colour_space: str, pack: bool) -> bpy.types.Image:
    """One map as an image datablock, packed, or saved under //props/ beside the .blend (packed while there is none).

    Raises image-missing, image-unreadable.
    """
    check_png(path)
    image = bpy.data.images.load(str(path))
    image.name = name
    image.colorspace_settings.name = colour_space
    settle_image(image, path, pack)
    return image


def settle_image(image: bpy.types.Image, path: Path, pack: bool) -> None:
    """Put an image that shows a file of the store where it belongs: into the .blend, or beside it if that can be written."""
    name = f"{image.name}{path.suffix}"
    if not pack and bpy.data.filepath:
        with suppress(OSError):
            image.filepath_raw = bpy.path.relpath(str(copy_beside(path, name)))
            return
    image.pack()
    image.filepath_raw = f"//{FOLDER}/{name}"  # where Unpack would put it: never into the store


def copy_beside(path: Path, name: str) -> Path:
    """A copy of a file in the maps' folder, under a free name. OSError, and none of it, where that cannot be written."""
    target = Path(bpy.path.abspath(f"//{FOLDER}")) / name
    target.parent.mkdir(exist_ok=True)
    while target.exists():
        target = target.with_stem(target.stem + "_")
    try:
        shutil.copyfile(path, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return target


def had_to_pack(mesh: bpy.types.Mesh, pack: bool) -> bool:
    """Whether the maps of a mesh's first material are in the .blend though they were to lie beside it."""
    tree = mesh.materials[0].node_tree if len(mesh.materials) and mesh.materials[0] else None
    images = (node.image for node in tree.nodes if node.type == "TEX_IMAGE") if tree else ()
    return not pack and bool(bpy.data.filepath) and any(image and image.packed_file for image in images)


def image_name(name: str, stem: str) -> str:
    slug = "".join(c if c.isalnum() else "_" for c in name.lower()).strip("_")
    return f"{slug}_{stem}"


def blank_image(name: str, stem: str) -> bpy.types.Image:
    """An image without a picture, for one map that will be there later."""
    image = bpy.data.images.new(image_name(name, stem), 1, 1)
    image.colorspace_settings.name = MAPS[stem][1]
    image.source = "FILE"  # now: changing it later would have Blender rebuild its graph
    return image


def fill_image(image: bpy.types.Image, path: Path, pack: bool) -> None:
    """Give a blank image its picture. Raises image-missing, image-unreadable."""
    check_png(path)
    image.filepath_raw = str(path)
    image.reload()
    settle_image(image, path, pack)


def stems_of(result: Path) -> list[str]:
    """The maps of a result folder: base_color, which must be there, and those that are."""
    return [stem for stem in MAPS if stem == "base_color" or (result / f"{stem}.png").is_file()]


def load_map(name: str, result: Path, stem: str, pack: bool = True) -> bpy.types.Image:
    """One map of a result folder. Raises image-missing, image-unreadable."""
    return load_image(result / f"{stem}.png", image_name(name, stem), MAPS[stem][1], pack)


def load_images(name: str, result: Path, pack: bool = True) -> dict[str, bpy.types.Image]:
    """The maps of a result folder by their stem, all or none. Raises image-missing, image-unreadable."""
    images: dict[str, bpy.types.Image] = {}
    try:
        for stem in stems_of(result):
            images[stem] = load_map(name, result, stem, pack)
    except Exception:
        bpy.data.batch_remove(list(images.values()))
        raise
    return images


def build_material(name: str, images: dict[str, bpy.types.Image]) -> bpy.types.Material:
    """A material that shows maps, by their stem."""
    material = bpy.data.materials.new(name)
    if not material.node_tree:  # 5.0 makes the nodes by itself and warns when use_nodes is touched
        material.use_nodes = True
    wire(material.node_tree, images)
    return material


def wire(tree: bpy.types.NodeTree, images: dict[str, bpy.types.Image]) -> None:
    """Link the images through the sliders to the Principled BSDF, laid out so that the page can be read."""
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.location, shader.inputs["Metallic"].default_value = (300, 300), 0.0
    sliders = look.insert(tree, shader)
    for stem, image in images.items():
        socket, _, label, height = MAPS[stem]
        node = tree.nodes.new("ShaderNodeTexImage")
        node.name = node.label = label
        node.image, node.location = image, (-400, height)
        tree.links.new(node.outputs["Color"], sliders.inputs[socket])
    if "normal" in images:
        tree.links.new(sliders.outputs["Normal"], shader.inputs["Normal"])
