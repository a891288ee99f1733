"""What a refinement and an export make of Normal Map nodes: their strength, wherever it is set, their space, their green."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import decoded, maps, module, pixels_of, read_glb
from tests.blender.refine_scene import notes, press

SIDE = 32


def relief_plane(strength: float, given: str = "typed") -> tuple[bpy.types.Object, bpy.types.Node]:
    """A selected plane with a random normal map of this strength, typed, by a Value node or by a picture whose left half is
    that strong and whose right half is 0.8; its Normal Map node."""
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
    if given == "pictured":
        much = tree.nodes.new("ShaderNodeTexImage")
        much.image, much.interpolation = bpy.data.images.new("much", SIDE, SIDE, is_data=True), "Closest"
        values[:, : SIDE // 2, :3], values[:, SIDE // 2 :, :3] = strength, 0.8
        much.image.pixels.foreach_set(values.ravel())
        much.image.pack()
        tree.links.new(much.outputs["Color"], bumps.inputs["Strength"])
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


@pytest.mark.parametrize(
    ("strength", "given"), [(0.3, "typed"), (1.0, "typed"), (2.0, "typed"), (0.3, "linked"), (0.4, "pictured")]
)
def test_the_worker_gets_the_relief_at_the_strength_it_shows(app, strength, given):
    """The snapshot's normal map is what Cycles shades with: the picture at the Normal Map node's strength."""
    obj, _ = relief_plane(strength, given)
    wanted = seen(obj).astype(int)
    (job,) = press(app)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("normal.png")))
    apart = np.abs(pixels_of(image).astype(int) - wanted)
    assert apart.max() <= 2, apart.max()


def test_a_relief_with_a_pictured_strength_is_exported_as_it_shows(app, tmp_path):
    """A file knows one strength for all of a normal map: that of each texel is in the map."""
    obj, _ = relief_plane(0.4, "pictured")
    wanted = seen(obj).astype(int)
    module("exporting").export([obj], tmp_path / "relief.glb", module("exporting").Wanted())
    tree, pictures = read_glb(tmp_path / "relief.glb")
    said = tree["materials"][0]["normalTexture"]
    found = decoded(pictures[tree["textures"][said["index"]]["source"]], tmp_path).astype(int)
    assert said.get("scale", 1.0) == 1.0 and np.abs(found - wanted).max() <= 2


@pytest.mark.parametrize("space", ["OBJECT", "BLENDER_WORLD"])
def test_a_relief_in_another_space_is_left_out_and_said(app, tmp_path, space):
    """Taken for tangent space it would light the surface wrongly: the worker and the file get none, and both say so; the
    object keeps its own."""
    obj, bumps = relief_plane(1.0)
    bumps.space = space
    said = "'Relief': its normal map is in object or world space, so its fine relief was left out."
    (job,) = press(app)
    assert not Path(app.now.watches[job].request.mesh).with_name("normal.png").exists()
    app.until(lambda: app.now.watches[job].imported)
    assert said in notes(app, job)
    bpy.ops.propsmith.version_show(place=0)
    written = module("exporting").export([obj], tmp_path / "relief.glb", module("exporting").Wanted())
    (found,) = read_glb(tmp_path / "relief.glb")[0]["materials"]
    assert "normalTexture" not in found and [note for note in written.notes if said in note] == written.notes != []
    assert bumps.outputs["Normal"].is_linked and obj.active_material.name == "Relief"


@pytest.mark.parametrize("deep", [1, 2])
def test_a_relief_in_another_space_inside_a_group_is_left_out_of_an_export(app, tmp_path, deep):
    """However deep in node groups it stands, the file has none and a note says so; the groups are left as they were."""
    obj, bumps = relief_plane(1.0)
    material = obj.active_material
    picture = bumps.inputs["Color"].links[0].from_node.image
    for level in range(deep):
        inner = bpy.data.node_groups.new(f"Level {level}", "ShaderNodeTree")
        inner.interface.new_socket("Normal", in_out="OUTPUT", socket_type="NodeSocketVector")
        inner.nodes.new("NodeGroupOutput")
    read, bumps = inner.nodes.new("ShaderNodeTexImage"), inner.nodes.new("ShaderNodeNormalMap")
    read.image, bumps.space = picture, "OBJECT"
    inner.links.new(read.outputs["Color"], bumps.inputs["Color"])
    inner.links.new(bumps.outputs["Normal"], inner.nodes["Group Output"].inputs[0])
    if deep == 2:
        holder = bpy.data.node_groups["Level 0"].nodes.new("ShaderNodeGroup")
        holder.node_tree = inner
        holder.id_data.links.new(holder.outputs[0], holder.id_data.nodes["Group Output"].inputs[0])
    holder = material.node_tree.nodes.new("ShaderNodeGroup")
    holder.node_tree = bpy.data.node_groups["Level 0"]
    material.node_tree.links.new(holder.outputs[0], material.node_tree.nodes["Principled BSDF"].inputs["Normal"])
    groups = list(bpy.data.node_groups)
    written = module("exporting").export([obj], tmp_path / "relief.glb", module("exporting").Wanted())
    (found,) = read_glb(tmp_path / "relief.glb")[0]["materials"]
    assert "normalTexture" not in found and [note for note in written.notes if "object or world space" in note]
    assert list(bpy.data.node_groups) == groups and bumps.outputs["Normal"].is_linked


def test_green_that_points_down_is_turned(app):
    """A picture by DirectX's convention comes out as ours: red and blue as they are, flat green flat, the rest mirrored."""
    surfaces = module("surfaces")
    image = bpy.data.images.new("relief", 2, 1, is_data=True)
    image.pixels.foreach_set(np.float32([10, 128, 250, 255, 20, 28, 240, 255]) / np.float32(255))
    turned = surfaces.pixels_of(surfaces.Source((0.0,), image, kind="normal", green_down=True))
    assert turned.tolist() == [[[10, 128, 250], [20, 228, 240]]]


@pytest.mark.skipif(
    "convention" not in bpy.types.ShaderNodeNormalMap.bl_rna.properties, reason="this Blender knows one convention"
)
def test_a_normal_map_by_directx_stays_so_under_the_sliders(app):
    """The worker gets the relief that Cycles shades with, and Add Sliders leaves the Normal Map node its convention."""
    obj, bumps = relief_plane(1.0)
    bumps.convention = "DIRECTX"
    wanted = seen(obj).astype(int)
    (job,) = press(app)
    image = bpy.data.images.load(str(Path(app.now.watches[job].request.mesh).with_name("normal.png")))
    assert np.abs(pixels_of(image).astype(int) - wanted).max() <= 2
    assert bpy.ops.propsmith.look_add() == {"FINISHED"}
    assert (seen(obj).astype(int) == wanted).all()
