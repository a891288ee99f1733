"""Geometry taken out of one mesh and put into another, as the kept places of a fill get it."""

from __future__ import annotations

import importlib

import bpy
import numpy as np
import pytest

from .test_fill import ADDON

TWO_WALLS = {  # a roof's two slopes, a degenerate face, and the first face once more
    "vertices": np.array([(0, 0, 0), (0, 2, 0), (1, 0, 1), (1, 2, 1), (2, 0, 0), (2, 2, 0)], np.float32),
    "faces": np.array([(0, 2, 1), (1, 2, 3), (2, 4, 3), (3, 4, 5), (4, 4, 5), (2, 1, 0)], np.int32),
}


def geometry():
    return importlib.import_module(f"{ADDON}.geometry")


def arrays() -> dict[str, np.ndarray]:
    uvs = np.random.default_rng(0).random((len(TWO_WALLS["faces"]), 3, 2)).astype(np.float32)
    return TWO_WALLS | {"uvs": uvs}


def told(mesh: bpy.types.Mesh) -> list:
    """Everything of a mesh's geometry, as Blender's slower readers tell it."""
    return [
        [tuple(v.co) for v in mesh.vertices],
        [tuple(p.vertices) for p in mesh.polygons],
        [p.use_smooth for p in mesh.polygons],
        [(tuple(e.vertices), e.use_edge_sharp) for e in mesh.edges],
        [(loop.vertex_index, loop.edge_index) for loop in mesh.loops],
        [tuple(uv.vector) for uv in mesh.uv_layers[0].uv],
        [mesh.uv_layers[0].name, mesh.uv_layers[0].active_render],
    ]


def test_what_is_put_into_a_place_is_what_is_built_for_a_prop_that_is_linked(app):
    """A mesh with a degenerate and a doubled face comes out alike by both ways: checked, smooth, its ridge alone sharp."""
    built, place = (
        importlib.import_module(f"{ADDON}.scene").build_mesh("built", arrays(), 3.0),
        bpy.data.meshes.new("place"),
    )
    geometry().put(place, geometry().checked(arrays(), 3.0))
    assert told(place) == told(built) and len(place.polygons) == 4
    assert not place.validate() and [tuple(e.vertices) for e in place.edges if e.use_edge_sharp] == [(2, 3)]
    assert all(p.use_smooth for p in place.polygons) and max(place.vertices[5].co) == pytest.approx(1.5)
    for mesh in (built, place):
        bpy.data.meshes.remove(mesh)


def test_the_spare_mesh_is_one_and_goes(app):
    """Checking many props makes one mesh, empty in between; it has no users, and is gone when it is dropped."""
    before = set(bpy.data.meshes)
    for size in (1.0, 2.0):
        geometry().checked(arrays(), size)
    (spare,) = set(bpy.data.meshes) - before
    assert not spare.users and not len(spare.vertices) and not spare.uv_layers
    geometry().drop_spare()
    assert set(bpy.data.meshes) == before


def test_faces_without_an_area_are_refused(app):
    """Where Blender's check leaves no face, the error says so and the mesh stays empty."""
    errors = importlib.import_module(f"{ADDON.rpartition('.')[0]}.backend.errors")
    flat = {"vertices": np.eye(3, dtype=np.float32), "faces": np.array([(0, 1, 1)], np.int32)}
    mesh = bpy.data.meshes.new("none")
    with pytest.raises(errors.PropsmithError) as caught:
        geometry().fill(mesh, flat | {"uvs": np.zeros((1, 3, 2), np.float32)}, 1.0)
    assert caught.value.code == "mesh-invalid" and not len(mesh.vertices)
    bpy.data.meshes.remove(mesh)
