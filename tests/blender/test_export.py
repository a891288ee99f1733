"""Export: each format opens again with size, place, UVs, materials and textures; the scene is untouched; errors are clear."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender.look_scene import ball, decoded, maps, module, plane, read_glb, slid

MAPS = ("base_color", "metallic", "normal", "roughness")


def imported(path):
    """The objects of a file, imported into an empty scene."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    kind = path.suffix
    if kind == ".glb":
        bpy.ops.import_scene.gltf(filepath=str(path))
    elif kind == ".fbx":
        bpy.ops.import_scene.fbx(filepath=str(path))
    elif kind == ".obj":
        bpy.ops.wm.obj_import(filepath=str(path))
    else:
        bpy.ops.wm.usd_import(filepath=str(path))
    bpy.context.view_layer.update()
    return [o for o in bpy.data.objects if o.type == "MESH"]


def box(obj) -> np.ndarray:
    """(2, 3) the lowest and highest corner in the world."""
    corners = np.array([obj.matrix_world @ v.co for v in obj.data.vertices])
    return np.stack([corners.min(0), corners.max(0)])


def names() -> dict:
    return {
        kind: sorted((b.name, b.users) for b in getattr(bpy.data, kind))
        for kind in ("objects", "meshes", "materials", "images", "scenes", "collections", "node_groups")
    }


def picture_behind(material, socket: str) -> str:
    """The name of the first picture that feeds a socket of the material's shader."""
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    waiting = [shader.inputs[socket]]
    while waiting:
        for link in waiting.pop().links:
            if link.from_node.type == "TEX_IMAGE":
                return bpy.path.basename(link.from_node.image.filepath) or link.from_node.image.name
            waiting += link.from_node.inputs
    return ""


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_a_file_opens_again_as_it_was(app, tmp_path, kind):
    """Imported again, the prop has its name, size, triangles, UVs, and the right picture on the right channel."""
    obj = ball(tmp_path / "maps")
    obj.location = (5, 6, 7)
    bpy.context.view_layer.update()
    before, count, size = names(), len(obj.data.loops) - 2 * len(obj.data.polygons), box(obj) - (5, 6, 7)
    uvs = uvs_of(obj)
    path = tmp_path / "é out" / "ball"
    assert bpy.ops.propsmith.export(filepath=str(path), kind=kind) == {"FINISHED"}
    assert names() == before and tuple(obj.location) == (5, 6, 7) and bpy.context.object == obj
    folder = path.parent / "textures" / "ball"
    files = sorted(p.name for p in folder.iterdir())
    assert files == [f"blue_ball_{stem}.png" for stem in MAPS]
    for stem in MAPS:
        found = decoded((folder / f"blue_ball_{stem}.png").read_bytes(), tmp_path)
        assert (found[..., : maps()[stem].shape[2]] == maps()[stem]).all(), stem
    (back,) = imported(module("exporting").with_suffix(path, module("exporting").KINDS[kind][1]))
    assert back.name.replace("_", " ") == "Blue ball"
    assert len(back.data.loops) - 2 * len(back.data.polygons) == count
    assert np.allclose(box(back), size, atol=2e-3), (box(back), size)
    assert uvs_of(back) <= {(u + a, v + b) for u, v in uvs for a in (-1, 0, 1) for b in (-1, 0, 1)}
    (material,) = back.data.materials
    assert "base_color" in picture_behind(material, "Base Color")
    if kind != "GLB":  # there roughness and metallic are channels of one picture
        for stem, socket in (("roughness", "Roughness"), ("metallic", "Metallic")):
            assert stem in picture_behind(material, socket), stem
    assert "normal" in picture_behind(material, "Normal")


def uvs_of(obj) -> set[tuple[int, int]]:
    """The UVs of all corners, in ten-thousandths."""
    return {(round(d.vector[0] * 1e4), round(d.vector[1] * 1e4)) for d in obj.data.uv_layers.active.uv}


def test_moved_sliders_are_in_the_pictures(app, tmp_path):
    """What the sliders show is what the exported base colour and the GLB's own picture hold."""
    obj = ball(tmp_path / "maps")
    material = obj.active_material
    material.propsmith_look.tint, material.propsmith_look.tint_amount = (0, 1, 0), 1.0
    wanted = slid(module("look").node_or_none(material))["base_color"]
    bpy.ops.propsmith.export(filepath=str(tmp_path / "green.glb"), kind="GLB")
    tree, images = read_glb(tmp_path / "green.glb")
    place = tree["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["index"]
    assert (decoded(images[tree["textures"][place]["source"]], tmp_path) == wanted).all()
    beside = (tmp_path / "textures" / "green" / "blue_ball_base_color.png").read_bytes()
    assert (decoded(beside, tmp_path) == wanted).all() and not wanted[..., 0].any()
    assert material.propsmith_look.tint_amount == 1.0


def test_levels_and_hull_travel_in_place_of_the_object(app, tmp_path):
    """With LODs made, the file holds LOD0 to LOD3 and the hull under their names; switched off, the object alone."""
    ball(tmp_path / "maps")
    bpy.ops.propsmith.make_lods()
    bpy.ops.propsmith.export(filepath=str(tmp_path / "levels.fbx"), kind="FBX")
    bpy.ops.propsmith.export(filepath=str(tmp_path / "plain.fbx"), kind="FBX", with_levels=False)
    found = sorted(o.name for o in imported(tmp_path / "levels.fbx"))
    assert found == ["Blue ball_LOD0", "Blue ball_LOD1", "Blue ball_LOD2", "Blue ball_LOD3", "UCX_Blue ball"]
    assert [o.name for o in imported(tmp_path / "plain.fbx")] == ["Blue ball"]


@pytest.mark.parametrize("kind", ["GLB", "USD", "FBX"])
def test_meshes_are_called_as_their_objects(app, tmp_path, kind):
    """A prop's mesh has the prop's name in the scene, its levels' theirs: no file numbers them, and the scene keeps them."""
    obj = ball(tmp_path / "maps", "Barrel")
    obj.data.name = "Barrel"
    bpy.ops.propsmith.make_lods()
    before = names()
    bpy.ops.propsmith.export(filepath=str(tmp_path / "alone"), kind=kind, with_levels=False)
    bpy.ops.propsmith.export(filepath=str(tmp_path / "levels"), kind=kind)
    assert names() == before
    suffix = module("exporting").KINDS[kind][1]
    assert [(o.name, o.data.name) for o in imported(tmp_path / f"alone{suffix}")] == [("Barrel", "Barrel")]
    found = {o.name: o.data.name for o in imported(tmp_path / f"levels{suffix}")}
    assert found == {name: name for name in (level.format("Barrel") for level in LEVELS)}


def nodes(path) -> dict[str, list[float]]:
    """The objects of a GLB, and where they stand."""
    return {n["name"]: n.get("translation", [0, 0, 0]) for n in read_glb(path)[0]["nodes"]}


LEVELS = {"{}_LOD0", "{}_LOD1", "{}_LOD2", "{}_LOD3", "UCX_{}"}


def test_levels_are_those_of_the_object_where_it_stands_now(app, tmp_path):
    """Moved and renamed, an object goes with its levels, on the origin and by its new name, also from a second scene;
    another object of the name it had, though it is gone, goes alone."""
    obj = ball(tmp_path / "maps", "Barrel")
    bpy.ops.propsmith.make_lods()
    obj.name, obj.location = "Keg", (5, 0, 0)
    new = plane(tmp_path / "other", "Barrel")
    bpy.ops.propsmith.export(filepath=str(tmp_path / "new.glb"), kind="GLB")
    assert nodes(tmp_path / "new.glb") == {"Barrel": [0, 0, 0]}
    new.name = "Keg_LOD1"  # a name that the file needs
    bpy.context.window.scene = bpy.data.scenes.new("Second")
    bpy.context.scene.collection.objects.link(obj)
    obj.select_set(True)
    bpy.context.view_layer.objects.active = obj
    for name in ("keg.glb", "again.glb"):
        bpy.context.view_layer.update()
        bpy.ops.propsmith.export(filepath=str(tmp_path / name), kind="GLB")
        assert nodes(tmp_path / name) == {level.format("Keg"): [0, 0, 0] for level in LEVELS}, name
        bpy.ops.propsmith.make_lods()  # in this scene
    assert new.name == "Keg_LOD1" and obj.name == "Keg"
    bpy.data.objects.remove(obj)
    new.name, bpy.context.window.scene = "Keg", new.users_scene[0]
    bpy.ops.propsmith.export(filepath=str(tmp_path / "heir.glb"), kind="GLB")
    assert nodes(tmp_path / "heir.glb") == {"Keg": [0, 0, 0]}


@pytest.mark.parametrize("change", ["vertices", "material", "modifier"])
def test_levels_of_an_earlier_shape_or_look_stay_behind(app, tmp_path, change):
    """An object that was edited, refined or given a modifier since goes alone, with a note; made again, they go with it."""
    obj = ball(tmp_path / "maps", "Barrel")
    bpy.ops.propsmith.make_lods()
    if change == "vertices":
        obj.data.vertices[0].co.z += 0.1
        obj.data.update()
    elif change == "material":
        mesh = obj.data.copy()
        mesh.materials[0] = bpy.data.materials.new("Gold")
        module("versions").add(obj, mesh, "texture", "gold")
    else:
        obj.modifiers.new("Array", "ARRAY")
    bpy.context.view_layer.update()
    export, wanted = module("exporting").export, module("exporting").Wanted("GLB")
    written = export([obj], tmp_path / "old.glb", wanted)
    assert nodes(tmp_path / "old.glb") == {"Barrel": [0, 0, 0]} and "LODs were made" in written.notes[0]
    assert "hat sich geändert" in module("translations").translated(written.notes[0], "de")
    bpy.ops.propsmith.make_lods()
    assert not export([obj], tmp_path / "new.glb", wanted).notes and len(nodes(tmp_path / "new.glb")) == 5


def test_several_objects_in_one_file_or_in_files_of_their_own(app, tmp_path):
    """Together they keep their places around the active one; apart each stands on the origin in a file of its name."""
    first, second = ball(tmp_path / "a", "One"), ball(tmp_path / "b", "Two: é")
    first.location, second.location = (1, 0, 0), (4, 2, 0)
    first.select_set(True)
    bpy.context.view_layer.objects.active = first
    bpy.context.view_layer.update()
    bpy.ops.propsmith.export(filepath=str(tmp_path / "both.glb"), kind="GLB", textures=False)
    bpy.ops.propsmith.export(filepath=str(tmp_path / "each" / "x.glb"), kind="GLB", each=True)
    files = sorted(p.name for p in (tmp_path / "each").glob("*.glb"))
    assert files == ["One.glb", "Two_é.glb"] and not (tmp_path / "textures").exists()
    both = {o.name: tuple(o.matrix_world.translation) for o in imported(tmp_path / "both.glb")}
    assert np.allclose(both["One"], 0, atol=1e-5) and np.allclose(both["Two: é"], (3, 2, 0), atol=1e-5)
    (alone,) = imported(tmp_path / "each" / "Two_é.glb")
    assert np.allclose(alone.matrix_world.translation, 0, atol=1e-5)


def test_a_folder_that_cannot_be_written_says_so(app, tmp_path):
    """A read-only folder ends in folder-read-only with its remedy; the scene and its names are as before."""
    ball(tmp_path / "maps")
    before = names()
    with pytest.raises(RuntimeError, match="folder-read-only"):
        bpy.ops.propsmith.export(filepath="/proc/ball.glb", kind="GLB")
    assert names() == before


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_the_window_shows_its_scene_and_view_layer_afterwards(app, tmp_path, kind):
    """An export from another scene than the first and another view layer than its first leaves the window there."""
    ball(tmp_path / "maps")
    bpy.context.window.scene = scene = bpy.data.scenes.new("Second")
    bpy.context.window.view_layer = scene.view_layers.new("Other")
    ball(tmp_path / "other", "Other ball")
    bpy.ops.propsmith.export(filepath=str(tmp_path / "x"), kind=kind)
    assert (bpy.context.scene, bpy.context.view_layer.name) == (scene, "Other")


def test_an_exporter_that_fails_says_so_and_leaves_nothing(app, tmp_path):
    """When Blender's exporter refuses (its file's place is a folder), names and datablocks are as before."""
    ball(tmp_path / "maps")
    before = names()
    (tmp_path / "ball.obj").mkdir()
    with pytest.raises(RuntimeError, match="folder-read-only|export-failed"):
        bpy.ops.propsmith.export(filepath=str(tmp_path / "ball.obj"), kind="OBJ")
    assert names() == before


def test_a_material_that_no_picture_holds_is_exported_as_it_is(app, tmp_path):
    """Computed textures are not baked here: the material goes as Blender writes it, with a note; the rest is whole."""
    obj = plane(tmp_path / "maps", "Sheet")
    tree = obj.active_material.node_tree
    node, noise = module("look").node_or_none(obj.active_material), tree.nodes.new("ShaderNodeTexNoise")
    tree.links.new(noise.outputs["Color"], node.inputs["Base Color"])
    wanted = module("exporting").Wanted("GLB")
    written = module("exporting").export([obj], tmp_path / "sheet.glb", wanted)
    assert len(written.notes) == 1 and "Noise" in written.notes[0] and written.files[0].stat().st_size > 500


def test_without_a_selected_mesh_the_buttons_are_off(app):
    """Export, Make LODs and Remove LODs need a mesh."""
    for name in ("export", "make_lods", "remove_lods"):
        assert not getattr(bpy.ops.propsmith, name).poll(), name


def test_the_format_changes_the_files_suffix_only():
    """Dots inside names are kept, a known suffix is replaced, USD's own variants stay."""
    from pathlib import Path

    change = module("exporting").with_suffix
    assert change(Path("a/barrel v1.2"), ".glb") == Path("a/barrel v1.2.glb")
    assert change(Path("a/barrel.glb"), ".fbx") == Path("a/barrel.fbx")
    assert change(Path("a/barrel.usdz"), ".usdc") == Path("a/barrel.usdz")
