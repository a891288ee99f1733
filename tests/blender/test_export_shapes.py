"""What an export makes of modifiers with targets, of sheared objects and of shared meshes: the shape that the viewport shows."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from tests.blender.look_scene import ball, read_glb
from tests.blender.test_export import box, imported


def cube(name: str, **place) -> bpy.types.Object:
    """A cube of 1 m, selected alone."""
    bpy.ops.object.select_all(action="DESELECT")
    bpy.ops.mesh.primitive_cube_add(size=1, **place)
    bpy.context.object.name = name
    return bpy.context.object


def seen(obj: bpy.types.Object) -> np.ndarray:
    """(2, 3) the lowest and highest corner of what the viewport shows, from the object's origin."""
    bpy.context.view_layer.update()
    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return box(shown) - np.array(shown.matrix_world.translation)


def exported(path, kind: str) -> bpy.types.Object:
    """The one object of the file that the selection was exported to."""
    bpy.ops.propsmith.export(filepath=str(path), kind=kind)
    (obj,) = imported(next(p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix != ".mtl"))
    return obj


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_a_mirrored_object_keeps_its_width_on_the_origin(app, tmp_path, kind):
    """A cube beside the empty that it is mirrored about is as wide in the file as in the viewport."""
    empty = bpy.data.objects.new("Middle", None)
    bpy.context.collection.objects.link(empty)
    empty.location.x = 5
    obj = cube("Pair", location=(6, 0, 0))
    obj.modifiers.new("Mirror", "MIRROR").mirror_object = empty
    wanted = seen(obj)
    assert np.allclose(wanted[:, 0], (-2.5, 0.5))
    assert np.allclose(box(exported(tmp_path / "pair", kind)), wanted, atol=1e-4)


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_a_posed_object_keeps_its_pose_on_the_origin(app, tmp_path, kind):
    """What an armature, which is not exported, does to a prop is in the file as the viewport shows it."""
    bpy.ops.object.armature_add(location=(5, 0, 0))
    rig = bpy.context.object
    obj = cube("Rigged", location=(5, 0, 0.5))
    obj.vertex_groups.new(name="Bone").add(range(8), 1, "REPLACE")
    obj.modifiers.new("Armature", "ARMATURE").object = rig
    rig.pose.bones[0].scale = (2, 3, 2)  # a bone lies along its Y
    wanted = seen(obj)
    assert np.allclose(wanted[1] - wanted[0], (2, 2, 3), atol=1e-4)
    assert np.allclose(box(exported(tmp_path / "rigged", kind)), wanted, atol=1e-4)


@pytest.mark.parametrize("mirrored", [1, -1])
@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_a_sheared_object_keeps_its_shape(app, tmp_path, kind, mirrored):
    """A turned child of a stretched parent is sheared in the file too, its faces still outwards; the scene's mesh stays."""
    bpy.ops.object.empty_add()
    parent = bpy.context.object
    obj = cube("Sheared")
    parent.scale, obj.parent, obj.rotation_euler.x = (mirrored, 1, 4), parent, np.pi / 4
    wanted, own = seen(obj), [tuple(v.co) for v in obj.data.vertices]
    path = tmp_path / "sheared"
    bpy.ops.propsmith.export(filepath=str(path), kind=kind)
    assert [tuple(v.co) for v in obj.data.vertices] == own
    back = exported(path, kind)
    assert np.allclose(box(back), wanted, atol=1e-4)
    matrix = back.matrix_world.to_3x3()
    turn = matrix.inverted().transposed() * np.sign(matrix.determinant())
    assert all((turn @ p.normal).dot(matrix @ p.center) > 0 for p in back.data.polygons)


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_a_scene_in_centimetres_is_exported_in_metres(app, tmp_path, kind):
    """Where a unit is a centimetre, what the scene shows as 2 m wide, turned and 3 m apart, is so in the file; scales stay 1."""
    bpy.context.scene.unit_settings.scale_length = 0.01
    first, second = cube("First"), cube("Second", location=(300, 0, 0), rotation=(0, 0, 0.5))
    for obj in (first, second):
        obj.data.transform(Matrix.Scale(200, 4))
        obj.select_set(True)
    bpy.context.view_layer.objects.active = first
    bpy.context.view_layer.update()
    bpy.ops.propsmith.export(filepath=str(tmp_path / "both"), kind=kind)
    found = imported(next(p for p in tmp_path.iterdir() if p.stem == "both" and p.suffix != ".mtl"))
    wide = 2 * (np.cos(0.5) + np.sin(0.5))
    for obj in found:
        low, high = box(obj)
        middle, width = (3, wide) if obj.name == "Second" else (0, 2)
        assert np.allclose((low + high)[:2] / 2, (middle, 0), atol=1e-4), obj.name
        assert np.allclose((high - low)[:2], width, atol=1e-4) and np.allclose(obj.scale, 1), obj.name


def test_linked_copies_go_on_sharing_their_mesh(app, tmp_path):
    """Two objects of one mesh are two nodes and one mesh in the file."""
    obj = ball(tmp_path / "maps", "Barrel")
    twin = obj.copy()
    bpy.context.collection.objects.link(twin)
    twin.location.x = 3
    twin.select_set(True)
    bpy.ops.propsmith.export(filepath=str(tmp_path / "two.glb"), kind="GLB")
    tree = read_glb(tmp_path / "two.glb")[0]
    assert len(tree["nodes"]) == 2 and len(tree["meshes"]) == 1
