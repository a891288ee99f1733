"""The sliders: what they show is what they bake, they change nothing at rest, and exporters find the maps behind them."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import SIDE, decoded, maps, material, module, pixels_of, plane, read_glb, seen, slid
from tests.blender.test_panels import Recorder, drawn, names

MOVED = {
    "tint": (0.2, 0.5, 0.9), "tint_amount": 0.6, "roughness": 0.15, "metallic": -0.1, "normal": 1.7, "wear": 0.6,
    "wear_colour": (0.7, 0.6, 0.3),
}  # fmt: skip


def move(mat, **values):
    for name, value in values.items():
        setattr(mat.propsmith_look, name, value)
    return module("look").node_or_none(mat)


def as_bytes(found: np.ndarray, output: str) -> np.ndarray:
    if output == "Base Color":
        found = module("surfaces").srgb(found)
    if output == "Normal":  # of a plane: world space is tangent space
        found = (np.round(found * 127) + 128) / 255
    return found.clip(0, 1) * 255


@pytest.mark.parametrize("values", [{}, MOVED], ids=["at rest", "moved"])
def test_the_renderer_sees_what_the_sliders_bake(app, tmp_path, values):
    """Cycles finds the written maps at the group's outputs to half a step of 8 bits, at rest the maps themselves."""
    obj = plane(tmp_path / "maps")
    node = move(obj.active_material, **values)
    assert module("look").moved(node) == bool(values)
    written = slid(node)
    for output, stem in module("look_maps").STEMS.items():
        found = as_bytes(seen(obj, output), output)[..., : written[stem].shape[2]]
        apart = np.abs(found - written[stem])
        assert apart.max() <= (1.01 if stem == "normal" else 0.51), (output, apart.max())
        assert values or (written[stem] == maps()[stem]).all(), output
        assert not values or (written[stem] != maps()[stem]).mean() > 0.3, output


def test_wear_rubs_edges_first_and_spares_the_rest(app, tmp_path):
    """More wear changes more texels, always those first that the map of edges names; none at 0."""
    mat, edges = material(tmp_path / "maps"), maps()["edges"][..., 0]
    base, before = maps()["base_color"], np.zeros((SIDE, SIDE), bool)
    for wear in (0.0, 0.3, 0.6, 1.0):
        node = move(mat, wear=wear)
        worn = (slid(node)["base_color"] != base).any(2)
        assert worn[before].mean() > 0.98 if before.any() else not worn.any() or wear > 0
        assert wear == 0 or edges[worn].min() > edges[~worn].min(), wear
        assert worn.sum() >= before.sum() and (wear > 0) == worn.any()
        before = worn


def test_one_group_serves_all_and_linked_copies_respond_together(app, tmp_path):
    """Two props share the node group; each has values of its own; objects with the same material share them."""
    first, second = material(tmp_path / "a", "One"), material(tmp_path / "b", "Two")
    groups = [tree for tree in bpy.data.node_groups if "propsmith_look" in tree]
    assert len(groups) == 1 and groups[0].name == "Propsmith Look"
    move(first, tint_amount=0.5)
    assert second.propsmith_look.tint_amount == 0 and first.propsmith_look.tint_amount == 0.5
    node = module("look").node_or_none(first)
    assert node.inputs["Tint Amount"].default_value == 0.5 and node.inputs["Normal Strength"].default_value == 1.0


def test_blenders_own_gltf_exporter_finds_every_map(app, tmp_path):
    """File > Export > glTF of a prop carries base colour, metallic-roughness and normal, and not the map of edges."""
    obj = plane(tmp_path / "maps")
    move(obj.active_material, wear=0.5)
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "own.glb"), export_format="GLB", use_selection=True)
    tree, images = read_glb(tmp_path / "own.glb")
    (mat,) = tree["materials"]
    surface, own = mat["pbrMetallicRoughness"], maps()

    def picture(reference):
        return decoded(images[tree["textures"][reference["index"]]["source"]], tmp_path)

    assert (picture(surface["baseColorTexture"]) == own["base_color"]).all()
    packed = picture(surface["metallicRoughnessTexture"])
    assert (packed[..., 1:2] == own["roughness"]).all() and (packed[..., 2:] == own["metallic"]).all()
    assert (picture(mat["normalTexture"]) == own["normal"]).all()
    assert len(images) == 3


def test_bake_keeps_the_look_and_frees_the_sliders(app, tmp_path):
    """Bake writes new packed maps that look the same to Cycles, sets the sliders back, and undo brings both back."""
    obj = plane(tmp_path / "maps")
    bpy.ops.ed.undo_push(message="prop")
    mat = obj.active_material
    assert not bpy.ops.propsmith.look_bake.poll()
    move(mat, **MOVED)
    before = {output: as_bytes(seen(obj, output), output) for output in module("look").CHANNELS}
    bpy.ops.ed.undo_push(message="moved")
    assert bpy.ops.propsmith.look_bake("EXEC_DEFAULT", True) == {"FINISHED"}
    assert not module("look").moved(module("look").node_or_none(mat))
    for output, was in before.items():
        assert np.abs(as_bytes(seen(obj, output), output) - was).max() <= 1.01, output
    images = [n.image for n in mat.node_tree.nodes if n.type == "TEX_IMAGE"]
    assert all(image.packed_file for image in images) and len({i.name for i in images}) == 5
    bpy.ops.ed.undo()
    mat = bpy.data.materials["Blue crate"]
    assert mat.propsmith_look.tint_amount == pytest.approx(0.6)
    assert (pixels_of(mat.node_tree.nodes["Base Color"].image) == maps()["base_color"]).all()


def test_reset_sets_all_sliders_back(app, tmp_path):
    """After Reset every slider stands at its default."""
    obj = plane(tmp_path / "maps")
    move(obj.active_material, **MOVED)
    assert bpy.ops.propsmith.look_reset() == {"FINISHED"}
    look = module("look")
    node = look.node_or_none(obj.active_material)
    for slider in look.SLIDERS.values():
        value = node.inputs[slider.name].default_value
        assert np.allclose(value, slider.default), slider.name


def test_sliders_come_into_a_material_of_another_hand(app, tmp_path):
    """Add Sliders puts the group before a Principled BSDF with an image, a value and a normal map of strength 0.5."""
    bpy.ops.mesh.primitive_plane_add()
    obj = bpy.context.object
    assert not bpy.ops.propsmith.look_add.poll()
    mat = bpy.data.materials.new("Mine")
    if not mat.node_tree:
        mat.use_nodes = True
    obj.data.materials.append(mat)
    tree = mat.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    picture, relief, bumps = (tree.nodes.new(f"ShaderNode{k}") for k in ("TexImage", "TexImage", "NormalMap"))
    picture.image = relief.image = bpy.data.images.new("mine", 8, 8)
    tree.links.new(picture.outputs[0], shader.inputs["Base Color"])
    tree.links.new(relief.outputs[0], bumps.inputs["Color"])
    tree.links.new(bumps.outputs[0], shader.inputs["Normal"])
    bumps.inputs["Strength"].default_value, shader.inputs["Roughness"].default_value = 0.5, 0.3
    assert bpy.ops.propsmith.look_add() == {"FINISHED"}
    node = module("look").node_or_none(mat)
    assert node.inputs["Base Color"].links[0].from_node == picture
    assert node.inputs["Normal"].links[0].from_node == relief and mat.propsmith_look.normal == 0.5
    assert node.inputs["Roughness"].default_value == pytest.approx(0.3)
    assert shader.inputs["Roughness"].links[0].from_node == node and not bpy.ops.propsmith.look_add.poll()


def test_refining_starts_from_what_the_sliders_show(app, tmp_path):
    """The snapshot of a prop with moved sliders holds the baked look, and no new image stays in the file."""
    obj = plane(tmp_path / "maps")
    node = move(obj.active_material, tint=(1.0, 0.0, 0.0), tint_amount=1.0)
    wanted, images = slid(node), set(bpy.data.images.keys())
    taken = module("snapshot").take(obj, bpy.context.scene, "texture", tmp_path / "snapshot")
    assert not taken.notes and set(bpy.data.images.keys()) == images
    for stem in ("base_color", "roughness", "metallic", "normal"):
        found = decoded((tmp_path / "snapshot" / f"{stem}.png").read_bytes(), tmp_path)
        assert (found[..., : wanted[stem].shape[2]] == wanted[stem]).all(), stem


def test_the_panels_show_what_the_material_has(app, tmp_path, monkeypatch):
    """Without the group: Add Sliders alone; with it all seven sliders; without a map of edges the reason at Wear."""
    obj = plane(tmp_path / "maps")
    sliders = names(drawn("PROPSMITH_PT_material"), "prop")
    assert set(sliders) == set(module("look").SLIDERS) and len(sliders) == 7
    bare = material(tmp_path / "bare", "Bare", without=("edges",))
    obj.data.materials[0] = bare
    assert any("map of edges" in text for text in names(drawn("PROPSMITH_PT_material"), "label"))
    obj.data.materials[0] = bpy.data.materials.new("Plain")
    assert names(drawn("PROPSMITH_PT_material"), "operator") == ["propsmith.look_add"]
    buttons = names(drawn("PROPSMITH_PT_finish"), "operator")
    assert buttons == ["propsmith.preview_light"] * 2 + [
        f"propsmith.{name}" for name in ("make_lods", "make_quads", "export")
    ]
    monkeypatch.setattr(Recorder, "separator", lambda *_, **__: None, raising=False)
    assert len(names(drawn("PROPSMITH_MT_finish"), "operator")) == 10
