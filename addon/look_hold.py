"""What moves a slider other than the artist's hand: keyframes, drivers, nodes. Set back, such a slider would move again."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from . import look


def why_held(material: bpy.types.Material) -> str:
    """Which slider of a material with the group does not stay where it is set, and what to do; "" where all do."""
    node = look.node_or_none(material)
    assert node is not None, material.name
    moving = [a for a in (material.animation_data, material.node_tree.animation_data) if a is not None]
    keyed = {path for animation in moving for path in keyed_paths(animation)}
    driven = {curve.data_path for animation in moving for curve in animation.drivers}
    for name, slider in look.SLIDERS.items():
        entry = node.inputs[slider.name]
        paths = {f"propsmith_look.{name}", entry.path_from_id("default_value")}  # keyed in the panel, at the node
        if entry.is_linked:
            return f"The slider {slider.name} is fed by a node: remove that link first"
        if paths & driven:
            return f"The slider {slider.name} is driven: delete its driver first"
        if paths & keyed:
            return f"The slider {slider.name} is keyed: clear its keyframes first, at the frame you want to bake"
    return ""


def keyed_paths(animation: bpy.types.AnimData) -> Iterator[str]:
    """The data paths that the datablock's action, or one of its strips in the NLA, has curves for."""
    for user in (animation, *(strip for track in animation.nla_tracks for strip in track.strips)):
        if user.action is None:
            continue
        if not hasattr(user, "action_slot_handle"):  # Blender before 4.4: an action is of one datablock
            yield from (curve.data_path for curve in user.action.fcurves)
            continue
        bags = (bag for layer in user.action.layers for strip in layer.strips for bag in strip.channelbags)
        yield from (c.data_path for bag in bags if bag.slot_handle == user.action_slot_handle for c in bag.fcurves)
