"""What a refinement and an export make of Normal Map nodes: their strength, wherever it is set."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import maps, pixels_of
from tests.blender.refine_scene import press

SIDE = 32


def relief_plane(strength: float, given: str = "typed") -> tuple[bpy.types.Object, bpy.types.Node]:
    """A selected plane with a random normal map of this strength, typed or by a Value node; its Normal Map node."""
    bpy.ops.mesh.primitive_plane_add(size=2.0)
    obj = bpy.context.object
    material = bpy.data.materials.new("Relief")
    material.use_nodes, material.cycles.use_bump_map_correction = True, False  # Cycles lifts steep normals else
    obj.data.materials.append(material)
    tree = material.node_tree
    picture, bumps = tree.nodes.new("ShaderNodeTexImage"), tree.nodes.new("ShaderNodeNormalMap")
    picture.image = bpy.data.images.new("relief", SIDE, SIDE, is_data=True)
    picture.interpolation = "Closest"
    values = np.ones((SIDE, SIDE, 4), np.float32)
    values[..., :3] = maps()["normal"] / np.float32(255)
    picture.image.pixels.foreach_set(values.ravel())
    picture.image.pack()
    bumps.inputs["Strength"].default_value = strength
    if given == "linked":
        bumps.inputs["Strength"].default_value, value = 1.0, tree.nodes.new("ShaderNodeValue")
        value.outputs[0].default_value = strength
        tree.links.new(value.outputs[0], bumps.inputs["Strength"])
    tree.links.new(picture.outputs["Color"], bumps.inputs["Color"])
    tree.links.new(bumps.outputs["Normal"], tree.nodes["Principled BSDF"].inputs["Normal"])
    return obj, bumps


def seen(obj: bpy.types.Object) -> np.ndarray:
    """(S, S, 3) uint8 tangent-space normals as Cycles shades them, top row first."""
    tree, scene = obj.active_material.node_tree, bpy.context.scene
    target = tree.nodes.new("ShaderNodeTexImage")
    target.image = bpy.data.images.new("seen", SIDE, SIDE, float_buffer=True, is_data=True)
    tree.nodes.active = target
    scene.render.engine, scene.cycles.samples, scene.cycles.device = "CYCLES", 1, "CPU"
    bpy.ops.object.bake(type="NORMAL", normal_space="TANGENT", margin=0)
    tree.nodes.remove(target)
    return pixels_of(bpy.data.images["seen"])


@pytest.mark.parametrize(("strength", "given"), [(0.3, "typed"), (1.0, "typed"), (2.0, "typed"), (0.3, "linked")])
def test_the_worker_gets_the_relief_at_the_strength_it_shows(app, strength, given):
    """The snapshot's normal map is what Cycles shades with: the picture at the Normal Map node's strength."""
    obj, _ = relief_plane(strength, given)
    wanted = seen(obj).astype(int)
    (job,) = press(app)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("normal.png")))
    apart = np.abs(pixels_of(image).astype(int) - wanted)
    assert apart.max() <= 2, apart.max()
