"""Assets stand alone and apart: nothing of the scene comes along, each different prop has its own file, always the same."""

from __future__ import annotations

import bpy
import pytest
from mathutils import Vector

from .look_scene import ball, material
from .test_assets import appended, catalogs, library, save  # noqa: F401  (a fixture among them)


@pytest.fixture
def barrel(app, tmp_path):
    """A ball with a prop's job, without a worker."""
    obj = ball(tmp_path / "maps", "Barrel")
    obj.propsmith.job, obj.propsmith.prompt = "20260101-000000-000000-0badcafe", "a barrel"
    return obj


def chosen(*objects: bpy.types.Object) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    for obj in objects:
        obj.select_set(True)
    bpy.context.view_layer.objects.active = objects[0]


def files(folder) -> list[str]:
    return sorted(path.stem.rsplit("-", 1)[0] for path in (folder / "Propsmith").iterdir())


def content(path) -> dict[str, list[str]]:
    with bpy.data.libraries.load(str(path)) as (there, _):
        return {kind: list(getattr(there, kind)) for kind in ("objects", "meshes", "armatures")}


def test_nothing_of_the_scene_comes_along(barrel, library):  # noqa: F811
    """Constraint targets and armatures stay at home; the asset is shown, unscaled and on its origin; the prop is as it was."""
    bpy.ops.mesh.primitive_cube_add(location=(9, 9, 9))
    barrel.constraints.new("COPY_LOCATION").target = bpy.context.object
    bpy.ops.object.armature_add()
    barrel.modifiers.new("Bones", "ARMATURE").object = bpy.context.object
    barrel.delta_location, barrel.delta_scale, barrel.hide_render = (1, 2, 3), (2, 2, 2), True
    barrel.delta_rotation_euler, count = (0, 0, 1), len(bpy.data.meshes)
    chosen(barrel)
    assert save() == {"FINISHED"}
    assert len(barrel.constraints) == len(barrel.modifiers) == 1 and barrel.hide_render and barrel.delta_scale.x == 2
    assert len(bpy.data.meshes) == count
    (path,) = (library / "Propsmith").iterdir()
    found = content(path)
    assert found["objects"] == ["Barrel"] and len(found["meshes"]) == 1 and not found["armatures"]
    bpy.data.objects.remove(barrel)
    (asset,) = appended(path)
    bpy.context.scene.collection.objects.link(asset)
    bpy.context.view_layer.update()
    assert asset.matrix_world == asset.matrix_world.Identity(4)
    assert not (asset.constraints or asset.modifiers or asset.hide_render)


def test_a_modifier_with_a_target_is_applied_and_others_stay(barrel, library):  # noqa: F811
    """Mirrored about another object the asset has both halves; a modifier that needs nobody stays a modifier."""
    bpy.ops.object.empty_add(location=(2, 0, 0))
    barrel.modifiers.new("Twice", "MIRROR").mirror_object = bpy.context.object
    chosen(barrel)
    save()
    (path,) = (library / "Propsmith").iterdir()
    barrel.modifiers.clear()
    barrel.modifiers.new("Thick", "SOLIDIFY")
    (asset,) = appended(path)
    assert content(path)["objects"] == ["Barrel"] and not asset.modifiers and len(asset.data.materials) == 1
    assert len(asset.data.vertices) == 2 * len(barrel.data.vertices)
    save()
    (asset,) = appended(path)
    assert [m.type for m in asset.modifiers] == ["SOLIDIFY"] and len(asset.data.vertices) == len(barrel.data.vertices)


def test_an_object_given_to_geometry_nodes_stays_at_home(barrel, library):  # noqa: F811
    """A modifier of nodes that are handed another object is applied too."""
    bpy.ops.object.empty_add()
    other, tree = bpy.context.object, bpy.data.node_groups.new("Nodes", "GeometryNodeTree")
    for way in ("INPUT", "OUTPUT"):
        tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    given = tree.interface.new_socket("Target", in_out="INPUT", socket_type="NodeSocketObject")
    tree.links.new(tree.nodes.new("NodeGroupInput").outputs[0], tree.nodes.new("NodeGroupOutput").inputs[0])
    modifier = barrel.modifiers.new("Nodes", "NODES")
    modifier.node_group, modifier[given.identifier] = tree, other
    chosen(barrel)
    assert save() == {"FINISHED"}
    (path,) = (library / "Propsmith").iterdir()
    assert content(path)["objects"] == ["Barrel"]


def test_a_linked_prop_is_refused_and_leaves_nothing(app, barrel, library, tmp_path):  # noqa: F811
    """A prop linked from another file is named with the way out; no copy of it stays."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "home.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "home.blend"), link=True) as (_, here):
        here.objects = ["Barrel"]
    (obj,) = here.objects
    bpy.context.scene.collection.objects.link(obj)
    chosen(obj)
    with pytest.raises(RuntimeError, match="'Barrel' is linked from another file.*Make Local"):
        save()
    assert [o.name for o in bpy.data.objects] == ["Barrel"] and not list(library.rglob("*.blend"))


def test_a_catalog_of_another_encoding_is_kept(barrel, library):  # noqa: F811
    """A line with bytes that are no UTF-8 stays byte for byte beside the catalog that is added."""
    known = b"VERSION 1\n\n11111111-1111-1111-1111-111111111111:M\xf6bel:M\xf6bel\n"
    (library / "blender_assets.cats.txt").write_bytes(known)
    chosen(barrel)
    assert save(catalog="Casks") == {"FINISHED"}
    text = (library / "blender_assets.cats.txt").read_bytes()
    assert text.startswith(known) and b":Casks:" in text.removeprefix(known)


def test_the_same_prop_keeps_its_file(barrel, library):  # noqa: F811
    """Saved from a linked copy, renamed, and after the file was opened again: one file, with the newest name in it."""
    chosen(barrel)
    save()
    bpy.ops.object.duplicate(linked=True)
    save()
    bpy.context.object.name = "Keg"
    save()
    assert files(library) == ["barrel"]
    (path,) = (library / "Propsmith").iterdir()
    assert content(path)["objects"] == ["Keg"]


def test_different_props_of_one_job_have_files_of_their_own(barrel, library):  # noqa: F811
    """Alike names that differ in punctuation, another shape, another material: three files, in one run or in several."""
    barrel.name = "Barrel 1"
    chosen(barrel)
    bpy.ops.object.duplicate(linked=False)
    big = bpy.context.object
    big.name = "Barrel,1"
    for vertex in big.data.vertices:
        vertex.co = 2 * Vector(vertex.co)
    chosen(barrel, big)
    assert save() == {"FINISHED"} and files(library) == ["barrel_1", "barrel_1"]
    big.data.materials[0] = big.data.materials[0].copy()
    chosen(big)
    save()
    assert files(library) == ["barrel_1"] * 3


def test_linked_copies_in_other_materials_are_assets_of_their_own(barrel, library, tmp_path):  # noqa: F811
    """Of two objects of one mesh the one wears a material of its own: two files, each with what it wears, textures packed."""
    painted = barrel.copy()
    bpy.context.collection.objects.link(painted)
    painted.name, slot = "Painted barrel", painted.material_slots[0]
    slot.link = "OBJECT"
    slot.material = material(tmp_path / "paint", "Paint")
    for node in slot.material.node_tree.nodes:
        if node.type == "TEX_IMAGE":
            node.image = bpy.data.images.load(str(tmp_path / "paint" / "base_color.png"))
    chosen(barrel, painted)
    assert save() == {"FINISHED"} and files(library) == ["barrel", "painted_barrel"]
    assert slot.material.name == "Paint" and barrel.material_slots[0].material != slot.material
    path = next((library / "Propsmith").glob("painted_barrel-*"))
    (asset,) = appended(path)
    worn = asset.material_slots[0].material
    pictures = [node.image for node in worn.node_tree.nodes if node.type == "TEX_IMAGE"]
    assert worn.name.startswith("Paint") and pictures and all(image.packed_file for image in pictures)


def parts(path) -> list[tuple[str, bool]]:
    """(name, whether it is packed) of the pictures that a file holds itself, after it was opened."""
    bpy.ops.wm.open_mainfile(filepath=str(path))
    assert not bpy.data.libraries, "nothing of the asset is in another file"
    return sorted((image.name, bool(image.packed_file)) for image in bpy.data.images if image.users)


@pytest.mark.parametrize("worn", ["its own", "another file's"])
def test_an_asset_made_local_keeps_its_pictures_when_saved_again(app, barrel, library, worn):  # noqa: F811
    """Linked from the library and made local, its pictures and groups are still the file's that is replaced; a material linked
    from another file is, too: all are in the new file, with the sliders as they stand, and the scene's stay linked."""
    barrel.active_material.propsmith_look.tint_amount = 0.7
    chosen(barrel)
    save()
    (path,) = (library / "Propsmith").iterdir()
    before = parts(path)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(path), link=True, assets_only=True) as (there, here):
        here.objects = there.objects
    bpy.context.scene.collection.objects.link(here.objects[0])
    chosen(here.objects[0])
    bpy.ops.object.make_local(type="SELECT_OBDATA_MATERIAL" if worn == "its own" else "SELECT_OBDATA")
    assert save() == {"FINISHED"} and list((library / "Propsmith").iterdir()) == [path]
    assert all(image.library for image in bpy.data.images) and bpy.context.object.name == "Barrel"
    assert parts(path) == before and len(before) == 5 and all(packed for _, packed in before)
    (asset,) = (obj for obj in bpy.data.objects if obj.asset_data)
    look = asset.active_material.propsmith_look
    assert (asset.name, asset.active_material.name) == ("Barrel", "Barrel") and look.tint_amount == pytest.approx(0.7)


def test_what_was_painted_on_a_picture_is_in_the_asset(barrel, library):  # noqa: F811
    """A picture painted on and not saved yet goes as it is seen; the scene's own stays unsaved."""
    picture = next(n.image for n in barrel.active_material.node_tree.nodes if n.label == "Base Color")
    picture.pixels[:4] = 1.0, 0.0, 1.0, 1.0
    assert picture.is_dirty
    chosen(barrel)
    save()
    assert picture.is_dirty and picture.name == "barrel_base_color"
    (path,) = (library / "Propsmith").iterdir()
    assert ("barrel_base_color", True) in parts(path)
    assert bpy.data.images["barrel_base_color"].pixels[:4] == pytest.approx((1, 0, 1, 1))
