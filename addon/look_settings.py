"""The sliders as properties of a material: read and written in the group's sockets, with ranges and tooltips."""

from __future__ import annotations

import bpy

from . import look


def reader(name: str):
    """What a property shows: the socket's value, the default while there is no group."""
    slider = look.SLIDERS[name]

    def read(settings):
        node = look.node_or_none(settings.id_data)
        value = node.inputs[slider.name].default_value if node else slider.default
        return tuple(value[:3]) if slider.kind == "COLOUR" else value

    return read


def writer(name: str):
    slider = look.SLIDERS[name]

    def write(settings, value):
        node = look.node_or_none(settings.id_data)
        if node is not None:
            node.inputs[slider.name].default_value = (*value, 1.0) if slider.kind == "COLOUR" else value

    return write


def slider_property(name: str):
    """The Blender property of one slider."""
    slider = look.SLIDERS[name]
    options = {"name": slider.name, "description": slider.tip, "get": reader(name), "set": writer(name)}
    if slider.kind == "COLOUR":
        return bpy.props.FloatVectorProperty(subtype="COLOR", size=3, min=0.0, max=1.0, **options)
    low = -1.0 if slider.kind == "SIGNED" else 0.0
    return bpy.props.FloatProperty(min=low, max=slider.high, precision=2, **options)


class PropsmithLook(bpy.types.PropertyGroup):
    """The look of a material. The values live in the node group, so that they stay without the extension."""

    tint: slider_property("tint")
    tint_amount: slider_property("tint_amount")
    roughness: slider_property("roughness")
    metallic: slider_property("metallic")
    normal: slider_property("normal")
    wear: slider_property("wear")
    wear_colour: slider_property("wear_colour")


CLASSES = (PropsmithLook,)


def attach() -> None:
    bpy.types.Material.propsmith_look = bpy.props.PointerProperty(type=PropsmithLook)


def detach() -> None:
    del bpy.types.Material.propsmith_look
