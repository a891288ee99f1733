"""An object of several props is taken apart into an object each, where it stood."""

from __future__ import annotations

import importlib
import json

import bpy
import numpy as np
import pytest
from mathutils import Vector

from .refine_scene import select, values

CUBES = ((0.0, 0.0, 1.0), (3.0, 0.0, 2.0), (0.0, 4.0, 0.5))  # x, y and side


@pytest.fixture
def apart():
    return importlib.import_module("bl_ext.user_default.propsmith.addon.apart")


def together() -> bpy.types.Object:
    """Three cubes on the ground as one object, moved, turned and scaled; prop.json says what they are."""
    corners = np.array([(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)], float) - [0.5, 0.5, 0.0]
    sides = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    points = np.concatenate([corners * side + [x, y, 0] for x, y, side in CUBES])
    mesh = bpy.data.meshes.new("Cubes")
    mesh.from_pydata(points.tolist(), [], [tuple(8 * n + i for i in side) for n in range(3) for side in sides])
    mesh.uv_layers.new()
    mesh.materials.append(bpy.data.materials.new("All"))
    obj = bpy.data.objects.new("Cubes", mesh)
    bpy.context.scene.collection.objects.link(obj)
    obj.location, obj.rotation_euler, obj.scale = (1.0, 2.0, 3.0), (0.1, 0.2, 0.3), (2.0, 2.0, 2.0)
    said = [{"phrase": phrase, "vertices": 8} for phrase in ("a red crate", "a barrel", "a barrel")]
    obj.propsmith.facts = json.dumps({"pieces": said, "prior": {}})
    select(obj)
    bpy.context.view_layer.update()
    return obj


def corners_of(obj: bpy.types.Object) -> np.ndarray:
    points = values(obj.data.vertices, "co", 3).reshape(-1, 3)
    return np.array([obj.matrix_world @ Vector(p) for p in points])


def test_each_prop_becomes_an_object_where_it_stood(app, apart):
    """No corner moves; names, origins, material, UVs and selection are each one's; undo would bring back the whole."""
    obj = together()
    before = corners_of(obj)
    assert bpy.ops.propsmith.take_apart() == {"FINISHED"}
    bpy.context.view_layer.update()
    made = sorted(bpy.context.selected_objects, key=lambda one: one.name)
    assert [one.name for one in made] == ["Barrel", "Barrel.001", "Red crate"] and "Cubes" not in bpy.data.objects
    after = np.concatenate([corners_of(one) for one in (made[2], made[0], made[1])])
    assert np.allclose(after, before, atol=1e-5)
    for one, (_, _, side) in zip((made[2], made[0], made[1]), CUBES, strict=True):
        points = values(one.data.vertices, "co", 3).reshape(-1, 3)
        assert np.allclose(points.min(0), [-side / 2, -side / 2, 0.0], atol=1e-6) and len(one.data.polygons) == 6
        assert one.active_material.name == "All" and len(one.data.uv_layers) == 1
    assert made[2].propsmith.prompt == "a red crate" and not apart.pieces(made[2])


def test_a_lid_turns_about_its_hinge(app, apart):
    """A piece whose origin is told has it there, in shares of its box, and lies where it lay."""
    obj = together()
    facts = json.loads(obj.propsmith.facts)
    facts["pieces"][0] |= {"phrase": "the lid of a chest", "origin": [0.5, 1.0, 0.25]}
    obj.propsmith.facts = json.dumps(facts)
    before = corners_of(obj)[:8]
    bpy.ops.propsmith.take_apart()
    bpy.context.view_layer.update()
    (lid,) = (one for one in bpy.context.selected_objects if one.name == "Lid of a chest")
    points = values(lid.data.vertices, "co", 3).reshape(-1, 3)
    assert np.allclose([points.min(0), points.max(0)], [[-0.5, -1.0, -0.25], [0.5, 0.0, 0.75]], atol=1e-6)
    assert np.allclose(corners_of(lid), before, atol=1e-5)


def test_what_cannot_be_taken_apart_says_why(app, apart):
    """One prop, an edited mesh, shape keys: the button is grey and says so, and nothing is touched."""
    obj = together()
    whole = obj.propsmith.facts
    obj.propsmith.facts = "{}"
    assert "not made of several" in apart.why_not(obj) and not bpy.ops.propsmith.take_apart.poll()
    obj.propsmith.facts = whole
    obj.data.vertices.add(1)
    assert "have been changed" in apart.why_not(obj) and not bpy.ops.propsmith.take_apart.poll()
    other = together()
    other.shape_key_add()
    assert "shape keys" in apart.why_not(other) and not bpy.ops.propsmith.take_apart.poll()
    for damaged in ('{"pieces": 3}', '{"pieces": [{"phrase": 1}]}', '"pieces"', '{"pieces"'):
        other.propsmith.facts = damaged
        assert apart.pieces(other) == []
