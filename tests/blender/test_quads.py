"""Quads from triangles: what is joined, what stays as it was, and the way back."""

from __future__ import annotations

import importlib

import bmesh
import bpy
import numpy as np
import pytest

from .refine_scene import grid, select, values


@pytest.fixture
def quads():
    return importlib.import_module("bl_ext.user_default.propsmith.addon.quads")


def triangulated(name: str = "Sheet", side: int = 8) -> bpy.types.Object:
    """The bent sheet in triangles, its UVs cut along the middle: the right half is moved away."""
    obj = grid(name, side)
    work = bmesh.new()
    work.from_mesh(obj.data)
    bmesh.ops.triangulate(work, faces=work.faces[:])
    layer = work.loops.layers.uv.active
    for face in work.faces:
        if face.calc_center_median().x > 0:
            for loop in face.loops:
                loop[layer].uv.x += 2.0
    work.to_mesh(obj.data)
    work.free()
    return obj


def corners(mesh: bpy.types.Mesh) -> set[tuple[float, ...]]:
    """Every corner of the mesh as position and UV."""
    points = values(mesh.vertices, "co", 3).reshape(-1, 3)[values(mesh.loops, "vertex_index", 1, np.int32)]
    uvs = values(mesh.uv_layers[0].uv, "vector", 2).reshape(-1, 2)
    return {tuple(row) for row in np.concatenate([points, uvs], axis=1).round(6).tolist()}


def area(mesh: bpy.types.Mesh) -> float:
    return sum(polygon.area for polygon in mesh.polygons)


def test_a_triangulated_sheet_becomes_quads_again(app, quads):
    """All 64 quads come back as a new version; vertices, UVs and their cut are those of before; Revert gives the triangles."""
    obj = triangulated()
    before, surface, vertices = corners(obj.data), area(obj.data), values(obj.data.vertices, "co", 3).tobytes()
    assert quads.share(obj.data) == (0, 128)
    assert bpy.ops.propsmith.make_quads() == {"FINISHED"}
    assert quads.share(obj.data) == (64, 0)
    assert corners(obj.data) == before and area(obj.data) == pytest.approx(surface, rel=1e-3)
    assert values(obj.data.vertices, "co", 3).tobytes() == vertices
    assert [v.how for v in obj.propsmith_versions.items] == ["original", "quads"]
    bpy.ops.propsmith.version_revert()
    assert quads.share(obj.data) == (0, 128)


def test_what_must_not_be_joined_is_not(app, quads):
    """Seams, sharp edges, cuts of the UVs, borders of materials and folds stay edges."""
    obj = triangulated()
    diagonals = [e for e in obj.data.edges if abs(np.subtract(*[obj.data.vertices[v].co.xy for v in e.vertices])).all()]
    assert len(diagonals) == 64
    diagonals[0].use_seam = diagonals[20].use_edge_sharp = True
    first, _ = (np.flatnonzero([diagonals[40].key in p.edge_keys for p in obj.data.polygons])).tolist()
    obj.data.materials.append(bpy.data.materials.new("one"))
    obj.data.materials.append(bpy.data.materials.new("two"))
    obj.data.polygons[first].material_index = 1
    bpy.ops.propsmith.make_quads()
    assert quads.share(obj.data) == (61, 6)
    folded = triangulated("Folded", 1)
    folded.data.vertices[0].co.z = 3.0
    select(folded)
    bpy.ops.propsmith.make_quads()
    assert quads.share(folded.data)[0] == 0


def test_linked_copies_share_the_new_mesh_and_one_undo_takes_it_back(app, quads):
    """Two props of one mesh get one new mesh; their own materials stay; Ctrl+Z gives the triangles back to both."""
    app.generate("a crate")
    app.until(lambda: app.props())
    prop = app.props()[0]
    twin = prop.copy()
    bpy.context.scene.collection.objects.link(twin)
    twin.material_slots[0].link = "OBJECT"
    twin.material_slots[0].material = bpy.data.materials.new("own")
    select(prop, twin)
    names = prop.name, twin.name
    bpy.ops.ed.undo_push(message="two")
    assert bpy.ops.propsmith.make_quads("EXEC_DEFAULT", True) == {"FINISHED"}
    assert prop.data == twin.data and quads.share(prop.data) == (6, 0) and twin.material_slots[0].material.name == "own"
    assert prop.propsmith.job and prop.material_slots[0].material.name != "own"
    bpy.ops.ed.undo()
    assert [quads.share(bpy.data.objects[name].data) for name in names] == [(0, 12)] * 2


def test_refused_with_a_reason(app):
    """Shape keys and linked meshes are named; without a mesh the button is dead."""
    obj = triangulated()
    obj.shape_key_add(name="Basis")
    with pytest.raises(RuntimeError, match="has shape keys"):
        bpy.ops.propsmith.make_quads()
    bpy.ops.object.select_all(action="DESELECT")
    assert not bpy.ops.propsmith.make_quads.poll()
