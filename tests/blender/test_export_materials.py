"""What an export keeps of a material: alpha and emission, strengths and UV maps, its name, all pixels; it says what not."""

from __future__ import annotations

import struct

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import decoded, maps, module, pixels_of, plane, read_glb, slid


def cube(name: str = "Leaf") -> tuple[bpy.types.NodeTree, bpy.types.Node]:
    """A selected cube; the tree and the Principled BSDF of its material."""
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.name = "Thing"
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    bpy.context.object.data.materials.append(material)
    return material.node_tree, next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")


def image(name: str, alpha: float = 1.0, size: tuple[int, int] = (8, 8)) -> bpy.types.Image:
    """A packed picture, its upper half as transparent as asked."""
    made = bpy.data.images.new(name, *size, alpha=True)
    values = np.random.default_rng(0).random((size[1], size[0], 4))
    values[..., 3] = 1.0
    values[size[1] // 2 :, :, 3] = alpha
    made.pixels.foreach_set(values.astype(np.float32).ravel())
    made.pack()
    return made


def picture(tree: bpy.types.NodeTree, socket, *given, **options) -> bpy.types.Node:
    """An Image Texture node that feeds a socket."""
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = image(*given, **options)
    tree.links.new(node.outputs["Color"], socket)
    return node


def exported(path, kind: str = "GLB"):
    """(the notes, what the GLB says of its first material) of an export of the selection."""
    written = module("exporting").export([bpy.context.object], path, module("exporting").Wanted(kind))
    return written.notes, read_glb(path)[0]["materials"][0] if kind == "GLB" else None


def test_what_is_not_in_the_four_maps_is_kept(app, tmp_path):
    """Emission, alpha and transmission, which no map of ours holds, are in the file, without a note."""
    _, shader = cube()
    shader.inputs["Emission Color"].default_value, shader.inputs["Emission Strength"].default_value = (
        (1, 0.5, 0, 1),
        1.0,
    )
    shader.inputs["Alpha"].default_value, shader.inputs["Transmission Weight"].default_value = 0.25, 1.0
    notes, found = exported(tmp_path / "lamp.glb")
    assert not notes and found["emissiveFactor"] == pytest.approx([1, 0.5, 0])
    assert found["pbrMetallicRoughness"]["baseColorFactor"][3] == 0.25 and found["alphaMode"] == "BLEND"
    assert found["extensions"]["KHR_materials_transmission"]["transmissionFactor"] == 1.0


@pytest.mark.parametrize("kind", ["GLB", "OBJ"])
def test_pictures_of_alpha_and_emission_go_along(app, tmp_path, kind):
    """A leaf cut out by its picture's alpha, which also glows, is cut out and glows in the file; its pictures lie beside."""
    tree, shader = cube()
    node = picture(tree, shader.inputs["Base Color"], "leaf.png", alpha=0.0)
    tree.links.new(node.outputs["Alpha"], shader.inputs["Alpha"])
    picture(tree, shader.inputs["Emission Color"], "glow.png")
    shader.inputs["Emission Strength"].default_value = 1.0
    images = set(bpy.data.images)
    path = tmp_path / f"leaf.{kind.lower()}"
    notes, found = exported(path, kind)
    beside = {p.name: p for p in (tmp_path / "textures" / "leaf").iterdir()}
    assert not notes and set(bpy.data.images) == images
    assert set(beside) == {"leaf_base_color.png", "leaf_alpha.png", "leaf_emission_color.png"}
    assert all(pixels_of(bpy.data.images.load(str(file))).std() > 30 for file in beside.values())
    if kind == "OBJ":
        lines = path.with_suffix(".mtl").read_text().splitlines()
        pairs = dict(line.split(maxsplit=1) for line in lines if line.startswith("map_"))
        assert pairs["map_d"].endswith("textures/leaf/leaf_alpha.png")
        assert pairs["map_Ke"].endswith("textures/leaf/leaf_emission_color.png")
        return
    tree, pictures = read_glb(path)
    source = tree["textures"][found["pbrMetallicRoughness"]["baseColorTexture"]["index"]]["source"]
    (tmp_path / "inside.png").write_bytes(pictures[source])
    inside = bpy.data.images.load(str(tmp_path / "inside.png"))
    assert set(np.array(inside.pixels[:])[3::4]) == {0.0, 1.0} and "emissiveTexture" in found and "alphaMode" in found


def test_the_normal_maps_strength_and_the_uv_map_are_kept(app, tmp_path):
    """A Normal Map node's strength and a UV Map node's choice are those of the file."""
    tree, shader = cube()
    bpy.context.object.data.uv_layers.new(name="Second")
    uvs, bumps = tree.nodes.new("ShaderNodeUVMap"), tree.nodes.new("ShaderNodeNormalMap")
    uvs.uv_map, bumps.inputs["Strength"].default_value = "Second", 0.25
    tree.links.new(uvs.outputs[0], picture(tree, shader.inputs["Base Color"], "a").inputs["Vector"])
    picture(tree, bumps.inputs["Color"], "b")
    tree.links.new(bumps.outputs[0], shader.inputs["Normal"])
    notes, found = exported(tmp_path / "two.glb")
    assert not notes and found["pbrMetallicRoughness"]["baseColorTexture"]["texCoord"] == 1
    assert found["normalTexture"]["scale"] == 0.25 and "texCoord" not in found["normalTexture"]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_mixed_shaders_the_principled_one_counts(app, tmp_path, order):
    """A mix of Transparent and a green Principled BSDF is green in the file and for refining, and both say what was left."""
    tree, shader = cube()
    shader.inputs["Base Color"].default_value = (0, 1, 0, 1)
    clear, mix = tree.nodes.new("ShaderNodeBsdfTransparent"), tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(clear.outputs[0], mix.inputs[order[0]])
    tree.links.new(shader.outputs[0], mix.inputs[order[1]])
    tree.links.new(mix.outputs[0], tree.get_output_node("ALL").inputs["Surface"])
    notes, found = exported(tmp_path / "leaf.glb")
    assert found["pbrMetallicRoughness"]["baseColorFactor"] == [0, 1, 0, 1]
    taken = module("snapshot").take(bpy.context.object, bpy.context.scene, "texture", tmp_path / "taken")
    seen = decoded((tmp_path / "taken" / "base_color.png").read_bytes(), tmp_path)
    assert (seen == (0, 255, 0)).all()
    assert notes == taken.notes == ["'Leaf' mixes shaders: Principled BSDF counts, the others were left out."]


def test_a_shader_inside_a_group_keeps_its_values(app, tmp_path):
    """The values of a Principled BSDF inside a group are in the file; what feeds others of its inputs there is named."""
    tree, _ = cube()
    inner, holder = bpy.data.node_groups.new("Inner", "ShaderNodeTree"), tree.nodes.new("ShaderNodeGroup")
    inner.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    shader, end = inner.nodes.new("ShaderNodeBsdfPrincipled"), inner.nodes.new("NodeGroupOutput")
    inner.links.new(shader.outputs[0], end.inputs[0])
    shader.inputs["Base Color"].default_value, shader.inputs["Alpha"].default_value = (1, 0, 0, 1), 0.25
    picture(inner, shader.inputs["Emission Color"], "glow")
    holder.node_tree = inner
    tree.links.new(holder.outputs[0], tree.get_output_node("ALL").inputs["Surface"])
    notes, found = exported(tmp_path / "red.glb")
    assert found["pbrMetallicRoughness"]["baseColorFactor"] == [1, 0, 0, 0.25]
    assert notes == ["'Leaf': what feeds Emission Color inside a group was left out."]


def test_what_computes_another_input_is_noted(app, tmp_path):
    """Emission from a noise is in no picture: a note names material, input and node."""
    tree, shader = cube()
    noise = tree.nodes.new("ShaderNodeTexNoise")
    tree.links.new(noise.outputs["Color"], shader.inputs["Emission Color"])
    notes, _ = exported(tmp_path / "lamp.glb")
    assert len(notes) == 1 and notes[0].startswith("'Leaf', Emission Color: Noise Texture")


def test_another_shader_is_noted(app, tmp_path):
    """A Diffuse BSDF's colour is in the file, as a Principled BSDF's, with a note."""
    tree, _ = cube()
    diffuse = tree.nodes.new("ShaderNodeBsdfDiffuse")
    diffuse.inputs["Color"].default_value = (0, 0, 1, 1)
    tree.links.new(diffuse.outputs[0], tree.get_output_node("ALL").inputs["Surface"])
    notes, found = exported(tmp_path / "blue.glb")
    assert found["pbrMetallicRoughness"]["baseColorFactor"] == [0, 0, 1, 1]
    assert notes == ["'Leaf': its shader Diffuse BSDF was exported as a Principled BSDF."]


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
@pytest.mark.parametrize("sliders", [False, True])
def test_a_material_exported_as_it_is_keeps_its_name(app, tmp_path, kind, sliders):
    """The file and the note call it by its name, not by the one it lends its copy meanwhile."""
    tree, shader = cube("Fancy")
    if sliders:
        bpy.ops.propsmith.look_add()
    noise = tree.nodes.new("ShaderNodeTexNoise")
    target = module("look").node_or_none(bpy.context.object.active_material) if sliders else shader
    tree.links.new(noise.outputs["Color"], target.inputs["Base Color"])
    notes, _ = exported(tmp_path / "rock", kind) if kind != "GLB" else exported(tmp_path / "rock.glb")
    text = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    assert b"~propsmith" not in text and (kind == "USD" or b"Fancy" in text)  # USD packs its text
    assert len(notes) == 1 and "Fancy" in notes[0]
    assert bpy.context.object.active_material.name == "Fancy"


def test_large_pictures_keep_their_size(app, tmp_path):
    """A picture above 4096 pixels is exported in full; refining takes what its worker can use."""
    tree, shader = cube("Big")
    picture(tree, shader.inputs["Base Color"], "big", size=(4200, 8))
    exported(tmp_path / "big.glb")
    sizes = {"textures/big/big_base_color.png": (4200, 8), "taken/base_color.png": (2100, 4)}
    module("snapshot").take(bpy.context.object, bpy.context.scene, "texture", tmp_path / "taken")
    for name, wanted in sizes.items():
        assert struct.unpack(">II", (tmp_path / name).read_bytes()[16:24]) == wanted, name


def test_no_picture_of_the_file_is_written_over(app, tmp_path):
    """A source that lies where the export would write stays, byte for byte, and the material goes on showing it."""
    tree, shader = cube("Leaf")
    path = tmp_path / "textures" / "game" / "leaf_base_color.png"
    path.parent.mkdir(parents=True)
    module("png").write_png(path, maps()["base_color"])
    node = picture(tree, shader.inputs["Base Color"], "other")
    node.image, before = bpy.data.images.load(str(path)), path.read_bytes()
    shader.inputs["Metallic"].default_value = 0.5
    bpy.context.object.active_material["keep"] = 1
    for _ in range(2):
        exported(tmp_path / "game.glb")
        assert path.read_bytes() == before
        assert sorted(p.name for p in path.parent.iterdir()) == ["leaf_base_color.png", "leaf_base_color_.png"]


def test_sliders_are_written_as_they_stand_at_the_present_frame(app, tmp_path):
    """A keyed slider, and one that a Value node feeds, are in the file as they are seen; one fed by a picture is noted."""
    obj = plane(tmp_path / "maps")
    mat, node = obj.active_material, module("look").node_or_none(obj.active_material)
    for frame, amount in ((1, 0.0), (11, 1.0)):
        mat.propsmith_look.tint_amount = amount
        mat.propsmith_look.keyframe_insert("tint_amount", frame=frame)
    bpy.context.scene.frame_set(6)
    value = mat.node_tree.nodes.new("ShaderNodeValue")
    value.outputs[0].default_value = 0.25
    mat.node_tree.links.new(value.outputs[0], node.inputs["Roughness Bias"])
    written = module("exporting").export([obj], tmp_path / "crate.glb", module("exporting").Wanted())
    rough = decoded(next(file for file in written.textures if "roughness" in file.name).read_bytes(), tmp_path)
    wanted = np.round((maps()["roughness"] / 255 + 0.25).clip(0, 1) * 255)
    assert not written.notes and (rough[..., :1] == wanted).all()
    tinted = decoded(next(file for file in written.textures if "base_color" in file.name).read_bytes(), tmp_path)
    mat.animation_data_clear()
    mat.propsmith_look.tint_amount = 0.5
    assert (tinted == slid(node)["base_color"]).all()
    mat.node_tree.links.new(mat.node_tree.nodes["Base Color"].outputs["Color"], node.inputs["Roughness Bias"])
    written = module("exporting").export([obj], tmp_path / "fed.glb", module("exporting").Wanted())
    assert any("the slider Roughness Bias is fed by more than a value" in note for note in written.notes)
