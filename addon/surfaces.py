"""What a material looks like, as plain maps: image textures followed back through the nodes, flat values otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import bpy
import numpy as np

from . import look

GREY, MATT = 0.5, 0.6  # of an object without any material, as in backend/foreign.py
DEEPEST = 64  # nodes in a row; more is a loop
WRAPS = {"EXTEND": "clamp", "MIRROR": "mirror", "CLIP": "clip"}  # as backend/gltf_looks.py names them
UNSEEN = ("BSDF_TRANSPARENT", "HOLDOUT")
CHANNELS = {
    "colour": ("Base Color", "Color"), "roughness": ("Roughness",), "metallic": ("Metallic",), "normal": ("Normal",),
}  # fmt: skip
GREY_OF = (0.2126, 0.7152, 0.0722)  # what Blender makes of a colour where a number is wanted
PREFERRED = ("Base Color", "Color", "A", "Color1", "Image", "B", "Color2", "Value")


@dataclass
class Source:
    """Where one channel's values come from. channel: 0..3 of the image, None: all three colours, or their grey.

    kind: colour (sRGB, as our maps hold it), normal (three numbers) or number.
    """

    value: tuple[float, ...]
    image: bpy.types.Image | None = None
    channel: int | None = None
    uv_map: str = ""  # the UV map that the image asks for, "" for the one that renders
    kind: str = "number"
    wrap: str = "repeat"  # how the image goes on beyond the unit square: repeat, clamp, mirror, or clip: not at all
    strength: float = 1.0  # of the Normal Map node on the way
    lean: Source | None = None  # the picture that says that strength, where one does
    green_down: bool = False  # a normal map by DirectX's convention; its pixels come as ours, green up
    other_space: bool = False  # a normal map of object or world space, which nobody here can read
    over_black: bool = (
        False  # the image's colours are darkened by its own alpha, as Blender does where that leads nowhere
    )
    missing: bool = False  # there should be an image, and there is none: baking would show Blender's magenta


@dataclass
class Surface:
    """One material's channels, and sentences about what could not be followed."""

    colour: Source
    roughness: Source
    metallic: Source
    normal: Source | None = None
    notes: dict[str, list[str]] = field(default_factory=dict)  # channel -> what was passed over
    unfollowed: list[str] = field(default_factory=list)  # channels whose nodes say more than the source tells


def surface_of(material: bpy.types.Material | None) -> Surface:
    """The channels of a material; grey without one, the viewport's colour without nodes."""
    if material is None:
        return plain_surface()
    if not has_nodes(material):
        colour = tuple(srgb(np.array(material.diffuse_color[:3])).tolist())
        return plain_surface(colour, material.roughness, material.metallic)
    found = shaders_of(material.node_tree)
    if not found:
        surface = plain_surface()
        surface.notes["colour"] = [f"'{material.name}' has no surface shader; it counts as plain grey."]
        return surface
    shader, groups = found[0]
    sockets = {s.name: s for s in shader.inputs}
    surface = plain_surface()
    if len(found) > 1:
        surface.notes["shader"] = [mixed_note(material, shader)]
    for channel, names in CHANNELS.items():
        socket = next((sockets[name] for name in names if name in sockets), None)
        if socket is None or (channel == "normal" and not socket.is_linked):
            continue
        said: list[str] = []
        source = follow(socket, groups, said, channel if channel in ("colour", "normal") else "number")
        if channel != "normal" or source.image is not None:
            setattr(surface, channel, source)
        surface.notes[channel] = [f"'{material.name}': {note}" for note in said]
        surface.notes[channel] += [other_space_note(material)] if source.other_space else []
        if said and channel != "normal" and not source.missing:
            surface.unfollowed.append(channel)
    surface.notes["beyond"] = list(beyond(material, sockets))
    return surface


def beyond(material: bpy.types.Material, sockets: dict[str, bpy.types.NodeSocket]) -> Iterator[str]:
    """What a shader shows that no channel holds, so that a material made of the channels is without it."""

    def says(name: str, plain: float) -> bool:
        return name in sockets and (sockets[name].is_linked or sockets[name].default_value != plain)

    if says("Alpha", 1.0) or says("Transmission Weight", 0.0):
        why = f"'{material.name}': its transparency was left out of the new material."
        yield why
    light = sockets.get("Emission Color")
    if light is not None and says("Emission Strength", 0.0) and (light.is_linked or any(light.default_value[:3])):
        why = f"'{material.name}': its emission was left out of the new material."
        yield why


def plain_surface(colour: tuple[float, ...] = (GREY,) * 3, roughness: float = MATT, metallic: float = 0.0) -> Surface:
    return Surface(Source(colour, kind="colour"), Source((roughness,)), Source((metallic,)))


def has_nodes(material: bpy.types.Material) -> bool:
    return bool(material.node_tree) and (
        bpy.app.version >= (5, 0, 0) or material.use_nodes
    )  # 5.0 warns when it is read


def mixed_note(material: bpy.types.Material, shader: bpy.types.Node) -> str:
    return f"'{material.name}' mixes shaders: {shader.bl_label} counts, the others were left out."


def other_space_note(material: bpy.types.Material) -> str:
    return (
        f"'{material.name}': its normal map is in object or world space, so its fine relief was left out. "
        "Bake it to tangent space to keep it."
    )


def output_of(tree: bpy.types.NodeTree) -> bpy.types.Node | None:
    return tree.get_output_node("ALL") or tree.get_output_node("EEVEE") or tree.get_output_node("CYCLES")


def shader_of(tree: bpy.types.NodeTree) -> tuple[bpy.types.Node, tuple] | None:
    """The shader that counts, and the groups around it: the first of `shaders_of`."""
    return next(iter(shaders_of(tree)), None)


def shaders_of(tree: bpy.types.NodeTree) -> list[tuple[bpy.types.Node, tuple]]:
    """The shaders behind the active output, each with the groups around it: Principled first, what cannot be seen last."""
    output = output_of(tree)
    waiting = [(output.inputs["Surface"], ())] if output else []
    found, passed = [], set()
    while waiting:
        socket, groups = waiting.pop()
        if socket is None or not socket.is_linked or (socket, groups) in passed:
            continue
        passed.add((socket, groups))
        link = socket.links[0]
        node = link.from_node
        if node.type == "GROUP" and node.node_tree:
            waiting.append((inside(node, link.from_socket), (*groups, node)))
        elif node.type == "GROUP_INPUT" and groups:
            waiting.append((outside(groups[-1], link.from_socket), groups[:-1]))
        elif node.type in ("MIX_SHADER", "ADD_SHADER"):
            waiting += [(s, groups) for s in reversed(node.inputs) if s.type == "SHADER"]
        elif node.type == "REROUTE":
            waiting.append((node.inputs[0], groups))
        elif (node, groups) not in found:
            found.append((node, groups))
    return sorted(found, key=lambda pair: (pair[0].type != "BSDF_PRINCIPLED", pair[0].type in UNSEEN))


def inside(group: bpy.types.Node, socket: bpy.types.NodeSocket) -> bpy.types.NodeSocket | None:
    """The input of the group's output node that feeds an output socket of the group."""
    ends = [n for n in group.node_tree.nodes if n.type == "GROUP_OUTPUT"]
    end = next((n for n in ends if n.is_active_output), ends[0] if ends else None)
    return next((s for s in end.inputs if s.identifier == socket.identifier), None) if end else None


def outside(group: bpy.types.Node, socket: bpy.types.NodeSocket) -> bpy.types.NodeSocket | None:
    return next((s for s in group.inputs if s.identifier == socket.identifier), None)


def follow(socket: bpy.types.NodeSocket, groups: tuple, notes: list[str], kind: str = "number") -> Source:
    """Walk upstream from a shader's socket to an image or a value of this kind; what is passed over is noted."""
    flat = own_value(socket, kind)
    channel: int | None = None
    lean, green_down = Source((1.0,)), False
    for _ in range(DEEPEST):
        if not socket.is_linked:
            return Source(own_value(socket, kind, channel), kind=kind)
        link = socket.links[0]
        node, label = link.from_node, link.from_node.bl_label
        following: bpy.types.NodeSocket | None = None
        if node.mute:  # Blender leads one of its inputs through, or takes the link for none
            following = next(
                (way.from_socket for way in node.internal_links if way.to_socket == link.from_socket), None
            )
            flat = own_value(socket, kind, channel)
        elif node.type == "TEX_IMAGE":
            source = of_image(node, 3 if link.from_socket.name == "Alpha" else channel, flat, notes)
            source = replace(source, kind=kind, strength=lean.value[0], green_down=green_down)
            return replace(source, lean=lean) if lean.image is not None else source
        elif node.type in ("RGB", "VALUE"):
            return Source(own_value(node.outputs[0], kind, channel), kind=kind)
        elif look.is_look(node):  # where its sliders are moved, `look_maps` puts pictures of that look in place
            following = node.inputs.get(link.from_socket.name)
        elif node.type == "GROUP" and node.node_tree:
            groups, following = (*groups, node), inside(node, link.from_socket)
        elif node.type == "GROUP_INPUT" and groups:
            following, groups = outside(groups[-1], link.from_socket), groups[:-1]
        elif node.type in ("SEPARATE_COLOR", "SEPRGB") and getattr(node, "mode", "RGB") == "RGB":
            channel, following = list(node.outputs).index(link.from_socket), node.inputs[0]
        elif node.type == "REROUTE":
            following = node.inputs[0]
        elif node.type == "NORMAL_MAP" and node.space != "TANGENT":
            return Source(flat, kind=kind, other_space=True)
        elif node.type == "NORMAL_MAP":
            green_down = getattr(node, "convention", "OPENGL") == "DIRECTX"  # Blender before 5.2 has the one alone
            following, lean = node.inputs["Color"], follow(node.inputs["Strength"], groups, notes)
        else:
            linked = [s for s in node.inputs if s.is_linked]
            following = next((s for name in PREFERRED for s in linked if s.name == name), None)
            notes.append(
                f"the node {label} was left out."
                if following
                else f"{label} is computed while rendering and was left out."
            )
        if following is None:
            return Source(flat, kind=kind)
        socket = following
    return Source(flat, kind=kind)


def of_image(node: bpy.types.Node, channel: int | None, flat: tuple[float, ...], notes: list[str]) -> Source:
    """An Image Texture node's picture; its plain value, noted, when the picture cannot be had."""
    image = node.image
    if image is None or image.source in ("TILED", "MOVIE", "VIEWER") or not image.size[0]:  # size loads the file
        name = f"image '{image.name}'" if image else "an Image Texture node without image"
        notes.append(f"the {name} is missing or of a kind that has no single picture; a plain value stands for it.")
        return Source(flat, missing=True)
    vector, uv_map = node.inputs["Vector"], ""
    if vector.is_linked:
        origin = vector.links[0].from_node
        if origin.type == "UVMAP":
            uv_map = origin.uv_map
        elif not (origin.type == "TEX_COORD" and vector.links[0].from_socket.name == "UV"):
            notes.append(f"the placing of '{image.name}' by {origin.bl_label} was left out.")
    over_black = image.alpha_mode == "STRAIGHT" and not node.outputs["Alpha"].is_linked
    return Source(flat, image, channel, uv_map, wrap=WRAPS.get(node.extension, "repeat"), over_black=over_black)


def own_value(socket: bpy.types.NodeSocket, kind: str, channel: int | None = None) -> tuple[float, ...]:
    """A socket's own value, or one channel of it, as our maps hold it: colours in sRGB, numbers as they are."""
    value = getattr(socket, "default_value", None)
    rgb = [float(c) for c in value[:3]] if hasattr(value, "__len__") else [float(value or 0.0)]
    rgb = rgb if channel is None else [rgb[min(channel, len(rgb) - 1)]]
    if kind != "number":
        return tuple(srgb(np.array(rgb)).tolist()) * (3 // len(rgb))
    return (rgb[0] if len(rgb) == 1 else float(np.dot(rgb, GREY_OF)),)


def linear(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


def srgb(values: np.ndarray) -> np.ndarray:
    values = np.clip(values, 0, 1)
    return np.where(values <= 0.0031308, 12.92 * values, 1.055 * np.maximum(values, 1e-9) ** (1 / 2.4) - 0.055)


def pixels_of(source: Source, size_px: int = 0, most_px: int = 0) -> np.ndarray:
    """(S, S, 1 or 3) uint8 when `size_px` is given, else the image's own (H, W, .), 4 x 4 for a plain value.

    Top row first; sides above `most_px`, if given, are thinned out. Raises RuntimeError when Blender cannot read the
    image after all.
    """
    if source.image is None:
        side = size_px or 4
        values = np.broadcast_to(np.float32(source.value), (side, side, len(source.value)))
        return np.round(values * 255).clip(0, 255).astype(np.uint8)
    wide, high = source.image.size
    values = np.empty(wide * high * source.image.channels, np.float32)
    source.image.pixels.foreach_get(values)
    values = values.reshape(high, wide, -1)[::-1]
    if most_px:
        step = -(-max(wide, high) // most_px)
        values = values[::step, ::step]
    values = wanted(source, values)
    if source.green_down:
        values = np.stack([values[..., 0], 256 / 255 - values[..., 1], values[..., 2]], axis=2)
    if size_px:
        rows, columns = (np.arange(size_px) * n // size_px for n in values.shape[:2])
        values = values[rows][:, columns]
    return np.round(np.nan_to_num(values) * 255).clip(0, 255).astype(np.uint8)


def wanted(source: Source, values: np.ndarray) -> np.ndarray:
    """(H, W, 1 or 3) of an image's (H, W, C) pixels what its socket gets: the channel or all, of a number's colours the grey."""
    space, channels = source.image.colorspace_settings, values.shape[2]
    alpha = source.channel == 3 and channels == 4
    encoded = not (source.image.is_float or alpha or space.is_data or space.name.startswith("Linear"))
    if source.over_black and encoded and channels == 4:
        values = values[..., :3] * values[..., 3:]
    first = 0 if source.channel is None else min(source.channel, channels - 1)
    values = values[..., :3] if source.channel is None and channels >= 3 else values[..., first : first + 1]
    if encoded != (source.kind == "colour"):
        values = linear(values) if encoded else srgb(values)
    if source.kind == "number":
        return values if values.shape[2] == 1 else values @ np.float32(GREY_OF)[:, None]
    return values if values.shape[2] == 3 else np.repeat(values, 3, 2)
