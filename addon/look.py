"""The node group "Propsmith Look": sliders between the baked maps and the Principled BSDF, one group for all materials."""

from __future__ import annotations

from typing import NamedTuple

import bpy

NAME, MARK, VERSION = "Propsmith Look", "propsmith_look", 1
CHANNELS = ("Base Color", "Metallic", "Roughness", "Normal")  # inputs and outputs of these names: what passes through
EDGES = "Edges"  # the input for the map that says in which order a surface wears: 1 first, 0 never
WORN_AT, SOFT = 0.85, 0.25  # at full wear all of an order above 1 - WORN_AT begins to wear, over SOFT of it
WORN_COLOUR, WORN_SHINE = 0.75, 0.2  # how far a worn spot takes on the wear colour; how much smoother it is rubbed
FLAT = (0.5, 0.5, 1.0, 1.0)  # of a normal map
STEP_PX = 190  # between columns of nodes


class Slider(NamedTuple):
    """One exposed input. `kind` is FLOAT, SIGNED (-1 to 1), or COLOUR; the default leaves the maps as they are."""

    name: str
    kind: str
    default: float | tuple[float, float, float, float]
    high: float
    tip: str


SLIDERS = {
    "tint": Slider("Tint", "COLOUR", (1.0, 1.0, 1.0, 1.0), 1.0, "The colour to paint over; light and dark stay"),
    "tint_amount": Slider("Tint Amount", "FLOAT", 0.0, 1.0, "How much of the tint is taken; 0 leaves the colours"),
    "roughness": Slider("Roughness Bias", "SIGNED", 0.0, 1.0, "Added to the roughness map: below 0 shinier, above duller"),
    "metallic": Slider("Metallic Bias", "SIGNED", 0.0, 1.0, "Added to the metallic map: above 0 more like metal"),
    "normal": Slider("Normal Strength", "FLOAT", 1.0, 4.0, "How deep the fine relief looks; 1 as it was made, 0 smooth"),
    "wear": Slider("Wear", "FLOAT", 0.0, 1.0, "Rubs the edges bare, the most exposed first; needs the map of edges"),
    "wear_colour": Slider("Wear Color", "COLOUR", (0.62, 0.58, 0.52, 1.0), 1.0, "What shows where the surface is worn"),
}  # fmt: skip


def is_look(node: bpy.types.Node) -> bool:
    return node.type == "GROUP" and node.node_tree is not None and MARK in node.node_tree


def node_or_none(material: bpy.types.Material | None) -> bpy.types.Node | None:
    """The group node with the sliders of a material."""
    if material is None or not material.node_tree:
        return None
    return next((node for node in material.node_tree.nodes if is_look(node)), None)


def moved(node: bpy.types.Node) -> bool:
    """Whether any slider that shows stands off its default."""
    values = {name: node.inputs[slider.name].default_value for name, slider in SLIDERS.items()}
    shown = ("tint_amount", "roughness", "metallic", "normal", "wear")
    return any(abs(values[name] - SLIDERS[name].default) > 1e-6 for name in shown) or any(
        node.inputs[slider.name].is_linked for slider in SLIDERS.values()
    )


def reset(node: bpy.types.Node) -> None:
    """All sliders to their defaults."""
    for slider in SLIDERS.values():
        node.inputs[slider.name].default_value = slider.default


def group() -> bpy.types.NodeTree:
    """The group of this file, made on first need and found by its mark, so that it may be renamed."""
    for tree in bpy.data.node_groups:
        if tree.get(MARK) == VERSION and tree.library is None:
            return tree
    tree = bpy.data.node_groups.new(NAME, "ShaderNodeTree")
    tree[MARK] = VERSION
    declare(tree)
    build(tree)
    return tree


def declare(tree: bpy.types.NodeTree) -> None:
    """The group's sockets: the maps, then the sliders; the four channels come out again."""
    face = tree.interface
    for name in (*CHANNELS, EDGES):
        kind = "NodeSocketColor" if name in ("Base Color", "Normal") else "NodeSocketFloat"
        socket = face.new_socket(name, in_out="INPUT", socket_type=kind)
        socket.default_value = FLAT if name == "Normal" else (0.5, 0.5, 0.5, 1.0) if name == "Base Color" else 0.0
        socket.hide_value = name in ("Normal", EDGES)
    face.items_tree["Roughness"].default_value = 0.5
    for slider in SLIDERS.values():
        colour = slider.kind == "COLOUR"
        kind = "NodeSocketColor" if colour else "NodeSocketFloat"
        socket = face.new_socket(slider.name, in_out="INPUT", socket_type=kind, description=slider.tip)
        socket.default_value = slider.default
        if not colour:
            socket.subtype = "FACTOR"
            socket.min_value, socket.max_value = (-1.0 if slider.kind == "SIGNED" else 0.0), slider.high
    for name in CHANNELS:
        kind = {"Base Color": "NodeSocketColor", "Normal": "NodeSocketVector"}.get(name, "NodeSocketFloat")
        face.new_socket(name, in_out="OUTPUT", socket_type=kind)


class Page:
    """The group's nodes as they are laid out: columns of the data's flow, rows of the channels."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self.tree, self.source = tree, tree.nodes.new("NodeGroupInput")
        self.source.location = (-2 * STEP_PX, 0)

    def given(self, name: str) -> bpy.types.NodeSocket:
        return self.source.outputs[name]

    def add(self, kind: str, label: str, place: tuple[float, float], *inputs, **settings) -> bpy.types.Node:
        """A node at (column, height); inputs are sockets to link, numbers to set, or None to leave."""
        node = self.tree.nodes.new(kind)
        node.label, node.location = label, (place[0] * STEP_PX, place[1])
        for name, value in settings.items():
            setattr(node, name, value)
        for socket, value in zip(node.inputs, inputs, strict=False):
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, socket)
            elif value is not None:
                socket.default_value = value
        return node


def build(tree: bpy.types.NodeTree) -> None:
    """The nodes. In every sum the map itself is the first term: exporters follow it and find the right texture."""
    page = Page(tree)
    mask = wear_mask(page)
    painted = towards(page, page.given("Base Color"), paint(page), page.given("Tint Amount"), "Tinted", (0, 300))
    worn_share = page.add("ShaderNodeMath", "Worn Share", (0, 20), mask, WORN_COLOUR, operation="MULTIPLY").outputs[0]
    colour = towards(page, painted, page.given("Wear Color"), worn_share, "Worn", (3, 300))
    metallic = page.add(
        "ShaderNodeMath", "Metallic", (5, 80), page.given("Metallic"), page.given("Metallic Bias"),
        operation="ADD", use_clamp=True,
    )  # fmt: skip
    biased = page.add(
        "ShaderNodeMath", "Roughness", (3, -120), page.given("Roughness"), page.given("Roughness Bias"), operation="ADD"
    )
    rubbed = page.add("ShaderNodeMath", "Rubbed Smooth", (3, -300), mask, -WORN_SHINE, operation="MULTIPLY")
    rough = page.add(
        "ShaderNodeMath", "Roughness, Worn", (5, -120), biased.outputs[0], rubbed.outputs[0],
        operation="ADD", use_clamp=True,
    )  # fmt: skip
    bumps = tree.nodes.new("ShaderNodeNormalMap")
    bumps.name, bumps.location = "Normal Map", (5 * STEP_PX, -320)
    tree.links.new(page.given("Normal Strength"), bumps.inputs["Strength"])
    tree.links.new(page.given("Normal"), bumps.inputs["Color"])
    end = tree.nodes.new("NodeGroupOutput")
    end.location = (6.5 * STEP_PX, 0)
    found = (colour, metallic.outputs[0], rough.outputs[0], bumps.outputs["Normal"])
    for name, socket in zip(CHANNELS, found, strict=True):
        tree.links.new(socket, end.inputs[name])


def wear_mask(page: Page) -> bpy.types.NodeSocket:
    """0 where the surface is whole, 1 where it is worn: a soft threshold on the order of wear, exactly 0 without wear."""
    low = page.add(
        "ShaderNodeMath", "Worn From", (-1, -150), page.given("Wear"), -WORN_AT, 1.0, operation="MULTIPLY_ADD"
    )
    high = page.add("ShaderNodeMath", "Worn Fully", (0, -330), low.outputs[0], SOFT, operation="ADD")
    mask = page.add(
        "ShaderNodeMapRange", "Wear Mask", (1, -150), page.given(EDGES), low.outputs[0], high.outputs[0], 0.0, 1.0,
        interpolation_type="SMOOTHSTEP",
    )  # fmt: skip
    return mask.outputs[0]


def paint(page: Page) -> bpy.types.NodeSocket:
    """The tint as bright as the map is: hue and saturation change, light and dark stay."""
    value = page.add("ShaderNodeSeparateColor", "Lightness", (-1, 480), page.given("Base Color"), mode="HSV")
    made = page.add("ShaderNodeVectorMath", "Paint", (-0.0, 480), page.given("Tint"), operation="SCALE")
    page.tree.links.new(value.outputs[2], made.inputs["Scale"])
    return made.outputs[0]


def towards(
    page: Page, start: bpy.types.NodeSocket, goal: bpy.types.NodeSocket, share: bpy.types.NodeSocket,
    label: str, place: tuple[float, float],
) -> bpy.types.NodeSocket:  # fmt: skip
    """start + share * (goal - start), which is start itself at a share of 0."""
    column, height = place
    way = page.add("ShaderNodeVectorMath", "", (column + 1, height + 180), goal, start, operation="SUBTRACT")
    part = page.add("ShaderNodeVectorMath", "", (column + 2, height + 180), way.outputs[0], share, operation="MULTIPLY")
    return page.add(
        "ShaderNodeVectorMath", label, (column + 2, height), start, part.outputs[0], operation="ADD"
    ).outputs[0]


def insert(tree: bpy.types.NodeTree, shader: bpy.types.Node) -> bpy.types.Node:
    """Put the group between what feeds a Principled BSDF of a material's tree and the shader itself; the node.

    The look stays as it is. A Normal Map node right before the shader gives way to the group's own where that does the same.
    """
    node = tree.nodes.new("ShaderNodeGroup")
    node.node_tree, node.width = group(), 200
    node.name = node.label = NAME
    node.location = (shader.location.x - 280, shader.location.y)
    for name in CHANNELS:
        socket = shader.inputs[name]
        if name == "Normal":
            take_normal(tree, node, socket)
        elif socket.is_linked:
            tree.links.new(socket.links[0].from_socket, node.inputs[name])
        else:
            node.inputs[name].default_value = socket.default_value
        if name != "Normal" or node.inputs[name].is_linked:
            tree.links.new(node.outputs[name], socket)
    return node


def take_normal(tree: bpy.types.NodeTree, node: bpy.types.Node, socket: bpy.types.NodeSocket) -> None:
    """The picture behind the shader's Normal Map node feeds the group, its strength becomes the slider's value."""
    bumps = socket.links[0].from_node if socket.is_linked else None
    if bumps is None or not is_plain(bumps):
        return
    tree.links.new(bumps.inputs["Color"].links[0].from_socket, node.inputs["Normal"])
    node.inputs["Normal Strength"].default_value = bumps.inputs["Strength"].default_value
    tree.nodes.remove(bumps)


def is_plain(bumps: bpy.types.Node) -> bool:
    """Whether a node is a Normal Map as the group's own, feeds one socket alone, and its strength lies on the slider."""
    if bumps.type != "NORMAL_MAP" or bumps.space != "TANGENT" or bumps.uv_map:
        return False
    if getattr(bumps, "convention", "OPENGL") != "OPENGL":  # Blender before 5.2 has the one alone
        return False
    colour, strength = bumps.inputs["Color"], bumps.inputs["Strength"]
    on_slider = not strength.is_linked and strength.default_value <= SLIDERS["normal"].high
    return colour.is_linked and on_slider and len(bumps.outputs["Normal"].links) == 1
